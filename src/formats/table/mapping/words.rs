//! The settings of a section of a mapping, each with its position. An error names the setting and
//! what is allowed.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A problem at a byte offset of a mapping.
#[derive(Debug)]
pub(super) struct MappingError {
    pub(super) at: usize,
    pub(super) problem: String,
}

pub(super) type Read<T> = Result<T, MappingError>;

/// A section, or a value that is a table.
pub(super) struct Section<'a> {
    /// Name in messages: `[contender]`, `a value`.
    name: String,
    at: usize,
    /// Settings, in the order of the text.
    words: Vec<Setting<'a>>,
}

/// A setting and its value.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) word: &'a str,
    at: usize,
    value: &'a DeValue<'a>,
}

impl<'a> Section<'a> {
    pub(super) fn of(name: &str, at: usize, table: &'a DeTable<'a>) -> Self {
        let word = |(key, value): (&'a Spanned<_>, &'a Spanned<DeValue<'a>>)| {
            let word: &std::borrow::Cow<'a, str> = key.get_ref();
            Setting { word, at: key.span().start, value: value.get_ref() }
        };
        let mut words: Vec<Setting<'a>> = table.iter().map(word).collect();
        words.sort_by_key(|word| word.at);
        Self { name: name.to_owned(), at, words }
    }

    /// Rejects settings that are not in `allowed`. For one of the top-level settings in `outer`,
    /// the error hints that it belongs above all sections.
    pub(super) fn only(self, allowed: &[&str], outer: &[&str]) -> Read<Self> {
        let unknown = self.words.iter().find(|word| !allowed.contains(&word.word));
        let Some(unknown) = unknown else { return Ok(self) };
        let above = if outer.contains(&unknown.word) {
            format!("; '{}' stands above the first [section]", unknown.word)
        } else {
            String::new()
        };
        let expected = allowed.join(", ");
        let (word, name) = (unknown.word, &self.name);
        Err(unknown
            .mistake(format!("'{word}' is no word of {name}; expected one of {expected}{above}")))
    }

    /// Returns every setting, in the order of the text.
    pub(super) fn all(&self) -> impl Iterator<Item = Setting<'a>> + '_ {
        self.words.iter().copied()
    }

    pub(super) fn find(&self, word: &str) -> Option<Setting<'a>> {
        self.words.iter().copied().find(|other| other.word == word)
    }

    pub(super) fn text(&self, word: &str) -> Read<Option<String>> {
        self.find(word).map(|word| word.text("a text").map(str::to_owned)).transpose()
    }

    pub(super) fn needed(&self, word: &str) -> Read<String> {
        self.text(word)?.ok_or_else(|| self.mistake(format!("{} needs '{word}'", self.name)))
    }

    pub(super) fn texts(&self, word: &str) -> Read<Option<Vec<String>>> {
        self.find(word).map(Setting::texts).transpose()
    }

    /// Reads a setting whose value is one of the names in `of`.
    pub(super) fn choice<T: Copy>(&self, word: &str, of: &[(&str, T)]) -> Read<Option<T>> {
        let Some(found) = self.find(word) else { return Ok(None) };
        let expected = || of.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let text = found.text(&format!("one of {}", expected()))?;
        match of.iter().find(|(name, _)| *name == text) {
            Some((_, choice)) => Ok(Some(*choice)),
            None => {
                let problem =
                    format!("'{text}' is no word of '{word}'; expected one of {}", expected());
                Err(found.mistake(problem))
            }
        }
    }

    /// Returns a subsection.
    pub(super) fn section(&self, word: &str, name: &str) -> Read<Option<Self>> {
        let found = self.find(word);
        found.map(|word| Ok(word.table(&format!("a section {name}"))?.called(name))).transpose()
    }

    /// Sets the name in messages.
    pub(super) fn called(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    pub(super) fn mistake(&self, problem: String) -> MappingError {
        MappingError { at: self.at, problem }
    }
}

impl<'a> Setting<'a> {
    pub(super) fn mistake(&self, problem: String) -> MappingError {
        MappingError { at: self.at, problem }
    }

    pub(super) fn expected(&self, expected: &str) -> MappingError {
        let found = describe(self.value);
        self.mistake(format!("'{}' is {found}; expected {expected}", self.word))
    }

    pub(super) fn text(self, expected: &str) -> Read<&'a str> {
        self.value.as_str().ok_or_else(|| self.expected(expected))
    }

    /// Returns the value if it is a string.
    pub(super) fn plain(self) -> Option<&'a str> {
        self.value.as_str()
    }

    /// Reads a string, or a list of strings.
    fn texts(self) -> Read<Vec<String>> {
        let expected = "a text, or a list of texts";
        if let Some(text) = self.value.as_str() {
            return Ok(vec![text.to_owned()]);
        }
        let list = self.value.as_array().ok_or_else(|| self.expected(expected))?;
        let texts = list.iter().map(|item| {
            let text = item.get_ref().as_str().map(str::to_owned);
            text.ok_or_else(|| {
                let found = describe(item.get_ref());
                let problem = format!("'{}' has {found} in its list; expected texts", self.word);
                MappingError { at: item.span().start, problem }
            })
        });
        texts.collect()
    }

    /// Reads a positive integer.
    pub(super) fn number(self, expected: &str) -> Read<u32> {
        let number = self.value.as_integer().filter(|number| number.radix() == 10);
        let number = number.and_then(|number| number.as_str().parse().ok());
        number.filter(|number| *number > 0).ok_or_else(|| self.expected(expected))
    }

    pub(super) fn table(self, expected: &str) -> Read<Section<'a>> {
        match self.value.as_table() {
            Some(table) => Ok(Section::of(self.word, self.at, table)),
            None => Err(self.expected(expected)),
        }
    }

    /// Reads a table of strings with arbitrary keys.
    pub(super) fn text_table(self) -> Read<BTreeMap<String, String>> {
        let table = self.table("a table such as { a = \"b\" }")?;
        let texts = table
            .all()
            .map(|word| Ok((word.word.to_owned(), word.text("a text, in quotes")?.to_owned())));
        texts.collect()
    }
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
