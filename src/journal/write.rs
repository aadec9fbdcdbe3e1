//! Appends one import: all of it, or nothing.

use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::format::JournalFormat;
use super::sequence::Counts;
use super::tail::{Framed, LineDigest, PendingEntry, Tail, Writing};
use super::{Commit, Entry, Journal, LONGEST_NOTE, Location, Mark, NO_PARENT};
use super::{acknowledged, frame};
use crate::{Error, Result};

/// A file that has grown to this size takes no further import.
pub(super) const FILE: u64 = 64 * 1024 * 1024;

/// So many bytes of texts are handed on together.
const BATCH: usize = frame::FRAME;

/// An entry without a text counts for so many, or very many would wait.
const SHORT: usize = 64;

/// An import that is being written. Dropped before its commit, it leaves nothing behind.
pub(crate) struct Writer<'a> {
    journal: &'a mut Journal,
    /// What is not handed on yet, and how many bytes of texts.
    entries: Vec<PendingEntry>,
    bytes: usize,
    writing: Writing,
    counts: Counts,
    commit: Commit,
    committed: bool,
}

/// An import that is written.
pub(crate) struct Written {
    pub(crate) mark: Mark,
    pub(crate) commit: Commit,
    frames: Vec<Framed>,
}

impl Written {
    /// Its frames, each with the number of the first line in it, counted from 0.
    pub(crate) fn frames(&self) -> impl Iterator<Item = (Location, u64)> {
        // The last is where the next import begins.
        let count = self.frames.len().saturating_sub(1);
        self.frames.iter().take(count).map(|frame| (frame.location, frame.first))
    }
}

/// The time of the machine's clock: RFC 3339, UTC.
///
/// # Errors
/// When the clock is in a year that RFC 3339 cannot write.
pub(crate) fn now() -> Result<String> {
    recorded(SystemTime::now()).ok_or_else(|| {
        let problem = "its year is not from 0 to 9999: set the clock";
        Error::io("take the time from", Path::new("the clock"))(io::Error::other(problem))
    })
}

/// A time in RFC 3339, to the second; none for a year before 0 or after 9999.
fn recorded(time: SystemTime) -> Option<String> {
    let seconds = match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).ok()?,
        // The second in which it is begins before it.
        Err(until) => {
            let until = until.duration();
            let begun = i64::from(until.subsec_nanos() > 0);
            i64::try_from(until.as_secs()).ok()?.checked_neg()?.checked_sub(begun)?
        }
    };
    OffsetDateTime::from_unix_timestamp(seconds).ok()?.format(&Rfc3339).ok()
}

impl<'a> Writer<'a> {
    pub(super) fn new(journal: &'a mut Journal) -> Result<Self> {
        let end = journal.end.end;
        let start = match end.file {
            0 => Location { file: 1, offset: 0 },
            file if end.offset >= FILE => Location { file: file + 1, offset: 0 },
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
        let tail = Tail::new(journal, start);
        Ok(Self {
            entries: Vec::new(),
            bytes: 0,
            writing: Writing::Here(Box::new(tail)),
            counts: Counts::default(),
            commit,
            committed: false,
            journal,
        })
    }

    /// Adds an entry to the import.
    pub(crate) fn push(&mut self, entry: Entry) -> Result<()> {
        self.push_with(entry, LineDigest::Computed)
    }

    /// Adds an entry of an export, whose line states this digest, or none.
    pub(super) fn push_exported(&mut self, entry: Entry, digest: Option<String>) -> Result<()> {
        self.push_with(entry, digest.map_or(LineDigest::Absent, LineDigest::Expected))
    }

    fn push_with(&mut self, entry: Entry, digest: LineDigest) -> Result<()> {
        entry.bounded().map_err(Error::Request)?;
        self.counts.add(&entry);
        self.bytes += match &entry {
            Entry::Version(given) => given.text.len(),
            Entry::Lineage(given) => given.text.len(),
            Entry::Removal { .. } | Entry::Alias { .. } | Entry::Territory(_) => SHORT,
        };
        self.entries.push(PendingEntry { entry, digest });
        if self.bytes >= BATCH {
            self.bytes = 0;
            self.writing.entries(std::mem::take(&mut self.entries))?;
        }
        Ok(())
    }

    /// Whether nothing was added.
    pub(crate) fn is_empty(&self) -> bool {
        self.counts == Counts::default()
    }

    /// Ends the import. Once this returns, it is on the disk, whole.
    pub(crate) fn commit(mut self, note: Option<&str>) -> Result<Written> {
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

    /// Ends the import as it ended before, in another journal: with this digest. `false` when it is
    /// another import, or not the next; then it leaves nothing behind.
    pub(crate) fn commit_again(mut self, commit: Commit, digest: &str) -> Result<bool> {
        let next = (self.commit.import, &self.commit.parent) == (commit.import, &commit.parent);
        let (line, found) = self.last_line(&commit)?;
        if !next || found != digest || !self.writing.here()?.is_as_expected {
            return Ok(false);
        }
        self.end(&line, found)?;
        Ok(true)
    }

    /// The commit line, and the digest in it.
    fn last_line(&mut self, commit: &Commit) -> Result<(String, String)> {
        let entries = std::mem::take(&mut self.entries);
        let tail = self.writing.here()?;
        entries.iter().try_for_each(|entry| tail.entry(entry))?;
        tail.commit_line(commit)
    }

    fn end(mut self, line: &str, digest: String) -> Result<Written> {
        let tail = self.writing.here()?;
        let (commit, end) = tail.end(line)?;
        let frames = std::mem::take(&mut tail.frames);
        self.committed = true;
        self.journal.has_leftover = false;
        self.journal.format = self.journal.format.map(|_| JournalFormat::CURRENT);
        self.journal.end = Mark { import: self.commit.import, digest, commit, end };
        acknowledged::write(&self.journal.folder, &self.journal.end, &*self.journal.disk);
        let commit = std::mem::take(&mut self.commit);
        Ok(Written { mark: self.journal.end.clone(), commit, frames })
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        if self.committed {
            return;
        }
        // What went wrong in the thread was reported, or nobody asks.
        let _ = self.writing.here();
        if let Writing::Here(tail) = &mut self.writing
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
            assert_eq!(recorded(time).as_deref(), expected, "{time:?}");
        }
        assert_eq!(now().unwrap().len(), "1970-01-01T00:00:00Z".len());
    }
}
