//! What one source states about an election.

use serde::{Deserialize, Serialize};

/// What one source states about an election.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct SourceState {
    /// Number of the source.
    pub(crate) source: u32,
    /// Number of the source's latest version: the one with the latest source time, if it has source
    /// times, otherwise the last one. If all of its versions are erased, the first one.
    pub(crate) version: u32,
    /// Number of the journal line of that version; 0 if it is erased.
    pub(crate) line: u64,
    /// Source time of that version.
    pub(crate) source_time: Option<String>,
    /// Identifier of the election in the source.
    pub(crate) id: Option<String>,
    /// When the source did not have the election, although it had it before.
    pub(crate) absences: Vec<Absence>,
}

/// A version that a source states.
#[derive(Debug, Clone, Copy)]
pub(super) struct StatedVersion<'a> {
    pub(super) source: u32,
    pub(super) number: u32,
    pub(super) import: u64,
    pub(super) line: u64,
    pub(super) source_time: Option<&'a String>,
    /// Whether the text of the version was erased. It then identifies the election, and states
    /// nothing.
    pub(super) is_erased: bool,
    pub(super) id: Option<&'a String>,
}

impl SourceState {
    /// Returns whether the source no longer has the election.
    pub(crate) fn is_absent(&self) -> bool {
        self.absences.last().is_some_and(|absence| absence.until.is_none())
    }

    /// Returns whether the source did not have the election after an import.
    pub(crate) fn is_absent_as_of(&self, import: u64) -> bool {
        let mut absences = self.absences.iter();
        absences.any(|absence| {
            absence.from <= import && absence.until.is_none_or(|until| until > import)
        })
    }

    /// Returns the latest of the states of one source, which has several if folders were assigned to
    /// it.
    pub(crate) fn latest<'a>(states: impl Iterator<Item = &'a Self>) -> Option<&'a Self> {
        states.max_by_key(|state| (state.source_time.as_deref(), state.line))
    }

    /// Adds a version to the state of its source, which is added if it is new. Returns whether the
    /// source states another identifier than before.
    pub(super) fn add_version(states: &mut Vec<Self>, version: StatedVersion<'_>) -> bool {
        let position = states.iter().position(|state| state.source == version.source);
        let is_new = position.is_none();
        let position = position.unwrap_or_else(|| {
            states.push(Self { source: version.source, ..Self::default() });
            states.len() - 1
        });
        let Some(state) = states.get_mut(position) else { return false };
        if (is_new || !version.is_erased) && version.source_time >= state.source_time.as_ref() {
            if let Some(absence) = state.absences.last_mut() {
                absence.until.get_or_insert(version.import);
            }
            (state.version, state.line) = (version.number, version.line);
            state.source_time = version.source_time.cloned();
        }
        let has_new_id = version.id.is_some() && state.id.as_ref() != version.id;
        if has_new_id {
            state.id = version.id.cloned();
        }
        has_new_id
    }

    /// Records that a source no longer has the election, from an import on.
    pub(super) fn mark_absent(states: &mut [Self], source: u32, import: u64) {
        let states = states.iter_mut().filter(|state| state.source == source);
        for state in states.filter(|state| !state.is_absent()) {
            state.absences.push(Absence { from: import, until: None });
        }
    }

    /// Combines the states of elections that are merged. If a source states several of them, it has
    /// the merged election as long as it has one of them, and its latest version counts.
    pub(super) fn combine<'a>(states: impl Iterator<Item = &'a Self>) -> Vec<Self> {
        let mut combined: Vec<Self> = Vec::new();
        let order = |state: &Self| (!state.is_absent(), state.source_time.clone(), state.line);
        for state in states {
            match combined.iter_mut().find(|own| own.source == state.source) {
                None => combined.push(state.clone()),
                Some(own) if order(state) > order(own) => {
                    let id = state.id.clone().or(own.id.take());
                    *own = Self { id, ..state.clone() };
                }
                Some(_) => {}
            }
        }
        combined
    }
}

/// A period in which a source did not have an election.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Absence {
    /// Number of the import that recorded the absence.
    pub(crate) from: u64,
    /// Number of the import in which the source had the election again.
    pub(crate) until: Option<u64>,
}
