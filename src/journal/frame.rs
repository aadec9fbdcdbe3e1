//! zstd frames in numbered files. This is the only file that knows zstd.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::{Location, file_path};
use crate::{Error, Result};

/// The problem of a frame that ends with its file: what a stopped import leaves.
pub(super) const INCOMPLETE: &str = "the frame is incomplete";

/// How much text goes into a frame before it is closed. One version is read back by
/// decompressing its frame, and a larger frame compresses better.
pub(super) const FRAME: usize = 256 * 1024;

/// The largest frame that is read: a document of the largest size, escaped.
const LARGEST: u64 = 2 * 1024 * 1024 * 1024;

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
    use io::BufRead as _;
    let problem = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => INCOMPLETE.to_owned(),
        _ => format!("the frame cannot be read: {error}"),
    };
    if file.fill_buf().map_err(problem)?.is_empty() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    {
        let decoder = zstd::Decoder::with_buffer(&mut *file).map_err(problem)?.single_frame();
        decoder.take(LARGEST).read_to_end(&mut bytes).map_err(problem)?;
    }
    let text = String::from_utf8(bytes).map_err(|_| "the frame is not UTF-8".to_owned())?;
    let end = file.stream_position().map_err(problem)?;
    Ok(Some((text, end)))
}

/// The bytes of a frame with this text.
pub(super) fn compress(text: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = zstd::Encoder::new(Vec::with_capacity(text.len() / 3), LEVEL)?;
    encoder.include_checksum(true)?;
    encoder.set_pledged_src_size(Some(text.len() as u64))?;
    io::Write::write_all(&mut encoder, text)?;
    encoder.finish()
}
