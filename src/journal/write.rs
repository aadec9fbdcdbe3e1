//! Appends one import: all of it, or nothing.

use std::io;
use std::path::PathBuf;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::entry::Digest;
use super::sequence::Counts;
use super::{Commit, Entry, Journal, LONGEST_NOTE, Location, Mark, NO_PARENT, acknowledged, frame};
use super::{file_length, file_path};
use crate::disk::Appending;
use crate::{Error, Result};

/// A file that has grown to this size takes no further import.
pub(super) const FILE: u64 = 64 * 1024 * 1024;

/// An import that is being written. Dropped before its commit, it leaves nothing behind.
pub(crate) struct Writer<'a> {
    journal: &'a mut Journal,
    path: PathBuf,
    file: Option<Box<dyn Appending>>,
    /// Where the import, and where the next frame begins.
    start: Location,
    next: u64,
    lines: Vec<u8>,
    digest: Digest,
    counts: Counts,
    commit: Commit,
    committed: bool,
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
        Ok(Self {
            path: file_path(&journal.folder, start.file),
            file: None,
            start,
            next: start.offset,
            lines: Vec::new(),
            digest: Digest::new(),
            counts: Counts::default(),
            commit,
            committed: false,
            journal,
        })
    }

    /// Adds an entry to the import.
    pub(crate) fn push(&mut self, entry: &Entry) -> Result<()> {
        entry.bounded().map_err(Error::Request)?;
        self.counts.add(entry);
        let line = serde_json::to_string(entry)
            .map_err(io::Error::from)
            .map_err(Error::io("write", &self.path))?;
        self.digest.add(&line);
        self.line(&line);
        if self.lines.len() >= frame::FRAME { self.flush() } else { Ok(()) }
    }

    /// Whether nothing was added.
    pub(crate) fn is_empty(&self) -> bool {
        self.counts == Counts::default()
    }

    /// Ends the import. Once this returns, it is on the disk, whole.
    pub(crate) fn commit(mut self, note: Option<&str>) -> Result<Mark> {
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
        let line = self.digest.commit(&self.commit).map_err(io::Error::from);
        let (line, digest) = line.map_err(Error::io("write", &self.path))?;
        self.end(&line, digest)
    }

    /// Ends the import as it ended before, in another journal: with this digest. `false` when it is
    /// another import, or not the next; then it leaves nothing behind.
    pub(crate) fn commit_again(mut self, commit: Commit, digest: &str) -> Result<bool> {
        let next = (self.commit.import, &self.commit.parent) == (commit.import, &commit.parent);
        let line = self.digest.commit(&commit).map_err(io::Error::from);
        let (line, found) = line.map_err(Error::io("write", &self.path))?;
        if !next || found != digest {
            return Ok(false);
        }
        self.end(&line, found)?;
        Ok(true)
    }

    fn end(mut self, line: &str, digest: String) -> Result<Mark> {
        self.line(line);
        let commit = Location { offset: self.next, ..self.start };
        self.flush()?;
        self.sync()?;
        let end = Location { offset: self.next, ..self.start };
        self.committed = true;
        self.journal.end = Mark { import: self.commit.import, digest, commit, end };
        acknowledged::write(&self.journal.folder, &self.journal.end, &*self.journal.disk);
        Ok(self.journal.end.clone())
    }

    fn line(&mut self, line: &str) {
        self.lines.extend_from_slice(line.as_bytes());
        self.lines.push(b'\n');
    }

    /// Writes the lines so far as a frame.
    fn flush(&mut self) -> Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                // What an import that failed could not cut off.
                if file_length(&self.journal.folder, self.start.file) > self.start.offset {
                    let cut = self.journal.disk.truncate(&self.path, self.start.offset);
                    cut.map_err(Error::io("cut the unfinished import off", &self.path))?;
                }
                let opened = self.journal.disk.append(&self.path);
                self.file.insert(opened.map_err(Error::io("open", &self.path))?)
            }
        };
        let written =
            frame::compress(&self.lines).and_then(|bytes| file.write(&bytes).map(|()| bytes.len()));
        self.next += written.map_err(Error::io("append to", &self.path))? as u64;
        self.lines.clear();
        Ok(())
    }

    fn sync(&mut self) -> Result<()> {
        if let Some(file) = &mut self.file {
            file.sync().map_err(Error::io("write", &self.path))?;
        }
        if self.start.offset > 0 {
            return Ok(());
        }
        // A file that is new is not safe before its name is.
        let folder = &self.journal.folder;
        self.journal.disk.sync_folder(folder).map_err(Error::io("write", folder))
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        if !self.committed && self.file.take().is_some() {
            // What cannot be cut off now is cut off by the next import, or when the journal is
            // opened again.
            let _ = self.journal.disk.truncate(&self.path, self.start.offset);
        }
    }
}
