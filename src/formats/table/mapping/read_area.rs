//! Parses the section `[area]` of a mapping.

use super::area::{AreaColumns, SumSeats};
use super::read_value::{ValueKind, optional_value, parse_value};
use super::section::{MappingResult, Section, Setting};
use super::value::ValueSource;

pub(super) const AREA: [&str; 7] = ["path", "levels", "code", "boundaries", "sum", "seats", "by"];

/// Reads the section.
pub(super) fn area(section: Section<'_>, outer: &[&str]) -> MappingResult<AreaColumns> {
    let section = section.deny_unknown(&AREA, outer)?;
    let Some(path) = section.find("path") else {
        let problem =
            "[area] needs 'path': the columns with the names of the areas, the largest first";
        return Err(section.error(problem.to_owned()));
    };
    Ok(AreaColumns {
        path: parse_path(path)?,
        levels: section.texts("levels")?.unwrap_or_default(),
        code: optional_value(&section, "code", ValueKind::Other)?,
        boundaries: optional_value(&section, "boundaries", ValueKind::Other)?,
        sum: section.texts("sum")?.unwrap_or_default(),
        seats: section.choice("seats", &SumSeats::ALL)?,
        by: section.text("by")?,
    })
}

/// Reads the values of the path: one, or a list.
fn parse_path(setting: Setting<'_>) -> MappingResult<Vec<ValueSource>> {
    if !setting.is_list() {
        return Ok(vec![parse_value(setting, ValueKind::Other)?]);
    }
    let expected =
        "columns or values, the largest area first, such as [\"state\", \"constituency\"]";
    let items = setting.items(expected)?;
    if items.is_empty() {
        return Err(setting.invalid_value(expected));
    }
    items.into_iter().map(|item| parse_value(item, ValueKind::Other)).collect()
}
