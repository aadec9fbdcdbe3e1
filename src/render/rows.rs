//! Long answers: rows that are read while they are written, so that they may be more than memory holds.

use std::io::Write;

use serde_json::Value;

use super::Format;
use super::report::write_list;
use super::table::{Layout, Table};
use crate::Error;
use crate::export::CsvWriter;

/// One row of a long answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// A cell for every column.
    pub cells: Vec<String>,
    /// For programs; null where it was not asked for.
    pub json: Value,
}

/// Maximum size of the rows that are kept, in bytes.
const KEPT: usize = 32 * 1024 * 1024;

/// The cells of the first rows, so that these are not read twice.
#[derive(Default)]
struct Kept {
    cells: String,
    /// Where each cell ends.
    ends: Vec<u32>,
    /// Number of rows, and of cells in each.
    count: usize,
    columns: usize,
    /// Whether no further row is kept.
    is_full: bool,
}

impl Kept {
    fn add(&mut self, cells: &[String]) {
        let size: usize = cells.iter().map(|cell| cell.len() + size_of::<u32>()).sum();
        self.is_full |= self.cells.len() + self.ends.len() * size_of::<u32>() + size > KEPT;
        if self.is_full {
            return;
        }
        for cell in cells {
            self.cells.push_str(cell);
            self.ends.push(self.cells.len() as u32);
        }
        (self.count, self.columns) = (self.count + 1, cells.len());
    }

    fn rows(&self) -> impl Iterator<Item = Vec<String>> {
        let mut start = 0;
        self.ends.chunks(self.columns.max(1)).map(move |ends| {
            let cell = |end: &u32| {
                let cell = self.cells.get(start..*end as usize).unwrap_or_default();
                start = *end as usize;
                cell.to_owned()
            };
            ends.iter().map(cell).collect()
        })
    }
}

/// Rows as they are read.
pub(super) type RowIter<'s> = Box<dyn Iterator<Item = crate::Result<Row>> + 's>;

/// An answer whose rows are read again each time they are needed: formats for people need them twice, for the widths
/// of columns come before the first row.
pub struct Rows<F> {
    table: Table,
    read: F,
}

impl<F, I> Rows<F>
where
    F: Fn(bool) -> crate::Result<I>,
    I: Iterator<Item = crate::Result<Row>>,
{
    /// An answer with the columns of a table, and how its rows are read: with JSON or without.
    pub(super) fn new(table: Table, read: F) -> Self {
        Self { table, read }
    }

    /// Whether there is no row.
    ///
    /// # Errors
    /// When the rows cannot be read.
    pub fn is_empty(&self) -> crate::Result<bool> {
        Ok((self.read)(false)?.next().transpose()?.is_none())
    }

    /// Writes it. Of a long answer, few rows are in memory.
    ///
    /// # Errors
    /// When the rows cannot be read, or the writer fails.
    pub fn write(&self, out: &mut dyn Write, format: Format, colour: bool) -> crate::Result<()> {
        match format {
            Format::Json => {
                write_list(out, Some(0), (self.read)(true)?.map(|row| Ok(row?.json)))?;
                writeln!(out).map_err(Error::Output)
            }
            Format::Jsonl => {
                let mut rows = (self.read)(true)?;
                rows.try_for_each(|row| writeln!(out, "{}", row?.json).map_err(Error::Output))
            }
            Format::Csv | Format::Spreadsheet => self.write_csv(out, format == Format::Spreadsheet),
            Format::Text | Format::Markdown => self.write_lines(out, format, colour),
        }
    }

    fn write_lines(&self, out: &mut dyn Write, format: Format, colour: bool) -> crate::Result<()> {
        let (mut layout, mut kept) = (Layout::new(&self.table.columns, true), Kept::default());
        for row in (self.read)(false)? {
            let cells = row?.cells;
            layout.add(&cells);
            kept.add(&cells);
        }
        if layout.is_empty() {
            return Ok(());
        }
        if format == Format::Text {
            layout.write_text_head(out, colour).map_err(Error::Output)?;
        } else {
            layout.write_markdown_head(out).map_err(Error::Output)?;
        }
        let mut write = |cells: &[String]| {
            let written = match format {
                Format::Text => layout.write_text(out, cells, colour),
                _ => layout.write_markdown(out, cells),
            };
            written.map_err(Error::Output)
        };
        kept.rows().try_for_each(|cells| write(&cells))?;
        if kept.is_full {
            let mut others = (self.read)(false)?.skip(kept.count);
            others.try_for_each(|row| write(&row?.cells))?;
        }
        Ok(())
    }

    fn write_csv(&self, out: &mut dyn Write, spreadsheet: bool) -> crate::Result<()> {
        let mut csv = CsvWriter::new(out, spreadsheet);
        let names: Vec<&str> = self.table.columns.iter().map(|column| &*column.name).collect();
        csv.write(&names).map_err(Error::Output)?;
        let mut rows = (self.read)(false)?;
        rows.try_for_each(|row| csv.write(&row?.cells).map_err(Error::Output))?;
        csv.finish().map_err(Error::Output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// Rows of one long cell, as text, and how often they were read.
    fn written(count: usize, length: usize) -> (String, usize) {
        let reads = Cell::new(0);
        let rows = Rows::new(Table::new(&["number", "words"]), |_| {
            reads.set(reads.get() + 1);
            let row = move |at: usize| {
                let cells = vec![at.to_string(), "x".repeat(length)];
                Ok(Row { cells, ..Row::default() })
            };
            Ok((0..count).map(row))
        });
        let mut out = Vec::new();
        rows.write(&mut out, Format::Text, false).unwrap();
        (String::from_utf8(out).unwrap(), reads.get())
    }

    #[test]
    fn rows_beyond_what_is_kept_are_read_again_and_none_is_lost() {
        for (length, reads) in [(3, 1), (KEPT / 10, 2)] {
            let (text, read) = written(25, length);
            let numbers: Vec<&str> =
                text.lines().filter_map(|line| line.split(' ').next()).collect();
            let expected: Vec<String> =
                ["number".to_owned()].into_iter().chain((0..25).map(|at| at.to_string())).collect();
            assert_eq!((numbers, read), (expected.iter().map(String::as_str).collect(), reads));
        }
    }
}
