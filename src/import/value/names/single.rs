//! One name in a part of a line: what is shown for it, its page, and what is said beside it.

use std::ops::Range;

use super::Of;
use super::reader::ambiguous_names;
use crate::import::cell::{self, Line};
use crate::import::lower::WordList;
use crate::import::value::asides::{asides, bare};
use crate::import::value::person::looks_like_name;
use crate::import::value::{expected, notes, tidy};
use crate::model::{Reason, Ref};

/// A name that is read, and how it stands in its cell.
pub(super) struct Name {
    pub(super) name: Ref,
    pub(super) notes: Vec<String>,
    pub(super) is_small: bool,
}

/// A name with a link to a page, which has a place in the line.
///
/// # Errors
/// When words beside the link make another name of it, or it names no one.
pub(super) fn linked(
    line: &Line,
    place: &Range<usize>,
    page: &(Range<usize>, String),
    of: Of,
) -> Result<Name, Reason> {
    let (start, text) = (place.start, &line.text[place.clone()]);
    let shown = page.0.start - start..page.0.end - start;
    let (mut name, mut notes, mut from) = (String::new(), Vec::new(), 0);
    for aside in asides(line, place) {
        // Brackets inside of the link's words belong to the name.
        if shown.contains(&aside.start) || (aside.start < shown.start && aside.end > shown.end) {
            continue;
        }
        name.push_str(&text[from..aside.start]);
        notes.push(bare(&text[aside.clone()]).to_owned());
        from = aside.end;
    }
    name.push_str(&text[from..]);
    let name = Line::plain(&name).text;
    // Signs of notes, and dashes to nothing.
    let signs = [' ', '*', '†', '‡', '–', '—', '-', ':', ';', ','];
    let mut name = name.trim_end_matches(signs);
    while let Some(length) = notes::sign(name) {
        name = name[..name.len() - length].trim_end();
    }
    let words = &text[shown];
    let (before, behind) = name.split_once(words).unwrap_or((name, ""));
    // "Leader: A", "A acting"
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
    if !may_stand_before(before, of) || !may_stand_behind(behind, of) {
        return Err(ambiguous_names());
    }
    let is_option = page.1.to_lowercase().starts_with("none of ");
    if let Some(reason) = cell::no_name(name).filter(|_| !is_option) {
        return Err(reason);
    }
    let name = Ref { target: Some(page.1.clone()), ..Ref::new(name) };
    Ok(Name { name, notes, is_small: false })
}

/// Whether words before a link can belong to the linked name: "Sir A", but not "Mayor of A" or "replaced
/// by A". With other words before it, a party or an office is another one.
fn may_stand_before(words: &str, of: Of) -> bool {
    let mut all = words.split([' ', '-', '–', '"', '“']).filter(|word| !word.is_empty());
    match of {
        Of::People => all.all(|word| !word.starts_with(char::is_lowercase)),
        _ => all.all(|word| word.eq_ignore_ascii_case("the")),
    }
}

/// Whether words behind a link can belong to the linked name: "[[Charles]] de Gaulle", "[[Liberal]]s", but
/// not "A on behalf of", nor "[[Labour]]–Green".
fn may_stand_behind(words: &str, of: Of) -> bool {
    #[rustfmt::skip]
    static KINDS: WordList = WordList::new(&[
        "party", "coalition", "alliance", "union", "front", "movement", "list", "bloc", "group",
    ]);
    let rest = words.trim_start_matches(|c: char| c.is_lowercase() || c == '\'' || c == '’');
    let Some(rest) = rest.strip_prefix(", ").or_else(|| rest.strip_prefix(' ')) else {
        return !rest.contains(char::is_alphanumeric);
    };
    match of {
        Of::People | Of::Place => looks_like_name(rest),
        _ => rest.split(' ').all(|word| KINDS.has(word)),
    }
}

/// A name without a link. Small print at its end is a note, and so are brackets whose words are those of one.
///
/// # Errors
/// When it names no one.
pub(super) fn plain(line: &Line, place: &Range<usize>) -> Result<Name, Reason> {
    let (mut name, mut notes) = (tidy(&line.text[place.clone()]), Vec::new());
    while let Some(length) = notes::sign(name) {
        name = name[..name.len() - length].trim_end();
    }
    for aside in asides(line, place).iter().rev() {
        let is_small = line.small.iter().any(|small| small.contains(&(place.start + aside.start)));
        let note = name.get(aside.clone()).map(bare).filter(|_| aside.start > 0);
        let Some(note) = note.filter(|note| is_small || notes::is_note(note)) else { break };
        if aside.end != name.len() {
            break;
        }
        notes.insert(0, note.to_owned());
        name = name[..aside.start].trim_end();
    }
    match cell::no_name(name) {
        Some(reason) => Err(reason),
        None if name.is_empty() => Err(expected("a name")),
        None => Ok(Name { name: Ref::new(name), notes, is_small: false }),
    }
}
