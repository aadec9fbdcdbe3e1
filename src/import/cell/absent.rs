//! Words that stand where a value should: there is none, it is not known yet, or nobody is meant.

use std::borrow::Cow;

use super::markup::{clean, mark};
use crate::import::lower::{is_any, position, trimmed};
use crate::model::Reason;

/// The reason why a cell says nothing yet, or nothing at all.
pub(in crate::import) fn absent(text: &str) -> Option<Reason> {
    let text = trimmed(text);
    if text.as_bytes().first()?.is_ascii_digit() {
        return None;
    }
    let clean = if mark(text).is_none() { Cow::Borrowed(text) } else { clean(text) };
    said(core(&clean))
}

/// The same where a name should be: then there are more words that name no one.
pub(in crate::import) fn no_name(name: &str) -> Option<Reason> {
    let whole = core(name);
    let base = core(&whole[..end_of_name(whole)]);
    // What brackets say is about the name before them.
    let all = if whole.contains('(') { base } else { whole };
    said(base).or_else(|| no_one(base)).or_else(|| no_one(all))
}

/// Where a name ends and words about it begin: at brackets, a comma, a dash.
fn end_of_name(text: &str) -> usize {
    let is_spaced = |at: usize, c: char| {
        text[..at].ends_with(' ') && text[at + c.len_utf8()..].starts_with(' ')
    };
    let is_end = |(at, c): &(usize, char)| match c {
        '(' | ':' | ';' | ',' => true,
        '–' | '—' | '-' => is_spaced(*at, *c),
        _ => false,
    };
    text.char_indices().find(is_end).map_or(text.len(), |(at, _)| at)
}

/// Without the marks around the words.
fn core(text: &str) -> &str {
    const MARKS: &str = " \t\n\u{a0},.;:*†‡()[]\"'“”‘’";
    let core = text.trim_matches(|c: char| MARKS.contains(c));
    if core.is_empty() { text.trim() } else { core }
}

fn said(text: &str) -> Option<Reason> {
    const NOTHING: usize = 8;
    #[rustfmt::skip]
    const WORDS: [&str; 27] = [
        "n/a", "na", "n.a", "none", "nil", "not applicable", "not available", "none yet",
        "tbd", "tba", "tbc", "t.b.d", "t.b.a", "t.b.c", "pending", "unknown", "undetermined", "undecided", "unannounced",
        "not known", "awaiting results", "results pending", "to follow", "tbd/tba", "tba/tbd", "yet to be determined",
        "yet to be announced",
    ];
    if let Some(place) = position(text, &WORDS) {
        return Some(if place < NOTHING { Reason::Nothing } else { Reason::Pending });
    }
    if !text.is_empty() && text.chars().all(|c| "–—-−?.…*/_".contains(c)) {
        return Some(if text.contains('?') { Reason::Pending } else { Reason::Nothing });
    }
    let begins = |start: &str| {
        text.get(..start.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(start))
    };
    let is_open =
        ["to be ", "not yet ", "yet to be ", "tbd ", "tba ", "tbc "].into_iter().any(begins);
    (is_open && text.split(' ').count() <= LONGEST).then_some(Reason::Pending)
}

/// Maximum number of words of "to be elected by the council in May 2030".
const LONGEST: usize = 9;

/// Maximum number of words of "the results of the election were annulled".
const LONGEST_OUTCOME: usize = 7;

/// Words that name no one: a seat without anybody in it, a vote that nobody won.
fn no_one(text: &str) -> Option<Reason> {
    #[rustfmt::skip]
    const NOT_YET: [&str; 3] = ["next", "upcoming", "next election"];
    #[rustfmt::skip]
    const NO_ONE: [&str; 53] = [
        "vacant", "vacancy", "vacant seat", "seat vacant", "office vacant", "position vacant", "post vacant", "no one",
        "no-one", "nobody", "hung parliament", "hung assembly", "hung council", "hung legislature", "no change",
        "unchanged", "no overall control", "no majority", "no overall majority", "no clear majority", "no winner",
        "none elected", "no result", "no candidate", "no candidates", "no nominee", "no running mate", "no leader",
        "no incumbent", "no election", "no election held", "no contest", "not held", "not contested",
        "office established", "office created", "office abolished", "position established", "position created",
        "position abolished", "new office", "new position", "new seat", "constituency established",
        "constituency created", "constituency abolished", "first election", "previous", "did not stand", "did not contest",
        "did not run", "not standing", "not contesting",
    ];
    #[rustfmt::skip]
    const VOID: [&str; 10] = [
        "annulled", "annuled", "annulment", "cancelled", "canceled", "postponed", "nullified", "invalidated",
        "voided", "inconclusive",
    ];
    if is_any(text, &NOT_YET) {
        return Some(Reason::Pending);
    }
    let mut words = text.split(|c: char| !(c.is_alphanumeric() || c == '-'));
    let is_void =
        words.clone().any(|word| is_any(word, &VOID)) && text.split(' ').count() <= LONGEST_OUTCOME;
    let is_vacant = words.next().is_some_and(|word| is_any(word, &["vacant"]));
    (is_void || is_vacant || is_any(text, &NO_ONE)).then_some(Reason::NoOne)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_seen_through_their_dress() {
        for (text, expected) in [
            ("''TBD''", Some(Reason::Pending)),
            ("[[United States Senate elections, 2016|'''TBA''']]", Some(Reason::Pending)),
            ("<small>(N/A)</small><ref>x</ref>", Some(Reason::Nothing)),
            ("''none''", Some(Reason::Nothing)),
            ("&ndash;", Some(Reason::Nothing)),
            ("?", Some(Reason::Pending)),
            ("To be elected", Some(Reason::Pending)),
            ("not yet announced", Some(Reason::Pending)),
            ("▲", None),
            ("None of the above", None),
            ("[[File:x.png]]", None),
            ("7", None),
            ("", None),
        ] {
            assert_eq!(absent(text), expected, "{text}");
        }
    }

    #[test]
    fn some_words_name_no_one() {
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
            assert_eq!(no_name(name), Some(Reason::NoOne), "{name}");
        }
        assert_eq!(no_name("None (Ross appointed afterward)"), Some(Reason::Nothing));
        assert_eq!(no_name("Next"), Some(Reason::Pending));
        for name in [
            "None of the above",
            "Against all",
            "Nobody Jones",
            "Vacantia",
            "Independent",
            "New Party",
        ] {
            assert_eq!(no_name(name), None, "{name}");
        }
    }
}
