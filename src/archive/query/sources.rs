//! The sources of an archive, and what each states about an election.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::resolve::{MAX_SUGGESTIONS, SIMILARITY_THRESHOLD};
use super::source_table::SourceTable;
use crate::archive::{Archive, ElectionId, Record, Snapshot, SourceInfo, SourceVersion};
use crate::index::{ElectionRow, VersionRow};
use crate::model::{PartialDate, REVERT_SOURCE, Source, ToAddress, VersionSelector};
use crate::{Error, Result};

impl Archive {
    /// Returns the sources of the archive, ordered by name. Documents that were imported without a
    /// source form one source for each format and folder.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sources(&self) -> Result<Vec<SourceInfo>> {
        self.snapshot().sources()
    }

    /// Returns what each source last stated about an election, in the order of preference.
    ///
    /// # Errors
    /// When the address does not name exactly one election.
    pub fn source_versions(&self, address: impl ToAddress) -> Result<Vec<SourceVersion>> {
        self.snapshot().source_versions(address)
    }

    /// Returns the record that a source last stated for an election.
    ///
    /// # Errors
    /// As [`Archive::get`], and when the source has no version of the election.
    pub fn get_from(&self, address: impl ToAddress, source: &str) -> Result<Record> {
        self.snapshot().get_from(address, source)
    }
}

impl Snapshot {
    /// See [`Archive::sources`].
    ///
    /// # Errors
    /// See [`Archive::sources`].
    pub fn sources(&self) -> Result<Vec<SourceInfo>> {
        let view = self.view();
        let table = self.source_table()?;
        let mut infos: BTreeMap<String, SourceInfo> = BTreeMap::new();
        for row in view.sources()? {
            let name = row.description.name().to_owned();
            infos.insert(
                name,
                SourceInfo { description: Some(row.description), ..Default::default() },
            );
        }
        let mut numbers: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for (number, name) in (0..).zip(&table.names) {
            numbers.entry(name).or_default().push(number);
        }
        for (name, numbers) in numbers {
            let info = infos.entry(name.to_owned()).or_default();
            // An election of several folders counts once, and is absent if all of them lack it.
            let mut is_absent: HashMap<u64, bool> = HashMap::new();
            for number in &numbers {
                for election in view.source_elections(*number) {
                    let (id, row) = election?;
                    if numbers.len() > 1 {
                        let all = is_absent.entry(id).or_insert(true);
                        *all &= row.is_absent;
                    } else {
                        info.count(row.is_absent);
                    }
                }
            }
            is_absent.into_values().for_each(|is_absent| info.count(is_absent));
        }
        let infos = infos.into_iter().filter(|(name, _)| name != REVERT_SOURCE);
        let infos = infos.map(|(name, info)| {
            let rank = table.order.iter().position(|ordered| *ordered == name);
            SourceInfo { rank: rank.map(|rank| rank as u64 + 1), name, ..info }
        });
        Ok(infos.collect())
    }

    /// See [`Archive::source_versions`].
    ///
    /// # Errors
    /// See [`Archive::source_versions`].
    pub fn source_versions(&self, address: impl ToAddress) -> Result<Vec<SourceVersion>> {
        let address = &*address.to_address()?;
        self.versions_by_source(&self.row(address)?)
    }

    /// Returns what each source last stated about an election, in the order of preference.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn source_versions_of(&self, id: ElectionId) -> Result<Vec<SourceVersion>> {
        self.versions_by_source(&self.view().election(id.0)?)
    }

    /// See [`Archive::get_from`].
    ///
    /// # Errors
    /// See [`Archive::get_from`].
    pub fn get_from(&self, address: impl ToAddress, source: &str) -> Result<Record> {
        let address = &*address.to_address()?;
        if address.version() != VersionSelector::Latest {
            let problem = format!("expected an election, found '{address}', which names a version");
            return Err(Error::InvalidArgument { argument: "address", problem });
        }
        let row = self.row(address)?;
        let versions = self.versions_by_source(&row)?;
        match versions.iter().find(|version| version.source == source) {
            Some(SourceVersion { version, .. }) => {
                let version = (*version, self.view().version(&row, *version)?);
                self.version_record(&row, version)
            }
            None => {
                let sources: Vec<&str> = versions.iter().map(|one| one.source.as_str()).collect();
                let sources = sources.join(", ");
                let available_versions =
                    format!("'{source}' does not have it, and its sources are {sources}");
                Err(Error::NoVersion { address: address.to_string(), available_versions })
            }
        }
    }

    /// Returns an error with suggestions if the archive has no source of this name.
    ///
    /// # Errors
    /// [`Error::UnknownSource`], and when the store cannot be read.
    pub fn ensure_source(&self, name: &str) -> Result<()> {
        if self.source_table()?.contains(name) {
            return Ok(());
        }
        let mut names: Vec<String> = self.sources()?.into_iter().map(|info| info.name).collect();
        if names.iter().any(|known| known == name) {
            return Ok(());
        }
        let similarity = |known: &String| strsim::jaro_winkler(known, name);
        names.retain(|known| similarity(known) > SIMILARITY_THRESHOLD);
        names.sort_by(|one, other| similarity(other).total_cmp(&similarity(one)));
        names.truncate(MAX_SUGGESTIONS);
        Err(Error::UnknownSource { name: name.to_owned(), suggestions: names })
    }

    /// Returns the text that stands for a source in an order: its name, or the key of documents
    /// imported without a source, which keep their rank when they are assigned to one.
    ///
    /// # Errors
    /// [`Error::UnknownSource`].
    pub(in crate::archive) fn source_order_key(&self, name: &str) -> Result<String> {
        self.ensure_source(name)?;
        if Source::new(name).is_ok() {
            return Ok(name.to_owned());
        }
        Ok(self.unassigned_keys(name)?.into_iter().next().unwrap_or_default())
    }

    /// Returns the keys of documents imported without a source that are listed under a name.
    ///
    /// # Errors
    /// [`Error::UnknownSource`], also when the name is that of a source with a description.
    pub(in crate::archive) fn unassigned_keys(&self, name: &str) -> Result<Vec<String>> {
        self.ensure_source(name)?;
        let table = self.source_table()?;
        let keys = table.numbers.iter().filter(|(key, number)| {
            Source::new(key.as_str()).is_err() && table.name(**number) == Some(name)
        });
        let mut keys: Vec<String> = keys.map(|(key, _)| key.clone()).collect();
        keys.sort();
        if keys.is_empty() || Source::new(name).is_ok() {
            let problem =
                format!("expected documents imported without a source, found the source '{name}'");
            return Err(Error::InvalidArgument { argument: "folders", problem });
        }
        Ok(keys)
    }

    /// Returns the names of the sources in the order of preference. Empty if there is no order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn source_order(&self) -> Result<Vec<String>> {
        Ok(self.source_table()?.order.clone())
    }

    /// Returns what each source last stated about an election, in the order of preference. Sources
    /// without a rank follow, the latest version first.
    pub(super) fn versions_by_source(&self, row: &ElectionRow) -> Result<Vec<SourceVersion>> {
        if let Some(date) = self.source_date() {
            return self.versions_by_source_on(row, date);
        }
        let table = self.source_table()?;
        let mut latest: BTreeMap<&str, (VersionRow, SourceVersion)> = BTreeMap::new();
        for state in &row.sources {
            let Some(name) = table.name(state.source) else { continue };
            let version = self.view().version(row, state.version)?;
            // Every version of the source is erased.
            if version.lacks_record() {
                continue;
            }
            let stated = SourceVersion {
                source: name.to_owned(),
                version: state.version,
                import: version.import,
                source_time: state.source_time.clone(),
                id: state.id.clone(),
                absent: state.is_absent(),
            };
            let is_later = latest.get(name).is_none_or(|(other, _)| {
                (&version.source_time, version.line) > (&other.source_time, other.line)
            });
            if is_later {
                latest.insert(name, (version, stated));
            }
        }
        Ok(in_order(latest.into_values().collect(), &table.order))
    }

    /// Returns the last version of an election that each source had stated as of a date. A version
    /// without a source time counts from the time of its import.
    fn versions_by_source_on(
        &self,
        row: &ElectionRow,
        date: PartialDate,
    ) -> Result<Vec<SourceVersion>> {
        let (table, import) = (self.source_table()?, self.import_at(date)?);
        let mut latest: BTreeMap<String, (String, VersionRow, SourceVersion)> = BTreeMap::new();
        for version in self.view().versions(row) {
            let (number, version) = version?;
            let Some(time) = self.time_until(&version, date)? else { continue };
            let name = self.source_name(&version)?;
            if version.source == REVERT_SOURCE
                || latest.get(&name).is_some_and(|(other, before, _)| {
                    (other, before.import) > (&time, version.import)
                })
            {
                continue;
            }
            let mut states = row.sources.iter();
            let state = states.find(|state| table.name(state.source) == Some(&name));
            let stated = SourceVersion {
                source: name.clone(),
                version: number,
                import: version.import,
                source_time: version.source_time.clone(),
                id: version.source_id.clone(),
                absent: state.is_some_and(|state| state.is_absent_as_of(import)),
            };
            latest.insert(name, (time, version, stated));
        }
        let versions = latest.into_values().map(|(_, version, stated)| (version, stated));
        Ok(in_order(versions.collect(), &table.order))
    }

    /// Returns the number of the version that an election is shown with: that of the first source
    /// in the order of preference which has the election. Without an order, or if a revert or a
    /// removal is the latest version, this is the latest version. With a source date, it is the
    /// version that the sources had on that date, if any, in the same order.
    pub(super) fn preferred_version(&self, row: &ElectionRow) -> Result<Option<u32>> {
        let Some(date) = self.source_date() else {
            return self.preferred_of_sources(row).map(Some);
        };
        let order = &self.source_table()?.order;
        if !order.is_empty() && row.sources.len() > 1 {
            let first = self.versions_by_source_on(row, date)?.into_iter().next();
            let first = first.filter(|first| !first.absent && order.contains(&first.source));
            if let Some(first) = first {
                return Ok(Some(first.version));
            }
        }
        self.version_by_source_date(row, date)
    }

    fn preferred_of_sources(&self, row: &ElectionRow) -> Result<u32> {
        let current = row.summary_row.current_version;
        if row.sources.len() < 2 || row.is_removed() || row.version.source == REVERT_SOURCE {
            return Ok(current);
        }
        let order = &self.source_table()?.order;
        if order.is_empty() {
            return Ok(current);
        }
        let first = self.versions_by_source(row)?.into_iter().next();
        let first = first.filter(|first| !first.absent && order.contains(&first.source));
        Ok(first.map_or(current, |first| first.version))
    }

    /// Returns the names of the sources of an election, in the order in which they first stated it.
    pub(crate) fn election_sources(&self, id: ElectionId) -> Result<Vec<String>> {
        let row = self.view().election(id.0)?;
        let table = self.source_table()?;
        let mut names: Vec<String> = Vec::new();
        for name in row.sources.iter().filter_map(|state| table.name(state.source)) {
            if !names.iter().any(|other| other == name) {
                names.push(name.to_owned());
            }
        }
        Ok(names)
    }

    /// Returns whether the archive has more than one source.
    pub(crate) fn has_several_sources(&self) -> Result<bool> {
        let table = self.source_table()?;
        let first = table.names.first();
        Ok(table.names.iter().any(|name| Some(name) != first))
    }

    /// Returns whether elections may be shown with other versions than the current ones: with an
    /// order of sources, or with a source date.
    pub(super) fn selects_versions(&self) -> Result<bool> {
        Ok(self.source_date().is_some() || !self.source_table()?.order.is_empty())
    }

    /// Returns the name of the source of a version.
    pub(crate) fn source_name(&self, version: &VersionRow) -> Result<String> {
        Ok(self.source_table()?.version_source(version))
    }

    pub(super) fn source_table(&self) -> Result<Arc<SourceTable>> {
        let read = || SourceTable::read(&self.view()).map(Arc::new);
        self.cache().sources.get_or_insert_with(&(), read)
    }
}

/// Orders the versions of sources by preference. Absent sources are last, and sources without a rank
/// precede them, the latest version first.
fn in_order(
    mut versions: Vec<(VersionRow, SourceVersion)>,
    order: &[String],
) -> Vec<SourceVersion> {
    versions.sort_by_key(|(version, stated)| {
        let rank = order.iter().position(|name| *name == stated.source);
        (stated.absent, rank.unwrap_or(usize::MAX), u64::MAX - version.line)
    });
    versions.into_iter().map(|(_, stated)| stated).collect()
}
