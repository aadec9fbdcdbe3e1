//! Tables of results: CSV and TSV, parsed according to a mapping.
//!
//! Each election of a table (or each version of one) becomes a document. Its source text holds the
//! mapping, the election's rows and the rows that they refer to, all verbatim, so the record can be
//! parsed again without the table.

mod area_checks;
mod area_rows;
mod area_sum;
mod area_sums;
mod blank;
mod contender_builder;
mod contender_index;
mod contender_rows;
mod contenders;
mod dates;
mod decisions;
mod delimiter;
mod election;
mod election_rows;
mod errors;
mod footnote;
mod groups;
mod header;
mod join;
mod joined_rows;
mod layout;
mod lineage;
pub(crate) mod mapping;
mod merge;
mod month_names;
mod number;
mod open;
mod reader;
mod report;
mod row_figures;
mod row_groups;
mod row_rules;
mod rows;
mod share;
mod sum_contender;
mod sum_parts;
mod sum_winner;
mod table_view;
mod totals;
mod unmapped_columns;
mod unpivot;
mod unread_columns;

use std::cell::RefCell;

use super::document::{Document, Importer, parse_error_at};
use crate::ParseError;
use crate::model::Election;
use area_rows::area_path;
use election_rows::{Blocks, ElectionRows, SOURCE_TEXT_PREFIX, key_cells, read_blocks};
use join::JoinedTable;
pub(crate) use lineage::{LineageDocument, parse_lineage as read_lineage, parse_lineages};
#[cfg(feature = "schema")]
pub(crate) use mapping::mapping_schema;
pub use mapping::{BuiltInMapping, Mapping};
pub(crate) use report::TableEvent;
use report::{EventSink, Notes};
use rows::{Row, Table};
use table_view::TableView;

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

/// Parses every election of a table, in the order of their first rows. With `version_by`, parses
/// every version of each election, in order of time. Does nothing if the mapping has no title.
/// `load_sibling` returns the text of a joined table.
pub(crate) fn parse_table(
    mapping: &Mapping,
    source: &str,
    text: &str,
    load_sibling: &mut dyn FnMut(&str) -> Result<String, ParseError>,
    sink: &mut EventSink<'_>,
) {
    if mapping.election.title.is_none() {
        return;
    }
    let mut errors = Vec::new();
    let opened = open::open_tables(mapping, source, text, load_sibling, &mut errors);
    let (table, joins) = match opened {
        Ok(opened) => opened,
        Err(error) => return sink(TableEvent::Error(error)),
    };
    errors.into_iter().for_each(|error| sink(TableEvent::Error(error)));
    let joined = joins.iter().filter_map(|(name, joined)| {
        Some(JoinedTable::new(name, mapping.join.get(name)?, joined, joined.rows.iter().collect()))
    });
    for table in std::iter::once(&table).chain(joins.iter().map(|(_, joined)| joined)) {
        let notes = table.notes.iter().map(|note| format!("{}: {note}", table.source));
        notes.for_each(|note| sink(TableEvent::Note(note)));
    }
    let view = TableView {
        mapping,
        table: &table,
        joins: joined.collect(),
        rows: Vec::new(),
        row_index: RefCell::default(),
    };
    let key_errors: Vec<ParseError> =
        view.joins.iter().flat_map(|joined| joined.duplicate_key_errors(mapping)).collect();
    if !key_errors.is_empty() {
        return key_errors.into_iter().for_each(|error| sink(TableEvent::Error(error)));
    }
    let (decided, decision_notes) = match decisions::decide(&view) {
        Ok(decided) => decided,
        Err(error) => return sink(TableEvent::Error(error)),
    };
    decision_notes.into_iter().for_each(|note| sink(TableEvent::Note(format!("{source}: {note}"))));
    let mut notes = Notes::default();
    groups::emit_elections(&view, &decided, &mut notes, sink);
    notes.messages(source).for_each(|note| sink(TableEvent::Note(note)));
}

/// Parses an election from a source text that holds its mapping and all of its rows.
fn parse_source_text(source: &str, text: &str) -> Result<Election, ParseError> {
    let expected = "the rows of one election, as an import through a mapping keeps them";
    let (head, blocks) = read_blocks(source, text, SOURCE_TEXT_PREFIX, expected)?;
    let error_at = |at, expected: &str| parse_error_at(source, text, at, expected);
    let mapping: Mapping = serde_json::from_str(head)
        .map_err(|error| error_at(SOURCE_TEXT_PREFIX.len(), &format!("a mapping ({error})")))?;
    let tables = parse_blocks(source, &mapping, blocks)?;
    let find = |wanted: &str| tables.iter().find(|(name, _)| *name == wanted);
    let Some((_, table)) = find("rows") else {
        return Err(error_at(text.len(), "a block of rows"));
    };
    let joins = tables.iter().filter_map(|(name, table)| {
        let name = name.strip_prefix("join ")?;
        Some(JoinedTable::new(name, mapping.join.get(name)?, table, table.rows.iter().collect()))
    });
    let linked_rows = find("named").map_or(Vec::new(), |(_, table)| table.rows.iter().collect());
    let area = mapping.decided.area.clone();
    let mut view = TableView {
        mapping: &mapping,
        table,
        joins: joins.collect(),
        rows: Vec::new(),
        row_index: RefCell::default(),
    };
    let key = &mapping.decided.key;
    let is_in_area = |row: &Row| match &area {
        None => true,
        Some(area) => area_path(&view, row).is_ok_and(|path| match area.sum {
            true => path.starts_with(&area.path),
            false => path == area.path,
        }),
    };
    let is_own =
        |row: &&Row| (key.is_empty() || key_cells(&mapping, table, row) == *key) && is_in_area(row);
    let rows = table.rows.iter().filter(is_own).collect();
    view.rows = rows;
    let has_sum = area.as_ref().is_some_and(|area| area.sum);
    let election_rows = ElectionRows {
        view,
        ragged_rows: table.ragged_rows.iter().collect(),
        linked_rows,
        area,
        decided: mapping.decided.clone(),
    };
    if has_sum {
        return area_sums::parse_with_sum(&election_rows);
    }
    election::parse_election(&election_rows, true).map(|read| read.election)
}

/// Parses the blocks of a source text as tables. The block `lines`, if there is one, restores the
/// line numbers that the rows have in the original table.
fn parse_blocks<'a>(
    source: &str,
    mapping: &Mapping,
    blocks: Blocks<'a>,
) -> Result<Vec<(&'a str, Table)>, ParseError> {
    let delimiter = |name: &str| {
        let block = if name == "named" { "rows" } else { name };
        mapping.decided.delimiters.get(block).copied()
    };
    let lines = blocks.iter().find(|(name, _)| *name == "lines");
    let lines: Vec<u32> = lines.map_or(Vec::new(), |(_, body)| {
        body.lines().skip(1).filter_map(|line| line.parse().ok()).collect()
    });
    let tables = blocks.iter().filter(|(name, _)| *name != "lines").map(|(name, body)| {
        let is_own = ["rows", "named"].contains(name);
        let unpivot = mapping.unpivot.as_ref().filter(|_| is_own);
        let mut table = Table::read_block(source, body, delimiter(name), unpivot)?;
        if *name == "rows" {
            table.set_line_numbers(&lines);
        }
        if is_own {
            table.unpivot(mapping, &mut Vec::new())?;
            row_rules::drop_rows(mapping, &mut table, &mut Vec::new());
            table.file_name = mapping.decided.file.clone().unwrap_or_default();
            table.lines.clone_from(&mapping.decided.lines);
        }
        Ok((*name, table))
    });
    tables.collect()
}
