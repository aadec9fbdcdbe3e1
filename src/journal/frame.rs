//! zstd frames in numbered files. This is the only file that knows zstd.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::{Line, Location, file_path};
use crate::{Error, Result};

/// How much text goes into a frame before it is closed. One version is read back by
/// decompressing its frame, and a larger frame compresses better.
pub(super) const FRAME: usize = 256 * 1024;

/// The largest frame that is read: a document of the largest size, escaped.
pub(super) const LARGEST: u64 = 2 * 1024 * 1024 * 1024;

/// Level 3 is zstd's default; higher levels cost more time than they save space on short texts.
const LEVEL: i32 = 3;

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
            match read_frame(&mut file) {
                Ok(Some((text, end))) => {
                    let frame = Frame { location: self.at, end, text };
                    self.at.offset = end;
                    self.file = Some(file);
                    return Ok(Some(frame));
                }
                Ok(None) => self.at = Location { file: self.at.file + 1, offset: 0 },
                Err(problem) => {
                    return Err(Error::Journal { path, offset: self.at.offset, problem });
                }
            }
        }
    }
}

fn open_at(path: &Path, offset: u64) -> io::Result<BufReader<File>> {
    let mut file = BufReader::with_capacity(128 * 1024, File::open(path)?);
    file.seek(SeekFrom::Start(offset))?;
    Ok(file)
}

/// The text of one frame and the byte after it; `None` at the end of the file.
fn read_frame(file: &mut BufReader<File>) -> Result<Option<(String, u64)>, String> {
    let problem = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => "the frame is incomplete".to_owned(),
        _ => format!("the frame cannot be read: {error}"),
    };
    if file.fill_buf().map_err(problem)?.is_empty() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    let mut summed = Summed { inner: file, sum: crc32fast::Hasher::new() };
    {
        let decoder = zstd::Decoder::with_buffer(&mut summed).map_err(problem)?.single_frame();
        decoder.take(LARGEST).read_to_end(&mut bytes).map_err(problem)?;
    }
    let expected = seal(summed.sum.finalize());
    let mut found = [0; SEAL];
    file.read_exact(&mut found).map_err(problem)?;
    if found != expected {
        return Err("the frame is not what was written".to_owned());
    }
    let text = String::from_utf8(bytes).map_err(|_| "the frame is not UTF-8".to_owned())?;
    let end = file.stream_position().map_err(problem)?;
    Ok(Some((text, end)))
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

/// Sums what is read.
struct Summed<'a> {
    inner: &'a mut BufReader<File>,
    sum: crc32fast::Hasher,
}

impl Read for Summed<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(into)?;
        self.sum.update(&into[..length]);
        Ok(length)
    }
}

impl BufRead for Summed<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        self.sum.update(&self.inner.buffer()[..length]);
        self.inner.consume(length);
    }
}

/// Where the next frame begins that can be read, behind a place of a file.
pub(super) fn whole_frame_after(path: &Path, offset: u64) -> Result<Option<u64>> {
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
            if matches!(read_frame(&mut frame), Ok(Some(_))) {
                return Ok(Some(begins));
            }
        }
        if (block.len() as u64) < BLOCK {
            return Ok(None);
        }
        // The mark may stand across the end of the block.
        from += BLOCK - (MAGIC.len() as u64 - 1);
    }
}

/// A frame of one line, and its seal.
pub(super) fn of_line(line: &Line) -> io::Result<Vec<u8>> {
    compress((line.to_json()? + "\n").as_bytes())
}

/// The bytes of a frame with this text, and of its seal.
pub(super) fn compress(text: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = zstd::Encoder::new(Vec::with_capacity(text.len() / 3), LEVEL)?;
    encoder.include_checksum(true)?;
    encoder.set_pledged_src_size(Some(text.len() as u64))?;
    io::Write::write_all(&mut encoder, text)?;
    let mut bytes = encoder.finish()?;
    let sum = crc32fast::hash(&bytes);
    bytes.extend(seal(sum));
    Ok(bytes)
}
