//! Renders pairs of records that may be one election.

use std::io;

use super::{MatchList, Report, Table};
use crate::analysis::matches::ElectionMatch;
use crate::archive::SplitReport;

/// Renders pairs of records, one row each.
///
/// # Errors
/// When a pair cannot be serialised as JSON.
pub fn matches(matches: &[ElectionMatch]) -> io::Result<Report> {
    let mut table =
        Table::new(&["confidence", "first", "sources", "second", "sources", "…evidence"]);
    for found in matches {
        table.rows.push(vec![
            found.confidence.to_string(),
            found.first.address.clone(),
            found.first.sources.join(", "),
            found.second.address.clone(),
            found.second.sources.join(", "),
            found.evidence.join("; "),
        ]);
    }
    Report::from_answer(&MatchList { matches: matches.to_vec() }, table)
}

/// Renders the elections that a split restored, one row each.
#[must_use]
pub fn split(report: &SplitReport) -> Report {
    let mut table = Table::new(&["address", "…title", "no longer merged into"]);
    for restored in &report.elections {
        let row = [&restored.address, &restored.title, &restored.merged_into];
        table.rows.push(row.map(Clone::clone).to_vec());
    }
    Report::from_table(table)
}
