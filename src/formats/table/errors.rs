//! Errors in the rows of a table, and their positions.

use super::rows::{Row, Table};
use crate::ParseError;

/// Returns an error at a column of a row; of the header row if `row` is `None`.
pub(super) fn cell_error(
    table: &Table,
    row: Option<&Row>,
    column: &str,
    expected: &str,
) -> ParseError {
    ParseError {
        source: table.source.clone(),
        line: row.map_or(table.header_line, |row| row.line),
        column: table.column_number(row, column),
        found: String::new(),
        expected: expected.to_owned(),
    }
}
