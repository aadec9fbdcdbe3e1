//! Markup in a cell: formatting, links, and unknown markup.

use std::borrow::Cow;

use super::entity;
use super::file::file_name;
use crate::values::words::trim;

/// A piece of a cell, in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Char(char),
    /// A linked page, and the displayed words, which may contain formatting.
    Link(&'a str, &'a str),
    /// The name of a displayed file.
    File(&'a str),
    Break,
    /// The start (`true`) or the end of small print.
    Small(bool),
    /// The first characters of unknown markup, and the text from there to the end.
    Unknown(&'a str, &'a str),
}

/// Removes formatting from a text: bold and italics, references, simple tags, files. Line breaks
/// and the templates for up and down become characters.
pub(crate) fn strip_markup(text: &str) -> Cow<'_, str> {
    if has_no_markup(text) {
        return Cow::Borrowed(trim(text));
    }
    let mut plain = String::with_capacity(text.len());
    for_each_piece(text, |piece| match piece {
        Piece::Text(words) | Piece::Unknown(words, _) => plain.push_str(words),
        Piece::Char(c) => plain.push(c),
        // The words of a link contain no further link.
        Piece::Link(_, words) => plain.push_str(&strip_markup(words)),
        Piece::Break => plain.push('\n'),
        Piece::File(_) | Piece::Small(_) => {}
    });
    Cow::Owned(plain.trim().to_owned())
}

/// Returns whether a text contains no markup. Two apostrophes are markup; one is not.
fn has_no_markup(text: &str) -> bool {
    let mut before = 0;
    text.bytes().all(|byte| {
        let is_second = byte == b'\'' && before == b'\'';
        before = byte;
        !is_second && (byte == b'\'' || !may_begin_markup(byte))
    })
}

/// Calls `each` with the pieces of a cell, in order.
pub(super) fn for_each_piece<'a>(text: &'a str, mut each: impl FnMut(Piece<'a>)) {
    // Positions of the last closing tags, counted from the end of the text. After these positions,
    // the parser searches for no closing tag, so the time is linear.
    let has_tag = memchr::memchr(b'<', text.as_bytes()).is_some();
    let last = |tag: &str| {
        let is_close = |(at, _): &(usize, &str)| closing_tag_length(&text[*at..], tag).is_some();
        let close = has_tag.then(|| text.rmatch_indices("</").find(is_close)).flatten();
        close.map_or(usize::MAX, |(at, _)| text.len() - at)
    };
    let closes = LastClosingTags { reference: last("ref"), span: last("span") };
    let mut rest = text;
    while let Some(at) = find_markup(rest) {
        let (before, from) = rest.split_at(at);
        if !before.is_empty() {
            each(Piece::Text(before));
        }
        let (length, piece) = parse_markup(from, &closes).unwrap_or_else(|| unknown_mark(from));
        each(piece);
        rest = &from[length..];
    }
    if !rest.is_empty() {
        each(Piece::Text(rest));
    }
}

/// Number of bytes from the start of the last closing tag to the end of the text.
struct LastClosingTags {
    reference: usize,
    span: usize,
}

/// Returns the position of the next character that may begin markup. Most cells contain no such
/// character, so this search takes most of the time. A table lookup per byte is twice as fast as
/// comparisons.
fn find_markup(text: &str) -> Option<usize> {
    text.bytes().position(may_begin_markup)
}

/// Returns whether a byte may begin markup.
fn may_begin_markup(byte: u8) -> bool {
    MAY_BEGIN_MARKUP[usize::from(byte)]
}

static MAY_BEGIN_MARKUP: [bool; 256] = {
    let mut begins = [false; 256];
    let marks = b"'&{[<";
    let mut at = 0;
    while at < marks.len() {
        begins[marks[at] as usize] = true;
        at += 1;
    }
    begins
};

/// Returns the length of the closing tag at the start of a text: `</ref >`.
pub(crate) fn closing_tag_length(text: &str, tag: &str) -> Option<usize> {
    let name = text.strip_prefix("</")?;
    let rest = name.get(tag.len()..).filter(|_| name[..tag.len()].eq_ignore_ascii_case(tag))?;
    let end = rest.bytes().position(|byte| !byte.is_ascii_whitespace())?;
    (rest.as_bytes()[end] == b'>').then_some(2 + tag.len() + end + 1)
}

/// Parses the markup at the start of a text. Returns the length of the markup and the piece it
/// stands for, or `None` if the text starts with no known markup.
fn parse_markup<'a>(text: &'a str, closes: &LastClosingTags) -> Option<(usize, Piece<'a>)> {
    const SIGNS: [(&str, &str); 3] =
        [("{{increase}}", "▲"), ("{{decrease}}", "▼"), ("{{steady}}", "Steady")];
    match text.as_bytes().first()? {
        b'\'' => {
            let quotes = text.bytes().take_while(|byte| *byte == b'\'').count().min(3);
            (quotes > 1).then_some((quotes, Piece::Text("")))
        }
        b'&' => entity::decode(text).map(|(length, c)| match c {
            '\0' => (length, Piece::Text("")),
            c => (length, Piece::Char(c)),
        }),
        b'{' => SIGNS.iter().find_map(|(mark, sign)| {
            let start = text.get(..mark.len())?;
            start.eq_ignore_ascii_case(mark).then_some((mark.len(), Piece::Text(sign)))
        }),
        b'[' => parse_link(text).or_else(|| parse_external_link(text)),
        b'<' => parse_tag(text, closes),
        _ => None,
    }
}

/// Parses the tag at the start of a text. Returns `None` if it is more than formatting.
fn parse_tag<'a>(text: &'a str, closes: &LastClosingTags) -> Option<(usize, Piece<'a>)> {
    // Tags are not nested, so the search ends at the next one.
    let end = text[1..].find(['<', '>']).filter(|at| text.as_bytes()[*at + 1] == b'>')? + 2;
    let inside = &text[1..end - 1];
    let tag = inside.trim_start_matches('/');
    let name = tag.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let formatting = Some((end, Piece::Text("")));
    match tag[..name].to_ascii_lowercase().as_str() {
        "br" | "p" | "div" | "hr" | "li" | "ul" | "ol" => Some((end, Piece::Break)),
        "ref" if !tag.ends_with('/') && text.len() >= closes.reference => {
            let length = length_through_closing_tag(text, "ref").unwrap_or(end);
            Some((length, Piece::Text("")))
        }
        "small" if !tag.ends_with('/') => Some((end, Piece::Small(!inside.starts_with('/')))),
        "span" if is_hidden(tag) => {
            let length = (text.len() >= closes.span)
                .then(|| length_through_closing_tag(text, "span"))
                .flatten()?;
            Some((length, Piece::Text("")))
        }
        "sup" if !inside.starts_with('/') => {
            // "1<sup>st</sup>". Any other superscript is a note mark or an exponent.
            let rest = &text[end..];
            let ordinal = ["st", "nd", "rd", "th"].iter().find(|end| rest.starts_with(**end))?;
            let length = closing_tag_length(&rest[ordinal.len()..], "sup")?;
            Some((end + ordinal.len() + length, Piece::Text(&rest[..ordinal.len()])))
        }
        "ref" | "small" | "big" | "b" | "i" | "em" | "strong" | "span" | "nowiki" | "u"
        | "font" | "center" | "abbr" | "bdi" | "cite" | "ins" | "tt" | "onlyinclude" => formatting,
        _ => None,
    }
}

/// Returns whether the content of a tag is hidden.
fn is_hidden(tag: &str) -> bool {
    let style = tag.to_ascii_lowercase().replace(' ', "");
    style.contains("display:none") || style.contains("visibility:hidden")
}

/// Returns the length up to and including the next closing tag.
fn length_through_closing_tag(text: &str, tag: &str) -> Option<usize> {
    text.match_indices("</").find_map(|(at, _)| Some(at + closing_tag_length(&text[at..], tag)?))
}

/// Parses the wiki link at the start of a text.
fn parse_link(text: &str) -> Option<(usize, Piece<'_>)> {
    let inside = text.strip_prefix("[[")?;
    // Links are not nested, so the search ends at the next bracket.
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
    // "[[Page (sense)|]]" displays "Page".
    let displayed = if words.is_empty() { page.split(" (").next().unwrap_or(page) } else { words };
    let [page, displayed] = [page, displayed].map(|words| words.strip_prefix(':').unwrap_or(words));
    Some((end + 4, Piece::Link(page, displayed)))
}

/// Parses an external link: `[https://example.org words]` displays its words, and one without words
/// displays a note number, which is dropped.
fn parse_external_link(text: &str) -> Option<(usize, Piece<'_>)> {
    let inside = text.strip_prefix('[')?;
    let begins = ["http://", "https://", "//"].iter().any(|begins| inside.starts_with(begins));
    let end = inside.find(['[', ']', '\n']).filter(|_| begins)?;
    if inside.as_bytes()[end] != b']' {
        return None;
    }
    let words = inside[..end].split_once(' ').map_or("", |(_, words)| words.trim());
    Some((end + 2, Piece::Text(words)))
}

/// Handles a character that begins no supported markup: it is plain text, or begins unknown markup.
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

/// Returns whether a text begins with a character reference.
fn is_reference(text: &str) -> bool {
    let name = text[1..].trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '#');
    name.starts_with(';') && name.len() < text.len() - 1
}

/// Returns the names of the files that a cell displays.
pub(crate) fn files(text: &str) -> Vec<&str> {
    let mut files = Vec::new();
    if memchr::memchr(b'[', text.as_bytes()).is_some() {
        for_each_piece(text, |piece| {
            if let Piece::File(name) = piece {
                files.push(name);
            }
        });
    }
    files
}
