//! The wiki that a dump is of.

use crate::model::Source;

/// The fields that identify a wiki.
#[derive(Default)]
pub(super) struct SiteInfo {
    /// Name of the wiki's database: "enwiki".
    pub(super) database_name: String,
    /// Address of the wiki's main page.
    pub(super) base: String,
}

impl SiteInfo {
    /// Returns the wiki as a source, if its database has the name of one.
    pub(super) fn to_source(&self) -> Option<Source> {
        let source = Source::new(self.database_name.trim()).ok()?.kind("wiki");
        let base = self.base.trim();
        let main_page = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
        let Some(host) = main_page.and_then(|rest| rest.split('/').next()) else {
            return Some(source);
        };
        let source = source.address(format!("https://{host}"));
        Some(match host.ends_with(".wikipedia.org") {
            true => source.licence("CC-BY-SA-4.0").attribution(format!("Contributors to {host}")),
            false => source,
        })
    }
}
