//! Source formats: each parses source text into [`Document`]s through [`Importer`], with one error
//! per document.

mod article;
pub(crate) mod document;
pub(crate) mod dump;
mod html;
pub mod infobox;
pub(crate) mod jsonl;
mod other_rows;
pub(crate) mod source;
pub(crate) mod table;
pub(crate) mod wikitext;

use std::fmt;
use std::str::FromStr;

use crate::ParseError;
use crate::model::Election;
pub(crate) use article::stated_title;
pub(crate) use document::parse_error_at;
pub use document::{Document, Importer, decode};
pub use table::Mapping;

/// The format that a document is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A rendered article: `= title =`, an infobox of `- Label: value` lines, and prose.
    Article,
    /// JSON lines of [`Election`]: the archive's own lossless form.
    Jsonl,
    /// The wikitext of a wiki page with an infobox.
    Wikitext,
    /// The rows of one election, bundled with the [`Mapping`] that interprets them. Imports of
    /// tables store documents in this form.
    Table,
}

impl Format {
    /// Returns the format of a file, detected from its name and the start of its text.
    ///
    /// ```
    /// use hustings::formats::Format;
    /// assert_eq!(Format::detect("results.jsonl", ""), Format::Jsonl);
    /// assert_eq!(Format::detect("2012.txt", "= 2012 Ruritanian election ="), Format::Article);
    /// ```
    #[must_use]
    pub fn detect(name: &str, text: &str) -> Self {
        if table::is_source_text(text) {
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

    /// Returns the name of the format.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Jsonl => "jsonl",
            Self::Table => "table",
            Self::Wikitext => "wikitext",
        }
    }

    /// Returns the importer of the format.
    #[must_use]
    pub fn importer(self) -> &'static dyn Importer {
        match self {
            Self::Article => &article::Article,
            Self::Jsonl => &jsonl::JsonLines,
            Self::Table => &table::TableRows,
            Self::Wikitext => &wikitext::Wikitext,
        }
    }
}

/// Returns whether a source that begins with `start` is JSON lines: text that begins with an
/// object. Without a `format`, the format is detected.
pub(crate) fn is_json_lines(name: &str, start: &[u8], format: Option<Format>) -> bool {
    let text = String::from_utf8_lossy(start);
    let object = text.trim_start_matches('\u{feff}').trim_start().strip_prefix('{');
    object.is_some_and(|rest| rest.trim_start().starts_with('"'))
        && !text.contains('\0')
        && format.unwrap_or_else(|| Format::detect(name, &text)) == Format::Jsonl
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

/// Parses the first document of a text and returns its election.
///
/// # Errors
/// When the text contains no document, or the first one cannot be parsed.
pub fn parse(format: Format, text: &str) -> Result<Election, ParseError> {
    let mut first = None;
    format.importer().read("", text, &mut |document| {
        first.get_or_insert(document);
    });
    match first {
        Some(document) => document.map(|document| document.election),
        None => Err(parse_error_at("", text, 0, "a document")),
    }
}

/// Parses a text as [`parse`] does, but without its prose: the record that an archive stores.
///
/// ```
/// use hustings::formats::{Format, record};
/// let text = "= 1824 Ruritanian general election =\n\nInfobox\n- Country: Ruritania\n\nNobody came.\n";
/// let record = record(Format::Article, text)?;
/// assert_eq!((record.year, record.sections.len()), (Some(1824), 0));
/// # Ok::<(), hustings::ParseError>(())
/// ```
///
/// # Errors
/// As [`parse`].
pub fn record(format: Format, text: &str) -> Result<Election, ParseError> {
    parse_record(format, "", "", text)
}

/// Parses the election of a text. `title` is used for wikitext only, which does not state its own
/// title.
pub(crate) fn parse_titled(
    format: Format,
    title: &str,
    text: &str,
) -> Result<Election, ParseError> {
    match format {
        Format::Wikitext => wikitext::read("", title, text),
        Format::Article | Format::Jsonl | Format::Table => parse(format, text),
    }
}

/// Parses the record of a text from `source`. `title` is used for wikitext only, which does not
/// state its own title.
pub(crate) fn parse_record(
    format: Format,
    source: &str,
    title: &str,
    text: &str,
) -> Result<Election, ParseError> {
    let read = match format {
        Format::Wikitext => wikitext::read(source, title, text),
        Format::Article => article::parse_with_prose(source, text).map(|(election, _)| election),
        Format::Jsonl | Format::Table => parse(format, text),
    };
    read.map(Election::without_prose)
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
