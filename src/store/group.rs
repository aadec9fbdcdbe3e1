//! A group: a run of neighbouring items, searched as it stands in memory.

use std::cmp::Ordering;

use crate::{Error, Result};

/// Size of an item count or an offset, in bytes.
const WORD: usize = size_of::<u32>();

/// Size of the position at the end of an item's key, in bytes.
pub(super) const POSITION: usize = size_of::<u64>();

/// Items in key order: their number, the end offset of each key and each value, then keys and values.
#[derive(Debug, Default)]
pub(super) struct Group {
    bytes: Vec<u8>,
    count: usize,
}

/// A borrowed item: its key without the position, the position, and the value. An empty value is a deletion.
pub(super) type Item<'a> = (&'a [u8], u64, &'a [u8]);

/// Size of an item within a group, in bytes.
pub(super) fn size((key, _, value): &Item<'_>) -> usize {
    key.len() + POSITION + value.len() + 2 * WORD
}

/// Serialises items, which must be in order.
pub(super) fn pack(items: &[Item<'_>]) -> Result<Vec<u8>> {
    let head = WORD * (1 + 2 * items.len());
    let size = WORD + items.iter().map(size).sum::<usize>();
    // Every offset in it is less than its size.
    u32::try_from(size).map_err(|_| Error::Store("a group is too long".to_owned()))?;
    let mut bytes = Vec::with_capacity(size);
    bytes.extend((items.len() as u32).to_le_bytes());
    let mut end = head;
    for (key, _, value) in items {
        for length in [key.len() + POSITION, value.len()] {
            end += length;
            bytes.extend((end as u32).to_le_bytes());
        }
    }
    for (key, position, value) in items {
        bytes.extend_from_slice(key);
        bytes.extend_from_slice(&position.to_be_bytes());
        bytes.extend_from_slice(value);
    }
    Ok(bytes)
}

impl Group {
    /// Takes what [`pack`] returned.
    pub(super) fn new(bytes: Vec<u8>) -> Result<Self> {
        let damaged = || Error::Store("a group cannot be read".to_owned());
        let (count, rest) = bytes.split_first_chunk().ok_or_else(damaged)?;
        let count = u32::from_le_bytes(*count) as usize;
        let ends = count.checked_mul(2 * WORD).and_then(|ends| rest.get(..ends));
        let ends = ends.ok_or_else(damaged)?.as_chunks::<WORD>().0;
        let mut end = WORD + ends.as_flattened().len();
        for (at, next) in ends.iter().enumerate() {
            let next = u32::from_le_bytes(*next) as usize;
            let least = if at % 2 == 0 { end.saturating_add(POSITION) } else { end };
            if next < least {
                return Err(damaged());
            }
            end = next;
        }
        if end == bytes.len() { Ok(Self { bytes, count }) } else { Err(damaged()) }
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Size in memory, in bytes.
    pub(super) fn weight(&self) -> usize {
        self.bytes.len()
    }

    /// The key of an item with its position; empty behind the last.
    fn full_key(&self, at: usize) -> &[u8] {
        if at < self.count { self.part(2 * at) } else { &[] }
    }

    /// An item that exists.
    pub(super) fn item(&self, at: usize) -> Item<'_> {
        let (key, position) = split(self.full_key(at));
        (key, position, if at < self.count { self.part(2 * at + 1) } else { &[] })
    }

    /// All items.
    #[cfg(test)]
    pub(super) fn items(&self) -> impl Iterator<Item = Item<'_>> {
        (0..self.count).map(|at| self.item(at))
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

    /// The number of items whose keys are less than `key`.
    pub(super) fn lower_bound(&self, key: &[u8]) -> usize {
        self.partition(|(other, _)| other < key)
    }

    /// The number of items that stand at this key and position or before.
    pub(super) fn upper_bound(&self, key: &[u8], position: u64) -> usize {
        self.partition(|other| other <= (key, position))
    }

    fn partition(&self, before: impl Fn((&[u8], u64)) -> bool) -> usize {
        let (mut from, mut to) = (0, self.count);
        while from < to {
            let middle = from.midpoint(to);
            if before(split(self.full_key(middle))) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        from
    }

    /// The value that a key has as of a position, a deletion included.
    pub(super) fn get(&self, key: &[u8], position: u64) -> Option<&[u8]> {
        let (found, _, value) = self.item(self.upper_bound(key, position).checked_sub(1)?);
        (found == key).then_some(value)
    }
}

/// A full key without its position, and the position.
fn split(key: &[u8]) -> (&[u8], u64) {
    match key.split_last_chunk() {
        Some((key, position)) => (key, u64::from_be_bytes(*position)),
        None => (key, 0),
    }
}

/// Merges new values into the items of a group, both in key order. Drops values that nobody reads any more: those
/// superseded at or before `horizon`, and deletions of nothing.
pub(super) fn merge<'a>(
    old: impl Iterator<Item = Item<'a>>,
    new: impl Iterator<Item = Item<'a>>,
    horizon: u64,
) -> Vec<Item<'a>> {
    let (mut old, mut new) = (old.peekable(), new.peekable());
    let mut merged: Vec<Item<'a>> = Vec::new();
    loop {
        let next = match (old.peek(), new.peek()) {
            (Some(one), Some(other)) => {
                let (key, position, _) = one;
                match key.cmp(&other.0).then(position.cmp(&other.1)) {
                    Ordering::Less => old.next(),
                    // A flush that was stopped has left a value of the same position.
                    Ordering::Equal => {
                        old.next();
                        new.next()
                    }
                    Ordering::Greater => new.next(),
                }
            }
            (Some(_), None) => old.next(),
            (None, _) => new.next(),
        };
        let Some(item) = next else { break };
        let supersedes = |last: &Item<'_>| last.0 == item.0 && item.1 <= horizon;
        if merged.last().is_some_and(supersedes) {
            merged.pop();
        }
        let is_first = merged.last().is_none_or(|last| last.0 != item.0);
        if !(is_first && item.2.is_empty()) {
            merged.push(item);
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    type Owned = BTreeMap<(Vec<u8>, u64), Vec<u8>>;

    fn items() -> impl Strategy<Value = Owned> {
        let key = prop::collection::vec(1_u8..4, 0..3);
        let value = prop::collection::vec(any::<u8>(), 0..3);
        prop::collection::btree_map((key, 0_u64..6), value, 0..30)
    }

    fn borrowed(items: &Owned) -> Vec<Item<'_>> {
        items.iter().map(|((key, position), value)| (&key[..], *position, &value[..])).collect()
    }

    fn as_of(items: &[Item<'_>], key: &[u8], position: u64) -> Vec<u8> {
        let of_key = items.iter().filter(|item| item.0 == key && item.1 <= position);
        of_key.max_by_key(|item| item.1).map(|item| item.2.to_vec()).unwrap_or_default()
    }

    proptest! {
        #[test]
        fn a_group_answers_as_of_any_position(items in items(), key in prop::collection::vec(1_u8..4, 0..3)) {
            let items = borrowed(&items);
            let group = Group::new(pack(&items).unwrap()).unwrap();
            prop_assert_eq!(group.items().collect::<Vec<_>>(), items.clone());
            for position in 0..7 {
                let found = group.get(&key, position).unwrap_or_default().to_vec();
                prop_assert_eq!(found, as_of(&items, &key, position));
            }
        }

        #[test]
        fn a_merge_changes_nothing_that_is_read_from_the_horizon_on(old in items(), new in items(), horizon in 0_u64..6) {
            let new: Owned = new.into_iter().map(|((key, _), value)| ((key, 6), value)).collect();
            let merged = merge(borrowed(&old).into_iter(), borrowed(&new).into_iter(), horizon);
            prop_assert!(merged.is_sorted_by(|one, other| (one.0, one.1) < (other.0, other.1)));
            let all: Owned = old.clone().into_iter().chain(new.clone()).collect();
            for (key, _) in all.keys() {
                for position in horizon..8 {
                    prop_assert_eq!(as_of(&merged, key, position), as_of(&borrowed(&all), key, position));
                }
                let before = merged.iter().filter(|item| item.0 == key && item.1 <= horizon);
                prop_assert!(before.count() <= 1);
            }
        }

        #[test]
        fn any_bytes_are_a_group_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(group) = Group::new(bytes) {
                group.items().for_each(drop);
            }
        }
    }
}
