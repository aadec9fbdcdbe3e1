//! Lists of elections, read one by one: whole records, or what a list shows of each.

use super::{Archive, Filter, ListedElection, Record, Snapshot, VersionId};
use crate::Result;
use crate::index::{ElectionRow, Row, Summary};
use crate::model::{Outline, YearRange};

impl Archive {
    /// The latest records that pass the filter, by country, year and date.
    ///
    /// # Errors
    /// When the store cannot be read; when the filter's years are none, or when it names a territory or a
    /// type that is not known.
    pub fn list(&self, filter: &Filter) -> Result<Vec<Record>> {
        self.snapshot().list(filter)
    }
}

impl Snapshot {
    /// As [`Archive::list`].
    ///
    /// # Errors
    /// As [`Archive::list`].
    pub fn list(&self, filter: &Filter) -> Result<Vec<Record>> {
        self.records(filter)?.collect()
    }

    /// An iterator over the latest records that pass the filter, by country, year and date.
    ///
    /// ```
    /// use hustings::Archive;
    /// use hustings::archive::{Filter, ImportOptions};
    /// # let folder = std::env::temp_dir().join("hustings-example-records");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(&["fixtures/articles".into()], &ImportOptions::default())?;
    /// let snapshot = archive.snapshot();
    /// let first = snapshot.records(&Filter::default())?.next().transpose()?;
    /// assert!(first.is_some());
    /// # drop((archive, snapshot)); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Archive::list`].
    pub fn records<'s>(
        &'s self,
        filter: &Filter,
    ) -> Result<impl Iterator<Item = Result<Record>> + use<'s>> {
        let rows = self.rows::<ElectionRow>(filter)?;
        Ok(rows.map(|row| {
            let (row, address) = row?;
            let known = self.cache().records.get(&VersionId::current(&row.summary));
            known.map_or_else(|| self.current_of(&row, address), Ok)
        }))
    }

    /// As [`Snapshot::records`], without the records: what lists show of them.
    ///
    /// # Errors
    /// As [`Archive::list`].
    pub fn listings<'s>(
        &'s self,
        filter: &Filter,
    ) -> Result<impl Iterator<Item = Result<ListedElection>> + use<'s>> {
        let rows = self.rows::<Summary>(filter)?;
        Ok(rows.map(|row| {
            let (summary, address) = row?;
            let version = VersionId::current(&summary);
            let Summary { outline, versions, .. } = summary;
            Ok(ListedElection { version, address, outline, versions })
        }))
    }

    /// The elections that pass a filter and have a current record, each with its short address, by country, year and
    /// date.
    fn rows<'s, R: Row + 'static>(
        &'s self,
        filter: &Filter,
    ) -> Result<impl Iterator<Item = Result<(R, String)>> + use<'s, R>> {
        filter.ensure_years()?;
        let passing = filter.clone();
        let passes = move |row: &R| passing.passes(&row.summary().outline);
        let mut rows: Box<dyn Iterator<Item = Result<(R, String)>> + 's> = match &filter.country {
            Some(country) => {
                let all = self.in_territory(country)?;
                let addresses = self.short_addresses(country, &all)?;
                let all = all.into_iter().zip(addresses);
                Box::new(all.filter(move |(row, _)| passes(row)).map(Ok))
            }
            None => {
                let all = self.addressed(self.view().rows(None));
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
    /// Whether a year is one of those that it asks for; an unknown year is so only where it asks for none.
    ///
    /// ```
    /// use hustings::archive::Filter;
    /// let since = Filter { from: Some(1990), ..Filter::default() };
    /// assert!(since.includes_year(Some(1990)) && !since.includes_year(Some(1989)));
    /// assert!(!since.includes_year(None) && Filter::default().includes_year(None));
    /// ```
    #[must_use]
    pub fn includes_year(&self, year: Option<i32>) -> bool {
        let years = YearRange { from: self.from, until: self.to };
        year.map_or(years == YearRange::default(), |year| years.contains(year))
    }

    /// Whether an election is of these years and this type; its territory does not count.
    fn passes(&self, election: &Outline) -> bool {
        self.includes_year(election.year)
            && self.kind.as_ref().is_none_or(|kind| election.holds(kind))
    }
}
