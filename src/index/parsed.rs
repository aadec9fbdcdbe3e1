//! Journal entries, parsed into the form that the store keeps.

use super::rows::VersionRow;
use crate::Result;
use crate::formats::{self, Format};
use crate::journal::{JournalEntry, LineageEntry, TerritoryAlias, VersionEntry};
use crate::model::{Election, Lineage, UnparsedField, UnparsedReason};
use crate::store::encode;

/// A parsed journal entry, ready to be applied.
pub(crate) enum ParsedEntry {
    Version(Box<EncodedVersion>),
    Removal { title: String },
    Alias { election: String, title: String },
    Territory(TerritoryAlias),
    Lineage { name: String, digest: [u8; 32], lineage: Lineage },
}

/// A version with its record.
pub(crate) struct EncodedVersion {
    pub(super) version: VersionRow,
    pub(super) record: Election,
    /// The record in its stored form.
    pub(super) bytes: Vec<u8>,
}

impl EncodedVersion {
    /// Creates a version from a journal entry, its parsed record and the digest of its text.
    ///
    /// # Errors
    /// When the record is too large.
    pub(crate) fn new(given: &VersionEntry, record: Election, digest: [u8; 32]) -> Result<Self> {
        let version = VersionRow {
            title: given.title.clone(),
            source: given.source.clone(),
            format: given.format.clone(),
            source_time: given.source_time.clone(),
            revision: given.revision.clone(),
            digest,
            ..VersionRow::default()
        };
        let bytes = encode(&record)?;
        Ok(Self { version, record, bytes })
    }
}

impl ParsedEntry {
    /// Parses an entry.
    ///
    /// # Errors
    /// When a record is too large.
    pub(crate) fn read(entry: &JournalEntry) -> Result<Self> {
        Ok(match entry {
            JournalEntry::Version(given) => {
                let version = EncodedVersion::new(given, read(given), digest(&given.text))?;
                Self::Version(Box::new(version))
            }
            JournalEntry::Removal { title } => Self::Removal { title: title.clone() },
            JournalEntry::Alias { election, title } => {
                Self::Alias { election: election.clone(), title: title.clone() }
            }
            JournalEntry::Territory(alias) => Self::Territory(alias.clone()),
            JournalEntry::Lineage(given) => {
                // An unreadable lineage is stored as empty. Its text remains in the journal, and a
                // verification reports it.
                let unread = Lineage { country: given.country.clone(), ..Lineage::default() };
                let lineage = read_lineage(given).unwrap_or(unread);
                Self::Lineage { name: given.name.clone(), digest: digest(&given.text), lineage }
            }
        })
    }
}

/// Parses the text of a lineage, or returns why it cannot be parsed.
pub(crate) fn read_lineage(given: &LineageEntry) -> std::result::Result<Lineage, String> {
    let lineage = formats::table::read_lineage(&given.source, &given.text);
    let lineage = lineage.map_err(|unread| unread.to_string())?;
    if lineage.country != given.country || lineage.source != given.name {
        let (country, name) = (lineage.country, lineage.source);
        return Err(format!("its text is of '{country}', by '{name}'"));
    }
    Ok(lineage)
}

/// Returns the BLAKE3 digest of a text.
pub(crate) fn digest(text: &str) -> [u8; 32] {
    *blake3::hash(text.as_bytes()).as_bytes()
}

/// Parses the record of a source text. If the parser rejects the text, the record has only its
/// title and an unparsed field with the reason.
pub(crate) fn read(given: &VersionEntry) -> Election {
    let format: std::result::Result<Format, _> = given.format.parse();
    let read = format.map_err(|error| error.to_string()).and_then(|format| {
        formats::parse_record(format, "", &given.title, &given.text)
            .map_err(|unread| unread.to_string())
    });
    let mut election = read.unwrap_or_else(|problem| Election {
        kept: vec![UnparsedField {
            label: "document".to_owned(),
            text: String::new(),
            reason: UnparsedReason::Expected(problem),
            line: None,
        }],
        ..Election::default()
    });
    // The title remains the one under which the text was imported.
    election.title.clone_from(&given.title);
    election
}
