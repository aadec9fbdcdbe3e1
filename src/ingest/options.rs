//! The options of an import.

use crate::formats::{Format, Mapping};

/// Options of an import.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportOptions {
    /// Format of all documents. `None` detects the format of each document.
    pub format: Option<Format>,
    /// Mapping for tables. With a mapping, only tables are read.
    pub mapping: Option<Mapping>,
    /// The user's note, which the import log shows.
    pub note: Option<String>,
    /// Whether to read everything and report what an import would add, without adding anything.
    pub dry_run: bool,
    /// Whether to import nothing at all when a document cannot be read or a statement is doubtful.
    pub strict: bool,
    /// Number of threads that decompress a dump; 0 for one per processor core.
    pub jobs: usize,
}

impl ImportOptions {
    /// Returns whether the import must not be split, because it is strict or a dry run.
    pub(super) fn is_whole(&self) -> bool {
        self.strict || self.dry_run
    }
}
