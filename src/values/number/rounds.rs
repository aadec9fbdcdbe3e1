//! Several rounds on one line: "71.7% (first round), 65.0% (second round)".

use std::borrow::Cow;

/// Normalises the names of rounds: "round 1" and "round one" become "first round", and "run-off"
/// becomes "runoff".
pub(crate) fn normalise_round_names(text: &str) -> Cow<'_, str> {
    const NAMES: [(&str, &str); 7] = [
        ("round 1", "first round"),
        ("round 2", "second round"),
        ("round 3", "third round"),
        ("round one", "first round"),
        ("round two", "second round"),
        ("round three", "third round"),
        ("run-off", "runoff"),
    ];
    if !may_name_round(text) {
        return Cow::Borrowed(text);
    }
    let lower = text.to_ascii_lowercase();
    let (mut words, mut at) = (String::with_capacity(text.len() + 16), 0);
    while at < text.len() {
        let is_word_end =
            |end: usize| !lower[end..].starts_with(|c: char| c.is_ascii_alphanumeric());
        let found = NAMES
            .iter()
            .find(|(name, _)| lower[at..].starts_with(name) && is_word_end(at + name.len()));
        if let Some((name, plain)) = found {
            words.push_str(plain);
            at += name.len();
        } else if let Some(c) = text[at..].chars().next() {
            words.push(c);
            at += c.len_utf8();
        }
    }
    Cow::Owned(words)
}

/// Puts each round of a line on a line of its own, if every piece of that line names one round.
pub(super) fn split_rounds(text: &str) -> Cow<'_, str> {
    if !may_name_round(text) || count_round_names(text) < 2 {
        return Cow::Borrowed(text);
    }
    let lines: Vec<Cow<'_, str>> = text.split('\n').map(split_line).collect();
    Cow::Owned(lines.join("\n"))
}

fn split_line(line: &str) -> Cow<'_, str> {
    const SEPARATORS: [&str; 5] = ["; ", ", ", " / ", " | ", " and "];
    let rounds = count_round_names(line);
    let found = SEPARATORS.into_iter().filter(|_| rounds > 1).find_map(|separator| {
        let pieces: Vec<&str> = line.split(separator).collect();
        let each =
            pieces.len() == rounds && pieces.iter().all(|piece| count_round_names(piece) == 1);
        each.then(|| pieces.join("\n"))
    });
    found.map_or(Cow::Borrowed(line), Cow::Owned)
}

/// Returns whether a text may name a round. Most cells do not, and need no allocation.
fn may_name_round(text: &str) -> bool {
    const WORDS: [&str; 3] = ["round", "runoff", "run-off"];
    let bytes = text.as_bytes();
    let begins = |at: usize| {
        let rest = &bytes[at..];
        let is = |word: &str| {
            rest.get(..word.len()).is_some_and(|rest| rest.eq_ignore_ascii_case(word.as_bytes()))
        };
        WORDS.into_iter().any(is)
    };
    memchr::memchr2_iter(b'r', b'R', bytes).any(begins)
}

/// Returns the number of rounds that a text names.
fn count_round_names(text: &str) -> usize {
    const NAMES: [&str; 3] = ["round", "runoff", "run-off"];
    let lower = text.to_ascii_lowercase();
    NAMES.iter().map(|name| lower.matches(name).count()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_rounds_are_normalised_to_words() {
        assert_eq!(normalise_round_names("45% (Round 1), x"), "45% (first round), x");
        assert_eq!(normalise_round_names("round two: 7; round 12"), "second round: 7; round 12");
        assert_eq!(normalise_round_names("é run-off"), "é runoff");
    }

    #[test]
    fn parts_that_each_name_a_round_become_lines() {
        for (text, expected) in [
            ("71.7% (first round), 65.0% (runoff)", "71.7% (first round)\n65.0% (runoff)"),
            ("first round 1,204; second round 1,300", "first round 1,204\nsecond round 1,300"),
            (
                "84.7% (1st round) ▲5.1 pp, 84.3% (2nd round) ▼0.4 pp",
                "84.7% (1st round) ▲5.1 pp\n84.3% (2nd round) ▼0.4 pp",
            ),
            (
                "1,204, 1,300 (first round), 7 (second round)",
                "1,204, 1,300 (first round), 7 (second round)",
            ),
            ("45% (first round)\n55% (second round)", "45% (first round)\n55% (second round)"),
            ("45%, 55%", "45%, 55%"),
        ] {
            assert_eq!(split_rounds(text), expected);
        }
    }
}
