//! Errors, with the values and positions that they concern.

mod diagnostics;
mod diagnostics_json;
mod display;
mod kind;
mod store;

use std::path::{Path, PathBuf};
use std::{fmt, io};

use serde::{Deserialize, Serialize};

use crate::model::AddressError;
pub use diagnostics::{
    Diagnostic, DiagnosticGroup, Diagnostics, ParseErrorGroup, ParseErrors, Warnings,
};
pub use kind::ErrorKind;
pub use store::StoreError;

/// The result of a fallible operation of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error at a position in a source.
///
/// Except in a strict import, a document that cannot be parsed does not stop the import of others.
/// So this type is used in reports as well as in errors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ParseError {
    /// File, or `<stdin>`.
    pub source: String,
    /// Line, counted from 1.
    pub line: u32,
    /// Column, counted from 1: in characters, in a table the number of the cell, and in a dump in
    /// bytes.
    pub column: u32,
    /// Text found at the position, truncated to fit on a line.
    pub found: String,
    /// What was expected instead.
    pub expected: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.location())?;
        if self.found.is_empty() {
            write!(f, "expected {}", self.expected)
        } else {
            write!(f, "expected {}, found '{}'", self.expected, self.found)
        }
    }
}

/// A doubtful statement at a position in a source. The record holds it as stated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
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

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.location(), self.message)
    }
}

/// The process that holds the lock of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LockHolder {
    /// Process id.
    pub process_id: u32,
    /// Time at which the process took the lock: RFC 3339, UTC.
    pub since: String,
}

impl fmt::Display for LockHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} since {}", self.process_id, format_timestamp(&self.since))
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
        operation: &'static str,
        /// File or folder.
        path: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// A thread could not be started.
    Thread {
        /// Work of the thread: "hashing texts".
        work: &'static str,
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
    UnexpectedFileType(PathBuf),
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
    DamagedFormat {
        /// The archive.
        path: PathBuf,
        /// Content of the file.
        found: String,
    },
    /// The archive, or a line of its journal, is intact but in a newer, unsupported format.
    NewerFormat {
        /// The archive, or the journal file.
        path: PathBuf,
        /// Description of the unsupported content. For a line of the journal, it states the
        /// position in the file.
        found: String,
    },
    /// The journal contains data that no import wrote.
    Journal {
        /// Journal file.
        path: PathBuf,
        /// Position in the file, in bytes.
        offset: u64,
        /// Description of the problem.
        problem: String,
    },
    /// The input of a restore is damaged or not a backup.
    Backup {
        /// Backup file.
        path: PathBuf,
        /// Position in the file, in bytes.
        offset: u64,
        /// Description of the problem.
        problem: String,
    },
    /// The store cannot be read. It can be rebuilt from the journal.
    Store(StoreError),
    /// The text is not an address.
    Address(AddressError),
    /// No election has this address.
    UnknownAddress {
        /// The address as entered.
        address: String,
        /// Similar addresses, filled in by [`Archive::suggest`](crate::Archive::suggest).
        suggestions: Vec<String>,
    },
    /// No territory has this name.
    UnknownTerritory {
        /// The name as entered.
        name: String,
        /// Similar names, filled in as for [`Error::UnknownAddress`].
        suggestions: Vec<String>,
    },
    /// The type is not predefined, and no current election or contest has it.
    UnknownType {
        /// The type as entered.
        name: String,
        /// Similar types.
        suggestions: Vec<String>,
    },
    /// No election is of an area with this name or code.
    UnknownArea {
        /// The name as entered.
        name: String,
        /// Similar names.
        suggestions: Vec<String>,
    },
    /// No election is of an area of this level.
    UnknownLevel {
        /// The level as entered.
        name: String,
        /// Similar levels.
        suggestions: Vec<String>,
    },
    /// No territory and no election has this name.
    UnknownName {
        /// The name as entered.
        name: String,
        /// Similar names and addresses, filled in as for [`Error::UnknownAddress`].
        suggestions: Vec<String>,
    },
    /// A range of years is empty.
    EmptyRange {
        /// First year.
        from: i32,
        /// Last year, less than `from`.
        to: i32,
    },
    /// The archive has no source of this name.
    UnknownSource {
        /// The name.
        name: String,
        /// Similar names.
        suggestions: Vec<String>,
    },
    /// The election states no field of this name.
    UnknownField {
        /// The name as entered.
        field: String,
        /// The fields that exist, the most similar first.
        suggestions: Vec<String>,
    },
    /// More than one field of the election has this name.
    AmbiguousField {
        /// The name as entered.
        field: String,
        /// The full names.
        matches: Vec<String>,
    },
    /// More than one election has this address.
    Ambiguous {
        /// The address as entered.
        address: String,
        /// Unique address and title of each of the first ten candidates.
        matches: Vec<(String, String)>,
        /// Number of further candidates.
        omitted: usize,
    },
    /// The election has no such version.
    NoVersion {
        /// The address as entered.
        address: String,
        /// Description of the versions that exist.
        available_versions: String,
    },
    /// The election was removed, and the address selects its latest version.
    Removed {
        /// The address, without a version.
        address: String,
        /// Import that removed the election.
        import: u64,
        /// Latest version that holds a record.
        last_version: u32,
    },
    /// The text of the version was erased.
    Erased {
        /// The address, with the number of the version.
        address: String,
        /// Import that erased it.
        import: u64,
        /// Time of the erasure: RFC 3339, UTC.
        time: String,
        /// Why it was erased.
        reason: String,
        /// BLAKE3 of the text, in hexadecimal.
        digest: String,
    },
    /// A strict import was rejected, because documents could not be parsed.
    StrictParseErrors(ParseErrors),
    /// A strict import was rejected, because statements are doubtful. All documents were parsed.
    StrictWarnings(Warnings),
    /// An argument of a call is invalid.
    InvalidArgument {
        /// Name of the argument.
        argument: &'static str,
        /// Description of the problem.
        problem: String,
    },
    /// A text exceeds its limit.
    TooLong {
        /// Description of the text: "a title".
        what: &'static str,
        /// Maximum length.
        limit: u64,
        /// Unit of the limit: "characters", "bytes".
        unit: &'static str,
    },
    /// The archive is already in the requested state.
    AlreadyExists {
        /// Address or name.
        subject: String,
        /// Predicate of the subject: "is current", "has the title 'x'".
        state: String,
    },
    /// The archive has no import of this number.
    NoImport {
        /// Number of the import.
        import: u64,
        /// Number of the last import.
        last: u64,
    },
    /// A backup or a restore cannot be written to this path.
    InvalidTarget {
        /// File or folder.
        path: PathBuf,
        /// Description of the problem.
        problem: String,
    },
    /// A table cannot be read without an archive, for a proposal or a check of a mapping.
    UnreadTable(Box<ParseError>),
    /// A mapping is invalid.
    Mapping {
        /// Name of the mapping file. `None` for a mapping parsed from a text.
        name: Option<String>,
        /// Line, counted from 1.
        line: usize,
        /// Description of the problem.
        problem: String,
    },
    /// A callback stopped an import. Its unfinished part was discarded.
    Cancelled {
        /// Numbers of the imports that were completed before the callback stopped the import.
        imports: Vec<u64>,
    },
    /// A mapping or a backup cannot be read.
    UnreadableInput {
        /// Description of the input: "the mapping".
        what: &'static str,
        /// File or folder.
        path: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
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
    pub(crate) fn io(operation: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { operation, path, source }
    }

    /// Wraps an error of the operating system for an input of the user, for use with `map_err`.
    pub(crate) fn unreadable(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::UnreadableInput { what, path, source }
    }

    /// Creates an error for an intact line of the journal in a format that this version does not
    /// support.
    pub(crate) fn newer_line(path: PathBuf, offset: u64, problem: &str) -> Self {
        Self::NewerFormat { path, found: format!("an unknown line at byte {offset}: {problem}") }
    }

    /// Wraps the error of a thread that could not be started.
    pub(crate) fn spawn_failed(work: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Thread { work, source }
    }

    /// Creates an error for a worker thread that exited unexpectedly.
    pub(crate) fn worker_exited(operation: &'static str, path: &Path) -> Self {
        Self::io(operation, path)(io::Error::other("the thread stopped"))
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. }
            | Self::Output(source)
            | Self::UnreadableInput { source, .. } => Some(source),
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

impl From<AddressError> for Error {
    fn from(error: AddressError) -> Self {
        Self::Address(error)
    }
}
