//! Size of a folder on disk.

use std::path::Path;

use super::path_guard::is_not_found;
use crate::{Error, Result};

/// Returns the number of files in a folder and its subfolders that `includes` accepts, and their
/// total size in bytes.
pub(crate) fn folder_size(folder: &Path, includes: fn(&Path) -> bool) -> Result<(u64, u64)> {
    let (mut files, mut bytes) = (0, 0);
    for entry in walkdir::WalkDir::new(folder) {
        if entry.as_ref().is_ok_and(|entry| !includes(entry.path())) {
            continue;
        }
        match entry.and_then(|entry| entry.metadata()) {
            Ok(metadata) if metadata.is_file() => {
                (files, bytes) = (files + 1, bytes + metadata.len());
            }
            Ok(_) => {}
            // sled may have removed the file in the meantime.
            Err(error) if is_not_found(&error) => {}
            Err(error) => return Err(Error::io("read", folder)(error.into())),
        }
    }
    Ok((files, bytes))
}
