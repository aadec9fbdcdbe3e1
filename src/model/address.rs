//! Addresses: the texts that name an election, and optionally a version.

use std::fmt;
use std::str::FromStr;

use super::{PartialDate, fold, slug};

/// Selects a version of an election.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum VersionSelector {
    /// The latest version.
    #[default]
    Latest,
    /// The version with this number, counted from 1: `@3`.
    Version(u32),
    /// The latest version as of this import: `@#5`.
    Import(u64),
    /// The latest version at the end of this day, month or year (UTC): `@2017-08-01`.
    Date(PartialDate),
    /// The version that the source had at the end of this day, month or year, regardless of when it
    /// was imported: `@source:2017-08-01`.
    Source(PartialDate),
}

/// Prefix of a date that refers to the source, not to imports.
const SOURCE_PREFIX: &str = "source:";

impl fmt::Display for VersionSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => Ok(()),
            Self::Version(number) => write!(f, "@{number}"),
            Self::Import(sequence) => write!(f, "@#{sequence}"),
            Self::Date(date) => write!(f, "@{date}"),
            Self::Source(date) => write!(f, "@{SOURCE_PREFIX}{date}"),
        }
    }
}

impl FromStr for VersionSelector {
    type Err = AddressError;

    /// Parses the text after the `@`: `3`, `#5`, `2017-08-01`, `source:2017-08-01`. Four digits are
    /// a year.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let error = || AddressError {
            text: text.to_owned(),
            expected: "a version (3), an import (#5) or a date (2017-08-01)",
        };
        if let Some(date) = text.strip_prefix(SOURCE_PREFIX) {
            return date.parse().map(Self::Source).map_err(|_| error());
        }
        if let Some(sequence) = text.strip_prefix('#') {
            return sequence.parse().map(Self::Import).map_err(|_| error());
        }
        if let Ok(date) = text.parse() {
            return Ok(Self::Date(date));
        }
        match text.parse() {
            Ok(number) if number > 0 => Ok(Self::Version(number)),
            _ => Err(error()),
        }
    }
}

/// An address: a title, or a country and a date, with a type and an area if needed.
///
/// A title that would parse as another address is written with the prefix `title:`. If no version
/// is selected, a title whose end would parse as a version (`Team @2`) is followed by a bare `@`.
///
/// ```
/// use hustings::model::{Address, VersionSelector};
/// let address: Address = "nagorno-karabakh/2012@2".parse()?;
/// assert_eq!(address.version(), VersionSelector::Version(2));
/// assert_eq!(address.to_string(), "nagorno-karabakh/2012@2");
/// let title: Address = "2012 Nagorno-Karabakh presidential election".parse()?;
/// assert_eq!(title.version(), VersionSelector::Latest);
/// let area: Address = "usa/2020/presidential/Ohio/Washington County".parse()?;
/// assert_eq!(area.to_string(), "usa/2020/presidential/ohio/washington-county");
/// assert_eq!(Address::title("Referendum 3/1998").to_string(), "title:Referendum 3/1998");
/// assert_eq!(Address::title("Team @2").to_string(), "Team @2@");
/// # Ok::<(), hustings::model::AddressError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Address {
    /// A title. Titles that fold to the same text are equivalent.
    Title {
        /// Title as entered.
        title: String,
        /// Selected version.
        version: VersionSelector,
    },
    /// `country/year` or `country/year-month`, optionally with `/type`, or with `/type/area`.
    /// `country/undated` is for elections without a year.
    Path {
        /// Slug of the country.
        country: String,
        /// Year, or a finer date of the vote; `None` for elections without a year.
        date: Option<PartialDate>,
        /// Slug of the type, if stated.
        kind: Option<String>,
        /// Slugs of the area and of the areas that contain it, the largest first; larger areas may
        /// be omitted. Empty if no area is stated.
        area: Vec<String>,
        /// Selected version.
        version: VersionSelector,
    },
}

/// Placeholder for the year in the address of an election without one.
const UNDATED: &str = "undated";

/// Prefix of a title that would parse as another address.
const TITLE_PREFIX: &str = "title:";

impl Address {
    /// Returns the selected version.
    #[must_use]
    pub fn version(&self) -> VersionSelector {
        match self {
            Self::Title { version, .. } | Self::Path { version, .. } => *version,
        }
    }

    /// Returns the address of another version of the same election.
    #[must_use]
    pub fn with_version(mut self, selector: VersionSelector) -> Self {
        match &mut self {
            Self::Title { version, .. } | Self::Path { version, .. } => *version = selector,
        }
        self
    }

    /// Creates the address of a title, which may contain any characters.
    pub fn title(title: impl Into<String>) -> Self {
        Self::Title { title: title.into(), version: VersionSelector::Latest }
    }

    fn parse_path(text: &str, version: VersionSelector) -> Option<Self> {
        let mut parts = text.split('/');
        let (country, year) = (parts.next()?, parts.next()?);
        let date = if slug(year) == UNDATED { None } else { Some(year.parse().ok()?) };
        let country = slug(country);
        let kind = parts.next().map(slug);
        let area = parts.map(slug).filter(|name| !name.is_empty()).collect();
        Some(Self::Path { country, date, kind, area, version })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Title { title, version } => {
                let needs_prefix =
                    title.starts_with(TITLE_PREFIX) || Self::parse_path(title, *version).is_some();
                let prefix = if needs_prefix { TITLE_PREFIX } else { "" };
                let needs_suffix =
                    *version == VersionSelector::Latest && split_version(title).is_some();
                let suffix = if needs_suffix { "@" } else { "" };
                write!(f, "{prefix}{title}{version}{suffix}")
            }
            Self::Path { country, date, kind, area, version } => {
                let date = date.map_or_else(|| UNDATED.to_owned(), |date| date.to_string());
                write!(f, "{country}/{date}")?;
                kind.iter().chain(area).try_for_each(|part| write!(f, "/{part}"))?;
                write!(f, "{version}")
            }
        }
    }
}

/// The error for a text that is not an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressError {
    text: String,
    expected: &'static str,
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is not {}", self.text, self.expected)
    }
}

impl std::error::Error for AddressError {}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (name, version) = split_version(text).unwrap_or((text, VersionSelector::Latest));
        let (name, is_title) = match name.strip_prefix(TITLE_PREFIX) {
            Some(title) => (title, true),
            None => (name, false),
        };
        if fold(name).is_empty() {
            let expected =
                "an address: a title, country/year, country/year/type or country/year/type/area";
            return Err(AddressError { text: text.to_owned(), expected });
        }
        let path = if is_title { None } else { Self::parse_path(name, version) };
        Ok(path.unwrap_or_else(|| Self::Title { title: name.to_owned(), version }))
    }
}

/// Splits a text into a name and a version after `@`. A suffix that does not parse as a version
/// belongs to the name, because titles may contain an `@`.
fn split_version(text: &str) -> Option<(&str, VersionSelector)> {
    let (name, version) = text.rsplit_once('@').filter(|(name, _)| !name.is_empty())?;
    let version =
        if version.is_empty() { VersionSelector::Latest } else { version.parse().ok()? };
    Some((name, version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_round_trip_through_text() {
        for text in [
            "nagorno-karabakh/2012",
            "united-kingdom/1974-02",
            "artsakh/2020/presidential@3",
            "palestine/undated",
            "italy/2022/parliamentary/lombardia-1",
            "usa/2020-11/presidential/ohio/washington-county@2",
            "ruritania/undated/parliamentary/northmarch@source:2017",
            "greece/2012@#7",
            "greece/2012@2017-08-01",
            "2012 Nagorno-Karabakh presidential election@1",
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn titles_with_at_signs_or_slashes_round_trip() {
        for title in ["R@dical Party primary", "1999/2000 Ruritanian election", "a/b"] {
            assert_eq!(title.parse::<Address>().unwrap(), Address::title(title));
        }
        for title in [
            "x/1901",
            "x/undated",
            "a@2",
            "a@",
            "a@@",
            "@",
            "x/1901@#3",
            "title:",
            "title:a",
            "x/1901/a/b",
            "x/1901/a/b/c@2",
            "x/1901/a//",
            "x/1901//b",
            "x/1901/a/@",
        ] {
            for at in [VersionSelector::Latest, VersionSelector::Version(2)] {
                let address = Address::title(title).with_version(at);
                assert_eq!(address.to_string().parse::<Address>(), Ok(address), "{title}");
            }
        }
        for text in ["", " ", "_"] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
