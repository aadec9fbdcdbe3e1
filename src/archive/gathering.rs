//! What becomes one import: each document is compared with what the archive has, and what is new
//! goes to the journal.

use super::history::{Digest, OpenFiles, Verdict, said_last};
use super::import::{Added, Event, ImportOptions, ImportReport, Reading};
use super::ready::{Given, Ready};
use crate::import::table::LineageDocument;
use crate::import::{Document, Format, unread};
use crate::index::{self, ElectionRow, ParsedEntry, digest};
use crate::journal::{Entry, LineageEntry, Writer};
use crate::model::fold;
use crate::{Error, Result, Unread, Warning};

/// An import on its way. What it adds goes to the buffer of the store at once, so that what comes later is compared
/// with it as well; the journal decides whether it stays.
pub(super) struct Gathering<'a> {
    store: &'a mut index::Writer,
    /// None in a dry run.
    writer: Option<Writer<'a>>,
    report: &'a mut ImportReport,
    watch: &'a mut dyn FnMut(Event<'_>),
    /// The files that are being read, which may have several documents of one election.
    files: &'a mut OpenFiles<Ready>,
    /// The folded titles of elections before, as the added versions name them.
    named: Vec<String>,
    lineages: u64,
    bytes: usize,
}

impl<'a> Gathering<'a> {
    pub(super) fn new(
        store: &'a mut index::Writer,
        writer: Option<Writer<'a>>,
        files: &'a mut OpenFiles<Ready>,
        report: &'a mut ImportReport,
        watch: &'a mut dyn FnMut(Event<'_>),
    ) -> Self {
        let named = Vec::new();
        Self { store, writer, report, watch, files, named, lineages: 0, bytes: 0 }
    }

    /// The bytes of the texts that are gathered.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn unread(&mut self, unread: Unread) {
        self.files.is_not_whole(&unread.source);
        self.report.unread.push(unread);
    }

    /// A statement that is kept, and doubtful.
    pub(super) fn warn(&mut self, warning: Warning) {
        self.report.warnings.push(warning);
    }

    /// Something to be told beside the report.
    pub(super) fn note(&mut self, note: String) {
        self.report.notes.push(note);
    }

    pub(super) fn reading(&mut self, reading: &Reading) {
        (self.watch)(Event::Reading(reading));
    }

    pub(super) fn pages(&mut self, pages: u64) {
        self.report.pages += pages;
    }

    /// Takes a text that is at most one document, and its digest; says whether it is one. It is not read when it
    /// is here already.
    pub(super) fn text(&mut self, given: Given, digest: Digest) -> Result<bool> {
        let (is_alone, title, time) = (given.is_alone, given.title.clone(), given.time.clone());
        let source = given.source.clone();
        let judge = |gathering: &mut Self, title: &str| {
            gathering.judge(title, &source, digest, time.as_deref(), is_alone)
        };
        let verdict = title.as_deref().map(|title| judge(self, title)).transpose()?;
        if let (Some(Verdict::Unchanged), Some(title)) = (verdict, &title) {
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
            Err(unread) => self.unread(unread),
        }
        Ok(false)
    }

    /// Takes a document of a text that may have several.
    pub(super) fn document(
        &mut self,
        source: &str,
        format: Format,
        document: Document,
    ) -> Result<()> {
        let digest = digest(&document.text);
        let (title, time) = (&document.election.title, document.source_time.as_deref());
        let verdict = self.judge(title, source, digest, time, false)?;
        if verdict == Verdict::Unchanged {
            return self.unchanged(title);
        }
        match Ready::of(source.to_owned(), format, document, digest) {
            Ok(ready) => self.take(ready, verdict, false),
            Err(unread) => {
                self.unread(unread);
                Ok(())
            }
        }
    }

    /// Ends a file: what it said last is what it says.
    pub(super) fn end_file(&mut self, source: &str) -> Result<()> {
        let said_again = self.files.end(source);
        self.say_again(said_again)
    }

    /// Ends every file.
    pub(super) fn end_files(&mut self) -> Result<()> {
        let said_again = self.files.end_all();
        self.say_again(said_again)
    }

    fn say_again(&mut self, documents: Vec<Ready>) -> Result<()> {
        for ready in documents {
            self.report.unchanged -= 1;
            self.report.removed.retain(|title| *title != ready.given.title);
            self.add(ready)?;
        }
        Ok(())
    }

    /// Judges a document of a file that has it alone, or among others.
    fn judge(
        &mut self,
        title: &str,
        source: &str,
        digest: Digest,
        time: Option<&str>,
        is_alone: bool,
    ) -> Result<Verdict> {
        if self.store.election(title)?.is_none() {
            return Ok(Verdict::New);
        }
        let (view, row) = (self.store.view(), self.store.opened());
        let Some(row) = row else { return Ok(Verdict::New) };
        let is_unchanged = match time {
            Some(time) => view.is_timed(row.id(), time, digest)?,
            None if is_alone => said_last(&view, row, source)?.0.digest == digest,
            None => return self.files.judge(&view, row, source, digest),
        };
        Ok(if is_unchanged { Verdict::Unchanged } else { Verdict::New })
    }

    /// Takes a document that was read.
    fn take(&mut self, ready: Ready, verdict: Verdict, is_alone: bool) -> Result<()> {
        let source = &ready.given.source;
        let is_among_others = !is_alone && ready.given.source_time.is_none();
        let election = self.store.election(&ready.given.title)?.map(ElectionRow::id);
        if verdict == Verdict::New {
            if let Some(election) = election.filter(|_| is_among_others) {
                self.files.diverge(source, election);
            }
            return self.add(ready);
        }
        self.unchanged(&ready.given.title)?;
        if let (Verdict::UnchangedUnlessLast, Some(election)) = (verdict, election) {
            self.files.hold(&source.clone(), election, ready);
        }
        Ok(())
    }

    /// Counts a document that the archive has.
    fn unchanged(&mut self, title: &str) -> Result<()> {
        self.report.unchanged += 1;
        let is_removed = self.store.election(title)?.is_some_and(ElectionRow::is_removed);
        if is_removed && self.report.removed.last().is_none_or(|last| last != title) {
            self.report.removed.push(title.to_owned());
        }
        Ok(())
    }

    /// Another title of an election, if there is an election of the target's title; says whether
    /// there was.
    pub(super) fn redirect(&mut self, title: &str, target: &str) -> Result<bool> {
        let (title, target) = (fold(title), fold(target));
        let Some(to) = self.find(&target)? else { return Ok(false) };
        if title.is_empty() || self.find(&title)? == Some(to) {
            return Ok(false);
        }
        let alias = Entry::Alias { election: target, title: title.clone() };
        if let Err(problem) = alias.bounded() {
            self.unread(unread("redirect", &title, 0, &format!("a title that fits ({problem})")));
            return Ok(false);
        }
        self.report.aliases += 1;
        self.push(alias)?;
        Ok(true)
    }

    /// Whether an election has a title.
    pub(super) fn has_title(&mut self, title: &str) -> Result<bool> {
        Ok(self.find(title)?.is_some())
    }

    /// The number of the election that has this title.
    fn find(&self, title: &str) -> Result<Option<u64>> {
        Ok(self.store.view().titled(title)?.map(|(id, _)| id))
    }

    /// Adds a version.
    fn add(&mut self, ready: Ready) -> Result<()> {
        let Ready { given, country, contenders, kept, not_read, before, encoded } = ready;
        let totals = &mut self.report.totals;
        if let Some(country) = country.filter(|country| !totals.countries.contains(country)) {
            totals.countries.insert(country);
        }
        totals.contenders += contenders;
        self.named.extend(before);
        self.bytes += given.text.len();
        let (version, same_record) = self.store.add(encoded)?;
        let (title, source, not_read) = (&given.title, &given.source, not_read.as_slice());
        (self.watch)(Event::Added(&Added { title, version, source, kept, not_read, same_record }));
        self.report.partly_read += u64::from(!not_read.is_empty());
        self.report.added += 1;
        self.report.same_record += u64::from(same_record);
        match &mut self.writer {
            Some(writer) => writer.push(Entry::Version(given)).map(drop),
            None => Ok(()),
        }
    }

    /// What a source says of the parties of a country, unless it is what it said last.
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
        let entry = Entry::Lineage(given);
        if let Err(problem) = entry.bounded() {
            let expected = format!("a lineage that fits ({problem})");
            self.unread(unread(source, &lineage.country, 0, &expected));
            return Ok(());
        }
        self.lineages += 1;
        self.report.lineages.countries += 1;
        self.report.lineages.parties += lineage.parties.len() as u64;
        self.report.lineages.changes += lineage.changes.len() as u64;
        self.push(entry)
    }

    fn push(&mut self, entry: Entry) -> Result<()> {
        self.store.apply(ParsedEntry::read(&entry)?)?;
        match &mut self.writer {
            Some(writer) => writer.push(entry).map(drop),
            None => Ok(()),
        }
    }

    /// Counts the links, now that every title is known, and makes an import of what is gathered, if
    /// there is anything.
    pub(super) fn finish(mut self, options: &ImportOptions) -> Result<()> {
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
