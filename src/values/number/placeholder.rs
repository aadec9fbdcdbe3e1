//! Placeholders for values: none, not known yet, or nobody.

use super::markup::strip_markup;
use crate::model::UnparsedReason;
use crate::values::words::{WordList, trim};

/// Returns the reason if a cell is a placeholder for no value or for a pending one.
pub(crate) fn placeholder_reason(text: &str) -> Option<UnparsedReason> {
    let text = trim(text);
    if text.as_bytes().first()?.is_ascii_digit() {
        return None;
    }
    phrase_placeholder_reason(trim_punctuation(&strip_markup(text)))
}

/// Returns the reason if a name is a placeholder. Names have more placeholders than other values.
pub(crate) fn name_placeholder_reason(name: &str) -> Option<UnparsedReason> {
    let trimmed = trim_punctuation(name);
    let end = end_of_name(trimmed);
    if end == trimmed.len() {
        return phrase_placeholder_reason(trimmed).or_else(|| vacancy_reason(trimmed));
    }
    let base = trim_punctuation(&trimmed[..end]);
    // Words in brackets are about the name before them.
    let text = if trimmed.contains('(') { base } else { trimmed };
    phrase_placeholder_reason(base)
        .or_else(|| vacancy_reason(base))
        .or_else(|| vacancy_reason(text))
}

/// Returns the position where a name ends and words about it begin: at brackets, punctuation or a
/// spaced dash.
fn end_of_name(text: &str) -> usize {
    let is_spaced = |at: usize, dash: &str| {
        text[at..].starts_with(dash)
            && text[..at].ends_with(' ')
            && text[at + dash.len()..].starts_with(' ')
    };
    let is_end = |(at, byte): (usize, u8)| match byte {
        b'(' | b':' | b';' | b',' => true,
        b'-' => is_spaced(at, "-"),
        // First byte of an en dash or em dash in UTF-8.
        0xe2 => is_spaced(at, "–") || is_spaced(at, "—"),
        _ => false,
    };
    text.bytes().enumerate().position(is_end).unwrap_or(text.len())
}

/// Removes punctuation around a text.
fn trim_punctuation(text: &str) -> &str {
    const MARKS: &str = " \t\n\u{a0},.;:*†‡()[]\"'“”‘’";
    // Fast path: most texts begin and end with a letter or a digit.
    if let [first, .., last] = text.as_bytes()
        && first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
    {
        return text;
    }
    let core = text.trim_matches(|c: char| MARKS.contains(c));
    if core.is_empty() { text.trim() } else { core }
}

fn phrase_placeholder_reason(text: &str) -> Option<UnparsedReason> {
    const NO_VALUE_COUNT: usize = 8;
    #[rustfmt::skip]
    static WORDS: WordList = WordList::new(&[
        "n/a", "na", "n.a", "none", "nil", "not applicable", "not available", "none yet",
        "tbd", "tba", "tbc", "t.b.d", "t.b.a", "t.b.c", "pending", "unknown", "undetermined", "undecided", "unannounced",
        "not known", "awaiting results", "results pending", "to follow", "tbd/tba", "tba/tbd", "yet to be determined",
        "yet to be announced",
    ]);
    if let Some(index) = WORDS.position(text) {
        return Some(if index < NO_VALUE_COUNT {
            UnparsedReason::Nothing
        } else {
            UnparsedReason::Pending
        });
    }
    match text.as_bytes().first()? {
        b't' | b'T' | b'n' | b'N' | b'y' | b'Y' => {
            is_pending(text).then_some(UnparsedReason::Pending)
        }
        letter if letter.is_ascii_alphanumeric() => None,
        _ if text.contains(|c: char| !"–—-−?.…*/_".contains(c)) => None,
        _ if text.contains('?') => Some(UnparsedReason::Pending),
        _ => Some(UnparsedReason::Nothing),
    }
}

/// Returns whether a text states that something is not known yet: "to be elected".
fn is_pending(text: &str) -> bool {
    let begins = |start: &str| {
        text.get(..start.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(start))
    };
    ["to be ", "not yet ", "yet to be ", "tbd ", "tba ", "tbc "].into_iter().any(begins)
        && text.split(' ').count() <= MAX_PENDING_WORDS
}

/// Maximum number of words in a pending placeholder: "to be elected by the council in May 2030".
const MAX_PENDING_WORDS: usize = 9;

/// Maximum number of words in an outcome: "the results of the election were annulled".
const MAX_OUTCOME_WORDS: usize = 7;

/// Returns the reason if a text names no one: a vacant seat, or a vote without a winner.
fn vacancy_reason(text: &str) -> Option<UnparsedReason> {
    static PENDING: WordList = WordList::new(&["next", "upcoming", "next election"]);
    #[rustfmt::skip]
    static NO_ONE: WordList = WordList::new(&[
        "vacant", "vacancy", "vacant seat", "seat vacant", "office vacant", "position vacant", "post vacant", "no one",
        "no-one", "nobody", "hung parliament", "hung assembly", "hung council", "hung legislature", "no change",
        "unchanged", "no overall control", "no majority", "no overall majority", "no clear majority", "no winner",
        "none elected", "no result", "no candidate", "no candidates", "no nominee", "no running mate", "no leader",
        "no incumbent", "no election", "no election held", "no contest", "not held", "not contested",
        "office established", "office created", "office abolished", "position established", "position created",
        "position abolished", "new office", "new position", "new seat", "constituency established",
        "constituency created", "constituency abolished", "first election", "previous", "did not stand", "did not contest",
        "did not run", "not standing", "not contesting",
    ]);
    static VACANT: WordList = WordList::new(&["vacant"]);
    #[rustfmt::skip]
    static VOID: WordList = WordList::new(&[
        "annulled", "annuled", "annulment", "cancelled", "canceled", "postponed", "nullified", "invalidated",
        "voided", "inconclusive",
    ]);
    if PENDING.contains(text) {
        return Some(UnparsedReason::Pending);
    }
    let is_void = text.len() >= 6 // Length of the shortest word in `VOID`.
        && words(text).any(|word| VOID.contains(word))
        && text.split(' ').count() <= MAX_OUTCOME_WORDS;
    let is_vacant = || words(text).next().is_some_and(|word| VACANT.contains(word));
    (is_void || is_vacant() || NO_ONE.contains(text)).then_some(UnparsedReason::NoOne)
}

/// Splits a text into words. Consecutive separators have an empty word between them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (word, behind) = text.split_at(end_of_word(text));
        let mut behind = behind.chars();
        rest = behind.next().map(|_| behind.as_str());
        Some(word)
    })
}

fn end_of_word(text: &str) -> usize {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    match text.bytes().position(|byte| !is_plain(byte)) {
        None => text.len(),
        Some(at) if text.as_bytes()[at].is_ascii() => at,
        // The rest contains a non-ASCII character, so characters are compared, not bytes.
        Some(at) => {
            let end = text[at..].find(|c: char| !(c.is_alphanumeric() || c == '-'));
            end.map_or(text.len(), |end| at + end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_recognised_inside_markup() {
        for (text, expected) in [
            ("''TBD''", Some(UnparsedReason::Pending)),
            ("[[United States Senate elections, 2016|'''TBA''']]", Some(UnparsedReason::Pending)),
            ("<small>(N/A)</small><ref>x</ref>", Some(UnparsedReason::Nothing)),
            ("''none''", Some(UnparsedReason::Nothing)),
            ("&ndash;", Some(UnparsedReason::Nothing)),
            ("?", Some(UnparsedReason::Pending)),
            ("To be elected", Some(UnparsedReason::Pending)),
            ("not yet announced", Some(UnparsedReason::Pending)),
            ("▲", None),
            ("None of the above", None),
            ("[[File:x.png]]", None),
            ("7", None),
            ("", None),
        ] {
            assert_eq!(placeholder_reason(text), expected, "{text}");
        }
    }

    #[test]
    fn phrases_that_name_no_one_are_recognised() {
        for name in [
            "Vacant",
            "Vacant since 2010",
            "Vacant – A B died",
            "Hung parliament",
            "No change",
            "(vacant)",
            "Election results annulled",
            "Results cancelled",
            "Office established",
            "No overall control",
        ] {
            assert_eq!(name_placeholder_reason(name), Some(UnparsedReason::NoOne), "{name}");
        }
        assert_eq!(
            name_placeholder_reason("None (Ross appointed afterward)"),
            Some(UnparsedReason::Nothing)
        );
        assert_eq!(name_placeholder_reason("Next"), Some(UnparsedReason::Pending));
        for name in [
            "None of the above",
            "Against all",
            "Nobody Jones",
            "Vacantia",
            "Independent",
            "New Party",
        ] {
            assert_eq!(name_placeholder_reason(name), None, "{name}");
        }
    }
}
