//! Reports and their output formats.

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use serde::Serialize;
use serde_json::Value;

use super::{Table, markdown};
use crate::Error;
use crate::export::to_json;
use crate::model::escape::printable;

/// An output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OutputFormat {
    /// Text with aligned columns, for people.
    #[default]
    Text,
    /// One JSON value.
    Json,
    /// One JSON value per line.
    Jsonl,
    /// Rows with a header row.
    Csv,
    /// CSV in which a spreadsheet reads no text as a formula.
    Spreadsheet,
    /// A Markdown table.
    Markdown,
}

impl OutputFormat {
    /// Every format.
    pub const ALL: [Self; 6] =
        [Self::Text, Self::Json, Self::Jsonl, Self::Csv, Self::Spreadsheet, Self::Markdown];
}

impl fmt::Display for OutputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Spreadsheet => "spreadsheet",
            Self::Markdown => "markdown",
        })
    }
}

impl FromStr for OutputFormat {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|format| format.to_string() == name);
        found.ok_or_else(|| format!("'{name}' is not a format"))
    }
}

/// A table under a heading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Block {
    /// The heading, or an empty string.
    pub heading: String,
    /// The rows.
    pub table: Table,
    /// Whether text output shows the column names.
    pub headed: bool,
    /// The text below the rows.
    pub note: String,
}

/// The answer of a command.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// Content for people.
    pub blocks: Vec<Block>,
    /// Rows for spreadsheets, if they differ from those of the blocks.
    pub rows: Option<Table>,
    /// Content for programs: a list, or one value.
    pub json: Value,
}

impl Report {
    /// Creates a report of one block, with the values as a JSON list.
    ///
    /// # Errors
    /// When a value cannot be serialised as JSON.
    pub fn of<T: Serialize>(values: &[T], table: Table) -> io::Result<Self> {
        let values = values.iter().map(to_json).collect::<Result<_, _>>()?;
        let block = Block { table, headed: true, ..Block::default() };
        Ok(Self { blocks: vec![block], rows: None, json: Value::Array(values) })
    }

    /// Appends another report. Tables without headings are merged, and must have the same columns.
    /// The JSON value of the other report is added to the list.
    pub fn extend(&mut self, other: Self) {
        for block in other.blocks {
            match self.blocks.last_mut() {
                Some(last) if block.heading.is_empty() && last.heading.is_empty() => {
                    last.table.extend(block.table);
                }
                _ => self.blocks.push(block),
            }
        }
        match (&mut self.rows, other.rows) {
            (Some(rows), Some(more)) => rows.extend(more),
            (rows, more) => *rows = rows.take().or(more),
        }
        match &mut self.json {
            Value::Array(list) => list.push(other.json),
            json => *json = Value::Array(vec![json.take(), other.json]),
        }
    }

    /// Writes the report.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write(&self, out: &mut dyn Write, format: OutputFormat, colour: bool) -> io::Result<()> {
        match (format, &self.json) {
            (OutputFormat::Json, json) => {
                serde_json::to_writer_pretty(&mut *out, json)?;
                writeln!(out)
            }
            (OutputFormat::Jsonl, Value::Array(values)) => {
                values.iter().try_for_each(|value| writeln!(out, "{value}"))
            }
            (OutputFormat::Jsonl, value) => writeln!(out, "{value}"),
            _ => self.write_blocks(out, format, colour),
        }
    }

    /// Returns the blocks that have content. The heading of a block without content moves to the
    /// next block, if that has none.
    fn filled(&self) -> impl Iterator<Item = Block> {
        let mut over = String::new();
        let blocks = self.blocks.iter().filter_map(move |block| {
            let heading = if block.heading.is_empty() {
                std::mem::take(&mut over)
            } else {
                block.heading.clone()
            };
            over.clear();
            if block.table.rows.is_empty() && block.note.is_empty() {
                over = heading;
                return None;
            }
            Some(Block { heading, ..block.clone() })
        });
        blocks.collect::<Vec<_>>().into_iter()
    }

    fn write_blocks(
        &self,
        out: &mut dyn Write,
        format: OutputFormat,
        colour: bool,
    ) -> io::Result<()> {
        if let OutputFormat::Csv | OutputFormat::Spreadsheet = format {
            let rows = self.rows.as_ref().or(self.blocks.first().map(|block| &block.table));
            return rows
                .map_or(Ok(()), |rows| rows.write_csv(out, format == OutputFormat::Spreadsheet));
        }
        let mut blocks = BlockWriter::new(out, format, colour);
        self.filled().try_for_each(|block| blocks.write(&block))
    }
}

/// Writes blocks separated by empty lines.
pub(super) struct BlockWriter<'w> {
    out: &'w mut dyn Write,
    format: OutputFormat,
    colour: bool,
    is_first: bool,
}

impl<'w> BlockWriter<'w> {
    pub(super) fn new(out: &'w mut dyn Write, format: OutputFormat, colour: bool) -> Self {
        Self { out, format, colour, is_first: true }
    }

    pub(super) fn write(&mut self, block: &Block) -> io::Result<()> {
        if !std::mem::take(&mut self.is_first) {
            writeln!(self.out)?;
        }
        if self.format == OutputFormat::Markdown {
            self.write_markdown(block)
        } else {
            self.write_text(block)
        }
    }

    fn write_markdown(&mut self, block: &Block) -> io::Result<()> {
        if !block.heading.is_empty() {
            writeln!(self.out, "### {}\n", markdown::inline(&block.heading))?;
        }
        // A Markdown table needs at least one column.
        if !block.table.columns.is_empty() {
            block.table.without_empty().write_markdown(self.out)?;
        }
        if !block.note.is_empty() {
            let below = if block.table.columns.is_empty() { "" } else { "\n" };
            writeln!(self.out, "{below}{}", markdown::paragraphs(&block.note))?;
        }
        Ok(())
    }

    fn write_text(&mut self, block: &Block) -> io::Result<()> {
        if !block.heading.is_empty() {
            let (on, off) = if self.colour { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
            writeln!(self.out, "{on}{}{off}", printable(&block.heading))?;
        }
        block.table.without_empty().write_text(self.out, block.headed, self.colour)?;
        block.note.lines().try_for_each(|line| writeln!(self.out, "{}", printable(line)))
    }
}

/// Writes values as a JSON list: with line breaks at the given indentation, or on one line.
pub(super) fn write_list(
    out: &mut dyn Write,
    indent: Option<usize>,
    values: impl Iterator<Item = crate::Result<Value>>,
) -> crate::Result<()> {
    let line = |indent: usize| format!("\n{}", " ".repeat(indent));
    let (within, end) = indent.map(|indent| (line(indent + 2), line(indent))).unwrap_or_default();
    let mut before = "[";
    for value in values {
        let value = value?;
        let json = match indent {
            Some(_) => serde_json::to_string_pretty(&value).map(|json| json.replace('\n', &within)),
            None => serde_json::to_string(&value),
        };
        let json = json.map_err(|error| Error::Output(error.into()))?;
        write!(out, "{before}{within}{json}").map_err(Error::Output)?;
        before = ",";
    }
    // An empty list is written on one line.
    let end = if before == "[" { "[]".to_owned() } else { end + "]" };
    write!(out, "{end}").map_err(Error::Output)
}

/// Returns the text of a value, or an empty string.
pub(super) fn or_empty<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
