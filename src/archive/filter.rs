//! Filters for elections: by territory, years, type and area.

use crate::model::ElectionType;

/// A filter for elections. The default matches all.
///
/// ```
/// use hustings::archive::Filter;
/// let filter = Filter::default().country("italy").since(1946).until(1992);
/// assert_eq!(filter.since, Some(1946));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Filter {
    /// Territory of the election, under any of its names or codes.
    pub country: Option<String>,
    /// First year, inclusive.
    pub since: Option<i32>,
    /// Last year, inclusive.
    pub until: Option<i32>,
    /// Type of the election, or of one of its contests.
    pub kind: Option<ElectionType>,
    /// Areas whose elections are selected. By default, all are: those of whole countries and those
    /// of every area.
    pub area: AreaFilter,
    /// Level of the area, such as "constituency"; "country" selects elections of whole countries.
    pub level: Option<String>,
}

/// Level of an election of a whole country in [`Filter::level`].
pub(crate) const COUNTRY_LEVEL: &str = "country";

/// The areas whose elections a filter selects. An area is named by its name, by its code, or by the
/// names at the end of its path, separated by slashes ([`Area::is_named`](crate::model::Area)).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum AreaFilter {
    /// Whole countries and all areas.
    #[default]
    All,
    /// Whole countries only.
    WholeCountry,
    /// The areas with this name or code, but no areas within them.
    Exactly(String),
    /// The areas with this name or code, and the areas within them.
    Within(String),
}

impl Filter {
    /// Sets the areas.
    ///
    /// ```
    /// use hustings::archive::{AreaFilter, Filter};
    /// let filter = Filter::default().country("usa").area(AreaFilter::Within("ohio".to_owned()));
    /// assert_eq!(filter.level("county".to_owned()).level.as_deref(), Some("county"));
    /// ```
    #[must_use]
    pub fn area(mut self, area: AreaFilter) -> Self {
        self.area = area;
        self
    }

    /// Sets the level of the areas.
    #[must_use]
    pub fn level(mut self, level: impl Into<Option<String>>) -> Self {
        self.level = level.into();
        self
    }

    /// Sets the territory, under any of its names or codes.
    #[must_use]
    pub fn country(mut self, country: impl Into<String>) -> Self {
        self.country = Some(country.into());
        self
    }

    /// Sets the first year.
    #[must_use]
    pub fn since(mut self, year: impl Into<Option<i32>>) -> Self {
        self.since = year.into();
        self
    }

    /// Sets the last year.
    #[must_use]
    pub fn until(mut self, year: impl Into<Option<i32>>) -> Self {
        self.until = year.into();
        self
    }

    /// Sets the type of the election, or of one of its contests.
    #[must_use]
    pub fn kind(mut self, kind: impl Into<Option<ElectionType>>) -> Self {
        self.kind = kind.into();
        self
    }
}
