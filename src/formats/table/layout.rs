//! The layout of a table: where its rows begin, and its delimiter.

use super::delimiter::{self, AmbiguousDelimiter, ExpectedColumns};
use crate::ParseError;
use crate::formats::document::parse_error_at;

/// The layout of a table, as far as a mapping states it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Layout<'a> {
    /// Names or numbers of the columns that the mapping uses.
    pub(super) used_columns: &'a [&'a str],
    pub(super) delimiter: Option<char>,
    /// Line of the header row, counted from 1.
    pub(super) header_line: Option<u32>,
    /// Whether the text is a block of a source text, whose first row is always the header.
    pub(super) is_block: bool,
}

impl<'a> Layout<'a> {
    /// Returns the column names that a header row may contain. Numbers are excluded: they refer to
    /// the columns of a table without a header.
    pub(super) fn column_names(&self) -> Vec<&'a str> {
        self.used_columns.iter().copied().filter(|name| !is_number(name)).collect()
    }

    /// Returns the minimum number of columns, for a table without a header row.
    fn min_columns(&self) -> usize {
        let numbers = self.used_columns.iter().filter(|name| is_number(name));
        numbers.filter_map(|name| name.parse().ok()).max().unwrap_or(0)
    }
}

fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

/// Byte offset at which the rows begin, and the delimiter.
pub(super) struct TableStart {
    pub(super) offset: usize,
    pub(super) delimiter: u8,
}

impl TableStart {
    pub(super) fn detect(source: &str, text: &str, layout: Layout<'_>) -> Result<Self, ParseError> {
        let byte = |sign: char| u8::try_from(sign).ok();
        if layout.is_block {
            let line = text.lines().next().unwrap_or_default();
            let stated = layout.delimiter.and_then(byte);
            return Ok(Self {
                offset: 0,
                delimiter: stated.unwrap_or_else(|| delimiter::detect_in_line(line)),
            });
        }
        let (mut at, separator) =
            separator_line(text).map_or((0, None), |(at, sign)| (at, Some(sign)));
        if let Some(header) = layout.header_line {
            let above = usize::try_from(header - 1).unwrap_or(usize::MAX);
            let mut ends = text.match_indices('\n');
            let end = above.checked_sub(1).map_or(Some(0), |last| Some(ends.nth(last)?.0 + 1));
            let expected =
                format!("the names of the columns on line {header}, as the mapping says");
            let end = end.filter(|end| *end < text.len());
            at = at.max(end.ok_or_else(|| parse_error_at(source, text, text.len(), &expected))?);
        }
        if let Some(delimiter) = layout.delimiter.and_then(byte).or(separator) {
            return Ok(Self { offset: at, delimiter });
        }
        let expected_columns =
            ExpectedColumns { names: &layout.column_names(), min_columns: layout.min_columns() };
        let found = delimiter::detect(&text[at..], expected_columns);
        let delimiter = found.map_err(|AmbiguousDelimiter(one, other)| {
            let expected = format!(
                "rows that tell the delimiter; '{one}' and '{other}' both fit, and 'delimiter = \"{other}\"' in \
                 the mapping states it"
            );
            parse_error_at(source, text, at, &expected)
        })?;
        Ok(Self { offset: at, delimiter })
    }
}

/// Parses the line `sep=;`, with which spreadsheets state the delimiter. Returns the offset of the
/// next line and the delimiter.
fn separator_line(text: &str) -> Option<(usize, u8)> {
    let end = text.find('\n')?;
    let line = text[..end].trim_end_matches('\r').trim_matches('"');
    let (word, sign) = line.split_at_checked(4)?;
    let mut signs = sign.bytes();
    let sign = signs.next().filter(|sign| !sign.is_ascii_alphanumeric() && sign.is_ascii())?;
    // A spreadsheet that saves the file again may append delimiters to the line, as to all lines.
    let is_alone = word.eq_ignore_ascii_case("sep=") && signs.all(|other| other == sign);
    is_alone.then_some((end + 1, sign))
}
