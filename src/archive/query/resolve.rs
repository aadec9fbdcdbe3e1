//! Resolves addresses and territory names to elections, and finds the shortest address of an
//! election.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::sync::Arc;

use super::territory_name::TerritoryName;
use crate::archive::{Snapshot, TerritoryAlias};
use crate::index::{RowValue, SortKey, SummaryRow};
use crate::model::{
    self, Address, ElectionKey, ElectionSummary, PartialDate, VersionSelector, YearRange, fold,
    slug,
};
use crate::{Error, Result};

/// Maximum number of addresses suggested for an unknown one.
pub(super) const MAX_SUGGESTIONS: usize = 5;

/// Maximum number of candidates listed for an ambiguous address.
const MAX_CANDIDATES: usize = 10;

impl Snapshot {
    /// Returns the number of the one election that an address names. The version in the address is
    /// ignored.
    pub(super) fn locate(&self, address: &Address) -> Result<u64> {
        let found = match address {
            Address::Title { title, .. } => {
                self.view().titled(title)?.into_iter().map(|(id, _)| id).collect()
            }
            Address::Path { country, date, kind, .. } => {
                let found = self.at_path(country, *date, kind.as_deref())?;
                if found.is_empty() {
                    self.once_at_path(country, *date, kind.as_deref())?
                } else {
                    found
                }
            }
        };
        let address = address.clone().with(VersionSelector::Latest).to_string();
        match found.iter().next() {
            Some(id) if found.len() == 1 => Ok(*id),
            Some(_) => {
                let first = found.iter().take(MAX_CANDIDATES);
                let named = first.map(|id| match self.listing(*id)? {
                    Some(listing) => Ok((listing.address.clone(), listing.outline.title.clone())),
                    // A removed election has titles, but no listing.
                    None => {
                        let title = self.view().election(*id)?.titles().into_iter().next();
                        let title = title.unwrap_or_default();
                        Ok((Address::title(title.as_str()).to_string(), title))
                    }
                });
                let candidates = named.collect::<Result<_>>()?;
                let others = found.len().saturating_sub(MAX_CANDIDATES);
                Err(Error::Ambiguous { address, candidates, others })
            }
            None => {
                let near = Vec::new();
                Err(Error::Unknown { address, near })
            }
        }
    }

    /// Returns the elections whose current record matches a path.
    fn at_path(
        &self,
        country: &str,
        date: Option<PartialDate>,
        kind: Option<&str>,
    ) -> Result<BTreeSet<u64>> {
        let of_year = self.in_year(country, date.map(PartialDate::year))?;
        let here =
            of_year.iter().filter(|election| !election.is_removed && election.is_at(date, kind));
        Ok(here.map(|election| election.id).collect())
    }

    /// Returns the elections of which some version matches a path: those that a later version moved
    /// to another path, and those that were removed.
    fn once_at_path(
        &self,
        country: &str,
        date: Option<PartialDate>,
        kind: Option<&str>,
    ) -> Result<BTreeSet<u64>> {
        let (year, view) = (date.map(PartialDate::year), self.view());
        let mut found = BTreeSet::new();
        let asked = slug(country);
        let names = self.territory_names(&asked)?;
        for name in names.iter().filter(|name| name.slug == asked || name.holds_in(year)) {
            let stood_here = |place: &ElectionKey| place.country == name.slug && place.year == year;
            let removed =
                view.sort_keys(&name.slug, year)?.into_iter().filter(|key| key.is_removed);
            let removed: Vec<u64> = removed.map(|election| election.id).collect();
            for id in view.past(&name.slug, year)?.into_iter().chain(removed) {
                for version in view.versions(&view.election(id)?) {
                    let (_, version) = version?;
                    if !version.place.as_ref().is_some_and(stood_here) {
                        continue;
                    }
                    let outline = view.record(&version)?.outline();
                    if SortKey::new(id, &outline).is_at(date, kind) {
                        found.insert(id);
                        break;
                    }
                }
            }
        }
        Ok(found)
    }

    /// Returns the elections of a territory under all of its names, ordered by year and date.
    pub(super) fn in_territory<R: RowValue>(&self, country: &str) -> Result<Vec<R>> {
        let asked = slug(country);
        let mut all = Vec::new();
        for name in self.territory_names(&asked)?.iter().filter(|name| name.is_used) {
            for row in self.view().rows::<R>(Some(&name.slug)) {
                let row = row?;
                let summary = row.summary();
                // An alias limited to some years applies only to the elections of those years.
                let holds = name.slug == asked || name.holds_in(summary.outline.year);
                if holds && !summary.is_removed() {
                    all.push(row);
                }
            }
        }
        let place =
            |row: &R| ElectionKey { country: String::new(), ..row.summary().place() }.to_bytes();
        all.sort_by_cached_key(place);
        Ok(all)
    }

    /// Returns the sort keys of a territory's elections of one year, including removed elections.
    /// `None` selects the elections without a year.
    pub(super) fn in_year(&self, country: &str, year: Option<i32>) -> Result<Arc<[SortKey]>> {
        let country = slug(country);
        self.cache().years.get_or_insert_with(&(country.clone(), year), || {
            let mut all = Vec::new();
            for name in self.territory_names(&country)?.iter().filter(|name| name.is_used) {
                if name.slug == country || name.holds_in(year) {
                    all.extend(self.view().sort_keys(&name.slug, year)?);
                }
            }
            Ok(all.into())
        })
    }

    /// Returns whether any election is stored under another name of a territory (a slug).
    pub(crate) fn has_other_names(&self, country: &str) -> Result<bool> {
        Ok(self.territory_names(country)?.iter().any(|name| name.is_used && name.slug != country))
    }

    /// Returns whether a name belongs to one of the given territories.
    pub(crate) fn names_one_of(&self, name: &str, territories: &[String]) -> Result<bool> {
        let names = self.territory_names(name)?;
        let is_name = |other: &String| names.iter().any(|name| name.slug == slug(other));
        Ok(territories.iter().any(is_name))
    }

    /// Returns every name of the territory.
    pub(super) fn territory_names(&self, country: &str) -> Result<Arc<[TerritoryName]>> {
        self.cache().names.get_or_insert_with(&slug(country), || {
            let names = territory_names(country, &self.view().territories()?).into_iter();
            let names = names.map(|(slug, years)| {
                let is_used = self.view().has_rows(&slug)?;
                Ok(TerritoryName { slug, years: years.into_iter().collect(), is_used })
            });
            names.collect()
        })
    }

    /// Returns the shortest address that names only this election. The forms, in order of
    /// preference, are country/year, country/year/type, country/date and the title.
    pub(super) fn short_address(&self, id: u64, outline: &ElectionSummary) -> Result<String> {
        let country = slug(outline.country.as_deref().unwrap_or_default());
        if country.is_empty() {
            return Ok(Address::title(&outline.title).to_string());
        }
        let others = self.in_year(&country, outline.year)?;
        Ok(shortest_address(others.iter(), country, id, outline))
    }

    /// Pairs elections with their short addresses. The rows must be ordered by key. Removed
    /// elections are omitted. Only the elections of one country and year are buffered at a time.
    pub(super) fn addressed<'s, R: RowValue, I: Iterator<Item = Result<R>> + 's>(
        &'s self,
        rows: I,
    ) -> impl Iterator<Item = Result<(R, String)>> + use<'s, R, I> {
        let is_there = |row: &Result<R>| !row.as_ref().is_ok_and(|row| row.summary().is_removed());
        let mut rows = rows.filter(is_there).peekable();
        let mut addressed = Vec::new().into_iter();
        iter::from_fn(move || {
            if let Some(next) = addressed.next() {
                return Some(Ok(next));
            }
            let with_addresses = rows.next()?.and_then(|first| {
                let outline = first.summary().outline.clone();
                let is_same = |row: &Result<R>| {
                    row.as_ref()
                        .is_ok_and(|row| is_same_country_and_year(&row.summary().outline, &outline))
                };
                let others = iter::from_fn(|| rows.next_if(is_same));
                let of_year = iter::once(Ok(first)).chain(others).collect::<Result<Vec<_>>>()?;
                let country = slug(outline.country.as_deref().unwrap_or_default());
                // The rows of this year are incomplete if the territory has elections under another
                // name.
                let is_whole = !country.is_empty() && !self.has_other_names(&country)?;
                let addresses =
                    self.addresses_of_year(&of_year, is_whole.then_some(country.as_str()))?;
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
    /// by year, as [`Snapshot::in_territory`] returns them.
    pub(super) fn short_addresses<R: RowValue>(
        &self,
        country: &str,
        all: &[R],
    ) -> Result<Vec<String>> {
        let country = slug(country);
        let year = |row: &R| row.summary().outline.year;
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
        let others = all.iter().map(|other| &other.summary().sort_key);
        let addresses = all.iter().map(RowValue::summary).map(|summary| {
            let own = slug(summary.outline.country.as_deref().unwrap_or_default());
            // Another name of the territory may be valid in other years.
            if country == Some(own.as_str()) {
                Ok(shortest_address(others.clone(), own, summary.id(), &summary.outline))
            } else {
                self.short_address(summary.id(), &summary.outline)
            }
        });
        addresses.collect()
    }

    /// Returns the short addresses of the elections most similar to a mistyped address or title,
    /// the most similar first.
    pub(super) fn near_elections(&self, address: &str) -> Result<Vec<String>> {
        let asked = address.to_lowercase();
        let mut near = Vec::new();
        let country = asked.split_once('/').map_or("", |(country, _)| country);
        for row in self.view().rows(None) {
            let SummaryRow { sort_key, outline, .. } = row?;
            if sort_key.is_removed {
                continue;
            }
            let own = slug(outline.country.as_deref().unwrap_or_default());
            let path = format!("{own}/{}", outline.year.unwrap_or_default());
            let close = strsim::jaro_winkler(&asked, &path)
                .max(strsim::jaro_winkler(&asked, &fold(&outline.title)));
            // The right country with a wrong year ranks above any other country.
            let close = if !country.is_empty() && own == country { close + 1.0 } else { close };
            if close > 0.8 {
                near.push((close, sort_key.id));
            }
        }
        near.sort_by(|left, right| right.0.total_cmp(&left.0));
        let near = near.into_iter().take(MAX_SUGGESTIONS);
        let listings = near.filter_map(|(_, id)| self.listing(id).transpose());
        listings.map(|listing| listing.map(|listing| listing.address.clone())).collect()
    }
}

/// Returns whether two elections have the same year and the same country (as a slug).
fn is_same_country_and_year(one: &ElectionSummary, other: &ElectionSummary) -> bool {
    let country = |of: &ElectionSummary| slug(of.country.as_deref().unwrap_or_default());
    one.year == other.year && (one.country == other.country || country(one) == country(other))
}

/// Returns every slug of the same territory, with the years in which it is valid: those in which
/// every alias on the way to it is valid.
fn territory_names(
    country: &str,
    aliases: &[TerritoryAlias],
) -> BTreeMap<String, BTreeSet<YearRange>> {
    let (asked, always) = (slug(country), YearRange::default());
    let mut names = BTreeMap::from([(asked.clone(), BTreeSet::from([always]))]);
    let mut waiting = vec![(asked, always)];
    while let Some((name, years)) = waiting.pop() {
        let known = model::territory(&name).into_iter();
        let known = known.flat_map(|known| known.aliases.into_iter().chain([known.name]));
        let known = known.map(|name| (slug(&name), always));
        let added = aliases.iter().filter_map(|alias| {
            let (left, right) = (slug(&alias.name), slug(&alias.alias));
            let other = if left == name { right } else { Some(left).filter(|_| right == name)? };
            Some((other, alias.years()))
        });
        for (other, step) in known.chain(added).collect::<Vec<_>>() {
            if let Some(years) = years.intersection(step)
                && names.entry(other.clone()).or_default().insert(years)
            {
                waiting.push((other, years));
            }
        }
    }
    names
}

/// Returns the first of country/year, country/year/type, country/date and the title that
/// distinguishes an election from the others of its year.
fn shortest_address<'a>(
    others: impl Iterator<Item = &'a SortKey> + Clone,
    country: String,
    id: u64,
    outline: &ElectionSummary,
) -> String {
    let year = outline.year.and_then(|year| PartialDate::from_year(year).ok());
    let title = || Address::title(&outline.title).to_string();
    let alone = |date, kind: Option<&str>| {
        !others.clone().any(|other| other.id != id && !other.is_removed && other.is_at(date, kind))
    };
    let kind = outline.kind.as_ref().map(|kind| slug(kind.as_str()));
    // Addresses are resolved within their own year, so a date in another year cannot be used.
    let start = outline.dates.first().copied().filter(|date| Some(date.year()) == outline.year);
    let month = start.and_then(|date| PartialDate::from_month(date.year(), date.month()?).ok());
    let forms = [
        Some((year, None)),
        kind.as_deref().map(|kind| (year, Some(kind))),
        month.map(|month| (Some(month), None)),
        start.filter(|start| start.day().is_some()).map(|start| (Some(start), None)),
    ];
    let short = forms.into_iter().flatten().find(|(date, kind)| alone(*date, *kind));
    short.map_or_else(title, |(date, kind)| {
        let kind = kind.map(str::to_owned);
        Address::Path { country, date, kind, at: VersionSelector::Latest }.to_string()
    })
}
