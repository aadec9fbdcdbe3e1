//! Pairs of records that may be one election.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::archive::ElectionId;
use crate::model::{ElectionType, PartialDate};

/// Two records that may be one election, from different sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ElectionMatch {
    /// Confidence that the two are one election.
    pub confidence: MatchConfidence,
    /// The record that was imported first.
    pub first: MatchedElection,
    /// The other record.
    pub second: MatchedElection,
    /// What the two have in common, and what speaks against a match, in words.
    pub evidence: Vec<String>,
}

/// One record of a match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MatchedElection {
    /// The election.
    pub id: ElectionId,
    /// Shortest address that names only this election.
    pub address: String,
    /// Title of the election.
    pub title: String,
    /// First date of the election, as precise as the record states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// Type of the election.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ElectionType>,
    /// Names of its sources.
    pub sources: Vec<String>,
}

/// Confidence that two records are one election, from the highest to the lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MatchConfidence {
    /// Both have the day, the type and half of the contenders in common, or one names the page of
    /// the other. No other record fits either of them.
    Certain,
    /// Both have the day and the type in common, and one of them states no contenders; or their
    /// dates are close, and they have half of the contenders in common.
    Probable,
    /// The dates and the types do not exclude a match.
    Possible,
}

impl fmt::Display for MatchConfidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Certain => "certain",
            Self::Probable => "probable",
            Self::Possible => "possible",
        })
    }
}
