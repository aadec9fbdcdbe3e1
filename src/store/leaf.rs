//! A run of neighbouring items, as a page holds them, and how changes go into one.

use std::cmp::Ordering;
use std::iter::Peekable;

use super::codec::Borrowed;
use crate::{Error, Result};

/// A run that has grown beyond this many bytes is divided.
const FULL: usize = 8 * 1024;

/// So many bytes are the number of items, and where a key or a value ends.
const WORD: usize = size_of::<u32>();

/// Items in the order of their keys, as they stand in a block: how many they are, where each key and each value ends,
/// and then keys and values. They are searched as they stand.
#[derive(Debug, Default)]
pub(super) struct Leaf {
    bytes: Vec<u8>,
    count: usize,
}

/// Puts items into the form of a [`Leaf`].
pub(super) fn pack(items: &Borrowed<'_>) -> Result<Vec<u8>> {
    let head = WORD * (1 + 2 * items.len());
    let size = items.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>() + head;
    // Every place in it is less than its length.
    u32::try_from(size).map_err(|_| Error::Store("a page is too long".to_owned()))?;
    let mut bytes = Vec::with_capacity(size);
    bytes.extend((items.len() as u32).to_le_bytes());
    let mut end = head;
    for part in items.iter().flat_map(|(key, value)| [key, value]) {
        end += part.len();
        bytes.extend((end as u32).to_le_bytes());
    }
    items.iter().flat_map(|(key, value)| [key, value]).for_each(|part| bytes.extend(*part));
    Ok(bytes)
}

impl Leaf {
    /// Takes what [`pack`] made.
    pub(super) fn new(bytes: Vec<u8>) -> Result<Self> {
        let damaged = || Error::Store("a page cannot be read".to_owned());
        let (count, rest) = bytes.split_first_chunk().ok_or_else(damaged)?;
        let count = u32::from_le_bytes(*count) as usize;
        let ends = count.checked_mul(2 * WORD).and_then(|ends| rest.get(..ends));
        let ends = ends.ok_or_else(damaged)?.as_chunks::<WORD>().0;
        let mut end = WORD + ends.as_flattened().len();
        for next in ends {
            let next = u32::from_le_bytes(*next) as usize;
            if next < end {
                return Err(damaged());
            }
            end = next;
        }
        if end == bytes.len() { Ok(Self { bytes, count }) } else { Err(damaged()) }
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Whether each key is behind the one before it.
    pub(super) fn is_ordered(&self) -> bool {
        self.from(0).is_sorted_by(|(one, _), (other, _)| one < other)
    }

    /// How many bytes it takes in memory, about.
    pub(super) fn weight(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn key(&self, at: usize) -> &[u8] {
        if at < self.count { self.part(2 * at) } else { &[] }
    }

    pub(super) fn value(&self, at: usize) -> &[u8] {
        if at < self.count { self.part(2 * at + 1) } else { &[] }
    }

    /// A key or a value, in the order in which they stand.
    fn part(&self, number: usize) -> &[u8] {
        let word = |at: usize| {
            let word = self.bytes.get(WORD * at..).and_then(<[u8]>::first_chunk);
            word.map_or(0, |word| u32::from_le_bytes(*word) as usize)
        };
        let start = if number == 0 { WORD * (1 + 2 * self.count) } else { word(number) };
        self.bytes.get(start..word(number + 1)).unwrap_or_default()
    }

    /// Where a key is, or where it would be.
    pub(super) fn search(&self, key: &[u8]) -> std::result::Result<usize, usize> {
        let (mut from, mut to) = (0, self.count);
        while from < to {
            let middle = from.midpoint(to);
            match self.key(middle).cmp(key) {
                Ordering::Equal => return Ok(middle),
                Ordering::Less => from = middle + 1,
                Ordering::Greater => to = middle,
            }
        }
        Err(from)
    }

    pub(super) fn get(&self, key: &[u8]) -> Option<&[u8]> {
        self.search(key).ok().map(|at| self.value(at))
    }

    /// The items from a place on.
    pub(super) fn from(&self, at: usize) -> impl Iterator<Item = (&[u8], &[u8])> {
        (at..self.count).map(|at| (self.key(at), self.value(at)))
    }

    /// The items, with the changes that come before `until` made to them.
    pub(super) fn changed<'a, 'b: 'a>(
        &'a self,
        changes: &mut Peekable<impl Iterator<Item = (&'b [u8], Option<&'b [u8]>)>>,
        until: Option<&[u8]>,
    ) -> Borrowed<'a> {
        let mut items = self.from(0).peekable();
        let mut all = Vec::with_capacity(self.len() + 16);
        while let Some((key, change)) =
            changes.next_if(|(key, _)| until.is_none_or(|until| *key < until))
        {
            while let Some(item) = items.next_if(|(other, _)| *other < key) {
                all.push(item);
            }
            items.next_if(|(other, _)| *other == key);
            all.extend(change.map(|value| (key, value)));
        }
        all.extend(items);
        all
    }
}

/// The shortest key that is behind one, and not behind another: what the other begins with, as far as it tells the
/// two apart.
pub(super) fn shortest_behind<'a>(before: &[u8], key: &'a [u8]) -> &'a [u8] {
    let common = before.iter().zip(key).take_while(|(one, other)| one == other).count();
    key.get(..=common).unwrap_or(key)
}

/// Divides items into runs that are not too long, and hands on each with the first key that it may hold: of
/// the first run, `start`, and of another what is `behind` the last key before it, and not behind its own first.
/// There is always a run; it is empty when there are no items.
pub(super) fn divide<'a>(
    start: &'a [u8],
    items: Borrowed<'a>,
    behind: fn(&[u8], &'a [u8]) -> &'a [u8],
    each: &mut dyn FnMut(&[u8], &Borrowed<'_>) -> Result<()>,
) -> Result<()> {
    let (mut start, mut run, mut size) = (start, Borrowed::new(), 0);
    for (key, value) in items {
        let added = key.len() + value.len();
        if let Some((before, _)) = run.last().filter(|_| size + added > FULL) {
            let next = behind(before, key);
            each(start, &run)?;
            run.clear();
            (start, size) = (next, 0);
        }
        size += added;
        run.push((key, value));
    }
    each(start, &run)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn a_leaf_has_what_was_packed(items: BTreeMap<Vec<u8>, Vec<u8>>, asked: Vec<u8>) {
            let borrowed: Borrowed<'_> =
                items.iter().map(|(key, value)| (key.as_slice(), value.as_slice())).collect();
            let leaf = Leaf::new(pack(&borrowed).unwrap()).unwrap();
            prop_assert_eq!(leaf.from(0).collect::<Vec<_>>(), borrowed.clone());
            for (at, (key, value)) in borrowed.iter().enumerate() {
                prop_assert_eq!(leaf.search(key), Ok(at));
                prop_assert_eq!(leaf.get(key), Some(*value));
            }
            let place = borrowed.binary_search_by(|(key, _)| (*key).cmp(&asked));
            prop_assert_eq!(leaf.search(&asked), place);
        }

        #[test]
        fn any_bytes_are_a_leaf_or_an_error(bytes: Vec<u8>, count in 0_u32..9) {
            for bytes in [bytes.clone(), [&count.to_le_bytes()[..], &bytes].concat()] {
                if let Ok(leaf) = Leaf::new(bytes) {
                    let read: usize = leaf.from(0).map(|(key, value)| key.len() + value.len()).sum();
                    prop_assert_eq!(read + WORD * (1 + 2 * leaf.len()), leaf.weight());
                }
            }
        }
    }
}
