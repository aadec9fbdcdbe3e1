//! The rows of one election with everything needed to parse them, and the source text that the
//! journal stores for them.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::mapping::{Decisions, Mapping, RecordArea};
use super::rows::{Row, Table};
use super::table_view::TableView;
use crate::ParseError;
use crate::formats::document::parse_error_at;

/// Prefix of an election's source text.
pub(super) const SOURCE_TEXT_PREFIX: &str = "#hustings-table ";

/// The rows of one election, and the rows that they refer to.
pub(super) struct ElectionRows<'a> {
    /// The rows, and the rows of joined tables that they refer to.
    pub(super) view: TableView<'a>,
    /// Rows whose number of cells differs from the number of columns.
    pub(super) ragged_rows: Vec<&'a Row>,
    /// One row of each election that this one links to, for the title of the link.
    pub(super) linked_rows: Vec<&'a Row>,
    /// Area of the record, if the mapping states areas.
    pub(super) area: Option<RecordArea>,
    /// Decisions derived from the whole table on which these rows depend.
    pub(super) decided: Decisions,
}

impl ElectionRows<'_> {
    /// Returns the source text, from which the election can be parsed again without its table.
    /// `with_line_numbers` adds the line number of each row in the table.
    pub(super) fn to_source_text(&self, with_line_numbers: bool) -> String {
        let TableView { mapping, table, joins, rows, .. } = &self.view;
        let undetected =
            |name: &str, table: &Table| Some((name.to_owned(), table.undetected_delimiter()?));
        let mut delimiters: Vec<_> = undetected("rows", table).into_iter().collect();
        delimiters.extend(
            joins.iter().filter_map(|join| undetected(&format!("join {}", join.name), join.table)),
        );
        // Rows that `[unpivot]` made of one row may belong to several elections.
        let key = match rows.first().filter(|_| table.has_new_column(&mapping.event_key())) {
            Some(row) => key_cells(mapping, table, row),
            None => Vec::new(),
        };
        let decided = Decisions {
            delimiters: delimiters.into_iter().collect(),
            key,
            area: self.area.clone(),
            file: mapping.uses_file_name().then(|| table.file_name.clone()),
            lines: table.lines.clone(),
            ..self.decided.clone()
        };
        let mapping: Cow<'_, Mapping> = match decided == Decisions::default() {
            true => Cow::Borrowed(*mapping),
            false => Cow::Owned(Mapping { decided, ..(*mapping).clone() }),
        };
        let mut text = format!(
            "{SOURCE_TEXT_PREFIX}{}\n",
            serde_json::to_string(&mapping).unwrap_or_default()
        );
        let mut rows: Vec<&Row> = rows.iter().chain(&self.ragged_rows).copied().collect();
        rows.sort_by_key(|row| row.range.start);
        rows.dedup_by_key(|row| row.range.start);
        write_block(&mut text, "rows", table, &rows);
        for join in joins.iter().filter(|join| !join.rows.is_empty()) {
            write_block(&mut text, &format!("join {}", join.name), join.table, &join.rows);
        }
        if !self.linked_rows.is_empty() {
            write_block(&mut text, "named", table, &self.linked_rows);
        }
        if with_line_numbers {
            let lines = rows.iter().map(|row| row.line.to_string());
            let body: Vec<String> = std::iter::once("line".to_owned()).chain(lines).collect();
            append_block(&mut text, "lines", &body.join("\n"));
        }
        text
    }
}

/// Appends a block with rows of a table below its header row. The block begins with its length in
/// bytes, so no content can be mistaken for the end of the block.
pub(super) fn write_block(text: &mut String, name: &str, table: &Table, rows: &[&Row]) {
    let rows = rows.iter().map(|row| table.row_text(row));
    let lines: Vec<&str> = std::iter::once(table.header.as_str()).chain(rows).collect();
    append_block(text, name, &lines.join("\n"));
}

fn append_block(text: &mut String, name: &str, body: &str) {
    let _ = writeln!(text, "#{} {name}\n{body}", body.len());
}

/// Names and contents of blocks.
pub(super) type Blocks<'a> = Vec<(&'a str, &'a str)>;

/// Splits a source text. Returns the rest of its first line after `prefix`, and its blocks.
///
/// # Errors
/// When the text does not begin with `prefix` (the error then states `expected`), or a block has no
/// length and name.
pub(super) fn read_blocks<'a>(
    source: &str,
    text: &'a str,
    prefix: &str,
    expected: &str,
) -> Result<(&'a str, Blocks<'a>), ParseError> {
    let head = text.strip_prefix(prefix).and_then(|rest| rest.split_once('\n'));
    let (head, mut rest) = head.ok_or_else(|| parse_error_at(source, text, 0, expected))?;
    let mut blocks = Vec::new();
    while let Some((line, after)) = rest.strip_prefix('#').and_then(|rest| rest.split_once('\n')) {
        let block = line.split_once(' ').and_then(|(length, name)| {
            let (body, rest) = after.split_at_checked(length.parse().ok()?)?;
            Some((name, body, rest))
        });
        let at = text.len() - rest.len();
        let error = || parse_error_at(source, text, at, "the length and the name of a block");
        let (name, body, after) = block.ok_or_else(error)?;
        blocks.push((name, body));
        rest = after.trim_start_matches('\n');
    }
    Ok((head, blocks))
}

/// Returns the key of a row's event: its cells in the key columns that do not state the area.
pub(super) fn key_cells(mapping: &Mapping, table: &Table, row: &Row) -> Vec<String> {
    let cells =
        mapping.event_key().into_iter().map(|column| table.cell(row, column).unwrap_or_default());
    cells.map(str::to_owned).collect()
}

/// Returns the key of a row's election as one text: its cells, joined by `/`.
pub(super) fn key_text(mapping: &Mapping, table: &Table, row: &Row) -> String {
    key_cells(mapping, table, row).join("/")
}

/// Returns the keys that the rows state for the previous election and for the previous contest.
pub(super) fn linked_keys(view: &TableView<'_>, rows: &[&Row]) -> Vec<String> {
    let values = [&view.mapping.election.previous, &view.mapping.contest.previous];
    let keys = values
        .into_iter()
        .flatten()
        .filter_map(|value| rows.iter().find_map(|row| view.text(value, row).ok().flatten()));
    keys.collect()
}
