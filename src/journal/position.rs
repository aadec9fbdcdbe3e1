//! Positions in the journal: of a frame, of a line, and of the end of an import.

use serde::{Deserialize, Serialize};

/// Parent digest of the first import.
pub(super) const NO_PARENT: &str = "";

/// The end of an import or of a lost range in the journal. All imports before it are complete.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct LogPosition {
    /// Number of the import that ends here; 0 before the first import.
    pub(crate) import: u64,
    /// Digest of that import.
    pub(crate) digest: String,
    /// Location of the frame with the commit.
    pub(crate) commit_frame: Location,
    /// Location where the next import begins.
    pub(crate) end: Location,
}

/// The location of a frame: the number of its file, and its offset in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub(crate) struct Location {
    pub(crate) file: u32,
    pub(crate) offset: u64,
}

/// The index of a line in the journal: its frame, and its number in the frame, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub(crate) struct EntryIndex {
    pub(crate) frame: Location,
    pub(crate) line: u32,
}
