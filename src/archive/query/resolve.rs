//! Resolves addresses and territory names to elections, and finds the shortest address of an
//! election.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::sync::Arc;

use super::territory_name::TerritoryName;
use super::year_elections::{PathMatches, YearElections};
use crate::archive::{Snapshot, TerritoryAlias};
use crate::index::{RowValue, SortKey, SummaryRow};
use crate::model::{
    self, Address, ElectionKey, ElectionSummary, PartialDate, VersionSelector, YearRange, fold,
    slug,
};
use crate::{Error, Result};

/// Maximum number of addresses suggested for an unknown one.
pub(super) const MAX_SUGGESTIONS: usize = 5;

/// Jaro-Winkler similarity (0 to 1) above which a name is suggested.
pub(super) const SIMILARITY_THRESHOLD: f64 = 0.8;

/// Maximum number of candidates listed for an ambiguous address.
const MAX_CANDIDATES: usize = 10;

impl Snapshot {
    /// Returns the identifier of the one election that an address names. The version in the address
    /// is ignored.
    pub(super) fn locate(&self, address: &Address) -> Result<u64> {
        let found = match address {
            Address::Title { title, .. } => {
                self.view().find_by_title(title)?.into_iter().map(|(id, _)| id).collect()
            }
            Address::Path { country, date, kind, area, .. } => {
                self.ids_at_path(country, *date, kind.as_deref(), area)?
            }
        };
        let address = address.clone().with_version(VersionSelector::Latest).to_string();
        match found.iter().next() {
            Some(id) if found.len() == 1 => Ok(*id),
            Some(_) => {
                let first = found.iter().take(MAX_CANDIDATES);
                let named = first.map(|id| match self.listing(*id)? {
                    Some(listing) => Ok((listing.address.clone(), listing.summary.title.clone())),
                    // A removed election has titles, but no listing.
                    None => {
                        let title = self.view().election(*id)?.titles().into_iter().next();
                        let title = title.unwrap_or_default();
                        Ok((Address::title(title.as_str()).to_string(), title))
                    }
                });
                let matches = named.collect::<Result<_>>()?;
                let omitted = found.len().saturating_sub(MAX_CANDIDATES);
                Err(Error::Ambiguous { address, matches, omitted })
            }
            None => Err(Error::UnknownAddress { address, suggestions: Vec::new() }),
        }
    }

    /// Returns the elections that a path names: by their current records, or else by past ones.
    fn ids_at_path(
        &self,
        country: &str,
        date: Option<PartialDate>,
        kind: Option<&str>,
        area: &[String],
    ) -> Result<BTreeSet<u64>> {
        let current =
            self.elections_in_year(country, date.map(PartialDate::year))?.find(date, kind, area);
        if !current.is_empty() {
            return Ok(current);
        }
        let past = self.find_past_by_path(country, date, kind, area)?;
        match kind {
            // The name of a type may contain a slash.
            Some(kind) if past.is_empty() && !area.is_empty() => {
                let kind = format!("{kind}-{}", area.join("-"));
                self.ids_at_path(country, date, Some(&kind), &[])
            }
            _ => Ok(past),
        }
    }

    /// Returns elections with a past version that matches a path: a later version moved them to
    /// another path, or they were removed.
    fn find_past_by_path(
        &self,
        country: &str,
        date: Option<PartialDate>,
        kind: Option<&str>,
        area: &[String],
    ) -> Result<BTreeSet<u64>> {
        let (year, view) = (date.map(PartialDate::year), self.view());
        let (mut found, selects_versions) = (PathMatches::default(), self.selects_versions()?);
        let country_slug = slug(country);
        let names = self.territory_names(&country_slug)?;
        for name in names.iter().filter(|name| name.slug == country_slug || name.is_valid_in(year))
        {
            let matches_key = |election_key: &ElectionKey| {
                election_key.country == name.slug && election_key.year == year
            };
            // The latest version may be another one than the election is shown with.
            let others = view.sort_keys(&name.slug, year)?.into_iter();
            let others = others.filter(|key| selects_versions || key.is_removed);
            let others: Vec<u64> = others.map(|election| election.id).collect();
            for id in view.ids_with_past_key(&name.slug, year)?.into_iter().chain(others) {
                for version in view.versions(&view.election(id)?) {
                    let (_, version) = version?;
                    if !version.election_key.as_ref().is_some_and(matches_key) {
                        continue;
                    }
                    let summary = match version.erased_summary() {
                        Some(summary) => summary,
                        None => view.record(&version)?.summary(),
                    };
                    let key = SortKey::new(id, &summary);
                    if key.matches(date, kind) && key.is_in_area(area) {
                        found.add(&key, area);
                        break;
                    }
                }
            }
        }
        Ok(found.into_ids())
    }

    /// Returns the elections of a territory under all of its names, ordered by year and date.
    pub(super) fn rows_in_territory<R: RowValue>(&self, country: &str) -> Result<Vec<R>> {
        let country_slug = slug(country);
        if self.selects_versions()? {
            return self.shown_in_territory(&self.territory_names(&country_slug)?, &country_slug);
        }
        let mut all = Vec::new();
        for name in self.territory_names(&country_slug)?.iter().filter(|name| name.is_used) {
            for row in self.view().rows::<R>(Some(&name.slug)) {
                let row = row?;
                let summary = row.summary_row();
                // An alias limited to some years applies only to the elections of those years.
                let is_valid = name.slug == country_slug || name.is_valid_in(summary.summary.year);
                if is_valid && !summary.is_removed() {
                    all.push(row);
                }
            }
        }
        let key_bytes = |row: &R| {
            ElectionKey { country: String::new(), ..row.summary_row().election_key() }.to_bytes()
        };
        all.sort_by_cached_key(key_bytes);
        Ok(all)
    }

    /// Returns a territory's elections of one year. `None` selects the elections without a year.
    pub(crate) fn elections_in_year(
        &self,
        country: &str,
        year: Option<i32>,
    ) -> Result<Arc<YearElections>> {
        let country = slug(country);
        self.cache().years.get_or_insert_with(&(country.clone(), year), || {
            let mut all = Vec::new();
            for name in self.territory_names(&country)?.iter().filter(|name| name.is_used) {
                if name.slug != country && !name.is_valid_in(year) {
                    continue;
                }
                all.extend(match self.selects_versions()? {
                    true => self.shown_sort_keys(name, year)?,
                    false => self.view().sort_keys(&name.slug, year)?,
                });
            }
            Ok(Arc::new(YearElections::new(all)))
        })
    }

    /// Returns whether any election is stored under another name of a territory (a slug).
    pub(crate) fn has_other_names(&self, country: &str) -> Result<bool> {
        Ok(self.territory_names(country)?.iter().any(|name| name.is_used && name.slug != country))
    }

    /// Returns whether a name belongs to one of the given territories.
    pub(crate) fn is_name_of_any(&self, name: &str, territories: &[String]) -> Result<bool> {
        let names = self.territory_names(name)?;
        let is_name = |other: &String| names.iter().any(|name| name.slug == slug(other));
        Ok(territories.iter().any(is_name))
    }

    /// Returns every name of the territory, from the built-in table and the archive's aliases.
    pub(super) fn territory_names(&self, country: &str) -> Result<Arc<[TerritoryName]>> {
        self.cache().names.get_or_insert_with(&slug(country), || {
            let names = territory_names(country, &self.view().territories()?).into_iter();
            let names = names.map(|(slug, years)| {
                let is_used = self.view().has_rows(&slug)?
                    || self.selects_versions()? && self.view().has_past_keys(&slug)?;
                Ok(TerritoryName { slug, years: years.into_iter().collect(), is_used })
            });
            names.collect()
        })
    }

    /// Returns the shortest address that names only this election. The forms, in order of
    /// preference, are country/year, country/year/type, country/date and the title; for an area,
    /// country/year/type/area, country/date/type/area and the title.
    pub(in crate::archive) fn short_address(
        &self,
        id: u64,
        summary: &ElectionSummary,
    ) -> Result<String> {
        let country = slug(summary.country.as_deref().unwrap_or_default());
        if country.is_empty() {
            return Ok(Address::title(&summary.title).to_string());
        }
        let of_year = self.elections_in_year(&country, summary.year)?;
        Ok(of_year.shortest_address(country, id, summary))
    }

    /// Pairs elections with their short addresses. The rows must be ordered by key. Removed
    /// elections are omitted. Only the elections of one country and year are buffered at a time.
    pub(super) fn with_short_addresses<'s, R: RowValue, I: Iterator<Item = Result<R>> + 's>(
        &'s self,
        rows: I,
    ) -> impl Iterator<Item = Result<(R, String)>> + use<'s, R, I> {
        let is_current =
            |row: &Result<R>| !row.as_ref().is_ok_and(|row| row.summary_row().is_removed());
        let mut rows = rows.filter(is_current).peekable();
        let mut addressed = Vec::new().into_iter();
        iter::from_fn(move || {
            if let Some(next) = addressed.next() {
                return Some(Ok(next));
            }
            let with_addresses = rows.next()?.and_then(|first| {
                let summary = first.summary_row().summary.clone();
                let is_same = |row: &Result<R>| {
                    row.as_ref().is_ok_and(|row| {
                        is_same_country_and_year(&row.summary_row().summary, &summary)
                    })
                };
                let others = iter::from_fn(|| rows.next_if(is_same));
                let of_year = iter::once(Ok(first)).chain(others).collect::<Result<Vec<_>>>()?;
                let country = slug(summary.country.as_deref().unwrap_or_default());
                // The rows of this year are incomplete if the territory has elections under another
                // name.
                let is_complete = !country.is_empty() && !self.has_other_names(&country)?;
                let addresses =
                    self.addresses_of_year(&of_year, is_complete.then_some(country.as_str()))?;
                Ok(of_year.into_iter().zip(addresses).collect::<Vec<_>>())
            });
            match with_addresses {
                Ok(all) => addressed = all.into_iter(),
                Err(error) => return Some(Err(error)),
            }
            addressed.next().map(Ok)
        })
    }

    /// Returns the short addresses of all elections of a territory. The elections must be ordered
    /// by year, as [`Snapshot::rows_in_territory`] returns them.
    pub(super) fn short_addresses<R: RowValue>(
        &self,
        country: &str,
        all: &[R],
    ) -> Result<Vec<String>> {
        let country = slug(country);
        let year = |row: &R| row.summary_row().summary.year;
        let of_years = all.chunk_by(|one, other| year(one) == year(other));
        let addresses = of_years.map(|of_year| self.addresses_of_year(of_year, Some(&country)));
        Ok(addresses.collect::<Result<Vec<_>>>()?.concat())
    }

    /// Returns the short addresses of elections of one year. If `country` (a slug) is given, `all`
    /// must contain every election of that territory and year. Addresses under that name then need
    /// no query.
    fn addresses_of_year<R: RowValue>(
        &self,
        all: &[R],
        country: Option<&str>,
    ) -> Result<Vec<String>> {
        let others = country.map(|_| {
            YearElections::new(all.iter().map(|row| row.summary_row().sort_key.clone()).collect())
        });
        let addresses = all.iter().map(RowValue::summary_row).map(|summary| {
            let own = slug(summary.summary.country.as_deref().unwrap_or_default());
            // Another name of the territory may be valid in other years, so `all` may be incomplete
            // for it.
            match &others {
                Some(others) if country == Some(own.as_str()) => {
                    Ok(others.shortest_address(own, summary.id(), &summary.summary))
                }
                _ => self.short_address(summary.id(), &summary.summary),
            }
        });
        addresses.collect()
    }

    /// Returns the short addresses of the elections most similar to a mistyped address or title,
    /// the most similar first.
    pub(super) fn similar_elections(&self, address: &str) -> Result<Vec<String>> {
        let query = address.to_lowercase();
        let mut similar = Vec::new();
        let country = query.split_once('/').map_or("", |(country, _)| country);
        for row in self.view().rows(None) {
            let SummaryRow { sort_key, summary, .. } = row?;
            if sort_key.is_removed {
                continue;
            }
            let own = slug(summary.country.as_deref().unwrap_or_default());
            let path = format!("{own}/{}", summary.year.unwrap_or_default());
            let similarity = strsim::jaro_winkler(&query, &path)
                .max(strsim::jaro_winkler(&query, &fold(&summary.title)));
            // The right country with a wrong year ranks above any other country.
            let similarity =
                if !country.is_empty() && own == country { similarity + 1.0 } else { similarity };
            if similarity > 0.8 {
                similar.push((similarity, sort_key.id));
            }
        }
        similar.sort_by(|left, right| right.0.total_cmp(&left.0));
        let similar = similar.into_iter().take(MAX_SUGGESTIONS);
        let listings = similar.filter_map(|(_, id)| self.listing(id).transpose());
        listings.map(|listing| listing.map(|listing| listing.address.clone())).collect()
    }
}

/// Returns whether two elections have the same year and the same country (as a slug).
fn is_same_country_and_year(one: &ElectionSummary, other: &ElectionSummary) -> bool {
    let country = |of: &ElectionSummary| slug(of.country.as_deref().unwrap_or_default());
    one.year == other.year && (one.country == other.country || country(one) == country(other))
}

/// Returns every slug of the same territory, with the years in which it is valid. A sequence of
/// aliases leads from `country` to each slug. The slug is valid in the years in which all of these
/// aliases are valid.
fn territory_names(
    country: &str,
    aliases: &[TerritoryAlias],
) -> BTreeMap<String, BTreeSet<YearRange>> {
    let (start, always) = (slug(country), YearRange::default());
    let mut names = BTreeMap::from([(start.clone(), BTreeSet::from([always]))]);
    let mut stack = vec![(start, always)];
    while let Some((name, years)) = stack.pop() {
        let built_in = model::territory(&name).into_iter();
        let built_in =
            built_in.flat_map(|territory| territory.aliases.into_iter().chain([territory.name]));
        let built_in = built_in.map(|name| (slug(&name), always));
        let added = aliases.iter().filter_map(|alias| {
            let (left, right) = (slug(&alias.name), slug(&alias.alias));
            let other = if left == name { right } else { Some(left).filter(|_| right == name)? };
            Some((other, alias.years()))
        });
        for (other, step) in built_in.chain(added).collect::<Vec<_>>() {
            if let Some(years) = years.intersection(step)
                && names.entry(other.clone()).or_default().insert(years)
            {
                stack.push((other, years));
            }
        }
    }
    names
}
