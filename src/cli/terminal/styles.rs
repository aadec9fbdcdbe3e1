//! The colour sequences that the program writes, which pass the output boundary unescaped.

use hustings::model::escape::escape;

/// All colour sequences of reports, errors and the argument parser.
const STYLES: [&str; 7] =
    ["\x1b[0m", "\x1b[1m", "\x1b[4m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[1;31m"];

/// Escapes all unprintable characters except line breaks and known colour sequences.
pub(super) fn escape_unstyled(text: &str) -> String {
    escape(text, |rest| {
        let allowed = STYLES.into_iter().chain(["\n"]).find(|passing| rest.starts_with(passing));
        allowed.map_or(0, str::len)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_line_breaks_and_known_colours_pass_unescaped() {
        let own = "\x1b[1mheading\x1b[0m\n\x1b[31m-5\x1b[0m\n";
        assert_eq!(escape_unstyled(own), own);
        let hostile = "\x1b[7m\x1b]0;title\x07\x1b[2J\r\u{9b}31m\u{202e}\x1b";
        assert_eq!(
            escape_unstyled(hostile),
            "\\u{1b}[7m\\u{1b}]0;title\\u{7}\\u{1b}[2J\\r\\u{9b}31m\\u{202e}\\u{1b}"
        );
    }
}
