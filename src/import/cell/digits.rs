//! Digits with separators, as people group them.

use crate::model::Decimal;

/// Whether a sign stands between groups of digits, or before a fraction.
pub(in crate::import) fn groups_digits(c: char) -> bool {
    matches!(c, ',' | '.' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’')
}

fn is_separator(c: char) -> bool {
    groups_digits(c) || is_middle_dot(c)
}

/// The British decimal point, in any of its forms. It never groups digits.
pub(super) fn is_middle_dot(c: char) -> bool {
    matches!(c, '\u{b7}' | '\u{2219}' | '\u{22c5}' | '\u{2027}' | '\u{387}')
}

/// The length of a number with its separators. A space joins only groups of three digits.
pub(super) fn number_length(text: &str) -> usize {
    let mut length = digits(text);
    loop {
        let Some(separator) = text[length..].chars().next().filter(|c| is_separator(*c)) else {
            return length;
        };
        let next = length + separator.len_utf8();
        let group = digits(&text[next..]);
        let is_point = ",.".contains(separator) || is_middle_dot(separator);
        let joins = if is_point { group > 0 } else { group == 3 };
        if !joins {
            return length;
        }
        length = next + group;
    }
}

/// Separators of one kind: spaces of any width are one, and so are apostrophes.
fn kind(separator: char) -> char {
    match separator {
        '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
        '’' => '\'',
        other => other,
    }
}

/// A whole number with separators of one kind between groups of three (or, after the Indian custom, two).
pub(super) fn whole(text: &str) -> Option<u64> {
    let (first, mut rest) = text.split_at(digits(text));
    let mut number = followed(0, first)?;
    let Some(separator) = rest.chars().next().map(kind) else { return Some(number) };
    // "0.561" has a fraction.
    let is_one = first.len() > 3 || first.starts_with('0');
    if is_one || !groups_digits(separator) {
        return None;
    }
    while let Some(next) = rest.chars().next() {
        if kind(next) != separator {
            return None;
        }
        rest = &rest[next.len_utf8()..];
        let (group, behind) = rest.split_at(digits(rest));
        let short = group.len() == 2 && !behind.is_empty() && separator == ',';
        if !(group.len() == 3 || short) {
            return None;
        }
        (number, rest) = (followed(number, group)?, behind);
    }
    Some(number)
}

/// How many digits a text begins with.
fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// A number with more digits behind it.
fn followed(number: u64, digits: &str) -> Option<u64> {
    digits.bytes().try_fold(number, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// A whole number as a decimal one.
pub(super) fn exactly(count: u64) -> Option<Decimal> {
    Decimal::new(i64::try_from(count).ok()?, 0)
}

/// A number that may have a fraction, after a point or a comma.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let middle = if text.is_ascii() { None } else { text.split_once(is_middle_dot) };
    let point = text.bytes().rposition(|byte| matches!(byte, b'.' | b','));
    let (head, fraction) = match point {
        _ if middle.is_some() => middle?,
        // "1,234" is a whole number, and "66,65" and "0,561" have a fraction.
        Some(at)
            if text.as_bytes()[at] == b'.'
                || text.len() - at != 4
                || text[..at].bytes().all(|byte| byte == b'0') =>
        {
            (&text[..at], &text[at + 1..])
        }
        _ => (text, ""),
    };
    let mantissa = followed(whole(head)?, fraction)?;
    Decimal::new(i64::try_from(mantissa).ok()?, u8::try_from(fraction.len()).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_digits_have_one_separator() {
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
            assert_eq!(whole(text), expected, "{text}");
        }
    }

    #[test]
    fn a_fraction_stands_behind_groups_of_one_separator() {
        for (text, expected) in [
            ("0.561", Some("0.561")),
            ("0,561", Some("0.561")),
            ("1,234.567", Some("1234.567")),
            ("1.234,56", Some("1234.56")),
            ("1,234", Some("1234")),
            ("1.23,456", None),
        ] {
            assert_eq!(
                decimal(text).map(|number| number.to_string()).as_deref(),
                expected,
                "{text}"
            );
        }
    }
}
