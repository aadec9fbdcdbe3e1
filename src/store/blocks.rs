//! A file that only grows, of blocks that never change: where the bytes of the store are. Who has written a
//! block keeps where it is; a block that nobody knows of any more is only so many bytes too many.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::codec;
use crate::disk::{self, Disk, System};
use crate::{Error, Result};

/// So many bytes wait in memory before they are written.
const BUFFER: usize = 1024 * 1024;

/// No block is longer than this; a file may say so, and have no bytes there.
const LONGEST: u64 = (codec::LIMIT + codec::HEADER) as u64;

/// A block: where it begins, and how long it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub(crate) struct Span {
    pub(crate) offset: u64,
    pub(crate) length: u32,
}

#[derive(Debug)]
pub(super) struct Blocks {
    path: PathBuf,
    file: File,
    /// The bytes in the file.
    written: u64,
    /// What comes behind them.
    waiting: Vec<u8>,
    /// Whether all that is written is durable, and the name of the file.
    synced: bool,
    named: bool,
}

impl Blocks {
    /// Opens the file, or makes an empty one.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let options: &mut OpenOptions = &mut disk::options();
        let opened = options.read(true).append(true).create(true).open(path);
        let file = opened.map_err(Error::io("open", path))?;
        let written = file.metadata().map_err(Error::io("read", path))?.len();
        let (waiting, synced, named) = (Vec::new(), true, written > 0);
        Ok(Self { path: path.to_owned(), file, written, waiting, synced, named })
    }

    #[cfg(test)]
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// How many bytes there are, with those that wait.
    pub(super) fn length(&self) -> u64 {
        self.written + self.waiting.len() as u64
    }

    /// Adds a block, which can be read at once, and is durable after [`Blocks::sync`].
    pub(super) fn append(&mut self, body: &[u8]) -> Result<Span> {
        let offset = self.length();
        let start = self.waiting.len();
        codec::seal(body, offset, &mut self.waiting);
        let length = u32::try_from(self.waiting.len() - start)
            .map_err(|_| Error::Store("a block is too long".to_owned()))?;
        if self.waiting.len() >= BUFFER {
            self.flush()?;
        }
        Ok(Span { offset, length })
    }

    /// Makes every block durable.
    pub(super) fn sync(&mut self) -> Result<()> {
        self.flush()?;
        if self.synced {
            return Ok(());
        }
        self.file.sync_data().map_err(Error::io("write to", &self.path))?;
        if !self.named {
            let folder = self.path.parent().unwrap_or(&self.path);
            System.sync_folder(folder).map_err(Error::io("write to", folder))?;
        }
        (self.synced, self.named) = (true, true);
        Ok(())
    }

    /// Removes what stands behind a length: blocks that nothing refers to.
    pub(super) fn truncate(&mut self, length: u64) -> Result<()> {
        match length.checked_sub(self.written) {
            Some(waiting) => self.waiting.truncate(usize::try_from(waiting).unwrap_or(usize::MAX)),
            None => {
                // Not every system cuts a file that is open to append.
                let cut = OpenOptions::new().write(true).open(&self.path);
                let cut = cut.and_then(|file| file.set_len(length));
                cut.map_err(Error::io("write to", &self.path))?;
                self.written = length;
                self.waiting.clear();
            }
        }
        Ok(())
    }

    /// Hands all that waits to the operating system. It goes on waiting where that fails.
    fn flush(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let appended = |file: &mut File| -> io::Result<()> {
            // What an attempt that failed has left would move all that follows. Not every system cuts a file
            // that is open to append.
            if file.metadata()?.len() != self.written {
                OpenOptions::new().write(true).open(&self.path)?.set_len(self.written)?;
            }
            file.write_all(&self.waiting)
        };
        appended(&mut self.file).map_err(Error::io("write to", &self.path))?;
        self.written += self.waiting.len() as u64;
        self.waiting.clear();
        self.synced = false;
        Ok(())
    }

    /// What a block holds.
    pub(super) fn read(&self, span: Span) -> Result<Vec<u8>> {
        let lost = || Error::Store("a block is not there".to_owned());
        let length = u64::from(span.length);
        if length > LONGEST {
            return Err(lost());
        }
        let sealed = if let Some(start) = span.offset.checked_sub(self.written) {
            let start = usize::try_from(start).map_err(|_| lost())?;
            let waiting = self.waiting.get(start..).and_then(|rest| rest.get(..length as usize));
            waiting.ok_or_else(lost)?.to_vec()
        } else if span.offset.checked_add(length).is_some_and(|end| end <= self.written) {
            let mut sealed = vec![0; length as usize];
            disk::read_at(&self.file, span.offset, &mut sealed).map_err(|error| {
                let cut = error.kind() == io::ErrorKind::UnexpectedEof;
                if cut { lost() } else { Error::io("read", &self.path)(error) }
            })?;
            sealed
        } else {
            return Err(lost());
        };
        codec::open(&sealed, span.offset).map(<[u8]>::to_vec)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_while_they_wait_and_after() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("blocks");
        let mut blocks = Blocks::open(&path).unwrap();
        let first = blocks.append(b"first").unwrap();
        assert_eq!(blocks.read(first).unwrap(), b"first");
        blocks.flush().unwrap();
        let second = blocks.append(&[7; 3 * BUFFER]).unwrap();
        let third = blocks.append(b"third").unwrap();
        for (span, body) in [(first, b"first".to_vec()), (second, vec![7; 3 * BUFFER])] {
            assert_eq!(blocks.read(span).unwrap(), body);
        }
        assert_eq!(blocks.read(third).unwrap(), b"third");
        blocks.flush().unwrap();
        drop(blocks);
        assert_eq!(Blocks::open(&path).unwrap().read(third).unwrap(), b"third");
    }

    #[test]
    fn what_is_damaged_or_not_there_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("blocks");
        let mut blocks = Blocks::open(&path).unwrap();
        let spans = [blocks.append(b"one").unwrap(), blocks.append(b"two").unwrap()];
        let beyond = Span { offset: blocks.length(), length: 9 };
        assert!(blocks.read(beyond).is_err());
        blocks.flush().unwrap();
        assert!(blocks.read(beyond).is_err());
        // A block in another's place is none, though it is whole.
        let bytes = std::fs::read(&path).unwrap();
        let (one, two) = bytes.split_at(bytes.len() / 2);
        std::fs::write(&path, [two, one].concat()).unwrap();
        let swapped = Blocks::open(&path).unwrap();
        assert!(spans.iter().all(|span| swapped.read(*span).is_err()));
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            std::fs::write(&path, damaged).unwrap();
            let blocks = Blocks::open(&path).unwrap();
            let read = spans.iter().filter(|span| blocks.read(**span).is_ok());
            assert_eq!(read.count(), 1, "bit {bit}");
        }
    }

    #[test]
    fn what_is_cut_off_is_gone_whether_it_was_written_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let mut blocks = Blocks::open(&folder.path().join("blocks")).unwrap();
        let kept = blocks.append(b"kept").unwrap();
        let end = blocks.length();
        for written in [false, true] {
            let gone = blocks.append(b"gone").unwrap();
            if written {
                blocks.sync().unwrap();
            }
            blocks.append(b"also gone").unwrap();
            blocks.truncate(end).unwrap();
            assert!(blocks.length() == end && blocks.read(gone).is_err());
            let again = blocks.append(b"again").unwrap();
            assert_eq!(blocks.read(again).unwrap(), b"again");
            blocks.sync().unwrap();
            assert_eq!(blocks.read(again).unwrap(), b"again");
            blocks.truncate(end).unwrap();
        }
        assert_eq!(blocks.read(kept).unwrap(), b"kept");
    }

    #[test]
    fn what_a_failed_write_has_left_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("blocks");
        let mut blocks = Blocks::open(&path).unwrap();
        let span = blocks.append(b"whole").unwrap();
        std::fs::write(&path, b"who").unwrap();
        blocks.flush().unwrap();
        assert_eq!(blocks.read(span).unwrap(), b"whole");
        drop(blocks);
        assert_eq!(Blocks::open(&path).unwrap().read(span).unwrap(), b"whole");
    }
}
