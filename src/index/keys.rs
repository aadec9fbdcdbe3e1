//! Keys of the store: a letter for the kind of value, then the fields that order it. No key is
//! another key followed by a zero byte.

use crate::model::{ElectionKey, push_terminated};

/// The key of a value in the store. An election's id is the number of the journal line that added
/// it.
pub(super) enum StoreKey<'a> {
    /// An import, by its number.
    Import(u64),
    /// A journal frame, by the number of its first line.
    Frame(u64),
    /// A territory's alias, by the number of its line.
    Territory(u64),
    /// The lineage of a country (a slug) from one source, by the name of the source's mapping.
    Lineage(&'a str, &'a str),
    /// The election with a folded title.
    Title(&'a str),
    /// A link from an election's current record, by the folded title that it names and the
    /// election's id.
    Link(&'a str, u64),
    /// The key of an election, by its id.
    Election(u64),
    /// An election, by the key of its current record.
    Row(&'a ElectionKey),
    /// The record of a version, by the record's own key and the number of the version's line.
    Record(&'a ElectionKey, u64),
    /// Present if a version of an election has this key and the election's current record has
    /// another.
    PastKey(&'a ElectionKey, u64),
    /// A version of an election that is not current, by the election's id and the version's number.
    Version(u64, u32),
    /// The number of an election's last undated version from one source, unless that version is
    /// current.
    LastUndated(u64, &'a str),
    /// Present if an election has a version with this source time and text digest.
    DatedText(u64, &'a str, [u8; 32]),
    /// The description of a source, by its name.
    Source(&'a str),
    /// The order of sources.
    SourceOrder,
    /// The number of a source, by its key.
    SourceNumber(&'a str),
    /// The key of a source, by its number.
    SourceKey(u32),
    /// The id of the election that a source identifies by a text, by the source's number. The
    /// election may be merged into another.
    Identity(u32, &'a str),
    /// What a source has of an election, by the source's number and the election's id.
    SourceElection(u32, u64),
    /// The ids of the elections that an import changed, by the import's number.
    ChangedElections(u64),
    /// The id of the election that an election was merged into, and the number of the import that
    /// merged them, by the id of the latter.
    MergedElection(u64),
    /// The erasure of a text, by the digest of the text.
    ErasedText([u8; 32]),
    /// A block of the names that an import gave to elections or took from them, by the import's
    /// number and that of the block.
    Names(u64, u32),
    /// The numbers of the names with each word, by the first characters of the words and the number
    /// of the import.
    NameWords(&'a str, u64),
}

impl StoreKey<'_> {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Import(number) => concat(b"i", &[&number.to_be_bytes()]),
            Self::Frame(line) => concat(b"f", &[&line.to_be_bytes()]),
            Self::Territory(line) => concat(b"y", &[&line.to_be_bytes()]),
            Self::Lineage(country, source) => {
                with_terminated(&Self::lineages_prefix(country), source)
            }
            Self::Title(title) => title_key(TITLES_PREFIX, title),
            Self::Link(title, id) => concat(&Self::links_prefix(title), &[&id.to_be_bytes()]),
            Self::Election(id) => concat(b"e", &[&id.to_be_bytes()]),
            Self::Row(election_key) => concat(b"r", &[&election_key.to_bytes()]),
            Self::Record(election_key, line) => {
                concat(b"c", &[&election_key.to_bytes(), &line.to_be_bytes()])
            }
            Self::PastKey(election_key, id) => {
                concat(b"h", &[&election_key.to_bytes(), &id.to_be_bytes()])
            }
            Self::Version(id, number) => {
                concat(&Self::versions_prefix(*id), &[&number.to_be_bytes()])
            }
            Self::LastUndated(id, source) => {
                with_terminated(&concat(b"s", &[&id.to_be_bytes()]), source)
            }
            Self::DatedText(id, time, digest) => {
                concat(&with_terminated(&concat(b"m", &[&id.to_be_bytes()]), time), &[digest])
            }
            Self::Source(name) => with_terminated(SOURCES_PREFIX, name),
            Self::SourceOrder => b"w".to_vec(),
            Self::SourceNumber(key) => with_terminated(b"n", key),
            Self::SourceKey(number) => concat(SOURCE_KEYS_PREFIX, &[&number.to_be_bytes()]),
            Self::Identity(source, id) => {
                with_terminated(&concat(b"d", &[&source.to_be_bytes()]), id)
            }
            Self::SourceElection(source, id) => {
                concat(&Self::source_elections_prefix(*source), &[&id.to_be_bytes()])
            }
            Self::ChangedElections(import) => concat(b"x", &[&import.to_be_bytes()]),
            Self::ErasedText(digest) => concat(b"z", &[digest]),
            Self::MergedElection(id) => concat(MERGED_PREFIX, &[&id.to_be_bytes()]),
            Self::Names(import, block) => {
                concat(&Self::segment_prefix(*import), &[&block.to_be_bytes()])
            }
            Self::NameWords(start, import) => {
                concat(&Self::words_prefix(start), &[&import.to_be_bytes()])
            }
        }
    }

    /// Returns the key prefix of every row.
    pub(super) fn rows_prefix() -> Vec<u8> {
        b"r".to_vec()
    }

    /// Returns the key prefix of every row of one country.
    pub(super) fn country_rows_prefix(country: &str) -> Vec<u8> {
        concat(b"r", &[&ElectionKey::country_prefix(country)])
    }

    /// Returns the key prefix of every row of one country and year.
    pub(super) fn year_rows_prefix(country: &str, year: Option<i32>) -> Vec<u8> {
        concat(b"r", &[&ElectionKey::year_prefix(country, year)])
    }

    /// Returns the key prefix of every past key in a country.
    pub(super) fn country_past_keys_prefix(country: &str) -> Vec<u8> {
        concat(b"h", &[&ElectionKey::country_prefix(country)])
    }

    /// Returns the key prefix of every past key in a country and year.
    pub(super) fn year_past_keys_prefix(country: &str, year: Option<i32>) -> Vec<u8> {
        concat(b"h", &[&ElectionKey::year_prefix(country, year)])
    }

    /// Returns the key prefix of every source's lineage of one country.
    pub(super) fn lineages_prefix(country: &str) -> Vec<u8> {
        concat(b"p", &[&ElectionKey::country_prefix(country)])
    }

    /// Returns the key prefix of every link to one title.
    pub(super) fn links_prefix(title: &str) -> Vec<u8> {
        title_key(LINKS_PREFIX, title)
    }

    /// Returns the key prefix of every election of one source.
    pub(super) fn source_elections_prefix(source: u32) -> Vec<u8> {
        concat(b"q", &[&source.to_be_bytes()])
    }

    /// Returns the key prefix of every block of names of one import.
    pub(super) fn segment_prefix(import: u64) -> Vec<u8> {
        concat(b"b", &[&import.to_be_bytes()])
    }

    /// Returns the key prefix of the words of names with these first characters.
    pub(super) fn words_prefix(start: &str) -> Vec<u8> {
        with_terminated(b"u", start)
    }

    /// Returns the key prefix of all words of names whose first characters begin with a text.
    pub(super) fn all_words_prefix(start: &str) -> Vec<u8> {
        concat(b"u", &[start.as_bytes()])
    }

    /// Returns the key prefix of every version of an election, except the current one.
    pub(super) fn versions_prefix(id: u64) -> Vec<u8> {
        concat(b"v", &[&id.to_be_bytes()])
    }
}

/// Key prefix of every import.
pub(super) const IMPORTS_PREFIX: &[u8] = b"i";

/// Key prefix of every territory's alias.
pub(super) const TERRITORIES_PREFIX: &[u8] = b"y";

/// Key prefix of every title.
pub(super) const TITLES_PREFIX: &[u8] = b"t";

/// Key prefix of every link.
const LINKS_PREFIX: &[u8] = b"l";

/// Key prefix of every source's description.
pub(super) const SOURCES_PREFIX: &[u8] = b"o";

/// Key prefix of every merged election.
pub(super) const MERGED_PREFIX: &[u8] = b"j";

/// Key prefix of every source's key.
pub(super) const SOURCE_KEYS_PREFIX: &[u8] = b"k";

/// Key prefix of every frame.
pub(super) const FRAMES_PREFIX: &[u8] = b"f";

/// Returns the id or line number at the end of a key.
pub(super) fn last_number(key: &[u8]) -> Option<u64> {
    key.last_chunk().map(|bytes| u64::from_be_bytes(*bytes))
}

/// Placeholder for a run of digits in the words of a title's key.
const DIGITS_PLACEHOLDER: char = '\u{1}';

/// Separator between two runs of digits at the end of the key.
const DIGITS_SEPARATOR: char = '\u{2}';

/// Returns whether a character moves to the end of a key: a digit, or the placeholder for digits.
/// The placeholder moves too, so that no two titles have the same key.
fn is_digit_or_placeholder(char: char) -> bool {
    char.is_ascii_digit() || char == DIGITS_PLACEHOLDER
}

/// Returns the key of a folded title: its words, then its numbers. The elections of a series are
/// thus adjacent, such as "1992 united states presidential election" and "1996 united states
/// presidential election".
fn title_key(kind: &[u8], title: &str) -> Vec<u8> {
    let mut words = String::with_capacity(title.len() + 1);
    let mut numbers = String::new();
    let mut is_in_run = false;
    for char in title.chars() {
        if is_digit_or_placeholder(char) {
            if !is_in_run {
                words.push(DIGITS_PLACEHOLDER);
                numbers.extend((!numbers.is_empty()).then_some(DIGITS_SEPARATOR));
            }
            numbers.push(char);
        } else {
            words.push(char);
        }
        is_in_run = is_digit_or_placeholder(char);
    }
    with_terminated(&with_terminated(kind, &words), &numbers)
}

/// Recovers the title from a key of [`StoreKey::Title`] or [`StoreKey::Link`].
pub(super) fn title_from_key(key: &[u8]) -> String {
    let key = String::from_utf8_lossy(key.get(TITLES_PREFIX.len()..).unwrap_or_default());
    let mut parts = key.split('\0');
    let (words, numbers) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let mut numbers = numbers.split(DIGITS_SEPARATOR);
    let mut title = String::with_capacity(key.len());
    for (at, part) in words.split(DIGITS_PLACEHOLDER).enumerate() {
        if at > 0 {
            title.push_str(numbers.next().unwrap_or_default());
        }
        title.push_str(part);
    }
    title
}

fn concat(prefix: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut key =
        Vec::with_capacity(prefix.len() + parts.iter().map(|part| part.len()).sum::<usize>());
    key.extend_from_slice(prefix);
    parts.iter().for_each(|part| key.extend_from_slice(part));
    key
}

fn with_terminated(prefix: &[u8], text: &str) -> Vec<u8> {
    let mut key = prefix.to_vec();
    push_terminated(&mut key, text);
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_elections_of_a_series_are_adjacent() {
        let titles =
            ["1992 a election", "1996 a election", "1992 b election", "1996 b election, 2nd round"];
        let mut sorted = titles;
        sorted.sort_by_key(|title| StoreKey::Title(title).to_bytes());
        assert_eq!(sorted, titles);
    }

    proptest! {
        #[test]
        fn a_title_round_trips_through_its_key(title in "[ab0-9\u{1}\u{2} ]{0,12}") {
            prop_assert_eq!(title_from_key(&StoreKey::Title(&title).to_bytes()), title);
        }
    }
}
