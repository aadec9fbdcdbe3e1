//! Reads the index of names.

use std::collections::BTreeMap;

use super::keys::{StoreKey, last_number};
use super::names::{NAMES_PER_BLOCK, NamePosting, NameRow, decode_block, decode_words, word_start};
use super::view::StateView;
use crate::model::{NameKind, index_words};
use crate::{Result, StoreError};

/// Numbers of names, in ascending order, by the import whose segment has them.
pub(crate) type NameNumbers = BTreeMap<u64, Vec<u32>>;

/// A name in a segment, with its postings.
pub(crate) type SegmentName = (NameKind, String, Vec<(u64, NamePosting)>);

impl StateView<'_> {
    /// Returns the names with a word, or with any word that begins with it.
    pub(crate) fn names_with_word(&self, word: &str, is_prefix: bool) -> Result<NameNumbers> {
        let start = word_start(word);
        // A beginning that is shorter than the first characters has several items.
        let prefix = match is_prefix && start == word {
            true => StoreKey::all_words_prefix(start),
            false => StoreKey::words_prefix(start),
        };
        let mut names = NameNumbers::new();
        for item in self.scan(&prefix) {
            let item = item?;
            let rows = decode_words(item.value())?;
            let from = rows.partition_point(|row| row.word < word);
            let rows = rows.iter().skip(from);
            let found =
                rows.take_while(|row| row.word == word || is_prefix && row.word.starts_with(word));
            for row in found {
                let import = last_number(item.key()).unwrap_or_default();
                names.entry(import).or_default().extend(row.numbers()?);
            }
        }
        if is_prefix {
            for numbers in names.values_mut() {
                numbers.sort_unstable();
                numbers.dedup();
            }
        }
        Ok(names)
    }

    /// Passes every word of the index to `read`. A word may be repeated.
    pub(crate) fn for_each_name_word(&self, read: &mut dyn FnMut(&str)) -> Result<()> {
        for item in self.scan(&StoreKey::all_words_prefix("")) {
            decode_words(item?.value())?.iter().for_each(|row| read(row.word));
        }
        Ok(())
    }

    /// Passes the names of a segment with these numbers, which are in ascending order, to `add`.
    pub(crate) fn read_names(
        &self,
        import: u64,
        numbers: &[u32],
        add: &mut dyn FnMut(&NameRow<'_>) -> Result<()>,
    ) -> Result<()> {
        let block_of = |number: &u32| number / NAMES_PER_BLOCK;
        for of_block in numbers.chunk_by(|one, other| block_of(one) == block_of(other)) {
            let Some(block) = of_block.first().map(block_of) else { continue };
            let missing = || StoreError::missing(format!("names of import {import}"));
            let read = self.get(&StoreKey::Names(import, block), |bytes| {
                let rows = decode_block(bytes)?;
                for number in of_block {
                    let row = rows.get((number % NAMES_PER_BLOCK) as usize).ok_or_else(missing)?;
                    add(row)?;
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

    /// Returns whether an item of the index has names with each of its words.
    pub(super) fn is_consistent_word_item(&self, key: &[u8], value: &[u8]) -> Result<bool> {
        let import = last_number(key).unwrap_or_default();
        for row in decode_words(value)? {
            let numbers = row.numbers()?;
            let mut count = 0;
            self.read_names(import, &numbers, &mut |name| {
                count += usize::from(index_words(name.name).iter().any(|word| word == row.word));
                Ok(())
            })?;
            let is_own = StoreKey::NameWords(word_start(row.word), import).to_bytes() == key;
            if !is_own || count != numbers.len() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
