//! sled, and its traps: it blocks forever on a full disk, may panic on a damaged file or when it is dropped, keeps
//! its lock for a moment after a kill, and does not find some keys. The only file that calls sled.

use std::fs::{self, File};
use std::io;
use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use crate::disk::exists;
use crate::{Error, Result};

/// Minimum free space for any write, in bytes: a few segments. sled waits forever for a write that a full disk refused.
const SPARE: u64 = 4 * SEGMENT as u64;

/// Size of a segment of sled's log, in bytes. A node that is larger than a quarter of it goes to a file of its own.
const SEGMENT: usize = 512 * 1024;

/// Bytes that sled writes for each byte of an item, at most: it writes nodes of up to 16 items again.
pub(super) const GROWTH: u64 = 4;

/// Size of sled's own cache, in bytes.
const CACHE: u64 = 8 * 1024 * 1024;

/// Message of sled when its file is locked. The archive's own lock is held by then, so the process that had the file
/// is about to release it.
const LOCKED: &str = "could not acquire lock";

/// Number of attempts to lock the file, and the pause between two.
const ATTEMPTS: u32 = 500;
const PAUSE: Duration = Duration::from_millis(10);

/// Prefix of the groups' keys. Other keys stand before them.
const GROUP: u8 = b'g';

/// Ensures that the disk has space for this many bytes, and some to spare.
pub(crate) fn ensure_free_space(store: &Path, bytes: u64) -> Result<()> {
    let folder = if store.exists() { store } else { store.parent().unwrap_or(store) };
    let needed = bytes + SPARE;
    match fs4::available_space(folder) {
        Ok(free) if free < needed => {
            let problem = format!(
                "the disk is full: it needs {} kB, and has {} kB",
                needed / 1000,
                free / 1000
            );
            let source = io::Error::new(io::ErrorKind::StorageFull, problem);
            Err(Error::Io { doing: "write to", path: store.to_owned(), source })
        }
        _ => Ok(()),
    }
}

/// Bytes that sled shares.
pub(super) type Packed = sled::IVec;

/// An open database.
#[derive(Debug)]
pub(super) struct Tree {
    path: PathBuf,
    /// None once it is closed.
    db: Option<sled::Db>,
    /// The system has refused something. sled would wait for ever for what it could not write.
    has_failed: AtomicBool,
}

/// Number of threads that sled starts for good, and one that works beside them.
const THREADS: usize = 8;

/// Ensures that the system starts as many threads at once as sled needs. sled goes on without those that
/// are refused, and then waits for ever for what they were to do.
fn ensure_threads() -> Result<()> {
    // Its threads serve every store that a process opens, and never end.
    static STARTED: AtomicBool = AtomicBool::new(false);
    if STARTED.load(Ordering::Relaxed) {
        return Ok(());
    }
    let (stop, stopped) = mpsc::channel::<()>();
    let stopped = Arc::new(Mutex::new(stopped));
    let start = |_| {
        let stopped = Arc::clone(&stopped);
        // Each ends when there is nobody who could tell it to.
        let wait = move || drop(stopped.lock().map(|stopped| stopped.recv()));
        thread::Builder::new().spawn(wait)
    };
    let started: io::Result<Vec<_>> = (0..THREADS).map(start).collect();
    drop(stop);
    let started = started.map_err(Error::no_thread("the store"))?;
    started.into_iter().for_each(|thread| drop(thread.join()));
    STARTED.store(true, Ordering::Relaxed);
    Ok(())
}

/// sled's settings, for which it looks at the clock and panics before 1970.
fn config() -> Result<sled::Config> {
    catch_unwind(sled::Config::new).map_err(|_| {
        let problem = "the clock is before 1970, when sled does not work: set the clock";
        Error::io("open", Path::new("store"))(io::Error::other(problem))
    })
}

impl Tree {
    /// Opens the database in a folder.
    ///
    /// # Errors
    /// [`Error::Busy`] when another process has it, [`Error::Io`] when the system refuses, [`Error::Store`] when it
    /// is damaged.
    pub(super) fn open(path: &Path) -> Result<Self> {
        ensure_threads()?;
        remove_unfinished(path)?;
        let config = config()?.path(path).cache_capacity(CACHE);
        // The journal is what is durable: a store that lags behind it catches up on open.
        let config = config.flush_every_ms(None).segment_size(SEGMENT);
        let (mut waits, mut again) = (0..ATTEMPTS, false);
        loop {
            match catch_sled_panic(path, || config.open()) {
                Err(Error::Busy { .. }) if waits.next().is_some() => thread::sleep(PAUSE),
                Err(Error::Store(_)) if !again => {
                    ensure_readable(path)?;
                    again = true;
                }
                opened => {
                    return opened.map(|db| Self {
                        path: path.to_owned(),
                        db: Some(db),
                        has_failed: AtomicBool::new(false),
                    });
                }
            }
        }
    }

    /// What the database answers.
    ///
    /// # Errors
    /// As [`Tree::open`].
    fn ask<T>(&self, ask: impl Fn(&sled::Db) -> sled::Result<T>) -> Result<T> {
        let closed = || Error::Store("it is closed".to_owned());
        let db = self.db.as_ref().ok_or_else(closed)?;
        let answer = match catch_sled_panic(&self.path, || ask(db)) {
            Err(Error::Store(_)) => {
                ensure_readable(&self.path)?;
                catch_sled_panic(&self.path, || ask(db))
            }
            answer => answer,
        };
        if matches!(answer, Err(Error::Io { .. })) {
            self.has_failed.store(true, Ordering::Relaxed);
        }
        answer
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Packed>> {
        self.ask(|db| db.get(key))
    }

    /// Writes the value of a key.
    pub(super) fn insert(&self, key: &[u8], value: &[u8]) -> Result<()> {
        self.ask(|db| db.insert(key, value)).map(drop)
    }

    /// Whether nothing was ever written.
    pub(super) fn is_empty(&self) -> Result<bool> {
        self.ask(|db| Ok(db.is_empty()))
    }

    /// The last group at or before a key of [`group_key`], with its key.
    pub(super) fn floor(&self, key: &[u8]) -> Result<Option<(Packed, Packed)>> {
        let range = (Bound::Included([GROUP].as_slice()), Bound::Included(key));
        self.ask(|db| db.range::<&[u8], _>(range).next_back().transpose())
    }

    /// The first group behind a key of [`group_key`], with its key.
    pub(super) fn higher(&self, key: &[u8]) -> Result<Option<(Packed, Packed)>> {
        self.ask(|db| db.get_gt(key))
    }

    /// Hands all that was written to the disk.
    ///
    /// # Errors
    /// As [`Tree::open`]. After another error of the system nothing is written any more: sled would wait forever.
    pub(super) fn flush(&self) -> Result<()> {
        if self.has_failed.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.ask(|db| db.flush()).map(drop)
    }

    fn let_go(&mut self) -> Result<()> {
        let db = self.db.take();
        catch_sled_panic(&self.path, || {
            drop(db);
            Ok(())
        })
    }
}

impl Drop for Tree {
    /// sled panics where its file cannot be synced. The journal is durable, so nothing is lost.
    fn drop(&mut self) {
        let _ = self.let_go();
    }
}

/// Removes what sled left of files that it was writing when its process was killed, and would take for damage: a
/// snapshot, and the settings of a database that it had not created yet.
fn remove_unfinished(store: &Path) -> Result<()> {
    let is_new = !exists(&store.join("db"))?;
    for entry in fs::read_dir(store).map_err(Error::io("read", store))? {
        let entry = entry.map_err(Error::io("read", store))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_snapshot = name.starts_with("snap.") && name.ends_with(".generating");
        if is_snapshot || (is_new && name == "conf") {
            let file = entry.path();
            fs::remove_file(&file).map_err(Error::io("remove", &file))?;
        }
    }
    Ok(())
}

/// Ensures that the system reads every file of a store. sled takes a read that fails for damage, so what it calls damage is
/// tried once more.
fn ensure_readable(store: &Path) -> Result<()> {
    for entry in walkdir::WalkDir::new(store) {
        let entry = entry.map_err(|error| Error::io("read", store)(error.into()))?;
        if entry.file_type().is_file() {
            let read = File::open(entry.path());
            let read = read.and_then(|mut file| io::copy(&mut file, &mut io::sink()));
            read.map_err(Error::io("read", entry.path()))?;
        }
    }
    Ok(())
}

/// What is said of a store that another version of hustings wrote.
pub(crate) const OTHER_FORMAT: &str = "another version of hustings wrote it";

/// Calls sled, which may panic on a damaged file or when the system refuses.
fn catch_sled_panic<T>(path: &Path, run: impl FnOnce() -> sled::Result<T>) -> Result<T> {
    let message = match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(sled::Error::Io(source))) => match source.raw_os_error() {
            Some(_) => return Err(Error::io("use", path)(source)),
            None if source.kind() == io::ErrorKind::WriteZero => {
                return Err(Error::io("use", path)(source));
            }
            None if source.to_string().contains(LOCKED) => {
                let path = path.parent().unwrap_or(path).to_owned();
                return Err(Error::Busy { path, holder: None });
            }
            None => source.to_string(),
        },
        Ok(Err(sled::Error::Corruption { .. })) => "its database is damaged".to_owned(),
        Ok(Err(sled::Error::Unsupported(_))) => OTHER_FORMAT.to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(panic) => match panic.downcast::<String>() {
            Ok(message) => *message,
            Err(_) => "sled panicked".to_owned(),
        },
    };
    Err(match os_error(&message) {
        Some(code) => Error::io("use", path)(io::Error::from_raw_os_error(code)),
        None => Error::Store(message),
    })
}

/// The number of an error of the operating system in a message that quotes one: sled copies errors as their debug
/// text, and panics with it.
fn os_error(message: &str) -> Option<i32> {
    let (_, code) = message.split_once("Os { code: ")?;
    code.split(',').next()?.parse().ok()
}

/// The key of the group whose first item has the key `start`.
pub(super) fn group_key(start: &[u8]) -> Vec<u8> {
    let mut key = Vec::with_capacity(start.len() + 8);
    key.push(GROUP);
    escape(start, &mut key);
    key
}

/// Recovers the first key of a group from [`group_key`].
pub(super) fn start_of(key: &[u8]) -> Vec<u8> {
    let mut bytes = key.iter().skip(1);
    let mut plain = Vec::with_capacity(key.len());
    while let Some(byte) = bytes.next() {
        let more = if *byte == ESCAPE { bytes.next().copied().unwrap_or(0) } else { 0 };
        plain.push(byte.wrapping_add(more));
    }
    plain
}

/// The byte that escapes itself and the one after it.
const ESCAPE: u8 = 254;

/// Writes a key without the byte 255, keeping the order of keys. Where four of these stand in a row, sled may not find
/// the key before: it takes them for the key after every other.
fn escape(key: &[u8], into: &mut Vec<u8>) {
    for byte in key {
        into.push((*byte).min(ESCAPE));
        if *byte >= ESCAPE {
            into.push(byte - ESCAPE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn escaped_keys_are_in_the_same_order(
            one in prop::collection::vec(prop_oneof![any::<u8>(), 253_u8..], 0..8),
            other in prop::collection::vec(prop_oneof![any::<u8>(), 253_u8..], 0..8),
        ) {
            let (first, second) = (group_key(&one), group_key(&other));
            prop_assert_eq!(one.cmp(&other), first.cmp(&second));
            prop_assert_eq!(one.starts_with(&other), first.starts_with(&second));
            prop_assert!(!first.contains(&255));
            prop_assert_eq!(start_of(&first), one);
        }
    }
}
