//! Words in dates, by meaning.

use crate::model::PollOutcome;
use crate::values::words::{LowercaseWord, WordList};

#[rustfmt::skip]
static MONTHS: WordList = WordList::new(&[
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
]);

/// Returns whether a word is the full name of a month.
pub(crate) fn is_month(word: &str) -> bool {
    MONTHS.contains(word)
}

/// Returns the month with this full name or three-letter abbreviation, or `Sept`.
pub(super) fn parse_month(word: &str) -> Option<u8> {
    #[rustfmt::skip]
    static SHORT: WordList = WordList::new(&[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "sept",
    ]);
    let short = SHORT.position(word).map(|at| if at == 12 { 8 } else { at });
    let at = short.or_else(|| MONTHS.position(word))?;
    u8::try_from(at + 1).ok()
}

/// Returns the number of a round: "first", "runoff".
pub(super) fn ordinal(word: LowercaseWord) -> Option<u8> {
    match word.as_bytes() {
        b"first" => Some(1),
        b"second" | b"runoff" | b"run-off" => Some(2),
        b"third" => Some(3),
        _ => None,
    }
}

pub(super) fn is_round(word: &str) -> bool {
    word.eq_ignore_ascii_case("round") || word.eq_ignore_ascii_case("ballot")
}

/// Returns the outcome of a vote that a single word states.
pub(super) fn outcome(word: LowercaseWord) -> Option<PollOutcome> {
    match word.as_bytes() {
        b"rerun" | b"re-run" => Some(PollOutcome::Rerun),
        b"annulled" | b"voided" | b"void" => Some(PollOutcome::Annulled),
        b"scheduled" | b"planned" | b"expected" => Some(PollOutcome::Scheduled),
        b"postponed" | b"delayed" => Some(PollOutcome::Postponed),
        b"cancelled" | b"canceled" => Some(PollOutcome::NotHeld),
        _ => None,
    }
}

/// Returns whether a word states that there is no date yet.
pub(super) fn is_pending(word: LowercaseWord) -> bool {
    word.is_one_of(&["tba", "tbd", "indefinitely", "unknown", "undetermined", "determined"])
}

/// Returns whether a word joins dates or states a bound.
pub(super) fn is_connective(word: LowercaseWord) -> bool {
    const WORDS: [&str; 16] = [
        "to", "until", "through", "and", "then", "or", "by", "before", "after", "from", "since",
        "later", "circa", "about", "around", "not",
    ];
    word.is_one_of(&WORDS)
}

/// Returns whether a word has no meaning for a date.
pub(super) fn is_filler(word: LowercaseWord) -> bool {
    const WORDS: [&str; 25] = [
        "on", "the", "of", "for", "in", "was", "be", "with", "a", "an", "at", "but", "held",
        "round", "rounds", "ballot", "no", "than", "were", "is", "will", "take", "place", "c",
        "ca",
    ];
    word.is_one_of(&WORDS) || is_weekday(word)
}

pub(super) fn is_weekday(word: LowercaseWord) -> bool {
    const WEEKDAYS: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    word.is_one_of(&WEEKDAYS)
}

/// Returns whether a word begins a note about the reasons for a date.
pub(super) fn begins_note(word: LowercaseWord) -> bool {
    const WORDS: [&str; 8] =
        ["because", "due", "following", "owing", "despite", "note", "although", "inauguration"];
    word.is_one_of(&WORDS)
}

/// Returns whether a word is in none of the lists in this file.
pub(super) fn is_unknown(word: LowercaseWord) -> bool {
    !(is_filler(word) || is_connective(word) || is_pending(word))
        && ordinal(word).is_none()
        && outcome(word).is_none()
        && !word.is_one_of(&["run", "off", "re"])
}
