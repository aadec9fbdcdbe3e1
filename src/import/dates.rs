//! Election dates as people write them: single days, ranges, several rounds, bounds.
//!
//! A text becomes tokens, and the tokens fill drafts of dates from left to right. A draft that
//! lacks a month or a year takes it from the next that has one ("4 and 11 April 2011"), else from
//! the one before ("26 June 1994 … 10 July"). Nothing else is filled in.

mod clause;
mod reader;
mod token;
mod words;

use self::reader::{Draft, Reader};
use self::token::tokens;
pub(super) use self::words::is_month;
use self::words::month as month_named;
use super::cell;
use super::lower::trimmed;
use super::value::expected;
use crate::model::{PartialDate, PollingDate, Reason};

/// Reads the dates of a vote.
///
/// `6/12/2021` is month, day, year, as the fact books of the United States have it, unless the
/// first number cannot be a month.
///
/// ```
/// use hustings::import::dates::read;
/// let dates = read("17 January and 7 February 2010").unwrap();
/// assert_eq!(dates[0].to_string(), "2010-01-17");
/// assert_eq!(dates[1].to_string(), "2010-02-07");
/// ```
///
/// # Errors
/// When the text gives no date, with the reason: it says that there is none yet, or it is not of
/// a form that is known.
pub fn read(text: &str) -> Result<Vec<PollingDate>, Reason> {
    let source = text;
    let text = cell::clean(source);
    if let Some(date) = plain(&text) {
        return Ok(vec![PollingDate::on(date)]);
    }
    if let Some(reason) = cell::absent(&text) {
        return Err(reason);
    }
    let text = cell::in_words(&text);
    // What a template says that is not known may be no date of the vote.
    let is_unknown = || cell::has_template(&text) || cell::unknown(source).is_some();
    if text.len() > LONGEST || is_unknown() {
        return Err(form());
    }
    let mut reader = Reader::default();
    let tokens = tokens(&text);
    for (index, token) in tokens.iter().enumerate() {
        reader.take(*token, &tokens[..index], &tokens[index + 1..]);
    }
    if !reader.drafts.is_empty() {
        reader.settle();
    }
    finish(reader)
}

/// The date of a text that says nothing else, as most do: `2012`, `2012-07-19`, `19 July 2012`.
fn plain(text: &str) -> Option<PartialDate> {
    // A sign before the year would be read as a dash.
    text.as_bytes().first().filter(|byte| byte.is_ascii_digit())?;
    PartialDate::read(text).or_else(|| day_in_words(text))
}

/// The date of `19 July 2012`.
fn day_in_words(text: &str) -> Option<PartialDate> {
    let (day, rest) = text.split_once(' ')?;
    let (month, year) = rest.split_once(' ')?;
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if day.len() > 2 || year.len() != 4 || !is_number(day) || !is_number(year) {
        return None;
    }
    let (day, year) = (day.parse().ok()?, year.parse().ok()?);
    PartialDate::from_day(year, month_named(month)?, day).ok()
}

/// A text of more bytes than this is no date.
const LONGEST: usize = 2_000;

/// With more words than this that say nothing of a date, which dates are those of the vote is a
/// guess.
const PROSE: usize = 6;

fn form() -> Reason {
    expected("a date such as 19 July 2012")
}

/// Reads one date, such as the year of a linked election: `2007`, `1972 (Feb)`. A comma that a
/// lost line break left behind does not count.
///
/// # Errors
/// When the text gives no date, or more than one.
pub fn read_one(text: &str) -> Result<PartialDate, Reason> {
    let text = trimmed(text);
    if let Some(date) = plain(text) {
        return Ok(date);
    }
    let dates = read(text.trim_end_matches(','))?;
    match dates.as_slice() {
        [PollingDate { start, end: None, .. }] => Ok(*start),
        _ => Err(expected("one date, such as 2007")),
    }
}

/// Reads one date, with what the text says beside it: "4 May 2010 (acting)".
///
/// # Errors
/// As [`read_one`].
pub(super) fn read_noted(text: &str) -> Result<(PartialDate, Option<String>), Reason> {
    let text = trimmed(text).trim_end_matches(',');
    if let Some(date) = plain(text) {
        return Ok((date, None));
    }
    let one = || expected("one date, such as 2007");
    let [date] = <[PollingDate; 1]>::try_from(read(text)?).map_err(|_| one())?;
    if date.end.is_some() {
        return Err(one());
    }
    let is_plain = PollingDate { note: None, ..date.clone() } == PollingDate::on(date.start);
    // What is no note, such as a bound, needs the whole text.
    let note = if is_plain { date.note } else { Some(cell::clean(text).into_owned()) };
    Ok((date.start, note))
}

fn finish(mut reader: Reader) -> Result<Vec<PollingDate>, Reason> {
    reader.next_if(Draft::is_dated);
    if let Some(first) = reader.drafts.first_mut() {
        first.words.splice(0..0, std::mem::take(&mut reader.early));
    }
    let rest = reader.now;
    let Some(last) = reader.drafts.last_mut() else {
        return Err(if reader.pending || rest.outcome.is_some() {
            Reason::Pending
        } else {
            form()
        });
    };
    if reader.unknown > PROSE {
        return Err(expected("dates of a vote, without a story around them"));
    }
    last.words.extend(rest.words);
    last.outcome = last.outcome.or(rest.outcome);
    fill(&mut reader.drafts);
    let mut dates: Vec<PollingDate> = Vec::new();
    for draft in reader.drafts {
        let date = match (draft.year, draft.month, draft.day) {
            (Some(year), Some(month), Some(day)) => PartialDate::from_day(year, month, day),
            (Some(year), Some(month), None) => PartialDate::from_month(year, month),
            (Some(year), None, None) => PartialDate::from_year(year),
            _ => return Err(form()),
        };
        let date = date.map_err(|_| form())?;
        let note = (!draft.words.is_empty()).then(|| draft.words.join(" "));
        match dates.last_mut() {
            Some(open) if draft.ends && open.end.is_none() && open.start <= date => {
                open.end = Some(date);
                open.round = open.round.or(draft.round);
                open.outcome = open.outcome.or(draft.outcome);
                open.note = open.note.take().or(note);
            }
            _ if draft.ends => return Err(form()),
            // The same date again says nothing new.
            Some(last) if last.start == date && last.end.is_none() && draft.is_plain() => {}
            _ => dates.push(PollingDate {
                start: date,
                end: None,
                bound: draft.bound,
                round: draft.round,
                outcome: draft.outcome,
                note,
            }),
        }
    }
    // A number that is no part of a date makes the whole text doubtful.
    if reader.unread { Err(form()) } else { Ok(dates) }
}

/// Months and years that stand once for several dates.
fn fill(drafts: &mut [Draft]) {
    let (mut month, mut year) = (None, None);
    for draft in drafts.iter_mut().rev() {
        if draft.day.is_some() {
            draft.month = draft.month.or(month);
        }
        draft.year = draft.year.or(year);
        (month, year) = (draft.month.or(month), draft.year.or(year));
    }
    let (mut month, mut year) = (None, None);
    for draft in drafts.iter_mut() {
        if draft.day.is_some() {
            draft.month = draft.month.or(month);
        }
        draft.year = draft.year.or(year);
        (month, year) = (draft.month.or(month), draft.year.or(year));
    }
}

#[cfg(test)]
mod tests;
