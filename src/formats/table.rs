//! Tables of results: CSV and TSV, parsed as a mapping states.
//!
//! Each election of a table (or each version of one) becomes a document. Its source text holds the
//! mapping, the election's rows and the rows that they refer to, all verbatim, so the record can be
//! parsed again without the table.

mod blank;
mod bundle;
mod cells;
mod contenders;
mod days;
mod decide;
mod delimiter;
mod draft;
mod election;
mod entries;
mod groups;
mod join;
mod known;
mod layout;
mod lineage;
pub(crate) mod mapping;
mod merge;
mod number;
mod open;
mod problem;
mod reader;
mod report;
mod rows;
mod share;
mod totals;
mod wide;

use std::cell::RefCell;

use super::document::{Document, Importer, parse_error_at};
use crate::ParseError;
use crate::model::Election;
use bundle::{Blocks, ElectionRows, SOURCE_TEXT_PREFIX, read_blocks};
use cells::TableView;
use join::JoinedTable;
pub(crate) use lineage::{LineageDocument, parse_lineage as read_lineage, parse_lineages};
pub use mapping::Mapping;
pub(crate) use report::TableEvent;
use report::{EventSink, Notes};
use rows::Table;

pub(super) struct TableRows;

impl Importer for TableRows {
    /// Parses a source text that [`parse_table`] wrote.
    fn read(&self, source: &str, text: &str, each: &mut dyn FnMut(Result<Document, ParseError>)) {
        let read = parse_source_text(source, text);
        each(read.map(|election| Document::new(election, text.to_owned())));
    }
}

/// Returns whether a text is a source text that [`parse_table`] wrote.
pub(super) fn is_source_text(text: &str) -> bool {
    text.starts_with(SOURCE_TEXT_PREFIX)
}

/// Parses every election of a table, in the order of their first rows; with `version_by`, every
/// version of each, in order of time. Does nothing if the mapping has no title. `beside` returns
/// the text of a joined table.
pub(crate) fn parse_table(
    mapping: &Mapping,
    source: &str,
    text: &str,
    beside: &mut dyn FnMut(&str) -> Result<String, ParseError>,
    each: &mut EventSink<'_>,
) {
    if mapping.election.title.is_none() {
        return;
    }
    let mut bad = Vec::new();
    let opened = open::open_tables(mapping, source, text, beside, &mut bad);
    let (table, joins) = match opened {
        Ok(opened) => opened,
        Err(unread) => return each(TableEvent::Unread(unread)),
    };
    bad.into_iter().for_each(|unread| each(TableEvent::Unread(unread)));
    let joined = joins.iter().filter_map(|(name, joined)| {
        Some(JoinedTable::new(name, mapping.join.get(name)?, joined, joined.rows.iter().collect()))
    });
    let cells = TableView {
        mapping,
        table: &table,
        joins: joined.collect(),
        rows: Vec::new(),
        by_text: RefCell::default(),
    };
    let repeated: Vec<ParseError> =
        cells.joins.iter().flat_map(|joined| joined.repeated(mapping)).collect();
    if !repeated.is_empty() {
        return repeated.into_iter().for_each(|unread| each(TableEvent::Unread(unread)));
    }
    let decided = match decide::decide(&cells) {
        Ok(decided) => decided,
        Err(unread) => return each(TableEvent::Unread(unread)),
    };
    let mut notes = Notes::default();
    groups::emit_elections(&cells, &decided, &mut notes, each);
    notes.sentences(source).for_each(|note| each(TableEvent::Note(note)));
}

/// Parses an election from a source text that holds its mapping and all of its rows.
fn parse_source_text(source: &str, text: &str) -> Result<Election, ParseError> {
    let expected = "the rows of one election, as an import through a mapping keeps them";
    let (head, blocks) = read_blocks(source, text, SOURCE_TEXT_PREFIX, expected)?;
    let wrong = |at, expected: &str| parse_error_at(source, text, at, expected);
    let mapping: Mapping = serde_json::from_str(head)
        .map_err(|error| wrong(SOURCE_TEXT_PREFIX.len(), &format!("a mapping ({error})")))?;
    let tables = parse_blocks(source, &mapping, blocks)?;
    let find = |wanted: &str| tables.iter().find(|(name, _)| *name == wanted);
    let Some((_, table)) = find("rows") else { return Err(wrong(text.len(), "a block of rows")) };
    let joins = tables.iter().filter_map(|(name, table)| {
        let name = name.strip_prefix("join ")?;
        Some(JoinedTable::new(name, mapping.join.get(name)?, table, table.rows.iter().collect()))
    });
    let named = find("named").map_or(Vec::new(), |(_, table)| table.rows.iter().collect());
    let bundle = ElectionRows {
        cells: TableView {
            mapping: &mapping,
            table,
            joins: joins.collect(),
            rows: table.rows.iter().collect(),
            by_text: RefCell::default(),
        },
        short: table.short.iter().collect(),
        named,
        decided: mapping.decided.clone(),
    };
    election::parse_election(&bundle, true).map(|read| read.election)
}

/// Parses the blocks of a source text as tables. The block `lines`, if there is one, restores the
/// line numbers that the rows have in the original table.
fn parse_blocks<'a>(
    source: &str,
    mapping: &Mapping,
    blocks: Blocks<'a>,
) -> Result<Vec<(&'a str, Table)>, ParseError> {
    let delimiter = |name: &str| {
        let of = if name == "named" { "rows" } else { name };
        mapping.decided.delimiters.get(of).copied()
    };
    let lines = blocks.iter().find(|(name, _)| *name == "lines");
    let lines: Vec<u32> = lines.map_or(Vec::new(), |(_, body)| {
        body.lines().skip(1).filter_map(|line| line.parse().ok()).collect()
    });
    let tables = blocks.iter().filter(|(name, _)| *name != "lines").map(|(name, body)| {
        let mut table = Table::read_block(source, body, delimiter(name))?;
        if *name == "rows" {
            table.number(&lines);
        }
        Ok((*name, table))
    });
    tables.collect()
}
