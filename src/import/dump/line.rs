//! Counts the lines of what is read, so that a problem can be found in the file.

use std::io::{self, BufRead, Read};

use memchr::{memchr_iter, memrchr};

pub(super) struct Lines<R> {
    inner: R,
    line: u32,
    column: u32,
}

impl<R> Lines<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, line: 1, column: 1 }
    }

    pub(super) fn inner(&self) -> &R {
        &self.inner
    }

    /// Line and column of the next byte; a column counts bytes.
    pub(super) fn place(&self) -> (u32, u32) {
        (self.line, self.column)
    }
}

/// Moves a line and a column on by what was read.
fn count((line, column): (&mut u32, &mut u32), bytes: &[u8]) {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    *line = line.saturating_add(number(memchr_iter(b'\n', bytes).count()));
    *column = match memrchr(b'\n', bytes) {
        Some(last) => number(bytes.len() - last),
        None => column.saturating_add(number(bytes.len())),
    };
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(into)?;
        count((&mut self.line, &mut self.column), &into[..length]);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Lines<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        // What is consumed stands in the buffer, so this asks for nothing new.
        if let Ok(block) = self.inner.fill_buf() {
            let read = &block[..length.min(block.len())];
            count((&mut self.line, &mut self.column), read);
        }
        self.inner.consume(length);
    }
}
