//! The markup of a cell: what dresses its words, and its links.

use std::borrow::Cow;

use crate::import::lower::trimmed;

/// Text without what only dresses it: bold and italics, references, simple tags. A line break
/// becomes one, and the templates for up and down their signs.
pub(in crate::import) fn clean(text: &str) -> Cow<'_, str> {
    if mark(text).is_none() {
        return Cow::Borrowed(trimmed(text));
    }
    let mut plain = String::with_capacity(text.len());
    // Where the last reference ends, counted from the end: none is looked for after it, so every
    // character is looked at a bounded number of times.
    let closes = text.rmatch_indices("</").find(|(at, _)| closing(&text[*at..], "ref").is_some());
    let last_close = closes.map_or(usize::MAX, |(at, _)| text.len() - at);
    let mut rest = text;
    while let Some(at) = mark(rest) {
        let (before, from) = rest.split_at(at);
        let (taken, put) = markup(from, last_close).unwrap_or((1, &from[..1]));
        plain.push_str(before);
        plain.push_str(put);
        rest = &from[taken..];
    }
    plain.push_str(rest);
    Cow::Owned(plain.trim().to_owned())
}

/// Where the next character is that may begin markup. Most cells have none, so this is nearly all that
/// is done for them: a look into a table for each byte is half of what comparing it costs.
fn mark(text: &str) -> Option<usize> {
    text.bytes().position(|byte| BEGINS[usize::from(byte)])
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

/// The markup that a text begins with: its length, and what stands for it.
fn markup(text: &str, last_close: usize) -> Option<(usize, &str)> {
    const PLAIN: [(&str, &str); 20] = [
        ("'''", ""),
        ("''", ""),
        ("&nbsp;", " "),
        ("&#160;", " "),
        ("&thinsp;", " "),
        ("&#8239;", " "),
        ("&ndash;", "–"),
        ("&minus;", "−"),
        ("&amp;", "&"),
        ("&#37;", "%"),
        ("&percnt;", "%"),
        ("&#123;", "{"),
        ("&#125;", "}"),
        ("&#91;", "["),
        ("&#93;", "]"),
        ("&#124;", "|"),
        ("&#61;", "="),
        ("{{increase}}", "▲"),
        ("{{decrease}}", "▼"),
        ("{{steady}}", ""),
    ];
    match text.as_bytes().first()? {
        b'\'' | b'&' | b'{' => PLAIN
            .iter()
            .find(|(mark, _)| {
                text.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark))
            })
            .map(|(mark, plain)| (mark.len(), *plain)),
        b'[' => link(text).map(|(length, _, words)| (length, words)),
        b'<' => {
            // A tag holds no other, so what is looked at ends at the next.
            let end = text[1..].find(['<', '>']).filter(|at| text.as_bytes()[*at + 1] == b'>')? + 2;
            let tag = text[1..end - 1].trim_start_matches('/');
            let name = tag.bytes().take_while(u8::is_ascii_alphanumeric).count();
            match tag[..name].to_ascii_lowercase().as_str() {
                "br" => Some((end, "\n")),
                "ref" if !tag.ends_with('/') && text.len() >= last_close => {
                    let mut marks = text.match_indices("</");
                    let close = marks.find_map(|(at, _)| Some(at + closing(&text[at..], "ref")?));
                    Some((close.unwrap_or(end), ""))
                }
                "ref" | "small" | "big" | "b" | "i" | "em" | "strong" | "span" | "nowiki" => {
                    Some((end, ""))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The link that a text begins with: its length, its page and its words.
fn link(text: &str) -> Option<(usize, &str, &str)> {
    let inside = text.strip_prefix("[[")?;
    // A link holds no other, so what is looked at ends at the next.
    let end = inside.find(['[', ']'])?;
    if !inside[end..].starts_with("]]") {
        return None;
    }
    let (page, words) = inside[..end].split_once('|').unwrap_or((&inside[..end], &inside[..end]));
    let (page, words) = (page.trim(), words.trim());
    // Without words behind the bar, those of the page are shown that do not tell it from others.
    let shown = if words.is_empty() { page.split(" (").next().unwrap_or(page) } else { words };
    Some((end + 4, page, shown))
}

/// The pages that a cell links to, with the words that are shown for each.
pub(in crate::import) fn links(text: &str) -> Vec<(&str, &str)> {
    if memchr::memchr(b'[', text.as_bytes()).is_none() {
        return Vec::new();
    }
    let starts = text.match_indices("[[").map(|(at, _)| at);
    starts.filter_map(|at| link(&text[at..]).map(|(_, page, words)| (page, words))).collect()
}
