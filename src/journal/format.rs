//! The file `FORMAT` of an archive, which states the format of its journal.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::disk::{Disk, exists};
use crate::{Error, Result};

/// What the file says before the number.
const LINE: &str = "hustings archive, format ";

/// A format of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum JournalFormat {
    /// Lines without digests.
    #[default]
    V1,
    /// A digest in every line; versions may state their provenance, page and area.
    V2,
}

impl JournalFormat {
    /// The format that is written.
    pub(crate) const CURRENT: Self = Self::V2;

    pub(crate) fn number(self) -> &'static str {
        match self {
            Self::V1 => "1",
            Self::V2 => "2",
        }
    }
}

/// Reads the format that an archive states. White space around the line does not count.
///
/// # Errors
/// [`Error::NewerFormat`] for a number that this version does not know, [`Error::Format`] for anything else.
pub(crate) fn format_of(archive: &Path) -> Result<JournalFormat> {
    let file = archive.join("FORMAT");
    let found = beginning(&file).map_err(Error::io("read", &file))?;
    let found = String::from_utf8_lossy(&found);
    let found = found.trim();
    let (path, said) = (archive.to_owned(), found.escape_debug().to_string());
    let Some(number) = found.strip_prefix(LINE) else {
        return Err(Error::Format { path, found: said });
    };
    let known = [JournalFormat::V1, JournalFormat::V2];
    match known.into_iter().find(|format| format.number() == number) {
        Some(format) => Ok(format),
        None if is_number(number) => Err(Error::NewerFormat { path, found: format!("'{said}'") }),
        None => Err(Error::Format { path, found: said }),
    }
}

/// Returns the beginning of a file, which may be of any length.
fn beginning(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(80).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Returns whether a text is a number as a format's is written.
fn is_number(text: &str) -> bool {
    !text.is_empty() && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Makes an archive state a format. When this returns, that is durable; before, the archive states what it stated.
pub(crate) fn write_format(archive: &Path, format: JournalFormat, disk: &dyn Disk) -> Result<()> {
    let (file, new) = (archive.join("FORMAT"), archive.join("FORMAT.new"));
    if exists(&new)? {
        disk.truncate(&new, 0).map_err(Error::io("write", &new))?;
    }
    let line = format!("{LINE}{}\n", format.number());
    let written = disk.append(&new).and_then(|mut file| {
        file.write(line.as_bytes())?;
        file.sync()
    });
    written.map_err(Error::io("write", &new))?;
    disk.rename(&new, &file).map_err(Error::io("rename", &new))?;
    disk.sync_folder(archive).map_err(Error::io("write", archive))
}
