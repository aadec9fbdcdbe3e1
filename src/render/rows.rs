//! Streams long answers: rows are written while they are read, so that they may exceed memory.

use std::io::Write;

use serde_json::Value;

use super::answer::{Answer, SCHEMA_MEMBER};
use super::json::DocumentWriter;
use super::layout::TableLayout;
use super::{OutputFormat, Table, TextStyle};
use crate::Error;
use crate::export::CsvWriter;

/// One row of a long answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AnswerRow {
    /// One cell per column.
    pub cells: Vec<String>,
    /// The row as JSON, or null unless JSON is requested.
    pub json: Value,
}

/// Maximum size of the buffered rows, in bytes.
const MAX_BUFFERED: usize = 32 * 1024 * 1024;

/// Buffer of the first rows, which are therefore read only once.
#[derive(Default)]
struct RowBuffer {
    cells: String,
    /// End offset of each cell.
    ends: Vec<u32>,
    /// Number of rows.
    count: usize,
    /// Number of cells per row.
    columns: usize,
    /// Whether the buffer is full.
    is_full: bool,
}

impl RowBuffer {
    fn push(&mut self, cells: &[String]) {
        let size: usize = cells.iter().map(|cell| cell.len() + size_of::<u32>()).sum();
        self.is_full |= self.cells.len() + self.ends.len() * size_of::<u32>() + size > MAX_BUFFERED;
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

/// An iterator over rows that are read on demand.
pub(super) type RowIter<'s> = Box<dyn Iterator<Item = crate::Result<AnswerRow>> + 's>;

/// An answer whose rows are read on demand. Text and Markdown output needs the column widths before
/// the first row, so it reads long answers twice.
pub struct RowStream<F> {
    table: Table,
    /// Members of the JSON document before the rows.
    members: Vec<(&'static str, Value)>,
    /// Name of the member of the document that lists the rows.
    rows_member: &'static str,
    read: F,
}

impl<F, I> RowStream<F>
where
    F: Fn(bool) -> crate::Result<I>,
    I: Iterator<Item = crate::Result<AnswerRow>>,
{
    /// Creates a stream of the rows of the answer `A`, with the columns of `table`. `read` returns
    /// the rows; its argument states whether they include JSON.
    pub(super) fn new<A: Answer>(table: Table, read: F) -> Self {
        let members = vec![(SCHEMA_MEMBER, A::schema_identifier().into())];
        Self { table, members, rows_member: A::ROWS.unwrap_or("rows"), read }
    }

    /// Adds a member to the JSON document, before the rows.
    pub(super) fn with_member(mut self, name: &'static str, value: Value) -> Self {
        self.members.push((name, value));
        self
    }

    /// Returns whether there are no rows.
    ///
    /// # Errors
    /// When the rows cannot be read.
    pub fn is_empty(&self) -> crate::Result<bool> {
        Ok((self.read)(false)?.next().transpose()?.is_none())
    }

    /// Writes the rows. The size of the rows in memory is limited.
    ///
    /// # Errors
    /// When the rows cannot be read, or the writer fails.
    pub fn write(
        &self,
        out: &mut dyn Write,
        format: OutputFormat,
        style: TextStyle,
    ) -> crate::Result<()> {
        match format {
            OutputFormat::Json => {
                let mut document = DocumentWriter::new(out, true);
                self.members.iter().try_for_each(|(name, value)| document.member(name, value))?;
                let rows = (self.read)(true)?.map(|row| Ok(row?.json));
                document.list(self.rows_member, rows)?;
                document.finish()
            }
            OutputFormat::Jsonl => {
                let mut rows = (self.read)(true)?;
                rows.try_for_each(|row| writeln!(out, "{}", row?.json).map_err(Error::Output))
            }
            OutputFormat::Csv | OutputFormat::Spreadsheet => {
                self.write_csv(out, format == OutputFormat::Spreadsheet)
            }
            OutputFormat::Text | OutputFormat::Markdown => self.write_table(out, format, style),
        }
    }

    fn write_table(
        &self,
        out: &mut dyn Write,
        format: OutputFormat,
        style: TextStyle,
    ) -> crate::Result<()> {
        let (mut layout, mut buffer) =
            (TableLayout::new(&self.table.columns, true, style), RowBuffer::default());
        for row in (self.read)(false)? {
            let cells = row?.cells;
            layout.add_row(&cells);
            buffer.push(&cells);
        }
        if layout.is_empty() {
            return Ok(());
        }
        if format == OutputFormat::Text {
            layout.fit_terminal();
            if !buffer.is_full {
                layout.tighten(buffer.rows());
            }
            layout.write_text_header(out).map_err(Error::Output)?;
        } else {
            layout.write_markdown_header(out).map_err(Error::Output)?;
        }
        let mut write = |cells: &[String]| {
            let written = match format {
                OutputFormat::Text => layout.write_text(out, cells),
                _ => layout.write_markdown(out, cells),
            };
            written.map_err(Error::Output)
        };
        buffer.rows().try_for_each(|cells| write(&cells))?;
        if buffer.is_full {
            let mut others = (self.read)(false)?.skip(buffer.count);
            others.try_for_each(|row| write(&row?.cells))?;
        }
        Ok(())
    }

    fn write_csv(&self, out: &mut dyn Write, spreadsheet: bool) -> crate::Result<()> {
        let mut csv = CsvWriter::new(out, spreadsheet);
        let names: Vec<&str> = self.table.columns.iter().map(|column| &*column.name).collect();
        csv.write_row(&names).map_err(Error::Output)?;
        let mut rows = (self.read)(false)?;
        rows.try_for_each(|row| csv.write_row(&row?.cells).map_err(Error::Output))?;
        csv.finish().map_err(Error::Output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::ElectionList;
    use std::cell::Cell;

    /// Returns the text output of `count` rows with a cell of `length` characters, and the number
    /// of times that the rows were read.
    fn write_rows(count: usize, length: usize) -> (String, usize) {
        let reads = Cell::new(0);
        let rows = RowStream::new::<ElectionList>(Table::new(&["number", "words"]), |_| {
            reads.set(reads.get() + 1);
            let row = move |at: usize| {
                let cells = vec![at.to_string(), "x".repeat(length)];
                Ok(AnswerRow { cells, ..AnswerRow::default() })
            };
            Ok((0..count).map(row))
        });
        let mut out = Vec::new();
        rows.write(&mut out, OutputFormat::Text, TextStyle::default()).unwrap();
        (String::from_utf8(out).unwrap(), reads.get())
    }

    #[test]
    fn rows_beyond_the_buffer_are_read_again_without_loss() {
        for (length, reads) in [(3, 1), (MAX_BUFFERED / 10, 2)] {
            let (text, read) = write_rows(25, length);
            let numbers: Vec<&str> =
                text.lines().filter_map(|line| line.split(' ').next()).collect();
            let expected: Vec<String> =
                ["number".to_owned()].into_iter().chain((0..25).map(|at| at.to_string())).collect();
            assert_eq!((numbers, read), (expected.iter().map(String::as_str).collect(), reads));
        }
    }
}
