//! Follows the journal: each entry, in order, into records and indices.

use super::{Applied, Entry, ImportRow, KeptLineage, Key, Listed, Span, Store, Version, codec};
use crate::Result;
use crate::import::{self, Format};
use crate::journal::{
    self, Commit, Journal, Line, LineageEntry, Place, Slot, TerritoryAlias, VersionEntry, Written,
};
use crate::model::{self, Election, Field, Lineage, Outline, Reason, fold, slug};

/// An entry of the journal that was read, and of which nothing is left to do but to enter it.
pub(crate) enum Prepared {
    Version {
        kept: Box<(Version, Outline)>,
        /// No other election has its title, so it is the first of a new one.
        first: bool,
    },
    Removal {
        title: String,
    },
    Alias {
        election: String,
        title: String,
    },
    Territory(TerritoryAlias),
    Lineage {
        country: String,
        name: String,
        kept: KeptLineage,
    },
}

/// A version and its record, neither of which is kept yet.
pub(crate) struct Fresh {
    version: Version,
    outline: Outline,
    /// As it will stand in its file.
    record: Vec<u8>,
}

impl Fresh {
    /// Of what was given, the record that was read of it, and the digest of its text. Whether it has the same record as
    /// the version that was current before it is said later.
    pub(crate) fn new(given: &VersionEntry, record: &Election, digest: [u8; 32]) -> Result<Self> {
        let version = Version {
            title: given.title.clone(),
            source: given.source.clone(),
            format: given.format.clone(),
            source_time: given.source_time.clone(),
            revision: given.revision.clone(),
            digest,
            ..Version::default()
        };
        Ok(Self { version, outline: record.outline(), record: codec::encode(record)? })
    }

    /// Says whether it has the same record as the version that was current before it.
    pub(crate) fn with_same_record(mut self, same: bool) -> Self {
        self.version.same_record = same;
        self
    }
}

impl Prepared {
    /// Where the record of a version is.
    pub(crate) fn record(&self) -> Option<Span> {
        match self {
            Self::Version { kept, .. } => kept.0.record,
            _ => None,
        }
    }
}

impl Store {
    /// Applies what the journal has beyond the store. `told` hears of every entry.
    pub(crate) fn follow(&mut self, journal: &Journal, told: &mut dyn FnMut()) -> Result<()> {
        let followed = self.follow_on(journal, told);
        self.settled(followed)
    }

    /// Discards buffered writes after a failure, or replay would apply them twice.
    fn settled(&mut self, done: Result<()>) -> Result<()> {
        if done.is_err() {
            self.last = None;
            self.pages.forget();
            // What cannot be removed now is removed when the store is opened again.
            let _ = self.applied().and_then(|applied| self.discard_records(applied.records));
        }
        done
    }

    fn follow_on(&mut self, journal: &Journal, told: &mut dyn FnMut()) -> Result<()> {
        let mut applied = self.applied()?;
        if applied.mark == *journal.end() {
            return self.write();
        }
        let (mut skip, mut lineages) = (applied.entries, 0);
        let mark = applied.mark.clone();
        journal.replay(&mark, &mut |at, line, mark| {
            lineages += u64::from(matches!(line, Line::Entry(journal::Entry::Lineage(_))));
            match line {
                Line::Entry(_) if skip > 0 => skip -= 1,
                Line::Entry(entry) => {
                    applied.entries += 1;
                    let entry = self.prepare(&entry)?;
                    self.apply(entry, applied.mark.import + 1, at)?;
                    told();
                }
                Line::Commit(commit, digest) => {
                    let lineages = std::mem::take(&mut lineages);
                    let row = ImportRow { commit, digest, lineages };
                    self.put(&Key::Import(row.commit.import), &row)?;
                    applied = Applied { mark: mark.clone(), ..Applied::default() };
                }
                Line::Lost(lost) => {
                    // One row stands for all of them, so that a number that makes no sense costs
                    // nothing.
                    let note = Some(lost.to_string());
                    let commit = Commit { import: lost.last, note, ..Commit::default() };
                    let row = ImportRow { commit, digest: lost.digest, lineages: 0 };
                    if lost.first <= lost.last {
                        self.put(&Key::Import(lost.last), &row)?;
                    }
                    applied = Applied { mark: mark.clone(), ..Applied::default() };
                }
            }
            if self.pages.is_full() { self.commit(applied.clone()) } else { Ok(()) }
        })?;
        self.commit(applied)
    }

    /// Lets how far the journal is applied wait, with all else that was changed.
    pub(super) fn note(&mut self, applied: Applied) -> Result<()> {
        self.write_last()?;
        self.put(&Key::Applied, &Applied { records: self.records.length(), ..applied })
    }

    fn commit(&mut self, applied: Applied) -> Result<()> {
        self.note(applied)?;
        self.write()
    }

    fn write(&mut self) -> Result<()> {
        self.records.sync()?;
        self.pages.commit()
    }

    /// Writes what waits.
    ///
    /// # Errors
    /// As [`Store::take_in`].
    pub(crate) fn settle(&mut self) -> Result<()> {
        let written = self.write();
        self.settled(written)
    }

    /// Applies an import that was just written, each entry as it was prepared. What it changes may wait in memory
    /// until [`Store::settle`].
    ///
    /// # Errors
    /// When the disk refuses. Then [`Store::follow`] goes on where this stopped.
    pub(crate) fn take_in(
        &mut self,
        prepared: Vec<(Prepared, Slot)>,
        written: &Written,
    ) -> Result<()> {
        let taken = self.take_all(prepared, written);
        self.settled(taken)
    }

    fn take_all(&mut self, prepared: Vec<(Prepared, Slot)>, written: &Written) -> Result<()> {
        let mut applied = self.applied()?;
        let mut lineages = 0;
        for (entry, slot) in prepared {
            lineages += u64::from(matches!(entry, Prepared::Lineage { .. }));
            self.apply(entry, written.commit.import, written.place(slot))?;
            applied.entries += 1;
            if self.pages.is_full() {
                self.commit(applied.clone())?;
            }
        }
        let (commit, digest) = (written.commit.clone(), written.mark.digest.clone());
        self.put(&Key::Import(commit.import), &ImportRow { commit, digest, lineages })?;
        self.note(Applied { mark: written.mark.clone(), ..Applied::default() })
    }

    /// Keeps the record of a version: the first of an election whose title no other has, or any.
    pub(crate) fn keep(&mut self, fresh: Fresh, first: bool) -> Result<Prepared> {
        let Fresh { version, outline, record } = fresh;
        let version = Version { record: Some(self.records.append(&record)?), ..version };
        Ok(Prepared::Version { kept: Box::new((version, outline)), first })
    }

    /// Reads an entry, and keeps its record.
    pub(crate) fn prepare(&mut self, entry: &journal::Entry) -> Result<Prepared> {
        Ok(match entry {
            journal::Entry::Version(given) => {
                let (record, digest) = (read(given), digest(&given.text));
                let same = self.has_same_record(given, &record, digest)?;
                let fresh = Fresh::new(given, &record, digest)?;
                self.keep(fresh.with_same_record(same), false)?
            }
            journal::Entry::Removal { title } => Prepared::Removal { title: title.clone() },
            journal::Entry::Alias { election, title } => {
                Prepared::Alias { election: election.clone(), title: title.clone() }
            }
            journal::Entry::Territory(alias) => Prepared::Territory(alias.clone()),
            journal::Entry::Lineage(given) => {
                // One that cannot be read says nothing; its text stays in the journal, and a verification tells.
                let lineage = read_lineage(given).unwrap_or_default();
                let digest = digest(&given.text);
                let (import, at) = (0, Place::default());
                let kept = KeptLineage { digest, import, at, lineage };
                let (country, name) = (given.country.clone(), given.name.clone());
                Prepared::Lineage { country, name, kept }
            }
        })
    }

    /// Whether a document comes to the same record as the current version, from another text.
    fn has_same_record(
        &self,
        given: &VersionEntry,
        record: &Election,
        digest: [u8; 32],
    ) -> Result<bool> {
        let Some(id) = self.titled(&given.title)? else { return Ok(false) };
        let before = self.with_entry(id, |entry| {
            let version = entry.current(u64::MAX).and_then(|number| entry.version(number))?;
            (version.digest != digest).then_some(version.record).flatten()
        })?;
        let before = before.map(|before| self.record_at(before)).transpose()?;
        Ok(before.is_some_and(|before| before.is_same_record(record)))
    }

    fn apply(&mut self, entry: Prepared, import: u64, at: Place) -> Result<()> {
        match entry {
            Prepared::Version { kept, first } => {
                let (version, outline) = *kept;
                let known = if first { None } else { self.titled(&version.title)? };
                let id = match known {
                    Some(id) => id,
                    None => self.new_entry(&version.title)?,
                };
                self.add_version(id, Version { import, at, ..version }, Some(outline))
            }
            Prepared::Removal { title } => match self.titled(&title)? {
                Some(id) => {
                    let version = Version { import, title, at, ..Version::default() };
                    self.add_version(id, version, None)
                }
                None => Ok(()),
            },
            Prepared::Alias { election, title } => self.alias_given(&election, &title),
            Prepared::Territory(alias) => {
                let number = self.territories()?.len() as u64;
                self.put(&Key::Territory(number), &alias)
            }
            Prepared::Lineage { country, name, kept } => {
                let kept = KeptLineage { import, at, ..kept };
                self.put(&Key::Lineage(&slug(&country), &name), &kept)
            }
        }
    }

    fn new_entry(&mut self, title: &str) -> Result<u64> {
        let id = self.value(&Key::NextId)?.unwrap_or(1_u64);
        self.put(&Key::NextId, &(id + 1))?;
        let title = fold(title);
        self.put(&Key::Title(&title), &id)?;
        self.put_entry(id, Entry { titles: vec![title], ..Entry::default() })?;
        Ok(id)
    }

    fn add_version(&mut self, id: u64, version: Version, outline: Option<Outline>) -> Result<()> {
        let mut entry = self.take_entry(id)?;
        entry.versions.push(version);
        let newest = entry.current(u64::MAX) == Some(entry.versions.len() as u32);
        match outline {
            // What its source had so before stands behind what is current.
            Some(outline) if !newest => {
                let place = model::Place::of(&outline);
                if entry.place.as_ref() != Some(&place) {
                    self.put(&Key::Ever(&place, id), &())?;
                }
            }
            outline => {
                self.unlist(id, &mut entry)?;
                if let Some(outline) = outline {
                    self.list_again(id, &mut entry, outline)?;
                }
            }
        }
        self.put_entry(id, entry)
    }

    /// Another title for an election; another election's title joins the two.
    fn alias_given(&mut self, election: &str, title: &str) -> Result<()> {
        let Some(id) = self.titled(election)? else { return Ok(()) };
        match self.titled(title)? {
            Some(other) if other == id => Ok(()),
            Some(other) => self.join(id, other),
            None => {
                let mut entry = self.take_entry(id)?;
                entry.titles.push(fold(title));
                self.put(&Key::Title(&fold(title)), &id)?;
                if let (Some(listed), Some(place)) = (self.listed(&entry)?, &entry.place) {
                    let listed = Listed::new(id, &entry.titles, listed.outline);
                    self.put(&Key::Listed(place), &listed)?;
                }
                self.put_entry(id, entry)
            }
        }
    }

    /// The versions of `other` come after those of `id`, whose numbers people may have written
    /// down.
    fn join(&mut self, id: u64, other: u64) -> Result<()> {
        let (mut entry, mut joined) = (self.take_entry(id)?, self.take_entry(other)?);
        self.unlist(id, &mut entry)?;
        self.unlist(other, &mut joined)?;
        for version in joined.versions {
            if !version.is_removal() {
                let place = model::Place::of(&self.record(&version)?.outline());
                self.delete(&Key::Ever(&place, other));
                self.put(&Key::Ever(&place, id), &())?;
            }
            entry.versions.push(version);
        }
        for title in joined.titles {
            self.put(&Key::Title(&title), &id)?;
            entry.titles.push(title);
        }
        self.delete(&Key::Entry(other));
        let current = entry.current(u64::MAX).and_then(|number| entry.version(number));
        if let Some(version) = current.filter(|version| !version.is_removal()) {
            let outline = self.record(version)?.outline();
            self.list_again(id, &mut entry, outline)?;
        }
        self.put_entry(id, entry)
    }

    /// Takes an election from where it is listed.
    fn unlist(&mut self, id: u64, entry: &mut Entry) -> Result<()> {
        let Some(listed) = self.listed(entry)? else { return Ok(()) };
        for title in linked(&listed.outline) {
            self.delete(&Key::Link(&title, id));
        }
        if let Some(place) = entry.place.take() {
            self.delete(&Key::Listed(&place));
            self.put(&Key::Ever(&place, id), &())?;
        }
        Ok(())
    }

    /// Lists an election with the outline of its current record.
    fn list_again(&mut self, id: u64, entry: &mut Entry, outline: Outline) -> Result<()> {
        for title in linked(&outline) {
            self.put(&Key::Link(&title, id), &())?;
        }
        let place = model::Place::of(&outline);
        if entry.versions.len() > 1 {
            self.delete(&Key::Ever(&place, id));
        }
        self.put(&Key::Listed(&place), &Listed::new(id, &entry.titles, outline))?;
        entry.place = Some(place);
        Ok(())
    }
}

/// What the text of a lineage says, or why it cannot be read.
pub(crate) fn read_lineage(given: &LineageEntry) -> std::result::Result<Lineage, String> {
    let lineage = import::table::read_lineage(&given.source, &given.text);
    let lineage = lineage.map_err(|unread| unread.to_string())?;
    if lineage.country != given.country || lineage.source != given.name {
        let (country, name) = (lineage.country, lineage.source);
        return Err(format!("its text is of '{country}', by '{name}'"));
    }
    Ok(lineage)
}

/// BLAKE3 of a text.
pub(crate) fn digest(text: &str) -> [u8; 32] {
    *blake3::hash(text.as_bytes()).as_bytes()
}

/// The record of a source text. One that a later parser refuses keeps its place and says why.
pub(crate) fn read(given: &VersionEntry) -> Election {
    let format: Result<Format, _> = given.format.parse();
    let read = format.map_err(|error| error.to_string()).and_then(|format| {
        import::record_titled(format, "", &given.title, &given.text)
            .map_err(|unread| unread.to_string())
    });
    let mut election = read.unwrap_or_else(|problem| Election {
        kept: vec![Field {
            label: "document".to_owned(),
            text: String::new(),
            reason: Reason::Expected(problem),
            line: None,
        }],
        ..Election::default()
    });
    // Identity is what it was when the text was given.
    election.title.clone_from(&given.title);
    election
}

/// Every folded title that the links of a record name.
pub(super) fn linked(outline: &Outline) -> Vec<String> {
    let named = outline.links().filter_map(|link| link.title.as_deref());
    let mut titles: Vec<String> = named.map(fold).collect();
    titles.sort();
    titles.dedup();
    titles
}
