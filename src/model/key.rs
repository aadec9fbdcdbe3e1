//! Keys, which identify and order elections.

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
    pub fn from_summary(summary: &ElectionSummary) -> Self {
        Self {
            country: slug(summary.country.as_deref().unwrap_or_default()),
            year: summary.year,
            date: summary.dates.first().copied(),
            kind: slug(summary.kind.as_ref().map_or("", ElectionType::as_str)),
            title: fold(&summary.title),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn key(country: &str, year: Option<i32>, date: Option<&str>, title: &str) -> ElectionKey {
        ElectionKey {
            country: country.into(),
            year,
            date: date.map(|date| date.parse().unwrap()),
            kind: "general".into(),
            title: title.into(),
        }
    }

    #[test]
    fn keys_sort_by_country_year_and_date() {
        let ordered = [
            key("a", Some(-40), None, "t"),
            key("a", Some(1974), Some("1974-02-28"), "z"),
            key("a", Some(1974), Some("1974-10-10"), "a"),
            key("a", Some(2001), Some("2001"), "a"),
            key("a", None, None, "t"),
            key("ab", Some(1800), None, "t"),
        ];
        assert!(ordered.is_sorted_by_key(ElectionKey::to_bytes));
    }
}
