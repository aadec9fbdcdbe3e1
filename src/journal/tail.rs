//! Writes an import behind the journal, beside whoever gathers it: what is more than one frame is put into
//! lines, hashed and compressed in a thread of its own.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};

use super::digest::{self, ImportDigest};
use super::format::{JournalFormat, write_format};
use super::{Commit, Entry, Journal, Location, file_length, file_path, frame};
use crate::disk::{Appending, Disk, Lock};
use crate::{Error, Result};

/// So many batches of entries wait to be written.
const WAITING: usize = 4;

/// What an error says was to be written, where the file went with the thread.
const JOURNAL: &str = "journal";

/// A commit stands in a frame of its own behind more bytes of entries than these: whoever opens the journal
/// looks for the last commit.
const APART: usize = 4 * 1024;

/// An entry to be written.
pub(super) struct PendingEntry {
    pub(super) entry: Entry,
    pub(super) digest: LineDigest,
}

/// The digest that the line of an entry ends with.
pub(super) enum LineDigest {
    /// None, as in format 1.
    Absent,
    /// That of the line.
    Computed,
    /// That of the line, which must be this one.
    Expected(String),
}

/// Where an import is written, and what is of it so far.
pub(super) struct Tail {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    path: PathBuf,
    file: Option<Box<dyn Appending>>,
    /// Where the import, and where the next frame begins.
    start: Location,
    next: u64,
    /// The lines of the next frame.
    lines: Vec<u8>,
    /// How many entries there are.
    count: u64,
    digest: ImportDigest,
    /// Whether every line has the digest that it is expected to have.
    pub(super) is_as_expected: bool,
    /// The format that the archive states; `None` where the journal is no archive's.
    format: Option<JournalFormat>,
    pub(super) frames: Vec<Framed>,
    /// Not all that was handed on is written: it can only be undone.
    is_cut: bool,
    lock: Option<Arc<Lock>>,
    /// What stands behind the start was left by this process, which may cut it off.
    has_leftover: bool,
}

/// A frame: where it begins, and the number of its first entry.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Framed {
    pub(super) location: Location,
    pub(super) first: u64,
}

impl Tail {
    /// The tail of a journal, for an import that begins at `start`.
    pub(super) fn new(journal: &Journal, start: Location) -> Self {
        Self {
            disk: Arc::clone(&journal.disk),
            folder: journal.folder.clone(),
            path: file_path(&journal.folder, start.file),
            file: None,
            start,
            next: start.offset,
            lines: Vec::new(),
            count: 0,
            digest: ImportDigest::new(),
            is_as_expected: true,
            format: journal.format,
            frames: vec![Framed { location: start, first: 0 }],
            is_cut: false,
            lock: journal.lock.clone(),
            has_leftover: journal.has_leftover,
        }
    }

    /// Writes an entry.
    pub(super) fn entry(&mut self, PendingEntry { entry, digest }: &PendingEntry) -> Result<()> {
        let start = self.lines.len();
        let written = serde_json::to_writer(&mut self.lines, entry);
        written.map_err(io::Error::from).map_err(Error::io("append to", &self.path))?;
        if let LineDigest::Absent = digest {
            self.digest.add(&self.lines[start..]);
        } else {
            let found = digest::append(&mut self.lines, start);
            self.digest.add(found.as_bytes());
            if let LineDigest::Expected(expected) = digest {
                self.is_as_expected &= *expected == found;
            }
        }
        self.lines.push(b'\n');
        self.count += 1;
        if self.lines.len() < frame::FRAME { Ok(()) } else { self.frame() }
    }

    /// The line that ends the import, and the digest in it.
    pub(super) fn commit_line(&mut self, commit: &Commit) -> Result<(String, String)> {
        let line = self.digest.commit(commit).map_err(io::Error::from);
        line.map_err(Error::io("write", &self.path))
    }

    /// Writes the line that ends the import, and makes all safe. Returns the frame that has the line, and where the next
    /// import begins.
    pub(super) fn end(&mut self, line: &str) -> Result<(Location, Location)> {
        if self.lines.len() > APART {
            self.frame()?;
        }
        let commit = self.next();
        self.lines.extend_from_slice(line.as_bytes());
        self.lines.push(b'\n');
        self.frame()?;
        self.sync()?;
        self.check_alone()?;
        Ok((commit, self.next()))
    }

    /// Writes the lines as a frame.
    fn frame(&mut self) -> Result<()> {
        if self.file.is_some() || !self.has_leftover {
            self.check_alone()?;
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                self.check_lock()?;
                self.raise_format()?;
                if self.has_leftover {
                    let cut = self.disk.truncate(&self.path, self.start.offset);
                    cut.map_err(Error::io("cut the unfinished import off", &self.path))?;
                }
                let opened = self.disk.append(&self.path);
                self.file.insert(opened.map_err(Error::io("open", &self.path))?)
            }
        };
        let written =
            frame::compress(&self.lines).and_then(|bytes| file.write(&bytes).map(|()| bytes.len()));
        self.next += written.map_err(Error::io("append to", &self.path))? as u64;
        self.lines.clear();
        self.frames.push(Framed { location: self.next(), first: self.count });
        Ok(())
    }

    /// Makes the archive state the format of the import's lines, before the first of them is written: a program that
    /// does not know the format refuses the archive.
    fn raise_format(&self) -> Result<()> {
        match (self.format, self.folder.parent()) {
            (Some(format), Some(archive)) if format < JournalFormat::CURRENT => {
                write_format(archive, JournalFormat::CURRENT, &*self.disk)
            }
            _ => Ok(()),
        }
    }

    fn check_lock(&self) -> Result<()> {
        self.lock.as_ref().map_or(Ok(()), |lock| lock.check())
    }

    /// Checks that nobody else writes: the lock is held, and the file ends where this import has come to.
    fn check_alone(&self) -> Result<()> {
        self.check_lock()?;
        if file_length(&self.folder, self.start.file)? == self.next {
            return Ok(());
        }
        Err(Error::LockLost(self.folder.parent().unwrap_or(&self.folder).to_owned()))
    }

    /// Where the next frame begins.
    fn next(&self) -> Location {
        Location { offset: self.next, ..self.start }
    }

    /// Makes what was written safe.
    fn sync(&mut self) -> Result<()> {
        if let Some(file) = &mut self.file {
            file.sync().map_err(Error::io("write", &self.path))?;
        }
        if self.start.offset > 0 {
            return Ok(());
        }
        // A file that is new is not safe before its name is.
        self.disk.sync_folder(&self.folder).map_err(Error::io("write", &self.folder))
    }

    /// Cuts off what was written, unless another process has the journal; says whether nothing of it is left.
    /// What cannot be cut off now is cut off by the next import, or when the journal is opened again.
    pub(super) fn undo(&mut self) -> bool {
        if self.file.take().is_none() {
            return !self.has_leftover;
        }
        self.check_lock().is_ok() && self.disk.truncate(&self.path, self.start.offset).is_ok()
    }
}

/// A tail that is written to here, or by a thread.
pub(super) enum Writing {
    Here(Box<Tail>),
    Beside(Thread),
    /// Lost with the thread that had it.
    Nowhere,
}

/// The thread, where entries go to it, and where they come back: who made them takes them apart, for two threads
/// that take and give memory of one kind wait for each other.
pub(super) struct Thread {
    to: SyncSender<Vec<PendingEntry>>,
    back: Receiver<Vec<PendingEntry>>,
    handle: JoinHandle<(Box<Tail>, Result<()>)>,
}

impl Writing {
    /// Hands on entries, of which more follow.
    pub(super) fn entries(&mut self, entries: Vec<PendingEntry>) -> Result<()> {
        let beside = match std::mem::replace(self, Self::Nowhere) {
            Self::Here(tail) => beside(tail)?,
            other => other,
        };
        let sent = match &beside {
            Self::Beside(thread) => {
                thread.back.try_iter().for_each(drop);
                thread.to.send(entries).is_ok()
            }
            _ => false,
        };
        *self = beside;
        // The thread stops at its first error, and then takes no more.
        if sent { Ok(()) } else { self.here().map(drop) }
    }

    /// The tail, when all that was handed on is written.
    pub(super) fn here(&mut self) -> Result<&mut Tail> {
        if matches!(self, Self::Beside(_))
            && let Self::Beside(Thread { to, back, handle }) =
                std::mem::replace(self, Self::Nowhere)
        {
            drop(to);
            let (mut tail, written) = handle.join().map_err(|_| stopped())?;
            drop(back);
            tail.is_cut = written.is_err();
            *self = Self::Here(tail);
            written?;
        }
        match self {
            Self::Here(tail) if !tail.is_cut => Ok(tail),
            _ => Err(stopped()),
        }
    }
}

fn stopped() -> Error {
    Error::stopped("write", Path::new(JOURNAL))
}

fn beside(mut tail: Box<Tail>) -> Result<Writing> {
    let (to, taken) = sync_channel::<Vec<PendingEntry>>(WAITING);
    let (given, back) = channel();
    let write = move || {
        let written = taken.iter().try_for_each(|entries| {
            entries.iter().try_for_each(|entry| tail.entry(entry))?;
            // Nobody waits for them.
            let _ = given.send(entries);
            Ok(())
        });
        // Who hands on more is told by that nobody takes it.
        drop(taken);
        (tail, written)
    };
    let handle = thread::Builder::new().spawn(write);
    let handle = handle.map_err(Error::no_thread("writing the journal"))?;
    Ok(Writing::Beside(Thread { to, back, handle }))
}
