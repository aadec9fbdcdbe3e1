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
        column: column_number(table, column),
        found: String::new(),
        expected: expected.to_owned(),
    }
}

/// Returns the number of a column, counted from 1; 1 if the table has no such column.
pub(super) fn column_number(table: &Table, column: &str) -> u32 {
    table.column_index(column).and_then(|at| u32::try_from(at + 1).ok()).unwrap_or(1)
}
