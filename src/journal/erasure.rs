//! The journal entries of an erasure: the entry that orders it, and what is left of the version.

use serde::{Deserialize, Serialize};

use super::limits::{LimitError, check_chars};
use super::version::{Provenance, VersionEntry};
use crate::model::{
    MAX_NOTE_CHARS, MAX_PATH_CHARS, MAX_SHORT_TEXT_CHARS, MAX_TITLE_CHARS, Revision, text_digest,
};

/// The erasure of a version. It names the version's line by its place in the journal and by its
/// digest, and contains nothing of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErasureEntry {
    /// Number of the import that added the version.
    pub(crate) import: u64,
    /// Number of the version's line in that import, counted from 1.
    pub(crate) line: u64,
    /// Digest of that line.
    pub(crate) digest: String,
    pub(crate) title: String,
    /// Number of the version at the time of the erasure.
    pub(crate) version: u32,
    /// Country and year of the record, by which addresses find the election.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) year: Option<i32>,
    pub(crate) reason: String,
    /// Time of the erasure: RFC 3339, UTC.
    pub(crate) time: String,
}

impl ErasureEntry {
    pub(super) fn check_limits(&self) -> Result<(), LimitError> {
        check_chars("a digest", MAX_SHORT_TEXT_CHARS, &self.digest)?;
        check_chars("a title", MAX_TITLE_CHARS, &self.title)?;
        check_country(self.country.as_deref())?;
        check_chars("a reason", MAX_NOTE_CHARS, &self.reason)?;
        check_chars("a time", MAX_SHORT_TEXT_CHARS, &self.time)
    }
}

/// What is left of a version whose text was erased. It replaces the version's line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErasedEntry {
    /// Digest of the version's line, which the digest of the import covers.
    pub(crate) line_digest: String,
    /// BLAKE3 of the text, in hexadecimal.
    pub(crate) text_digest: String,
    pub(crate) title: String,
    pub(crate) format: String,
    pub(crate) source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source_time: Option<String>,
    /// Identifier of the revision. Its contributor and comment are erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) revision: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) provenance: Option<Box<Provenance>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) page_id: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) year: Option<i32>,
    pub(crate) reason: String,
    pub(crate) time: String,
    /// Number of the import that contains the erasure.
    pub(crate) erasure: u64,
}

impl ErasedEntry {
    /// Creates what is left of a version after an erasure, which is in the import `erasure`.
    pub(super) fn new(version: VersionEntry, entry: &ErasureEntry, erasure: u64) -> Self {
        Self {
            line_digest: entry.digest.clone(),
            text_digest: blake3::Hash::from_bytes(text_digest(&version.text)).to_hex().to_string(),
            title: version.title,
            format: version.format,
            source: version.source,
            source_time: version.source_time,
            revision: version.revision.map(|revision: Revision| revision.id),
            provenance: version.provenance,
            page_id: version.page_id,
            country: entry.country.clone(),
            year: entry.year,
            reason: entry.reason.clone(),
            time: entry.time.clone(),
            erasure,
        }
    }

    /// Returns the BLAKE3 hash of the text, or zeros if the entry states no valid one.
    pub(crate) fn text_hash(&self) -> [u8; 32] {
        blake3::Hash::from_hex(&self.text_digest).map_or([0; 32], |hash| *hash.as_bytes())
    }

    pub(super) fn check_limits(&self) -> Result<(), LimitError> {
        for digest in [&self.line_digest, &self.text_digest, &self.format, &self.time] {
            check_chars("a word of an erased version", MAX_SHORT_TEXT_CHARS, digest)?;
        }
        let time = self.source_time.as_deref().unwrap_or_default();
        check_chars("a time", MAX_SHORT_TEXT_CHARS, time)?;
        check_chars("a title", MAX_TITLE_CHARS, &self.title)?;
        check_chars("the name of a source", MAX_PATH_CHARS, &self.source)?;
        let revision = self.revision.as_deref().unwrap_or_default();
        check_chars("the metadata of a revision", MAX_PATH_CHARS, revision)?;
        self.provenance.as_ref().map_or(Ok(()), |provenance| provenance.check_limits())?;
        check_country(self.country.as_deref())?;
        check_chars("a reason", MAX_NOTE_CHARS, &self.reason)
    }
}

/// Checks the length of a country's name. A record may state one as long as its text.
fn check_country(country: Option<&str>) -> Result<(), LimitError> {
    check_chars("a territory's name", MAX_TITLE_CHARS, country.unwrap_or_default())
}
