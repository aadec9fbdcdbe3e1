//! sled, and what must be known to use it: that it waits for ever on a full disk, that it may panic on a
//! damaged file, and which keys it does not find. Only this file and `pages.rs` call it by name.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

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

/// What the system refuses is no damage: a full disk does not make a store unreadable.
fn error(error: sled::Error) -> Error {
    use io::ErrorKind as Kind;
    match error {
        sled::Error::Io(source)
            if matches!(
                source.kind(),
                Kind::StorageFull
                    | Kind::QuotaExceeded
                    | Kind::FileTooLarge
                    | Kind::ReadOnlyFilesystem
                    | Kind::PermissionDenied
                    | Kind::OutOfMemory
            ) =>
        {
            Error::Io { doing: "use", path: "store".into(), source }
        }
        other => Error::Store(other.to_string()),
    }
}

/// What sled says, or that it panicked, as it may on a damaged file.
pub(super) fn asked<T>(ask: impl FnOnce() -> sled::Result<T>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(ask)) {
        Ok(answer) => answer.map_err(error),
        Err(_) => Err(Error::Store("sled stopped".to_owned())),
    }
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

/// Opens the database in a folder.
pub(super) fn open(path: &Path) -> Result<sled::Db> {
    ensure_threads()?;
    let config = config()?.path(path).cache_capacity(CACHE);
    // The journal is what is durable: a store that lags behind it catches up on open.
    let config = config.flush_every_ms(None).segment_size(SEGMENT);
    let mut waits = 0..RELEASES;
    loop {
        match asked(|| config.open()) {
            Err(Error::Store(problem)) if problem.contains(LOCKED) && waits.next().is_some() => {
                thread::sleep(RELEASE);
            }
            opened => return opened,
        }
    }
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
