//! Renders pairs of records that may be one election.

use std::io;

use super::{MatchList, Report, Table};
use crate::analysis::matches::ElectionMatch;

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
