//! The settings of a section of a mapping, each with its position. An error names the setting and
//! the allowed values.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A problem at a byte offset of a mapping.
#[derive(Debug)]
pub(super) struct MappingError {
    pub(super) offset: usize,
    pub(super) problem: String,
}

pub(super) type MappingResult<T> = Result<T, MappingError>;

/// A section, or a value that is a table.
pub(super) struct Section<'a> {
    /// Name in messages: `[contender]`, `a value`.
    name: String,
    offset: usize,
    /// Settings, in the order of the text.
    settings: Vec<Setting<'a>>,
}

/// A setting and its value.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) name: &'a str,
    offset: usize,
    value: &'a DeValue<'a>,
}

impl<'a> Section<'a> {
    pub(super) fn new(name: &str, offset: usize, table: &'a DeTable<'a>) -> Self {
        let setting = |(key, value): (&'a Spanned<_>, &'a Spanned<DeValue<'a>>)| {
            let name: &std::borrow::Cow<'a, str> = key.get_ref();
            Setting { name, offset: key.span().start, value: value.get_ref() }
        };
        let mut settings: Vec<Setting<'a>> = table.iter().map(setting).collect();
        settings.sort_by_key(|word| word.offset);
        Self { name: name.to_owned(), offset, settings }
    }

    /// Rejects settings that are not in `allowed`. For one of the top-level settings in `outer`,
    /// the error hints that it belongs above all sections.
    pub(super) fn deny_unknown(self, allowed: &[&str], outer: &[&str]) -> MappingResult<Self> {
        let unknown = self.settings.iter().find(|word| !allowed.contains(&word.name));
        let Some(unknown) = unknown else { return Ok(self) };
        let above = if outer.contains(&unknown.name) {
            format!("; '{}' stands above the first [section]", unknown.name)
        } else {
            String::new()
        };
        let expected = allowed.join(", ");
        let (word, name) = (unknown.name, &self.name);
        Err(unknown
            .error(format!("'{word}' is no word of {name}; expected one of {expected}{above}")))
    }

    /// Returns every setting, in the order of the text.
    pub(super) fn iter(&self) -> impl Iterator<Item = Setting<'a>> + '_ {
        self.settings.iter().copied()
    }

    pub(super) fn find(&self, name: &str) -> Option<Setting<'a>> {
        self.settings.iter().copied().find(|other| other.name == name)
    }

    pub(super) fn text(&self, name: &str) -> MappingResult<Option<String>> {
        self.find(name).map(|word| word.text("a text").map(str::to_owned)).transpose()
    }

    pub(super) fn required_text(&self, name: &str) -> MappingResult<String> {
        self.text(name)?.ok_or_else(|| self.error(format!("{} needs '{name}'", self.name)))
    }

    pub(super) fn texts(&self, name: &str) -> MappingResult<Option<Vec<String>>> {
        self.find(name).map(Setting::texts).transpose()
    }

    /// Reads a setting whose value is one of the names in `choices`.
    pub(super) fn choice<T: Copy>(
        &self,
        name: &str,
        choices: &[(&str, T)],
    ) -> MappingResult<Option<T>> {
        let Some(found) = self.find(name) else { return Ok(None) };
        let expected = || choices.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let text = found.text(&format!("one of {}", expected()))?;
        match choices.iter().find(|(name, _)| *name == text) {
            Some((_, choice)) => Ok(Some(*choice)),
            None => {
                let problem =
                    format!("'{text}' is no word of '{name}'; expected one of {}", expected());
                Err(found.error(problem))
            }
        }
    }

    /// Returns the subsection with this key. `name` is its name in messages.
    pub(super) fn subsection(&self, key: &str, name: &str) -> MappingResult<Option<Self>> {
        let found = self.find(key);
        found
            .map(|setting| Ok(setting.table(&format!("a section {name}"))?.with_name(name)))
            .transpose()
    }

    /// Sets the name in messages.
    pub(super) fn with_name(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    pub(super) fn error(&self, problem: String) -> MappingError {
        MappingError { offset: self.offset, problem }
    }
}

impl<'a> Setting<'a> {
    pub(super) fn error(&self, problem: String) -> MappingError {
        MappingError { offset: self.offset, problem }
    }

    pub(super) fn invalid_value(&self, expected: &str) -> MappingError {
        let found = describe(self.value);
        self.error(format!("'{}' is {found}; expected {expected}", self.name))
    }

    pub(super) fn text(self, expected: &str) -> MappingResult<&'a str> {
        self.value.as_str().ok_or_else(|| self.invalid_value(expected))
    }

    /// Returns the value if it is a string.
    pub(super) fn as_str(self) -> Option<&'a str> {
        self.value.as_str()
    }

    /// Reads a string, or a list of strings.
    pub(super) fn texts(self) -> MappingResult<Vec<String>> {
        let expected = "a text, or a list of texts";
        if let Some(text) = self.value.as_str() {
            return Ok(vec![text.to_owned()]);
        }
        let list = self.value.as_array().ok_or_else(|| self.invalid_value(expected))?;
        let texts = list.iter().map(|item| {
            let text = item.get_ref().as_str().map(str::to_owned);
            text.ok_or_else(|| {
                let found = describe(item.get_ref());
                let problem = format!("'{}' has {found} in its list; expected texts", self.name);
                MappingError { offset: item.span().start, problem }
            })
        });
        texts.collect()
    }

    /// Reads a positive integer.
    pub(super) fn positive_integer(self, expected: &str) -> MappingResult<u32> {
        positive(self.value).ok_or_else(|| self.invalid_value(expected))
    }

    /// Reads a list of positive integers.
    pub(super) fn positive_integers(self, expected: &str) -> MappingResult<Vec<u32>> {
        let list = self.value.as_array().ok_or_else(|| self.invalid_value(expected))?;
        let numbers = list.iter().map(|item| positive(item.get_ref()));
        numbers.collect::<Option<_>>().ok_or_else(|| self.invalid_value(expected))
    }

    /// Reads an integer.
    pub(super) fn integer(self, expected: &str) -> MappingResult<i64> {
        integer(self.value).ok_or_else(|| self.invalid_value(expected))
    }

    /// Reads `true` or `false`.
    pub(super) fn flag(self) -> MappingResult<bool> {
        self.value.as_bool().ok_or_else(|| self.invalid_value("true or false"))
    }

    /// Returns whether the value is a list.
    pub(super) fn is_list(self) -> bool {
        self.value.as_array().is_some()
    }

    /// Returns the items of a list, each with the name of the setting.
    pub(super) fn items(self, expected: &str) -> MappingResult<Vec<Setting<'a>>> {
        let list = self.value.as_array().ok_or_else(|| self.invalid_value(expected))?;
        let item = |item: &'a Spanned<DeValue<'a>>| Setting {
            name: self.name,
            offset: item.span().start,
            value: item.get_ref(),
        };
        Ok(list.iter().map(item).collect())
    }

    /// Reads a list of tables.
    pub(super) fn tables(self, expected: &str) -> MappingResult<Vec<Section<'a>>> {
        let list = self.value.as_array().ok_or_else(|| self.invalid_value(expected))?;
        let tables = list.iter().map(|item| match item.get_ref().as_table() {
            Some(table) => Ok(Section::new(self.name, item.span().start, table)),
            None => Err(self.invalid_value(expected)),
        });
        tables.collect()
    }

    pub(super) fn table(self, expected: &str) -> MappingResult<Section<'a>> {
        match self.value.as_table() {
            Some(table) => Ok(Section::new(self.name, self.offset, table)),
            None => Err(self.invalid_value(expected)),
        }
    }

    /// Reads a table of strings with arbitrary keys.
    pub(super) fn text_table(self) -> MappingResult<BTreeMap<String, String>> {
        let table = self.table("a table such as { a = \"b\" }")?;
        let texts = table
            .iter()
            .map(|word| Ok((word.name.to_owned(), word.text("a text, in quotes")?.to_owned())));
        texts.collect()
    }
}

fn integer(value: &DeValue<'_>) -> Option<i64> {
    let number = value.as_integer().filter(|number| number.radix() == 10);
    number.and_then(|number| number.as_str().parse().ok())
}

fn positive(value: &DeValue<'_>) -> Option<u32> {
    integer(value).and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0)
}

/// Describes a value for messages.
fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the text '{text}'"),
        DeValue::Integer(number) => format!("the number {number}"),
        DeValue::Float(number) => format!("the number {number}"),
        DeValue::Boolean(flag) => format!("{flag}"),
        DeValue::Datetime(date) => format!("the date {date}"),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}
