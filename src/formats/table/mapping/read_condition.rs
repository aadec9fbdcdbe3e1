//! Parses the conditions of a mapping.

use super::condition::{CellTest, Condition, Conditions};
use super::pattern::Pattern;
use super::section::{MappingResult, Section, Setting};

pub(super) const TESTS: [&str; 6] = ["in", "matches", "empty", "not", "above", "below"];

/// Reads conditions by column.
pub(super) fn parse_conditions(setting: Setting<'_>) -> MappingResult<Conditions> {
    let section = setting.table("conditions by column, such as { party = \"Total\" }")?;
    let conditions =
        section.iter().map(|setting| Ok((setting.name.to_owned(), parse_condition(setting)?)));
    conditions.collect()
}

fn parse_condition(setting: Setting<'_>) -> MappingResult<Condition> {
    if let Some(text) = setting.as_str() {
        return Ok(Condition::Equals(text.to_owned()));
    }
    if setting.is_list() {
        return Ok(Condition::In(setting.texts()?));
    }
    let expected = "a text, a list of texts, or a condition such as { matches = \"^Total\" }";
    let section = setting.table(expected)?.with_name("a condition").deny_unknown(&TESTS, &[])?;
    if section.iter().next().is_none() {
        return Err(
            setting.error(format!("'{}' has no condition; expected {expected}", setting.name))
        );
    }
    let integer = |name| section.find(name).map(|setting| setting.integer("a whole number"));
    Ok(Condition::Test(Box::new(CellTest {
        r#in: section.texts("in")?,
        matches: pattern(&section, "matches")?,
        empty: section.find("empty").map(Setting::flag).transpose()?,
        not: section.find("not").map(parse_condition).transpose()?,
        above: integer("above").transpose()?,
        below: integer("below").transpose()?,
    })))
}

/// Reads a regular expression.
pub(super) fn pattern(section: &Section<'_>, name: &str) -> MappingResult<Option<Pattern>> {
    let Some(setting) = section.find(name) else { return Ok(None) };
    let text = setting.text("a regular expression, in quotes")?;
    let pattern = Pattern::parse(text).map_err(|problem| {
        setting.error(format!("'{text}' is no regular expression: {problem}"))
    })?;
    Ok(Some(pattern))
}
