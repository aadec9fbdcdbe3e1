//! Tables of results: CSV and TSV, read as a mapping says.
//!
//! A table becomes one document an election (or a version of one): its mapping, its rows, and
//! what they refer to, each word as it stood. So a record can be read again without its table.

mod bundle;
mod cells;
mod contenders;
mod days;
mod decide;
mod delimiter;
mod election;
mod entries;
mod groups;
mod join;
mod known;
mod layout;
mod lineage;
mod mapping;
mod merge;
mod number;
mod open;
mod reader;
mod report;
mod rows;
mod share;
mod totals;
mod wide;

use std::cell::OnceCell;

use self::bundle::{Blocks, Bundle, MARK, read_blocks};
use self::cells::Cells;
use self::join::Joined;
pub(crate) use self::lineage::{LineageDocument, lineages, read as read_lineage};
pub use self::mapping::Mapping;
pub(crate) use self::report::TableEvent;
use self::report::{Each, Notes};
use self::rows::Table;
use super::{Document, Importer, unread};
use crate::Unread;
use crate::model::Election;

pub(super) struct Rows;

impl Importer for Rows {
    /// Reads what [`documents`] made.
    fn read(&self, source: &str, text: &str, each: &mut dyn FnMut(Result<Document, Unread>)) {
        let read = read_again(source, text);
        each(read.map(|election| Document::new(election, text.to_owned())));
    }
}

/// Whether a file has the name of a table.
pub(crate) fn is_table(name: &str) -> bool {
    [".csv", ".tsv", ".tab"].iter().any(|ending| name.to_ascii_lowercase().ends_with(ending))
}

/// Whether a text is one that [`documents`] made.
pub(super) fn is_bundle(text: &str) -> bool {
    text.starts_with(MARK)
}

/// Every election of a table, in the order of its rows; with `version_by`, every version of it, in
/// the order of time. `beside` gives the text of a joined table.
pub(crate) fn documents(
    mapping: &Mapping,
    source: &str,
    text: &str,
    beside: &mut dyn FnMut(&str) -> Result<String, Unread>,
    each: &mut Each<'_>,
) {
    if mapping.election.title.is_none() {
        return;
    }
    let mut bad = Vec::new();
    let opened = open::table(mapping, source, text, beside, &mut bad);
    let (table, joins) = match opened {
        Ok(opened) => opened,
        Err(unread) => return each(TableEvent::Unread(unread)),
    };
    bad.into_iter().for_each(|unread| each(TableEvent::Unread(unread)));
    let joined = joins.iter().filter_map(|(name, joined)| {
        Some(Joined::new(name, mapping.join.get(name)?, joined, joined.rows.iter().collect()))
    });
    let cells = Cells {
        mapping,
        table: &table,
        joins: joined.collect(),
        rows: Vec::new(),
        by_text: OnceCell::new(),
    };
    let repeated: Vec<Unread> =
        cells.joins.iter().flat_map(|joined| joined.repeated(mapping)).collect();
    if !repeated.is_empty() {
        return repeated.into_iter().for_each(|unread| each(TableEvent::Unread(unread)));
    }
    let decided = match decide::decide(&cells) {
        Ok(decided) => decided,
        Err(unread) => return each(TableEvent::Unread(unread)),
    };
    let mut notes = Notes::default();
    groups::bundles(&cells, &decided, &mut notes, each);
    notes.sentences(source).for_each(|note| each(TableEvent::Note(note)));
}

/// The election of a text that holds its mapping and all its rows.
fn read_again(source: &str, text: &str) -> Result<Election, Unread> {
    let expected = "the rows of one election, as an import through a mapping keeps them";
    let (head, blocks) = read_blocks(source, text, MARK, expected)?;
    let wrong = |at, expected: &str| unread(source, text, at, expected);
    let mapping: Mapping = serde_json::from_str(head)
        .map_err(|error| wrong(MARK.len(), &format!("a mapping ({error})")))?;
    let tables = tables(source, &mapping, blocks)?;
    let find = |wanted: &str| tables.iter().find(|(name, _)| *name == wanted);
    let Some((_, table)) = find("rows") else { return Err(wrong(text.len(), "a block of rows")) };
    let joins = tables.iter().filter_map(|(name, table)| {
        let name = name.strip_prefix("join ")?;
        Some(Joined::new(name, mapping.join.get(name)?, table, table.rows.iter().collect()))
    });
    let named = find("named").map_or(Vec::new(), |(_, table)| table.rows.iter().collect());
    let bundle = Bundle {
        cells: Cells {
            mapping: &mapping,
            table,
            joins: joins.collect(),
            rows: table.rows.iter().collect(),
            by_text: OnceCell::new(),
        },
        short: table.short.iter().collect(),
        named,
        decided: mapping.decided.clone(),
    };
    election::read(&bundle, true).map(|read| read.election)
}

/// The blocks of a text as tables. The rows have the lines on which they stood in their table, where the text
/// says so.
fn tables<'a>(
    source: &str,
    mapping: &Mapping,
    blocks: Blocks<'a>,
) -> Result<Vec<(&'a str, Table)>, Unread> {
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
