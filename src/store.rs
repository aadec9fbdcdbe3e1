//! What is asked: every version of every record, and the indices. All of it is derived from the
//! journal, and says up to which line of which import.
//!
//! Records never change, so they stand in a file that only grows; all that changes stands in
//! [`Pages`].

mod apply;
mod audit;
mod blocks;
mod codec;
mod keys;
mod leaf;
mod pages;
mod recent;
mod statement;
mod tree;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::journal::{Commit, LineageEntry, Mark, Place, TerritoryAlias};
use crate::model::{self, Election, Lineage, Outline, PartialDate, Revision, fold, slug};
use crate::{Error, Result};
pub(crate) use apply::{Fresh, Prepared, digest, read, read_lineage};
use blocks::{Blocks, Span};
use keys::Key;
use pages::Pages;
pub(crate) use recent::Recent;
pub(crate) use statement::{REVERT, Said, current};

/// How far the store has followed the journal.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Applied {
    /// The end of the last import that is wholly applied.
    pub(crate) mark: Mark,
    /// How many entries of the next import are applied too.
    pub(crate) entries: u64,
    /// How many bytes of records there are at least.
    records: u64,
}

/// An election: its titles and its versions.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Folded.
    pub(crate) titles: Vec<String>,
    pub(crate) versions: Vec<Version>,
    /// Where the current record stands; none when the election is removed.
    pub(crate) place: Option<model::Place>,
}

/// A version, without its record. Its number is its place in the list, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) import: u64,
    pub(crate) title: String,
    pub(crate) source: String,
    pub(crate) format: String,
    pub(crate) source_time: Option<String>,
    pub(crate) revision: Option<Revision>,
    /// BLAKE3 of the source text.
    pub(crate) digest: [u8; 32],
    /// Another text than the version that was current before it, and the same record.
    pub(crate) same_record: bool,
    /// Its line in the journal.
    pub(crate) at: Place,
    /// Where its record is; a removal has none.
    record: Option<Span>,
}

impl Version {
    /// Whether it is a removal.
    pub(crate) fn is_removal(&self) -> bool {
        self.record.is_none()
    }
}

/// What tells an election that has a current record from others of its territory.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Standing {
    pub(crate) id: u64,
    pub(crate) year: Option<i32>,
    pub(crate) dates: Vec<PartialDate>,
    /// Its types and those of its races, as slugs.
    pub(crate) kinds: Vec<String>,
}

impl Standing {
    pub(crate) fn new(id: u64, outline: &Outline) -> Self {
        let mut kinds: Vec<String> = outline.kinds().map(|kind| slug(kind.as_str())).collect();
        kinds.sort();
        kinds.dedup();
        Self { id, year: outline.year, dates: outline.dates.clone(), kinds }
    }

    /// Whether the election is of this date and type.
    pub(crate) fn is_at(&self, date: Option<PartialDate>, kind: Option<&str>) -> bool {
        let dated = match date {
            None => self.year.is_none(),
            Some(date) if date.month().is_none() => self.year == Some(date.year()),
            Some(date) => self.dates.iter().any(|polling| date.covers(*polling)),
        };
        dated && kind.is_none_or(|kind| self.kinds.iter().any(|own| own == kind))
    }
}

/// An election that has a current record, as it stands in lists. Its standing comes first, and is often read alone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Listed {
    pub(crate) standing: Standing,
    /// Its titles, folded; none where it has the folded title of the record alone.
    titles: Vec<String>,
    /// Of the current record.
    pub(crate) outline: Outline,
}

impl Listed {
    fn new(id: u64, titles: &[String], outline: Outline) -> Self {
        let only = matches!(titles, [title] if *title == fold(&outline.title));
        let titles = if only { Vec::new() } else { titles.to_vec() };
        Self { standing: Standing::new(id, &outline), titles, outline }
    }

    /// Every folded title by which the election is found.
    pub(crate) fn titles(&self) -> Vec<String> {
        if self.titles.is_empty() { vec![fold(&self.outline.title)] } else { self.titles.clone() }
    }
}

/// A lineage, and which line of the journal gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptLineage {
    /// BLAKE3 of its text.
    pub(crate) digest: [u8; 32],
    pub(crate) import: u64,
    pub(crate) at: Place,
    pub(crate) lineage: Lineage,
}

impl Entry {
    /// The number of the version that is current after `until` imports. Versions that joined through an alias stand at
    /// the end of the list and may be older, so their number does not tell.
    pub(crate) fn current(&self, until: u64) -> Option<u32> {
        if self.is_in_order() {
            let came = self.versions.iter().take_while(|version| version.import <= until);
            return current(came).map(|at| at as u32 + 1);
        }
        let came: Vec<(u32, &Version)> = self.came();
        let until = came.iter().take_while(|(_, version)| version.import <= until);
        current(until.map(|(_, version)| *version)).map(|at| came[at].0)
    }

    fn is_in_order(&self) -> bool {
        self.versions.is_sorted_by_key(|version| (version.import, version.at))
    }

    /// Every version with its number, in the order in which they came.
    pub(crate) fn came(&self) -> Vec<(u32, &Version)> {
        let mut came: Vec<(u32, &Version)> = (1..).zip(&self.versions).collect();
        if !self.is_in_order() {
            came.sort_by_key(|(_, version)| (version.import, version.at));
        }
        came
    }

    /// What every version says that is no removal, in the order in which they came.
    pub(crate) fn statements(&self) -> Vec<Said> {
        let mut statements: Vec<Said> = Vec::with_capacity(self.versions.len());
        for (_, version) in self.came() {
            let Some(record) = version.record else { continue };
            let source = match statements.last() {
                Some(last) if *last.source == version.source => Arc::clone(&last.source),
                _ => Arc::from(version.source.as_str()),
            };
            let (digest, source_time) = (version.digest, version.source_time.clone());
            let (import, record) = (Some(version.import), Some(record));
            statements.push(Said { import, source, source_time, digest, record });
        }
        statements
    }

    /// The number of the version that a line of the journal gave.
    pub(crate) fn number_at(&self, at: Place) -> Option<u32> {
        (1..).zip(&self.versions).find(|(_, version)| version.at == at).map(|(number, _)| number)
    }

    /// The version with this number.
    pub(crate) fn version(&self, number: u32) -> Option<&Version> {
        self.versions.get((number as usize).checked_sub(1)?)
    }
}

/// An import, as the store has it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct ImportRow {
    /// Of lost imports, the number of the last, and what is lost as the note.
    pub(crate) commit: Commit,
    pub(crate) digest: String,
    /// How many of the aliases that the commit counts are lineages.
    pub(crate) lineages: u64,
}

/// How much a store holds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Held {
    /// Of all keys and values.
    pub(crate) bytes: u64,
    pub(crate) elections: u64,
    /// Of the elections, those with a current record.
    pub(crate) records: u64,
}

#[derive(Debug)]
pub(crate) struct Store {
    pages: Pages,
    records: Blocks,
    /// The election that was changed last, while the store follows the journal. Its versions come
    /// in runs, and to write the list of them again for each would cost their square.
    last: Option<(u64, Entry)>,
}

impl Store {
    /// Opens the store, or makes an empty one.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let pages = Pages::open(path)?;
        let records = Blocks::open(&path.join("records"))?;
        let mut store = Self { pages, records, last: None };
        let applied = store.applied()?.records;
        if store.records.length() < applied {
            return Err(Error::Store("records are missing".to_owned()));
        }
        // What an import has left that was killed.
        store.discard_records(applied)?;
        Ok(store)
    }

    /// Closes the store. All that was imported is in it, or in the journal, whether that succeeds or not.
    ///
    /// # Errors
    /// When the system refuses to write what is still to be written.
    pub(crate) fn close(mut self) -> Result<()> {
        self.pages.close()
    }

    /// How many bytes of records there are.
    pub(crate) fn records_end(&self) -> u64 {
        self.records.length()
    }

    /// Removes the records behind this many bytes, which no version has.
    pub(crate) fn discard_records(&mut self, end: u64) -> Result<()> {
        if self.records.length() > end { self.records.truncate(end) } else { Ok(()) }
    }

    pub(crate) fn applied(&self) -> Result<Applied> {
        Ok(self.value(&Key::Applied)?.unwrap_or_default())
    }

    pub(crate) fn import(&self, number: u64) -> Result<Option<ImportRow>> {
        self.value(&Key::Import(number))
    }

    pub(crate) fn imports(&self) -> Result<Vec<ImportRow>> {
        self.values(&Key::imports())
    }

    pub(crate) fn territories(&self) -> Result<Vec<TerritoryAlias>> {
        self.values(&Key::territories())
    }

    /// What each source says last of the parties of a country, by its slug.
    pub(crate) fn lineages(&self, country: &str) -> Result<Vec<KeptLineage>> {
        self.values(&Key::lineages(country))
    }

    /// What the store has of what a line of the journal gave, or of what came in its place.
    pub(crate) fn lineage(&self, given: &LineageEntry) -> Result<Option<KeptLineage>> {
        self.value(&Key::Lineage(&slug(&given.country), &given.name))
    }

    /// The election that has this title.
    pub(crate) fn titled(&self, title: &str) -> Result<Option<u64>> {
        self.value(&Key::Title(&fold(title)))
    }

    /// Every folded title, with its election.
    pub(crate) fn titles(&self) -> Result<Vec<(String, u64)>> {
        let prefix = Key::titles();
        let titles = self.pages.scan(&prefix)?.into_iter().map(|(key, id)| {
            let title = String::from_utf8_lossy(&key[prefix.len()..]).into_owned();
            Ok((title, codec::decode(&id)?))
        });
        titles.collect()
    }

    /// The elections whose current records have a link with this folded title.
    pub(crate) fn linking(&self, title: &str) -> Result<BTreeSet<u64>> {
        let links = self.pages.scan(&Key::links(title))?;
        Ok(links.iter().filter_map(|(key, _)| keys::last_number(key)).collect())
    }

    pub(crate) fn entry(&self, id: u64) -> Result<Entry> {
        match self.entry_changed_last(id) {
            Some(entry) => Ok(entry.clone()),
            None => self.stored_entry(id),
        }
    }

    /// What is made of an election, which is not copied for that.
    fn with_entry<T>(&self, id: u64, make: impl FnOnce(&Entry) -> T) -> Result<T> {
        match self.entry_changed_last(id) {
            Some(entry) => Ok(make(entry)),
            None => Ok(make(&self.stored_entry(id)?)),
        }
    }

    fn entry_changed_last(&self, id: u64) -> Option<&Entry> {
        self.last.as_ref().filter(|(last, _)| *last == id).map(|(_, entry)| entry)
    }

    fn stored_entry(&self, id: u64) -> Result<Entry> {
        let entry = self.value(&Key::Entry(id))?;
        entry.ok_or_else(|| Error::Store(format!("election {id} is missing")))
    }

    /// The election as it stands in lists, unless it is removed.
    pub(crate) fn listed(&self, entry: &Entry) -> Result<Option<Listed>> {
        let Some(place) = &entry.place else { return Ok(None) };
        let listed = self.value(&Key::Listed(place))?;
        let missing = || Error::Store(format!("'{}' is not listed", place.title));
        listed.ok_or_else(missing).map(Some)
    }

    /// The record of a version that is not a removal.
    pub(crate) fn record(&self, version: &Version) -> Result<Election> {
        let missing = || Error::Store(format!("'{}' has no record", version.title));
        self.record_at(version.record.ok_or_else(missing)?)
    }

    /// The record at a place.
    pub(crate) fn record_at(&self, record: Span) -> Result<Election> {
        codec::decode(&self.records.read(record)?)
    }

    /// The elections of one country, by its slug, or of all, that have a current record; in order of
    /// their places.
    pub(crate) fn list(&self, country: Option<&str>) -> Result<Vec<Listed>> {
        self.values(&Key::lists(country))
    }

    /// What tells those of one country (a slug) and year apart.
    pub(crate) fn standings(&self, country: &str, year: Option<i32>) -> Result<Vec<Standing>> {
        let listed = self.pages.scan(&Key::lists_of_year(country, year))?;
        listed.iter().map(|(_, listed)| codec::decode_first(listed)).collect()
    }

    /// The elections of which some version, but not the current record, stands in this country (a slug) and year.
    pub(crate) fn ever(&self, country: &str, year: Option<i32>) -> Result<BTreeSet<u64>> {
        let places = self.pages.scan(&Key::ever(country, year))?;
        Ok(places.iter().filter_map(|(key, _)| keys::last_number(key)).collect())
    }

    /// Whether a version that is not current, or is removed, was of this country (a slug).
    pub(crate) fn has_been(&self, country: &str) -> Result<bool> {
        Ok(!self.pages.scan(&Key::ever_of(country))?.is_empty())
    }

    /// Everything that is kept, in the order of keys.
    pub(crate) fn items(&self) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
        self.pages.scan(&[])
    }

    /// How much it holds.
    pub(crate) fn held(&self) -> Result<Held> {
        let mut held = Held { bytes: self.records.length(), ..Held::default() };
        self.pages.each_page(&[], &mut |page| {
            for (key, value) in page.from(0) {
                held.bytes += (key.len() + value.len()) as u64;
                held.elections += u64::from(key.starts_with(&Key::entries()));
                held.records += u64::from(key.starts_with(&Key::lists(None)));
            }
            Ok(())
        })?;
        Ok(held)
    }

    /// How many bytes are in use no more.
    pub(crate) fn loose(&self) -> u64 {
        self.pages.loose()
    }

    /// Leaves behind what is in use no more.
    pub(crate) fn compact(&mut self) -> Result<()> {
        self.pages.compact()
    }

    fn value<T: DeserializeOwned>(&self, key: &Key<'_>) -> Result<Option<T>> {
        self.pages.get(&key.to_bytes(), codec::decode)
    }

    fn values<T: DeserializeOwned>(&self, prefix: &[u8]) -> Result<Vec<T>> {
        self.pages.scan(prefix)?.iter().map(|(_, value)| codec::decode(value)).collect()
    }

    fn put<T: Serialize>(&mut self, key: &Key<'_>, value: &T) -> Result<()> {
        self.pages.put(key.to_bytes(), codec::encode(value)?);
        Ok(())
    }

    /// An election, to be changed and put back.
    fn take_entry(&mut self, id: u64) -> Result<Entry> {
        match self.last.take_if(|(last, _)| *last == id) {
            Some((_, entry)) => Ok(entry),
            None => self.entry(id),
        }
    }

    fn put_entry(&mut self, id: u64, entry: Entry) -> Result<()> {
        if self.last.as_ref().is_some_and(|(last, _)| *last != id) {
            self.write_last()?;
        }
        self.last = Some((id, entry));
        Ok(())
    }

    /// Lets the election that was changed last wait with all other changes.
    fn write_last(&mut self) -> Result<()> {
        if let Some((id, entry)) = self.last.take() {
            self.put(&Key::Entry(id), &entry)?;
        }
        Ok(())
    }

    fn delete(&mut self, key: &Key<'_>) {
        self.pages.delete(key.to_bytes());
    }

    /// Loses what is under a key.
    #[cfg(test)]
    pub(crate) fn forget(&mut self, key: &[u8]) -> Result<()> {
        self.pages.delete(key.to_vec());
        self.pages.commit()
    }

    /// Keeps records elsewhere from now on; returns where they were.
    #[cfg(test)]
    pub(crate) fn keep_records_at(&mut self, path: &Path) -> Result<std::path::PathBuf> {
        let before = self.records.path().to_owned();
        self.records = Blocks::open(path)?;
        Ok(before)
    }

    /// Changes the current record of an election, as an earlier reader of its text may have had it.
    #[cfg(test)]
    pub(crate) fn forge(&mut self, id: u64, change: impl FnOnce(&mut Election)) -> Result<()> {
        let mut entry = self.entry(id)?;
        let Some(number) = entry.current(u64::MAX) else { return Ok(()) };
        let mut record = self.record(&entry.versions[number as usize - 1])?;
        change(&mut record);
        entry.versions[number as usize - 1].record =
            Some(self.records.append(&codec::encode(&record)?)?);
        let listed = Listed::new(id, &entry.titles, record.outline());
        self.put(&Key::Listed(&model::Place::of(&listed.outline)), &listed)?;
        self.put(&Key::Entry(id), &entry)?;
        let applied = self.applied()?;
        self.note(applied)?;
        self.records.sync()?;
        self.pages.commit()
    }
}
