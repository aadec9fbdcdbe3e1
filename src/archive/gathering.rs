//! What becomes one import: each document is compared with what the archive has, and what is new
//! goes to the journal.

use std::collections::{HashMap, HashSet};

use super::import::{Added, Event, ImportOptions, ImportReport, Reading};
use super::ready::{Given, Ready};
use crate::import::table::LineageDocument;
use crate::import::{Document, Format, unread};
use crate::journal::{Entry, LineageEntry, Slot, Writer};
use crate::model::{fold, slug};
use crate::store::{Prepared, Store, digest};
use crate::{Error, Result, Unread};

/// An import on its way.
pub(super) struct Gathering<'a> {
    store: Option<&'a mut Store>,
    writer: Option<Writer<'a>>,
    /// What the writer has, ready for the store.
    prepared: Vec<(Prepared, Slot)>,
    report: &'a mut ImportReport,
    watch: &'a mut dyn FnMut(Event<'_>),
    /// The versions that this import brings, by the election's first title.
    brought: HashMap<String, HashSet<Fingerprint>>,
    /// The titles that redirects of this import lead from.
    led: HashSet<String>,
    /// The digests of the lineages of this import, by country and source.
    lineages: HashMap<(String, String), [u8; 32]>,
    /// What is known of the election of the document before, for revisions come in runs.
    last: Option<Known>,
    /// The folded titles of elections before, as the added versions name them.
    named: Vec<String>,
    bytes: usize,
}

/// What two documents have in common that are the same: the digest of the text, and the time at
/// which the source had it so. A page may say again what it said before, and that is a change.
type Fingerprint = ([u8; 32], Option<String>);

/// What the archive has of an election before this import.
struct Known {
    title: String,
    /// Its first title; aliases name one election under several.
    election: String,
    versions: HashSet<Fingerprint>,
    count: u32,
    removed: bool,
}

impl<'a> Gathering<'a> {
    pub(super) fn new(
        store: Option<&'a mut Store>,
        writer: Option<Writer<'a>>,
        report: &'a mut ImportReport,
        watch: &'a mut dyn FnMut(Event<'_>),
    ) -> Self {
        Self {
            store,
            writer,
            prepared: Vec::new(),
            report,
            watch,
            brought: HashMap::new(),
            led: HashSet::new(),
            lineages: HashMap::new(),
            last: None,
            named: Vec::new(),
            bytes: 0,
        }
    }

    /// The bytes of the texts that are gathered.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn unread(&mut self, unread: Unread) {
        self.report.unread.push(unread);
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
    pub(super) fn text(&mut self, given: Given, digest: [u8; 32]) -> Result<bool> {
        let fingerprint = (digest, given.time.clone());
        if let Some(title) = &given.title
            && self.is_again(title, &fingerprint)?
        {
            return Ok(true);
        }
        match given.read(digest) {
            Ok(Some(ready)) => {
                self.add(ready, fingerprint)?;
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
        let fingerprint = (digest, document.source_time.clone());
        if self.is_again(&document.election.title, &fingerprint)? {
            return Ok(());
        }
        match Ready::of(source.to_owned(), format, document, digest) {
            Ok(ready) => self.add(ready, fingerprint),
            Err(unread) => {
                self.unread(unread);
                Ok(())
            }
        }
    }

    /// Whether the archive, or this import, has the document already. Then it is counted, and need not be read.
    fn is_again(&mut self, title: &str, fingerprint: &Fingerprint) -> Result<bool> {
        let known = self.is_known(title, fingerprint)?;
        if known {
            self.unchanged(title);
        }
        Ok(known)
    }

    fn unchanged(&mut self, title: &str) {
        self.report.unchanged += 1;
        let removed = self.last.as_ref().is_some_and(|known| known.removed);
        if removed && self.report.removed.last().is_none_or(|last| last != title) {
            self.report.removed.push(title.to_owned());
        }
    }

    /// Another title of an election, if there is an election of the target's title; says whether
    /// there was.
    pub(super) fn redirect(&mut self, title: &str, target: &str) -> Result<bool> {
        let (title, target) = (fold(title), fold(target));
        let to = self.find(&target)?;
        let here = self.brought.contains_key(&target) || self.led.contains(&target);
        let known = to.is_some() && self.find(&title)? == to;
        // The target may have come with this import, but then the title is not yet its own.
        if known || title == target || title.is_empty() || self.led.contains(&title) {
            return Ok(false);
        }
        if to.is_none() && !here {
            return Ok(false);
        }
        self.report.aliases += 1;
        self.led.insert(title.clone());
        self.push(Entry::Alias { election: target, title })?;
        Ok(true)
    }

    /// Whether an election has a title: in the archive, or through a redirect of this import.
    pub(super) fn has_title(&self, title: &str) -> Result<bool> {
        let title = fold(title);
        Ok(self.led.contains(&title)
            || self.brought.contains_key(&title)
            || self.find(&title)?.is_some())
    }

    /// The number of the election that has this title, if it has a record.
    fn find(&self, title: &str) -> Result<Option<u64>> {
        Ok(self.store.as_deref().map(|store| store.titled(title)).transpose()?.flatten())
    }

    /// Looks an election up, and says whether the archive or this import has the document.
    fn is_known(&mut self, title: &str, fingerprint: &Fingerprint) -> Result<bool> {
        if self.last.as_ref().is_none_or(|last| last.title != title) {
            self.last = Some(self.known(title)?);
        }
        let Some(known) = &self.last else { return Ok(false) };
        let brought = self.brought.get(&known.election);
        let again = brought.is_some_and(|brought| brought.contains(fingerprint));
        Ok(again || known.versions.contains(fingerprint))
    }

    fn known(&self, title: &str) -> Result<Known> {
        let folded = fold(title);
        let entry = match (self.store.as_deref(), self.find(&folded)?) {
            (Some(store), Some(id)) => Some(store.entry(id)?),
            _ => None,
        };
        let entry = entry.unwrap_or_default();
        let versions = entry.versions.iter().filter(|version| !version.is_removal());
        Ok(Known {
            title: title.to_owned(),
            versions: versions
                .map(|version| (version.digest, version.source_time.clone()))
                .collect(),
            count: entry.versions.len() as u32,
            removed: entry.place.is_none() && !entry.versions.is_empty(),
            election: entry.titles.into_iter().next().unwrap_or(folded),
        })
    }

    /// Takes a document that is not here again, as [`Gathering::is_again`] just said.
    fn add(&mut self, ready: Ready, fingerprint: Fingerprint) -> Result<()> {
        let Ready { given, country, contenders, kept, before, fresh } = ready;
        let known = self.last.as_ref();
        let (election, count) =
            known.map_or((String::new(), 0), |known| (known.election.clone(), known.count));
        let new = count == 0 && !self.led.contains(&election);
        let brought = self.brought.entry(election).or_default();
        brought.insert(fingerprint);
        let (title, source) = (&given.title, &given.source);
        let version = count + brought.len() as u32;
        (self.watch)(Event::Added(&Added { title, version, source, kept }));
        let totals = &mut self.report.totals;
        if let Some(country) = country.filter(|country| !totals.countries.contains(country)) {
            totals.countries.insert(country);
        }
        totals.contenders += contenders;
        self.named.extend(before);
        self.report.added += 1;
        self.bytes += given.text.len();
        if let (Some(writer), Some(store)) = (&mut self.writer, &mut self.store) {
            let slot = writer.push(Entry::Version(given))?;
            self.prepared.push((store.keep(fresh, new && version == 1)?, slot));
        }
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
        let last = self.lineages.insert(folded, digest).or(kept.map(|kept| kept.digest));
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
        for title in std::mem::take(&mut self.named) {
            let known = self.find(&title)?.is_some() || self.brought.contains_key(&title);
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
