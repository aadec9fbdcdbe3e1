//! How wide a text is at most, and what becomes of one that does not fit.

use unicode_width::UnicodeWidthChar;

use crate::escape::printable;

/// What stands for the rest of a text that is cut.
const REST: char = '…';

/// The width of a text on one line, in the units in which `size`, the size of its font, is given. It is that
/// of DejaVu Sans or a little more; Helvetica and Arial are narrower.
///
/// ```
/// use hustings::render::svg::text_width;
/// assert!(text_width("1,234", 12.0, false) < text_width("1,234", 12.0, true));
/// assert_eq!(text_width("", 12.0, false), 0.0);
/// ```
#[must_use]
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    let ems: f64 = text.chars().map(ems).sum();
    ems * size * if bold { 1.13 } else { 1.0 }
}

/// Of one character, in sizes of its font.
fn ems(c: char) -> f64 {
    match c {
        ' ' | '\u{a0}' | '\'' | ',' | '.' | '/' | 'I' | 'J' | 'f' | 'i' | 'j' | 'l' | '|' => 0.36,
        '!' | '(' | ')' | '-' | ':' | ';' | '[' | ']' | 'r' | 't' => 0.42,
        'c' | 's' | 'z' | '"' => 0.56,
        'M' | 'W' | 'm' | '%' | '@' => 1.0,
        'A'..='Z' | 'w' | '+' | '<' | '=' | '>' | '~' | '#' | '&' => 0.84,
        ' '..='~' => 0.65,
        _ => match c.width() {
            Some(2) => 1.06,
            Some(0) => 0.0,
            _ if c.is_lowercase() => 0.72,
            _ => 1.02,
        },
    }
}

/// A text on one line of which nothing is a command, and without what is no character of XML.
pub(super) fn plain(text: &str) -> String {
    let shown: String = text.chars().filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect();
    let words: Vec<&str> = shown.split_whitespace().collect();
    printable(&words.join(" "))
}

/// The pieces between which a line may end: after spaces, and after hyphens that are not those of a date.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let ends = |(at, c): (usize, char)| {
            let next = rest[at + c.len_utf8()..].chars().next();
            (c == ' ' || (c == '-' && next.is_some_and(char::is_alphabetic))).then_some(at + 1)
        };
        let (word, others) =
            rest.split_at(rest.char_indices().find_map(ends).unwrap_or(rest.len()));
        rest = others;
        (!word.is_empty()).then_some(word)
    })
}

/// The text in lines of at most this width. What does not fit into so many lines is left out, and a sign
/// says so.
pub(super) fn wrap(text: &str, size: f64, bold: bool, most: f64, lines: usize) -> Vec<String> {
    let text = plain(text);
    let mut done: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut wide = 0.0;
    let of = |c: char| width(c.encode_utf8(&mut [0; 4]), size, bold);
    for word in words(&text) {
        let whole = width(word.trim_end(), size, bold);
        if wide + whole > most && !line.is_empty() {
            done.push(std::mem::take(&mut line));
            wide = 0.0;
        }
        for c in word.chars() {
            // A word that is wider than a line.
            if wide + of(c) > most && c != ' ' && !line.is_empty() {
                done.push(std::mem::take(&mut line));
                wide = 0.0;
            }
            line.push(c);
            wide += of(c);
        }
        if done.len() > lines {
            break;
        }
    }
    done.push(line);
    let cut = done.len() > lines;
    done.truncate(lines.max(1));
    let mut done: Vec<String> = done.iter().map(|line| line.trim_end().to_owned()).collect();
    if let Some(last) = done.last_mut().filter(|_| cut) {
        let mut wide = width(last, size, bold) + of(REST);
        while wide > most {
            let Some(gone) = last.pop() else { break };
            wide -= of(gone);
        }
        last.truncate(last.trim_end_matches([' ', ',', '.']).len());
        last.push(REST);
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_to_their_width() {
        let titles = [
            "",
            "2012 Nagorno-Karabakh presidential election",
            "Scottish National Party – Pàrtaidh Nàiseanta na h-Alba",
            &"x".repeat(500),
            &"中文 選舉 ".repeat(40),
            &format!("e{} and so on, and so on", "\u{301}".repeat(50_000)),
            "انتخابات رئاسية",
        ];
        for title in titles {
            for most in [40.0, 120.0, 600.0] {
                let lines = wrap(title, 12.0, true, most, 2);
                assert!((1..=2).contains(&lines.len()));
                assert!(lines.iter().all(|line| width(line, 12.0, true) <= most), "{lines:?}");
            }
        }
        assert_eq!(wrap("one two three", 10.0, false, 50.0, 9), ["one two", "three"]);
        assert_eq!(wrap("one two three", 10.0, false, 50.0, 1), ["one tw…"]);
        assert_eq!(wrap("Nagorno-Karabakh", 10.0, false, 60.0, 2), ["Nagorno-", "Karabakh"]);
        assert_eq!(wrap("on 1918-12-14", 10.0, false, 70.0, 2), ["on", "1918-12-14"]);
    }

    #[test]
    fn what_is_no_text_is_spelled_out_or_left_out() {
        assert_eq!(plain("a\n b\u{1b}[31m\u{202e}c\u{ffff}"), "a b\\u{1b}[31m\\u{202e}c");
    }
}
