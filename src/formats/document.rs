//! Documents, the trait that parses them, and the checks that come before parsing.

use crate::ParseError;
use crate::model::escape::printable;
use crate::model::{Election, MAX_SOURCE_TEXT_BYTES, Revision};

/// A parsed document with its source text.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The parsed election.
    pub election: Election,
    /// The exact source text.
    pub text: String,
    /// Line of the source where the document begins, counted from 1.
    pub line: u32,
    /// Time at which the source had this text, where stated.
    pub source_time: Option<String>,
    /// The page revision that the text comes from, where the source has revisions.
    pub revision: Option<Revision>,
    /// Identifier of the election in its source, where the source has one.
    pub source_id: Option<String>,
}

impl Document {
    /// Creates a document at line 1, without an identifier, a source time and a revision.
    #[must_use]
    pub fn new(election: Election, text: String) -> Self {
        Self { election, text, line: 1, source_time: None, revision: None, source_id: None }
    }
}

/// A parser of documents in one format.
pub trait Importer {
    /// Parses every document of a text, in order. Calls `each` with every document, or with the
    /// error of a document that cannot be parsed. `source` names the text in errors.
    fn read(&self, source: &str, text: &str, each: &mut dyn FnMut(Result<Document, ParseError>));
}

/// Checks the size of the text of one election.
///
/// # Errors
/// When the text exceeds [`MAX_SOURCE_TEXT_BYTES`].
pub(crate) fn check_size(source: &str, text: &str) -> Result<(), ParseError> {
    if text.len() <= MAX_SOURCE_TEXT_BYTES {
        return Ok(());
    }
    let expected = format!("at most {} MiB for one election", MAX_SOURCE_TEXT_BYTES >> 20);
    Err(parse_error_at(source, text, 0, &expected))
}

/// Magic bytes of gzip, bzip2, xz, zstd and zip files.
pub(super) const COMPRESSED_MAGIC: [&[u8]; 5] =
    [b"\x1f\x8b", b"BZh9", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"];

/// Decodes the bytes of a file as UTF-8 text. A UTF-8 byte order mark is accepted and stays in the
/// text.
///
/// # Errors
/// When the file is empty, compressed, binary or not UTF-8. The error states the position of the
/// first invalid byte.
pub fn decode(source: &str, bytes: Vec<u8>) -> Result<String, ParseError> {
    let error_at = |bytes: &[u8], at: usize, expected: &str| {
        let text = String::from_utf8_lossy(&bytes[..(at + 200).min(bytes.len())]).into_owned();
        // The bytes before `at` are valid UTF-8, so the offset is the same in the lossy text.
        parse_error_at(source, &text, at, expected)
    };
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(error_at(&bytes, 0, "UTF-8 text (this is UTF-16: convert it first)"));
    }
    if COMPRESSED_MAGIC.iter().any(|start| bytes.starts_with(start)) {
        return Err(parse_error_at(
            source,
            "",
            0,
            "text (this is a packed file or a workbook; with a mapping, the table in it is read)",
        ));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        match memchr::memchr(0, &bytes[..offset]) {
            Some(nul) => error_at(bytes, nul, "text (this is a binary file)"),
            None => error_at(bytes, offset, "UTF-8 text (if this is Latin-1, convert it first)"),
        }
    })?;
    if let Some(nul) = memchr::memchr(0, text.as_bytes()) {
        return Err(error_at(text.as_bytes(), nul, "text (this is a binary file)"));
    }
    if text.bytes().all(|byte| byte.is_ascii_whitespace()) {
        return Err(error_at(b"", 0, "a document (the file is empty)"));
    }
    Ok(text)
}

/// Creates a parse error at a byte offset of a text, with the line and column of that offset.
pub(crate) fn parse_error_at(source: &str, text: &str, byte: usize, expected: &str) -> ParseError {
    let before = text.get(..byte).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let number = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
    ParseError {
        source: source.to_owned(),
        line: number(before.matches('\n').count()),
        column: number(before[line_start..].chars().filter(|c| *c != '\u{feff}').count()),
        found: excerpt(text.get(byte..).unwrap_or("")),
        expected: expected.to_owned(),
    }
}

/// Returns the first line of a text, at most 60 characters, with control characters escaped.
pub(super) fn excerpt(text: &str) -> String {
    let line = text.trim_start_matches('\u{feff}').lines().next().unwrap_or("");
    let cut = printable(&line.chars().take(60).collect::<String>());
    if line.chars().nth(60).is_some() { format!("{cut}…") } else { cut }
}
