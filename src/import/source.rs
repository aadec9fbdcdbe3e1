//! Where documents come from: files, folders, pipes and standard input.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::{Error, Result, Unread};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 256 * 1024 * 1024;

/// Why something in a folder is not read.
const NO_FILE: &str = "it is a link or a device inside of a folder; name it itself";

/// Why an archive that is named is not read.
const ARCHIVE: &str = "it is an archive; 'hustings export' writes its records";

/// The beginning of an archive's `FORMAT` file.
const MARK: &[u8] = b"hustings archive";

/// The path that means standard input.
const STDIN: &str = "-";

/// What standard input is called.
pub(crate) const STDIN_NAME: &str = "<stdin>";

/// What stands at a path, or in a folder.
pub(crate) enum Found {
    /// A file to read, with the name to show for it.
    File(String, PathBuf),
    /// An archive, which is skipped.
    Archive(PathBuf),
    /// A hidden file or folder, which is skipped.
    Hidden(PathBuf),
}

/// Every file of these paths: folders are walked in the order of names, without what is hidden,
/// without archives, and without following links.
pub(crate) fn walk(paths: &[PathBuf]) -> impl Iterator<Item = Result<Found>> + '_ {
    paths.iter().flat_map(|path| -> Box<dyn Iterator<Item = Result<Found>>> {
        if path.as_os_str() == STDIN {
            let stdin = Found::File(STDIN_NAME.to_owned(), path.clone());
            return Box::new(std::iter::once(Ok(stdin)));
        }
        let mut walk = WalkDir::new(path).sort_by_file_name().into_iter();
        Box::new(std::iter::from_fn(move || {
            loop {
                let entry = match walk.next()? {
                    Ok(entry) => entry,
                    Err(error) => return Some(Err(refused(path, error))),
                };
                let (folder, inside) = (entry.file_type().is_dir(), entry.depth() > 0);
                if inside && entry.file_name().to_string_lossy().starts_with('.') {
                    if folder {
                        walk.skip_current_dir();
                    }
                    return Some(Ok(Found::Hidden(entry.into_path())));
                }
                if folder && is_archive(entry.path()) {
                    walk.skip_current_dir();
                    return Some(match inside {
                        true => Ok(Found::Archive(entry.into_path())),
                        false => Err(Error::io("read", path)(io::Error::other(ARCHIVE))),
                    });
                }
                if folder {
                    continue;
                }
                // A link inside of a folder may lead anywhere, and a pipe may never end; one that was
                // named is meant.
                if inside && !entry.file_type().is_file() {
                    return Some(Err(Error::io("read", entry.path())(io::Error::other(NO_FILE))));
                }
                let name = entry.path().display().to_string();
                return Some(Ok(Found::File(name, entry.into_path())));
            }
        }))
    })
}

/// A path that cannot be walked.
fn refused(path: &Path, error: walkdir::Error) -> Error {
    let at = error.path().unwrap_or(path).to_owned();
    // The system's own words; walkdir's say the path again.
    let source = match error.io_error().map(io::Error::kind) {
        Some(kind) => io::Error::from(kind),
        None => io::Error::other(error),
    };
    Error::io("read", &at)(source)
}

/// Whether a folder is an archive of hustings, of whatever version. Any folder may hold a file that is
/// called `FORMAT`.
fn is_archive(folder: &Path) -> bool {
    let format = folder.join("FORMAT");
    let mut start = Vec::new();
    folder.join("journal").is_dir()
        && format.symlink_metadata().is_ok_and(|metadata| metadata.is_file())
        && File::open(&format)
            .and_then(|file| file.take(MARK.len() as u64).read_to_end(&mut start))
            .is_ok_and(|_| start == MARK)
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
        let size = metadata.is_file().then_some(metadata.len());
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
