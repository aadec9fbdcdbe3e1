//! What becomes one import: each document is compared with what the archive has, and what is new
//! goes to the journal.

use std::collections::{HashMap, HashSet};

use super::import::{Added, Event, ImportOptions, ImportReport, Reading};
use crate::import::dump::{self, Page};
use crate::import::table::LineageDocument;
use crate::import::{Document, Format, bounded, unread};
use crate::journal::{Entry, LineageEntry, Slot, VersionEntry, Writer};
use crate::model::{Election, fold, slug};
use crate::store::{Prepared, Store};
use crate::{Error, Result, Unread};

/// An import on its way.
pub(super) struct Gathering<'a> {
    store: Option<&'a mut Store>,
    writer: Option<Writer<'a>>,
    /// What the writer has, ready for the store.
    prepared: Vec<(Prepared, Slot)>,
    report: &'a mut ImportReport,
    watch: &'a mut dyn FnMut(Event<'_>),
    /// What this import brings, by the election's first title.
    seen: HashSet<(String, Fingerprint)>,
    counts: HashMap<String, u32>,
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
pub(super) type Fingerprint = ([u8; 32], Option<String>);

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
            seen: HashSet::new(),
            counts: HashMap::new(),
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

    /// One revision of a page of a dump; says whether it has an election.
    pub(super) fn page(&mut self, source: &str, page: Page) -> Result<bool> {
        let fingerprint = (digest(&page.text), page.time.clone());
        if self.is_again(&page.title, &fingerprint)? {
            return Ok(true);
        }
        let election =
            match bounded(source, &page.text).and_then(|()| dump::election(source, &page)) {
                Ok(Some(election)) => election,
                Ok(None) => return Ok(false),
                Err(unread) => {
                    self.unread(unread);
                    return Ok(false);
                }
            };
        let Page { text, time: source_time, revision, .. } = page;
        let document = Document { election, text, source_time, revision };
        self.add(source, Format::Wikitext, document, fingerprint)?;
        Ok(true)
    }

    /// Takes a document, of whose text the digest may be known.
    pub(super) fn document(
        &mut self,
        source: &str,
        format: Format,
        document: Document,
        known: Option<[u8; 32]>,
    ) -> Result<()> {
        let digest = known.unwrap_or_else(|| digest(&document.text));
        let fingerprint = (digest, document.source_time.clone());
        if self.is_again(&document.election.title, &fingerprint)? {
            return Ok(());
        }
        self.add(source, format, document, fingerprint)
    }

    /// Whether the archive, or this import, has the document already. Then it is counted, and need not be read.
    pub(super) fn is_again(&mut self, title: &str, fingerprint: &Fingerprint) -> Result<bool> {
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
        let here = self.counts.contains_key(&target) || self.led.contains(&target);
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
        self.push(Entry::Alias { election: target, title }, None)?;
        Ok(true)
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
        let again = || self.seen.contains(&(known.election.clone(), fingerprint.clone()));
        Ok(known.versions.contains(fingerprint) || again())
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

    fn add(
        &mut self,
        source: &str,
        format: Format,
        document: Document,
        fingerprint: Fingerprint,
    ) -> Result<()> {
        let Document { election, text, source_time, revision } = document;
        let (bytes, digest) = (text.len(), fingerprint.0);
        let given = Entry::Version(VersionEntry {
            title: election.title.clone(),
            format: format.to_string(),
            source: source.to_owned(),
            source_time,
            revision,
            text,
        });
        if let Err(problem) = given.bounded() {
            let expected = format!("an election that fits ({problem})");
            self.unread(unread(source, &election.title, 0, &expected));
            return Ok(());
        }
        let known = self
            .last
            .as_ref()
            .map_or((String::new(), 0), |known| (known.election.clone(), known.count));
        self.seen.insert((known.0.clone(), fingerprint));
        let count = self.counts.entry(known.0).or_insert(known.1);
        *count += 1;
        let kept = election.contests.iter().map(|contest| contest.kept.len());
        let added = Added {
            title: election.title.clone(),
            version: *count,
            source: source.to_owned(),
            kept: election.kept.len() + kept.sum::<usize>(),
        };
        (self.watch)(Event::Added(&added));
        self.total(&election, format);
        self.report.added += 1;
        self.bytes += bytes;
        // What is only a part of a text is read again by itself, as it will be from the journal.
        let whole = matches!(format, Format::Article | Format::Wikitext);
        self.push(given, whole.then(|| (election.without_prose(), digest)))
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
        self.push(entry, None)
    }

    fn push(&mut self, entry: Entry, read: Option<(Election, [u8; 32])>) -> Result<()> {
        let (Some(writer), Some(store)) = (&mut self.writer, &mut self.store) else {
            return Ok(());
        };
        let slot = writer.push(&entry)?;
        self.prepared.push((store.prepare(entry, read)?, slot));
        Ok(())
    }

    fn total(&mut self, election: &Election, format: Format) {
        let totals = &mut self.report.totals;
        totals.countries.extend(election.country.clone());
        let contenders = election.contests.iter().map(|contest| contest.contenders.len() as u64);
        totals.contenders += contenders.sum::<u64>();
        let before = election.previous.as_ref();
        let before = before.and_then(|link| link.title.as_deref().or(link.label.as_deref()));
        self.named.extend(before.filter(|_| format == Format::Table).map(fold));
    }

    /// Counts the links, now that every title is known, and makes an import of what is gathered, if
    /// there is anything.
    pub(super) fn finish(mut self, options: &ImportOptions) -> Result<()> {
        if options.strict && !self.report.unread.is_empty() {
            return Err(Error::Strict(std::mem::take(&mut self.report.unread)));
        }
        for title in std::mem::take(&mut self.named) {
            let known = self.find(&title)?.is_some() || self.counts.contains_key(&title);
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

pub(super) fn digest(text: &str) -> [u8; 32] {
    *blake3::hash(text.as_bytes()).as_bytes()
}
