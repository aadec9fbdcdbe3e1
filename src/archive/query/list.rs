//! Iterators over the elections that pass a filter, with or without their records.

use super::territory_name::TerritoryName;
use crate::Result;
use crate::archive::{
    Archive, AreaFilter, COUNTRY_LEVEL, ElectionId, Filter, ListedElection, Listing, Record,
    Snapshot, VersionId,
};
use crate::index::{ElectionRow, RowValue, SummaryRow};
use crate::model::{Area, ElectionSummary, YearRange, slug};

impl Archive {
    /// Returns the current records that pass the filter, ordered by country, year and date.
    ///
    /// # Errors
    /// When the store cannot be read, when the filter's range of years is empty, or when the filter
    /// names an unknown territory or type.
    pub fn list(&self, filter: &Filter) -> Result<Vec<Record>> {
        self.snapshot().list(filter)
    }
}

impl Snapshot {
    /// See [`Archive::list`].
    ///
    /// # Errors
    /// See [`Archive::list`].
    pub fn list(&self, filter: &Filter) -> Result<Vec<Record>> {
        self.records(filter)?.collect()
    }

    /// Returns an iterator over the current records that pass the filter, ordered by country, year
    /// and date.
    ///
    /// ```
    /// use hustings::Archive;
    /// use hustings::archive::Filter;
    /// # let folder = std::env::temp_dir().join("hustings-example-records");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(["fixtures/articles"])?;
    /// let snapshot = archive.snapshot();
    /// let first = snapshot.records(&Filter::default())?.next().transpose()?;
    /// assert!(first.is_some());
    /// # drop((archive, snapshot)); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// See [`Archive::list`].
    pub fn records<'s>(
        &'s self,
        filter: &Filter,
    ) -> Result<impl Iterator<Item = Result<Record>> + use<'s>> {
        let (rows, filter) = (self.rows::<ElectionRow>(filter)?, filter.clone());
        let selects_versions = self.selects_versions()?;
        let records = rows.map(move |row| {
            let (row, address) = row?;
            let Some(number) = self.preferred_version(&row)? else { return Ok(None) };
            let version = VersionId { number, ..VersionId::current(&row.summary_row) };
            match self.cache().records.get(&version) {
                Some(cached) => Ok(Some(cached)),
                None if selects_versions => {
                    let found = self.view().version(&row, number)?;
                    self.version_record(&row, (number, found)).map(Some)
                }
                None => self.read_preferred_record(&row, number, address).map(Some),
            }
        });
        let passes = move |record: &Record| filter.matches(&record.election.summary());
        Ok(records
            .filter_map(Result::transpose)
            .filter(move |record| !selects_versions || record.as_ref().map_or(true, &passes)))
    }

    /// Returns an iterator like [`Snapshot::records`], but without reading the records.
    ///
    /// ```
    /// use hustings::Archive;
    /// # let folder = std::env::temp_dir().join("hustings-example-listings");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(["fixtures/articles"])?;
    /// let snapshot = archive.snapshot();
    /// let first = snapshot.listings(&Default::default())?.next().transpose()?;
    /// assert!(first.is_some());
    /// # drop(snapshot);
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// See [`Archive::list`].
    pub fn listings<'s>(
        &'s self,
        filter: &Filter,
    ) -> Result<impl Iterator<Item = Result<ListedElection>> + use<'s>> {
        let listed: Box<dyn Iterator<Item = Result<ListedElection>> + 's> =
            if self.selects_versions()? {
                let (rows, filter) = (self.rows::<ElectionRow>(filter)?, filter.clone());
                let listed = rows.map(move |row| {
                    let (row, _) = row?;
                    let versions = row.summary_row.version_count;
                    let Some(listing) = self.preferred_listing(row)? else { return Ok(None) };
                    let Listing { version, address, summary, .. } = (*listing).clone();
                    let listed = ListedElection { version, address, summary, versions };
                    Ok(Some(listed).filter(|listed| filter.matches(&listed.summary)))
                });
                Box::new(listed.filter_map(Result::transpose))
            } else {
                Box::new(self.rows::<SummaryRow>(filter)?.map(|row| {
                    let (row, address) = row?;
                    let version = VersionId::current(&row);
                    let SummaryRow { summary, version_count: versions, .. } = row;
                    Ok(ListedElection { version, address, summary, versions })
                }))
            };
        Ok(listed)
    }

    /// Returns an iterator over these elections, in their order, without those that were removed or
    /// do not pass the filter. Reads no other elections.
    ///
    /// # Errors
    /// See [`Archive::list`].
    pub fn listings_of<'s, I: IntoIterator<Item = ElectionId> + 's>(
        &'s self,
        elections: I,
        filter: &Filter,
    ) -> Result<impl Iterator<Item = Result<ListedElection>> + use<'s, I>> {
        filter.ensure_years()?;
        self.ensure_known(filter)?;
        let filter = filter.clone();
        Ok(elections.into_iter().filter_map(move |id| self.listed(id, &filter).transpose()))
    }

    /// Returns an election, if it passes the filter and was not removed.
    fn listed(&self, id: ElectionId, filter: &Filter) -> Result<Option<ListedElection>> {
        let Some(listing) = self.listing(id.0)? else { return Ok(None) };
        if !filter.matches(&listing.summary) {
            return Ok(None);
        }
        if let Some(country) = &filter.country {
            let own = slug(listing.summary.country.as_deref().unwrap_or_default());
            let year = listing.summary.year;
            let names = self.territory_names(country)?;
            let is_name = |name: &TerritoryName| {
                name.slug() == own && (own == slug(country) || name.is_valid_in(year))
            };
            if !names.iter().any(is_name) {
                return Ok(None);
            }
        }
        let versions = self.view().election(id.0)?.summary_row.version_count;
        let (version, address) = (listing.version, listing.address.clone());
        Ok(Some(ListedElection { version, address, summary: listing.summary.clone(), versions }))
    }

    /// Returns the rows of elections whose current record passes the filter, each with its short
    /// address, ordered by country, year and date. With [`Snapshot::selects_versions`], only the
    /// territory is filtered, and the addresses are empty.
    fn rows<'s, R: RowValue + 'static>(
        &'s self,
        filter: &Filter,
    ) -> Result<impl Iterator<Item = Result<(R, String)>> + use<'s, R>> {
        filter.ensure_years()?;
        // If other versions than the current ones are shown, the caller filters those.
        let (passing, selects_versions) = (filter.clone(), self.selects_versions()?);
        let passes = move |row: &R| selects_versions || passing.matches(&row.summary_row().summary);
        let mut rows: Box<dyn Iterator<Item = Result<(R, String)>> + 's> = match &filter.country {
            Some(country) if selects_versions => {
                let all = self.rows_in_territory(country)?.into_iter();
                Box::new(all.map(|row| Ok((row, String::new()))))
            }
            None if selects_versions => {
                let all = self.view().rows::<R>(None).map(|row| Ok((row?, String::new())));
                Box::new(all.filter(|row| {
                    row.as_ref().map_or(true, |(row, _)| !row.summary_row().is_removed())
                }))
            }
            Some(country) => {
                let all = self.rows_in_territory(country)?;
                let addresses = self.short_addresses(country, &all)?;
                let all = all.into_iter().zip(addresses);
                Box::new(all.filter(move |(row, _)| passes(row)).map(Ok))
            }
            None => {
                let all = self.with_short_addresses(self.view().rows(None));
                Box::new(all.filter(move |row| row.as_ref().map_or(true, |(row, _)| passes(row))))
            }
        };
        let first = rows.next();
        if first.is_none() {
            self.ensure_known(filter)?;
        }
        Ok(first.into_iter().chain(rows))
    }
}

impl Filter {
    /// Returns whether the filter's range includes a year. An unknown year is included only when
    /// the filter sets no range.
    ///
    /// ```
    /// use hustings::archive::Filter;
    /// let since = Filter::default().since(1990);
    /// assert!(since.includes_year(Some(1990)) && !since.includes_year(Some(1989)));
    /// assert!(!since.includes_year(None) && Filter::default().includes_year(None));
    /// ```
    #[must_use]
    pub fn includes_year(&self, year: Option<i32>) -> bool {
        let years = YearRange { from: self.since, until: self.until };
        year.map_or(years == YearRange::default(), |year| years.contains(year))
    }

    /// Returns whether an election matches the filter's years, type and areas. The territory is not
    /// checked.
    pub(super) fn matches(&self, election: &ElectionSummary) -> bool {
        self.includes_year(election.year)
            && self.kind.as_ref().is_none_or(|kind| election.has_type(kind))
            && self.includes_area(election.area.as_ref())
    }

    /// Returns whether the filter includes an area, or the whole country (`None`).
    ///
    /// ```
    /// use hustings::archive::{AreaFilter, Filter};
    /// use hustings::model::Area;
    /// let county = Area::new(["Ohio", "Washington County"]);
    /// let within_ohio = Filter::default().area(AreaFilter::Within("Ohio".to_owned()));
    /// assert!(within_ohio.includes_area(Some(&county)) && !within_ohio.includes_area(None));
    /// let whole = Filter::default().area(AreaFilter::WholeCountry);
    /// assert!(!whole.includes_area(Some(&county)) && whole.includes_area(None));
    /// ```
    #[must_use]
    pub fn includes_area(&self, area: Option<&Area>) -> bool {
        let area = area.filter(|area| !area.path.is_empty());
        let is_named = match (&self.area, area) {
            (AreaFilter::All, _) | (AreaFilter::WholeCountry, None) => true,
            (AreaFilter::WholeCountry, Some(_)) | (_, None) => false,
            (AreaFilter::Exactly(name), Some(area)) => area.is_named(name),
            (AreaFilter::Within(name), Some(area)) => area.is_within_named(name),
        };
        let has_level = |level: &str| match area {
            None => slug(level) == COUNTRY_LEVEL,
            Some(area) => area.level().is_some_and(|own| slug(own) == slug(level)),
        };
        is_named && self.level.as_deref().is_none_or(has_level)
    }

    /// Returns whether the filter selects areas by name or level.
    pub(crate) fn selects_areas(&self) -> bool {
        self.level.is_some() || !matches!(self.area, AreaFilter::All | AreaFilter::WholeCountry)
    }
}
