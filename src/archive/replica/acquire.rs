//! Acquiring a replica from the user's cache folder: an unused one that can follow the journal, or
//! a new one. One process builds a new replica while the others wait.

use std::cmp::Reverse;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::cache::ReplicaCache;
use super::slot::{BuildPreference, ReplicaSlot, free_slot, slot_paths, try_lock};
use super::state::ReplicaState;
use crate::archive::folder_size::folder_size;
use crate::archive::maintain::verify::copy_store;
use crate::disk::Lock;
use crate::store::ensure_free_space;
use crate::{Error, Result};

/// Pause between two attempts to acquire a slot.
const PAUSE: Duration = Duration::from_millis(20);

/// An acquired slot or, when all slots are in use, the lock that keeps other processes from
/// building a replica.
pub(super) enum AcquiredSlot {
    Slot(ReplicaSlot),
    AllInUse(Lock),
}

impl ReplicaCache {
    /// Acquires a slot of the archive whose first import has this digest. Prefers the usable
    /// replica with the fewest imports to apply. When all are in use, waits for one. After a
    /// timeout, acquires another slot to build in.
    pub(super) fn acquire_slot(&self, key: &str, archive: &Path) -> Result<AcquiredSlot> {
        let (folder, journal) = (self.archive_folder(key), archive.join("journal"));
        let mut wait: Option<ReplicaWait> = None;
        loop {
            let replicas = usable_replicas(&folder, &journal)?;
            for UsableReplica { slot, .. } in &replicas {
                if let Some(lock) = try_lock(slot)?
                    // Another process may have used the slot in the meantime.
                    && ReplicaState::read_usable(slot, &journal)?.is_some()
                {
                    if wait.is_some() && replicas.len() < available_parallelism() {
                        copy_for_waiting_processes(&folder, archive, slot);
                    }
                    return Ok(AcquiredSlot::Slot(ReplicaSlot::new(
                        slot.clone(),
                        lock,
                        true,
                        None,
                    )));
                }
            }
            let is_over = wait.as_ref().is_some_and(|wait| wait.is_over(&replicas));
            if (replicas.is_empty() || is_over)
                && let Some(build_lock) = try_lock(&folder)?
                // Another process may have built a replica in the meantime.
                && usable_replicas(&folder, &journal)? == replicas
            {
                self.evict(key);
                return Ok(match free_slot(&folder, archive, |_| true)? {
                    Some((slot, lock)) => {
                        AcquiredSlot::Slot(ReplicaSlot::new(slot, lock, false, Some(build_lock)))
                    }
                    None => AcquiredSlot::AllInUse(build_lock),
                });
            }
            if wait.as_ref().is_none_or(|wait| wait.replicas != replicas) {
                wait = Some(ReplicaWait::new(replicas, &journal)?);
            }
            thread::sleep(PAUSE);
        }
    }
}

/// Copies a replica that this process has locked but not yet opened, for other processes that are
/// waiting. This is optional: a failed copy is removed, and the error is ignored.
fn copy_for_waiting_processes(folder: &Path, archive: &Path, replica: &Path) {
    let copy = || -> Result<()> {
        let Some(build_lock) = try_lock(folder)? else { return Ok(()) };
        let is_empty =
            |preference: &BuildPreference| *preference < BuildPreference::OtherArchive(None);
        let Some((slot, lock)) = free_slot(folder, archive, is_empty)? else { return Ok(()) };
        let (from, to) = (replica.join("store"), slot.join("store"));
        let (_, bytes) = folder_size(&from, |_| true)?;
        ensure_free_space(&slot, 2 * bytes)?;
        // The previous process may not have closed the database yet.
        let database = File::open(from.join("db")).map_err(Error::io("open", &from))?;
        if database.try_lock_shared().is_err() {
            return Ok(());
        }
        let slot = ReplicaSlot::new(slot, lock, false, Some(build_lock));
        slot.clear()?;
        let copied = copy_store(&from, &to).and_then(|()| {
            ReplicaState::copy(replica, &slot.folder).map_err(Error::io("copy", replica))
        });
        copied.or_else(|_| slot.clear().map(drop))
    };
    let _ = copy();
}

/// A wait for a replica that other processes use.
struct ReplicaWait {
    replicas: Vec<UsableReplica>,
    since: Instant,
    /// Maximum time that the same processes may hold the replicas before another one is built: five
    /// seconds plus the estimated time to build one.
    limit: Duration,
}

/// Minimum speed of building a replica, in compressed journal bytes per second.
const MINIMUM_BUILD_BYTES_PER_SECOND: u64 = 8 * 1024 * 1024;

impl ReplicaWait {
    fn new(replicas: Vec<UsableReplica>, journal: &Path) -> Result<Self> {
        let (_, bytes) = folder_size(journal, |_| true)?;
        let limit = Duration::from_secs(5 + bytes / MINIMUM_BUILD_BYTES_PER_SECOND);
        Ok(Self { replicas, since: Instant::now(), limit })
    }

    /// Returns whether the same processes have held the replicas for too long.
    fn is_over(&self, replicas: &[UsableReplica]) -> bool {
        self.replicas == replicas && self.since.elapsed() >= self.limit
    }
}

/// A replica that can follow the journal.
#[derive(Debug, PartialEq, Eq)]
struct UsableReplica {
    slot: PathBuf,
    /// Number of the last import in the replica.
    import: u64,
    /// Time of the last use.
    last_used: SystemTime,
}

/// Returns the replicas that can follow the journal, those with the fewest imports to apply first.
fn usable_replicas(folder: &Path, journal: &Path) -> Result<Vec<UsableReplica>> {
    let found = slot_paths(folder).filter_map(|slot| {
        let usable = ReplicaState::read_usable(&slot, journal).transpose()?;
        Some(usable.map(|(state, used)| UsableReplica {
            slot,
            import: state.import(),
            last_used: used,
        }))
    });
    let mut found = found.collect::<Result<Vec<_>>>()?;
    found.sort_by_key(|replica| Reverse(replica.import));
    Ok(found)
}

/// Returns the number of processes that can run in parallel.
fn available_parallelism() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}
