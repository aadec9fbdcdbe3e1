//! Counts the lines of what is read, so that a problem can be found in the file.

use std::io::{self, BufRead, Read};

use memchr::{memchr_iter, memrchr};

/// A piece of more bytes than this (a mark, a comment) is in no dump, and nobody should hold it.
const LONGEST: usize = 64 * 1024 * 1024;

pub(super) struct Lines<R> {
    inner: R,
    /// The bytes of the piece that is being read.
    piece: usize,
    line: u32,
    column: u32,
}

impl<R> Lines<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, piece: 0, line: 1, column: 1 }
    }

    pub(super) fn inner(&self) -> &R {
        &self.inner
    }

    /// Line and column of the next byte; a column counts bytes.
    pub(super) fn place(&self) -> (u32, u32) {
        (self.line, self.column)
    }

    /// Begins another piece.
    pub(super) fn begin(&mut self) {
        self.piece = 0;
    }

    /// A place, moved on by what was read.
    fn moved((line, column): (u32, u32), bytes: &[u8]) -> (u32, u32) {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let column = match memrchr(b'\n', bytes) {
            Some(last) => number(bytes.len() - last),
            None => return (line, column.saturating_add(number(bytes.len()))),
        };
        (line.saturating_add(number(memchr_iter(b'\n', bytes).count())), column)
    }
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(into)?;
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Lines<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.piece > LONGEST {
            return Err(io::Error::other(format!("more than {} MiB in one piece", LONGEST >> 20)));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        self.piece += length;
        // What is consumed stands in the buffer, so this asks for nothing new.
        if let Ok(block) = self.inner.fill_buf() {
            let read = &block[..length.min(block.len())];
            (self.line, self.column) = Self::moved((self.line, self.column), read);
        }
        self.inner.consume(length);
    }
}
