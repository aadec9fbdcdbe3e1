//! What there should be: a plain list in memory.

use std::collections::BTreeMap;

use super::steps::Given;

/// What there should be.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    /// Which list of versions an election has; aliased ones share one.
    pub(super) lists: BTreeMap<u8, u8>,
    pub(super) versions: BTreeMap<u8, Vec<Version>>,
    pub(super) imports: u64,
}

/// A removal has no text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Version {
    pub(super) import: u64,
    pub(super) text: Option<String>,
    pub(super) time: Option<u8>,
}

impl Model {
    pub(super) fn list(&self, election: u8) -> Option<u8> {
        self.lists.get(&election).copied()
    }

    /// The last that came, but for those that their sources had before what came earlier.
    pub(super) fn current(&self, election: u8) -> Option<&Version> {
        let mut came: Vec<&Version> = self.versions.get(&self.list(election)?)?.iter().collect();
        came.sort_by_key(|version| version.import);
        let past = |at: usize| {
            came[at].time.is_some() && came[..at].iter().any(|earlier| earlier.time > came[at].time)
        };
        (0..came.len()).rev().find(|at| !past(*at)).map(|at| came[at])
    }

    pub(super) fn import(&mut self, documents: &[Given]) -> usize {
        let mut added = 0;
        for given in documents {
            let list = *self.lists.entry(given.election).or_insert(given.election);
            let versions = self.versions.entry(list).or_default();
            let (text, time) = (Some(given.text()), given.time);
            if !versions.iter().any(|known| (&known.text, known.time) == (&text, time)) {
                versions.push(Version { import: self.imports + 1, text, time });
                added += 1;
            }
        }
        self.imports += u64::from(added > 0);
        added
    }

    pub(super) fn push(&mut self, election: u8, text: Option<String>) {
        self.imports += 1;
        let list = self.list(election).unwrap();
        let version = Version { import: self.imports, text, time: None };
        self.versions.entry(list).or_default().push(version);
    }

    pub(super) fn remove(&mut self, election: u8) -> bool {
        let there = self.current(election).is_some_and(|current| current.text.is_some());
        if there {
            self.push(election, None);
        }
        there
    }

    pub(super) fn revert(&mut self, election: u8, version: u32) -> bool {
        let versions = self.list(election).and_then(|list| self.versions.get(&list));
        let old = versions.and_then(|versions| versions.get(version as usize - 1));
        let Some(text) = old.and_then(|old| old.text.clone()) else { return false };
        if self.current(election).is_some_and(|current| current.text.as_ref() == Some(&text)) {
            return false;
        }
        self.push(election, Some(text));
        true
    }

    pub(super) fn alias(&mut self, one: u8, other: u8) -> bool {
        let Some(list) = self.list(one) else { return false };
        if self.list(other) == Some(list) {
            return false;
        }
        self.imports += 1;
        match self.list(other) {
            Some(joined) => {
                let moved = self.versions.remove(&joined).unwrap_or_default();
                self.versions.entry(list).or_default().extend(moved);
                self.lists
                    .values_mut()
                    .filter(|other| **other == joined)
                    .for_each(|other| *other = list);
            }
            None => {
                self.lists.insert(other, list);
            }
        }
        true
    }
}
