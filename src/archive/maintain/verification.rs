//! The answer of a verification: problems and notes.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// A problem found in an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Problem {
    /// Place of the problem: a file and byte offset, or the store and a title.
    pub place: String,
    /// Description of the problem.
    pub problem: String,
}

/// The results of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Verification {
    /// Number of complete imports.
    pub imports: u64,
    /// Number of versions in these imports.
    pub versions: u64,
    /// Problems found.
    pub problems: Vec<Problem>,
    /// Remarks that are not problems, such as recorded lost imports or an interrupted import.
    pub notes: Vec<String>,
}

impl Verification {
    pub(super) fn add_problem(&mut self, place: impl Into<String>, problem: impl Into<String>) {
        self.problems.push(Problem { place: place.into(), problem: problem.into() });
    }

    /// Records damage to the journal or the store as a problem. Returns any other error.
    pub(super) fn add_error(&mut self, place: impl Into<String>, error: Error) -> Result<()> {
        match error {
            Error::Journal { .. } => self.add_problem(place, error.to_string()),
            Error::Store(error) => self.add_problem(place, error.to_string()),
            error => return Err(error),
        }
        Ok(())
    }
}
