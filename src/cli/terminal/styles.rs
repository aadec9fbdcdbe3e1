//! Colours: the sequences that the program itself writes, and that pass the boundary.

use hustings::escape::{push_plain, push_printable};

/// Every colour sequence of reports, errors and the argument parser.
const STYLES: [&str; 7] =
    ["\x1b[0m", "\x1b[1m", "\x1b[4m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[1;31m"];

/// The text with every character escaped that is not printable, a line end or part of a known colour sequence.
pub(super) fn escape_unstyled(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = push_plain(&mut escaped, &mut rest) {
        let style = STYLES.into_iter().filter(|_| c == '\x1b');
        let style =
            style.filter_map(|style| Some((style, rest.strip_prefix(style.get(1..)?)?))).next();
        match style {
            Some((style, behind)) => {
                escaped.push_str(style);
                rest = behind;
            }
            None if c == '\n' => escaped.push('\n'),
            None => push_printable(&mut escaped, c),
        }
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
