//! Taking a replica: the first free one that can follow the journal, or a new one, which one process builds while the
//! others wait.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::folder::{Cache, State, name, slots};
use crate::archive::Archive;
use crate::archive::open::DAMAGED;
use crate::disk::{self, Lock, exists, is_absent, make_folder};
use crate::journal::Mark;
use crate::{Error, Result};

/// Maximum number of replicas of an archive, and so of processes that read them at the same time.
pub(super) const SLOTS: u32 = 4;

/// Pause between two attempts to take a slot.
const PAUSE: Duration = Duration::from_millis(20);

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

impl Cache {
    /// Takes a slot of the archive whose first import has this digest. When all that are usable are in use, waits this
    /// long for one, and then takes another to build.
    pub(super) fn slot(&self, key: &str, archive: &Path, wait: Duration) -> Result<Slot> {
        let (folder, journal) = (self.archive(key), archive.join("journal"));
        let is_usable = |slot: &Path| match State::read(slot) {
            Some((state, _)) => state.is_usable(slot, &journal),
            None => Ok(false),
        };
        // Since when there is a usable one.
        let mut built = None;
        loop {
            for slot in slots(&folder) {
                if is_usable(&slot)?
                    && let Some(lock) = try_lock(&slot)?
                    // Another process may have had it meanwhile.
                    && is_usable(&slot)?
                {
                    return Ok(Slot::new(slot, lock, true, None));
                }
            }
            if let Some(building) = try_lock(&folder)? {
                let usable = slots(&folder).map(|slot| is_usable(&slot));
                let is_built = usable.collect::<Result<Vec<_>>>()?.contains(&true);
                if !is_built || built.get_or_insert_with(Instant::now).elapsed() >= wait {
                    self.evict(key);
                    let mut candidates: Vec<_> =
                        slots(&folder).map(|slot| (rank(&slot, archive), slot)).collect();
                    candidates.sort();
                    for (_, slot) in candidates {
                        if let Some(lock) = try_lock(&slot)?
                            && !is_usable(&slot)?
                        {
                            return Ok(Slot::new(slot, lock, false, Some(building)));
                        }
                    }
                }
            }
            thread::sleep(PAUSE);
        }
    }
}

/// The rank of a slot to build in: first what this archive has left, then empty slots, then those of archives with the
/// same beginning, the least recently used first.
fn rank(slot: &Path, archive: &Path) -> (u8, Option<SystemTime>) {
    match State::read(slot) {
        Some((state, _)) if state.archive == name(archive) => (0, None),
        None => (1, None),
        Some((_, used)) => (2, Some(used)),
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
    fn new(folder: PathBuf, lock: Lock, is_usable: bool, building: Option<Lock>) -> Self {
        Self { folder, lock: Arc::new(lock), is_usable, _building: building }
    }

    /// A slot in a folder that nobody else knows.
    pub(super) fn temporary(folder: &Path) -> Result<Self> {
        let busy = || Error::Busy { path: folder.to_owned(), holder: None };
        let lock = try_lock(folder)?.ok_or_else(busy)?;
        Ok(Self::new(folder.to_owned(), lock, false, None))
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

    /// Notes how far the replica has followed the journal. One of which this is not known is built again.
    pub(super) fn note(&self, mark: &Mark, archive: &Path) {
        let _ = State::write(&self.folder, mark, archive);
    }
}
