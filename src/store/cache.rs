//! A cache of unpacked groups. Any key in a group's range finds the group, without a slow search in
//! sled.

use std::collections::BTreeSet;
use std::ops::Bound::{Included, Unbounded};
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};

use quick_cache::sync::Cache;
use quick_cache::{DefaultHashBuilder, Lifecycle, Weighter};

use super::database::SledBytes;
use super::group::{Group, TARGET_GROUP_SIZE};

/// Maximum size of the cache, in bytes.
const CACHE_SIZE: u64 = 16 * 1024 * 1024;

/// A group, and the end of its range.
#[derive(Debug, Clone)]
pub(super) struct GroupRange {
    pub(super) group: Arc<Group>,
    /// Key of the next group; `None` for the last group.
    pub(super) end: Option<SledBytes>,
}

/// The cached groups. Their ranges do not overlap.
///
/// While a group is written, its cached copy may be older, but has all values at earlier positions.
#[derive(Debug)]
pub(super) struct GroupCache {
    groups: Cache<SledBytes, GroupRange, ByteWeighter, DefaultHashBuilder, EvictionCollector>,
    index: RwLock<RangeIndex>,
}

#[derive(Debug, Default)]
struct RangeIndex {
    /// Keys of all cached groups.
    starts: BTreeSet<SledBytes>,
    generation: Generation,
}

/// Number of groups written since the store was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Generation(u64);

impl GroupCache {
    pub(super) fn new() -> Self {
        let groups = Cache::with(
            CACHE_SIZE as usize / TARGET_GROUP_SIZE,
            CACHE_SIZE,
            ByteWeighter,
            <_>::default(),
            EvictionCollector,
        );
        Self { groups, index: RwLock::default() }
    }

    /// Returns the cached group whose range contains a key. If there is none, returns the current
    /// generation, with which the group can be inserted later.
    pub(super) fn get(&self, key: &[u8]) -> Result<GroupRange, Generation> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        self.find_containing(&index, key).map(|(_, range)| range).ok_or(index.generation)
    }

    fn find_containing<'i>(
        &self,
        index: &'i RangeIndex,
        key: &[u8],
    ) -> Option<(&'i SledBytes, GroupRange)> {
        let start = index.starts.range::<[u8], _>((Unbounded, Included(key))).next_back()?;
        let range = self.groups.get(start)?;
        let contains = range.end.as_ref().is_none_or(|end| key < &**end);
        contains.then_some((start, range))
    }

    /// Caches a group that was read in generation `generation`, unless any group was written since.
    pub(super) fn insert(&self, start: SledBytes, range: GroupRange, generation: Generation) {
        let mut index = self.write_index();
        if index.generation == generation {
            index.starts.insert(start.clone());
            for evicted in self.groups.insert_with_lifecycle(start, range) {
                index.starts.remove(&evicted);
            }
        }
    }

    /// Removes the groups that a new group under this key replaces or splits.
    pub(super) fn invalidate(&self, key: &[u8]) {
        let mut index = self.write_index();
        index.generation.0 += 1;
        while let Some(start) = self.find_containing(&index, key).map(|(start, _)| start.clone()) {
            index.starts.remove(&start);
            self.groups.remove(&start);
        }
    }

    fn write_index(&self) -> RwLockWriteGuard<'_, RangeIndex> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Clone)]
struct ByteWeighter;

impl Weighter<SledBytes, GroupRange> for ByteWeighter {
    fn weight(&self, start: &SledBytes, range: &GroupRange) -> u64 {
        (start.len() + range.group.memory_size()) as u64
    }
}

/// A collector of the keys of groups that an insertion evicts.
#[derive(Debug, Clone)]
struct EvictionCollector;

impl Lifecycle<SledBytes, GroupRange> for EvictionCollector {
    type RequestState = Vec<SledBytes>;

    fn begin_request(&self) -> Vec<SledBytes> {
        Vec::new()
    }

    fn on_evict(&self, evicted: &mut Vec<SledBytes>, start: SledBytes, _: GroupRange) {
        evicted.push(start);
    }
}
