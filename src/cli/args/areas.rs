//! Arguments that select areas.

use clap::Args as ClapArgs;
use hustings::archive::{AreaFilter, Filter};

/// Options that select areas by name and level.
#[derive(ClapArgs)]
pub(crate) struct AreaSelection {
    /// Only this area and those within it (in 'series' and 'compare', only the area itself): a name, a
    /// code, or names joined by slashes, the largest area first
    #[arg(long, value_name = "AREA")]
    pub(crate) area: Option<String>,
    /// Only areas of this level, such as constituency; 'country' for whole countries
    #[arg(long, value_name = "LEVEL")]
    pub(crate) level: Option<String>,
}

impl AreaSelection {
    /// Adds the areas to a filter: the named area and the areas within it. Without a name and a
    /// level, `default` applies.
    pub(crate) fn within(&self, filter: Filter, default: AreaFilter) -> Filter {
        let area = match (&self.area, &self.level) {
            (Some(area), _) => AreaFilter::Within(area.clone()),
            (None, Some(_)) => AreaFilter::All,
            (None, None) => default,
        };
        filter.area(area).level(self.level.clone())
    }

    /// Adds the areas to a filter for measures: the named area or, with a level, the areas of that
    /// level within it, so that areas within each other are not mixed. By default, whole countries.
    pub(crate) fn of_one_level(&self, filter: Filter) -> Filter {
        match (&self.area, &self.level) {
            (Some(area), None) => filter.area(AreaFilter::Exactly(area.clone())),
            _ => self.within(filter, AreaFilter::WholeCountry),
        }
    }
}
