//! One import in progress. Each document is compared with the archive, and new versions are written
//! to the journal.

use std::ops::ControlFlow;

use super::document::{ParsedDocument, SourceText};
use super::entry::parse_entry;
use super::history::{Digest, DocumentStatus, OpenFiles, last_from_source};
use super::options::ImportOptions;
use super::report::{AddedVersion, DumpProgress, ImportCallback, ImportEvent, ImportReport};
use crate::formats::table::LineageDocument;
use crate::formats::{Document, Format, parse_error_at};
use crate::index::{self, ElectionRow};
use crate::journal::{ImportWriter, JournalEntry, LineageEntry};
use crate::model::{fold, text_digest};
use crate::{Error, ParseError, Result, Warning};

/// An import in progress. New entries go to the store's buffer at once, so that later documents are
/// also compared with them. They become permanent only when the journal commits.
pub(crate) struct ImportBatch<'a> {
    store: &'a mut index::StoreWriter,
    /// `None` in a dry run.
    writer: Option<ImportWriter<'a>>,
    report: &'a mut ImportReport,
    on_event: &'a mut ImportCallback<'a>,
    /// Files being read that may contain several documents of one election.
    files: &'a mut OpenFiles<ParsedDocument>,
    /// Folded titles that added versions from tables name as their preceding elections.
    previous_titles: Vec<String>,
    lineage_count: u64,
    text_bytes: usize,
}

impl<'a> ImportBatch<'a> {
    pub(crate) fn new(
        store: &'a mut index::StoreWriter,
        writer: Option<ImportWriter<'a>>,
        files: &'a mut OpenFiles<ParsedDocument>,
        report: &'a mut ImportReport,
        on_event: &'a mut ImportCallback<'a>,
    ) -> Self {
        let previous_titles = Vec::new();
        Self {
            store,
            writer,
            report,
            on_event,
            files,
            previous_titles,
            lineage_count: 0,
            text_bytes: 0,
        }
    }

    /// Returns the size of the added texts, in bytes.
    pub(super) fn text_bytes(&self) -> usize {
        self.text_bytes
    }

    pub(super) fn report_error(&mut self, error: ParseError) {
        self.files.mark_incomplete(&error.source);
        self.report.errors.push(error);
    }

    /// Reports a doubtful statement, which the record keeps as stated.
    pub(super) fn warn(&mut self, warning: Warning) {
        self.report.warnings.push(warning);
    }

    /// Adds a message to the report.
    pub(super) fn note(&mut self, note: String) {
        self.report.notes.push(note);
    }

    pub(super) fn report_progress(&mut self, progress: &DumpProgress) -> Result<()> {
        self.emit(ImportEvent::Progress(progress))
    }

    /// Passes an event to the callback, which may stop the import.
    fn emit(&mut self, event: ImportEvent<'_>) -> Result<()> {
        match (self.on_event)(event) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => {
                Err(Error::Cancelled { imports: self.report.imports.clone() })
            }
        }
    }

    pub(super) fn add_pages(&mut self, pages: u64) {
        self.report.pages += pages;
    }

    /// Adds a text that contains at most one document, with its digest. Returns whether the text
    /// contains a document. An unchanged text with a known title is not parsed.
    pub(super) fn add_text(&mut self, source_text: SourceText, digest: Digest) -> Result<bool> {
        let is_sole_document = source_text.is_sole_document;
        let (source, title, time) = (
            source_text.source.clone(),
            source_text.title.clone(),
            source_text.source_time.clone(),
        );
        let compare = |batch: &mut Self, title: &str| {
            batch.compare(title, &source, digest, time.as_deref(), is_sole_document)
        };
        let status = title.as_deref().map(|title| compare(self, title)).transpose()?;
        if let (Some(DocumentStatus::Unchanged), Some(title)) = (status, &title) {
            self.count_unchanged(title)?;
            return Ok(true);
        }
        match source_text.parse(digest) {
            Ok(Some(document)) => {
                let status = match status {
                    Some(status) => status,
                    None => compare(self, &document.entry.title)?,
                };
                self.add_or_count(document, status, is_sole_document)?;
                return Ok(true);
            }
            Ok(None) => {}
            Err(error) => self.report_error(error),
        }
        Ok(false)
    }

    /// Adds a document from a text that may contain several.
    pub(super) fn add_document(
        &mut self,
        source: &str,
        format: Format,
        document: Document,
    ) -> Result<()> {
        let digest = text_digest(&document.text);
        let (title, time) = (&document.election.title, document.source_time.as_deref());
        let status = self.compare(title, source, digest, time, false)?;
        if status == DocumentStatus::Unchanged {
            return self.count_unchanged(title);
        }
        match ParsedDocument::new(source.to_owned(), format, document, digest) {
            Ok(document) => self.add_or_count(document, status, false),
            Err(error) => {
                self.report_error(error);
                Ok(())
            }
        }
    }

    /// Ends a file, and adds its held documents as new versions.
    pub(super) fn end_file(&mut self, source: &str) -> Result<()> {
        let held = self.files.end_file(source);
        self.add_held(held)
    }

    /// Ends all files, and adds their held documents as new versions.
    pub(super) fn end_files(&mut self) -> Result<()> {
        let held = self.files.end_all_files();
        self.add_held(held)
    }

    fn add_held(&mut self, documents: Vec<ParsedDocument>) -> Result<()> {
        for document in documents {
            self.report.unchanged -= 1;
            self.report.still_removed.retain(|title| *title != document.entry.title);
            self.add_version(document)?;
        }
        Ok(())
    }

    /// Compares a document with the archive. `is_sole_document` states whether the file contains no
    /// other document.
    fn compare(
        &mut self,
        title: &str,
        source: &str,
        digest: Digest,
        time: Option<&str>,
        is_sole_document: bool,
    ) -> Result<DocumentStatus> {
        if self.store.election(title)?.is_none() {
            return Ok(DocumentStatus::New);
        }
        let (view, row) = (self.store.view(), self.store.last_election());
        let Some(row) = row else { return Ok(DocumentStatus::New) };
        let is_unchanged = match time {
            Some(time) => view.has_dated_text(row.id(), time, digest)?,
            None if is_sole_document => last_from_source(&view, row, source)?.0.digest == digest,
            None => return self.files.compare(&view, row, source, digest),
        };
        Ok(if is_unchanged { DocumentStatus::Unchanged } else { DocumentStatus::New })
    }

    /// Adds a parsed document, or counts it as unchanged.
    fn add_or_count(
        &mut self,
        document: ParsedDocument,
        status: DocumentStatus,
        is_sole_document: bool,
    ) -> Result<()> {
        let source = &document.entry.source;
        let is_among_others = !is_sole_document && document.entry.source_time.is_none();
        let election = self.store.election(&document.entry.title)?.map(ElectionRow::id);
        if status == DocumentStatus::New {
            if let Some(election) = election.filter(|_| is_among_others) {
                self.files.discard_held(source, election);
            }
            return self.add_version(document);
        }
        self.count_unchanged(&document.entry.title)?;
        if let (DocumentStatus::UnchangedUnlessLast, Some(election)) = (status, election) {
            self.files.hold(&source.clone(), election, document);
        }
        Ok(())
    }

    /// Counts an unchanged document. Reports its title if the election was removed.
    fn count_unchanged(&mut self, title: &str) -> Result<()> {
        self.report.unchanged += 1;
        let is_removed = self.store.election(title)?.is_some_and(ElectionRow::is_removed);
        if is_removed && self.report.still_removed.last().is_none_or(|last| last != title) {
            self.report.still_removed.push(title.to_owned());
        }
        Ok(())
    }

    /// Adds a title to the election with the title `target`, if there is one. Returns whether a
    /// title was added.
    pub(super) fn add_redirect(&mut self, title: &str, target: &str) -> Result<bool> {
        let (title, target) = (fold(title), fold(target));
        let Some(election_id) = self.find_election(&target)? else { return Ok(false) };
        if title.is_empty() || self.find_election(&title)? == Some(election_id) {
            return Ok(false);
        }
        let alias = JournalEntry::Alias { election: target, title: title.clone() };
        if let Err(problem) = alias.check_limits() {
            self.report_error(parse_error_at(
                "redirect",
                &title,
                0,
                &format!("a title that fits ({problem})"),
            ));
            return Ok(false);
        }
        self.report.aliases += 1;
        self.push(alias)?;
        Ok(true)
    }

    /// Returns whether an election has this title.
    pub(super) fn has_title(&mut self, title: &str) -> Result<bool> {
        Ok(self.find_election(title)?.is_some())
    }

    /// Returns the identifier of the election with this title.
    fn find_election(&self, title: &str) -> Result<Option<u64>> {
        Ok(self.store.view().find_by_title(title)?.map(|(id, _)| id))
    }

    /// Adds a version to the store's buffer, the report and the journal.
    fn add_version(&mut self, document: ParsedDocument) -> Result<()> {
        let ParsedDocument {
            entry,
            country,
            contenders,
            unparsed_fields,
            unread_results,
            previous_title,
            encoded,
        } = document;
        let totals = &mut self.report.totals;
        if let Some(country) = country.filter(|country| !totals.countries.contains(country)) {
            totals.countries.insert(country);
        }
        totals.contenders += contenders;
        self.previous_titles.extend(previous_title);
        self.text_bytes += entry.text.len();
        let (version, same_record) = self.store.apply_version(encoded)?;
        self.emit(ImportEvent::Added(&AddedVersion {
            title: &entry.title,
            version,
            source: &entry.source,
            unparsed_fields,
            unread_results: &unread_results,
            same_record,
        }))?;
        self.report.partially_parsed += u64::from(!unread_results.is_empty());
        self.report.added += 1;
        self.report.same_record += u64::from(same_record);
        match &mut self.writer {
            Some(writer) => writer.push(JournalEntry::Version(entry)).map(drop),
            None => Ok(()),
        }
    }

    /// Adds the lineage of the parties of a country, unless it is unchanged.
    pub(super) fn add_lineage(
        &mut self,
        source: &str,
        name: &str,
        document: LineageDocument,
    ) -> Result<()> {
        let LineageDocument { lineage, text } = document;
        let digest = text_digest(&text);
        let lineage_entry = LineageEntry {
            country: lineage.country.clone(),
            name: name.to_owned(),
            source: source.to_owned(),
            text,
        };
        let last = self.store.view().lineage(&lineage_entry)?.map(|last| last.digest);
        if last == Some(digest) {
            self.report.unchanged += 1;
            return Ok(());
        }
        let entry = JournalEntry::Lineage(lineage_entry);
        if let Err(problem) = entry.check_limits() {
            let expected = format!("a lineage that fits ({problem})");
            self.report_error(parse_error_at(source, &lineage.country, 0, &expected));
            return Ok(());
        }
        self.lineage_count += 1;
        self.report.lineages.countries += 1;
        self.report.lineages.parties += lineage.parties.len() as u64;
        self.report.lineages.successions += lineage.successions.len() as u64;
        self.push(entry)
    }

    fn push(&mut self, entry: JournalEntry) -> Result<()> {
        self.store.apply(parse_entry(&entry)?)?;
        match &mut self.writer {
            Some(writer) => writer.push(entry).map(drop),
            None => Ok(()),
        }
    }

    /// Counts the links, now that all titles are known, and commits the import unless it is empty.
    pub(crate) fn finish(mut self, options: &ImportOptions) -> Result<()> {
        if options.strict && !self.report.errors.is_empty() {
            return Err(Error::StrictParseErrors(std::mem::take(&mut self.report.errors)));
        }
        if options.strict && !self.report.warnings.is_empty() {
            return Err(Error::StrictWarnings(std::mem::take(&mut self.report.warnings)));
        }
        for title in std::mem::take(&mut self.previous_titles) {
            let exists = self.find_election(&title)?.is_some();
            self.report.totals.links += 1;
            self.report.totals.broken_links += u64::from(!exists);
        }
        let Some(writer) = self.writer.filter(|writer| !writer.is_empty()) else { return Ok(()) };
        let written = writer.commit(options.note.as_deref())?;
        self.report.imports.push(written.position.import);
        self.store.commit(&written, self.lineage_count)
    }
}
