//! The file `END` in the journal's folder: the number and digest of the last acknowledged import.
//! Without it, damage to the last import would look like an interrupted import.
//!
//! The file is only a lower bound. It is not synced, invalid content is ignored, and so are write
//! errors.

use std::fs;
use std::path::Path;

use super::position::LogPosition;
use crate::disk::{Disk, is_absent};
use crate::{Error, Result};

const NAME: &str = "END";

/// Returns the last import that the file names, or the position before the first import.
///
/// # Errors
/// When the file exists and cannot be read.
pub(super) fn read(folder: &Path) -> Result<LogPosition> {
    let path = folder.join(NAME);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if is_absent(&error) => Vec::new(),
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
pub(super) fn write(folder: &Path, mark: &LogPosition, disk: &dyn Disk) {
    let (end, new) = (folder.join(NAME), folder.join("END.new"));
    let line = format!("{} {}\n", mark.import, mark.digest);
    // Do not write if it is unknown whether a file exists: its content might remain.
    let cut = match new.symlink_metadata() {
        Ok(_) => disk.truncate(&new, 0),
        Err(error) if is_absent(&error) => Ok(()),
        Err(error) => Err(error),
    };
    let written =
        cut.and_then(|()| disk.append(&new)).and_then(|mut file| file.write(line.as_bytes()));
    // The file is only a lower bound, so errors are ignored.
    let _ = written.and_then(|()| disk.rename(&new, &end));
}

/// Returns the problem of a journal that lacks an acknowledged import.
pub(super) fn missing_import_problem(import: u64) -> String {
    format!("it ends before import {import}, which it has had")
}
