//! The folder of a replica, which one process uses at a time.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::folder::{State, name, slots};
use crate::archive::Archive;
use crate::archive::open::DAMAGED;
use crate::disk::{self, Lock, exists, is_absent, make_folder};
use crate::journal::Mark;
use crate::{Error, Result};

/// Maximum number of replicas of an archive, and so of processes that read them at the same time.
pub(super) const SLOTS: u32 = 4;

/// A replica's folder, which this process has.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) folder: PathBuf,
    pub(super) lock: Arc<Lock>,
    /// Whether it has a replica that can follow the journal.
    pub(super) is_usable: bool,
    /// Held while the replica is built.
    _building: Option<Lock>,
}

/// A slot to build in, which nobody uses, of a rank that will do.
pub(super) fn free_slot(
    folder: &Path,
    archive: &Path,
    will_do: impl Fn(&Rank) -> bool,
) -> Result<Option<(PathBuf, Lock)>> {
    let journal = archive.join("journal");
    let slots = slots(folder).map(|slot| (Rank::of(&slot, archive), slot));
    let mut slots: Vec<_> = slots.filter(|(rank, _)| will_do(rank)).collect();
    slots.sort();
    for (_, slot) in slots {
        if let Some(lock) = try_lock(&slot)?
            && State::usable(&slot, &journal)?.is_none()
        {
            return Ok(Some((slot, lock)));
        }
    }
    Ok(None)
}

/// Which slots are taken first to build in.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// It has what this archive has left.
    OfThisArchive,
    Empty,
    /// It has a replica of an archive with the same beginning; the least recently used goes first.
    OfAnotherArchive(Option<SystemTime>),
}

impl Rank {
    fn of(slot: &Path, archive: &Path) -> Self {
        match State::read(slot) {
            Some((state, _)) if state.archive == name(archive) => Self::OfThisArchive,
            None => Self::Empty,
            Some((_, used)) => Self::OfAnotherArchive(Some(used)),
        }
    }
}

/// Locks a folder of the cache, which is created. None where another process has it, or has just removed it.
pub(super) fn try_lock(folder: &Path) -> Result<Option<Lock>> {
    let open = || {
        make_folder(folder, 0o700)?;
        disk::options().create(true).truncate(false).write(true).open(Lock::path(folder))
    };
    let file = match open() {
        Err(error) if is_absent(&error) => return Ok(None),
        file => file.map_err(Error::io("lock", folder))?,
    };
    match Lock::acquire(folder, file, Duration::ZERO) {
        Err(Error::Busy { .. } | Error::LockLost(_)) => Ok(None),
        lock => lock.map(Some),
    }
}

impl Slot {
    pub(super) fn new(
        folder: PathBuf,
        lock: Lock,
        is_usable: bool,
        building: Option<Lock>,
    ) -> Self {
        Self { folder, lock: Arc::new(lock), is_usable, _building: building }
    }

    /// A slot in a folder that nobody else knows.
    pub(super) fn temporary(folder: &Path, building: Option<Lock>) -> Result<Self> {
        let busy = || Error::Busy { path: folder.to_owned(), holder: None };
        let lock = try_lock(folder)?.ok_or_else(busy)?;
        Ok(Self::new(folder.to_owned(), lock, false, building))
    }

    /// Removes what an earlier replica has left, and returns whether that was damaged.
    pub(super) fn clear(&self) -> Result<bool> {
        let (store, damaged) = (self.folder.join("store"), self.folder.join(DAMAGED));
        let _ = State::remove(&self.folder);
        if exists(&store)? {
            fs::remove_dir_all(&store).map_err(Error::io("remove", &store))?;
        }
        let is_damaged = exists(&damaged)?;
        if is_damaged {
            fs::remove_file(&damaged).map_err(Error::io("remove", &damaged))?;
        }
        Ok(is_damaged)
    }

    /// Makes the next process build the replica again, from the journal alone.
    pub(super) fn distrust(&self) -> Result<()> {
        Archive::distrust_store(&self.folder)
    }

    /// Notes how far the replica has followed the journal, and when it had all of it. One of which this is not known is
    /// built again.
    pub(super) fn note(&self, mark: &Mark, archive: &Path, followed: Option<SystemTime>) {
        let _ = State::write(&self.folder, mark, archive, followed);
    }
}
