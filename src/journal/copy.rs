//! Copies complete imports from one journal to another: from a damaged journal to a new one, which
//! records the lost ranges, or from an archive to its backup.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::acknowledged;
use super::files::{FULL_FILE_SIZE, file_length, file_path, last_file};
use super::position::{Location, LogPosition};
use super::scan::JournalSegment;
use crate::disk::{AppendFile, Disk};
use crate::{Error, Result};

/// Appends segments of the journal in `from` to the journal in the folder `to`, in the format that
/// [`JournalScan::format_of_copy`](super::JournalScan::format_of_copy) returns. The copy is durable
/// when this returns, except for the name of a new folder. Returns the number of bytes written.
pub(crate) fn copy_segments(
    parts: &[JournalSegment],
    from: &Path,
    to: &Path,
    disk: &dyn Disk,
) -> Result<u64> {
    disk.create_folder(to).map_err(Error::io("create", to))?;
    let mut number = last_file(to)?;
    // A killed process may have left the last file unsynced.
    if number > 0 {
        let path = file_path(to, number);
        disk.sync_file(&path).map_err(Error::io("write", &path))?;
    }
    let mut length = file_length(to, number)?;
    let mut open: Option<Box<dyn AppendFile>> = None;
    let mut written = 0;
    for part in parts {
        if number == 0 || length >= FULL_FILE_SIZE {
            if let Some(mut file) = open.take() {
                file.sync().map_err(Error::io("write to", to))?;
            }
            (number, length) = (number + 1, 0);
        }
        let path = file_path(to, number);
        let file = match &mut open {
            Some(file) => file,
            None => open.insert(disk.append(&path).map_err(Error::io("open", &path))?),
        };
        let mut write = |bytes: &[u8]| -> Result<()> {
            length += bytes.len() as u64;
            written += bytes.len() as u64;
            file.write(bytes).map_err(Error::io("write to", to))
        };
        match part {
            JournalSegment::Import(_, start, mark)
            | JournalSegment::Lost(_, Some((start, mark))) => {
                copy(from, *start, mark.end.offset, &mut write)?;
            }
            JournalSegment::Lost(lost, None) => {
                let frame = lost.frame(true).map_err(Error::io("write to", to))?;
                write(&frame)?;
            }
        }
    }
    if let Some(mut file) = open.take() {
        file.sync().map_err(Error::io("write to", to))?;
    }
    disk.sync_folder(to).map_err(Error::io("write", to))?;
    if let Some(part) = parts.last() {
        let (import, digest) = part.last();
        acknowledged::write(
            to,
            &LogPosition { import, digest: digest.to_owned(), ..LogPosition::default() },
            disk,
        );
    }
    Ok(written)
}

/// Copies a byte range of a file unchanged.
pub(super) fn copy(
    folder: &Path,
    start: Location,
    end: u64,
    write: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    const BLOCK: u64 = 1 << 20;
    let path = file_path(folder, start.file);
    let failed = || Error::io("read", &path);
    let mut file = File::open(&path).map_err(failed())?;
    file.seek(SeekFrom::Start(start.offset)).map_err(failed())?;
    let (mut left, mut block) = (end - start.offset, Vec::new());
    while left > 0 {
        block.clear();
        let read = file.by_ref().take(left.min(BLOCK)).read_to_end(&mut block);
        match read.map_err(failed())? as u64 {
            0 => return Err(failed()(io::ErrorKind::UnexpectedEof.into())),
            length => left -= length,
        }
        write(&block)?;
    }
    Ok(())
}
