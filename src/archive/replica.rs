//! Opening an archive for reading. When its own store cannot be used, a replica in the user's cache
//! folder follows the journal.

mod acquire;
mod cache;
mod past;
mod slot;
mod state;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, SystemTime};
use std::{io, thread};

use super::maintain::verify::copy_store;
use super::open::DAMAGE_MARKER;
use super::path_guard::temporary_folder;
use super::{Archive, ArchiveInner, OpenOptions, Progress, Snapshot, WriterState};
use crate::disk::{Lock, exists};
use crate::error::format_timestamp;
use crate::index::{self, AppliedPosition};
use crate::ingest::parse_entry;
use crate::journal::{FollowedJournal, Journal};
use crate::store::Store;
use crate::{Error, Result};
use acquire::AcquiredSlot;
use cache::ReplicaCache;
pub(super) use cache::{discard_replicas, list_replicas};
use slot::ReplicaSlot;
pub use state::ReplicaInfo;
use state::ReplicaState;

/// Maximum number of attempts to follow a journal that is being replaced, and the pause between
/// attempts.
const MAX_ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(50);

/// Maximum size of new journal data, in compressed bytes, that is applied even to a replica that
/// was complete in the last ten seconds.
const MAX_IMMEDIATE_UPDATE: u64 = 1024 * 1024;

/// The store that is read in place of the archive's own.
#[derive(Debug)]
#[non_exhaustive]
pub struct Replica {
    /// Folder of the replica.
    pub folder: PathBuf,
    /// Number of the last import in the replica.
    pub import: u64,
    /// Damage in the journal that hides later imports.
    pub damage: Option<String>,
    /// Number of later imports that are not applied. During a large import, a replica may lag up to
    /// ten seconds.
    pub lag: u64,
    /// Temporary folder, removed together with the replica.
    _scratch: Option<tempfile::TempDir>,
}

/// Reason why the archive's own store cannot be used.
enum Obstacle {
    Busy(Error),
    ReadOnly,
}

/// A replica that has followed the journal.
struct FollowedReplica {
    writer_state: WriterState,
    snapshot: Snapshot,
    /// Damage in the journal after the last applied import.
    damage: Option<Error>,
    lag: u64,
    notice: String,
}

impl OpenOptions {
    /// Opens the archive for reading. Uses its own store, or a replica when another process holds
    /// the archive or when the archive cannot be written.
    pub(super) fn open_for_reading(mut self, path: &Path) -> Result<Archive> {
        let obstacle = match self.open_own_store(path) {
            Err(busy @ Error::Busy { .. }) => Obstacle::Busy(busy),
            // Another process replaced the lock file and now holds the archive.
            Err(Error::LockLost(lost)) => Obstacle::Busy(Error::Busy { path: lost, holder: None }),
            Err(error) if error.is_read_only() => Obstacle::ReadOnly,
            opened => return opened,
        };
        let failed =
            |problem: String| Error::io("follow with a replica", path)(io::Error::other(problem));
        let (mut attempts, mut may_copy) =
            (1..MAX_ATTEMPTS, matches!(obstacle, Obstacle::ReadOnly));
        loop {
            match self.open_replica(path, &obstacle, may_copy) {
                // Retry: the journal was replaced in the meantime, or the replica is damaged and is
                // rebuilt.
                Ok(None) | Err(Error::Journal { .. } | Error::Store(_))
                    if attempts.next().is_some() => {}
                Ok(Some(archive)) if archive.is_damaged() && attempts.next().is_some() => {}
                Ok(Some(archive)) => return Ok(archive),
                Ok(None) => {
                    return Err(failed("the journal was replaced during every attempt".to_owned()));
                }
                // The error concerns the replica, not the archive's own store.
                Err(Error::Store(error)) => return Err(failed(error.to_string())),
                Err(error) => return Err(error),
            }
            may_copy = false;
            thread::sleep(PAUSE);
        }
    }

    /// Opens a replica that has followed the journal. Returns `None` when the journal no longer
    /// contains the replica's last import.
    fn open_replica(
        &mut self,
        path: &Path,
        obstacle: &Obstacle,
        may_copy: bool,
    ) -> Result<Option<Archive>> {
        let key = Journal::first_digest(&path.join("journal"))?;
        let cache = self.cache_folder.as_deref().and_then(ReplicaCache::open);
        if let (Some(cache), Some(key)) = (cache, key) {
            let opened = match cache.acquire_slot(&key, path) {
                Ok(AcquiredSlot::Slot(slot)) => {
                    self.open_slot(path, obstacle, may_copy, slot, None)
                }
                Ok(AcquiredSlot::AllInUse(lock)) => {
                    return self.open_temporary(path, obstacle, may_copy, Some(lock));
                }
                Err(error) => Err(error),
            };
            // If the cache folder's disk is full, the disk of the temporary folder may still have
            // space.
            if !matches!(opened, Err(Error::Io { .. })) {
                return opened;
            }
        }
        self.open_temporary(path, obstacle, may_copy, None)
    }

    /// Opens a replica in a temporary folder, which is removed when the archive is closed.
    fn open_temporary(
        &mut self,
        path: &Path,
        obstacle: &Obstacle,
        may_copy: bool,
        build_lock: Option<Lock>,
    ) -> Result<Option<Archive>> {
        let scratch = temporary_folder()?;
        let slot = ReplicaSlot::temporary(scratch.path(), build_lock)?;
        self.open_slot(path, obstacle, may_copy, slot, Some(scratch))
    }

    fn open_slot(
        &mut self,
        path: &Path,
        obstacle: &Obstacle,
        may_copy: bool,
        slot: ReplicaSlot,
        scratch: Option<tempfile::TempDir>,
    ) -> Result<Option<Archive>> {
        let followed = self.follow_journal(path, obstacle, may_copy, &slot);
        match &followed {
            Ok(None) | Err(Error::Store(_)) => slot.mark_damaged()?,
            // Remove an incomplete replica: no process can use it, and it occupies space.
            Err(_) if !slot.is_usable => drop(slot.clear()),
            _ => {}
        }
        let Some(FollowedReplica { writer_state, snapshot, damage, lag, notice }) = followed?
        else {
            return Ok(None);
        };
        let import = writer_state.journal.end_position().import;
        let damage = damage.map(|damage| damage.to_string());
        let ReplicaSlot { folder, lock, .. } = slot;
        let replica = Replica { folder, import, damage, lag, _scratch: scratch };
        let shared = ArchiveInner {
            path: path.to_owned(),
            notices: vec![notice],
            disk: Arc::clone(&self.disk),
            lock,
            writer_state: Mutex::new(writer_state),
            snapshot: RwLock::new(snapshot),
            is_read_only: true,
            cache_folder: self.cache_folder.clone(),
            replica: Some(replica),
        };
        Ok(Some(Archive { inner: Arc::new(shared) }))
    }

    /// Applies the journal to the store in a slot. A replica that was complete in the last ten
    /// seconds is not updated if more than `MAX_IMMEDIATE_UPDATE` bytes follow, as during a large
    /// import. Without this limit, every reading process would apply the whole import again.
    /// Returns `None` when the journal no longer contains the replica's last import.
    fn follow_journal(
        &mut self,
        path: &Path,
        obstacle: &Obstacle,
        may_copy: bool,
        slot: &ReplicaSlot,
    ) -> Result<Option<FollowedReplica>> {
        let folder = slot.folder.join("store");
        if !slot.is_usable {
            let is_damaged = slot.clear()?;
            if may_copy && !is_damaged {
                copy_closed_store(path, &folder);
            }
        }
        let (store, now) = (Store::open(&folder)?, SystemTime::now());
        let marker = store.marker()?;
        let position = AppliedPosition::from_marker(&marker)?.log_position;
        let recently_complete = ReplicaState::read(&slot.folder)
            .and_then(|(state, _)| state.recently_complete(&position, now))
            .filter(|_| marker.position == marker.visible);
        let max_bytes = if recently_complete.is_some() { MAX_IMMEDIATE_UPDATE } else { u64::MAX };
        let followed = Journal::follow(&path.join("journal"), &position, max_bytes)?;
        let Some(FollowedJournal { journal, damage, omitted_imports: lag }) = followed else {
            return Ok(None);
        };
        let damage = match damage {
            // Without any readable import, there is nothing to query.
            Some(damage) if journal.end_position().import == 0 => return Err(damage),
            damage => damage,
        };
        let journal = journal.with_lock(Arc::clone(&slot.lock));
        let mut writer = index::StoreWriter::new(Some(Arc::clone(&store)), parse_entry)?;
        let mut done = 0;
        writer.follow(&journal, &mut || {
            done += 1;
            (self.progress)(Progress { done });
        })?;
        let writer_state = WriterState { journal, store, writer };
        let snapshot = Snapshot::new(&writer_state)?;
        let end = writer_state.journal.end_position();
        let last_complete = Some(now).filter(|_| damage.is_none());
        let erasure = snapshot.applied().last_erasure;
        slot.write_state(
            end,
            erasure,
            path,
            if lag.is_some() { recently_complete } else { last_complete },
        );
        let lag = lag.unwrap_or(0);
        let notice = replica_notice(path, obstacle, &snapshot, end.import, lag, damage.as_ref())?;
        Ok(Some(FollowedReplica { writer_state, snapshot, damage, lag, notice }))
    }
}

impl Archive {
    /// Returns the replica that is read in place of the archive's own store, if any.
    #[must_use]
    pub fn replica(&self) -> Option<&Replica> {
        self.inner.replica.as_ref()
    }

    /// Returns whether damage in the journal hides imports from the replica.
    fn is_damaged(&self) -> bool {
        self.replica().is_some_and(|replica| replica.damage.is_some())
    }
}

/// Describes the state that a replica shows, and why a replica is used.
fn replica_notice(
    path: &Path,
    obstacle: &Obstacle,
    snapshot: &Snapshot,
    import: u64,
    lag: u64,
    damage: Option<&Error>,
) -> Result<String> {
    let why = match obstacle {
        Obstacle::Busy(busy) => busy.to_string(),
        Obstacle::ReadOnly => format!("the archive {} cannot be written", path.display()),
    };
    let recorded = format_timestamp(&snapshot.import_commit(import)?.recorded);
    let recorded = if recorded.is_empty() { recorded } else { format!(" ({recorded})") };
    let damage = damage.map(|damage| format!("; later imports are damaged: {damage}"));
    let damage = damage.unwrap_or_default();
    let left_out = match lag {
        0 => String::new(),
        1 => "; 1 later import is not included yet".to_owned(),
        count => format!("; {count} later imports are not included yet"),
    };
    Ok(format!("{why}; this is the archive as of import {import}{recorded}{left_out}{damage}"))
}

/// Copies the store of an archive that no process has open. Copying is faster than building a
/// replica from the journal. If copying fails, the replica is built.
fn copy_closed_store(archive: &Path, to: &Path) {
    let copy = || -> Result<bool> {
        let lock = Lock::path(archive);
        let held = match File::open(&lock) {
            Ok(file) if file.try_lock_shared().is_ok() => Some(file),
            Ok(_) => return Ok(false),
            Err(_) if exists(&lock)? => return Ok(false),
            Err(_) => None,
        };
        let store = archive.join("store");
        if exists(&archive.join(DAMAGE_MARKER))? || !exists(&store)? {
            return Ok(false);
        }
        copy_store(&store, to)?;
        // The copy is valid only if no process opened the archive in the meantime.
        Ok(held.is_some() || !exists(&lock)?)
    };
    if !copy().unwrap_or(false) {
        let _ = fs::remove_dir_all(to);
    }
}
