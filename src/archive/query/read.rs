//! Reading one election: its records, versions and source texts. Also reads the lists of imports
//! and aliases.

use std::sync::Arc;

use crate::archive::{
    Archive, ElectionId, ImportInfo, Listing, Record, Snapshot, TerritoryAlias, VersionId,
    VersionInfo,
};
use crate::index::{ElectionRow, ImportRow, VersionRow};
use crate::journal::{JournalEntry, JournalLine, VersionEntry};
use crate::model::{
    Address, Election, ElectionKey, Erasure, PartialDate, REVERT_SOURCE, ToAddress,
    VersionSelector, file_name, text_digest,
};
use crate::{Error, Result, StoreError, formats};

impl Archive {
    /// Returns the election that an address names, even if it was removed.
    ///
    /// # Errors
    /// When the address names no election, or more than one.
    pub fn id(&self, address: impl ToAddress) -> Result<ElectionId> {
        self.snapshot().id(address)
    }

    /// Returns the record of the version that an address names.
    ///
    /// ```
    /// use hustings::Archive;
    /// # let folder = std::env::temp_dir().join("hustings-example-get");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(["fixtures/commission"])?;
    /// let record = archive.get("nagorno-karabakh/2007")?;
    /// assert_eq!(record.election.year, Some(2007));
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the address names no election, more than one, no version, or a removal.
    pub fn get(&self, address: impl ToAddress) -> Result<Record> {
        self.snapshot().get(address)
    }

    /// Returns the versions of an election, ordered by number.
    ///
    /// ```
    /// use hustings::Archive;
    /// # let folder = std::env::temp_dir().join("hustings-example-versions");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(["fixtures/commission"])?;
    /// archive.import(["fixtures/articles"])?;
    /// let versions = archive.versions("nagorno-karabakh/2007")?;
    /// assert_eq!(versions.iter().map(|version| version.import).collect::<Vec<_>>(), [1, 2]);
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the address does not name exactly one election.
    pub fn versions(&self, address: impl ToAddress) -> Result<Vec<VersionInfo>> {
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
    /// ```
    /// use hustings::Archive;
    /// # let folder = std::env::temp_dir().join("hustings-example-source");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// let text = "= 1824 Ruritanian vote =\n\nInfobox\n- Country: Ruritania\n";
    /// archive.import_texts([("letter.txt", text)], &Default::default())?;
    /// assert_eq!(archive.source("ruritania/1824")?, text);
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// See [`Archive::get`]. Also when the journal cannot be read.
    pub fn source(&self, address: impl ToAddress) -> Result<String> {
        self.snapshot().source(address)
    }

    /// Returns a version with its prose, which is parsed from the source text.
    ///
    /// # Errors
    /// See [`Archive::source`].
    pub fn document(&self, address: impl ToAddress) -> Result<Election> {
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
    pub fn territory_aliases(&self) -> Result<Vec<TerritoryAlias>> {
        self.snapshot().territory_aliases()
    }
}

impl Snapshot {
    /// See [`Archive::id`].
    ///
    /// # Errors
    /// See [`Archive::id`].
    pub fn id(&self, address: impl ToAddress) -> Result<ElectionId> {
        let address = &*address.to_address()?;
        self.locate(address).map(ElectionId)
    }

    /// See [`Archive::get`].
    ///
    /// # Errors
    /// See [`Archive::get`].
    pub fn get(&self, address: impl ToAddress) -> Result<Record> {
        let address = &*address.to_address()?;
        if address.version() == VersionSelector::Latest
            && let Some(listing) = self.listing_by_address(address)?
        {
            return self.current_record(&listing);
        }
        let row = self.row(address)?;
        let version = self.resolve_version(address, &row)?;
        self.version_record(&row, version)
    }

    /// See [`Archive::versions`].
    ///
    /// # Errors
    /// See [`Archive::versions`].
    pub fn versions(&self, address: impl ToAddress) -> Result<Vec<VersionInfo>> {
        let address = &*address.to_address()?;
        let row = self.row(address)?;
        let versions = self.view().versions(&row);
        versions
            .map(|version| version.and_then(|(number, version)| self.version_info(number, version)))
            .collect()
    }

    /// See [`Archive::imports`].
    ///
    /// # Errors
    /// See [`Archive::imports`].
    pub fn imports(&self) -> Result<Vec<ImportInfo>> {
        let infos = self.view().imports().map(|row| {
            let ImportRow { commit, digest, others, .. } = row?;
            Ok(ImportInfo::new(commit, digest, others))
        });
        infos.collect()
    }

    /// See [`Archive::source`].
    ///
    /// # Errors
    /// See [`Archive::source`].
    pub fn source(&self, address: impl ToAddress) -> Result<String> {
        let address = &*address.to_address()?;
        let (_, version) = self.resolve_version(address, &self.row(address)?)?;
        Ok(self.version_entry(&version)?.text)
    }

    /// See [`Archive::document`].
    ///
    /// # Errors
    /// See [`Archive::document`].
    pub fn document(&self, address: impl ToAddress) -> Result<Election> {
        let address = &*address.to_address()?;
        let (_, version) = self.resolve_version(address, &self.row(address)?)?;
        let record = self.view().record(&version)?;
        let entry = self.version_entry(&version)?;
        let sections = entry.format.parse().ok().and_then(|format| {
            formats::parse_titled(format, &entry.title, &entry.text)
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
            let (title, id, key) = title?;
            if key.title != title
                && let Some(listing) = self.listing(id)?
            {
                aliases.push((title, listing.address.clone()));
            }
        }
        aliases.sort();
        Ok(aliases)
    }

    /// See [`Archive::territory_aliases`].
    ///
    /// # Errors
    /// See [`Archive::territory_aliases`].
    pub fn territory_aliases(&self) -> Result<Vec<TerritoryAlias>> {
        self.view().territories()
    }

    /// Returns the row of the election that an address names.
    pub(crate) fn row(&self, address: &Address) -> Result<ElectionRow> {
        match address {
            Address::Title { title, .. } => match self.view().row_by_title(title)? {
                Some(row) => Ok(row),
                None => self.view().election(self.locate(address)?),
            },
            Address::Path { .. } => self.view().election(self.locate(address)?),
        }
    }

    /// Returns the number and the row of the version that an address selects.
    pub(crate) fn resolve_version(
        &self,
        address: &Address,
        row: &ElectionRow,
    ) -> Result<(u32, VersionRow)> {
        let none = |available_versions: String| Error::NoVersion {
            address: address.to_string(),
            available_versions,
        };
        let view = self.view();
        let number = match address.version() {
            VersionSelector::Latest => self.preferred_version(row)?,
            VersionSelector::Version(number) => {
                Some(number).filter(|number| (1..=row.summary_row.version_count).contains(number))
            }
            VersionSelector::Import(import) if import > self.journal().end_position().import => {
                let last = self.journal().end_position().import;
                return Err(Error::NoImport { import, last });
            }
            VersionSelector::Import(import) => view.current_as_of(row, import)?,
            VersionSelector::Date(date) => view.current_as_of(row, self.import_at(date)?)?,
            VersionSelector::Source(date) => self.version_by_source_date(row, date)?,
        };
        let Some(number) = number else {
            let first = view.version(row, 1)?.import;
            return Err(none(match row.summary_row.version_count {
                1 => format!("it has version 1 alone, from import {first}"),
                last => format!("it has versions 1 to {last}, the first from import {first}"),
            }));
        };
        let version = view.version(row, number)?;
        if !version.lacks_record() {
            return Ok((number, version));
        }
        if let Some(erased) = version.erased {
            let address = address.clone().with_version(VersionSelector::Version(number));
            let Erasure { import, time, reason, digest, .. } = erased.erasure;
            return Err(Error::Erased {
                address: address.to_string(),
                import,
                time,
                reason,
                digest,
            });
        }
        let mut last = 0;
        for number in (1..=row.summary_row.version_count).rev() {
            if !view.version(row, number)?.lacks_record() {
                last = number;
                break;
            }
        }
        let address = address.clone().with_version(VersionSelector::Latest).to_string();
        Err(Error::Removed { address, import: version.import, last_version: last })
    }

    /// Returns the number of the last import recorded on or before a date, or 0 if there is none.
    pub(crate) fn import_at(&self, date: PartialDate) -> Result<u64> {
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
    pub(super) fn version_by_source_date(
        &self,
        row: &ElectionRow,
        date: PartialDate,
    ) -> Result<Option<u32>> {
        let mut latest: Option<(String, u64, u32)> = None;
        for version in self.view().versions(row) {
            let (number, version) = version?;
            if let Some(time) = self.time_until(&version, date)? {
                latest = latest.max(Some((time, version.import, number)));
            }
        }
        Ok(latest.map(|(.., number)| number))
    }

    /// Returns the time from which a source had a version, if that is on or before a date. A version
    /// without a source time counts from the time of its import.
    pub(super) fn time_until(
        &self,
        version: &VersionRow,
        date: PartialDate,
    ) -> Result<Option<String>> {
        // No source states a removal or a revert.
        if version.lacks_record() || version.source == REVERT_SOURCE {
            return Ok(None);
        }
        let time = match &version.source_time {
            Some(time) => time.clone(),
            None => self.import_commit(version.import)?.recorded.clone(),
        };
        let day = time.split(['T', ' ']).next().and_then(|day| day.parse::<PartialDate>().ok());
        Ok(day.is_some_and(|day| date.covers(day) || day < date).then_some(time))
    }

    /// Returns the listing of the election that an address names, unless the election was removed.
    fn listing_by_address(&self, address: &Address) -> Result<Option<Arc<Listing>>> {
        match address {
            Address::Title { title, .. } => self.listing_by_title(title),
            Address::Path { .. } => self.listing(self.locate(address)?),
        }
    }

    /// Returns the current record of an election.
    pub(super) fn current_record(&self, listing: &Listing) -> Result<Record> {
        if self.selects_versions()? {
            let row = self.view().election(listing.version.election.0)?;
            let number = listing.version.number;
            return self.version_record(&row, (number, self.view().version(&row, number)?));
        }
        self.cache().records.get_or_insert_with(&listing.version, || {
            let row = self.view().row(&ElectionKey::from_summary(&listing.summary))?;
            let number = listing.version.number;
            self.read_preferred_record(&row, number, listing.address.clone())
        })
    }

    /// Reads the record of the preferred version of an election.
    pub(super) fn read_preferred_record(
        &self,
        row: &ElectionRow,
        number: u32,
        address: String,
    ) -> Result<Record> {
        let version = self.view().version(row, number)?;
        let election = Arc::new(self.view().record(&version)?);
        self.build_record(row, (number, version), address, election)
    }

    /// Returns the record of a version that is not a removal.
    pub(super) fn version_record(
        &self,
        row: &ElectionRow,
        (number, version): (u32, VersionRow),
    ) -> Result<Record> {
        let id = VersionId { election: ElectionId(row.id()), number };
        self.cache().records.get_or_insert_with(&id, || {
            let election = Arc::new(self.view().record(&version)?);
            let address = match self.listing(row.id())? {
                Some(listing) => listing.address.clone(),
                None => self.short_address(row.id(), &election.summary())?,
            };
            self.build_record(row, (number, version), address, election)
        })
    }

    fn build_record(
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
            version: self.version_info(number, version)?,
            versions: row.summary_row.version_count,
            election,
        })
    }

    pub(crate) fn version_info(&self, number: u32, version: VersionRow) -> Result<VersionInfo> {
        let import = self.import_commit(version.import)?;
        let source = self.source_name(&version)?;
        Ok(VersionInfo {
            number,
            import: version.import,
            recorded: import.recorded.clone(),
            removed: version.lacks_record() && version.erased.is_none(),
            erased: version.erased.map(|erased| erased.erasure),
            source,
            source_id: version.source_id,
            file: file_name(&version.source),
            format: version.format,
            source_time: version.source_time,
            revision: version.revision,
            title: version.title,
            same_record: version.same_record,
            note: import.note.clone(),
        })
    }

    /// Reads the journal entry of a version.
    pub(crate) fn version_entry(&self, version: &VersionRow) -> Result<VersionEntry> {
        let missing = || {
            let line = version.line;
            StoreError::corrupt(format!("the store contains another line {line} than the journal"))
        };
        match self.journal().read_line(self.view().entry_index(version.line)?)? {
            // Another process may have replaced the journal.
            JournalLine::Entry(JournalEntry::Version(entry))
                if text_digest(&entry.text) == version.digest =>
            {
                Ok(entry)
            }
            _ => Err(missing()),
        }
    }
}
