//! The data that key-value stores and the plain file keep about an election besides its records,
//! and how they walk a chain with it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use hustings::model::fold;
use serde::{Deserialize, Serialize};

use super::parsed::Parsed;
use super::{Res, Step, known};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) title: String,
    pub(super) folded: String,
    /// Slug of the country, because queries use many spellings.
    pub(super) country: String,
    /// Country as the record spells it.
    pub(super) shown: Option<String>,
    pub(super) year: Option<i32>,
    pub(super) kind: String,
    pub(super) date: Option<String>,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
    /// Import of each version, in order.
    pub(super) imports: Vec<u64>,
}

impl Entry {
    /// Returns the entry with the values of another version.
    pub(super) fn with(self, given: &Parsed, import: u64) -> Self {
        let mut imports = self.imports;
        imports.push(import);
        Self { imports, ..given.entry.clone() }
    }

    /// Returns the number of the latest version.
    pub(super) fn current(&self) -> u32 {
        self.imports.len() as u32
    }

    /// Returns the number of the latest version as of an import.
    pub(super) fn as_of(&self, import: u64) -> u32 {
        self.imports.iter().filter(|of| **of <= import).count() as u32
    }

    /// Returns whether the election has a date (a month or a day) and a type. A year always
    /// matches, because the caller has selected by year.
    pub(super) fn is_of(&self, date: &str, kind: Option<&str>) -> bool {
        let dated = date.len() == 4 || self.date.as_ref().is_some_and(|own| own.starts_with(date));
        dated && kind.is_none_or(|kind| kind == self.kind)
    }
}

/// Which link of an election.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Previous,
    Next,
}

impl Side {
    fn of(self, entry: &Entry) -> Option<&str> {
        match self {
            Self::Previous => entry.previous.as_deref(),
            Self::Next => entry.next.as_deref(),
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Previous => Self::Next,
            Self::Next => Self::Previous,
        }
    }
}

/// Access to entries.
pub(super) trait Entries {
    fn id(&self, folded: &str) -> Res<Option<u64>>;
    fn entry(&self, id: u64) -> Res<Cow<'_, Entry>>;
    /// Returns the elections whose link on this side is to a title.
    fn naming(&self, side: Side, folded: &str) -> Res<Vec<u64>>;

    fn known_id(&self, title: &str) -> Res<u64> {
        Ok(self.id(&fold(title))?.ok_or("no such election")?)
    }
}

/// Walks from an election to the earlier and the later ones. Returns the elections, and the
/// evidence for each step.
pub(super) fn walk<'a>(
    entries: &'a dyn Entries,
    title: &str,
) -> Res<Vec<(u64, Cow<'a, Entry>, &'static str)>> {
    let id = entries.known_id(title)?;
    let start = entries.entry(id)?;
    let mut seen = BTreeSet::from([id]);
    let mut steps = go(entries, &start, Side::Previous, &mut seen)?;
    steps.reverse();
    let later = go(entries, &start, Side::Next, &mut seen)?;
    steps.push((id, start, "start"));
    steps.extend(later);
    Ok(steps)
}

fn go<'a>(
    entries: &'a dyn Entries,
    start: &Entry,
    side: Side,
    seen: &mut BTreeSet<u64>,
) -> Res<Vec<(u64, Cow<'a, Entry>, &'static str)>> {
    let mut steps: Vec<(u64, Cow<'a, Entry>, &'static str)> = Vec::new();
    loop {
        let here = steps.last().map_or(start, |(_, entry, _)| entry);
        let own = side.of(here).map(|title| entries.id(title)).transpose()?.flatten();
        let claims = entries.naming(side.other(), &here.folded)?;
        let mut found = None;
        for id in own.into_iter().chain(claims) {
            let entry = entries.entry(id)?;
            if entry.kind == start.kind && seen.insert(id) {
                found = Some((id, entry));
                break;
            }
        }
        let Some((id, entry)) = found else { return Ok(steps) };
        let sides =
            [side.of(here) == Some(&entry.folded), side.other().of(&entry) == Some(&here.folded)];
        let known = match side {
            Side::Previous => known(sides[1], sides[0]),
            Side::Next => known(sides[0], sides[1]),
        };
        steps.push((id, entry, known));
    }
}

/// Converts a walked chain into the answer.
pub(super) fn steps(walked: Vec<(u64, Cow<'_, Entry>, &'static str)>) -> Vec<Step> {
    let step = |(_, entry, known): (u64, Cow<'_, Entry>, &'static str)| {
        let entry = entry.into_owned();
        Step { title: entry.title, country: entry.shown, date: entry.date, known }
    };
    walked.into_iter().map(step).collect()
}
