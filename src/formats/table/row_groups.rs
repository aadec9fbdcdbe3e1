//! The rows of a table by record: by event, area and time.

use std::collections::{BTreeMap, HashMap};

use super::area_rows::RecordKey;
use super::election_rows::{key_cells, key_text};
use super::errors::cell_error;
use super::report::{EventSink, TableEvent};
use super::rows::Row;
use super::table_view::TableView;
use crate::ParseError;
use crate::values::timestamp;

/// The first row of each record, by the key of its event as one text and by its area; `None` where
/// several events share the text.
pub(super) type FirstRows<'a> = HashMap<(String, Vec<String>), Option<&'a Row>>;

/// Rows by record and time.
pub(super) struct RowGroups<'a> {
    /// Keys, in the order of their first rows.
    pub(super) keys: Vec<RecordKey>,
    pub(super) rows: HashMap<RecordKey, BTreeMap<Option<String>, Vec<&'a Row>>>,
    /// Rows whose number of cells differs from the number of columns.
    pub(super) ragged_rows: HashMap<(RecordKey, Option<String>), Vec<&'a Row>>,
    /// Rows that state an area without the larger area around it.
    pub(super) without_larger_area: Vec<(RecordKey, &'a Row)>,
}

/// Returns the pattern of each key cell: `9` for every digit, `a` for a run of letters and spaces,
/// and every other character once per run.
fn key_pattern(key: &RecordKey) -> Vec<String> {
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
    key.event.iter().chain(&key.path).map(shape).collect()
}

impl<'a> RowGroups<'a> {
    pub(super) fn new(view: &TableView<'a>, sink: &mut EventSink<'_>) -> Self {
        let TableView { mapping, table, .. } = *view;
        let (keys, rows, ragged_rows, without_larger_area) = Default::default();
        let mut groups = Self { keys, rows, ragged_rows, without_larger_area };
        for row in &table.ragged_rows {
            let key_and_time = |row| {
                let event = || key_cells(mapping, table, row);
                let key = RecordKey::read(view, row)
                    .unwrap_or_else(|_| RecordKey { event: event(), path: Vec::new() });
                (key, version_time(view, row).unwrap_or_default())
            };
            let at = table.rows.partition_point(|other| other.range.start < row.range.start);
            let neighbours = [at.checked_sub(1), Some(at)].into_iter().flatten();
            let neighbours: Vec<_> =
                neighbours.filter_map(|at| table.rows.get(at)).map(key_and_time).collect();
            let own = key_and_time(row);
            // In a row with missing cells, the key may contain the text of another column. If the
            // key resembles that of neither neighbouring row, the row is assigned to the elections
            // of both neighbours.
            let resembles_own =
                |(key, _): &(RecordKey, Option<String>)| key_pattern(key) == key_pattern(&own.0);
            let is_plausible = neighbours.is_empty() || neighbours.iter().any(resembles_own);
            let all = if is_plausible { vec![own] } else { neighbours };
            for one in all {
                groups.ragged_rows.entry(one).or_default().push(row);
            }
        }
        // Rows with only null cells are skipped.
        let has_values =
            |row: &&Row| row.has_cell(|cell| !cell.is_empty() && !mapping.is_null(cell));
        for row in table.rows.iter().filter(has_values) {
            let time = match version_time(view, row) {
                Ok(time) => time,
                Err(error) => {
                    sink(TableEvent::Error(error));
                    continue;
                }
            };
            let key = match RecordKey::read(view, row) {
                Ok(key) => key,
                Err(error) => {
                    let event = key_cells(mapping, table, row);
                    groups.without_larger_area.push((RecordKey { event, path: Vec::new() }, row));
                    sink(TableEvent::Error(error));
                    continue;
                }
            };
            let keys = &mut groups.keys;
            let group = groups.rows.entry(key.clone()).or_insert_with(|| {
                keys.push(key);
                BTreeMap::new()
            });
            group.entry(time).or_default().push(row);
        }
        groups
    }

    /// Returns, for each event, the first row that is in no record, because it has a wrong number of
    /// cells or states no larger area.
    pub(super) fn broken_rows(&self) -> HashMap<&[String], &'a Row> {
        let mut broken: HashMap<&[String], &'a Row> = HashMap::new();
        let ragged = self.ragged_rows.iter();
        let ragged = ragged.flat_map(|((key, _), rows)| rows.iter().map(move |row| (key, *row)));
        let others = self.without_larger_area.iter().map(|(key, row)| (key, *row));
        for (key, row) in ragged.chain(others) {
            let first = broken.entry(&key.event).or_insert(row);
            if row.range.start < first.range.start {
                *first = row;
            }
        }
        broken
    }

    /// Returns the first row of each record and of each larger area around one.
    pub(super) fn first_rows(&self, view: &TableView<'_>) -> FirstRows<'a> {
        let mut first = FirstRows::new();
        let links = [&view.mapping.election.previous, &view.mapping.contest.previous];
        if links.iter().all(|link| link.is_none()) {
            return first;
        }
        let mut events: HashMap<String, &Vec<String>> = HashMap::new();
        for key in &self.keys {
            let row = self.rows.get(key).and_then(|times| times.values().next()?.first().copied());
            let Some(row) = row else { continue };
            let text = key_text(view.mapping, view.table, row);
            let is_one_event = *events.entry(text.clone()).or_insert(&key.event) == &key.event;
            for depth in 0..=key.path.len() {
                let path = key.path.iter().take(depth).cloned().collect();
                let known = first.entry((text.clone(), path)).or_insert(Some(row));
                if !is_one_event {
                    *known = None;
                }
            }
        }
        first
    }
}

/// Parses the time of a row's version, from the value of `version_by`; `None` without that
/// setting.
fn version_time(view: &TableView<'_>, row: &Row) -> Result<Option<String>, ParseError> {
    let TableView { mapping, table, .. } = *view;
    let Some(value) = &mapping.version_by else { return Ok(None) };
    let column = value.name();
    let text = view.text(value, row)?.unwrap_or_default();
    let text = text.as_str();
    let format = value.format();
    let read = match format {
        None => timestamp::parse(text),
        Some(form) => super::mapping::parse_description(form)
            .and_then(|form| timestamp::parse_with_format(text, &form)),
    };
    let expected = format.map_or_else(
        || "a time such as 1954-06-05T20:00".to_owned(),
        |form| format!("a time of the form {form}"),
    );
    let error =
        || ParseError { found: text.to_owned(), ..cell_error(table, Some(row), column, &expected) };
    read.map(Some).ok_or_else(error)
}
