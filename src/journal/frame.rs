//! zstd frames in numbered files. This is the only file that knows zstd.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::{Location, file_path};
use crate::import::LARGEST_TEXT;
use crate::{Error, Result};

/// How much text goes into a frame before it is closed. One version is read back by
/// decompressing its frame, and a larger frame compresses better.
pub(super) const FRAME: usize = 64 * 1024;

/// The largest frame that is read: a line of the largest text, every byte of it escaped, with what
/// stands beside it, behind others.
pub(super) const LARGEST: u64 = 6 * LARGEST_TEXT as u64 + 2 * 1024 * 1024;

/// Level 3 is zstd's default. It takes half as long again as this, and 5 % less room.
const LEVEL: i32 = 1;

/// A frame, decompressed.
pub(super) struct Frame {
    pub(super) location: Location,
    /// The byte after it.
    pub(super) end: u64,
    text: String,
}

impl Frame {
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines()
    }
}

/// Frames from one place on, through all files.
pub(super) struct Frames {
    folder: PathBuf,
    at: Location,
    file: Option<BufReader<File>>,
}

impl Frames {
    pub(super) fn at(folder: &Path, at: Location) -> Self {
        let at = Location { file: at.file.max(1), ..at };
        Self { folder: folder.to_owned(), at, file: None }
    }

    /// Where the next frame begins.
    pub(super) fn location(&self) -> Location {
        self.at
    }

    /// The next frame; `None` after the last file's last.
    pub(super) fn next_frame(&mut self) -> Result<Option<Frame>> {
        loop {
            let path = file_path(&self.folder, self.at.file);
            let mut file = match self.file.take() {
                Some(file) => file,
                None => match open_at(&path, self.at.offset) {
                    Ok(file) => file,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                    Err(error) => return Err(Error::io("read", &path)(error)),
                },
            };
            match read_frame(&mut file, &mut 0) {
                Ok(Some((text, end))) => {
                    let frame = Frame { location: self.at, end, text };
                    self.at.offset = end;
                    self.file = Some(file);
                    return Ok(Some(frame));
                }
                Ok(None) => self.at = Location { file: self.at.file + 1, offset: 0 },
                Err(FrameError::Damaged(problem)) => {
                    return Err(Error::Journal { path, offset: self.at.offset, problem });
                }
                Err(FrameError::Io(error)) => return Err(Error::io("read", &path)(error)),
            }
        }
    }
}

/// So much of a file is read at once.
const BUFFER: usize = 128 * 1024;

fn open_at(path: &Path, offset: u64) -> io::Result<BufReader<File>> {
    let mut file = BufReader::with_capacity(BUFFER, File::open(path)?);
    file.seek(SeekFrom::Start(offset))?;
    Ok(file)
}

/// Why a frame cannot be read.
enum FrameError {
    /// The system refuses to read it, which says nothing of what it holds.
    Io(io::Error),
    /// What is there is no whole frame.
    Damaged(String),
}

impl From<io::Error> for FrameError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn damaged(problem: &str) -> FrameError {
    FrameError::Damaged(problem.to_owned())
}

/// The text of one frame and the byte after it; `None` at the end of the file.
/// `cost` grows by the bytes that were read and unpacked.
fn read_frame(
    file: &mut BufReader<File>,
    cost: &mut u64,
) -> Result<Option<(String, u64)>, FrameError> {
    let mut input =
        FrameInput { inner: file, sum: crc32fast::Hasher::new(), length: 0, failure: None };
    let mut bytes = Vec::new();
    let begins = input.fill_buf().is_ok_and(|start| !start.is_empty());
    let unpacked = if begins { unpack(&mut input, &mut bytes) } else { Ok(()) };
    let FrameInput { sum, length, failure, .. } = input;
    *cost += bytes.len() as u64 + length;
    // What the decoder says of input that could not be read is not what is wrong.
    if let Some(failure) = failure {
        return Err(failure.into());
    }
    if !begins {
        return Ok(None);
    }
    unpacked.map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => damaged("the frame is incomplete"),
        _ => FrameError::Damaged(format!("the frame cannot be read: {error}")),
    })?;
    if bytes.len() as u64 > LARGEST {
        return Err(FrameError::Damaged(format!(
            "the frame holds more than {} MiB",
            LARGEST >> 20
        )));
    }
    let expected = seal(sum.finalize());
    let mut found = [0; SEAL];
    file.read_exact(&mut found).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => damaged("the frame is incomplete"),
        _ => error.into(),
    })?;
    if found != expected {
        return Err(damaged("the frame is not what was written"));
    }
    let text = String::from_utf8(bytes).map_err(|_| damaged("the frame is not UTF-8"))?;
    let end = file.stream_position()?;
    Ok(Some((text, end)))
}

fn unpack(input: &mut FrameInput<'_>, bytes: &mut Vec<u8>) -> io::Result<()> {
    let decoder = zstd::Decoder::with_buffer(input)?.single_frame();
    decoder.take(LARGEST + 1).read_to_end(bytes).map(drop)
}

/// The length of what stands behind every frame.
const SEAL: usize = 12;

/// A frame that zstd skips, with the CRC-32 of the frame before it: some bits of a frame mean
/// nothing to zstd, and its own checksum does not cover them.
fn seal(sum: u32) -> [u8; SEAL] {
    const SKIPPED: u32 = 0x184d_2a5e;
    let mut seal = [0; SEAL];
    for (place, number) in seal.chunks_exact_mut(4).zip([SKIPPED, 4, sum]) {
        place.copy_from_slice(&number.to_le_bytes());
    }
    seal
}

/// The bytes of a frame: sums what is read, and keeps the first error of the system.
struct FrameInput<'a> {
    inner: &'a mut BufReader<File>,
    sum: crc32fast::Hasher,
    length: u64,
    failure: Option<io::Error>,
}

impl Read for FrameInput<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(into)?;
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for FrameInput<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while let Err(error) = self.inner.fill_buf() {
            if error.kind() != io::ErrorKind::Interrupted {
                let kind = error.kind();
                self.failure.get_or_insert(error);
                return Err(kind.into());
            }
        }
        Ok(self.inner.buffer())
    }

    fn consume(&mut self, length: usize) {
        self.sum.update(&self.inner.buffer()[..length]);
        self.length += length as u64;
        self.inner.consume(length);
    }
}

/// Where the next frame begins that can be read, behind a place of a file.
///
/// A file may be made so that every few bytes begin a frame that is long and breaks off, so what it costs
/// to try them all is taken from `budget`, in bytes; when that is spent, nothing more is found.
pub(super) fn whole_frame_after(path: &Path, offset: u64, budget: &mut u64) -> Result<Option<u64>> {
    const MAGIC: [u8; 4] = 0xfd2f_b528_u32.to_le_bytes();
    const BLOCK: u64 = 1 << 20;
    let failed = || Error::io("read", path);
    let mut file = File::open(path).map_err(failed())?;
    let (mut from, mut block) = (offset + 1, Vec::new());
    loop {
        block.clear();
        file.seek(SeekFrom::Start(from)).map_err(failed())?;
        file.by_ref().take(BLOCK).read_to_end(&mut block).map_err(failed())?;
        for at in memchr::memmem::find_iter(&block, &MAGIC) {
            let begins = from + at as u64;
            let mut frame = open_at(path, begins).map_err(failed())?;
            let mut cost = BUFFER as u64;
            match read_frame(&mut frame, &mut cost) {
                Ok(Some(_)) => return Ok(Some(begins)),
                Ok(None) | Err(FrameError::Damaged(_)) => {}
                Err(FrameError::Io(error)) => return Err(failed()(error)),
            }
            match budget.checked_sub(cost) {
                Some(left) => *budget = left,
                None => return Ok(None),
            }
        }
        if (block.len() as u64) < BLOCK {
            return Ok(None);
        }
        // The mark may stand across the end of the block.
        from += BLOCK - (MAGIC.len() as u64 - 1);
    }
}

/// A frame of no line, and its seal.
pub(crate) fn nothing() -> io::Result<Vec<u8>> {
    compress(&[])
}

thread_local! {
    /// Creating a context for each frame takes a tenth as long as packing it.
    static PACKER: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
}

/// The bytes of a frame with this text, and of its seal.
pub(super) fn compress(text: &[u8]) -> io::Result<Vec<u8>> {
    let mut bytes = PACKER.with_borrow_mut(|packer| {
        let packer = match packer {
            Some(packer) => packer,
            None => {
                let mut new = zstd::bulk::Compressor::new(LEVEL)?;
                new.include_checksum(true)?;
                packer.insert(new)
            }
        };
        packer.compress(text)
    })?;
    let sum = crc32fast::hash(&bytes);
    bytes.extend(seal(sum));
    Ok(bytes)
}
