//! A document that was read: all that becomes of it without a look into the archive.

use crate::Unread;
use crate::import::{self, Document, Format, dump, unread};
use crate::index::{self, EncodedVersion};
use crate::journal::VersionEntry;
use crate::model::{Field, PartialDate, Reason, Revision, fold};

/// A text that is at most one document, as it was found.
pub(super) struct Given {
    pub(super) source: String,
    pub(super) format: Format,
    /// Unless the text states none.
    pub(super) title: Option<String>,
    pub(super) text: String,
    /// When the source had it so, where the source says.
    pub(super) time: Option<String>,
    pub(super) revision: Option<Revision>,
    /// Of a dump, where most pages have no election.
    pub(super) in_dump: bool,
    /// The only document of its source, as that of a file is.
    pub(super) is_alone: bool,
}

/// A document that can be kept.
pub(super) struct Ready {
    /// What is given to the journal.
    pub(super) given: VersionEntry,
    pub(super) country: Option<String>,
    /// Contenders in all contests.
    pub(super) contenders: u64,
    /// How many texts in it were not understood.
    pub(super) kept: usize,
    /// What else its page has about results that is not read.
    pub(super) not_read: Vec<String>,
    /// Of a table, the folded title of the election before.
    pub(super) before: Option<String>,
    /// What is given to the store.
    pub(super) encoded: EncodedVersion,
}

impl Given {
    /// Reads the document; there may be none.
    ///
    /// # Errors
    /// When it cannot be read, or not be kept.
    pub(super) fn read(self, digest: [u8; 32]) -> Result<Option<Ready>, Unread> {
        let Self { source, format, title, text, time, revision, in_dump, .. } = self;
        let title = title.unwrap_or_default();
        let read = if in_dump {
            dump::election(&source, &title, &text)?
        } else {
            Some(import::record_titled(format, &source, &title, &text)?)
        };
        let Some(election) = read else { return Ok(None) };
        let document = Document { source_time: time, revision, ..Document::new(election, text) };
        Ready::of(source, format, document, digest).map(Some)
    }
}

impl Ready {
    /// Of a document, and the digest of its text.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub(super) fn of(
        source: String,
        format: Format,
        document: Document,
        digest: [u8; 32],
    ) -> Result<Self, Unread> {
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
            Unread { line, ..unread(&given.source, &given.title, 0, &expected) }
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
        // What is only a part of a text is read again by itself, as it will be from the journal.
        let whole = matches!(format, Format::Article | Format::Wikitext);
        let record = if whole { election.without_prose() } else { index::read(&given) };
        let encoded = EncodedVersion::new(&given, record, digest);
        let encoded = encoded.map_err(|error| unfit(error.to_string()))?;
        Ok(Self { given, country, contenders, kept, not_read, before, encoded })
    }
}

fn not_read(field: &Field) -> Option<String> {
    match &field.reason {
        Reason::NotRead(what) => Some(what.clone()),
        _ => None,
    }
}
