//! Facts that follow from a record.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{Decimal, Interval, format_range};

/// The kind of a derived fact. Its JSON name is the variant in snake case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FactKind {
    /// Number of valid votes, bounded by every contender's votes and share.
    ValidVotes,
    /// Number of people who voted: the turnout applied to the registered voters.
    Voted,
    /// Share of everyone but the listed contenders, in percentage points.
    OthersShare,
    /// Votes of everyone but the listed contenders.
    OthersVotes,
    /// Lead of the first over the second contender in the last round, in votes.
    MarginVotes,
    /// Lead of the first over the second contender in the last round, in percentage points.
    MarginShare,
    /// Whether the office stays with its party.
    Office,
    /// Whether the incumbent returns to the office.
    Incumbent,
}

impl FactKind {
    /// Returns the label shown before the value, such as "valid votes".
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ValidVotes => "valid votes",
            Self::Voted => "voted",
            Self::OthersShare | Self::OthersVotes => "went to others",
            Self::MarginVotes | Self::MarginShare => "margin",
            Self::Office => "office",
            Self::Incumbent => "incumbent",
        }
    }
}

impl fmt::Display for FactKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One fact that follows from a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DerivedFact {
    /// The kind of the fact.
    pub kind: FactKind,
    /// Address of the election.
    pub address: String,
    /// The field that would state the fact.
    pub place: String,
    /// The value as readable text: "70,655 or 70,656", "hold by Unity".
    pub value: String,
    /// Unit of the value: `votes`, `people`, `points`, or empty.
    pub unit: String,
    /// Lower bound of a numeric value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<Decimal>,
    /// Upper bound of a numeric value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Decimal>,
    /// Calculation of the value.
    pub arithmetic: String,
    /// The sentence of the prose that supplies a number, if the record does not state it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prose: Option<String>,
}

impl DerivedFact {
    pub(super) fn new(kind: FactKind, place: String, value: String, arithmetic: String) -> Self {
        let (address, unit, low, high, prose) = Default::default();
        Self { kind, address, place, value, unit, low, high, arithmetic, prose }
    }

    /// Creates a fact whose value is a count within a range.
    pub(super) fn count(
        kind: FactKind,
        place: String,
        range: (u128, u128),
        arithmetic: String,
    ) -> Self {
        let (low, high) = range;
        let value = match high.checked_sub(low) {
            Some(1) => format_range(low, high).replace(" to ", " or "),
            _ => format_range(low, high),
        };
        let to_decimal = |number: u128| Decimal::new(i64::try_from(number).ok()?, 0);
        let unit = if kind == FactKind::Voted { "people" } else { "votes" }.to_owned();
        let (low, high) = (to_decimal(low), to_decimal(high));
        Self { unit, low, high, ..Self::new(kind, place, value, arithmetic) }
    }

    pub(super) fn points(
        kind: FactKind,
        place: String,
        value: String,
        range: Interval,
        arithmetic: String,
    ) -> Self {
        let (low, high) = (range.format_low().parse().ok(), range.format_high().parse().ok());
        let unit = "points".to_owned();
        Self { unit, low, high, ..Self::new(kind, place, value, arithmetic) }
    }
}
