//! Digits with separators, as people group them.

use crate::model::Decimal;

fn is_separator(c: char) -> bool {
    matches!(c, ',' | '.' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’')
        || is_middle_dot(c)
}

/// The British decimal point, in any of its forms. It never groups digits.
pub(super) fn is_middle_dot(c: char) -> bool {
    matches!(c, '\u{b7}' | '\u{2219}' | '\u{22c5}' | '\u{2027}' | '\u{387}')
}

/// The length of a number with its separators. A space joins only groups of three digits.
pub(super) fn number_length(text: &str) -> usize {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
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

/// A whole number with separators between groups of three (or, after the Indian custom, two).
pub(super) fn whole(text: &str) -> Option<u64> {
    if text.contains(is_middle_dot) {
        return None;
    }
    let mut groups = text.split(is_separator).peekable();
    let first = groups.next()?;
    let mut number = followed(0, first)?;
    while let Some(group) = groups.next() {
        let short = group.len() == 2 && groups.peek().is_some() && text.contains(',');
        if first.len() > 3 || !(group.len() == 3 || short) {
            return None;
        }
        number = followed(number, group)?;
    }
    Some(number)
}

/// A number with more digits behind it.
fn followed(number: u64, digits: &str) -> Option<u64> {
    digits.bytes().try_fold(number, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// A number that may have a fraction, after a point or a comma.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let middle = text.split_once(is_middle_dot);
    let (head, fraction) = match text.rfind(['.', ',']) {
        _ if middle.is_some() => middle?,
        // "1,234" is a whole number, and "66,65" has a fraction.
        Some(at) if text.as_bytes()[at] == b'.' || text.len() - at != 4 => {
            (&text[..at], &text[at + 1..])
        }
        _ => (text, ""),
    };
    let mantissa = followed(whole(head)?, fraction)?;
    Decimal::new(i64::try_from(mantissa).ok()?, u8::try_from(fraction.len()).ok()?)
}
