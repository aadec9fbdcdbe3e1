//! Rows and columns of a results template.

use std::collections::BTreeMap;

use super::parameter_value::ParameterValue;
use crate::formats::infobox::{round_mut, seat_change, tally_mut};
use crate::formats::non_contender_rows::{self, RowKind};
use crate::model::{Ballot, Contender, Contest, RoundFigures, Tally, UnparsedReason};
use crate::values::number::{self, RoundValue, RoundValues};
use crate::values::text::{
    change, count, detail_text, names, people, plain_text, quantity, reference, single_line,
};

/// Headings of the columns of votes and seats.
#[derive(Default)]
struct Headings {
    /// Headings of the two columns of votes, if the columns are not rounds.
    votes: Option<[String; 2]>,
    /// Headings of the columns of seats, by number.
    seats: BTreeMap<u16, String>,
    /// Whether seats are stated for each column of votes, and not only for the whole contest.
    seats_per_vote_column: bool,
}

impl Headings {
    fn from_parameters(parameters: &[ParameterValue<'_>]) -> Self {
        let text = |wanted: &str| {
            let found =
                parameters.iter().find(|parameter| parameter.name().eq_ignore_ascii_case(wanted));
            found.map(|parameter| number::strip_markup(&parameter.text).into_owned())
        };
        let has_second_column = |base: &str| {
            let parts = parameters.iter().filter_map(|parameter| split_parameter(parameter.name()));
            parts.into_iter().any(|(name, _, column)| name == base && column == Some(2))
        };
        let [first, other] = [text("firstround"), text("secondround")];
        let has_label = [&first, &other].into_iter().flatten().any(|heading| !is_round(heading));
        let has_two_columns = has_second_column("votes") || has_second_column("seats");
        let default =
            |heading: Option<String>, default: &str| heading.unwrap_or_else(|| default.to_owned());
        let number = |name: &str| name.to_lowercase().strip_prefix("seattype")?.parse().ok();
        let seats = parameters.iter().filter_map(|parameter| {
            Some((number(parameter.name())?, number::strip_markup(&parameter.text).into_owned()))
        });
        Self {
            votes: (has_label && has_two_columns)
                .then(|| [default(first, "First round"), default(other, "Second round")]),
            seats: seats.collect(),
            seats_per_vote_column: has_second_column("seats")
                || parameters.iter().any(|parameter| {
                    split_parameter(parameter.name())
                        .is_some_and(|(name, number, _)| name == "totseats" && number.is_some())
                }),
        }
    }

    /// Returns the ballot of a column of votes. Columns are counted from 1.
    fn ballot(&self, column: u8) -> Ballot<'_> {
        let label = self.votes.as_ref().and_then(|votes| votes.get(usize::from(column) - 1));
        match label {
            Some(label) => Ballot { round: Some(1), label: Some(label) },
            None => column.into(),
        }
    }
}

/// Returns whether a heading names a round.
fn is_round(heading: &str) -> bool {
    const ROUNDS: [&str; 7] =
        ["round", "run-off", "runoff", "ballot", "tour", "wahlgang", "vuelta"];
    let heading = heading.to_lowercase();
    ROUNDS.iter().any(|round| heading.contains(round))
}

/// Splits a parameter into name, row and column: `votes1_2` is the votes of row 1 in column 2.
/// Returns `None` if the row or the column is not a valid number.
fn split_parameter(name: &str) -> Option<(String, Option<u16>, Option<u8>)> {
    let (rest, column) = match name.rsplit_once('_') {
        Some((rest, column)) if rest.ends_with(|c: char| c.is_ascii_digit()) => {
            (rest, Some(column.parse().ok().filter(|column| *column > 0)?))
        }
        _ => (name, None),
    };
    let base = rest.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &rest[base.len()..];
    // `cand01` is not `cand1`.
    if digits.starts_with('0') {
        return None;
    }
    let number = if digits.is_empty() { None } else { Some(digits.parse().ok()?) };
    Some((base.to_lowercase(), number, column))
}

/// Highest number that a column of seats can have.
const MAX_SEAT_TYPE: u16 = 99;

/// Returns the row and the column of `stNtM`: the seats of row N under the heading `seattypeM`.
fn seat_type(name: &str) -> Option<(u16, u16)> {
    let lower = name.to_lowercase();
    let (row, column) = lower.strip_prefix("st")?.split_once('t')?;
    let column = column.parse::<u16>().ok().filter(|column| *column <= MAX_SEAT_TYPE)?;
    Some((row.parse().ok()?, column))
}

/// The contest of a results template, while its parameters are read.
pub(super) struct ResultsBuilder {
    pub(super) contest: Contest,
    headings: Headings,
    contenders: BTreeMap<u16, Contender>,
    /// Names of rows that are not contenders.
    row_names: BTreeMap<u16, String>,
}

impl ResultsBuilder {
    pub(super) fn new(contest: Contest, parameters: &[ParameterValue<'_>]) -> Self {
        let headings = Headings::from_parameters(parameters);
        Self { contest, headings, contenders: BTreeMap::new(), row_names: BTreeMap::new() }
    }

    /// Reads a parameter.
    ///
    /// # Errors
    /// When the parameter has no name, or its value does not have the type of the parameter.
    pub(super) fn read_value(&mut self, name: &str, text: &str) -> Result<(), UnparsedReason> {
        if name.is_empty() {
            return Err(UnparsedReason::NoLabel);
        }
        if let Some((row, column)) = seat_type(name) {
            let seats = Some(count(text)?);
            let default = format!("seat type {column}");
            let label = Some(self.headings.seats.get(&column).unwrap_or(&default).as_str());
            let tallies = &mut self.contenders.entry(row).or_default().tallies;
            tally_mut(tallies, Ballot { round: Some(1), label }).seats = seats;
            return Ok(());
        }
        let Some((base, number, column)) = split_parameter(name) else {
            return self.add_detail(name, text);
        };
        match (base.as_str(), number) {
            ("caption", None) => self.contest.name = Some(single_line(text)?),
            ("total_seats" | "totseats", None) => self.contest.seats = Some(quantity(text)?),
            ("valid" | "invalid" | "electorate" | "total_votes" | "totalvotes", _) => {
                // For totals, the number in the parameter is the column: `valid2`.
                let total_column = number.and_then(|number| u8::try_from(number).ok());
                let ballot = self.headings.ballot(total_column.or(column).unwrap_or(1).max(1));
                set_total(round_mut(&mut self.contest.rounds, ballot), &base, count(text)?);
            }
            ("firstround" | "secondround", None) if self.headings.votes.is_some() => {}
            ("seattype", Some(..=MAX_SEAT_TYPE)) => {}
            (_, Some(row)) => return self.read_row_value(row, &base, column, name, text),
            _ => return self.add_detail(name, text),
        }
        Ok(())
    }

    fn read_row_value(
        &mut self,
        row: u16,
        base: &str,
        column: Option<u8>,
        name: &str,
        text: &str,
    ) -> Result<(), UnparsedReason> {
        if base == "row" {
            self.row_names.insert(row, plain_text(text)?);
            return Ok(());
        }
        let ballot = self.headings.ballot(column.unwrap_or(1));
        match base {
            "cand" | "candidate" | "vp" | "party" | "alliance" => {
                let contender = self.contenders.entry(row).or_default();
                match base {
                    "cand" | "candidate" => contender.people = people(text)?,
                    "vp" => contender.running_mates = people(text)?,
                    "party" => contender.party = Some(reference(text)?),
                    _ => contender.alliances = names(text)?,
                }
            }
            "totseats" => self.contenders.entry(row).or_default().seats = Some(count(text)?),
            "seats" if column.is_none() && !self.headings.seats_per_vote_column => {
                self.contenders.entry(row).or_default().seats = Some(count(text)?);
            }
            "sc" => {
                let change = seat_change(&only_figure(text)?);
                let change = change
                    .ok_or_else(|| UnparsedReason::expected("a change such as +4, or New"))?;
                self.contenders.entry(row).or_default().seat_change = Some(change);
            }
            "votes" | "seats" | "sw" => {
                let tallies = &mut self.contenders.entry(row).or_default().tallies;
                set_tally_value(tallies, ballot, base, text)?;
            }
            _ => return self.add_detail(name, text),
        }
        Ok(())
    }

    fn add_detail(&mut self, name: &str, text: &str) -> Result<(), UnparsedReason> {
        self.contest.details.push(detail_text(name, plain_text(text)?));
        Ok(())
    }

    pub(super) fn finish(self) -> Contest {
        let Self { mut contest, mut contenders, row_names: names, .. } = self;
        for (number, name) in names {
            let row = contenders.remove(&number).unwrap_or_default();
            let row = Contender { number: Some(number), ..row };
            if row.people.is_empty() && row.party.is_none() {
                RowKind::from_non_contender_name(&name).add_to_contest(&mut contest, &name, row);
            } else {
                let notes = [vec![name], row.notes.clone()].concat();
                contenders.insert(number, Contender { notes, ..row });
            }
        }
        let numbered = |(number, contender)| Contender { number: Some(number), ..contender };
        contest.contenders = contenders.into_iter().map(numbered).collect();
        non_contender_rows::separate_non_contenders(&mut contest);
        contest.rounds.sort_by_key(|round| round.number);
        contest
    }
}

fn set_total(round: &mut RoundFigures, base: &str, count: u64) {
    let field = match base {
        "valid" => &mut round.valid,
        "invalid" => &mut round.invalid,
        "electorate" => &mut round.registered,
        _ => &mut round.cast,
    };
    *field = Some(count);
}

fn set_tally_value(
    tallies: &mut Vec<Tally>,
    ballot: Ballot<'_>,
    base: &str,
    text: &str,
) -> Result<(), UnparsedReason> {
    match base {
        "votes" => {
            let votes = count(text)?;
            tally_mut(tallies, ballot).votes = Some(votes);
        }
        "sw" => {
            let swing = change(&only_figure(text)?);
            let swing =
                swing.ok_or_else(|| UnparsedReason::expected("a change such as +4.1, or New"))?;
            tally_mut(tallies, ballot).swing = Some(swing);
        }
        _ => {
            let seats = count(text)?;
            tally_mut(tallies, ballot).seats = Some(seats);
        }
    }
    Ok(())
}

/// Returns the only figure of a value. Fails if the value contains other figures or words.
fn only_figure(text: &str) -> Result<RoundValue, UnparsedReason> {
    let RoundValues::One(part) = number::parse_rounds(text) else {
        return Err(UnparsedReason::expected("one value"));
    };
    if part.words.is_empty() { Ok(part) } else { Err(UnparsedReason::expected("a number")) }
}
