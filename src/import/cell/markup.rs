//! The markup of a cell: what dresses its words, its links, and what is not known.

use std::borrow::Cow;

use super::entity;
use super::file::file_name;
use crate::import::lower::trimmed;

/// A piece of a cell, in the order in which a reader sees them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Letter(char),
    /// The page, and the words that are shown, which may be dressed in turn.
    Link(&'a str, &'a str),
    /// The name of a file that is shown.
    File(&'a str),
    Break,
    /// Small print begins, or ends.
    Small(bool),
    /// The first characters of markup that is not known, and all the text from there on.
    Unknown(&'a str, &'a str),
}

/// Text without what only dresses it: bold and italics, references, simple tags, files. A line break
/// becomes one, and the templates for up and down their signs.
pub(in crate::import) fn clean(text: &str) -> Cow<'_, str> {
    if is_bare(text) {
        return Cow::Borrowed(trimmed(text));
    }
    let mut plain = String::with_capacity(text.len());
    pieces(text, |piece| match piece {
        Piece::Text(words) | Piece::Unknown(words, _) => plain.push_str(words),
        Piece::Letter(c) => plain.push(c),
        // The words of a link hold no link.
        Piece::Link(_, words) => plain.push_str(&clean(words)),
        Piece::Break => plain.push('\n'),
        Piece::File(_) | Piece::Small(_) => {}
    });
    Cow::Owned(plain.trim().to_owned())
}

/// Whether a text has nothing that may be markup. One apostrophe is none, and two are.
fn is_bare(text: &str) -> bool {
    let mut before = 0;
    text.bytes().all(|byte| {
        let is_second = byte == b'\'' && before == b'\'';
        before = byte;
        !is_second && (byte == b'\'' || !begins(byte))
    })
}

/// Hands on the pieces of a cell, in order.
pub(super) fn pieces<'a>(text: &'a str, mut each: impl FnMut(Piece<'a>)) {
    // Where the last reference and the last span end, counted from the end: none is looked for after
    // it, so every character is looked at a bounded number of times.
    let has_tag = memchr::memchr(b'<', text.as_bytes()).is_some();
    let last = |tag: &str| {
        let is_close = |(at, _): &(usize, &str)| closing(&text[*at..], tag).is_some();
        let close = has_tag.then(|| text.rmatch_indices("</").find(is_close)).flatten();
        close.map_or(usize::MAX, |(at, _)| text.len() - at)
    };
    let closes = Closes { reference: last("ref"), span: last("span") };
    let mut rest = text;
    while let Some(at) = mark(rest) {
        let (before, from) = rest.split_at(at);
        if !before.is_empty() {
            each(Piece::Text(before));
        }
        let (taken, piece) = markup(from, &closes).unwrap_or_else(|| unknown_mark(from));
        each(piece);
        rest = &from[taken..];
    }
    if !rest.is_empty() {
        each(Piece::Text(rest));
    }
}

/// How many bytes follow the last mark that ends a tag.
struct Closes {
    reference: usize,
    span: usize,
}

/// Where the next character is that may begin markup. Most cells have none, so this is nearly all that
/// is done for them: a look into a table for each byte is half of what comparing it costs.
fn mark(text: &str) -> Option<usize> {
    text.bytes().position(begins)
}

/// Whether a character may begin markup.
fn begins(byte: u8) -> bool {
    BEGINS[usize::from(byte)]
}

static BEGINS: [bool; 256] = {
    let mut begins = [false; 256];
    let marks = b"'&{[<";
    let mut at = 0;
    while at < marks.len() {
        begins[marks[at] as usize] = true;
        at += 1;
    }
    begins
};

/// The length of the mark that ends what a tag began, where a text begins with it: `</ref >`.
pub(in crate::import) fn closing(text: &str, tag: &str) -> Option<usize> {
    let name = text.strip_prefix("</")?;
    let rest = name.get(tag.len()..).filter(|_| name[..tag.len()].eq_ignore_ascii_case(tag))?;
    let end = rest.bytes().position(|byte| !byte.is_ascii_whitespace())?;
    (rest.as_bytes()[end] == b'>').then_some(2 + tag.len() + end + 1)
}

/// The markup that a text begins with: its length, and what it says.
fn markup<'a>(text: &'a str, closes: &Closes) -> Option<(usize, Piece<'a>)> {
    const SIGNS: [(&str, &str); 3] =
        [("{{increase}}", "▲"), ("{{decrease}}", "▼"), ("{{steady}}", "Steady")];
    match text.as_bytes().first()? {
        b'\'' => {
            let quotes = text.bytes().take_while(|byte| *byte == b'\'').count().min(3);
            (quotes > 1).then_some((quotes, Piece::Text("")))
        }
        b'&' => entity::decode(text).map(|(length, c)| match c {
            '\0' => (length, Piece::Text("")),
            c => (length, Piece::Letter(c)),
        }),
        b'{' => SIGNS.iter().find_map(|(mark, sign)| {
            let start = text.get(..mark.len())?;
            start.eq_ignore_ascii_case(mark).then_some((mark.len(), Piece::Text(sign)))
        }),
        b'[' => link(text).or_else(|| outside_link(text)),
        b'<' => tag(text, closes),
        _ => None,
    }
}

/// The tag that a text begins with, where it only dresses words.
fn tag<'a>(text: &'a str, closes: &Closes) -> Option<(usize, Piece<'a>)> {
    // A tag holds no other, so what is looked at ends at the next.
    let end = text[1..].find(['<', '>']).filter(|at| text.as_bytes()[*at + 1] == b'>')? + 2;
    let inside = &text[1..end - 1];
    let tag = inside.trim_start_matches('/');
    let name = tag.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let dress = Some((end, Piece::Text("")));
    match tag[..name].to_ascii_lowercase().as_str() {
        "br" | "p" | "div" | "hr" | "li" | "ul" | "ol" => Some((end, Piece::Break)),
        "ref" if !tag.ends_with('/') && text.len() >= closes.reference => {
            let length = through(text, "ref").unwrap_or(end);
            Some((length, Piece::Text("")))
        }
        "small" if !tag.ends_with('/') => Some((end, Piece::Small(!inside.starts_with('/')))),
        "span" if is_hidden(tag) => {
            let length = (text.len() >= closes.span).then(|| through(text, "span")).flatten()?;
            Some((length, Piece::Text("")))
        }
        "sup" if !inside.starts_with('/') => {
            // "1<sup>st</sup>"; any other is a note's sign, or a power.
            let rest = &text[end..];
            let ordinal = ["st", "nd", "rd", "th"].iter().find(|end| rest.starts_with(**end))?;
            let length = closing(&rest[ordinal.len()..], "sup")?;
            Some((end + ordinal.len() + length, Piece::Text(&rest[..ordinal.len()])))
        }
        "ref" | "small" | "big" | "b" | "i" | "em" | "strong" | "span" | "nowiki" | "u"
        | "font" | "center" | "abbr" | "bdi" | "cite" | "ins" | "tt" | "onlyinclude" => dress,
        _ => None,
    }
}

/// Whether a reader does not see what a tag dresses.
fn is_hidden(tag: &str) -> bool {
    let style = tag.to_ascii_lowercase().replace(' ', "");
    style.contains("display:none") || style.contains("visibility:hidden")
}

/// The length up to the next end of a tag.
fn through(text: &str, tag: &str) -> Option<usize> {
    text.match_indices("</").find_map(|(at, _)| Some(at + closing(&text[at..], tag)?))
}

/// The link that a text begins with.
fn link(text: &str) -> Option<(usize, Piece<'_>)> {
    let inside = text.strip_prefix("[[")?;
    // A link holds no other, so what is looked at ends at the next.
    let end = inside.find(['[', ']'])?;
    if !inside[end..].starts_with("]]") {
        return None;
    }
    let (page, words) = inside[..end].split_once('|').unwrap_or((&inside[..end], &inside[..end]));
    let (page, words) = (page.trim(), words.trim());
    if let Some(name) = file_name(page) {
        return Some((end + 4, Piece::File(name)));
    }
    let is_category = page.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("category:"));
    if is_category {
        return Some((end + 4, Piece::Text("")));
    }
    // Without words behind the bar, those of the page are shown that do not tell it from others.
    let shown = if words.is_empty() { page.split(" (").next().unwrap_or(page) } else { words };
    let [page, shown] = [page, shown].map(|words| words.strip_prefix(':').unwrap_or(words));
    Some((end + 4, Piece::Link(page, shown)))
}

/// `[https://example.org words]` shows its words; one without any shows the number of a note.
fn outside_link(text: &str) -> Option<(usize, Piece<'_>)> {
    let inside = text.strip_prefix('[')?;
    let begins = ["http://", "https://", "//"].iter().any(|begins| inside.starts_with(begins));
    let end = inside.find(['[', ']', '\n']).filter(|_| begins)?;
    if inside.as_bytes()[end] != b']' {
        return None;
    }
    let words = inside[..end].split_once(' ').map_or("", |(_, words)| words.trim());
    Some((end + 2, Piece::Text(words)))
}

/// A mark that begins no markup that is known: one of an unknown kind, or a character like others.
fn unknown_mark(text: &str) -> (usize, Piece<'_>) {
    let bytes = text.as_bytes();
    let next = bytes.get(1).copied().unwrap_or_default();
    let (length, is_markup) = match bytes.first() {
        Some(b'{') => (2, next == b'{'),
        Some(b'[') => (2, next == b'['),
        Some(b'<') => (1, next.is_ascii_alphabetic() || next == b'/' || next == b'!'),
        Some(b'&') => (1, is_reference(text)),
        _ => (1, false),
    };
    if is_markup {
        (length, Piece::Unknown(&text[..length], text))
    } else {
        (1, Piece::Text(&text[..1]))
    }
}

/// Whether a text begins as a reference to a character does.
fn is_reference(text: &str) -> bool {
    let name = text[1..].trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '#');
    name.starts_with(';') && name.len() < text.len() - 1
}

/// The files that a cell shows.
pub(in crate::import) fn files(text: &str) -> Vec<&str> {
    let mut files = Vec::new();
    if memchr::memchr(b'[', text.as_bytes()).is_some() {
        pieces(text, |piece| {
            if let Piece::File(name) = piece {
                files.push(name);
            }
        });
    }
    files
}
