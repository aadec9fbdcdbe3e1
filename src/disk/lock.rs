//! The lock of an archive: one process at a time has it, and notices when it was taken away.

use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// A lock that this process holds on the file `lock` of an archive. The operating system releases it, however
/// the process ends.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    /// The archive's folder.
    archive: PathBuf,
}

/// The name of the file that is locked.
const NAME: &str = "lock";

impl Lock {
    /// The file that is locked in an archive's folder.
    pub(crate) fn path(archive: &Path) -> PathBuf {
        archive.join(NAME)
    }

    /// Wraps the locked file of an archive.
    pub(crate) fn new(file: File, archive: &Path) -> Self {
        Self { file, archive: archive.to_owned() }
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

impl Drop for Lock {
    /// A child process that has not executed its program yet has a copy of the file, which would keep the lock if the
    /// file were only closed.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}
