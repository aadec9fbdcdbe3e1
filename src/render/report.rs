//! What a command answers, and a writer for each format.

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use serde::Serialize;
use serde_json::Value;

use super::{Table, markdown};
use crate::escape::printable;
use crate::export::to_json;

/// A form of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For people: aligned columns.
    #[default]
    Text,
    /// One JSON value.
    Json,
    /// One JSON value a line.
    Jsonl,
    /// Rows with a header.
    Csv,
    /// CSV in which a spreadsheet takes no text for a formula.
    Spreadsheet,
    /// A Markdown table.
    Markdown,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 6] =
        [Self::Text, Self::Json, Self::Jsonl, Self::Csv, Self::Spreadsheet, Self::Markdown];
}

impl fmt::Display for Format {
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

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|format| format.to_string() == name);
        found.ok_or_else(|| format!("'{name}' is not a format"))
    }
}

/// Rows under a heading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Block {
    /// The heading, or nothing.
    pub heading: String,
    /// The rows.
    pub table: Table,
    /// Whether the names of the columns are shown to people.
    pub headed: bool,
    /// What stands below the rows.
    pub note: String,
}

/// What a command answers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// For people.
    pub blocks: Vec<Block>,
    /// For spreadsheets, where that is not the rows of the blocks.
    pub rows: Option<Table>,
    /// For programs: a list, or one value.
    pub json: Value,
}

impl Report {
    /// A report of one block, with the values as a list.
    ///
    /// # Errors
    /// When a value has no JSON form.
    pub fn of<T: Serialize>(values: &[T], table: Table) -> io::Result<Self> {
        let values = values.iter().map(to_json).collect::<Result<_, _>>()?;
        let block = Block { table, headed: true, ..Block::default() };
        Ok(Self { blocks: vec![block], rows: None, json: Value::Array(values) })
    }

    /// Puts another report below: its list after this one's, and rows of the same columns into
    /// one table.
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

    /// Writes it.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write(&self, out: &mut dyn Write, format: Format, colour: bool) -> io::Result<()> {
        match (format, &self.json) {
            (Format::Json, json) => {
                serde_json::to_writer_pretty(&mut *out, json)?;
                writeln!(out)
            }
            (Format::Jsonl, Value::Array(values)) => {
                values.iter().try_for_each(|value| writeln!(out, "{value}"))
            }
            (Format::Jsonl, value) => writeln!(out, "{value}"),
            _ => self.write_blocks(out, format, colour),
        }
    }

    /// The blocks that say something. A heading whose rows are empty stands over what follows.
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

    fn write_blocks(&self, out: &mut dyn Write, format: Format, colour: bool) -> io::Result<()> {
        if let Format::Csv | Format::Spreadsheet = format {
            let rows = self.rows.as_ref().or(self.blocks.first().map(|block| &block.table));
            return rows.map_or(Ok(()), |rows| rows.write_csv(out, format == Format::Spreadsheet));
        }
        for (number, block) in self.filled().enumerate() {
            if number > 0 {
                writeln!(out)?;
            }
            match format {
                Format::Markdown => {
                    if !block.heading.is_empty() {
                        writeln!(out, "### {}\n", markdown::inline(&block.heading))?;
                    }
                    // A table without columns would be bars alone.
                    if !block.table.columns.is_empty() {
                        block.table.without_empty().write_markdown(out)?;
                    }
                    if !block.note.is_empty() {
                        let below = if block.table.columns.is_empty() { "" } else { "\n" };
                        writeln!(out, "{below}{}", markdown::paragraphs(&block.note))?;
                    }
                }
                _ => {
                    if !block.heading.is_empty() {
                        let (on, off) = if colour { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
                        writeln!(out, "{on}{}{off}", printable(&block.heading))?;
                    }
                    block.table.without_empty().write_text(out, block.headed, colour)?;
                    for line in block.note.lines() {
                        writeln!(out, "{}", printable(line))?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// The text of what is there, or nothing.
pub(super) fn or_empty<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// The text with spaces for line ends.
pub(super) fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}
