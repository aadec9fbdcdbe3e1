//! Reading: records, their versions, their sources, the lists of them, and what a chain asks.

use std::collections::BTreeSet;

use super::find::Years;
use super::{
    Archive, ElectionId, Elections, Filter, ImportInfo, Record, TerritoryAlias, VersionInfo,
};
use crate::import;
use crate::model::{Address, At, Election, Lineage, PartialDate};
use crate::store::Entry;
use crate::{Error, Result};

impl Archive {
    /// The election that an address names, also one that is removed.
    ///
    /// # Errors
    /// When it names none, or more than one.
    pub fn id(&self, address: &Address) -> Result<ElectionId> {
        self.locate(address).map(ElectionId)
    }

    /// The version that an address names.
    ///
    /// # Errors
    /// When it names no election, more than one, no version, or a removal.
    pub fn get(&self, address: &Address) -> Result<Record> {
        let id = self.locate(address)?;
        let entry = self.store.entry(id)?;
        let number = self.version_number(address, &entry)?;
        self.record(id, entry, number)
    }

    /// The versions of an election, the first first.
    ///
    /// # Errors
    /// When the address names no one election.
    pub fn versions(&self, address: &Address) -> Result<Vec<VersionInfo>> {
        let entry = self.store.entry(self.locate(address)?)?;
        (1..=entry.versions.len() as u32).map(|number| self.info(&entry, number)).collect()
    }

    /// The latest records that pass the filter, by country, year and date.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn list(&self, filter: &Filter) -> Result<Vec<Record>> {
        let passes = |election: &Election| {
            let year = |bound: Option<i32>, within: fn(i32, i32) -> bool| {
                bound.is_none_or(|bound| election.year.is_some_and(|year| within(year, bound)))
            };
            year(filter.from, |year, from| year >= from)
                && year(filter.to, |year, to| year <= to)
                && filter.kind.as_ref().is_none_or(|kind| election.holds(kind))
        };
        let records = match &filter.country {
            Some(country) => self.in_territory(country, Years::All)?,
            None => self.store.records(None)?,
        };
        let passing = records.into_iter().filter(|(_, election)| passes(election));
        passing.map(|(id, election)| self.current(id, election)).collect()
    }

    /// Every import, the first first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn imports(&self) -> Result<Vec<ImportInfo>> {
        let commits = self.store.imports()?;
        // The digest of an import stands in the one that follows it.
        let digests = commits.iter().skip(1).map(|commit| commit.parent.clone());
        let digests: Vec<String> = digests.chain([self.journal.end().digest.clone()]).collect();
        let infos = commits.into_iter().zip(digests).map(|(commit, digest)| ImportInfo {
            sequence: commit.import,
            recorded: commit.recorded,
            tool: commit.tool,
            note: commit.note,
            versions: commit.versions,
            removals: commit.removals,
            aliases: commit.aliases,
            digest,
        });
        Ok(infos.collect())
    }

    /// The exact source text of a version.
    ///
    /// # Errors
    /// As [`Archive::get`], or when the journal cannot be read.
    pub fn source(&self, address: &Address) -> Result<String> {
        let entry = self.store.entry(self.locate(address)?)?;
        let number = self.version_number(address, &entry)?;
        Ok(self.given(&entry, number)?.text)
    }

    /// A version with its prose, read again from its source text.
    ///
    /// # Errors
    /// As [`Archive::source`].
    pub fn document(&self, address: &Address) -> Result<Election> {
        let id = self.locate(address)?;
        let entry = self.store.entry(id)?;
        let number = self.version_number(address, &entry)?;
        let record = self.store.record(id, &entry, number)?;
        let given = self.given(&entry, number)?;
        let sections = given.format.parse().ok().and_then(|format| {
            import::parse_titled(format, &given.title, &given.text)
                .ok()
                .map(|election| election.sections)
        });
        Ok(Election { sections: sections.unwrap_or_default(), ..record })
    }

    /// Every title that is not a record's own, with the address of its election.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn aliases(&self) -> Result<Vec<(String, String)>> {
        let mut aliases = Vec::new();
        for (title, id) in self.store.titles()? {
            let entry = self.store.entry(id)?;
            let own = entry.place.as_ref().is_none_or(|place| place.title == title);
            if !own && let Some(record) = self.latest(id)? {
                aliases.push((title, record.address));
            }
        }
        Ok(aliases)
    }

    /// The territory aliases that were added, the first first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn territories(&self) -> Result<Vec<TerritoryAlias>> {
        self.store.territories()
    }

    /// The number of the version that an address asks for.
    pub(super) fn version_number(&self, address: &Address, entry: &Entry) -> Result<u32> {
        let none = |known: String| Error::NoVersion { address: address.to_string(), known };
        let number = match address.at() {
            At::Latest => entry.current(u64::MAX),
            At::Version(number) => Some(number).filter(|number| entry.version(*number).is_some()),
            At::Import(sequence) if sequence > self.journal.end().import => {
                let last = self.journal.end().import;
                let problem = format!("there is no import {sequence}; the last is {last}");
                return Err(Error::Request(problem));
            }
            At::Import(sequence) => entry.current(sequence),
            At::Date(date) => entry.current(self.import_at(date)?),
            At::Source(date) => self.sourced_at(entry, date)?,
        };
        let Some((number, version)) =
            number.and_then(|number| Some((number, entry.version(number)?)))
        else {
            let first = entry.versions.iter().map(|version| version.import).min().unwrap_or(0);
            return Err(none(match entry.versions.len() {
                1 => format!("it has version 1 alone, from import {first}"),
                last => format!("it has versions 1 to {last}, the first from import {first}"),
            }));
        };
        if version.removed {
            let records = (1..).zip(&entry.versions).filter(|(_, version)| !version.removed);
            let last = records.map(|(number, _)| number).last().unwrap_or(0);
            let address = address.clone().with(At::Latest).to_string();
            let import = version.import;
            return Err(Error::Removed { address, import, last });
        }
        Ok(number)
    }

    /// The last import that was recorded on a date or before.
    fn import_at(&self, date: PartialDate) -> Result<u64> {
        let mut last = 0;
        for commit in self.store.imports()? {
            let day = commit.recorded.get(..10).and_then(|day| day.parse::<PartialDate>().ok());
            if day.is_some_and(|day| date.covers(day) || day < date) {
                last = commit.import;
            }
        }
        Ok(last)
    }

    /// The version that the sources had on a date. A version whose source does not say when it was
    /// so counts from when it was recorded; a removal is the archive's, and no source's.
    fn sourced_at(&self, entry: &Entry, date: PartialDate) -> Result<Option<u32>> {
        let mut latest: Option<(String, u64, u32)> = None;
        for (number, version) in (1..).zip(&entry.versions).filter(|(_, version)| !version.removed)
        {
            let time = match &version.source_time {
                Some(time) => time.clone(),
                None => self.store.import(version.import)?.unwrap_or_default().recorded,
            };
            let day = time.split(['T', ' ']).next().and_then(|day| day.parse::<PartialDate>().ok());
            if day.is_some_and(|day| date.covers(day) || day < date) {
                latest = latest.max(Some((time, version.import, number)));
            }
        }
        Ok(latest.map(|(.., number)| number))
    }

    pub(super) fn latest(&self, id: u64) -> Result<Option<Record>> {
        let entry = self.store.entry(id)?;
        let number = entry.current(u64::MAX);
        let number =
            number.filter(|number| entry.version(*number).is_some_and(|version| !version.removed));
        number.map(|number| self.record(id, entry, number)).transpose()
    }

    pub(super) fn current(&self, id: u64, election: Election) -> Result<Record> {
        let entry = self.store.entry(id)?;
        let number = entry.current(u64::MAX).unwrap_or(1);
        self.describe(id, entry, number, election)
    }

    fn record(&self, id: u64, entry: Entry, number: u32) -> Result<Record> {
        let election = self.store.record(id, &entry, number)?;
        self.describe(id, entry, number, election)
    }

    fn describe(&self, id: u64, entry: Entry, number: u32, election: Election) -> Result<Record> {
        Ok(Record {
            id: ElectionId(id),
            address: self.short_address(id, &election)?,
            version: self.info(&entry, number)?,
            versions: entry.versions.len() as u32,
            titles: entry.titles,
            election,
        })
    }

    fn info(&self, entry: &Entry, number: u32) -> Result<VersionInfo> {
        let missing = || Error::Store(format!("version {number} is missing"));
        let version = entry.version(number).ok_or_else(missing)?;
        let import = self.store.import(version.import)?.unwrap_or_default();
        Ok(VersionInfo {
            number,
            import: version.import,
            recorded: import.recorded,
            source: version.source.clone(),
            format: version.format.clone(),
            source_time: version.source_time.clone(),
            revision: version.revision.clone(),
            title: version.title.clone(),
            removed: version.removed,
            note: import.note,
        })
    }
}

impl Elections for Archive {
    fn titled(&self, title: &str) -> Result<Option<Record>> {
        self.store.titled(title)?.map_or(Ok(None), |id| self.latest(id))
    }

    fn was_removed(&self, title: &str) -> Result<bool> {
        let Some(id) = self.store.titled(title)? else { return Ok(false) };
        Ok(self.latest(id)?.is_none())
    }

    fn linking_to(&self, record: &Record) -> Result<Vec<Record>> {
        let mut ids = BTreeSet::new();
        for title in &record.titles {
            ids.extend(self.store.linking(title)?);
        }
        ids.remove(&record.id.0);
        ids.into_iter().filter_map(|id| self.latest(id).transpose()).collect()
    }

    fn of_territory(&self, country: &str) -> Result<Vec<Record>> {
        let records = self.in_territory(country, Years::All)?;
        records.into_iter().map(|(id, election)| self.current(id, election)).collect()
    }

    fn lineages(&self, country: &str) -> Result<Vec<Lineage>> {
        let mut lineages = Vec::new();
        for name in self.names(country)? {
            lineages.extend(self.store.lineages(&name)?.into_iter().map(|kept| kept.lineage));
        }
        Ok(lineages)
    }
}
