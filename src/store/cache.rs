//! Unpacked groups that were read lately, each found by any key in its range: to search sled for a group takes longer
//! than the rest of a look-up.

use std::collections::BTreeSet;
use std::ops::Bound::{Included, Unbounded};
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};

use quick_cache::sync::Cache;
use quick_cache::{DefaultHashBuilder, Lifecycle, Weighter};

use super::group::Group;
use super::groups::FULL;
use super::tree::Packed;

/// Size of the cache, in bytes.
const SIZE: u64 = 16 * 1024 * 1024;

/// A group and where its range ends.
#[derive(Debug, Clone)]
pub(super) struct GroupRange {
    pub(super) group: Arc<Group>,
    /// The key of the next group.
    pub(super) end: Option<Packed>,
}

/// The cached groups. Their ranges do not overlap.
///
/// A cached group may be older than the one that is stored, while that is being written. It still has every value that
/// a reader may ask for: those are as of earlier positions, and a write adds values of a later one.
#[derive(Debug)]
pub(super) struct GroupCache {
    groups: Cache<Packed, GroupRange, ByBytes, DefaultHashBuilder, Evicted>,
    index: RwLock<Index>,
}

#[derive(Debug, Default)]
struct Index {
    /// The keys of all cached groups.
    starts: BTreeSet<Packed>,
    generation: Generation,
}

/// Number of groups that were written since the store was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Generation(u64);

impl GroupCache {
    pub(super) fn new() -> Self {
        let groups = Cache::with(SIZE as usize / FULL, SIZE, ByBytes, <_>::default(), Evicted);
        Self { groups, index: RwLock::default() }
    }

    /// The group whose range has a key, or the generation for [`GroupCache::insert`].
    pub(super) fn get(&self, key: &[u8]) -> Result<GroupRange, Generation> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        self.containing(&index, key).map(|(_, range)| range).ok_or(index.generation)
    }

    fn containing<'i>(&self, index: &'i Index, key: &[u8]) -> Option<(&'i Packed, GroupRange)> {
        let start = index.starts.range::<[u8], _>((Unbounded, Included(key))).next_back()?;
        let range = self.groups.get(start)?;
        let contains = range.end.as_ref().is_none_or(|end| key < &**end);
        contains.then_some((start, range))
    }

    /// Caches a group that was read since a generation, unless another was written meanwhile.
    pub(super) fn insert(&self, start: Packed, range: GroupRange, since: Generation) {
        let mut index = self.write();
        if index.generation == since {
            index.starts.insert(start.clone());
            for evicted in self.groups.insert_with_lifecycle(start, range) {
                index.starts.remove(&evicted);
            }
        }
    }

    /// Forgets the groups that a new group under this key replaces, or whose ranges it cuts.
    pub(super) fn forget(&self, key: &[u8]) {
        let mut index = self.write();
        index.generation.0 += 1;
        while let Some(start) = self.containing(&index, key).map(|(start, _)| start.clone()) {
            index.starts.remove(&start);
            self.groups.remove(&start);
        }
    }

    fn write(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Clone)]
struct ByBytes;

impl Weighter<Packed, GroupRange> for ByBytes {
    fn weight(&self, start: &Packed, range: &GroupRange) -> u64 {
        (start.len() + range.group.weight()) as u64
    }
}

/// Tells the keys of groups that an insertion evicted.
#[derive(Debug, Clone)]
struct Evicted;

impl Lifecycle<Packed, GroupRange> for Evicted {
    type RequestState = Vec<Packed>;

    fn begin_request(&self) -> Vec<Packed> {
        Vec::new()
    }

    fn on_evict(&self, evicted: &mut Vec<Packed>, start: Packed, _: GroupRange) {
        evicted.push(start);
    }
}
