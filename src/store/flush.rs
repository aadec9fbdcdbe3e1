//! Writing changes: they are merged into the groups that they belong to, which several threads pack.

use std::collections::btree_map;
use std::iter;
use std::ops::Bound;
use std::path::Path;
use std::thread;

use super::codec::{self, Packer};
use super::group::{self, Group, Item};
use super::groups::{Changes, FULL, Groups, limit};
use super::tree::{GROWTH, ensure_free_space, group_key, start_of};
use crate::{Error, Result};

/// Number of packed bytes that are written before the disk is asked again whether it has space; and of bytes to write
/// from which on several threads pack them.
const PIECE: usize = 1024 * 1024;

/// A range of keys.
type KeyRange<'k> = (Bound<&'k [u8]>, Bound<&'k [u8]>);

/// Maximum number of threads that pack groups.
const THREADS: usize = 8;

impl Groups {
    /// Writes changes under a position. Drops what nobody reads any more: values superseded at or before `horizon`.
    pub(super) fn write(&self, changes: &Changes, position: u64, horizon: u64) -> Result<()> {
        let bytes: usize = changes.iter().map(|(key, value)| size_of_change(key, value)).sum();
        // How well it packs is known when it is packed, so space is looked for piece by piece.
        let piece = bytes.min(PIECE);
        let parts = match thread::available_parallelism() {
            Ok(threads) if bytes > PIECE => threads.get().min(THREADS),
            _ => 1,
        };
        let firsts = (1..parts).filter_map(|part| changes.keys().nth(part * changes.len() / parts));
        let mut starts: Vec<&[u8]> = firsts.map(Vec::as_slice).collect();
        starts.dedup();
        // Each thread has groups of its own.
        for start in &starts {
            self.split(start)?;
        }
        let ends = starts.iter().copied().map(Bound::Excluded).chain([Bound::Unbounded]);
        let starts = iter::once([].as_slice()).chain(starts.iter().copied()).map(Bound::Included);
        let ranges: Vec<KeyRange<'_>> = starts.zip(ends).collect();
        let part =
            &|range| self.write_part(changes.range::<[u8], _>(range), piece, position, horizon);
        let Some((own, others)) = ranges.split_first() else { return Ok(()) };
        thread::scope(|scope| {
            let threads: Vec<_> = others
                .iter()
                .map(|range| thread::Builder::new().spawn_scoped(scope, move || part(*range)))
                .collect();
            let mut written = part(*own);
            for (range, thread) in others.iter().zip(threads) {
                written = written.and(match thread {
                    Ok(thread) => thread.join().unwrap_or_else(|_| Err(stopped())),
                    // What has no thread of its own is written by this one.
                    Err(_) => part(*range),
                });
            }
            written
        })
    }

    fn write_part(
        &self,
        changes: btree_map::Range<'_, Vec<u8>, Option<Vec<u8>>>,
        piece: usize,
        position: u64,
        horizon: u64,
    ) -> Result<()> {
        let mut writer = GroupWriter { groups: self, packer: Packer::new()?, piece, room: 0 };
        let mut changes = changes.peekable();
        while let Some((key, _)) = changes.peek() {
            let (key, group, end) = self.find_to_write(key)?;
            let is_within = |key: &[u8]| end.as_deref().is_none_or(|end| key < end);
            let new = iter::from_fn(|| {
                let (key, value) = changes.next_if(|(key, _)| is_within(key))?;
                Some((key.as_slice(), position, value.as_deref().unwrap_or_default()))
            });
            let old = (0..limit(&group, end.as_deref())).map(|at| group.item(at));
            let merged = group::merge(old, new, horizon);
            writer.write(&key, &divided(&merged))?;
        }
        Ok(())
    }

    /// Divides the group that has the values of a key, so that one begins with it.
    fn split(&self, start: &[u8]) -> Result<()> {
        let (key, group, end) = self.find_to_write(start)?;
        if start_of(&key) == start {
            return Ok(());
        }
        let items = (0..limit(&group, end.as_deref())).map(|at| group.item(at)).collect::<Vec<_>>();
        let (lower, upper) = items.split_at(group.lower_bound(start).min(items.len()));
        let mut writer =
            GroupWriter { groups: self, packer: Packer::new()?, piece: PIECE, room: 0 };
        writer.write(&group_key(start), &[upper])?;
        writer.write(&key, &[lower])
    }

    /// The group that has the values of a key, with its own key, and the start of the next.
    fn find_to_write(&self, key: &[u8]) -> Result<(Vec<u8>, Group, Option<Vec<u8>>)> {
        let (key, group) = match self.tree.floor(&group_key(key))? {
            Some((key, packed)) => {
                let group = Group::new(codec::unpack(&key, &packed)?)?;
                (key.to_vec(), group)
            }
            None => (group_key(&[]), Group::default()),
        };
        let end = self.tree.higher(&key)?.map(|(key, _)| start_of(&key));
        Ok((key, group, end))
    }
}

/// Packs and writes groups.
struct GroupWriter<'g> {
    groups: &'g Groups,
    packer: Packer,
    /// Number of packed bytes that are written before the disk is asked again whether it has space, and what is left.
    piece: usize,
    room: usize,
}

impl GroupWriter<'_> {
    /// Writes runs of items, of which the first stands under `key`. A reader finds every item at any moment: the other
    /// groups are written before the first is cut.
    fn write(&mut self, key: &[u8], runs: &[&[Item<'_>]]) -> Result<()> {
        for (at, run) in runs.iter().enumerate().rev() {
            let start = run.first().filter(|_| at > 0).map(|(start, ..)| group_key(start));
            let key = start.as_deref().unwrap_or(key);
            let packed = self.packer.pack(key, &group::pack(run)?)?;
            if packed.len() > self.room {
                self.room = self.piece.max(packed.len());
                ensure_free_space(&self.groups.path, GROWTH * self.room as u64)?;
            }
            self.room -= packed.len();
            self.groups.insert(key, &packed)?;
        }
        Ok(())
    }
}

fn size_of_change(key: &[u8], value: &Option<Vec<u8>>) -> usize {
    key.len() + value.as_ref().map_or(0, Vec::len)
}

fn stopped() -> Error {
    Error::stopped("write", Path::new("store"))
}

/// What an item counts for at least, in bytes. Groups of small items are smaller, since most reads are of one item.
const LEAST: usize = 256;

/// Cuts items into runs of even sizes, about as large as a group may be. All values of a key are in one run.
fn divided<'i, 'a>(items: &'i [Item<'a>]) -> Vec<&'i [Item<'a>]> {
    let weight = |item: &Item<'_>| group::size(item).max(LEAST);
    let size: usize = items.iter().map(weight).sum();
    let (mut left, mut runs) = (size.div_ceil(FULL).max(1), Vec::new());
    let (mut rest, mut rest_size) = (items, size);
    while left > 1 {
        let (wanted, mut count, mut taken) = (rest_size / left, 0, 0);
        for of_key in rest.chunk_by(|one, other| one.0 == other.0) {
            let size: usize = of_key.iter().map(weight).sum();
            if count > 0 && taken + size > wanted + size / 2 {
                break;
            }
            (count, taken) = (count + of_key.len(), taken + size);
        }
        let (run, others) = rest.split_at(count);
        runs.push(run);
        (rest, rest_size, left) = (others, rest_size - taken, left - 1);
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
        let items: Vec<Item<'_>> = keys.iter().map(|key| (&key[..], 1, &values[..])).collect();
        for count in [0, 1, 2, 6, 7, 100, 1_000] {
            let runs = divided(&items[..count]);
            assert_eq!(runs.concat(), &items[..count]);
            let sizes: Vec<usize> =
                runs.iter().map(|run| run.iter().map(group::size).sum()).collect();
            assert!(sizes.iter().all(|size| *size <= FULL + 3_100), "{count}: {sizes:?}");
            assert!(count < 100 || sizes.iter().all(|size| *size > FULL / 2), "{count}: {sizes:?}");
        }
    }
}
