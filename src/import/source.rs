//! Where documents come from: files, folders and standard input.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::{Error, Result, Unread};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 256 * 1024 * 1024;

/// Why something in a folder is not read.
const NO_FILE: &str = "it is a link or a device inside of a folder; name it itself";

/// The path that means standard input.
const STDIN: &str = "-";

/// What standard input is called.
pub(super) const STDIN_NAME: &str = "<stdin>";

/// Every file of these paths, with the name to show for it: folders are walked in the order of
/// names, without what is hidden, without archives, and without following links.
pub(crate) fn walk(paths: &[PathBuf]) -> impl Iterator<Item = Result<(String, PathBuf)>> + '_ {
    paths.iter().flat_map(|path| -> Box<dyn Iterator<Item = Result<(String, PathBuf)>>> {
        if path.as_os_str() == STDIN {
            return Box::new(std::iter::once(Ok((STDIN_NAME.to_owned(), path.clone()))));
        }
        let walk = WalkDir::new(path).sort_by_file_name().into_iter().filter_entry(wanted);
        Box::new(walk.filter_map(move |entry| match entry {
            Ok(entry) if entry.file_type().is_dir() => None,
            // A link inside of a folder may lead anywhere, and a pipe may never end; one that was named
            // is meant.
            Ok(entry) if entry.depth() > 0 && !entry.file_type().is_file() => {
                Some(Err(Error::io("read", entry.path())(io::Error::other(NO_FILE))))
            }
            Ok(entry) => {
                let name = entry.path().display().to_string();
                Some(Ok((name, entry.into_path())))
            }
            Err(error) => {
                let at = error.path().unwrap_or(path).to_owned();
                // The system's own words; walkdir's say the path again.
                let source = match error.io_error().map(io::Error::kind) {
                    Some(kind) => io::Error::from(kind),
                    None => io::Error::other(error),
                };
                Some(Err(Error::io("read", &at)(source)))
            }
        }))
    })
}

fn wanted(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let archive = entry.file_type().is_dir() && entry.path().join("FORMAT").exists();
    entry.depth() == 0 || !(name.starts_with('.') || archive)
}

/// The bytes of a file, or of standard input.
pub(crate) fn load(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == STDIN {
        io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
    };
    match read {
        Ok(length) if length as u64 > LARGEST => Err(Error::io("read", path)(io::Error::other(
            format!("it is larger than {} MiB; divide it", LARGEST >> 20),
        ))),
        Ok(_) => Ok(bytes),
        Err(error) => Err(Error::io("read", path)(error)),
    }
}

/// The text of a file that stands beside another.
pub(crate) fn beside(path: &Path, name: &str) -> Result<String, Unread> {
    let other = path.with_file_name(name);
    let shown = other.display().to_string();
    let file = other.symlink_metadata().map_err(Error::io("read", &other)).and_then(|metadata| {
        let stopped = || Error::io("read", &other)(io::Error::other(NO_FILE));
        metadata.is_file().then_some(()).ok_or_else(stopped)
    });
    let bytes = file.and_then(|()| load(&other)).map_err(|error| {
        super::unread(&shown, "", 0, &format!("a table beside {} ({error})", path.display()))
    })?;
    super::decode(&shown, bytes)
}
