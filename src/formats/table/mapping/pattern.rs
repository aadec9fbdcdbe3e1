//! Regular expressions in a mapping.

use std::cell::RefCell;

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Maximum size of a compiled expression, in bytes.
const MAX_COMPILED_BYTES: usize = 1 << 20;

/// Maximum number of compiled expressions that a thread keeps.
const MAX_CACHED: usize = 32;

thread_local! {
    /// Compiled expressions. The source text of every election repeats those of its mapping.
    static COMPILED: RefCell<Vec<Regex>> = const { RefCell::new(Vec::new()) };
}

/// A regular expression, compared by its text.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    text: String,
    regex: Regex,
}

impl Pattern {
    /// Parses an expression.
    ///
    /// # Errors
    /// Returns the problem if the expression is invalid or too large.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        compile(text).map(|regex| Self { text: text.to_owned(), regex })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// Returns the first group of the first match, or the whole match if there is no group.
    pub(crate) fn extract<'t>(&self, text: &'t str) -> Option<&'t str> {
        let captures = self.regex.captures(text)?;
        let mut groups = captures.iter();
        let whole = groups.next().flatten();
        let found = if self.regex.captures_len() > 1 { groups.flatten().next() } else { whole };
        Some(found?.as_str())
    }

    /// Returns a template with the named groups of the first match in place of the names in braces.
    /// Other names are those of columns, and remain.
    pub(crate) fn expand(&self, text: &str, template: &str) -> Option<String> {
        let captures = self.regex.captures(text)?;
        let (mut expanded, mut rest) = (String::new(), template);
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}')?;
            expanded.push_str(before);
            if self.group_names().contains(&name) {
                expanded.push_str(&captures.name(name)?.as_str().replace(['{', '}'], ""));
            } else {
                expanded.push_str(&format!("{{{name}}}"));
            }
            rest = after;
        }
        expanded.push_str(rest);
        Some(expanded)
    }

    /// Returns the names of the groups, in order.
    pub(crate) fn group_names(&self) -> Vec<&str> {
        self.regex.capture_names().flatten().collect()
    }

    /// Returns the text of each named group if the expression matches the whole text.
    pub(crate) fn match_whole<'t>(&self, text: &'t str) -> Option<Vec<(String, &'t str)>> {
        let whole = compile(&format!("^(?:{})$", self.text)).ok()?;
        let captures = whole.captures(text)?;
        let groups = self.group_names().into_iter();
        let found = groups
            .map(|name| (name.to_owned(), captures.name(name).map_or("", |group| group.as_str())));
        Some(found.collect())
    }
}

/// Compiles an expression, or returns it from the cache of the thread.
fn compile(text: &str) -> Result<Regex, String> {
    COMPILED.with_borrow_mut(|compiled| {
        if let Some(known) = compiled.iter().find(|regex| regex.as_str() == text) {
            return Ok(known.clone());
        }
        let regex = RegexBuilder::new(text).size_limit(MAX_COMPILED_BYTES).build();
        let regex = regex.map_err(|error| problem(&error))?;
        if compiled.len() == MAX_CACHED {
            compiled.remove(0);
        }
        compiled.push(regex.clone());
        Ok(regex)
    })
}

/// Returns the last line of an error: the lines before it repeat the expression.
fn problem(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn a_pattern_extracts_its_first_group_or_its_match() {
        let extract = |pattern: &str, text: &str| {
            Pattern::parse(pattern).unwrap().extract(text).map(str::to_owned)
        };
        assert_eq!(extract(r"^(.+) \*\* ", "Anna Alba ** Unity").as_deref(), Some("Anna Alba"));
        assert_eq!(extract(r"\d{4}", "results-1901.csv").as_deref(), Some("1901"));
        assert_eq!(extract(r"\d{4}", "results.csv"), None);
        assert_eq!(extract("a|(b)", "a"), None);
    }

    #[test]
    fn a_pattern_of_a_header_matches_the_whole_name() {
        let pattern = Pattern::parse(r"(?<party>.+) / (?<value>Votes|Seats)").unwrap();
        let groups = pattern.match_whole("Unity / Votes").unwrap();
        assert_eq!(groups, [("party".to_owned(), "Unity"), ("value".to_owned(), "Votes")]);
        assert!(pattern.match_whole("Unity / Votes in advance").is_none());
        assert_eq!(Pattern::parse("(").unwrap_err(), "unclosed group");
    }
}
