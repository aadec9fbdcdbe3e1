//! The elections of one territory and year, and the shortest address of each.

use std::collections::{BTreeSet, HashMap};

use crate::index::{SortKey, UNNAMED_AREA};
use crate::model::{Address, ElectionSummary, PartialDate, VersionSelector, slug};

/// The elections of one territory and year. Short addresses take constant time each, since the
/// paths of all elections are indexed.
#[derive(Debug, Default)]
pub(crate) struct YearElections {
    keys: Vec<SortKey>,
    /// The elections that a path without its country matches, by the path.
    paths: HashMap<String, PathOwners>,
}

/// The elections that a path matches.
#[derive(Debug, Default)]
struct PathOwners {
    /// Elections of which the path has the whole area. They take precedence.
    exact: Owner,
    /// Elections of which the path has the end of the area, or no area.
    partial: Owner,
}

/// The one election that a path matches, if it is one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Owner {
    #[default]
    Nobody,
    One(u64),
    Several,
}

impl Owner {
    fn add(&mut self, id: u64) {
        *self = match *self {
            Self::Nobody => Self::One(id),
            Self::One(own) if own == id => Self::One(id),
            _ => Self::Several,
        };
    }
}

impl YearElections {
    /// Indexes elections, which may include removed ones.
    pub(super) fn new(keys: Vec<SortKey>) -> Self {
        let mut elections = Self { keys, paths: HashMap::new() };
        for key in elections.keys.iter().filter(|key| !key.is_removed) {
            for date in dates(key) {
                for kind in [None].into_iter().chain(key.kinds.iter().map(Some)) {
                    // A path with an area has a type.
                    let shortest = if kind.is_none() { key.area.len() } else { 0 };
                    for start in shortest..=key.area.len() {
                        let area = key.area.get(start..).unwrap_or_default();
                        let path = path(date, kind.map(String::as_str), area);
                        let owners = elections.paths.entry(path).or_default();
                        match area.len() == key.area.len() {
                            true => owners.exact.add(key.id),
                            false => owners.partial.add(key.id),
                        }
                    }
                }
            }
        }
        elections
    }

    /// Returns the elections, including removed ones.
    pub(crate) fn keys(&self) -> &[SortKey] {
        &self.keys
    }

    /// Returns the elections that a path names. Those of the whole area that it states, which is the
    /// whole country if it states none, take precedence over those of areas within others.
    pub(super) fn find(
        &self,
        date: Option<PartialDate>,
        kind: Option<&str>,
        area: &[String],
    ) -> BTreeSet<u64> {
        if let Some(Owner::One(id)) = self.owner(&path(date, kind, area)) {
            return BTreeSet::from([id]);
        }
        let mut found = PathMatches::default();
        let current = self.keys.iter().filter(|key| !key.is_removed);
        for key in current.filter(|key| key.matches(date, kind) && key.is_in_area(area)) {
            found.add(key, area);
        }
        found.into_ids()
    }

    fn owner(&self, path: &str) -> Option<Owner> {
        let owners = self.paths.get(path)?;
        Some(if owners.exact == Owner::Nobody { owners.partial } else { owners.exact })
    }

    /// Returns the first of the forms of an address that names only this election.
    pub(super) fn shortest_address(
        &self,
        country: String,
        id: u64,
        summary: &ElectionSummary,
    ) -> String {
        let year = summary.year.and_then(|year| PartialDate::from_year(year).ok());
        // Addresses are resolved within their own year, so a date in another year cannot be used.
        let start = summary.dates.first().copied().filter(|date| Some(date.year()) == summary.year);
        let month = start.and_then(|date| PartialDate::from_month(date.year(), date.month()?).ok());
        let (month, day) = (month.map(Some), start.filter(|date| date.day().is_some()).map(Some));
        let area = SortKey::new(id, summary).area;
        let mut forms: Vec<(Option<PartialDate>, Option<String>, &[String])> = Vec::new();
        if area.is_empty() {
            let kind = summary.kind.as_ref().map(|kind| slug(kind.as_str()));
            forms.push((year, None, &[]));
            forms.extend(kind.map(|kind| (year, Some(kind), &[][..])));
            forms.extend([month, day].into_iter().flatten().map(|date| (date, None, &[][..])));
        } else if let Some(kind) = summary.kind.as_ref().or_else(|| summary.kinds().next()) {
            let kind = slug(kind.as_str());
            for date in [Some(year), month, day].into_iter().flatten() {
                let ends = (0..area.len()).rev().filter_map(|start| area.get(start..));
                forms.extend(ends.map(|area| (date, Some(kind.clone()), area)));
            }
        }
        let is_readable = |area: &[String]| !area.iter().any(|name| name == UNNAMED_AREA);
        let short = forms.into_iter().find(|(date, kind, area)| {
            is_readable(area)
                && kind.as_deref() != Some("")
                && self.owner(&path(*date, kind.as_deref(), area)) == Some(Owner::One(id))
        });
        match short {
            None => Address::title(&summary.title),
            Some((date, kind, area)) => {
                let (area, version) = (area.to_vec(), VersionSelector::Latest);
                Address::Path { country, date, kind, area, version }
            }
        }
        .to_string()
    }
}

/// Returns the dates by which an election of its year can be named: the year, and the months and
/// days of the vote.
fn dates(key: &SortKey) -> BTreeSet<Option<PartialDate>> {
    let year = key.year.and_then(|year| PartialDate::from_year(year).ok());
    let own = key.dates.iter().filter(|date| key.year == Some(date.year())).flat_map(|date| {
        let month = date.month().and_then(|month| PartialDate::from_month(date.year(), month).ok());
        [month, date.day().map(|_| *date)]
    });
    let own = own.flatten().map(Some);
    own.chain([year]).collect()
}

/// Returns the key of a path in the index.
fn path(date: Option<PartialDate>, kind: Option<&str>, area: &[String]) -> String {
    let mut path = date.map(|date| date.to_string()).unwrap_or_default();
    for part in [kind.unwrap_or_default()].into_iter().chain(area.iter().map(String::as_str)) {
        path.push('/');
        path.push_str(part);
    }
    path
}

/// The elections that a path matches, those of the whole area that it states apart.
#[derive(Debug, Default)]
pub(super) struct PathMatches {
    exact: BTreeSet<u64>,
    partial: BTreeSet<u64>,
}

impl PathMatches {
    pub(super) fn add(&mut self, key: &SortKey, area: &[String]) {
        let of_area = if key.area == area { &mut self.exact } else { &mut self.partial };
        of_area.insert(key.id);
    }

    /// Returns the elections that the path names.
    pub(super) fn into_ids(self) -> BTreeSet<u64> {
        if self.exact.is_empty() { self.partial } else { self.exact }
    }
}
