//! The journal: the append-only record of every import, with the exact source texts.
//!
//! The files `000001.jsonl.zst`, `000002.jsonl.zst` … are sequences of zstd frames with content
//! checksums, and contain JSON lines. An import is one or more complete frames in one file. Its
//! last line is its commit; lines without a commit are not part of the journal. See
//! `docs/format.md`.

mod copy;
mod digest;
mod end_marker;
mod entry;
mod erase;
mod erasure;
mod files;
mod follow;
mod format_file;
mod frame;
mod frame_writer;
mod import_digest;
mod limits;
mod line;
mod log;
mod position;
mod restore;
mod scan;
mod validator;
mod version;
mod write;

pub(crate) use copy::copy_segments;
pub(crate) use digest::split_digest;
pub use entry::TerritoryAlias;
pub(crate) use entry::{
    AbsenceEntry, Commit, JournalEntry, LineageEntry, LostRange, MergeEntry, OtherEntries,
    SourceEntry, SplitEntry,
};
pub(crate) use erasure::{ErasedEntry, ErasureEntry};
pub(crate) use files::{file_length, first_file, unused_path};
pub(crate) use follow::FollowedJournal;
pub(crate) use format_file::{JournalFormat, read_format, write_format};
pub(crate) use frame::empty_frame;
pub(crate) use line::JournalLine;
pub(crate) use log::Journal;
pub(crate) use position::{EntryIndex, Location, LogPosition};
pub(crate) use restore::restore_lines;
pub(crate) use scan::{JournalScan, JournalSegment};
pub(crate) use version::{Provenance, VersionEntry};
pub(crate) use write::{ImportWriter, WrittenImport, now};

#[cfg(test)]
mod tests;
