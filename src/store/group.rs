//! A group: a run of neighbouring items, searched in its serialised form.

use std::cmp::Ordering;

use crate::{Result, StoreError};

/// Target size of a group, in bytes. A read unpacks a whole group, but small groups compress less.
pub(super) const TARGET_GROUP_SIZE: usize = 16 * 1024;

/// Size of an item count or an offset, in bytes.
const WORD_SIZE: usize = size_of::<u32>();

/// Size of the position at the end of an item's key, in bytes.
pub(super) const POSITION_SIZE: usize = size_of::<u64>();

/// A group in serialised form: the number of items, the end offset of each key and value, then the
/// keys and values. The items are in key order.
#[derive(Debug, Default)]
pub(super) struct Group {
    bytes: Vec<u8>,
    count: usize,
}

/// An item: its key without the position, the position, and the value, empty for a deletion.
pub(super) type RawItem<'a> = (&'a [u8], u64, &'a [u8]);

/// Returns the size of an item within a group, in bytes.
pub(super) fn item_size((key, _, value): &RawItem<'_>) -> usize {
    key.len() + POSITION_SIZE + value.len() + 2 * WORD_SIZE
}

/// Serialises items, which must be sorted.
pub(super) fn serialize_items(items: &[RawItem<'_>]) -> Result<Vec<u8>> {
    let header_size = WORD_SIZE * (1 + 2 * items.len());
    let size = WORD_SIZE + items.iter().map(item_size).sum::<usize>();
    // No offset in the group exceeds the group's size, so every offset fits in 32 bits.
    u32::try_from(size).map_err(|_| StoreError::corrupt("a group is too long"))?;
    let mut bytes = Vec::with_capacity(size);
    bytes.extend((items.len() as u32).to_le_bytes());
    let mut end = header_size;
    for (key, _, value) in items {
        for length in [key.len() + POSITION_SIZE, value.len()] {
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
    /// Parses the bytes that [`serialize_items`] returned.
    pub(super) fn parse(bytes: Vec<u8>) -> Result<Self> {
        let damaged = || StoreError::corrupt("a group cannot be read");
        let (count, rest) = bytes.split_first_chunk().ok_or_else(damaged)?;
        let count = u32::from_le_bytes(*count) as usize;
        let ends = count.checked_mul(2 * WORD_SIZE).and_then(|ends| rest.get(..ends));
        let ends = ends.ok_or_else(damaged)?.as_chunks::<WORD_SIZE>().0;
        let mut end = WORD_SIZE + ends.as_flattened().len();
        for (at, next) in ends.iter().enumerate() {
            let next = u32::from_le_bytes(*next) as usize;
            let minimum = if at % 2 == 0 { end.saturating_add(POSITION_SIZE) } else { end };
            if next < minimum {
                return Err(damaged());
            }
            end = next;
        }
        if end == bytes.len() { Ok(Self { bytes, count }) } else { Err(damaged()) }
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Returns the size in memory, in bytes.
    pub(super) fn memory_size(&self) -> usize {
        self.bytes.len()
    }

    /// Returns the key of an item with its position, or an empty slice after the last item.
    fn full_key(&self, at: usize) -> &[u8] {
        if at < self.count { self.key_or_value(2 * at) } else { &[] }
    }

    /// Returns an item, which must exist.
    pub(super) fn item(&self, at: usize) -> RawItem<'_> {
        let (key, position) = split_position(self.full_key(at));
        (key, position, if at < self.count { self.key_or_value(2 * at + 1) } else { &[] })
    }

    /// Returns all items.
    #[cfg(test)]
    pub(super) fn items(&self) -> impl Iterator<Item = RawItem<'_>> {
        (0..self.count).map(|at| self.item(at))
    }

    /// Returns the key or value with this number. Keys and values alternate in the serialised form.
    fn key_or_value(&self, number: usize) -> &[u8] {
        let word = |at: usize| {
            let word = self.bytes.get(WORD_SIZE * at..).and_then(<[u8]>::first_chunk);
            word.map_or(0, |word| u32::from_le_bytes(*word) as usize)
        };
        let start = if number == 0 { WORD_SIZE * (1 + 2 * self.count) } else { word(number) };
        self.bytes.get(start..word(number + 1)).unwrap_or_default()
    }

    /// Returns the number of items whose keys are less than `key`.
    pub(super) fn lower_bound(&self, key: &[u8]) -> usize {
        self.partition_point(|(other, _)| other < key)
    }

    /// Returns the number of items at or before this key and position.
    pub(super) fn upper_bound(&self, key: &[u8], position: u64) -> usize {
        self.partition_point(|other| other <= (key, position))
    }

    fn partition_point(&self, predicate: impl Fn((&[u8], u64)) -> bool) -> usize {
        let (mut from, mut to) = (0, self.count);
        while from < to {
            let middle = from.midpoint(to);
            if predicate(split_position(self.full_key(middle))) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        from
    }

    /// Returns the value of a key as of a position. A deletion is an empty value.
    pub(super) fn get(&self, key: &[u8], position: u64) -> Option<&[u8]> {
        let (found, _, value) = self.item(self.upper_bound(key, position).checked_sub(1)?);
        (found == key).then_some(value)
    }
}

/// Splits a full key into the key and its position.
fn split_position(key: &[u8]) -> (&[u8], u64) {
    match key.split_last_chunk() {
        Some((key, position)) => (key, u64::from_be_bytes(*position)),
        None => (key, 0),
    }
}

/// Merges new values into the items of a group. Both are in key order. Drops values that were
/// superseded at or before `horizon`, and deletions without an earlier value.
pub(super) fn merge<'a>(
    old: impl Iterator<Item = RawItem<'a>>,
    new: impl Iterator<Item = RawItem<'a>>,
    horizon: u64,
) -> Vec<RawItem<'a>> {
    let (mut old, mut new) = (old.peekable(), new.peekable());
    let mut merged: Vec<RawItem<'a>> = Vec::new();
    loop {
        let next = match (old.peek(), new.peek()) {
            (Some(old_item), Some(new_item)) => {
                let (key, position, _) = old_item;
                match key.cmp(&new_item.0).then(position.cmp(&new_item.1)) {
                    Ordering::Less => old.next(),
                    // An interrupted flush has left a value with the same position.
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
        let supersedes = |last: &RawItem<'_>| last.0 == item.0 && item.1 <= horizon;
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

/// Returns the number of items before `end`, the first key of the next group. An interrupted flush
/// may leave items of the next group in this group too.
pub(super) fn valid_item_count(group: &Group, end: Option<&[u8]>) -> usize {
    end.map_or(group.len(), |end| group.lower_bound(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    type OwnedItems = BTreeMap<(Vec<u8>, u64), Vec<u8>>;

    fn items() -> impl Strategy<Value = OwnedItems> {
        let key = prop::collection::vec(1_u8..4, 0..3);
        let value = prop::collection::vec(any::<u8>(), 0..3);
        prop::collection::btree_map((key, 0_u64..6), value, 0..30)
    }

    fn borrowed(items: &OwnedItems) -> Vec<RawItem<'_>> {
        items.iter().map(|((key, position), value)| (&key[..], *position, &value[..])).collect()
    }

    fn as_of(items: &[RawItem<'_>], key: &[u8], position: u64) -> Vec<u8> {
        let of_key = items.iter().filter(|item| item.0 == key && item.1 <= position);
        of_key.max_by_key(|item| item.1).map(|item| item.2.to_vec()).unwrap_or_default()
    }

    proptest! {
        #[test]
        fn a_group_returns_values_as_of_any_position(items in items(), key in prop::collection::vec(1_u8..4, 0..3)) {
            let items = borrowed(&items);
            let group = Group::parse(serialize_items(&items).unwrap()).unwrap();
            prop_assert_eq!(group.items().collect::<Vec<_>>(), items.clone());
            for position in 0..7 {
                let found = group.get(&key, position).unwrap_or_default().to_vec();
                prop_assert_eq!(found, as_of(&items, &key, position));
            }
        }

        #[test]
        fn a_merge_preserves_reads_from_the_horizon_onwards(old in items(), new in items(), horizon in 0_u64..6) {
            let new: OwnedItems = new.into_iter().map(|((key, _), value)| ((key, 6), value)).collect();
            let merged = merge(borrowed(&old).into_iter(), borrowed(&new).into_iter(), horizon);
            prop_assert!(merged.is_sorted_by(|one, other| (one.0, one.1) < (other.0, other.1)));
            let all: OwnedItems = old.clone().into_iter().chain(new.clone()).collect();
            for (key, _) in all.keys() {
                for position in horizon..8 {
                    prop_assert_eq!(as_of(&merged, key, position), as_of(&borrowed(&all), key, position));
                }
                let before = merged.iter().filter(|item| item.0 == key && item.1 <= horizon);
                prop_assert!(before.count() <= 1);
            }
        }

        #[test]
        fn parsing_any_bytes_as_a_group_does_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(group) = Group::parse(bytes) {
                group.items().for_each(drop);
            }
        }
    }
}
