//! zstd frames in numbered files. All calls of zstd in the journal are here.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::files::file_path;
use super::position::Location;
use crate::model::MAX_SOURCE_TEXT_BYTES;
use crate::{Error, Result};

/// Size of the text at which a frame is closed, in bytes. Reading one version decompresses its
/// whole frame, but larger frames compress better.
pub(super) const FRAME_TEXT_SIZE: usize = 64 * 1024;

/// Maximum size of the text in a frame, in bytes: a line of the largest text with every byte
/// escaped, the other members of that line, and the lines before it.
pub(super) const MAX_FRAME_TEXT: u64 = 6 * MAX_SOURCE_TEXT_BYTES as u64 + 2 * 1024 * 1024;

/// zstd compression level. The default, 3, takes 50 % longer and saves 5 % of the space.
const COMPRESSION_LEVEL: i32 = 1;

/// A decompressed frame.
pub(super) struct Frame {
    pub(super) location: Location,
    /// Offset of the byte after the frame and its seal.
    pub(super) end: u64,
    text: String,
}

impl Frame {
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines()
    }
}

/// A reader of consecutive frames, through all files.
pub(super) struct FrameReader {
    folder: PathBuf,
    location: Location,
    file: Option<BufReader<File>>,
}

impl FrameReader {
    pub(super) fn new(folder: &Path, location: Location) -> Self {
        let location = Location { file: location.file.max(1), ..location };
        Self { folder: folder.to_owned(), location, file: None }
    }

    /// Returns the location of the next frame.
    pub(super) fn location(&self) -> Location {
        self.location
    }

    /// Reads the next frame. Returns `None` after the last frame of the last file.
    pub(super) fn next_frame(&mut self) -> Result<Option<Frame>> {
        loop {
            let path = file_path(&self.folder, self.location.file);
            let mut file = match self.file.take() {
                Some(file) => file,
                None => match open_at(&path, self.location.offset) {
                    Ok(file) => file,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                    Err(error) => return Err(Error::io("read", &path)(error)),
                },
            };
            match read_frame(&mut file, &mut 0) {
                Ok(Some((text, end))) => {
                    let frame = Frame { location: self.location, end, text };
                    self.location.offset = end;
                    self.file = Some(file);
                    return Ok(Some(frame));
                }
                Ok(None) => self.location = Location { file: self.location.file + 1, offset: 0 },
                Err(FrameError::Damaged(problem)) => {
                    return Err(Error::Journal { path, offset: self.location.offset, problem });
                }
                Err(FrameError::Io(error)) => return Err(Error::io("read", &path)(error)),
            }
        }
    }
}

/// Size of the read buffer, in bytes.
const READ_BUFFER_SIZE: usize = 128 * 1024;

fn open_at(path: &Path, offset: u64) -> io::Result<BufReader<File>> {
    let mut file = BufReader::with_capacity(READ_BUFFER_SIZE, File::open(path)?);
    file.seek(SeekFrom::Start(offset))?;
    Ok(file)
}

/// The reason why a frame cannot be read.
enum FrameError {
    /// An I/O error, which implies nothing about the content.
    Io(io::Error),
    /// The bytes are not a complete, valid frame.
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

/// Reads one frame and its seal. Returns the text of the frame and the offset of the byte after the
/// seal, or `None` at the end of the file. Adds the number of bytes read and decompressed to
/// `cost`.
fn read_frame(
    file: &mut BufReader<File>,
    cost: &mut u64,
) -> Result<Option<(String, u64)>, FrameError> {
    let mut input =
        FrameInput { inner: file, crc: crc32fast::Hasher::new(), bytes_read: 0, error: None };
    let mut bytes = Vec::new();
    let has_data = input.fill_buf().is_ok_and(|start| !start.is_empty());
    let result = if has_data { decompress(&mut input, &mut bytes) } else { Ok(()) };
    let FrameInput { crc, bytes_read: length, error: io_error, .. } = input;
    *cost += bytes.len() as u64 + length;
    // After an I/O error, the decoder's own error is only a consequence.
    if let Some(io_error) = io_error {
        return Err(io_error.into());
    }
    if !has_data {
        return Ok(None);
    }
    result.map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => damaged("the frame is incomplete"),
        _ => FrameError::Damaged(format!("the frame cannot be read: {error}")),
    })?;
    if bytes.len() as u64 > MAX_FRAME_TEXT {
        return Err(FrameError::Damaged(format!(
            "the frame holds more than {} MiB",
            MAX_FRAME_TEXT >> 20
        )));
    }
    let expected = seal(crc.finalize());
    let mut found = [0; SEAL_SIZE];
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

fn decompress(input: &mut FrameInput<'_>, bytes: &mut Vec<u8>) -> io::Result<()> {
    let decoder = zstd::Decoder::with_buffer(input)?.single_frame();
    decoder.take(MAX_FRAME_TEXT + 1).read_to_end(bytes).map(drop)
}

/// Size of the seal after every frame, in bytes.
const SEAL_SIZE: usize = 12;

/// Returns the seal of a frame: a skippable zstd frame with the CRC-32 of the frame before it. zstd
/// ignores some bits of a frame, and its own checksum does not cover them.
fn seal(crc: u32) -> [u8; SEAL_SIZE] {
    const SKIPPABLE_MAGIC: u32 = 0x184d_2a5e;
    let mut seal = [0; SEAL_SIZE];
    for (field, number) in seal.chunks_exact_mut(4).zip([SKIPPABLE_MAGIC, 4, crc]) {
        field.copy_from_slice(&number.to_le_bytes());
    }
    seal
}

/// The input bytes of a frame. Reading them computes their CRC-32 and keeps the first I/O error.
struct FrameInput<'a> {
    inner: &'a mut BufReader<File>,
    crc: crc32fast::Hasher,
    bytes_read: u64,
    error: Option<io::Error>,
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
                self.error.get_or_insert(error);
                return Err(kind.into());
            }
        }
        Ok(self.inner.buffer())
    }

    fn consume(&mut self, length: usize) {
        self.crc.update(&self.inner.buffer()[..length]);
        self.bytes_read += length as u64;
        self.inner.consume(length);
    }
}

/// Returns the offset of the next readable frame after an offset of a file.
///
/// A crafted file may begin a long, truncated frame every few bytes. The cost of trying each
/// candidate, in bytes, is therefore deducted from `budget`. The search ends when the budget is
/// spent.
pub(super) fn find_frame_after(path: &Path, offset: u64, budget: &mut u64) -> Result<Option<u64>> {
    const MAGIC: [u8; 4] = 0xfd2f_b528_u32.to_le_bytes();
    const BLOCK_SIZE: u64 = 1 << 20;
    let read_error = || Error::io("read", path);
    let mut file = File::open(path).map_err(read_error())?;
    let (mut from, mut block) = (offset + 1, Vec::new());
    loop {
        block.clear();
        file.seek(SeekFrom::Start(from)).map_err(read_error())?;
        file.by_ref().take(BLOCK_SIZE).read_to_end(&mut block).map_err(read_error())?;
        for at in memchr::memmem::find_iter(&block, &MAGIC) {
            let start = from + at as u64;
            let mut frame = open_at(path, start).map_err(read_error())?;
            let mut cost = READ_BUFFER_SIZE as u64;
            match read_frame(&mut frame, &mut cost) {
                Ok(Some(_)) => return Ok(Some(start)),
                Ok(None) | Err(FrameError::Damaged(_)) => {}
                Err(FrameError::Io(error)) => return Err(read_error()(error)),
            }
            match budget.checked_sub(cost) {
                Some(left) => *budget = left,
                None => return Ok(None),
            }
        }
        if (block.len() as u64) < BLOCK_SIZE {
            return Ok(None);
        }
        // The magic number may cross the end of the block.
        from += BLOCK_SIZE - (MAGIC.len() as u64 - 1);
    }
}

/// Returns an empty frame and its seal.
pub(crate) fn empty_frame() -> io::Result<Vec<u8>> {
    compress(&[])
}

thread_local! {
    /// Reused compressor. Creating one takes a tenth of the time that compressing a frame takes.
    static COMPRESSOR: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
}

/// Returns the compressed frame of a text, and its seal.
pub(super) fn compress(text: &[u8]) -> io::Result<Vec<u8>> {
    let mut bytes = COMPRESSOR.with_borrow_mut(|compressor| {
        let compressor = match compressor {
            Some(compressor) => compressor,
            None => {
                let mut new = zstd::bulk::Compressor::new(COMPRESSION_LEVEL)?;
                new.include_checksum(true)?;
                compressor.insert(new)
            }
        };
        compressor.compress(text)
    })?;
    let crc = crc32fast::hash(&bytes);
    bytes.extend(seal(crc));
    Ok(bytes)
}
