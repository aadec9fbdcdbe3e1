//! Follows the journal: each entry, in order, becomes records and indices.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::keys::Key;
use super::parsed::{EncodedVersion, ParsedEntry};
use super::rows::{Applied, ElectionRow, ImportRow, LineageRow, TitleRow, Version, source_name};
use super::view::View;
use crate::Result;
use crate::journal::{self, Commit, Journal, Line, Location, Lost, Mark, Written as LogWritten};
use crate::model::{Outline, Place, fold, slug};
use crate::store::{Changes, Store, encode};

/// Maximum size of buffered changes before a flush, in bytes.
const BUFFER: usize = 128 * 1024 * 1024;

/// Number of bytes that the buffer takes for a change, beside its key and value.
const OVERHEAD: usize = 80;

/// The one that changes a store. Changes are buffered, and read through the buffer; [`Writer::flush`] writes them.
#[derive(Debug)]
pub(crate) struct Writer {
    /// None where nothing is to be kept.
    store: Option<Arc<Store>>,
    /// What is applied, buffered changes included.
    applied: Applied,
    /// What is written.
    written: Applied,
    changes: Changes,
    weight: usize,
    open: Open,
}

/// The election that was asked for last. Versions of one election come in runs, and its row is encoded once for each.
#[derive(Debug, Default)]
enum Open {
    #[default]
    None,
    /// No election has this title.
    Absent(String),
    Row {
        title: String,
        row: Box<ElectionRow>,
        is_changed: bool,
    },
}

impl Writer {
    /// A writer of a store, of which there must be one alone; without a store, of nothing.
    pub(crate) fn new(store: Option<Arc<Store>>) -> Result<Self> {
        let written = match &store {
            Some(store) => Applied::of(&store.marker()?)?,
            None => Applied::default(),
        };
        let (applied, changes) = (written.clone(), Changes::new());
        Ok(Self { store, applied, written, changes, weight: 0, open: Open::None })
    }

    /// The state with all buffered changes, but for the row of the election that [`Writer::election`] returned last.
    pub(crate) fn view(&self) -> View<'_> {
        View::new(Store::map(self.store.as_deref(), self.written.lines, &self.changes))
    }

    /// The election with this title.
    pub(crate) fn election(&mut self, title: &str) -> Result<Option<&ElectionRow>> {
        self.open(title)?;
        Ok(self.opened())
    }

    /// The election that [`Writer::election`] returned last.
    pub(crate) fn opened(&self) -> Option<&ElectionRow> {
        match &self.open {
            Open::Row { row, .. } => Some(row),
            _ => None,
        }
    }

    fn open(&mut self, title: &str) -> Result<()> {
        match &mut self.open {
            Open::Absent(absent) if absent == title => return Ok(()),
            Open::Row { title: known, .. } if known == title => return Ok(()),
            _ => {}
        }
        let found = self.view().titled(title)?;
        if let (Some((id, _)), Open::Row { title: known, row, .. }) = (&found, &mut self.open)
            && *id == row.id()
        {
            title.clone_into(known);
            return Ok(());
        }
        self.close()?;
        let title = title.to_owned();
        self.open = match found {
            None => Open::Absent(title),
            Some((_, place)) => {
                let row = Box::new(self.view().row(&place)?);
                Open::Row { title, row, is_changed: false }
            }
        };
        Ok(())
    }

    /// Buffers the row of the election that was asked for last.
    fn close(&mut self) -> Result<()> {
        if let Open::Row { row, is_changed: true, .. } = std::mem::take(&mut self.open) {
            self.put(&Key::Row(&row.place()), encode(&row)?);
        }
        Ok(())
    }

    /// The election with this title, to be changed and given to [`Writer::put_back`].
    fn take(&mut self, title: &str) -> Result<Option<Box<ElectionRow>>> {
        self.open(title)?;
        Ok(match std::mem::take(&mut self.open) {
            Open::Row { row, .. } => Some(row),
            _ => None,
        })
    }

    fn put_back(&mut self, title: &str, row: Box<ElectionRow>) {
        self.open = Open::Row { title: title.to_owned(), row, is_changed: true };
    }

    /// Applies the next version of the journal, and returns its number and whether it has the same record as the one
    /// that was current before it.
    pub(crate) fn add(&mut self, version: EncodedVersion) -> Result<(u32, bool)> {
        let added = self.add_version(version)?;
        self.applied.entries += 1;
        self.applied.lines += 1;
        Ok(added)
    }

    /// Applies the next entry of the journal.
    pub(crate) fn apply(&mut self, entry: ParsedEntry) -> Result<()> {
        match entry {
            ParsedEntry::Version(version) => return self.add(*version).map(drop),
            ParsedEntry::Removal { title } => self.remove(&title)?,
            ParsedEntry::Alias { election, title } => self.add_title(&election, &title)?,
            ParsedEntry::Territory(alias) => {
                let key = Key::Territory(self.applied.lines);
                self.put(&key, encode(&alias)?);
            }
            ParsedEntry::Lineage { name, digest, lineage } => {
                let country = slug(&lineage.country);
                let (import, line) = (self.applied.mark.import + 1, self.applied.lines);
                let row = LineageRow { digest, import, line, lineage };
                self.put(&Key::Lineage(&country, &name), encode(&row)?);
            }
        }
        self.applied.entries += 1;
        self.applied.lines += 1;
        Ok(())
    }

    /// Adds a version, and returns its number and whether it has the same record as the one that was current.
    fn add_version(&mut self, encoded: EncodedVersion) -> Result<(u32, bool)> {
        let EncodedVersion { version, record, bytes } = encoded;
        let (import, line) = (self.applied.mark.import + 1, self.applied.lines);
        let outline = record.outline();
        let place = Place::of(&outline);
        let mut version = Version { import, line, place: Some(place.clone()), ..version };
        self.put(&Key::Record(&place, line), bytes);
        let title = version.title.clone();
        let Some(mut row) = self.take(&title)? else {
            self.add_first(version, outline)?;
            return Ok((1, false));
        };
        let before = row.version.place.as_ref().filter(|_| row.version.digest != version.digest);
        if before.is_some() {
            version.same_record = self.view().record(&row.version)?.is_same_record(&record);
        }
        if let Some(time) = &version.source_time {
            self.put(&Key::Timed(row.id(), time, version.digest), encode(&true)?);
        } else {
            version.same_source = self.view().said_last(&row, &[source_name(&version.source)])?;
        }
        let (number, same_record) = (row.versions + 1, version.same_record);
        row.versions = number;
        if version.supersedes(row.newest_time.as_ref()) {
            self.demote(&row)?;
            version.current = number;
            self.relist(&mut row, outline)?;
            row.newest_time = version.source_time.clone().max(row.newest_time.take());
            (row.current, row.version) = (number, version);
        } else {
            version.current = row.current;
            if place != row.place() {
                self.put(&Key::Past(&place, row.id()), encode(&true)?);
            }
            self.put(&Key::Version(row.id(), number), encode(&version)?);
        }
        self.put_back(&title, row);
        Ok((number, same_record))
    }

    /// Adds an election with its first version.
    fn add_first(&mut self, mut version: Version, outline: Outline) -> Result<()> {
        let (id, title) = (version.line, version.title.clone());
        if let Some(time) = &version.source_time {
            self.put(&Key::Timed(id, time, version.digest), encode(&true)?);
        }
        version.current = 1;
        let place = Place::of(&outline);
        let mut row = ElectionRow::default();
        (row.sort_key.id, row.versions, row.current) = (id, 1, 1);
        row.newest_time.clone_from(&version.source_time);
        row.version = version;
        let folded = fold(&title);
        self.put(&Key::Title(&folded), encode(&TitleRow::new(id, &folded, place.clone()))?);
        self.put(&Key::Election(id), encode(&place)?);
        for link in linked(&outline) {
            self.put(&Key::Link(&link, id), encode(&place)?);
        }
        row.set(outline, vec![folded], false);
        self.applied.elections += 1;
        self.applied.records += 1;
        self.put_back(&title, Box::new(row));
        Ok(())
    }

    fn remove(&mut self, title: &str) -> Result<()> {
        // Nothing is removed that was never there.
        let Some(mut row) = self.take(title)? else { return Ok(()) };
        self.demote(&row)?;
        let (import, line, number) =
            (self.applied.mark.import + 1, self.applied.lines, row.versions + 1);
        let title = title.to_owned();
        (row.versions, row.current) = (number, number);
        if !row.is_removed() {
            self.unlink(&row, &BTreeSet::new());
            self.applied.records -= 1;
            row.sort_key.is_removed = true;
        }
        row.version = Version { title, import, line, current: number, ..Version::default() };
        let title = row.version.title.clone();
        self.put_back(&title, row);
        Ok(())
    }

    /// Keeps the current version as one that is not, for another takes its place.
    fn demote(&mut self, row: &ElectionRow) -> Result<()> {
        if row.version.is_undated() {
            let name = source_name(&row.version.source);
            self.put(&Key::Said(row.id(), &name), encode(&row.current)?);
        }
        self.put(&Key::Version(row.id(), row.current), encode(&row.version)?);
        Ok(())
    }

    /// Lists an election with the summary of another record, perhaps elsewhere.
    fn relist(&mut self, row: &mut ElectionRow, outline: Outline) -> Result<()> {
        let (id, old, new) = (row.id(), row.place(), Place::of(&outline));
        let links: BTreeSet<String> = linked(&outline).into_iter().collect();
        if row.is_removed() {
            self.applied.records += 1;
        } else {
            self.unlink(row, &links);
        }
        for link in &links {
            self.put(&Key::Link(link, id), encode(&new)?);
        }
        if old != new {
            self.delete(&Key::Row(&old));
            self.delete(&Key::Past(&new, id));
            self.put(&Key::Past(&old, id), encode(&true)?);
            self.put(&Key::Election(id), encode(&new)?);
            for title in row.titles() {
                let value = encode(&TitleRow::new(id, &title, new.clone()))?;
                self.put(&Key::Title(&title), value);
            }
        }
        let titles = row.titles();
        row.set(outline, titles, false);
        Ok(())
    }

    /// Deletes the links of an election, but for some that stay.
    fn unlink(&mut self, row: &ElectionRow, staying: &BTreeSet<String>) {
        for link in linked(&row.outline).into_iter().filter(|link| !staying.contains(link)) {
            self.delete(&Key::Link(&link, row.id()));
        }
    }

    /// Adds a title to an election; another election's title joins the two.
    fn add_title(&mut self, election: &str, title: &str) -> Result<()> {
        let Some(mut row) = self.take(election)? else { return Ok(()) };
        let folded = fold(title);
        match self.view().titled(&folded)? {
            Some((other, _)) if other == row.id() => {}
            Some((_, place)) => {
                let joined = self.view().row(&place)?;
                self.join(&mut row, joined)?;
            }
            None => {
                let value = encode(&TitleRow::new(row.id(), &folded, row.place()))?;
                self.put(&Key::Title(&folded), value);
                let mut titles = row.titles();
                titles.push(folded);
                let (outline, is_removed) = (row.outline.clone(), row.is_removed());
                row.set(outline, titles, is_removed);
            }
        }
        self.put_back(election, row);
        Ok(())
    }

    /// Joins another election to one: its versions follow those of the first, whose numbers people may have written
    /// down. What the versions say of each other is found out again, in the order in which they came.
    fn join(&mut self, row: &mut ElectionRow, other: ElectionRow) -> Result<()> {
        let mut versions: Vec<(u32, Version)> = self.view().versions(row).collect::<Result<_>>()?;
        let joined: Vec<(u32, Version)> = self.view().versions(&other).collect::<Result<_>>()?;
        let (id, base) = (row.id(), row.versions);
        for (number, version) in &joined {
            self.delete(&Key::Version(other.id(), *number));
            self.delete(&Key::Said(other.id(), &source_name(&version.source)));
            if let Some(time) = &version.source_time {
                self.delete(&Key::Timed(other.id(), time, version.digest));
                self.put(&Key::Timed(id, time, version.digest), encode(&true)?);
            }
            if let Some(place) = &version.place {
                self.delete(&Key::Past(place, other.id()));
            }
        }
        for gone in [&*row, &other].into_iter().filter(|row| !row.is_removed()) {
            self.unlink(gone, &BTreeSet::new());
            self.applied.records -= 1;
        }
        self.delete(&Key::Row(&row.place()));
        self.delete(&Key::Row(&other.place()));
        self.delete(&Key::Election(other.id()));
        self.applied.elections -= 1;
        let mut titles = row.titles();
        titles.extend(other.titles());
        row.joins.push(base + 1);
        row.joins.extend(other.joins.iter().map(|number| number + base));
        row.versions += other.versions;
        versions.extend(joined.into_iter().map(|(number, version)| (number + base, version)));
        versions.sort_by_key(|(_, version)| version.line);
        self.list_versions(row, versions, titles)
    }

    /// Lists an election from all of its versions, in the order in which they came.
    fn list_versions(
        &mut self,
        row: &mut ElectionRow,
        mut versions: Vec<(u32, Version)>,
        titles: Vec<String>,
    ) -> Result<()> {
        let (id, unit) = (row.id(), encode(&true)?);
        let mut said: BTreeMap<String, u32> = BTreeMap::new();
        let (mut current, mut standing) = (0, 0);
        row.newest_time = None;
        for (at, (number, version)) in versions.iter_mut().enumerate() {
            let name = source_name(&version.source);
            version.same_source =
                if version.is_undated() { said.insert(name, *number) } else { None };
            if version.supersedes(row.newest_time.as_ref()) {
                row.newest_time = version.source_time.clone().max(row.newest_time.take());
                (current, row.current) = (at, *number);
                standing = if version.is_removal() { standing } else { at };
            }
            version.current = row.current;
        }
        for (name, number) in said.iter().filter(|(_, number)| **number != row.current) {
            self.put(&Key::Said(id, name), encode(number)?);
        }
        for place in versions.iter().filter_map(|(_, version)| version.place.as_ref()) {
            self.put(&Key::Past(place, id), unit.clone());
        }
        let outline = self.view().record(&versions[standing].1)?.outline();
        let place = Place::of(&outline);
        self.delete(&Key::Past(&place, id));
        self.put(&Key::Election(id), encode(&place)?);
        for title in &titles {
            let value = encode(&TitleRow::new(id, title, place.clone()))?;
            self.put(&Key::Title(title), value);
        }
        row.set(outline, titles, versions[current].1.is_removal());
        if !row.is_removed() {
            self.applied.records += 1;
            for link in linked(&row.outline) {
                self.put(&Key::Link(&link, id), encode(&place)?);
            }
        }
        row.version = versions.swap_remove(current).1;
        self.delete(&Key::Version(id, row.current));
        for (number, version) in versions {
            self.put(&Key::Version(id, number), encode(&version)?);
        }
        Ok(())
    }

    /// Applies what the journal has beyond the store, and writes it. `progress` hears of every entry.
    ///
    /// # Errors
    /// When the journal is damaged or the disk refuses. Then the store is as it was written last.
    pub(crate) fn follow(&mut self, journal: &Journal, progress: &mut dyn FnMut()) -> Result<()> {
        let followed = self.follow_on(journal, progress);
        self.settle(followed)
    }

    /// Discards buffered changes after a failure: what the journal has is applied again.
    fn settle<T>(&mut self, done: Result<T>) -> Result<T> {
        if done.is_err() {
            self.discard();
        }
        done
    }

    /// Discards buffered changes.
    pub(crate) fn discard(&mut self) {
        self.open = Open::None;
        self.changes.clear();
        self.weight = 0;
        self.applied = self.written.clone();
    }

    fn follow_on(&mut self, journal: &Journal, progress: &mut dyn FnMut()) -> Result<()> {
        let (mut skip, mut lineages) = (self.applied.entries, 0);
        let mark = self.applied.mark.clone();
        if mark != *journal.end() {
            journal.replay(&mark, &mut |at, line, mark| {
                lineages += u64::from(matches!(line, Line::Entry(journal::Entry::Lineage(_))));
                if skip > 0 && matches!(line, Line::Entry(_)) {
                    skip -= 1;
                    return Ok(());
                }
                if at.line == 0 {
                    self.put_frame(self.applied.lines, at.frame)?;
                }
                match line {
                    Line::Entry(entry) => {
                        self.apply(ParsedEntry::read(&entry)?)?;
                        progress();
                    }
                    Line::Commit(commit, digest) => {
                        let lineages = std::mem::take(&mut lineages);
                        self.end_import(commit, digest, lineages, mark)?;
                    }
                    Line::Lost(lost) => self.skip_lost(lost, mark)?,
                }
                if self.weight >= BUFFER { self.write() } else { Ok(()) }
            })?;
        }
        self.write()
    }

    /// Ends an import whose entries are applied, as the journal has it now.
    ///
    /// # Errors
    /// As [`Writer::flush`].
    pub(crate) fn commit(&mut self, log: &LogWritten, lineages: u64) -> Result<()> {
        let first = self.applied.lines - self.applied.entries;
        for (frame, entry) in log.frames() {
            self.put_frame(first + entry, frame)?;
        }
        self.end_import(log.commit.clone(), log.mark.digest.clone(), lineages, &log.mark)?;
        if self.weight >= BUFFER { self.flush() } else { Ok(()) }
    }

    /// Writes all buffered changes, after which readers see them.
    ///
    /// # Errors
    /// When the disk refuses. Then the store is as it was written last, and [`Writer::follow`] goes on from there.
    pub(crate) fn flush(&mut self) -> Result<()> {
        let written = self.write();
        self.settle(written)
    }

    fn write(&mut self) -> Result<()> {
        self.close()?;
        if let Some(store) = &self.store
            && self.applied != self.written
        {
            store.write(&self.changes, &self.applied.marker()?)?;
        }
        self.written = self.applied.clone();
        self.changes.clear();
        self.weight = 0;
        Ok(())
    }

    fn put_frame(&mut self, line: u64, frame: Location) -> Result<()> {
        self.put(&Key::Frame(line), encode(&frame)?);
        Ok(())
    }

    fn end_import(
        &mut self,
        commit: Commit,
        digest: String,
        lineages: u64,
        mark: &Mark,
    ) -> Result<()> {
        let line = self.applied.lines - self.applied.entries;
        let row = ImportRow { commit, digest, lineages, line };
        self.put(&Key::Import(row.commit.import), encode(&row)?);
        self.advance(mark);
        Ok(())
    }

    /// Takes note of lost imports. One row stands for all of them, so that a number that makes no sense costs nothing.
    fn skip_lost(&mut self, lost: Lost, mark: &Mark) -> Result<()> {
        if lost.first <= lost.last {
            let note = Some(lost.to_string());
            let commit = Commit { import: lost.last, note, ..Commit::default() };
            let line = self.applied.lines;
            let row = ImportRow { commit, digest: lost.digest, lineages: 0, line };
            self.put(&Key::Import(lost.last), encode(&row)?);
        }
        self.advance(mark);
        Ok(())
    }

    /// Goes on to the import behind a mark.
    fn advance(&mut self, mark: &Mark) {
        let lines = self.applied.lines + 1;
        let (mark, entries, visible) = (mark.clone(), 0, lines);
        self.applied = Applied { mark, entries, lines, visible, ..self.applied.clone() };
    }

    fn put(&mut self, key: &Key<'_>, value: Vec<u8>) {
        self.change(key, Some(value));
    }

    fn delete(&mut self, key: &Key<'_>) {
        self.change(key, None);
    }

    fn change(&mut self, key: &Key<'_>, value: Option<Vec<u8>>) {
        let key = key.to_bytes();
        self.weight += OVERHEAD + key.len() + value.as_ref().map_or(0, Vec::len);
        self.changes.insert(key, value);
    }
}

/// Every folded title that the links of a record name.
pub(super) fn linked(outline: &Outline) -> Vec<String> {
    let named = outline.links().filter_map(|link| link.title.as_deref());
    let mut titles: Vec<String> = named.map(fold).collect();
    titles.sort();
    titles.dedup();
    titles
}
