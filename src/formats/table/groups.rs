//! Groups the rows of a table by election.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::bundle::{ElectionRows, key_text, linked_keys};
use super::cells::TableView;
use super::join::JoinedTable;
use super::mapping::{Decisions, Mapping, ValueSource};
use super::report::{EventSink, Notes, TableEvent};
use super::rows::{Row, Table};
use super::{decide, election, wide};
use crate::ParseError;
use crate::formats::document::Document;
use crate::model::fold;
use crate::values::timestamp;

/// The key cells of an election.
type ElectionKeyCells = Vec<String>;

/// Rows by election and time.
struct RowGroups<'a> {
    /// Keys, in the order of their first rows.
    order: Vec<ElectionKeyCells>,
    rows: HashMap<ElectionKeyCells, BTreeMap<Option<String>, Vec<&'a Row>>>,
    /// Rows whose number of cells differs from the number of columns.
    short: HashMap<(ElectionKeyCells, Option<String>), Vec<&'a Row>>,
}

/// Returns the pattern of each key cell: `9` for every digit, `a` for a run of letters and spaces,
/// and every other character once per run.
fn key_pattern(key: &ElectionKeyCells) -> Vec<String> {
    let shape = |cell: &String| {
        let mut shape = String::new();
        for c in cell.chars() {
            let sign = match c {
                c if c.is_numeric() => '9',
                c if c.is_alphabetic() || c.is_whitespace() => 'a',
                c => c,
            };
            if !shape.ends_with(sign) || sign == '9' {
                shape.push(sign);
            }
        }
        shape
    };
    key.iter().map(shape).collect()
}

impl<'a> RowGroups<'a> {
    fn of(cells: &TableView<'a>, each: &mut EventSink<'_>) -> Self {
        let TableView { mapping, table, .. } = *cells;
        let mut groups = Self { order: Vec::new(), rows: HashMap::new(), short: HashMap::new() };
        for row in &table.short {
            let of = |row| (key(mapping, table, row), version_time(cells, row).unwrap_or_default());
            let at = table.rows.partition_point(|other| other.at.start < row.at.start);
            let beside = [at.checked_sub(1), Some(at)].into_iter().flatten();
            let beside: Vec<_> = beside.filter_map(|at| table.rows.get(at)).map(of).collect();
            let own = of(row);
            // In a row with missing cells, the key may hold another column's text. If it resembles
            // the key of neither neighbour, the row is assigned to both.
            let alike = |(key, _): &(ElectionKeyCells, Option<String>)| {
                key_pattern(key) == key_pattern(&own.0)
            };
            let is_known = beside.is_empty() || beside.iter().any(alike);
            let all = if is_known { vec![own] } else { beside };
            for one in all {
                groups.short.entry(one).or_default().push(row);
            }
        }
        // Rows with only null cells are skipped.
        let says =
            |row: &&Row| row.cells.iter().any(|cell| !cell.is_empty() && !mapping.is_null(cell));
        for row in table.rows.iter().filter(says) {
            let time = match version_time(cells, row) {
                Ok(time) => time,
                Err(unread) => {
                    each(TableEvent::Unread(unread));
                    continue;
                }
            };
            let key = key(mapping, table, row);
            let order = &mut groups.order;
            let group = groups.rows.entry(key.clone()).or_insert_with(|| {
                order.push(key);
                BTreeMap::new()
            });
            group.entry(time).or_default().push(row);
        }
        groups
    }

    /// Returns the first row of each election, by its key as one text; `None` where several
    /// elections share the text.
    fn first_rows(&self, cells: &TableView<'_>) -> HashMap<String, Option<&'a Row>> {
        let mut first: HashMap<String, Option<&'a Row>> = HashMap::new();
        for key in &self.order {
            let row = self.rows.get(key).and_then(|times| times.values().next()?.first().copied());
            let Some(row) = row else { continue };
            let text = key_text(cells.mapping, cells.table, row);
            first.entry(text).and_modify(|known| *known = None).or_insert(Some(row));
        }
        first
    }
}

/// Emits the elections of a table in the order of their first rows, and the versions of each in
/// order of time.
pub(super) fn emit_elections(
    cells: &TableView<'_>,
    decided: &Decisions,
    notes: &mut Notes,
    each: &mut EventSink<'_>,
) {
    let TableView { mapping, table, .. } = *cells;
    let groups = RowGroups::of(cells, each);
    let first_rows = groups.first_rows(cells);
    let mut titles: HashMap<String, &ElectionKeyCells> = HashMap::new();
    let mut wide = wide::UnmappedColumns::default();
    for key in &groups.order {
        for (time, rows) in groups.rows.get(key).into_iter().flatten() {
            let short = groups.short.get(&(key.clone(), time.clone()));
            // A row of the wrong length excludes its election (or that version): without the row,
            // the record would not match the table.
            if short.is_some() && !mapping.keeps_cells() {
                continue;
            }
            let keys = linked_keys(cells, rows);
            let named: Vec<&Row> =
                keys.iter().filter_map(|key| first_rows.get(key).copied().flatten()).collect();
            let bundle = ElectionRows {
                cells: TableView {
                    mapping,
                    table,
                    joins: needed_joins(cells, rows, &named),
                    rows: rows.clone(),
                    by_text: RefCell::default(),
                },
                short: short.cloned().unwrap_or_default(),
                decided: decide::relevant_decisions(decided, cells, rows),
                named,
            };
            let read = election::parse_election(&bundle, false).and_then(|read| {
                match *titles.entry(fold(&read.election.title)).or_insert(key) {
                    other if other == key => Ok(read),
                    other => Err(duplicate_title_error(cells, rows, &read.election.title, other)),
                }
            });
            let read = match read {
                Ok(read) => read,
                Err(unread) => {
                    each(TableEvent::Unread(unread));
                    continue;
                }
            };
            read.warnings.into_iter().for_each(|warning| each(TableEvent::Warning(warning)));
            notes.extend(read.notes);
            wide.add(&read.election, rows);
            let document = Document {
                line: rows.first().map_or(1, |row| row.line),
                source_time: time.clone(),
                ..Document::new(read.election, bundle.text(read.has_lines))
            };
            each(TableEvent::Document(Box::new(document)));
        }
    }
    wide.report(cells, notes, each);
}

/// Returns, for each joined table, the rows that `rows` refer to. Rows that only the linked
/// elections in `named` refer to are included if the title uses the join.
fn needed_joins<'a>(
    cells: &TableView<'a>,
    rows: &[&'a Row],
    named: &[&'a Row],
) -> Vec<JoinedTable<'a>> {
    let title = cells.mapping.election.title.as_ref();
    let of_title = |name: &str| {
        let columns = title.map(ValueSource::columns).unwrap_or_default();
        columns.iter().any(|column| cells.mapping.needs_join(column, name))
    };
    let joins = cells.joins.iter().map(|joined| {
        let named = if of_title(joined.name) { named } else { &[] };
        let mut known = HashSet::new();
        let found = rows.iter().chain(named).filter_map(|row| {
            let (_, found) = cells.joined_row(joined.name, row).ok().flatten()?;
            known.insert(found.at.start).then_some(found)
        });
        JoinedTable::new(joined.name, joined.join, joined.table, found.collect())
    });
    joins.collect()
}

fn key(mapping: &Mapping, table: &Table, row: &Row) -> ElectionKeyCells {
    let cells = mapping.key().into_iter().map(|column| table.cell(row, column).unwrap_or_default());
    cells.map(str::to_owned).collect()
}

/// Returns the error for a title that another election of the table has. Both would be taken for
/// versions of one election.
fn duplicate_title_error(
    cells: &TableView<'_>,
    rows: &[&Row],
    title: &str,
    other: &ElectionKeyCells,
) -> ParseError {
    let (key, other) = (cells.mapping.key().join(", "), other.join("/"));
    let expected = format!("a title that no other election has; it is that of '{other}' in {key}");
    let unread = super::problem::cell_error(cells.table, rows.first().copied(), "", &expected);
    ParseError { text: title.to_owned(), ..unread }
}

/// Parses the time of a row's version, from the value of `version_by`; `None` without that
/// setting.
fn version_time(cells: &TableView<'_>, row: &Row) -> Result<Option<String>, ParseError> {
    let TableView { mapping, table, .. } = *cells;
    let Some(value) = &mapping.version_by else { return Ok(None) };
    let column = value.name();
    let text = cells.text(value, row)?.unwrap_or_default();
    let text = text.as_str();
    let form = value.format();
    let read = match form {
        None => timestamp::read(text),
        Some(form) => {
            super::mapping::parse_description(form).and_then(|form| timestamp::read_as(text, &form))
        }
    };
    let expected = form.map_or_else(
        || "a time such as 1954-06-05T20:00".to_owned(),
        |form| format!("a time of the form {form}"),
    );
    let wrong = || ParseError {
        text: text.to_owned(),
        ..super::problem::cell_error(table, Some(row), column, &expected)
    };
    read.map(Some).ok_or_else(wrong)
}
