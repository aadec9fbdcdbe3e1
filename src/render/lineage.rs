//! Renders party lineages: successions and changes of name.

use std::io;

use super::report::or_empty;
use super::{PartyChangeList, Report, Table};
use crate::analysis::party_changes::{PartyChangeKind, party_changes};
use crate::model::Lineage;

/// Renders the changes of parties in chronological order, one row each; with `party`, only those of
/// that party.
///
/// # Errors
/// When a change cannot be serialised as JSON.
pub fn lineage(lineages: &[Lineage], party: Option<&str>) -> io::Result<Report> {
    let changes = party_changes(lineages, party);
    let mut table = Table::new(&["date", "party", "what", "other", "…note", "…source"]);
    for change in &changes {
        let what = match change.kind {
            PartyChangeKind::Succession => "became or joined",
            PartyChangeKind::Renaming => "was called",
        };
        table.rows.push(vec![
            or_empty(change.date),
            change.party.clone(),
            what.to_owned(),
            change.to.clone(),
            or_empty(change.note.as_ref()),
            change.source.clone(),
        ]);
    }
    Report::from_answer(&PartyChangeList { changes }, table)
}
