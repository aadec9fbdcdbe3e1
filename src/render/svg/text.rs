//! Measures and wraps text.

use unicode_width::UnicodeWidthChar;

use crate::model::escape::printable;

/// Marks the end of a text that was cut.
const ELLIPSIS: char = '…';

/// Returns an upper bound of the width of a text on one line, in the unit of `size`, the font size.
/// The bound is at least the width in DejaVu Sans; Helvetica and Arial are narrower.
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
/// the sum of the widths of its characters.
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
pub(super) fn sanitize_line(text: &str) -> String {
    let allowed: String = text.chars().filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect();
    let words: Vec<&str> = allowed.split_whitespace().collect();
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

/// Wraps a text into at most `max_lines` lines of `max_width`. Cut text ends with an ellipsis.
pub(super) fn wrap(
    text: &str,
    size: f64,
    bold: bool,
    max_width: f64,
    max_lines: usize,
) -> Vec<String> {
    let text = sanitize_line(text);
    let mut finished: Vec<String> = Vec::new();
    let mut line = String::new();
    let font = TextMetrics { size, bold };
    let fits = |wide: u32| font.width(wide) <= max_width;
    let mut line_width = 0;
    for word in break_points(&text) {
        let word_width: u32 = word.trim_end().chars().map(char_width).sum();
        if !fits(line_width + word_width) && !line.is_empty() {
            finished.push(std::mem::take(&mut line));
            line_width = 0;
        }
        for c in word.chars() {
            // Break a word that is wider than a line.
            if !fits(line_width + char_width(c)) && c != ' ' && !line.is_empty() {
                finished.push(std::mem::take(&mut line));
                line_width = 0;
            }
            line.push(c);
            line_width += char_width(c);
        }
        if finished.len() > max_lines {
            break;
        }
    }
    finished.push(line);
    let cut = finished.len() > max_lines;
    finished.truncate(max_lines.max(1));
    let mut finished: Vec<String> =
        finished.iter().map(|line| line.trim_end().to_owned()).collect();
    if let Some(last) = finished.last_mut().filter(|_| cut) {
        let mut line_width = last.chars().map(char_width).sum::<u32>() + char_width(ELLIPSIS);
        while !fits(line_width) {
            let Some(removed) = last.pop() else { break };
            line_width -= char_width(removed);
        }
        last.truncate(last.trim_end_matches([' ', ',', '.']).len());
        last.push(ELLIPSIS);
    }
    finished
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_their_width() {
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
    fn a_word_is_broken_only_if_it_is_wider_than_a_line() {
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
    fn control_characters_are_escaped_and_noncharacters_removed() {
        assert_eq!(sanitize_line("a\n b\u{1b}[31m\u{202e}c\u{ffff}"), "a b\\u{1b}[31m\\u{202e}c");
    }
}
