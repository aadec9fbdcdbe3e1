//! Tokens of a cell: numbers, signs, words.

use super::digits::{is_middle_dot, number_length};
use crate::values::words::WordList;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'a> {
    Number(&'a str),
    Percent,
    /// An increase (1), a decrease (-1), or no change (0).
    Sign(i8),
    Word(&'a str),
    Break,
    /// A qualifier that changes or invalidates the adjacent number: "3 million", "5th", "10/20",
    /// "~7".
    Qualifier(&'a str),
}

pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let mut length = c.len_utf8();
        let after = rest[length..].chars().next();
        let before = text[..at].chars().next_back();
        let before_digit = after.is_some_and(|c| c.is_ascii_digit());
        match c {
            '0'..='9' => {
                length = number_length(rest);
                if length == 1 && ["st", "nd", "rd"].iter().any(|end| rest[1..].starts_with(end)) {
                    length += 2;
                    tokens.push(Token::Word(&rest[..length]));
                } else {
                    tokens.push(Token::Number(&rest[..length]));
                    let suffix = rest[length..].find(|c: char| !c.is_alphabetic());
                    let suffix = &rest[length..length + suffix.unwrap_or(rest.len() - length)];
                    if !(suffix.is_empty() || is_points_unit(suffix.as_bytes())) {
                        tokens.push(Token::Qualifier(suffix));
                        length += suffix.len();
                    }
                }
            }
            '%' => tokens.push(Token::Percent),
            '▲' | '△' | '↑' => tokens.push(Token::Sign(1)),
            '▼' | '▽' | '↓' => tokens.push(Token::Sign(-1)),
            '+' if before_digit => tokens.push(Token::Sign(1)),
            '±' if after == Some('0') => tokens.push(Token::Sign(0)),
            '-' | '−' | '–'
                if before_digit && !before.is_some_and(|c| c.is_alphanumeric() || c == '%') =>
            {
                tokens.push(Token::Sign(-1));
            }
            '\n' if is_continuation(&rest[1..]) => {}
            '\n' | '|' => tokens.push(Token::Break),
            '<' | '>' | '&' | '~' | '≈' | '±' | '/' | '-' | '−' | '–' | '•' => {
                tokens.push(Token::Qualifier(&rest[..length]));
            }
            c if is_middle_dot(c) => tokens.push(Token::Qualifier(&rest[..length])),
            c if c.is_alphanumeric() => {
                if let Some((token, words)) = phrase(rest) {
                    tokens.push(token);
                    at += words;
                    continue;
                }
                let end = rest.find(|c: char| !(c.is_alphanumeric() || "-'’.".contains(c)));
                length = end.unwrap_or(rest.len());
                let word = rest[..length].trim_end_matches('.');
                tokens.push(if is_qualifier(word) {
                    Token::Qualifier(word)
                } else {
                    Token::Word(word)
                });
            }
            c if c.is_whitespace() || ",;:()[]=".contains(c) => {}
            _ => tokens.push(Token::Word(&rest[..length])),
        }
        at += length;
    }
    tokens
}

/// Parses words that form one token, and returns their length: "no change", "per cent", and the
/// text of an arrow directly before a number, as in "Decrease1".
fn phrase(text: &str) -> Option<(Token<'static>, usize)> {
    const ARROWS: [(&str, i8); 3] = [("increase", 1), ("decrease", -1), ("steady", 0)];
    const PHRASES: [(&str, Token<'static>); 3] =
        [("no change", Token::Sign(0)), ("per cent", Token::Percent), ("percent", Token::Percent)];
    let begins =
        |word: &str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let next = |word: &str| text[word.len()..].chars().next();
    let arrow = ARROWS
        .iter()
        .find(|(word, _)| begins(word) && next(word).is_some_and(|c| c.is_ascii_digit()));
    let phrase = PHRASES
        .iter()
        .find(|(words, _)| begins(words) && !next(words).is_some_and(char::is_alphanumeric));
    let arrow = arrow.map(|(word, sign)| (Token::Sign(*sign), word.len()));
    arrow.or_else(|| phrase.map(|(words, token)| (*token, words.len())))
}

/// Returns whether a line continues the previous one: "(48.4%)", "of 30".
fn is_continuation(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '\t']);
    line.starts_with('(') || line.starts_with("of ")
}

/// Returns whether a word changes the value of the adjacent number.
fn is_qualifier(word: &str) -> bool {
    #[rustfmt::skip]
    static WORDS: WordList = WordList::new(&[
        "hundred", "hundreds", "thousand", "thousands", "million", "millions", "billion", "billions", "bln", "mn",
        "bn", "m", "k", "lakh", "lakhs", "crore", "crores", "dozen", "about", "approximately", "approx", "circa",
        "around", "over", "nearly", "almost", "half",
    ]);
    word.is_ascii() && WORDS.contains(word)
}

/// Returns whether a word is a unit for percentage points.
pub(super) fn is_points_unit(word: &[u8]) -> bool {
    matches!(word, b"pp" | b"points" | b"pts" | b"point" | b"percentage")
}
