//! An ordered map over sled. Since sled's cost is per item, neighbouring items are packed into
//! groups. Each group is one item of sled, under its first key.
//!
//! The map holds several states. Each value has a *position*: the number of journal lines after
//! which it is valid. A read as of a position sees the values at or before it, so one state can be
//! read while the next is written. A value depends only on the lines before its position, so an
//! interrupted flush can be repeated.
//!
//! A key must not be another key followed by a zero byte. This keeps all values of a key adjacent.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::cache::{GroupCache, GroupRange};
use super::codec::{self, Packer};
use super::database::{Database, SledBytes, ensure_free_space, group_key};
use super::group::Group;
use crate::{Error, Result, StoreError, disk};

/// Key of the metadata, a value that sled stores beside the groups.
const METADATA_KEY: &[u8] = b"a";

/// New values by key; `None` deletes a key.
pub(crate) type Changes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

#[derive(Debug)]
pub(super) struct GroupMap {
    pub(super) path: PathBuf,
    pub(super) database: Database,
    cache: GroupCache,
}

impl GroupMap {
    /// Opens the map in a folder, or creates an empty one.
    pub(super) fn open(path: &Path) -> Result<Self> {
        ensure_free_space(path, 0)?;
        // sled gives its own files all permissions that the umask allows.
        disk::create_folder_with_mode(path, 0o770).map_err(Error::io("create", path))?;
        Ok(Self {
            path: path.to_owned(),
            database: Database::open(path)?,
            cache: GroupCache::new(),
        })
    }

    /// Returns the metadata, or `None` if none has been written.
    pub(super) fn metadata(&self) -> Result<Option<Vec<u8>>> {
        if let Some(packed) = self.database.get(METADATA_KEY)? {
            return codec::unpack(METADATA_KEY, &packed).map(Some);
        }
        match self.database.floor(&group_key(&[]))? {
            // The first write was interrupted before it wrote the metadata, and is repeated.
            Some((key, packed)) => codec::unpack(&key, &packed).map(|_| None),
            None if self.database.is_empty()? => Ok(None),
            None => Err(Error::Store(StoreError::OtherVersion)),
        }
    }

    /// Writes the metadata. If the metadata can be read, everything written before it can be read
    /// too.
    pub(super) fn write_metadata(&self, value: &[u8]) -> Result<()> {
        self.database.sync_large_nodes()?;
        self.database.insert(METADATA_KEY, &Packer::new()?.pack(METADATA_KEY, value)?)
    }

    /// Flushes all written data to the disk.
    pub(super) fn sync(&self) -> Result<()> {
        self.database.flush()
    }

    /// Passes the value of a key as of a position to `read`. Returns `None` if there is no value.
    pub(super) fn get<T>(
        &self,
        key: &[u8],
        position: u64,
        read: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<Option<T>> {
        let Some(GroupRange { group, .. }) = self.find(key)? else { return Ok(None) };
        let value = group.get(key, position).filter(|value| !value.is_empty());
        value.map(read).transpose()
    }

    /// Passes the last item at or before a key to `read`, whatever its position. The item must be
    /// of a kind whose values never change.
    pub(super) fn floor<T>(
        &self,
        key: &[u8],
        read: impl FnOnce(&[u8], &[u8]) -> Result<T>,
    ) -> Result<Option<T>> {
        let Some(GroupRange { group, .. }) = self.find(key)? else { return Ok(None) };
        let Some(at) = group.upper_bound(key, u64::MAX).checked_sub(1) else { return Ok(None) };
        let (key, _, value) = group.item(at);
        read(key, value).map(Some)
    }

    /// Returns the stored size of all groups, in bytes.
    pub(super) fn size(&self) -> Result<u64> {
        let (mut bytes, mut next) = (0, self.database.floor(&group_key(&[]))?);
        while let Some((key, packed)) = next {
            bytes += (key.len() + packed.len()) as u64;
            next = self.database.higher(&key)?;
        }
        Ok(bytes)
    }

    /// Returns the group whose range contains a key, if there is one.
    pub(super) fn find(&self, key: &[u8]) -> Result<Option<GroupRange>> {
        let key = group_key(key);
        let generation = match self.cache.get(&key) {
            Ok(found) => return Ok(Some(found)),
            Err(generation) => generation,
        };
        let Some((start, found)) = self.read_group(&key)? else { return Ok(None) };
        self.cache.insert(start, found.clone(), generation);
        Ok(Some(found))
    }

    /// Finds a group like [`GroupMap::find`], but does not cache a group that it reads.
    pub(super) fn find_uncached(&self, key: &[u8]) -> Result<Option<GroupRange>> {
        let key = group_key(key);
        match self.cache.get(&key) {
            Ok(found) => Ok(Some(found)),
            Err(_) => Ok(self.read_group(&key)?.map(|(_, found)| found)),
        }
    }

    fn read_group(&self, key: &[u8]) -> Result<Option<(SledBytes, GroupRange)>> {
        let Some((start, packed)) = self.database.floor(key)? else { return Ok(None) };
        let group = Arc::new(Group::parse(codec::unpack(&start, &packed)?)?);
        let end = self.database.higher(&start)?.map(|(key, _)| key);
        Ok(Some((start, GroupRange { group, end })))
    }

    /// Writes a group under a key that [`group_key`] returned.
    pub(super) fn insert(&self, key: &[u8], packed: &[u8]) -> Result<()> {
        let written = self.database.insert(key, packed);
        self.cache.invalidate(key);
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Returns the length of a value.
    fn get(groups: &GroupMap, key: &[u8], position: u64) -> Option<usize> {
        groups.get(key, position, |value| Ok(value.len())).unwrap()
    }

    fn scan(groups: &GroupMap, prefix: &[u8], position: u64) -> Vec<(Vec<u8>, usize)> {
        let items = groups.scan(prefix, position).map(Result::unwrap);
        items.map(|item| (item.key().to_vec(), item.value().len())).collect()
    }

    type State = BTreeMap<Vec<u8>, usize>;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Flushes changes. Some flushes are interrupted, and repeated with later changes at a
        /// later position.
        #[test]
        fn every_state_equals_that_of_a_plain_map(
            flushes in prop::collection::vec(
                (prop::collection::vec((1_u16..300, prop::option::of(1_usize..3000)), 1..80), prop::option::weighted(0.2, 0..40_usize)),
                1..12,
            ),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let groups = GroupMap::open(folder.path()).unwrap();
            let long = |key: u16| [&[7; 3][..], &(key | 0x0101).to_be_bytes(), &[1; 40]].concat();
            let mut states = vec![(0, State::new())];
            let mut pending = Changes::new();
            for (number, (changes, interrupted_after)) in (1_u64..).zip(flushes) {
                for (key, length) in changes {
                    pending.insert(long(key), length.map(|length| vec![key as u8; length]));
                }
                let horizon = states.last().unwrap().0;
                if let Some(stopped) = interrupted_after {
                    let part: Changes = pending.clone().into_iter().take(stopped).collect();
                    groups.write(&part, number, horizon).unwrap();
                    continue;
                }
                groups.write(&pending, number, horizon).unwrap();
                let mut state = states.last().unwrap().1.clone();
                for (key, value) in std::mem::take(&mut pending) {
                    match value {
                        Some(value) => state.insert(key, value.len()),
                        None => state.remove(&key),
                    };
                }
                states.push((number, state));
                // The previous state is still read while this one is written.
                for (position, state) in states.iter().rev().take(2) {
                    for prefix in [vec![], vec![7; 3], long(0)[..4].to_vec(), long(77)] {
                        let expected = state.clone().into_iter().filter(|(key, _)| key.starts_with(&prefix));
                        prop_assert!(scan(&groups, &prefix, *position) == expected.collect::<Vec<_>>());
                    }
                    for key in 1_u16..300 {
                        prop_assert_eq!(get(&groups, &long(key), *position), state.get(&long(key)).cloned());
                    }
                }
            }
        }
    }

    /// sled may fail to find the key before one that contains four consecutive bytes of 255 and
    /// begins a node. The search then ends without a result.
    #[test]
    fn every_key_is_found_whatever_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let groups = GroupMap::open(folder.path()).unwrap();
        let key =
            |number: u8, tail: u8| [&[number, 255, 255, 255, 255, 255][..], &[1, tail]].concat();
        for tail in 0..30 {
            let changes = (1..100).map(|number| (key(number, tail), Some(vec![7; 9_000])));
            groups.write(&changes.collect(), u64::from(tail), u64::from(tail)).unwrap();
        }
        for number in 1..100 {
            for tail in 0..30 {
                assert!(get(&groups, &key(number, tail), 40).is_some(), "{number} {tail}");
            }
            for between in [&[number][..], &[number, 1], &[number, 255, 255, 255]] {
                assert_eq!(get(&groups, between, 40), None, "{between:?}");
            }
        }
    }
}
