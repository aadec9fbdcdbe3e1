//! Escapes text for Markdown, so that it creates no markup or links, even in GitHub's dialect.

use super::one_line::one_line;

/// Escapes the text of a table cell or a heading.
pub(super) fn escape_inline(text: &str) -> String {
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
            // GitHub resolves escapes before it detects mail addresses, so an HTML comment
            // separates the two parts.
            '@' if is_email_address(before, after) => escaped.push_str("<!-- -->"),
            _ => {}
        }
        escaped.push(c);
    }
    escaped
}

/// Escapes the text of paragraphs, and keeps its line breaks.
pub(super) fn escape_paragraphs(text: &str) -> String {
    let lines = text.replace("\r\n", "\n");
    let lines: Vec<String> =
        lines.split(['\n', '\r']).map(|line| escape_block_start(line.trim())).collect();
    lines.join("\n")
}

/// Escapes a line so that it does not begin block markup, such as a list or a heading underline.
fn escape_block_start(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = line.split_at(digits);
    let first = rest.chars().next();
    let needs_escape = if number.is_empty() {
        matches!(first, Some('+' | '-' | '=' | ':'))
    } else {
        matches!(first, Some('.' | ')'))
    };
    let escape = if needs_escape { "\\" } else { "" };
    format!("{number}{escape}{}", escape_inline(rest))
}

fn ends_with_www(text: &str) -> bool {
    text.len() >= 3 && text.as_bytes()[text.len() - 3..].eq_ignore_ascii_case(b"www")
}

/// Returns whether an `@` between two texts could be part of a mail address.
fn is_email_address(before: &str, after: &str) -> bool {
    let is_name_char = |c: char| c.is_alphanumeric() || matches!(c, '.' | '+' | '-' | '_');
    let domain = after.split(|c| !is_name_char(c)).next().unwrap_or("");
    before.ends_with(is_name_char) && domain.contains('.')
}
