//! sled, and what must be known to use it: that it waits for ever on a full disk, that it may panic on a
//! damaged file, and which keys it does not find. Only this file and `pages.rs` call it by name.

use std::fs::{self, File};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use crate::disk::exists;
use crate::{Error, Result};

/// sled waits for ever for a write that a full disk refused, so nothing is written without this
/// many bytes to spare: a few of its segments.
const SPARE: u64 = 2 * 1024 * 1024;

/// The size of sled's segments. It reads what it wrote last, whole segments of it, when it opens, and what it keeps is
/// small: with its own 512 KiB, that took half as long again.
const SEGMENT: usize = 64 * 1024;

/// sled writes an item into nodes of its own, and some of these again: in trials, up to 3.4 bytes for
/// each of an item.
pub(super) const GROWTH: u64 = 4;

/// So many bytes of what sled has are kept in its own memory; charts that are asked for are kept in ours.
const CACHE: u64 = 1024 * 1024;

/// What sled says when its file is locked. The archive's own lock is held by then, so whoever had
/// the file has let go of the archive, and is about to let go of this too.
const LOCKED: &str = "could not acquire lock";

/// So often that is waited for, and so long each time.
const RELEASES: u32 = 500;
const RELEASE: Duration = Duration::from_millis(10);

/// What is noted under this key stands before every chart.
pub(super) const NOTES: &[u8] = b"a";

/// The letter before the first key of a chart.
const CHART: u8 = b'c';

/// Whether the disk has room for so many bytes and some to spare.
pub(super) fn room(store: &Path, bytes: u64) -> Result<()> {
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
        let (mut waits, mut again) = (0..RELEASES, false);
        loop {
            match guarded(path, || config.open()) {
                Err(Error::Busy(_)) if waits.next().is_some() => thread::sleep(RELEASE),
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
    pub(super) fn ask<T>(&self, ask: impl Fn(&sled::Db) -> sled::Result<T>) -> Result<T> {
        let closed = || Error::Store("it is closed".to_owned());
        let db = self.db.as_ref().ok_or_else(closed)?;
        let answer = match guarded(&self.path, || ask(db)) {
            Err(Error::Store(_)) => {
                ensure_readable(&self.path)?;
                guarded(&self.path, || ask(db))
            }
            answer => answer,
        };
        if matches!(answer, Err(Error::Io { .. })) {
            self.has_failed.store(true, Ordering::Relaxed);
        }
        answer
    }

    /// Closes the database, which writes what it has not written yet.
    ///
    /// # Errors
    /// When that fails.
    pub(super) fn close(&mut self) -> Result<()> {
        if self.db.is_none() {
            return Ok(());
        }
        let flushed = match self.has_failed.load(Ordering::Relaxed) {
            true => Ok(()),
            false => self.ask(|db| db.flush().map(drop)),
        };
        flushed.and(self.let_go())
    }

    fn let_go(&mut self) -> Result<()> {
        let db = self.db.take();
        guarded(&self.path, || {
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

/// Runs something that sled does. It may panic on a damaged file, or where the system refuses.
fn guarded<T>(path: &Path, run: impl FnOnce() -> sled::Result<T>) -> Result<T> {
    let message = match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(sled::Error::Io(source))) => match source.raw_os_error() {
            Some(_) => return Err(Error::io("use", path)(source)),
            None if source.kind() == io::ErrorKind::WriteZero => {
                return Err(Error::io("use", path)(source));
            }
            None if source.to_string().contains(LOCKED) => {
                return Err(Error::Busy(path.parent().unwrap_or(path).to_owned()));
            }
            None => source.to_string(),
        },
        Ok(Err(sled::Error::Corruption { .. })) => "its database is damaged".to_owned(),
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

/// What a chart is kept under.
pub(super) fn chart_key(start: &[u8]) -> Vec<u8> {
    let mut key = vec![CHART];
    key.extend(escaped(start));
    key
}

/// The first key of a chart, of what it is kept under.
pub(super) fn plain(key: &[u8]) -> Vec<u8> {
    let mut bytes = key.iter().skip(1);
    let mut plain = Vec::with_capacity(key.len());
    while let Some(byte) = bytes.next() {
        let more = if *byte == ESCAPE { bytes.next().copied().unwrap_or(0) } else { 0 };
        plain.push(byte.wrapping_add(more));
    }
    plain
}

/// The byte that stands for itself, and for the one after it, with what tells which behind it.
const ESCAPE: u8 = 254;

/// A key without the byte 255, in the same order. Where four of these stand in a row, sled may look in vain
/// for the key before, and stop: it takes them for what is next before every key.
fn escaped(key: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(key.len() + 8);
    for byte in key {
        escaped.push((*byte).min(ESCAPE));
        if *byte >= ESCAPE {
            escaped.push(byte - ESCAPE);
        }
    }
    escaped
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
            let (first, second) = (escaped(&one), escaped(&other));
            prop_assert_eq!(one.cmp(&other), first.cmp(&second));
            prop_assert_eq!(one.starts_with(&other), first.starts_with(&second));
            prop_assert!(!first.contains(&255));
            prop_assert_eq!(plain(&chart_key(&one)), one);
        }
    }
}
