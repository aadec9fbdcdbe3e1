//! A file that only grows, of blocks that never change: where the bytes of the store are. Who has written a
//! block keeps where it is; a block that nobody knows of any more is only so many bytes too many.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::codec;
use crate::{Error, Result, disk};

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
}

impl Blocks {
    /// Opens the file, or makes an empty one.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let options: &mut OpenOptions = &mut disk::options();
        let opened = options.read(true).append(true).create(true).open(path);
        let file = opened.map_err(Error::io("open", path))?;
        let written = file.metadata().map_err(Error::io("read", path))?.len();
        Ok(Self { path: path.to_owned(), file, written, waiting: Vec::new() })
    }

    #[cfg(test)]
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// How many bytes there are, with those that wait.
    pub(super) fn length(&self) -> u64 {
        self.written + self.waiting.len() as u64
    }

    /// Adds a block, which can be read at once, and is in the file after [`Blocks::flush`].
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

    /// Hands all that waits to the operating system. It goes on waiting where that fails.
    pub(super) fn flush(&mut self) -> Result<()> {
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
