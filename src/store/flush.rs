//! Writes changes: several threads merge the changes into groups and pack the groups.

use std::collections::btree_map;
use std::ops::Bound;
use std::path::Path;
use std::{iter, thread};

use super::codec::{self, Packer};
use super::database::{WRITE_AMPLIFICATION, ensure_free_space, first_key_of, group_key};
use super::group::{self, Group, RawItem, TARGET_GROUP_SIZE, valid_item_count};
use super::group_map::{Changes, GroupMap};
use crate::{Error, Result};

/// Number of packed bytes between two checks of free space. Changes larger than this, in bytes, are
/// written by several threads.
const SPACE_CHECK_INTERVAL: usize = 1024 * 1024;

/// A range of keys.
type KeyRange<'k> = (Bound<&'k [u8]>, Bound<&'k [u8]>);

/// Maximum number of threads that pack groups.
const MAX_THREADS: usize = 8;

impl GroupMap {
    /// Writes changes as of a position. Drops values that were superseded at or before `horizon`.
    pub(super) fn write(&self, changes: &Changes, position: u64, horizon: u64) -> Result<()> {
        let bytes: usize = changes.iter().map(|(key, value)| size_of_change(key, value)).sum();
        // The packed size is not known in advance, so free space is checked at intervals.
        let check_interval = bytes.min(SPACE_CHECK_INTERVAL);
        let thread_count = match thread::available_parallelism() {
            Ok(threads) if bytes > SPACE_CHECK_INTERVAL => threads.get().min(MAX_THREADS),
            _ => 1,
        };
        let firsts = (1..thread_count)
            .filter_map(|part| changes.keys().nth(part * changes.len() / thread_count));
        let mut starts: Vec<&[u8]> = firsts.map(Vec::as_slice).collect();
        starts.dedup();
        // No two threads may write the same group.
        for start in &starts {
            self.split_group_at(start)?;
        }
        let ends = starts.iter().copied().map(Bound::Excluded).chain([Bound::Unbounded]);
        let starts = iter::once([].as_slice()).chain(starts.iter().copied()).map(Bound::Included);
        let ranges: Vec<KeyRange<'_>> = starts.zip(ends).collect();
        let write = &|range| {
            self.write_range(changes.range::<[u8], _>(range), check_interval, position, horizon)
        };
        let Some((first, others)) = ranges.split_first() else { return Ok(()) };
        thread::scope(|scope| {
            let threads: Vec<_> = others
                .iter()
                .map(|range| thread::Builder::new().spawn_scoped(scope, move || write(*range)))
                .collect();
            let mut written = write(*first);
            for (range, thread) in others.iter().zip(threads) {
                written = written.and(match thread {
                    Ok(thread) => thread.join().unwrap_or_else(|_| Err(thread_error())),
                    // If a thread could not start, this thread writes that thread's range.
                    Err(_) => write(*range),
                });
            }
            written
        })
    }

    fn write_range(
        &self,
        changes: btree_map::Range<'_, Vec<u8>, Option<Vec<u8>>>,
        check_interval: usize,
        position: u64,
        horizon: u64,
    ) -> Result<()> {
        let mut writer = GroupWriter {
            groups: self,
            packer: Packer::new()?,
            check_interval,
            bytes_until_check: 0,
        };
        let mut changes = changes.peekable();
        while let Some((key, _)) = changes.peek() {
            let (key, group, end) = self.find_to_write(key)?;
            let is_within = |key: &[u8]| end.as_deref().is_none_or(|end| key < end);
            let new = iter::from_fn(|| {
                let (key, value) = changes.next_if(|(key, _)| is_within(key))?;
                Some((key.as_slice(), position, value.as_deref().unwrap_or_default()))
            });
            let old = (0..valid_item_count(&group, end.as_deref())).map(|at| group.item(at));
            let merged = group::merge(old, new, horizon);
            writer.write(&key, &split_into_runs(&merged))?;
        }
        Ok(())
    }

    /// Splits the group that contains a key, so that one group begins with the key.
    fn split_group_at(&self, start: &[u8]) -> Result<()> {
        let (key, group, end) = self.find_to_write(start)?;
        if first_key_of(&key) == start {
            return Ok(());
        }
        let items = (0..valid_item_count(&group, end.as_deref()))
            .map(|at| group.item(at))
            .collect::<Vec<_>>();
        let (lower, upper) = items.split_at(group.lower_bound(start).min(items.len()));
        let mut writer = GroupWriter {
            groups: self,
            packer: Packer::new()?,
            check_interval: SPACE_CHECK_INTERVAL,
            bytes_until_check: 0,
        };
        writer.write(&group_key(start), &[upper])?;
        writer.write(&key, &[lower])
    }

    /// Returns the group that contains a key, with its own key and the first key of the next group.
    fn find_to_write(&self, key: &[u8]) -> Result<(Vec<u8>, Group, Option<Vec<u8>>)> {
        let (key, group) = match self.database.floor(&group_key(key))? {
            Some((key, packed)) => {
                let group = Group::parse(codec::unpack(&key, &packed)?)?;
                (key.to_vec(), group)
            }
            None => (group_key(&[]), Group::default()),
        };
        let end = self.database.higher(&key)?.map(|(key, _)| first_key_of(&key));
        Ok((key, group, end))
    }
}

/// A writer that packs groups.
struct GroupWriter<'g> {
    groups: &'g GroupMap,
    packer: Packer,
    /// Number of packed bytes between two checks of free space, and the number left until the next
    /// check.
    check_interval: usize,
    bytes_until_check: usize,
}

impl GroupWriter<'_> {
    /// Writes each run of items as a group, the first run under `key`. Readers find every item at
    /// any moment, because the other groups are written before the first one is shortened.
    fn write(&mut self, key: &[u8], runs: &[&[RawItem<'_>]]) -> Result<()> {
        for (at, run) in runs.iter().enumerate().rev() {
            let start = run.first().filter(|_| at > 0).map(|(start, ..)| group_key(start));
            let key = start.as_deref().unwrap_or(key);
            let packed = self.packer.pack(key, &group::serialize_items(run)?)?;
            if packed.len() > self.bytes_until_check {
                self.bytes_until_check = self.check_interval.max(packed.len());
                ensure_free_space(
                    &self.groups.path,
                    WRITE_AMPLIFICATION * self.bytes_until_check as u64,
                )?;
            }
            self.bytes_until_check -= packed.len();
            self.groups.insert(key, &packed)?;
        }
        Ok(())
    }
}

fn size_of_change(key: &[u8], value: &Option<Vec<u8>>) -> usize {
    key.len() + value.as_ref().map_or(0, Vec::len)
}

fn thread_error() -> Error {
    Error::worker_exited("write", Path::new("store"))
}

/// Minimum weight of an item when items are split into groups, in bytes. It makes groups of small
/// items smaller, because a read needs one item but unpacks the whole group.
const MIN_ITEM_WEIGHT: usize = 256;

/// Splits items into runs of similar sizes, near [`TARGET_GROUP_SIZE`]. All values of a key are in
/// one run.
fn split_into_runs<'i, 'a>(items: &'i [RawItem<'a>]) -> Vec<&'i [RawItem<'a>]> {
    let weight = |item: &RawItem<'_>| group::item_size(item).max(MIN_ITEM_WEIGHT);
    let size: usize = items.iter().map(weight).sum();
    let (mut runs_left, mut runs) = (size.div_ceil(TARGET_GROUP_SIZE).max(1), Vec::new());
    let (mut rest, mut rest_size) = (items, size);
    while runs_left > 1 {
        let (target, mut count, mut run_size) = (rest_size / runs_left, 0, 0);
        for key_items in rest.chunk_by(|one, other| one.0 == other.0) {
            let size: usize = key_items.iter().map(weight).sum();
            if count > 0 && run_size + size > target + size / 2 {
                break;
            }
            (count, run_size) = (count + key_items.len(), run_size + size);
        }
        let (run, remainder) = rest.split_at(count);
        runs.push(run);
        (rest, rest_size, runs_left) = (remainder, rest_size - run_size, runs_left - 1);
        if rest.is_empty() {
            return runs;
        }
    }
    runs.push(rest);
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_divided_evenly() {
        let values = vec![0; 3_000];
        let keys: Vec<[u8; 2]> = (0..1_000_u16).map(u16::to_be_bytes).collect();
        let items: Vec<RawItem<'_>> = keys.iter().map(|key| (&key[..], 1, &values[..])).collect();
        for count in [0, 1, 2, 6, 7, 100, 1_000] {
            let runs = split_into_runs(&items[..count]);
            assert_eq!(runs.concat(), &items[..count]);
            let sizes: Vec<usize> =
                runs.iter().map(|run| run.iter().map(group::item_size).sum()).collect();
            assert!(
                sizes.iter().all(|size| *size <= TARGET_GROUP_SIZE + 3_100),
                "{count}: {sizes:?}"
            );
            assert!(
                count < 100 || sizes.iter().all(|size| *size > TARGET_GROUP_SIZE / 2),
                "{count}: {sizes:?}"
            );
        }
    }
}
