//! The keys of the store: a letter for what it is, then what orders it. No key is another followed by a zero byte.

use crate::model::{Place, push_ended};

/// What a value of the store is found by. An election's number is that of the journal line that brought it.
pub(super) enum Key<'a> {
    /// An import, by number.
    Import(u64),
    /// The frame of the journal that begins with a line, by the number of the line.
    Frame(u64),
    /// A territory's alias, by the number of its line.
    Territory(u64),
    /// The lineage of a country (a slug), from one source.
    Lineage(&'a str, &'a str),
    /// The election with a folded title.
    Title(&'a str),
    /// That the current record of an election has a link to a folded title.
    Link(&'a str, u64),
    /// Where an election stands, by its number.
    Election(u64),
    /// An election, at the place of its current record.
    Row(&'a Place),
    /// The record of a version, at the place that it states, by the number of its line.
    Record(&'a Place, u64),
    /// That a version of an election stood at a place where its current record does not stand.
    Past(&'a Place, u64),
    /// A version of an election that is not the current one.
    Version(u64, u32),
    /// The last version of an election that a source brought, unless that is the current one.
    Said(u64, &'a str),
    /// That a version of an election has a text that its source had at a time.
    Timed(u64, &'a str, [u8; 32]),
}

impl Key<'_> {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Import(number) => join(b"i", &[&number.to_be_bytes()]),
            Self::Frame(line) => join(b"f", &[&line.to_be_bytes()]),
            Self::Territory(line) => join(b"y", &[&line.to_be_bytes()]),
            Self::Lineage(country, source) => ended(&Self::lineages(country), source),
            Self::Title(title) => title_key(TITLES, title),
            Self::Link(title, id) => join(&Self::links(title), &[&id.to_be_bytes()]),
            Self::Election(id) => join(b"e", &[&id.to_be_bytes()]),
            Self::Row(place) => join(b"r", &[&place.to_bytes()]),
            Self::Record(place, line) => join(b"c", &[&place.to_bytes(), &line.to_be_bytes()]),
            Self::Past(place, id) => join(b"h", &[&place.to_bytes(), &id.to_be_bytes()]),
            Self::Version(id, number) => join(&Self::versions(*id), &[&number.to_be_bytes()]),
            Self::Said(id, source) => ended(&join(b"s", &[&id.to_be_bytes()]), source),
            Self::Timed(id, time, digest) => {
                join(&ended(&join(b"m", &[&id.to_be_bytes()]), time), &[digest])
            }
        }
    }

    /// Of every row.
    pub(super) fn rows() -> Vec<u8> {
        b"r".to_vec()
    }

    /// Of every row of one country.
    pub(super) fn rows_of(country: &str) -> Vec<u8> {
        join(b"r", &[&Place::country_prefix(country)])
    }

    /// Of every row of one country and year.
    pub(super) fn rows_of_year(country: &str, year: Option<i32>) -> Vec<u8> {
        join(b"r", &[&Place::year_prefix(country, year)])
    }

    /// Of every past place in a country.
    pub(super) fn past_of(country: &str) -> Vec<u8> {
        join(b"h", &[&Place::country_prefix(country)])
    }

    /// Of every past place in a country and year.
    pub(super) fn past_of_year(country: &str, year: Option<i32>) -> Vec<u8> {
        join(b"h", &[&Place::year_prefix(country, year)])
    }

    /// Of every source's lineage of one country.
    pub(super) fn lineages(country: &str) -> Vec<u8> {
        join(b"p", &[&Place::country_prefix(country)])
    }

    /// Of every link to one title.
    pub(super) fn links(title: &str) -> Vec<u8> {
        title_key(LINKS, title)
    }

    /// Of every version of an election that is not the current one.
    pub(super) fn versions(id: u64) -> Vec<u8> {
        join(b"v", &[&id.to_be_bytes()])
    }
}

/// Prefix of every import.
pub(super) const IMPORTS: &[u8] = b"i";

/// Prefix of every territory's alias.
pub(super) const TERRITORIES: &[u8] = b"y";

/// Prefix of every title.
pub(super) const TITLES: &[u8] = b"t";

/// Prefix of every link.
const LINKS: &[u8] = b"l";

/// Prefix of every frame.
pub(super) const FRAMES: &[u8] = b"f";

/// The number of an election or a line at the end of a key.
pub(super) fn last_number(key: &[u8]) -> Option<u64> {
    key.last_chunk().map(|bytes| u64::from_be_bytes(*bytes))
}

/// Stands for a run of digits in the key of a title, and between two runs behind it.
const RUN: char = '\u{1}';
const NEXT_RUN: char = '\u{2}';

/// Whether a character is moved to the end of a key: a digit, or, so that no two titles have one key, the character that
/// takes the place of digits.
fn is_moved(char: char) -> bool {
    char.is_ascii_digit() || char == RUN
}

/// The key of a folded title: its words, and then its numbers. So the elections of one series stand together, as
/// "1992 united states presidential election" and that of 1996 do.
fn title_key(kind: &[u8], title: &str) -> Vec<u8> {
    let mut words = String::with_capacity(title.len() + 1);
    let mut numbers = String::new();
    let mut is_in_run = false;
    for char in title.chars() {
        if is_moved(char) {
            if !is_in_run {
                words.push(RUN);
                numbers.extend((!numbers.is_empty()).then_some(NEXT_RUN));
            }
            numbers.push(char);
        } else {
            words.push(char);
        }
        is_in_run = is_moved(char);
    }
    ended(&ended(kind, &words), &numbers)
}

/// The title in a key of [`Key::Title`] or [`Key::Link`].
pub(super) fn title_of(key: &[u8]) -> String {
    let key = String::from_utf8_lossy(key.get(TITLES.len()..).unwrap_or_default());
    let mut parts = key.split('\0');
    let (words, numbers) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let mut numbers = numbers.split(NEXT_RUN);
    let mut title = String::with_capacity(key.len());
    for (at, part) in words.split(RUN).enumerate() {
        if at > 0 {
            title.push_str(numbers.next().unwrap_or_default());
        }
        title.push_str(part);
    }
    title
}

fn join(left: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut key =
        Vec::with_capacity(left.len() + parts.iter().map(|part| part.len()).sum::<usize>());
    key.extend_from_slice(left);
    parts.iter().for_each(|part| key.extend_from_slice(part));
    key
}

fn ended(left: &[u8], text: &str) -> Vec<u8> {
    let mut key = left.to_vec();
    push_ended(&mut key, text);
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_elections_of_a_series_stand_together() {
        let titles =
            ["1992 a election", "1996 a election", "1992 b election", "1996 b election, 2nd round"];
        let mut sorted = titles;
        sorted.sort_by_key(|title| Key::Title(title).to_bytes());
        assert_eq!(sorted, titles);
    }

    proptest! {
        #[test]
        fn a_title_is_in_its_key(title in "[ab0-9\u{1}\u{2} ]{0,12}") {
            prop_assert_eq!(title_of(&Key::Title(&title).to_bytes()), title);
        }
    }
}
