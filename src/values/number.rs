//! Numbers in the cells of an infobox: counts, shares, changes and rounds in natural language.

mod digits;
mod entity;
mod file;
mod joined_lines;
mod lines;
mod markup;
mod placeholder;
mod round_value;
mod round_values;
mod rounds;
mod token;
mod unknown_markup;

use super::words::{LowercaseWord, trim};
use crate::model::{Decimal, Quantity};
pub(crate) use digits::is_digit_separator;
use digits::{decimal_from_integer, number_length, parse_decimal, parse_integer};
pub(crate) use file::file_name;
pub(super) use lines::{CellLine, is_plain_line, lines};
pub(crate) use markup::{closing_tag_length, files, strip_markup};
pub(crate) use placeholder::{name_placeholder_reason, placeholder_reason};
pub(crate) use round_value::RoundValue;
use round_value::is_share;
pub(crate) use round_values::RoundValues;
pub(super) use rounds::normalise_round_names;
use token::{Token, is_points_unit, tokens};
pub(crate) use unknown_markup::find_unknown_markup;

/// Returns whether a cell contains an unknown template, which may change the meaning of the rest.
pub(super) fn has_template(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"{{").is_some()
}

/// Parses a cell into one value per round. Ambiguous numbers are kept as words. A value may consist
/// of words only; the caller decides whether to reject it.
pub(crate) fn parse_rounds(text: &str) -> RoundValues {
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
    let text = rounds::split_rounds(&text);
    let tokens = tokens(&text);
    let lines = tokens.split(|token| *token == Token::Break);
    joined_lines::join_lines(lines.map(parse_round).filter(|part| *part != RoundValue::default()))
        .into()
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
    store_number(&mut part, digits, percent, false, None);
    Some(part)
}

/// Parses the tokens of one round.
fn parse_round(tokens: &[Token<'_>]) -> RoundValue {
    let mut sign: Option<(i8, &str)> = None;
    let has_no_qualifier = tokens.iter().all(|token| !matches!(token, Token::Qualifier(_)));
    let mut part = RoundValue { is_ambiguous: !has_no_qualifier, ..RoundValue::default() };
    for (index, token) in tokens.iter().enumerate() {
        // A sign belongs to the number immediately after it.
        if let Some(sign) = sign.take_if(|_| !matches!(token, Token::Number(_))) {
            add_bare_sign(&mut part, sign);
        }
        match token {
            Token::Break => {}
            Token::Sign(direction) => {
                let word = match direction {
                    1 => "▲",
                    0 => "Steady",
                    _ => "▼",
                };
                sign = Some((*direction, word));
            }
            Token::Percent if has_no_qualifier => {}
            Token::Percent => part.push_word("%"),
            Token::Number(digits) if has_no_qualifier => {
                let next = tokens.get(index + 1);
                let points =
                    matches!(next, Some(Token::Word(word)) if is_points_unit(word.as_bytes()));
                let percent = next == Some(&Token::Percent);
                let previous = index.checked_sub(1).and_then(|before| tokens.get(before));
                let follows_of = matches!(previous, Some(Token::Word("of" | "the")));
                let is_stored = store_number(
                    &mut part,
                    digits,
                    percent,
                    points,
                    sign.take().map(|(sign, _)| sign),
                );
                // A second figure of the same kind is ambiguous, except in "157 of 450".
                part.is_ambiguous |= !(is_stored || follows_of);
            }
            Token::Number(word) | Token::Qualifier(word) => {
                sign = None;
                part.push_word(word);
            }
            Token::Word(word) => match LowercaseWord::new(word).as_bytes() {
                b"increase" | b"up" => sign = Some((1, word)),
                b"decrease" | b"down" => sign = Some((-1, word)),
                b"steady" | b"unchanged" => sign = Some((0, word)),
                b"new" => part.is_new = true,
                b"first" | b"1st" if round_follows(tokens, index) => part.set_round(1),
                b"second" | b"2nd" if round_follows(tokens, index) => part.set_round(2),
                b"third" | b"3rd" if round_follows(tokens, index) => part.set_round(3),
                b"runoff" | b"run-off" => part.set_round(2),
                b"round" if part.round.is_some() => {}
                b"seats" | b"seat" | b"votes" | b"vote" => part.has_count_unit = true,
                unit if is_points_unit(unit) => {}
                _ => part.push_word(word),
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
        part.is_steady = true;
    } else {
        part.push_word(word);
    }
}

fn round_follows(tokens: &[Token<'_>], index: usize) -> bool {
    matches!(tokens.get(index + 1), Some(Token::Word(word)) if word.eq_ignore_ascii_case("round"))
}

/// Stores a number in the field for its kind. Returns `false` if that field is occupied, or if
/// the number contradicts its sign or the share before it.
fn store_number(
    part: &mut RoundValue,
    digits: &str,
    percent: bool,
    points: bool,
    sign: Option<i8>,
) -> bool {
    // Shares and changes may be integers too, but are not counts.
    let count = if sign.is_some() || points || percent { None } else { parse_integer(digits) };
    let exact = match count {
        // A point may also be a decimal separator.
        Some(count) if !digits.contains('.') => decimal_from_integer(count),
        _ => parse_decimal(digits),
    };
    let signed = match sign {
        Some(-1) => exact.and_then(Decimal::checked_neg),
        // "No change" before a number is valid only if the number is zero.
        Some(0) => exact.filter(|change| change.mantissa() == 0),
        _ => exact,
    };
    // "70% -75%" is a range: a share that fell by 75 points to 70 % was above 100 %.
    let fell = exact.filter(|_| sign == Some(-1) && percent);
    if fell.zip(part.share).is_some_and(|(by, share)| by.to_f64() > 100.0 - share.to_f64()) {
        part.push_word(digits);
        return false;
    }
    let is_stored = match (sign.is_some() || points, percent, count) {
        // Points without a sign: the page shows no arrow, so the direction is unknown.
        (true, _, _) if sign.is_none() => {
            part.push_word(digits);
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
    if !is_stored {
        part.push_word(&[digits, if percent { "%" } else { "" }].concat());
    }
    is_stored
}

/// Parses a number of seats or votes with the words about it. The number counts only at the start
/// of the text or after "all": in "two-thirds of the 33", 33 is a total.
pub(crate) fn parse_quantity(text: &str) -> Quantity {
    let text = strip_markup(text);
    let tokens = tokens(&text);
    let mut rest = tokens.as_slice();
    if let [Token::Word(word), Token::Number(_), ..] = rest
        && word.eq_ignore_ascii_case("all")
    {
        rest = &rest[1..];
    }
    let (count, total) = match rest {
        [Token::Number(count), Token::Word("of"), Token::Word("the"), Token::Number(of), ..]
        | [Token::Number(count), Token::Word("of"), Token::Number(of), ..] => {
            (parse_integer(count), parse_integer(of))
        }
        [Token::Number(_), Token::Percent, ..] => (None, None),
        [Token::Number(count), ..] => (parse_integer(count), None),
        _ => (None, None),
    };
    // "102 seats in the Senate and 166 seats in the House" contains two numbers.
    let is_number = |pair: &&[Token<'_>]| matches!(pair, [Token::Number(_), Token::Word(unit)] if ["seats", "members", "votes"].contains(unit));
    let line = tokens.split(|token| *token == Token::Break).next().unwrap_or_default();
    let several = line.windows(2).filter(is_number).count() > 1;
    let (count, total) = if several { (None, None) } else { (count, total) };
    Quantity { count, of: total, text: text.into_owned() }
}

#[cfg(test)]
mod tests;
