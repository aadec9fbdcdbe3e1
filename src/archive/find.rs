//! Finding: from addresses and territories to elections, and back to the shortest address.

use std::collections::BTreeSet;

use super::{Archive, TerritoryAlias};
use crate::model::{self, Address, At, Election, Kind, PartialDate, fold, slug};
use crate::{Error, Result};

/// Which years are looked at; elections without a year are a year of their own.
#[derive(Clone, Copy)]
pub(super) enum Years {
    All,
    Only(Option<i32>),
}

/// So many addresses at most are offered for one that is not known.
const NEAR: usize = 5;

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
                let records = found.iter().filter_map(|id| self.latest(*id).transpose());
                let named = records
                    .map(|record| record.map(|record| (record.address, record.election.title)));
                Err(Error::Ambiguous { address, candidates: named.collect::<Result<_>>()? })
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
        let year = Years::Only(date.map(PartialDate::year));
        let records = self.in_territory(country, year)?;
        let here = records.into_iter().filter(|(_, election)| stands(election, date, kind));
        Ok(here.map(|(id, _)| id).collect())
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
        for country in self.names(country)? {
            for id in self.store.ever(&country, date.map(PartialDate::year))? {
                let entry = self.store.entry(id)?;
                let numbers = (1..).zip(&entry.versions).filter(|(_, version)| !version.removed);
                for (number, _) in numbers {
                    if stands(&self.store.record(id, &entry, number)?, date, kind) {
                        found.insert(id);
                    }
                }
            }
        }
        Ok(found)
    }

    /// The latest records of a territory under all of its names, in order; of one year or of all.
    pub(super) fn in_territory(&self, country: &str, year: Years) -> Result<Vec<(u64, Election)>> {
        let aliases = self.store.territories()?;
        let asked = slug(country);
        let mut records = Vec::new();
        for name in self.names(country)? {
            // An alias that holds for some years brings only the elections of these.
            let spans: Vec<&TerritoryAlias> = aliases
                .iter()
                .filter(|alias| slug(&alias.alias) == name || slug(&alias.name) == name)
                .collect();
            let in_time = |year: Option<i32>| {
                name == asked || spans.is_empty() || spans.iter().any(|alias| alias.holds_in(year))
            };
            let named = match year {
                Years::All => self.store.records(Some(&name))?,
                Years::Only(year) => self.store.records_of_year(&name, year)?,
            };
            records.extend(named.into_iter().filter(|(_, election)| in_time(election.year)));
        }
        records.sort_by_cached_key(|(_, election)| {
            let place = model::Place { country: String::new(), ..model::Place::of(election) };
            place.to_bytes()
        });
        Ok(records)
    }

    /// Every slug that names the same territory.
    pub(super) fn names(&self, country: &str) -> Result<BTreeSet<String>> {
        let aliases = self.store.territories()?;
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
        Ok(names)
    }

    /// The first of country/year, country/year/type, country/date and the title that names this
    /// election alone.
    pub(super) fn short_address(&self, id: u64, election: &Election) -> Result<String> {
        let country = slug(election.country.as_deref().unwrap_or_default());
        let year = election.year.and_then(|year| PartialDate::from_year(year).ok());
        let title = Address::title(&election.title).to_string();
        if country.is_empty() {
            return Ok(title);
        }
        let others = self.in_territory(&country, Years::Only(election.year))?;
        let alone = |date, kind: Option<&str>| {
            !others.iter().any(|(other, record)| *other != id && stands(record, date, kind))
        };
        let kind = election.kind.as_ref().map(|kind| slug(kind.as_str()));
        let start = election.dates.first().map(|date| date.start);
        let month = start.and_then(|date| PartialDate::from_month(date.year(), date.month()?).ok());
        let forms = [
            Some((year, None)),
            kind.as_deref().map(|kind| (year, Some(kind))),
            month.map(|month| (Some(month), None)),
            start.filter(|start| start.day().is_some()).map(|start| (Some(start), None)),
        ];
        let short = forms.into_iter().flatten().find(|(date, kind)| alone(*date, *kind));
        Ok(short.map_or(title, |(date, kind)| {
            let kind = kind.map(str::to_owned);
            Address::Path { country, date, kind, at: At::Latest }.to_string()
        }))
    }

    /// Addresses and titles that a mistyped one may have meant, the nearest first.
    fn near(&self, address: &str) -> Result<Vec<String>> {
        let asked = address.to_lowercase();
        let mut near = Vec::new();
        let country = asked.split_once('/').map_or("", |(country, _)| country);
        for (id, election) in self.store.records(None)? {
            let own = slug(election.country.as_deref().unwrap_or_default());
            let path = format!("{own}/{}", election.year.unwrap_or_default());
            let close = strsim::jaro_winkler(&asked, &path)
                .max(strsim::jaro_winkler(&asked, &fold(&election.title)));
            // The right country with another year is nearer than any other country.
            let close = if !country.is_empty() && own == country { close + 1.0 } else { close };
            if close > 0.8 {
                near.push((close, id));
            }
        }
        near.sort_by(|left, right| right.0.total_cmp(&left.0));
        let records = near.into_iter().take(NEAR).filter_map(|(_, id)| self.latest(id).transpose());
        records.map(|record| record.map(|record| record.address)).collect()
    }
}

/// Whether an election is of this date and type.
fn stands(election: &Election, date: Option<PartialDate>, kind: Option<&str>) -> bool {
    let dated = match date {
        None => election.year.is_none(),
        Some(date) if date.month().is_none() => election.year == Some(date.year()),
        Some(date) => election.dates.iter().any(|polling| date.covers(polling.start)),
    };
    let kinds = election.contests.iter().filter_map(|contest| contest.kind.as_ref());
    let mut kinds = kinds.chain(&election.kind).map(Kind::as_str).map(slug);
    dated && kind.is_none_or(|kind| kinds.any(|other| other == kind))
}
