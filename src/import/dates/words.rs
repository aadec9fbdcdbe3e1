//! The words that dates are written with, and what each of them says.

use crate::import::lower::{Lower, WordList};
use crate::model::Outcome;

#[rustfmt::skip]
static MONTHS: WordList = WordList::new(&[
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
]);

/// Whether a word is the full name of a month.
pub(in crate::import) fn is_month(word: &str) -> bool {
    MONTHS.has(word)
}

/// The month of a name in full, of its first three letters, or of `Sept`.
pub(super) fn month(word: &str) -> Option<u8> {
    #[rustfmt::skip]
    static SHORT: WordList = WordList::new(&[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "sept",
    ]);
    let short = SHORT.position(word).map(|at| if at == 12 { 8 } else { at });
    let at = short.or_else(|| MONTHS.position(word))?;
    u8::try_from(at + 1).ok()
}

/// The number of a round: "first", "runoff".
pub(super) fn ordinal(word: Lower) -> Option<u8> {
    match word.bytes() {
        b"first" => Some(1),
        b"second" | b"runoff" | b"run-off" => Some(2),
        b"third" => Some(3),
        _ => None,
    }
}

pub(super) fn is_round(word: &str) -> bool {
    word.eq_ignore_ascii_case("round") || word.eq_ignore_ascii_case("ballot")
}

/// What came of the vote, where one word says it.
pub(super) fn outcome(word: Lower) -> Option<Outcome> {
    match word.bytes() {
        b"rerun" | b"re-run" => Some(Outcome::Rerun),
        b"annulled" | b"voided" | b"void" => Some(Outcome::Annulled),
        b"scheduled" | b"planned" | b"expected" => Some(Outcome::Scheduled),
        b"postponed" | b"delayed" => Some(Outcome::Postponed),
        b"cancelled" | b"canceled" => Some(Outcome::NotHeld),
        _ => None,
    }
}

/// Words that say that there is no date yet.
pub(super) fn is_pending(word: Lower) -> bool {
    word.is_any(&["tba", "tbd", "indefinitely", "unknown", "undetermined", "determined"])
}

/// Words that join dates, or say how one is meant.
pub(super) fn is_connective(word: Lower) -> bool {
    const WORDS: [&str; 16] = [
        "to", "until", "through", "and", "then", "or", "by", "before", "after", "from", "since",
        "later", "circa", "about", "around", "not",
    ];
    word.is_any(&WORDS)
}

/// Words that say nothing about a date.
pub(super) fn is_filler(word: Lower) -> bool {
    const WORDS: [&str; 25] = [
        "on", "the", "of", "for", "in", "was", "be", "with", "a", "an", "at", "but", "held",
        "round", "rounds", "ballot", "no", "than", "were", "is", "will", "take", "place", "c",
        "ca",
    ];
    word.is_any(&WORDS) || is_weekday(word)
}

pub(super) fn is_weekday(word: Lower) -> bool {
    const WEEKDAYS: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    word.is_any(&WEEKDAYS)
}

/// Words that begin what is no longer about the date, but about its reasons.
pub(super) fn begins_note(word: Lower) -> bool {
    const WORDS: [&str; 8] =
        ["because", "due", "following", "owing", "despite", "note", "although", "inauguration"];
    word.is_any(&WORDS)
}

/// Whether a word is none of these.
pub(super) fn is_unknown(word: Lower) -> bool {
    !(is_filler(word) || is_connective(word) || is_pending(word))
        && ordinal(word).is_none()
        && outcome(word).is_none()
        && !word.is_any(&["run", "off", "re"])
}
