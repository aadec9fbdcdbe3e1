//! Division of a line into names: at commas, slashes and "and", but not within links or brackets.

use std::ops::Range;

use super::notes;
use crate::values::number::CellLine;

/// A part of a line that may be a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) range: Range<usize>,
    /// Whether the segment follows a comma.
    pub(super) after_comma: bool,
}

/// Divides a line into segments. Commas and "and" in plain text divide it too, even within a name,
/// so the caller decides which segments are names.
pub(super) fn segments(line: &CellLine) -> Vec<Segment> {
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
        push_trimmed(&mut found, text, from..at, after_comma);
        at += length;
        // "A, and B" is treated like "A and B".
        after_comma = [',', '，'].contains(&c);
        from = at;
    }
    push_trimmed(&mut found, text, from..text.len(), after_comma);
    found
}

fn push_trimmed(found: &mut Vec<Segment>, text: &str, range: Range<usize>, after_comma: bool) {
    let inside = &text[range.clone()];
    let start = range.start + (inside.len() - inside.trim_start().len());
    let end = start + inside.trim().len();
    if start < end {
        found.push(Segment { range: start..end, after_comma });
    }
}

/// Returns the length of the separator at a position of a line.
fn separator(line: &CellLine, at: usize) -> Option<usize> {
    let (before, rest) = line.text.split_at(at);
    let c = rest.chars().next()?;
    let length = c.len_utf8();
    let opens = |text: &str| text.is_empty() || text.starts_with(' ');
    let closes = before.is_empty() || before.ends_with(' ');
    let is_spaced = closes && opens(&rest[length..]);
    // Links are not empty, so a link that ends here contains the byte before.
    let (left, right) = (at > 0 && line.is_linked(at - 1), line.is_linked(at + length));
    match c {
        ',' | ';' | '•' | '、' | '，' | '；' => Some(length),
        '/' if is_spaced || left || right || line.links.is_empty() => Some(length),
        '+' | '&' | '·' | '–' | '—' if is_spaced || (left && right) => Some(length),
        '-' if is_spaced || (left && right) => Some(length),
        // The word "and", not a part of another word.
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
    use crate::values::number::lines;

    fn divided(text: &str) -> String {
        let lines = lines(text);
        let found = segments(&lines[0]).into_iter();
        found.map(|segment| lines[0].text[segment.range].to_owned()).collect::<Vec<_>>().join("|")
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
