//! Parses a value of a mapping: a column name, or a table of settings.

use super::format_description;
use super::section::{MappingResult, Section, Setting};
use super::value::{ShareUnit, ValueSettings, ValueSource};

const VALUE: [&str; 8] =
    ["column", "template", "constant", "values", "when", "format", "unit", "row"];

/// Meaning of a value, which decides whether it may have a `format` or a `unit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueKind {
    Date,
    Share,
    Other,
}

pub(super) fn optional_value(
    section: &Section<'_>,
    name: &str,
    kind: ValueKind,
) -> MappingResult<Option<ValueSource>> {
    section.find(name).map(|setting| parse_value(setting, kind)).transpose()
}

pub(super) fn parse_value(setting: Setting<'_>, kind: ValueKind) -> MappingResult<ValueSource> {
    const EXPECTED: &str =
        "the name of a column, in quotes, or a value such as { column = \"votes\" }";
    let name = setting.name;
    if let Some(column) = setting.as_str() {
        let blank = column.trim().is_empty();
        let mistake = || setting.error(format!("'{name}' is blank; expected {EXPECTED}"));
        return if blank { Err(mistake()) } else { Ok(ValueSource::Column(column.to_owned())) };
    }
    let section = setting.table(EXPECTED)?.with_name("a value").deny_unknown(&VALUE, &[])?;
    let table = |key| section.find(key).map(Setting::text_table).transpose();
    let settings = ValueSettings {
        column: section.text("column")?,
        constant: section.text("constant")?,
        template: section.text("template")?,
        values: table("values")?.unwrap_or_default(),
        when: table("when")?.unwrap_or_default(),
        row: section.text("row")?,
        format: section.text("format")?,
        unit: section.choice("unit", &ShareUnit::ALL)?,
    };
    let one_of = "one of column, template, constant";
    let stated: Vec<&str> = ["column", "template", "constant"]
        .into_iter()
        .filter(|one| section.find(one).is_some())
        .collect();
    match stated.as_slice() {
        [_] => {}
        [] => return Err(setting.error(format!("'{name}' has none of them; expected {one_of}"))),
        several => {
            let problem = format!("'{name}' has {}; expected {one_of}", several.join(" and "));
            return Err(setting.error(problem));
        }
    }
    let misplaced = [
        ("format", ValueKind::Date, "dates and times"),
        ("unit", ValueKind::Share, "share, turnout and counted"),
    ];
    for (key, allowed_kind, allowed_values) in misplaced {
        if let Some(found) = section.find(key).filter(|_| kind != allowed_kind) {
            let problem = format!("'{key}' is of {allowed_values}; '{name}' has none");
            return Err(found.error(problem));
        }
    }
    if let Some(found) = section.find("row").filter(|_| settings.column.is_none()) {
        let problem =
            format!("'row' is of a column that names another row; '{name}' has no column");
        return Err(found.error(problem));
    }
    let at = |key| section.find(key).unwrap_or(setting);
    if let Some(problem) = settings.template.as_deref().and_then(brace_problem) {
        return Err(at("template").error(problem));
    }
    if let Some(problem) = settings.format.as_deref().and_then(format_description::find_problem) {
        return Err(at("format").error(problem));
    }
    Ok(ValueSource::Settings(settings))
}

/// Returns the problem with the braces of a template, if any.
fn brace_problem(template: &str) -> Option<String> {
    let mut parts = template.split('{');
    let outside = parts.next().unwrap_or_default();
    if outside.contains('}') {
        return Some(format!("'{template}' has a brace that is not opened"));
    }
    parts.find_map(|part| match part.split_once('}') {
        None => Some(format!("'{template}' has a brace that is not closed")),
        Some((column, _)) if column.trim().is_empty() => {
            Some(format!("'{template}' has braces without the name of a column"))
        }
        Some((_, after)) if after.contains('}') => {
            Some(format!("'{template}' has a brace that is not opened"))
        }
        Some(_) => None,
    })
}
