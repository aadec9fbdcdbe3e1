//! The kinds of errors, which determine what a caller can do.

use super::Error;

/// The kind of an [`Error`].
///
/// | kind | what to do | exit code of the program |
/// |---|---|---|
/// | [`InvalidRequest`](Self::InvalidRequest), [`NotFound`](Self::NotFound), [`Ambiguous`](Self::Ambiguous), [`AlreadyExists`](Self::AlreadyExists) | correct the arguments or the mapping | 2 |
/// | [`InvalidInput`](Self::InvalidInput) | correct the document, or name a mapping or backup that can be read | 3 |
/// | [`NoArchive`](Self::NoArchive) | create the archive, or name another folder | 4 |
/// | [`Locked`](Self::Locked) | wait, or try again | 4 |
/// | [`ReadOnly`](Self::ReadOnly) | open the archive for writing | 4 |
/// | [`Unsupported`](Self::Unsupported) | use a newer version | 4 |
/// | [`Corrupt`](Self::Corrupt) | open the archive again, or [rebuild](crate::Archive::rebuild) it | 4 |
/// | [`Io`](Self::Io) | remove the cause that the operating system reports | 4 |
/// | [`Cancelled`](Self::Cancelled) | nothing: a callback stopped the operation | 130 |
///
/// ```
/// use hustings::{Archive, ErrorKind};
///
/// let error = Archive::open("no/such/folder").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::NoArchive);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument or a mapping is invalid.
    InvalidRequest,
    /// The archive does not contain what was requested.
    NotFound,
    /// An address names several elections, or a name several fields.
    Ambiguous,
    /// The archive is already in the requested state.
    AlreadyExists,
    /// A document or a backup is invalid, or a mapping or a backup cannot be read.
    InvalidInput,
    /// The folder contains no archive, or contains other files.
    NoArchive,
    /// Another process holds the archive.
    Locked,
    /// The archive was opened read-only.
    ReadOnly,
    /// A newer version wrote the archive.
    Unsupported,
    /// Files of the archive are damaged.
    Corrupt,
    /// The operating system reported an error.
    Io,
    /// A callback stopped the operation.
    Cancelled,
}

impl Error {
    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Address(_)
            | Self::EmptyRange { .. }
            | Self::InvalidArgument { .. }
            | Self::TooLong { .. }
            | Self::InvalidTarget { .. }
            | Self::Mapping { .. } => ErrorKind::InvalidRequest,
            Self::UnknownAddress { .. }
            | Self::UnknownTerritory { .. }
            | Self::UnknownType { .. }
            | Self::UnknownArea { .. }
            | Self::UnknownLevel { .. }
            | Self::UnknownSource { .. }
            | Self::UnknownName { .. }
            | Self::UnknownField { .. }
            | Self::NoVersion { .. }
            | Self::NoImport { .. }
            | Self::Removed { .. }
            | Self::Erased { .. } => ErrorKind::NotFound,
            Self::Ambiguous { .. } | Self::AmbiguousField { .. } => ErrorKind::Ambiguous,
            Self::AlreadyExists { .. } => ErrorKind::AlreadyExists,
            Self::StrictParseErrors(_)
            | Self::UnreadTable(_)
            | Self::StrictWarnings(_)
            | Self::Backup { .. }
            | Self::UnreadableInput { .. } => ErrorKind::InvalidInput,
            Self::NoArchive(_) | Self::NotAnArchive(_) => ErrorKind::NoArchive,
            Self::Busy { .. } | Self::LockLost(_) => ErrorKind::Locked,
            Self::ReadOnly(_) => ErrorKind::ReadOnly,
            Self::NewerFormat { .. } => ErrorKind::Unsupported,
            Self::DamagedFormat { .. }
            | Self::UnexpectedFileType(_)
            | Self::Journal { .. }
            | Self::Store(_) => ErrorKind::Corrupt,
            Self::Io { .. } | Self::Thread { .. } | Self::Output(_) => ErrorKind::Io,
            Self::Cancelled { .. } => ErrorKind::Cancelled,
        }
    }
}
