//! Parses an election from the rows of a table: the values common to all rows, and those of each
//! round.

use std::collections::BTreeMap;

use super::area_rows::{record_id, record_title};
use super::contender_rows::{ContenderRows, RowsByRound};
use super::election_rows::{ElectionRows, key_text};
use super::mapping::{DateOrder, Mapping, ValueSource};
use super::reader::Reader;
use super::report::RowNote;
use super::rows::Row;
use super::{contenders, dates, number, row_figures, totals};
use crate::model::{
    Contest, Election, ElectionType, Link, PollingDate, Quantity, Reference, RoundFigures,
    UnparsedField, UnparsedReason,
};
use crate::values::text::detail_text;
use crate::values::title;
use crate::{ParseError, Warning};

/// A parsed election, with the warnings and notes about its rows.
pub(super) struct ParsedElection {
    pub(super) election: Election,
    pub(super) warnings: Vec<Warning>,
    pub(super) notes: Vec<(RowNote, u32, String)>,
    /// Whether the election has unparsed fields, which refer to lines of the table.
    pub(super) needs_line_numbers: bool,
}

/// Parses an election. `is_stored` is set for a stored source text: cells that cannot be parsed are
/// then kept as unparsed fields.
///
/// # Errors
/// At the first cell that does not match the mapping or disagrees with an earlier row, unless such
/// cells are kept. Also when there is no title.
pub(super) fn parse_election(
    election_rows: &ElectionRows<'_>,
    is_stored: bool,
) -> Result<ParsedElection, ParseError> {
    let mapping = election_rows.view.mapping;
    let mut reader = Reader::new(election_rows, is_stored || mapping.keeps_unparsed_cells());
    let Some(first) = election_rows.view.rows.first().copied() else {
        let expected = "a row, in a text that was kept";
        return Err(super::errors::cell_error(election_rows.view.table, None, "", expected));
    };
    let rows = election_rows.view.rows.as_slice();
    let (mut election, rounds) = reader.event(first, rows, is_stored)?;
    election.area = reader.area(rows)?;
    for (name, value) in &mapping.election.details {
        let value = reader.common_text(name, Some(value), rows)?;
        election.details.extend(value.map(|value| detail_text(name, value)));
    }
    let kind = election.kind.clone();
    let mut contest = reader.contest(kind, rows, &rounds)?;
    contest.unparsed = std::mem::take(&mut reader.unparsed);
    contest.unparsed.extend(election_rows.ragged_rows.iter().map(|row| UnparsedField {
        label: "row".to_owned(),
        text: election_rows.view.table.row_text(row).to_owned(),
        reason: UnparsedReason::Expected(format!("{} cells", election_rows.view.table.width())),
        line: Some(row.line),
    }));
    let needs_line_numbers = !contest.unparsed.is_empty();
    election.contests = vec![contest];
    finish_title(&mut election, mapping);
    Ok(ParsedElection {
        election,
        warnings: reader.warnings,
        notes: reader.notes,
        needs_line_numbers,
    })
}

/// Parses the record of a sum over areas, without its contest. The rows are those of the areas.
///
/// # Errors
/// When the rows disagree on the event, and when there is no title.
pub(super) fn parse_summed_event(
    election_rows: &ElectionRows<'_>,
    is_stored: bool,
) -> Result<ParsedElection, ParseError> {
    let mapping = election_rows.view.mapping;
    let mut reader = Reader::new(election_rows, false);
    let rows = election_rows.view.rows.as_slice();
    let Some(first) = rows.first().copied() else {
        let expected = "a row of an area, in a text that was kept";
        return Err(super::errors::cell_error(election_rows.view.table, None, "", expected));
    };
    let (mut election, _) = reader.event(first, rows, is_stored)?;
    election.area = reader.summed_area(rows)?;
    let contest = Contest {
        kind: election.kind.clone(),
        previous: reader.link("previous", mapping.contest.previous.as_ref(), rows)?,
        ..Contest::default()
    };
    election.contests = vec![contest];
    finish_title(&mut election, mapping);
    let (warnings, notes) = (reader.warnings, reader.notes);
    Ok(ParsedElection { election, warnings, notes, needs_line_numbers: false })
}

/// Infers what the title of the event states, and then adds the names of the areas to it.
fn finish_title(election: &mut Election, mapping: &Mapping) {
    title::infer_from_title(election);
    if let Some(area) = &election.area {
        election.title = record_title(&election.title, &area.path, mapping.title_has_area());
    }
}

impl Reader<'_> {
    /// Parses what all rows of an event state, under the title of the event. Returns the rows by
    /// round too.
    fn event<'b>(
        &mut self,
        first: &Row,
        rows: &[&'b Row],
        is_stored: bool,
    ) -> Result<(Election, RowsByRound<'b>), ParseError> {
        let columns = &self.election_rows.view.mapping.election;
        let title = self.title(rows, is_stored)?;
        let title = title.ok_or_else(|| self.missing_title_error(first))?;
        let kind = self.common_text("type", columns.r#type.as_ref(), rows)?.map(ElectionType::from);
        let rounds = self.rows_by_round(rows)?;
        let dates = self.dates(&rounds, is_stored)?;
        let year = self.common_value("year", columns.year.as_ref(), rows, |text| {
            number::parse_small_integer(text).ok_or_else(|| "a year".to_owned())
        })?;
        let election = Election {
            title,
            country: self.common_text("country", columns.country.as_ref(), rows)?,
            year: year.or(dates.first().map(|date| date.start.year())),
            kind,
            dates,
            previous: self.link("previous", columns.previous.as_ref(), rows)?,
            ..Election::default()
        };
        Ok((election, rounds))
    }

    /// Returns the title. In a stored source text the first row decides: old texts may hold rows
    /// whose titles disagree.
    fn title(&mut self, rows: &[&Row], is_stored: bool) -> Result<Option<String>, ParseError> {
        let value = self.election_rows.view.mapping.election.title.as_ref();
        let rows = if is_stored { &rows[..1] } else { rows };
        match self.common_text("title", value, rows)? {
            Some(title) => Ok(Some(title)),
            // A title cannot be kept as an unparsed field: an election without one is an error.
            None => match self.unparsed.first() {
                Some(field) => Err(ParseError {
                    found: field.text.clone(),
                    ..self.missing_title_error(rows[0])
                }),
                None => Ok(None),
            },
        }
    }

    fn missing_title_error(&self, row: &Row) -> ParseError {
        let Some(value) = self.election_rows.view.mapping.election.title.as_ref() else {
            return super::errors::cell_error(
                self.election_rows.view.table,
                Some(row),
                "",
                "a title",
            );
        };
        let is_blank =
            |column: &&str| matches!(self.election_rows.view.cell(column, row), Ok(None));
        let blank = value.columns().into_iter().find(is_blank).unwrap_or_default();
        let expected = format!("a title; '{blank}' is blank");
        super::errors::cell_error(self.election_rows.view.table, Some(row), blank, &expected)
    }

    /// Groups the rows by round. If no row states a round, all rows are of round 1.
    fn rows_by_round<'b>(&mut self, rows: &[&'b Row]) -> Result<RowsByRound<'b>, ParseError> {
        let value = self.election_rows.view.mapping.contender.round.as_ref();
        let mut rounds: RowsByRound<'b> = BTreeMap::new();
        for row in rows {
            let round = self.parsed_value(value, row, |text| {
                let round =
                    number::parse_small_integer(text).and_then(|round| u8::try_from(round).ok());
                round.filter(|round| *round > 0).ok_or_else(|| "the number of a round".to_owned())
            })?;
            rounds.entry(round).or_default().push(row);
        }
        if rounds.len() == 1
            && let Some(rows) = rounds.remove(&None)
        {
            rounds.insert(Some(1), rows);
        }
        Ok(rounds)
    }

    /// Returns the dates: those on which all rows agree, or one date for each round that states its
    /// own date.
    fn dates(
        &mut self,
        rounds: &RowsByRound<'_>,
        is_stored: bool,
    ) -> Result<Vec<PollingDate>, ParseError> {
        let value = self.election_rows.view.mapping.election.date.as_ref();
        let Some(date) = value else { return Ok(Vec::new()) };
        // A stored source text without a decided order may have been written before such decisions
        // existed. Its dates were parsed with the month first.
        let order = self.election_rows.decided.dates.or(is_stored.then_some(DateOrder::MonthFirst));
        let is_serial = self.election_rows.decided.serial_dates;
        let read = |text: &str| match date.format() {
            None if is_serial => dates::parse_serial(text)
                .ok_or_else(|| "the serial number of a day, as in the other rows".to_owned()),
            Some(dates::SERIAL_FORMAT) => dates::parse_serial(text).ok_or_else(|| {
                "the serial number of a day in a spreadsheet, such as 44197".to_owned()
            }),
            None => dates::parse_dates(text, order)
                .ok_or_else(|| "a date such as 2012-07-19".to_owned()),
            Some(format) => dates::parse_dates_as(text, format)
                .ok_or_else(|| format!("a date of the form {format}")),
        };
        let mut found: Vec<(Option<u8>, Vec<PollingDate>, &Row)> = Vec::new();
        for (round, rows) in rounds {
            let dates = self.common_value("date", value, rows, read)?;
            found.extend(dates.zip(rows.first()).map(|(dates, row)| (*round, dates, *row)));
        }
        let Some((_, first, _)) = found.first() else { return Ok(Vec::new()) };
        let is_one = found.iter().all(|(_, dates, _)| dates == first);
        if is_one && (found.len() == rounds.len() || found[0].0.is_none()) {
            return Ok(first.clone());
        }
        let mut dates = Vec::new();
        for (round, round_dates, row) in found {
            match round_dates.as_slice() {
                [one] if one.round.is_none() || one.round == round => {
                    dates.push(PollingDate { round, ..one.clone() });
                }
                _ => {
                    let text = self.text(value, row)?.unwrap_or_default();
                    self.keep_or_reject(row, date, "one date in the rows of a round", &text)?;
                }
            }
        }
        // The date of rows without a round comes last.
        dates.sort_by_key(|date: &PollingDate| (date.round.is_none(), date.round));
        Ok(dates)
    }

    /// Returns the words that name the area of the record in a message; nothing for the country.
    fn area_suffix(&self) -> String {
        match self.election_rows.path() {
            [] => String::new(),
            path => format!(" in '{}'", path.join(", ")),
        }
    }

    /// Returns a link to the election whose key the rows state.
    fn link(
        &mut self,
        setting: &str,
        value: Option<&ValueSource>,
        rows: &[&Row],
    ) -> Result<Option<Link>, ParseError> {
        let Some(key) = self.common_text(setting, value, rows)? else { return Ok(None) };
        let view = &self.election_rows.view;
        let mapping = view.mapping;
        let found = self
            .election_rows
            .linked_rows
            .iter()
            .find(|row| key_text(mapping, view.table, row) == key);
        // A key that is missing from the table still becomes a link, with a label but without a
        // title.
        let Some(found) = found else {
            let has_value = |row: &&&Row| matches!(self.text(value, row), Ok(Some(_)));
            if let Some((row, value)) = rows.iter().find(has_value).zip(value) {
                let column = value.column_name();
                let key_columns = mapping.event_key().join(", ");
                let area = self.area_suffix();
                let message = format!(
                    "no election{area} has '{key}' in '{key_columns}', so the link to the one before leads nowhere"
                );
                self.warn(row, column, message);
            }
            return Ok(Some(Link { label: Some(key), ..Link::default() }));
        };
        let title = view.optional_text(mapping.election.title.as_ref(), found)?;
        let path = self.election_rows.path();
        let title = title.map(|title| record_title(&title, path, mapping.title_has_area()));
        // A cell that cannot be read is an error of the election that it identifies.
        let link_id = self.election_rows.decided.link_id.as_ref();
        let id = view.optional_text(link_id, found).ok().flatten();
        let id = id.map(|id| record_id(id, path));
        Ok(Some(Link { title, id, ..Link::default() }))
    }
}

impl<'a> Reader<'a> {
    fn contest(
        &mut self,
        kind: Option<ElectionType>,
        rows: &[&'a Row],
        rounds: &RowsByRound<'a>,
    ) -> Result<Contest, ParseError> {
        let columns = &self.election_rows.view.mapping.contest;
        let quantity =
            |count: u64| Quantity { count: Some(count), of: None, text: count.to_string() };
        let mut contest = Contest {
            kind,
            office: self.common_text("office", columns.office.as_ref(), rows)?.map(Reference::new),
            previous: self.link("previous", columns.previous.as_ref(), rows)?,
            seats: self.common_count("seats", columns.seats.as_ref(), rows)?.map(quantity),
            ..Contest::default()
        };
        for (number, rows) in rounds {
            let number = *number;
            let round = RoundFigures {
                number,
                registered: self.common_count("registered", columns.registered.as_ref(), rows)?,
                cast: self.common_count("cast", columns.cast.as_ref(), rows)?,
                valid: self.common_count("valid", columns.valid.as_ref(), rows)?,
                invalid: self.common_count("invalid", columns.invalid.as_ref(), rows)?,
                blank: self.common_count("blank", columns.blank.as_ref(), rows)?,
                turnout: self.common_share("turnout", columns.turnout.as_ref(), rows)?,
                counted: self.common_share("counted", columns.counted.as_ref(), rows)?,
                ..RoundFigures::default()
            };
            if round != (RoundFigures { number, ..RoundFigures::default() }) {
                contest.rounds.push(round);
            }
        }
        contest.rounds.sort_by_key(|round| (round.number.is_none(), round.number));
        let mut entries = ContenderRows::read(self, rounds)?;
        row_figures::apply_figures(self, &std::mem::take(&mut entries.figures), &mut contest)?;
        totals::apply_totals(self, &mut entries, &mut contest);
        contenders::add_contenders(self, entries, &mut contest);
        Ok(contest)
    }
}
