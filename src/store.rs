//! The store: an ordered map in sled that keeps several states, each as of a position in the journal.
//!
//! [`Groups`] packs keys and values into sled's items; a [`Map`] reads one state; [`Store::write`] leads to the next.

mod codec;
mod flush;
mod group;
mod groups;
mod map;
mod scan;
mod tree;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::Result;
pub(crate) use codec::{decode, decode_first, encode};
pub(crate) use groups::Changes;
use groups::Groups;
pub(crate) use map::{Items, Map};
pub(crate) use tree::OTHER_FORMAT;

/// An open store.
#[derive(Debug)]
pub(crate) struct Store {
    groups: Groups,
    /// The positions that are being read, and by how many.
    readers: Mutex<BTreeMap<u64, usize>>,
    /// Whether every write fails.
    #[cfg(test)]
    pub(crate) is_failing: std::sync::atomic::AtomicBool,
}

/// How far the store is written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Marker {
    /// The position of the last state that is wholly written.
    pub(crate) position: u64,
    /// The position of the last state that readers may see.
    pub(crate) visible: u64,
    /// What the writer needs to go on from there.
    pub(crate) note: Vec<u8>,
}

/// A state of a store that stays while others are written.
#[derive(Debug)]
pub(crate) struct Snapshot {
    store: Arc<Store>,
    pub(crate) marker: Marker,
}

impl Store {
    /// Opens the store in a folder, or creates an empty one.
    pub(crate) fn open(path: &Path) -> Result<Arc<Self>> {
        let store = Self {
            groups: Groups::open(path)?,
            readers: Mutex::default(),
            #[cfg(test)]
            is_failing: Default::default(),
        };
        store.marker()?;
        Ok(Arc::new(store))
    }

    /// How far the store is written.
    pub(crate) fn marker(&self) -> Result<Marker> {
        let note = self.groups.note()?;
        Ok(note.map(|note| decode(&note)).transpose()?.unwrap_or_default())
    }

    /// The last state that readers may see.
    pub(crate) fn snapshot(self: &Arc<Self>) -> Result<Snapshot> {
        let mut readers = self.readers();
        let marker = self.marker()?;
        *readers.entry(marker.visible).or_default() += 1;
        Ok(Snapshot { store: Arc::clone(self), marker })
    }

    /// The state as of a position, with changes to it; without a store, the changes alone.
    pub(crate) fn map<'s>(store: Option<&'s Self>, position: u64, changes: &'s Changes) -> Map<'s> {
        Map::new(store.map(|store| &store.groups), position, Some(changes))
    }

    /// Hands all that was written to the disk.
    pub(crate) fn sync(&self) -> Result<()> {
        self.groups.sync()
    }

    /// Writes the changes that lead from the state that is written to another.
    pub(crate) fn write(&self, changes: &Changes, to: &Marker) -> Result<()> {
        #[cfg(test)]
        if self.is_failing.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(crate::Error::Store("it is to fail".to_owned()));
        }
        // What is read, and what a write that is stopped is repeated from, is kept.
        let horizon = {
            let readers = self.readers();
            let visible = self.marker()?.visible;
            readers.keys().next().map_or(visible, |oldest| visible.min(*oldest))
        };
        self.groups.write(changes, to.position, horizon)?;
        self.groups.write_note(&encode(to)?)
    }

    /// Writes changes to the last state itself.
    #[cfg(test)]
    pub(crate) fn forge(&self, changes: &Changes) -> Result<()> {
        let position = self.marker()?.position;
        self.groups.write(changes, position, position)
    }

    fn readers(&self) -> MutexGuard<'_, BTreeMap<u64, usize>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Snapshot {
    /// The same state, once more.
    pub(crate) fn again(&self) -> Self {
        *self.store.readers().entry(self.marker.visible).or_default() += 1;
        Self { store: Arc::clone(&self.store), marker: self.marker.clone() }
    }

    /// Number of bytes of all that the store holds, compressed, once its files have it.
    pub(crate) fn size(&self) -> Result<u64> {
        self.store.sync()?;
        self.store.groups.size()
    }

    /// Reads it.
    pub(crate) fn map(&self) -> Map<'_> {
        Map::new(Some(&self.store.groups), self.marker.visible, None)
    }
}

impl Drop for Snapshot {
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
