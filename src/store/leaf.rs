//! A run of neighbouring items, as a page holds them, and how changes go into one.

use std::iter::Peekable;
use std::ops::Range;

use super::codec::{self, Borrowed};
use crate::{Error, Result};

/// A run that has grown beyond this many bytes is divided.
const FULL: usize = 8 * 1024;

/// Items in the order of their keys, ready to be searched.
#[derive(Debug, Default)]
pub(super) struct Leaf {
    bytes: Vec<u8>,
    /// Where in the bytes each key and its value are.
    items: Vec<(Range<u32>, Range<u32>)>,
}

impl Leaf {
    /// Takes what [`codec::pack`] made.
    pub(super) fn new(bytes: Vec<u8>) -> Result<Self> {
        let start = bytes.as_ptr() as usize;
        let range = |part: &[u8]| {
            // A run is far shorter than 4 GiB: its length is kept in as many bits.
            let from = (part.as_ptr() as usize).wrapping_sub(start) as u32;
            from..from + part.len() as u32
        };
        let items = codec::unpack(&bytes)?;
        if !items.is_sorted_by(|(one, _), (other, _)| one < other) {
            return Err(Error::Store("a page is out of order".to_owned()));
        }
        let items = items.into_iter().map(|(key, value)| (range(key), range(value))).collect();
        Ok(Self { bytes, items })
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// How many bytes it takes in memory, about.
    pub(super) fn weight(&self) -> usize {
        self.bytes.len() + self.items.len() * size_of::<(Range<u32>, Range<u32>)>()
    }

    pub(super) fn key(&self, at: usize) -> &[u8] {
        self.items.get(at).map_or(&[], |(key, _)| self.part(key))
    }

    pub(super) fn value(&self, at: usize) -> &[u8] {
        self.items.get(at).map_or(&[], |(_, value)| self.part(value))
    }

    fn part(&self, range: &Range<u32>) -> &[u8] {
        self.bytes.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    /// Where a key is, or where it would be.
    pub(super) fn search(&self, key: &[u8]) -> std::result::Result<usize, usize> {
        self.items.binary_search_by(|(other, _)| self.part(other).cmp(key))
    }

    pub(super) fn get(&self, key: &[u8]) -> Option<&[u8]> {
        self.search(key).ok().map(|at| self.value(at))
    }

    /// The items from a place on.
    pub(super) fn from(&self, at: usize) -> impl Iterator<Item = (&[u8], &[u8])> {
        let items = self.items.get(at..).unwrap_or_default().iter();
        items.map(|(key, value)| (self.part(key), self.part(value)))
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
