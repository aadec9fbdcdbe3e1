//! Detection of unknown markup. A cell with unknown markup displays other words than its text.

use super::markup::{Piece, for_each_piece};

/// Returns the first unknown markup in a cell: a template, a tag, an unclosed link, or the
/// attributes of a table cell. The text that such a cell displays is unknown.
pub(crate) fn find_unknown_markup(text: &str) -> Option<String> {
    if !may_contain_markup(text) {
        return None;
    }
    let mut found = None;
    for_each_piece(text, |piece| {
        if found.is_none() {
            found = match piece {
                Piece::Unknown(_, from) => Some(markup_label(from)),
                // The words of a link contain no further link.
                Piece::Link(_, words) => find_unknown_markup(words),
                Piece::Text(words) => {
                    let end = ["]]", "}}"].into_iter().find(|end| words.contains(end));
                    end.map(str::to_owned).or_else(|| attribute(words))
                }
                _ => None,
            };
        }
    });
    found
}

/// Returns whether a text contains any character that unknown markup requires: one that begins
/// markup, ends a link or a template, or quotes an attribute. Most cells contain none.
fn may_contain_markup(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'&' | b'{' | b'[' | b'<' | b']' | b'}' | b'"'))
}

/// Returns a short label for the markup at the start of a text, such as `{{name}}`, `<s>` or
/// `[[Page`.
fn markup_label(text: &str) -> String {
    const MAX_LABEL_CHARS: usize = 40;
    let text: String = text.chars().take(MAX_LABEL_CHARS).collect();
    if let Some(inside) = text.strip_prefix("{{") {
        let name = inside.split(['|', '}', '{', '\n']).next().unwrap_or_default();
        return format!("{{{{{}}}}}", name.trim());
    }
    let end = match text.as_bytes().first() {
        Some(b'<') => text.find('>').map(|at| at + 1),
        Some(b'&') => text.find(';').map(|at| at + 1),
        _ => text.find(['|', '\n']),
    };
    text[..end.unwrap_or(text.len())].trim().to_owned()
}

/// Returns the name of the first attribute of a table cell, as in `style="text-align: center"`.
fn attribute(text: &str) -> Option<String> {
    let at = memchr::memmem::find(text.as_bytes(), b"=\"")?;
    let before = &text[..at];
    let name = before.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).next()?;
    (!name.is_empty()).then(|| format!("{name}="))
}
