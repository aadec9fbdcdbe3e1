//! Tables with aligned columns.

use std::io::{self, Write};

use super::layout::TableLayout;
use super::{Column, TextStyle};
use crate::export::CsvWriter;

/// Rows of cells. An empty cell is an unknown value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with one cell per column.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Creates a table with the given columns. The prefix `>` marks a right-aligned column, `±` a
    /// right-aligned column of changes, and `…` a column of texts that are shortened to fit a
    /// terminal.
    #[must_use]
    pub fn new(names: &[&'static str]) -> Self {
        let columns = names.iter().map(|name| Column::from_prefixed(name));
        Self { columns: columns.collect(), rows: Vec::new() }
    }

    /// Returns a copy without the columns that are empty in every row, as shown to people.
    pub(super) fn without_empty_columns(&self) -> Self {
        let is_used = |at: usize| {
            self.rows.iter().any(|row| row.get(at).is_some_and(|cell| !cell.is_empty()))
        };
        self.select_columns(|at, _| is_used(at))
    }

    /// Returns a copy without the columns of drawings.
    fn without_drawings(&self) -> Self {
        self.select_columns(|_, column| !column.is_drawing)
    }

    /// Returns a copy with only the columns that `is_kept` selects by position and column.
    fn select_columns(&self, is_kept: impl Fn(usize, &Column) -> bool) -> Self {
        let used: Vec<bool> =
            self.columns.iter().enumerate().map(|(at, column)| is_kept(at, column)).collect();
        fn keep<T: Clone>(all: &[T], used: &[bool]) -> Vec<T> {
            all.iter().zip(used).filter(|(_, used)| **used).map(|(one, _)| one.clone()).collect()
        }
        Self {
            columns: keep(&self.columns, &used),
            rows: self.rows.iter().map(|row| keep(row, &used)).collect(),
        }
    }

    pub(super) fn write_text(
        &self,
        out: &mut dyn Write,
        with_header: bool,
        style: TextStyle,
    ) -> io::Result<()> {
        if style.linear && self.columns.iter().any(|column| column.is_drawing) {
            return self.without_drawings().write_text(out, with_header, style);
        }
        let mut layout = TableLayout::new(&self.columns, with_header, style);
        self.rows.iter().for_each(|row| layout.add_row(row));
        layout.use_all_columns();
        layout.fit_terminal();
        layout.tighten(self.rows.iter());
        if with_header {
            layout.write_text_header(out)?;
        }
        self.rows.iter().try_for_each(|row| layout.write_text(out, row))
    }

    pub(super) fn write_markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut layout = TableLayout::new(&self.columns, true, TextStyle::default());
        layout.use_all_columns();
        layout.write_markdown_header(out)?;
        self.rows.iter().try_for_each(|row| layout.write_markdown(out, row))
    }

    /// Appends the rows of a table with the same columns.
    pub(super) fn extend(&mut self, other: Self) {
        if self.columns.is_empty() {
            self.columns = other.columns;
        }
        self.rows.extend(other.rows);
    }

    pub(super) fn write_csv(&self, out: &mut dyn Write, spreadsheet: bool) -> io::Result<()> {
        let mut csv = CsvWriter::new(out, spreadsheet);
        csv.write_row(&self.columns.iter().map(|column| &column.name).collect::<Vec<_>>())?;
        self.rows.iter().try_for_each(|row| csv.write_row(row))?;
        csv.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_numbers_right_aligned() {
        let mut table = Table::new(&["party", ">votes", "note"]);
        table.rows.push(vec!["Bündnis 中".into(), "1,234".into(), String::new()]);
        table.rows.push(vec!["B\u{1b}".into(), "5".into(), String::new()]);
        let mut text = Vec::new();
        table.without_empty_columns().write_text(&mut text, true, TextStyle::default()).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text, "party       votes\nBündnis 中  1,234\nB\\u{1b}         5\n");
    }

    #[test]
    fn long_cells_are_wrapped() {
        let mut table = Table::new(&["what", "why"]);
        table.columns[1].max_width = Some(9);
        table.rows.push(vec!["a".into(), "one two three incomprehensible four".into()]);
        let mut text = Vec::new();
        table.write_text(&mut text, true, TextStyle::default()).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert_eq!(
            text,
            "what  why\na     one two\n      three\n      incomprehensible\n      four\n"
        );
        table.columns[0].max_width = Some(3);
        table.rows = vec![vec!["one two".into(), "b".into()]];
        let mut text = Vec::new();
        table.write_text(&mut text, false, TextStyle::default()).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), "one    b\n  two\n");
    }
}
