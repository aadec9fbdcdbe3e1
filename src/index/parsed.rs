//! Entries of the journal, read into what the store keeps of them.

use super::rows::Version;
use crate::Result;
use crate::import::{self, Format};
use crate::journal::{Entry, LineageEntry, TerritoryAlias, VersionEntry};
use crate::model::{Election, Field, Lineage, Reason};
use crate::store::encode;

/// An entry of the journal that is ready to be applied.
pub(crate) enum ParsedEntry {
    Version(Box<EncodedVersion>),
    Removal { title: String },
    Alias { election: String, title: String },
    Territory(TerritoryAlias),
    Lineage { name: String, digest: [u8; 32], lineage: Lineage },
}

/// A version with its record.
pub(crate) struct EncodedVersion {
    pub(super) version: Version,
    pub(super) record: Election,
    /// The record, as it is stored.
    pub(super) bytes: Vec<u8>,
}

impl EncodedVersion {
    /// A version that was read, with the digest of its text.
    ///
    /// # Errors
    /// When the record is too large.
    pub(crate) fn new(given: &VersionEntry, record: Election, digest: [u8; 32]) -> Result<Self> {
        let version = Version {
            title: given.title.clone(),
            source: given.source.clone(),
            format: given.format.clone(),
            source_time: given.source_time.clone(),
            revision: given.revision.clone(),
            digest,
            ..Version::default()
        };
        let bytes = encode(&record)?;
        Ok(Self { version, record, bytes })
    }
}

impl ParsedEntry {
    /// Reads an entry.
    ///
    /// # Errors
    /// When a record is too large.
    pub(crate) fn read(entry: &Entry) -> Result<Self> {
        Ok(match entry {
            Entry::Version(given) => {
                let version = EncodedVersion::new(given, read(given), digest(&given.text))?;
                Self::Version(Box::new(version))
            }
            Entry::Removal { title } => Self::Removal { title: title.clone() },
            Entry::Alias { election, title } => {
                Self::Alias { election: election.clone(), title: title.clone() }
            }
            Entry::Territory(alias) => Self::Territory(alias.clone()),
            Entry::Lineage(given) => {
                // One that cannot be read says nothing. Its text stays in the journal, and a verification reports it.
                let unread = Lineage { country: given.country.clone(), ..Lineage::default() };
                let lineage = read_lineage(given).unwrap_or(unread);
                Self::Lineage { name: given.name.clone(), digest: digest(&given.text), lineage }
            }
        })
    }
}

/// What the text of a lineage says, or why it cannot be read.
pub(crate) fn read_lineage(given: &LineageEntry) -> std::result::Result<Lineage, String> {
    let lineage = import::table::read_lineage(&given.source, &given.text);
    let lineage = lineage.map_err(|unread| unread.to_string())?;
    if lineage.country != given.country || lineage.source != given.name {
        let (country, name) = (lineage.country, lineage.source);
        return Err(format!("its text is of '{country}', by '{name}'"));
    }
    Ok(lineage)
}

/// BLAKE3 of a text.
pub(crate) fn digest(text: &str) -> [u8; 32] {
    *blake3::hash(text.as_bytes()).as_bytes()
}

/// The record of a source text. One that a later parser refuses keeps its place and says why.
pub(crate) fn read(given: &VersionEntry) -> Election {
    let format: std::result::Result<Format, _> = given.format.parse();
    let read = format.map_err(|error| error.to_string()).and_then(|format| {
        import::record_titled(format, "", &given.title, &given.text)
            .map_err(|unread| unread.to_string())
    });
    let mut election = read.unwrap_or_else(|problem| Election {
        kept: vec![Field {
            label: "document".to_owned(),
            text: String::new(),
            reason: Reason::Expected(problem),
            line: None,
        }],
        ..Election::default()
    });
    // Identity is what it was when the text was given.
    election.title.clone_from(&given.title);
    election
}
