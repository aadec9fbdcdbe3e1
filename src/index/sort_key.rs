//! The fields by which addresses distinguish the elections of one territory and year.

use serde::{Deserialize, Serialize};

use crate::model::{Area, ElectionSummary, PartialDate, slug};

/// The fields that distinguish an election from others of its territory.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct SortKey {
    pub(crate) id: u64,
    /// Whether the election has no current record. The other fields then describe its last record.
    pub(crate) is_removed: bool,
    pub(crate) year: Option<i32>,
    pub(crate) dates: Vec<PartialDate>,
    /// Types of the election and its contests, as sorted slugs.
    pub(crate) kinds: Vec<String>,
    /// Slugs of the path of the area, the largest first. Empty for the whole country.
    pub(crate) area: Vec<String>,
}

/// Slug of an area whose name has no letters and no digits. No address contains it.
pub(crate) const UNNAMED_AREA: &str = "-";

impl SortKey {
    pub(crate) fn new(id: u64, summary: &ElectionSummary) -> Self {
        let mut kinds: Vec<String> = summary.kinds().map(|kind| slug(kind.as_str())).collect();
        kinds.sort();
        kinds.dedup();
        let mut area = summary.area.as_ref().map(Area::slugs).unwrap_or_default();
        for name in area.iter_mut().filter(|name| name.is_empty()) {
            UNNAMED_AREA.clone_into(name);
        }
        let (year, dates) = (summary.year, summary.dates.clone());
        Self { id, is_removed: false, year, dates, kinds, area }
    }

    /// Returns whether the election has this date and type. Without a date, the election must have
    /// no year; without a type, any type matches.
    pub(crate) fn matches(&self, date: Option<PartialDate>, kind: Option<&str>) -> bool {
        let has_date = match date {
            None => self.year.is_none(),
            Some(date) if date.month().is_none() => self.year == Some(date.year()),
            Some(date) => self.dates.iter().any(|polling| date.covers(*polling)),
        };
        has_date && kind.is_none_or(|kind| self.kinds.iter().any(|own| own == kind))
    }

    /// Returns whether the path of the area ends with these slugs. Without slugs, any area matches.
    pub(crate) fn is_in_area(&self, area: &[String]) -> bool {
        self.area.ends_with(area)
    }
}
