//! The layout of a table: where its rows begin, and its delimiter.

use super::delimiter::{self, AmbiguousDelimiter, DELIMITERS, ExpectedColumns};
use super::mapping::{Conditions, Header, Mapping, Unpivot};
use super::unpivot::Shape;
use crate::ParseError;
use crate::formats::document::parse_error_at;

/// Maximum number of lines that are searched for the header.
const MAX_LINES_ABOVE: usize = 50;

/// The layout of a table, as far as a mapping states it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Layout<'a> {
    /// Names or numbers of the columns that the mapping uses, after `[unpivot]`.
    pub(super) used_columns: &'a [&'a str],
    pub(super) delimiter: Option<char>,
    /// Lines of the header.
    pub(super) header: Option<&'a Header>,
    /// Names of the columns, in place of those of a header.
    pub(super) columns: &'a [String],
    /// Columns that become rows.
    pub(super) unpivot: Option<&'a Unpivot>,
    /// Conditions of the first row after the table.
    pub(super) until: Option<&'a Conditions>,
    /// Cell texts that stand for an unknown value.
    pub(super) null: &'a [String],
    /// Whether the text is a block of a source text, whose first row is always the header.
    pub(super) is_block: bool,
}

impl<'a> Layout<'a> {
    /// Returns the layout of the table that a mapping states, without the columns that it uses.
    pub(super) fn of_mapping(mapping: &'a Mapping) -> Self {
        Self {
            delimiter: mapping.delimiter,
            header: mapping.header.as_ref(),
            columns: &mapping.columns,
            unpivot: mapping.unpivot.as_ref(),
            until: Some(&mapping.until),
            null: &mapping.null,
            ..Self::default()
        }
    }

    /// Returns the column names that a header row may contain. Numbers are excluded: they refer to
    /// the columns of a table without a header.
    pub(super) fn column_names(&self) -> Vec<&'a str> {
        self.used_columns.iter().copied().filter(|name| !is_number(name)).collect()
    }

    /// Returns whether a row has one of the names that a header may contain.
    pub(super) fn has_names(&self, cells: &[String]) -> bool {
        let wanted = self.column_names();
        let is_wanted = |cell: &String| wanted.contains(&cell.as_str());
        let stated = self.unpivot.map(Unpivot::stated_columns).unwrap_or_default();
        let is_stated = |cell: &String| stated.contains(&cell.as_str());
        let pattern = self.unpivot.and_then(|unpivot| unpivot.pattern.as_ref());
        let is_matched =
            |cell: &String| pattern.is_some_and(|pattern| pattern.match_whole(cell).is_some());
        cells.iter().any(|cell| is_wanted(cell) || is_stated(cell) || is_matched(cell))
    }

    /// Returns whether a row has all of the names that the mapping uses.
    fn has_all_names(&self, cells: &[String]) -> bool {
        let wanted = self.column_names();
        let has_all = |columns: &[String]| {
            wanted.iter().all(|name| columns.iter().any(|column| column == name))
        };
        match self.unpivot {
            Some(unpivot) => Shape::new(unpivot, cells).is_ok_and(|shape| has_all(&shape.columns)),
            None => !wanted.is_empty() && has_all(cells),
        }
    }

    /// Returns the line of the header, counted from 1, if other lines stand above it: the first
    /// line that has all names that the mapping uses.
    pub(super) fn find_header(&self, text: &str) -> Option<u32> {
        if self.is_block || self.header.is_some() || !self.columns.is_empty() {
            return None;
        }
        let stated = self.delimiter.and_then(|sign| u8::try_from(sign).ok());
        let has_all = |line: &str| {
            let signs = DELIMITERS.into_iter().filter(|_| stated.is_none()).chain(stated);
            signs.into_iter().any(|sign| self.has_all_names(&cells_of(line, sign)))
        };
        let start = separator_line(text).map_or(0, |(offset, _)| offset);
        let skipped = text.get(..start)?.matches('\n').count();
        let lines = text.get(start..)?.lines().take(MAX_LINES_ABOVE).enumerate();
        let mut lines = lines.filter(|(_, line)| !is_blank_line(line)).peekable();
        if lines.peek().is_none_or(|(_, first)| has_all(first)) {
            return None;
        }
        let (at, _) = lines.find(|(_, line)| has_all(line))?;
        u32::try_from(skipped + at + 1).ok()
    }

    /// Returns the minimum number of columns, for a table without a header row.
    fn min_columns(&self) -> usize {
        let numbers = self.used_columns.iter().filter(|name| is_number(name));
        numbers.filter_map(|name| name.parse().ok()).max().unwrap_or(0)
    }
}

/// Returns the cells of a line.
fn cells_of(line: &str, delimiter: u8) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter)
        .from_reader(line.as_bytes());
    let cells = reader.records().next().and_then(Result::ok).unwrap_or_default();
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

fn is_blank_line(line: &str) -> bool {
    line.bytes().all(|byte| byte.is_ascii_whitespace() || DELIMITERS.contains(&byte))
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
    /// Detects where the rows begin. `found_header` is the line of a header that was found below
    /// other lines.
    pub(super) fn detect(
        source: &str,
        text: &str,
        layout: Layout<'_>,
        found_header: Option<u32>,
    ) -> Result<Self, ParseError> {
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
        let stated = layout.header.and_then(|header| header.lines().first().copied());
        if let Some(header) = stated.or(found_header) {
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
        let mut names = layout.column_names();
        names.extend(layout.unpivot.map(Unpivot::stated_columns).unwrap_or_default());
        let expected_columns = ExpectedColumns { names: &names, min_columns: layout.min_columns() };
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
