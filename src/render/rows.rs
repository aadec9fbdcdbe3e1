//! Long answers: rows that are read while they are written, so that they may be more than memory holds.

use std::borrow::Cow;
use std::io::{self, Write};

use serde_json::Value;

use super::Format;
use super::table::{Layout, Table};
use crate::{Error, export};

/// One row of a long answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// A cell for every column.
    pub cells: Vec<String>,
    /// For programs; null where it was not asked for.
    pub json: Value,
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

    /// Writes it. No more than one row is in memory.
    ///
    /// # Errors
    /// When the rows cannot be read, or the writer fails.
    pub fn write(&self, out: &mut dyn Write, format: Format, colour: bool) -> crate::Result<()> {
        match format {
            Format::Json => {
                let mut separator = "[\n  ";
                for row in (self.read)(true)? {
                    let json = serde_json::to_string_pretty(&row?.json).map_err(io::Error::from);
                    let json = json.map_err(Error::Output)?.replace('\n', "\n  ");
                    write!(out, "{separator}{json}").map_err(Error::Output)?;
                    separator = ",\n  ";
                }
                // An empty list stands on one line.
                let end = if separator.starts_with('[') { "[]" } else { "\n]" };
                writeln!(out, "{end}").map_err(Error::Output)
            }
            Format::Jsonl => {
                for row in (self.read)(true)? {
                    writeln!(out, "{}", row?.json).map_err(Error::Output)?;
                }
                Ok(())
            }
            Format::Csv | Format::Spreadsheet => self.write_csv(out, format == Format::Spreadsheet),
            Format::Text | Format::Markdown => {
                let mut layout = Layout::new(&self.table.columns, true);
                for row in (self.read)(false)? {
                    layout.add(&row?.cells);
                }
                if layout.is_empty() {
                    return Ok(());
                }
                if format == Format::Text {
                    layout.write_text_head(out, colour).map_err(Error::Output)?;
                } else {
                    layout.write_markdown_head(out).map_err(Error::Output)?;
                }
                for row in (self.read)(false)? {
                    let cells = row?.cells;
                    let written = match format {
                        Format::Text => layout.write_text(out, &cells, colour),
                        _ => layout.write_markdown(out, &cells),
                    };
                    written.map_err(Error::Output)?;
                }
                Ok(())
            }
        }
    }

    fn write_csv(&self, out: &mut dyn Write, spreadsheet: bool) -> crate::Result<()> {
        let names = self.table.columns.iter().map(|column| column.name.clone()).collect();
        let mut failed = None;
        let rows = (self.read)(false)?.map_while(|row| match row {
            Ok(row) => Some(row.cells.into_iter().map(Cow::Owned).collect()),
            Err(error) => {
                failed = Some(error);
                None
            }
        });
        export::write_rows(out, std::iter::once(names).chain(rows), spreadsheet)
            .map_err(Error::Output)?;
        failed.map_or(Ok(()), Err)
    }
}
