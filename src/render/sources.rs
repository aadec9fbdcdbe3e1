//! Renders the sources of an archive.

use std::io;

use super::{Report, SourceList, Table};
use crate::archive::SourceInfo;
use crate::model::group_digits;

/// Renders sources, one row each.
///
/// # Errors
/// When a source cannot be serialised as JSON.
pub fn sources(sources: &[SourceInfo]) -> io::Result<Report> {
    let mut table = Table::new(&[
        "source",
        ">rank",
        ">elections",
        ">absent",
        "kind",
        "licence",
        "…address",
        "…attribution",
    ]);
    for info in sources {
        let description = info.description.clone().unwrap_or_default();
        table.rows.push(vec![
            info.name.clone(),
            info.rank.map(|rank| rank.to_string()).unwrap_or_default(),
            group_digits(info.elections),
            group_digits(info.absent),
            description.kind.unwrap_or_default(),
            description.licence.unwrap_or_default(),
            description.address.unwrap_or_default(),
            description.attribution.unwrap_or_default(),
        ]);
    }
    Report::from_answer(&SourceList { sources: sources.to_vec() }, table)
}
