//! The text of one cell into one value: names, people, counts, sizes, and the details that no
//! field of the model holds.

mod asides;
mod link;
mod names;
mod notes;
mod person;
mod segments;

pub(super) use self::link::link;
pub(super) use self::names::{names, people, person, place, reference};
use super::cell::{self, Part};
use super::dates;
use super::infobox::{Found, Kind as Type};
use super::lower::{Lower, trimmed};
use crate::model::{Change, Decimal, Detail, Quantity, Reason, Value};

pub(super) fn expected(what: &str) -> Reason {
    Reason::Expected(what.to_owned())
}

/// A change in points, or that it is new.
pub(super) fn change(part: &Part) -> Option<Change<Decimal>> {
    if part.new { Some(Change::New) } else { part.change.map(Change::By) }
}

pub(super) fn whole_change(part: &Part) -> Option<i64> {
    part.change.filter(|change| change.scale() == 0).map(Decimal::mantissa)
}

pub(super) fn count(text: &str) -> Result<u64, Reason> {
    match &*cell::parts(text) {
        [part] if part.is_alone() => part.count.ok_or(()),
        _ => Err(()),
    }
    .map_err(|()| expected("a count such as 161"))
}

pub(super) fn signed(text: &str) -> Result<i64, Reason> {
    let parts = cell::parts(text);
    let one = parts.first().filter(|part| parts.len() == 1 && part.is_alone());
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
///
/// # Errors
/// When it has markup that is not known, and so other words for a reader.
pub(super) fn words(text: &str) -> Result<String, Reason> {
    known(text).map(|()| tidy(&cell::clean(text)).to_owned())
}

/// The words of a cell on one line: the name of a country, or of a vote.
///
/// # Errors
/// As [`words`], and when there are more lines, or none.
pub(super) fn line(text: &str) -> Result<String, Reason> {
    let words = words(text)?;
    if cell::is_plain_line(&words) {
        return Ok(words);
    }
    let lines = cell::lines(&words);
    match lines.as_slice() {
        [line] => Ok(line.text.clone()),
        _ => Err(expected("one line of words")),
    }
}

/// Words about a number.
///
/// # Errors
/// As [`words`].
pub(super) fn quantity(text: &str) -> Result<Quantity, Reason> {
    known(text).map(|()| cell::quantity(text))
}

/// # Errors
/// When a cell has markup that is not known.
fn known(text: &str) -> Result<(), Reason> {
    cell::unknown(text).map_or(Ok(()), |markup| Err(Reason::UnknownMarkup(markup)))
}

/// The reason why the value of a parameter says nothing. A link to an election says which, whatever words are
/// shown for it, so [`link`] looks for itself.
pub(super) fn absent(kind: Type, text: &str) -> Option<Reason> {
    if kind == Type::Link { None } else { cell::absent(text) }
}

/// A detail that is words.
pub(super) fn detail_text(parameter: &str, words: String) -> Detail {
    Detail { parameter: parameter.to_owned(), label: None, value: Value::Text(words) }
}

/// Adds the typed values of a parameter that no field holds, and returns what is left over of its text.
///
/// # Errors
/// When the text is none of the parameter's type.
pub(super) fn detail(
    details: &mut Vec<Detail>,
    label: &str,
    found: Found,
    text: &str,
) -> Result<Option<Reason>, Reason> {
    // The label's own numbers stay in the name: "Image2" is image2.
    let mut parameter = label.trim().to_lowercase();
    if parameter.contains(' ') {
        parameter = parameter.replace(' ', "_");
    }
    let kind = found.parameter.kind;
    let files = if kind == Type::Image { cell::files(text) } else { Vec::new() };
    if !files.is_empty() {
        // What stands beside files is words about them.
        let words = words(text)?;
        let words = words.lines().map(str::trim).filter(|line| !line.is_empty());
        let words = words.collect::<Vec<_>>().join(", ");
        let file = |file: &str| Value::File(file.to_owned());
        let file = |name| Detail { parameter: parameter.clone(), label: None, value: file(name) };
        details.extend(files.into_iter().map(file));
        return Ok((!words.is_empty()).then_some(Reason::Leftover(words)));
    }
    let value = typed(kind, text)?;
    if details.is_empty() {
        // Most contenders have one, and details are large.
        details.reserve_exact(1);
    }
    details.push(Detail { parameter, label: None, value });
    Ok(None)
}

fn typed(kind: Type, text: &str) -> Result<Value, Reason> {
    known(text)?;
    let words = cell::clean(text);
    let words = tidy(&words);
    Ok(match kind {
        Type::Flag => Value::Flag(match Lower::of(words).bytes() {
            b"yes" | b"y" | b"true" | b"on" | b"1" => true,
            b"no" | b"n" | b"false" | b"off" | b"0" => false,
            _ => return Err(expected("yes or no")),
        }),
        Type::Count | Type::Counts => Value::Count(count(text)?),
        Type::Number | Type::Share | Type::Shares | Type::Signed | Type::Swing => {
            let parts = cell::parts(text);
            let one = parts.first().filter(|part| parts.len() == 1 && part.is_alone());
            let share = one.and_then(|part| part.share).map(Value::Share);
            let number = one.and_then(|part| part.number.or(part.change)).map(Value::Number);
            share.or(number).ok_or_else(|| expected("a number"))?
        }
        Type::Date | Type::Dates => Value::Dates(dates::read(text)?),
        Type::Image | Type::Size => match size(words) {
            Some(size) => size,
            None if kind == Type::Size => return Err(expected("a size such as 150x150px")),
            None if words.contains('\n') || words.is_empty() => return Err(expected("a file")),
            None => Value::File(cell::file_name(words).unwrap_or(words).to_owned()),
        },
        // The colour of a party is a link to it.
        Type::Colour if text.contains("[[") => Value::Refs(vec![reference(text)?]),
        Type::Colour => Value::Colour(words.to_owned()),
        Type::Ref | Type::Refs | Type::Person => Value::Refs(names(text)?),
        Type::People => Value::Refs(people(text)?),
        _ => Value::Text(words.to_owned()),
    })
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
