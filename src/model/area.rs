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

    /// Returns whether a text names the area: by its code, by its name, or by the names at the end
    /// of its path, separated by slashes. Names are compared as slugs.
    ///
    /// ```
    /// use hustings::model::Area;
    /// let county = Area::new(["Ohio", "Washington County"]);
    /// assert!(county.is_named("washington county") && county.is_named("ohio/washington-county"));
    /// assert!(!county.is_named("ohio") && county.is_within_named("ohio"));
    /// ```
    #[must_use]
    pub fn is_named(&self, text: &str) -> bool {
        let slugs = self.slugs();
        self.has_code(text) || AreaName::new(text).ends(&slugs)
    }

    /// Returns whether a text names the area, as in [`Area::is_named`], or an area that contains it.
    #[must_use]
    pub fn is_within_named(&self, text: &str) -> bool {
        let (slugs, name) = (self.slugs(), AreaName::new(text));
        self.has_code(text)
            || (1..=slugs.len()).any(|end| slugs.get(..end).is_some_and(|path| name.ends(path)))
    }

    /// Returns whether two areas have the same names, compared as slugs, or the same code. Codes
    /// can be compared only if they are of the same source.
    #[must_use]
    pub fn is_same(&self, other: &Self, compare_codes: bool) -> bool {
        let has_same_code =
            || compare_codes && other.code.as_deref().is_some_and(|code| self.has_code(code));
        self.slugs() == other.slugs() || has_same_code()
    }

    /// Returns the boundaries of the area and of the same area in a later election, if both are
    /// stated and differ.
    #[must_use]
    pub fn boundary_change(&self, later: &Self) -> Option<[String; 2]> {
        let (before, after) = self.boundaries.as_ref().zip(later.boundaries.as_ref())?;
        (slug(before) != slug(after)).then(|| [before.clone(), after.clone()])
    }

    fn has_code(&self, text: &str) -> bool {
        self.code.as_deref().is_some_and(|code| code.eq_ignore_ascii_case(text.trim()))
    }
}

/// A name of an area as a user enters it.
struct AreaName {
    /// Slugs of the text between slashes, the largest area first.
    path: Vec<String>,
    /// Slug of the whole text, since a name may contain a slash.
    name: String,
}

impl AreaName {
    fn new(text: &str) -> Self {
        let path = text.split('/').map(slug).filter(|name| !name.is_empty()).collect();
        Self { path, name: slug(text) }
    }

    /// Returns whether a path of slugs ends with the name.
    fn ends(&self, path: &[String]) -> bool {
        let has_name = path.last().is_some_and(|last| *last == self.name);
        !self.name.is_empty() && (has_name || path.ends_with(&self.path))
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
