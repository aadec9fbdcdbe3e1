//! Markup of a cell that is not known, and so shows a reader other words than stand there.

use super::markup::{Piece, pieces};

/// The first markup of a cell that is not known, so that what a reader sees there is not either: a template,
/// a tag, a link that is not closed, the attributes of a table's cell.
pub(in crate::import) fn unknown(text: &str) -> Option<String> {
    if !may_be_unknown(text) {
        return None;
    }
    let mut found = None;
    pieces(text, |piece| {
        if found.is_none() {
            found = match piece {
                Piece::Unknown(_, from) => Some(beginning(from)),
                // The words of a link hold no link.
                Piece::Link(_, words) => unknown(words),
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

/// Whether a text has a character of markup that is not known: one that begins some, that ends a link or a
/// template, or that quotes an attribute. Most cells have none.
fn may_be_unknown(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'&' | b'{' | b'[' | b'<' | b']' | b'}' | b'"'))
}

/// Enough of markup to know it by: `{{name}}`, `<s>`, `[[Page`.
fn beginning(text: &str) -> String {
    const LONGEST: usize = 40;
    let text: String = text.chars().take(LONGEST).collect();
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

/// An attribute of a table's cell: `style="text-align: center"`.
fn attribute(text: &str) -> Option<String> {
    let at = memchr::memmem::find(text.as_bytes(), b"=\"")?;
    let before = &text[..at];
    let name = before.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).next()?;
    (!name.is_empty()).then(|| format!("{name}="))
}
