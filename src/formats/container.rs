//! Containers of tables: encodings of text, packed files, archives, workbooks and JSON. Each one
//! becomes the text of a table before a mapping is applied.
#![cfg_attr(not(feature = "workbook"), allow(dead_code, reason = "JSON alone needs less"))]

mod cells;
mod decoded;
mod failure;
#[cfg(feature = "workbook")]
mod guard;
mod json;
#[cfg(feature = "workbook")]
mod number_format;
#[cfg(feature = "workbook")]
mod ods;
#[cfg(feature = "workbook")]
mod packed;
mod quotes;
mod regions;
mod row_writer;
pub(crate) mod settings;
#[cfg(feature = "workbook")]
mod sheets;
mod text;
#[cfg(feature = "workbook")]
mod unpack;
#[cfg(feature = "workbook")]
mod xls;
#[cfg(feature = "workbook")]
mod xlsx;
#[cfg(feature = "workbook")]
mod xml;
#[cfg(feature = "workbook")]
mod zip;

use crate::ParseError;
use crate::formats::source::SourceFile;
pub(crate) use decoded::DecodedTable;
use failure::{Failure, Outcome};
use settings::ContainerSettings;

/// Reads the table in a file. `name` is the name of the file in messages.
///
/// # Errors
/// When the container is damaged, encrypted or too large, does not contain one table, or its text
/// cannot be decoded.
pub(crate) fn read_table(
    name: &str,
    file: SourceFile,
    settings: &ContainerSettings,
) -> Result<DecodedTable, ParseError> {
    let read = if is_binary(file.start()) {
        read_binary(name, file, settings)
    } else {
        file.load()
            .map_err(|error| Failure::new(format!("a file that can be read ({})", cause(&error))))
            .and_then(|bytes| decode_text(name, bytes, settings))
    };
    read.map_err(|failure| failure.into_error(name))
}

/// Returns the cause of an error without the path, which the message has already.
fn cause(error: &crate::Error) -> String {
    match error {
        crate::Error::Io { source, .. } => source.to_string(),
        other => other.to_string(),
    }
}

/// Returns whether a file is packed, or a workbook.
pub(crate) fn is_binary(start: &[u8]) -> bool {
    const CFB_MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    let packed = crate::formats::document::COMPRESSED_MAGIC;
    packed.iter().any(|magic| start.starts_with(magic))
        || start.starts_with(b"BZh")
        // An archive without files.
        || start.starts_with(b"PK\x05\x06")
        || start.starts_with(CFB_MAGIC)
}

#[cfg(feature = "workbook")]
fn read_binary(
    name: &str,
    file: SourceFile,
    settings: &ContainerSettings,
) -> Outcome<DecodedTable> {
    match unpack::unpack_table(name, file.into_reader(), settings)? {
        unpack::Unpacked::Table(table) => Ok(table),
        unpack::Unpacked::Text { name, bytes } => decode_text(&name, bytes, settings),
    }
}

#[cfg(not(feature = "workbook"))]
fn read_binary(_: &str, _: SourceFile, _: &ContainerSettings) -> Outcome<DecodedTable> {
    let expected = "a build with the feature 'workbook', which reads packed files and workbooks";
    Err(Failure::new(expected))
}

/// Decodes a text file: a table, or JSON.
fn decode_text(name: &str, bytes: Vec<u8>, settings: &ContainerSettings) -> Outcome<DecodedTable> {
    let country = settings.country_code.as_deref();
    let decoded = text::decode(bytes, settings.encoding.as_deref(), country)?;
    let note = decoded.note.clone();
    let mut table = match settings.records_path.is_some() || json::is_json(name, &decoded.text) {
        true => json::read(&decoded.text, settings.records_path.as_deref())?,
        false => {
            quotes::reject_unclosed(&decoded.text)?;
            DecodedTable { text: decoded.text, ..DecodedTable::default() }
        }
    };
    table.encoding = decoded.encoding;
    table.notes.splice(0..0, note);
    Ok(table)
}
