//! Reads a value of a mapping: the name of a column, or a table that says more.

use super::format;
use super::value::{Given, Unit, Value};
use super::words::{Read, Word, Words};

const VALUE: [&str; 8] =
    ["column", "template", "constant", "values", "when", "format", "unit", "row"];

/// What a value is read into, which says whether it may have a `format` or a `unit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Date,
    Share,
    Other,
}

pub(super) fn value(words: &Words<'_>, word: &str, meaning: Meaning) -> Read<Option<Value>> {
    words.find(word).map(|word| of_word(word, meaning)).transpose()
}

pub(super) fn of_word(word: Word<'_>, meaning: Meaning) -> Read<Value> {
    const EXPECTED: &str =
        "the name of a column, in quotes, or a value such as { column = \"votes\" }";
    let name = word.word;
    if let Some(column) = word.plain() {
        let blank = column.trim().is_empty();
        let mistake = || word.mistake(format!("'{name}' is blank; expected {EXPECTED}"));
        return if blank { Err(mistake()) } else { Ok(Value::Column(column.to_owned())) };
    }
    let words = word.table(EXPECTED)?.called("a value").only(&VALUE, &[])?;
    let table = |word| words.find(word).map(Word::text_table).transpose();
    let given = Given {
        column: words.text("column")?,
        constant: words.text("constant")?,
        template: words.text("template")?,
        values: table("values")?.unwrap_or_default(),
        when: table("when")?.unwrap_or_default(),
        row: words.text("row")?,
        format: words.text("format")?,
        unit: words.choice("unit", &Unit::ALL)?,
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
        ("format", Meaning::Date, "dates and times"),
        ("unit", Meaning::Share, "share, turnout and counted"),
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
    if let Some(problem) = given.template.as_deref().and_then(braces) {
        return Err(at("template").mistake(problem));
    }
    if let Some(problem) = given.format.as_deref().and_then(format::mistake) {
        return Err(at("format").mistake(problem));
    }
    Ok(Value::Given(given))
}

/// What is wrong with the braces of a template.
fn braces(template: &str) -> Option<String> {
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
