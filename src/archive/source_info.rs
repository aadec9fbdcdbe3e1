//! The sources of an archive, and what each states about an election.

use serde::{Deserialize, Serialize};

use crate::model::{Source, serialize_pruned};

/// A source of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SourceInfo {
    /// Name. Documents imported without a source have one for each format and folder:
    /// `article:articles`.
    pub name: String,
    /// The description, if the source has one.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "serialize_pruned")]
    pub description: Option<Source>,
    /// Place in the order of preference, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u64>,
    /// Number of elections that the source has.
    pub elections: u64,
    /// Number of elections that the source had and no longer has.
    pub absent: u64,
}

impl SourceInfo {
    /// Counts an election of the source.
    pub(super) fn count(&mut self, is_absent: bool) {
        let count = if is_absent { &mut self.absent } else { &mut self.elections };
        *count += 1;
    }
}

/// What a source last stated about an election.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SourceVersion {
    /// Name of the source.
    pub source: String,
    /// Number of the version.
    pub version: u32,
    /// Number of the import that added the version.
    pub import: u64,
    /// Time at which the source had this text, if known: RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_time: Option<String>,
    /// Identifier of the election in the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whether the source no longer has the election.
    pub absent: bool,
}
