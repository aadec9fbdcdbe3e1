//! What an archive may not be made of: links and devices, which lead outside of it.

use std::io;
use std::path::Path;

use crate::{Error, Result};

/// Whether all that is in an archive's folder are files and folders. A link could have another file
/// cut or written in its stead, and a pipe would be waited for.
///
/// # Errors
/// With the first that is something else.
pub(super) fn nothing_leads_outside(archive: &Path) -> Result<()> {
    for entry in walkdir::WalkDir::new(archive).min_depth(1) {
        match entry {
            Ok(entry) if entry.file_type().is_file() || entry.file_type().is_dir() => {}
            Ok(entry) => return Err(Error::Foreign(entry.into_path())),
            // The folder may not be there yet, and a file of an archive in use may just be gone.
            Err(error) if is_gone(&error) => {}
            // Who may not look into the store cannot be led out of it.
            Err(error) if error.path() == Some(&archive.join("store")) && is_denied(&error) => {}
            Err(error) => return Err(Error::io("read", archive)(error.into())),
        }
    }
    Ok(())
}

/// Whether a file or folder was not there any more when it was looked at.
pub(super) fn is_gone(error: &walkdir::Error) -> bool {
    error.io_error().map(io::Error::kind) == Some(io::ErrorKind::NotFound)
}

fn is_denied(error: &walkdir::Error) -> bool {
    error.io_error().map(io::Error::kind) == Some(io::ErrorKind::PermissionDenied)
}

/// A folder that is removed when it is let go of.
pub(super) fn scratch() -> Result<tempfile::TempDir> {
    tempfile::tempdir().map_err(Error::io("create", Path::new("a temporary folder")))
}
