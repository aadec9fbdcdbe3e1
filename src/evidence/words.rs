//! Candidates for the words that state a value, and their replacement by other words.

use std::ops::Range;

use crate::analysis::diff::{ChangeValue, ChangedValue};

/// Returns the ranges of a text that may state a value: numbers with its digits, or its own text.
pub(super) fn candidates(text: &str, value: &ChangedValue) -> Vec<Range<usize>> {
    match &value.value {
        ChangeValue::Count(_) | ChangeValue::Number(_) | ChangeValue::Decimal(_) => {
            let digits = digits_of(&value.text);
            let states = |range: &Range<usize>| {
                text.get(range.clone()).is_some_and(|words| digits_of(words) == digits)
            };
            // In a row of a table, commas separate cells and not groups of digits.
            let numbers = numbers(text).into_iter();
            let all = numbers.flat_map(|range| match states(&range) {
                true => vec![range],
                false => parts(text, range),
            });
            all.filter(states).collect()
        }
        _ if value.text.is_empty() => Vec::new(),
        _ => {
            let found = text.match_indices(value.text.as_str());
            found.map(|(start, words)| start..start + words.len()).collect()
        }
    }
}

/// Replaces each ASCII digit and letter in a range of a text by another one. The length stays.
pub(super) fn with_other_words(text: &str, range: &Range<usize>) -> Option<String> {
    let (before, rest) = text.split_at_checked(range.start)?;
    let (words, after) = rest.split_at_checked(range.len())?;
    let other: String = words.chars().map(other_character).collect();
    (other != words).then(|| format!("{before}{other}{after}"))
}

/// Returns a text with every digit and letter replaced as [`with_other_words`] does.
pub(super) fn other_text(text: &str) -> String {
    text.chars().map(other_character).collect()
}

fn other_character(c: char) -> char {
    match c {
        // A number must not begin with a zero, nor gain or lose a digit.
        '9' => '1',
        '0'..='8' => char::from_digit(c.to_digit(10).unwrap_or(0) + 1, 10).unwrap_or(c),
        'z' => 'a',
        'Z' => 'A',
        'a'..='y' | 'A'..='Y' => char::from_u32(u32::from(c) + 1).unwrap_or(c),
        _ => c,
    }
}

/// Returns the ASCII digits of a text, without zeros at the start.
fn digits_of(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let trimmed = digits.trim_start_matches('0');
    if trimmed.is_empty() { digits } else { trimmed.to_owned() }
}

/// Returns the parts of a range between commas and spaces.
fn parts(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let words = text.get(range.clone()).unwrap_or_default();
    let mut start = range.start;
    let parts = words.split_inclusive(|c: char| c == ',' || c.is_whitespace()).map(|part| {
        let end = start + part.trim_end_matches(|c: char| !c.is_ascii_digit()).len();
        let found = start..end;
        start += part.len();
        found
    });
    parts.collect()
}

/// Returns the ranges of the numbers of a text, with their separators. A space separates groups of
/// digits only if three digits follow it.
fn numbers(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let mut at = 0;
    while let Some((start, first)) = characters.get(at).copied() {
        at += 1;
        if !first.is_ascii_digit() {
            continue;
        }
        let mut end = start + 1;
        while let Some((offset, c)) = characters.get(at).copied() {
            let is_digit = |steps: usize| {
                characters.get(at + steps).is_some_and(|(_, next)| next.is_ascii_digit())
            };
            let joins = match c {
                ',' | '.' | '\'' | '’' => is_digit(1),
                ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' => {
                    is_digit(1) && is_digit(2) && is_digit(3) && !is_digit(4)
                }
                _ => c.is_ascii_digit(),
            };
            if !joins {
                break;
            }
            end = offset + c.len_utf8();
            at += 1;
        }
        // A separator is followed by a digit, so the range ends with one.
        found.push(start..end);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_include_their_separators() {
        let text = "a 47,095 (73.53%), 1 234 567 and 12,";
        let found: Vec<&str> = numbers(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["47,095", "73.53", "1 234 567", "12"]);
    }

    #[test]
    fn a_row_of_a_table_is_divided_at_its_commas() {
        let value =
            ChangedValue { text: "3395384".to_owned(), value: ChangeValue::Count(3_395_384) };
        let row = "301,605,55,8.7,3395384,x";
        let found: Vec<&str> =
            candidates(row, &value).into_iter().map(|range| &row[range]).collect();
        assert_eq!(found, ["3395384"]);
    }

    #[test]
    fn other_words_have_the_same_length_and_no_equal_digit() {
        assert_eq!(with_other_words("turnout 73.90", &(8..13)).unwrap(), "turnout 84.11");
        assert_eq!(with_other_words("–", &(0..3)), None);
    }
}
