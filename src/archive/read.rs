//! Reading: records, their versions, their sources, the lists of them, and what a chain asks.

use std::sync::Arc;

use super::{
    Archive, ElectionId, Elections, Filter, ImportInfo, Listing, Record, TerritoryAlias, VersionId,
    VersionInfo,
};
use crate::import;
use crate::model::{Address, At, Election, Lineage, Outline, PartialDate};
use crate::store::{Entry, ImportRow, Listed};
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
        self.described(id, entry, number)
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
    /// When the store cannot be read; when the filter's years are none, or when it names a territory or a
    /// type that is not known.
    pub fn list(&self, filter: &Filter) -> Result<Vec<Record>> {
        filter.ensure_years()?;
        let passes = |election: &Outline| {
            let year = |bound: Option<i32>, within: fn(i32, i32) -> bool| {
                bound.is_none_or(|bound| election.year.is_some_and(|year| within(year, bound)))
            };
            year(filter.from, |year, from| year >= from)
                && year(filter.to, |year, to| year <= to)
                && filter.kind.as_ref().is_none_or(|kind| election.holds(kind))
        };
        let passing: Vec<(Listed, String)> = match &filter.country {
            Some(country) => {
                let all = self.in_territory(country)?;
                let addresses = self.short_addresses(country, &all)?;
                let all = all.into_iter().zip(addresses);
                all.filter(|(listed, _)| passes(&listed.outline)).collect()
            }
            None => {
                let all = self.store.list(None)?.into_iter();
                let short = |listed: Listed| {
                    let address = self.short_address(listed.standing.id, &listed.outline)?;
                    Ok((listed, address))
                };
                all.filter(|listed| passes(&listed.outline)).map(short).collect::<Result<_>>()?
            }
        };
        if passing.is_empty() {
            self.ensure_known(filter)?;
        }
        passing
            .into_iter()
            .map(|(listed, address)| {
                let entry = self.store.entry(listed.standing.id)?;
                let number = entry.current(u64::MAX).unwrap_or(1);
                let version = VersionId { election: ElectionId(listed.standing.id), number };
                let election = Arc::new(self.election(version, &entry)?);
                self.describe(version, entry, address, election)
            })
            .collect()
    }

    /// Every import, the first first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn imports(&self) -> Result<Vec<ImportInfo>> {
        let rows = self.store.imports()?.into_iter();
        let infos = rows.map(|ImportRow { commit, digest, lineages }| ImportInfo {
            sequence: commit.import,
            recorded: commit.recorded,
            tool: commit.tool,
            note: commit.note,
            versions: commit.versions,
            removals: commit.removals,
            aliases: commit.aliases.saturating_sub(lineages),
            lineages,
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
        let version = VersionId { election: ElectionId(id), number };
        let record = self.election(version, &entry)?;
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
            if !own && let Some(listing) = self.listing(id)? {
                aliases.push((title, listing.address.clone()));
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
        if version.is_removal() {
            let records = (1..).zip(&entry.versions).filter(|(_, version)| !version.is_removal());
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
        for ImportRow { commit, .. } in self.store.imports()? {
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
        for (number, version) in
            (1..).zip(&entry.versions).filter(|(_, version)| !version.is_removal())
        {
            let time = match &version.source_time {
                Some(time) => time.clone(),
                None => self.import_of(version.import)?.recorded.clone(),
            };
            let day = time.split(['T', ' ']).next().and_then(|day| day.parse::<PartialDate>().ok());
            if day.is_some_and(|day| date.covers(day) || day < date) {
                latest = latest.max(Some((time, version.import, number)));
            }
        }
        Ok(latest.map(|(.., number)| number))
    }

    fn described(&self, id: u64, entry: Entry, number: u32) -> Result<Record> {
        let version = VersionId { election: ElectionId(id), number };
        let election = self
            .memory
            .records
            .get_or(&version, || Ok::<_, Error>((Arc::new(self.election(version, &entry)?), 1)))?;
        let address = match self.listing(id)? {
            Some(listing) if listing.version == version => listing.address.clone(),
            _ => self.short_address(id, &election.outline())?,
        };
        self.describe(version, entry, address, election)
    }

    /// What a version that is no removal says.
    fn election(&self, version: VersionId, entry: &Entry) -> Result<Election> {
        let (id, number) = (version.election.0, version.number);
        let missing = || Error::Store(format!("version {number} of election {id} is missing"));
        self.store.record(entry.version(number).ok_or_else(missing)?)
    }

    fn describe(
        &self,
        version: VersionId,
        entry: Entry,
        address: String,
        election: Arc<Election>,
    ) -> Result<Record> {
        Ok(Record {
            id: version.election,
            address,
            version: self.info(&entry, version.number)?,
            versions: entry.versions.len() as u32,
            titles: entry.titles,
            election,
        })
    }

    fn info(&self, entry: &Entry, number: u32) -> Result<VersionInfo> {
        let missing = || Error::Store(format!("version {number} is missing"));
        let version = entry.version(number).ok_or_else(missing)?;
        let import = self.import_of(version.import)?;
        Ok(VersionInfo {
            number,
            import: version.import,
            recorded: import.recorded.clone(),
            source: version.source.clone(),
            format: version.format.clone(),
            source_time: version.source_time.clone(),
            revision: version.revision.clone(),
            title: version.title.clone(),
            removed: version.is_removal(),
            same_record: version.same_record,
            note: import.note.clone(),
        })
    }
}

impl Elections for Archive {
    fn titled(&self, title: &str) -> Result<Option<Arc<Listing>>> {
        self.titled_listing(title)
    }

    fn was_removed(&self, title: &str) -> Result<bool> {
        Ok(self.titled_listing(title)?.is_none() && self.store.titled(title)?.is_some())
    }

    fn linking_to(&self, listing: &Listing) -> Result<Arc<[Arc<Listing>]>> {
        self.linking(listing)
    }

    fn of_territory(&self, country: &str) -> Result<Vec<Arc<Listing>>> {
        let listed = self.in_territory(country)?.into_iter();
        listed.filter_map(|listed| self.listing(listed.standing.id).transpose()).collect()
    }

    fn record(&self, version: VersionId) -> Result<Record> {
        let id = version.election.0;
        self.described(id, self.store.entry(id)?, version.number)
    }

    fn lineages(&self, country: &str) -> Result<Vec<Lineage>> {
        let mut lineages = Vec::new();
        for name in self.names(country)?.iter() {
            let kept = self.store.lineages(name.slug())?.into_iter();
            lineages.extend(kept.map(|kept| kept.lineage));
        }
        Ok(lineages)
    }
}
