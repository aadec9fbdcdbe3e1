//! A reader that counts lines and columns, for the positions in errors.

use std::io::{self, BufRead, Read};

use memchr::{memchr_iter, memrchr};

/// Maximum size of an XML event, such as a tag or a comment, in bytes. It bounds memory use. Real
/// dumps have no larger events.
const MAX_EVENT_BYTES: usize = 64 * 1024 * 1024;

pub(super) struct LineCounter<R> {
    inner: R,
    /// Number of bytes of the current event that were read so far.
    event_bytes: usize,
    line: u32,
    column: u32,
}

impl<R> LineCounter<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, event_bytes: 0, line: 1, column: 1 }
    }

    pub(super) fn inner(&self) -> &R {
        &self.inner
    }

    /// Returns the line and column of the next byte. The column counts bytes.
    pub(super) fn position(&self) -> (u32, u32) {
        (self.line, self.column)
    }

    /// Starts a new event.
    pub(super) fn start_event(&mut self) {
        self.event_bytes = 0;
    }

    /// Returns the line and column after `bytes`, which begin at the given line and column.
    fn advance((line, column): (u32, u32), bytes: &[u8]) -> (u32, u32) {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let column = match memrchr(b'\n', bytes) {
            Some(last) => number(bytes.len() - last),
            None => return (line, column.saturating_add(number(bytes.len()))),
        };
        (line.saturating_add(number(memchr_iter(b'\n', bytes).count())), column)
    }
}

impl<R: BufRead> Read for LineCounter<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(into)?;
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for LineCounter<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.event_bytes > MAX_EVENT_BYTES {
            return Err(io::Error::other(format!(
                "more than {} MiB in one piece",
                MAX_EVENT_BYTES >> 20
            )));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        self.event_bytes += length;
        // The consumed bytes are still in the buffer, so this reads nothing new.
        if let Ok(block) = self.inner.fill_buf() {
            let read = &block[..length.min(block.len())];
            (self.line, self.column) = Self::advance((self.line, self.column), read);
        }
        self.inner.consume(length);
    }
}
