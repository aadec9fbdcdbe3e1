//! One import in progress. Each document is compared with the archive, and new versions are written
//! to the journal.

use super::history::{Digest, DocumentStatus, OpenFiles, last_from_source};
use super::options::ImportOptions;
use super::parsed::{ParsedDocument, SourceText};
use super::report::{AddedVersion, DumpProgress, ImportEvent, ImportReport};
use crate::formats::table::LineageDocument;
use crate::formats::{Document, Format, parse_error_at};
use crate::index::{self, ElectionRow, ParsedEntry, digest};
use crate::journal::{ImportWriter, JournalEntry, LineageEntry};
use crate::model::fold;
use crate::{Error, ParseError, Result, Warning};

/// An import in progress. New entries go to the store's buffer at once, so that later documents are
/// also compared with them. They become permanent only when the journal commits.
pub(crate) struct ImportBatch<'a> {
    store: &'a mut index::StoreWriter,
    /// `None` in a dry run.
    writer: Option<ImportWriter<'a>>,
    report: &'a mut ImportReport,
    watch: &'a mut dyn FnMut(ImportEvent<'_>),
    /// Files being read that may contain several documents of one election.
    files: &'a mut OpenFiles<ParsedDocument>,
    /// Folded titles of the preceding elections named by added versions from tables.
    named: Vec<String>,
    lineages: u64,
    bytes: usize,
}

impl<'a> ImportBatch<'a> {
    pub(crate) fn new(
        store: &'a mut index::StoreWriter,
        writer: Option<ImportWriter<'a>>,
        files: &'a mut OpenFiles<ParsedDocument>,
        report: &'a mut ImportReport,
        watch: &'a mut dyn FnMut(ImportEvent<'_>),
    ) -> Self {
        let named = Vec::new();
        Self { store, writer, report, watch, files, named, lineages: 0, bytes: 0 }
    }

    /// Returns the size of the added texts, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn report_error(&mut self, error: ParseError) {
        self.files.is_not_whole(&error.source);
        self.report.unread.push(error);
    }

    /// Reports a doubtful statement, which the record keeps as stated.
    pub(super) fn warn(&mut self, warning: Warning) {
        self.report.warnings.push(warning);
    }

    /// Adds a message to the report.
    pub(super) fn note(&mut self, note: String) {
        self.report.notes.push(note);
    }

    pub(super) fn reading(&mut self, reading: &DumpProgress) {
        (self.watch)(ImportEvent::Reading(reading));
    }

    pub(super) fn pages(&mut self, pages: u64) {
        self.report.pages += pages;
    }

    /// Adds a text that is at most one document, with its digest. Returns whether it is a document.
    /// An unchanged text with a known title is not parsed.
    pub(super) fn text(&mut self, given: SourceText, digest: Digest) -> Result<bool> {
        let (is_alone, title, time) = (given.is_alone, given.title.clone(), given.time.clone());
        let source = given.source.clone();
        let judge = |batch: &mut Self, title: &str| {
            batch.judge(title, &source, digest, time.as_deref(), is_alone)
        };
        let verdict = title.as_deref().map(|title| judge(self, title)).transpose()?;
        if let (Some(DocumentStatus::Unchanged), Some(title)) = (verdict, &title) {
            self.unchanged(title)?;
            return Ok(true);
        }
        match given.read(digest) {
            Ok(Some(ready)) => {
                let verdict = match verdict {
                    Some(verdict) => verdict,
                    None => judge(self, &ready.given.title)?,
                };
                self.take(ready, verdict, is_alone)?;
                return Ok(true);
            }
            Ok(None) => {}
            Err(unread) => self.report_error(unread),
        }
        Ok(false)
    }

    /// Adds a document from a text that may contain several.
    pub(super) fn document(
        &mut self,
        source: &str,
        format: Format,
        document: Document,
    ) -> Result<()> {
        let digest = digest(&document.text);
        let (title, time) = (&document.election.title, document.source_time.as_deref());
        let verdict = self.judge(title, source, digest, time, false)?;
        if verdict == DocumentStatus::Unchanged {
            return self.unchanged(title);
        }
        match ParsedDocument::of(source.to_owned(), format, document, digest) {
            Ok(ready) => self.take(ready, verdict, false),
            Err(unread) => {
                self.report_error(unread);
                Ok(())
            }
        }
    }

    /// Ends a file. A held document with which the file ends is added as a new version.
    pub(super) fn end_file(&mut self, source: &str) -> Result<()> {
        let said_again = self.files.end(source);
        self.say_again(said_again)
    }

    /// Ends all files.
    pub(super) fn end_files(&mut self) -> Result<()> {
        let said_again = self.files.end_all();
        self.say_again(said_again)
    }

    fn say_again(&mut self, documents: Vec<ParsedDocument>) -> Result<()> {
        for ready in documents {
            self.report.unchanged -= 1;
            self.report.removed.retain(|title| *title != ready.given.title);
            self.add(ready)?;
        }
        Ok(())
    }

    /// Compares a document with the archive. `is_alone` states that the file contains no other
    /// document.
    fn judge(
        &mut self,
        title: &str,
        source: &str,
        digest: Digest,
        time: Option<&str>,
        is_alone: bool,
    ) -> Result<DocumentStatus> {
        if self.store.election(title)?.is_none() {
            return Ok(DocumentStatus::New);
        }
        let (view, row) = (self.store.view(), self.store.opened());
        let Some(row) = row else { return Ok(DocumentStatus::New) };
        let is_unchanged = match time {
            Some(time) => view.is_timed(row.id(), time, digest)?,
            None if is_alone => last_from_source(&view, row, source)?.0.digest == digest,
            None => return self.files.judge(&view, row, source, digest),
        };
        Ok(if is_unchanged { DocumentStatus::Unchanged } else { DocumentStatus::New })
    }

    /// Adds a parsed document, or counts it as unchanged.
    fn take(
        &mut self,
        ready: ParsedDocument,
        verdict: DocumentStatus,
        is_alone: bool,
    ) -> Result<()> {
        let source = &ready.given.source;
        let is_among_others = !is_alone && ready.given.source_time.is_none();
        let election = self.store.election(&ready.given.title)?.map(ElectionRow::id);
        if verdict == DocumentStatus::New {
            if let Some(election) = election.filter(|_| is_among_others) {
                self.files.diverge(source, election);
            }
            return self.add(ready);
        }
        self.unchanged(&ready.given.title)?;
        if let (DocumentStatus::UnchangedUnlessLast, Some(election)) = (verdict, election) {
            self.files.hold(&source.clone(), election, ready);
        }
        Ok(())
    }

    /// Counts an unchanged document. Reports its title if the election was removed.
    fn unchanged(&mut self, title: &str) -> Result<()> {
        self.report.unchanged += 1;
        let is_removed = self.store.election(title)?.is_some_and(ElectionRow::is_removed);
        if is_removed && self.report.removed.last().is_none_or(|last| last != title) {
            self.report.removed.push(title.to_owned());
        }
        Ok(())
    }

    /// Adds a title to the election with the title `target`, if there is one. Returns whether a
    /// title was added.
    pub(super) fn redirect(&mut self, title: &str, target: &str) -> Result<bool> {
        let (title, target) = (fold(title), fold(target));
        let Some(to) = self.find(&target)? else { return Ok(false) };
        if title.is_empty() || self.find(&title)? == Some(to) {
            return Ok(false);
        }
        let alias = JournalEntry::Alias { election: target, title: title.clone() };
        if let Err(problem) = alias.bounded() {
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
        Ok(self.find(title)?.is_some())
    }

    /// Returns the number of the election with this title.
    fn find(&self, title: &str) -> Result<Option<u64>> {
        Ok(self.store.view().titled(title)?.map(|(id, _)| id))
    }

    /// Adds a version.
    fn add(&mut self, ready: ParsedDocument) -> Result<()> {
        let ParsedDocument { given, country, contenders, kept, not_read, before, encoded } = ready;
        let totals = &mut self.report.totals;
        if let Some(country) = country.filter(|country| !totals.countries.contains(country)) {
            totals.countries.insert(country);
        }
        totals.contenders += contenders;
        self.named.extend(before);
        self.bytes += given.text.len();
        let (version, same_record) = self.store.add(encoded)?;
        let (title, source, not_read) = (&given.title, &given.source, not_read.as_slice());
        (self.watch)(ImportEvent::Added(&AddedVersion {
            title,
            version,
            source,
            kept,
            not_read,
            same_record,
        }));
        self.report.partly_read += u64::from(!not_read.is_empty());
        self.report.added += 1;
        self.report.same_record += u64::from(same_record);
        match &mut self.writer {
            Some(writer) => writer.push(JournalEntry::Version(given)).map(drop),
            None => Ok(()),
        }
    }

    /// Adds the lineage of the parties of a country, unless it is unchanged.
    pub(super) fn lineage(
        &mut self,
        source: &str,
        name: &str,
        document: LineageDocument,
    ) -> Result<()> {
        let LineageDocument { lineage, text } = document;
        let digest = digest(&text);
        let given = LineageEntry {
            country: lineage.country.clone(),
            name: name.to_owned(),
            source: source.to_owned(),
            text,
        };
        let last = self.store.view().lineage(&given)?.map(|last| last.digest);
        if last == Some(digest) {
            self.report.unchanged += 1;
            return Ok(());
        }
        let entry = JournalEntry::Lineage(given);
        if let Err(problem) = entry.bounded() {
            let expected = format!("a lineage that fits ({problem})");
            self.report_error(parse_error_at(source, &lineage.country, 0, &expected));
            return Ok(());
        }
        self.lineages += 1;
        self.report.lineages.countries += 1;
        self.report.lineages.parties += lineage.parties.len() as u64;
        self.report.lineages.changes += lineage.changes.len() as u64;
        self.push(entry)
    }

    fn push(&mut self, entry: JournalEntry) -> Result<()> {
        self.store.apply(ParsedEntry::read(&entry)?)?;
        match &mut self.writer {
            Some(writer) => writer.push(entry).map(drop),
            None => Ok(()),
        }
    }

    /// Counts the links, now that all titles are known, and commits the import unless it is empty.
    pub(crate) fn finish(mut self, options: &ImportOptions) -> Result<()> {
        if options.strict && !self.report.unread.is_empty() {
            return Err(Error::Strict(std::mem::take(&mut self.report.unread)));
        }
        if options.strict && !self.report.warnings.is_empty() {
            return Err(Error::Doubtful(std::mem::take(&mut self.report.warnings)));
        }
        for title in std::mem::take(&mut self.named) {
            let known = self.find(&title)?.is_some();
            self.report.totals.links += 1;
            self.report.totals.broken += u64::from(!known);
        }
        let Some(writer) = self.writer.filter(|writer| !writer.is_empty()) else { return Ok(()) };
        let written = writer.commit(options.note.as_deref())?;
        self.report.imports.push(written.mark.import);
        self.store.commit(&written, self.lineages)
    }
}
