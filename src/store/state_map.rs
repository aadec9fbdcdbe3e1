//! Reads a state of the store: values as of a position, with unwritten changes on top.

use std::cmp::Ordering;
use std::collections::btree_map;
use std::iter::Peekable;

use super::group_map::{Changes, GroupMap};
use super::scan::{StateScan, StoredItem};
use crate::Result;

/// A state of the store.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StateMap<'s> {
    /// `None` if there are only changes.
    groups: Option<&'s GroupMap>,
    position: u64,
    changes: Option<&'s Changes>,
}

impl<'s> StateMap<'s> {
    /// Creates a state from the values as of a position, and changes to them.
    pub(super) fn new(
        groups: Option<&'s GroupMap>,
        position: u64,
        changes: Option<&'s Changes>,
    ) -> Self {
        Self { groups, position, changes }
    }

    /// Passes the value of a key to `read`. Returns `None` if the key has no value.
    pub(crate) fn get<T>(
        &self,
        key: &[u8],
        read: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<Option<T>> {
        if let Some(change) = self.changes.and_then(|changes| changes.get(key)) {
            return change.as_deref().map(read).transpose();
        }
        match self.groups {
            Some(groups) => groups.get(key, self.position, read),
            None => Ok(None),
        }
    }

    /// Passes the last written item at or before a key to `read`, whatever its position. The item
    /// must be of a kind whose values never change.
    pub(crate) fn floor<T>(
        &self,
        key: &[u8],
        read: impl FnOnce(&[u8], &[u8]) -> Result<T>,
    ) -> Result<Option<T>> {
        self.groups.map_or(Ok(None), |groups| groups.floor(key, read))
    }

    /// Returns the items whose keys begin with `prefix`, in key order.
    pub(crate) fn scan(&self, prefix: &[u8]) -> MergedItems<'s> {
        let written = self.groups.map(|groups| groups.scan(prefix, self.position).peekable());
        let changed = self.changes.map(|changes| changes.range(prefix.to_vec()..).peekable());
        MergedItems { prefix: prefix.to_vec(), written, changed }
    }
}

/// Changes from a key on, in order.
type ChangesFrom<'s> = btree_map::Range<'s, Vec<u8>, Option<Vec<u8>>>;

/// An iterator over items in key order, which merges written items and changes.
pub(crate) struct MergedItems<'s> {
    prefix: Vec<u8>,
    written: Option<Peekable<StateScan<'s>>>,
    changed: Option<Peekable<ChangesFrom<'s>>>,
}

/// An item: a key with its value.
pub(crate) enum Item<'s> {
    Written(StoredItem),
    Changed(&'s [u8], &'s [u8]),
}

impl Item<'_> {
    pub(crate) fn key(&self) -> &[u8] {
        match self {
            Self::Written(item) => item.key(),
            Self::Changed(key, _) => key,
        }
    }

    pub(crate) fn value(&self) -> &[u8] {
        match self {
            Self::Written(item) => item.value(),
            Self::Changed(_, value) => value,
        }
    }
}

impl<'s> Iterator for MergedItems<'s> {
    type Item = Result<Item<'s>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let written = self.written.as_mut().and_then(Peekable::peek);
            let changed = self.changed.as_mut().and_then(Peekable::peek);
            let changed = changed.filter(|(key, _)| key.starts_with(&self.prefix));
            let order = match (written, changed) {
                (Some(Ok(written)), Some((key, _))) => written.key().cmp(key),
                (None, None) => return None,
                (None, Some(_)) => Ordering::Greater,
                (Some(_), _) => Ordering::Less,
            };
            let written = if order.is_le() { self.written.as_mut()?.next() } else { None };
            if order.is_lt() {
                return written.map(|item| item.map(Item::Written));
            }
            // A change replaces the written value.
            if let Some((key, Some(value))) = self.changed.as_mut()?.next() {
                return Some(Ok(Item::Changed(key, value)));
            }
        }
    }
}
