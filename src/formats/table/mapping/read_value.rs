//! Parses a value of a mapping: a column name, or a table of settings.

use super::format;
use super::value::{ShareUnit, ValueSettings, ValueSource};
use super::words::{Read, Section, Setting};

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
    words: &Section<'_>,
    word: &str,
    meaning: ValueKind,
) -> Read<Option<ValueSource>> {
    words.find(word).map(|word| parse_value(word, meaning)).transpose()
}

pub(super) fn parse_value(word: Setting<'_>, meaning: ValueKind) -> Read<ValueSource> {
    const EXPECTED: &str =
        "the name of a column, in quotes, or a value such as { column = \"votes\" }";
    let name = word.word;
    if let Some(column) = word.plain() {
        let blank = column.trim().is_empty();
        let mistake = || word.mistake(format!("'{name}' is blank; expected {EXPECTED}"));
        return if blank { Err(mistake()) } else { Ok(ValueSource::Column(column.to_owned())) };
    }
    let words = word.table(EXPECTED)?.called("a value").only(&VALUE, &[])?;
    let table = |word| words.find(word).map(Setting::text_table).transpose();
    let given = ValueSettings {
        column: words.text("column")?,
        constant: words.text("constant")?,
        template: words.text("template")?,
        values: table("values")?.unwrap_or_default(),
        when: table("when")?.unwrap_or_default(),
        row: words.text("row")?,
        format: words.text("format")?,
        unit: words.choice("unit", &ShareUnit::ALL)?,
    };
    let one_of = "one of column, template, constant";
    let said: Vec<&str> = ["column", "template", "constant"]
        .into_iter()
        .filter(|one| words.find(one).is_some())
        .collect();
    match said.as_slice() {
        [_] => {}
        [] => return Err(word.mistake(format!("'{name}' has none of them; expected {one_of}"))),
        several => {
            let problem = format!("'{name}' has {}; expected {one_of}", several.join(" and "));
            return Err(word.mistake(problem));
        }
    }
    let misplaced = [
        ("format", ValueKind::Date, "dates and times"),
        ("unit", ValueKind::Share, "share, turnout and counted"),
    ];
    for (setting, of, words_of) in misplaced {
        if let Some(found) = words.find(setting).filter(|_| meaning != of) {
            let problem = format!("'{setting}' is of {words_of}; '{name}' has none");
            return Err(found.mistake(problem));
        }
    }
    if let Some(found) = words.find("row").filter(|_| given.column.is_none()) {
        let problem =
            format!("'row' is of a column that names another row; '{name}' has no column");
        return Err(found.mistake(problem));
    }
    let at = |setting| words.find(setting).unwrap_or(word);
    if let Some(problem) = given.template.as_deref().and_then(brace_problem) {
        return Err(at("template").mistake(problem));
    }
    if let Some(problem) = given.format.as_deref().and_then(format::find_problem) {
        return Err(at("format").mistake(problem));
    }
    Ok(ValueSource::Given(given))
}

/// Returns what is wrong with the braces of a template.
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
