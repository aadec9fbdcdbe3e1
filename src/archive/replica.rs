//! Opening an archive to read it. Where its own store cannot be used, a replica follows the journal: a store of its own
//! in the user's cache folder.

mod folder;
mod slot;
mod take;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};
use std::thread;
use std::time::{Duration, SystemTime};

use super::guard::scratch;
use super::open::DAMAGED;
use super::verify::copy_store;
use super::{Archive, Open, Progress, Shared, Snapshot, Writing};
use crate::disk::{Lock, exists};
use crate::error::readable;
use crate::index::{self, Applied};
use crate::journal::{Followed, Journal};
use crate::store::Store;
use crate::{Error, Result};

pub use folder::ReplicaInfo;
pub(super) use folder::replicas;
use folder::{Cache, State};
use slot::Slot;
use take::Taken;

/// Number of attempts to follow a journal that is being replaced, and the pause between two.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(50);

/// Maximum number of packed bytes of the journal that are followed at once, whenever it was followed last.
const SHORT: u64 = 1024 * 1024;

/// The store that answers in place of the archive's own.
#[derive(Debug)]
pub struct Replica {
    /// Its folder.
    pub folder: PathBuf,
    /// The last import that it has.
    pub import: u64,
    /// The damage that hides later imports.
    pub damage: Option<String>,
    /// Number of later imports that it leaves out: during a large import, it need not follow what came in the last ten
    /// seconds.
    pub left_out: u64,
    /// Removed with the replica.
    _scratch: Option<tempfile::TempDir>,
}

/// Why the archive's own store cannot be used.
enum Obstacle {
    Busy(Error),
    ReadOnly,
}

/// A replica that has followed the journal.
struct Follower {
    writing: Writing,
    state: Snapshot,
    /// The damage that stands behind it.
    damage: Option<Error>,
    left_out: u64,
    notice: String,
}

impl Open {
    /// Opens the archive to read it: its own store, or a replica where another process has the archive, or it cannot be
    /// written.
    pub(super) fn open_to_read(mut self, path: &Path) -> Result<Archive> {
        let obstacle = match self.open_own(path) {
            Err(busy @ Error::Busy { .. }) => Obstacle::Busy(busy),
            // The lock file was replaced by another process, which has the archive now.
            Err(Error::LockLost(lost)) => Obstacle::Busy(Error::Busy { path: lost, holder: None }),
            Err(error) if error.is_read_only() => Obstacle::ReadOnly,
            opened => return opened,
        };
        let failed =
            |problem: String| Error::io("follow with a replica", path)(io::Error::other(problem));
        let (mut attempts, mut may_copy) = (1..ATTEMPTS, matches!(obstacle, Obstacle::ReadOnly));
        loop {
            match self.open_replica(path, &obstacle, may_copy) {
                // The journal was replaced meanwhile, or the replica is damaged, and is rebuilt.
                Ok(None) | Err(Error::Journal { .. } | Error::Store(_))
                    if attempts.next().is_some() => {}
                Ok(Some(archive)) if archive.is_damaged() && attempts.next().is_some() => {}
                Ok(Some(archive)) => return Ok(archive),
                Ok(None) => return Err(failed("the journal is replaced all the time".to_owned())),
                // That is about the replica, and not about the archive's own store.
                Err(Error::Store(problem)) => return Err(failed(problem)),
                Err(error) => return Err(error),
            }
            may_copy = false;
            thread::sleep(PAUSE);
        }
    }

    /// Opens a replica that has followed the journal. None where that is not what it was just before.
    fn open_replica(
        &mut self,
        path: &Path,
        obstacle: &Obstacle,
        may_copy: bool,
    ) -> Result<Option<Archive>> {
        let key = Journal::first_digest(&path.join("journal"))?;
        let cache = self.cache.as_deref().and_then(Cache::open);
        if let (Some(cache), Some(key)) = (cache, key) {
            let opened = match cache.slot(&key, path) {
                Ok(Taken::Slot(slot)) => self.open_slot(path, obstacle, may_copy, slot, None),
                Ok(Taken::AllInUse(lock)) => {
                    return self.open_temporary(path, obstacle, may_copy, Some(lock));
                }
                Err(error) => Err(error),
            };
            // Where the cache folder has no room, a temporary one may have some.
            if !matches!(opened, Err(Error::Io { .. })) {
                return opened;
            }
        }
        self.open_temporary(path, obstacle, may_copy, None)
    }

    /// Opens a replica that is removed with the archive that it answers for.
    fn open_temporary(
        &mut self,
        path: &Path,
        obstacle: &Obstacle,
        may_copy: bool,
        building: Option<Lock>,
    ) -> Result<Option<Archive>> {
        let scratch = scratch()?;
        let slot = Slot::temporary(scratch.path(), building)?;
        self.open_slot(path, obstacle, may_copy, slot, Some(scratch))
    }

    fn open_slot(
        &mut self,
        path: &Path,
        obstacle: &Obstacle,
        may_copy: bool,
        slot: Slot,
        scratch: Option<tempfile::TempDir>,
    ) -> Result<Option<Archive>> {
        let followed = self.follow_journal(path, obstacle, may_copy, &slot);
        match &followed {
            Ok(None) | Err(Error::Store(_)) => slot.distrust()?,
            // One that could not be built is nobody's, and takes room.
            Err(_) if !slot.is_usable => drop(slot.clear()),
            _ => {}
        }
        let Some(Follower { writing, state, damage, left_out, notice }) = followed? else {
            return Ok(None);
        };
        let import = writing.journal.end().import;
        let damage = damage.map(|damage| damage.to_string());
        let Slot { folder, lock, .. } = slot;
        let replica = Replica { folder, import, damage, left_out, _scratch: scratch };
        let shared = Shared {
            path: path.to_owned(),
            notices: vec![notice],
            disk: Arc::clone(&self.disk),
            lock,
            writing: Mutex::new(writing),
            state: RwLock::new(state),
            is_read_only: true,
            cache: self.cache.clone(),
            replica: Some(replica),
        };
        Ok(Some(Archive { shared: Arc::new(shared) }))
    }

    /// Brings the store in a slot to the end of the journal; or, while a large import goes on, near it, since each process
    /// would otherwise do all the work of that import again.
    fn follow_journal(
        &mut self,
        path: &Path,
        obstacle: &Obstacle,
        may_copy: bool,
        slot: &Slot,
    ) -> Result<Option<Follower>> {
        let folder = slot.folder.join("store");
        if !slot.is_usable {
            let is_damaged = slot.clear()?;
            if may_copy && !is_damaged {
                copy_closed_store(path, &folder);
            }
        }
        let (store, now) = (Store::open(&folder)?, SystemTime::now());
        let marker = store.marker()?;
        let known = Applied::of(&marker)?.mark;
        let lately = State::read(&slot.folder)
            .and_then(|(state, _)| state.followed_lately(&known, now))
            .filter(|_| marker.position == marker.visible);
        let most = if lately.is_some() { SHORT } else { u64::MAX };
        let followed = Journal::follow(&path.join("journal"), &known, most)?;
        let Some(Followed { journal, damage, left_out }) = followed else { return Ok(None) };
        let damage = match damage {
            // There is nothing to answer from.
            Some(damage) if journal.end().import == 0 => return Err(damage),
            damage => damage,
        };
        let journal = journal.guarded_by(Arc::clone(&slot.lock));
        let mut writer = index::Writer::new(Some(Arc::clone(&store)))?;
        let mut done = 0;
        writer.follow(&journal, &mut || {
            done += 1;
            (self.progress)(Progress { done });
        })?;
        let writing = Writing { journal, store, writer };
        let state = Snapshot::new(&writing)?;
        let end = writing.journal.end();
        let all = Some(now).filter(|_| damage.is_none());
        slot.note(end, path, if left_out.is_some() { lately } else { all });
        let left_out = left_out.unwrap_or(0);
        let notice = notice(path, obstacle, &state, end.import, left_out, damage.as_ref())?;
        Ok(Some(Follower { writing, state, damage, left_out, notice }))
    }
}

impl Archive {
    /// The replica that answers in place of the archive's own store, if one does.
    #[must_use]
    pub fn replica(&self) -> Option<&Replica> {
        self.shared.replica.as_ref()
    }

    /// Whether damage to the journal hides imports from the replica.
    fn is_damaged(&self) -> bool {
        self.replica().is_some_and(|replica| replica.damage.is_some())
    }
}

/// Says which state a replica answers from, and why it does.
fn notice(
    path: &Path,
    obstacle: &Obstacle,
    state: &Snapshot,
    import: u64,
    left_out: u64,
    damage: Option<&Error>,
) -> Result<String> {
    let why = match obstacle {
        Obstacle::Busy(busy) => busy.to_string(),
        Obstacle::ReadOnly => format!("the archive {} cannot be written", path.display()),
    };
    let recorded = readable(&state.import_of(import)?.recorded);
    let recorded = if recorded.is_empty() { recorded } else { format!(" ({recorded})") };
    let damage = damage.map(|damage| format!("; later imports are damaged: {damage}"));
    let damage = damage.unwrap_or_default();
    let left_out = match left_out {
        0 => String::new(),
        1 => "; the import after it is not in it yet".to_owned(),
        more => format!("; the {more} imports after it are not in it yet"),
    };
    Ok(format!("{why}; this is the archive as of import {import}{recorded}{left_out}{damage}"))
}

/// Copies the store of an archive that no process has open, which is faster than to build one. Without a copy, the
/// replica is built.
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
        if exists(&archive.join(DAMAGED))? || !exists(&store)? {
            return Ok(false);
        }
        copy_store(&store, to)?;
        // Nobody has opened the archive meanwhile.
        Ok(held.is_some() || !exists(&lock)?)
    };
    if !copy().unwrap_or(false) {
        let _ = fs::remove_dir_all(to);
    }
}
