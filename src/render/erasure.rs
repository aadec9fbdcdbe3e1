//! Renders the report of an erasure.

use std::io;

use super::{Block, Report, Table};
use crate::archive::{ErasedVersion, ErasureReport};

/// Number of characters of a digest that the text shows.
const DIGEST_CHARS: usize = 12;

/// Renders the erased versions, one row each, and what remains to be done.
///
/// # Errors
/// When the report cannot be serialised as JSON.
pub fn erasure(report: &ErasureReport) -> io::Result<Report> {
    let mut table = Table::new(&["version", ">import", "…title", "digest", "current version"]);
    for erased in &report.erased {
        table.rows.push(vec![
            erased.address.clone(),
            erased.import.to_string(),
            erased.title.clone(),
            erased.digest.get(..DIGEST_CHARS).unwrap_or(&erased.digest).to_owned(),
            describe_current(erased),
        ]);
    }
    let mut blocks = vec![Block { table: table.clone(), show_header: true, ..Block::default() }];
    if !report.same_text.is_empty() {
        let mut same = Table::new(&["version", ">import", "…title"]);
        for version in &report.same_text {
            same.rows.push(vec![
                version.address.clone(),
                version.import.to_string(),
                version.title.clone(),
            ]);
        }
        blocks.push(Block {
            heading: "The same text remains in these versions (--all erases them too):".to_owned(),
            table: same,
            ..Block::default()
        });
    }
    Ok(Report { rows: Some(table), ..Report::from_blocks(report, blocks)? })
}

/// Describes which version is current after an erasure.
fn describe_current(erased: &ErasedVersion) -> String {
    match (erased.was_current, erased.current) {
        (_, None) => "none: the election has no record".to_owned(),
        (true, Some(current)) => format!("{current}, instead of this one"),
        (false, Some(current)) => format!("{current}, as before"),
    }
}
