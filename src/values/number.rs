//! Numbers in the cells of an infobox: counts, shares, changes and rounds in natural language.

mod absent;
mod digits;
mod entity;
mod file;
mod lines;
mod markup;
mod parts;
mod round_value;
mod rounds;
mod rows;
mod token;
mod unknown;

use super::words::{LowercaseWord, trim};
use crate::model::{Decimal, Quantity};
pub(crate) use absent::{absent, no_name};
pub(crate) use digits::is_digit_separator;
use digits::{decimal, decimal_from_integer, number_length, whole};
pub(crate) use file::file_name;
pub(super) use lines::{CellLine, is_plain_line, lines};
pub(crate) use markup::{closing, files, strip_markup};
pub(crate) use parts::RoundValues;
pub(crate) use round_value::RoundValue;
use round_value::is_share;
pub(super) use rounds::normalise_round_names;
use token::{Token, is_points_unit, tokens};
pub(crate) use unknown::unknown;

/// Returns whether a cell contains an unknown template, which may change the meaning of the rest.
pub(super) fn has_template(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"{{").is_some()
}

/// Parses a cell into one value per round. Ambiguous numbers are never guessed, but kept as words.
/// If a value has words and no figures, the caller reports what was expected.
pub(crate) fn parts(text: &str) -> RoundValues {
    // A bare number contains no markup.
    if let Some(part) = parse_plain(trim(text)) {
        return RoundValues::One(part);
    }
    let text = strip_markup(text);
    if let Some(part) = parse_plain(&text) {
        return RoundValues::One(part);
    }
    if has_template(&text) {
        return RoundValues::One(RoundValue { words: text.into_owned(), ..RoundValue::default() });
    }
    let text = normalise_round_names(&text);
    let text = rounds::apart(&text);
    let tokens = tokens(&text);
    let lines = tokens.split(|token| *token == Token::Break);
    rows::join_lines(lines.map(part).filter(|part| *part != RoundValue::default())).into()
}

/// Parses a cell that is a number and nothing else, the most frequent case.
fn parse_plain(text: &str) -> Option<RoundValue> {
    text.as_bytes().first().filter(|byte| byte.is_ascii_digit())?;
    let (digits, rest) = text.split_at(number_length(text));
    let percent = match rest {
        "" => false,
        "%" => true,
        _ => return None,
    };
    let mut part = RoundValue::default();
    number(&mut part, digits, percent, false, None);
    Some(part)
}

/// Parses the tokens of one round.
fn part(tokens: &[Token<'_>]) -> RoundValue {
    let mut sign: Option<(i8, &str)> = None;
    let clear = tokens.iter().all(|token| !matches!(token, Token::Unclear(_)));
    let mut part = RoundValue { unclear: !clear, ..RoundValue::default() };
    for (index, token) in tokens.iter().enumerate() {
        // A sign belongs to the number immediately after it.
        if let Some(sign) = sign.take_if(|_| !matches!(token, Token::Number(_))) {
            add_bare_sign(&mut part, sign);
        }
        match token {
            Token::Break => {}
            Token::Sign(given) => {
                let word = match given {
                    1 => "▲",
                    0 => "Steady",
                    _ => "▼",
                };
                sign = Some((*given, word));
            }
            Token::Percent if clear => {}
            Token::Percent => part.say("%"),
            Token::Number(digits) if clear => {
                let next = tokens.get(index + 1);
                let points =
                    matches!(next, Some(Token::Word(word)) if is_points_unit(word.as_bytes()));
                let percent = next == Some(&Token::Percent);
                let of = index.checked_sub(1).and_then(|before| tokens.get(before));
                let of = matches!(of, Some(Token::Word("of" | "the")));
                let free =
                    number(&mut part, digits, percent, points, sign.take().map(|(sign, _)| sign));
                // A second figure of the same kind is ambiguous, except in "157 of 450".
                part.unclear |= !(free || of);
            }
            Token::Number(word) | Token::Unclear(word) => {
                sign = None;
                part.say(word);
            }
            Token::Word(word) => match LowercaseWord::of(word).bytes() {
                b"increase" | b"up" => sign = Some((1, word)),
                b"decrease" | b"down" => sign = Some((-1, word)),
                b"steady" | b"unchanged" => sign = Some((0, word)),
                b"new" => part.new = true,
                b"first" | b"1st" if round_follows(tokens, index) => part.name_round(1),
                b"second" | b"2nd" if round_follows(tokens, index) => part.name_round(2),
                b"third" | b"3rd" if round_follows(tokens, index) => part.name_round(3),
                b"runoff" | b"run-off" => part.name_round(2),
                b"round" if part.round.is_some() => {}
                b"seats" | b"seat" | b"votes" | b"vote" => part.counted = true,
                unit if is_points_unit(unit) => {}
                _ => part.say(word),
            },
        }
    }
    if let Some(sign) = sign {
        add_bare_sign(&mut part, sign);
    }
    part
}

/// Processes a sign without a number. "No change" alone is a change of zero.
fn add_bare_sign(part: &mut RoundValue, (sign, word): (i8, &str)) {
    if sign == 0 && part.change.is_none() {
        part.change = Decimal::new(0, 0);
        part.steady = true;
    } else {
        part.say(word);
    }
}

fn round_follows(tokens: &[Token<'_>], index: usize) -> bool {
    matches!(tokens.get(index + 1), Some(Token::Word(word)) if word.eq_ignore_ascii_case("round"))
}

/// Stores a number in the field for its kind. Returns `false` if that field is occupied, or if the
/// sign of a change is lost.
fn number(
    part: &mut RoundValue,
    digits: &str,
    percent: bool,
    points: bool,
    sign: Option<i8>,
) -> bool {
    // Shares and changes may be integers too, but are not counts.
    let count = if sign.is_some() || points || percent { None } else { whole(digits) };
    let exact = match count {
        // A point may also be a decimal separator.
        Some(count) if !digits.contains('.') => decimal_from_integer(count),
        _ => decimal(digits),
    };
    let signed = match sign {
        Some(-1) => exact.and_then(Decimal::negated),
        // "No change" before a number is valid only if the number is zero.
        Some(0) => exact.filter(|change| change.mantissa() == 0),
        _ => exact,
    };
    // "70% -75%" is a range: a share cannot fall by more than it was before.
    let fell = exact.filter(|_| sign == Some(-1) && percent);
    if fell.zip(part.share).is_some_and(|(by, share)| by.to_f64() > 100.0 - share.to_f64()) {
        part.say(digits);
        return false;
    }
    let free = match (sign.is_some() || points, percent, count) {
        // Points without a sign: the page has lost its arrows.
        (true, _, _) if sign.is_none() => {
            part.say(digits);
            return true;
        }
        (true, _, _) if part.change.is_none() => {
            part.change = signed;
            signed.is_some()
        }
        (false, true, _) if part.share.is_none() => {
            part.share = exact.filter(is_share);
            part.share.is_some()
        }
        (false, false, Some(count)) if part.count.is_none() && part.number.is_none() => {
            part.count = Some(count);
            // The point in "40.561" may group digits or begin a fraction. Both readings are kept.
            part.number = exact;
            true
        }
        (false, false, None) if part.number.is_none() => {
            part.number = exact;
            exact.is_some()
        }
        _ => false,
    };
    if !free {
        part.say(&[digits, if percent { "%" } else { "" }].concat());
    }
    free
}

/// Parses a number of seats or votes with the words about it. The number counts only at the start
/// of the text or after "all": in "two-thirds of the 33" it means something else.
pub(crate) fn parse_quantity(text: &str) -> Quantity {
    let text = strip_markup(text);
    let tokens = tokens(&text);
    let mut rest = tokens.as_slice();
    if let [Token::Word(word), Token::Number(_), ..] = rest
        && word.eq_ignore_ascii_case("all")
    {
        rest = &rest[1..];
    }
    let (count, of) = match rest {
        [Token::Number(count), Token::Word("of"), Token::Word("the"), Token::Number(of), ..]
        | [Token::Number(count), Token::Word("of"), Token::Number(of), ..] => {
            (whole(count), whole(of))
        }
        [Token::Number(_), Token::Percent, ..] => (None, None),
        [Token::Number(count), ..] => (whole(count), None),
        _ => (None, None),
    };
    // "102 seats in the Senate and 166 seats in the House" contains two numbers.
    let is_number = |pair: &&[Token<'_>]| matches!(pair, [Token::Number(_), Token::Word(unit)] if ["seats", "members", "votes"].contains(unit));
    let line = tokens.split(|token| *token == Token::Break).next().unwrap_or_default();
    let several = line.windows(2).filter(is_number).count() > 1;
    let (count, of) = if several { (None, None) } else { (count, of) };
    Quantity { count, of, text: text.into_owned() }
}

#[cfg(test)]
mod tests;
