//! Taking a replica: the first free one that can follow the journal, or a new one, which one process builds while the
//! others wait.

use std::cmp::Reverse;
use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::folder::{Cache, State, name, slots};
use crate::archive::Archive;
use crate::archive::open::DAMAGED;
use crate::archive::stats::size;
use crate::archive::verify::copy_store;
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

/// For how long the same processes have all usable replicas before another is built: for some seconds, and about as long as
/// that takes.
fn patience(journal: &Path) -> Result<Duration> {
    let (_, bytes) = size(journal, |_| true)?;
    Ok(Duration::from_secs(5 + bytes / BUILT_IN_A_SECOND))
}

/// Number of packed bytes of the journal that are built into a replica in a second, or more.
const BUILT_IN_A_SECOND: u64 = 8 * 1024 * 1024;

impl Cache {
    /// Takes a slot of the archive whose first import has this digest. When all that are usable are in use, waits for one;
    /// where these stay in the same hands, takes another to build. None where there is no other.
    pub(super) fn slot(&self, key: &str, archive: &Path) -> Result<Option<Slot>> {
        let (folder, journal) = (self.archive(key), archive.join("journal"));
        let patience = patience(&journal)?;
        // The usable slots, and since when they have been in the same hands.
        let mut waited: Option<(Vec<Usable>, Instant)> = None;
        loop {
            let usable = usable(&folder, &journal)?;
            for Usable { slot, .. } in &usable {
                if let Some(lock) = try_lock(slot)?
                    // Another process may have had it meanwhile.
                    && is_usable(slot, &journal)?.is_some()
                {
                    if waited.is_some() && usable.len() < processors().min(SLOTS as usize) {
                        let _ = self.copy(key, archive, slot);
                    }
                    return Ok(Some(Slot::new(slot.clone(), lock, true, None)));
                }
            }
            let is_held = waited.as_ref().is_some_and(|(before, since)| {
                *before == usable && !usable.is_empty() && since.elapsed() >= patience
            });
            if (usable.is_empty() || is_held)
                && let Some(building) = try_lock(&folder)?
            {
                let others = self::usable(&folder, &journal)?;
                if others == usable {
                    self.evict(key);
                    let slot = free(&folder, archive)?;
                    return Ok(
                        slot.map(|(slot, lock)| Slot::new(slot, lock, false, Some(building)))
                    );
                }
            }
            if waited.as_ref().is_none_or(|(before, _)| *before != usable) {
                waited = Some((usable, Instant::now()));
            }
            thread::sleep(PAUSE);
        }
    }

    /// Copies a replica that this process has locked and not opened, for others that wait as it did.
    fn copy(&self, key: &str, archive: &Path, replica: &Path) -> Result<()> {
        let folder = self.archive(key);
        let Some(building) = try_lock(&folder)? else { return Ok(()) };
        let Some((slot, lock)) = free(&folder, archive)? else { return Ok(()) };
        let slot = Slot::new(slot, lock, false, Some(building));
        slot.clear()?;
        copy_store(&replica.join("store"), &slot.folder.join("store"))?;
        State::copy(replica, &slot.folder).map_err(Error::io("copy", replica))
    }
}

/// A replica that can follow the journal.
#[derive(Debug, PartialEq, Eq)]
struct Usable {
    slot: PathBuf,
    /// The last import that it has, and when it was used last.
    state: (u64, SystemTime),
}

/// The last import of the replica in a slot, and when it was used last, if it can follow the journal.
fn is_usable(slot: &Path, journal: &Path) -> Result<Option<(u64, SystemTime)>> {
    let Some((state, used)) = State::read(slot) else { return Ok(None) };
    Ok(state.is_usable(slot, journal)?.then_some((state.import(), used)))
}

/// The slots whose replicas can follow the journal, first those that have the least to do.
fn usable(folder: &Path, journal: &Path) -> Result<Vec<Usable>> {
    let found = slots(folder).filter_map(|slot| {
        let state = is_usable(&slot, journal).transpose()?;
        Some(state.map(|state| Usable { slot, state }))
    });
    let mut found = found.collect::<Result<Vec<_>>>()?;
    found.sort_by_key(|usable| Reverse(usable.state.0));
    Ok(found)
}

/// A slot to build in, which nobody uses.
fn free(folder: &Path, archive: &Path) -> Result<Option<(PathBuf, Lock)>> {
    let journal = archive.join("journal");
    let mut candidates: Vec<_> = slots(folder).map(|slot| (rank(&slot, archive), slot)).collect();
    candidates.sort();
    for (_, slot) in candidates {
        if let Some(lock) = try_lock(&slot)?
            && is_usable(&slot, &journal)?.is_none()
        {
            return Ok(Some((slot, lock)));
        }
    }
    Ok(None)
}

/// Number of processes that run at once.
fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
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

    /// Notes how far the replica has followed the journal, and whether that is all of it. One of which this is not known is
    /// built again.
    pub(super) fn note(&self, mark: &Mark, archive: &Path, is_all: bool) {
        let _ = State::write(&self.folder, mark, archive, is_all);
    }
}
