//! Journal entries in the form that the store keeps.

use super::rows::VersionRow;
use crate::Result;
use crate::journal::{
    AbsenceEntry, ErasedEntry, ErasureEntry, JournalEntry, MergeEntry, SourceEntry, SplitEntry,
    TerritoryAlias, VersionEntry,
};
use crate::model::{Election, Lineage};
use crate::store::encode;

/// A parsed journal entry, ready to be applied.
pub(crate) enum ParsedEntry {
    Version(Box<EncodedVersion>),
    Removal { title: String },
    Alias { election: String, title: String },
    Merge(MergeEntry),
    Split(SplitEntry),
    Territory(TerritoryAlias),
    Lineage { name: String, digest: [u8; 32], lineage: Lineage },
    Source(SourceEntry),
    SourceOrder(Vec<String>),
    Absence(AbsenceEntry),
    Erasure(Box<ErasureEntry>),
    Erased(Box<ErasedEntry>),
}

/// A version with its record.
pub(crate) struct EncodedVersion {
    pub(super) version: VersionRow,
    pub(super) record: Election,
    /// The record in its stored form.
    pub(super) encoded_record: Vec<u8>,
}

impl EncodedVersion {
    /// Creates a version from a journal entry, its parsed record and the digest of its text.
    ///
    /// # Errors
    /// When the record is too large.
    pub(crate) fn new(entry: &VersionEntry, record: Election, digest: [u8; 32]) -> Result<Self> {
        let version = VersionRow {
            title: entry.title.clone(),
            source: entry.source.clone(),
            source_name: entry.source_name().map(str::to_owned),
            source_id: entry.source_id().map(str::to_owned),
            format: entry.format.clone(),
            source_time: entry.source_time.clone(),
            revision: entry.revision.clone(),
            digest,
            ..VersionRow::default()
        };
        let bytes = encode(&record)?;
        Ok(Self { version, record, encoded_record: bytes })
    }
}

/// A function that parses a journal entry. This module knows no source formats, so the caller
/// supplies the function.
pub(crate) type EntryParser = fn(&JournalEntry) -> Result<ParsedEntry>;
