//! An ordered map over sled. Items that stand next to each other are packed into groups, since sled's cost is by its
//! own item; each group is an item of sled under its first key.
//!
//! The map keeps several states at once. Each value has a *position*: the number of journal lines after which it is
//! true. Reading as of a position sees the values at or before it, so a state can be read while the next is written.
//! Because a value depends on the lines before its position alone, writing it twice is harmless: after a flush that
//! was stopped, the same lines lead to the same values.
//!
//! A key must not be another key followed by a zero byte; then a key's positions stand together.

use std::collections::{BTreeMap, btree_map};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::codec::{self, Packer};
use super::group::{self, Group, Item};
use super::tree::{GROWTH, Packed, Tree, ensure_free_space, group_key, start_of};
use crate::{Error, Result, disk};

/// Maximum size of a group, in bytes. Reading one item unpacks its group; smaller groups compress less.
const FULL: usize = 16 * 1024;

/// Number of packed bytes that are written before the disk is asked again whether it has space; and of bytes to write
/// from which on several threads pack them.
const PIECE: usize = 1024 * 1024;

/// Maximum number of threads that pack groups.
const THREADS: usize = 8;

/// Size of the cache of unpacked groups, in bytes.
const CACHE: u64 = 32 * 1024 * 1024;

/// The key in sled of the value that stands beside the map.
const NOTE: &[u8] = b"a";

/// New values of keys; `None` deletes.
pub(crate) type Changes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// An unpacked group with the bytes that it was unpacked from, which tell whether it is still current.
type Cached = (Packed, Arc<Group>);

#[derive(Debug, Clone)]
struct ByBytes;

impl Weighter<Packed, Cached> for ByBytes {
    fn weight(&self, key: &Packed, (packed, group): &Cached) -> u64 {
        (key.len() + packed.len() + group.weight()) as u64
    }
}

#[derive(Debug)]
pub(super) struct Groups {
    path: PathBuf,
    tree: Tree,
    cache: Cache<Packed, Cached, ByBytes>,
}

impl Groups {
    /// Opens the map in a folder, or creates an empty one.
    pub(super) fn open(path: &Path) -> Result<Self> {
        ensure_free_space(path, 0)?;
        // sled's own files have every mode that the umask leaves.
        disk::make_folder(path, 0o770).map_err(Error::io("create", path))?;
        let cache = Cache::with_weighter(CACHE as usize / FULL, CACHE, ByBytes);
        Ok(Self { path: path.to_owned(), tree: Tree::open(path)?, cache })
    }

    /// The value that stands beside the map.
    pub(super) fn note(&self) -> Result<Option<Vec<u8>>> {
        match self.tree.get(NOTE)? {
            Some(packed) => codec::unpack(NOTE, &packed).map(Some),
            None if self.tree.is_empty()? => Ok(None),
            None => Err(Error::Store("it has another format".to_owned())),
        }
    }

    /// Writes the value that stands beside the map. Where it is found, all that was written before is there.
    pub(super) fn write_note(&self, value: &[u8]) -> Result<()> {
        self.tree.insert(NOTE, &Packer::new()?.pack(NOTE, value)?)
    }

    /// Hands all that was written to the disk.
    pub(super) fn sync(&self) -> Result<()> {
        self.tree.flush()
    }

    /// The value of a key as of a position.
    pub(super) fn get<T>(
        &self,
        key: &[u8],
        position: u64,
        read: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<Option<T>> {
        let Some(group) = self.find(key)? else { return Ok(None) };
        let value = group.get(key, position).filter(|value| !value.is_empty());
        value.map(read).transpose()
    }

    /// The last item at or before a key, of a kind that is never changed.
    pub(super) fn floor<T>(
        &self,
        key: &[u8],
        read: impl FnOnce(&[u8], &[u8]) -> Result<T>,
    ) -> Result<Option<T>> {
        let Some(group) = self.find(key)? else { return Ok(None) };
        let Some(at) = group.upper_bound(key, u64::MAX).checked_sub(1) else { return Ok(None) };
        let (key, _, value) = group.item(at);
        read(key, value).map(Some)
    }

    /// The items as of a position whose keys begin with `prefix`, in order.
    pub(super) fn scan(&self, prefix: &[u8], position: u64) -> Scan<'_> {
        Scan {
            groups: self,
            prefix: prefix.to_vec(),
            position,
            is_started: false,
            run: None,
            held: None,
        }
    }

    /// Number of bytes of all groups, as they are stored.
    pub(super) fn size(&self) -> Result<u64> {
        let (mut bytes, mut next) = (0, self.tree.floor(&group_key(&[]))?);
        while let Some((key, packed)) = next {
            bytes += (key.len() + packed.len()) as u64;
            next = self.tree.higher(&key)?;
        }
        Ok(bytes)
    }

    /// Writes changes under a position. Drops what nobody reads any more: values superseded at or before `horizon`.
    pub(super) fn write(&self, changes: &Changes, position: u64, horizon: u64) -> Result<()> {
        let bytes: usize = changes.iter().map(|(key, value)| size_of_change(key, value)).sum();
        // How well it packs is known when it is packed, so space is looked for piece by piece.
        let piece = bytes.min(PIECE);
        let parts = match thread::available_parallelism() {
            Ok(threads) if bytes > PIECE => threads.get().min(THREADS),
            _ => 1,
        };
        let mut starts: Vec<&[u8]> = (1..parts)
            .filter_map(|part| changes.keys().nth(part * changes.len() / parts))
            .map(Vec::as_slice)
            .collect();
        starts.dedup();
        // Each thread has groups of its own.
        for start in &starts {
            self.split(start)?;
        }
        let mut ends = starts.iter().copied().map(Some).chain([None]);
        let part = |start: &[u8], end: Option<&[u8]>| {
            let end = end.map_or(Bound::Unbounded, Bound::Excluded);
            let changes = changes.range::<[u8], _>((Bound::Included(start), end));
            self.write_part(changes, piece, position, horizon)
        };
        let (part, first) = (&part, ends.next().flatten());
        thread::scope(|scope| {
            let others: Vec<_> = starts
                .iter()
                .zip(ends)
                .map(|(start, end)| {
                    thread::Builder::new().spawn_scoped(scope, move || part(start, end))
                })
                .collect();
            let mut written = part(&[], first);
            for (other, start) in others.into_iter().zip(&starts) {
                let end = starts.iter().find(|end| end > &start).copied();
                let done = match other {
                    Ok(thread) => thread.join().unwrap_or_else(|_| Err(stopped())),
                    // What has no thread of its own is written by this one.
                    Err(_) => part(start, end),
                };
                written = written.and(done);
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
            let new = std::iter::from_fn(|| {
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

    /// The group that has the values of a key, if there are any.
    fn find(&self, key: &[u8]) -> Result<Option<Arc<Group>>> {
        let found = self.tree.floor(&group_key(key))?;
        found.map(|(key, packed)| self.group(&key, &packed)).transpose()
    }

    /// The group that was packed so. The cache lets the groups of a long scan go first, as they are read once.
    fn group(&self, key: &Packed, packed: &Packed) -> Result<Arc<Group>> {
        if let Some((known, group)) = self.cache.get(key)
            && known == *packed
        {
            return Ok(group);
        }
        let group = Arc::new(Group::new(codec::unpack(key, packed)?)?);
        self.cache.insert(key.clone(), (packed.clone(), Arc::clone(&group)));
        Ok(group)
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
            self.groups.tree.insert(key, &packed)?;
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

/// Number of valid items of a group whose successor begins with `end`. A flush that was stopped may have left others
/// behind them, which the successor has.
fn limit(group: &Group, end: Option<&[u8]>) -> usize {
    end.map_or(group.len(), |end| group.lower_bound(end))
}

/// Cuts items into runs of even sizes, about as large as a group may be. All values of a key are in one run.
fn divided<'i, 'a>(items: &'i [Item<'a>]) -> Vec<&'i [Item<'a>]> {
    let size: usize = items.iter().map(group::size).sum();
    let (mut left, mut runs) = (size.div_ceil(FULL).max(1), Vec::new());
    let (mut rest, mut rest_size) = (items, size);
    while left > 1 {
        let (wanted, mut count, mut taken) = (rest_size / left, 0, 0);
        for of_key in rest.chunk_by(|one, other| one.0 == other.0) {
            let size: usize = of_key.iter().map(group::size).sum();
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

/// The items of a state of the map, in order.
pub(super) struct Scan<'g> {
    groups: &'g Groups,
    prefix: Vec<u8>,
    position: u64,
    is_started: bool,
    run: Option<Run>,
    /// An item that was read while looking for later values of the one before it.
    held: Option<Stored>,
}

/// The items of a group that are still to be read, and the group behind it.
struct Run {
    group: Arc<Group>,
    at: usize,
    limit: usize,
    next: Option<(Packed, Packed)>,
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

impl Scan<'_> {
    fn run(&self, key: &Packed, packed: &Packed) -> Result<Run> {
        let group = self.groups.group(key, packed)?;
        let next = self.groups.tree.higher(key)?;
        let end = next.as_ref().map(|(key, _)| start_of(key));
        let limit = limit(&group, end.as_deref());
        Ok(Run { at: group.lower_bound(&self.prefix), group, limit, next })
    }

    /// The next item whatever its position.
    fn step(&mut self) -> Result<Option<Stored>> {
        if !self.is_started {
            self.is_started = true;
            let first = self.groups.tree.floor(&group_key(&self.prefix))?;
            self.run = first.map(|(key, packed)| self.run(&key, &packed)).transpose()?;
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
            self.run = next.map(|(key, packed)| self.run(&key, &packed)).transpose()?;
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
    use super::*;
    use proptest::prelude::*;

    /// A value by its length.
    fn get(groups: &Groups, key: &[u8], position: u64) -> Option<usize> {
        groups.get(key, position, |value| Ok(value.len())).unwrap()
    }

    fn scan(groups: &Groups, prefix: &[u8], position: u64) -> Vec<(Vec<u8>, usize)> {
        let items = groups.scan(prefix, position).map(Result::unwrap);
        items.map(|item| (item.key().to_vec(), item.value().len())).collect()
    }

    type State = BTreeMap<Vec<u8>, usize>;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Flushes of changes, some of which are stopped in the midst and repeated with other bounds.
        #[test]
        fn every_state_is_read_as_a_map_has_it(
            flushes in prop::collection::vec(
                (prop::collection::vec((1_u16..300, prop::option::of(1_usize..3000)), 1..80), prop::option::weighted(0.2, 0..40_usize)),
                1..12,
            ),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let groups = Groups::open(folder.path()).unwrap();
            let long = |key: u16| [&[7; 3][..], &(key | 0x0101).to_be_bytes(), &[1; 40]].concat();
            let mut states = vec![(0, State::new())];
            let mut pending = Changes::new();
            for (number, (changes, stopped)) in (1_u64..).zip(flushes) {
                for (key, length) in changes {
                    pending.insert(long(key), length.map(|length| vec![key as u8; length]));
                }
                let horizon = states.last().unwrap().0;
                if let Some(stopped) = stopped {
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
                // The state before is still read while this one is written.
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

    /// sled looks in vain for what comes before a key where that has four bytes in a row that are 255 and begins a
    /// node, and it stops.
    #[test]
    fn every_key_is_found_whatever_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let groups = Groups::open(folder.path()).unwrap();
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
