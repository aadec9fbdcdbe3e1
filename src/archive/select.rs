//! Selecting elections by territory, type and years. A name that nothing has is an error, so that a
//! mistyped one does not look like an empty answer.

use std::collections::{BTreeSet, HashSet};

use super::{Archive, Filter, Record, Snapshot};
use crate::index::Summary;
use crate::model::{self, Address, Kind, slug};
use crate::{Error, Result};

/// Maximum number of names that are suggested.
const NEAR: usize = 5;

/// Two names are near when they are more similar than this, of 1.
const SIMILAR: f64 = 0.8;

/// What a text names that may be a territory or an election's address.
#[derive(Debug, Clone, PartialEq)]
pub enum Selected {
    /// The elections of a territory that pass the filter.
    Territory(Vec<Record>),
    /// One election.
    Election(Box<Record>),
}

impl Filter {
    /// Ensures that some year is in the range of years.
    ///
    /// # Errors
    /// [`Error::EmptyRange`] when the first year is after the last.
    pub fn ensure_years(&self) -> Result<()> {
        match (self.from, self.to) {
            (Some(from), Some(to)) if from > to => Err(Error::EmptyRange { from, to }),
            _ => Ok(()),
        }
    }
}

impl Archive {
    /// The elections of a territory that pass a filter, or the election that an address names. The
    /// filter's own territory does not count, and an election need not pass it.
    ///
    /// ```
    /// use hustings::archive::{Archive, Filter, ImportOptions, Selected};
    /// # let folder = std::env::temp_dir().join("hustings-example-select");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(&["fixtures/articles".into()], &ImportOptions::default())?;
    /// let select = |of| archive.select(of, &Filter::default());
    /// assert!(matches!(select("artsakh")?, Selected::Territory(records) if records.len() > 1));
    /// assert!(matches!(select("nagorno-karabakh/2012")?, Selected::Election(_)));
    /// assert!(select("itly").is_err());
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When it is neither, when the filter names a type that nothing has, or when its years are none.
    pub fn select(&self, of: &str, filter: &Filter) -> Result<Selected> {
        self.snapshot().select(of, filter)
    }

    /// Ensures that a territory is known: that the archive has something of it, or that it is one of
    /// those that are built in.
    ///
    /// # Errors
    /// [`Error::UnknownTerritory`] when it is not.
    pub fn ensure_territory(&self, name: &str) -> Result<()> {
        self.snapshot().ensure_territory(name)
    }

    /// Ensures that a type is known: one that [`Kind`] names, or that an election of the archive, or a
    /// contest in it, has.
    ///
    /// # Errors
    /// [`Error::UnknownType`], with types like it, when it is not.
    pub fn ensure_type(&self, kind: &Kind) -> Result<()> {
        self.snapshot().ensure_type(kind)
    }

    /// Adds to an error about something that is not known what may have been meant. That takes a look at every election, so
    /// it is for a person who waits; errors come without.
    ///
    /// ```
    /// use hustings::archive::ImportOptions;
    /// use hustings::{Archive, Error};
    /// # let folder = std::env::temp_dir().join("hustings-example-suggest");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(&["fixtures/articles".into()], &ImportOptions::default())?;
    /// let mut error = archive.get(&"kyrgystan/2017".parse()?).unwrap_err();
    /// archive.suggest(&mut error)?;
    /// assert!(matches!(error, Error::Unknown { near, .. } if near[0] == "kyrgyzstan/2017"));
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn suggest(&self, error: &mut Error) -> Result<()> {
        self.snapshot().suggest(error)
    }
}

impl Snapshot {
    /// As [`Archive::select`].
    ///
    /// # Errors
    /// As [`Archive::select`].
    pub fn select(&self, of: &str, filter: &Filter) -> Result<Selected> {
        let filter = Filter { country: Some(of.to_owned()), ..filter.clone() };
        filter.ensure_years()?;
        let records = match self.list(&filter) {
            Err(Error::UnknownTerritory { .. }) => None,
            Ok(records) if !records.is_empty() || !self.in_territory::<Summary>(of)?.is_empty() => {
                return Ok(Selected::Territory(records));
            }
            records => Some(records?),
        };
        let address: Address = of.parse()?;
        match (self.get(&address), records) {
            (Ok(record), _) => {
                filter.kind.iter().try_for_each(|kind| self.ensure_type(kind))?;
                Ok(Selected::Election(Box::new(record)))
            }
            (Err(Error::Unknown { .. }), Some(none)) => Ok(Selected::Territory(none)),
            (Err(Error::Unknown { .. }), None) if matches!(address, Address::Title { .. }) => {
                Err(Error::UnknownName { name: of.to_owned(), near: Vec::new() })
            }
            (Err(error), _) => Err(error),
        }
    }

    /// As [`Archive::ensure_territory`].
    ///
    /// # Errors
    /// As [`Archive::ensure_territory`].
    pub fn ensure_territory(&self, name: &str) -> Result<()> {
        if model::territory(name).is_some() {
            return Ok(());
        }
        for other in self.names(name)?.iter() {
            // A name that only an alias gives it is one that the archive has.
            if other.slug() != slug(name)
                || self.view().has_rows(other.slug())?
                || !self.view().lineages(other.slug())?.is_empty()
                || self.view().has_past(other.slug())?
            {
                return Ok(());
            }
        }
        Err(Error::UnknownTerritory { name: name.to_owned(), near: Vec::new() })
    }

    /// As [`Archive::ensure_type`].
    ///
    /// # Errors
    /// As [`Archive::ensure_type`].
    pub fn ensure_type(&self, kind: &Kind) -> Result<()> {
        let Kind::Other(name) = kind else { return Ok(()) };
        let mut kinds: BTreeSet<String> =
            Kind::NAMED.iter().map(|kind| kind.as_str().to_owned()).collect();
        for row in self.view().rows::<Summary>(None) {
            let row = row?;
            if row.is_removed() {
                continue;
            }
            if row.outline.holds(kind) {
                return Ok(());
            }
            for other in row.outline.kinds() {
                if !kinds.contains(other.as_str()) {
                    kinds.insert(other.as_str().to_owned());
                }
            }
        }
        let near = nearest(name, kinds.iter().map(|name| (name.as_str(), name.as_str())));
        Err(Error::UnknownType { name: name.clone(), near })
    }

    /// Ensures that all that a filter names is known.
    pub(super) fn ensure_known(&self, filter: &Filter) -> Result<()> {
        filter.country.iter().try_for_each(|country| self.ensure_territory(country))?;
        filter.kind.iter().try_for_each(|kind| self.ensure_type(kind))
    }

    /// As [`Archive::suggest`].
    ///
    /// # Errors
    /// As [`Archive::suggest`].
    pub fn suggest(&self, error: &mut Error) -> Result<()> {
        match error {
            Error::Unknown { address, near } => *near = self.near_elections(address)?,
            Error::UnknownTerritory { name, near } => *near = self.near_territories(name)?,
            Error::UnknownName { name, near } => {
                *near = self.near_territories(name)?;
                near.extend(self.near_elections(name)?);
                near.truncate(NEAR);
            }
            _ => {}
        }
        Ok(())
    }

    /// Territories that a mistyped name may have meant, the nearest first.
    fn near_territories(&self, name: &str) -> Result<Vec<String>> {
        let mut of_records: BTreeSet<String> = BTreeSet::new();
        for row in self.view().rows::<Summary>(None) {
            let row = row?;
            let country = row.outline.country.filter(|_| !row.sort_key.is_removed);
            if let Some(country) = country.filter(|country| !of_records.contains(country)) {
                of_records.insert(country);
            }
        }
        let of_records = of_records.iter().map(String::as_str);
        let aliases = self.view().territories()?;
        let of_aliases = aliases.iter().flat_map(|alias| [&*alias.name, &*alias.alias]);
        // A code is like too many names.
        let built_in = model::territory_names().filter(|(name, _)| name.len() > CODE);
        let built_in: Vec<(&str, &str)> = built_in.collect();
        let own = of_records.into_iter().chain(of_aliases).map(|name| (name, name));
        Ok(nearest(name, own.chain(built_in)))
    }
}

/// Length of an ISO 3166-1 code.
const CODE: usize = 3;

/// What is called most like a name: of names, each with what to suggest for it, those that are near.
fn nearest<'a>(name: &str, names: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let name = slug(name);
    let mut near: Vec<(f64, &str)> = names
        .map(|(other, suggested)| (strsim::jaro_winkler(&name, &slug(other)), suggested))
        .filter(|(similar, _)| *similar > SIMILAR)
        .collect();
    near.sort_by(|left, right| right.0.total_cmp(&left.0));
    let mut known = HashSet::new();
    let once = near.into_iter().filter(|(_, suggested)| known.insert(slug(suggested)));
    once.map(|(_, suggested)| suggested.to_owned()).take(NEAR).collect()
}
