//! Taking a replica of those in the user's cache folder: a free one that can follow the journal, or a new one, which one
//! process builds while the others wait.

use std::cmp::Reverse;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::folder::{Cache, State, slots};
use super::slot::{Rank, Slot, free_slot, try_lock};
use crate::archive::stats::size;
use crate::archive::verify::copy_store;
use crate::disk::Lock;
use crate::store::ensure_free_space;
use crate::{Error, Result};

/// Pause between two attempts to take a slot.
const PAUSE: Duration = Duration::from_millis(20);

/// A slot, or the lock that keeps others from building while all slots are in use.
pub(super) enum Taken {
    Slot(Slot),
    AllInUse(Lock),
}

impl Cache {
    /// Takes a slot of the archive whose first import has this digest: of the replicas that can be used, the one that has
    /// the least to follow. When all are in use, waits for one; where they stay in the same hands, takes
    /// another slot to build in.
    pub(super) fn slot(&self, key: &str, archive: &Path) -> Result<Taken> {
        let (folder, journal) = (self.archive(key), archive.join("journal"));
        let mut wait: Option<Wait> = None;
        loop {
            let replicas = usable(&folder, &journal)?;
            for UsableReplica { slot, .. } in &replicas {
                if let Some(lock) = try_lock(slot)?
                    // Another process may have had it meanwhile.
                    && State::usable(slot, &journal)?.is_some()
                {
                    if wait.is_some() && replicas.len() < processors() {
                        share(&folder, archive, slot);
                    }
                    return Ok(Taken::Slot(Slot::new(slot.clone(), lock, true, None)));
                }
            }
            let is_over = wait.as_ref().is_some_and(|wait| wait.is_over(&replicas));
            if (replicas.is_empty() || is_over)
                && let Some(building) = try_lock(&folder)?
                // Another process may have built one meanwhile.
                && usable(&folder, &journal)? == replicas
            {
                self.evict(key);
                return Ok(match free_slot(&folder, archive, |_| true)? {
                    Some((slot, lock)) => Taken::Slot(Slot::new(slot, lock, false, Some(building))),
                    None => Taken::AllInUse(building),
                });
            }
            if wait.as_ref().is_none_or(|wait| wait.replicas != replicas) {
                wait = Some(Wait::new(replicas, &journal)?);
            }
            thread::sleep(PAUSE);
        }
    }
}

/// Copies a replica that this process has locked and not opened yet, for others that wait as it did. That is a favour:
/// where it cannot be done, nothing is left of it.
fn share(folder: &Path, archive: &Path, replica: &Path) {
    let copy = || -> Result<()> {
        let Some(building) = try_lock(folder)? else { return Ok(()) };
        let is_empty = |rank: &Rank| *rank < Rank::OfAnotherArchive(None);
        let Some((slot, lock)) = free_slot(folder, archive, is_empty)? else { return Ok(()) };
        let (from, to) = (replica.join("store"), slot.join("store"));
        let (_, bytes) = size(&from, |_| true)?;
        ensure_free_space(&slot, 2 * bytes)?;
        // A process that goes on may not have closed it yet.
        let database = File::open(from.join("db")).map_err(Error::io("open", &from))?;
        if database.try_lock_shared().is_err() {
            return Ok(());
        }
        let slot = Slot::new(slot, lock, false, Some(building));
        slot.clear()?;
        let copied = copy_store(&from, &to)
            .and_then(|()| State::copy(replica, &slot.folder).map_err(Error::io("copy", replica)));
        copied.or_else(|_| slot.clear().map(drop))
    };
    let _ = copy();
}

/// Waiting for one of the replicas that other processes use.
struct Wait {
    replicas: Vec<UsableReplica>,
    since: Instant,
    /// For how long the same processes may have them before another is built: some seconds, and about as long as that
    /// takes.
    limit: Duration,
}

/// Number of packed bytes of the journal of which a replica is built in a second, at least.
const BUILT_PER_SECOND: u64 = 8 * 1024 * 1024;

impl Wait {
    fn new(replicas: Vec<UsableReplica>, journal: &Path) -> Result<Self> {
        let (_, bytes) = size(journal, |_| true)?;
        let limit = Duration::from_secs(5 + bytes / BUILT_PER_SECOND);
        Ok(Self { replicas, since: Instant::now(), limit })
    }

    /// Whether the same processes have had them for too long.
    fn is_over(&self, replicas: &[UsableReplica]) -> bool {
        self.replicas == replicas && self.since.elapsed() >= self.limit
    }
}

/// A replica that can follow the journal.
#[derive(Debug, PartialEq, Eq)]
struct UsableReplica {
    slot: PathBuf,
    /// The last import that it has.
    import: u64,
    /// When it was used last.
    used: SystemTime,
}

/// The replicas that can follow the journal, first those that have the least to follow.
fn usable(folder: &Path, journal: &Path) -> Result<Vec<UsableReplica>> {
    let found = slots(folder).filter_map(|slot| {
        let usable = State::usable(&slot, journal).transpose()?;
        Some(usable.map(|(state, used)| UsableReplica { slot, import: state.import(), used }))
    });
    let mut found = found.collect::<Result<Vec<_>>>()?;
    found.sort_by_key(|replica| Reverse(replica.import));
    Ok(found)
}

/// Number of processes that run at once.
fn processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}
