//! Areas: parts of a country in which a contest takes place, and sums over areas.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::slug;

/// A part of a country: a state, a constituency, a municipality.
///
/// ```
/// use hustings::model::Area;
/// let county = Area::new(["Ohio", "Washington County"]);
/// assert_eq!(county.to_string(), "Ohio, Washington County");
/// assert_eq!(county.slugs(), ["ohio", "washington-county"]);
/// assert!(county.is_within(&Area::new(["OHIO"])));
/// assert!(!county.is_within(&Area::new(["Washington County"])));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Area {
    /// Names of the nested areas, from the largest below the country to the area itself.
    pub path: Vec<String>,
    /// Levels of the areas in [`Area::path`], such as "state" and "constituency". As long as the
    /// path, or empty if the source does not state them.
    pub levels: Vec<String>,
    /// Code of the area in its source: "W07000049".
    pub code: Option<String>,
    /// Source or period of the boundaries: "2010–2024". Areas of one name with different boundaries
    /// are different areas.
    pub boundaries: Option<String>,
}

impl Area {
    /// Creates an area from the names of the nested areas, the largest first.
    pub fn new<T: Into<String>>(path: impl IntoIterator<Item = T>) -> Self {
        Self { path: path.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Returns the name of the area itself, without those of the larger areas.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// Returns the level of the area itself, if it is stated.
    #[must_use]
    pub fn level(&self) -> Option<&str> {
        self.levels.last().map(String::as_str)
    }

    /// Returns the slugs of the names in [`Area::path`].
    #[must_use]
    pub fn slugs(&self) -> Vec<String> {
        self.path.iter().map(|name| slug(name)).collect()
    }

    /// Returns whether the area equals another one, or lies within it. Names are compared as slugs;
    /// codes and boundaries are not compared.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.slugs().starts_with(&other.slugs())
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path.join(", "))
    }
}

/// States that the figures of a contest are sums over areas.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AreaSum {
    /// Number of areas that were added up.
    pub areas: u32,
    /// Level of these areas, such as "constituency", if the source states it.
    pub level: Option<String>,
    /// Number of these areas in which a contender was elected without a vote. They add no votes.
    pub unopposed: u32,
}
