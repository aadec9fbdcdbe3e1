//! Reads the items of a state, in key order.

use std::sync::Arc;

use super::cache::GroupRange;
use super::database::first_key_of;
use super::group::{Group, valid_item_count};
use super::group_map::GroupMap;
use crate::Result;

/// Maximum number of groups that a scan caches. A long scan would evict frequently read groups.
const MAX_CACHED_GROUPS: usize = 8;

/// An iterator over the items of a state, in key order.
pub(super) struct StateScan<'g> {
    groups: &'g GroupMap,
    prefix: Vec<u8>,
    position: u64,
    /// Number of groups read so far.
    groups_read: usize,
    items: Option<GroupItems>,
    /// The first visible item of the next key, read in the search for later values of the previous
    /// key.
    pending: Option<StoredItem>,
}

/// The unread items of a group, and the first key of the next group.
struct GroupItems {
    group: Arc<Group>,
    index: usize,
    limit: usize,
    next_key: Option<Vec<u8>>,
}

/// An item within a group.
pub(crate) struct StoredItem(Arc<Group>, usize);

impl StoredItem {
    pub(super) fn key(&self) -> &[u8] {
        self.0.item(self.1).0
    }

    pub(super) fn value(&self) -> &[u8] {
        self.0.item(self.1).2
    }
}

impl GroupMap {
    /// Returns the items as of a position whose keys begin with `prefix`, in key order.
    pub(super) fn scan(&self, prefix: &[u8], position: u64) -> StateScan<'_> {
        StateScan::new(self, prefix, position)
    }
}

impl<'g> StateScan<'g> {
    pub(super) fn new(groups: &'g GroupMap, prefix: &[u8], position: u64) -> Self {
        let prefix = prefix.to_vec();
        Self { groups, prefix, position, groups_read: 0, items: None, pending: None }
    }

    /// Returns the items from a key on, in the group that contains the key. The group may begin
    /// before the key, because a cached group may still have its range from before a split.
    fn items_from(&mut self, key: &[u8]) -> Result<Option<GroupItems>> {
        self.groups_read += 1;
        let should_cache = self.groups_read <= MAX_CACHED_GROUPS;
        let found =
            if should_cache { self.groups.find(key)? } else { self.groups.find_uncached(key)? };
        let Some(GroupRange { group, end }) = found else { return Ok(None) };
        let next = end.map(|end| first_key_of(&end));
        let limit = valid_item_count(&group, next.as_deref());
        Ok(Some(GroupItems {
            index: group.lower_bound(key.max(&self.prefix)),
            group,
            limit,
            next_key: next,
        }))
    }

    /// Returns the next item, whatever its position.
    fn next_at_any_position(&mut self) -> Result<Option<StoredItem>> {
        if self.groups_read == 0 {
            self.items = self.items_from(&self.prefix.clone())?;
        }
        loop {
            let Some(items) = &mut self.items else { return Ok(None) };
            if items.index < items.limit {
                items.index += 1;
                let item = StoredItem(Arc::clone(&items.group), items.index - 1);
                if item.key().starts_with(&self.prefix) {
                    return Ok(Some(item));
                }
                self.items = None;
                return Ok(None);
            }
            let next = items.next_key.take();
            self.items = next.map(|key| self.items_from(&key)).transpose()?.flatten();
        }
    }

    fn next_visible(&mut self) -> Result<Option<StoredItem>> {
        let mut found = self.pending.take();
        loop {
            let Some(item) = self.next_at_any_position()? else {
                return Ok(found.filter(|found| !found.value().is_empty()));
            };
            if item.0.item(item.1).1 > self.position {
                continue;
            }
            if let Some(last) = found.replace(item)
                && let Some(item) = &found
                && last.key() != item.key()
                && !last.value().is_empty()
            {
                self.pending = found;
                return Ok(Some(last));
            }
        }
    }
}

impl Iterator for StateScan<'_> {
    type Item = Result<StoredItem>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_visible().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::super::group_map::Changes;
    use super::*;

    /// The group before a prefix may be split after it is read and before the next group is read.
    /// The next group is then the second half of the split group, which also precedes the prefix.
    #[test]
    fn a_scan_reaches_its_prefix_after_a_concurrent_split() {
        let folder = tempfile::tempdir().unwrap();
        let groups = GroupMap::open(folder.path()).unwrap();
        let key = |number: u32| format!("{}{number:03}", if number < 60 { 'a' } else { 'b' });
        let items: Changes =
            (0..80).map(|number| (key(number).into_bytes(), Some(vec![7; 1_000]))).collect();
        groups.write(&items, 1, 1).unwrap();
        let (mut begin, mut before) = (b"a".to_vec(), 0);
        while let Some(GroupRange { group, end: Some(end) }) = groups.find(&begin).unwrap()
            && first_key_of(&end).starts_with(b"a")
        {
            let mut scan = StateScan::new(&groups, b"b", 1);
            let at = group.lower_bound(b"b");
            scan.groups_read = 1;
            scan.items = Some(GroupItems {
                index: at,
                limit: at,
                group,
                next_key: Some(first_key_of(&end)),
            });
            assert_eq!(scan.map(Result::unwrap).count(), 20, "from {begin:?}");
            begin = first_key_of(&end);
            before += 1;
        }
        assert!(before > 1, "{before} groups stand before the prefix");
    }
}
