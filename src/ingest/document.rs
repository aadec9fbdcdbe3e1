//! Source texts, and the documents parsed from them. Parsing does not access the archive.

use super::entry::parse_version_entry;
use crate::ParseError;
use crate::formats::{self, Document, Format, parse_error_at, wikitext};
use crate::index::{ElectionName, EncodedVersion};
use crate::journal::{Provenance, VersionEntry};
use crate::model::{PartialDate, Revision, UnparsedField, UnparsedReason, file_name, fold};

/// An unparsed text that contains at most one document.
#[derive(Clone)]
pub(super) struct SourceText {
    pub(super) source: String,
    pub(super) format: Format,
    /// Title of the document. `None` if the text states none.
    pub(super) title: Option<String>,
    pub(super) text: String,
    /// Time at which the source had this text, if the source states it.
    pub(super) source_time: Option<String>,
    pub(super) revision: Option<Revision>,
    /// Name of the source, and identifier of the election in it.
    pub(super) provenance: Provenance,
    /// Number of the page in its wiki.
    pub(super) page_id: Option<u64>,
    /// Whether the text is a page of a dump. Most such pages contain no election.
    pub(super) is_dump_page: bool,
    /// Whether the text is the only document of its source, as in a file with one document.
    pub(super) is_sole_document: bool,
}

/// A parsed document, ready to be added to the archive.
pub(crate) struct ParsedDocument {
    /// The entry for the journal.
    pub(super) entry: VersionEntry,
    pub(super) country: Option<String>,
    /// Number of contenders in all contests.
    pub(super) contenders: u64,
    /// Number of unparsed fields.
    pub(super) unparsed_fields: usize,
    /// Descriptions of other results on the page that are not read.
    pub(super) unread_results: Vec<String>,
    /// The preceding election, if the document is from a table.
    pub(super) previous: Option<ElectionName>,
    /// The version for the store.
    pub(super) encoded: EncodedVersion,
}

impl SourceText {
    /// Parses the document. Returns `None` when the text contains no document.
    ///
    /// # Errors
    /// When the document cannot be parsed, or when it exceeds the archive's limits.
    pub(super) fn parse(self, digest: [u8; 32]) -> Result<Option<ParsedDocument>, ParseError> {
        let Self {
            source,
            format,
            title,
            text,
            source_time,
            revision,
            provenance,
            page_id,
            is_dump_page,
            ..
        } = self;
        let title = title.unwrap_or_default();
        let parsed = if is_dump_page {
            wikitext::parse_dump_page(&source, &title, &text)?
        } else {
            Some(formats::parse_record(format, &source, &title, &text)?)
        };
        let Some(election) = parsed else { return Ok(None) };
        let Provenance { source: source_name, id: source_id, .. } = provenance;
        let document =
            Document { source_time, revision, source_id, ..Document::new(election, text) };
        ParsedDocument::new(source, source_name, page_id, format, document, digest).map(Some)
    }
}

impl ParsedDocument {
    /// Prepares a document for the archive. `digest` is the digest of its text.
    ///
    /// # Errors
    /// When the document exceeds the archive's limits.
    pub(super) fn new(
        source: String,
        source_name: Option<String>,
        page_id: Option<u64>,
        format: Format,
        document: Document,
        digest: [u8; 32],
    ) -> Result<Self, ParseError> {
        let Document { election, text, line, source_time, revision, source_id } = document;
        // An identifier is that of a source, so it needs one.
        let provenance = source_name.clone().map(|name| {
            Box::new(Provenance { source: Some(name), id: source_id, ..Provenance::default() })
        });
        let (title, format_name) = (election.title.clone(), format.as_str().to_owned());
        let path = source;
        // A source with a name needs no path, which may be private.
        let source = if provenance.is_some() { file_name(&path) } else { path.clone() };
        let entry = VersionEntry {
            title,
            format: format_name,
            source,
            source_time,
            revision,
            provenance,
            page_id,
            text,
            ..VersionEntry::default()
        };
        let limit_error = |problem: String| {
            let expected = format!("an election that fits ({problem})");
            ParseError { line, ..parse_error_at(&path, &entry.title, 0, &expected) }
        };
        entry.check_limits().map_err(|error| limit_error(error.to_string()))?;
        if fold(&entry.title).is_empty() {
            return Err(limit_error("it has no title".to_owned()));
        }
        if let Some(year) = election.year {
            PartialDate::from_year(year).map_err(|_| {
                limit_error(format!("its year is not from -9999 to 9999, but {year}"))
            })?;
        }
        let unread_results: Vec<String> =
            election.unparsed.iter().filter_map(unread_result).collect();
        let contests = election.contests.iter();
        let contest_fields: usize = contests.clone().map(|contest| contest.unparsed.len()).sum();
        let unparsed_fields = election.unparsed.len() - unread_results.len() + contest_fields;
        let contenders = contests.map(|contest| contest.contenders.len() as u64).sum();
        let previous = election.previous.as_ref().filter(|_| format == Format::Table);
        let previous = previous.and_then(|link| {
            let title = link.title.as_deref().or(link.label.as_deref())?;
            Some(ElectionName::new(title, source_name.as_deref(), link.id.as_deref()))
        });
        let country = election.country.clone();
        // A document that is only part of its file is parsed again without the rest of the file, as
        // a rebuild parses it from the journal.
        let is_standalone = matches!(format, Format::Article | Format::Wikitext);
        let record =
            if is_standalone { election.without_prose() } else { parse_version_entry(&entry) };
        let encoded = EncodedVersion::new(&entry, record, digest);
        let encoded = encoded.map_err(|error| limit_error(error.to_string()))?;
        Ok(Self { entry, country, contenders, unparsed_fields, unread_results, previous, encoded })
    }
}

fn unread_result(field: &UnparsedField) -> Option<String> {
    match &field.reason {
        UnparsedReason::NotRead(description) => Some(description.clone()),
        _ => None,
    }
}
