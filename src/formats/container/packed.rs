//! Packed files: gzip, bzip2 and zstd around one file, and zip archives of files.

use std::io::{BufReader, Read, Seek, SeekFrom, Write};

use flate2::read::MultiGzDecoder;
use tempfile::SpooledTempFile;

use super::failure::{Failure, Outcome};
use super::guard::{CountingReader, UnpackGuard};
use super::zip::{ZipEntry, ZipFile};

/// Size up to which an unpacked file is kept in memory, in bytes.
const SPOOL_BYTES: usize = 8 * 1024 * 1024;

/// Maximum size of an unpacked file, in bytes.
pub(super) const MAX_UNPACKED_BYTES: u64 = 256 * 1024 * 1024;

/// Maximum number of files that an error lists.
const MAX_LISTED: usize = 12;

/// Endings of the files in an archive that may be tables.
const TABLE_ENDINGS: [&str; 10] =
    [".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".ndjson", ".xlsx", ".xls", ".ods"];

/// A way of packing one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zstd,
    Bzip2,
}

impl Packing {
    pub(super) fn detect(start: &[u8]) -> Option<Self> {
        match start {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', b'Y', b'&', ..] => Some(Self::Bzip2),
            _ => None,
        }
    }
}

/// Unpacks a file to a temporary file.
///
/// # Errors
/// When the file is damaged, or unpacks to much more than its size.
pub(super) fn unpack(packing: Packing, input: impl Read) -> Outcome<SpooledTempFile> {
    let (input, packed) = CountingReader::new(input);
    let input = BufReader::new(input);
    let unpacked: Box<dyn Read> = match packing {
        Packing::Gzip => Box::new(MultiGzDecoder::new(input)),
        Packing::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(input)?),
        #[cfg(feature = "dump")]
        Packing::Bzip2 => Box::new(bzip2::read::MultiBzDecoder::new(input)),
        #[cfg(not(feature = "dump"))]
        Packing::Bzip2 => {
            return Err(Failure::new("a build with the feature 'dump', which reads bzip2"));
        }
    };
    spool(UnpackGuard::new(unpacked, packed, MAX_UNPACKED_BYTES))
}

/// Copies a stream to a temporary file.
pub(super) fn spool(mut input: impl Read) -> Outcome<SpooledTempFile> {
    let mut file = SpooledTempFile::new(SPOOL_BYTES);
    let mut block = vec![0; 64 * 1024];
    loop {
        let length = match input.read(&mut block) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        file.write_all(block.get(..length).unwrap_or_default())?;
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}

/// Chooses the file of an archive that is the table: `stated`, or else the only one that may be one.
pub(super) fn choose_entry<R: Read + Seek>(
    zip: &ZipFile<R>,
    stated: Option<&str>,
) -> Outcome<ZipEntry> {
    let is_file = |entry: &&ZipEntry| !entry.name.ends_with('/');
    let listed = |entries: &[&ZipEntry]| {
        let names = entries.iter().take(MAX_LISTED).map(|entry| format!("'{}'", entry.name));
        let more = if entries.len() > MAX_LISTED { ", …" } else { "" };
        names.collect::<Vec<_>>().join(", ") + more
    };
    let files: Vec<&ZipEntry> = zip.entries.iter().filter(is_file).collect();
    if let Some(name) = stated {
        let base = |entry: &&&ZipEntry| entry.name.rsplit('/').next() == Some(name);
        let exact = files.iter().find(|entry| entry.name == name);
        let mut in_folder = files.iter().filter(base);
        let only = in_folder.next().filter(|_| in_folder.next().is_none());
        let found = exact.or(only).map(|entry| (*entry).clone());
        return found.ok_or_else(|| {
            let files = listed(&files);
            Failure::new(format!("one file '{name}' in the archive, as 'entry' in the mapping says; there are {files}"))
        });
    }
    let is_hidden =
        |name: &str| name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX");
    let is_table = |entry: &&ZipEntry| {
        let name = entry.name.to_ascii_lowercase();
        !is_hidden(&entry.name) && TABLE_ENDINGS.iter().any(|ending| name.ends_with(ending))
    };
    let tables: Vec<&ZipEntry> = files.iter().copied().filter(is_table).collect();
    match tables.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(Failure::new(format!(
            "a table in the archive ('entry' in the mapping names one); there are {}",
            if files.is_empty() { "no files".to_owned() } else { listed(&files) }
        ))),
        several => Err(Failure::new(format!(
            "'entry' in the mapping, which names one of {}",
            listed(several)
        ))),
    }
}
