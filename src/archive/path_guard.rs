//! Guards against links and special files in an archive's folder.

use std::io;
use std::path::Path;

use crate::{Error, Result};

/// Checks that an archive's folder contains only regular files and folders. A link could redirect
/// writes to a file outside the archive, and reading a pipe could block.
///
/// # Errors
/// [`Error::UnexpectedFileType`] with the first entry of another type.
pub(super) fn ensure_no_links(archive: &Path) -> Result<()> {
    for entry in walkdir::WalkDir::new(archive).min_depth(1) {
        match entry {
            Ok(entry) if entry.file_type().is_file() || entry.file_type().is_dir() => {}
            Ok(entry) => return Err(Error::UnexpectedFileType(entry.into_path())),
            // The folder may not exist yet, and another process may have just removed a file.
            Err(error) if is_not_found(&error) => {}
            // Without permission to list the store, no link inside it can be followed.
            Err(error) if error.path() == Some(&archive.join("store")) && is_denied(&error) => {}
            Err(error) => return Err(Error::io("read", archive)(error.into())),
        }
    }
    Ok(())
}

/// Returns whether a file or folder no longer existed when it was examined.
pub(super) fn is_not_found(error: &walkdir::Error) -> bool {
    error.io_error().map(io::Error::kind) == Some(io::ErrorKind::NotFound)
}

fn is_denied(error: &walkdir::Error) -> bool {
    error.io_error().map(io::Error::kind) == Some(io::ErrorKind::PermissionDenied)
}

/// Creates a temporary folder that is removed when the value is dropped.
pub(super) fn temporary_folder() -> Result<tempfile::TempDir> {
    tempfile::tempdir().map_err(Error::io("create", Path::new("a temporary folder")))
}
