//! Pairings of contenders and the methods that found them.

use serde::{Deserialize, Serialize};

/// Method that matched contenders of two contests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MatchMethod {
    /// The contenders are equal in every field.
    Identical,
    /// The contenders share a person.
    Person,
    /// The contenders share a party, and no person distinguishes them.
    Party,
    /// The contenders are one party under two names.
    Renamed,
    /// One party became the other.
    Succession,
    /// Several parties became one party, or joined it.
    Merger,
    /// One party divided and no longer stands.
    Split,
    /// Parties divided and merged at the same time.
    Regrouping,
    /// The names may be two spellings of one name. Used only if
    /// [`MatchOptions::match_spellings`](super::MatchOptions::match_spellings) is set.
    Spelling,
}

/// Confidence in a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Confidence {
    /// The sources state the same page or id for both contenders, or the contenders are equal.
    Certain,
    /// The names are the same, or a lineage records a succession between the two elections or
    /// without a date.
    Likely,
    /// A lineage records the succession after the second election, the successor is much smaller,
    /// or the names are only similar.
    Possible,
}

/// Contenders of both contests that belong together, by index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pairing {
    pub(crate) before: Vec<usize>,
    pub(crate) after: Vec<usize>,
    pub(crate) method: MatchMethod,
    pub(crate) confidence: Confidence,
    pub(crate) evidence: Vec<String>,
}

impl Pairing {
    pub(super) fn new(at: usize, to: usize, method: MatchMethod, confidence: Confidence) -> Self {
        Self { before: vec![at], after: vec![to], method, confidence, evidence: Vec::new() }
    }
}

/// Part of a party that left for another party. The contenders of both parties are identified by
/// index.
#[derive(Debug)]
pub(in crate::analysis) struct SplitPart {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Whether the other party is new. If not, it also stood in the earlier contest.
    pub(crate) is_new: bool,
    pub(crate) evidence: Vec<String>,
}
