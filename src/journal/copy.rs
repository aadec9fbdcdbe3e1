//! Writes whole imports of one journal to another: of a damaged one to a new one, which says what is
//! lost, or of an archive to its backup.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::scan::Part;
use super::write::FILE;
use super::{Location, Mark, acknowledged, file_length, file_path, last_file};
use crate::disk::{Appending, Disk};
use crate::{Error, Result};

/// Writes the parts of the journal in `from` to the folder `to`, behind what stands there, in the format that
/// [`Scan::format_of_copy`](super::Scan::format_of_copy) says. When this returns it is safe, but for the name of a
/// folder that is new. Says how many bytes were written.
pub(crate) fn copy_parts(parts: &[Part], from: &Path, to: &Path, disk: &dyn Disk) -> Result<u64> {
    disk.create_folder(to).map_err(Error::io("create", to))?;
    let mut number = last_file(to)?;
    // A process that was killed while it synced may have left it so.
    if number > 0 {
        let path = file_path(to, number);
        disk.sync_file(&path).map_err(Error::io("write", &path))?;
    }
    let mut length = file_length(to, number)?;
    let mut open: Option<Box<dyn Appending>> = None;
    let mut written = 0;
    for part in parts {
        if number == 0 || length >= FILE {
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
            Part::Import(_, start, mark) | Part::Lost(_, Some((start, mark))) => {
                copy(from, *start, mark.end.offset, &mut write)?;
            }
            Part::Lost(lost, None) => {
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
            &Mark { import, digest: digest.to_owned(), ..Mark::default() },
            disk,
        );
    }
    Ok(written)
}

/// Copies a stretch of a file as it stands.
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
