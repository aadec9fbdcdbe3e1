//! The rows of a CSV or TSV text, each with its position and its exact text.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::blank::{fit_to_columns, is_blank_row};
use super::delimiter;
use super::header::HeaderReader;
use super::layout::{Layout, TableStart};
use super::mapping::{Header, Mapping, Unpivot};
use super::unpivot::Shape;
use crate::ParseError;
use crate::formats::document::parse_error_at;
use crate::model::format_count;

#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Cells of the columns that `[unpivot]` leaves as they are, which all rows made of one row share.
    /// Empty in a row that was not made so.
    kept: Arc<[String]>,
    /// Cells of all columns, or of those that `[unpivot]` made.
    own: Vec<String>,
    pub(super) line: u32,
    /// Byte range in the text of the table.
    pub(super) range: Range<usize>,
    /// Number of the group of columns from which `[unpivot]` made the row, counted from 0.
    pub(super) part: u32,
}

impl Row {
    /// Returns the cell of the column at an index.
    pub(super) fn cell(&self, at: usize) -> Option<&String> {
        match at.checked_sub(self.kept.len()) {
            Some(own) => self.own.get(own),
            None => self.kept.get(at),
        }
    }

    /// Returns all cells, in two parts.
    pub(super) fn cells(&self) -> [&[String]; 2] {
        [&self.kept, &self.own]
    }

    /// Returns whether a cell passes a test.
    pub(super) fn has_cell(&self, test: impl Fn(&String) -> bool) -> bool {
        self.kept.iter().chain(&self.own).any(test)
    }
}

#[derive(Debug)]
pub(super) struct Table {
    pub(super) source: String,
    text: String,
    /// Exact text of the header row. Without one, the numbers of the columns.
    pub(super) header: String,
    /// Line of the header row, counted from 1; of the first row if there is no header.
    pub(super) header_line: u32,
    /// Whether the table has a header row.
    pub(super) has_header: bool,
    pub(super) delimiter: u8,
    /// The delimiter, if the header row does not imply it.
    undetected_delimiter: Option<char>,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// Rows whose number of cells differs from the number of columns.
    pub(super) ragged_rows: Vec<Row>,
    /// Columns after `[unpivot]`, and the names of the columns before it.
    shape: Option<(Shape, Vec<String>)>,
    /// Sentences about what the layout decided or left out.
    pub(super) notes: Vec<String>,
    /// Name of the file, without its folder.
    pub(super) file_name: String,
    /// Lines of the text that a mapping takes values from, by number.
    pub(super) lines: BTreeMap<u32, String>,
}

impl Table {
    /// Parses a table that must have rows. The first row is the header if it contains one of the
    /// wanted names or the layout states a header line; otherwise the columns are named 1, 2, 3 ….
    /// Errors of rows with the wrong number of cells are added to `errors`.
    pub(super) fn read(
        source: &str,
        text: &str,
        layout: Layout<'_>,
        errors: &mut Vec<ParseError>,
    ) -> Result<Self, ParseError> {
        let table = Self::read_or_empty(source, text, layout, errors)?;
        if table.rows.is_empty() && errors.is_empty() {
            let text = &table.text;
            return Err(parse_error_at(
                source,
                text,
                text.len(),
                "rows below the names of the columns",
            ));
        }
        Ok(table)
    }

    /// Parses a table as [`Table::read`] does, but accepts a header without rows.
    pub(super) fn read_or_empty(
        source: &str,
        text: &str,
        layout: Layout<'_>,
        errors: &mut Vec<ParseError>,
    ) -> Result<Self, ParseError> {
        let text = text.trim_start_matches('\u{feff}');
        let found_header = layout.find_header(text);
        let start = TableStart::detect(source, text, layout, found_header)?;
        let found = found_header.map(Header::Line);
        let layout = Layout { header: found.as_ref().or(layout.header), ..layout };
        let mut header = HeaderReader::new(layout, start.delimiter);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(start.delimiter)
            .from_reader(&text.as_bytes()[start.offset..]);
        let mut table = Self {
            source: source.to_owned(),
            text: text.to_owned(),
            header: String::new(),
            header_line: 1,
            has_header: false,
            delimiter: start.delimiter,
            undetected_delimiter: None,
            columns: Vec::new(),
            rows: Vec::new(),
            ragged_rows: Vec::new(),
            shape: None,
            notes: found_header.map(found_header_note).into_iter().collect(),
            file_name: source.rsplit(['/', '\\']).next().unwrap_or_default().to_owned(),
            lines: BTreeMap::new(),
        };
        let is_ragged = layout.unpivot.is_some_and(Unpivot::is_ragged);
        let nothing: Arc<[String]> = Arc::from([]);
        let mut rows_after_end: Option<(u32, u64)> = None;
        let offset = |reader: &csv::Reader<&[u8]>| {
            let byte = usize::try_from(reader.position().byte()).unwrap_or(text.len());
            (start.offset + byte).min(text.len())
        };
        let mut record = csv::StringRecord::new();
        let (mut line, mut counted) = (1, 0);
        loop {
            let from = offset(&reader);
            let more = reader.read_record(&mut record);
            let more = more
                .map_err(|error| parse_error_at(source, text, from, &format!("a row ({error})")))?;
            if !more {
                break;
            }
            let to = offset(&reader);
            let ends = text[from..to].len() - text[from..to].trim_start_matches(['\r', '\n']).len();
            let range = from + ends..from + text[from..to].trim_end_matches(['\r', '\n']).len();
            // Newlines are counted from the previous row on, so that the total cost is linear in
            // the length of the text.
            line += text[counted..range.start].matches('\n').count();
            counted = range.start;
            let line = u32::try_from(line).unwrap_or(u32::MAX);
            let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
            let is_blank = is_blank_row(&cells);
            if let Some((_, count)) = &mut rows_after_end {
                *count += u64::from(!is_blank);
                continue;
            }
            // The CSV reader passes over blank lines.
            let is_below_blank = has_blank_line(text, from..range.start);
            if !table.columns.is_empty()
                && (table.is_end(layout, &cells) || is_below_blank && table.is_end(layout, &[]))
            {
                rows_after_end = Some((line, u64::from(!is_blank)));
                continue;
            }
            if is_blank {
                continue;
            }
            if table.columns.is_empty() {
                table.header_line = line;
                let Some(names) = header.read(line, &cells) else { continue };
                table.header = names.text.unwrap_or_else(|| text[range.clone()].to_owned());
                (table.columns, table.has_header) = (names.names, names.has_header);
                if names.takes_row {
                    continue;
                }
            }
            // The CSV reader closes an open quote at the end of the text. The record then contains
            // every row after the quote.
            let quotes = text[range.clone()].matches('"').count();
            let is_open = !layout.is_block && to == text.len() && quotes % 2 == 1;
            if is_open && text[range.clone()].contains('\n') {
                let at = range.start + text[range].rfind('"').unwrap_or(0);
                errors.push(ParseError {
                    line,
                    ..parse_error_at(source, &text[at..], 0, "an end of this quote")
                });
                break;
            }
            let row =
                |own| Row { kept: Arc::clone(&nothing), own, line, range: range.clone(), part: 0 };
            if is_ragged {
                table.rows.push(row(cells));
                continue;
            }
            match fit_to_columns(cells, &table.columns, table.has_header) {
                Ok(cells) => table.rows.push(row(cells)),
                Err(cells) => {
                    let expected = format!("{} cells, not {}", table.columns.len(), cells.len());
                    errors.push(ParseError {
                        line,
                        ..parse_error_at(source, &text[range.clone()], 0, &expected)
                    });
                    table.ragged_rows.push(row(cells));
                }
            }
        }
        let names = table.header.lines().next().unwrap_or_default();
        let is_detected = delimiter::detect_in_line(names) == table.delimiter;
        table.undetected_delimiter = (!is_detected).then(|| char::from(table.delimiter));
        let end = rows_after_end.filter(|(_, count)| *count > 0);
        table.notes.extend(end.map(|(line, count)| end_note(line, count)));
        Ok(table)
    }

    /// Returns whether a row meets the conditions of the first row after the table.
    fn is_end(&self, layout: Layout<'_>, cells: &[String]) -> bool {
        let Some(until) = layout.until.filter(|until| !until.is_empty()) else { return false };
        until.iter().all(|(column, condition)| {
            let Some(at) = self.column_index(column) else { return false };
            let text = cells.get(at).map_or("", String::as_str);
            condition.holds(text, text.is_empty() || layout.null.iter().any(|null| null == text))
        })
    }

    /// Makes rows of columns, as `[unpivot]` states. A row whose last group of columns is incomplete
    /// is added to `ragged_rows`, and its error to `errors`.
    ///
    /// # Errors
    /// When the table lacks a column that `[unpivot]` states.
    pub(super) fn unpivot(
        &mut self,
        mapping: &Mapping,
        errors: &mut Vec<ParseError>,
    ) -> Result<(), ParseError> {
        let Some(unpivot) = &mapping.unpivot else { return Ok(()) };
        let shape = Shape::new(unpivot, &self.columns).map_err(|expected| {
            let line = self.header_line;
            ParseError { line, ..parse_error_at(&self.source, self.line(line), 0, &expected) }
        })?;
        let mut rows = Vec::new();
        for row in std::mem::take(&mut self.rows) {
            let parts = match shape.parts(&row.own, &|text| mapping.is_null(text)) {
                Ok(parts) => parts,
                Err(expected) => {
                    let error = parse_error_at(&self.source, self.row_text(&row), 0, &expected);
                    errors.push(ParseError { line: row.line, ..error });
                    self.ragged_rows.push(row);
                    continue;
                }
            };
            let kept: Arc<[String]> = shape.kept_cells(&row.own).collect();
            rows.extend(parts.into_iter().map(|(own, part)| Row {
                kept: Arc::clone(&kept),
                own,
                line: row.line,
                range: row.range.clone(),
                part,
            }));
        }
        self.rows = rows;
        for row in &mut self.ragged_rows {
            row.own = shape.kept_cells(&row.own).collect();
        }
        let columns = std::mem::replace(&mut self.columns, shape.columns.clone());
        self.shape = Some((shape, columns));
        Ok(())
    }

    /// Returns the number of columns in the text of the table.
    pub(super) fn width(&self) -> usize {
        self.shape.as_ref().map_or(self.columns.len(), |(_, columns)| columns.len())
    }

    /// Returns the number of the column in the text from which a cell comes, counted from 1; 1 if
    /// the table has no such column.
    pub(super) fn column_number(&self, row: Option<&Row>, column: &str) -> u32 {
        let at = self.column_index(column).and_then(|at| self.original_index(row, at));
        at.and_then(|at| u32::try_from(at + 1).ok()).unwrap_or(1)
    }

    fn original_index(&self, row: Option<&Row>, at: usize) -> Option<usize> {
        match &self.shape {
            Some((shape, _)) => shape.original_index(at, row.map_or(0, |row| row.part)),
            None => Some(at),
        }
    }

    /// Returns the name that the text has for a column made by `[unpivot]`.
    pub(super) fn original_name(&self, row: &Row, column: &str) -> Option<&str> {
        let at = self.column_index(column)?;
        let (shape, columns) = self.shape.as_ref().filter(|(shape, _)| shape.is_new(at))?;
        let name = columns.get(shape.original_index(at, row.part)?)?;
        (name != column && !name.is_empty()).then_some(name)
    }

    /// Returns whether `[unpivot]` turned this column into rows.
    pub(super) fn is_unpivoted(&self, column: &str) -> bool {
        let columns = self.shape.as_ref().map_or(&[][..], |(_, columns)| columns);
        columns.iter().any(|name| name == column) && self.column_index(column).is_none()
    }

    /// Returns whether `[unpivot]` made one of these columns.
    pub(super) fn has_new_column(&self, columns: &[&str]) -> bool {
        self.shape.as_ref().is_some_and(|(shape, _)| {
            let mut indices = columns.iter().filter_map(|column| self.column_index(column));
            indices.any(|at| shape.is_new(at))
        })
    }

    /// Sets the lines that a mapping takes values from.
    ///
    /// # Errors
    /// When the text has no such line above the rows.
    pub(super) fn take_lines(&mut self, numbers: &BTreeSet<u32>) -> Result<(), ParseError> {
        for number in numbers {
            if *number >= self.header_line.max(1) {
                let expected = format!(
                    "a line {number} above the names of the columns, as 'line' in the mapping says; they are on line {}",
                    self.header_line
                );
                let line = self.header_line;
                return Err(ParseError {
                    line,
                    ..parse_error_at(&self.source, self.line(line), 0, &expected)
                });
            }
            let line = self.line(*number).trim().to_owned();
            self.lines.insert(*number, line);
        }
        Ok(())
    }

    /// Parses a block of a source text. `delimiter` is stated if the header row does not imply it.
    /// Rows may have more cells than columns if `unpivot` makes rows of repeated groups.
    pub(super) fn read_block(
        source: &str,
        text: &str,
        delimiter: Option<char>,
        unpivot: Option<&Unpivot>,
    ) -> Result<Self, ParseError> {
        let layout = Layout { delimiter, unpivot, is_block: true, ..Layout::default() };
        // Rows with the wrong number of cells are in `ragged_rows`, so their errors are not needed.
        Self::read_or_empty(source, text, layout, &mut Vec::new())
    }

    /// Sets the line numbers of all rows, including `ragged_rows`, in the order of the text.
    pub(super) fn set_line_numbers(&mut self, lines: &[u32]) {
        let mut rows: Vec<&mut Row> = self.rows.iter_mut().chain(&mut self.ragged_rows).collect();
        rows.sort_by_key(|row| row.range.start);
        rows.into_iter().zip(lines).for_each(|(row, line)| row.line = *line);
    }

    /// Returns the exact text of a row.
    pub(super) fn row_text(&self, row: &Row) -> &str {
        &self.text[row.range.clone()]
    }

    /// Returns the text of a line, counted from 1; empty if there is no such line.
    pub(super) fn line(&self, number: u32) -> &str {
        let at = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        self.text.lines().nth(at).unwrap_or_default()
    }

    pub(super) fn column_index(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// Returns the numbers of the columns with this name, counted from 1, if there are several.
    pub(super) fn duplicate_columns(&self, name: &str) -> Option<Vec<usize>> {
        let columns = self.columns.iter().zip(1..).filter(|(column, _)| *column == name);
        let numbers: Vec<usize> = columns.map(|(_, place)| place).collect();
        (numbers.len() > 1).then_some(numbers)
    }

    pub(super) fn cell<'a>(&self, row: &'a Row, name: &str) -> Option<&'a str> {
        row.cell(self.column_index(name)?).map(String::as_str)
    }

    /// Returns the delimiter if the header row does not imply it.
    pub(super) fn undetected_delimiter(&self) -> Option<char> {
        self.undetected_delimiter
    }
}

/// Returns whether the text between two rows contains a blank line.
fn has_blank_line(text: &str, between: Range<usize>) -> bool {
    // The reader may stop between the two characters that end a line.
    let is_split = text[..between.start].ends_with('\r');
    let between = &text[between];
    let rest = between.strip_prefix('\n').filter(|_| is_split).unwrap_or(between);
    rest.contains('\n')
}

/// Describes a header that was found below other lines.
fn found_header_note(line: u32) -> String {
    format!(
        "line {line} is the first with all names of the columns, and is taken for them; the lines above it are \
         skipped"
    )
}

/// Describes the rows after the end of the table.
fn end_note(line: u32, count: u64) -> String {
    let rows = format_count(count, "row");
    let (verb, place) = match count {
        1 => ("is", format!("on line {line}")),
        _ => ("are", format!("from line {line} on")),
    };
    format!("{rows} below the table {verb} left out, {place}, as 'until' in the mapping says")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Table, Vec<ParseError>) {
        let mut errors = Vec::new();
        let layout = Layout { used_columns: &["name"], ..Layout::default() };
        (Table::read("t.csv", text, layout, &mut errors).unwrap(), errors)
    }

    #[test]
    fn delimiters_and_headers_are_detected() {
        for text in [
            "name,votes\nA,1\n",
            "name;votes\r\nA;1\r\n",
            "\u{feff}name\tvotes\nA\t1",
            "name|votes\nA|1",
            "sep=;\nname;votes\nA;1\n",
            "SEP=\t\r\nname\tvotes\r\nA\t1\r\n",
            ",,\nname,votes,\nA,1\n",
            "name;votes\nA;1;;\n",
        ] {
            let (table, bad) = read(text);
            assert_eq!(
                (&table.columns[..2], bad.len()),
                (&["name".to_owned(), "votes".to_owned()][..], 0)
            );
            assert_eq!(table.cell(&table.rows[0], "votes"), Some("1"), "{text}");
        }
        let (table, _) = read("A,1\nB,2\n");
        assert_eq!((table.header.as_str(), table.rows.len()), ("1,2", 2));
        assert_eq!(table.cell(&table.rows[1], "1"), Some("B"));
    }

    #[test]
    fn an_unclosed_quote_is_reported() {
        let (table, bad) = read("name,votes\nA,1\n\"B,2\nC,3\n");
        assert_eq!(table.rows.len(), 1);
        assert_eq!(bad[0].to_string(), "t.csv:3:1: expected an end of this quote, found '\"B,2'");
    }

    #[test]
    fn row_text_is_kept_and_a_short_row_is_reported_with_its_line() {
        let (table, bad) = read("name,votes\n\"A, B\",1\n\n , \nonly\nC,2\n");
        assert_eq!(table.row_text(&table.rows[0]), "\"A, B\",1");
        assert_eq!(table.rows[1].line, 6);
        assert_eq!(bad[0].to_string(), "t.csv:5:1: expected 2 cells, not 1, found 'only'");
    }

    #[test]
    fn lines_above_a_stated_header_line_are_skipped() {
        let header = Header::Line(3);
        let layout = Layout { header: Some(&header), ..Layout::default() };
        let text = "A title, and a name\n\nname;votes\nA;1\n";
        let table = Table::read("t.csv", text, layout, &mut Vec::new()).unwrap();
        assert_eq!((table.columns.len(), table.rows[0].line, table.header_line), (2, 4, 3));
        let header = Header::Line(9);
        let layout = Layout { header: Some(&header), ..Layout::default() };
        let message = Table::read("t.csv", text, layout, &mut Vec::new()).unwrap_err().to_string();
        assert_eq!(
            message,
            "t.csv:5:1: expected the names of the columns on line 9, as the mapping says"
        );
    }
}
