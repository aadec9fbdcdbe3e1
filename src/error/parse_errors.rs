//! Documents that were not read: all are counted, and the first few of each kind are kept.

use std::collections::HashMap;
use std::fmt;
use std::iter;

use super::Unread;
use crate::model::grouped;

/// Maximum number of errors of one kind that are kept.
const KEPT: usize = 5;

/// Maximum number of kinds. Any further error counts as one of the last kind.
const KINDS: usize = 100;

/// Maximum length of what an error says, in bytes.
const LONGEST: usize = 1_000;

/// Errors of documents, which never stop an import unless it is strict.
///
/// Memory is bounded: errors that expected the same, whatever names and numbers they state, are of one
/// kind, and only the first five of a kind are kept. All of them are counted.
///
/// ```
/// use hustings::ParseErrors;
/// use hustings::import::{Format, parse};
/// let bad = (0..1_000).map(|_| parse(Format::Jsonl, "{}").unwrap_err());
/// let errors: ParseErrors = bad.collect();
/// assert_eq!((errors.len(), errors.iter().count()), (1_000, 5));
/// let groups: Vec<_> = errors.groups().collect();
/// assert_eq!((groups.len(), groups[0].count), (1, 1_000));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParseErrors {
    /// Number of errors of each kind.
    counts: Vec<usize>,
    kinds: HashMap<String, usize>,
    /// Errors in order, each with its kind.
    kept: Vec<(usize, Unread)>,
}

/// Errors of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseErrorGroup<'a> {
    /// The first of them: at least one, at most five.
    pub first: Vec<&'a Unread>,
    /// How many there are.
    pub count: usize,
}

impl ParseErrors {
    /// How many errors there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.counts.iter().sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The errors that are kept, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Unread> {
        self.kept.iter().map(|(_, error)| error)
    }

    /// The first error.
    #[must_use]
    pub fn first(&self) -> Option<&Unread> {
        self.iter().next()
    }

    /// The errors by kind, in the order in which the kinds came.
    pub fn groups(&self) -> impl Iterator<Item = ParseErrorGroup<'_>> {
        let mut first = vec![Vec::new(); self.counts.len()];
        for (kind, error) in &self.kept {
            first[*kind].push(error);
        }
        iter::zip(first, &self.counts)
            .map(|(first, count)| ParseErrorGroup { first, count: *count })
    }

    /// What to print: a line for each error of a kind with few, and one line for a kind with many.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.groups().flat_map(|group| group.lines())
    }

    pub(crate) fn push(&mut self, error: Unread) {
        let mut kind = kind(&error.expected);
        cut(&mut kind);
        let last = self.counts.len();
        let at = match self.kinds.get(&kind) {
            Some(at) => *at,
            None if last < KINDS => {
                self.kinds.insert(kind, last);
                self.counts.push(0);
                last
            }
            None => KINDS - 1,
        };
        self.counts[at] += 1;
        if self.counts[at] <= KEPT {
            let mut error = error;
            cut(&mut error.expected);
            self.kept.push((at, error));
        }
    }
}

impl ParseErrorGroup<'_> {
    fn lines(&self) -> Vec<String> {
        let Some((first, others)) = self.first.split_first() else { return Vec::new() };
        if self.count == self.first.len() {
            return self.first.iter().map(ToString::to_string).collect();
        }
        let places: Vec<String> = others.iter().map(|error| error.place()).collect();
        let more = grouped((self.count - 1) as u64);
        vec![format!("{first}; and {more} like it: {}, …", places.join(", "))]
    }
}

impl fmt::Display for ParseErrorGroup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))
    }
}

impl FromIterator<Unread> for ParseErrors {
    fn from_iter<I: IntoIterator<Item = Unread>>(errors: I) -> Self {
        let mut all = Self::default();
        errors.into_iter().for_each(|error| all.push(error));
        all
    }
}

/// What an error expected, without the names and numbers in it.
fn kind(expected: &str) -> String {
    let mut kind = String::with_capacity(expected.len());
    let mut quote = None;
    let mut before = ' ';
    let mut chars = expected.chars().peekable();
    while let Some(c) = chars.next() {
        // An apostrophe within a word is no quote.
        let next = chars.peek().copied().unwrap_or(' ');
        let outer = |side: char| c != '\'' || !side.is_alphanumeric();
        match quote {
            Some(open) if c == open && outer(next) => {
                quote = None;
                kind.push(c);
            }
            Some(_) => {}
            None if matches!(c, '\'' | '"' | '`') && outer(before) => {
                quote = Some(c);
                kind.push(c);
            }
            None if c.is_ascii_digit() => {
                if !before.is_ascii_digit() {
                    kind.push('0');
                }
            }
            None => kind.push(c),
        }
        before = c;
    }
    kind
}

/// Cuts a text to the longest that is kept.
fn cut(text: &mut String) {
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push('…');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(line: u32, expected: &str) -> Unread {
        let (source, text) = ("f".to_owned(), String::new());
        Unread { source, line, column: 1, text, expected: expected.to_owned() }
    }

    #[test]
    fn names_and_numbers_make_no_other_kind() {
        let same = [
            ("2 cells, not 13", "14 cells, not 1"),
            ("a time, not 'x'", "a time, not 'it's a page's'"),
            ("JSON (unknown field `a`, …)", "JSON (unknown field `b' 7`, …)"),
            ("JSON (string \"a\")", "JSON (string \"\")"),
        ];
        for (one, other) in same {
            assert_eq!(kind(one), kind(other));
        }
        assert_ne!(kind("the page's title"), kind("the page's text"));
    }

    #[test]
    fn many_errors_are_counted_and_few_are_kept() {
        let few: ParseErrors = (1..=5).map(|line| error(line, "a title")).collect();
        assert_eq!(few.lines().count(), 5);
        let many = (1..=10_000).flat_map(|line| [error(line, "a title"), error(line, "a year")]);
        let many: ParseErrors = many.collect();
        assert_eq!((many.len(), many.iter().count()), (20_000, 10));
        assert_eq!(
            many.lines().collect::<Vec<_>>(),
            ["title", "year"].map(|what| format!(
                "f:1:1: expected a {what}; and 9,999 like it: f:2:1, f:3:1, f:4:1, f:5:1, …"
            ))
        );
        let word = |line: u32| char::from_u32(0x4e00 + line).map(String::from).unwrap_or_default();
        let kinds: ParseErrors = (0..10_000).map(|line| error(line, &word(line))).collect();
        assert_eq!((kinds.len(), kinds.groups().count()), (10_000, KINDS));
        let long: ParseErrors = [error(1, &"é".repeat(1 << 20))].into_iter().collect();
        assert!(long.iter().all(|error| error.expected.len() <= LONGEST + 3));
    }
}
