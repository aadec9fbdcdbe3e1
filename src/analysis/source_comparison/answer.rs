//! The answers of a comparison of sources.

use serde::{Deserialize, Serialize};

use crate::analysis::diff::{ChangeValue, Delta};
use crate::archive::SourceVersion;
use crate::model::Ballot;

/// What the sources of one election state, figure by figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SourceComparison {
    /// Shortest address that names only this election.
    pub address: String,
    /// Title of the election.
    pub title: String,
    /// The latest version of each source, in the order of preference. Sources that no longer have
    /// the election are last, and are not compared.
    pub sources: Vec<SourceVersion>,
    /// The figures: of the election, then of each contest and its contenders.
    pub figures: Vec<ComparedFigure>,
}

/// A figure, and the value of each source that states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ComparedFigure {
    /// Name of the contest, if the election has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contest: Option<String>,
    /// Name of the contender, as the first source that lists it spells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contender: Option<String>,
    /// Name of the figure: `date`, `turnout`, `votes`, `share`.
    pub field: String,
    /// Round, counted from 1. Absent if the figure is not of a ballot, or if the source does not
    /// state the round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<u8>,
    /// Label that says what the figures of the ballot count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Whether the sources agree.
    pub status: FigureStatus,
    /// Highest value minus lowest value, if the sources differ and the values are numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<Delta>,
    /// The values, in the order of the sources.
    pub values: Vec<SourceValue>,
}

impl ComparedFigure {
    /// Returns the name of the figure with its ballot: "turnout", "votes, round 2". The ballot is
    /// omitted if it is the first round without a label.
    #[must_use]
    pub fn name(&self) -> String {
        let ballot = Ballot { round: self.round, label: self.label.as_deref() };
        match (self.round, &self.label) {
            (None | Some(1), None) => self.field.clone(),
            (None, Some(label)) => format!("{}, {label}", self.field),
            _ => format!("{}, {ballot}", self.field),
        }
    }
}

/// Agreement of the sources on a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FigureStatus {
    /// All sources that state the figure state the same value.
    Agree,
    /// The values differ only in precision: 64.7 and 64.71, or 2012 and 2012-07-19.
    Rounded,
    /// Two values differ.
    Differ,
    /// Only one source states the figure.
    OneSource,
}

impl std::fmt::Display for FigureStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Agree => "agree",
            Self::Rounded => "rounded",
            Self::Differ => "differ",
            Self::OneSource => "one source",
        })
    }
}

/// The value that a source states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SourceValue {
    /// Name of the source.
    pub source: String,
    /// The value as text, with the precision of the source.
    pub text: String,
    /// The value by type.
    pub value: ChangeValue,
}

/// A source beside the one that a record is shown from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct OtherSource {
    /// Name of the source.
    pub source: String,
    /// Number of its latest version.
    pub version: u32,
    /// Whether the source no longer has the election.
    pub absent: bool,
    /// Number of figures that both state.
    pub compared: u64,
    /// The figures that differ by more than precision. The first value is that of the record.
    pub differing: Vec<ComparedFigure>,
}

/// How often the sources of many elections agree.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SourceAgreementList {
    /// Number of elections that at least two sources have.
    pub elections: u64,
    /// The sources, starting with the one of whose compared figures the largest part differs.
    pub sources: Vec<SourceTotals>,
    /// Each kind of figure of each pair of sources, starting with the one with the most differing
    /// figures.
    pub pairs: Vec<SourceAgreement>,
}

/// How often a source agrees with the others.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SourceTotals {
    /// Name of the source.
    pub source: String,
    /// Number of elections that this source and another one have.
    pub elections: u64,
    /// Number of comparisons of one of its figures with that of one other source.
    pub compared: u64,
    /// Number of comparisons of equal values.
    pub agree: u64,
    /// Number of comparisons of values that differ only in precision.
    pub rounded: u64,
    /// Number of comparisons of values that differ.
    pub differ: u64,
}

/// How often two sources agree on one kind of figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SourceAgreement {
    /// Names of the two sources.
    pub sources: [String; 2],
    /// Name of the figure, without its ballot.
    pub field: String,
    /// Number of figures that both state.
    pub compared: u64,
    /// Number of equal values.
    pub agree: u64,
    /// Number of values that differ only in precision.
    pub rounded: u64,
    /// Number of values that differ.
    pub differ: u64,
    /// The largest difference, if the values are numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub largest: Option<LargestDifference>,
}

/// The largest difference of two sources in one kind of figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LargestDifference {
    /// Address of the election.
    pub address: String,
    /// Name of the contest, if the election has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contest: Option<String>,
    /// Name of the contender, if the figure is of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contender: Option<String>,
    /// Name of the figure with its ballot.
    pub figure: String,
    /// Value of each source, as text.
    pub values: [String; 2],
    /// Higher value minus lower value.
    pub difference: Delta,
}
