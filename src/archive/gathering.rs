//! What becomes one import: each document is compared with what the archive has, and what is new
//! goes to the journal.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::history::{Digest, Histories, OpenFiles, Verdict};
use super::import::{Added, Event, ImportOptions, ImportReport, Reading};
use super::ready::{Given, Ready};
use crate::import::table::LineageDocument;
use crate::import::{Document, Format, unread};
use crate::journal::{Entry, LineageEntry, Slot, Writer};
use crate::model::{fold, slug};
use crate::store::{Prepared, Said, Store, digest};
use crate::{Error, Result, Unread, Warning};

/// An import on its way.
pub(super) struct Gathering<'a> {
    store: Option<&'a mut Store>,
    writer: Option<Writer<'a>>,
    /// What the writer has, ready for the store.
    prepared: Vec<(Prepared, Slot)>,
    report: &'a mut ImportReport,
    watch: &'a mut dyn FnMut(Event<'_>),
    histories: Histories,
    /// The files that are being read, which may have several documents of one election.
    files: &'a mut OpenFiles<Ready>,
    /// The titles that redirects of this import lead from.
    led: HashSet<String>,
    /// The digests of the lineages of this import, by country and source.
    lineages: HashMap<(String, String), [u8; 32]>,
    /// That of the version that was added last.
    source: Option<Arc<str>>,
    /// The folded titles of elections before, as the added versions name them.
    named: Vec<String>,
    bytes: usize,
}

impl<'a> Gathering<'a> {
    pub(super) fn new(
        store: Option<&'a mut Store>,
        writer: Option<Writer<'a>>,
        files: &'a mut OpenFiles<Ready>,
        report: &'a mut ImportReport,
        watch: &'a mut dyn FnMut(Event<'_>),
    ) -> Self {
        Self {
            store,
            writer,
            prepared: Vec::new(),
            report,
            watch,
            histories: Histories::default(),
            files,
            led: HashSet::new(),
            lineages: HashMap::new(),
            source: None,
            named: Vec::new(),
            bytes: 0,
        }
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

    /// Begins a file that may have several documents of one election.
    pub(super) fn begin_file(&mut self, source: &str) {
        self.files.open(source);
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
        let history = self.histories.of(title, self.store.as_deref())?;
        let is_unchanged = match time {
            Some(time) => history.has_at(digest, time),
            None if is_alone => history.is_unchanged(source, digest),
            None => return Ok(self.files.open(source).judge(history, source, digest)),
        };
        Ok(if is_unchanged { Verdict::Unchanged } else { Verdict::New })
    }

    /// Takes a document that was read.
    fn take(&mut self, ready: Ready, verdict: Verdict, is_alone: bool) -> Result<()> {
        let title = &ready.given.title;
        let is_among_others = !is_alone && ready.given.source_time.is_none();
        if verdict == Verdict::New && !is_among_others {
            return self.add(ready);
        }
        let election = self.histories.of(title, self.store.as_deref())?.election.clone();
        if verdict == Verdict::New {
            self.files.open(&ready.given.source).diverge(&election, ready.digest);
            return self.add(ready);
        }
        self.unchanged(title)?;
        if verdict == Verdict::UnchangedUnlessLast {
            let source = ready.given.source.clone();
            self.files.open(&source).hold(&election, ready);
        }
        Ok(())
    }

    /// Counts a document that the archive has.
    fn unchanged(&mut self, title: &str) -> Result<()> {
        self.report.unchanged += 1;
        let is_removed = self.histories.of(title, self.store.as_deref())?.is_removed;
        if is_removed && self.report.removed.last().is_none_or(|last| last != title) {
            self.report.removed.push(title.to_owned());
        }
        Ok(())
    }

    /// Another title of an election, if there is an election of the target's title; says whether
    /// there was.
    pub(super) fn redirect(&mut self, title: &str, target: &str) -> Result<bool> {
        let (title, target) = (fold(title), fold(target));
        let to = self.find(&target)?;
        let here = self.histories.touches(&target) || self.led.contains(&target);
        let known = to.is_some() && self.find(&title)? == to;
        // The target may have come with this import, but then the title is not yet its own.
        if known || title == target || title.is_empty() || self.led.contains(&title) {
            return Ok(false);
        }
        if to.is_none() && !here {
            return Ok(false);
        }
        let alias = Entry::Alias { election: target, title: title.clone() };
        if let Err(problem) = alias.bounded() {
            self.unread(unread("redirect", &title, 0, &format!("a title that fits ({problem})")));
            return Ok(false);
        }
        self.report.aliases += 1;
        self.led.insert(title);
        self.push(alias)?;
        Ok(true)
    }

    /// Whether an election has a title: in the archive, or through a redirect of this import.
    pub(super) fn has_title(&mut self, title: &str) -> Result<bool> {
        let title = fold(title);
        Ok(self.led.contains(&title)
            || self.histories.touches(&title)
            || self.find(&title)?.is_some())
    }

    /// The number of the election that has this title, if it has a record.
    fn find(&self, title: &str) -> Result<Option<u64>> {
        Ok(self.store.as_deref().map(|store| store.titled(title)).transpose()?.flatten())
    }

    /// Adds a version.
    fn add(&mut self, ready: Ready) -> Result<()> {
        let Ready { given, country, contenders, kept, not_read, before, fresh, record, digest } =
            ready;
        let history = self.histories.of(&given.title, self.store.as_deref())?;
        let followed = history.standing().filter(|said| said.digest != digest);
        let followed = followed.and_then(|said| said.record);
        let followed = followed.zip(self.store.as_deref());
        let same_record = match followed {
            Some((place, store)) => store.record_at(place)?.is_same_record(&record),
            None => false,
        };
        let is_first = history.versions == 0 && !self.led.contains(&history.election);
        let source = match &self.source {
            Some(source) if **source == *given.source => Arc::clone(source),
            _ => Arc::clone(self.source.insert(Arc::from(given.source.as_str()))),
        };
        let version = history.versions + 1;
        let (title, of) = (&given.title, &given.source);
        let not_read = not_read.as_slice();
        self.report.partly_read += u64::from(!not_read.is_empty());
        let added = Added { title, version, source: of, kept, not_read, same_record };
        (self.watch)(Event::Added(&added));
        let totals = &mut self.report.totals;
        if let Some(country) = country.filter(|country| !totals.countries.contains(country)) {
            totals.countries.insert(country);
        }
        totals.contenders += contenders;
        self.named.extend(before);
        self.report.added += 1;
        self.report.same_record += u64::from(same_record);
        self.bytes += given.text.len();
        let mut said = Said {
            import: None,
            source,
            source_time: given.source_time.clone(),
            digest,
            record: None,
        };
        if let (Some(writer), Some(store)) = (&mut self.writer, &mut self.store) {
            let slot = writer.push(Entry::Version(given))?;
            let prepared = store.keep(fresh.with_same_record(same_record), is_first)?;
            said.record = prepared.record();
            self.prepared.push((prepared, slot));
        }
        history.add(said);
        Ok(())
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
        let kept = self.store.as_deref().map(|store| store.lineage(&given)).transpose()?.flatten();
        let folded = (slug(&given.country), given.name.clone());
        let last = self.lineages.get(&folded).copied().or(kept.map(|kept| kept.digest));
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
        self.lineages.insert(folded, digest);
        self.report.lineages.countries += 1;
        self.report.lineages.parties += lineage.parties.len() as u64;
        self.report.lineages.changes += lineage.changes.len() as u64;
        self.push(entry)
    }

    fn push(&mut self, entry: Entry) -> Result<()> {
        let (Some(writer), Some(store)) = (&mut self.writer, &mut self.store) else {
            return Ok(());
        };
        self.prepared.push((store.prepare(&entry)?, writer.push(entry)?));
        Ok(())
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
            let known = self.find(&title)?.is_some() || self.histories.touches(&title);
            self.report.totals.links += 1;
            self.report.totals.broken += u64::from(!known);
        }
        let (Some(writer), Some(store)) = (self.writer, self.store) else { return Ok(()) };
        if !writer.is_empty() {
            let written = writer.commit(options.note.as_deref())?;
            self.report.imports.push(written.mark.import);
            store.take_in(self.prepared, &written)?;
        }
        Ok(())
    }
}
