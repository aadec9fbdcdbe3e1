//! Source texts, and the documents parsed from them. Parsing does not access the archive.

use crate::ParseError;
use crate::formats::{self, Document, Format, dump, parse_error_at};
use crate::index::{self, EncodedVersion};
use crate::journal::VersionEntry;
use crate::model::{PartialDate, Revision, UnparsedField, UnparsedReason, fold};

/// An unparsed text that contains at most one document.
pub(super) struct SourceText {
    pub(super) source: String,
    pub(super) format: Format,
    /// Title of the document. `None` if the text states none.
    pub(super) title: Option<String>,
    pub(super) text: String,
    /// Time at which the source had this text, if the source states it.
    pub(super) time: Option<String>,
    pub(super) revision: Option<Revision>,
    /// Whether the text is a page of a dump. Most such pages contain no election.
    pub(super) in_dump: bool,
    /// Whether the text is the only document of its source, as in a file with one document.
    pub(super) is_alone: bool,
}

/// A parsed document, ready to be added to the archive.
pub(crate) struct ParsedDocument {
    /// The entry for the journal.
    pub(super) given: VersionEntry,
    pub(super) country: Option<String>,
    /// Number of contenders in all contests.
    pub(super) contenders: u64,
    /// Number of unparsed fields.
    pub(super) kept: usize,
    /// Descriptions of other results on the page that are not read.
    pub(super) not_read: Vec<String>,
    /// Folded title of the preceding election, if the document is from a table.
    pub(super) before: Option<String>,
    /// The version for the store.
    pub(super) encoded: EncodedVersion,
}

impl SourceText {
    /// Parses the document. Returns `None` when the text contains none.
    ///
    /// # Errors
    /// When the document cannot be parsed, or when it exceeds the archive's limits.
    pub(super) fn read(self, digest: [u8; 32]) -> Result<Option<ParsedDocument>, ParseError> {
        let Self { source, format, title, text, time, revision, in_dump, .. } = self;
        let title = title.unwrap_or_default();
        let read = if in_dump {
            dump::parse_page(&source, &title, &text)?
        } else {
            Some(formats::parse_record(format, &source, &title, &text)?)
        };
        let Some(election) = read else { return Ok(None) };
        let document = Document { source_time: time, revision, ..Document::new(election, text) };
        ParsedDocument::of(source, format, document, digest).map(Some)
    }
}

impl ParsedDocument {
    /// Prepares a document for the archive. `digest` is that of its text.
    ///
    /// # Errors
    /// When the document exceeds the archive's limits.
    pub(super) fn of(
        source: String,
        format: Format,
        document: Document,
        digest: [u8; 32],
    ) -> Result<Self, ParseError> {
        let Document { election, text, line, source_time, revision } = document;
        let (title, format_name) = (election.title.clone(), format.as_str().to_owned());
        let given = VersionEntry {
            title,
            format: format_name,
            source,
            source_time,
            revision,
            text,
            ..VersionEntry::default()
        };
        let unfit = |problem: String| {
            let expected = format!("an election that fits ({problem})");
            ParseError { line, ..parse_error_at(&given.source, &given.title, 0, &expected) }
        };
        given.bounded().map_err(unfit)?;
        if let Some(year) = election.year {
            PartialDate::from_year(year)
                .map_err(|_| unfit(format!("its year is not from -9999 to 9999, but {year}")))?;
        }
        let kept = election.contests.iter().map(|contest| contest.kept.len());
        let not_read: Vec<String> = election.kept.iter().filter_map(not_read).collect();
        let contenders = election.contests.iter().map(|contest| contest.contenders.len() as u64);
        let (kept, contenders) =
            (election.kept.len() - not_read.len() + kept.sum::<usize>(), contenders.sum());
        let before = election.previous.as_ref().filter(|_| format == Format::Table);
        let before = before.and_then(|link| link.title.as_deref().or(link.label.as_deref()));
        let (before, country) = (before.map(fold), election.country.clone());
        // A document that is only part of its file is parsed again on its own, as it will be from
        // the journal.
        let whole = matches!(format, Format::Article | Format::Wikitext);
        let record = if whole { election.without_prose() } else { index::read(&given) };
        let encoded = EncodedVersion::new(&given, record, digest);
        let encoded = encoded.map_err(|error| unfit(error.to_string()))?;
        Ok(Self { given, country, contenders, kept, not_read, before, encoded })
    }
}

fn not_read(field: &UnparsedField) -> Option<String> {
    match &field.reason {
        UnparsedReason::NotRead(what) => Some(what.clone()),
        _ => None,
    }
}
