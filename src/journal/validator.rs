//! Checks the order of journal lines: entries and then the commit with their counts and digest, or
//! a lost range.

use super::digest::{self, COMMIT_PREFIX};
use super::import_digest::ImportDigest;
use super::line::LineError;
use super::{Commit, JournalEntry, JournalLine};

/// A validator of consecutive lines, with the state of the current import.
pub(super) struct LogValidator {
    digest: ImportDigest,
    /// Whether the lines of the import have digests of their own (format 2).
    has_digests: bool,
    counts: EntryCounts,
    /// Whether the frame already contains a commit, after which no line may follow.
    has_ended: bool,
}

/// Number of entries of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct EntryCounts {
    versions: u64,
    removals: u64,
    aliases: u64,
}

impl EntryCounts {
    pub(super) fn add(&mut self, entry: &JournalEntry) {
        match entry {
            JournalEntry::Version(_) | JournalEntry::Erased(_) => self.versions += 1,
            JournalEntry::Removal { .. } => self.removals += 1,
            JournalEntry::Alias { .. }
            | JournalEntry::Merge(_)
            | JournalEntry::Split(_)
            | JournalEntry::Territory(_)
            | JournalEntry::Lineage(_)
            | JournalEntry::Source(_)
            | JournalEntry::SourceOrder { .. }
            | JournalEntry::Absence(_)
            | JournalEntry::Erasure(_) => self.aliases += 1,
        }
    }

    pub(super) fn apply_to(self, commit: Commit) -> Commit {
        let Self { versions, removals, aliases } = self;
        Commit { versions, removals, aliases, ..commit }
    }
}

impl LogValidator {
    pub(super) fn new() -> Self {
        Self {
            digest: ImportDigest::new(),
            has_digests: false,
            counts: EntryCounts::default(),
            has_ended: false,
        }
    }

    /// Starts a frame.
    pub(super) fn start_frame(&mut self) {
        self.has_ended = false;
    }

    /// Parses the next line.
    ///
    /// # Errors
    /// As [`JournalLine::parse`]. In an import whose lines have digests, an unknown line is damage
    /// if its digest is missing or wrong. The digest of a commit covers the import.
    pub(super) fn parse(&mut self, text: &str) -> Result<JournalLine, LineError> {
        let parsed = JournalLine::parse(text);
        if self.has_digests && matches!(parsed, Err(LineError::Unknown(_))) {
            let is_valid = match digest::split_digest(text) {
                Some((_, stated)) if text.starts_with(COMMIT_PREFIX) => {
                    self.digest.finish(text) == stated
                }
                digest => digest.is_some(),
            };
            if !is_valid {
                let problem = "a line is unknown and does not match its digest";
                return Err(LineError::Damaged(problem.to_owned()));
            }
        }
        parsed
    }

    /// Adds a line, or returns why it cannot follow the lines before it.
    pub(super) fn add_line(&mut self, text: &str, line: &JournalLine) -> Result<(), String> {
        if self.has_ended {
            return Err(
                "expected the end of the frame after the import, found another line".to_owned()
            );
        }
        match line {
            JournalLine::Entry(entry) => {
                match entry {
                    JournalEntry::Erased(erased) => {
                        self.digest.add_text(erased.line_digest.as_bytes());
                    }
                    _ => self.digest.add_line(text),
                }
                self.has_digests |= digest::split_digest(text).is_some();
                self.counts.add(entry);
            }
            JournalLine::Commit(commit, stated) => {
                (self.has_ended, self.has_digests) = (true, false);
                let (found, counts) = (self.digest.finish(text), std::mem::take(&mut self.counts));
                let import = commit.import;
                if found != *stated {
                    return Err(format!("import {import} does not match its digest"));
                }
                if counts.apply_to(commit.clone()) != *commit {
                    return Err(format!("import {import} does not contain the counted entries"));
                }
            }
            JournalLine::Lost(_) if self.counts != EntryCounts::default() => {
                return Err("imports are lost before the last one ended".to_owned());
            }
            JournalLine::Lost(_) => {}
        }
        Ok(())
    }
}
