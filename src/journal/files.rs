//! The numbered files of the journal.

use std::fs;
use std::path::{Path, PathBuf};

use super::position::Location;
use crate::disk::{self, Disk};
use crate::{Error, Result};

pub(super) fn file_path(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number:06}.jsonl.zst"))
}

/// Returns the numbers of the files in a journal's folder, in ascending order.
pub(super) fn file_numbers(folder: &Path) -> Result<Vec<u32>> {
    let names = match fs::read_dir(folder) {
        Ok(names) => names,
        Err(error) if disk::is_not_found(&error) => return Ok(Vec::new()),
        Err(error) => return Err(Error::io("read", folder)(error)),
    };
    let numbered = |stem: &&str| stem.len() == 6 && stem.bytes().all(|byte| byte.is_ascii_digit());
    let mut numbers = Vec::new();
    for name in names {
        let name = name.map_err(Error::io("read", folder))?.file_name();
        let stem = name.to_str().and_then(|name| name.strip_suffix(".jsonl.zst"));
        numbers.extend(
            stem.filter(numbered)
                .and_then(|stem| stem.parse::<u32>().ok())
                .filter(|number| *number > 0),
        );
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// Returns the number of the last file, or 0 if there is none. A missing file before it is an
/// error.
pub(super) fn last_file(folder: &Path) -> Result<u32> {
    let numbers = file_numbers(folder)?;
    match (1..).zip(&numbers).find(|(expected, number)| expected != *number) {
        Some((missing, _)) => Err(Error::Journal {
            path: file_path(folder, missing),
            offset: 0,
            problem: "the file is missing".to_owned(),
        }),
        None => Ok(numbers.last().copied().unwrap_or(0)),
    }
}

/// Truncates everything after `end`, and returns the number of bytes removed. Calls
/// `before_truncate` with each location before truncating there.
pub(super) fn truncate_after(
    folder: &Path,
    end: Location,
    disk: &dyn Disk,
    before_truncate: &mut dyn FnMut(Location) -> Result<()>,
) -> Result<u64> {
    let mut removed = 0;
    for file in file_numbers(folder)?.into_iter().filter(|file| *file >= end.file) {
        let offset = if file == end.file { end.offset } else { 0 };
        let length = file_length(folder, file)?;
        if length <= offset {
            continue;
        }
        before_truncate(Location { file, offset })?;
        let path = file_path(folder, file);
        let truncated = disk.truncate(&path, offset);
        truncated.map_err(Error::io("cut the unfinished import off", &path))?;
        removed += length - offset;
    }
    Ok(removed)
}

/// Returns the length of a file in bytes, or 0 if it does not exist.
pub(crate) fn file_length(folder: &Path, number: u32) -> Result<u64> {
    let path = file_path(folder, number);
    match fs::metadata(&path) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if disk::is_not_found(&error) => Ok(0),
        Err(error) => Err(Error::io("read", &path)(error)),
    }
}

/// Returns the path of a journal's first file.
pub(crate) fn first_file(folder: &Path) -> PathBuf {
    file_path(folder, 1)
}

/// Returns an unused path similar to this one.
///
/// # Errors
/// When the system cannot tell whether a path is unused.
pub(crate) fn unused_path(path: &Path) -> Result<PathBuf> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().into_owned());
    let mut number = 0_u64;
    loop {
        number += 1;
        let ending = format!("{}-{number}", extension.as_deref().unwrap_or("old"));
        let name = path.with_extension(ending);
        if !disk::exists(&name)? {
            return Ok(name);
        }
    }
}

/// Size of a file, in bytes, from which the next import starts a new file.
pub(super) const FULL_FILE_SIZE: u64 = 64 * 1024 * 1024;
