//! Conversion of the text of a cell to a value: names, people, counts, sizes, and details without a
//! field in the model.

mod asides;
pub(crate) mod named_election;
pub(crate) mod names;
mod notes;
pub(crate) mod person;
mod segments;

use super::number::{self, RoundValue};
use super::words::trim;
use crate::model::{Decimal, Detail, DetailValue, Quantity, StatedChange, UnparsedReason};
pub(crate) use named_election::parse_named_election;
pub(crate) use names::{names, people, person, place, reference};

/// Returns a change in percentage points, or [`StatedChange::New`].
pub(crate) fn change(part: &RoundValue) -> Option<StatedChange<Decimal>> {
    if part.is_new { Some(StatedChange::New) } else { part.change.map(StatedChange::By) }
}

pub(crate) fn integer_change(part: &RoundValue) -> Option<i64> {
    part.change.filter(|change| change.scale() == 0).map(Decimal::mantissa)
}

pub(crate) fn count(text: &str) -> Result<u64, UnparsedReason> {
    match &*number::parse_rounds(text) {
        [part] if part.is_single_value() => part.count.ok_or(()),
        _ => Err(()),
    }
    .map_err(|()| UnparsedReason::expected("a count such as 161"))
}

pub(crate) fn signed_integer(text: &str) -> Result<i64, UnparsedReason> {
    let parts = number::parse_rounds(text);
    let one = parts.first().filter(|part| parts.len() == 1 && part.is_single_value());
    let number = one.and_then(|part| {
        integer_change(part).or(part.count.and_then(|count| i64::try_from(count).ok()))
    });
    number.ok_or_else(|| UnparsedReason::expected("a whole number such as −4"))
}

/// Trims whitespace and trailing commas, which are remnants of lost line breaks.
pub(crate) fn trim_trailing_commas(text: &str) -> &str {
    let text = trim(text);
    if text.ends_with(',') { text.trim_end_matches(',').trim_end() } else { text }
}

/// Returns the words of a cell, without markup.
///
/// # Errors
/// Returns the reason if the cell contains unknown markup, since the cell then displays other
/// words.
pub(crate) fn plain_text(text: &str) -> Result<String, UnparsedReason> {
    check_markup(text).map(|()| trim_trailing_commas(&number::strip_markup(text)).to_owned())
}

/// Returns the words of a cell of one line, such as the name of a country or of a vote.
///
/// # Errors
/// As for [`plain_text`], and if the cell has several lines or none.
pub(crate) fn single_line(text: &str) -> Result<String, UnparsedReason> {
    let words = plain_text(text)?;
    if number::is_plain_line(&words) {
        return Ok(words);
    }
    let lines = number::lines(&words);
    match lines.as_slice() {
        [line] => Ok(line.text.clone()),
        _ => Err(UnparsedReason::expected("one line of words")),
    }
}

/// Parses a number of seats or votes with the words about it.
///
/// # Errors
/// As for [`plain_text`].
pub(crate) fn quantity(text: &str) -> Result<Quantity, UnparsedReason> {
    check_markup(text).map(|()| number::parse_quantity(text))
}

/// Checks that a cell contains no unknown markup.
///
/// # Errors
/// Returns the markup if there is any.
pub(crate) fn check_markup(text: &str) -> Result<(), UnparsedReason> {
    number::find_unknown_markup(text)
        .map_or(Ok(()), |markup| Err(UnparsedReason::UnknownMarkup(markup)))
}

/// Creates a detail with a text value.
pub(crate) fn detail_text(parameter: &str, words: String) -> Detail {
    Detail { parameter: parameter.to_owned(), label: None, value: DetailValue::Text(words) }
}
