//! Lines of a cell as displayed, with the positions of their links.

use std::ops::Range;

use super::markup::{Piece, for_each_piece, strip_markup};

/// A line of a cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct CellLine {
    /// Displayed text, with single spaces.
    pub(crate) text: String,
    /// Linked byte ranges of the text, with their pages.
    pub(crate) links: Vec<(Range<usize>, String)>,
    /// Byte ranges of the text in small print.
    pub(crate) small: Vec<Range<usize>>,
}

impl CellLine {
    /// Creates a line of plain words.
    pub(crate) fn plain(text: &str) -> Self {
        let mut line = Self::default();
        line.push(text, false);
        line.finish()
    }

    /// Returns the links within a byte range.
    pub(crate) fn links_in(&self, range: &Range<usize>) -> &[(Range<usize>, String)] {
        let from = self.links.partition_point(|(link, _)| link.start < range.start);
        let to = self.links.partition_point(|(link, _)| link.end <= range.end);
        self.links.get(from..to).unwrap_or_default()
    }

    /// Returns whether a byte is part of a link.
    pub(crate) fn is_linked(&self, at: usize) -> bool {
        let next = self.links.partition_point(|(link, _)| link.end <= at);
        self.links.get(next).is_some_and(|(link, _)| link.contains(&at))
    }

    /// Returns whether the whole line is in small print.
    pub(crate) fn is_small(&self) -> bool {
        matches!(self.small.as_slice(), [all] if *all == (0..self.text.len()))
    }

    fn push(&mut self, words: &str, is_small: bool) {
        for c in words.chars() {
            let start = self.text.len();
            if !c.is_whitespace() {
                self.text.push(c);
            } else if start > 0 && !self.text.ends_with(' ') {
                self.text.push(' ');
                continue;
            } else {
                continue;
            }
            let end = self.text.len();
            match self.small.last_mut().filter(|_| is_small) {
                // Small print continues across spaces.
                Some(last) if self.text[last.end..start].trim().is_empty() => last.end = end,
                _ if is_small => self.small.push(start..end),
                _ => {}
            }
        }
    }

    fn push_link(&mut self, page: &str, words: &str, is_small: bool) {
        let start = self.text.len();
        self.push(&strip_markup(words), is_small);
        if start < self.text.len() {
            self.links
                .push((start..self.text.len(), strip_markup(&page.replace('_', " ")).into_owned()));
        }
    }

    fn finish(mut self) -> Self {
        self.text.truncate(self.text.trim_end().len());
        self
    }
}

/// Returns whether a trimmed text is a single line that is displayed as written: it has no markup
/// and only single spaces. [`lines`] returns such a text as its only line.
pub(crate) fn is_plain_line(text: &str) -> bool {
    let mut before = '\0';
    let is_plain = |c: char| {
        let is_second = c == before;
        before = c;
        match c {
            // Two apostrophes are markup, and two spaces are displayed as one.
            ' ' | '\'' => !is_second,
            '&' | '{' | '[' | '<' | '|' => false,
            c => !c.is_whitespace(),
        }
    };
    !text.is_empty() && text.chars().all(is_plain)
}

/// Returns the lines of a cell that are not empty.
pub(crate) fn lines(text: &str) -> Vec<CellLine> {
    let (mut lines, mut line, mut depth) = (Vec::new(), CellLine::default(), 0_u32);
    let mut end_line = |line: &mut CellLine| {
        let line = std::mem::take(line).finish();
        if !line.text.is_empty() {
            lines.push(line);
        }
    };
    for_each_piece(text, |piece| match piece {
        Piece::Text(words) | Piece::Unknown(words, _) => {
            let mut words = words.split(['\n', '|']);
            line.push(words.next().unwrap_or_default(), depth > 0);
            for words in words {
                end_line(&mut line);
                line.push(words, depth > 0);
            }
        }
        Piece::Char(c) => line.push(c.encode_utf8(&mut [0; 4]), depth > 0),
        Piece::Link(page, words) => line.push_link(page, words, depth > 0),
        Piece::Break => end_line(&mut line),
        Piece::Small(true) => depth += 1,
        Piece::Small(false) => depth = depth.saturating_sub(1),
        Piece::File(_) => {}
    });
    end_line(&mut line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_small_text_have_positions_in_a_line() {
        let lines =
            lines("''[[A_B|''AB'']]'' and  [[File:x.png|9px]] [[A]]s<br><small>(''now'')</small>");
        assert_eq!(lines[0].text, "AB and As");
        assert_eq!(lines[0].links, [(0..2, "A B".to_owned()), (7..8, "A".to_owned())]);
        assert_eq!((lines[1].text.as_str(), lines[1].is_small()), ("(now)", true));
        assert!(!lines[0].is_small() && lines.len() == 2);
        let lines = crate::values::number::lines("A <small>b c</small> <small>d</small>");
        assert_eq!(
            (lines[0].small.len(), &lines[0].small[0], lines[0].is_small()),
            (1, &(2..7), false)
        );
    }
}
