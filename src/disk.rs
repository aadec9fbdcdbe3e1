//! How an archive writes the files that are its own: all but those of the store. One door, so that
//! a test can record what is written, or let any of it fail.

mod lock;

use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
#[cfg(unix)]
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use crate::{Error, Result};
pub(crate) use lock::Lock;

/// Where an archive's own files are written. [`System`] is the one that programs use.
///
/// What is written is safe from a loss of power once its file is synced, and a new or renamed name
/// once its folder is.
pub trait Disk: fmt::Debug + Send + Sync {
    /// Makes a folder, and those that it stands in.
    ///
    /// # Errors
    /// As the system says.
    fn create_folder(&self, path: &Path) -> io::Result<()>;

    /// Opens a file to write behind its end, and makes it where there is none.
    ///
    /// # Errors
    /// As the system says.
    fn append(&self, path: &Path) -> io::Result<Box<dyn Appending>>;

    /// Cuts a file to a length, and syncs it.
    ///
    /// # Errors
    /// As the system says.
    fn truncate(&self, path: &Path, length: u64) -> io::Result<()>;

    /// Gives a file or folder another name; a file that has that name is replaced.
    ///
    /// # Errors
    /// As the system says.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Makes the content of a file durable, whichever process wrote it.
    ///
    /// # Errors
    /// As the system says.
    fn sync_file(&self, path: &Path) -> io::Result<()>;

    /// Makes the names in a folder safe.
    ///
    /// # Errors
    /// As the system says.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;

    /// Removes a folder with all that is in it.
    ///
    /// # Errors
    /// As the system says.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;
}

/// A file that grows.
pub trait Appending: fmt::Debug + Send {
    /// Writes behind the end.
    ///
    /// # Errors
    /// As the system says. Some of it may have been written.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Makes what was written safe.
    ///
    /// # Errors
    /// As the system says.
    fn sync(&mut self) -> io::Result<()>;
}

/// The disk as the operating system gives it. What it makes has the modes that the user's umask leaves,
/// and is never for everybody to write.
#[derive(Debug, Clone, Copy, Default)]
pub struct System;

impl Disk for System {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        make_folder(path, 0o775)
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn Appending>> {
        Ok(Box::new(options().append(true).create(true).open(path)?))
    }

    fn truncate(&self, path: &Path, length: u64) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(path)?;
        file.set_len(length)?;
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        // Only Unix syncs a file that is open for reading.
        if cfg!(unix) {
            File::open(path)?.sync_all()
        } else {
            OpenOptions::new().write(true).open(path)?.sync_all()
        }
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        // Only Unix opens a folder as a file.
        if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(path)
    }
}

/// Whether there is something at a path, be it a link that leads nowhere. That the system cannot tell is
/// an error, and not a no.
pub(crate) fn exists(path: &Path) -> Result<bool> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(Error::io("read", path)(error)),
    }
}

/// Whether an error says that there is no file, rather than that it cannot be read.
pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Removes a folder with all that is in it, if it is there.
pub(crate) fn remove_if_there(folder: &Path, disk: &dyn Disk) -> Result<()> {
    if exists(folder)? {
        disk.remove_folder(folder).map_err(Error::io("remove", folder))?;
    }
    Ok(())
}

/// Syncs a folder whose names another process may have created or renamed, and not synced before it was killed.
pub(crate) fn sync_names(folder: &Path, disk: &dyn Disk) -> Result<()> {
    use io::ErrorKind as Kind;
    let is_not_ours = |error: &io::Error| {
        matches!(error.kind(), Kind::PermissionDenied | Kind::InvalidInput | Kind::Unsupported)
    };
    match disk.sync_folder(folder) {
        // A process that cannot read a folder has created nothing in it, and some systems sync no folders of other disks.
        Err(error) if is_not_ours(&error) => Ok(()),
        synced => synced.map_err(Error::io("write", folder)),
    }
}

/// How a file is opened that may be new.
pub(crate) fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    options.mode(0o664);
    options
}

/// Makes a folder, and those that it stands in, with at most this mode.
pub(crate) fn make_folder(path: &Path, mode: u32) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    builder.mode(mode);
    #[cfg(not(unix))]
    let _ = mode;
    builder.recursive(true).create(path)
}

impl Appending for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}
