//! Tables with aligned columns.

use std::borrow::Cow;
use std::io::{self, Write};
use std::iter;

use unicode_width::UnicodeWidthStr;

use super::markdown;
use super::text::one_line;
use crate::export::CsvWriter;
use crate::model::escape::printable;

/// A column and its layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The name: heading in text, header cell in CSV.
    pub name: Cow<'static, str>,
    /// Whether the values are right-aligned, as numbers are.
    pub right: bool,
    /// Whether the values are changes, which are coloured by direction.
    pub change: bool,
    /// Maximum width of the column in text, in terminal columns; longer cells are wrapped.
    pub wrap: Option<usize>,
}

impl Column {
    pub(super) fn new(name: impl Into<Cow<'static, str>>, right: bool) -> Self {
        Self { name: name.into(), right, change: false, wrap: None }
    }
}

/// Rows of cells. An empty cell is an unknown value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with one cell per column.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Creates a table with the given columns. The prefix `>` marks a right-aligned column, and `±`
    /// a right-aligned column of changes.
    #[must_use]
    pub fn new(names: &[&'static str]) -> Self {
        let columns = names.iter().map(|name| {
            let change = name.starts_with('±');
            let right = change || name.starts_with('>');
            Column { change, ..Column::new(name.trim_start_matches(['>', '±']), right) }
        });
        Self { columns: columns.collect(), rows: Vec::new() }
    }

    /// Returns a copy without the columns that are empty in every row, as shown to people.
    pub(super) fn without_empty(&self) -> Self {
        let used: Vec<bool> = (0..self.columns.len())
            .map(|at| self.rows.iter().any(|row| row.get(at).is_some_and(|cell| !cell.is_empty())))
            .collect();
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
        headed: bool,
        colour: bool,
    ) -> io::Result<()> {
        let mut layout = TableLayout::new(&self.columns, headed);
        self.rows.iter().for_each(|row| layout.add(row));
        layout.used.fill(true);
        if headed {
            layout.write_text_head(out, colour)?;
        }
        self.rows.iter().try_for_each(|row| layout.write_text(out, row, colour))
    }

    pub(super) fn write_markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut layout = TableLayout::new(&self.columns, true);
        layout.used.fill(true);
        layout.write_markdown_head(out)?;
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
        csv.write(&self.columns.iter().map(|column| &column.name).collect::<Vec<_>>())?;
        self.rows.iter().try_for_each(|row| csv.write(row))?;
        csv.finish()
    }
}

/// Widths of columns, and whether any row has a value in them.
pub(super) struct TableLayout<'t> {
    columns: &'t [Column],
    widths: Vec<usize>,
    used: Vec<bool>,
}

impl<'t> TableLayout<'t> {
    pub(super) fn new(columns: &'t [Column], headed: bool) -> Self {
        let heading = |column: &Column| if headed { width(&printable(&column.name)) } else { 0 };
        let (widths, used) = (columns.iter().map(heading).collect(), vec![false; columns.len()]);
        Self { columns, widths, used }
    }

    /// Widens the columns to fit a row.
    pub(super) fn add(&mut self, row: &[String]) {
        for (used, cell) in self.used.iter_mut().zip(row) {
            *used |= !cell.is_empty();
        }
        for line in self.lines(row) {
            for (cell, widest) in line.iter().zip(&mut self.widths) {
                *widest = width(cell).max(*widest);
            }
        }
    }

    /// Returns whether every cell is empty.
    pub(super) fn is_empty(&self) -> bool {
        !self.used.contains(&true)
    }

    pub(super) fn write_text_head(&self, out: &mut dyn Write, colour: bool) -> io::Result<()> {
        let names = self.columns.iter().map(|column| printable(&column.name));
        let line = self.line(&names.collect::<Vec<_>>(), false);
        if colour { writeln!(out, "\x1b[1m{line}\x1b[0m") } else { writeln!(out, "{line}") }
    }

    pub(super) fn write_text(
        &self,
        out: &mut dyn Write,
        row: &[String],
        colour: bool,
    ) -> io::Result<()> {
        self.lines(row).iter().try_for_each(|line| writeln!(out, "{}", self.line(line, colour)))
    }

    pub(super) fn write_markdown_head(&self, out: &mut dyn Write) -> io::Result<()> {
        let names = self.used(self.columns).map(|column| markdown::inline(&column.name));
        write_markdown_row(out, names)?;
        let rule = |column: &Column| if column.right { "--:" } else { "---" }.to_owned();
        write_markdown_row(out, self.used(self.columns).map(rule))
    }

    pub(super) fn write_markdown(&self, out: &mut dyn Write, row: &[String]) -> io::Result<()> {
        write_markdown_row(out, self.used(row).map(|cell| markdown::inline(cell)))
    }

    /// Returns the items of the columns that have a value.
    fn used<'a, T>(&'a self, all: &'a [T]) -> impl Iterator<Item = &'a T> {
        all.iter().zip(&self.used).filter(|(_, used)| **used).map(|(one, _)| one)
    }

    /// Returns the lines of a row, with long cells wrapped.
    fn lines(&self, row: &[String]) -> Vec<Vec<String>> {
        if self.columns.iter().all(|column| column.wrap.is_none()) {
            return vec![row.iter().map(|cell| printable(&one_line(cell))).collect()];
        }
        let cells = row.iter().zip(self.columns).enumerate().map(|(at, (cell, column))| {
            let cell = printable(&one_line(cell));
            let Some(most) = column.wrap else { return vec![cell] };
            let mut pieces = wrap_text(&cell, most);
            // Indent continuation lines in the first column, or they would look like new rows.
            if at == 0 {
                pieces.iter_mut().skip(1).for_each(|piece| piece.insert_str(0, "  "));
            }
            pieces
        });
        let cells: Vec<Vec<String>> = cells.collect();
        let most = cells.iter().map(Vec::len).max().unwrap_or(1);
        let line =
            |at: usize| cells.iter().map(move |cell| cell.get(at).cloned().unwrap_or_default());
        (0..most).map(|at| line(at).collect()).collect()
    }

    fn line(&self, cells: &[String], colour: bool) -> String {
        let mut line = String::new();
        let columns = cells.iter().zip(&self.widths).zip(self.columns).zip(&self.used);
        for (((cell, widest), column), _) in columns.filter(|(_, used)| **used) {
            let space = widest.saturating_sub(width(cell));
            let (left, right) = if column.right { (space, 0) } else { (0, space) };
            let tint = if colour && column.change { change_colour(cell) } else { "" };
            let end = if tint.is_empty() { "" } else { "\x1b[0m" };
            line.extend(iter::repeat_n(' ', left));
            [tint, cell, end].into_iter().for_each(|part| line.push_str(part));
            line.extend(iter::repeat_n(' ', right + 2));
        }
        line.truncate(line.trim_end().len());
        line
    }
}

fn write_markdown_row(out: &mut dyn Write, cells: impl Iterator<Item = String>) -> io::Result<()> {
    writeln!(out, "{}", cells.fold("|".to_owned(), |line, cell| line + " " + &cell + " |"))
}

/// Returns the colour of a change: green for more or entered, red for less or left.
fn change_colour(change: &str) -> &'static str {
    match change {
        "entered" | "added" => "\x1b[32m",
        "left" | "removed" => "\x1b[31m",
        _ if change.starts_with('+') => "\x1b[32m",
        _ if change.starts_with('-') => "\x1b[31m",
        _ => "",
    }
}

/// Returns the width of a text, in terminal columns.
fn width(text: &str) -> usize {
    // A printable ASCII character takes one column.
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain { text.len() } else { UnicodeWidthStr::width(text) }
}

/// Wraps a text at spaces. A word that is too long has a line of its own.
fn wrap_text(text: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let needed = width(word);
        if used > 0 && used + 1 + needed > most {
            lines.push(String::new());
            used = 0;
        }
        let Some(line) = lines.last_mut() else { break };
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += needed;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_numbers_stand_at_the_right() {
        let mut table = Table::new(&["party", ">votes", "note"]);
        table.rows.push(vec!["Bündnis 中".into(), "1,234".into(), String::new()]);
        table.rows.push(vec!["B\u{1b}".into(), "5".into(), String::new()]);
        let mut text = Vec::new();
        table.without_empty().write_text(&mut text, true, false).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text, "party       votes\nBündnis 中  1,234\nB\\u{1b}         5\n");
    }
    #[test]
    fn long_cells_go_on_below() {
        let mut table = Table::new(&["what", "why"]);
        table.columns[1].wrap = Some(9);
        table.rows.push(vec!["a".into(), "one two three incomprehensible four".into()]);
        let mut text = Vec::new();
        table.write_text(&mut text, true, false).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert_eq!(
            text,
            "what  why\na     one two\n      three\n      incomprehensible\n      four\n"
        );
        table.columns[0].wrap = Some(3);
        table.rows = vec![vec!["one two".into(), "b".into()]];
        let mut text = Vec::new();
        table.write_text(&mut text, false, false).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), "one    b\n  two\n");
    }
}
