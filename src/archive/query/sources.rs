//! The sources of an archive, and what each states about an election.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::resolve::MAX_SUGGESTIONS;
use crate::archive::{Archive, Record, Snapshot, SourceInfo, SourceVersion};
use crate::index::{ElectionRow, VersionRow};
use crate::model::{REVERT_SOURCE, Source, ToAddress, VersionSelector, source_key_name};
use crate::{Error, Result};

/// The names of all sources.
#[derive(Debug, Default)]
pub(super) struct SourceTable {
    /// Name of each source, by its number. Several numbers have one name if folders were assigned
    /// to a source.
    names: Vec<String>,
    /// Numbers of the sources, by key.
    numbers: HashMap<String, u32>,
    /// Names of the sources in the order of preference.
    order: Vec<String>,
}

impl SourceTable {
    fn name(&self, number: u32) -> Option<&str> {
        self.names.get(number as usize).map(String::as_str)
    }
}

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
        for (number, name) in (0..).zip(&table.names) {
            let info = infos.entry(name.clone()).or_default();
            for election in view.source_elections(number) {
                let (_, row) = election?;
                let count = if row.is_absent { &mut info.absent } else { &mut info.elections };
                *count += 1;
            }
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
                let available_versions = format!("its sources are {}", sources.join(", "));
                Err(Error::NoVersion { address: address.to_string(), available_versions })
            }
        }
    }

    /// Returns an error with suggestions if the archive has no source of this name.
    ///
    /// # Errors
    /// [`Error::UnknownSource`], and when the store cannot be read.
    pub fn ensure_source(&self, name: &str) -> Result<()> {
        let mut names: Vec<String> = self.sources()?.into_iter().map(|info| info.name).collect();
        if names.iter().any(|known| known == name) {
            return Ok(());
        }
        let similarity = |known: &String| strsim::jaro_winkler(known, name);
        names.sort_by(|one, other| similarity(other).total_cmp(&similarity(one)));
        names.truncate(MAX_SUGGESTIONS);
        Err(Error::UnknownSource { name: name.to_owned(), suggestions: names })
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
        let table = self.source_table()?;
        let mut latest: BTreeMap<&str, (VersionRow, SourceVersion)> = BTreeMap::new();
        for state in &row.sources {
            let Some(name) = table.name(state.source) else { continue };
            let version = self.view().version(row, state.version)?;
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
        let mut versions: Vec<(VersionRow, SourceVersion)> = latest.into_values().collect();
        versions.sort_by_key(|(version, stated)| {
            let rank = table.order.iter().position(|name| *name == stated.source);
            (stated.absent, rank.unwrap_or(usize::MAX), u64::MAX - version.line)
        });
        Ok(versions.into_iter().map(|(_, stated)| stated).collect())
    }

    /// Returns the number of the version that an election is shown with: that of the first source
    /// in the order of preference which has the election. Without an order, or if a revert or a
    /// removal is the latest version, this is the latest version.
    pub(super) fn preferred_version(&self, row: &ElectionRow) -> Result<u32> {
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

    /// Returns whether the archive has an order of sources.
    pub(super) fn has_source_order(&self) -> Result<bool> {
        Ok(!self.source_table()?.order.is_empty())
    }

    /// Returns the name of the source of a version.
    pub(crate) fn source_name(&self, version: &VersionRow) -> Result<String> {
        let key = version.source_key();
        let table = self.source_table()?;
        let name = table.numbers.get(&key).and_then(|number| table.name(*number));
        Ok(name.map_or_else(|| source_key_name(&key), str::to_owned))
    }

    fn source_table(&self) -> Result<Arc<SourceTable>> {
        self.cache().sources.get_or_insert_with(&(), || {
            let view = self.view();
            let mut assigned: HashMap<String, String> = HashMap::new();
            for row in view.sources()? {
                let name = row.description.name().to_owned();
                assigned.extend(row.folders.into_iter().map(|key| (key, name.clone())));
            }
            let mut table = SourceTable { order: view.source_order()?, ..SourceTable::default() };
            for (number, key) in (0..).zip(view.source_keys()?) {
                let name = match assigned.get(&key) {
                    Some(name) => name.clone(),
                    None if Source::new(key.as_str()).is_ok() => key.clone(),
                    None => unused_name(source_key_name(&key), &table.names),
                };
                table.names.push(name);
                table.numbers.insert(key, number);
            }
            Ok(Arc::new(table))
        })
    }
}

/// Returns a name, with a number if it is in use: folders of one name are different sources.
fn unused_name(name: String, used: &[String]) -> String {
    let mut candidates = (2..).map(|number| format!("{name}-{number}"));
    if used.contains(&name) {
        candidates.find(|candidate| !used.contains(candidate)).unwrap_or(name)
    } else {
        name
    }
}
