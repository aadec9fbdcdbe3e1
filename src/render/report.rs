//! Reports and their output formats.

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use serde_json::Value;

use super::answer::{Answer, SCHEMA_MEMBER};
use super::{Table, TextStyle, markdown};
use crate::model::escape::printable;

/// An output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
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
    pub show_header: bool,
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
    /// Content for programs: a JSON document.
    pub json: Value,
    /// Name of the member of the document that lists the rows. In JSON lines, each row is one line.
    pub json_rows: Option<&'static str>,
}

impl Report {
    /// Creates a report of one block, with the answer as a JSON document.
    ///
    /// # Errors
    /// When the answer cannot be serialised as JSON.
    pub fn from_answer<T: Answer>(answer: &T, table: Table) -> io::Result<Self> {
        let block = Block { table, show_header: true, ..Block::default() };
        Self::from_blocks(answer, vec![block])
    }

    /// Creates a report of several blocks, with the answer as a JSON document.
    pub(super) fn from_blocks<T: Answer>(answer: &T, blocks: Vec<Block>) -> io::Result<Self> {
        Ok(Self { blocks, rows: None, json: answer.to_document()?, json_rows: T::ROWS })
    }

    /// Creates a report of one block without a JSON document.
    #[must_use]
    pub fn from_table(table: Table) -> Self {
        let block = Block { table, show_header: true, ..Block::default() };
        Self { blocks: vec![block], ..Self::default() }
    }

    /// Appends the blocks and rows of another report, but not its JSON document. Consecutive tables
    /// without headings are merged, and must have the same columns.
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
    }

    /// Writes the report.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write(
        &self,
        out: &mut dyn Write,
        format: OutputFormat,
        style: TextStyle,
    ) -> io::Result<()> {
        match format {
            OutputFormat::Json => {
                serde_json::to_writer_pretty(&mut *out, &self.json)?;
                writeln!(out)
            }
            OutputFormat::Jsonl => self.write_json_lines(out),
            _ => self.write_blocks(out, format, style),
        }
    }

    /// Writes each row of the JSON document on a line, or the document on one line if it has no
    /// rows. No line has a schema identifier.
    fn write_json_lines(&self, out: &mut dyn Write) -> io::Result<()> {
        if let Some(Value::Array(rows)) = self.json_rows.and_then(|name| self.json.get(name)) {
            return rows.iter().try_for_each(|row| writeln!(out, "{row}"));
        }
        let mut document = self.json.clone();
        if let Some(members) = document.as_object_mut() {
            members.shift_remove(SCHEMA_MEMBER);
        }
        writeln!(out, "{document}")
    }

    /// Returns the blocks that have content. The heading of a block without content moves to the
    /// next block, if the next block has no heading.
    fn non_empty_blocks(&self) -> impl Iterator<Item = Block> {
        let mut pending_heading = String::new();
        let blocks = self.blocks.iter().filter_map(move |block| {
            let heading = if block.heading.is_empty() {
                std::mem::take(&mut pending_heading)
            } else {
                block.heading.clone()
            };
            pending_heading.clear();
            if block.table.rows.is_empty() && block.note.is_empty() {
                pending_heading = heading;
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
        style: TextStyle,
    ) -> io::Result<()> {
        if let OutputFormat::Csv | OutputFormat::Spreadsheet = format {
            let rows = self.rows.as_ref().or(self.blocks.first().map(|block| &block.table));
            return rows
                .map_or(Ok(()), |rows| rows.write_csv(out, format == OutputFormat::Spreadsheet));
        }
        let mut blocks = BlockWriter::new(out, format, style);
        self.non_empty_blocks().try_for_each(|block| blocks.write(&block))
    }
}

/// Writes blocks separated by empty lines.
pub(super) struct BlockWriter<'w> {
    out: &'w mut dyn Write,
    format: OutputFormat,
    style: TextStyle,
    is_first: bool,
}

impl<'w> BlockWriter<'w> {
    pub(super) fn new(out: &'w mut dyn Write, format: OutputFormat, style: TextStyle) -> Self {
        Self { out, format, style, is_first: true }
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
            writeln!(self.out, "### {}\n", markdown::escape_inline(&block.heading))?;
        }
        // A Markdown table needs at least one column.
        if !block.table.columns.is_empty() {
            block.table.without_empty_columns().write_markdown(self.out)?;
        }
        if !block.note.is_empty() {
            let below = if block.table.columns.is_empty() { "" } else { "\n" };
            writeln!(self.out, "{below}{}", markdown::escape_paragraphs(&block.note))?;
        }
        Ok(())
    }

    fn write_text(&mut self, block: &Block) -> io::Result<()> {
        if !block.heading.is_empty() {
            let (on, off) = if self.style.colour { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
            writeln!(self.out, "{on}{}{off}", printable(&block.heading))?;
        }
        block.table.without_empty_columns().write_text(self.out, block.show_header, self.style)?;
        block.note.lines().try_for_each(|line| writeln!(self.out, "{}", printable(line)))
    }
}

/// Returns the text of a value, or an empty string.
pub(super) fn or_empty<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
