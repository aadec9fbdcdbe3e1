//! Limits on the size of unpacked data.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::failure::limit_error;

/// Size up to which packed data may unpack whatever its ratio, in bytes.
const FREE_BYTES: u64 = 64 * 1024 * 1024;

/// Maximum size of unpacked data as a multiple of its packed size, beyond [`FREE_BYTES`]. Real
/// tables have up to a hundredth of their size when packed.
const MAX_RATIO: u64 = 250;

/// A reader that counts the bytes that it returns.
pub(super) struct CountingReader<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R> CountingReader<R> {
    pub(super) fn new(inner: R) -> (Self, Rc<Cell<u64>>) {
        let count = Rc::new(Cell::new(0));
        (Self { inner, count: Rc::clone(&count) }, count)
    }
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(into)?;
        self.count.set(self.count.get() + length as u64);
        Ok(length)
    }
}

/// A reader of unpacked data that fails when there is too much.
pub(super) struct UnpackGuard<R> {
    inner: R,
    /// Number of packed bytes that were read.
    packed: Rc<Cell<u64>>,
    unpacked: u64,
    maximum: u64,
}

impl<R> UnpackGuard<R> {
    /// `packed` is the number of packed bytes that `inner` has read; `maximum`, the maximum number
    /// of unpacked bytes.
    pub(super) fn new(inner: R, packed: Rc<Cell<u64>>, maximum: u64) -> Self {
        Self { inner, packed, unpacked: 0, maximum }
    }
}

impl<R: Read> Read for UnpackGuard<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(into)?;
        self.unpacked += length as u64;
        if self.unpacked > self.maximum {
            let mebibytes = self.maximum >> 20;
            return Err(limit_error(format!("at most {mebibytes} MiB of unpacked data")));
        }
        let packed = self.packed.get();
        if self.unpacked > FREE_BYTES && self.unpacked > packed.saturating_mul(MAX_RATIO) {
            return Err(limit_error(format!(
                "data that unpacks to at most {MAX_RATIO} times its size; the first {packed} bytes already unpack to \
                 more than {}, as in a decompression bomb",
                self.unpacked - length as u64
            )));
        }
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_beyond_the_ratio_or_the_maximum_is_refused() {
        let read = |packed: u64, maximum: u64, length: u64| {
            let packed = Rc::new(Cell::new(packed));
            let mut guard = UnpackGuard::new(io::repeat(b'a').take(length), packed, maximum);
            io::copy(&mut guard, &mut io::sink()).map_err(|error| error.to_string())
        };
        assert_eq!(read(1, u64::MAX, FREE_BYTES), Ok(FREE_BYTES));
        assert!(read(1, u64::MAX, FREE_BYTES + 1).unwrap_err().contains("250 times its size"));
        assert_eq!(read(FREE_BYTES, u64::MAX, 2 * FREE_BYTES), Ok(2 * FREE_BYTES));
        assert_eq!(
            read(FREE_BYTES, 1 << 20, 2 << 20),
            Err("at most 1 MiB of unpacked data".into())
        );
    }
}
