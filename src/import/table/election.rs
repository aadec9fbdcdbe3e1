//! An election from the rows of a table: what all of its rows say, and what those of a round say.

use std::collections::BTreeMap;

use super::bundle::{Bundle, key_of};
use super::days;
use super::entries::Entries;
use super::mapping::{DateOrder, Value};
use super::number;
use super::reader::Reader;
use super::report::Done;
use super::rows::Row;
use super::{contenders, totals};
use crate::import::title;
use crate::import::value::detail_text;
use crate::model::{
    Contest, Election, Field, Kind, Link, PollingDate, Quantity, Reason, Ref, Round,
};
use crate::{Unread, Warning};

/// An election, and what is said about its rows.
pub(super) struct Reading {
    pub(super) election: Election,
    pub(super) warnings: Vec<Warning>,
    pub(super) notes: Vec<(Done, u32, String)>,
    /// Whether it holds something that was not understood, and so lines of the table.
    pub(super) has_lines: bool,
}

/// Rows by the round that they state. None of several rounds is not stated.
pub(super) type ByRound<'a> = BTreeMap<Option<u8>, Vec<&'a Row>>;

/// Reads an election. What was read before is read `again` from the text that was kept: what cannot be read is
/// then kept as not understood.
///
/// # Errors
/// At the first cell that does not hold what the mapping says, and where rows disagree.
pub(super) fn read(bundle: &Bundle<'_>, again: bool) -> Result<Reading, Unread> {
    let mapping = bundle.cells.mapping;
    let mut reader = Reader::new(bundle, again || mapping.keeps_cells());
    let Some(first) = bundle.cells.rows.first().copied() else {
        let expected = "a row, in a text that was kept";
        return Err(super::bundle::wrong(bundle.cells.table, None, "", expected));
    };
    let columns = &mapping.election;
    let rows = bundle.cells.rows.as_slice();
    let title = reader.title(rows, again)?;
    let title = title.ok_or_else(|| reader.without_title(first))?;
    let kind = reader.agreed_text("type", columns.r#type.as_ref(), rows)?.map(Kind::from);
    let rounds = reader.rounds(rows)?;
    let dates = reader.dates(&rounds, again)?;
    let year = reader.agreed("year", columns.year.as_ref(), rows, |text| {
        number::plain(text).ok_or_else(|| "a year".to_owned())
    })?;
    let mut election = Election {
        title,
        country: reader.agreed_text("country", columns.country.as_ref(), rows)?,
        year: year.or(dates.first().map(|date| date.start.year())),
        kind: kind.clone(),
        dates,
        previous: reader.link("previous", columns.previous.as_ref(), rows)?,
        ..Election::default()
    };
    for (name, value) in &columns.details {
        let value = reader.agreed_text(name, Some(value), rows)?;
        election.details.extend(value.map(|value| detail_text(name, value)));
    }
    let mut contest = reader.contest(kind, rows, &rounds)?;
    contest.kept = std::mem::take(&mut reader.kept);
    contest.kept.extend(bundle.short.iter().map(|row| Field {
        label: "row".to_owned(),
        text: bundle.cells.table.exact(row).to_owned(),
        reason: Reason::Expected(format!("{} cells", bundle.cells.table.columns.len())),
        line: Some(row.line),
    }));
    let has_lines = !contest.kept.is_empty();
    election.contests = vec![contest];
    title::infer(&mut election);
    Ok(Reading { election, warnings: reader.warnings, notes: reader.notes, has_lines })
}

impl Reader<'_> {
    /// The title. Rows that were kept before titles had to agree have that of the first.
    fn title(&mut self, rows: &[&Row], again: bool) -> Result<Option<String>, Unread> {
        let value = self.bundle.cells.mapping.election.title.as_ref();
        let rows = if again { &rows[..1] } else { rows };
        match self.agreed_text("title", value, rows)? {
            Some(title) => Ok(Some(title)),
            // Without a title there is no election, whatever is kept.
            None => match self.kept.first() {
                Some(field) => {
                    Err(Unread { text: field.text.clone(), ..self.without_title(rows[0]) })
                }
                None => Ok(None),
            },
        }
    }

    fn without_title(&self, row: &Row) -> Unread {
        let Some(value) = self.bundle.cells.mapping.election.title.as_ref() else {
            return super::bundle::wrong(self.bundle.cells.table, Some(row), "", "a title");
        };
        let is_blank = |column: &&str| matches!(self.bundle.cells.cell(column, row), Ok(None));
        let blank = value.columns().into_iter().find(is_blank).unwrap_or_default();
        let expected = format!("a title; '{blank}' is blank");
        super::bundle::wrong(self.bundle.cells.table, Some(row), blank, &expected)
    }

    /// The rows of each round. Where no row states one, all are of the only round.
    fn rounds<'b>(&mut self, rows: &[&'b Row]) -> Result<ByRound<'b>, Unread> {
        let value = self.bundle.cells.mapping.contender.round.as_ref();
        let mut rounds: ByRound<'b> = BTreeMap::new();
        for row in rows {
            let round = self.parsed(value, row, |text| {
                let round = number::plain(text).and_then(|round| u8::try_from(round).ok());
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

    /// The dates: one for all rows, or one for each round that states its own.
    fn dates(&mut self, rounds: &ByRound<'_>, again: bool) -> Result<Vec<PollingDate>, Unread> {
        let value = self.bundle.cells.mapping.election.date.as_ref();
        let Some(date) = value else { return Ok(Vec::new()) };
        // Texts that were kept before columns had an order have the month first.
        let order = self.bundle.decided.dates.or(again.then_some(DateOrder::MonthFirst));
        let read = |text: &str| match date.format() {
            None => days::read(text, order).ok_or_else(|| "a date such as 2012-07-19".to_owned()),
            Some(format) => {
                days::read_as(text, format).ok_or_else(|| format!("a date of the form {format}"))
            }
        };
        let mut found: Vec<(Option<u8>, Vec<PollingDate>, &Row)> = Vec::new();
        for (round, rows) in rounds {
            let dates = self.agreed("date", value, rows, read)?;
            found.extend(dates.zip(rows.first()).map(|(dates, row)| (*round, dates, *row)));
        }
        let Some((_, first, _)) = found.first() else { return Ok(Vec::new()) };
        let is_one = found.iter().all(|(_, dates, _)| dates == first);
        if is_one && (found.len() == rounds.len() || found[0].0.is_none()) {
            return Ok(first.clone());
        }
        let mut dates = Vec::new();
        for (round, of_round, row) in found {
            match of_round.as_slice() {
                [one] if one.round.is_none() || one.round == round => {
                    dates.push(PollingDate { round, ..one.clone() });
                }
                _ => {
                    let text = self.text(value, row)?.unwrap_or_default();
                    self.refuse(row, date, "one date in the rows of a round", &text)?;
                }
            }
        }
        // The date of rows that state no round comes last.
        dates.sort_by_key(|date: &PollingDate| (date.round.is_none(), date.round));
        Ok(dates)
    }

    /// The election whose key these rows state.
    fn link(
        &mut self,
        word: &str,
        value: Option<&Value>,
        rows: &[&Row],
    ) -> Result<Option<Link>, Unread> {
        let Some(key) = self.agreed_text(word, value, rows)? else { return Ok(None) };
        let cells = &self.bundle.cells;
        let mapping = cells.mapping;
        let found = self.bundle.named.iter().find(|row| key_of(mapping, cells.table, row) == key);
        // One that the table does not have is a link all the same, and leads nowhere.
        let Some(found) = found else {
            let states = |row: &&&Row| matches!(self.text(value, row), Ok(Some(_)));
            if let Some((row, value)) = rows.iter().find(states).zip(value) {
                let column = value.column_name();
                let of = mapping.key().join(", ");
                let message = format!(
                    "no election has '{key}' in '{of}', so the link to the one before leads nowhere"
                );
                self.warn(row, column, message);
            }
            return Ok(Some(Link { label: Some(key), ..Link::default() }));
        };
        let title = cells.text_of(mapping.election.title.as_ref(), found)?;
        Ok(Some(Link { title, ..Link::default() }))
    }
}

impl<'a> Reader<'a> {
    fn contest(
        &mut self,
        kind: Option<Kind>,
        rows: &[&'a Row],
        rounds: &ByRound<'a>,
    ) -> Result<Contest, Unread> {
        let columns = &self.bundle.cells.mapping.contest;
        let quantity =
            |count: u64| Quantity { count: Some(count), of: None, text: count.to_string() };
        let mut contest = Contest {
            kind,
            office: self.agreed_text("office", columns.office.as_ref(), rows)?.map(Ref::new),
            previous: self.link("previous", columns.previous.as_ref(), rows)?,
            seats: self.agreed_count("seats", columns.seats.as_ref(), rows)?.map(quantity),
            ..Contest::default()
        };
        for (number, rows) in rounds {
            let number = *number;
            let round = Round {
                number,
                registered: self.agreed_count("registered", columns.registered.as_ref(), rows)?,
                cast: self.agreed_count("cast", columns.cast.as_ref(), rows)?,
                valid: self.agreed_count("valid", columns.valid.as_ref(), rows)?,
                invalid: self.agreed_count("invalid", columns.invalid.as_ref(), rows)?,
                blank: self.agreed_count("blank", columns.blank.as_ref(), rows)?,
                turnout: self.agreed_share("turnout", columns.turnout.as_ref(), rows)?,
                counted: self.agreed_share("counted", columns.counted.as_ref(), rows)?,
                ..Round::default()
            };
            if round != (Round { number, ..Round::default() }) {
                contest.rounds.push(round);
            }
        }
        contest.rounds.sort_by_key(|round| (round.number.is_none(), round.number));
        let mut entries = Entries::read(self, rounds)?;
        totals::take(self, &mut entries, &mut contest);
        contenders::fill(self, entries, &mut contest);
        Ok(contest)
    }
}
