//! Rows in columns that line up.

use std::borrow::Cow;
use std::io::{self, Write};
use std::iter;

use unicode_width::UnicodeWidthStr;

use super::{markdown, report::one_line};
use crate::escape::printable;
use crate::export::CsvWriter;

/// A column: its name, and whether its values stand at the right edge, as numbers do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The name: the heading in text, the header in CSV.
    pub name: Cow<'static, str>,
    /// At the right edge.
    pub right: bool,
    /// What it says is a change, and has a colour where there is any: more or fewer, come or gone.
    pub change: bool,
    /// How wide it is at most where people read it; longer cells go on in the next line.
    pub wrap: Option<usize>,
}

impl Column {
    pub(super) fn new(name: impl Into<Cow<'static, str>>, right: bool) -> Self {
        Self { name: name.into(), right, change: false, wrap: None }
    }
}

/// Rows of cells. An empty cell is a value that is not known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows; each has a cell for every column.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these columns. A name that begins with `>` is that of a column at the right; with `±`, at the
    /// right with changes.
    #[must_use]
    pub fn new(names: &[&'static str]) -> Self {
        let columns = names.iter().map(|name| {
            let change = name.starts_with('±');
            let right = change || name.starts_with('>');
            Column { change, ..Column::new(name.trim_start_matches(['>', '±']), right) }
        });
        Self { columns: columns.collect(), rows: Vec::new() }
    }

    /// The same table without the columns in which no row has a value: what people read.
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
        let mut layout = Layout::new(&self.columns, headed);
        self.rows.iter().for_each(|row| layout.add(row));
        layout.used.fill(true);
        if headed {
            layout.write_text_head(out, colour)?;
        }
        self.rows.iter().try_for_each(|row| layout.write_text(out, row, colour))
    }

    pub(super) fn write_markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut layout = Layout::new(&self.columns, true);
        layout.used.fill(true);
        layout.write_markdown_head(out)?;
        self.rows.iter().try_for_each(|row| layout.write_markdown(out, row))
    }

    /// Takes the rows of a table with the same columns.
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

/// How wide the columns of rows are, and which of them have a value.
pub(super) struct Layout<'t> {
    columns: &'t [Column],
    widths: Vec<usize>,
    used: Vec<bool>,
}

impl<'t> Layout<'t> {
    pub(super) fn new(columns: &'t [Column], headed: bool) -> Self {
        let heading = |column: &Column| if headed { width(&printable(&column.name)) } else { 0 };
        let (widths, used) = (columns.iter().map(heading).collect(), vec![false; columns.len()]);
        Self { columns, widths, used }
    }

    /// Makes room for a row.
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

    /// Whether no row has a value.
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
        bars(out, names)?;
        let rule = |column: &Column| if column.right { "--:" } else { "---" }.to_owned();
        bars(out, self.used(self.columns).map(rule))
    }

    pub(super) fn write_markdown(&self, out: &mut dyn Write, row: &[String]) -> io::Result<()> {
        bars(out, self.used(row).map(|cell| markdown::inline(cell)))
    }

    /// What stands in the columns that have a value.
    fn used<'a, T>(&'a self, all: &'a [T]) -> impl Iterator<Item = &'a T> {
        all.iter().zip(&self.used).filter(|(_, used)| **used).map(|(one, _)| one)
    }

    /// The lines of a row, of which the first has what fits into it.
    fn lines(&self, row: &[String]) -> Vec<Vec<String>> {
        if self.columns.iter().all(|column| column.wrap.is_none()) {
            return vec![row.iter().map(|cell| printable(&one_line(cell))).collect()];
        }
        let cells = row.iter().zip(self.columns).enumerate().map(|(at, (cell, column))| {
            let cell = printable(&one_line(cell));
            let Some(most) = column.wrap else { return vec![cell] };
            let mut pieces = wrapped(&cell, most);
            // At the left edge a continuation would look like a row of its own.
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
            let tint = if colour && column.change { tint(cell) } else { "" };
            let end = if tint.is_empty() { "" } else { "\x1b[0m" };
            line.extend(iter::repeat_n(' ', left));
            [tint, cell, end].into_iter().for_each(|part| line.push_str(part));
            line.extend(iter::repeat_n(' ', right + 2));
        }
        line.truncate(line.trim_end().len());
        line
    }
}

fn bars(out: &mut dyn Write, cells: impl Iterator<Item = String>) -> io::Result<()> {
    writeln!(out, "{}", cells.fold("|".to_owned(), |line, cell| line + " " + &cell + " |"))
}

/// The colour of a change: green for more and for who came, red for less and for who left.
fn tint(change: &str) -> &'static str {
    match change {
        "entered" | "added" => "\x1b[32m",
        "left" | "removed" => "\x1b[31m",
        _ if change.starts_with('+') => "\x1b[32m",
        _ if change.starts_with('-') => "\x1b[31m",
        _ => "",
    }
}

/// Number of columns that a text takes.
fn width(text: &str) -> usize {
    // Of ASCII that is printable, each byte takes one.
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain { text.len() } else { UnicodeWidthStr::width(text) }
}

/// The words of a text in lines; a word that is longer stands alone.
fn wrapped(text: &str, most: usize) -> Vec<String> {
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
