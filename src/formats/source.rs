//! Files, folders and streams that contain documents.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::{Error, ParseError, Result};

/// Maximum size of a file that is loaded whole, in bytes.
const MAX_FILE_BYTES: u64 = 256 * 1024 * 1024;

/// Error message for a link or a device in a folder.
const NOT_A_FILE: &str = "it is a link or a device inside of a folder; name it itself";

/// Error message for an archive that is given as an input.
const IS_AN_ARCHIVE: &str = "it is an archive; 'hustings export' writes its records";

/// First bytes of an archive's `FORMAT` file.
const ARCHIVE_MAGIC: &[u8] = b"hustings archive";

/// An entry found by [`walk`].
pub(crate) enum SourcePath {
    /// A file to read.
    File {
        path: PathBuf,
        /// Whether this is the path passed to [`walk`], and not a file found in a folder.
        is_named: bool,
    },
    /// An archive, which is skipped.
    Archive(PathBuf),
    /// A hidden file or folder, which is skipped.
    Hidden(PathBuf),
}

/// Returns an iterator over the files of a path. Folders are walked recursively in order of names.
/// Hidden entries and archives in a folder are returned but not entered. Links and devices in a
/// folder are errors.
pub(crate) fn walk(path: PathBuf) -> impl Iterator<Item = Result<SourcePath>> {
    let mut walk = WalkDir::new(&path).sort_by_file_name().into_iter();
    std::iter::from_fn(move || {
        loop {
            let entry = match walk.next()? {
                Ok(entry) => entry,
                Err(error) => return Some(Err(walk_error(&path, error))),
            };
            let (is_dir, is_nested) = (entry.file_type().is_dir(), entry.depth() > 0);
            if is_nested && entry.file_name().to_string_lossy().starts_with('.') {
                if is_dir {
                    walk.skip_current_dir();
                }
                return Some(Ok(SourcePath::Hidden(entry.into_path())));
            }
            if is_dir && is_archive(entry.path()) {
                walk.skip_current_dir();
                return Some(match is_nested {
                    true => Ok(SourcePath::Archive(entry.into_path())),
                    false => Err(Error::io("read", &path)(io::Error::other(IS_AN_ARCHIVE))),
                });
            }
            if is_dir {
                continue;
            }
            // A link in a folder may lead anywhere, and a pipe may never end. Both are read only
            // when they are named directly.
            if is_nested && !entry.file_type().is_file() {
                return Some(Err(Error::io("read", entry.path())(io::Error::other(NOT_A_FILE))));
            }
            return Some(Ok(SourcePath::File { path: entry.into_path(), is_named: !is_nested }));
        }
    })
}

/// Converts an error of walking `path`.
fn walk_error(path: &Path, error: walkdir::Error) -> Error {
    let at = error.path().unwrap_or(path).to_owned();
    // The message of the operating system is used, because walkdir's own message repeats the path.
    let source = match error.io_error().map(io::Error::kind) {
        Some(kind) => io::Error::from(kind),
        None => io::Error::other(error),
    };
    Error::io("read", &at)(source)
}

/// Returns whether a folder is an archive of any version. A file called `FORMAT` alone is not
/// enough, since any folder may contain one.
fn is_archive(folder: &Path) -> bool {
    let format = folder.join("FORMAT");
    let mut start = Vec::new();
    folder.join("journal").is_dir()
        && format.symlink_metadata().is_ok_and(|metadata| metadata.is_file())
        && File::open(&format)
            .and_then(|file| file.take(ARCHIVE_MAGIC.len() as u64).read_to_end(&mut start))
            .is_ok_and(|_| start == ARCHIVE_MAGIC)
}

/// Number of leading bytes from which the format of a file is detected.
const SNIFF_BYTES: u64 = 1_024;

/// An open file or stream. It is opened only once, since a pipe cannot be rewound.
pub(crate) struct SourceFile {
    path: PathBuf,
    start: Vec<u8>,
    rest: Box<dyn Read + Send>,
    /// Size in bytes; `None` unless this is a regular file.
    #[cfg_attr(not(feature = "dump"), allow(dead_code, reason = "only progress reports it"))]
    size: Option<u64>,
}

impl SourceFile {
    /// Opens a file, and reads its first bytes.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let failed = || Error::io("read", path);
        let file = File::open(path).map_err(failed())?;
        let metadata = file.metadata().map_err(failed())?;
        let size = metadata.is_file().then_some(metadata.len());
        Self::from_reader(path, Box::new(file), size)
    }

    /// Reads the first bytes of a stream, even if a pipe delivers them in small parts.
    pub(crate) fn from_reader(
        path: &Path,
        mut rest: Box<dyn Read + Send>,
        size: Option<u64>,
    ) -> Result<Self> {
        let mut start = Vec::new();
        let read = rest.by_ref().take(SNIFF_BYTES).read_to_end(&mut start);
        read.map_err(Error::io("read", path))?;
        Ok(Self { path: path.to_owned(), start, rest, size })
    }

    /// Returns the first bytes, at most [`SNIFF_BYTES`].
    pub(crate) fn start(&self) -> &[u8] {
        &self.start
    }

    /// Returns the size in bytes, or `None` unless this is a regular file.
    #[cfg(feature = "dump")]
    pub(crate) fn size(&self) -> Option<u64> {
        self.size
    }

    /// Returns a reader of all bytes, from the first.
    pub(crate) fn into_reader(self) -> impl Read + Send + 'static {
        Cursor::new(self.start).chain(self.rest)
    }

    /// Reads all bytes. Fails if there are more than [`MAX_FILE_BYTES`].
    pub(crate) fn load(self) -> Result<Vec<u8>> {
        let path = self.path.clone();
        let mut bytes = Vec::new();
        match self.into_reader().take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes) {
            Ok(length) if length as u64 > MAX_FILE_BYTES => {
                Err(Error::io("read", &path)(io::Error::other(format!(
                    "it is larger than {} MiB; divide it",
                    MAX_FILE_BYTES >> 20
                ))))
            }
            Ok(_) => Ok(bytes),
            Err(error) => Err(Error::io("read", &path)(error)),
        }
    }
}

/// Opens the file `name` in the folder of `path`. Links and devices are errors.
pub(crate) fn open_sibling(path: &Path, name: &str) -> Result<SourceFile, ParseError> {
    let other = path.with_file_name(name);
    let display_name = other.display().to_string();
    let file = other.symlink_metadata().map_err(Error::io("read", &other)).and_then(|metadata| {
        let not_a_file = || Error::io("read", &other)(io::Error::other(NOT_A_FILE));
        metadata.is_file().then_some(()).ok_or_else(not_a_file)
    });
    file.and_then(|()| SourceFile::open(&other)).map_err(|error| {
        super::document::parse_error_at(
            &display_name,
            "",
            0,
            &format!("a table beside {} ({error})", path.display()),
        )
    })
}
