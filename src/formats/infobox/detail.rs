//! Values of parameters without a field of their own.

use super::parameters::ParameterMatch;
use super::parameters::ParameterType as Type;
use crate::model::Detail;
use crate::model::DetailValue;
use crate::model::UnparsedReason;
use crate::values::date;
use crate::values::number;
use crate::values::text::check_markup;
use crate::values::text::count;
use crate::values::text::names::names;
use crate::values::text::names::people;
use crate::values::text::names::reference;
use crate::values::text::plain_text;
use crate::values::text::trim_trailing_commas;
use crate::values::words::LowercaseWord;

/// Returns the reason if the value of a parameter is a placeholder. Links to elections are
/// excluded, because the linked page identifies the election, whatever words the link displays. The
/// parser of links has its own check.
pub(crate) fn placeholder_reason(kind: Type, text: &str) -> Option<UnparsedReason> {
    if kind == Type::Link { None } else { number::placeholder_reason(text) }
}

/// Adds the values of a parameter without a field of its own to the details. Returns the remaining
/// text, if any, as a reason.
///
/// # Errors
/// Returns the reason if the text does not have the type of the parameter.
pub(crate) fn add_detail(
    details: &mut Vec<Detail>,
    label: &str,
    found: ParameterMatch,
    text: &str,
) -> Result<Option<UnparsedReason>, UnparsedReason> {
    // The numbers of a label are part of the parameter: "Image2" is `image2`.
    let mut parameter = label.trim().to_lowercase();
    if parameter.contains(' ') {
        parameter = parameter.replace(' ', "_");
    }
    let kind = found.parameter.kind;
    let files = if kind == Type::Image { number::files(text) } else { Vec::new() };
    if !files.is_empty() {
        // Text beside files describes the files.
        let words = plain_text(text)?;
        let words = words.lines().map(str::trim).filter(|line| !line.is_empty());
        let words = words.collect::<Vec<_>>().join(", ");
        let file = |file: &str| DetailValue::File(file.to_owned());
        let file = |name| Detail { parameter: parameter.clone(), label: None, value: file(name) };
        details.extend(files.into_iter().map(file));
        return Ok((!words.is_empty()).then_some(UnparsedReason::Leftover(words)));
    }
    let value = parse_detail_value(kind, text)?;
    if details.is_empty() {
        // Most contenders have one detail, and details are large.
        details.reserve_exact(1);
    }
    details.push(Detail { parameter, label: None, value });
    Ok(None)
}

pub(crate) fn parse_detail_value(kind: Type, text: &str) -> Result<DetailValue, UnparsedReason> {
    check_markup(text)?;
    let words = number::strip_markup(text);
    let words = trim_trailing_commas(&words);
    Ok(match kind {
        Type::Flag => DetailValue::Flag(match LowercaseWord::new(words).as_bytes() {
            b"yes" | b"y" | b"true" | b"on" | b"1" => true,
            b"no" | b"n" | b"false" | b"off" | b"0" => false,
            _ => return Err(UnparsedReason::expected("yes or no")),
        }),
        Type::Count | Type::Counts => DetailValue::Count(count(text)?),
        Type::Number | Type::Share | Type::Shares | Type::Signed | Type::Swing => {
            let parts = number::parse_rounds(text);
            let one = parts.first().filter(|part| parts.len() == 1 && part.is_single_value());
            let share = one.and_then(|part| part.share).map(DetailValue::Share);
            let number = one.and_then(|part| part.number.or(part.change)).map(DetailValue::Number);
            share.or(number).ok_or_else(|| UnparsedReason::expected("a number"))?
        }
        Type::Date | Type::Dates => DetailValue::Dates(date::parse(text)?),
        Type::Image | Type::Size => match parse_size(words) {
            Some(size) => size,
            None if kind == Type::Size => {
                return Err(UnparsedReason::expected("a size such as 150x150px"));
            }
            None if words.contains('\n') || words.is_empty() => {
                return Err(UnparsedReason::expected("a file"));
            }
            None => DetailValue::File(number::file_name(words).unwrap_or(words).to_owned()),
        },
        // A party's colour is stated as a link to the party.
        Type::Colour if text.contains("[[") => DetailValue::Refs(vec![reference(text)?]),
        Type::Colour => DetailValue::Colour(words.to_owned()),
        Type::Ref | Type::Refs | Type::Person => DetailValue::Refs(names(text)?),
        Type::People => DetailValue::Refs(people(text)?),
        _ => DetailValue::Text(words.to_owned()),
    })
}

/// Parses a size: `150x150px`, `220px`, `x80px`; or `220px 220px`, from a map with two pictures.
pub(crate) fn parse_size(text: &str) -> Option<DetailValue> {
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
    sides.all(|other| other == Some((width, height))).then_some(DetailValue::Size { width, height })
}
