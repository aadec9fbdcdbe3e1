//! File writes of an archive, except those of the store. All of them pass through [`Disk`], so that
//! tests can record them or make any of them fail.

mod lock;
mod platform;

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::{Error, Result};
pub(crate) use lock::Lock;
pub(crate) use platform::{create_folder_with_mode, ensure_private, new_file_options};

/// The interface through which an archive writes its files, except those of the store. Programs use
/// [`SystemDisk`].
///
/// Written bytes survive a power failure once their file is synced, and a new or renamed name once
/// its folder is synced.
pub trait Disk: fmt::Debug + Send + Sync {
    /// Creates a folder and its missing parents.
    ///
    /// # Errors
    /// When the operating system reports an error.
    fn create_folder(&self, path: &Path) -> io::Result<()>;

    /// Opens a file for appending, and creates it if it is missing.
    ///
    /// # Errors
    /// When the operating system reports an error.
    fn open_for_append(&self, path: &Path) -> io::Result<Box<dyn AppendFile>>;

    /// Truncates a file to a length, and syncs it.
    ///
    /// # Errors
    /// When the operating system reports an error.
    fn truncate(&self, path: &Path, length: u64) -> io::Result<()>;

    /// Renames a file or folder, and replaces a file that has the new name.
    ///
    /// # Errors
    /// When the operating system reports an error.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Makes the content of a file durable, no matter which process wrote it.
    ///
    /// # Errors
    /// When the operating system reports an error.
    fn sync_file(&self, path: &Path) -> io::Result<()>;

    /// Makes the names in a folder durable.
    ///
    /// # Errors
    /// When the operating system reports an error.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;

    /// Removes a folder and its contents.
    ///
    /// # Errors
    /// When the operating system reports an error.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;
}

/// A file that is open for appending.
pub trait AppendFile: fmt::Debug + Send {
    /// Appends bytes to the file.
    ///
    /// # Errors
    /// When the operating system reports an error. Some of the bytes may have been written.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Makes the written bytes durable.
    ///
    /// # Errors
    /// When the operating system reports an error.
    fn sync(&mut self) -> io::Result<()>;
}

/// The file system of the operating system. On Unix, new files and folders have at most the modes
/// 0664 and 0775, and the umask may reduce them.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemDisk;

impl Disk for SystemDisk {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        create_folder_with_mode(path, 0o775)
    }

    fn open_for_append(&self, path: &Path) -> io::Result<Box<dyn AppendFile>> {
        Ok(Box::new(new_file_options().append(true).create(true).open(path)?))
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
        platform::sync_file(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        platform::sync_folder(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(path)
    }
}

/// Returns whether a path exists. A dangling symbolic link counts as existing. If the operating
/// system cannot tell, an error is returned.
pub(crate) fn exists(path: &Path) -> Result<bool> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if is_not_found(&error) => Ok(false),
        Err(error) => Err(Error::io("read", path)(error)),
    }
}

/// Returns whether an error means that a file is missing, rather than that it cannot be read.
pub(crate) fn is_not_found(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Removes a folder and its contents, if it exists.
pub(crate) fn remove_if_exists(folder: &Path, disk: &dyn Disk) -> Result<()> {
    if exists(folder)? {
        disk.remove_folder(folder).map_err(Error::io("remove", folder))?;
    }
    Ok(())
}

/// Syncs a folder in which a killed process may have created or renamed entries without a sync.
/// Ignores missing permissions, and file systems that cannot sync folders.
pub(crate) fn sync_folder_if_permitted(folder: &Path, disk: &dyn Disk) -> Result<()> {
    use io::ErrorKind as Kind;
    let is_ignorable = |error: &io::Error| {
        matches!(error.kind(), Kind::PermissionDenied | Kind::InvalidInput | Kind::Unsupported)
    };
    match disk.sync_folder(folder) {
        // Without read access, this process has created nothing in the folder. Some file systems
        // cannot sync folders.
        Err(error) if is_ignorable(&error) => Ok(()),
        synced => synced.map_err(Error::io("write", folder)),
    }
}

impl AppendFile for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}
