//! Parses the records of a table, and the sums over their areas.

use std::cell::RefCell;
use std::collections::HashMap;

use super::area_checks::AreaChecks;
use super::area_rows::{RecordKey, record_id};
use super::area_sums::{LargerAreas, PendingSum, PendingSums, level_problem};
use super::election::{ParsedElection, parse_election, parse_summed_event};
use super::election_rows::{ElectionRows, linked_keys};
use super::errors::cell_error;
use super::joined_rows::needed_joins;
use super::mapping::{Decisions, RecordArea, ValueSource};
use super::report::{EventSink, Notes, RowNote, TableEvent, column_warning};
use super::row_groups::{FirstRows, RowGroups};
use super::rows::Row;
use super::table_view::TableView;
use super::{decisions, unmapped_columns};
use crate::ParseError;
use crate::formats::document::Document;
use crate::model::{MAX_SOURCE_TEXT_BYTES, fold};

/// Emits the elections of a table in the order of their first rows, and the versions of each in
/// order of time. The sums over areas come last.
pub(super) fn emit_elections(
    view: &TableView<'_>,
    decided: &Decisions,
    notes: &mut Notes,
    sink: &mut EventSink<'_>,
) {
    let mapping = view.mapping;
    let groups = RowGroups::new(view, sink);
    let larger = LargerAreas::new(&groups.keys);
    let checks = AreaChecks::new(view, &groups, &larger, notes);
    let mut emitter = Emitter {
        view,
        decided,
        first_rows: groups.first_rows(view),
        titles: HashMap::new(),
        source_ids: HashMap::new(),
        notes,
        sink,
    };
    let mut sums = PendingSums::new(mapping);
    let mut stated: HashMap<RecordKey, Stated<'_>> = HashMap::new();
    let mut unmapped = unmapped_columns::UnmappedColumns::default();
    for key in &groups.keys {
        let is_larger = larger.contains(key);
        for (time, rows) in groups.rows.get(key).into_iter().flatten() {
            let ragged_rows = groups.ragged_rows.get(&(key.clone(), time.clone()));
            // A row of the wrong length excludes its election (or that version): without the row,
            // the record would not match the table.
            let is_excluded = ragged_rows.is_some() && !mapping.keeps_unparsed_cells();
            let mut election_rows = emitter.election_rows(key, rows, false);
            election_rows.ragged_rows = ragged_rows.cloned().unwrap_or_default();
            let read = if is_excluded {
                None
            } else {
                let read = checks.of_record(view, key, rows);
                emitter.parse(key, rows, read.and_then(|()| parse_election(&election_rows, false)))
            };
            let Some(read) = read else {
                if !is_larger {
                    let problem = format!(
                        "all areas of the sum; '{}' is left out, for the reason stated",
                        key.path.join(", ")
                    );
                    sums.add(key, rows, Err(&problem));
                }
                continue;
            };
            unmapped.add_election(&read.election, rows);
            if is_larger {
                let row = rows.first();
                row.into_iter().for_each(|row| {
                    let description = format!("'{}'", read.election.title);
                    emitter.notes.add(RowNote::AreaTotal, row.line, description);
                });
                if sums.has_level(key) {
                    let ragged_rows = election_rows.ragged_rows;
                    stated.insert(key.clone(), Stated { read, rows: rows.clone(), ragged_rows });
                    continue;
                }
            } else {
                let added = match level_problem(mapping, key) {
                    Some(Err(problem)) => Err(problem),
                    Some(Ok(message)) => {
                        emitter.warn(rows, message);
                        Ok(&read.election)
                    }
                    None => Ok(&read.election),
                };
                sums.add(
                    key,
                    rows,
                    added.as_ref().map(|election| *election).map_err(String::as_str),
                );
            }
            emitter.emit(key, time.clone(), &election_rows, rows, read);
        }
    }
    let broken_rows = groups.broken_rows();
    for mut sum in sums.into_sums() {
        let broken = broken_rows.get(sum.key.event.as_slice()).copied();
        if let (None, Some(row)) = (&sum.refused, broken) {
            let problem = "all rows of the areas of the sum; this one cannot be read".to_owned();
            sum.refused = Some((problem, row));
        }
        let stated = stated.remove(&sum.key);
        emitter.emit_sum(sum, stated);
    }
    unmapped.report(view, notes, sink);
}

/// A record with the figures that rows of a larger area state.
struct Stated<'a> {
    read: ParsedElection,
    rows: Vec<&'a Row>,
    /// Rows whose number of cells differs from the number of columns.
    ragged_rows: Vec<&'a Row>,
}

/// Parses and emits records.
struct Emitter<'e, 'a, 's> {
    view: &'e TableView<'a>,
    decided: &'e Decisions,
    first_rows: FirstRows<'a>,
    /// Records by their folded titles.
    titles: HashMap<String, RecordKey>,
    source_ids: HashMap<String, RecordKey>,
    notes: &'e mut Notes,
    sink: &'e mut EventSink<'s>,
}

impl<'a> Emitter<'_, 'a, '_> {
    fn error(&mut self, error: ParseError) {
        (self.sink)(TableEvent::Error(error));
    }

    fn warn(&mut self, rows: &[&Row], message: String) {
        let Some(row) = rows.first() else { return };
        let warning = column_warning(self.view.table, row, "", message);
        (self.sink)(TableEvent::Warning(warning));
    }

    /// Returns the rows of a record with what they refer to.
    fn election_rows(&self, key: &RecordKey, rows: &[&'a Row], sum: bool) -> ElectionRows<'a> {
        let TableView { mapping, table, .. } = *self.view;
        let linked_rows: Vec<&Row> = linked_keys(self.view, rows)
            .into_iter()
            .filter_map(|linked| {
                self.first_rows.get(&(linked, key.path.clone())).copied().flatten()
            })
            .collect();
        let joins = needed_joins(self.view, rows, &linked_rows);
        ElectionRows {
            view: TableView {
                mapping,
                table,
                joins,
                rows: rows.to_vec(),
                row_index: RefCell::default(),
            },
            ragged_rows: Vec::new(),
            decided: Decisions {
                link_id: mapping.source_id().filter(|_| !linked_rows.is_empty()).cloned(),
                ..decisions::relevant_decisions(self.decided, self.view, rows)
            },
            linked_rows,
            area: mapping.area.as_ref().map(|_| RecordArea { path: key.path.clone(), sum }),
        }
    }

    /// Reports the warnings and notes of a parsed record, or its error. A title that another record
    /// has is an error.
    fn parse(
        &mut self,
        key: &RecordKey,
        rows: &[&Row],
        read: Result<ParsedElection, ParseError>,
    ) -> Option<ParsedElection> {
        let read = read.and_then(|read| {
            let title = fold(&read.election.title);
            match self.titles.entry(title).or_insert_with(|| key.clone()) {
                other if other == key => Ok(read),
                // The source tells the two apart.
                _ if self.view.mapping.source_id().is_some() => Ok(read),
                other => Err(duplicate_title_error(self.view, rows, &read.election.title, other)),
            }
        });
        match read {
            Ok(mut read) => {
                let warnings = std::mem::take(&mut read.warnings).into_iter();
                warnings.for_each(|warning| (self.sink)(TableEvent::Warning(warning)));
                self.notes.extend(std::mem::take(&mut read.notes));
                Some(read)
            }
            Err(error) => {
                self.error(error);
                None
            }
        }
    }

    /// Emits the document of a record. `rows` are those that state it: without the rows of its areas
    /// if the larger area has rows of its own.
    fn emit(
        &mut self,
        key: &RecordKey,
        source_time: Option<String>,
        election_rows: &ElectionRows<'_>,
        rows: &[&Row],
        read: ParsedElection,
    ) {
        let is_sum = election_rows.area.as_ref().is_some_and(|area| area.sum);
        let is_only_sum = is_sum && rows.len() == election_rows.view.rows.len();
        let source_id =
            source_id(&election_rows.view, rows, key, is_only_sum, &mut self.source_ids);
        let source_id = match source_id {
            Ok(source_id) => source_id,
            Err(error) => return self.error(error),
        };
        let text = election_rows.to_source_text(read.needs_line_numbers);
        if is_sum && text.len() > MAX_SOURCE_TEXT_BYTES {
            let expected = format!(
                "at most {} MiB of rows in the areas of one sum, '{}'; it has {} MiB ('sum' in [area] with smaller \
                 levels adds fewer)",
                MAX_SOURCE_TEXT_BYTES >> 20,
                read.election.title,
                text.len().div_ceil(1 << 20)
            );
            let error = cell_error(self.view.table, rows.first().copied(), "", &expected);
            return self.error(error);
        }
        let line = rows.first().map_or(1, |row| row.line);
        let document =
            Document { source_id, line, source_time, ..Document::new(read.election, text) };
        (self.sink)(TableEvent::Document(Box::new(document)));
    }

    /// Emits the record of a sum, with the figures that rows of the larger area state, if there are
    /// any.
    fn emit_sum(&mut self, sum: PendingSum<'a>, stated: Option<Stated<'a>>) {
        let key = sum.key.clone();
        if let Some((problem, row)) = &sum.refused {
            let expected = format!("{problem} (the sum of '{}')", sum.name());
            self.error(cell_error(self.view.table, Some(row), "", &expected));
            // What the source states does not depend on the sum.
            if let Some(Stated { read, rows, ragged_rows }) = stated {
                let election_rows = self.election_rows(&key, &rows, false);
                let election_rows = ElectionRows { ragged_rows, ..election_rows };
                self.emit(&key, None, &election_rows, &rows, read);
            }
            return;
        }
        let is_stated = stated.is_some();
        let (own, read) = match stated {
            Some(Stated { read, rows, .. }) => (rows, Some(read)),
            None => (Vec::new(), None),
        };
        let rows: Vec<&Row> = own.iter().chain(&sum.rows).copied().collect();
        let election_rows = self.election_rows(&key, &rows, true);
        let read =
            read.or_else(|| self.parse(&key, &rows, parse_summed_event(&election_rows, false)));
        let Some(mut read) = read else { return };
        let line = rows.first().map_or(1, |row| row.line);
        for (note, place) in sum.complete(self.view.mapping, is_stated, &mut read.election) {
            let place = if place.is_empty() {
                place
            } else {
                format!(", in '{}': {place}", read.election.title)
            };
            self.notes.add(note, line, place.trim_start_matches(", ").to_owned());
        }
        let own = if is_stated { &own } else { &rows };
        self.emit(&key, None, &election_rows, own, read);
    }
}

/// Returns the identifier of an election in its source.
///
/// # Errors
/// When its rows disagree on the identifier, or when another election of the table has it.
fn source_id(
    view: &TableView<'_>,
    rows: &[&Row],
    key: &RecordKey,
    is_sum: bool,
    known: &mut HashMap<String, RecordKey>,
) -> Result<Option<String>, ParseError> {
    let Some(value) = view.mapping.source_id() else { return Ok(None) };
    let mut source_id: Option<String> = None;
    for (at, row) in rows.iter().enumerate() {
        let text = view.optional_text(Some(value), row)?;
        if at == 0 {
            source_id = text;
        } else if text != source_id {
            // The areas of a sum may have identifiers of their own.
            if is_sum {
                return Ok(None);
            }
            let first = source_id.unwrap_or_default();
            let expected = format!("the identifier of the rows above, '{first}'");
            return Err(identifier_error(view, row, value, &expected, text));
        }
    }
    source_id = source_id.map(|id| record_id(id, &key.path));
    if let (Some(id), Some(row)) = (&source_id, rows.first())
        && known.entry(id.clone()).or_insert_with(|| key.clone()) != key
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

/// Returns the error for a title that another election of the table already has. The archive would
/// take both elections for versions of one.
fn duplicate_title_error(
    view: &TableView<'_>,
    rows: &[&Row],
    title: &str,
    other: &RecordKey,
) -> ParseError {
    let (key, other) = (view.mapping.key().join(", "), other.text());
    let expected = format!("a title that no other election has; it is that of '{other}' in {key}");
    let error = cell_error(view.table, rows.first().copied(), "", &expected);
    ParseError { found: title.to_owned(), ..error }
}
