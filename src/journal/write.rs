//! Appends one import atomically.

use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::files::FULL_FILE_SIZE;
use super::format_file::{JournalFormat, read_format};
use super::frame_writer::{FrameSink, FrameStart, FrameWriter, LineDigest, PendingEntry};
use super::limits::check_chars;
use super::log::Journal;
use super::position::{Location, LogPosition, NO_PARENT};
use super::validator::EntryCounts;
use super::{Commit, JournalEntry, end_marker, frame};
use crate::model::MAX_NOTE_CHARS;
use crate::{Error, Result};

/// Minimum size of the texts in a batch sent to the writer, in bytes.
const BATCH_SIZE: usize = frame::FRAME_TEXT_SIZE;

/// Size assumed for an entry without a text, in bytes. It limits the number of buffered entries.
const TEXTLESS_ENTRY_SIZE: usize = 64;

/// An import that is being written. Dropping it before its commit rolls it back.
pub(crate) struct ImportWriter<'a> {
    journal: &'a mut Journal,
    /// Entries that are not sent to the writer yet, and the size of their texts in bytes.
    entries: Vec<PendingEntry>,
    buffered_bytes: usize,
    sink: FrameSink,
    counts: EntryCounts,
    commit: Commit,
    committed: bool,
}

/// An import that is committed.
pub(crate) struct WrittenImport {
    pub(crate) position: LogPosition,
    pub(crate) commit: Commit,
    frames: Vec<FrameStart>,
}

impl WrittenImport {
    /// Returns the frames, each with the number of its first line in the import, counted from 0.
    pub(crate) fn frames(&self) -> impl Iterator<Item = (Location, u64)> {
        // The last element is the start of the next import.
        let count = self.frames.len().saturating_sub(1);
        self.frames.iter().take(count).map(|frame| (frame.location, frame.first_entry))
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
            let partial_second = i64::from(until.subsec_nanos() > 0);
            i64::try_from(until.as_secs()).ok()?.checked_neg()?.checked_sub(partial_second)?
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
        let end = journal.end_position.end;
        let start = match end.file {
            0 => Location { file: 1, offset: 0 },
            file if end.offset >= FULL_FILE_SIZE => Location { file: file + 1, offset: 0 },
            _ => end,
        };
        let commit = Commit {
            import: journal.end_position.import + 1,
            tool: concat!("hustings ", env!("CARGO_PKG_VERSION")).to_owned(),
            parent: if journal.end_position.import == 0 {
                NO_PARENT.to_owned()
            } else {
                journal.end_position.digest.clone()
            },
            ..Commit::default()
        };
        let writer = FrameWriter::new(journal, start);
        Ok(Self {
            entries: Vec::new(),
            buffered_bytes: 0,
            sink: FrameSink::Local(Box::new(writer)),
            counts: EntryCounts::default(),
            commit,
            committed: false,
            journal,
        })
    }

    /// Adds an entry to the import.
    pub(crate) fn push(&mut self, entry: JournalEntry) -> Result<()> {
        self.push_entry(entry, LineDigest::Computed)
    }

    /// Adds an entry of an export. `digest` is the one that its line states, if any.
    pub(super) fn push_exported(
        &mut self,
        entry: JournalEntry,
        digest: Option<String>,
    ) -> Result<()> {
        self.push_entry(entry, digest.map_or(LineDigest::Absent, LineDigest::Expected))
    }

    fn push_entry(&mut self, entry: JournalEntry, digest: LineDigest) -> Result<()> {
        entry.check_limits()?;
        self.counts.add(&entry);
        self.buffered_bytes += match &entry {
            JournalEntry::Version(version) => version.text.len(),
            JournalEntry::Lineage(lineage) => lineage.text.len(),
            _ => TEXTLESS_ENTRY_SIZE,
        };
        self.entries.push(PendingEntry { entry, digest });
        if self.buffered_bytes >= BATCH_SIZE {
            self.buffered_bytes = 0;
            self.sink.send(std::mem::take(&mut self.entries))?;
        }
        Ok(())
    }

    /// Returns whether the import has no entries.
    pub(crate) fn is_empty(&self) -> bool {
        self.counts == EntryCounts::default()
    }

    /// Ends the import. It is complete and durable when this returns.
    pub(crate) fn commit(mut self, note: Option<&str>) -> Result<WrittenImport> {
        check_chars("a note", MAX_NOTE_CHARS, note.unwrap_or_default())?;
        self.commit.recorded = now()?;
        self.commit.note = note.map(str::to_owned);
        self.commit = self.counts.apply_to(self.commit.clone());
        let (line, digest) = self.finish_entries(&self.commit.clone())?;
        self.write_commit(&line, digest)
    }

    /// Ends an import from an export with its original commit. Returns `false` and commits nothing
    /// if a digest differs, or if the import is not the next one.
    pub(crate) fn commit_exported(mut self, commit: Commit, digest: &str) -> Result<bool> {
        let is_next = (self.commit.import, &self.commit.parent) == (commit.import, &commit.parent);
        let (line, found) = self.finish_entries(&commit)?;
        if !is_next || found != digest || !self.sink.join()?.digests_match {
            return Ok(false);
        }
        self.write_commit(&line, found)?;
        Ok(true)
    }

    /// Writes the remaining entries. Returns the commit line, and the digest in it.
    fn finish_entries(&mut self, commit: &Commit) -> Result<(String, String)> {
        let entries = std::mem::take(&mut self.entries);
        let writer = self.sink.join()?;
        entries.iter().try_for_each(|entry| writer.add_entry(entry))?;
        writer.commit_line(commit)
    }

    fn write_commit(mut self, line: &str, digest: String) -> Result<WrittenImport> {
        let writer = self.sink.join()?;
        let (commit, end) = writer.write_commit(line)?;
        let frames = std::mem::take(&mut writer.frames);
        self.committed = true;
        self.journal.has_leftover = false;
        self.journal.format = self.journal.format.map(|_| JournalFormat::CURRENT);
        self.journal.end_position =
            LogPosition { import: self.commit.import, digest, commit_frame: commit, end };
        end_marker::write(&self.journal.folder, &self.journal.end_position, &*self.journal.disk);
        let commit = std::mem::take(&mut self.commit);
        Ok(WrittenImport { position: self.journal.end_position.clone(), commit, frames })
    }
}

impl Drop for ImportWriter<'_> {
    fn drop(&mut self) {
        if self.committed {
            return;
        }
        // An error of the thread was already reported, or no longer matters.
        let _ = self.sink.join();
        if let FrameSink::Local(writer) = &mut self.sink
            && !writer.roll_back()
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
    fn every_time_is_formatted_or_refused() {
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
