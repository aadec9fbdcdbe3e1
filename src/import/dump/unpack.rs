//! The bytes of a dump: plain, gzip or bzip2, unpacked on other threads than the one that reads
//! them.
//!
//! Dumps are often many bzip2 streams, one behind the other, and each of these can be unpacked by
//! itself. One that is a single stream, or anything else, is unpacked in order on one thread.

use std::io::{self, BufRead, Cursor, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;
use memchr::memmem;

use crate::import::source::SourceFile;

/// So much is unpacked at a time.
const BLOCK: usize = 256 * 1024;

/// A bzip2 stream that is longer than this is not gathered for a thread of its own.
const STREAM: usize = 8 * 1024 * 1024;

/// More threads than this are of no use, whatever is asked for.
const MOST: usize = 64;

/// A block of bytes, or why there are no more.
type Block = io::Result<Vec<u8>>;

/// Unpacked bytes, in order.
pub(crate) struct Unpacked {
    /// The parts, each a run of blocks.
    parts: Receiver<Receiver<Block>>,
    part: Option<Receiver<Block>>,
    block: Vec<u8>,
    at: usize,
    read: Arc<AtomicU64>,
    size: Option<u64>,
}

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Gzip,
    Bzip2,
}

/// How a dump is packed, from its first bytes; nothing when it seems to be something else.
pub(crate) fn packing(start: &[u8]) -> Option<Packing> {
    if start.starts_with(&[0x1f, 0x8b]) {
        return Some(Packing::Gzip);
    }
    if start.starts_with(b"BZh") {
        return Some(Packing::Bzip2);
    }
    let text = start.trim_ascii_start();
    let marked = text.starts_with(b"<") || text.starts_with(b"\xef\xbb\xbf<");
    memmem::find(start, b"<mediawiki").filter(|_| marked).map(|_| Packing::Plain)
}

/// Unpacks a dump on so many threads; 0 for as many as the machine has cores.
///
/// # Errors
/// When the system starts no thread.
pub(crate) fn unpack(file: SourceFile, packing: Packing, jobs: usize) -> io::Result<Unpacked> {
    let read = Arc::new(AtomicU64::new(0));
    let size = file.size();
    let input = Counted { inner: file.into_reader(), read: Arc::clone(&read) };
    let jobs = match jobs {
        0 => thread::available_parallelism().map_or(1, usize::from),
        jobs => jobs.min(MOST),
    };
    let (order, parts) = sync_channel(jobs);
    match packing {
        Packing::Bzip2 if jobs > 1 => divide(input, jobs, order)?,
        Packing::Bzip2 => alone(MultiBzDecoder::new(input), &order)?,
        Packing::Gzip => alone(MultiGzDecoder::new(input), &order)?,
        Packing::Plain => alone(input, &order)?,
    }
    Ok(Unpacked { parts, part: None, block: Vec::new(), at: 0, read, size })
}

/// Unpacks everything in order on one thread.
fn alone(input: impl Read + Send + 'static, order: &SyncSender<Receiver<Block>>) -> io::Result<()> {
    let (blocks, part) = sync_channel(4);
    // The receiver is there: it is returned after this.
    let _ = order.send(part);
    thread::Builder::new().spawn(move || pump(input, &blocks)).map(drop)
}

/// Reads to the end, a block at a time, or until nobody wants more.
fn pump(mut input: impl Read, blocks: &SyncSender<Block>) {
    loop {
        let mut block = Vec::with_capacity(BLOCK);
        let read = input.by_ref().take(BLOCK as u64).read_to_end(&mut block);
        let ended = block.len() < BLOCK;
        // What came before a failure is good.
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

/// A stream to unpack, and where its blocks go.
type Job = (Box<dyn Read + Send>, SyncSender<Block>);

/// Divides the input into streams, which threads unpack side by side.
///
/// # Errors
/// When the system does not start all of the threads; those that are started end then.
fn divide(
    mut input: impl Read + Send + 'static,
    jobs: usize,
    order: SyncSender<Receiver<Block>>,
) -> io::Result<()> {
    let (give, take) = sync_channel::<Job>(jobs);
    let take = Arc::new(Mutex::new(take));
    for _ in 0..jobs {
        let take = Arc::clone(&take);
        thread::Builder::new().spawn(move || {
            while let Some((stream, blocks)) = take.lock().ok().and_then(|take| take.recv().ok()) {
                pump(MultiBzDecoder::new(stream), &blocks);
            }
        })?;
    }
    let feed = move || {
        let hand = |stream: Box<dyn Read + Send>| {
            let (blocks, part) = sync_channel(4);
            give.send((stream, blocks)).is_ok() && order.send(part).is_ok()
        };
        let mut waiting = Vec::new();
        let mut searched = 1;
        loop {
            let before = waiting.len();
            let read = input.by_ref().take(BLOCK as u64).read_to_end(&mut waiting);
            // What cannot be read is met again by the thread that unpacks what came before.
            let ended = read.is_err() || waiting.len() == before;
            while let Some(start) = next_stream(&waiting, searched) {
                let rest = waiting.split_off(start);
                let stream = std::mem::replace(&mut waiting, rest);
                searched = 1;
                if !hand(Box::new(Cursor::new(stream))) {
                    return;
                }
            }
            if let Err(error) = read {
                hand(Box::new(Cursor::new(waiting).chain(Fails(Some(error)))));
                return;
            }
            if ended || waiting.len() > STREAM {
                hand(Box::new(Cursor::new(waiting).chain(input)));
                return;
            }
            searched = waiting.len().saturating_sub(START).max(1);
        }
    };
    thread::Builder::new().spawn(feed).map(drop)
}

/// How long the mark is that a stream begins with: `BZh`, a digit, and the mark of its first block.
const START: usize = 10;

/// Where the next stream begins, at `from` or later. The mark is ten bytes long, so chance does not
/// make one.
fn next_stream(bytes: &[u8], from: usize) -> Option<usize> {
    let found = memmem::find_iter(bytes.get(from..)?, b"1AY&SY").map(|at| from + at);
    found.filter_map(|at| at.checked_sub(4)).find(|start| {
        *start >= from
            && bytes[*start..].starts_with(b"BZh")
            && (b'1'..=b'9').contains(&bytes[start + 3])
    })
}

/// Says once that reading failed.
struct Fails(Option<io::Error>);

impl Read for Fails {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Counts what is read.
struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(into)?;
        self.read.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

impl Unpacked {
    /// The packed bytes that were read so far, and how many there are where that is known.
    pub(crate) fn bytes(&self) -> (u64, Option<u64>) {
        (self.read.load(Ordering::Relaxed), self.size)
    }
}

impl Read for Unpacked {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(into)?;
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Unpacked {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.at == self.block.len() {
            let Some(part) = &self.part else {
                match self.parts.recv() {
                    Ok(part) => self.part = Some(part),
                    Err(_) => return Ok(&[]),
                }
                continue;
            };
            match part.recv() {
                Ok(block) => (self.block, self.at) = (block?, 0),
                Err(_) => self.part = None,
            }
        }
        Ok(&self.block[self.at..])
    }

    fn consume(&mut self, length: usize) {
        self.at = (self.at + length).min(self.block.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bzip2::Compression;
    use bzip2::read::BzEncoder;
    use std::io::Write;

    fn stream(text: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        BzEncoder::new(text, Compression::fast()).read_to_end(&mut packed).unwrap();
        packed
    }

    fn text(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at * at % 251) as u8).collect()
    }

    fn unpacked(bytes: &[u8], jobs: usize) -> io::Result<Vec<u8>> {
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(bytes)?;
        let (mut found, file) = (Vec::new(), SourceFile::open(file.path()).unwrap());
        let packing = packing(file.start()).unwrap();
        unpack(file, packing, jobs)?.read_to_end(&mut found)?;
        Ok(found)
    }

    #[test]
    fn streams_come_back_in_order_whatever_their_number() {
        let texts: Vec<Vec<u8>> = (0..40).map(|number| text(number * 40_000)).collect();
        let packed: Vec<u8> = texts.iter().flat_map(|text| stream(text)).collect();
        for jobs in [1, 2, 5] {
            assert!(unpacked(&packed, jobs).unwrap() == texts.concat(), "{jobs} jobs");
        }
    }

    #[test]
    fn a_long_stream_is_unpacked_alone() {
        // Random enough to stay longer than what is gathered.
        let mut seed = 1_u64;
        let long: Vec<u8> = std::iter::repeat_with(|| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 56) as u8
        })
        .take(STREAM + STREAM / 2)
        .collect();
        let packed = [stream(b"before"), stream(&long), stream(b"after")].concat();
        assert!(packed.len() > STREAM);
        let expected = [b"before".as_slice(), &long, b"after"].concat();
        assert!(unpacked(&packed, 2).unwrap() == expected);
    }

    #[test]
    fn what_breaks_off_is_an_error() {
        let packed = stream(&text(900_000));
        for jobs in [1, 2] {
            assert!(unpacked(&packed[..packed.len() / 2], jobs).is_err());
        }
        let mut gzip = Vec::new();
        flate2::read::GzEncoder::new(&text(900_000)[..], flate2::Compression::fast())
            .read_to_end(&mut gzip)
            .unwrap();
        assert_eq!(unpacked(&gzip, 1).unwrap(), text(900_000));
        assert!(unpacked(&gzip[..gzip.len() / 2], 1).is_err());
    }
}
