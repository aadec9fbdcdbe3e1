//! Writes the frames of an import behind the journal, beside whoever gathers them: an import of several
//! frames hashes and compresses in a thread of its own.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use super::entry::Digest;
use super::{Location, file_length, file_path, frame};
use crate::disk::{Appending, Disk};
use crate::{Error, Result};

/// So many frames wait to be written.
const WAITING: usize = 4;

/// Where an import is written, and what is of it so far.
pub(super) struct Tail {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    path: PathBuf,
    file: Option<Box<dyn Appending>>,
    /// Where the import, and where the next frame begins.
    start: Location,
    next: u64,
    /// Where each frame begins.
    frames: Vec<u64>,
    pub(super) digest: Digest,
}

impl Tail {
    pub(super) fn new(disk: Arc<dyn Disk>, folder: PathBuf, start: Location) -> Self {
        let path = file_path(&folder, start.file);
        let (next, digest) = (start.offset, Digest::new());
        Self { disk, folder, path, file: None, start, next, frames: Vec::new(), digest }
    }

    /// Writes a frame of entries.
    pub(super) fn entries(&mut self, lines: &[u8]) -> Result<()> {
        self.digest.add(lines);
        self.frame(lines)
    }

    /// Writes a frame.
    pub(super) fn frame(&mut self, lines: &[u8]) -> Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                // What an import that failed could not cut off.
                if file_length(&self.folder, self.start.file) > self.start.offset {
                    let cut = self.disk.truncate(&self.path, self.start.offset);
                    cut.map_err(Error::io("cut the unfinished import off", &self.path))?;
                }
                let opened = self.disk.append(&self.path);
                self.file.insert(opened.map_err(Error::io("open", &self.path))?)
            }
        };
        let written =
            frame::compress(lines).and_then(|bytes| file.write(&bytes).map(|()| bytes.len()));
        let length = written.map_err(Error::io("append to", &self.path))? as u64;
        self.frames.push(self.next);
        self.next += length;
        Ok(())
    }

    /// Where the next frame begins.
    pub(super) fn end(&self) -> Location {
        Location { offset: self.next, ..self.start }
    }

    /// Where each frame begins.
    pub(super) fn frames(&self) -> Vec<Location> {
        self.frames.iter().map(|offset| Location { offset: *offset, ..self.start }).collect()
    }

    /// Makes what was written safe.
    pub(super) fn sync(&mut self) -> Result<()> {
        if let Some(file) = &mut self.file {
            file.sync().map_err(Error::io("write", &self.path))?;
        }
        if self.start.offset > 0 {
            return Ok(());
        }
        // A file that is new is not safe before its name is.
        self.disk.sync_folder(&self.folder).map_err(Error::io("write", &self.folder))
    }

    /// Cuts off what was written.
    pub(super) fn undo(&mut self) {
        if self.file.take().is_some() {
            // What cannot be cut off now is cut off by the next import, or when the journal is
            // opened again.
            let _ = self.disk.truncate(&self.path, self.start.offset);
        }
    }
}

/// A tail that is written to here, or by a thread.
pub(super) enum Writing {
    Here(Box<Tail>),
    Beside(SyncSender<Vec<u8>>, JoinHandle<(Box<Tail>, Result<()>)>),
    /// Lost with the thread that had it.
    Nowhere,
}

impl Writing {
    /// Hands on a frame of entries, of which more follow.
    pub(super) fn entries(&mut self, lines: Vec<u8>) -> Result<()> {
        let mut sender = match std::mem::replace(self, Self::Nowhere) {
            Self::Here(tail) => beside(tail),
            other => other,
        };
        let sent = match &mut sender {
            Self::Beside(sender, _) => sender.send(lines).is_ok(),
            _ => false,
        };
        *self = sender;
        // The thread stops at its first error, and then takes no more.
        if sent { Ok(()) } else { self.here().map(drop) }
    }

    /// The tail, when all that was handed on is written.
    pub(super) fn here(&mut self) -> Result<&mut Tail> {
        let stopped = || Error::Request("the thread that writes the journal stopped".to_owned());
        if matches!(self, Self::Beside(..))
            && let Self::Beside(sender, thread) = std::mem::replace(self, Self::Nowhere)
        {
            drop(sender);
            let (tail, written) = thread.join().map_err(|_| stopped())?;
            *self = Self::Here(tail);
            written?;
        }
        match self {
            Self::Here(tail) => Ok(tail),
            _ => Err(stopped()),
        }
    }
}

fn beside(mut tail: Box<Tail>) -> Writing {
    let (sender, receiver) = sync_channel::<Vec<u8>>(WAITING);
    let thread = thread::spawn(move || {
        let written = receiver.iter().try_for_each(|lines| tail.entries(&lines));
        // Who hands on more is told by that nobody takes it.
        drop(receiver);
        (tail, written)
    });
    Writing::Beside(sender, thread)
}
