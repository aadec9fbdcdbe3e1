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
    Font { size, bold }.width(text.chars().map(hundredths).sum())
}

/// A font, with the one measure of texts in it.
///
/// Characters are measured in whole hundredths of the font's size, so a word is exactly as wide as its characters.
#[derive(Clone, Copy)]
struct Font {
    size: f64,
    bold: bool,
}

impl Font {
    fn width(self, hundredths: u32) -> f64 {
        f64::from(hundredths) / 100.0 * self.size * if self.bold { 1.13 } else { 1.0 }
    }
}

/// The width of one character, in hundredths of the size of its font.
fn hundredths(c: char) -> u32 {
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

/// A text on one line in which controls are escaped, without noncharacters, which XML does not allow.
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
    let font = Font { size, bold };
    let fits = |wide: u32| font.width(wide) <= most;
    let mut wide = 0;
    for word in words(&text) {
        let whole: u32 = word.trim_end().chars().map(hundredths).sum();
        if !fits(wide + whole) && !line.is_empty() {
            done.push(std::mem::take(&mut line));
            wide = 0;
        }
        for c in word.chars() {
            // A word that is wider than a line.
            if !fits(wide + hundredths(c)) && c != ' ' && !line.is_empty() {
                done.push(std::mem::take(&mut line));
                wide = 0;
            }
            line.push(c);
            wide += hundredths(c);
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
        let mut wide = last.chars().map(hundredths).sum::<u32>() + hundredths(REST);
        while !fits(wide) {
            let Some(gone) = last.pop() else { break };
            wide -= hundredths(gone);
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
                // Exactly as wide as the word, and before and behind a word that fills its line too.
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
        assert_eq!(plain("a\n b\u{1b}[31m\u{202e}c\u{ffff}"), "a b\\u{1b}[31m\\u{202e}c");
    }
}
