//! Reading the items of a state, in order.

use std::sync::Arc;

use super::cache::GroupRange;
use super::group::Group;
use super::groups::{Groups, limit};
use super::tree::start_of;
use crate::Result;

/// Maximum number of groups of a scan that are put into the cache. A long one would drive out what is read often.
const CACHED: usize = 8;

/// The items of a state of the map, in order.
pub(super) struct Scan<'g> {
    groups: &'g Groups,
    prefix: Vec<u8>,
    position: u64,
    /// Number of groups that were read.
    read: usize,
    run: Option<Run>,
    /// An item that was read while looking for later values of the one before it.
    held: Option<Stored>,
}

/// The items of a group that are still to be read, and the first key of the group behind it.
struct Run {
    group: Arc<Group>,
    at: usize,
    limit: usize,
    next: Option<Vec<u8>>,
}

/// An item within a group.
pub(crate) struct Stored(Arc<Group>, usize);

impl Stored {
    pub(super) fn key(&self) -> &[u8] {
        self.0.item(self.1).0
    }

    pub(super) fn value(&self) -> &[u8] {
        self.0.item(self.1).2
    }
}

impl<'g> Scan<'g> {
    pub(super) fn new(groups: &'g Groups, prefix: &[u8], position: u64) -> Self {
        let prefix = prefix.to_vec();
        Self { groups, prefix, position, read: 0, run: None, held: None }
    }

    /// The items from a key on. The group may be an older one, of a wider range, or all of it stand before the prefix.
    fn run_from(&mut self, key: &[u8]) -> Result<Option<Run>> {
        self.read += 1;
        let is_short = self.read <= CACHED;
        let found = if is_short { self.groups.find(key)? } else { self.groups.find_once(key)? };
        let Some(GroupRange { group, end }) = found else { return Ok(None) };
        let next = end.map(|end| start_of(&end));
        let limit = limit(&group, next.as_deref());
        Ok(Some(Run { at: group.lower_bound(key.max(&self.prefix)), group, limit, next }))
    }

    /// The next item whatever its position.
    fn step(&mut self) -> Result<Option<Stored>> {
        if self.read == 0 {
            self.run = self.run_from(&self.prefix.clone())?;
        }
        loop {
            let Some(run) = &mut self.run else { return Ok(None) };
            if run.at < run.limit {
                run.at += 1;
                let item = Stored(Arc::clone(&run.group), run.at - 1);
                if item.key().starts_with(&self.prefix) {
                    return Ok(Some(item));
                }
                self.run = None;
                return Ok(None);
            }
            let next = run.next.take();
            self.run = next.map(|key| self.run_from(&key)).transpose()?.flatten();
        }
    }

    fn find_next(&mut self) -> Result<Option<Stored>> {
        let mut found = self.held.take();
        loop {
            let Some(item) = self.step()? else {
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
                self.held = found;
                return Ok(Some(last));
            }
        }
    }
}

impl Iterator for Scan<'_> {
    type Item = Result<Stored>;

    fn next(&mut self) -> Option<Self::Item> {
        self.find_next().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::super::groups::Changes;
    use super::*;

    /// The group that stands before a prefix may be divided when it has been read and the next one has not: then the
    /// next is its own second half, which stands before the prefix as well.
    #[test]
    fn a_scan_goes_on_to_its_prefix_where_the_group_before_was_divided_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let groups = Groups::open(folder.path()).unwrap();
        let key = |number: u32| format!("{}{number:03}", if number < 60 { 'a' } else { 'b' });
        let items: Changes =
            (0..80).map(|number| (key(number).into_bytes(), Some(vec![7; 1_000]))).collect();
        groups.write(&items, 1, 1).unwrap();
        let (mut begin, mut before) = (b"a".to_vec(), 0);
        while let Some(GroupRange { group, end: Some(end) }) = groups.find(&begin).unwrap()
            && start_of(&end).starts_with(b"a")
        {
            let mut scan = Scan::new(&groups, b"b", 1);
            let at = group.lower_bound(b"b");
            scan.read = 1;
            scan.run = Some(Run { at, limit: at, group, next: Some(start_of(&end)) });
            assert_eq!(scan.map(Result::unwrap).count(), 20, "from {begin:?}");
            begin = start_of(&end);
            before += 1;
        }
        assert!(before > 1, "{before} groups stand before the prefix");
    }
}
