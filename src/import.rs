//! Text to model: one file a format, behind one trait; errors are per document.

mod article;
mod cell;
pub mod dates;
pub(crate) mod dump;
mod fill;
mod html;
pub mod infobox;
pub(crate) mod jsonl;
mod lower;
mod other_box;
mod other_rows;
pub(crate) mod source;
pub(crate) mod table;
mod times;
mod title;
mod unopposed;
mod value;
pub(crate) mod wikitext;

use std::fmt;
use std::str::FromStr;

pub(crate) use article::stated_title;
pub use table::Mapping;

use crate::Unread;
use crate::escape::printable;
use crate::model::{Election, Revision};

/// A format that documents are read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A rendered article: `= title =`, an infobox of `- Label: value` lines, and prose.
    Article,
    /// JSON lines of [`Election`]: the archive's own lossless form.
    Jsonl,
    /// A wiki's page with an infobox, as its source stands.
    Wikitext,
    /// The rows of one election, with the [`Mapping`] that reads them: what an import of a table
    /// gives the archive.
    Table,
}

impl Format {
    /// The format of a file, from its name and its first characters.
    ///
    /// ```
    /// use hustings::import::Format;
    /// assert_eq!(Format::detect("results.jsonl", ""), Format::Jsonl);
    /// assert_eq!(Format::detect("2012.txt", "= 2012 Ruritanian election ="), Format::Article);
    /// ```
    #[must_use]
    pub fn detect(name: &str, text: &str) -> Self {
        if table::is_bundle(text) {
            return Self::Table;
        }
        let wiki = [".wiki", ".wikitext", ".mediawiki"].iter().any(|ending| name.ends_with(ending));
        if wiki || wikitext::is_page(text) {
            return Self::Wikitext;
        }
        let named = [".jsonl", ".ndjson", ".json"].iter().any(|ending| name.ends_with(ending));
        let starts = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
        if named || starts { Self::Jsonl } else { Self::Article }
    }

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Jsonl => "jsonl",
            Self::Table => "table",
            Self::Wikitext => "wikitext",
        }
    }

    /// What reads it.
    #[must_use]
    pub fn importer(self) -> &'static dyn Importer {
        match self {
            Self::Article => &article::Article,
            Self::Jsonl => &jsonl::JsonLines,
            Self::Table => &table::Rows,
            Self::Wikitext => &wikitext::Wikitext,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "article" => Ok(Self::Article),
            "jsonl" => Ok(Self::Jsonl),
            "table" => Ok(Self::Table),
            "wikitext" => Ok(Self::Wikitext),
            _ => Err(format!("'{name}' is not a format: article, jsonl, table, wikitext")),
        }
    }
}

/// One document: what it says, and its exact text.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// What it says.
    pub election: Election,
    /// Its text, as it stands in the source.
    pub text: String,
    /// The line of the source in which it begins, counted from 1.
    pub line: u32,
    /// When the source had it so, where the source says.
    pub source_time: Option<String>,
    /// The revision that it is, where the source keeps revisions.
    pub revision: Option<Revision>,
}

impl Document {
    /// A document that begins in the first line, and of which the source does not say when it was so.
    #[must_use]
    pub fn new(election: Election, text: String) -> Self {
        Self { election, text, line: 1, source_time: None, revision: None }
    }
}

/// Reads the documents of one format.
pub trait Importer {
    /// Reads every document of a text from `source`, in order, each with an error of its own.
    fn read(&self, source: &str, text: &str, each: &mut dyn FnMut(Result<Document, Unread>));
}

/// The election of a text that is one document.
///
/// # Errors
/// When the text holds no document, or one that cannot be read.
pub fn parse(format: Format, text: &str) -> Result<Election, Unread> {
    let mut first = None;
    format.importer().read("", text, &mut |document| {
        first.get_or_insert(document);
    });
    match first {
        Some(document) => document.map(|document| document.election),
        None => Err(unread("", text, 0, "a document")),
    }
}

/// The same without its prose, as an archive keeps it.
///
/// ```
/// use hustings::import::{Format, record};
/// let text = "= 1824 Ruritanian general election =\n\nInfobox\n- Country: Ruritania\n\nNobody came.\n";
/// let record = record(Format::Article, text)?;
/// assert_eq!((record.year, record.sections.len()), (Some(1824), 0));
/// # Ok::<(), hustings::Unread>(())
/// ```
///
/// # Errors
/// As [`parse`].
pub fn record(format: Format, text: &str) -> Result<Election, Unread> {
    record_titled(format, "", "", text)
}

/// The election of a text whose title is known: a page of a wiki does not say its own.
pub(crate) fn parse_titled(format: Format, title: &str, text: &str) -> Result<Election, Unread> {
    match format {
        Format::Wikitext => wikitext::read("", title, text),
        Format::Article | Format::Jsonl | Format::Table => parse(format, text),
    }
}

/// The record of a text from `source`, which may not say its own title.
pub(crate) fn record_titled(
    format: Format,
    source: &str,
    title: &str,
    text: &str,
) -> Result<Election, Unread> {
    let read = match format {
        Format::Wikitext => wikitext::read(source, title, text),
        Format::Article => article::record(source, text).map(|(election, _)| election),
        Format::Jsonl | Format::Table => parse(format, text),
    };
    read.map(Election::without_prose)
}

/// The largest text of one election, in bytes. Reading one takes up to 150 times that in memory.
pub(crate) const LARGEST_TEXT: usize = 8 * 1024 * 1024;

/// The longest title, in characters.
pub(crate) const LONGEST_TITLE: usize = 1_000;

/// Whether a text is not too large to be that of one election.
pub(crate) fn bounded(source: &str, text: &str) -> Result<(), Unread> {
    if text.len() <= LARGEST_TEXT {
        return Ok(());
    }
    let expected = format!("at most {} MiB for one election", LARGEST_TEXT >> 20);
    Err(unread(source, text, 0, &expected))
}

/// What gzip, bzip2, xz, zstd and zip files begin with.
const PACKED: [&[u8]; 5] = [b"\x1f\x8b", b"BZh9", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"];

/// The text of a file.
///
/// # Errors
/// When it is empty or not UTF-8, with the place of the first byte that is not. A byte order mark
/// of UTF-8 is fine, and stays in the text.
pub fn decode(source: &str, bytes: Vec<u8>) -> Result<String, Unread> {
    let at = |bytes: &[u8], at: usize, expected: &str| {
        let text = String::from_utf8_lossy(&bytes[..(at + 200).min(bytes.len())]).into_owned();
        // Everything before the place is valid, so it has the same length in the lossy text.
        unread(source, &text, at, expected)
    };
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(at(&bytes, 0, "UTF-8 text (this is UTF-16: convert it first)"));
    }
    if PACKED.iter().any(|start| bytes.starts_with(start)) {
        return Err(unread(
            source,
            "",
            0,
            "text (this is a packed file, or a workbook: unpack it first)",
        ));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        match memchr::memchr(0, &bytes[..place]) {
            Some(nul) => at(bytes, nul, "text (this is a binary file)"),
            None => at(bytes, place, "UTF-8 text (if this is Latin-1, convert it first)"),
        }
    })?;
    if let Some(nul) = memchr::memchr(0, text.as_bytes()) {
        return Err(at(text.as_bytes(), nul, "text (this is a binary file)"));
    }
    if text.bytes().all(|byte| byte.is_ascii_whitespace()) {
        return Err(at(b"", 0, "a document (the file is empty)"));
    }
    Ok(text)
}

/// What was expected at a byte of a text, with the line and column of it.
pub(crate) fn unread(source: &str, text: &str, byte: usize, expected: &str) -> Unread {
    let before = text.get(..byte).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let number = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
    Unread {
        source: source.to_owned(),
        line: number(before.matches('\n').count()),
        column: number(before[line_start..].chars().filter(|c| *c != '\u{feff}').count()),
        text: excerpt(text.get(byte..).unwrap_or("")),
        expected: expected.to_owned(),
    }
}

/// The rest of the line, cut to what fits a message, with control characters escaped.
fn excerpt(text: &str) -> String {
    let line = text.trim_start_matches('\u{feff}').lines().next().unwrap_or("");
    let cut = printable(&line.chars().take(60).collect::<String>());
    if line.chars().nth(60).is_some() { format!("{cut}…") } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_utf8_text_says_where() {
        let cases: [(&[u8], &str); 5] = [
            (b"", "f:1:1: expected a document (the file is empty)"),
            (b"\xff\xfe=\0", "f:1:1: expected UTF-8 text (this is UTF-16: convert it first)"),
            (
                b"= a =\nC\xf4te",
                "f:2:2: expected UTF-8 text (if this is Latin-1, convert it first)",
            ),
            (b"ab\0c", "f:1:3: expected text (this is a binary file)"),
            (b"ab\0\xffc", "f:1:3: expected text (this is a binary file)"),
        ];
        for (bytes, expected) in cases {
            let message = decode("f", bytes.to_vec()).unwrap_err().to_string();
            assert!(message.starts_with(expected), "{message}");
        }
        assert_eq!(decode("f", b"\xef\xbb\xbf= a =".to_vec()).unwrap(), "\u{feff}= a =");
    }
}
