//! Words that stand where a value should: there is none, it is not known yet, or nobody is meant.

use super::markup::clean;
use crate::import::lower::{WordList, trimmed};
use crate::model::Reason;

/// The reason why a cell says nothing yet, or nothing at all.
pub(in crate::import) fn absent(text: &str) -> Option<Reason> {
    let text = trimmed(text);
    if text.as_bytes().first()?.is_ascii_digit() {
        return None;
    }
    said(core(&clean(text)))
}

/// The same where a name should be: then there are more words that name no one.
pub(in crate::import) fn no_name(name: &str) -> Option<Reason> {
    let whole = core(name);
    let end = end_of_name(whole);
    if end == whole.len() {
        return said(whole).or_else(|| no_one(whole));
    }
    let base = core(&whole[..end]);
    // What brackets say is about the name before them.
    let all = if whole.contains('(') { base } else { whole };
    said(base).or_else(|| no_one(base)).or_else(|| no_one(all))
}

/// Where a name ends and words about it begin: at brackets, a comma, a dash.
fn end_of_name(text: &str) -> usize {
    let is_spaced = |at: usize, dash: &str| {
        text[at..].starts_with(dash)
            && text[..at].ends_with(' ')
            && text[at + dash.len()..].starts_with(' ')
    };
    let is_end = |(at, byte): (usize, u8)| match byte {
        b'(' | b':' | b';' | b',' => true,
        b'-' => is_spaced(at, "-"),
        // The first byte of longer dashes.
        0xe2 => is_spaced(at, "–") || is_spaced(at, "—"),
        _ => false,
    };
    text.bytes().enumerate().position(is_end).unwrap_or(text.len())
}

/// Without the marks around the words.
fn core(text: &str) -> &str {
    const MARKS: &str = " \t\n\u{a0},.;:*†‡()[]\"'“”‘’";
    // Most texts begin and end with a letter or a digit.
    if let [first, .., last] = text.as_bytes()
        && first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
    {
        return text;
    }
    let core = text.trim_matches(|c: char| MARKS.contains(c));
    if core.is_empty() { text.trim() } else { core }
}

fn said(text: &str) -> Option<Reason> {
    const NOTHING: usize = 8;
    #[rustfmt::skip]
    static WORDS: WordList = WordList::new(&[
        "n/a", "na", "n.a", "none", "nil", "not applicable", "not available", "none yet",
        "tbd", "tba", "tbc", "t.b.d", "t.b.a", "t.b.c", "pending", "unknown", "undetermined", "undecided", "unannounced",
        "not known", "awaiting results", "results pending", "to follow", "tbd/tba", "tba/tbd", "yet to be determined",
        "yet to be announced",
    ]);
    if let Some(place) = WORDS.position(text) {
        return Some(if place < NOTHING { Reason::Nothing } else { Reason::Pending });
    }
    match text.as_bytes().first()? {
        b't' | b'T' | b'n' | b'N' | b'y' | b'Y' => is_open(text).then_some(Reason::Pending),
        letter if letter.is_ascii_alphanumeric() => None,
        _ if text.contains(|c: char| !"–—-−?.…*/_".contains(c)) => None,
        _ if text.contains('?') => Some(Reason::Pending),
        _ => Some(Reason::Nothing),
    }
}

/// Whether a text says that something is not known yet: "to be elected".
fn is_open(text: &str) -> bool {
    let begins = |start: &str| {
        text.get(..start.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(start))
    };
    ["to be ", "not yet ", "yet to be ", "tbd ", "tba ", "tbc "].into_iter().any(begins)
        && text.split(' ').count() <= LONGEST
}

/// Maximum number of words of "to be elected by the council in May 2030".
const LONGEST: usize = 9;

/// Maximum number of words of "the results of the election were annulled".
const LONGEST_OUTCOME: usize = 7;

/// Words that name no one: a seat without anybody in it, a vote that nobody won.
fn no_one(text: &str) -> Option<Reason> {
    static NOT_YET: WordList = WordList::new(&["next", "upcoming", "next election"]);
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
    if NOT_YET.has(text) {
        return Some(Reason::Pending);
    }
    let is_void = text.len() >= 6 // The shortest of the words.
        && words(text).any(|word| VOID.has(word))
        && text.split(' ').count() <= LONGEST_OUTCOME;
    let is_vacant = || words(text).next().is_some_and(|word| VACANT.has(word));
    (is_void || is_vacant() || NO_ONE.has(text)).then_some(Reason::NoOne)
}

/// The words of a text, and nothing between two marks that follow one another.
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
        // A letter that is not ASCII's has to be looked at as one.
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
