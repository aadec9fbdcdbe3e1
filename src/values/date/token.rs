//! Tokens of a text with dates: numbers, months, words and punctuation.

use super::words;
use crate::model::PartialDate;
use crate::values::words::LowercaseWord;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'a> {
    /// An integer, and its number of digits.
    Number(i32, usize),
    Iso(PartialDate),
    Month(u8),
    Word(&'a str),
    Dash,
    Slash,
    Open,
    Close,
    Break,
    /// Words before a colon, about the date that follows: "president: 10 March 2023".
    Label(&'a str),
    /// Words about the previous date. A date in these words is not a date of the vote.
    Note(&'a str),
    /// Words beside the previous date about the outcome of another round, which has no date.
    OtherRound(&'a str),
    /// The previous date or range, repeated in brackets that a rendered page hides.
    Repetition(PartialDate, Option<PartialDate>),
}

/// A token with its start and end, in bytes.
type SpannedToken<'a> = (Token<'a>, usize, usize);

/// Splits a text into tokens. Asides and clauses about reasons become notes.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let spanned = spanned_tokens(text);
    let mut tokens = Vec::with_capacity(spanned.len());
    let mut at = 0;
    while let Some((token, ..)) = spanned.get(at) {
        let rest = &spanned[at..];
        if let Some((copy, length)) = parse_repetition(rest) {
            tokens.push(copy);
            at += length;
            continue;
        }
        if let Some(length) = other_round_length(text, &spanned, rest) {
            tokens.push(Token::OtherRound(inner_text(text, &rest[..length])));
            at += length;
            continue;
        }
        let clause_length = match token {
            Token::Word(_) => note_length(rest).or_else(|| label_length(text, rest)),
            Token::Open => aside_length(rest),
            _ => None,
        };
        match clause_length {
            Some(length) => {
                let end = rest[length - 1].2;
                let inside = inner_text(text, &rest[..length]);
                // Words before a colon are about the next date, all others about the previous one.
                let labels = text[end..].trim_start().starts_with(':');
                tokens.push(if labels { Token::Label(inside) } else { Token::Note(inside) });
                at += length;
            }
            None => {
                tokens.push(*token);
                at += 1;
            }
        }
    }
    tokens
}

/// Returns the text of a sequence of tokens, without outer brackets.
fn inner_text<'a>(text: &'a str, marks: &[SpannedToken<'_>]) -> &'a str {
    let (start, end) =
        (marks.first().map_or(0, |mark| mark.1), marks.last().map_or(0, |mark| mark.2));
    text[start..end].trim_matches(['(', ')', '[', ']', ':', ' '])
}

/// Parses an ISO 8601 date or range in brackets, optionally with a time, or a year alone. Returns
/// it with its number of tokens.
fn parse_repetition(marks: &[SpannedToken<'_>]) -> Option<(Token<'static>, usize)> {
    if marks.first()?.0 != Token::Open {
        return None;
    }
    let end = marks.iter().position(|(token, ..)| *token == Token::Close)?;
    let (mut dates, mut is_time) = (Vec::new(), false);
    for (token, ..) in &marks[1..end] {
        match token {
            Token::Iso(date) => dates.push(*date),
            Token::Number(year, 4) if end == 2 => dates.extend(PartialDate::from_year(*year)),
            Token::Dash if !dates.is_empty() => {}
            // "1993-02-24T08:30Z"
            Token::Word(word) if !dates.is_empty() && word.starts_with(['T', 'Z']) => {
                is_time = true
            }
            Token::Number(..) if is_time => {}
            _ => return None,
        }
    }
    let token = match dates[..] {
        [start] => Token::Repetition(start, None),
        [start, end] => Token::Repetition(start, Some(end)),
        _ => return None,
    };
    Some((token, end + 1))
}

/// Returns the number of tokens in brackets that state the outcome of a later round, if the text
/// has only one date: "(second round cancelled)". Brackets with a comma are about the date itself:
/// "(second round, annulled)".
fn other_round_length(
    text: &str,
    all: &[SpannedToken<'_>],
    marks: &[SpannedToken<'_>],
) -> Option<usize> {
    let [(Token::Open, start, _), (Token::Word(first), ..), ..] = marks else { return None };
    let end = marks.iter().position(|(token, ..)| *token == Token::Close)?;
    let words = || {
        marks[1..end].iter().map(|(token, ..)| match token {
            Token::Word(word) => Some(*word),
            _ => None,
        })
    };
    let later = words::ordinal(LowercaseWord::new(first)).is_some_and(|round| round > 1);
    let outcome = words().flatten().any(|word| words::outcome(LowercaseWord::new(word)).is_some());
    let is_dated =
        |(token, ..): &&SpannedToken<'_>| matches!(token, Token::Month(_) | Token::Iso(_));
    let is_alone = all.iter().filter(is_dated).count() < 2;
    let is_plain = words().all(|word| word.is_some()) && !text[*start..marks[end].1].contains(',');
    (later && outcome && is_alone && is_plain).then_some(end + 1)
}

/// Returns the number of tokens of a clause about reasons. The clause ends with the line.
fn note_length(marks: &[SpannedToken<'_>]) -> Option<usize> {
    let (Token::Word(first), ..) = marks.first()? else { return None };
    let first = LowercaseWord::new(first);
    let dated =
        |token: &Token<'_>| matches!(token, Token::Number(..) | Token::Month(_) | Token::Iso(_));
    // "after 3 May" is a bound, and "after the death of" a reason.
    let reason = words::begins_note(first)
        || (first.as_bytes() == b"after" && !marks.get(1).is_some_and(|(token, ..)| dated(token)));
    let end = || marks.iter().position(|(token, ..)| *token == Token::Break).unwrap_or(marks.len());
    reason.then(end)
}

/// Returns the number of tokens of a label, up to its colon.
fn label_length(text: &str, marks: &[SpannedToken<'_>]) -> Option<usize> {
    const MAX_LABEL_TOKENS: usize = 6;
    let words = |(token, ..): &&SpannedToken<'_>| matches!(token, Token::Word(_) | Token::Dash);
    let length = marks.iter().take(MAX_LABEL_TOKENS).take_while(words).count();
    let colon = |length: &usize| text[marks[length - 1].2..].trim_start().starts_with(':');
    (1..=length).find(colon)
}

/// Returns the number of tokens of an aside: brackets about anything but rounds and outcomes.
fn aside_length(marks: &[SpannedToken<'_>]) -> Option<usize> {
    let length = marks.iter().position(|(token, ..)| *token == Token::Close)? + 1;
    let inside = &marks[1..length - 1];
    let unknown = inside.iter().any(
        |(token, ..)| matches!(token, Token::Word(word) if words::is_unknown(LowercaseWord::new(word))),
    );
    let round = inside.iter().any(|(token, ..)| {
        matches!(token, Token::Word(word) if words::ordinal(LowercaseWord::new(word)).is_some() || words::is_round(word))
    });
    (unknown && !round).then_some(length)
}

fn spanned_tokens(text: &str) -> Vec<SpannedToken<'_>> {
    let mut marks = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let mut length = c.len_utf8();
        let token = match c {
            '0'..='9' => {
                let (token, digits) = parse_number(rest);
                length = digits;
                Some(token)
            }
            '–' | '—' | '-' | '−' => Some(Token::Dash),
            '/' => Some(Token::Slash),
            '(' | '[' => Some(Token::Open),
            ')' | ']' => Some(Token::Close),
            '\n' | '|' | ';' => Some(Token::Break),
            c if c.is_alphabetic() => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’'));
                length = end.unwrap_or(rest.len());
                let word = &rest[..length];
                Some(words::parse_month(word).map_or(Token::Word(word), Token::Month))
            }
            _ => None,
        };
        marks.extend(token.map(|token| (token, at, at + length)));
        at += length;
    }
    marks
}

/// Parses the number or the date at the start of a text, and returns its length.
fn parse_number(text: &str) -> (Token<'_>, usize) {
    if let Some((iso, length)) = parse_iso_prefix(text) {
        return (Token::Iso(iso), length);
    }
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    // A number of more than four digits cannot be part of a date. -1 matches no day or year.
    let number = if length > 4 { -1 } else { text[..length].parse().unwrap_or(-1) };
    let ordinal = ["st", "nd", "rd", "th"].iter().any(|ending| {
        let follows = text[length..].strip_prefix(ending);
        follows.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    });
    (Token::Number(number, length), length + if ordinal { 2 } else { 0 })
}

/// Parses `2012-07-19` or `2012-07` at the start of a text, unless a digit follows.
fn parse_iso_prefix(text: &str) -> Option<(PartialDate, usize)> {
    [10, 7].into_iter().find_map(|length| {
        let ends =
            !text.as_bytes().get(length).is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
        let date = PartialDate::parse_iso(text.get(..length).filter(|_| ends)?)?;
        Some((date, length))
    })
}
