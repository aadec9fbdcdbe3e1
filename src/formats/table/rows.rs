//! The rows of a CSV or TSV text, each with its position and its exact text.

use std::ops::Range;

use super::blank::{fit_to_columns, is_blank_row};
use super::delimiter;
use super::layout::{Layout, TableStart};
use crate::ParseError;
use crate::formats::document::parse_error_at;

#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) cells: Vec<String>,
    pub(super) line: u32,
    /// Byte range in the text of the table.
    pub(super) range: Range<usize>,
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
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// Rows whose number of cells differs from the number of columns.
    pub(super) ragged_rows: Vec<Row>,
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
        let start = TableStart::detect(source, text, layout)?;
        let wanted = layout.column_names();
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
            columns: Vec::new(),
            rows: Vec::new(),
            ragged_rows: Vec::new(),
        };
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
            if is_blank_row(&cells) {
                continue;
            }
            if table.columns.is_empty() {
                table.header_line = line;
                let names = cells.iter().any(|cell| wanted.contains(&cell.as_str()));
                if names || layout.header_line.is_some() || layout.is_block {
                    text[range].clone_into(&mut table.header);
                    (table.columns, table.has_header) = (cells, true);
                    continue;
                }
                table.columns = (1..=cells.len()).map(|number| number.to_string()).collect();
                table.header = table.columns.join(&char::from(start.delimiter).to_string());
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
            match fit_to_columns(cells, &table.columns, table.has_header) {
                Ok(cells) => table.rows.push(Row { cells, line, range }),
                Err(cells) => {
                    let expected = format!("{} cells, not {}", table.columns.len(), cells.len());
                    errors.push(ParseError {
                        line,
                        ..parse_error_at(source, &text[range.clone()], 0, &expected)
                    });
                    table.ragged_rows.push(Row { cells, line, range });
                }
            }
        }
        Ok(table)
    }

    /// Parses a block of a source text. `delimiter` is stated if the header row does not imply it.
    pub(super) fn read_block(
        source: &str,
        text: &str,
        delimiter: Option<char>,
    ) -> Result<Self, ParseError> {
        let layout = Layout { delimiter, is_block: true, ..Layout::default() };
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

    /// Returns the first line with all of these column names, counted from 1.
    pub(super) fn find_line_with(&self, names: &[&str]) -> Option<u32> {
        const MAX_LINES: usize = 50;
        let has = |line: &str| {
            let delimiter = delimiter::detect_in_line(line);
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .delimiter(delimiter)
                .from_reader(line.as_bytes());
            let cells = reader.records().next().and_then(Result::ok).unwrap_or_default();
            names.iter().all(|name| cells.iter().any(|cell| cell.trim() == *name))
        };
        let at = self.text.lines().take(MAX_LINES).position(has)?;
        u32::try_from(at + 1).ok()
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
        row.cells.get(self.column_index(name)?).map(String::as_str)
    }

    /// Returns the delimiter if the header row does not imply it.
    pub(super) fn undetected_delimiter(&self) -> Option<char> {
        let line = self.header.lines().next().unwrap_or_default();
        (delimiter::detect_in_line(line) != self.delimiter).then_some(char::from(self.delimiter))
    }
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
        let layout = Layout { header_line: Some(3), ..Layout::default() };
        let text = "A title, and a name\n\nname;votes\nA;1\n";
        let table = Table::read("t.csv", text, layout, &mut Vec::new()).unwrap();
        assert_eq!((table.columns.len(), table.rows[0].line, table.header_line), (2, 4, 3));
        let layout = Layout { header_line: Some(9), ..Layout::default() };
        let message = Table::read("t.csv", text, layout, &mut Vec::new()).unwrap_err().to_string();
        assert_eq!(
            message,
            "t.csv:5:1: expected the names of the columns on line 9, as the mapping says"
        );
    }
}
