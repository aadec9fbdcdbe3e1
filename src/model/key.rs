//! How elections are told apart and ordered (keys), and how people name them (addresses).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Kind, Outline, PartialDate, fold, slug};

/// Where an election stands in the order of the archive: country, year, date, type, title.
///
/// Its bytes order as the fields do; an election without a year comes after those with one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The country as a slug; empty when it is not known.
    pub country: String,
    /// The year, where it is known.
    pub year: Option<i32>,
    /// The month and day of the first vote, where they are known.
    pub date: Option<PartialDate>,
    /// The type as a slug; empty when it is not known.
    pub kind: String,
    /// The folded title.
    pub title: String,
}

impl Place {
    /// Where an election with this outline stands.
    #[must_use]
    pub fn of(outline: &Outline) -> Self {
        Self {
            country: slug(outline.country.as_deref().unwrap_or_default()),
            year: outline.year,
            date: outline.dates.first().copied(),
            kind: slug(outline.kind.as_ref().map_or("", Kind::as_str)),
            title: fold(&outline.title),
        }
    }

    /// Bytes that order as places do. No part contains the zero byte that ends it.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Self::year_prefix(&self.country, self.year);
        let date = self.date;
        bytes.extend(date.map_or(u32::MAX, |date| biased(date.year())).to_be_bytes());
        bytes.push(date.and_then(PartialDate::month).unwrap_or(0));
        bytes.push(date.and_then(PartialDate::day).unwrap_or(0));
        for part in [&self.kind, &self.title] {
            push_ended(&mut bytes, part);
        }
        bytes
    }

    /// The bytes that the places of one country begin with, and no others.
    #[must_use]
    pub fn country_prefix(country: &str) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(ROOM);
        push_ended(&mut bytes, country);
        bytes
    }

    /// The bytes that the places of one country and year begin with, and no others.
    #[must_use]
    pub fn year_prefix(country: &str, year: Option<i32>) -> Vec<u8> {
        let mut bytes = Self::country_prefix(country);
        // A biased year orders negative years first; the highest value stands for "none".
        bytes.extend(year.map_or(u32::MAX, biased).to_be_bytes());
        bytes
    }
}

/// So many bytes are made room for: few places have more.
const ROOM: usize = 96;

/// Adds a text and the zero byte that ends it, which no text has.
pub(crate) fn push_ended(bytes: &mut Vec<u8>, text: &str) {
    for part in text.split('\0') {
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes.push(0);
}

fn biased(year: i32) -> u32 {
    year.cast_unsigned() ^ (1 << 31)
}

/// Which version of an election is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum At {
    /// The latest.
    #[default]
    Latest,
    /// The version with this number, counted from 1: `@3`.
    Version(u32),
    /// The version that was the latest after this import: `@#5`.
    Import(u64),
    /// The version that was the latest at the end of this day, month or year (UTC): `@2017-08-01`.
    Date(PartialDate),
    /// The version that the sources had at the end of this day, month or year, whenever the
    /// archive learnt of it: `@source:2017-08-01`.
    Source(PartialDate),
}

/// What stands before a time of the sources.
const SOURCE: &str = "source:";

impl fmt::Display for At {
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

impl FromStr for At {
    type Err = AddressError;

    /// Reads what stands after the `@`: `3`, `#5`, `2017-08-01`, `source:2017-08-01`. Four digits are a year.
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

/// How a person names an election: by title, or by country and year with more where it takes more. A title that looks like
/// another address is written with `title:` before it, and with a bare `@` behind it where it ends like a version.
///
/// ```
/// use hustings::model::{Address, At};
/// let address: Address = "nagorno-karabakh/2012@2".parse()?;
/// assert_eq!(address.at(), At::Version(2));
/// assert_eq!(address.to_string(), "nagorno-karabakh/2012@2");
/// let title: Address = "2012 Nagorno-Karabakh presidential election".parse()?;
/// assert_eq!(title.at(), At::Latest);
/// assert_eq!(Address::title("Referendum 3/1998").to_string(), "title:Referendum 3/1998");
/// assert_eq!(Address::title("Team @2").to_string(), "Team @2@");
/// # Ok::<(), hustings::model::AddressError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A title, in any of the forms that fold to the same.
    Title {
        /// The title as given.
        title: String,
        /// Which version.
        at: At,
    },
    /// `country/year`, `country/year-month`, either with `/type`. `country/undated` for no year.
    Path {
        /// The country as a slug.
        country: String,
        /// The year, or a finer date of the vote; none for elections without one.
        date: Option<PartialDate>,
        /// The type as a slug, where it takes one.
        kind: Option<String>,
        /// Which version.
        at: At,
    },
}

/// The year in the address of an election that has none.
const UNDATED: &str = "undated";

/// What stands before a title that looks like a path.
const TITLE: &str = "title:";

impl Address {
    /// Which version is meant.
    #[must_use]
    pub fn at(&self) -> At {
        match self {
            Self::Title { at, .. } | Self::Path { at, .. } => *at,
        }
    }

    /// The same election at another version.
    #[must_use]
    pub fn with(mut self, version: At) -> Self {
        match &mut self {
            Self::Title { at, .. } | Self::Path { at, .. } => *at = version,
        }
        self
    }

    /// A title, whatever it looks like.
    pub fn title(title: impl Into<String>) -> Self {
        Self::Title { title: title.into(), at: At::Latest }
    }

    fn path(text: &str, at: At) -> Option<Self> {
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
                let is_versioned = *at == At::Latest && split_version(title).is_some();
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

/// A text that is no address.
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
        let (name, at) = split_version(text).unwrap_or((text, At::Latest));
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

/// Splits a text into a name and the version behind it. Only what reads as a version is one: a title may hold an `@` of
/// its own.
fn split_version(text: &str) -> Option<(&str, At)> {
    let (name, at) = text.rsplit_once('@').filter(|(name, _)| !name.is_empty())?;
    let at = if at.is_empty() { At::Latest } else { at.parse().ok()? };
    Some((name, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(country: &str, year: Option<i32>, date: Option<&str>, title: &str) -> Place {
        Place {
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
        assert!(ordered.is_sorted_by_key(Place::to_bytes));
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
            for at in [At::Latest, At::Version(2)] {
                let address = Address::title(title).with(at);
                assert_eq!(address.to_string().parse::<Address>(), Ok(address), "{title}");
            }
        }
        for text in ["", " ", "_"] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
