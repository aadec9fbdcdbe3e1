//! Appends one import atomically.

use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::files::FULL_FILE_SIZE;
use super::format::{JournalFormat, read_format};
use super::log::Journal;
use super::position::{Location, LogPosition, NO_PARENT};
use super::sequence::EntryCounts;
use super::tail::{FrameSink, FrameStart, FrameWriter, LineDigest, PendingEntry};
use super::{Commit, JournalEntry, acknowledged, frame};
use crate::model::LONGEST_NOTE;
use crate::{Error, Result};

/// Size of the texts that are sent to the writer together, in bytes.
const BATCH_SIZE: usize = frame::FRAME_TEXT_SIZE;

/// Size that counts for an entry without a text, in bytes. It limits the number of buffered
/// entries.
const TEXTLESS_ENTRY_SIZE: usize = 64;

/// An import that is being written. If it is dropped before its commit, nothing of it remains.
pub(crate) struct ImportWriter<'a> {
    journal: &'a mut Journal,
    /// Entries that are not sent to the writer yet, and the size of their texts in bytes.
    entries: Vec<PendingEntry>,
    bytes: usize,
    writing: FrameSink,
    counts: EntryCounts,
    commit: Commit,
    committed: bool,
}

/// An import that is committed.
pub(crate) struct WrittenImport {
    pub(crate) mark: LogPosition,
    pub(crate) commit: Commit,
    frames: Vec<FrameStart>,
}

impl WrittenImport {
    /// Returns the frames, each with the number of its first line in the import, counted from 0.
    pub(crate) fn frames(&self) -> impl Iterator<Item = (Location, u64)> {
        // The last element is the start of the next import.
        let count = self.frames.len().saturating_sub(1);
        self.frames.iter().take(count).map(|frame| (frame.location, frame.first))
    }
}

/// Returns the time of the machine's clock: RFC 3339, UTC.
///
/// # Errors
/// When the year of the clock is outside the range of RFC 3339.
pub(crate) fn now() -> Result<String> {
    format_time(SystemTime::now()).ok_or_else(|| {
        let problem = "its year is not from 0 to 9999: set the clock";
        Error::io("take the time from", Path::new("the clock"))(io::Error::other(problem))
    })
}

/// Formats a time in RFC 3339, to the second. Returns `None` for a year before 0 or after 9999.
fn format_time(time: SystemTime) -> Option<String> {
    let seconds = match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).ok()?,
        // Round down, so that a fraction of a second counts towards the second before.
        Err(until) => {
            let until = until.duration();
            let begun = i64::from(until.subsec_nanos() > 0);
            i64::try_from(until.as_secs()).ok()?.checked_neg()?.checked_sub(begun)?
        }
    };
    OffsetDateTime::from_unix_timestamp(seconds).ok()?.format(&Rfc3339).ok()
}

impl Journal {
    /// Starts an import.
    ///
    /// # Errors
    /// When the lock is lost, or on an I/O error.
    pub(crate) fn append(&mut self) -> Result<ImportWriter<'_>> {
        if let Some(lock) = &self.lock {
            lock.check()?;
            if self.format.is_none() {
                // Only the journal of an archive has a lock, so the parent folder is the archive.
                self.format = self.folder.parent().map(read_format).transpose()?;
            }
        }
        self.sync_names()?;
        ImportWriter::new(self)
    }
}

impl<'a> ImportWriter<'a> {
    pub(super) fn new(journal: &'a mut Journal) -> Result<Self> {
        let end = journal.end.end;
        let start = match end.file {
            0 => Location { file: 1, offset: 0 },
            file if end.offset >= FULL_FILE_SIZE => Location { file: file + 1, offset: 0 },
            _ => end,
        };
        let commit = Commit {
            import: journal.end.import + 1,
            tool: concat!("hustings ", env!("CARGO_PKG_VERSION")).to_owned(),
            parent: if journal.end.import == 0 {
                NO_PARENT.to_owned()
            } else {
                journal.end.digest.clone()
            },
            ..Commit::default()
        };
        let tail = FrameWriter::new(journal, start);
        Ok(Self {
            entries: Vec::new(),
            bytes: 0,
            writing: FrameSink::Here(Box::new(tail)),
            counts: EntryCounts::default(),
            commit,
            committed: false,
            journal,
        })
    }

    /// Adds an entry to the import.
    pub(crate) fn push(&mut self, entry: JournalEntry) -> Result<()> {
        self.push_with(entry, LineDigest::Computed)
    }

    /// Adds an entry of an export, whose line states this digest, or none.
    pub(super) fn push_exported(
        &mut self,
        entry: JournalEntry,
        digest: Option<String>,
    ) -> Result<()> {
        self.push_with(entry, digest.map_or(LineDigest::Absent, LineDigest::Expected))
    }

    fn push_with(&mut self, entry: JournalEntry, digest: LineDigest) -> Result<()> {
        entry.bounded().map_err(Error::Request)?;
        self.counts.add(&entry);
        self.bytes += match &entry {
            JournalEntry::Version(given) => given.text.len(),
            JournalEntry::Lineage(given) => given.text.len(),
            JournalEntry::Removal { .. }
            | JournalEntry::Alias { .. }
            | JournalEntry::Territory(_) => TEXTLESS_ENTRY_SIZE,
        };
        self.entries.push(PendingEntry { entry, digest });
        if self.bytes >= BATCH_SIZE {
            self.bytes = 0;
            self.writing.entries(std::mem::take(&mut self.entries))?;
        }
        Ok(())
    }

    /// Returns whether the import has no entries.
    pub(crate) fn is_empty(&self) -> bool {
        self.counts == EntryCounts::default()
    }

    /// Ends the import. It is complete and durable when this returns.
    pub(crate) fn commit(mut self, note: Option<&str>) -> Result<WrittenImport> {
        if note.is_some_and(|note| note.chars().nth(LONGEST_NOTE).is_some()) {
            let problem = format!("a note has at most {LONGEST_NOTE} characters");
            return Err(Error::Request(problem));
        }
        self.commit.recorded = now()?;
        self.commit.note = note.map(str::to_owned);
        self.commit = self.counts.put_into(self.commit.clone());
        let (line, digest) = self.last_line(&self.commit.clone())?;
        self.end(&line, digest)
    }

    /// Ends an import of another journal with its original commit. Returns `false` and writes
    /// nothing if the digest differs, or if the import is not the next one.
    pub(crate) fn commit_again(mut self, commit: Commit, digest: &str) -> Result<bool> {
        let next = (self.commit.import, &self.commit.parent) == (commit.import, &commit.parent);
        let (line, found) = self.last_line(&commit)?;
        if !next || found != digest || !self.writing.here()?.is_as_expected {
            return Ok(false);
        }
        self.end(&line, found)?;
        Ok(true)
    }

    /// Writes the remaining entries. Returns the commit line, and the digest in it.
    fn last_line(&mut self, commit: &Commit) -> Result<(String, String)> {
        let entries = std::mem::take(&mut self.entries);
        let tail = self.writing.here()?;
        entries.iter().try_for_each(|entry| tail.entry(entry))?;
        tail.commit_line(commit)
    }

    fn end(mut self, line: &str, digest: String) -> Result<WrittenImport> {
        let tail = self.writing.here()?;
        let (commit, end) = tail.end(line)?;
        let frames = std::mem::take(&mut tail.frames);
        self.committed = true;
        self.journal.has_leftover = false;
        self.journal.format = self.journal.format.map(|_| JournalFormat::CURRENT);
        self.journal.end = LogPosition { import: self.commit.import, digest, commit, end };
        acknowledged::write(&self.journal.folder, &self.journal.end, &*self.journal.disk);
        let commit = std::mem::take(&mut self.commit);
        Ok(WrittenImport { mark: self.journal.end.clone(), commit, frames })
    }
}

impl Drop for ImportWriter<'_> {
    fn drop(&mut self) {
        if self.committed {
            return;
        }
        // An error of the thread was already reported, or no longer matters.
        let _ = self.writing.here();
        if let FrameSink::Here(tail) = &mut self.writing
            && !tail.undo()
        {
            self.journal.has_leftover = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn every_clock_is_recorded_as_it_is_or_refused() {
        let after = |seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).unwrap();
        let before = |seconds| UNIX_EPOCH.checked_sub(Duration::from_secs(seconds)).unwrap();
        let cases = [
            (UNIX_EPOCH, Some("1970-01-01T00:00:00Z")),
            (after(1_500_000_000) + Duration::from_nanos(1), Some("2017-07-14T02:40:00Z")),
            (UNIX_EPOCH - Duration::from_nanos(1), Some("1969-12-31T23:59:59Z")),
            (before(1), Some("1969-12-31T23:59:59Z")),
            (before(62_167_219_200), Some("0000-01-01T00:00:00Z")),
            (before(62_167_219_200) - Duration::from_nanos(1), None),
            (after(253_402_300_799), Some("9999-12-31T23:59:59Z")),
            (after(253_402_300_800), None),
            (after(1 << 62), None),
            (before(1 << 62), None),
        ];
        for (time, expected) in cases {
            assert_eq!(format_time(time).as_deref(), expected, "{time:?}");
        }
        assert_eq!(now().unwrap().len(), "1970-01-01T00:00:00Z".len());
    }
}
