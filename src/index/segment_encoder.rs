//! Encodes a segment of the index of names: blocks of names, and the words of the names.

use std::ops::Range;

use super::interner::Interner;
use super::names::{
    Grouped, Items, NAMES_PER_BLOCK, NamePosting, NameRow, WordRow, encode_numbers,
    encode_postings, word_start,
};
use crate::Result;
use crate::model::{NameKind, for_each_index_word};
use crate::store::encode;

/// A segment in the making. Names are added in order.
#[derive(Default)]
pub(super) struct SegmentEncoder {
    blocks: Vec<Vec<u8>>,
    /// The names since the last block: each with its range in `names` and that of its postings in
    /// `postings`.
    rows: Vec<(NameKind, Range<usize>, Range<usize>)>,
    names: String,
    postings: Vec<u8>,
    name_count: u32,
    words: Interner,
    /// The number of a word, and that of a name with it.
    occurrences: Vec<(u32, u32)>,
    lowercase: String,
}

impl SegmentEncoder {
    /// Adds a name with its postings, unless it has no words.
    pub(super) fn add(
        &mut self,
        kind: NameKind,
        name: &str,
        postings: &[(u64, NamePosting)],
    ) -> Result<()> {
        let Self { words, occurrences, name_count, .. } = self;
        let before = occurrences.len();
        for_each_index_word(name, &mut self.lowercase, &mut |word| {
            occurrences.push((words.add(word), *name_count));
        });
        if occurrences.len() == before {
            return Ok(());
        }
        let (name_start, start) = (self.names.len(), self.postings.len());
        self.names.push_str(name);
        encode_postings(&mut self.postings, postings)?;
        self.rows.push((kind, name_start..self.names.len(), start..self.postings.len()));
        self.name_count += 1;
        if self.name_count.is_multiple_of(NAMES_PER_BLOCK) { self.end_block() } else { Ok(()) }
    }

    fn end_block(&mut self) -> Result<()> {
        let rows = self.rows.iter().map(|(kind, name, postings)| NameRow {
            kind: *kind,
            name: self.names.get(name.clone()).unwrap_or_default(),
            postings: self.postings.get(postings.clone()).unwrap_or_default(),
        });
        self.blocks.push(encode(&Items(rows))?);
        self.rows.clear();
        self.names.clear();
        self.postings.clear();
        Ok(())
    }

    /// Passes the blocks of names to `put`, each with its number.
    pub(super) fn finish(&mut self, put: &mut dyn FnMut(u32, Vec<u8>)) -> Result<()> {
        if !self.rows.is_empty() {
            self.end_block()?;
        }
        (0..).zip(self.blocks.drain(..)).for_each(|(number, block)| put(number, block));
        Ok(())
    }

    /// Passes the words to `put`, each item with the first characters of its words.
    pub(super) fn encode_words(&self, put: &mut dyn FnMut(&str, Vec<u8>)) -> Result<()> {
        let names = Grouped::new(self.words.len(), &self.occurrences);
        let (mut numbers, mut bytes, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        let start_of = |word: u32| word_start(self.words.text(word));
        let sorted = self.words.sorted();
        for with_start in sorted.chunk_by(|one, other| start_of(*one) == start_of(*other)) {
            let Some(first) = with_start.first() else { continue };
            bytes.clear();
            rows.clear();
            for word in with_start {
                let start = bytes.len();
                numbers.clear();
                numbers.extend_from_slice(names.group(*word));
                // A name may have a word twice.
                numbers.dedup();
                encode_numbers(&mut bytes, &numbers)?;
                rows.push((*word, start..bytes.len()));
            }
            let encoded = encode(&Items(rows.iter().map(|(word, numbers)| WordRow {
                word: self.words.text(*word),
                numbers: bytes.get(numbers.clone()).unwrap_or_default(),
            })))?;
            put(start_of(*first), encoded);
        }
        Ok(())
    }
}
