//! The file `END` beside the journal's own: which import was acknowledged last, by its number and its
//! digest. Without it, damage to the last import could not be told from an import that was stopped.
//!
//! It says the least that there must be. It is not synced, and one that cannot be read or written says
//! nothing.

use std::fs;
use std::path::Path;

use super::Mark;
use crate::disk::{Disk, is_absent};
use crate::{Error, Result};

const NAME: &str = "END";

/// The last import that the journal in this folder is known to have had.
///
/// # Errors
/// When the system refuses to read the file.
pub(super) fn read(folder: &Path) -> Result<Mark> {
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
            Mark { import, digest: digest.to_owned(), ..Mark::default() }
        }
        _ => Mark::default(),
    })
}

/// Notes the last import.
pub(super) fn write(folder: &Path, mark: &Mark, disk: &dyn Disk) {
    let (end, new) = (folder.join(NAME), folder.join("END.new"));
    let line = format!("{} {}\n", mark.import, mark.digest);
    // Where it is not known whether there is one, an old one may be longer than the line.
    let cut = match new.symlink_metadata() {
        Ok(_) => disk.truncate(&new, 0),
        Err(error) if is_absent(&error) => Ok(()),
        Err(error) => Err(error),
    };
    let written =
        cut.and_then(|()| disk.append(&new)).and_then(|mut file| file.write(line.as_bytes()));
    // What was not written is only not known.
    let _ = written.and_then(|()| disk.rename(&new, &end));
}

/// What is wrong with a journal that does not have it.
pub(super) fn missing(import: u64) -> String {
    format!("it ends before import {import}, which it has had")
}
