//! Selects elections by territory, type and years. Unknown names are errors, so that a mistyped
//! name does not look like an empty result.

use std::collections::{BTreeSet, HashSet};

use super::resolve::{MAX_SUGGESTIONS, SIMILARITY_THRESHOLD};
use crate::archive::{Archive, AreaFilter, Filter, Record, Snapshot};
use crate::index::SummaryRow;
use crate::model::{self, Address, ElectionType, slug};
use crate::{Error, Result};

/// The result of resolving a text that names a territory or an election.
#[derive(Debug, Clone, PartialEq)]
pub enum Selection {
    /// The elections of the territory that pass the filter.
    Territory(Vec<Record>),
    /// The one election named by an address.
    Election(Box<Record>),
}

impl Filter {
    /// Checks that the range of years is not empty.
    ///
    /// # Errors
    /// [`Error::EmptyRange`] when the first year is after the last.
    pub fn ensure_years(&self) -> Result<()> {
        match (self.since, self.until) {
            (Some(from), Some(to)) if from > to => Err(Error::EmptyRange { from, to }),
            _ => Ok(()),
        }
    }
}

impl Archive {
    /// Returns the elections of a territory that pass a filter, or the election that an address
    /// names. `name` replaces the filter's territory. An election that is named by its address need
    /// not pass the filter.
    ///
    /// ```
    /// use hustings::archive::{Archive, Filter, Selection};
    /// # let folder = std::env::temp_dir().join("hustings-example-select");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(["fixtures/articles"])?;
    /// let select = |of| archive.select(of, &Filter::default());
    /// assert!(matches!(select("artsakh")?, Selection::Territory(records) if records.len() > 1));
    /// assert!(matches!(select("nagorno-karabakh/2012")?, Selection::Election(_)));
    /// assert!(select("itly").is_err());
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When `name` names neither a territory nor an election, when the filter names an unknown
    /// type, or when its range of years is empty.
    pub fn select(&self, name: &str, filter: &Filter) -> Result<Selection> {
        self.snapshot().select(name, filter)
    }

    /// Checks that a territory is known: built in, or used in the archive.
    ///
    /// # Errors
    /// [`Error::UnknownTerritory`] when the territory is unknown.
    pub fn ensure_territory(&self, name: &str) -> Result<()> {
        self.snapshot().ensure_territory(name)
    }

    /// Checks that a type is known: a named [`ElectionType`], or the type of an election or contest
    /// in the archive.
    ///
    /// # Errors
    /// [`Error::UnknownType`], with similar types, when the type is unknown.
    pub fn ensure_type(&self, kind: &ElectionType) -> Result<()> {
        self.snapshot().ensure_type(kind)
    }

    /// Adds suggestions to an error about an unknown name. This scans every election, so errors are
    /// returned without suggestions and callers add them for interactive use.
    ///
    /// ```
    /// use hustings::{Archive, Error};
    /// # let folder = std::env::temp_dir().join("hustings-example-suggest");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(["fixtures/articles"])?;
    /// let mut error = archive.get("kyrgystan/2017").unwrap_err();
    /// archive.suggest(&mut error)?;
    /// assert!(matches!(error, Error::UnknownAddress { suggestions, .. } if suggestions[0] == "kyrgyzstan/2017"));
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
    /// See [`Archive::select`].
    ///
    /// # Errors
    /// See [`Archive::select`].
    pub fn select(&self, name: &str, filter: &Filter) -> Result<Selection> {
        let filter = Filter { country: Some(name.to_owned()), ..filter.clone() };
        filter.ensure_years()?;
        let records = match self.list(&filter) {
            Err(Error::UnknownTerritory { .. }) => None,
            Ok(records)
                if !records.is_empty()
                    || !self.rows_in_territory::<SummaryRow>(name)?.is_empty() =>
            {
                return Ok(Selection::Territory(records));
            }
            records => Some(records?),
        };
        let address: Address = name.parse()?;
        match (self.get(&address), records) {
            (Ok(record), _) => {
                filter.kind.iter().try_for_each(|kind| self.ensure_type(kind))?;
                Ok(Selection::Election(Box::new(record)))
            }
            (Err(Error::UnknownAddress { .. }), Some(none)) => Ok(Selection::Territory(none)),
            (Err(Error::UnknownAddress { .. }), None)
                if matches!(address, Address::Title { .. }) =>
            {
                Err(Error::UnknownName { name: name.to_owned(), suggestions: Vec::new() })
            }
            (Err(error), _) => Err(error),
        }
    }

    /// See [`Archive::ensure_territory`].
    ///
    /// # Errors
    /// See [`Archive::ensure_territory`].
    pub fn ensure_territory(&self, name: &str) -> Result<()> {
        if model::territory(name).is_some() {
            return Ok(());
        }
        for other in self.territory_names(name)?.iter() {
            // An alias in the archive links this name to another one, so it is known.
            if other.slug() != slug(name)
                || self.view().has_rows(other.slug())?
                || !self.view().lineages(other.slug())?.is_empty()
                || self.view().has_past_keys(other.slug())?
            {
                return Ok(());
            }
        }
        Err(Error::UnknownTerritory { name: name.to_owned(), suggestions: Vec::new() })
    }

    /// Returns the slug of every country that has an election with a current record, in order.
    pub(crate) fn country_slugs(&self) -> Result<Vec<String>> {
        let mut slugs = BTreeSet::new();
        let mut last = None;
        for row in self.view().rows::<SummaryRow>(None) {
            let row = row?;
            let Some(country) = row.summary.country.clone().filter(|_| !row.is_removed()) else {
                continue;
            };
            if last.as_ref() != Some(&country) {
                slugs.insert(slug(&country));
                last = Some(country);
            }
        }
        slugs.remove("");
        Ok(slugs.into_iter().collect())
    }

    /// See [`Archive::ensure_type`].
    ///
    /// # Errors
    /// See [`Archive::ensure_type`].
    pub fn ensure_type(&self, kind: &ElectionType) -> Result<()> {
        let ElectionType::Other(name) = kind else { return Ok(()) };
        let mut kinds: BTreeSet<String> =
            ElectionType::NAMED.iter().map(|kind| kind.as_str().to_owned()).collect();
        for row in self.view().rows::<SummaryRow>(None) {
            let row = row?;
            if row.is_removed() {
                continue;
            }
            if row.summary.has_type(kind) {
                return Ok(());
            }
            for other in row.summary.kinds() {
                if !kinds.contains(other.as_str()) {
                    kinds.insert(other.as_str().to_owned());
                }
            }
        }
        let near = most_similar(name, kinds.iter().map(|name| (name.as_str(), name.as_str())));
        Err(Error::UnknownType { name: name.clone(), suggestions: near })
    }

    /// Checks that the territory and the type of a filter are known.
    pub(super) fn ensure_known(&self, filter: &Filter) -> Result<()> {
        filter.country.iter().try_for_each(|country| self.ensure_territory(country))?;
        filter.kind.iter().try_for_each(|kind| self.ensure_type(kind))?;
        if filter.selects_areas() { self.ensure_area(filter) } else { Ok(()) }
    }

    /// Checks that the archive has an election of an area that a filter names, in any year and of
    /// any type.
    fn ensure_area(&self, filter: &Filter) -> Result<()> {
        let rows: Box<dyn Iterator<Item = Result<SummaryRow>> + '_> = match &filter.country {
            Some(country) => Box::new(self.rows_in_territory(country)?.into_iter().map(Ok)),
            None => Box::new(self.view().rows::<SummaryRow>(None)),
        };
        let (mut names, mut levels) = (BTreeSet::new(), BTreeSet::new());
        let (mut has_area, mut has_level) = (false, filter.level.is_none());
        let by_name = Filter { level: None, ..filter.clone() };
        let by_level = Filter { area: AreaFilter::All, ..filter.clone() };
        for row in rows {
            let row = row?;
            if row.is_removed() {
                continue;
            }
            let area = row.summary.area.as_ref();
            has_area |= by_name.includes_area(area);
            has_level |= by_level.includes_area(area);
            if let Some(area) = area {
                names.insert(area.path.join("/"));
                names.insert(area.name().to_owned());
                levels.extend(area.level().map(str::to_owned));
            }
            if has_area && has_level {
                return Ok(());
            }
        }
        let similar = |name: &str, all: &BTreeSet<String>| {
            most_similar(name, all.iter().map(|name| (name.as_str(), name.as_str())))
        };
        match (&filter.area, &filter.level) {
            (AreaFilter::Exactly(name) | AreaFilter::Within(name), _) if !has_area => {
                let suggestions = similar(name, &names);
                Err(Error::UnknownArea { name: name.clone(), suggestions })
            }
            (_, Some(level)) if !has_level => {
                let suggestions = similar(level, &levels);
                Err(Error::UnknownLevel { name: level.clone(), suggestions })
            }
            _ => Ok(()),
        }
    }

    /// See [`Archive::suggest`].
    ///
    /// # Errors
    /// See [`Archive::suggest`].
    pub fn suggest(&self, error: &mut Error) -> Result<()> {
        match error {
            Error::UnknownAddress { address, suggestions: near } => {
                *near = self.similar_elections(address)?
            }
            Error::UnknownTerritory { name, suggestions } => {
                *suggestions = self.similar_territories(name)?
            }
            Error::UnknownName { name, suggestions } => {
                *suggestions = self.similar_territories(name)?;
                suggestions.extend(self.similar_elections(name)?);
                suggestions.truncate(MAX_SUGGESTIONS);
            }
            _ => {}
        }
        Ok(())
    }

    /// Returns the territories whose names are most similar to a mistyped name, the most similar
    /// first.
    fn similar_territories(&self, name: &str) -> Result<Vec<String>> {
        let mut of_records: BTreeSet<String> = BTreeSet::new();
        for row in self.view().rows::<SummaryRow>(None) {
            let row = row?;
            let country = row.summary.country.filter(|_| !row.sort_key.is_removed);
            if let Some(country) = country.filter(|country| !of_records.contains(country)) {
                of_records.insert(country);
            }
        }
        let of_records = of_records.iter().map(String::as_str);
        let aliases = self.view().territories()?;
        let of_aliases = aliases.iter().flat_map(|alias| [&*alias.name, &*alias.alias]);
        // Codes are so short that they resemble too many names.
        let built_in = model::territory_names().filter(|(name, _)| name.len() > MAX_CODE_LENGTH);
        let built_in: Vec<(&str, &str)> = built_in.collect();
        let own = of_records.into_iter().chain(of_aliases).map(|name| (name, name));
        Ok(most_similar(name, own.chain(built_in)))
    }
}

/// Length of the longest ISO 3166-1 alphabetic code, in characters.
const MAX_CODE_LENGTH: usize = 3;

/// Returns the suggestions for the names most similar to `name`, the most similar first. Each item
/// of `names` is a name and the suggestion for it.
fn most_similar<'a>(name: &str, names: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let name = slug(name);
    let mut similar: Vec<(f64, &str)> = names
        .map(|(other, suggested)| (strsim::jaro_winkler(&name, &slug(other)), suggested))
        .filter(|(similar, _)| *similar > SIMILARITY_THRESHOLD)
        .collect();
    similar.sort_by(|left, right| right.0.total_cmp(&left.0));
    let mut seen = HashSet::new();
    let unique = similar.into_iter().filter(|(_, suggested)| seen.insert(slug(suggested)));
    unique.map(|(_, suggested)| suggested.to_owned()).take(MAX_SUGGESTIONS).collect()
}
