//! Finding: from addresses and territories to elections, and back to the shortest address.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Archive, TerritoryAlias};
use crate::model::{self, Address, At, Outline, PartialDate, fold, slug};
use crate::store::{Listed, Standing};
use crate::{Error, Result};

/// One name of a territory, and when it holds.
#[derive(Debug)]
pub(super) struct Name {
    slug: String,
    /// The archive's aliases that have it; without any, it always holds.
    spans: Vec<TerritoryAlias>,
}

impl Name {
    pub(super) fn slug(&self) -> &str {
        &self.slug
    }

    fn holds_in(&self, year: Option<i32>) -> bool {
        self.spans.is_empty() || self.spans.iter().any(|alias| alias.holds_in(year))
    }
}

/// So many addresses at most are offered for one that is not known.
const NEAR: usize = 5;

/// Maximum number of candidates that are listed for an ambiguous address.
const CANDIDATES: usize = 10;

impl Archive {
    /// The one election that an address names, whatever its version.
    pub(super) fn locate(&self, address: &Address) -> Result<u64> {
        let found = match address {
            Address::Title { title, .. } => self.store.titled(title)?.into_iter().collect(),
            Address::Path { country, date, kind, .. } => {
                let found = self.at_path(country, *date, kind.as_deref())?;
                if found.is_empty() {
                    self.once_at_path(country, *date, kind.as_deref())?
                } else {
                    found
                }
            }
        };
        let address = address.clone().with(At::Latest).to_string();
        match found.iter().next() {
            Some(id) if found.len() == 1 => Ok(*id),
            Some(_) => {
                let first = found.iter().take(CANDIDATES);
                let named = first.map(|id| match self.listing(*id)? {
                    Some(listing) => Ok((listing.address.clone(), listing.outline.title.clone())),
                    // One that is removed has its titles left.
                    None => {
                        let title = self.store.entry(*id)?.titles.into_iter().next();
                        let title = title.unwrap_or_default();
                        Ok((Address::title(title.as_str()).to_string(), title))
                    }
                });
                let candidates = named.collect::<Result<_>>()?;
                let others = found.len().saturating_sub(CANDIDATES);
                Err(Error::Ambiguous { address, candidates, others })
            }
            None => {
                let near = self.near(&address)?;
                Err(Error::Unknown { address, near })
            }
        }
    }

    /// The elections whose latest record stands at a path.
    fn at_path(
        &self,
        country: &str,
        date: Option<PartialDate>,
        kind: Option<&str>,
    ) -> Result<BTreeSet<u64>> {
        let of_year = self.in_year(country, date.map(PartialDate::year))?;
        let here = of_year.iter().filter(|standing| standing.is_at(date, kind));
        Ok(here.map(|standing| standing.id).collect())
    }

    /// The elections of which some version stood at a path: a correction moved them, or they are
    /// removed.
    fn once_at_path(
        &self,
        country: &str,
        date: Option<PartialDate>,
        kind: Option<&str>,
    ) -> Result<BTreeSet<u64>> {
        let mut found = BTreeSet::new();
        for name in self.names(country)?.iter() {
            for id in self.store.ever(&name.slug, date.map(PartialDate::year))? {
                let entry = self.store.entry(id)?;
                for version in entry.versions.iter().filter(|version| !version.is_removal()) {
                    let outline = self.store.record(version)?.outline();
                    if Standing::new(id, &outline).is_at(date, kind) {
                        found.insert(id);
                    }
                }
            }
        }
        Ok(found)
    }

    /// The elections of a territory under all of its names, in order.
    pub(super) fn in_territory(&self, country: &str) -> Result<Vec<Listed>> {
        let asked = slug(country);
        let mut all = Vec::new();
        for name in self.names(&asked)?.iter() {
            // An alias that holds for some years brings only the elections of these.
            let mut named = self.store.list(Some(&name.slug))?;
            named.retain(|listed| name.slug == asked || name.holds_in(listed.outline.year));
            all.extend(named);
        }
        all.sort_by_cached_key(|listed| {
            let place = model::Place::of(&listed.outline);
            model::Place { country: String::new(), ..place }.to_bytes()
        });
        Ok(all)
    }

    /// Those of one year; elections without a year are of a year of their own.
    pub(super) fn in_year(&self, country: &str, year: Option<i32>) -> Result<Arc<[Standing]>> {
        let country = slug(country);
        self.memory.years.get_or(&(country.clone(), year), || {
            let mut all = Vec::new();
            for name in self.names(&country)?.iter() {
                if name.slug == country || name.holds_in(year) {
                    all.extend(self.store.standings(&name.slug, year)?);
                }
            }
            let weight = 1 + all.len();
            Ok((all.into(), weight))
        })
    }

    /// Every name of the same territory.
    pub(super) fn names(&self, country: &str) -> Result<Arc<[Name]>> {
        self.memory.names.get_or(&slug(country), || {
            let aliases = self.store.territories()?;
            let of = |name: String| {
                let spans = aliases
                    .iter()
                    .filter(|alias| slug(&alias.alias) == name || slug(&alias.name) == name);
                Name { spans: spans.cloned().collect(), slug: name }
            };
            Ok((names(country, &aliases).into_iter().map(of).collect(), 1))
        })
    }

    /// The first of country/year, country/year/type, country/date and the title that names this
    /// election alone.
    pub(super) fn short_address(&self, id: u64, outline: &Outline) -> Result<String> {
        let country = slug(outline.country.as_deref().unwrap_or_default());
        if country.is_empty() {
            return Ok(Address::title(&outline.title).to_string());
        }
        let others = self.in_year(&country, outline.year)?;
        Ok(address_among(others.iter(), country, id, outline))
    }

    /// The short addresses of all elections of a territory, in the order in which [`Archive::in_territory`] has
    /// them, which is that of their years.
    pub(super) fn short_addresses(&self, country: &str, all: &[Listed]) -> Result<Vec<String>> {
        let asked = slug(country);
        let mut addresses = Vec::with_capacity(all.len());
        for of_year in all.chunk_by(|one, other| one.outline.year == other.outline.year) {
            let others = of_year.iter().map(|other| &other.standing);
            for Listed { standing, outline, .. } in of_year {
                let own = slug(outline.country.as_deref().unwrap_or_default());
                // Another name of the territory may hold for other years.
                addresses.push(if own == asked {
                    address_among(others.clone(), own, standing.id, outline)
                } else {
                    self.short_address(standing.id, outline)?
                });
            }
        }
        Ok(addresses)
    }

    /// Addresses and titles that a mistyped one may have meant, the nearest first.
    fn near(&self, address: &str) -> Result<Vec<String>> {
        let asked = address.to_lowercase();
        let mut near = Vec::new();
        let country = asked.split_once('/').map_or("", |(country, _)| country);
        for Listed { standing, outline, .. } in self.store.list(None)? {
            let own = slug(outline.country.as_deref().unwrap_or_default());
            let path = format!("{own}/{}", outline.year.unwrap_or_default());
            let close = strsim::jaro_winkler(&asked, &path)
                .max(strsim::jaro_winkler(&asked, &fold(&outline.title)));
            // The right country with another year is nearer than any other country.
            let close = if !country.is_empty() && own == country { close + 1.0 } else { close };
            if close > 0.8 {
                near.push((close, standing.id));
            }
        }
        near.sort_by(|left, right| right.0.total_cmp(&left.0));
        let near = near.into_iter().take(NEAR);
        let listings = near.filter_map(|(_, id)| self.listing(id).transpose());
        listings.map(|listing| listing.map(|listing| listing.address.clone())).collect()
    }
}

/// Every slug that names the same territory.
fn names(country: &str, aliases: &[TerritoryAlias]) -> BTreeSet<String> {
    let mut names = BTreeSet::from([slug(country)]);
    let mut waiting = vec![slug(country)];
    while let Some(name) = waiting.pop() {
        let known = model::territory(&name).into_iter();
        let known = known.flat_map(|known| known.aliases.into_iter().chain([known.name]));
        let added = aliases.iter().filter_map(|pair| {
            let (left, right) = (slug(&pair.name), slug(&pair.alias));
            if left == name { Some(right) } else { (right == name).then_some(left) }
        });
        for other in known.map(|name| slug(&name)).chain(added).collect::<Vec<_>>() {
            if names.insert(other.clone()) {
                waiting.push(other);
            }
        }
    }
    names
}

/// The first of country/year, country/year/type, country/date and the title that names an election alone among
/// the others of its year.
fn address_among<'a>(
    others: impl Iterator<Item = &'a Standing> + Clone,
    country: String,
    id: u64,
    outline: &Outline,
) -> String {
    let year = outline.year.and_then(|year| PartialDate::from_year(year).ok());
    let title = || Address::title(&outline.title).to_string();
    let alone = |date, kind: Option<&str>| {
        !others.clone().any(|other| other.id != id && other.is_at(date, kind))
    };
    let kind = outline.kind.as_ref().map(|kind| slug(kind.as_str()));
    let start = outline.dates.first().copied();
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
        Address::Path { country, date, kind, at: At::Latest }.to_string()
    })
}
