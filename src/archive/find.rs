//! Finding: from addresses, titles and territories to elections, versions and source texts.

use std::collections::BTreeSet;

use super::{
    Archive, ElectionId, Elections, Filter, ImportInfo, Record, TerritoryAlias, VersionInfo,
};
use crate::import;
use crate::model::{self, Address, At, Election, Kind, PartialDate, fold, slug};
use crate::store::Entry;
use crate::{Error, Result};

/// Which years are looked at; elections without a year are a year of their own.
#[derive(Clone, Copy)]
enum Years {
    All,
    Only(Option<i32>),
}

/// So many addresses at most are offered for one that is not known.
const NEAR: usize = 5;

impl Archive {
    /// The version that an address names.
    ///
    /// # Errors
    /// When it names no election, more than one, no version, or a removal.
    pub fn get(&self, address: &Address) -> Result<Record> {
        let id = self.locate(address)?;
        let entry = self.store.entry(id)?;
        let number = self.version_number(address, &entry)?;
        self.record(id, entry, number)
    }

    /// The versions of an election, the first first.
    ///
    /// # Errors
    /// When the address names no one election.
    pub fn versions(&self, address: &Address) -> Result<Vec<VersionInfo>> {
        let entry = self.store.entry(self.locate(address)?)?;
        (1..=entry.versions.len() as u32).map(|number| self.info(&entry, number)).collect()
    }

    /// The latest records that pass the filter, by country, year and date.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn list(&self, filter: &Filter) -> Result<Vec<Record>> {
        let passes = |election: &Election| {
            let year = |bound: Option<i32>, within: fn(i32, i32) -> bool| {
                bound.is_none_or(|bound| election.year.is_some_and(|year| within(year, bound)))
            };
            year(filter.from, |year, from| year >= from)
                && year(filter.to, |year, to| year <= to)
                && filter.kind.as_ref().is_none_or(|kind| election.holds(kind))
        };
        let records = match &filter.country {
            Some(country) => self.in_territory(country, Years::All)?,
            None => self.store.records(None)?,
        };
        let passing = records.into_iter().filter(|(_, election)| passes(election));
        passing.map(|(id, election)| self.current(id, election)).collect()
    }

    /// Every import, the first first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn imports(&self) -> Result<Vec<ImportInfo>> {
        let commits = self.store.imports()?;
        // The digest of an import stands in the one that follows it.
        let digests = commits.iter().skip(1).map(|commit| commit.parent.clone());
        let digests: Vec<String> = digests.chain([self.journal.end().digest.clone()]).collect();
        let infos = commits.into_iter().zip(digests).map(|(commit, digest)| ImportInfo {
            sequence: commit.import,
            recorded: commit.recorded,
            tool: commit.tool,
            note: commit.note,
            versions: commit.versions,
            removals: commit.removals,
            aliases: commit.aliases,
            digest,
        });
        Ok(infos.collect())
    }

    /// The exact source text of a version.
    ///
    /// # Errors
    /// As [`Archive::get`], or when the journal cannot be read.
    pub fn source(&self, address: &Address) -> Result<String> {
        let entry = self.store.entry(self.locate(address)?)?;
        let number = self.version_number(address, &entry)?;
        Ok(self.given(&entry, number)?.text)
    }

    /// A version with its prose, read again from its source text.
    ///
    /// # Errors
    /// As [`Archive::source`].
    pub fn document(&self, address: &Address) -> Result<Election> {
        let id = self.locate(address)?;
        let entry = self.store.entry(id)?;
        let number = self.version_number(address, &entry)?;
        let record = self.store.record(id, &entry, number)?;
        let given = self.given(&entry, number)?;
        let sections = given.format.parse().ok().and_then(|format| {
            import::parse(format, &given.text).ok().map(|election| election.sections)
        });
        Ok(Election { sections: sections.unwrap_or_default(), ..record })
    }

    /// Every title that is not a record's own, with the address of its election.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn aliases(&self) -> Result<Vec<(String, String)>> {
        let mut aliases = Vec::new();
        for (title, id) in self.store.titles()? {
            let entry = self.store.entry(id)?;
            let own = entry.place.as_ref().is_none_or(|place| place.title == title);
            if !own && let Some(record) = self.latest(id)? {
                aliases.push((title, record.address));
            }
        }
        Ok(aliases)
    }

    /// The territory aliases that were added, the first first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn territories(&self) -> Result<Vec<TerritoryAlias>> {
        self.store.territories()
    }

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
    fn in_territory(&self, country: &str, year: Years) -> Result<Vec<(u64, Election)>> {
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
    fn names(&self, country: &str) -> Result<BTreeSet<String>> {
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

    /// The number of the version that an address asks for.
    pub(super) fn version_number(&self, address: &Address, entry: &Entry) -> Result<u32> {
        let none = |known: String| Error::NoVersion { address: address.to_string(), known };
        let number = match address.at() {
            At::Latest => entry.current(u64::MAX),
            At::Version(number) => Some(number).filter(|number| entry.version(*number).is_some()),
            At::Import(sequence) => entry.current(sequence),
            At::Date(date) => entry.current(self.import_at(date)?),
        };
        let Some((number, version)) =
            number.and_then(|number| Some((number, entry.version(number)?)))
        else {
            let first = entry.versions.iter().map(|version| version.import).min().unwrap_or(0);
            return Err(none(match entry.versions.len() {
                1 => format!("it has version 1 alone, from import {first}"),
                last => format!("it has versions 1 to {last}, the first from import {first}"),
            }));
        };
        if version.removed {
            let records = (1..).zip(&entry.versions).filter(|(_, version)| !version.removed);
            let last = records.map(|(number, _)| number).last().unwrap_or(0);
            let (address, import) = (address.to_string(), version.import);
            return Err(Error::Removed { address, import, last });
        }
        Ok(number)
    }

    /// The last import that was recorded on a date or before.
    fn import_at(&self, date: PartialDate) -> Result<u64> {
        let mut last = 0;
        for commit in self.store.imports()? {
            let day = commit.recorded.get(..10).and_then(|day| day.parse::<PartialDate>().ok());
            if day.is_some_and(|day| date.covers(day) || day < date) {
                last = commit.import;
            }
        }
        Ok(last)
    }

    fn latest(&self, id: u64) -> Result<Option<Record>> {
        let entry = self.store.entry(id)?;
        let number = entry.current(u64::MAX);
        let number =
            number.filter(|number| entry.version(*number).is_some_and(|version| !version.removed));
        number.map(|number| self.record(id, entry, number)).transpose()
    }

    fn current(&self, id: u64, election: Election) -> Result<Record> {
        let entry = self.store.entry(id)?;
        let number = entry.current(u64::MAX).unwrap_or(1);
        self.describe(id, entry, number, election)
    }

    fn record(&self, id: u64, entry: Entry, number: u32) -> Result<Record> {
        let election = self.store.record(id, &entry, number)?;
        self.describe(id, entry, number, election)
    }

    fn describe(&self, id: u64, entry: Entry, number: u32, election: Election) -> Result<Record> {
        Ok(Record {
            id: ElectionId(id),
            address: self.short_address(id, &election)?,
            version: self.info(&entry, number)?,
            versions: entry.versions.len() as u32,
            titles: entry.titles,
            election,
        })
    }

    fn info(&self, entry: &Entry, number: u32) -> Result<VersionInfo> {
        let missing = || Error::Store(format!("version {number} is missing"));
        let version = entry.version(number).ok_or_else(missing)?;
        let import = self.store.import(version.import)?.unwrap_or_default();
        Ok(VersionInfo {
            number,
            import: version.import,
            recorded: import.recorded,
            source: version.source.clone(),
            format: version.format.clone(),
            source_time: version.source_time.clone(),
            title: version.title.clone(),
            removed: version.removed,
            note: import.note,
        })
    }

    /// The first of country/year, country/year/type, country/date and the title that names this
    /// election alone.
    fn short_address(&self, id: u64, election: &Election) -> Result<String> {
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

impl Elections for Archive {
    fn titled(&self, title: &str) -> Result<Option<Record>> {
        self.store.titled(title)?.map_or(Ok(None), |id| self.latest(id))
    }

    fn was_removed(&self, title: &str) -> Result<bool> {
        let Some(id) = self.store.titled(title)? else { return Ok(false) };
        Ok(self.latest(id)?.is_none())
    }

    fn linking_to(&self, record: &Record) -> Result<Vec<Record>> {
        let mut ids = BTreeSet::new();
        for title in &record.titles {
            ids.extend(self.store.linking(title)?);
        }
        ids.remove(&record.id.0);
        ids.into_iter().filter_map(|id| self.latest(id).transpose()).collect()
    }

    fn of_territory(&self, country: &str) -> Result<Vec<Record>> {
        let records = self.in_territory(country, Years::All)?;
        records.into_iter().map(|(id, election)| self.current(id, election)).collect()
    }
}
