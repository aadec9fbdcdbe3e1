//! Numbers with thousands separators and decimal separators.

use crate::model::Decimal;

/// Returns whether a character can be a thousands separator or a decimal separator.
pub(crate) fn is_digit_separator(c: char) -> bool {
    matches!(c, ',' | '.' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’')
}

fn is_separator(c: char) -> bool {
    is_digit_separator(c) || is_middle_dot(c)
}

/// Returns whether a character is a British decimal point, in any of its forms. It never groups
/// digits.
pub(super) fn is_middle_dot(c: char) -> bool {
    matches!(c, '\u{b7}' | '\u{2219}' | '\u{22c5}' | '\u{2027}' | '\u{387}')
}

/// Returns the length of a number with its separators. A space or an apostrophe is a separator only
/// before a group of three digits.
pub(super) fn number_length(text: &str) -> usize {
    let mut length = digit_count(text);
    loop {
        let Some(separator) = text[length..].chars().next().filter(|c| is_separator(*c)) else {
            return length;
        };
        let next = length + separator.len_utf8();
        let group = digit_count(&text[next..]);
        let is_point = ",.".contains(separator) || is_middle_dot(separator);
        let joins = if is_point { group > 0 } else { group == 3 };
        if !joins {
            return length;
        }
        length = next + group;
    }
}

/// Maps equivalent separators to one character: spaces of any width, and apostrophes.
fn normalise_separator(separator: char) -> char {
    match separator {
        '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
        '’' => '\'',
        other => other,
    }
}

/// Parses an integer with one kind of separator between groups of three digits, or of two in the
/// Indian system.
pub(super) fn parse_integer(text: &str) -> Option<u64> {
    let (first, mut rest) = text.split_at(digit_count(text));
    let mut number = append_digits(0, first)?;
    let Some(separator) = rest.chars().next().map(normalise_separator) else { return Some(number) };
    // "0.561" has a fraction.
    let is_ungrouped = first.len() > 3 || first.starts_with('0');
    if is_ungrouped || !is_digit_separator(separator) {
        return None;
    }
    while let Some(next) = rest.chars().next() {
        if normalise_separator(next) != separator {
            return None;
        }
        rest = &rest[next.len_utf8()..];
        let (group, behind) = rest.split_at(digit_count(rest));
        let short = group.len() == 2 && !behind.is_empty() && separator == ',';
        if !(group.len() == 3 || short) {
            return None;
        }
        (number, rest) = (append_digits(number, group)?, behind);
    }
    Some(number)
}

/// Returns the number of digits at the start of a text.
fn digit_count(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Appends decimal digits to a number. Returns `None` on overflow, or if `digits` contains another
/// character.
fn append_digits(number: u64, digits: &str) -> Option<u64> {
    digits.bytes().try_fold(number, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// Converts an integer to a decimal. Returns `None` if the integer is too large.
pub(super) fn decimal_from_integer(count: u64) -> Option<Decimal> {
    Decimal::new(i64::try_from(count).ok()?, 0)
}

/// Parses a number with an optional fraction after a point or a comma.
pub(super) fn parse_decimal(text: &str) -> Option<Decimal> {
    let middle = if text.is_ascii() { None } else { text.split_once(is_middle_dot) };
    let point = text.bytes().rposition(|byte| matches!(byte, b'.' | b','));
    let (head, fraction) = match point {
        _ if middle.is_some() => middle?,
        // "1,234" is an integer; "66,65" and "0,561" have a fraction.
        Some(at)
            if text.as_bytes()[at] == b'.'
                || text.len() - at != 4
                || text[..at].bytes().all(|byte| byte == b'0') =>
        {
            (&text[..at], &text[at + 1..])
        }
        _ => (text, ""),
    };
    let mantissa = append_digits(parse_integer(head)?, fraction)?;
    Decimal::new(i64::try_from(mantissa).ok()?, u8::try_from(fraction.len()).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_digits_must_have_one_separator() {
        for (text, expected) in [
            ("561", Some(561)),
            ("0", Some(0)),
            ("1,234,567", Some(1_234_567)),
            ("1.234.567", Some(1_234_567)),
            ("1\u{a0}234\u{202f}567 890", Some(1_234_567_890)),
            ("1'234’567", Some(1_234_567)),
            ("12,34,567", Some(1_234_567)),
            ("0.561", None),
            ("00.561", None),
            ("0,561", None),
            ("1.23,456", None),
            ("1,234.567", None),
            ("1 234,567", None),
            ("12.34.567", None),
        ] {
            assert_eq!(parse_integer(text), expected, "{text}");
        }
    }

    #[test]
    fn a_fraction_may_follow_groups_of_digits() {
        for (text, expected) in [
            ("0.561", Some("0.561")),
            ("0,561", Some("0.561")),
            ("1,234.567", Some("1234.567")),
            ("1.234,56", Some("1234.56")),
            ("1,234", Some("1234")),
            ("1.23,456", None),
        ] {
            assert_eq!(
                parse_decimal(text).map(|number| number.to_string()).as_deref(),
                expected,
                "{text}"
            );
        }
    }
}
