//! Measures and wraps text.

use unicode_width::UnicodeWidthChar;

use crate::model::escape::printable;

/// Marks the end of a text that was cut.
const ELLIPSIS: char = '…';

/// Returns an upper bound of the width of a text on one line, in the unit of `size`, the font size.
/// It is at least the width in DejaVu Sans; Helvetica and Arial are narrower.
///
/// ```
/// use hustings::render::svg::text_width;
/// assert!(text_width("1,234", 12.0, false) < text_width("1,234", 12.0, true));
/// assert_eq!(text_width("", 12.0, false), 0.0);
/// ```
#[must_use]
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    TextMetrics { size, bold }.width(text.chars().map(char_width).sum())
}

/// Size and weight of a font, which determine the width of a text.
///
/// Characters are measured in whole hundredths of the font size, so the width of a word is exactly
/// the sum of its characters.
#[derive(Clone, Copy)]
struct TextMetrics {
    size: f64,
    bold: bool,
}

impl TextMetrics {
    fn width(self, hundredths: u32) -> f64 {
        f64::from(hundredths) / 100.0 * self.size * if self.bold { 1.13 } else { 1.0 }
    }
}

/// Returns the width of one character, in hundredths of the font size.
fn char_width(c: char) -> u32 {
    match c {
        ' ' | '\u{a0}' | '\'' | ',' | '.' | '/' | 'I' | 'J' | 'f' | 'i' | 'j' | 'l' | '|' => 36,
        '!' | '(' | ')' | '-' | ':' | ';' | '[' | ']' | 'r' | 't' => 42,
        'c' | 's' | 'z' | '"' => 56,
        'M' | 'W' | 'm' | '%' | '@' => 100,
        'A'..='Z' | 'w' | '+' | '<' | '=' | '>' | '~' | '#' | '&' => 84,
        ' '..='~' => 65,
        _ => match c.width() {
            Some(2) => 106,
            Some(0) => 0,
            _ if c.is_lowercase() => 72,
            _ => 102,
        },
    }
}

/// Converts a text to one line. Control characters are escaped, and noncharacters, which XML does
/// not allow, are removed.
pub(super) fn single_line(text: &str) -> String {
    let shown: String = text.chars().filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect();
    let words: Vec<&str> = shown.split_whitespace().collect();
    printable(&words.join(" "))
}

/// Splits a text where a line may break: after spaces, and after hyphens followed by a letter (not
/// those in dates).
fn break_points(text: &str) -> impl Iterator<Item = &str> {
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

/// Wraps a text into at most `lines` lines of width `most`. An ellipsis marks a text that is cut.
pub(super) fn wrap(text: &str, size: f64, bold: bool, most: f64, lines: usize) -> Vec<String> {
    let text = single_line(text);
    let mut done: Vec<String> = Vec::new();
    let mut line = String::new();
    let font = TextMetrics { size, bold };
    let fits = |wide: u32| font.width(wide) <= most;
    let mut wide = 0;
    for word in break_points(&text) {
        let whole: u32 = word.trim_end().chars().map(char_width).sum();
        if !fits(wide + whole) && !line.is_empty() {
            done.push(std::mem::take(&mut line));
            wide = 0;
        }
        for c in word.chars() {
            // Break a word that is wider than a line.
            if !fits(wide + char_width(c)) && c != ' ' && !line.is_empty() {
                done.push(std::mem::take(&mut line));
                wide = 0;
            }
            line.push(c);
            wide += char_width(c);
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
        let mut wide = last.chars().map(char_width).sum::<u32>() + char_width(ELLIPSIS);
        while !fits(wide) {
            let Some(gone) = last.pop() else { break };
            wide -= char_width(gone);
        }
        last.truncate(last.trim_end_matches([' ', ',', '.']).len());
        last.push(ELLIPSIS);
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
    fn a_word_breaks_only_where_it_does_not_fit() {
        let words = [
            "Nagorno",
            "Bundestagswahl",
            "Nàiseanta",
            "iiiiiiiiii",
            "WWWWW",
            "中文選舉",
            "انتخابات",
        ];
        for word in words {
            for (size, bold) in [(9.0, false), (11.0, true), (12.3, false), (13.7, true)] {
                // The limit is the exact width of a word, then of two words that fill a line.
                let most = width(word, size, bold);
                let text = [word; 3].join(" ");
                assert_eq!(wrap(&text, size, bold, most, 9), [word; 3], "{word} {size} {bold}");
                let with = width(&format!("{word} {word}"), size, bold);
                let lines = wrap(&text, size, bold, with, 9);
                assert_eq!(lines, [format!("{word} {word}"), word.to_owned()], "{word} {size}");
            }
        }
    }

    #[test]
    fn what_is_no_text_is_spelled_out_or_left_out() {
        assert_eq!(single_line("a\n b\u{1b}[31m\u{202e}c\u{ffff}"), "a b\\u{1b}[31m\\u{202e}c");
    }
}
