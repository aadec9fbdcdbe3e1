//! Renders party lineages: successions, changes of name, and the parties themselves.

use std::io;

use super::report::or_empty;
use super::{ListedParty, PartyChangeList, PartyList, Report, Table};
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

/// Renders the parties of the lineages, one row each; with `party`, only those with this name.
///
/// # Errors
/// When a party cannot be serialised as JSON.
pub fn parties(lineages: &[Lineage], party: Option<&str>) -> io::Result<Report> {
    let mut table = Table::new(&["party", "…names", "id", "…identifiers", "source"]);
    let mut parties = Vec::new();
    for lineage in lineages {
        for listed in
            lineage.parties.iter().filter(|one| party.is_none_or(|name| one.has_name(name)))
        {
            let names: Vec<String> = listed.names.iter().map(|name| name.name.clone()).collect();
            let identifiers = listed.identifiers.iter();
            let identifiers: Vec<String> =
                identifiers.map(|(scheme, id)| format!("{scheme} {id}")).collect();
            table.rows.push(vec![
                listed.name().to_owned(),
                names.get(1..).unwrap_or_default().join(", "),
                listed.id.clone(),
                identifiers.join(", "),
                lineage.source.clone(),
            ]);
            parties.push(ListedParty {
                source: lineage.source.clone(),
                id: listed.id.clone(),
                name: listed.name().to_owned(),
                names,
                identifiers: listed.identifiers.clone(),
            });
        }
    }
    Report::from_answer(&PartyList { parties }, table)
}
