//! Errors of the query store.

use std::fmt;

use super::Error;

/// The reason why the store cannot be read. The journal contains everything that the store does, so
/// opening the archive again rebuilds the store.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// Another version of hustings wrote the store.
    OtherVersion,
    /// A stored value is damaged.
    Corrupt {
        /// Description of the problem.
        problem: String,
    },
    /// A value that another value refers to is missing.
    Missing {
        /// Description of the missing value.
        what: String,
    },
    /// The store was closed before the operation.
    Closed,
}

impl StoreError {
    pub(crate) fn corrupt(problem: impl Into<String>) -> Error {
        Error::Store(Self::Corrupt { problem: problem.into() })
    }

    pub(crate) fn missing(what: impl Into<String>) -> Error {
        Error::Store(Self::Missing { what: what.into() })
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherVersion => f.write_str("another version of hustings wrote it"),
            Self::Corrupt { problem } => f.write_str(problem),
            Self::Missing { what } => write!(f, "{what} is missing"),
            Self::Closed => f.write_str("it is closed"),
        }
    }
}

impl std::error::Error for StoreError {}
