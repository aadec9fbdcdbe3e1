//! The rows of one election with all that it takes to read them, and the text that the journal keeps of them.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::cells::Cells;
use super::mapping::{Decided, Mapping};
use super::rows::{Row, Table};
use crate::Unread;
use crate::import::unread;

/// What begins the text of such an election.
pub(super) const MARK: &str = "#hustings-table ";

pub(super) struct Bundle<'a> {
    /// The rows, and of the tables joined to theirs the rows whose keys they have.
    pub(super) cells: Cells<'a>,
    /// Rows of another length than the names of the columns.
    pub(super) short: Vec<&'a Row>,
    /// A row of each election that this one names, for its title.
    pub(super) named: Vec<&'a Row>,
    /// What the whole table decided of the cells of these rows.
    pub(super) decided: Decided,
}

impl Bundle<'_> {
    /// The text from which this election can be read again without its table. With lines, it says where each
    /// row stood in its table.
    pub(super) fn text(&self, with_lines: bool) -> String {
        let Cells { mapping, table, joins, rows, .. } = &self.cells;
        let hidden = |name: &str, table: &Table| Some((name.to_owned(), table.hidden_delimiter()?));
        let mut delimiters: Vec<_> = hidden("rows", table).into_iter().collect();
        delimiters.extend(
            joins.iter().filter_map(|join| hidden(&format!("join {}", join.name), join.table)),
        );
        let decided =
            Decided { delimiters: delimiters.into_iter().collect(), ..self.decided.clone() };
        let mapping: Cow<'_, Mapping> = match decided == Decided::default() {
            true => Cow::Borrowed(*mapping),
            false => Cow::Owned(Mapping { decided, ..(*mapping).clone() }),
        };
        let mut text = format!("{MARK}{}\n", serde_json::to_string(&mapping).unwrap_or_default());
        let mut rows: Vec<&Row> = rows.iter().chain(&self.short).copied().collect();
        rows.sort_by_key(|row| row.at.start);
        write_block(&mut text, "rows", table, &rows);
        for join in joins.iter().filter(|join| !join.rows.is_empty()) {
            write_block(&mut text, &format!("join {}", join.name), join.table, &join.rows);
        }
        if !self.named.is_empty() {
            write_block(&mut text, "named", table, &self.named);
        }
        if with_lines {
            let lines = rows.iter().map(|row| row.line.to_string());
            let body: Vec<String> = std::iter::once("line".to_owned()).chain(lines).collect();
            push_block(&mut text, "lines", &body.join("\n"));
        }
        text
    }
}

/// Writes rows of a table under its header. The block says how long it is, so that nothing in it can be taken
/// for its end.
pub(super) fn write_block(text: &mut String, name: &str, table: &Table, rows: &[&Row]) {
    let rows = rows.iter().map(|row| table.exact(row));
    let lines: Vec<&str> = std::iter::once(table.header.as_str()).chain(rows).collect();
    push_block(text, name, &lines.join("\n"));
}

fn push_block(text: &mut String, name: &str, body: &str) {
    let _ = writeln!(text, "#{} {name}\n{body}", body.len());
}

/// The names of blocks, and what is in them.
pub(super) type Blocks<'a> = Vec<(&'a str, &'a str)>;

/// What stands behind the mark of such a text: its first line, and the blocks.
pub(super) fn read_blocks<'a>(
    source: &str,
    text: &'a str,
    mark: &str,
    expected: &str,
) -> Result<(&'a str, Blocks<'a>), Unread> {
    let head = text.strip_prefix(mark).and_then(|rest| rest.split_once('\n'));
    let (head, mut rest) = head.ok_or_else(|| unread(source, text, 0, expected))?;
    let mut blocks = Vec::new();
    while let Some((line, after)) = rest.strip_prefix('#').and_then(|rest| rest.split_once('\n')) {
        let block = line.split_once(' ').and_then(|(length, name)| {
            let (body, rest) = after.split_at_checked(length.parse().ok()?)?;
            Some((name, body, rest))
        });
        let at = text.len() - rest.len();
        let wrong = || unread(source, text, at, "the length and the name of a block");
        let (name, body, after) = block.ok_or_else(wrong)?;
        blocks.push((name, body));
        rest = after.trim_start_matches('\n');
    }
    Ok((head, blocks))
}

/// What was expected in a column of a row.
pub(super) fn wrong(table: &Table, row: Option<&Row>, column: &str, expected: &str) -> Unread {
    Unread {
        source: table.source.clone(),
        line: row.map_or(table.header_line, |row| row.line),
        column: place(table, column),
        text: String::new(),
        expected: expected.to_owned(),
    }
}

/// Where a column stands, counted from 1; 1 where the table has no such column.
pub(super) fn place(table: &Table, column: &str) -> u32 {
    table.column(column).and_then(|at| u32::try_from(at + 1).ok()).unwrap_or(1)
}

/// What tells the election of a row from others.
pub(super) fn key_of(mapping: &Mapping, table: &Table, row: &Row) -> String {
    let cells = mapping.key().into_iter().map(|column| table.cell(row, column).unwrap_or_default());
    cells.collect::<Vec<_>>().join("/")
}

/// The keys that these rows name: of the elections before it.
pub(super) fn named_keys(cells: &Cells<'_>, rows: &[&Row]) -> Vec<String> {
    let values = [&cells.mapping.election.previous, &cells.mapping.contest.previous];
    let keys = values
        .into_iter()
        .flatten()
        .filter_map(|value| rows.iter().find_map(|row| cells.text(value, row).ok().flatten()));
    keys.collect()
}
