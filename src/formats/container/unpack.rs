//! Opens packed files, archives and workbooks, which may be in each other to a limited depth: a
//! workbook or a text in an archive or a packed file.

use std::io::{Read, Seek, SeekFrom};

use tempfile::SpooledTempFile;

use super::decoded::DecodedTable;
use super::failure::{Failure, Outcome};
use super::packed::{MAX_UNPACKED_BYTES, Packing, choose_entry, spool, unpack};
use super::settings::ContainerSettings;
use super::zip::ZipFile;
use super::{ods, xls, xlsx};

/// Maximum size of a packed file, an archive or a workbook, in bytes.
const MAX_FILE_BYTES: u64 = 2 * 1024 * 1024 * 1024;

/// Names of formats that are recognised but not read, by the first bytes of a file.
const OTHER_FORMATS: [(&[u8], &str); 3] =
    [(b"\xfd7zXZ", "xz"), (b"7z\xbc\xaf", "7z"), (b"Rar!", "RAR")];

/// The content of a packed file.
pub(super) enum Unpacked {
    /// The table of a workbook.
    Table(DecodedTable),
    /// A text, with the name of its file.
    Text { name: String, bytes: Vec<u8> },
}

/// Unpacks a file.
///
/// # Errors
/// When it is damaged, encrypted, too large, or packed twice.
pub(super) fn unpack_table(
    name: &str,
    input: impl Read,
    settings: &ContainerSettings,
) -> Outcome<Unpacked> {
    let mut file = spool(input.take(MAX_FILE_BYTES + 1))?;
    let length = file.seek(SeekFrom::End(0))?;
    if length > MAX_FILE_BYTES {
        return Err(Failure::new(format!("a file of at most {} GiB", MAX_FILE_BYTES >> 30)));
    }
    open(name, file, settings, false)
}

/// Opens a file. `is_inner` tells whether it was packed.
fn open(
    name: &str,
    mut file: SpooledTempFile,
    settings: &ContainerSettings,
    is_inner: bool,
) -> Outcome<Unpacked> {
    let mut start = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(512).read_to_end(&mut start)?;
    file.seek(SeekFrom::Start(0))?;
    if let Some((_, format)) = OTHER_FORMATS.iter().find(|(magic, _)| start.starts_with(magic)) {
        return Err(Failure::new(format!(
            "gzip, zstd, bzip2 or zip; this is {format}: unpack it first"
        )));
    }
    if start.get(257..262) == Some(b"ustar") {
        return Err(Failure::new("one packed table; this is a tar archive: unpack it first"));
    }
    if let Some(packing) = Packing::detect(&start) {
        if is_inner {
            return Err(Failure::new(
                "a table that is packed once; this one is packed again: unpack it first",
            ));
        }
        return open(inner_name(name), unpack(packing, file)?, settings, true);
    }
    if start.starts_with(xls::cfb::CFB_MAGIC) {
        let bytes = load(file, xls::MAX_FILE_BYTES)?;
        return xls::read(&bytes, settings.sheet.as_ref()).map(Unpacked::Table);
    }
    if start.starts_with(b"PK") {
        return open_zip(name, file, settings, is_inner);
    }
    Ok(Unpacked::Text { name: name.to_owned(), bytes: load(file, MAX_UNPACKED_BYTES)? })
}

fn open_zip(
    name: &str,
    file: SpooledTempFile,
    settings: &ContainerSettings,
    is_inner: bool,
) -> Outcome<Unpacked> {
    let mut zip = ZipFile::open(file)?;
    let has = |name: &str| zip.find(name).is_some();
    if has("content.xml") && (has("mimetype") || has("META-INF/manifest.xml")) {
        return ods::read(zip, settings.sheet.as_ref()).map(Unpacked::Table);
    }
    if has("[Content_Types].xml") {
        if has("xl/workbook.bin") {
            let expected = "an XLSX, XLS or ODS workbook; this is XLSB: save it as XLSX";
            return Err(Failure::new(expected));
        }
        if has("word/document.xml") || has("ppt/presentation.xml") {
            return Err(Failure::new("a workbook (this is another document of Microsoft Office)"));
        }
        return xlsx::read(zip, settings.sheet.as_ref()).map(Unpacked::Table);
    }
    if is_inner {
        return Err(Failure::new(format!(
            "a table; '{name}' is an archive inside of another: unpack it first"
        )));
    }
    let entry = choose_entry(&zip, settings.entry.as_deref())?;
    let inner = spool(zip.read(&entry, MAX_UNPACKED_BYTES)?)?;
    open(&entry.name, inner, settings, true)
}

/// Returns the name of a packed file without the ending for its packing.
fn inner_name(name: &str) -> &str {
    let ending = [".gz", ".zst", ".bz2"].iter().find_map(|ending| name.strip_suffix(ending));
    ending.unwrap_or(name)
}

/// Loads a file of at most `maximum` bytes.
fn load(mut file: SpooledTempFile, maximum: u64) -> Outcome<Vec<u8>> {
    let length = file.seek(SeekFrom::End(0))?;
    if length > maximum {
        let expected = format!("a file of at most {} MiB", maximum >> 20);
        return Err(Failure::new(expected));
    }
    file.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}
