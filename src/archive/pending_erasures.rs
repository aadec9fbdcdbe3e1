//! Completes erasures that the journal records and that were interrupted, in an archive whose store
//! is closed.

use std::path::Path;
use std::sync::Arc;

use crate::disk::{Disk, Lock, exists, remove_if_exists};
use crate::journal::{Journal, LogPosition};
use crate::store::Store;
use crate::{Error, Result};

/// Name of the store that a rebuild writes, before it replaces the old one.
pub(super) const NEW_STORE: &str = "store.new";

/// Name of the old store while a rebuild replaces it.
pub(super) const REPLACED_STORE: &str = "store.old";

/// Name of a store that contains erased records, while it is being removed.
const RETIRED_STORE: &str = "store.erased";

/// Renames the store of an archive, which is removed later. No store of an earlier rebuild is kept.
pub(super) fn retire_store(path: &Path, disk: &dyn Disk) -> Result<()> {
    let (store, retired) = (path.join("store"), path.join(RETIRED_STORE));
    for folder in [RETIRED_STORE, REPLACED_STORE, NEW_STORE] {
        remove_if_exists(&path.join(folder), disk)?;
    }
    if exists(&store)? {
        disk.rename(&store, &retired).map_err(Error::io("rename", &store))?;
    }
    disk.sync_folder(path).map_err(Error::io("write", path))
}

/// Removes a retired store, if there is one.
pub(super) fn remove_retired_store(path: &Path, disk: &dyn Disk) -> Result<()> {
    remove_if_exists(&path.join(RETIRED_STORE), disk)
}

/// Completes the pending erasures of an archive whose store is closed. Returns whether there were
/// any. The archive then has no store.
///
/// # Errors
/// When the journal is damaged, or on an I/O error.
pub(super) fn finish_erasures(path: &Path, disk: &Arc<dyn Disk>) -> Result<bool> {
    let start = LogPosition::default();
    let (journal, _) = Journal::open(&path.join("journal"), &start, false, Arc::clone(disk))?;
    if !journal.has_new_erasures() || !journal.has_pending_erasures()? {
        return Ok(false);
    }
    retire_store(path, &**disk)?;
    journal.erase_pending()?;
    remove_retired_store(path, &**disk)?;
    Ok(true)
}

/// Completes the pending erasures of an archive that is being opened, and replaces a store that was
/// built before an erasure by an empty one.
///
/// # Errors
/// When the journal is damaged, or on an I/O error.
pub(super) fn replace_outdated_store(
    path: &Path,
    (store, journal): (Arc<Store>, Journal),
    lock: &Arc<Lock>,
    disk: &Arc<dyn Disk>,
    notices: &mut Vec<String>,
) -> Result<(Arc<Store>, Journal)> {
    if !journal.has_new_erasures() {
        return Ok((store, journal));
    }
    let is_pending = journal.has_pending_erasures()?;
    if !is_pending && store.marker()?.position == 0 {
        return Ok((store, journal));
    }
    // sled locks its folder until it is dropped.
    drop(store);
    retire_store(path, &**disk)?;
    journal.with_lock(Arc::clone(lock)).erase_pending()?;
    remove_retired_store(path, &**disk)?;
    if is_pending {
        notices.push("an interrupted erasure was completed".to_owned());
    }
    let (folder, start) = (path.join("journal"), LogPosition::default());
    let (journal, _) = Journal::open(&folder, &start, false, Arc::clone(disk))?;
    Ok((Store::open(&path.join("store"))?, journal))
}
