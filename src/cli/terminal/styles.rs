//! Colours: the sequences that the program itself writes, and that pass the boundary.

use hustings::escape::push_printable;

/// Every colour sequence of reports, errors and the argument parser.
const STYLES: [&str; 7] =
    ["\x1b[0m", "\x1b[1m", "\x1b[4m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[1;31m"];

/// The text with every character escaped that is not printable, a line end or part of a known colour sequence.
pub(super) fn escape_unstyled(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let style =
            STYLES.into_iter().filter(|_| c == '\x1b').find(|style| rest.starts_with(style));
        let length = style.map_or(c.len_utf8(), str::len);
        match style {
            Some(style) => escaped.push_str(style),
            None if c == '\n' => escaped.push('\n'),
            None => push_printable(&mut escaped, c),
        }
        rest = &rest[length..];
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_line_ends_and_known_colours_pass() {
        let own = "\x1b[1mheading\x1b[0m\n\x1b[31m-5\x1b[0m\n";
        assert_eq!(escape_unstyled(own), own);
        let hostile = "\x1b[7m\x1b]0;title\x07\x1b[2J\r\u{9b}31m\u{202e}\x1b";
        assert_eq!(
            escape_unstyled(hostile),
            "\\u{1b}[7m\\u{1b}]0;title\\u{7}\\u{1b}[2J\\r\\u{9b}31m\\u{202e}\\u{1b}"
        );
    }
}
