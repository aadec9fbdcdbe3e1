//! The file `END` in the journal's folder: the number and digest of the last acknowledged import.
//! An import is acknowledged once its commit is durable. Without this file, damage to the last
//! import would look like an interrupted import.
//!
//! The file is only a lower bound. It is not synced, invalid content is ignored, and so are write
//! errors.

use std::fs;
use std::path::Path;

use super::position::LogPosition;
use crate::disk::{Disk, is_not_found};
use crate::{Error, Result};

const FILE_NAME: &str = "END";

/// Returns the last import that the file names, or the position before the first import.
///
/// # Errors
/// When the file exists and cannot be read.
pub(super) fn read(folder: &Path) -> Result<LogPosition> {
    let path = folder.join(FILE_NAME);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if is_not_found(&error) => Vec::new(),
        Err(error) => return Err(Error::io("read", &path)(error)),
    };
    let text = String::from_utf8_lossy(&bytes);
    let mut words = text.split_whitespace();
    let import = words.next().and_then(|word| word.parse().ok());
    Ok(match (import, words.next(), words.next()) {
        (Some(import), Some(digest), None) if digest.len() == blake3::OUT_LEN * 2 => {
            LogPosition { import, digest: digest.to_owned(), ..LogPosition::default() }
        }
        _ => LogPosition::default(),
    })
}

/// Records the last import. Errors are ignored.
pub(super) fn write(folder: &Path, position: &LogPosition, disk: &dyn Disk) {
    let (end, new) = (folder.join(FILE_NAME), folder.join("END.new"));
    let line = format!("{} {}\n", position.import, position.digest);
    // Write nothing if it is unknown whether `END.new` exists: its old content might remain.
    let truncated = match new.symlink_metadata() {
        Ok(_) => disk.truncate(&new, 0),
        Err(error) if is_not_found(&error) => Ok(()),
        Err(error) => Err(error),
    };
    let written = truncated
        .and_then(|()| disk.open_for_append(&new))
        .and_then(|mut file| file.append(line.as_bytes()));
    // The file is only a lower bound, so errors are ignored.
    let _ = written.and_then(|()| disk.rename(&new, &end));
}

/// Describes the damage of a journal that lacks an acknowledged import.
pub(super) fn missing_import_problem(import: u64) -> String {
    format!("the acknowledged import {import} is missing")
}
