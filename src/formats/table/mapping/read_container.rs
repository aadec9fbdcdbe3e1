//! Parses the settings for the containers of tables.

use super::section::{MappingResult, Section};
use crate::formats::container::settings::{SheetChoice, is_encoding};

/// Reads the character encoding.
pub(super) fn encoding(section: &Section<'_>) -> MappingResult<Option<String>> {
    let expected = "the name of an encoding, such as \"windows-1252\" or \"utf-8\"";
    let Some(setting) = section.find("encoding") else { return Ok(None) };
    let label = setting.text(expected)?;
    match is_encoding(label) {
        true => Ok(Some(label.to_owned())),
        false => Err(setting.invalid_value(expected)),
    }
}

/// Reads the name or the number of a sheet.
pub(super) fn sheet(section: &Section<'_>) -> MappingResult<Option<SheetChoice>> {
    let expected = "the name of a sheet, or its number, counted from 1";
    let Some(setting) = section.find("sheet") else { return Ok(None) };
    Ok(Some(match setting.as_str() {
        Some(name) => SheetChoice::Name(name.to_owned()),
        None => SheetChoice::Number(setting.positive_integer(expected)?),
    }))
}

/// Reads the path of the rows in JSON.
pub(super) fn records_path(section: &Section<'_>) -> MappingResult<Option<String>> {
    let expected = "the path of an array, such as \"contests.*.candidates\"";
    let path = section.find("records").map(|setting| setting.text(expected)).transpose()?;
    Ok(path.map(str::to_owned))
}
