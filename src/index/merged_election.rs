//! The elections that are merged into one election, each as it would be alone. A split restores them.

use serde::{Deserialize, Serialize};

use super::source_state::SourceState;

/// One of the elections that are merged into one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct MergedElection {
    /// The election's id before the merge.
    pub(crate) id: u64,
    /// Its folded titles.
    pub(crate) titles: Vec<String>,
    /// What each source states about it. The version numbers are those of the merged election.
    pub(super) sources: Vec<SourceState>,
    /// Its versions: first and last number of each run, as numbers of the merged election.
    versions: Vec<(u32, u32)>,
}

impl MergedElection {
    /// Creates the part of an election with `version_count` versions.
    pub(super) fn new(
        id: u64,
        titles: Vec<String>,
        sources: Vec<SourceState>,
        version_count: u32,
    ) -> Self {
        Self { id, titles, sources, versions: vec![(1, version_count)] }
    }

    /// Adds the last version of the merged election.
    pub(super) fn add_version(&mut self, number: u32) {
        match self.versions.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => self.versions.push((number, number)),
        }
    }

    /// Adds a folded title, unless the part has it.
    pub(super) fn add_title(&mut self, folded: &str) {
        if !self.titles.iter().any(|title| title == folded) {
            self.titles.push(folded.to_owned());
        }
    }

    /// Returns whether a version is one of the part.
    pub(crate) fn has_version(&self, number: u32) -> bool {
        self.versions.iter().any(|(first, last)| (*first..=*last).contains(&number))
    }

    /// Returns what each source states about the election.
    pub(crate) fn sources(&self) -> &[SourceState] {
        &self.sources
    }

    /// Returns the numbers of the part's versions, in ascending order.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.versions.iter().flat_map(|(first, last)| *first..=*last)
    }

    /// Replaces every version number.
    pub(super) fn renumber(&mut self, new_number: impl Fn(u32) -> u32) {
        let numbers: Vec<u32> = self.numbers().collect();
        self.versions.clear();
        numbers.into_iter().for_each(|number| self.add_version(new_number(number)));
        self.sources.iter_mut().for_each(|state| state.version = new_number(state.version));
    }
}

/// A merge of two elections that was undone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Split {
    /// Number of the import that undid the merge.
    pub(crate) import: u64,
    /// Number of the import that had merged them.
    pub(crate) merged_by: u64,
    /// Ids of the two elections: the one to which the other was merged, and the other.
    pub(crate) elections: [u64; 2],
}

/// A merge of two elections that is in effect.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Merge {
    /// Number of the import that merged them.
    pub(crate) import: u64,
    /// Number of the journal line that merged them.
    pub(super) line: u64,
    /// Id of the election that the other was merged into.
    pub(super) into: u64,
    /// Ids of the parts of the other election. The first is the other election itself.
    pub(crate) parts: Vec<u64>,
}
