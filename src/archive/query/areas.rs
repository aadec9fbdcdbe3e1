//! The areas of elections: what a list of whole countries leaves out, and the areas of a country or
//! of one election.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::archive::{Archive, AreaFilter, Filter, Listing, Record, Snapshot};
use crate::index::SummaryRow;
use crate::model::{Area, ElectionSummary, PartialDate, slug};

/// An area with elections in the archive. Areas with one path and different boundaries are listed
/// apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AreaInfo {
    /// Country, as the latest record spells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Names of the nested areas, the largest first, as the latest record spells them.
    pub path: Vec<String>,
    /// Level of the area, if it is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Code of the area in its source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Source or period of the boundaries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundaries: Option<String>,
    /// First date of the earliest election.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<PartialDate>,
    /// First date of the latest election.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<PartialDate>,
    /// Number of elections.
    pub elections: u32,
}

/// Records of areas that a list of whole countries leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct HiddenAreas {
    /// Number of records of areas.
    pub records: usize,
    /// Number of these records for whose country, year and type the archive has no record of the
    /// whole country.
    pub without_country: usize,
}

/// Country, year and type of an election, as slugs.
type Event = (String, Option<i32>, String);

impl Archive {
    /// Returns the areas of the elections that pass a filter, ordered by country and path.
    ///
    /// ```
    /// use hustings::Archive;
    /// use hustings::archive::{AreaFilter, Filter, ImportOptions};
    /// # let folder = std::env::temp_dir().join("hustings-example-areas");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// let line = r#"{"title": "1901 Ruritanian election, Northmarch", "country": "Ruritania",
    ///     "year": 1901, "area": {"path": ["Northmarch"]}}"#.replace('\n', "");
    /// archive.import_texts([("north.jsonl", line)], &ImportOptions::default())?;
    /// let areas = archive.snapshot().areas(&Filter::default().country("Ruritania"))?;
    /// assert_eq!(areas[0].path, ["Northmarch"]);
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// See [`Archive::list`].
    pub fn areas(&self, filter: &Filter) -> Result<Vec<AreaInfo>> {
        self.snapshot().areas(filter)
    }
}

impl Snapshot {
    /// See [`Archive::areas`].
    ///
    /// # Errors
    /// See [`Archive::list`].
    pub fn areas(&self, filter: &Filter) -> Result<Vec<AreaInfo>> {
        let mut areas = AreaCollector::default();
        for listed in self.listings(filter)? {
            areas.add(&listed?.summary);
        }
        Ok(areas.finish())
    }

    /// Returns the areas of an election: of the records with its country, year, date and type. Of a
    /// record of an area, only areas within it are returned.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn areas_of(&self, record: &Record, level: Option<&str>) -> Result<Vec<AreaInfo>> {
        let summary = record.election.summary();
        let filter = Filter { level: level.map(str::to_owned), ..Filter::default() };
        let mut areas = AreaCollector::default();
        for listing in self.parts(&summary)? {
            if filter.includes_area(listing.summary.area.as_ref()) {
                areas.add(&listing.summary);
            }
        }
        Ok(areas.finish())
    }

    /// Returns the records of the areas within an election: those with its country, year, date and
    /// type.
    pub(crate) fn parts(&self, summary: &ElectionSummary) -> Result<Vec<std::sync::Arc<Listing>>> {
        let own = summary.area.as_ref().map(Area::slugs).unwrap_or_default();
        let country = summary.country.as_deref().unwrap_or_default();
        let mut parts = Vec::new();
        if slug(country).is_empty() {
            return Ok(parts);
        }
        for key in self.elections_in_year(country, summary.year)?.keys() {
            let is_inside = key.area.len() > own.len() && key.area.starts_with(&own);
            if key.is_removed || !is_inside {
                continue;
            }
            if let Some(listing) = self.listing(key.id)?
                && is_same_event(summary, &listing.summary)
            {
                parts.push(listing);
            }
        }
        Ok(parts)
    }

    /// Returns the record of an area, by the names of its path, of the event of another election.
    pub(crate) fn record_of_area(
        &self,
        event: &ElectionSummary,
        area: &Area,
    ) -> Result<Option<std::sync::Arc<Listing>>> {
        let (slugs, country) = (area.slugs(), event.country.as_deref().unwrap_or_default());
        if slugs.is_empty() || slug(country).is_empty() {
            return Ok(None);
        }
        for key in self.elections_in_year(country, event.year)?.keys() {
            if !key.is_removed
                && key.area == slugs
                && let Some(listing) = self.listing(key.id)?
                && is_same_event(event, &listing.summary)
            {
                return Ok(Some(listing));
            }
        }
        Ok(None)
    }

    /// Counts the records of areas that pass a filter, apart from its areas. Zero if the filter does
    /// not leave out areas.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn hidden_areas(&self, filter: &Filter) -> Result<HiddenAreas> {
        let mut hidden = HiddenAreas::default();
        if filter.area != AreaFilter::WholeCountry {
            return Ok(hidden);
        }
        let all = Filter { area: AreaFilter::All, country: None, ..filter.clone() };
        let (mut of_areas, mut whole) = (BTreeMap::<Event, usize>::new(), BTreeSet::new());
        let rows: Box<dyn Iterator<Item = Result<SummaryRow>> + '_> = match &filter.country {
            Some(country) => Box::new(self.rows_in_territory(country)?.into_iter().map(Ok)),
            None => Box::new(self.view().rows::<SummaryRow>(None)),
        };
        for row in rows {
            let SummaryRow { sort_key, summary, .. } = row?;
            if sort_key.is_removed || !all.matches(&summary) {
                continue;
            }
            let kind = summary.kinds().next().map(|kind| slug(kind.as_str())).unwrap_or_default();
            let country = slug(summary.country.as_deref().unwrap_or_default());
            let event = (country, summary.year, kind);
            match sort_key.area.is_empty() {
                true => {
                    whole.insert(event);
                }
                false => *of_areas.entry(event).or_default() += 1,
            }
        }
        for (event, count) in of_areas {
            hidden.records += count;
            if !whole.contains(&event) {
                hidden.without_country += count;
            }
        }
        Ok(hidden)
    }
}

/// Returns whether two records of one country and year can be of one event: their dates agree, and
/// they have a comparable type.
pub(crate) fn is_same_event(one: &ElectionSummary, other: &ElectionSummary) -> bool {
    let agree = |one: &PartialDate| {
        other.dates.first().is_none_or(|other| one.covers(*other) || other.covers(*one))
    };
    let has_type = one.kinds().next().is_none()
        || other.kinds().next().is_none()
        || one.kinds().any(|one| other.kinds().any(|other| one.is_comparable_to(other)));
    let country = |of: &ElectionSummary| slug(of.country.as_deref().unwrap_or_default());
    country(one) == country(other)
        && one.year == other.year
        && one.dates.first().is_none_or(agree)
        && has_type
}

/// The areas of records, by country, path and boundaries.
#[derive(Default)]
struct AreaCollector(BTreeMap<(String, Vec<String>, Option<String>), AreaInfo>);

impl AreaCollector {
    fn add(&mut self, summary: &ElectionSummary) {
        let Some(area) = summary.area.as_ref().filter(|area| !area.path.is_empty()) else { return };
        let country = slug(summary.country.as_deref().unwrap_or_default());
        let (start, key) = (summary.start(), (country, area.slugs(), area.boundaries.clone()));
        let info = self.0.entry(key).or_insert_with(|| AreaInfo {
            country: summary.country.clone(),
            path: area.path.clone(),
            level: None,
            code: None,
            boundaries: area.boundaries.clone(),
            first: start,
            last: start,
            elections: 0,
        });
        info.elections = info.elections.saturating_add(1);
        if start.is_some() && (info.first.is_none() || start < info.first) {
            info.first = start;
        }
        if start >= info.last {
            info.last = start;
            info.country.clone_from(&summary.country);
            info.path.clone_from(&area.path);
        }
        let level = area.level().map(str::to_owned);
        info.level = level.or(info.level.take());
        info.code = area.code.clone().or(info.code.take());
    }

    fn finish(self) -> Vec<AreaInfo> {
        self.0.into_values().collect()
    }
}
