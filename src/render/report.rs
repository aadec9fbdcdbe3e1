//! What a command answers, and a writer for each format.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use serde::Serialize;
use serde_json::Value;

use super::{Table, markdown};
use crate::Error;
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
        let mut blocks = BlockWriter::new(out, format, colour);
        self.filled().try_for_each(|block| blocks.write(&block))
    }
}

/// Writes blocks, one below the other.
pub(super) struct BlockWriter<'w> {
    out: &'w mut dyn Write,
    format: Format,
    colour: bool,
    is_first: bool,
}

impl<'w> BlockWriter<'w> {
    pub(super) fn new(out: &'w mut dyn Write, format: Format, colour: bool) -> Self {
        Self { out, format, colour, is_first: true }
    }

    pub(super) fn write(&mut self, block: &Block) -> io::Result<()> {
        if !std::mem::take(&mut self.is_first) {
            writeln!(self.out)?;
        }
        if self.format == Format::Markdown {
            self.write_markdown(block)
        } else {
            self.write_text(block)
        }
    }

    fn write_markdown(&mut self, block: &Block) -> io::Result<()> {
        if !block.heading.is_empty() {
            writeln!(self.out, "### {}\n", markdown::inline(&block.heading))?;
        }
        // A table without columns would be bars alone.
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

/// Writes values as a JSON list that stands at an indentation, or without one in one line.
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
    // An empty list stands on one line.
    let end = if before == "[" { "[]".to_owned() } else { end + "]" };
    write!(out, "{end}").map_err(Error::Output)
}

/// The text of what is there, or nothing.
pub(super) fn or_empty<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// The text with spaces for line ends.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    const ENDS: [char; 2] = ['\n', '\r'];
    if text.contains(ENDS) { text.replace(ENDS, " ").into() } else { text.into() }
}
