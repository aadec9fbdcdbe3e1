//! Where documents come from: files, folders, pipes and standard input.

use std::fs::File;
use std::io::{self, Cursor, Read};
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

/// Number of bytes by which dumps are told from other files.
const SNIFFED: u64 = 1_024;

/// A file, a pipe or standard input. It is opened once, since a pipe cannot be read again from its
/// beginning.
pub(crate) struct SourceFile {
    path: PathBuf,
    start: Vec<u8>,
    rest: Box<dyn Read + Send>,
    /// The length in bytes, of a regular file.
    size: Option<u64>,
}

impl SourceFile {
    /// Opens a file, or (as `-`) standard input, and reads its first bytes, however few of them a
    /// pipe delivers at a time.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        if path.as_os_str() == STDIN {
            return Self::of(Path::new(STDIN_NAME), Box::new(io::stdin()), None);
        }
        let failed = || Error::io("read", path);
        let file = File::open(path).map_err(failed())?;
        let metadata = file.metadata().map_err(failed())?;
        let size = metadata.is_file().then(|| metadata.len());
        Self::of(path, Box::new(file), size)
    }

    fn of(path: &Path, mut rest: Box<dyn Read + Send>, size: Option<u64>) -> Result<Self> {
        let mut start = Vec::new();
        let read = rest.by_ref().take(SNIFFED).read_to_end(&mut start);
        read.map_err(Error::io("read", path))?;
        Ok(Self { path: path.to_owned(), start, rest, size })
    }

    /// The first bytes.
    pub(crate) fn start(&self) -> &[u8] {
        &self.start
    }

    /// The length in bytes, of a regular file.
    pub(crate) fn size(&self) -> Option<u64> {
        self.size
    }

    /// All bytes, from the first.
    pub(crate) fn into_reader(self) -> impl Read + Send + 'static {
        Cursor::new(self.start).chain(self.rest)
    }

    /// All bytes, unless there are too many to hold.
    pub(crate) fn load(self) -> Result<Vec<u8>> {
        let path = self.path.clone();
        let mut bytes = Vec::new();
        match self.into_reader().take(LARGEST + 1).read_to_end(&mut bytes) {
            Ok(length) if length as u64 > LARGEST => Err(Error::io("read", &path)(
                io::Error::other(format!("it is larger than {} MiB; divide it", LARGEST >> 20)),
            )),
            Ok(_) => Ok(bytes),
            Err(error) => Err(Error::io("read", &path)(error)),
        }
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
    let bytes = file.and_then(|()| SourceFile::open(&other)?.load()).map_err(|error| {
        super::unread(&shown, "", 0, &format!("a table beside {} ({error})", path.display()))
    })?;
    super::decode(&shown, bytes)
}
