//! What can go wrong, with the values that tell where.

mod grouped;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::model::{AddressError, count, grouped};

pub use grouped::{Entry, Group, Grouped, ParseErrorGroup, ParseErrors, Warnings};

/// The result of everything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A place in a source and what is wrong with it.
///
/// One document that cannot be read never stops the others, so this is a value in a report as
/// often as it is an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The file, or `<stdin>`.
    pub source: String,
    /// The line, counted from 1.
    pub line: u32,
    /// The column in characters, counted from 1.
    pub column: u32,
    /// The text that stands there, cut to a length that fits a line.
    pub text: String,
    /// What was expected instead.
    pub expected: String,
}

impl Unread {
    fn place(&self) -> String {
        format!("{}:{}:{}", self.source, self.line, self.column)
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place())?;
        if self.text.is_empty() {
            write!(f, "expected {}", self.expected)
        } else {
            write!(f, "expected {}, found '{}'", self.expected, self.text)
        }
    }
}

/// A place in a source whose statement was kept as it stands, and what is doubtful about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The file, or `<stdin>`.
    pub source: String,
    /// The line, counted from 1.
    pub line: u32,
    /// The column, counted from 1: of a table that of its cells.
    pub column: u32,
    /// What is doubtful.
    pub message: String,
}

impl Warning {
    fn place(&self) -> String {
        format!("{}:{}:{}", self.source, self.line, self.column)
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place(), self.message)
    }
}

/// The process that has an archive locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The number of the process.
    pub process: u32,
    /// Since when it has the archive: RFC 3339, UTC.
    pub since: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} since {}", self.process, readable(&self.since))
    }
}

/// Formats a time of RFC 3339 in UTC for people.
pub(crate) fn readable(time: &str) -> String {
    time.replace('T', " ").replace('Z', " UTC")
}

/// Why an operation failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused.
    Io {
        /// What was being done: "read", "append to".
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Its answer.
        source: io::Error,
    },
    /// What was to be written to could not be.
    Output(io::Error),
    /// There is no archive in this folder.
    NoArchive(PathBuf),
    /// The folder is not an archive, and not empty either.
    NotAnArchive(PathBuf),
    /// A link or a device stands in an archive, which has only files and folders.
    Foreign(PathBuf),
    /// The archive is in use by another process.
    Busy {
        /// The archive.
        path: PathBuf,
        /// The process that has it, where the lock file says so.
        holder: Option<Holder>,
    },
    /// The archive was opened to be read, and was to be changed.
    ReadOnly(PathBuf),
    /// The lock of the archive was removed or replaced while this process held it, so another process may have
    /// changed the archive meanwhile. The change that noticed it was not made.
    LockLost(PathBuf),
    /// The archive's `FORMAT` file is damaged or missing.
    Format {
        /// The archive.
        path: PathBuf,
        /// What the file says.
        found: String,
    },
    /// The archive, or a line of its journal, is intact and of a format that this version does not know.
    NewerFormat {
        /// The archive, or the file of the journal.
        path: PathBuf,
        /// What was found, and where in the file.
        found: String,
    },
    /// The journal holds something that was not written by an import.
    Journal {
        /// The file.
        path: PathBuf,
        /// Where in it, in bytes.
        offset: u64,
        /// What is wrong.
        problem: String,
    },
    /// What was to be restored is damaged, or no backup.
    Backup {
        /// The file.
        path: PathBuf,
        /// Where in it, in bytes.
        offset: u64,
        /// What is wrong.
        problem: String,
    },
    /// The store cannot be read; a rebuild makes it anew from the journal.
    Store(String),
    /// The text is no address.
    Address(AddressError),
    /// No election has this address.
    Unknown {
        /// The address as given.
        address: String,
        /// Addresses like it, once [`Archive::suggest`](crate::Archive::suggest) has looked for them.
        near: Vec<String>,
    },
    /// No territory has this name.
    UnknownTerritory {
        /// The name as given.
        name: String,
        /// Names like it, as of [`Error::Unknown`].
        near: Vec<String>,
    },
    /// No election has this type, and no contest.
    UnknownType {
        /// The type as given.
        name: String,
        /// Types like it.
        near: Vec<String>,
    },
    /// Neither a territory nor an election is called so.
    UnknownName {
        /// The name as given.
        name: String,
        /// Names and addresses like it, as of [`Error::Unknown`].
        near: Vec<String>,
    },
    /// No year is in a range of years.
    EmptyRange {
        /// The first year.
        from: i32,
        /// The last year, which is before it.
        to: i32,
    },
    /// More than one election has this address.
    Ambiguous {
        /// The address as given.
        address: String,
        /// An address of each that names nothing else, with its title; of the first ten.
        candidates: Vec<(String, String)>,
        /// How many other candidates there are.
        others: usize,
    },
    /// The election has no version like the one asked for.
    NoVersion {
        /// The address as given.
        address: String,
        /// What versions there are.
        known: String,
    },
    /// The election was removed, and the address asks for its latest version.
    Removed {
        /// The address, without a version.
        address: String,
        /// The import that removed it.
        import: u64,
        /// The latest version that still holds a record.
        last: u32,
    },
    /// Documents were not read, and the import was to be all or nothing.
    Strict(ParseErrors),
    /// All documents were read, some statements in them are doubtful, and the import was to be all or nothing.
    Doubtful(Warnings),
    /// The request makes no sense as it stands.
    Request(String),
}

impl Error {
    /// Returns whether a file cannot be written, by this user or by anybody.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
        matches!(self, Self::Io { source, .. } if matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem))
    }

    /// Wraps an answer of the operating system, for use with `map_err`.
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }

    /// A line of the journal that is intact, and that this version does not know.
    pub(crate) fn newer_line(path: PathBuf, offset: u64, problem: &str) -> Self {
        Self::NewerFormat { path, found: format!("at byte {offset} something else: {problem}") }
    }

    /// Wraps the answer of a system that does not start a thread.
    pub(crate) fn no_thread(work: &'static str) -> impl FnOnce(io::Error) -> Self {
        |source| Self::Io { doing: "start a thread for", path: work.into(), source }
    }

    /// A worker thread exited unexpectedly.
    pub(crate) fn stopped(doing: &'static str, path: &Path) -> Self {
        Self::io(doing, path)(io::Error::other("the thread stopped"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { doing, path, source } => {
                write!(f, "cannot {doing} {}: {source}", path.display())
            }
            Self::Output(source) => write!(f, "cannot write the output: {source}"),
            Self::NoArchive(path) => write!(f, "there is no archive at {}", path.display()),
            Self::NotAnArchive(path) => {
                write!(f, "{} holds other files and no archive", path.display())
            }
            Self::Foreign(path) => {
                write!(
                    f,
                    "{} is a link or a device; an archive has only files and folders",
                    path.display()
                )
            }
            Self::Busy { path, holder } => {
                write!(f, "the archive {} is in use by ", path.display())?;
                match holder {
                    Some(holder) => holder.fmt(f),
                    None => f.write_str("another process"),
                }
            }
            Self::ReadOnly(path) => {
                write!(f, "the archive {} was opened to be read, not changed", path.display())
            }
            Self::LockLost(path) => write!(
                f,
                "the lock of the archive {} was removed or replaced while it was held, and another process may \
                 have changed the archive; nothing was changed here",
                path.display()
            ),
            Self::Format { path, found } if found.is_empty() => {
                write!(f, "{} is an archive whose FORMAT is missing or empty", path.display())
            }
            Self::Format { path, found } => {
                write!(f, "{} is an archive whose FORMAT is damaged: '{found}'", path.display())
            }
            Self::NewerFormat { path, found } => write!(
                f,
                "{}: expected a format that this version of hustings knows, found {found}",
                path.display()
            ),
            Self::Journal { path, offset, problem } | Self::Backup { path, offset, problem } => {
                write!(f, "{}, byte {offset}: {problem}", path.display())
            }
            Self::Store(problem) => write!(f, "the store cannot be read: {problem}"),
            Self::Address(error) => error.fmt(f),
            Self::Unknown { address, .. } => write!(f, "no election has the address '{address}'"),
            Self::UnknownTerritory { name, .. } => write!(f, "no territory is called '{name}'"),
            Self::UnknownType { name, .. } => write!(f, "no election is of the type '{name}'"),
            Self::UnknownName { name, .. } => {
                write!(f, "'{name}' is neither a territory nor the address of an election")
            }
            Self::EmptyRange { from, to } => {
                write!(f, "no year is from {from} to {to}: the first is after the last")
            }
            Self::Ambiguous { address, candidates, others } => {
                let all = grouped((candidates.len() + others) as u64);
                write!(f, "'{address}' names {all} elections")
            }
            Self::NoVersion { address, known } => {
                write!(f, "'{address}' names no version; {known}")
            }
            Self::Removed { address, import, last } => write!(
                f,
                "'{address}' was removed by import {import}; its last record is version {last}"
            ),
            Self::Strict(unread) => {
                write!(
                    f,
                    "nothing was imported: {} not read",
                    count(unread.len() as u64, "document")
                )
            }
            Self::Doubtful(warnings) => {
                write!(f, "nothing was imported: {}", count(warnings.len() as u64, "warning"))
            }
            Self::Request(problem) => f.write_str(problem),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } | Self::Output(source) => Some(source),
            _ => None,
        }
    }
}

impl From<AddressError> for Error {
    fn from(error: AddressError) -> Self {
        Self::Address(error)
    }
}
