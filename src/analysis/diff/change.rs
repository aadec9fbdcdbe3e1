//! One change of a comparison, with typed values.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::analysis::matching::MatchMethod;
use crate::model::{Decimal, PartialDate};

/// Kind of change to a value or contender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// The value differs.
    Changed,
    /// The value is the same, stated with a different precision.
    Precision,
    /// Only the later version states the value, or only the later record has the contest.
    Added,
    /// Only the earlier version states the value, or only the earlier record has the contest.
    Removed,
    /// Only the earlier of two elections states the value. This is a gap in a source, not a change.
    OnlyBefore,
    /// Only the later of two elections states the value. This is a gap in a source, not a change.
    OnlyAfter,
    /// Both elections state the value, but one does not state its round.
    NotCompared,
    /// The contender stands only in the later contest.
    Entered,
    /// The contender stands only in the earlier contest.
    Left,
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Changed => "changed",
            Self::Precision => "precision only",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::OnlyBefore => "only before",
            Self::OnlyAfter => "only after",
            Self::NotCompared => "not compared: round not stated",
            Self::Entered => "entered",
            Self::Left => "left",
        })
    }
}

/// Difference of two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Delta {
    /// Difference of two counts, such as votes, seats or people.
    Count(i64),
    /// Difference of two percentages, in percentage points. Exact.
    Points(Decimal),
}

/// A value before or after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangedValue {
    /// The value as text. Results of several contenders that correspond to one on the other side
    /// are joined by " + ".
    pub text: String,
    /// The value by type. Results of several contenders are added up.
    pub value: ChangeValue,
}

impl ChangedValue {
    /// Creates a value that is only a text.
    pub(crate) fn from_text(text: String) -> Self {
        Self { value: ChangeValue::Text(text.clone()), text }
    }
}

impl fmt::Display for ChangedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// A changed value by type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum ChangeValue {
    /// A count, such as votes, seats or people.
    Count(u64),
    /// Any other integer, such as a year or a change of seats.
    Number(i64),
    /// A share or a change of a share. Exact.
    Decimal(Decimal),
    /// A date.
    Date(PartialDate),
    /// A text.
    Text(String),
    /// Several values, such as the days of a vote, the people of a list, or figures of several
    /// rounds.
    List(Vec<ChangeValue>),
}

/// A single change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Change {
    /// Name of the contest, if the record has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contest: Option<String>,
    /// Name of the contender that the value belongs to. `None` for the election or the contest
    /// itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contender: Option<String>,
    /// Method that matched the contender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub match_method: Option<MatchMethod>,
    /// Name of the field: `turnout`, `votes`, `share`; with several rounds, `round 2 votes`.
    pub field: String,
    /// Kind of change.
    pub kind: ChangeKind,
    /// Earlier value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<ChangedValue>,
    /// Later value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<ChangedValue>,
    /// Later value minus earlier value, if both are numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delta: Option<Delta>,
}

impl Change {
    /// Returns whether only one of two elections states the value, or states it without a round.
    /// This is not a change.
    #[must_use]
    pub fn is_one_sided(&self) -> bool {
        matches!(
            self.kind,
            ChangeKind::OnlyBefore | ChangeKind::OnlyAfter | ChangeKind::NotCompared
        )
    }

    /// Replaces "added" and "removed" by "only after" and "only before", for a comparison of two
    /// elections.
    pub(super) fn mark_one_sided(&mut self) {
        self.kind = match self.kind {
            ChangeKind::Added => ChangeKind::OnlyAfter,
            ChangeKind::Removed => ChangeKind::OnlyBefore,
            other => other,
        };
    }

    pub(super) fn new(field: impl Into<String>) -> Self {
        Self {
            contest: None,
            contender: None,
            match_method: None,
            field: field.into(),
            kind: ChangeKind::Changed,
            before: None,
            after: None,
            delta: None,
        }
    }
}
