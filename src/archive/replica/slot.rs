//! A slot: the folder of a replica, used by one process at a time.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::state::{ReplicaState, archive_name};
use crate::archive::Archive;
use crate::archive::open::DAMAGE_MARKER;
use crate::disk::{self, Lock, create_folder_with_mode, exists, is_not_found};
use crate::journal::LogPosition;
use crate::{Error, Result};

/// Maximum number of replicas of an archive, and thus of processes that can read them at the same
/// time.
pub(super) const MAX_SLOTS: u32 = 4;

/// A replica's folder, locked by this process.
#[derive(Debug)]
pub(super) struct ReplicaSlot {
    pub(super) folder: PathBuf,
    pub(super) lock: Arc<Lock>,
    /// Whether the slot contains a replica that can follow the journal.
    pub(super) is_usable: bool,
    /// Lock that keeps other processes from building, held while the replica is built.
    _build_lock: Option<Lock>,
}

/// Returns an unused slot to build a replica in, with its lock. `is_acceptable` decides from a
/// slot's preference whether the slot may be used.
pub(super) fn free_slot(
    folder: &Path,
    archive: &Path,
    is_acceptable: impl Fn(&BuildPreference) -> bool,
) -> Result<Option<(PathBuf, Lock)>> {
    let journal = archive.join("journal");
    let slots = slot_paths(folder).map(|slot| (BuildPreference::for_slot(&slot, archive), slot));
    let mut slots: Vec<_> = slots.filter(|(preference, _)| is_acceptable(preference)).collect();
    slots.sort();
    for (_, slot) in slots {
        if let Some(lock) = try_lock(&slot)?
            && ReplicaState::read_usable(&slot, &journal)?.is_none()
        {
            return Ok(Some((slot, lock)));
        }
    }
    Ok(None)
}

/// The order in which slots are chosen for building a replica.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum BuildPreference {
    /// Contains remains of a replica of this archive.
    ThisArchive,
    Empty,
    /// Contains a replica of another archive with the same first import. The least recently used
    /// one is chosen first.
    OtherArchive(Option<SystemTime>),
}

impl BuildPreference {
    fn for_slot(slot: &Path, archive: &Path) -> Self {
        match ReplicaState::read(slot) {
            Some((state, _)) if state.archive == archive_name(archive) => Self::ThisArchive,
            None => Self::Empty,
            Some((_, used)) => Self::OtherArchive(Some(used)),
        }
    }
}

/// Locks a folder in the cache, creating it if necessary. Returns `None` when another process holds
/// it or has just removed it.
pub(super) fn try_lock(folder: &Path) -> Result<Option<Lock>> {
    let open = || {
        create_folder_with_mode(folder, 0o700)?;
        disk::new_file_options().create(true).truncate(false).write(true).open(Lock::path(folder))
    };
    let file = match open() {
        Err(error) if is_not_found(&error) => return Ok(None),
        file => file.map_err(Error::io("lock", folder))?,
    };
    match Lock::acquire(folder, file, Duration::ZERO) {
        Err(Error::Busy { .. } | Error::LockLost(_)) => Ok(None),
        lock => lock.map(Some),
    }
}

impl ReplicaSlot {
    pub(super) fn new(
        folder: PathBuf,
        lock: Lock,
        is_usable: bool,
        build_lock: Option<Lock>,
    ) -> Self {
        Self { folder, lock: Arc::new(lock), is_usable, _build_lock: build_lock }
    }

    /// Creates a slot in a private temporary folder.
    pub(super) fn temporary(folder: &Path, build_lock: Option<Lock>) -> Result<Self> {
        let busy = || Error::Busy { path: folder.to_owned(), holder: None };
        let lock = try_lock(folder)?.ok_or_else(busy)?;
        Ok(Self::new(folder.to_owned(), lock, false, build_lock))
    }

    /// Removes the remains of an earlier replica. Returns whether that replica was damaged.
    pub(super) fn clear(&self) -> Result<bool> {
        let (store, damaged) = (self.folder.join("store"), self.folder.join(DAMAGE_MARKER));
        let _ = ReplicaState::remove(&self.folder);
        if exists(&store)? {
            fs::remove_dir_all(&store).map_err(Error::io("remove", &store))?;
        }
        let is_damaged = exists(&damaged)?;
        if is_damaged {
            fs::remove_file(&damaged).map_err(Error::io("remove", &damaged))?;
        }
        Ok(is_damaged)
    }

    /// Marks the replica as damaged, so that the next process rebuilds it from the journal.
    pub(super) fn mark_damaged(&self) -> Result<()> {
        Archive::mark_store_damaged(&self.folder)
    }

    /// Records how far the replica has followed the journal, the last erasure that it has applied,
    /// and when it was last complete. Errors are ignored: a replica without this state is rebuilt.
    pub(super) fn write_state(
        &self,
        position: &LogPosition,
        erasure: u64,
        archive: &Path,
        last_complete: Option<SystemTime>,
    ) {
        let _ = ReplicaState::write(&self.folder, position, erasure, archive, last_complete);
    }
}

/// Returns the paths of all slots in an archive's folder, including those that do not exist.
pub(super) fn slot_paths(archive: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let archive = archive.to_owned();
    (1..=MAX_SLOTS).map(move |number| archive.join(number.to_string()))
}
