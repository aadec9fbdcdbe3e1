//! The changes of one election, by source.

use serde::{Deserialize, Serialize};

use crate::analysis::diff::{Change, Delta, NameSuggestion};
use crate::model::{ElectionChangeKind, PartialDate};

/// An election that changed between two states of the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ElectionChange {
    /// Shortest address that names only this election now.
    pub address: String,
    /// Title of the election now.
    pub title: String,
    /// Country of the election now, as its source spells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// First date of the election now, as precise as the record states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// The changes: one for each source that changed its statement, and one for each kind of change
    /// by a user.
    pub changes: Vec<SourceChange>,
}

impl ElectionChange {
    /// Returns the kinds of changes, each once.
    #[must_use]
    pub fn kinds(&self) -> Vec<ElectionChangeKind> {
        let kinds = self.changes.iter().flat_map(|change| &change.kinds);
        let mut kinds: Vec<ElectionChangeKind> = kinds.copied().collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// Returns whether a count of votes fell.
    #[must_use]
    pub fn has_fall(&self) -> bool {
        let mut corrections = self.changes.iter().flat_map(|change| &change.corrections);
        corrections.any(|correction| correction.fell)
    }
}

/// What one source, or a user, changed in an election.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SourceChange {
    /// Name of the source. Absent for a change by a user, and for an alias that merged elections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The kinds of changes, each once.
    pub kinds: Vec<ElectionChangeKind>,
    /// Number of the import that made the last of these changes.
    pub import: u64,
    /// Number of the version before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_version: Option<u32>,
    /// Number of the version after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_version: Option<u32>,
    /// The title before and after, if it changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<TitleChange>,
    /// The values that changed, except the title and titles in links to renamed elections.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correction>,
    /// Contenders that left and entered, and may be one: with a similar name, or the same figures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub name_suggestions: Vec<NameSuggestion>,
    /// Titles in links that changed because the other election was renamed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<TitleChange>,
    /// Titles of the elections that were merged into this one.
    #[serde(default, rename = "joined", skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<String>,
    /// Titles of the elections that are no longer merged into this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub split: Vec<String>,
}

/// A title before and after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TitleChange {
    /// Title before.
    pub before: String,
    /// Title after.
    pub after: String,
}

impl From<[String; 2]> for TitleChange {
    fn from([before, after]: [String; 2]) -> Self {
        Self { before, after }
    }
}

/// A value that a source corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Correction {
    /// The change.
    #[serde(flatten)]
    pub change: Change,
    /// Whether a count of votes or ballots fell.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fell: bool,
}

impl From<Change> for Correction {
    fn from(change: Change) -> Self {
        let is_fall = matches!(change.delta, Some(Delta::Count(by)) if by < 0);
        let fell = is_fall && is_count_of_votes(&change.field);
        Self { change, fell }
    }
}

/// Returns whether a field counts votes or ballots: `votes`, `Ayes: votes`, `round 2 cast`.
fn is_count_of_votes(field: &str) -> bool {
    const COUNTS: [&str; 5] = ["votes", "cast", "valid", "invalid", "blank"];
    let is_count = |word: &str| COUNTS.contains(&word.trim_end_matches(':'));
    !field.contains("electoral votes") && field.split([' ', ',']).any(is_count)
}
