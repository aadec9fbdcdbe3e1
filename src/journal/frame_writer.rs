//! Appends an import to the journal. If the import exceeds one frame, a separate thread serialises,
//! hashes and compresses its entries.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};

use super::files::{file_length, file_path};
use super::format_file::{JournalFormat, write_format};
use super::import_digest::ImportDigest;
use super::log::Journal;
use super::position::Location;
use super::{Commit, JournalEntry, digest, frame};
use crate::disk::{AppendFile, Disk, Lock};
use crate::{Error, Result};

/// Maximum number of batches of entries that wait to be written.
const MAX_QUEUED_BATCHES: usize = 4;

/// Path in errors when the actual path was lost with the thread.
const ERROR_PATH: &str = "journal";

/// Size of buffered lines, in bytes, above which a commit has a frame of its own. Opening the
/// journal reads the frame of the last commit, so that frame should be small.
const MAX_BYTES_BESIDE_COMMIT: usize = 4 * 1024;

/// An entry to be written.
pub(super) struct PendingEntry {
    pub(super) entry: JournalEntry,
    pub(super) digest: LineDigest,
}

/// The digest at the end of an entry's line.
pub(super) enum LineDigest {
    /// No digest, as in format 1.
    Absent,
    /// The digest of the line.
    Computed,
    /// The digest of the line, which must equal this one.
    Expected(String),
}

/// A writer of the frames of one import.
pub(super) struct FrameWriter {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    path: PathBuf,
    file: Option<Box<dyn AppendFile>>,
    /// Location where the import begins, and offset where the next frame begins.
    start: Location,
    next_offset: u64,
    /// The lines of the next frame.
    lines: Vec<u8>,
    /// Number of entries so far.
    entry_count: u64,
    digest: ImportDigest,
    /// Whether every line has the expected digest.
    pub(super) digests_match: bool,
    /// The format that the archive states; `None` if the journal belongs to no archive.
    format: Option<JournalFormat>,
    pub(super) frames: Vec<FrameStart>,
    /// Whether an error left entries unwritten. The import can then only be rolled back.
    has_failed: bool,
    lock: Option<Arc<Lock>>,
    /// Whether a failed import of this process left bytes after `start`, which this process may
    /// truncate.
    has_leftover: bool,
}

/// The location of a frame, and the number of its first entry.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FrameStart {
    pub(super) location: Location,
    pub(super) first_entry: u64,
}

impl FrameWriter {
    /// Creates a writer for an import that begins at `start`.
    pub(super) fn new(journal: &Journal, start: Location) -> Self {
        Self {
            disk: Arc::clone(&journal.disk),
            folder: journal.folder.clone(),
            path: file_path(&journal.folder, start.file),
            file: None,
            start,
            next_offset: start.offset,
            lines: Vec::new(),
            entry_count: 0,
            digest: ImportDigest::new(),
            digests_match: true,
            format: journal.format,
            frames: vec![FrameStart { location: start, first_entry: 0 }],
            has_failed: false,
            lock: journal.lock.clone(),
            has_leftover: journal.has_leftover,
        }
    }

    /// Adds an entry, and writes a frame when the buffered lines fill one.
    pub(super) fn add_entry(
        &mut self,
        PendingEntry { entry, digest }: &PendingEntry,
    ) -> Result<()> {
        let start = self.lines.len();
        let written = serde_json::to_writer(&mut self.lines, entry);
        written.map_err(io::Error::from).map_err(Error::io("append to", &self.path))?;
        if let LineDigest::Absent = digest {
            self.digest.add_text(&self.lines[start..]);
        } else {
            let found = digest::append_digest(&mut self.lines, start);
            let covered = match entry {
                JournalEntry::Erased(erased) => &erased.line_digest,
                _ => &found,
            };
            self.digest.add_text(covered.as_bytes());
            if let LineDigest::Expected(expected) = digest {
                self.digests_match &= *expected == found;
            }
        }
        self.lines.push(b'\n');
        self.entry_count += 1;
        if self.lines.len() < frame::FRAME_TEXT_SIZE { Ok(()) } else { self.write_frame() }
    }

    /// Returns the commit line, and the digest in it.
    pub(super) fn commit_line(&mut self, commit: &Commit) -> Result<(String, String)> {
        let line = self.digest.commit_line(commit).map_err(io::Error::from);
        line.map_err(Error::io("write", &self.path))
    }

    /// Writes the commit line, and makes the import durable. Returns the location of the frame with
    /// the commit, and the location of the next import.
    pub(super) fn write_commit(&mut self, line: &str) -> Result<(Location, Location)> {
        if self.lines.len() > MAX_BYTES_BESIDE_COMMIT {
            self.write_frame()?;
        }
        let commit = self.next_location();
        self.lines.extend_from_slice(line.as_bytes());
        self.lines.push(b'\n');
        self.write_frame()?;
        self.sync()?;
        self.check_exclusive()?;
        Ok((commit, self.next_location()))
    }

    /// Writes the buffered lines as a frame.
    fn write_frame(&mut self) -> Result<()> {
        if self.file.is_some() || !self.has_leftover {
            self.check_exclusive()?;
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                self.check_lock()?;
                self.upgrade_format()?;
                if self.has_leftover {
                    let truncated = self.disk.truncate(&self.path, self.start.offset);
                    truncated.map_err(Error::io("cut the unfinished import off", &self.path))?;
                }
                let opened = self.disk.open_for_append(&self.path);
                self.file.insert(opened.map_err(Error::io("open", &self.path))?)
            }
        };
        let written = frame::compress(&self.lines)
            .and_then(|bytes| file.append(&bytes).map(|()| bytes.len()));
        self.next_offset += written.map_err(Error::io("append to", &self.path))? as u64;
        self.lines.clear();
        self.frames
            .push(FrameStart { location: self.next_location(), first_entry: self.entry_count });
        Ok(())
    }

    /// Updates `FORMAT` to the format of the import's lines, before the first line is written.
    /// A program that does not support the format then refuses the archive.
    fn upgrade_format(&self) -> Result<()> {
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

    /// Checks that no other process writes: the lock is held, and the file has the expected length.
    fn check_exclusive(&self) -> Result<()> {
        self.check_lock()?;
        if file_length(&self.folder, self.start.file)? == self.next_offset {
            return Ok(());
        }
        Err(Error::LockLost(self.folder.parent().unwrap_or(&self.folder).to_owned()))
    }

    /// Returns the location of the next frame.
    fn next_location(&self) -> Location {
        Location { offset: self.next_offset, ..self.start }
    }

    /// Makes the written frames durable.
    fn sync(&mut self) -> Result<()> {
        if let Some(file) = &mut self.file {
            file.sync().map_err(Error::io("write", &self.path))?;
        }
        if self.start.offset > 0 {
            return Ok(());
        }
        // A new file is durable only once its name is.
        self.disk.sync_folder(&self.folder).map_err(Error::io("write", &self.folder))
    }

    /// Truncates the bytes written, unless another process has the journal. Returns whether no
    /// bytes remain. The next import, or the next opening of the journal, truncates the rest.
    pub(super) fn roll_back(&mut self) -> bool {
        if self.file.take().is_none() {
            return !self.has_leftover;
        }
        self.check_lock().is_ok() && self.disk.truncate(&self.path, self.start.offset).is_ok()
    }
}

/// A [`FrameWriter`] that runs in this thread or in a separate one.
pub(super) enum FrameSink {
    Local(Box<FrameWriter>),
    Thread(WriterThread),
    /// The writer was lost with its thread.
    Stopped,
}

/// A writer thread, and the channels that pass entries to it and back. Entries are returned so that
/// the thread that allocated them frees them. Otherwise, the two threads contend for the allocator.
pub(super) struct WriterThread {
    sender: SyncSender<Vec<PendingEntry>>,
    returned: Receiver<Vec<PendingEntry>>,
    handle: JoinHandle<(Box<FrameWriter>, Result<()>)>,
}

impl FrameSink {
    /// Sends entries to a writer thread, which is started if necessary.
    pub(super) fn send(&mut self, entries: Vec<PendingEntry>) -> Result<()> {
        let sink = match std::mem::replace(self, Self::Stopped) {
            Self::Local(writer) => spawn_writer(writer)?,
            other => other,
        };
        let sent = match &sink {
            Self::Thread(thread) => {
                thread.returned.try_iter().for_each(drop);
                thread.sender.send(entries).is_ok()
            }
            _ => false,
        };
        *self = sink;
        // The thread stops at its first error, and accepts no more entries.
        if sent { Ok(()) } else { self.join().map(drop) }
    }

    /// Returns the writer once all sent entries are written.
    pub(super) fn join(&mut self) -> Result<&mut FrameWriter> {
        if matches!(self, Self::Thread(_))
            && let Self::Thread(WriterThread { sender, returned, handle }) =
                std::mem::replace(self, Self::Stopped)
        {
            drop(sender);
            let (mut writer, written) = handle.join().map_err(|_| writer_stopped())?;
            drop(returned);
            writer.has_failed = written.is_err();
            *self = Self::Local(writer);
            written?;
        }
        match self {
            Self::Local(writer) if !writer.has_failed => Ok(writer),
            _ => Err(writer_stopped()),
        }
    }
}

fn writer_stopped() -> Error {
    Error::worker_exited("write", Path::new(ERROR_PATH))
}

fn spawn_writer(mut writer: Box<FrameWriter>) -> Result<FrameSink> {
    let (sender, receiver) = sync_channel::<Vec<PendingEntry>>(MAX_QUEUED_BATCHES);
    let (return_sender, returned) = channel();
    let write = move || {
        let written = receiver.iter().try_for_each(|entries| {
            entries.iter().try_for_each(|entry| writer.add_entry(entry))?;
            // The receiver may be gone.
            let _ = return_sender.send(entries);
            Ok(())
        });
        // Closes the channel, so that sending more entries fails.
        drop(receiver);
        (writer, written)
    };
    let handle = thread::Builder::new().spawn(write);
    let handle = handle.map_err(Error::spawn_failed("writing the journal"))?;
    Ok(FrameSink::Thread(WriterThread { sender, returned, handle }))
}
