//! The text of one cell into one value: names, people, counts, sizes, and the details that no
//! field of the model holds.

use super::cell::{self, Part};
use super::dates;
use super::infobox::{Found, Kind as Type};
use super::lower::{Lower, is_any, trimmed};
use crate::model::{Change, Decimal, Detail, Reason, Ref, Value};

pub(super) fn expected(what: &str) -> Reason {
    Reason::Expected(what.to_owned())
}

/// A change in points: a bare number in a cell of changes is one too.
pub(super) fn change(part: &Part) -> Option<Change<Decimal>> {
    if part.new { Some(Change::New) } else { part.change.map(Change::By) }
}

pub(super) fn whole_change(part: &Part) -> Option<i64> {
    part.change.filter(|change| change.scale() == 0).map(Decimal::mantissa)
}

pub(super) fn count(text: &str) -> Result<u64, Reason> {
    match cell::parts(text).as_slice() {
        [part] if part.words.is_empty() => part.count.ok_or(()),
        _ => Err(()),
    }
    .map_err(|()| expected("a count such as 161"))
}

pub(super) fn signed(text: &str) -> Result<i64, Reason> {
    let parts = cell::parts(text);
    let one = parts.first().filter(|_| parts.len() == 1);
    let number = one.and_then(|part| {
        whole_change(part).or(part.count.and_then(|count| i64::try_from(count).ok()))
    });
    number.ok_or_else(|| expected("a whole number such as −4"))
}

/// Without the comma that a lost line break leaves.
pub(super) fn tidy(text: &str) -> &str {
    let text = trimmed(text);
    if text.ends_with(',') { text.trim_end_matches(',').trim_end() } else { text }
}

/// The words of a cell.
pub(super) fn words(text: &str) -> String {
    tidy(&cell::clean(text)).to_owned()
}

/// A name; words in parentheses that say how somebody serves are a note, all others belong to it.
pub(super) fn reference(text: &str) -> Ref {
    linked(&cell::clean(text), &cell::links(text))
}

/// A name, with the page that it is linked to: the first of these links that stands in it.
fn linked(name: &str, links: &[(&str, &str)]) -> Ref {
    let page = links.iter().find(|(_, words)| name.contains(&*cell::clean(words)));
    Ref { target: page.map(|(page, _)| page.replace('_', " ")), ..noted(name) }
}

fn noted(name: &str) -> Ref {
    const NOTES: [&str; 4] = ["acting", "interim", "caretaker", "de facto"];
    let name = tidy(name);
    let noted = name.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    match noted {
        Some((name, note)) if is_any(note, &NOTES) => {
            Ref { note: Some(note.to_owned()), ..Ref::new(name) }
        }
        _ => Ref::new(name),
    }
}

/// People who share a cell: "Otto Wels / Arthur Crispien".
pub(super) fn people(text: &str) -> Vec<Ref> {
    /// Links stand in the order of the names, so only the next few are looked at.
    const NEAR: usize = 3;
    let (clean, links) = (cell::clean(text), cell::links(text));
    // Looking for " / " costs more than all else that is done for a cell with one name.
    if memchr::memchr2(b'/', b'\n', clean.as_bytes()).is_none() {
        return Some(linked(&clean, &links))
            .filter(|person| !person.name.is_empty())
            .into_iter()
            .collect();
    }
    let mut rest = links.as_slice();
    let names = clean.split(" / ").flat_map(|names| names.split('\n'));
    let people = names.map(|name| {
        let person = linked(name, &rest[..rest.len().min(NEAR)]);
        if person.target.is_some() {
            rest = &rest[1..];
        }
        person
    });
    people.filter(|person| !person.name.is_empty()).collect()
}

/// A detail that is words.
pub(super) fn detail_text(parameter: &str, words: String) -> Detail {
    Detail { parameter: parameter.to_owned(), label: None, value: Value::Text(words) }
}

/// The typed value of a parameter that no field holds.
pub(super) fn detail(label: &str, found: Found, text: &str) -> Result<Detail, Reason> {
    let clean = cell::clean(text);
    let words = tidy(&clean);
    let value = match found.parameter.kind {
        Type::Flag => Value::Flag(match Lower::of(words).bytes() {
            b"yes" | b"y" | b"true" | b"on" | b"1" => true,
            b"no" | b"n" | b"false" | b"off" | b"0" => false,
            _ => return Err(expected("yes or no")),
        }),
        Type::Count | Type::Counts => Value::Count(count(text)?),
        Type::Number | Type::Share | Type::Shares | Type::Signed | Type::Swing => {
            let parts = cell::parts(text);
            let one = parts.first().filter(|part| parts.len() == 1 && part.words.is_empty());
            let share = one.and_then(|part| part.share).map(Value::Share);
            let number = one.and_then(|part| part.number.or(part.change)).map(Value::Number);
            share.or(number).ok_or_else(|| expected("a number"))?
        }
        Type::Date | Type::Dates => Value::Dates(dates::read(text)?),
        Type::Image | Type::Size => match size(words) {
            Some(size) => size,
            None if found.parameter.kind == Type::Image => Value::File(words.to_owned()),
            None => return Err(expected("a size such as 150x150px")),
        },
        Type::Colour => Value::Colour(words.to_owned()),
        Type::Ref | Type::Person => Value::Refs(vec![reference(text)]),
        Type::Refs | Type::People => Value::Refs(people(text)),
        _ => Value::Text(words.to_owned()),
    };
    // The label's own numbers stay in the name: "Image2" is image2.
    let mut parameter = label.trim().to_lowercase();
    if parameter.contains(' ') {
        parameter = parameter.replace(' ', "_");
    }
    Ok(Detail { parameter, label: None, value })
}

/// `150x150px`, `220px`, `x80px`; and `220px 220px`, which a map of two pictures leaves.
fn size(text: &str) -> Option<Value> {
    let mut sides = text.split_whitespace().map(|size| {
        let (width, height) =
            size.strip_suffix("px")?.split_once('x').unwrap_or((size.strip_suffix("px")?, ""));
        let side = |digits: &str| {
            if digits.is_empty() { Some(None) } else { digits.parse().ok().map(Some) }
        };
        Some((side(width)?, side(height)?))
    });
    let (width, height): (Option<u32>, Option<u32>) = sides.next()??;
    if width.is_none() && height.is_none() {
        return None;
    }
    sides.all(|other| other == Some((width, height))).then_some(Value::Size { width, height })
}
