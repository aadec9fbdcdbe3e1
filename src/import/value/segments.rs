//! A line of names divided into them: at commas, strokes and "and", and never inside of a link or of brackets.

use std::ops::Range;

use super::notes;
use crate::import::cell::Line;

/// A part of a line that may be one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) place: Range<usize>,
    /// Whether a comma stands before it.
    pub(super) after_comma: bool,
}

/// The segments of a line. A comma or a word like "and" in plain text divides it as well, so whoever asks has
/// to see what the segments are.
pub(super) fn segments(line: &Line) -> Vec<Segment> {
    let text = line.text.as_str();
    let brackets = notes::brackets(text);
    let is_inside = |at: usize| {
        let next = brackets.partition_point(|(_, end)| *end <= at);
        line.is_linked(at) || brackets.get(next).is_some_and(|(start, _)| *start <= at)
    };
    let (mut found, mut from, mut after_comma, mut at) = (Vec::new(), 0, false, 0);
    while let Some(c) = text[at..].chars().next() {
        let length = if is_inside(at) { None } else { separator(line, at) };
        let Some(length) = length else {
            at += c.len_utf8();
            continue;
        };
        push(&mut found, text, from..at, after_comma);
        at += length;
        // "A, and B" is as good as "A and B".
        after_comma = [',', '，'].contains(&c);
        from = at;
    }
    push(&mut found, text, from..text.len(), after_comma);
    found
}

fn push(found: &mut Vec<Segment>, text: &str, place: Range<usize>, after_comma: bool) {
    let inside = &text[place.clone()];
    let start = place.start + (inside.len() - inside.trim_start().len());
    let end = start + inside.trim().len();
    if start < end {
        found.push(Segment { place: start..end, after_comma });
    }
}

/// The length of the separator that stands at a place of a line.
fn separator(line: &Line, at: usize) -> Option<usize> {
    let (before, rest) = line.text.split_at(at);
    let c = rest.chars().next()?;
    let length = c.len_utf8();
    let opens = |text: &str| text.is_empty() || text.starts_with(' ');
    let closes = before.is_empty() || before.ends_with(' ');
    let is_spaced = closes && opens(&rest[length..]);
    // No link is empty, so one that ends here holds the byte before.
    let (left, right) = (at > 0 && line.is_linked(at - 1), line.is_linked(at + length));
    match c {
        ',' | ';' | '•' | '、' | '，' | '；' => Some(length),
        '/' if is_spaced || left || right || line.links.is_empty() => Some(length),
        '+' | '&' | '·' | '–' | '—' if is_spaced || (left && right) => Some(length),
        '-' if is_spaced || (left && right) => Some(length),
        // A word, and no part of one.
        'a' | 'A' if closes || left => {
            let word = rest.get(..3).filter(|word| word.eq_ignore_ascii_case("and"))?;
            opens(&rest[3..]).then_some(word.len())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::cell::lines;

    fn divided(text: &str) -> String {
        let lines = lines(text);
        let found = segments(&lines[0]).into_iter();
        found.map(|segment| lines[0].text[segment.place].to_owned()).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn lines_are_divided_outside_of_links_and_brackets() {
        for (text, expected) in [
            ("[[A]] and [[B]]", "A|B"),
            ("[[A, B and C]], [[D]]", "A, B and C|D"),
            ("[[A]]/[[B]]–[[C]]&[[D]]", "A|B|C|D"),
            ("[[A]] (x, y) & B", "A (x, y)|B"),
            ("Jean-Luc [[A–B]]", "Jean-Luc A–B"),
            ("A/[[B]]", "A|B"),
            ("CDU/CSU", "CDU|CSU"),
            ("Anderson, and Band", "Anderson|Band"),
            ("and [[B]]", "B"),
            ("[[A]] &amp;", "A"),
            ("Andy And", "Andy"),
        ] {
            assert_eq!(divided(text), expected, "{text}");
        }
    }
}
