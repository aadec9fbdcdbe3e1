//! Counts the lines of what is read, so that a problem can be found in the file.

use std::io::{self, BufRead, Read};

use memchr::{memchr_iter, memrchr};

/// A run of this many bytes without a mark is no dump, and nobody should hold it.
const LONGEST: usize = 64 * 1024 * 1024;

pub(super) struct Lines<R> {
    inner: R,
    /// The bytes since the last `<`.
    run: usize,
    line: u32,
    column: u32,
}

impl<R> Lines<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, run: 0, line: 1, column: 1 }
    }

    pub(super) fn inner(&self) -> &R {
        &self.inner
    }

    /// Line and column of the next byte; a column counts bytes.
    pub(super) fn place(&self) -> (u32, u32) {
        (self.line, self.column)
    }

    /// Moves on by what was read.
    fn count(place: (&mut u32, &mut u32, &mut usize), bytes: &[u8]) {
        let (line, column, run) = place;
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        *line = line.saturating_add(number(memchr_iter(b'\n', bytes).count()));
        *column = match memrchr(b'\n', bytes) {
            Some(last) => number(bytes.len() - last),
            None => column.saturating_add(number(bytes.len())),
        };
        *run = memrchr(b'<', bytes).map_or(*run + bytes.len(), |last| bytes.len() - last);
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
        if self.run > LONGEST {
            return Err(io::Error::other(format!("{} MiB without a mark", LONGEST >> 20)));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        // What is consumed stands in the buffer, so this asks for nothing new.
        if let Ok(block) = self.inner.fill_buf() {
            let read = &block[..length.min(block.len())];
            Self::count((&mut self.line, &mut self.column, &mut self.run), read);
        }
        self.inner.consume(length);
    }
}
