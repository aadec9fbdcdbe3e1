//! A chain and its steps.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::archive::{ElectionQueries, Record, VersionId};
use crate::model::{Area, ElectionType, PartialDate, serialize_pruned};

/// Options for walking a chain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ChainOptions {
    /// Contest type to follow. Defaults to the type of the start election.
    pub kind: Option<ElectionType>,
    /// Whether to infer missing links. If no record links to a neighbour, the walk takes the
    /// nearest election of the same territory, area and type, and marks the step
    /// [`LinkEvidence::Inferred`].
    pub infer: bool,
}

impl ChainOptions {
    /// Sets the contest type to follow.
    #[must_use]
    pub fn kind(mut self, kind: impl Into<Option<ElectionType>>) -> Self {
        self.kind = kind.into();
        self
    }

    /// Sets whether to infer missing links from territory, area, type and date.
    #[must_use]
    pub fn infer(mut self, infer: bool) -> Self {
        self.infer = infer;
        self
    }
}

/// Evidence for a step of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LinkEvidence {
    /// Start of the walk.
    Start,
    /// Both elections link to each other.
    BothSides,
    /// Only the earlier election links to the later one.
    EarlierSide,
    /// Only the later election links to the earlier one.
    LaterSide,
    /// One election links to the other, which links to a different one.
    Conflicting,
    /// No record links the two; this election is the nearest in time.
    Inferred,
    /// A record links to an election that is not in the archive.
    Missing,
    /// A record links to an election that was removed from the archive.
    Removed,
    /// A record links to an election of another type.
    OtherType,
    /// A record links to an election of another area, or of the whole country.
    OtherArea,
    /// The walk returned to an election that it had already visited.
    Cycle,
}

impl LinkEvidence {
    /// Returns a readable description.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::BothSides => "both sides",
            Self::EarlierSide => "one side (the earlier)",
            Self::LaterSide => "one side (the later)",
            Self::Conflicting => "conflicting",
            Self::Inferred => "inferred",
            Self::Missing => "missing: not in the archive",
            Self::Removed => "missing: removed",
            Self::OtherType => "of another type",
            Self::OtherArea => "of another area",
            Self::Cycle => "cycle: already visited",
        }
    }
}

/// One election of a chain, or a placeholder for a linked election that cannot be shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ChainStep {
    /// Title in the record, or in the link if the election is not in the archive.
    pub title: String,
    /// Address, if the election is in the archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// First date of the record, or the year stated in the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// Country of the election.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Area of the election; absent for a whole country.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "serialize_pruned")]
    pub area: Option<Area>,
    /// Boundaries of the area in the earlier and the later election, if the two neighbours that
    /// [`ChainStep::evidence`] connects state different ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary_change: Option<[String; 2]>,
    /// Evidence for the link to the neighbouring election that is nearer to the start.
    pub evidence: LinkEvidence,
    /// Competing links and contradictory statements.
    pub notes: Vec<String>,
    /// Version of the record. `None` if the election is missing, of another type, or already in the
    /// chain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<VersionId>,
}

/// Consecutive elections, connected by links.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Chain {
    /// Contest type that the chain follows.
    #[serde(rename = "type")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ElectionType>,
    /// Steps in chronological order.
    pub steps: Vec<ChainStep>,
}

impl ChainStep {
    /// Creates a step for an election that is not in the archive. Its other fields can be set.
    #[must_use]
    pub fn new(title: impl Into<String>, evidence: LinkEvidence) -> Self {
        let title = title.into();
        let (address, date, country, area, version) = (None, None, None, None, None);
        let (boundary_change, notes) = (None, Vec::new());
        Self { title, address, date, country, area, boundary_change, evidence, notes, version }
    }
}

impl Chain {
    /// Creates a chain of steps in chronological order.
    #[must_use]
    pub fn new(kind: Option<ElectionType>, steps: Vec<ChainStep>) -> Self {
        Self { kind, steps }
    }

    /// Reads the records of the chain, in order.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub fn records(&self, archive: &impl ElectionQueries) -> Result<Vec<Record>> {
        let versions = self.steps.iter().filter_map(|step| step.version);
        versions.map(|version| archive.record(version)).collect()
    }

    /// Returns the records of each pair of neighbours that are both in the archive.
    ///
    /// # Errors
    /// An item is an error if the archive cannot be read.
    pub fn pairs<'a>(
        &'a self,
        archive: &'a impl ElectionQueries,
    ) -> impl Iterator<Item = Result<[Record; 2]>> + 'a {
        let both = self.steps.windows(2).filter_map(|pair| match pair {
            [earlier, later] => Some((earlier.version?, later.version?)),
            _ => None,
        });
        // The later record of a pair is usually the earlier record of the next pair.
        let mut last: Option<(VersionId, Record)> = None;
        both.map(move |(earlier, later)| {
            let cached = last.take().filter(|(version, _)| *version == earlier);
            let earlier = cached.map_or_else(|| archive.record(earlier), |(_, record)| Ok(record));
            let (earlier, record) = (earlier?, archive.record(later)?);
            last = Some((later, record.clone()));
            Ok([earlier, record])
        })
    }
}
