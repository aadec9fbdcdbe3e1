//! The words that dates are written with, and what each of them says.

use crate::model::Outcome;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Whether a word is the full name of a month.
pub(in crate::import) fn is_month(word: &str) -> bool {
    MONTHS.contains(&word.to_lowercase().as_str())
}

/// The month of a name in full, of its first three letters, or of `Sept`.
pub(super) fn month(word: &str) -> Option<u8> {
    let word = word.to_lowercase();
    let named = |month: &str| month == word || month[..3] == word;
    let at = MONTHS.iter().position(|month| named(month)).or((word == "sept").then_some(8))?;
    u8::try_from(at + 1).ok()
}

/// The number of a round: "first", "runoff".
pub(super) fn ordinal(word: &str) -> Option<u8> {
    match word {
        "first" => Some(1),
        "second" | "runoff" | "run-off" => Some(2),
        "third" => Some(3),
        _ => None,
    }
}

pub(super) fn is_round(word: &str) -> bool {
    word.eq_ignore_ascii_case("round") || word.eq_ignore_ascii_case("ballot")
}

/// What came of the vote, where one word says it.
pub(super) fn outcome(word: &str) -> Option<Outcome> {
    match word {
        "rerun" | "re-run" => Some(Outcome::Rerun),
        "annulled" | "voided" | "void" => Some(Outcome::Annulled),
        "scheduled" | "planned" | "expected" => Some(Outcome::Scheduled),
        "postponed" | "delayed" => Some(Outcome::Postponed),
        "cancelled" | "canceled" => Some(Outcome::NotHeld),
        _ => None,
    }
}

/// Words that say that there is no date yet.
pub(super) fn is_pending(word: &str) -> bool {
    ["tba", "tbd", "indefinitely", "unknown", "undetermined", "determined"].contains(&word)
}

/// Words that join dates, or say how one is meant.
pub(super) fn is_connective(word: &str) -> bool {
    const WORDS: [&str; 16] = [
        "to", "until", "through", "and", "then", "or", "by", "before", "after", "from", "since",
        "later", "circa", "about", "around", "not",
    ];
    WORDS.contains(&word)
}

/// Words that say nothing about a date.
pub(super) fn is_filler(word: &str) -> bool {
    const WORDS: [&str; 25] = [
        "on", "the", "of", "for", "in", "was", "be", "with", "a", "an", "at", "but", "held",
        "round", "rounds", "ballot", "no", "than", "were", "is", "will", "take", "place", "c",
        "ca",
    ];
    const WEEKDAYS: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    WORDS.contains(&word) || WEEKDAYS.contains(&word)
}

/// Words that begin what is no longer about the date, but about its reasons.
pub(super) fn begins_note(word: &str) -> bool {
    const WORDS: [&str; 8] =
        ["because", "due", "following", "owing", "despite", "note", "although", "inauguration"];
    WORDS.contains(&word)
}

/// Whether a word is none of these.
pub(super) fn is_unknown(word: &str) -> bool {
    let word = word.to_lowercase();
    let word = word.as_str();
    !(is_filler(word) || is_connective(word) || is_pending(word))
        && ordinal(word).is_none()
        && outcome(word).is_none()
        && !["run", "off", "re"].contains(&word)
}
