//! The index of names: which elections have a name, as one segment per import.
//!
//! A segment has the names that the import gave to elections or took from them, in order, and for
//! each word the numbers of the names with the word. The segments of all imports, in their order,
//! are the names of the current state.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::model::NameKind;
use crate::store::{decode, decode_borrowed, encode};

/// Number of names in an item of the store.
pub(super) const NAMES_PER_BLOCK: u32 = 32;

/// What an import says about a name of an election.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum NamePosting {
    /// The election no longer has the name.
    Removed,
    /// The election has the name, and this year.
    Added(Option<i32>),
}

/// A name in a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NameRow<'a> {
    pub(crate) kind: NameKind,
    pub(crate) name: &'a str,
    /// The encoded postings, in ascending order of the election's id. A reader that needs another
    /// name skips them.
    postings: &'a [u8],
}

impl NameRow<'_> {
    /// Returns the postings, each with the id of its election.
    pub(crate) fn postings(&self) -> Result<Vec<(u64, NamePosting)>> {
        let differences: Vec<(u64, NamePosting)> = decode(self.postings)?;
        let mut id: u64 = 0;
        let postings = differences.into_iter().map(|(difference, posting)| {
            id = id.saturating_add(difference);
            (id, posting)
        });
        Ok(postings.collect())
    }
}

/// Decodes a block of names.
pub(super) fn decode_block(bytes: &[u8]) -> Result<Vec<NameRow<'_>>> {
    decode_borrowed(bytes)
}

/// Number of first characters of a word that words in one item of the store have in common.
const START_CHARS: usize = 3;

/// A word in a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct WordRow<'a> {
    pub(super) word: &'a str,
    /// The encoded numbers of the names. A reader that needs another word skips them.
    numbers: &'a [u8],
}

impl WordRow<'_> {
    /// Returns the numbers of the names with the word, in ascending order.
    pub(super) fn numbers(&self) -> Result<Vec<u32>> {
        decode_numbers(self.numbers)
    }
}

/// Returns the first characters of a word, under which the store has the word.
pub(super) fn word_start(word: &str) -> &str {
    word.char_indices().nth(START_CHARS).and_then(|(end, _)| word.get(..end)).unwrap_or(word)
}

/// Encodes words, each with its encoded numbers.
pub(super) fn encode_words(words: &[(&str, Vec<u8>)]) -> Result<Vec<u8>> {
    let rows = words.iter().map(|(word, numbers)| WordRow { word, numbers });
    encode(&rows.collect::<Vec<_>>())
}

/// Decodes words.
pub(super) fn decode_words(bytes: &[u8]) -> Result<Vec<WordRow<'_>>> {
    decode_borrowed(bytes)
}

/// Encodes a block of names, each with its encoded postings.
pub(super) fn encode_block(block: &[(NameKind, &str, Vec<u8>)]) -> Result<Vec<u8>> {
    let rows = block.iter().map(|(kind, name, postings)| NameRow { kind: *kind, name, postings });
    encode(&rows.collect::<Vec<_>>())
}

/// Encodes numbers in ascending order, each as its difference from the one before.
pub(super) fn encode_numbers(numbers: &[u32]) -> Result<Vec<u8>> {
    let mut before = 0;
    let differences = numbers.iter().map(|number| number - std::mem::replace(&mut before, *number));
    encode(&differences.collect::<Vec<u32>>())
}

/// Decodes numbers that [`encode_numbers`] encoded.
fn decode_numbers(bytes: &[u8]) -> Result<Vec<u32>> {
    let mut number: u32 = 0;
    let differences: Vec<u32> = decode(bytes)?;
    let numbers = differences.into_iter().map(|difference| {
        number = number.saturating_add(difference);
        number
    });
    Ok(numbers.collect())
}

/// Postings by name. The postings of one name are in the order in which they were made.
type NamePostings = HashMap<String, Vec<(u64, NamePosting)>>;

/// The names that the current import has given to elections or taken from them since the last
/// write.
#[derive(Debug, Default)]
pub(super) struct NameChanges {
    by_kind: [NamePostings; NameKind::ALL.len()],
}

impl NameChanges {
    pub(super) fn clear(&mut self) {
        self.by_kind.iter_mut().for_each(HashMap::clear);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_kind.iter().all(HashMap::is_empty)
    }

    pub(super) fn add(&mut self, kind: NameKind, name: &str, id: u64, posting: NamePosting) {
        let Some(names) = self.by_kind.get_mut(kind as usize) else { return };
        match names.get_mut(name) {
            // A record often states a name twice.
            Some(postings) if postings.last() == Some(&(id, posting)) => {}
            Some(postings) => postings.push((id, posting)),
            None => drop(names.insert(name.to_owned(), vec![(id, posting)])),
        }
    }

    /// Returns all names in order, each with the last posting of each election.
    pub(super) fn into_segment(self) -> BTreeMap<(NameKind, String), Vec<(u64, NamePosting)>> {
        let all = NameKind::ALL.into_iter().zip(self.by_kind);
        let names = all.flat_map(|(kind, names)| {
            names.into_iter().map(move |(name, postings)| ((kind, name), last_postings(postings)))
        });
        names.collect()
    }
}

/// Returns the last posting of each election, in ascending order of id.
pub(crate) fn last_postings(mut postings: Vec<(u64, NamePosting)>) -> Vec<(u64, NamePosting)> {
    if postings.len() > 1 {
        // The sort is stable, and the first of equal ids is kept.
        postings.reverse();
        postings.sort_by_key(|(id, _)| *id);
        postings.dedup_by_key(|(id, _)| *id);
    }
    postings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_posting_of_each_election_counts() {
        use NamePosting::{Added, Removed};
        let made = vec![(7, Added(None)), (3, Added(Some(1))), (7, Removed), (3, Added(Some(2)))];
        assert_eq!(last_postings(made), [(3, Added(Some(2))), (7, Removed)]);
        let numbers = [0, 3, 4, 90];
        assert_eq!(decode_numbers(&encode_numbers(&numbers).unwrap()).unwrap(), numbers);
    }
}
