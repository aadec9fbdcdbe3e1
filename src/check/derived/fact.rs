//! Facts that follow from a record.

use std::fmt;

use serde::Serialize;

use crate::model::{Decimal, Interval, format_range};

/// The kind of a derived fact. Its JSON name is the variant in snake case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
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
    /// The same lead in percentage points.
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DerivedFact {
    /// The kind of the fact.
    pub fact: FactKind,
    /// Address of the election.
    pub address: String,
    /// The field that would state the fact.
    pub place: String,
    /// The value as text for people: "70,655 or 70,656", "hold by Unity".
    pub value: String,
    /// Unit of the value: `votes`, `people`, `points`, or empty.
    pub unit: String,
    /// Lower bound of a numeric value.
    pub least: Option<Decimal>,
    /// Upper bound of a numeric value.
    pub most: Option<Decimal>,
    /// Calculation of the value.
    pub arithmetic: String,
    /// The sentence of the prose that supplies a number, if the record does not state it.
    pub prose: Option<String>,
}

impl DerivedFact {
    pub(super) fn new(fact: FactKind, place: String, value: String, arithmetic: String) -> Self {
        let (address, unit, least, most, prose) = Default::default();
        Self { fact, address, place, value, unit, least, most, arithmetic, prose }
    }

    /// Creates a fact whose value is a count within a range.
    pub(super) fn count(
        fact: FactKind,
        place: String,
        range: (u128, u128),
        arithmetic: String,
    ) -> Self {
        let (least, most) = range;
        let value = match most.checked_sub(least) {
            Some(1) => format_range(least, most).replace(" to ", " or "),
            _ => format_range(least, most),
        };
        let exact = |number: u128| Decimal::new(i64::try_from(number).ok()?, 0);
        let unit = if fact == FactKind::Voted { "people" } else { "votes" }.to_owned();
        let (least, most) = (exact(least), exact(most));
        Self { unit, least, most, ..Self::new(fact, place, value, arithmetic) }
    }

    pub(super) fn points(
        fact: FactKind,
        place: String,
        value: String,
        range: Interval,
        arithmetic: String,
    ) -> Self {
        let (least, most) = (range.least().parse().ok(), range.most().parse().ok());
        let unit = "points".to_owned();
        Self { unit, least, most, ..Self::new(fact, place, value, arithmetic) }
    }
}
