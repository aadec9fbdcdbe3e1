//! Calls sled, and works around its faults: it blocks forever on a full disk, may panic on damage
//! and when dropped, keeps its lock for a moment after a kill, does not find some keys, and never
//! syncs large nodes. The only file that calls sled.

use std::fs::{self, File};
use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use std::{io, thread};

use crate::disk::{Disk, SystemDisk, exists, is_not_found};
use crate::{Error, Result, StoreError};

/// Minimum free space for any write, in bytes. sled waits forever for a write that fails because
/// the disk is full.
const RESERVED_SPACE: u64 = 4 * SEGMENT_SIZE as u64;

/// Size of a segment of sled's log, in bytes. sled stores a node larger than a quarter of a segment
/// in a separate file.
const SEGMENT_SIZE: usize = 512 * 1024;

/// Maximum number of bytes that sled writes per byte of an item: it rewrites nodes of 16 items.
pub(super) const WRITE_AMPLIFICATION: u64 = 4;

/// Size of sled's own cache, in bytes.
const SLED_CACHE_SIZE: u64 = 8 * 1024 * 1024;

/// Message of sled when its file is still locked by a process that has already released the
/// archive's own lock.
const LOCKED_MESSAGE: &str = "could not acquire lock";

/// Maximum number of attempts to lock the file, and the pause between two attempts.
const MAX_LOCK_ATTEMPTS: u32 = 500;
const LOCK_RETRY_INTERVAL: Duration = Duration::from_millis(10);

/// Prefix of the groups' keys. All other keys sort before it.
const GROUP_PREFIX: u8 = b'g';

/// Ensures that the disk has space for this many bytes and for a reserve.
pub(crate) fn ensure_free_space(store: &Path, bytes: u64) -> Result<()> {
    let folder = if store.exists() { store } else { store.parent().unwrap_or(store) };
    let needed = bytes + RESERVED_SPACE;
    match fs4::available_space(folder) {
        Ok(free) if free < needed => {
            let problem = format!(
                "the disk is full: it needs {} kB, and has {} kB",
                needed / 1000,
                free / 1000
            );
            let source = io::Error::new(io::ErrorKind::StorageFull, problem);
            Err(Error::Io { operation: "write to", path: store.to_owned(), source })
        }
        _ => Ok(()),
    }
}

/// Reference-counted bytes of sled.
pub(super) type SledBytes = sled::IVec;

/// An open database.
#[derive(Debug)]
pub(super) struct Database {
    path: PathBuf,
    /// `None` once the database is closed.
    db: Option<sled::Db>,
    /// Whether an I/O error has occurred. After an error, a flush by sled would wait forever for
    /// the failed write.
    has_failed: AtomicBool,
    /// Number of the first large node that may not be synced.
    next_large_node: AtomicU64,
}

/// Folder of the files in which sled stores large nodes. The names of the files are ascending
/// numbers.
const LARGE_NODES: &str = "blobs";

/// Number of threads that sled needs: its permanent threads, and one additional thread.
const SLED_THREADS: usize = 8;

/// Ensures that the system can start the threads of sled. sled waits forever for a thread that
/// cannot start.
fn ensure_threads() -> Result<()> {
    // sled's threads serve every store that a process opens, and never end.
    static STARTED: AtomicBool = AtomicBool::new(false);
    if STARTED.load(Ordering::Relaxed) {
        return Ok(());
    }
    let (stop, stopped) = mpsc::channel::<()>();
    let stopped = Arc::new(Mutex::new(stopped));
    let start = |_| {
        let stopped = Arc::clone(&stopped);
        // Each thread ends when the sender is dropped.
        let wait = move || drop(stopped.lock().map(|stopped| stopped.recv()));
        thread::Builder::new().spawn(wait)
    };
    let started: io::Result<Vec<_>> = (0..SLED_THREADS).map(start).collect();
    drop(stop);
    let started = started.map_err(Error::spawn_failed("the store"))?;
    started.into_iter().for_each(|thread| drop(thread.join()));
    STARTED.store(true, Ordering::Relaxed);
    Ok(())
}

/// Returns sled's default settings. sled reads the clock for these settings, and panics if the
/// clock is before 1970.
fn config() -> Result<sled::Config> {
    catch_unwind(sled::Config::new).map_err(|_| {
        let problem = "the clock is before 1970, when sled does not work: set the clock";
        Error::io("open", Path::new("store"))(io::Error::other(problem))
    })
}

impl Database {
    /// Opens the database in a folder.
    ///
    /// # Errors
    /// [`Error::Busy`] when another process has it open, [`Error::Io`] on an I/O error,
    /// [`Error::Store`] when it is damaged.
    pub(super) fn open(path: &Path) -> Result<Self> {
        ensure_threads()?;
        remove_unfinished(path)?;
        let config = config()?.path(path).cache_capacity(SLED_CACHE_SIZE);
        // Only the journal must be durable: a store that lags behind the journal catches up when
        // opened.
        let config = config.flush_every_ms(None).segment_size(SEGMENT_SIZE);
        let (mut retries, mut has_rechecked) = (0..MAX_LOCK_ATTEMPTS, false);
        loop {
            match catch_sled_panic(path, || config.open()) {
                Err(Error::Busy { .. }) if retries.next().is_some() => {
                    thread::sleep(LOCK_RETRY_INTERVAL)
                }
                Err(Error::Store(_)) if !has_rechecked => {
                    ensure_readable(path)?;
                    has_rechecked = true;
                }
                opened => {
                    return opened.map(|db| Self {
                        path: path.to_owned(),
                        db: Some(db),
                        has_failed: AtomicBool::new(false),
                        next_large_node: AtomicU64::new(0),
                    });
                }
            }
        }
    }

    /// Runs an operation. After apparent damage, checks that all files are readable, and retries.
    ///
    /// # Errors
    /// As [`Database::open`].
    fn run<T>(&self, operation: impl Fn(&sled::Db) -> sled::Result<T>) -> Result<T> {
        let closed = || Error::Store(StoreError::Closed);
        let db = self.db.as_ref().ok_or_else(closed)?;
        let result = match catch_sled_panic(&self.path, || operation(db)) {
            Err(Error::Store(_)) => {
                ensure_readable(&self.path)?;
                catch_sled_panic(&self.path, || operation(db))
            }
            answer => answer,
        };
        if matches!(result, Err(Error::Io { .. })) {
            self.has_failed.store(true, Ordering::Relaxed);
        }
        result
    }

    /// Returns the value of a key.
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<SledBytes>> {
        self.run(|db| db.get(key))
    }

    /// Writes the value of a key.
    pub(super) fn insert(&self, key: &[u8], value: &[u8]) -> Result<()> {
        self.run(|db| db.insert(key, value)).map(drop)
    }

    /// Returns whether nothing was ever written.
    pub(super) fn is_empty(&self) -> Result<bool> {
        self.run(|db| Ok(db.is_empty()))
    }

    /// Returns the last group at or before a key that [`group_key`] returned, with the group's own
    /// key.
    pub(super) fn floor(&self, key: &[u8]) -> Result<Option<(SledBytes, SledBytes)>> {
        let range = (Bound::Included([GROUP_PREFIX].as_slice()), Bound::Included(key));
        self.run(|db| db.range::<&[u8], _>(range).next_back().transpose())
    }

    /// Returns the first group after a key that [`group_key`] returned, with the group's own key.
    pub(super) fn higher(&self, key: &[u8]) -> Result<Option<(SledBytes, SledBytes)>> {
        self.run(|db| db.get_gt(key))
    }

    /// Syncs the files of large nodes that were written since the last call. sled never syncs these
    /// files, and skips a node whose file is missing or damaged.
    ///
    /// # Errors
    /// On an I/O error.
    pub(super) fn sync_large_nodes(&self) -> Result<()> {
        let folder = self.path.join(LARGE_NODES);
        let next = self.next_large_node.load(Ordering::Relaxed);
        let mut last = None;
        for entry in fs::read_dir(&folder).map_err(Error::io("read", &folder))? {
            let entry = entry.map_err(Error::io("read", &folder))?;
            let number = entry.file_name().to_str().and_then(|name| name.parse::<u64>().ok());
            let Some(number) = number.filter(|number| *number >= next) else { continue };
            match SystemDisk.sync_file(&entry.path()) {
                // sled has replaced the node.
                Err(error) if is_not_found(&error) => {}
                synced => synced.map_err(Error::io("write", &entry.path()))?,
            }
            last = last.max(Some(number));
        }
        let Some(last) = last else { return Ok(()) };
        for folder in [&folder, &self.path] {
            SystemDisk.sync_folder(folder).map_err(Error::io("write", folder))?;
        }
        self.next_large_node.store(last + 1, Ordering::Relaxed);
        Ok(())
    }

    /// Flushes all written data to the disk.
    ///
    /// # Errors
    /// As [`Database::open`]. Nothing is flushed after an I/O error: sled would wait forever.
    pub(super) fn flush(&self) -> Result<()> {
        if self.has_failed.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.run(|db| db.flush()).map(drop)
    }

    fn close(&mut self) -> Result<()> {
        let db = self.db.take();
        catch_sled_panic(&self.path, || {
            drop(db);
            Ok(())
        })
    }
}

impl Drop for Database {
    /// Closes the database. sled panics if its last sync fails. Nothing is lost, because the
    /// journal is durable.
    fn drop(&mut self) {
        let _ = self.close();
    }
}

/// Removes unfinished files of a killed process: snapshots of sled, and sled's settings if there is
/// no database.
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

/// Ensures that every file of a store can be read. sled reports a failed read as damage.
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

/// Calls sled, and converts its errors and panics. sled panics on damaged files and on I/O errors.
fn catch_sled_panic<T>(path: &Path, run: impl FnOnce() -> sled::Result<T>) -> Result<T> {
    let message = match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(sled::Error::Io(source))) => match source.raw_os_error() {
            Some(_) => return Err(Error::io("use", path)(source)),
            None if source.kind() == io::ErrorKind::WriteZero => {
                return Err(Error::io("use", path)(source));
            }
            None if source.to_string().contains(LOCKED_MESSAGE) => {
                let path = path.parent().unwrap_or(path).to_owned();
                return Err(Error::Busy { path, holder: None });
            }
            None => source.to_string(),
        },
        Ok(Err(sled::Error::Corruption { .. })) => "its database is damaged".to_owned(),
        Ok(Err(sled::Error::Unsupported(_))) => {
            return Err(Error::Store(StoreError::OtherVersion));
        }
        Ok(Err(error)) => error.to_string(),
        Err(panic) => match panic.downcast::<String>() {
            Ok(message) => *message,
            Err(_) => "sled panicked".to_owned(),
        },
    };
    Err(match os_error(&message) {
        Some(code) => Error::io("use", path)(io::Error::from_raw_os_error(code)),
        None => StoreError::corrupt(message),
    })
}

/// Returns the operating system's error code in a message, as `Debug` formats it.
fn os_error(message: &str) -> Option<i32> {
    let (_, code) = message.split_once("Os { code: ")?;
    code.split(',').next()?.parse().ok()
}

/// Returns the key of the group whose first item has the key `start`.
pub(super) fn group_key(start: &[u8]) -> Vec<u8> {
    let mut key = Vec::with_capacity(start.len() + 8);
    key.push(GROUP_PREFIX);
    escape(start, &mut key);
    key
}

/// Recovers the first key of a group from a key that [`group_key`] returned.
pub(super) fn first_key_of(key: &[u8]) -> Vec<u8> {
    let mut bytes = key.iter().skip(1);
    let mut plain = Vec::with_capacity(key.len());
    while let Some(byte) = bytes.next() {
        let more = if *byte == ESCAPE { bytes.next().copied().unwrap_or(0) } else { 0 };
        plain.push(byte.wrapping_add(more));
    }
    plain
}

/// The byte that escapes itself and 255.
const ESCAPE: u8 = 254;

/// Appends a key to `into`, with the bytes 254 and 255 escaped. Escaped keys have the same order.
/// Without the escape, sled may not find the key before one with four consecutive bytes of 255.
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
            prop_assert_eq!(first_key_of(&first), one);
        }
    }
}
