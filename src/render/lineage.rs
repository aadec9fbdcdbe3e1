//! Renders party lineages: successions and changes of name.

use std::collections::HashMap;
use std::io;

use serde_json::json;

use super::report::or_empty;
use super::{Report, Table};
use crate::export::to_json;
use crate::model::{Lineage, PartialDate, Party};

/// Renders the changes of parties in chronological order, one row each; with `party`, only those of
/// that party.
///
/// # Errors
/// When a change cannot be serialised as JSON.
pub fn lineage(lineages: &[Lineage], party: Option<&str>) -> io::Result<Report> {
    let mut changes: Vec<(Option<PartialDate>, [String; 5])> = Vec::new();
    for lineage in lineages {
        let wanted = |of: &Party| party.is_none_or(|name| of.is_called(name));
        let ids: HashMap<&str, &Party> =
            lineage.parties.iter().map(|party| (party.id.as_str(), party)).collect();
        for change in &lineage.changes {
            let ends = [&change.from, &change.to].map(|id| ids.get(id.as_str()).copied());
            if let [Some(from), Some(to)] = ends
                && (wanted(from) || wanted(to))
            {
                let [from, to] = [from, to].map(|party| party.name().to_owned());
                let note = or_empty(change.note.as_ref());
                let row = [from, "became or joined".to_owned(), to, note, lineage.source.clone()];
                changes.push((change.date, row));
            }
        }
        for of in lineage.parties.iter().filter(|of| wanted(of)) {
            for name in of.names.iter().filter(|name| name.since.is_some()) {
                let row = [of.name(), "was called", &name.name, "", &lineage.source];
                changes.push((name.since, row.map(str::to_owned)));
            }
        }
    }
    changes.sort();
    let mut table = Table::new(&["date", "party", "what", "other", "note", "source"]);
    let mut values = Vec::new();
    for (date, row) in changes {
        let [party, what, other, note, source] = &row;
        values.push(to_json(&json!({
            "date": date, "party": party, "what": what, "other": other,
            "note": Some(note).filter(|note| !note.is_empty()), "source": source,
        }))?);
        table.rows.push(std::iter::once(or_empty(date)).chain(row).collect());
    }
    Report::of(&values, table)
}
