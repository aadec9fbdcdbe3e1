//! Source formats. Each one parses source text into [`Document`]s through [`Importer`], and returns
//! one error for each document that cannot be parsed.

mod article;
pub(crate) mod container;
pub(crate) mod document;
pub(crate) mod dump;
mod html;
pub mod infobox;
pub(crate) mod jsonl;
mod mapping_check;
mod non_contender_rows;
mod propose;
pub(crate) mod source;
pub(crate) mod table;
pub(crate) mod wikitext;

use crate::ParseError;
use crate::model::Election;
pub use crate::model::Format;
pub(crate) use article::stated_title;
pub(crate) use document::parse_error_at;
pub use document::{Document, Importer, decode};
pub use mapping_check::{MappedContender, MappedElection, MappingCheck, SumDifference};
pub use propose::{MappingProposal, ProposalOptions};
#[cfg(feature = "schema")]
pub(crate) use table::mapping_schema;
pub use table::{BuiltInMapping, Mapping};

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
        let has_json_extension =
            [".jsonl", ".ndjson", ".json"].iter().any(|ending| name.ends_with(ending));
        let starts_with_object = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
        if has_json_extension || starts_with_object { Self::Jsonl } else { Self::Article }
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

/// Returns whether a source is JSON lines. Its first bytes, `start`, must be text that begins with
/// a JSON object. Without a `format`, the format is detected.
pub(crate) fn is_json_lines(name: &str, start: &[u8], format: Option<Format>) -> bool {
    let text = String::from_utf8_lossy(start);
    let object = text.trim_start_matches('\u{feff}').trim_start().strip_prefix('{');
    object.is_some_and(|rest| rest.trim_start().starts_with('"'))
        && !text.contains('\0')
        && format.unwrap_or_else(|| Format::detect(name, &text)) == Format::Jsonl
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

/// Parses a text as [`parse`] does, but omits its prose. The result is the record that an archive
/// stores.
///
/// ```
/// use hustings::formats::{Format, parse_without_prose};
/// let text = "= 1824 Ruritanian general election =\n\nInfobox\n- Country: Ruritania\n\nNobody came.\n";
/// let record = parse_without_prose(Format::Article, text)?;
/// assert_eq!((record.year, record.sections.len()), (Some(1824), 0));
/// # Ok::<(), hustings::ParseError>(())
/// ```
///
/// # Errors
/// As [`parse`].
pub fn parse_without_prose(format: Format, text: &str) -> Result<Election, ParseError> {
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
        Format::Wikitext => wikitext::parse_election("", title, text),
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
        Format::Wikitext => wikitext::parse_election(source, title, text),
        Format::Article => article::parse_with_prose(source, text).map(|(election, _)| election),
        Format::Jsonl | Format::Table => parse(format, text),
    };
    read.map(Election::without_prose)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undecodable_text_is_reported_with_its_position() {
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
