//! Keys, which identify and order elections, and addresses, which name them for people.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{ElectionSummary, ElectionType, PartialDate, fold, slug};

/// The sort key of an election in the archive: country, year, date, type, title.
///
/// The byte encoding sorts by these fields in order. Elections without a year or a date sort after
/// those with one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ElectionKey {
    /// Slug of the country; empty if not known.
    pub country: String,
    /// Year, if known.
    pub year: Option<i32>,
    /// Date of the first vote, if known.
    pub date: Option<PartialDate>,
    /// Slug of the type; empty if not known.
    pub kind: String,
    /// Folded title.
    pub title: String,
}

impl ElectionKey {
    /// Returns the key of an election with this summary.
    #[must_use]
    pub fn of(outline: &ElectionSummary) -> Self {
        Self {
            country: slug(outline.country.as_deref().unwrap_or_default()),
            year: outline.year,
            date: outline.dates.first().copied(),
            kind: slug(outline.kind.as_ref().map_or("", ElectionType::as_str)),
            title: fold(&outline.title),
        }
    }

    /// Encodes the key for comparison by bytes. Each text ends with a zero byte, and contains no
    /// other.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Self::year_prefix(&self.country, self.year);
        let date = self.date;
        bytes.extend(date.map_or(u32::MAX, |date| encode_year(date.year())).to_be_bytes());
        bytes.push(date.and_then(PartialDate::month).unwrap_or(0));
        bytes.push(date.and_then(PartialDate::day).unwrap_or(0));
        for part in [&self.kind, &self.title] {
            push_terminated(&mut bytes, part);
        }
        bytes
    }

    /// Returns the prefix of all keys of a country, and of no others.
    #[must_use]
    pub fn country_prefix(country: &str) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(INITIAL_CAPACITY);
        push_terminated(&mut bytes, country);
        bytes
    }

    /// Returns the prefix of all keys of a country and year, and of no others.
    #[must_use]
    pub fn year_prefix(country: &str, year: Option<i32>) -> Vec<u8> {
        let mut bytes = Self::country_prefix(country);
        // The bias sorts negative years first. The maximum value encodes a missing year.
        bytes.extend(year.map_or(u32::MAX, encode_year).to_be_bytes());
        bytes
    }
}

/// Initial capacity of an encoded key, in bytes. Few keys are longer.
const INITIAL_CAPACITY: usize = 96;

/// Appends a text and a terminating zero byte. Zero bytes in the text are dropped.
pub(crate) fn push_terminated(bytes: &mut Vec<u8>, text: &str) {
    for part in text.split('\0') {
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes.push(0);
}

fn encode_year(year: i32) -> u32 {
    year.cast_unsigned() ^ (1 << 31)
}

/// Selects a version of an election.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
    /// The version in the source at the end of this day, month or year, whenever it was imported:
    /// `@source:2017-08-01`.
    Source(PartialDate),
}

/// Prefix of a date that refers to the source, not to imports.
const SOURCE: &str = "source:";

impl fmt::Display for VersionSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => Ok(()),
            Self::Version(number) => write!(f, "@{number}"),
            Self::Import(sequence) => write!(f, "@#{sequence}"),
            Self::Date(date) => write!(f, "@{date}"),
            Self::Source(date) => write!(f, "@{SOURCE}{date}"),
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
        if let Some(date) = text.strip_prefix(SOURCE) {
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

/// An address: a title, or a country and a date with a type if needed.
///
/// A title that would parse as another address is written with the prefix `title:`. One that ends
/// like a version is followed by a bare `@`.
///
/// ```
/// use hustings::model::{Address, VersionSelector};
/// let address: Address = "nagorno-karabakh/2012@2".parse()?;
/// assert_eq!(address.at(), VersionSelector::Version(2));
/// assert_eq!(address.to_string(), "nagorno-karabakh/2012@2");
/// let title: Address = "2012 Nagorno-Karabakh presidential election".parse()?;
/// assert_eq!(title.at(), VersionSelector::Latest);
/// assert_eq!(Address::title("Referendum 3/1998").to_string(), "title:Referendum 3/1998");
/// assert_eq!(Address::title("Team @2").to_string(), "Team @2@");
/// # Ok::<(), hustings::model::AddressError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A title. Titles that fold to the same text are equivalent.
    Title {
        /// Title as entered.
        title: String,
        /// Selected version.
        at: VersionSelector,
    },
    /// `country/year` or `country/year-month`, optionally with `/type`. `country/undated` is for
    /// elections without a year.
    Path {
        /// Slug of the country.
        country: String,
        /// Year, or a finer date of the vote; `None` for elections without a year.
        date: Option<PartialDate>,
        /// Slug of the type, if stated.
        kind: Option<String>,
        /// Selected version.
        at: VersionSelector,
    },
}

/// Placeholder for the year in the address of an election without one.
const UNDATED: &str = "undated";

/// Prefix of a title that would parse as another address.
const TITLE: &str = "title:";

impl Address {
    /// Returns the selected version.
    #[must_use]
    pub fn at(&self) -> VersionSelector {
        match self {
            Self::Title { at, .. } | Self::Path { at, .. } => *at,
        }
    }

    /// Returns the address of another version of the same election.
    #[must_use]
    pub fn with(mut self, version: VersionSelector) -> Self {
        match &mut self {
            Self::Title { at, .. } | Self::Path { at, .. } => *at = version,
        }
        self
    }

    /// Creates the address of a title, which may contain any characters.
    pub fn title(title: impl Into<String>) -> Self {
        Self::Title { title: title.into(), at: VersionSelector::Latest }
    }

    fn path(text: &str, at: VersionSelector) -> Option<Self> {
        let mut parts = text.splitn(3, '/');
        let (country, year) = (parts.next()?, parts.next()?);
        let date = if slug(year) == UNDATED { None } else { Some(year.parse().ok()?) };
        let country = slug(country);
        let kind = parts.next().map(slug);
        Some(Self::Path { country, date, kind, at })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Title { title, at } => {
                let is_other = title.starts_with(TITLE) || Self::path(title, *at).is_some();
                let before = if is_other { TITLE } else { "" };
                let is_versioned = *at == VersionSelector::Latest && split_version(title).is_some();
                let behind = if is_versioned { "@" } else { "" };
                write!(f, "{before}{title}{at}{behind}")
            }
            Self::Path { country, date, kind, at } => {
                let date = date.map_or_else(|| UNDATED.to_owned(), |date| date.to_string());
                write!(f, "{country}/{date}")?;
                kind.iter().try_for_each(|kind| write!(f, "/{kind}"))?;
                write!(f, "{at}")
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
        let (name, at) = split_version(text).unwrap_or((text, VersionSelector::Latest));
        let (name, is_title) = match name.strip_prefix(TITLE) {
            Some(title) => (title, true),
            None => (name, false),
        };
        if fold(name).is_empty() {
            let expected = "an address: a title, country/year or country/year/type";
            return Err(AddressError { text: text.to_owned(), expected });
        }
        let path = if is_title { None } else { Self::path(name, at) };
        Ok(path.unwrap_or_else(|| Self::Title { title: name.to_owned(), at }))
    }
}

/// Splits a text into a name and a version after `@`. A suffix that does not parse as a version
/// belongs to the name, because titles may contain an `@`.
fn split_version(text: &str) -> Option<(&str, VersionSelector)> {
    let (name, at) = text.rsplit_once('@').filter(|(name, _)| !name.is_empty())?;
    let at = if at.is_empty() { VersionSelector::Latest } else { at.parse().ok()? };
    Some((name, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(country: &str, year: Option<i32>, date: Option<&str>, title: &str) -> ElectionKey {
        ElectionKey {
            country: country.into(),
            year,
            date: date.map(|date| date.parse().unwrap()),
            kind: "general".into(),
            title: title.into(),
        }
    }

    #[test]
    fn bytes_order_by_country_year_date() {
        let ordered = [
            place("a", Some(-40), None, "t"),
            place("a", Some(1974), Some("1974-02-28"), "z"),
            place("a", Some(1974), Some("1974-10-10"), "a"),
            place("a", Some(2001), Some("2001"), "a"),
            place("a", None, None, "t"),
            place("ab", Some(1800), None, "t"),
        ];
        assert!(ordered.is_sorted_by_key(ElectionKey::to_bytes));
    }

    #[test]
    fn addresses_survive_their_text() {
        for text in [
            "nagorno-karabakh/2012",
            "united-kingdom/1974-02",
            "artsakh/2020/presidential@3",
            "palestine/undated",
            "greece/2012@#7",
            "greece/2012@2017-08-01",
            "2012 Nagorno-Karabakh presidential election@1",
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn an_at_sign_or_slash_of_a_title_stays_in_it() {
        for title in ["R@dical Party primary", "1999/2000 Ruritanian election", "a/b"] {
            assert_eq!(title.parse::<Address>().unwrap(), Address::title(title));
        }
        for title in
            ["x/1901", "x/undated", "a@2", "a@", "a@@", "@", "x/1901@#3", "title:", "title:a"]
        {
            for at in [VersionSelector::Latest, VersionSelector::Version(2)] {
                let address = Address::title(title).with(at);
                assert_eq!(address.to_string().parse::<Address>(), Ok(address), "{title}");
            }
        }
        for text in ["", " ", "_"] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
