//! Copies complete imports from one journal to another: from a damaged journal to a new one, which
//! records the lost ranges, or from an archive to its backup.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::end_marker;
use super::files::{FULL_FILE_SIZE, file_length, file_path, last_file};
use super::position::{Location, LogPosition};
use super::scan::JournalSegment;
use crate::disk::{AppendFile, Disk};
use crate::{Error, Result};

/// Appends segments of the journal in `from` to the journal in the folder `to`, in the format that
/// [`JournalScan::copy_format`](super::JournalScan::copy_format) returns. The copy is durable
/// when this returns, except for the name of a new folder. Returns the number of bytes written.
pub(crate) fn copy_segments(
    segments: &[JournalSegment],
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
    let mut open_file: Option<Box<dyn AppendFile>> = None;
    let mut written = 0;
    for segment in segments {
        if number == 0 || length >= FULL_FILE_SIZE {
            if let Some(mut file) = open_file.take() {
                file.sync().map_err(Error::io("write to", to))?;
            }
            (number, length) = (number + 1, 0);
        }
        let path = file_path(to, number);
        let file = match &mut open_file {
            Some(file) => file,
            None => {
                open_file.insert(disk.open_for_append(&path).map_err(Error::io("open", &path))?)
            }
        };
        let mut write = |bytes: &[u8]| -> Result<()> {
            length += bytes.len() as u64;
            written += bytes.len() as u64;
            file.append(bytes).map_err(Error::io("write to", to))
        };
        match segment {
            JournalSegment::Import(_, start, position)
            | JournalSegment::Lost(_, Some((start, position))) => {
                copy_range(from, *start, position.end.offset, &mut write)?;
            }
            JournalSegment::Lost(lost, None) => {
                let frame = lost.to_frame(true).map_err(Error::io("write to", to))?;
                write(&frame)?;
            }
        }
    }
    if let Some(mut file) = open_file.take() {
        file.sync().map_err(Error::io("write to", to))?;
    }
    disk.sync_folder(to).map_err(Error::io("write", to))?;
    if let Some(segment) = segments.last() {
        let (import, digest) = segment.last_import();
        end_marker::write(
            to,
            &LogPosition { import, digest: digest.to_owned(), ..LogPosition::default() },
            disk,
        );
    }
    Ok(written)
}

/// Copies a byte range of a file unchanged.
pub(super) fn copy_range(
    folder: &Path,
    start: Location,
    end: u64,
    write: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    const BLOCK_SIZE: u64 = 1 << 20;
    let path = file_path(folder, start.file);
    let read_error = || Error::io("read", &path);
    let mut file = File::open(&path).map_err(read_error())?;
    file.seek(SeekFrom::Start(start.offset)).map_err(read_error())?;
    let (mut left, mut block) = (end - start.offset, Vec::new());
    while left > 0 {
        block.clear();
        let read = file.by_ref().take(left.min(BLOCK_SIZE)).read_to_end(&mut block);
        match read.map_err(read_error())? as u64 {
            0 => return Err(read_error()(io::ErrorKind::UnexpectedEof.into())),
            length => left -= length,
        }
        write(&block)?;
    }
    Ok(())
}
