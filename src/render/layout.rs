//! Layout of tables: column widths, alignment, and fitting a terminal.

use std::io::{self, Write};
use std::iter;

use super::fit::{fit_widths, shorten, smallest_width, width, wrap_text};
use super::one_line::one_line;
use super::{Column, TextStyle, markdown};
use crate::model::escape::printable;

/// Widths of the columns, and which columns have a value in any row.
pub(super) struct TableLayout<'t> {
    columns: &'t [Column],
    style: TextStyle,
    headings: Vec<usize>,
    widths: Vec<usize>,
    /// Width below which shortening or wrapping would break a word, for each column.
    smallest_widths: Vec<usize>,
    used: Vec<bool>,
    /// Whether columns were narrowed to fit the terminal.
    is_narrowed: bool,
}

/// Spaces between columns.
const GAP: usize = 2;

impl<'t> TableLayout<'t> {
    pub(super) fn new(columns: &'t [Column], with_header: bool, style: TextStyle) -> Self {
        let heading =
            |column: &Column| if with_header { width(&printable(&column.name)) } else { 0 };
        let headings: Vec<usize> = columns.iter().map(heading).collect();
        let (widths, smallest_widths) = (headings.clone(), headings.clone());
        let used = vec![false; columns.len()];
        Self { columns, style, headings, widths, smallest_widths, used, is_narrowed: false }
    }

    /// Widens the columns for a row.
    pub(super) fn add_row(&mut self, row: &[String]) {
        for (used, cell) in self.used.iter_mut().zip(row) {
            *used |= !cell.is_empty();
        }
        for line in self.wrap_row(row) {
            for (cell, widest) in line.iter().zip(&mut self.widths) {
                *widest = width(cell).max(*widest);
            }
        }
        if self.style.width.is_none() {
            return;
        }
        for ((cell, column), smallest) in
            row.iter().zip(self.columns).zip(&mut self.smallest_widths)
        {
            if column.is_shortened || column.max_width.is_some() {
                *smallest = smallest_width(&printable(&one_line(cell))).max(*smallest);
            }
        }
    }

    /// Shows every column, even if no row has a value in it.
    pub(super) fn use_all_columns(&mut self) {
        self.used.fill(true);
    }

    /// Narrows columns of sentences and of shortened texts until the table fits the terminal, or
    /// until none can be narrowed without breaking a word. All rows must have been added.
    pub(super) fn fit_terminal(&mut self) {
        let Some(limit) = self.style.width.filter(|_| !self.style.linear) else { return };
        let shown = self.widths.iter().zip(&self.used).filter(|(_, used)| **used);
        let total: usize = shown.map(|(width, _)| width + GAP).sum();
        let excess = total.saturating_sub(GAP).saturating_sub(limit);
        let can_narrow = |at: usize| {
            let column = &self.columns[at];
            self.used[at] && (column.is_shortened || column.max_width.is_some())
        };
        let narrowed = (0..self.columns.len()).filter(|at| can_narrow(*at)).collect::<Vec<_>>();
        fit_widths(&mut self.widths, &self.smallest_widths, &narrowed, excess);
        self.is_narrowed = excess > 0;
    }

    /// Narrows each column of shortened texts to its longest shortened text. Shortening removes
    /// whole words, so it may leave unused space. `rows` contains all rows of the table.
    pub(super) fn tighten<R: AsRef<[String]>>(&mut self, rows: impl Iterator<Item = R>) {
        if !self.is_narrowed {
            return;
        }
        let is_shortened = |column: &Column| column.is_shortened;
        let mut widest = self.headings.clone();
        for row in rows {
            for (at, cell) in row.as_ref().iter().enumerate() {
                if self.columns.get(at).is_some_and(is_shortened) {
                    let cell = shorten(&printable(&one_line(cell)), self.widths[at]);
                    widest[at] = width(&cell).max(widest[at]);
                }
            }
        }
        let columns = self.columns.iter().enumerate().filter(|(_, column)| is_shortened(column));
        columns.for_each(|(at, _)| self.widths[at] = widest[at]);
    }

    /// Returns whether every cell is empty.
    pub(super) fn is_empty(&self) -> bool {
        !self.used.contains(&true)
    }

    pub(super) fn write_text_header(&self, out: &mut dyn Write) -> io::Result<()> {
        let names = self.columns.iter().map(|column| printable(&column.name));
        let line = self.format_line(&names.collect::<Vec<_>>(), false);
        match self.style.colour {
            true => writeln!(out, "\x1b[1m{line}\x1b[0m"),
            false => writeln!(out, "{line}"),
        }
    }

    pub(super) fn write_text(&self, out: &mut dyn Write, row: &[String]) -> io::Result<()> {
        let lines = self.wrap_row(row);
        let mut lines = lines.iter().map(|line| self.format_line(line, self.style.colour));
        lines.try_for_each(|line| writeln!(out, "{line}"))
    }

    pub(super) fn write_markdown_header(&self, out: &mut dyn Write) -> io::Result<()> {
        let names =
            self.used_items(self.columns).map(|column| markdown::escape_inline(&column.name));
        write_markdown_row(out, names)?;
        let rule = |column: &Column| if column.right_aligned { "--:" } else { "---" }.to_owned();
        write_markdown_row(out, self.used_items(self.columns).map(rule))
    }

    pub(super) fn write_markdown(&self, out: &mut dyn Write, row: &[String]) -> io::Result<()> {
        write_markdown_row(out, self.used_items(row).map(|cell| markdown::escape_inline(cell)))
    }

    /// Returns the items of `all`, one per column, whose columns have a value in any row.
    fn used_items<'a, T>(&'a self, all: &'a [T]) -> impl Iterator<Item = &'a T> {
        all.iter().zip(&self.used).filter(|(_, used)| **used).map(|(one, _)| one)
    }

    /// Returns the lines of a row, with long cells wrapped or shortened.
    fn wrap_row(&self, row: &[String]) -> Vec<Vec<String>> {
        let is_wrapped = |column: &Column| column.max_width.is_some() && !self.style.linear;
        let cells = row.iter().zip(self.columns).enumerate().map(|(at, (cell, column))| {
            let cell = printable(&one_line(cell));
            match self.is_narrowed && column.is_shortened {
                true => (at, column, shorten(&cell, self.widths[at])),
                false => (at, column, cell),
            }
        });
        if !self.columns.iter().any(is_wrapped) {
            return vec![cells.map(|(_, _, cell)| cell).collect()];
        }
        let cells = cells.map(|(at, column, cell)| {
            let Some(max_width) = column.max_width.filter(|_| is_wrapped(column)) else {
                return vec![cell];
            };
            let max_width = if self.is_narrowed { self.widths[at] } else { max_width };
            // Continuation lines in the first column are indented, so that they do not look like
            // new rows.
            let indent = if at == 0 { "  " } else { "" };
            wrap_text(&cell, max_width, indent)
        });
        let cells: Vec<Vec<String>> = cells.collect();
        let line_count = cells.iter().map(Vec::len).max().unwrap_or(1);
        let line =
            |at: usize| cells.iter().map(move |cell| cell.get(at).cloned().unwrap_or_default());
        (0..line_count).map(|at| line(at).collect()).collect()
    }

    fn format_line(&self, cells: &[String], colour: bool) -> String {
        let mut line = String::new();
        let columns = cells.iter().zip(&self.widths).zip(self.columns).zip(&self.used);
        for (((cell, column_width), column), _) in columns.filter(|(_, used)| **used) {
            let space = column_width.saturating_sub(width(cell));
            let (left, right) = if column.right_aligned { (space, 0) } else { (0, space) };
            let colour_start = if colour && column.is_change { change_colour(cell) } else { "" };
            let end = if colour_start.is_empty() { "" } else { "\x1b[0m" };
            line.extend(iter::repeat_n(' ', left));
            [colour_start, cell, end].into_iter().for_each(|part| line.push_str(part));
            line.extend(iter::repeat_n(' ', right + GAP));
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
