//! The store: an ordered map in sled that holds several states, each as of a number of journal
//! lines.
//!
//! [`GroupMap`] packs keys and values into sled items, a [`StateMap`] reads one state, and
//! [`Store::write`] writes the next.

mod cache;
mod codec;
mod database;
mod flush;
mod group;
mod group_map;
mod scan;
mod state_map;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::Result;
pub(crate) use codec::{decode, decode_borrowed, decode_prefix, encode, encode_into};
pub(crate) use database::ensure_free_space;
pub(crate) use group_map::Changes;
use group_map::GroupMap;
pub(crate) use state_map::{MergedItems, StateMap};

/// An open store.
#[derive(Debug)]
pub(crate) struct Store {
    groups: GroupMap,
    /// Number of readers of each position.
    readers: Mutex<BTreeMap<u64, usize>>,
    /// Whether every write fails.
    #[cfg(test)]
    pub(crate) is_failing: std::sync::atomic::AtomicBool,
}

/// The commit marker: the position up to which the store is complete.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct CommitMarker {
    /// Position of the last complete state.
    pub(crate) position: u64,
    /// Position of the last state that readers may see.
    pub(crate) visible: u64,
    /// Opaque bytes that the writer needs to continue from `position`.
    pub(crate) writer_state: Vec<u8>,
}

/// A snapshot: a state that remains readable while later states are written.
#[derive(Debug)]
pub(crate) struct StoreSnapshot {
    store: Arc<Store>,
    pub(crate) marker: CommitMarker,
}

impl Store {
    /// Opens the store in a folder, or creates an empty one.
    pub(crate) fn open(path: &Path) -> Result<Arc<Self>> {
        let store = Self {
            groups: GroupMap::open(path)?,
            readers: Mutex::default(),
            #[cfg(test)]
            is_failing: Default::default(),
        };
        store.marker()?;
        Ok(Arc::new(store))
    }

    /// Reads the commit marker.
    pub(crate) fn marker(&self) -> Result<CommitMarker> {
        let metadata = self.groups.metadata()?;
        Ok(metadata.map(|note| decode(&note)).transpose()?.unwrap_or_default())
    }

    /// Returns a snapshot of the last visible state.
    pub(crate) fn snapshot(self: &Arc<Self>) -> Result<StoreSnapshot> {
        let mut readers = self.readers();
        let marker = self.marker()?;
        *readers.entry(marker.visible).or_default() += 1;
        Ok(StoreSnapshot { store: Arc::clone(self), marker })
    }

    /// Returns the state as of a position, with changes on top. Without a store, it consists of the
    /// changes alone.
    pub(crate) fn map<'s>(
        store: Option<&'s Self>,
        position: u64,
        changes: &'s Changes,
    ) -> StateMap<'s> {
        StateMap::new(store.map(|store| &store.groups), position, Some(changes))
    }

    /// Flushes all written data to the disk.
    pub(crate) fn sync(&self) -> Result<()> {
        self.groups.sync()
    }

    /// Writes the changes that turn the last written state into the next.
    pub(crate) fn write(&self, changes: &Changes, marker: &CommitMarker) -> Result<()> {
        #[cfg(test)]
        if self.is_failing.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(crate::StoreError::corrupt("a test makes it fail"));
        }
        // Keep the values that open snapshots read, and those from which an interrupted write is
        // repeated.
        let horizon = {
            let readers = self.readers();
            let visible = self.marker()?.visible;
            readers.keys().next().map_or(visible, |oldest| visible.min(*oldest))
        };
        self.groups.write(changes, marker.position, horizon)?;
        self.groups.write_metadata(&encode(marker)?)
    }

    /// Writes changes into the last state, without a new position.
    #[cfg(test)]
    pub(crate) fn write_in_place(&self, changes: &Changes) -> Result<()> {
        let position = self.marker()?.position;
        self.groups.write(changes, position, position)
    }

    fn readers(&self) -> MutexGuard<'_, BTreeMap<u64, usize>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StoreSnapshot {
    /// Returns another snapshot of the same state.
    pub(crate) fn duplicate(&self) -> Self {
        *self.store.readers().entry(self.marker.visible).or_default() += 1;
        Self { store: Arc::clone(&self.store), marker: self.marker.clone() }
    }

    /// Flushes the store, and returns the compressed size of its contents in bytes.
    pub(crate) fn size(&self) -> Result<u64> {
        self.store.sync()?;
        self.store.groups.size()
    }

    /// Returns the store.
    pub(crate) fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// Returns the state as a map.
    pub(crate) fn map(&self) -> StateMap<'_> {
        StateMap::new(Some(&self.store.groups), self.marker.visible, None)
    }
}

impl Drop for StoreSnapshot {
    fn drop(&mut self) {
        let mut readers = self.store.readers();
        if let Some(count) = readers.get_mut(&self.marker.visible) {
            *count -= 1;
            if *count == 0 {
                readers.remove(&self.marker.visible);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    type State = BTreeMap<Vec<u8>, Vec<u8>>;

    /// Returns a sequence of states. Each state changes a third of the keys of the previous one,
    /// which is enough data for several packing threads.
    fn states() -> Vec<State> {
        let mut states = vec![State::new()];
        for number in 1..10_u32 {
            let mut state = states.last().unwrap().clone();
            for key in (0..1_200_u32).filter(|key| (key * 31 + number * 17) % 3 == 0 || number == 1)
            {
                let name = [b"k".as_slice(), &key.to_be_bytes()].concat();
                if (key + number) % 13 == 0 {
                    state.remove(&name);
                } else {
                    let length = (key * 7_919 + number * 104_729) % 9_000;
                    state.insert(name, vec![number as u8; length as usize + 1]);
                }
            }
            states.push(state);
        }
        states
    }

    fn changes(from: &State, to: &State) -> Changes {
        let deleted =
            from.keys().filter(|key| !to.contains_key(*key)).map(|key| (key.clone(), None));
        let new = to.iter().filter(|(key, value)| from.get(*key) != Some(value));
        deleted.chain(new.map(|(key, value)| (key.clone(), Some(value.clone())))).collect()
    }

    /// Checks that a snapshot shows one state, both in a scan and in lookups.
    fn check(snapshot: &StoreSnapshot, states: &[State]) {
        let expected = &states[snapshot.marker.visible as usize];
        let items = snapshot.map().scan(b"k").map(Result::unwrap);
        let found: Vec<_> =
            items.map(|item| (item.key().to_vec(), item.value().to_vec())).collect();
        assert!(found.iter().map(|(key, value)| (key, value)).eq(expected), "{}", found.len());
        for (key, value) in expected.iter().step_by(5) {
            let read = |found: &[u8]| Ok(found == value);
            assert_eq!(snapshot.map().get(key, read).unwrap(), Some(true));
        }
    }

    #[test]
    fn a_snapshot_is_consistent_while_states_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        store.write(&Changes::new(), &CommitMarker::default()).unwrap();
        let (states, is_done) = (states(), AtomicBool::new(false));
        let checks: u64 = thread::scope(|scope| {
            let read = || {
                let mut checks = 0;
                while !is_done.load(Ordering::Relaxed) {
                    let snapshot = store.snapshot().unwrap();
                    check(&snapshot, &states);
                    check(&snapshot, &states);
                    checks += 2;
                }
                checks
            };
            let readers: Vec<_> = (0..3).map(|_| scope.spawn(read)).collect();
            let written = (1..).zip(states.windows(2)).try_for_each(|(position, pair)| {
                let to = CommitMarker { position, visible: position, writer_state: Vec::new() };
                store.write(&changes(&pair[0], &pair[1]), &to)
            });
            is_done.store(true, Ordering::Relaxed);
            written.unwrap();
            readers.into_iter().map(|reader| reader.join().unwrap()).sum()
        });
        assert!(checks > 0);
        check(&store.snapshot().unwrap(), &states);
    }
}
