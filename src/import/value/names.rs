//! Names of people, parties and places, with the pages that they link to. Several links are several names; a
//! name has the page of the link that it holds, and no other. What cannot be told apart is not read.

mod reader;
mod single;

use self::reader::Names;
use super::{expected, notes};
use crate::import::cell::{self, Line};
use crate::import::lower::trimmed;
use crate::model::{Reason, Ref};

/// What the names of a cell are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// People: "A and B" are two.
    People,
    /// Parties and pages: "Trade and Industry" is one, where no links say otherwise.
    Others,
    /// One party or office.
    One,
    /// One place: "Chicago, Illinois" is one, even where a link is on a part of it.
    Place,
}

/// People who share a cell: "Otto Wels / Arthur Crispien".
///
/// # Errors
/// When the cell names no one, or does not show where one name ends and another begins.
pub(in crate::import) fn people(text: &str) -> Result<Vec<Ref>, Reason> {
    read(text, Of::People)
}

/// Parties, alliances or pages that share a cell.
///
/// # Errors
/// As [`people`].
pub(in crate::import) fn names(text: &str) -> Result<Vec<Ref>, Reason> {
    read(text, Of::Others)
}

/// One name. Words in brackets that say how somebody serves or stands are a note, as are all brackets behind a
/// link; any other brackets belong to the name.
///
/// # Errors
/// As [`people`], and when there are several names.
pub(in crate::import) fn reference(text: &str) -> Result<Ref, Reason> {
    let names = read(text, Of::One)?;
    <[Ref; 1]>::try_from(names).map(|[name]| name).map_err(|_| expected("one name"))
}

/// The same for a place.
///
/// # Errors
/// As [`reference`].
pub(in crate::import) fn place(text: &str) -> Result<Ref, Reason> {
    let names = read(text, Of::Place)?;
    <[Ref; 1]>::try_from(names).map(|[name]| name).map_err(|_| expected("one place"))
}

/// The same for one person.
///
/// # Errors
/// As [`reference`].
pub(in crate::import) fn person(text: &str) -> Result<Ref, Reason> {
    let names = read(text, Of::People)?;
    <[Ref; 1]>::try_from(names).map(|[name]| name).map_err(|_| expected("one person"))
}

/// Maximum length of a cell of names, in bytes. Longer ones tell a story.
const LONGEST: usize = 4_000;

fn read(text: &str, of: Of) -> Result<Vec<Ref>, Reason> {
    if text.len() > LONGEST {
        return Err(expected("names of a few people or parties"));
    }
    if is_plain(text) {
        let name = super::tidy(text);
        return match cell::no_name(name) {
            Some(reason) => Err(reason),
            None if name.is_empty() => Err(expected("a name")),
            None => Ok(vec![Ref::new(name)]),
        };
    }
    if let Some(markup) = cell::unknown(text) {
        return Err(Reason::UnknownMarkup(markup));
    }
    let lines = cell::lines(text);
    if let Some(reason) = lines.first().filter(|_| lines.len() == 1).and_then(no_one) {
        return Err(reason);
    }
    let mut names = Names::new(of);
    for line in &lines {
        names.line(line)?;
    }
    names.finish()
}

/// Whether a cell is one name and nothing else, as most are.
fn is_plain(text: &str) -> bool {
    let text = trimmed(text);
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
        && (!has_apostrophe || is_line_of_one(text))
}

/// Whether a cell with an apostrophe, which may be markup, is a line with one name all the same.
fn is_line_of_one(text: &str) -> bool {
    let joins = |word: &str| word == "-" || word.eq_ignore_ascii_case("and");
    text.is_ascii()
        && cell::is_plain_line(text)
        && !text.starts_with('-')
        && !text.split(' ').any(joins)
        && !notes::is_note_alone(text)
}

/// The reason why a whole line names no one. A link to "None of the above" does, whatever it shows.
fn no_one(line: &Line) -> Option<Reason> {
    let is_option = line.links.iter().any(|(_, page)| page.to_lowercase().starts_with("none of "));
    if is_option { None } else { cell::no_name(&line.text) }
}
