//! The file `FORMAT` of an archive, which states the format of its journal.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::disk::{Disk, exists};
use crate::{Error, Result};

/// Text before the number in the file.
const FORMAT_PREFIX: &str = "hustings archive, format ";

/// A format of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum JournalFormat {
    /// Lines without digests.
    #[default]
    V1,
    /// A digest in every line. Versions may have a provenance, a page and an area.
    V2,
}

impl JournalFormat {
    /// The format that this version writes.
    pub(crate) const CURRENT: Self = Self::V2;

    pub(crate) fn number(self) -> &'static str {
        match self {
            Self::V1 => "1",
            Self::V2 => "2",
        }
    }
}

/// Reads the format that an archive states. Surrounding white space is ignored.
///
/// # Errors
/// [`Error::NewerFormat`] for a number unknown to this version, [`Error::DamagedFormat`] for any
/// other content.
pub(crate) fn read_format(archive: &Path) -> Result<JournalFormat> {
    let file = archive.join("FORMAT");
    let found = read_prefix(&file).map_err(Error::io("read", &file))?;
    let found = String::from_utf8_lossy(&found);
    let found = found.trim();
    let (path, escaped) = (archive.to_owned(), found.escape_debug().to_string());
    let Some(number) = found.strip_prefix(FORMAT_PREFIX) else {
        return Err(Error::DamagedFormat { path, found: escaped });
    };
    let formats = [JournalFormat::V1, JournalFormat::V2];
    match formats.into_iter().find(|format| format.number() == number) {
        Some(format) => Ok(format),
        None if is_number(number) => {
            Err(Error::NewerFormat { path, found: format!("'{escaped}'") })
        }
        None => Err(Error::DamagedFormat { path, found: escaped }),
    }
}

/// Returns the first 80 bytes of a file, which may be of any length.
fn read_prefix(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(80).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Returns whether a text is written like a format's number: digits without a leading zero.
fn is_number(text: &str) -> bool {
    !text.is_empty() && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Writes the format of an archive. The change is atomic, and durable when this returns.
pub(crate) fn write_format(archive: &Path, format: JournalFormat, disk: &dyn Disk) -> Result<()> {
    let (file, new) = (archive.join("FORMAT"), archive.join("FORMAT.new"));
    if exists(&new)? {
        disk.truncate(&new, 0).map_err(Error::io("write", &new))?;
    }
    let line = format!("{FORMAT_PREFIX}{}\n", format.number());
    let written = disk.open_for_append(&new).and_then(|mut file| {
        file.append(line.as_bytes())?;
        file.sync()
    });
    written.map_err(Error::io("write", &new))?;
    disk.rename(&new, &file).map_err(Error::io("rename", &new))?;
    disk.sync_folder(archive).map_err(Error::io("write", archive))
}
