//! Completes the erasures that the journal records: removes the store, rewrites the journal, and
//! builds a new store.
//!
//! The store goes first. It contains the erased records, and the locations of frames that move when
//! the journal is rewritten. A killed process therefore leaves either the old journal, whose
//! erasures are pending, or the new one, and in both cases no store, which is then rebuilt.

use std::sync::Arc;

use crate::Result;
use crate::archive::maintain::rebuild::{build_store, install_store};
use crate::archive::pending_erasures::{remove_retired_store, retire_store};
use crate::archive::replica::discard_replicas;
use crate::archive::{Archive, ArchiveInner, WriterState};
use crate::index::StoreWriter;
use crate::ingest::parse_entry;
use crate::journal::{Journal, LogPosition};
use crate::store::Store;

impl Archive {
    /// Completes the erasures that this process recorded. Returns the number of replicas that could
    /// not be discarded because other processes use them.
    pub(super) fn complete_erasures(&self, state: &mut WriterState) -> Result<u64> {
        let ArchiveInner { path, disk, lock, .. } = &*self.inner;
        state.writer.discard();
        lock.check()?;
        retire_store(path, &**disk)?;
        state.journal.erase_pending()?;
        let start = LogPosition::default();
        let (journal, _) = Journal::open(&path.join("journal"), &start, false, Arc::clone(disk))?;
        state.journal = journal.with_lock(Arc::clone(lock));
        let (new_store, _) = build_store(path, &state.journal, &**disk, &mut |_| ())?;
        // sled locks its folder until it is dropped.
        drop(new_store);
        lock.check()?;
        install_store(path, &**disk)?;
        let store = Store::open(&path.join("store"))?;
        state.writer = StoreWriter::new(Some(Arc::clone(&store)), parse_entry)?;
        state.store = store;
        self.catch_up(state, &mut |_| ())?;
        remove_retired_store(path, &**disk)?;
        discard_replicas(path, self.inner.cache_folder.as_deref())
    }
}
