//! The rows of a table, election by election.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::bundle::{self, Bundle, key_of, named_keys};
use super::cells::Cells;
use super::join::Joined;
use super::mapping::{Decided, Mapping, Value};
use super::report::{Each, Notes, TableEvent};
use super::rows::{Row, Table};
use super::{decide, election, wide};
use crate::Unread;
use crate::import::{Document, times};
use crate::model::fold;

/// The cells that tell an election from others.
type Key = Vec<String>;

/// The rows of each election and time.
struct Groups<'a> {
    /// In the order of their first rows.
    order: Vec<Key>,
    rows: HashMap<Key, BTreeMap<Option<String>, Vec<&'a Row>>>,
    /// Rows that are not whole.
    short: HashMap<(Key, Option<String>), Vec<&'a Row>>,
}

/// What the cells of a key look like: 9 for digits, a for letters, all else as it stands.
fn shape(key: &Key) -> Vec<String> {
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

impl<'a> Groups<'a> {
    fn of(cells: &Cells<'a>, each: &mut Each<'_>) -> Self {
        let Cells { mapping, table, .. } = *cells;
        let mut groups = Self { order: Vec::new(), rows: HashMap::new(), short: HashMap::new() };
        for row in &table.short {
            let of =
                |row| (key(mapping, table, row), time(mapping, table, row).unwrap_or_default());
            let at = table.rows.partition_point(|other| other.at.start < row.at.start);
            let beside = [at.checked_sub(1), Some(at)].into_iter().flatten();
            let beside: Vec<_> = beside.filter_map(|at| table.rows.get(at)).map(of).collect();
            let own = of(row);
            // Where cells are missing, the key may be another column's: then the row may be of either neighbour.
            let alike = |(key, _): &(Key, Option<String>)| shape(key) == shape(&own.0);
            let is_known = beside.is_empty() || beside.iter().any(alike);
            let all = if is_known { vec![own] } else { beside };
            for one in all {
                groups.short.entry(one).or_default().push(row);
            }
        }
        // A row in which nothing is known is none.
        let says =
            |row: &&Row| row.cells.iter().any(|cell| !cell.is_empty() && !mapping.is_null(cell));
        for row in table.rows.iter().filter(says) {
            let time = match time(mapping, table, row) {
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

    /// The first row of each election, by its key as one text; none of several elections of one text.
    fn first_rows(&self, cells: &Cells<'_>) -> HashMap<String, Option<&'a Row>> {
        let mut first: HashMap<String, Option<&'a Row>> = HashMap::new();
        for key in &self.order {
            let row = self.rows.get(key).and_then(|times| times.values().next()?.first().copied());
            let Some(row) = row else { continue };
            let text = key_of(cells.mapping, cells.table, row);
            first.entry(text).and_modify(|known| *known = None).or_insert(Some(row));
        }
        first
    }
}

/// Hands on the elections of a table. Elections stand in the order of their first rows, and their versions in that of
/// time.
pub(super) fn bundles(
    cells: &Cells<'_>,
    decided: &Decided,
    notes: &mut Notes,
    each: &mut Each<'_>,
) {
    let Cells { mapping, table, .. } = *cells;
    let groups = Groups::of(cells, each);
    let first_rows = groups.first_rows(cells);
    let mut titles: HashMap<String, &Key> = HashMap::new();
    let mut wide = wide::Wide::default();
    for key in &groups.order {
        for (time, rows) in groups.rows.get(key).into_iter().flatten() {
            let short = groups.short.get(&(key.clone(), time.clone()));
            // A row that is not whole leaves its election (or that version of it) out: without it, what
            // the election says would not be what the table says.
            if short.is_some() && !mapping.keeps_cells() {
                continue;
            }
            let keys = named_keys(cells, rows);
            let named: Vec<&Row> =
                keys.iter().filter_map(|key| first_rows.get(key).copied().flatten()).collect();
            let bundle = Bundle {
                cells: Cells {
                    mapping,
                    table,
                    joins: joins(cells, rows, &named),
                    rows: rows.clone(),
                    by_text: OnceCell::new(),
                },
                short: short.cloned().unwrap_or_default(),
                decided: decide::needed(decided, cells, rows),
                named,
            };
            let read = election::read(&bundle, false).and_then(|read| {
                match *titles.entry(fold(&read.election.title)).or_insert(key) {
                    other if other == key => Ok(read),
                    other => Err(same_title(cells, rows, &read.election.title, other)),
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

/// Of each joined table, the rows that these rows lead to; those of the elections that they name only where a
/// title needs them.
fn joins<'a>(cells: &Cells<'a>, rows: &[&'a Row], named: &[&'a Row]) -> Vec<Joined<'a>> {
    let title = cells.mapping.election.title.as_ref();
    let of_title = |name: &str| {
        let columns = title.map(Value::columns).unwrap_or_default();
        columns.iter().any(|column| cells.mapping.needs_join(column, name))
    };
    let joins = cells.joins.iter().map(|joined| {
        let named = if of_title(joined.name) { named } else { &[] };
        let mut known = HashSet::new();
        let found = rows.iter().chain(named).filter_map(|row| {
            let (_, found) = cells.joined_row(joined.name, row).ok().flatten()?;
            known.insert(found.at.start).then_some(found)
        });
        Joined::new(joined.name, joined.join, joined.table, found.collect())
    });
    joins.collect()
}

fn key(mapping: &Mapping, table: &Table, row: &Row) -> Key {
    let cells = mapping.key().into_iter().map(|column| table.cell(row, column).unwrap_or_default());
    cells.map(str::to_owned).collect()
}

/// Two elections of a table would be taken for versions of one.
fn same_title(cells: &Cells<'_>, rows: &[&Row], title: &str, other: &Key) -> Unread {
    let (key, other) = (cells.mapping.key().join(", "), other.join("/"));
    let expected = format!("a title that no other election has; it is that of '{other}' in {key}");
    let unread = bundle::wrong(cells.table, rows.first().copied(), "", &expected);
    Unread { text: title.to_owned(), ..unread }
}

/// The time at which the source had a row so, where the mapping says which column has it.
fn time(mapping: &Mapping, table: &Table, row: &Row) -> Result<Option<String>, Unread> {
    let Some(value) = &mapping.version_by else { return Ok(None) };
    let column = value.name();
    let text = table.cell(row, column).unwrap_or_default();
    let form = value.format();
    let read = match form {
        None => times::read(text),
        Some(form) => {
            super::mapping::description(form).and_then(|form| times::read_as(text, &form))
        }
    };
    let expected = form.map_or_else(
        || "a time such as 1954-06-05T20:00".to_owned(),
        |form| format!("a time of the form {form}"),
    );
    let wrong =
        || Unread { text: text.to_owned(), ..bundle::wrong(table, Some(row), column, &expected) };
    read.map(Some).ok_or_else(wrong)
}
