//! Parsing of one name in a part of a line: displayed words, linked page and notes.

use std::ops::Range;

use super::kind::NameKind;
use crate::model::{Reference, UnparsedReason};
use crate::values::number::{self, CellLine};
use crate::values::text::asides::{asides, without_brackets};
use crate::values::text::person::looks_like_name;
use crate::values::text::{notes, trim_trailing_commas};
use crate::values::words::WordList;

/// A parsed name, with its notes and its presentation in the cell.
pub(super) struct ParsedName {
    pub(super) name: Reference,
    pub(super) notes: Vec<String>,
    pub(super) is_small: bool,
}

/// Parses a name with a link to a page.
///
/// # Errors
/// Returns the reason if the words beside the link change the name, or if it names no one.
pub(super) fn parse_linked_name(
    line: &CellLine,
    range: &Range<usize>,
    page: &(Range<usize>, String),
    kind: NameKind,
) -> Result<ParsedName, UnparsedReason> {
    let (start, text) = (range.start, &line.text[range.clone()]);
    let link_range = page.0.start - start..page.0.end - start;
    let (mut name, mut notes, mut from) = (String::new(), Vec::new(), 0);
    for aside in asides(line, range) {
        // Brackets within the linked words belong to the name.
        if link_range.contains(&aside.start)
            || (aside.start < link_range.start && aside.end > link_range.end)
        {
            continue;
        }
        name.push_str(&text[from..aside.start]);
        notes.push(without_brackets(&text[aside.clone()]).to_owned());
        from = aside.end;
    }
    name.push_str(&text[from..]);
    let name = CellLine::plain(&name).text;
    // Removes note marks, and trailing dashes and punctuation.
    let signs = [' ', '*', '†', '‡', '–', '—', '-', ':', ';', ','];
    let mut name = name.trim_end_matches(signs);
    while let Some(length) = notes::note_mark_length(name) {
        name = name[..name.len() - length].trim_end();
    }
    let words = &text[link_range];
    let (before, behind) = name.split_once(words).unwrap_or((name, ""));
    // A label may precede the name, as in "Leader: A", and a note may follow it, as in "A acting".
    if let Some(label) = before.trim_end().strip_suffix(':') {
        notes.insert(0, label.trim().to_owned());
        name = name[before.len()..].trim();
    }
    let aside = behind.trim_start_matches([' ', '–', '—', '-', ',']);
    if !aside.is_empty() && aside.len() < behind.len() && notes::is_note(aside) {
        notes.push(aside.to_owned());
        name = name[..name.len() - behind.len()].trim_end();
    }
    let (before, behind) = name.split_once(words).unwrap_or((name, ""));
    if !can_precede_link(before, kind) || !can_follow_link(behind, kind) {
        return Err(ambiguous_names());
    }
    let is_option = page.1.to_lowercase().starts_with("none of ");
    if let Some(reason) = number::name_placeholder_reason(name).filter(|_| !is_option) {
        return Err(reason);
    }
    let name = Reference { target: Some(page.1.clone()), ..Reference::new(name) };
    Ok(ParsedName { name, notes, is_small: false })
}

/// Returns whether words before a link can be part of the linked name: "Sir A", but not "Mayor of
/// A" or "replaced by A". For parties and offices, only "the" can.
fn can_precede_link(words: &str, kind: NameKind) -> bool {
    let mut all = words.split([' ', '-', '–', '"', '“']).filter(|word| !word.is_empty());
    match kind {
        NameKind::People => all.all(|word| !word.starts_with(char::is_lowercase)),
        _ => all.all(|word| word.eq_ignore_ascii_case("the")),
    }
}

/// Returns whether words after a link can be part of the linked name: `[[Charles]] de Gaulle`,
/// `[[Liberal]]s`, but not "A on behalf of" or `[[Labour]]–Green`.
fn can_follow_link(words: &str, kind: NameKind) -> bool {
    #[rustfmt::skip]
    static KINDS: WordList = WordList::new(&[
        "party", "coalition", "alliance", "union", "front", "movement", "list", "bloc", "group",
    ]);
    let rest = words.trim_start_matches(|c: char| c.is_lowercase() || c == '\'' || c == '’');
    let Some(rest) = rest.strip_prefix(", ").or_else(|| rest.strip_prefix(' ')) else {
        return !rest.contains(char::is_alphanumeric);
    };
    match kind {
        NameKind::People | NameKind::Place => looks_like_name(rest),
        _ => rest.split(' ').all(|word| KINDS.contains(word)),
    }
}

/// Parses a name without a link. Trailing small print is a note, and so are trailing brackets with
/// the words of a note.
///
/// # Errors
/// Returns the reason if the words name no one.
pub(super) fn parse_plain_name(
    line: &CellLine,
    range: &Range<usize>,
) -> Result<ParsedName, UnparsedReason> {
    let (mut name, mut notes) = (trim_trailing_commas(&line.text[range.clone()]), Vec::new());
    while let Some(length) = notes::note_mark_length(name) {
        name = name[..name.len() - length].trim_end();
    }
    for aside in asides(line, range).iter().rev() {
        let is_small = line.small.iter().any(|small| small.contains(&(range.start + aside.start)));
        let note = name.get(aside.clone()).map(without_brackets).filter(|_| aside.start > 0);
        let Some(note) = note.filter(|note| is_small || notes::is_note(note)) else { break };
        if aside.end != name.len() {
            break;
        }
        notes.insert(0, note.to_owned());
        name = name[..aside.start].trim_end();
    }
    match number::name_placeholder_reason(name) {
        Some(reason) => Err(reason),
        None if name.is_empty() => Err(UnparsedReason::expected("a name")),
        None => Ok(ParsedName { name: Reference::new(name), notes, is_small: false }),
    }
}

pub(super) fn ambiguous_names() -> UnparsedReason {
    UnparsedReason::expected("a name, or several that are clearly separated")
}
