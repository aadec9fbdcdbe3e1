//! Reads a state of the store.

use serde::de::DeserializeOwned;

use super::current_version::CurrentVersion;
use super::keys::{self, StoreKey, last_number};
use super::rows::{
    ChangedRow, ElectionRow, ImportRow, LineageRow, RowValue, SourceElectionRow, SourceRow,
    TitleRow, VersionRow,
};
use super::sort_key::SortKey;
use crate::journal::{EntryIndex, LineageEntry, Location, TerritoryAlias};
use crate::model::{Election, ElectionKey, Erasure, fold, slug};
use crate::store::{MergedItems, StateMap, decode, decode_prefix};
use crate::{Result, StoreError};

/// A state of the store, read as elections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StateView<'s>(StateMap<'s>);

impl<'s> StateView<'s> {
    /// Creates a view of a state.
    pub(crate) fn new(map: StateMap<'s>) -> Self {
        Self(map)
    }

    pub(crate) fn import(&self, number: u64) -> Result<Option<ImportRow>> {
        self.value(&StoreKey::Import(number))
    }

    /// Returns every import, in ascending order of number.
    pub(crate) fn imports(&self) -> impl Iterator<Item = Result<ImportRow>> + use<'s> {
        self.values(keys::IMPORTS_PREFIX)
    }

    pub(crate) fn territories(&self) -> Result<Vec<TerritoryAlias>> {
        self.values(keys::TERRITORIES_PREFIX).collect()
    }

    /// Returns the latest lineage from each source for a country (a slug).
    pub(crate) fn lineages(&self, country: &str) -> Result<Vec<LineageRow>> {
        self.values(&StoreKey::lineages_prefix(country)).collect()
    }

    /// Returns the stored lineage of a journal entry, or the one that has replaced it.
    pub(crate) fn lineage(&self, entry: &LineageEntry) -> Result<Option<LineageRow>> {
        self.value(&StoreKey::Lineage(&slug(&entry.country), &entry.name))
    }

    /// Returns the id and key of the election with this title.
    pub(crate) fn find_by_title(&self, title: &str) -> Result<Option<(u64, ElectionKey)>> {
        let title = fold(title);
        let row: Option<TitleRow> = self.value(&StoreKey::Title(&title))?;
        Ok(row.map(|row| (row.id, row.into_election_key(&title))))
    }

    /// Returns the ids of the elections that had this title before its current election.
    pub(super) fn previous_ids(&self, title: &str) -> Result<Vec<u64>> {
        let row: Option<TitleRow> = self.value(&StoreKey::Title(&fold(title)))?;
        Ok(row.map(|row| row.previous_ids).unwrap_or_default())
    }

    /// Returns the ids of the elections that had this title before its current election. An election
    /// that was merged into another is omitted in favour of that one.
    pub(crate) fn previous_owners(&self, title: &str) -> Result<Vec<u64>> {
        let current = self.find_by_title(title)?.map(|(id, _)| id);
        let mut owners = Vec::new();
        for previous in self.previous_ids(title)? {
            let owner = self.merged_election(previous)?;
            if Some(owner) != current && !owners.contains(&owner) {
                owners.push(owner);
            }
        }
        Ok(owners)
    }

    /// Returns whether an election had this title before the title's current election.
    pub(crate) fn had_title(&self, id: u64, title: &str) -> Result<bool> {
        for previous in self.previous_ids(title)? {
            if self.merged_election(previous)? == id {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns the id of the election that an election was merged into, or its own id.
    pub(crate) fn merged_election(&self, mut id: u64) -> Result<u64> {
        while let Some((merged, _)) = self.merged_into(id)? {
            id = merged;
        }
        Ok(id)
    }

    /// Returns the id of the election that an election was merged into, and the number of the import
    /// that merged them.
    pub(crate) fn merged_into(&self, id: u64) -> Result<Option<(u64, u64)>> {
        self.value(&StoreKey::MergedElection(id))
    }

    /// Returns whether any election was merged into another.
    pub(crate) fn has_merged_elections(&self) -> Result<bool> {
        Ok(self.scan(keys::MERGED_PREFIX).next().transpose()?.is_some())
    }

    /// Returns the number of a source, by its key.
    pub(crate) fn source_number(&self, key: &str) -> Result<Option<u32>> {
        self.value(&StoreKey::SourceNumber(key))
    }

    /// Returns the keys of all sources, ordered by number.
    pub(crate) fn source_keys(&self) -> Result<Vec<String>> {
        self.values(keys::SOURCE_KEYS_PREFIX).collect()
    }

    /// Returns the description of every source that has one, ordered by name.
    pub(crate) fn sources(&self) -> Result<Vec<SourceRow>> {
        self.values(keys::SOURCES_PREFIX).collect()
    }

    /// Returns the description of a source.
    pub(crate) fn source(&self, name: &str) -> Result<Option<SourceRow>> {
        self.value(&StoreKey::Source(name))
    }

    /// Returns the names of the sources in the order of preference.
    pub(crate) fn source_order(&self) -> Result<Vec<String>> {
        Ok(self.value(&StoreKey::SourceOrder)?.unwrap_or_default())
    }

    /// Returns the id of the election that a source identifies by a text.
    pub(crate) fn find_by_identity(&self, source: u32, id: &str) -> Result<Option<u64>> {
        let part = self.identified_part(source, id)?;
        part.map(|part| self.merged_election(part)).transpose()
    }

    /// Returns the id of the election that a source identifies by a text. It may be merged into
    /// another election.
    pub(super) fn identified_part(&self, source: u32, id: &str) -> Result<Option<u64>> {
        self.value(&StoreKey::Identity(source, id))
    }

    /// Returns what a source has of an election.
    pub(super) fn source_election(
        &self,
        source: u32,
        id: u64,
    ) -> Result<Option<SourceElectionRow>> {
        self.value(&StoreKey::SourceElection(source, id))
    }

    /// Returns the ids of the elections that a source has or had, in ascending order.
    pub(crate) fn source_elections(
        &self,
        source: u32,
    ) -> impl Iterator<Item = Result<(u64, SourceElectionRow)>> + use<'s> {
        self.scan(&StoreKey::source_elections_prefix(source)).map(|item| {
            let item = item?;
            Ok((last_number(item.key()).unwrap_or_default(), decode(item.value())?))
        })
    }

    /// Returns the ids that the elections changed by an import had then, in ascending order. An
    /// election that the import merged into another is included.
    pub(crate) fn changed_ids(&self, import: u64) -> Result<Vec<u64>> {
        let row: Option<ChangedRow> = self.value(&StoreKey::ChangedElections(import))?;
        Ok(row.map(ChangedRow::into_ids).unwrap_or_default())
    }

    /// Returns the numbers of the imports after `from` up to `to`. `max_imports` is a number that the
    /// archive's imports do not exceed: a lost range, which a journal states, can span any number of
    /// imports.
    pub(crate) fn import_numbers(&self, from: u64, to: u64, max_imports: u64) -> Result<Vec<u64>> {
        if to.saturating_sub(from) <= max_imports {
            return Ok((from.saturating_add(1)..=to).collect());
        }
        let numbers = self.imports().map(|row| row.map(|row| row.commit.import));
        numbers.filter(|number| number.as_ref().map_or(true, |n| *n > from && *n <= to)).collect()
    }

    /// Returns the ids of the elections that an import changed, each once, in ascending order.
    pub(crate) fn changed_elections(&self, import: u64) -> Result<Vec<u64>> {
        let ids = self.changed_ids(import)?.into_iter();
        let mut changed = ids.map(|id| self.merged_election(id)).collect::<Result<Vec<_>>>()?;
        changed.sort_unstable();
        changed.dedup();
        Ok(changed)
    }

    /// Returns every folded title, with the id and key of its election.
    pub(crate) fn titles(
        &self,
    ) -> impl Iterator<Item = Result<(String, u64, ElectionKey)>> + use<'s> {
        self.scan(keys::TITLES_PREFIX).map(|item| {
            let item = item?;
            let title = keys::title_from_key(item.key());
            let row: TitleRow = decode(item.value())?;
            Ok((title.clone(), row.id, row.into_election_key(&title)))
        })
    }

    /// Returns the ids and keys of the elections whose current records link to this folded title.
    pub(crate) fn linking_elections(&self, title: &str) -> Result<Vec<(u64, ElectionKey)>> {
        let links = self.scan(&StoreKey::links_prefix(title)).map(|item| {
            let item = item?;
            let id = last_number(item.key()).unwrap_or_default();
            Ok((id, decode(item.value())?))
        });
        links.collect()
    }

    /// Returns the key of an election.
    pub(crate) fn election_key(&self, id: u64) -> Result<ElectionKey> {
        let missing = || StoreError::missing(format!("election {id}"));
        self.value(&StoreKey::Election(id))?.ok_or_else(missing)
    }

    /// Returns the election with a key.
    pub(crate) fn row<R: RowValue>(&self, election_key: &ElectionKey) -> Result<R> {
        let missing = || StoreError::missing(format!("the row of '{}'", election_key.title));
        self.get(&StoreKey::Row(election_key), decode_prefix)?.ok_or_else(missing)
    }

    /// Returns the election with this title.
    pub(crate) fn row_by_title(&self, title: &str) -> Result<Option<ElectionRow>> {
        let Some((_, election_key)) = self.find_by_title(title)? else { return Ok(None) };
        self.row(&election_key).map(Some)
    }

    /// Returns the election with this id.
    pub(crate) fn election(&self, id: u64) -> Result<ElectionRow> {
        self.row(&self.election_key(id)?)
    }

    /// Returns the elections of one country (a slug), or of all countries, in key order. Removed
    /// elections are included.
    pub(crate) fn rows<R: RowValue>(
        &self,
        country: Option<&str>,
    ) -> impl Iterator<Item = Result<R>> + use<'s, R> {
        let prefix = country.map_or_else(StoreKey::rows_prefix, StoreKey::country_rows_prefix);
        self.scan(&prefix).map(|item| decode_prefix(item?.value()))
    }

    /// Returns whether a country (a slug) has any election. Removed elections count.
    pub(crate) fn has_rows(&self, country: &str) -> Result<bool> {
        Ok(self.scan(&StoreKey::country_rows_prefix(country)).next().transpose()?.is_some())
    }

    /// Returns the sort keys of the elections of a country (a slug) and year. Removed elections are
    /// included.
    pub(crate) fn sort_keys(&self, country: &str, year: Option<i32>) -> Result<Vec<SortKey>> {
        let rows = self.scan(&StoreKey::year_rows_prefix(country, year));
        rows.map(|item| decode_prefix(item?.value())).collect()
    }

    /// Returns the ids of the elections with a past key in a country (a slug) and year. A past key
    /// is the key of some version, but not of the current record.
    pub(crate) fn ids_with_past_key(&self, country: &str, year: Option<i32>) -> Result<Vec<u64>> {
        let past_keys = self.scan(&StoreKey::year_past_keys_prefix(country, year));
        past_keys.map(|item| Ok(last_number(item?.key()).unwrap_or_default())).collect()
    }

    /// Returns the ids of the elections with a past key in a country (a slug).
    pub(crate) fn ids_with_past_key_in_country(&self, country: &str) -> Result<Vec<u64>> {
        let past_keys = self.scan(&StoreKey::country_past_keys_prefix(country));
        past_keys.map(|item| Ok(last_number(item?.key()).unwrap_or_default())).collect()
    }

    /// Returns whether any election has a past key in a country (a slug).
    pub(crate) fn has_past_keys(&self, country: &str) -> Result<bool> {
        Ok(self.scan(&StoreKey::country_past_keys_prefix(country)).next().transpose()?.is_some())
    }

    /// Returns a version of an election.
    pub(crate) fn version(&self, row: &ElectionRow, number: u32) -> Result<VersionRow> {
        if number == row.summary_row.current_version {
            return Ok(row.version.clone());
        }
        let missing = || StoreError::missing(format!("version {number} of election {}", row.id()));
        self.value(&StoreKey::Version(row.id(), number))?.ok_or_else(missing)
    }

    /// Returns the versions of an election, in ascending order of number.
    pub(crate) fn versions(
        &self,
        row: &ElectionRow,
    ) -> impl Iterator<Item = Result<(u32, VersionRow)>> + use<'s> {
        let mut others = self.values(&StoreKey::versions_prefix(row.id()));
        let (id, current, version) =
            (row.id(), row.summary_row.current_version, row.version.clone());
        (1..=row.summary_row.version_count).map(move |number| {
            if number == current {
                return Ok((number, version.clone()));
            }
            let missing = || StoreError::missing(format!("version {number} of election {id}"));
            Ok((number, others.next().ok_or_else(missing)??))
        })
    }

    /// Returns the number of the version that is current after `import` imports.
    pub(crate) fn current_as_of(&self, row: &ElectionRow, import: u64) -> Result<Option<u32>> {
        self.current_while(row, |version| version.import <= import)
    }

    /// Returns the number of the version that is current before a journal line.
    pub(crate) fn current_before(&self, row: &ElectionRow, line: u64) -> Result<Option<u32>> {
        self.current_while(row, |version| version.line < line)
    }

    fn current_while(
        &self,
        row: &ElectionRow,
        is_included: impl Fn(&VersionRow) -> bool,
    ) -> Result<Option<u32>> {
        let is_last = row.merge_starts.is_empty()
            && row.summary_row.current_version == row.summary_row.version_count;
        if is_last && is_included(&row.version) {
            return Ok(Some(row.summary_row.current_version));
        }
        let mut last: Option<VersionRow> = None;
        for run in row.runs() {
            let end = self.partition_point(row, run.clone(), &is_included)?;
            if end > run.start {
                let version = self.version(row, end - 1)?;
                last = last.filter(|last| last.line > version.line).or(Some(version));
            }
        }
        Ok(last.map(|last| last.current_after))
    }

    /// Returns the number of the version that would be current if the election had only the versions
    /// that `is_kept` accepts. Returns `None` if it would have no record.
    pub(crate) fn current_among(
        &self,
        row: &ElectionRow,
        is_kept: impl Fn(u32) -> bool,
    ) -> Result<Option<u32>> {
        let mut versions = self.versions(row).collect::<Result<Vec<_>>>()?;
        versions.sort_by_key(|(_, version)| version.line);
        versions.retain(|(number, _)| is_kept(*number));
        let mut latest = CurrentVersion::default();
        for (index, (_, version)) in versions.iter().enumerate() {
            latest.add(index, version);
        }
        let current = latest.current.and_then(|index| versions.get(index));
        Ok(current.filter(|(_, version)| !version.lacks_record()).map(|(number, _)| *number))
    }

    /// Returns the number of the version that a journal line added.
    pub(crate) fn number_at(&self, row: &ElectionRow, line: u64) -> Result<Option<u32>> {
        if row.version.line == line {
            return Ok(Some(row.summary_row.current_version));
        }
        for run in row.runs() {
            let number = self.partition_point(row, run.clone(), |version| version.line < line)?;
            if run.contains(&number) && self.version(row, number)?.line == line {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    /// Returns the first number in a run of versions for which `predicate` is false, or the end of
    /// the run. The versions of a run are in journal order.
    fn partition_point(
        &self,
        row: &ElectionRow,
        run: std::ops::Range<u32>,
        predicate: impl Fn(&VersionRow) -> bool,
    ) -> Result<u32> {
        let (mut from, mut to) = (run.start, run.end);
        while from < to {
            let middle = from.midpoint(to);
            if predicate(&self.version(row, middle)?) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        Ok(from)
    }

    /// Returns the record of a version. A removal has none, which is an error.
    pub(crate) fn record(&self, version: &VersionRow) -> Result<Election> {
        let missing = || StoreError::missing(format!("the record of '{}'", version.title));
        let election_key = version.election_key.as_ref().ok_or_else(missing)?;
        self.value(&StoreKey::Record(election_key, version.line))?.ok_or_else(missing)
    }

    /// Returns whether the record of a version exists.
    pub(super) fn has_record(&self, version: &VersionRow) -> Result<bool> {
        let Some(election_key) = &version.election_key else { return Ok(false) };
        Ok(self.get(&StoreKey::Record(election_key, version.line), |_| Ok(()))?.is_some())
    }

    /// Returns the number of the last undated version from a source, which may have several names.
    pub(crate) fn last_undated_version(
        &self,
        row: &ElectionRow,
        names: &[String],
    ) -> Result<Option<u32>> {
        if row.version.is_undated() && names.contains(&row.version.history_name()) {
            return Ok(Some(row.summary_row.current_version));
        }
        let mut last = None;
        for name in names {
            last = last.max(self.value(&StoreKey::LastUndated(row.id(), name))?);
        }
        Ok(last)
    }

    /// Returns whether an election has a version with this source time and text digest.
    pub(crate) fn has_dated_text(&self, id: u64, time: &str, digest: [u8; 32]) -> Result<bool> {
        Ok(self.get(&StoreKey::DatedText(id, time, digest), |_| Ok(()))?.is_some())
    }

    /// Returns the erasure of a text with this digest.
    pub(crate) fn erased_text(&self, digest: [u8; 32]) -> Result<Option<Erasure>> {
        self.value(&StoreKey::ErasedText(digest))
    }

    /// Returns the index of a line in the journal: its frame, and its number in the frame.
    pub(crate) fn entry_index(&self, line: u64) -> Result<EntryIndex> {
        let missing = || StoreError::missing(format!("the frame of line {line}"));
        let frame = self.0.floor(&StoreKey::Frame(line).to_bytes(), |key, value| {
            let first =
                key.strip_prefix(keys::FRAMES_PREFIX).and_then(last_number).ok_or_else(missing)?;
            let frame: Location = decode(value)?;
            Ok(EntryIndex { frame, line: (line - first) as u32 })
        })?;
        frame.ok_or_else(missing)
    }

    /// Returns every item, in key order.
    #[cfg(test)]
    pub(crate) fn items(&self) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
        let items = self.scan(&[]);
        items.map(|item| item.map(|item| (item.key().to_vec(), item.value().to_vec()))).collect()
    }

    fn value<T: DeserializeOwned>(&self, key: &StoreKey<'_>) -> Result<Option<T>> {
        self.get(key, decode)
    }

    fn values<T: DeserializeOwned>(
        &self,
        prefix: &[u8],
    ) -> impl Iterator<Item = Result<T>> + use<'s, T> {
        self.scan(prefix).map(|item| decode(item?.value()))
    }

    pub(super) fn get<T>(
        &self,
        key: &StoreKey<'_>,
        read: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<Option<T>> {
        self.0.get(&key.to_bytes(), read)
    }

    /// Returns the items whose keys begin with `prefix`, in key order.
    pub(super) fn scan(&self, prefix: &[u8]) -> MergedItems<'s> {
        self.0.scan(prefix)
    }
}

/// Changes the current record of an election, as if an earlier parser had produced it.
#[cfg(test)]
pub(crate) fn overwrite_record(
    store: &std::sync::Arc<crate::store::Store>,
    id: u64,
    change: impl FnOnce(&mut Election),
) -> Result<()> {
    use crate::store::encode;
    let snapshot = store.snapshot()?;
    let view = StateView::new(snapshot.map());
    let mut row = view.election(id)?;
    let mut record = view.record(&row.version)?;
    change(&mut record);
    row.set_summary(record.summary(), row.titles(), false);
    let election_key = row.election_key();
    let changes = [
        (StoreKey::Record(&election_key, row.version.line).to_bytes(), Some(encode(&record)?)),
        (StoreKey::Row(&election_key).to_bytes(), Some(encode(&row)?)),
    ];
    store.write_in_place(&changes.into())
}
