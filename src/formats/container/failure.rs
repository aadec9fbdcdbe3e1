//! Errors of containers, before the name of the file is added.

use std::fmt;
use std::io;

use crate::ParseError;

pub(super) type Outcome<T> = Result<T, Failure>;

/// An error at a place of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) found: String,
    pub(super) expected: String,
}

impl Failure {
    /// Creates an error that concerns the whole file.
    pub(super) fn new(expected: impl Into<String>) -> Self {
        Self::at(1, 1, expected)
    }

    /// Creates an error at a line and a column, both counted from 1.
    pub(super) fn at(line: u32, column: u32, expected: impl Into<String>) -> Self {
        Self { line, column, found: String::new(), expected: expected.into() }
    }

    pub(super) fn with_found(self, found: impl Into<String>) -> Self {
        Self { found: found.into(), ..self }
    }

    /// Adds the name of the file.
    pub(super) fn into_error(self, source: &str) -> ParseError {
        let Self { line, column, found, expected } = self;
        ParseError { source: source.to_owned(), line, column, found, expected }
    }
}

/// A limit that a reader exceeded, as the cause of an I/O error. Its text states what is expected.
#[derive(Debug)]
pub(super) struct LimitExceeded(pub(super) String);

impl fmt::Display for LimitExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LimitExceeded {}

/// Returns the I/O error for an exceeded limit.
pub(super) fn limit_error(expected: String) -> io::Error {
    io::Error::other(LimitExceeded(expected))
}

impl Failure {
    /// Converts an I/O error. One for an exceeded limit states what is expected.
    pub(super) fn from_io(error: &io::Error) -> Self {
        match error.get_ref().and_then(|cause| cause.downcast_ref::<LimitExceeded>()) {
            Some(LimitExceeded(expected)) => Self::new(expected.clone()),
            None => Self::new(format!("a file that can be read and is not damaged ({error})")),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::from_io(&error)
    }
}
