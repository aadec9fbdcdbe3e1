//! Parses journal entries into the form that the store keeps.

use crate::Result;
use crate::formats;
use crate::index::{EncodedVersion, ParsedEntry};
use crate::journal::{JournalEntry, LineageEntry, VersionEntry};
use crate::model::{Election, Format, Lineage, UnparsedField, UnparsedReason, text_digest};

/// Parses a journal entry.
///
/// # Errors
/// When a record is too large.
pub(crate) fn parse_entry(entry: &JournalEntry) -> Result<ParsedEntry> {
    Ok(match entry {
        JournalEntry::Version(entry) => {
            let version =
                EncodedVersion::new(entry, parse_version_entry(entry), text_digest(&entry.text))?;
            ParsedEntry::Version(Box::new(version))
        }
        JournalEntry::Removal { title } => ParsedEntry::Removal { title: title.clone() },
        JournalEntry::Alias { election, title } => {
            ParsedEntry::Alias { election: election.clone(), title: title.clone() }
        }
        JournalEntry::Merge(merge) => ParsedEntry::Merge(merge.clone()),
        JournalEntry::Split(split) => ParsedEntry::Split(split.clone()),
        JournalEntry::Territory(alias) => ParsedEntry::Territory(alias.clone()),
        JournalEntry::Source(source) => ParsedEntry::Source(source.clone()),
        JournalEntry::SourceOrder { names } => ParsedEntry::SourceOrder(names.clone()),
        JournalEntry::Absence(absence) => ParsedEntry::Absence(absence.clone()),
        JournalEntry::Erasure(erasure) => ParsedEntry::Erasure(erasure.clone()),
        JournalEntry::Erased(erased) => ParsedEntry::Erased(erased.clone()),
        JournalEntry::Lineage(entry) => {
            // An unreadable lineage is stored as empty. Its text remains in the journal, and a
            // verification reports it.
            let empty = Lineage { country: entry.country.clone(), ..Lineage::default() };
            let lineage = parse_lineage_entry(entry).unwrap_or(empty);
            ParsedEntry::Lineage {
                name: entry.name.clone(),
                digest: text_digest(&entry.text),
                lineage,
            }
        }
    })
}

/// Parses the text of a lineage, or returns why it cannot be parsed.
pub(crate) fn parse_lineage_entry(entry: &LineageEntry) -> std::result::Result<Lineage, String> {
    let lineage = formats::table::read_lineage(&entry.source, &entry.text);
    let lineage = lineage.map_err(|error| error.to_string())?;
    if lineage.country != entry.country || lineage.source != entry.name {
        let (country, name) = (lineage.country, lineage.source);
        return Err(format!("its text is of '{country}', by '{name}'"));
    }
    Ok(lineage)
}

/// Parses the record of a source text. If the parser rejects the text, the record has only its
/// title and an unparsed field with the reason.
pub(crate) fn parse_version_entry(entry: &VersionEntry) -> Election {
    let format: std::result::Result<Format, _> = entry.format.parse();
    let parsed = format.map_err(|error| error.to_string()).and_then(|format| {
        formats::parse_record(format, "", &entry.title, &entry.text)
            .map_err(|error| error.to_string())
    });
    let mut election = parsed.unwrap_or_else(|problem| Election {
        unparsed: vec![UnparsedField {
            label: "document".to_owned(),
            text: String::new(),
            reason: UnparsedReason::Expected(problem),
            line: None,
        }],
        ..Election::default()
    });
    // The title remains the one under which the text was imported.
    election.title.clone_from(&entry.title);
    election
}
