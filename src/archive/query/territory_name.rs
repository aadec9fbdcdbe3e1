//! Names of a territory, and the years in which each is valid.

use crate::model::YearRange;

/// One name of a territory.
#[derive(Debug)]
pub(super) struct TerritoryName {
    pub(super) slug: String,
    /// Years in which the name is valid.
    pub(super) years: Vec<YearRange>,
    /// Whether any election is stored under the name.
    pub(super) is_used: bool,
}

impl TerritoryName {
    pub(super) fn slug(&self) -> &str {
        &self.slug
    }

    pub(super) fn is_valid_in(&self, year: Option<i32>) -> bool {
        // An unknown year matches every name.
        year.is_none_or(|year| self.years.iter().any(|years| years.contains(year)))
    }
}
