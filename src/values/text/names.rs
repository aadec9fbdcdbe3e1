//! Names of people, parties and places, with the pages that they link to.
//!
//! Several links are several names. A name refers to the page of the only link that it contains. A
//! cell is not parsed if the boundaries between its names are unclear.

mod kind;
mod parser;
mod single;

use super::notes;
use crate::model::{Reference, UnparsedReason};
use crate::values::number::{self, CellLine};
use crate::values::words::trim;
use kind::NameKind;
use parser::NameParser;

/// Parses the names of one or several people: "Otto Wels / Arthur Crispien".
///
/// # Errors
/// Returns the reason if the cell names no one, or if the boundaries between names are unclear.
pub(crate) fn people(text: &str) -> Result<Vec<Reference>, UnparsedReason> {
    parse_names(text, NameKind::People)
}

/// Parses the names of one or several parties, alliances or pages.
///
/// # Errors
/// As for [`people`].
pub(crate) fn names(text: &str) -> Result<Vec<Reference>, UnparsedReason> {
    parse_names(text, NameKind::Parties)
}

/// Parses a single name. Words in brackets about a person's role or fate are a note, as are all
/// brackets after a link. Any other brackets belong to the name.
///
/// # Errors
/// As for [`people`], and if there are several names.
pub(crate) fn reference(text: &str) -> Result<Reference, UnparsedReason> {
    let names = parse_names(text, NameKind::Single)?;
    <[Reference; 1]>::try_from(names)
        .map(|[name]| name)
        .map_err(|_| UnparsedReason::expected("one name"))
}

/// Parses the name of a single place, like [`reference`](fn@reference).
///
/// # Errors
/// As for [`reference`](fn@reference).
pub(crate) fn place(text: &str) -> Result<Reference, UnparsedReason> {
    let names = parse_names(text, NameKind::Place)?;
    <[Reference; 1]>::try_from(names)
        .map(|[name]| name)
        .map_err(|_| UnparsedReason::expected("one place"))
}

/// Parses the name of a single person, like [`reference`](fn@reference).
///
/// # Errors
/// As for [`reference`](fn@reference).
pub(crate) fn person(text: &str) -> Result<Reference, UnparsedReason> {
    let names = parse_names(text, NameKind::People)?;
    <[Reference; 1]>::try_from(names)
        .map(|[name]| name)
        .map_err(|_| UnparsedReason::expected("one person"))
}

/// Maximum length of a cell of names, in bytes. Longer cells are prose.
const MAX_CELL_BYTES: usize = 4_000;

fn parse_names(text: &str, kind: NameKind) -> Result<Vec<Reference>, UnparsedReason> {
    if text.len() > MAX_CELL_BYTES {
        return Err(UnparsedReason::expected("names of a few people or parties"));
    }
    if is_plain(text) {
        let name = super::trim_trailing_commas(text);
        return match number::name_placeholder_reason(name) {
            Some(reason) => Err(reason),
            None if name.is_empty() => Err(UnparsedReason::expected("a name")),
            None => Ok(vec![Reference::new(name)]),
        };
    }
    if let Some(markup) = number::find_unknown_markup(text) {
        return Err(UnparsedReason::UnknownMarkup(markup));
    }
    let lines = number::lines(text);
    if let Some(reason) =
        lines.first().filter(|_| lines.len() == 1).and_then(line_placeholder_reason)
    {
        return Err(reason);
    }
    let mut names = NameParser::new(kind);
    for line in &lines {
        names.parse_line(line)?;
    }
    names.finish()
}

/// Returns whether a cell is a single name without markup, the most frequent case.
fn is_plain(text: &str) -> bool {
    let text = trim(text);
    let bytes = text.as_bytes();
    let is_joined = |at: usize| {
        let rest = &bytes[at + 1..];
        let is = |word: &[u8]| {
            rest.get(..word.len()).is_some_and(|rest| rest.eq_ignore_ascii_case(word))
        };
        is(b"and ") || (is(b"- ") && rest.len() > 3)
    };
    let mut has_apostrophe = false;
    let is_mark = |(at, byte): (usize, &u8)| match byte {
        b'\'' => {
            has_apostrophe = true;
            bytes.get(at + 1) == Some(&b'\'')
        }
        b'&' | b'{' | b'[' | b'<' | b'(' | b'/' | b'|' | b'\n' => true,
        b',' | b';' | b'+' | b'=' | b']' | b'}' | b'*' => true,
        b' ' => is_joined(at),
        _ => false,
    };
    let has_mark = bytes.iter().enumerate().any(is_mark);
    !has_mark
        && (text.is_ascii() || !text.contains(['–', '—', '·', '•', '\u{a0}']))
        && (!has_apostrophe || is_single_name(text))
}

/// Returns whether a cell with an apostrophe, which may be markup, is still a single name.
fn is_single_name(text: &str) -> bool {
    let joins = |word: &str| word == "-" || word.eq_ignore_ascii_case("and");
    text.is_ascii()
        && number::is_plain_line(text)
        && !text.starts_with('-')
        && !text.split(' ').any(joins)
        && !notes::is_standalone_note(text)
}

/// Returns the reason if a line names no one. A link to "None of the above" names an option.
fn line_placeholder_reason(line: &CellLine) -> Option<UnparsedReason> {
    let is_option = line.links.iter().any(|(_, page)| page.to_lowercase().starts_with("none of "));
    if is_option { None } else { number::name_placeholder_reason(&line.text) }
}
