//! Reading a state of the store.

use serde::de::DeserializeOwned;

use super::keys::{self, Key, last_number};
use super::rows::{
    ElectionRow, ImportRow, LineageRow, Row, SortKey, TitleRow, Version, source_name,
};
use crate::journal::{LineageEntry, Location, Place as LogPlace, TerritoryAlias};
use crate::model::{Election, Place, fold, slug};
use crate::store::{Items, Map, decode, decode_first};
use crate::{Error, Result};

/// A state of the store, as elections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'s>(Map<'s>);

impl<'s> View<'s> {
    /// Reads a state of the store.
    pub(crate) fn new(map: Map<'s>) -> Self {
        Self(map)
    }

    pub(crate) fn import(&self, number: u64) -> Result<Option<ImportRow>> {
        self.value(&Key::Import(number))
    }

    /// Every import, the first first.
    pub(crate) fn imports(&self) -> impl Iterator<Item = Result<ImportRow>> + use<'s> {
        self.values(keys::IMPORTS)
    }

    pub(crate) fn territories(&self) -> Result<Vec<TerritoryAlias>> {
        self.values(keys::TERRITORIES).collect()
    }

    /// What each source says last of the parties of a country, by its slug.
    pub(crate) fn lineages(&self, country: &str) -> Result<Vec<LineageRow>> {
        self.values(&Key::lineages(country)).collect()
    }

    /// What the store has of what a line of the journal gave, or of what came in its place.
    pub(crate) fn lineage(&self, given: &LineageEntry) -> Result<Option<LineageRow>> {
        self.value(&Key::Lineage(&slug(&given.country), &given.name))
    }

    /// The number of the election that has this title, and where that stands.
    pub(crate) fn titled(&self, title: &str) -> Result<Option<(u64, Place)>> {
        let title = fold(title);
        let row: Option<TitleRow> = self.value(&Key::Title(&title))?;
        Ok(row.map(|row| (row.id, row.place(&title))))
    }

    /// Every folded title, with its election and where that stands.
    pub(crate) fn titles(&self) -> impl Iterator<Item = Result<(String, u64, Place)>> + use<'s> {
        self.scan(keys::TITLES).map(|item| {
            let item = item?;
            let title = keys::title_of(item.key());
            let row: TitleRow = decode(item.value())?;
            Ok((title.clone(), row.id, row.place(&title)))
        })
    }

    /// The elections whose current records have a link with this folded title, and where they stand.
    pub(crate) fn linking(&self, title: &str) -> Result<Vec<(u64, Place)>> {
        let links = self.scan(&Key::links(title)).map(|item| {
            let item = item?;
            let id = last_number(item.key()).unwrap_or_default();
            Ok((id, decode(item.value())?))
        });
        links.collect()
    }

    /// Where an election stands.
    pub(crate) fn place(&self, id: u64) -> Result<Place> {
        let missing = || Error::Store(format!("election {id} is missing"));
        self.value(&Key::Election(id))?.ok_or_else(missing)
    }

    /// The election at a place.
    pub(crate) fn row<R: Row>(&self, place: &Place) -> Result<R> {
        let missing = || Error::Store(format!("'{}' is not where it says", place.title));
        self.get(&Key::Row(place), decode_first)?.ok_or_else(missing)
    }

    /// The election with this title.
    pub(crate) fn row_titled(&self, title: &str) -> Result<Option<ElectionRow>> {
        let Some((_, place)) = self.titled(title)? else { return Ok(None) };
        self.row(&place).map(Some)
    }

    /// The election with this number.
    pub(crate) fn election(&self, id: u64) -> Result<ElectionRow> {
        self.row(&self.place(id)?)
    }

    /// The elections of one country, by its slug, or of all, in order of their places; the removed ones as well.
    pub(crate) fn rows<R: Row>(
        &self,
        country: Option<&str>,
    ) -> impl Iterator<Item = Result<R>> + use<'s, R> {
        let prefix = country.map_or_else(Key::rows, Key::rows_of);
        self.scan(&prefix).map(|item| decode_first(item?.value()))
    }

    /// Whether a country (a slug) has any election, a removed one included.
    pub(crate) fn has_rows(&self, country: &str) -> Result<bool> {
        Ok(self.scan(&Key::rows_of(country)).next().transpose()?.is_some())
    }

    /// What tells the elections of one country (a slug) and year apart; the removed ones as well.
    pub(crate) fn sort_keys(&self, country: &str, year: Option<i32>) -> Result<Vec<SortKey>> {
        let rows = self.scan(&Key::rows_of_year(country, year));
        rows.map(|item| decode_first(item?.value())).collect()
    }

    /// The elections of which some version, but not the current record, stands in this country (a slug) and year.
    pub(crate) fn past(&self, country: &str, year: Option<i32>) -> Result<Vec<u64>> {
        let places = self.scan(&Key::past_of_year(country, year));
        places.map(|item| Ok(last_number(item?.key()).unwrap_or_default())).collect()
    }

    /// Whether some version that is not current was of this country (a slug).
    pub(crate) fn has_past(&self, country: &str) -> Result<bool> {
        Ok(self.scan(&Key::past_of(country)).next().transpose()?.is_some())
    }

    /// A version of an election.
    pub(crate) fn version(&self, row: &ElectionRow, number: u32) -> Result<Version> {
        if number == row.summary.current {
            return Ok(row.version.clone());
        }
        let missing =
            || Error::Store(format!("version {number} of election {} is missing", row.id()));
        self.value(&Key::Version(row.id(), number))?.ok_or_else(missing)
    }

    /// The versions of an election, by their numbers.
    pub(crate) fn versions(
        &self,
        row: &ElectionRow,
    ) -> impl Iterator<Item = Result<(u32, Version)>> + use<'s> {
        let mut others = self.values(&Key::versions(row.id()));
        let (id, current, version) = (row.id(), row.summary.current, row.version.clone());
        (1..=row.summary.versions).map(move |number| {
            if number == current {
                return Ok((number, version.clone()));
            }
            let missing = || Error::Store(format!("version {number} of election {id} is missing"));
            Ok((number, others.next().ok_or_else(missing)??))
        })
    }

    /// The number of the version that is current after `until` imports.
    pub(crate) fn current(&self, row: &ElectionRow, until: u64) -> Result<Option<u32>> {
        self.current_while(row, |version| version.import <= until)
    }

    /// The number of the version that is current before a line of the journal.
    pub(crate) fn current_before(&self, row: &ElectionRow, line: u64) -> Result<Option<u32>> {
        self.current_while(row, |version| version.line < line)
    }

    fn current_while(
        &self,
        row: &ElectionRow,
        came: impl Fn(&Version) -> bool,
    ) -> Result<Option<u32>> {
        let is_last = row.joins.is_empty() && row.summary.current == row.summary.versions;
        if is_last && came(&row.version) {
            return Ok(Some(row.summary.current));
        }
        let mut last: Option<Version> = None;
        for run in row.runs() {
            let end = self.search(row, run.clone(), &came)?;
            if end > run.start {
                let version = self.version(row, end - 1)?;
                last = last.filter(|last| last.line > version.line).or(Some(version));
            }
        }
        Ok(last.map(|last| last.current))
    }

    /// The number of the version that a line of the journal brought.
    pub(super) fn number_at(&self, row: &ElectionRow, line: u64) -> Result<Option<u32>> {
        if row.version.line == line {
            return Ok(Some(row.summary.current));
        }
        for run in row.runs() {
            let number = self.search(row, run.clone(), |version| version.line < line)?;
            if run.contains(&number) && self.version(row, number)?.line == line {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    /// The first number of a run of versions, which came in their order, that is not `before`; its end if there is none.
    fn search(
        &self,
        row: &ElectionRow,
        run: std::ops::Range<u32>,
        before: impl Fn(&Version) -> bool,
    ) -> Result<u32> {
        let (mut from, mut to) = (run.start, run.end);
        while from < to {
            let middle = from.midpoint(to);
            if before(&self.version(row, middle)?) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        Ok(from)
    }

    /// The record of a version that is not a removal.
    pub(crate) fn record(&self, version: &Version) -> Result<Election> {
        let missing = || Error::Store(format!("'{}' has no record", version.title));
        let place = version.place.as_ref().ok_or_else(missing)?;
        self.value(&Key::Record(place, version.line))?.ok_or_else(missing)
    }

    /// Whether the record of a version is there.
    pub(super) fn has_record(&self, version: &Version) -> Result<bool> {
        let Some(place) = &version.place else { return Ok(false) };
        Ok(self.get(&Key::Record(place, version.line), |_| Ok(()))?.is_some())
    }

    /// The number of the last version without a time that a source brought, by one of the names that it goes by.
    pub(crate) fn said_last(&self, row: &ElectionRow, names: &[String]) -> Result<Option<u32>> {
        if row.version.is_undated() && names.contains(&source_name(&row.version.source)) {
            return Ok(Some(row.summary.current));
        }
        let mut last = None;
        for name in names {
            last = last.max(self.value(&Key::Said(row.id(), name))?);
        }
        Ok(last)
    }

    /// Whether an election has a version with this text, which its source had at this time.
    pub(crate) fn is_timed(&self, id: u64, time: &str, digest: [u8; 32]) -> Result<bool> {
        Ok(self.get(&Key::Timed(id, time, digest), |_| Ok(()))?.is_some())
    }

    /// Where a line stands in the journal.
    pub(crate) fn log_place(&self, line: u64) -> Result<LogPlace> {
        let missing = || Error::Store(format!("line {line} has no frame"));
        let frame = self.0.floor(&Key::Frame(line).to_bytes(), |key, value| {
            let first = key.strip_prefix(keys::FRAMES).and_then(last_number).ok_or_else(missing)?;
            let frame: Location = decode(value)?;
            Ok(LogPlace { frame, line: (line - first) as u32 })
        })?;
        frame.ok_or_else(missing)
    }

    /// Every item, in the order of keys.
    #[cfg(test)]
    pub(crate) fn items(&self) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
        let items = self.scan(&[]);
        items.map(|item| item.map(|item| (item.key().to_vec(), item.value().to_vec()))).collect()
    }

    fn value<T: DeserializeOwned>(&self, key: &Key<'_>) -> Result<Option<T>> {
        self.get(key, decode)
    }

    fn values<T: DeserializeOwned>(
        &self,
        prefix: &[u8],
    ) -> impl Iterator<Item = Result<T>> + use<'s, T> {
        self.scan(prefix).map(|item| decode(item?.value()))
    }

    fn get<T>(&self, key: &Key<'_>, read: impl FnOnce(&[u8]) -> Result<T>) -> Result<Option<T>> {
        self.0.get(&key.to_bytes(), read)
    }

    /// The items whose keys begin with `prefix`, in order.
    pub(super) fn scan(&self, prefix: &[u8]) -> Items<'s> {
        self.0.scan(prefix)
    }
}

/// Changes the current record of an election, as an earlier reader of its text may have had it.
#[cfg(test)]
pub(crate) fn forge(
    store: &std::sync::Arc<crate::store::Store>,
    id: u64,
    change: impl FnOnce(&mut Election),
) -> Result<()> {
    use crate::store::encode;
    let snapshot = store.snapshot()?;
    let view = View::new(snapshot.map());
    let mut row = view.election(id)?;
    let mut record = view.record(&row.version)?;
    change(&mut record);
    row.set(record.outline(), row.titles(), false);
    let place = row.place();
    let changes = [
        (Key::Record(&place, row.version.line).to_bytes(), Some(encode(&record)?)),
        (Key::Row(&place).to_bytes(), Some(encode(&row)?)),
    ];
    store.forge(&changes.into())
}
