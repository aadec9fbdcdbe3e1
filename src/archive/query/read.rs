//! Reading one election: its records, versions and source texts. Also reads the lists of imports
//! and aliases.

use std::sync::Arc;

use crate::archive::{
    Archive, ElectionId, ImportInfo, Listing, Record, Snapshot, TerritoryAlias, VersionId,
    VersionInfo,
};
use crate::index::{ElectionRow, ImportRow, VersionRow, digest};
use crate::journal::{JournalEntry, JournalLine, VersionEntry};
use crate::model::{Address, Election, ElectionKey, PartialDate, VersionSelector};
use crate::{Error, Result, formats};

impl Archive {
    /// Returns the election that an address names, even if it was removed.
    ///
    /// # Errors
    /// When the address names no election, or more than one.
    pub fn id(&self, address: &Address) -> Result<ElectionId> {
        self.snapshot().id(address)
    }

    /// Returns the record of the version that an address names.
    ///
    /// # Errors
    /// When the address names no election, more than one, no version, or a removal.
    pub fn get(&self, address: &Address) -> Result<Record> {
        self.snapshot().get(address)
    }

    /// Returns the versions of an election, ordered by number.
    ///
    /// # Errors
    /// When the address does not name exactly one election.
    pub fn versions(&self, address: &Address) -> Result<Vec<VersionInfo>> {
        self.snapshot().versions(address)
    }

    /// Returns all imports, in order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn imports(&self) -> Result<Vec<ImportInfo>> {
        self.snapshot().imports()
    }

    /// Returns the exact source text of a version.
    ///
    /// # Errors
    /// See [`Archive::get`]. Also when the journal cannot be read.
    pub fn source(&self, address: &Address) -> Result<String> {
        self.snapshot().source(address)
    }

    /// Returns a version with its prose, which is parsed from the source text.
    ///
    /// # Errors
    /// See [`Archive::source`].
    pub fn document(&self, address: &Address) -> Result<Election> {
        self.snapshot().document(address)
    }

    /// Returns every title that differs from the title of its election's record, with the address
    /// of that election.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn aliases(&self) -> Result<Vec<(String, String)>> {
        self.snapshot().aliases()
    }

    /// Returns all territory aliases, in the order in which they were added.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn territories(&self) -> Result<Vec<TerritoryAlias>> {
        self.snapshot().territories()
    }
}

impl Snapshot {
    /// See [`Archive::id`].
    ///
    /// # Errors
    /// See [`Archive::id`].
    pub fn id(&self, address: &Address) -> Result<ElectionId> {
        self.locate(address).map(ElectionId)
    }

    /// See [`Archive::get`].
    ///
    /// # Errors
    /// See [`Archive::get`].
    pub fn get(&self, address: &Address) -> Result<Record> {
        if address.at() == VersionSelector::Latest
            && let Some(listing) = self.listing_named(address)?
        {
            return self.latest(&listing);
        }
        let row = self.row(address)?;
        let version = self.version_of(address, &row)?;
        self.record_of(&row, version)
    }

    /// See [`Archive::versions`].
    ///
    /// # Errors
    /// See [`Archive::versions`].
    pub fn versions(&self, address: &Address) -> Result<Vec<VersionInfo>> {
        let row = self.row(address)?;
        let versions = self.view().versions(&row);
        versions
            .map(|version| version.and_then(|(number, version)| self.info(number, version)))
            .collect()
    }

    /// See [`Archive::imports`].
    ///
    /// # Errors
    /// See [`Archive::imports`].
    pub fn imports(&self) -> Result<Vec<ImportInfo>> {
        let infos = self.view().imports().map(|row| {
            let ImportRow { commit, digest, lineages, .. } = row?;
            Ok(ImportInfo::new(commit, digest, lineages))
        });
        infos.collect()
    }

    /// See [`Archive::source`].
    ///
    /// # Errors
    /// See [`Archive::source`].
    pub fn source(&self, address: &Address) -> Result<String> {
        let (_, version) = self.version_of(address, &self.row(address)?)?;
        Ok(self.given(&version)?.text)
    }

    /// See [`Archive::document`].
    ///
    /// # Errors
    /// See [`Archive::document`].
    pub fn document(&self, address: &Address) -> Result<Election> {
        let (_, version) = self.version_of(address, &self.row(address)?)?;
        let record = self.view().record(&version)?;
        let given = self.given(&version)?;
        let sections = given.format.parse().ok().and_then(|format| {
            formats::parse_titled(format, &given.title, &given.text)
                .ok()
                .map(|election| election.sections)
        });
        Ok(Election { sections: sections.unwrap_or_default(), ..record })
    }

    /// See [`Archive::aliases`].
    ///
    /// # Errors
    /// See [`Archive::aliases`].
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

    /// See [`Archive::territories`].
    ///
    /// # Errors
    /// See [`Archive::territories`].
    pub fn territories(&self) -> Result<Vec<TerritoryAlias>> {
        self.view().territories()
    }

    /// Returns the row of the election that an address names.
    pub(crate) fn row(&self, address: &Address) -> Result<ElectionRow> {
        match address {
            Address::Title { title, .. } => match self.view().row_titled(title)? {
                Some(row) => Ok(row),
                None => self.view().election(self.locate(address)?),
            },
            Address::Path { .. } => self.view().election(self.locate(address)?),
        }
    }

    /// Returns the number and the row of the version that an address selects.
    pub(crate) fn version_of(
        &self,
        address: &Address,
        row: &ElectionRow,
    ) -> Result<(u32, VersionRow)> {
        let none = |known: String| Error::NoVersion { address: address.to_string(), known };
        let view = self.view();
        let number = match address.at() {
            VersionSelector::Latest => Some(row.summary.current),
            VersionSelector::Version(number) => {
                Some(number).filter(|number| (1..=row.summary.versions).contains(number))
            }
            VersionSelector::Import(sequence) if sequence > self.journal().end().import => {
                let last = self.journal().end().import;
                let problem = format!("there is no import {sequence}; the last is {last}");
                return Err(Error::Request(problem));
            }
            VersionSelector::Import(sequence) => view.current(row, sequence)?,
            VersionSelector::Date(date) => view.current(row, self.import_at(date)?)?,
            VersionSelector::Source(date) => self.sourced_at(row, date)?,
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
        let address = address.clone().with(VersionSelector::Latest).to_string();
        Err(Error::Removed { address, import: version.import, last })
    }

    /// Returns the number of the last import recorded on or before a date, or 0 if there is none.
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

    /// Returns the number of the version that the sources had on a date. A version without a source
    /// time counts from the time of its import. Removals are ignored, because no source states
    /// them.
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

    /// Returns the election that an address names, unless it was removed.
    fn listing_named(&self, address: &Address) -> Result<Option<Arc<Listing>>> {
        match address {
            Address::Title { title, .. } => self.titled_listing(title),
            Address::Path { .. } => self.listing(self.locate(address)?),
        }
    }

    /// Returns the current record of an election.
    pub(super) fn latest(&self, listing: &Listing) -> Result<Record> {
        self.cache().records.get_or_insert_with(&listing.version, || {
            let row = self.view().row(&ElectionKey::of(&listing.outline))?;
            self.current_of(&row, listing.address.clone())
        })
    }

    /// Reads the current record of a row that is not removed.
    pub(super) fn current_of(&self, row: &ElectionRow, address: String) -> Result<Record> {
        let election = Arc::new(self.view().record(&row.version)?);
        self.described(row, (row.summary.current, row.version.clone()), address, election)
    }

    /// Returns the record of a version that is not a removal.
    pub(super) fn record_of(
        &self,
        row: &ElectionRow,
        (number, version): (u32, VersionRow),
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
        (number, version): (u32, VersionRow),
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

    fn info(&self, number: u32, version: VersionRow) -> Result<VersionInfo> {
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

    /// Reads the journal entry of a version.
    pub(crate) fn given(&self, version: &VersionRow) -> Result<VersionEntry> {
        let missing = || {
            let line = version.line;
            Error::Store(format!("line {line} of the journal is another than the store has"))
        };
        match self.journal().line(self.view().log_place(version.line)?)? {
            // Another process may have replaced the journal.
            JournalLine::Entry(JournalEntry::Version(given))
                if digest(&given.text) == version.digest =>
            {
                Ok(given)
            }
            _ => Err(missing()),
        }
    }
}
