//! Parses a value of a mapping: a column name, or a table of settings.

use super::format_description;
use super::pattern::Pattern;
use super::read_condition::{parse_conditions, pattern};
use super::section::{MappingResult, Section, Setting};
use super::value::{BlankPart, ShareUnit, ValueSettings, ValueSource};

pub(super) const VALUE: [&str; 17] = [
    "column",
    "template",
    "constant",
    "sum",
    "file",
    "line",
    "values",
    "when",
    "pattern",
    "format",
    "unit",
    "row",
    "blank",
    "decimal",
    "thousands",
    "footnotes",
    "per",
];

/// Meaning of a value, which decides whether it may have a `format` or a `unit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueKind {
    Date,
    Share,
    /// A count of a contender.
    Count,
    /// A count of the contest.
    Figure,
    Other,
}

impl ValueKind {
    const NUMBERS: [Self; 3] = [Self::Share, Self::Count, Self::Figure];
    const COUNTS: [Self; 2] = [Self::Count, Self::Figure];
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
        when: section.find("when").map(parse_conditions).transpose()?.unwrap_or_default(),
        row: section.text("row")?,
        format: section.text("format")?,
        unit: section.choice("unit", &ShareUnit::ALL)?,
        sum: section.texts("sum")?.unwrap_or_default(),
        blank: section.choice("blank", &BlankPart::ALL)?,
        pattern: pattern(&section, "pattern")?,
        file: pattern(&section, "file")?,
        line: section
            .find("line")
            .map(|line| line.positive_integer("a line above the header, counted from 1"))
            .transpose()?,
        decimal: sign(&section, "decimal", ".,")?,
        thousands: sign(&section, "thousands", ".,' ")?,
        footnotes: section.find("footnotes").map(Setting::flag).transpose()?.unwrap_or(false),
        per: section.texts("per")?.unwrap_or_default(),
    };
    let one_of = "one of column, template, constant, sum, file, line";
    // A template beside a file or a line inserts the groups of the expression.
    let is_outside_rows = settings.file.is_some() || settings.line.is_some();
    let stated: Vec<&str> = ["column", "template", "constant", "sum", "file", "line"]
        .into_iter()
        .filter(|one| section.find(one).is_some() && !(*one == "template" && is_outside_rows))
        .collect();
    match stated.as_slice() {
        [_] => {}
        [] => return Err(setting.error(format!("'{name}' has none of them; expected {one_of}"))),
        several => {
            let problem = format!("'{name}' has {}; expected {one_of}", several.join(" and "));
            return Err(setting.error(problem));
        }
    }
    let misplaced: [(&str, &[ValueKind], &str); 7] = [
        ("format", &[ValueKind::Date], "dates and times"),
        ("unit", &[ValueKind::Share], "share, turnout and counted"),
        ("sum", &ValueKind::COUNTS, "counts"),
        ("per", &[ValueKind::Figure], "counts of [contest]"),
        ("decimal", &ValueKind::NUMBERS, "numbers"),
        ("thousands", &ValueKind::COUNTS, "counts"),
        ("footnotes", &ValueKind::NUMBERS, "numbers"),
    ];
    for (key, allowed_kinds, allowed_values) in misplaced {
        if let Some(found) = section.find(key).filter(|_| !allowed_kinds.contains(&kind)) {
            let problem = format!("'{key}' is of {allowed_values}; '{name}' has none");
            return Err(found.error(problem));
        }
    }
    if let Some(found) = section.find("row").filter(|_| settings.column.is_none()) {
        let problem =
            format!("'row' is of a column that names another row; '{name}' has no column");
        return Err(found.error(problem));
    }
    if let Some(found) =
        section.find("pattern").filter(|_| settings.column.is_none() && settings.line.is_none())
    {
        let problem = format!("'pattern' is of a column or a line; '{name}' has neither");
        return Err(found.error(problem));
    }
    if let Some(found) = section.find("blank").filter(|_| settings.sum.is_empty()) {
        return Err(found.error(format!("'blank' is of a sum; '{name}' has none")));
    }
    if settings.decimal.is_some() && settings.decimal == settings.thousands {
        return Err(setting.error(format!("'{name}' has one sign as decimal and thousands")));
    }
    let at = |key| section.find(key).unwrap_or(setting);
    if let (Some(template), true) = (&settings.template, is_outside_rows) {
        let groups = settings.file.as_ref().or(settings.pattern.as_ref());
        let groups = groups.map(Pattern::group_names).unwrap_or_default();
        let names = template.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0));
        // Other names are those of columns.
        let names: Vec<&str> = names.collect();
        let has_group = names.iter().any(|name| groups.contains(name));
        if let Some(unknown) = names.first().filter(|_| !has_group) {
            let problem =
                format!("'{unknown}' is no group of the expression, such as (?<{unknown}>…)");
            return Err(at("template").error(problem));
        }
    }
    if let Some(problem) = settings.template.as_deref().and_then(brace_problem) {
        return Err(at("template").error(problem));
    }
    if let Some(problem) = settings.format.as_deref().and_then(format_description::find_problem) {
        return Err(at("format").error(problem));
    }
    Ok(ValueSource::Settings(Box::new(settings)))
}

/// Reads a sign that separates digits.
fn sign(section: &Section<'_>, name: &str, allowed: &str) -> MappingResult<Option<char>> {
    let Some(setting) = section.find(name) else { return Ok(None) };
    let listed: Vec<String> = allowed.chars().map(|sign| format!("\"{sign}\"")).collect();
    let expected = format!("one of {}", listed.join(", "));
    let text = setting.text(&expected)?;
    let mut signs = text.chars();
    match (signs.next(), signs.next()) {
        (Some(sign), None) if allowed.contains(sign) => Ok(Some(sign)),
        _ => Err(setting.invalid_value(&expected)),
    }
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
