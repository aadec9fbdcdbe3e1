//! The lock of an archive. One process at a time holds it, and detects when the lock file is
//! removed or replaced.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{process, thread};

use super::platform;
use crate::{Error, LockHolder, Result};

/// A lock on the file `lock` of an archive, held by this process. The operating system releases it
/// when the process ends.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    /// The archive's folder.
    archive: PathBuf,
    /// Whether the lock file names this process as its holder.
    has_holder: bool,
}

/// Name of the lock file.
const LOCK_FILE: &str = "lock";

/// Maximum length of the line that names the holder, in bytes.
const MAX_HOLDER_LINE: u64 = 64;

/// Pause between two attempts to lock the file.
const RETRY_INTERVAL: Duration = Duration::from_millis(20);

impl Lock {
    /// Returns the path of an archive's lock file.
    pub(crate) fn path(archive: &Path) -> PathBuf {
        archive.join(LOCK_FILE)
    }

    /// Locks `file`, the lock file of an archive, and waits for at most `timeout`.
    /// [`Duration::MAX`] means no limit.
    ///
    /// # Errors
    /// [`Error::Busy`] when another process holds the lock for longer, [`Error::LockLost`] when the
    /// lock file was removed or replaced in the meantime.
    pub(crate) fn acquire(archive: &Path, file: File, timeout: Duration) -> Result<Self> {
        let path = Self::path(archive);
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(Error::io("lock", &path)(error)),
                Err(TryLockError::WouldBlock) if timeout == Duration::MAX => {
                    lock_blocking(&file).map_err(Error::io("lock", &path))?;
                    break;
                }
                Err(TryLockError::WouldBlock) => {}
            }
            let remaining = timeout.saturating_sub(start.elapsed());
            if remaining.is_zero() {
                return Err(Error::Busy { path: archive.to_owned(), holder: read_holder(&path) });
            }
            thread::sleep(remaining.min(RETRY_INTERVAL));
        }
        let lock = Self { file, archive: archive.to_owned(), has_holder: false };
        lock.check()?;
        Ok(lock)
    }

    /// Writes the id of this process and the time `since` into the lock file, so that waiting
    /// processes can report them. Write errors are ignored.
    pub(crate) fn write_holder(&mut self, since: &str) {
        let line = format!("{} {since}\n", process::id());
        let written = self.file.set_len(0).and_then(|()| (&self.file).write_all(line.as_bytes()));
        self.has_holder = written.is_ok();
    }

    /// Checks that the file at the lock's path is still the locked one. If it was removed or
    /// replaced, another process may have opened the archive in the meantime.
    ///
    /// # Errors
    /// [`Error::LockLost`], or an I/O error.
    pub(crate) fn check(&self) -> Result<()> {
        let path = Self::path(&self.archive);
        match platform::is_same_file(&self.file, &path) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::LockLost(self.archive.clone())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(Error::LockLost(self.archive.clone()))
            }
            Err(error) => Err(Error::io("read", &path)(error)),
        }
    }
}

/// Waits for a lock, and retries after an interrupting signal.
fn lock_blocking(file: &File) -> io::Result<()> {
    loop {
        match file.lock() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            locked => return locked,
        }
    }
}

/// Returns the process that a lock file names. Files of earlier versions name none.
fn read_holder(path: &Path) -> Option<LockHolder> {
    let mut line = String::new();
    File::open(path).ok()?.take(MAX_HOLDER_LINE).read_to_string(&mut line).ok()?;
    let (process, since) = line.strip_suffix('\n')?.split_once(' ')?;
    Some(LockHolder { process_id: process.parse().ok()?, since: since.to_owned() })
}

impl Drop for Lock {
    /// Unlocks the file explicitly. A forked child process that has not yet executed its program
    /// has a copy of the file descriptor. If this process only closed the file, that copy would
    /// keep the lock.
    fn drop(&mut self) {
        if self.has_holder {
            let _ = self.file.set_len(0);
        }
        let _ = self.file.unlock();
    }
}
