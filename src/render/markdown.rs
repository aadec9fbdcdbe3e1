//! Text as Markdown: every character escaped that would make markup or a link, also in GitHub's dialect.

use super::report::one_line;

/// The text as the content of a table cell or a heading.
pub(super) fn inline(text: &str) -> String {
    let text = one_line(text);
    let mut escaped = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let (before, after) = (&text[..at], &text[at + c.len_utf8()..]);
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '$' | '#' => {
                escaped.push('\\');
            }
            ':' if after.starts_with("//") => escaped.push('\\'),
            '.' if ends_with_www(before) => escaped.push('\\'),
            // GitHub looks for addresses after it has resolved escapes, so a comment has to part them.
            '@' if is_mail(before, after) => escaped.push_str("<!-- -->"),
            _ => {}
        }
        escaped.push(c);
    }
    escaped
}

/// The text as paragraphs, a line each where it has lines.
pub(super) fn paragraphs(text: &str) -> String {
    let lines = text.replace("\r\n", "\n");
    let lines: Vec<String> =
        lines.split(['\n', '\r']).map(|line| block_start(line.trim())).collect();
    lines.join("\n")
}

/// A line that begins no list, underline or code block.
fn block_start(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = line.split_at(digits);
    let first = rest.chars().next();
    let marks = if number.is_empty() {
        matches!(first, Some('+' | '-' | '=' | ':'))
    } else {
        matches!(first, Some('.' | ')'))
    };
    let escape = if marks { "\\" } else { "" };
    format!("{number}{escape}{}", inline(rest))
}

fn ends_with_www(text: &str) -> bool {
    text.len() >= 3 && text.as_bytes()[text.len() - 3..].eq_ignore_ascii_case(b"www")
}

/// Whether a mail address may stand around an `@`.
fn is_mail(before: &str, after: &str) -> bool {
    let name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '+' | '-' | '_');
    let domain = after.split(|c| !name(c)).next().unwrap_or("");
    before.ends_with(name) && domain.contains('.')
}
