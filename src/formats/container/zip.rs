//! Zip archives, read by their central directory. Each entry is limited in size.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

use flate2::read::DeflateDecoder;

use super::failure::{Failure, Outcome, limit_error};
use super::guard::{CountingReader, UnpackGuard};

/// Maximum size of the central directory, in bytes.
const MAX_DIRECTORY_BYTES: u64 = 16 * 1024 * 1024;

/// Maximum number of entries.
const MAX_ENTRIES: u64 = 65_536;

/// Maximum distance of the end record from the end of the file, in bytes: the record and a comment.
const MAX_END_BYTES: u64 = 22 + 65_535;

const END_MAGIC: &[u8] = b"PK\x05\x06";
const END_64_MAGIC: &[u8] = b"PK\x06\x06";
const LOCATOR_64_MAGIC: &[u8] = b"PK\x06\x07";
const CENTRAL_MAGIC: &[u8] = b"PK\x01\x02";
const LOCAL_MAGIC: &[u8] = b"PK\x03\x04";

/// An entry of the central directory.
#[derive(Debug, Clone)]
pub(super) struct ZipEntry {
    /// Name, with `/` between folders.
    pub(super) name: String,
    is_encrypted: bool,
    method: u16,
    checksum: u32,
    packed: u64,
    unpacked: u64,
    /// Offset of the local header in the file.
    offset: u64,
}

/// An open archive.
pub(super) struct ZipFile<R> {
    input: R,
    pub(super) entries: Vec<ZipEntry>,
}

impl<R: Read + Seek> ZipFile<R> {
    /// Reads the central directory.
    pub(super) fn open(mut input: R) -> Outcome<Self> {
        let damaged = || Failure::new("a complete zip archive (its end is missing or damaged)");
        let length = input.seek(SeekFrom::End(0))?;
        let tail_start = length.saturating_sub(MAX_END_BYTES + 20);
        let tail = read_at(&mut input, tail_start, length - tail_start)?;
        let end = memchr::memmem::rfind(&tail, END_MAGIC).ok_or_else(damaged)?;
        let record = Fields(tail.get(end..).unwrap_or_default());
        let field = |at| record.u16(at).map(u64::from).ok_or_else(damaged);
        let wide = |at| record.u32(at).map(u64::from).ok_or_else(damaged);
        let (mut count, mut size, mut start) = (field(10)?, wide(12)?, wide(16)?);
        let end_at = tail_start + end as u64;
        let mut shift = end_at.checked_sub(size).and_then(|at| at.checked_sub(start)).unwrap_or(0);
        let locator = end.checked_sub(20).and_then(|at| tail.get(at..));
        if let Some(locator) = locator.filter(|bytes| bytes.starts_with(LOCATOR_64_MAGIC)) {
            let at = Fields(locator).u64(8).ok_or_else(damaged)?;
            let record = read_at(&mut input, at, 56)?;
            let record = Fields(&record);
            if !record.0.starts_with(END_64_MAGIC) {
                return Err(damaged());
            }
            let field = |at| record.u64(at).ok_or_else(damaged);
            (count, size, start, shift) = (field(32)?, field(40)?, field(48)?, 0);
        }
        if count > MAX_ENTRIES || size > MAX_DIRECTORY_BYTES {
            let expected = format!("a zip archive of at most {MAX_ENTRIES} files");
            return Err(Failure::new(expected).with_found(format!("{count} files")));
        }
        let directory = read_at(&mut input, start.saturating_add(shift), size)?;
        let mut rest = directory.as_slice();
        let mut entries = Vec::new();
        for _ in 0..count {
            let (entry, length) = parse_entry(rest, shift).ok_or_else(damaged)?;
            rest = rest.get(length..).ok_or_else(damaged)?;
            entries.push(entry);
        }
        Ok(Self { input, entries })
    }

    /// Returns the entry with this name. Case is ignored if no other entry has the exact name.
    pub(super) fn find(&self, name: &str) -> Option<ZipEntry> {
        let exact = self.entries.iter().find(|entry| entry.name == name);
        let other = || self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name));
        exact.or_else(other).cloned()
    }

    /// Returns a reader of an entry's content, of at most `maximum` bytes. The reader fails at the
    /// end of the content if its checksum is wrong.
    pub(super) fn read(&mut self, entry: &ZipEntry, maximum: u64) -> Outcome<Box<dyn Read + '_>> {
        let name = &entry.name;
        if entry.is_encrypted {
            return Err(Failure::new(format!("'{name}' without a password")));
        }
        let damaged = || Failure::new(format!("'{name}' in an undamaged zip archive"));
        let header = read_at(&mut self.input, entry.offset, 30)?;
        let header = Fields(&header);
        let lengths = header.u16(26).zip(header.u16(28)).ok_or_else(damaged)?;
        if !header.0.starts_with(LOCAL_MAGIC) {
            return Err(damaged());
        }
        let skipped = 30 + u64::from(lengths.0) + u64::from(lengths.1);
        self.input.seek(SeekFrom::Start(entry.offset.saturating_add(skipped)))?;
        let (packed, count) = CountingReader::new(self.input.by_ref().take(entry.packed));
        let unpacked: Box<dyn Read + '_> = match entry.method {
            0 => Box::new(packed),
            8 => Box::new(DeflateDecoder::new(packed)),
            93 => Box::new(zstd::stream::read::Decoder::new(packed)?),
            other => {
                let expected = format!("'{name}' packed by deflate or zstd, not by method {other}");
                return Err(Failure::new(expected));
            }
        };
        Ok(Box::new(CheckedReader::new(unpacked, entry, count, maximum)))
    }
}

/// Parses an entry of the central directory. Returns the entry and its length in bytes.
fn parse_entry(bytes: &[u8], shift: u64) -> Option<(ZipEntry, usize)> {
    if !bytes.starts_with(CENTRAL_MAGIC) {
        return None;
    }
    let fields = Fields(bytes);
    let [name, extra, comment] = [28, 30, 32].map(|at| fields.u16(at).map(usize::from));
    let (name, extra, comment) = (name?, extra?, comment?);
    let mut wide = [fields.u32(24)?, fields.u32(20)?, fields.u32(42)?].map(u64::from);
    let mut extras = bytes.get(46 + name..46 + name + extra)?;
    while let (Some(id), Some(length)) = (Fields(extras).u16(0), Fields(extras).u16(2)) {
        let body = extras.get(4..4 + usize::from(length)).unwrap_or_default();
        if id == 1 {
            let marked = wide.iter_mut().filter(|number| **number == u64::from(u32::MAX));
            for (number, at) in marked.zip((0..).step_by(8)) {
                *number = Fields(body).u64(at)?;
            }
        }
        extras = extras.get(4 + usize::from(length)..).unwrap_or_default();
    }
    let [unpacked, packed, offset] = wide;
    let entry = ZipEntry {
        name: String::from_utf8_lossy(bytes.get(46..46 + name)?).replace('\\', "/"),
        is_encrypted: fields.u16(8)? & 1 == 1,
        method: fields.u16(10)?,
        checksum: fields.u32(16)?,
        packed,
        unpacked,
        offset: offset.saturating_add(shift),
    };
    Some((entry, 46 + name + extra + comment))
}

fn read_at<R: Read + Seek>(input: &mut R, at: u64, length: u64) -> io::Result<Vec<u8>> {
    input.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    input.by_ref().take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Little-endian fields of a record.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn array<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.0.get(at..)?.first_chunk::<N>().copied()
    }

    fn u16(&self, at: usize) -> Option<u16> {
        self.array(at).map(u16::from_le_bytes)
    }

    fn u32(&self, at: usize) -> Option<u32> {
        self.array(at).map(u32::from_le_bytes)
    }

    fn u64(&self, at: usize) -> Option<u64> {
        self.array(at).map(u64::from_le_bytes)
    }
}

/// A reader that compares length and checksum with those of the directory.
struct CheckedReader<'a> {
    inner: UnpackGuard<Box<dyn Read + 'a>>,
    hasher: crc32fast::Hasher,
    length: u64,
    entry: ZipEntry,
    is_checked: bool,
}

impl<'a> CheckedReader<'a> {
    fn new(
        inner: Box<dyn Read + 'a>,
        entry: &ZipEntry,
        packed: Rc<Cell<u64>>,
        maximum: u64,
    ) -> Self {
        Self {
            inner: UnpackGuard::new(inner, packed, maximum),
            hasher: crc32fast::Hasher::new(),
            length: 0,
            entry: entry.clone(),
            is_checked: false,
        }
    }
}

impl Read for CheckedReader<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(into)?;
        self.hasher.update(into.get(..length).unwrap_or_default());
        self.length += length as u64;
        if length == 0 && !into.is_empty() && !self.is_checked {
            self.is_checked = true;
            let checksum = std::mem::take(&mut self.hasher).finalize();
            if checksum != self.entry.checksum || self.length != self.entry.unpacked {
                let expected = format!(
                    "'{}' with the checksum of its zip archive (it is damaged)",
                    self.entry.name
                );
                return Err(limit_error(expected));
            }
        }
        Ok(length)
    }
}
