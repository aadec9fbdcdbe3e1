//! Errors, with the values and positions that they concern.

mod grouped;

use std::path::{Path, PathBuf};
use std::{fmt, io};

use crate::model::{AddressError, count, grouped};
pub use grouped::{
    Diagnostic, DiagnosticGroup, Diagnostics, ParseErrorGroup, ParseErrors, Warnings,
};

/// The result of a fallible operation of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error at a position in a source.
///
/// A document that cannot be parsed never stops the import of others, so this type is used in
/// reports as well as in errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// File, or `<stdin>`.
    pub source: String,
    /// Line, counted from 1.
    pub line: u32,
    /// Column in characters, counted from 1.
    pub column: u32,
    /// Text found at the position, truncated to fit on a line.
    pub text: String,
    /// What was expected instead.
    pub expected: String,
}

impl ParseError {
    fn place(&self) -> String {
        format!("{}:{}:{}", self.source, self.line, self.column)
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place())?;
        if self.text.is_empty() {
            write!(f, "expected {}", self.expected)
        } else {
            write!(f, "expected {}, found '{}'", self.expected, self.text)
        }
    }
}

/// A doubtful statement at a position in a source. The record holds it as stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// File, or `<stdin>`.
    pub source: String,
    /// Line, counted from 1.
    pub line: u32,
    /// Column, counted from 1; in a table, the number of the cell.
    pub column: u32,
    /// Why the statement is doubtful.
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

/// The process that holds the lock of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockHolder {
    /// Process id.
    pub process: u32,
    /// Time at which the process took the lock: RFC 3339, UTC.
    pub since: String,
}

impl fmt::Display for LockHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} since {}", self.process, format_timestamp(&self.since))
    }
}

/// Formats an RFC 3339 timestamp in UTC for people.
pub(crate) fn format_timestamp(time: &str) -> String {
    time.replace('T', " ").replace('Z', " UTC")
}

/// The reason why an operation failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The operating system reported an error.
    Io {
        /// Operation that failed: "read", "append to".
        doing: &'static str,
        /// File or folder.
        path: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// The output could not be written.
    Output(io::Error),
    /// The folder contains no archive.
    NoArchive(PathBuf),
    /// The folder is neither an archive nor empty.
    NotAnArchive(PathBuf),
    /// An archive contains a link or a device. Only files and folders are allowed.
    Foreign(PathBuf),
    /// Another process is using the archive.
    Busy {
        /// The archive.
        path: PathBuf,
        /// The process that holds the lock, if the lock file names it.
        holder: Option<LockHolder>,
    },
    /// A write was attempted on an archive opened for reading.
    ReadOnly(PathBuf),
    /// The lock of the archive was removed or replaced while this process held it. Another process
    /// may have changed the archive since. The write that detected this was not performed.
    LockLost(PathBuf),
    /// The `FORMAT` file of the archive is damaged or missing.
    Format {
        /// The archive.
        path: PathBuf,
        /// Content of the file.
        found: String,
    },
    /// The archive, or a line of its journal, is intact but in a newer, unsupported format.
    NewerFormat {
        /// The archive, or the journal file.
        path: PathBuf,
        /// What was found, and its position in the file.
        found: String,
    },
    /// The journal contains data that no import wrote.
    Journal {
        /// Journal file.
        path: PathBuf,
        /// Position in the file, in bytes.
        offset: u64,
        /// What is wrong.
        problem: String,
    },
    /// The input of a restore is damaged or not a backup.
    Backup {
        /// Backup file.
        path: PathBuf,
        /// Position in the file, in bytes.
        offset: u64,
        /// What is wrong.
        problem: String,
    },
    /// The store cannot be read. It can be rebuilt from the journal.
    Store(String),
    /// The text is not an address.
    Address(AddressError),
    /// No election has this address.
    Unknown {
        /// The address as entered.
        address: String,
        /// Similar addresses, filled in by [`Archive::suggest`](crate::Archive::suggest).
        near: Vec<String>,
    },
    /// No territory has this name.
    UnknownTerritory {
        /// The name as entered.
        name: String,
        /// Similar names, filled in as for [`Error::Unknown`].
        near: Vec<String>,
    },
    /// No election and no contest has this type.
    UnknownType {
        /// The type as entered.
        name: String,
        /// Similar types.
        near: Vec<String>,
    },
    /// No territory and no election has this name.
    UnknownName {
        /// The name as entered.
        name: String,
        /// Similar names and addresses, filled in as for [`Error::Unknown`].
        near: Vec<String>,
    },
    /// A range of years is empty.
    EmptyRange {
        /// First year.
        from: i32,
        /// Last year, less than `from`.
        to: i32,
    },
    /// More than one election has this address.
    Ambiguous {
        /// The address as entered.
        address: String,
        /// Unique address and title of each of the first ten candidates.
        candidates: Vec<(String, String)>,
        /// Number of further candidates.
        others: usize,
    },
    /// The election has no such version.
    NoVersion {
        /// The address as entered.
        address: String,
        /// Description of the versions that exist.
        known: String,
    },
    /// The election was removed, and the address selects its latest version.
    Removed {
        /// The address, without a version.
        address: String,
        /// Import that removed the election.
        import: u64,
        /// Latest version that holds a record.
        last: u32,
    },
    /// A strict import was rejected, because documents could not be parsed.
    Strict(ParseErrors),
    /// A strict import was rejected, because statements are doubtful. All documents were parsed.
    Doubtful(Warnings),
    /// The request is invalid. Holds the reason.
    Request(String),
}

impl Error {
    /// Returns whether the operating system denied access to a file, or its file system is
    /// read-only.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
        matches!(self, Self::Io { source, .. } if matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem))
    }

    /// Wraps an error of the operating system, for use with `map_err`.
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }

    /// Creates an error for an intact line of the journal in a format that this version does not
    /// support.
    pub(crate) fn newer_line(path: PathBuf, offset: u64, problem: &str) -> Self {
        Self::NewerFormat { path, found: format!("at byte {offset} something else: {problem}") }
    }

    /// Wraps the error of a thread that could not be started.
    pub(crate) fn no_thread(work: &'static str) -> impl FnOnce(io::Error) -> Self {
        |source| Self::Io { doing: "start a thread for", path: work.into(), source }
    }

    /// Creates an error for a worker thread that exited unexpectedly.
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
