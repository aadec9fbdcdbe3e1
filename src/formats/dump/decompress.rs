//! Decompression of dumps: plain, gzip or bzip2. It runs on threads other than the reader's.
//!
//! Many dumps are a sequence of bzip2 streams, which are decompressed in parallel. A single stream,
//! or any other file, is decompressed in order on one thread.

use std::io::{self, BufRead, Cursor, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;
use memchr::memmem;

use super::item::Compression;
use crate::formats::source::SourceFile;

/// Size of a block that is read or decompressed at a time, in bytes.
const BLOCK_BYTES: usize = 256 * 1024;

/// Maximum size of a compressed bzip2 stream that is buffered for parallel decompression, in bytes.
/// From the start of a longer stream, the rest of the file is decompressed on one thread.
const MAX_STREAM_BYTES: usize = 8 * 1024 * 1024;

/// Maximum number of threads that a caller can request.
const MAX_THREADS: usize = 64;

/// A block of decompressed bytes, or the error that ends reading.
type Block = io::Result<Vec<u8>>;

/// A reader of decompressed bytes, in order.
pub(crate) struct DecompressedReader {
    /// The parts of the file in order, each received as a sequence of blocks.
    parts: Receiver<Receiver<Block>>,
    part: Option<Receiver<Block>>,
    block: Vec<u8>,
    position: usize,
    bytes_read: Arc<AtomicU64>,
    size: Option<u64>,
}

/// Decompresses a dump on up to `jobs` threads. 0 means one thread per core.
///
/// # Errors
/// When a thread cannot be started.
pub(crate) fn decompress(
    file: SourceFile,
    compression: Compression,
    jobs: usize,
) -> io::Result<DecompressedReader> {
    let bytes_read = Arc::new(AtomicU64::new(0));
    let size = file.size();
    let input = CountingReader { inner: file.into_reader(), bytes_read: Arc::clone(&bytes_read) };
    let jobs = match jobs {
        0 => thread::available_parallelism().map_or(1, usize::from),
        jobs => jobs.min(MAX_THREADS),
    };
    let (part_sender, parts) = sync_channel(jobs);
    match compression {
        Compression::Bzip2 if jobs > 1 => decompress_in_parallel(input, jobs, part_sender)?,
        Compression::Bzip2 => decompress_sequentially(MultiBzDecoder::new(input), &part_sender)?,
        Compression::Gzip => decompress_sequentially(MultiGzDecoder::new(input), &part_sender)?,
        Compression::Plain => decompress_sequentially(input, &part_sender)?,
    }
    Ok(DecompressedReader { parts, part: None, block: Vec::new(), position: 0, bytes_read, size })
}

/// Decompresses the whole input in order on one thread.
fn decompress_sequentially(
    input: impl Read + Send + 'static,
    part_sender: &SyncSender<Receiver<Block>>,
) -> io::Result<()> {
    let (blocks, part) = sync_channel(4);
    // Cannot fail, since the caller still holds the receiver.
    let _ = part_sender.send(part);
    thread::Builder::new().spawn(move || send_blocks(input, &blocks)).map(drop)
}

/// Sends the input block by block, until its end or until the receiver is dropped.
fn send_blocks(mut input: impl Read, blocks: &SyncSender<Block>) {
    loop {
        let mut block = Vec::with_capacity(BLOCK_BYTES);
        let read = input.by_ref().take(BLOCK_BYTES as u64).read_to_end(&mut block);
        let ended = block.len() < BLOCK_BYTES;
        // The bytes before a failure are valid.
        if !block.is_empty() && blocks.send(Ok(block)).is_err() {
            return;
        }
        if let Err(error) = read {
            let _ = blocks.send(Err(error));
            return;
        }
        if ended {
            return;
        }
    }
}

/// A compressed stream, and the channel for its decompressed blocks.
type Job = (Box<dyn Read + Send>, SyncSender<Block>);

/// Splits the input into bzip2 streams, which `jobs` threads decompress in parallel.
///
/// # Errors
/// When a thread cannot be started. Threads started before then exit.
fn decompress_in_parallel(
    mut input: impl Read + Send + 'static,
    jobs: usize,
    part_sender: SyncSender<Receiver<Block>>,
) -> io::Result<()> {
    let (job_sender, job_receiver) = sync_channel::<Job>(jobs);
    let job_receiver = Arc::new(Mutex::new(job_receiver));
    for _ in 0..jobs {
        let job_receiver = Arc::clone(&job_receiver);
        thread::Builder::new().spawn(move || {
            while let Some((stream, blocks)) =
                job_receiver.lock().ok().and_then(|take| take.recv().ok())
            {
                send_blocks(MultiBzDecoder::new(stream), &blocks);
            }
        })?;
    }
    let split_streams = move || {
        let send_stream = |stream: Box<dyn Read + Send>| {
            let (blocks, part) = sync_channel(4);
            job_sender.send((stream, blocks)).is_ok() && part_sender.send(part).is_ok()
        };
        let mut buffer = Vec::new();
        let mut searched = 1;
        loop {
            let before = buffer.len();
            let read = input.by_ref().take(BLOCK_BYTES as u64).read_to_end(&mut buffer);
            // A read error is passed to the thread that decompresses the bytes before it.
            let ended = read.is_err() || buffer.len() == before;
            while let Some(start) = next_stream(&buffer, searched) {
                let rest = buffer.split_off(start);
                let stream = std::mem::replace(&mut buffer, rest);
                searched = 1;
                if !send_stream(Box::new(Cursor::new(stream))) {
                    return;
                }
            }
            if let Err(error) = read {
                send_stream(Box::new(Cursor::new(buffer).chain(FailingReader(Some(error)))));
                return;
            }
            if ended || buffer.len() > MAX_STREAM_BYTES {
                send_stream(Box::new(Cursor::new(buffer).chain(input)));
                return;
            }
            searched = buffer.len().saturating_sub(STREAM_HEADER_BYTES).max(1);
        }
    };
    thread::Builder::new().spawn(split_streams).map(drop)
}

/// Length of the header of a bzip2 stream, in bytes: `BZh`, a digit, and the magic number of the
/// first block.
const STREAM_HEADER_BYTES: usize = 10;

/// Returns the offset of the next stream, at `from` or later. The ten bytes of a stream header do
/// not occur by chance in other data.
fn next_stream(bytes: &[u8], from: usize) -> Option<usize> {
    let found = memmem::find_iter(bytes.get(from..)?, b"1AY&SY").map(|at| from + at);
    found.filter_map(|at| at.checked_sub(4)).find(|start| {
        *start >= from
            && bytes[*start..].starts_with(b"BZh")
            && (b'1'..=b'9').contains(&bytes[start + 3])
    })
}

/// A reader that returns an error once, and then the end of the input.
struct FailingReader(Option<io::Error>);

impl Read for FailingReader {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// A reader that counts the bytes it returns.
struct CountingReader<R> {
    inner: R,
    bytes_read: Arc<AtomicU64>,
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(into)?;
        self.bytes_read.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

impl DecompressedReader {
    /// Returns the number of compressed bytes read so far, and the size of the file where known.
    pub(crate) fn progress(&self) -> (u64, Option<u64>) {
        (self.bytes_read.load(Ordering::Relaxed), self.size)
    }
}

impl Read for DecompressedReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(into)?;
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for DecompressedReader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.position == self.block.len() {
            let Some(part) = &self.part else {
                match self.parts.recv() {
                    Ok(part) => self.part = Some(part),
                    Err(_) => return Ok(&[]),
                }
                continue;
            };
            match part.recv() {
                Ok(block) => (self.block, self.position) = (block?, 0),
                Err(_) => self.part = None,
            }
        }
        Ok(&self.block[self.position..])
    }

    fn consume(&mut self, length: usize) {
        self.position = (self.position + length).min(self.block.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bzip2::Compression;
    use bzip2::read::BzEncoder;
    use std::io::Write;

    fn stream(text: &[u8]) -> Vec<u8> {
        let mut compressed = Vec::new();
        BzEncoder::new(text, Compression::fast()).read_to_end(&mut compressed).unwrap();
        compressed
    }

    fn text(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at * at % 251) as u8).collect()
    }

    fn decompressed(bytes: &[u8], jobs: usize) -> io::Result<Vec<u8>> {
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(bytes)?;
        let (mut found, file) = (Vec::new(), SourceFile::open(file.path()).unwrap());
        let compression = super::super::item::detect_compression(file.start()).unwrap();
        decompress(file, compression, jobs)?.read_to_end(&mut found)?;
        Ok(found)
    }

    #[test]
    fn streams_are_decompressed_in_order_with_any_number_of_jobs() {
        let texts: Vec<Vec<u8>> = (0..40).map(|number| text(number * 40_000)).collect();
        let packed: Vec<u8> = texts.iter().flat_map(|text| stream(text)).collect();
        for jobs in [1, 2, 5] {
            assert!(decompressed(&packed, jobs).unwrap() == texts.concat(), "{jobs} jobs");
        }
    }

    #[test]
    fn a_stream_longer_than_the_limit_is_decompressed() {
        // Pseudorandom, so that the compressed stream is longer than `MAX_STREAM_BYTES`.
        let mut seed = 1_u64;
        let long: Vec<u8> = std::iter::repeat_with(|| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 56) as u8
        })
        .take(MAX_STREAM_BYTES + MAX_STREAM_BYTES / 2)
        .collect();
        let packed = [stream(b"before"), stream(&long), stream(b"after")].concat();
        assert!(packed.len() > MAX_STREAM_BYTES);
        let expected = [b"before".as_slice(), &long, b"after"].concat();
        assert!(decompressed(&packed, 2).unwrap() == expected);
    }

    #[test]
    fn a_truncated_stream_is_an_error() {
        let packed = stream(&text(900_000));
        for jobs in [1, 2] {
            assert!(decompressed(&packed[..packed.len() / 2], jobs).is_err());
        }
        let mut gzip = Vec::new();
        flate2::read::GzEncoder::new(&text(900_000)[..], flate2::Compression::fast())
            .read_to_end(&mut gzip)
            .unwrap();
        assert_eq!(decompressed(&gzip, 1).unwrap(), text(900_000));
        assert!(decompressed(&gzip[..gzip.len() / 2], 1).is_err());
    }
}
