//! The index of names: which elections have a name, as one segment per import.
//!
//! A segment has the names that the import gave to elections or took from them, in order, and for
//! each word the numbers of the names with the word. The segments of all imports, in their order,
//! are the names of the current state.

use std::iter;

use serde::{Deserialize, Serialize, Serializer};

use super::interner::Interner;
use crate::Result;
use crate::model::NameKind;
use crate::store::{decode, decode_borrowed, encode_into};

/// Number of names in an item of the store.
pub(super) const NAMES_PER_BLOCK: u32 = 32;

/// What an import says about a name of an election.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum NamePosting {
    /// The election no longer has the name.
    #[default]
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
    #[serde(serialize_with = "serialize_bytes")]
    pub(super) postings: &'a [u8],
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

/// Serialises bytes at once. Otherwise, each would be serialised as a number.
fn serialize_bytes<S: Serializer>(
    bytes: &&[u8],
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_bytes(bytes)
}

/// Appends encoded postings, which are in ascending order of the election's id.
pub(super) fn encode_postings(bytes: &mut Vec<u8>, postings: &[(u64, NamePosting)]) -> Result<()> {
    let before = iter::once(0).chain(postings.iter().map(|(id, _)| *id));
    let differences = postings.iter().zip(before);
    encode_into(bytes, &Items(differences.map(|((id, posting), before)| (id - before, *posting))))
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
    #[serde(serialize_with = "serialize_bytes")]
    pub(super) numbers: &'a [u8],
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

/// Decodes words.
pub(super) fn decode_words(bytes: &[u8]) -> Result<Vec<WordRow<'_>>> {
    decode_borrowed(bytes)
}

/// Appends encoded numbers, which are in ascending order, each as its difference from the one before.
pub(super) fn encode_numbers(bytes: &mut Vec<u8>, numbers: &[u32]) -> Result<()> {
    let before = iter::once(0).chain(numbers.iter().copied());
    encode_into(bytes, &Items(numbers.iter().zip(before).map(|(number, before)| number - before)))
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

/// A sequence to be encoded, whose items are made when they are encoded.
#[derive(Clone)]
pub(super) struct Items<I>(pub(super) I);

impl<I: Iterator<Item: Serialize> + Clone> Serialize for Items<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

/// A function that reads a name and its postings.
pub(super) type NameReader<'r> =
    dyn FnMut(NameKind, &str, &[(u64, NamePosting)]) -> Result<()> + 'r;

/// The names of one kind, and their postings in the order in which they were made.
#[derive(Debug, Default)]
struct NamesOfKind {
    names: Interner,
    /// Each with the number of its name.
    postings: Vec<(u32, (u64, NamePosting))>,
}

/// The names that the current import has given to elections or taken from them since the last
/// write.
#[derive(Debug, Default)]
pub(super) struct NameChanges {
    by_kind: [NamesOfKind; NameKind::ALL.len()],
}

impl NameChanges {
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_kind.iter().all(|of_kind| of_kind.postings.is_empty())
    }

    pub(super) fn add(&mut self, kind: NameKind, name: &str, id: u64, posting: NamePosting) {
        if let Some(of_kind) = self.by_kind.get_mut(kind as usize) {
            of_kind.postings.push((of_kind.names.add(name), (id, posting)));
        }
    }

    /// Adds changes that were made later.
    pub(super) fn append(&mut self, later: &Self) {
        for (kind, of_kind) in NameKind::ALL.into_iter().zip(&later.by_kind) {
            for (name, (id, posting)) in &of_kind.postings {
                self.add(kind, of_kind.names.text(*name), *id, *posting);
            }
        }
    }

    /// Passes all names in order to `read`, each with the last posting of each election.
    pub(super) fn for_each_name(&self, read: &mut NameReader<'_>) -> Result<()> {
        for (kind, of_kind) in NameKind::ALL.into_iter().zip(&self.by_kind) {
            let postings = Grouped::new(of_kind.names.len(), &of_kind.postings);
            for name in of_kind.names.sorted() {
                let (text, postings) = (of_kind.names.text(name), postings.group(name));
                if postings.is_sorted_by(|one, other| one.0 < other.0) {
                    read(kind, text, postings)?;
                } else {
                    read(kind, text, &last_postings(postings.to_vec()))?;
                }
            }
        }
        Ok(())
    }
}

/// Values in groups, each in order of insertion.
pub(super) struct Grouped<T> {
    values: Vec<T>,
    /// The end of each group.
    ends: Vec<usize>,
}

impl<T: Copy + Default> Grouped<T> {
    /// Groups values, each of which has the number of its group.
    pub(super) fn new(groups: usize, given: &[(u32, T)]) -> Self {
        let mut ends = vec![0; groups];
        for (group, _) in given {
            ends.get_mut(*group as usize).into_iter().for_each(|count| *count += 1);
        }
        let mut next = 0;
        for end in &mut ends {
            next += std::mem::replace(end, next);
        }
        // Each end is now the start of its group, and moves with each value.
        let mut values = vec![T::default(); given.len()];
        for (group, value) in given {
            let Some(end) = ends.get_mut(*group as usize) else { continue };
            values.get_mut(*end).into_iter().for_each(|to| *to = *value);
            *end += 1;
        }
        Self { values, ends }
    }

    /// Returns the values of a group.
    pub(super) fn group(&self, group: u32) -> &[T] {
        let at = group as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        let end = self.ends.get(at).copied().unwrap_or_default();
        self.values.get(start.unwrap_or_default()..end).unwrap_or_default()
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
        let (numbers, mut bytes) = ([0, 3, 4, 90], Vec::new());
        encode_numbers(&mut bytes, &numbers).unwrap();
        assert_eq!(decode_numbers(&bytes).unwrap(), numbers);
    }
}
