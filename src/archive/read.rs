//! Reading one election: its records, its versions and their sources; and what imports and aliases there are.

use std::sync::Arc;

use super::{
    Archive, ElectionId, ImportInfo, Listing, Record, Snapshot, TerritoryAlias, VersionId,
    VersionInfo,
};
use crate::import;
use crate::index::{ElectionRow, ImportRow, Version, digest};
use crate::journal::{Entry, Line, VersionEntry};
use crate::model::{Address, At, Election, PartialDate, Place};
use crate::{Error, Result};

impl Archive {
    /// The election that an address names, also one that is removed.
    ///
    /// # Errors
    /// When it names none, or more than one.
    pub fn id(&self, address: &Address) -> Result<ElectionId> {
        self.snapshot().id(address)
    }

    /// The version that an address names.
    ///
    /// # Errors
    /// When it names no election, more than one, no version, or a removal.
    pub fn get(&self, address: &Address) -> Result<Record> {
        self.snapshot().get(address)
    }

    /// The versions of an election, the first first.
    ///
    /// # Errors
    /// When the address names no one election.
    pub fn versions(&self, address: &Address) -> Result<Vec<VersionInfo>> {
        self.snapshot().versions(address)
    }

    /// Every import, the first first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn imports(&self) -> Result<Vec<ImportInfo>> {
        self.snapshot().imports()
    }

    /// The exact source text of a version.
    ///
    /// # Errors
    /// As [`Archive::get`], or when the journal cannot be read.
    pub fn source(&self, address: &Address) -> Result<String> {
        self.snapshot().source(address)
    }

    /// A version with its prose, read again from its source text.
    ///
    /// # Errors
    /// As [`Archive::source`].
    pub fn document(&self, address: &Address) -> Result<Election> {
        self.snapshot().document(address)
    }

    /// Every title that is not a record's own, with the address of its election.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn aliases(&self) -> Result<Vec<(String, String)>> {
        self.snapshot().aliases()
    }

    /// The territory aliases that were added, the first first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn territories(&self) -> Result<Vec<TerritoryAlias>> {
        self.snapshot().territories()
    }
}

impl Snapshot {
    /// As [`Archive::id`].
    ///
    /// # Errors
    /// As [`Archive::id`].
    pub fn id(&self, address: &Address) -> Result<ElectionId> {
        self.locate(address).map(ElectionId)
    }

    /// As [`Archive::get`].
    ///
    /// # Errors
    /// As [`Archive::get`].
    pub fn get(&self, address: &Address) -> Result<Record> {
        if address.at() == At::Latest
            && let Some(listing) = self.listing_named(address)?
        {
            return self.latest(&listing);
        }
        let row = self.row(address)?;
        let version = self.version_of(address, &row)?;
        self.record_of(&row, version)
    }

    /// As [`Archive::versions`].
    ///
    /// # Errors
    /// As [`Archive::versions`].
    pub fn versions(&self, address: &Address) -> Result<Vec<VersionInfo>> {
        let row = self.row(address)?;
        let versions = self.view().versions(&row);
        versions
            .map(|version| version.and_then(|(number, version)| self.info(number, version)))
            .collect()
    }

    /// As [`Archive::imports`].
    ///
    /// # Errors
    /// As [`Archive::imports`].
    pub fn imports(&self) -> Result<Vec<ImportInfo>> {
        let infos = self.view().imports().map(|row| {
            let ImportRow { commit, digest, lineages, .. } = row?;
            Ok(ImportInfo::new(commit, digest, lineages))
        });
        infos.collect()
    }

    /// As [`Archive::source`].
    ///
    /// # Errors
    /// As [`Archive::source`].
    pub fn source(&self, address: &Address) -> Result<String> {
        let (_, version) = self.version_of(address, &self.row(address)?)?;
        Ok(self.given(&version)?.text)
    }

    /// As [`Archive::document`].
    ///
    /// # Errors
    /// As [`Archive::document`].
    pub fn document(&self, address: &Address) -> Result<Election> {
        let (_, version) = self.version_of(address, &self.row(address)?)?;
        let record = self.view().record(&version)?;
        let given = self.given(&version)?;
        let sections = given.format.parse().ok().and_then(|format| {
            import::parse_titled(format, &given.title, &given.text)
                .ok()
                .map(|election| election.sections)
        });
        Ok(Election { sections: sections.unwrap_or_default(), ..record })
    }

    /// As [`Archive::aliases`].
    ///
    /// # Errors
    /// As [`Archive::aliases`].
    pub fn aliases(&self) -> Result<Vec<(String, String)>> {
        let mut aliases = Vec::new();
        for title in self.view().titles() {
            let (title, id, place) = title?;
            if place.title != title
                && let Some(listing) = self.listing(id)?
            {
                aliases.push((title, listing.address.clone()));
            }
        }
        aliases.sort();
        Ok(aliases)
    }

    /// As [`Archive::territories`].
    ///
    /// # Errors
    /// As [`Archive::territories`].
    pub fn territories(&self) -> Result<Vec<TerritoryAlias>> {
        self.view().territories()
    }

    /// The election that an address names.
    pub(super) fn row(&self, address: &Address) -> Result<ElectionRow> {
        match address {
            Address::Title { title, .. } => match self.view().row_titled(title)? {
                Some(row) => Ok(row),
                None => self.view().election(self.locate(address)?),
            },
            Address::Path { .. } => self.view().election(self.locate(address)?),
        }
    }

    /// The version that an address asks for, with its number.
    pub(super) fn version_of(
        &self,
        address: &Address,
        row: &ElectionRow,
    ) -> Result<(u32, Version)> {
        let none = |known: String| Error::NoVersion { address: address.to_string(), known };
        let view = self.view();
        let number = match address.at() {
            At::Latest => Some(row.summary.current),
            At::Version(number) => {
                Some(number).filter(|number| (1..=row.summary.versions).contains(number))
            }
            At::Import(sequence) if sequence > self.journal().end().import => {
                let last = self.journal().end().import;
                let problem = format!("there is no import {sequence}; the last is {last}");
                return Err(Error::Request(problem));
            }
            At::Import(sequence) => view.current(row, sequence)?,
            At::Date(date) => view.current(row, self.import_at(date)?)?,
            At::Source(date) => self.sourced_at(row, date)?,
        };
        let Some(number) = number else {
            let first = view.version(row, 1)?.import;
            return Err(none(match row.summary.versions {
                1 => format!("it has version 1 alone, from import {first}"),
                last => format!("it has versions 1 to {last}, the first from import {first}"),
            }));
        };
        let version = view.version(row, number)?;
        if !version.is_removal() {
            return Ok((number, version));
        }
        let mut last = 0;
        for number in (1..=row.summary.versions).rev() {
            if !view.version(row, number)?.is_removal() {
                last = number;
                break;
            }
        }
        let address = address.clone().with(At::Latest).to_string();
        Err(Error::Removed { address, import: version.import, last })
    }

    /// The last import that was recorded on a date or before.
    fn import_at(&self, date: PartialDate) -> Result<u64> {
        let mut last = 0;
        for row in self.view().imports() {
            let commit = row?.commit;
            let day = commit.recorded.get(..10).and_then(|day| day.parse::<PartialDate>().ok());
            if day.is_some_and(|day| date.covers(day) || day < date) {
                last = commit.import;
            }
        }
        Ok(last)
    }

    /// The version that the sources had on a date. A version whose source does not say when it was
    /// so counts from when it was recorded; a removal is the archive's, and no source's.
    fn sourced_at(&self, row: &ElectionRow, date: PartialDate) -> Result<Option<u32>> {
        let mut latest: Option<(String, u64, u32)> = None;
        for version in self.view().versions(row) {
            let (number, version) = version?;
            if version.is_removal() {
                continue;
            }
            let time = match version.source_time {
                Some(time) => time,
                None => self.import_of(version.import)?.recorded.clone(),
            };
            let day = time.split(['T', ' ']).next().and_then(|day| day.parse::<PartialDate>().ok());
            if day.is_some_and(|day| date.covers(day) || day < date) {
                latest = latest.max(Some((time, version.import, number)));
            }
        }
        Ok(latest.map(|(.., number)| number))
    }

    /// The election that an address names, unless it is removed.
    fn listing_named(&self, address: &Address) -> Result<Option<Arc<Listing>>> {
        match address {
            Address::Title { title, .. } => self.titled_listing(title),
            Address::Path { .. } => self.listing(self.locate(address)?),
        }
    }

    /// The current record of an election.
    pub(super) fn latest(&self, listing: &Listing) -> Result<Record> {
        self.cache().records.get_or_insert_with(&listing.version, || {
            let row = self.view().row(&Place::of(&listing.outline))?;
            self.current_of(&row, listing.address.clone())
        })
    }

    /// The current record of a row that is not removed.
    pub(super) fn current_of(&self, row: &ElectionRow, address: String) -> Result<Record> {
        let election = Arc::new(self.view().record(&row.version)?);
        self.described(row, (row.summary.current, row.version.clone()), address, election)
    }

    /// What a version that is no removal says, with what the archive knows of it.
    pub(super) fn record_of(
        &self,
        row: &ElectionRow,
        (number, version): (u32, Version),
    ) -> Result<Record> {
        let id = VersionId { election: ElectionId(row.id()), number };
        self.cache().records.get_or_insert_with(&id, || {
            let election = Arc::new(self.view().record(&version)?);
            let address = match self.listing(row.id())? {
                Some(listing) => listing.address.clone(),
                None => self.short_address(row.id(), &election.outline())?,
            };
            self.described(row, (number, version), address, election)
        })
    }

    fn described(
        &self,
        row: &ElectionRow,
        (number, version): (u32, Version),
        address: String,
        election: Arc<Election>,
    ) -> Result<Record> {
        Ok(Record {
            id: ElectionId(row.id()),
            address,
            titles: row.titles(),
            version: self.info(number, version)?,
            versions: row.summary.versions,
            election,
        })
    }

    fn info(&self, number: u32, version: Version) -> Result<VersionInfo> {
        let import = self.import_of(version.import)?;
        Ok(VersionInfo {
            number,
            import: version.import,
            recorded: import.recorded.clone(),
            removed: version.is_removal(),
            source: version.source,
            format: version.format,
            source_time: version.source_time,
            revision: version.revision,
            title: version.title,
            same_record: version.same_record,
            note: import.note.clone(),
        })
    }

    /// The journal's line of a version.
    pub(super) fn given(&self, version: &Version) -> Result<VersionEntry> {
        let missing = || {
            let line = version.line;
            Error::Store(format!("line {line} of the journal is another than the store has"))
        };
        match self.journal().line(self.view().log_place(version.line)?)? {
            // Another process may have put another journal in its place.
            Line::Entry(Entry::Version(given)) if digest(&given.text) == version.digest => {
                Ok(given)
            }
            _ => Err(missing()),
        }
    }
}
