//! Appends one import: all of it, or nothing.

use std::io;
use std::sync::Arc;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::sequence::Counts;
use super::tail::{Tail, Writing};
use super::{Commit, Entry, Journal, LONGEST_NOTE, Location, Mark, NO_PARENT, Place};
use super::{acknowledged, file_path, frame};
use crate::{Error, Result};

/// A file that has grown to this size takes no further import.
pub(super) const FILE: u64 = 64 * 1024 * 1024;

/// A commit stands in a frame of its own behind more bytes of entries than these: whoever opens the journal
/// looks for the last commit.
const APART: usize = 4 * 1024;

/// An import that is being written. Dropped before its commit, it leaves nothing behind.
pub(crate) struct Writer<'a> {
    journal: &'a mut Journal,
    start: Location,
    /// How many frames were handed on.
    frames: usize,
    /// The lines of the next, and how many.
    lines: Vec<u8>,
    count: u32,
    writing: Writing,
    counts: Counts,
    commit: Commit,
    committed: bool,
}

/// A line of an import that is being written: its frame and its number in it, each counted from 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    frame: usize,
    line: u32,
}

/// An import that is written.
pub(crate) struct Written {
    pub(crate) mark: Mark,
    pub(crate) commit: Commit,
    frames: Vec<Location>,
}

impl Written {
    /// Where a line of it is.
    pub(crate) fn place(&self, slot: Slot) -> Place {
        let frame = self.frames.get(slot.frame).copied().unwrap_or_default();
        Place { frame, line: slot.line }
    }
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
        let tail = Tail::new(Arc::clone(&journal.disk), journal.folder.clone(), start);
        Ok(Self {
            start,
            frames: 0,
            lines: Vec::new(),
            count: 0,
            writing: Writing::Here(Box::new(tail)),
            counts: Counts::default(),
            commit,
            committed: false,
            journal,
        })
    }

    /// Adds an entry to the import, and says where it will be.
    pub(crate) fn push(&mut self, entry: &Entry) -> Result<Slot> {
        entry.bounded().map_err(Error::Request)?;
        self.counts.add(entry);
        serde_json::to_writer(&mut self.lines, entry)
            .map_err(io::Error::from)
            .map_err(|error| self.failed(error))?;
        self.lines.push(b'\n');
        let slot = Slot { frame: self.frames, line: self.count };
        self.count += 1;
        if self.lines.len() >= frame::FRAME {
            (self.frames, self.count) = (self.frames + 1, 0);
            let room = Vec::with_capacity(frame::FRAME + frame::FRAME / 4);
            self.writing.entries(std::mem::replace(&mut self.lines, room))?;
        }
        Ok(slot)
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
        let now = OffsetDateTime::now_utc();
        let now = now.replace_nanosecond(0).unwrap_or(now);
        // Only a year past 9999 has no such form.
        self.commit.recorded = now.format(&Rfc3339).unwrap_or_default();
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
        if !next || found != digest {
            return Ok(false);
        }
        self.end(&line, found)?;
        Ok(true)
    }

    /// The commit line, and the digest in it.
    fn last_line(&mut self, commit: &Commit) -> Result<(String, String)> {
        let tail = self.writing.here()?;
        tail.digest.add(&self.lines);
        let line = tail.digest.commit(commit).map_err(io::Error::from);
        line.map_err(|error| self.failed(error))
    }

    fn end(mut self, line: &str, digest: String) -> Result<Written> {
        let tail = self.writing.here()?;
        if self.lines.len() > APART {
            tail.frame(&self.lines)?;
            self.lines.clear();
        }
        self.lines.extend_from_slice(line.as_bytes());
        self.lines.push(b'\n');
        let commit = tail.end();
        tail.frame(&self.lines)?;
        tail.sync()?;
        let (end, frames) = (tail.end(), tail.frames());
        self.committed = true;
        self.journal.end = Mark { import: self.commit.import, digest, commit, end };
        acknowledged::write(&self.journal.folder, &self.journal.end, &*self.journal.disk);
        let commit = std::mem::take(&mut self.commit);
        Ok(Written { mark: self.journal.end.clone(), commit, frames })
    }

    fn failed(&self, error: io::Error) -> Error {
        Error::io("write", &file_path(&self.journal.folder, self.start.file))(error)
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        if self.committed {
            return;
        }
        // Whatever went wrong in the thread, it was told, or nobody asks.
        let _ = self.writing.here();
        if let Writing::Here(tail) = &mut self.writing {
            tail.undo();
        }
    }
}
