//! The options and the report of an erasure.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Options of an erasure.
///
/// ```
/// use hustings::archive::EraseOptions;
/// let options = EraseOptions::new("takedown request 17").same_text(true).dry_run(true);
/// assert!(options.dry_run);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct EraseOptions {
    /// Why the texts must not be kept. The archive keeps the reason.
    pub reason: String,
    /// Whether to erase every other version that has the same text as well.
    pub same_text: bool,
    /// The user's note, which the import log shows.
    pub note: Option<String>,
    /// Whether to report what an erasure would do, without erasing anything.
    pub dry_run: bool,
}

impl EraseOptions {
    /// Creates the options of an erasure for a reason.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), ..Self::default() }
    }

    /// Sets whether every other version that has the same text is erased as well.
    #[must_use]
    pub fn same_text(mut self, same_text: bool) -> Self {
        self.same_text = same_text;
        self
    }

    /// Sets the user's note, which the import log shows.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Sets whether to report what an erasure would do, without erasing anything.
    #[must_use]
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }
}

/// The results of an erasure.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ErasureReport {
    /// Number of the import that records the erasure. Absent in a dry run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<u64>,
    /// The erased versions.
    pub erased: Vec<ErasedVersion>,
    /// Other versions that have the same text, and were not erased.
    pub same_text: Vec<VersionAddress>,
    /// Files and folders in the archive that a repair kept, which may contain the texts. Delete
    /// them.
    pub copies: Vec<PathBuf>,
    /// Number of replicas that other processes use. They are rebuilt when they are next opened, and
    /// until then contain the records.
    pub replicas_in_use: u64,
}

/// A version whose text was erased.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ErasedVersion {
    /// Address of the version.
    pub address: String,
    /// Title of the election in the version.
    pub title: String,
    /// Number of the import that added the version.
    pub import: u64,
    /// BLAKE3 of the text, in hexadecimal.
    pub digest: String,
    /// Whether the version was the current one.
    pub was_current: bool,
    /// Number of the version that is current after the erasure. Absent if the election then has no
    /// current record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<u32>,
}

/// A version, with the address that names it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct VersionAddress {
    /// Address of the version.
    pub address: String,
    /// Title of the election in the version.
    pub title: String,
    /// Number of the import that added the version.
    pub import: u64,
}
