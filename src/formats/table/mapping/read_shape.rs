//! Parses the settings of a mapping that describe the shape of a table.

use super::condition::Conditions;
use super::read_condition::{parse_conditions, pattern};
use super::section::{MappingResult, Section, Setting};
use super::shape::{
    ColumnName, ColumnSelection, Header, HeaderWord, RowRule, RowUse, Unpivot, VALUE_GROUP,
};

pub(super) const UNPIVOT: [&str; 6] = ["columns", "pattern", "repeat", "from", "name", "value"];
pub(super) const SELECTION: [&str; 3] = ["from", "to", "except"];
pub(super) const ROW_RULE: [&str; 2] = ["when", "use"];

/// Reads the lines of the header.
pub(super) fn header(section: &Section<'_>) -> MappingResult<Option<Header>> {
    let expected =
        "the line with the names of the columns, counted from 1, a list of such lines, or \"none\"";
    let Some(setting) = section.find("header") else { return Ok(None) };
    if let Some(text) = setting.as_str() {
        let is_none = text == "none";
        return if is_none {
            Ok(Some(Header::Word(HeaderWord::None)))
        } else {
            Err(setting.invalid_value(expected))
        };
    }
    if !setting.is_list() {
        return Ok(Some(Header::Line(setting.positive_integer(expected)?)));
    }
    let lines = setting.positive_integers(expected)?;
    if lines.is_empty() || !lines.is_sorted_by(|one, next| one < next) {
        return Err(setting.error(
            "'header' has lines that do not ascend; expected lines such as [3, 4]".to_owned(),
        ));
    }
    Ok(Some(Header::Lines(lines)))
}

/// Reads the conditions at which the table ends.
pub(super) fn until(section: &Section<'_>) -> MappingResult<Conditions> {
    section.find("until").map_or(Ok(Conditions::new()), parse_conditions)
}

/// Reads the rules for rows.
pub(super) fn row_rules(section: &Section<'_>, outer: &[&str]) -> MappingResult<Vec<RowRule>> {
    let Some(setting) = section.find("rows") else { return Ok(Vec::new()) };
    let rules = setting.tables("[[rows]] with 'when' and 'use'")?.into_iter().map(|section| {
        let section = section.with_name("[[rows]]").deny_unknown(&ROW_RULE, outer)?;
        let when = section.find("when").map(parse_conditions).transpose()?.unwrap_or_default();
        if when.is_empty() {
            return Err(
                section.error("[[rows]] needs 'when', such as { party = \"Informal\" }".to_owned())
            );
        }
        let Some(r#use) = section.choice("use", &RowUse::ALL)? else {
            let words: Vec<&str> = RowUse::ALL.iter().map(|(word, _)| *word).collect();
            return Err(section.error(format!("[[rows]] needs 'use', one of {}", words.join(", "))));
        };
        Ok(RowRule { when, r#use })
    });
    rules.collect()
}

/// Reads the columns that become rows.
pub(super) fn unpivot(section: Section<'_>, outer: &[&str]) -> MappingResult<Unpivot> {
    let section = section.deny_unknown(&UNPIVOT, outer)?;
    let unpivot = Unpivot {
        columns: section.find("columns").map(selection).transpose()?,
        pattern: pattern(&section, "pattern")?,
        repeat: section.texts("repeat")?.unwrap_or_default(),
        from: section.find("from").map(column_name).transpose()?,
        name: section.text("name")?,
        value: section.text("value")?,
    };
    let stated =
        ["columns", "pattern", "repeat"].into_iter().filter(|word| section.find(word).is_some());
    let stated: Vec<&str> = stated.collect();
    let problem = match stated.as_slice() {
        ["columns"] if unpivot.name.is_none() || unpivot.value.is_none() => {
            "'columns' needs 'name' and 'value': the new columns with the name of a column and with its cell".to_owned()
        }
        ["columns"] if unpivot.from.is_some() => {
            "'from' is of 'repeat'; expected columns = { from = \"A\", to = \"B\" }".to_owned()
        }
        ["pattern"] => {
            let groups = unpivot.pattern.iter().flat_map(|pattern| pattern.group_names());
            let groups: Vec<&str> = groups.collect();
            let has_value = groups.contains(&VALUE_GROUP);
            match (has_value, &unpivot.value) {
                _ if unpivot.name.is_some() || unpivot.from.is_some() => {
                    "'name' and 'from' are not of 'pattern': its groups, such as (?<party>.+), become columns".to_owned()
                }
                (false, None) => {
                    "'pattern' needs a group (?<value>…) with the name of the new column, or 'value' beside it".to_owned()
                }
                (true, Some(_)) => "'pattern' has a group (?<value>…); expected no 'value' beside it".to_owned(),
                _ if groups.len() == usize::from(has_value) => {
                    "'pattern' needs a group, such as (?<party>.+), that tells the new rows apart".to_owned()
                }
                _ => String::new(),
            }
        }
        ["repeat"] if unpivot.from.is_none() => {
            "'repeat' needs 'from', the column with which the first group begins".to_owned()
        }
        ["repeat"] if unpivot.name.is_some() || unpivot.value.is_some() => {
            "'name' and 'value' are not of 'repeat', which names the new columns".to_owned()
        }
        ["columns" | "repeat"] => String::new(),
        _ => "[unpivot] needs exactly one of columns, pattern, repeat".to_owned(),
    };
    if !problem.is_empty() {
        return Err(section.error(problem));
    }
    let names = unpivot.new_columns();
    if let Some(twice) = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)) {
        return Err(section.error(format!(
            "[unpivot] makes two columns '{}'; expected different names",
            twice.1
        )));
    }
    Ok(unpivot)
}

fn selection(setting: Setting<'_>) -> MappingResult<ColumnSelection> {
    let expected = "a list of columns, { from = \"A\", to = \"B\" }, or { except = [\"A\"] }";
    if setting.is_list() || setting.as_str().is_some() {
        return Ok(ColumnSelection::Names(setting.texts()?));
    }
    let section = setting.table(expected)?.with_name("'columns'").deny_unknown(&SELECTION, &[])?;
    let to = section.find("to").map(column_name).transpose()?;
    match (section.find("from"), section.texts("except")?) {
        (Some(from), None) => Ok(ColumnSelection::Range { from: column_name(from)?, to }),
        (None, Some(except)) if to.is_none() => Ok(ColumnSelection::Except { except }),
        _ => Err(setting.invalid_value(expected)),
    }
}

fn column_name(setting: Setting<'_>) -> MappingResult<ColumnName> {
    let expected = "the name of a column, in quotes, or its number, counted from 1";
    match setting.as_str() {
        Some(name) => Ok(ColumnName::Name(name.to_owned())),
        None => Ok(ColumnName::Number(setting.positive_integer(expected)?)),
    }
}
