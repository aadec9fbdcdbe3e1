//! The lock of an archive: one process at a time has it, and notices when it was taken away.

use std::fs::{File, Metadata, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{process, thread};

use crate::{Error, Holder, Result};

/// A lock that this process holds on the file `lock` of an archive. The operating system releases it, however
/// the process ends.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    /// The archive's folder.
    archive: PathBuf,
    /// Whether the file says who holds it.
    is_signed: bool,
}

/// The name of the file that is locked.
const NAME: &str = "lock";

/// Maximum length of the line in the file, in bytes.
const LONGEST: u64 = 64;

/// Pause between two attempts to lock the file.
const PAUSE: Duration = Duration::from_millis(20);

impl Lock {
    /// The file that is locked in an archive's folder.
    pub(crate) fn path(archive: &Path) -> PathBuf {
        archive.join(NAME)
    }

    /// Locks the file of an archive, for which it waits at most this long; [`Duration::MAX`] is without a limit.
    ///
    /// # Errors
    /// [`Error::Busy`] when another process has it for longer, [`Error::LockLost`] when the file was removed or
    /// replaced meanwhile.
    pub(crate) fn acquire(archive: &Path, file: File, wait: Duration) -> Result<Self> {
        let path = Self::path(archive);
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(Error::io("lock", &path)(error)),
                Err(TryLockError::WouldBlock) if wait == Duration::MAX => {
                    wait_for(&file).map_err(Error::io("lock", &path))?;
                    break;
                }
                Err(TryLockError::WouldBlock) => {}
            }
            let left = wait.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Err(Error::Busy { path: archive.to_owned(), holder: holder(&path) });
            }
            thread::sleep(left.min(PAUSE));
        }
        let lock = Self { file, archive: archive.to_owned(), is_signed: false };
        lock.check()?;
        Ok(lock)
    }

    /// Writes into the file who holds it, for those who wait. A file that cannot be written does not say it.
    pub(crate) fn sign(&mut self, since: &str) {
        let line = format!("{} {since}\n", process::id());
        let written = self.file.set_len(0).and_then(|()| (&self.file).write_all(line.as_bytes()));
        self.is_signed = written.is_ok();
    }

    /// Checks that the file at the lock's path is still the one that is locked. Where it was removed or
    /// replaced, another process may have opened the archive meanwhile.
    ///
    /// # Errors
    /// [`Error::LockLost`], or what the system says.
    pub(crate) fn check(&self) -> Result<()> {
        let path = Self::path(&self.archive);
        let held = self.file.metadata().map_err(Error::io("read", &path))?;
        match path.symlink_metadata() {
            Ok(found) if is_same(&held, &found) => Ok(()),
            Ok(_) => Err(Error::LockLost(self.archive.clone())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(Error::LockLost(self.archive.clone()))
            }
            Err(error) => Err(Error::io("read", &path)(error)),
        }
    }
}

#[cfg(unix)]
fn is_same(held: &Metadata, found: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (held.dev(), held.ino()) == (found.dev(), found.ino())
}

/// Other systems give no identity of a file in the standard library, so a replaced lock is not noticed there.
#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}

/// Waits for a lock, through interrupting signals.
fn wait_for(file: &File) -> io::Result<()> {
    loop {
        match file.lock() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            locked => return locked,
        }
    }
}

/// The process that a lock file names. Files of earlier versions name none.
fn holder(path: &Path) -> Option<Holder> {
    let mut line = String::new();
    File::open(path).ok()?.take(LONGEST).read_to_string(&mut line).ok()?;
    let (process, since) = line.strip_suffix('\n')?.split_once(' ')?;
    Some(Holder { process: process.parse().ok()?, since: since.to_owned() })
}

impl Drop for Lock {
    /// A child process that has not executed its program yet has a copy of the file, which would keep the lock if the
    /// file were only closed.
    fn drop(&mut self) {
        if self.is_signed {
            let _ = self.file.set_len(0);
        }
        let _ = self.file.unlock();
    }
}
