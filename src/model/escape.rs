//! Escaping of characters that control a terminal or are invisible to a reader.

use std::fmt::Write as _;

/// Returns whether a character is safe to write to a terminal without escaping.
///
/// Not safe are control characters (C0, DEL, C1), every character with the Unicode property
/// `Bidi_Control`, line and paragraph separators, and invisible format characters that no script
/// needs: byte order marks, invisible operators, interlinear annotations and tags. Joiners
/// (U+200C, U+200D) and right-to-left letters are ordinary text.
///
/// ```
/// use hustings::model::escape::is_printable;
/// assert!(is_printable('ا') && is_printable('\u{200d}'));
/// assert!(!is_printable('\u{1b}') && !is_printable('\u{202e}'));
/// ```
#[must_use]
pub fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            | '\u{2028}' | '\u{2029}'
            | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Appends a character, escaped unless it is [printable](is_printable): `\n`, `\u{1b}`.
pub fn push_printable(out: &mut String, c: char) {
    match c {
        '\t' | '\n' | '\r' => out.extend(c.escape_default()),
        c if is_printable(c) => out.push(c),
        // Writing to a string cannot fail.
        c => drop(write!(out, "\\u{{{:x}}}", u32::from(c))),
    }
}

/// Escapes every character that is not [printable](is_printable), with exceptions. `unescaped_len`
/// receives the rest of the text, and returns the number of bytes at its start to copy unescaped.
///
/// ```
/// use hustings::model::escape::escape;
/// let line_ends = |rest: &str| usize::from(rest.starts_with('\n'));
/// assert_eq!(escape("a\u{1b}\nb", line_ends), "a\\u{1b}\nb");
/// ```
#[must_use]
pub fn escape(text: &str, unescaped_len: impl Fn(&str) -> usize) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        // Fast path: most text is printable ASCII, which is copied as a slice.
        let plain = rest.bytes().position(|byte| !matches!(byte, b' '..=b'~'));
        let (plain, others) = rest.split_at(plain.unwrap_or(rest.len()));
        let (unescaped, others) =
            others.split_at_checked(unescaped_len(others)).unwrap_or(("", others));
        escaped.push_str(plain);
        escaped.push_str(unescaped);
        rest = others;
        if unescaped.is_empty() {
            let mut others = rest.chars();
            others.next().into_iter().for_each(|c| push_printable(&mut escaped, c));
            rest = others.as_str();
        }
    }
    escaped
}

/// Escapes every character that is not [printable](is_printable), line breaks included.
///
/// ```
/// use hustings::model::escape::printable;
/// assert_eq!(printable("a\u{1b}[31m\nb"), "a\\u{1b}[31m\\nb");
/// ```
#[must_use]
pub fn printable(text: &str) -> String {
    escape(text, |_| 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_escaped() {
        assert_eq!(printable("a\u{1b}[31m\tb\r\n"), "a\\u{1b}[31m\\tb\\r\\n");
        let controls = ('\0'..' ').chain('\u{7f}'..'\u{a0}');
        let bidi = ['\u{61c}', '\u{200e}', '\u{200f}'].into_iter();
        let bidi = bidi.chain('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}');
        let hidden = ['\u{2028}', '\u{2029}', '\u{feff}', '\u{2060}', '\u{e0041}'];
        for c in controls.chain(bidi).chain(hidden) {
            let escaped = printable(&format!("a{c}b"));
            assert!(escaped.starts_with("a\\") && escaped.ends_with('b'), "{escaped:?}");
            assert!(escaped.chars().all(is_printable), "{escaped:?}");
            assert_eq!(printable(&escaped), escaped, "escaping twice changes nothing");
        }
    }

    #[test]
    fn text_in_any_script_is_not_escaped() {
        for text in [
            "انتخابات",
            "בחירות",
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "e\u{301}",
            "中文",
            "a\\b",
            "👩\u{200d}🌾",
        ] {
            assert_eq!(printable(text), text);
        }
    }
}
