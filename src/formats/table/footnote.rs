//! Marks of footnotes after numbers: `12,345*`, `1234 [1]`, `88 (a)`.

/// Signs that mark a footnote.
const SIGNS: [char; 19] =
    ['*', '†', '‡', '§', '¶', '#', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹', '⁰', 'ª', 'º', '∗'];

/// Maximum number of characters in the brackets of a mark.
const MAX_BRACKETED: usize = 3;

/// Splits a number from the mark of a footnote after it. Returns an empty mark if there is none.
pub(super) fn split_footnote(text: &str) -> (&str, &str) {
    let mut number = text;
    loop {
        let shorter = number.trim_end_matches(|c: char| SIGNS.contains(&c) || c.is_whitespace());
        let shorter = strip_brackets(shorter).unwrap_or(shorter);
        if shorter.len() == number.len() {
            break;
        }
        number = shorter;
    }
    let is_number = number.starts_with(|c: char| c.is_ascii_digit())
        && number.ends_with(|c: char| c.is_ascii_digit() || c == '%');
    if is_number { (number, text[number.len()..].trim()) } else { (text, "") }
}

/// Removes a letter in parentheses, or a letter or number in square brackets.
fn strip_brackets(text: &str) -> Option<&str> {
    let (before, inner, is_square) = if let Some(rest) = text.strip_suffix(']') {
        let (before, inner) = rest.rsplit_once('[')?;
        (before, inner, true)
    } else {
        let (before, inner) = text.strip_suffix(')')?.rsplit_once('(')?;
        (before, inner, false)
    };
    let is_short = (1..=MAX_BRACKETED).contains(&inner.chars().count());
    let is_mark = inner.chars().all(|c| c.is_alphabetic() || is_square && c.is_alphanumeric());
    (is_short && is_mark).then_some(before)
}

#[cfg(test)]
mod tests {
    use super::split_footnote;

    #[test]
    fn marks_of_footnotes_are_split_from_numbers() {
        for (text, number, mark) in [
            ("12,345*", "12,345", "*"),
            ("12 345 †", "12 345", "†"),
            ("1234 [1]", "1234", "[1]"),
            ("88 (a)*", "88", "(a)*"),
            ("5.5 %²", "5.5 %", "²"),
            ("12", "12", ""),
            ("(5)", "(5)", ""),
            ("5 (60 %)", "5 (60 %)", ""),
            ("*", "*", ""),
            ("5 (12)", "5 (12)", ""),
        ] {
            assert_eq!(split_footnote(text), (number, mark), "{text}");
        }
    }
}
