//! Election dates in natural language: days, ranges, rounds, bounds.
//!
//! A text is split into tokens, and the tokens fill date drafts from left to right. A draft without
//! a month or a year takes it from the next draft that has one ("4 and 11 April 2011"), else from
//! the previous one ("26 June 1994 … 10 July"). Nothing else is filled in.

mod clause;
mod parser;
mod token;
mod words;

use super::number;
use super::words::trim;
use crate::model::{PartialDate, PollingDate, UnparsedReason};
use parser::{DateParser, Draft};
use token::tokens;
pub(super) use words::is_month;
use words::parse_month as month_named;

/// Parses the dates of a vote.
///
/// `6/12/2021` is month, day, year, as in documents from the United States, unless the first
/// number cannot be a month.
///
/// ```
/// use hustings::values::date::parse;
/// let dates = parse("17 January and 7 February 2010").unwrap();
/// assert_eq!(dates[0].to_string(), "2010-01-17");
/// assert_eq!(dates[1].to_string(), "2010-02-07");
/// ```
///
/// # Errors
/// Returns the reason if the text contains no date: it is a placeholder, or its form is not
/// supported.
pub fn parse(text: &str) -> Result<Vec<PollingDate>, UnparsedReason> {
    let source = text;
    let text = number::strip_markup(source);
    if let Some(date) = parse_plain(&text) {
        return Ok(vec![PollingDate::new(date)]);
    }
    if let Some(reason) = number::placeholder_reason(&text) {
        return Err(reason);
    }
    let text = number::normalise_round_names(&text);
    // An unknown template may contain a date that is not the date of the vote.
    let is_unknown =
        || number::has_template(&text) || number::find_unknown_markup(source).is_some();
    if text.len() > MAX_TEXT_BYTES || is_unknown() {
        return Err(expected_date());
    }
    let mut reader = DateParser::default();
    let tokens = tokens(&text);
    for (index, token) in tokens.iter().enumerate() {
        reader.process_token(*token, &tokens[..index], &tokens[index + 1..]);
    }
    if !reader.drafts.is_empty() {
        reader.finish_clause();
    }
    finish(reader)
}

/// Parses a text that is a date and nothing else, the most frequent case: `2012`, `2012-07-19`,
/// `19 July 2012`.
fn parse_plain(text: &str) -> Option<PartialDate> {
    // A minus sign before the year would be confused with a dash.
    text.as_bytes().first().filter(|byte| byte.is_ascii_digit())?;
    PartialDate::parse_iso(text).or_else(|| parse_day_month_year(text))
}

/// Parses `19 July 2012`.
fn parse_day_month_year(text: &str) -> Option<PartialDate> {
    let (day, rest) = text.split_once(' ')?;
    let (month, year) = rest.split_once(' ')?;
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if day.len() > 2 || year.len() != 4 || !is_number(day) || !is_number(year) {
        return None;
    }
    let (day, year) = (day.parse().ok()?, year.parse().ok()?);
    PartialDate::from_day(year, month_named(month)?, day).ok()
}

/// Maximum length of a text with dates, in bytes.
const MAX_TEXT_BYTES: usize = 2_000;

/// Maximum number of words unrelated to dates. In a text with more, it is unclear which dates are
/// those of the vote.
const MAX_UNRELATED_WORDS: usize = 6;

fn expected_date() -> UnparsedReason {
    UnparsedReason::expected("a date such as 19 July 2012")
}

/// Parses a single date, such as the year of a linked election: `2007`, `1972 (Feb)`. A trailing
/// comma, the remnant of a lost line break, is ignored.
///
/// # Errors
/// Returns the reason if the text contains no date, or more than one.
pub fn parse_one(text: &str) -> Result<PartialDate, UnparsedReason> {
    let text = trim(text);
    if let Some(date) = parse_plain(text) {
        return Ok(date);
    }
    let dates = parse(text.trim_end_matches(','))?;
    match dates.as_slice() {
        [PollingDate { start, end: None, .. }] => Ok(*start),
        _ => Err(UnparsedReason::expected("one date, such as 2007")),
    }
}

/// Parses a single date and a note about it: "4 May 2010 (acting)".
///
/// # Errors
/// As for [`parse_one`].
pub(crate) fn parse_one_with_note(
    text: &str,
) -> Result<(PartialDate, Option<String>), UnparsedReason> {
    let text = trim(text).trim_end_matches(',');
    if let Some(date) = parse_plain(text) {
        return Ok((date, None));
    }
    let one = || UnparsedReason::expected("one date, such as 2007");
    let [date] = <[PollingDate; 1]>::try_from(parse(text)?).map_err(|_| one())?;
    if date.end.is_some() {
        return Err(one());
    }
    let is_plain = PollingDate { note: None, ..date.clone() } == PollingDate::new(date.start);
    // If the text states anything else about the date, such as a bound, the whole text becomes the
    // note.
    let note = if is_plain { date.note } else { Some(number::strip_markup(text).into_owned()) };
    Ok((date.start, note))
}

fn finish(mut reader: DateParser) -> Result<Vec<PollingDate>, UnparsedReason> {
    reader.finish_draft_if(Draft::is_dated);
    if let Some(first) = reader.drafts.first_mut() {
        first.words.splice(0..0, std::mem::take(&mut reader.leading_clauses));
    }
    let rest = reader.current;
    let Some(last) = reader.drafts.last_mut() else {
        return Err(if reader.is_pending || rest.outcome.is_some() {
            UnparsedReason::Pending
        } else {
            expected_date()
        });
    };
    if reader.unrelated_words > MAX_UNRELATED_WORDS {
        return Err(UnparsedReason::expected("dates of a vote, without a story around them"));
    }
    last.words.extend(rest.words);
    last.outcome = last.outcome.or(rest.outcome);
    fill_missing_parts(&mut reader.drafts);
    let mut dates: Vec<PollingDate> = Vec::new();
    for draft in reader.drafts {
        let date = match (draft.year, draft.month, draft.day) {
            (Some(year), Some(month), Some(day)) => PartialDate::from_day(year, month, day),
            (Some(year), Some(month), None) => PartialDate::from_month(year, month),
            (Some(year), None, None) => PartialDate::from_year(year),
            _ => return Err(expected_date()),
        };
        let date = date.map_err(|_| expected_date())?;
        let note = (!draft.words.is_empty()).then(|| draft.words.join(" "));
        match dates.last_mut() {
            Some(open) if draft.is_range_end && open.end.is_none() && open.start <= date => {
                open.end = Some(date);
                open.round = open.round.or(draft.round);
                open.outcome = open.outcome.or(draft.outcome);
                open.note = open.note.take().or(note);
            }
            _ if draft.is_range_end => return Err(expected_date()),
            // A repetition of the previous date.
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
    // A number outside of a date makes the whole text doubtful.
    if reader.is_ambiguous { Err(expected_date()) } else { Ok(dates) }
}

/// Fills in months and years that are stated once for several dates.
fn fill_missing_parts(drafts: &mut [Draft]) {
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
