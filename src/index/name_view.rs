//! Reads the index of names.

use std::collections::{BTreeMap, BTreeSet};

use super::keys::{self, StoreKey, last_number};
use super::names::{NAMES_PER_BLOCK, NamePosting, decode_block, decode_numbers};
use super::view::StateView;
use crate::model::NameKind;
use crate::{Result, StoreError};

/// Numbers of names, in ascending order, by the import whose segment has them.
pub(crate) type NameNumbers = BTreeMap<u64, Vec<u32>>;

/// A name in a segment, with its postings.
pub(crate) type SegmentName = (NameKind, String, Vec<(u64, NamePosting)>);

impl StateView<'_> {
    /// Returns the names with a word, or with any word that begins with it.
    pub(crate) fn names_with_word(&self, word: &str, is_prefix: bool) -> Result<NameNumbers> {
        let prefix = match is_prefix {
            true => StoreKey::words_prefix(word),
            false => StoreKey::word_prefix(word),
        };
        let mut names = NameNumbers::new();
        for item in self.scan(&prefix) {
            let item = item?;
            let numbers = decode_numbers(item.value())?;
            names.entry(last_number(item.key()).unwrap_or_default()).or_default().extend(numbers);
        }
        if is_prefix {
            for numbers in names.values_mut() {
                numbers.sort_unstable();
                numbers.dedup();
            }
        }
        Ok(names)
    }

    /// Returns every word of the index, once.
    pub(crate) fn name_words(&self) -> impl Iterator<Item = Result<String>> {
        let mut last = String::new();
        self.scan(&StoreKey::words_prefix("")).filter_map(move |item| {
            let word = match item {
                Ok(item) => keys::word_from_key(item.key()),
                Err(error) => return Some(Err(error)),
            };
            if word == last {
                return None;
            }
            last.clone_from(&word);
            Some(Ok(word))
        })
    }

    /// Passes the names of a segment with these numbers, which are in ascending order, to `add`.
    pub(crate) fn read_names(
        &self,
        import: u64,
        numbers: &[u32],
        add: &mut dyn FnMut(
            NameKind,
            &str,
            &dyn Fn() -> Result<Vec<(u64, NamePosting)>>,
        ) -> Result<()>,
    ) -> Result<()> {
        let block_of = |number: &u32| number / NAMES_PER_BLOCK;
        for of_block in numbers.chunk_by(|one, other| block_of(one) == block_of(other)) {
            let Some(block) = of_block.first().map(block_of) else { continue };
            let missing = || StoreError::missing(format!("names of import {import}"));
            let read = self.get(&StoreKey::Names(import, block), |bytes| {
                let rows = decode_block(bytes)?;
                for number in of_block {
                    let row = rows.get((number % NAMES_PER_BLOCK) as usize).ok_or_else(missing)?;
                    add(row.kind, row.name, &|| row.postings())?;
                }
                Ok(())
            })?;
            read.ok_or_else(missing)?;
        }
        Ok(())
    }

    /// Returns all names of a segment.
    pub(super) fn segment(&self, import: u64) -> Result<Vec<SegmentName>> {
        let mut names = Vec::new();
        for item in self.scan(&StoreKey::segment_prefix(import)) {
            let item = item?;
            for row in decode_block(item.value())? {
                names.push((row.kind, row.name.to_owned(), row.postings()?));
            }
        }
        Ok(names)
    }

    /// Returns whether each number that an item of the index has for a word is a name with the word.
    pub(super) fn are_names_with_word(
        &self,
        word: &str,
        import: u64,
        numbers: &[u32],
    ) -> Result<bool> {
        let (mut all, mut found) = (true, BTreeSet::new());
        self.read_names(import, numbers, &mut |kind, name, _| {
            all &= crate::model::index_words(name).iter().any(|own| own == word);
            found.insert((kind, name.to_owned()));
            Ok(())
        })?;
        Ok(all && found.len() == numbers.len())
    }
}
