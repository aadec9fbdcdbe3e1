//! Changes of parties over time, from lineages: successions and new names.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::model::{Lineage, PartialDate, Party};

/// Kind of a change of a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum PartyChangeKind {
    /// The party, or a part of it, became another party or joined it.
    Succession,
    /// The party took another name.
    Renaming,
}

/// One change of a party.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PartyChange {
    /// Date of the change, with the precision of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// Usual name of the party.
    pub party: String,
    /// Kind of the change.
    pub kind: PartyChangeKind,
    /// Name of the successor, or the new name of the party.
    pub to: String,
    /// Remark of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Name of the mapping that imported the lineage.
    pub source: String,
}

/// Returns the changes of parties in chronological order. With `party`, returns only the changes of
/// parties with this name, and the successions that lead to them.
///
/// ```
/// use hustings::analysis::party_changes::{PartyChangeKind, party_changes};
/// use hustings::model::{Lineage, Party, PartyName, PartySuccession};
/// let party = |id: &str, name: &str| Party {
///     id: id.to_owned(),
///     names: vec![PartyName { name: name.to_owned(), since: None }],
///     ..Party::default()
/// };
/// let lineage = Lineage {
///     parties: vec![party("1", "Court Party"), party("2", "Royal Party")],
///     successions: vec![PartySuccession {
///         from: "1".to_owned(),
///         to: "2".to_owned(),
///         ..PartySuccession::default()
///     }],
///     ..Lineage::default()
/// };
/// let changes = party_changes(&[lineage], Some("Court Party"));
/// assert_eq!((changes[0].kind, changes[0].to.as_str()), (PartyChangeKind::Succession, "Royal Party"));
/// ```
#[must_use]
pub fn party_changes(lineages: &[Lineage], party: Option<&str>) -> Vec<PartyChange> {
    let is_selected = |candidate: &Party| party.is_none_or(|name| candidate.has_name(name));
    let mut changes = Vec::new();
    for lineage in lineages {
        let ids: HashMap<&str, &Party> =
            lineage.parties.iter().map(|party| (party.id.as_str(), party)).collect();
        let change = |party: &Party, kind, to: &str, date, note: Option<&String>| PartyChange {
            date,
            party: party.name().to_owned(),
            kind,
            to: to.to_owned(),
            note: note.cloned(),
            source: lineage.source.clone(),
        };
        for succession in &lineage.successions {
            let ends = [&succession.from, &succession.to].map(|id| ids.get(id.as_str()).copied());
            if let [Some(from), Some(to)] = ends
                && (is_selected(from) || is_selected(to))
            {
                let (date, note) = (succession.date, succession.note.as_ref());
                changes.push(change(from, PartyChangeKind::Succession, to.name(), date, note));
            }
        }
        for candidate in lineage.parties.iter().filter(|party| is_selected(party)) {
            for name in candidate.names.iter().filter(|name| name.since.is_some()) {
                let kind = PartyChangeKind::Renaming;
                changes.push(change(candidate, kind, &name.name, name.since, None));
            }
        }
    }
    changes.sort();
    changes
}
