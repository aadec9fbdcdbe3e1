//! Groups the rows of a table by election.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::election_rows::{ElectionRows, key_cells, key_text, linked_keys};
use super::errors::cell_error;
use super::join::JoinedTable;
use super::mapping::{Decisions, ValueSource};
use super::report::{EventSink, Notes, TableEvent};
use super::rows::Row;
use super::table_view::TableView;
use super::{decisions, election, unmapped_columns};
use crate::ParseError;
use crate::formats::document::Document;
use crate::model::fold;
use crate::values::timestamp;

/// The texts of the key columns, which identify an election.
type ElectionKeyCells = Vec<String>;

/// Rows by election and time.
struct RowGroups<'a> {
    /// Keys, in the order of their first rows.
    keys: Vec<ElectionKeyCells>,
    rows: HashMap<ElectionKeyCells, BTreeMap<Option<String>, Vec<&'a Row>>>,
    /// Rows whose number of cells differs from the number of columns.
    ragged_rows: HashMap<(ElectionKeyCells, Option<String>), Vec<&'a Row>>,
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
    fn new(view: &TableView<'a>, sink: &mut EventSink<'_>) -> Self {
        let TableView { mapping, table, .. } = *view;
        let mut groups =
            Self { keys: Vec::new(), rows: HashMap::new(), ragged_rows: HashMap::new() };
        for row in &table.ragged_rows {
            let key_and_time =
                |row| (key_cells(mapping, table, row), version_time(view, row).unwrap_or_default());
            let at = table.rows.partition_point(|other| other.range.start < row.range.start);
            let neighbours = [at.checked_sub(1), Some(at)].into_iter().flatten();
            let neighbours: Vec<_> =
                neighbours.filter_map(|at| table.rows.get(at)).map(key_and_time).collect();
            let own = key_and_time(row);
            // In a row with missing cells, the key may contain the text of another column. If the
            // key resembles that of neither neighbouring row, the row is assigned to the elections
            // of both neighbours.
            let resembles_own = |(key, _): &(ElectionKeyCells, Option<String>)| {
                key_pattern(key) == key_pattern(&own.0)
            };
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
            let key = key_cells(mapping, table, row);
            let keys = &mut groups.keys;
            let group = groups.rows.entry(key.clone()).or_insert_with(|| {
                keys.push(key);
                BTreeMap::new()
            });
            group.entry(time).or_default().push(row);
        }
        groups
    }

    /// Returns the first row of each election, by its key as one text; `None` where several
    /// elections share the text.
    fn first_rows(&self, view: &TableView<'_>) -> HashMap<String, Option<&'a Row>> {
        let mut first: HashMap<String, Option<&'a Row>> = HashMap::new();
        for key in &self.keys {
            let row = self.rows.get(key).and_then(|times| times.values().next()?.first().copied());
            let Some(row) = row else { continue };
            let text = key_text(view.mapping, view.table, row);
            first.entry(text).and_modify(|existing| *existing = None).or_insert(Some(row));
        }
        first
    }
}

/// Emits the elections of a table in the order of their first rows, and the versions of each in
/// order of time.
pub(super) fn emit_elections(
    view: &TableView<'_>,
    decided: &Decisions,
    notes: &mut Notes,
    sink: &mut EventSink<'_>,
) {
    let TableView { mapping, table, .. } = *view;
    let groups = RowGroups::new(view, sink);
    let first_rows = groups.first_rows(view);
    let mut titles: HashMap<String, &ElectionKeyCells> = HashMap::new();
    let mut source_ids: HashMap<String, &ElectionKeyCells> = HashMap::new();
    let mut unmapped = unmapped_columns::UnmappedColumns::default();
    for key in &groups.keys {
        for (time, rows) in groups.rows.get(key).into_iter().flatten() {
            let ragged_rows = groups.ragged_rows.get(&(key.clone(), time.clone()));
            // A row of the wrong length excludes its election (or that version): without the row,
            // the record would not match the table.
            if ragged_rows.is_some() && !mapping.keeps_unparsed_cells() {
                continue;
            }
            let keys = linked_keys(view, rows);
            let linked_rows: Vec<&Row> =
                keys.iter().filter_map(|key| first_rows.get(key).copied().flatten()).collect();
            let election_rows = ElectionRows {
                view: TableView {
                    mapping,
                    table,
                    joins: needed_joins(view, rows, &linked_rows),
                    rows: rows.clone(),
                    row_index: RefCell::default(),
                },
                ragged_rows: ragged_rows.cloned().unwrap_or_default(),
                decided: Decisions {
                    link_id: mapping.source_id().filter(|_| !linked_rows.is_empty()).cloned(),
                    ..decisions::relevant_decisions(decided, view, rows)
                },
                linked_rows,
            };
            let read = election::parse_election(&election_rows, false).and_then(|read| {
                match *titles.entry(fold(&read.election.title)).or_insert(key) {
                    other if other == key => Ok(read),
                    // The source tells the two apart.
                    _ if mapping.source_id().is_some() => Ok(read),
                    other => Err(duplicate_title_error(view, rows, &read.election.title, other)),
                }
            });
            let read = match read {
                Ok(read) => read,
                Err(error) => {
                    sink(TableEvent::Error(error));
                    continue;
                }
            };
            read.warnings.into_iter().for_each(|warning| sink(TableEvent::Warning(warning)));
            notes.extend(read.notes);
            unmapped.add_election(&read.election, rows);
            let source_id = match source_id(&election_rows.view, rows, key, &mut source_ids) {
                Ok(source_id) => source_id,
                Err(error) => {
                    sink(TableEvent::Error(error));
                    continue;
                }
            };
            let document = Document {
                source_id,
                line: rows.first().map_or(1, |row| row.line),
                source_time: time.clone(),
                ..Document::new(
                    read.election,
                    election_rows.to_source_text(read.needs_line_numbers),
                )
            };
            sink(TableEvent::Document(Box::new(document)));
        }
    }
    unmapped.report(view, notes, sink);
}

/// Returns the identifier of an election in its source.
///
/// # Errors
/// When its rows disagree on the identifier, or when another election of the table has it.
fn source_id<'a>(
    view: &TableView<'_>,
    rows: &[&Row],
    key: &'a ElectionKeyCells,
    known: &mut HashMap<String, &'a ElectionKeyCells>,
) -> Result<Option<String>, ParseError> {
    let Some(value) = view.mapping.source_id() else { return Ok(None) };
    let mut source_id: Option<String> = None;
    for (at, row) in rows.iter().enumerate() {
        let text = view.optional_text(Some(value), row)?;
        if at == 0 {
            source_id = text;
        } else if text != source_id {
            let first = source_id.unwrap_or_default();
            let expected = format!("the identifier of the rows above, '{first}'");
            return Err(identifier_error(view, row, value, &expected, text));
        }
    }
    if let (Some(id), Some(row)) = (&source_id, rows.first())
        && *known.entry(id.clone()).or_insert(key) != key
    {
        let expected = "an identifier that no other election of the table has";
        return Err(identifier_error(view, row, value, expected, source_id));
    }
    Ok(source_id)
}

fn identifier_error(
    view: &TableView<'_>,
    row: &Row,
    value: &ValueSource,
    expected: &str,
    found: Option<String>,
) -> ParseError {
    let column = value.column().map_or(value.name(), |(column, _)| column);
    let error = cell_error(view.table, Some(row), column, expected);
    ParseError { found: found.unwrap_or_default(), ..error }
}

/// Returns, for each joined table, the rows that `rows` refer to. Rows that only the linked
/// elections in `linked_rows` refer to are included if the title or the identifier uses the join.
fn needed_joins<'a>(
    view: &TableView<'a>,
    rows: &[&'a Row],
    linked_rows: &[&'a Row],
) -> Vec<JoinedTable<'a>> {
    let values = [view.mapping.election.title.as_ref(), view.mapping.source_id()];
    let link_needs = |name: &str| {
        let mut columns = values.into_iter().flatten().flat_map(ValueSource::columns);
        columns.any(|column| view.mapping.needs_join(column, name))
    };
    let joins = view.joins.iter().map(|joined| {
        let linked_rows = if link_needs(joined.name) { linked_rows } else { &[] };
        let mut seen = HashSet::new();
        let found = rows.iter().chain(linked_rows).filter_map(|row| {
            let (_, found) = view.joined_row(joined.name, row).ok().flatten()?;
            seen.insert(found.range.start).then_some(found)
        });
        JoinedTable::new(joined.name, joined.join, joined.table, found.collect())
    });
    joins.collect()
}

/// Returns the error for a title that another election of the table already has. The archive would
/// take both elections for versions of one.
fn duplicate_title_error(
    view: &TableView<'_>,
    rows: &[&Row],
    title: &str,
    other: &ElectionKeyCells,
) -> ParseError {
    let (key, other) = (view.mapping.key().join(", "), other.join("/"));
    let expected = format!("a title that no other election has; it is that of '{other}' in {key}");
    let error = cell_error(view.table, rows.first().copied(), "", &expected);
    ParseError { found: title.to_owned(), ..error }
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
