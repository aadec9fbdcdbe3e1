//! The index of links: the elections that link to a title, or to an identifier in a source.

use super::keys::StoreKey;
use super::rows::ElectionRow;
use super::writer::StoreWriter;
use crate::Result;
use crate::model::{ElectionKey, ElectionSummary, fold};
use crate::store::encode;

/// Returns the name under which links to an identifier in a source are indexed. A title may equal it,
/// so the links of an election that is found by it are compared.
pub(crate) fn identifier_link_name(source: &str, id: &str) -> String {
    format!("\u{1}{source}\u{1}{id}")
}

/// Returns the names under which the links of a record are indexed, sorted and without duplicates:
/// the folded titles, and the identifiers in `source`, which states the record.
pub(crate) fn link_names(summary: &ElectionSummary, source: Option<&str>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for link in summary.links() {
        names.extend(link.title.as_deref().map(fold));
        let identifier = source.zip(link.id.as_deref());
        names.extend(identifier.map(|(source, id)| identifier_link_name(source, id)));
    }
    names.sort();
    names.dedup();
    names
}

impl ElectionRow {
    /// Returns the names under which the links of the current record are indexed.
    pub(super) fn link_names(&self) -> Vec<String> {
        link_names(&self.summary_row.summary, self.version.source_name.as_deref())
    }
}

impl StoreWriter {
    pub(super) fn put_links(
        &mut self,
        id: u64,
        links: &[String],
        election_key: &ElectionKey,
    ) -> Result<()> {
        let encoded_key = encode(election_key)?;
        links.iter().for_each(|link| self.put(&StoreKey::Link(link, id), encoded_key.clone()));
        Ok(())
    }

    /// Deletes the links of an election, except those in `retained`.
    pub(super) fn delete_links(&mut self, row: &ElectionRow, retained: &[String]) {
        for link in row.link_names().into_iter().filter(|link| !retained.contains(link)) {
            self.delete(&StoreKey::Link(&link, row.id()));
        }
    }
}
