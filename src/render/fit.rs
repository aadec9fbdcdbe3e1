//! Fitting texts into columns: widths, wrapping and shortening. Words are never broken.

use unicode_width::UnicodeWidthStr;

/// Width below which a column is not narrowed, in terminal columns.
const MIN_WIDTH: usize = 20;

/// Mark of a shortened text.
const ELLIPSIS: char = '…';

/// Returns the width of a text, in terminal columns.
pub(super) fn width(text: &str) -> usize {
    // A printable ASCII character takes one column.
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain { text.len() } else { UnicodeWidthStr::width(text) }
}

/// Returns the minimum width of a cell: the width of its longest word plus a mark or an
/// indentation, at least `MIN_WIDTH` and at most the full width of the cell.
pub(super) fn smallest_width(cell: &str) -> usize {
    let longest = cell.split(' ').map(width).max().unwrap_or(0);
    (longest + 2).max(MIN_WIDTH).min(width(cell))
}

/// Narrows the columns at the positions in `narrowed` by `excess` in total, always the widest
/// first, but none below its smallest width.
pub(super) fn fit_widths(
    widths: &mut [usize],
    smallest: &[usize],
    narrowed: &[usize],
    excess: usize,
) {
    for _ in 0..excess {
        let can_narrow = narrowed.iter().copied().filter(|at| widths[*at] > smallest[*at]);
        let Some(widest) = can_narrow.max_by_key(|at| widths[*at]) else { return };
        widths[widest] -= 1;
    }
}

/// Shortens a text to a width: it ends with an ellipsis after the last word that fits. The first
/// word always remains.
pub(super) fn shorten(text: &str, max_width: usize) -> String {
    if width(text) <= max_width {
        return text.to_owned();
    }
    let mut shortened = String::new();
    let mut shortened_width = 0;
    for word in text.split(' ') {
        let needed = width(word) + usize::from(!shortened.is_empty());
        if !shortened.is_empty() && shortened_width + needed + 1 > max_width {
            break;
        }
        if !shortened.is_empty() {
            shortened.push(' ');
        }
        shortened.push_str(word);
        shortened_width += needed;
    }
    if shortened.len() < text.len() {
        shortened.push(ELLIPSIS);
    }
    shortened
}

/// Wraps a text at spaces, with an indentation of all lines but the first. A word that is too long
/// has a line of its own.
pub(super) fn wrap_text(text: &str, max_width: usize, indent: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut line_width = 0;
    for word in text.split(' ') {
        let needed = width(word);
        if line_width > 0 && line_width + 1 + needed > max_width {
            lines.push(indent.to_owned());
            line_width = 0;
        }
        let Some(line) = lines.last_mut() else { break };
        if line_width > 0 {
            line.push(' ');
            line_width += 1;
        }
        line.push_str(word);
        line_width += needed;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_shortened_between_words() {
        let title = "2012 Nagorno-Karabakh presidential election";
        assert_eq!(shorten(title, 43), title);
        assert_eq!(shorten(title, 42), "2012 Nagorno-Karabakh presidential…");
        assert_eq!(shorten(title, 35), "2012 Nagorno-Karabakh presidential…");
        assert_eq!(shorten(title, 34), "2012 Nagorno-Karabakh…");
        assert_eq!(shorten("Incomprehensibilities", 5), "Incomprehensibilities");
        assert_eq!(shorten("选举 选举 选举", 10), "选举 选举…");
        assert_eq!(smallest_width("a Incomprehensibilities b"), 23);
        assert_eq!(smallest_width("short"), 5);
    }

    #[test]
    fn the_widest_columns_are_narrowed_first() {
        let mut widths = [50, 40, 30];
        fit_widths(&mut widths, &[20, 20, 20], &[0, 1], 30);
        assert_eq!(widths, [30, 30, 30]);
        fit_widths(&mut widths, &[20, 25, 20], &[0, 1], 100);
        assert_eq!(widths, [20, 25, 30]);
    }
}
