//! The marks of a text about dates: numbers, months, words, and what stands between them.

use super::words;
use crate::import::lower::Lower;
use crate::model::PartialDate;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'a> {
    /// Digits: the number, and how many there are.
    Number(i32, usize),
    Iso(PartialDate),
    Month(u8),
    Word(&'a str),
    Range,
    Slash,
    Open,
    Close,
    Break,
    /// Words before a colon, about the date that follows: "president: 10 March 2023".
    Label(&'a str),
    /// Words about the date before, which hold no date of a vote.
    Note(&'a str),
    /// Words about the date before that say what became of another round, for which there is no date.
    OtherRound(&'a str),
    /// The date before, once more, in brackets that a page hides; of a span, both its days.
    Copy(PartialDate, Option<PartialDate>),
}

/// A mark, and where it begins and ends.
type Mark<'a> = (Token<'a>, usize, usize);

/// The marks of a text, with its asides made notes.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let marks = marks(text);
    let mut tokens = Vec::with_capacity(marks.len());
    let mut at = 0;
    while let Some((token, ..)) = marks.get(at) {
        let rest = &marks[at..];
        if let Some((copy, length)) = copy(rest) {
            tokens.push(copy);
            at += length;
            continue;
        }
        if let Some(length) = other_round(text, &marks, rest) {
            tokens.push(Token::OtherRound(inside(text, &rest[..length])));
            at += length;
            continue;
        }
        let taken = match token {
            Token::Word(_) => note(rest).or_else(|| label(text, rest)),
            Token::Open => aside(rest),
            _ => None,
        };
        match taken {
            Some(length) => {
                let end = rest[length - 1].2;
                let inside = inside(text, &rest[..length]);
                // What reads "Label:" is about what comes, and all else about what was.
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

/// The text of some marks, without brackets around it.
fn inside<'a>(text: &'a str, marks: &[Mark<'_>]) -> &'a str {
    let (start, end) =
        (marks.first().map_or(0, |mark| mark.1), marks.last().map_or(0, |mark| mark.2));
    text[start..end].trim_matches(['(', ')', '[', ']', ':', ' '])
}

/// A date in brackets in the form of ISO 8601, perhaps with a time, or a year alone; and how many marks it has.
fn copy(marks: &[Mark<'_>]) -> Option<(Token<'static>, usize)> {
    if marks.first()?.0 != Token::Open {
        return None;
    }
    let end = marks.iter().position(|(token, ..)| *token == Token::Close)?;
    let (mut dates, mut is_time) = (Vec::new(), false);
    for (token, ..) in &marks[1..end] {
        match token {
            Token::Iso(date) => dates.push(*date),
            Token::Number(year, 4) if end == 2 => dates.extend(PartialDate::from_year(*year)),
            Token::Range if !dates.is_empty() => {}
            // "1993-02-24T08:30Z"
            Token::Word(word) if !dates.is_empty() && word.starts_with(['T', 'Z']) => {
                is_time = true
            }
            Token::Number(..) if is_time => {}
            _ => return None,
        }
    }
    let token = match dates[..] {
        [start] => Token::Copy(start, None),
        [start, end] => Token::Copy(start, Some(end)),
        _ => return None,
    };
    Some((token, end + 1))
}

/// The length of brackets that say what became of a later round, behind the only date of a text:
/// "(second round cancelled)". With a comma, "(second round, annulled)", they are about the date itself.
fn other_round(text: &str, all: &[Mark<'_>], marks: &[Mark<'_>]) -> Option<usize> {
    let [(Token::Open, start, _), (Token::Word(first), ..), ..] = marks else { return None };
    let end = marks.iter().position(|(token, ..)| *token == Token::Close)?;
    let words = || {
        marks[1..end].iter().map(|(token, ..)| match token {
            Token::Word(word) => Some(*word),
            _ => None,
        })
    };
    let later = words::ordinal(Lower::of(first)).is_some_and(|round| round > 1);
    let outcome = words().flatten().any(|word| words::outcome(Lower::of(word)).is_some());
    let is_dated = |(token, ..): &&Mark<'_>| matches!(token, Token::Month(_) | Token::Iso(_));
    let is_alone = all.iter().filter(is_dated).count() < 2;
    let is_plain = words().all(|word| word.is_some()) && !text[*start..marks[end].1].contains(',');
    (later && outcome && is_alone && is_plain).then_some(end + 1)
}

/// The length of a clause about reasons: to the end of the line.
fn note(marks: &[Mark<'_>]) -> Option<usize> {
    let (Token::Word(first), ..) = marks.first()? else { return None };
    let first = Lower::of(first);
    let dated =
        |token: &Token<'_>| matches!(token, Token::Number(..) | Token::Month(_) | Token::Iso(_));
    // "after 3 May" is a bound, and "after the death of" a reason.
    let reason = words::begins_note(first)
        || (first.bytes() == b"after" && !marks.get(1).is_some_and(|(token, ..)| dated(token)));
    let end = || marks.iter().position(|(token, ..)| *token == Token::Break).unwrap_or(marks.len());
    reason.then(end)
}

/// The length of the words that a colon follows.
fn label(text: &str, marks: &[Mark<'_>]) -> Option<usize> {
    const LONGEST: usize = 6;
    let words = |(token, ..): &&Mark<'_>| matches!(token, Token::Word(_) | Token::Range);
    let length = marks.iter().take(LONGEST).take_while(words).count();
    let colon = |length: &usize| text[marks[length - 1].2..].trim_start().starts_with(':');
    (1..=length).find(colon)
}

/// The length of a parenthesis that says something else than rounds and outcomes. One that dates
/// another round is no aside.
fn aside(marks: &[Mark<'_>]) -> Option<usize> {
    let length = marks.iter().position(|(token, ..)| *token == Token::Close)? + 1;
    let inside = &marks[1..length - 1];
    let unknown = inside.iter().any(
        |(token, ..)| matches!(token, Token::Word(word) if words::is_unknown(Lower::of(word))),
    );
    let round = inside.iter().any(|(token, ..)| {
        matches!(token, Token::Word(word) if words::ordinal(Lower::of(word)).is_some() || words::is_round(word))
    });
    (unknown && !round).then_some(length)
}

fn marks(text: &str) -> Vec<Mark<'_>> {
    let mut marks = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let mut length = c.len_utf8();
        let token = match c {
            '0'..='9' => {
                let (token, digits) = number(rest);
                length = digits;
                Some(token)
            }
            '–' | '—' | '-' | '−' => Some(Token::Range),
            '/' => Some(Token::Slash),
            '(' | '[' => Some(Token::Open),
            ')' | ']' => Some(Token::Close),
            '\n' | '|' | ';' => Some(Token::Break),
            c if c.is_alphabetic() => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’'));
                length = end.unwrap_or(rest.len());
                let word = &rest[..length];
                Some(words::month(word).map_or(Token::Word(word), Token::Month))
            }
            _ => None,
        };
        marks.extend(token.map(|token| (token, at, at + length)));
        at += length;
    }
    marks
}

/// The number or the date that a text begins with, and its length.
fn number(text: &str) -> (Token<'_>, usize) {
    if let Some((iso, length)) = iso(text) {
        return (Token::Iso(iso), length);
    }
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    // More digits than a year has are no date; -1 is no number of one.
    let number = if length > 4 { -1 } else { text[..length].parse().unwrap_or(-1) };
    let ordinal = ["st", "nd", "rd", "th"].iter().any(|ending| {
        let follows = text[length..].strip_prefix(ending);
        follows.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    });
    (Token::Number(number, length), length + if ordinal { 2 } else { 0 })
}

/// `2012-07-19` or `2012-07` at the start, with no digit after.
fn iso(text: &str) -> Option<(PartialDate, usize)> {
    [10, 7].into_iter().find_map(|length| {
        let ends =
            !text.as_bytes().get(length).is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
        let date = PartialDate::read(text.get(..length).filter(|_| ends)?)?;
        Some((date, length))
    })
}
