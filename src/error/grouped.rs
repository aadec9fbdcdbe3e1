//! Errors and warnings of an import: all are counted, and the first few of each kind are kept.

use std::collections::HashMap;
use std::fmt;
use std::iter;

use super::{Unread, Warning};
use crate::model::grouped;

/// Maximum number of errors of one kind that are kept.
const KEPT: usize = 5;

/// Maximum number of kinds. Any further error counts as one of the last kind.
const KINDS: usize = 100;

/// Maximum length of what an error says, in bytes.
const LONGEST: usize = 1_000;

/// What an import says of places in its sources. It never stops an import unless that is strict.
///
/// Memory is bounded: entries that say the same, whatever names and numbers they state, are of one
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grouped<E> {
    /// Number of entries of each kind.
    counts: Vec<usize>,
    kinds: HashMap<String, usize>,
    /// Entries in order, each with its kind.
    kept: Vec<(usize, E)>,
}

/// Errors of documents, or of parts of them, that were not read.
pub type ParseErrors = Grouped<Unread>;

/// Errors of one kind.
pub type ParseErrorGroup<'a> = Group<'a, Unread>;

/// Statements that were kept and are doubtful.
pub type Warnings = Grouped<Warning>;

/// Entries of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<'a, E> {
    /// The first of them: at least one, at most five.
    pub first: Vec<&'a E>,
    /// How many there are.
    pub count: usize,
}

/// What can be grouped.
pub trait Entry: fmt::Display + sealed::Sealed {
    /// Where it is: file, line and column.
    #[doc(hidden)]
    fn place(&self) -> String;
    /// The words that tell its kind, beside the names and numbers in them.
    #[doc(hidden)]
    fn words(&mut self) -> &mut String;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Unread {}
    impl Sealed for super::Warning {}
}

impl Entry for Unread {
    fn place(&self) -> String {
        Self::place(self)
    }

    fn words(&mut self) -> &mut String {
        &mut self.expected
    }
}

impl Entry for Warning {
    fn place(&self) -> String {
        Self::place(self)
    }

    fn words(&mut self) -> &mut String {
        &mut self.message
    }
}

impl<E> Default for Grouped<E> {
    fn default() -> Self {
        Self { counts: Vec::new(), kinds: HashMap::new(), kept: Vec::new() }
    }
}

impl<E: Entry> Grouped<E> {
    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.counts.iter().sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The entries that are kept, in order.
    pub fn iter(&self) -> impl Iterator<Item = &E> {
        self.kept.iter().map(|(_, error)| error)
    }

    /// The first entry.
    #[must_use]
    pub fn first(&self) -> Option<&E> {
        self.iter().next()
    }

    /// The entries by kind, in the order in which the kinds came.
    pub fn groups(&self) -> impl Iterator<Item = Group<'_, E>> {
        let mut first = vec![Vec::new(); self.counts.len()];
        for (kind, error) in &self.kept {
            first[*kind].push(error);
        }
        iter::zip(first, &self.counts).map(|(first, count)| Group { first, count: *count })
    }

    /// What to print: a line for each entry of a kind with few, and one line for a kind with many.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.groups().flat_map(|group| group.lines())
    }

    pub(crate) fn push(&mut self, mut entry: E) {
        let mut kind = kind(entry.words());
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
            cut(entry.words());
            self.kept.push((at, entry));
        }
    }
}

impl<E: Entry> Group<'_, E> {
    fn lines(&self) -> Vec<String> {
        let Some((first, others)) = self.first.split_first() else { return Vec::new() };
        if self.count == self.first.len() {
            return self.first.iter().map(ToString::to_string).collect();
        }
        let places: Vec<String> = others.iter().map(|entry| entry.place()).collect();
        let more = grouped((self.count - 1) as u64);
        vec![format!("{first}; and {more} like it: {}, …", places.join(", "))]
    }
}

impl<E: Entry> fmt::Display for Group<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))
    }
}

impl<E: Entry> FromIterator<E> for Grouped<E> {
    fn from_iter<I: IntoIterator<Item = E>>(entries: I) -> Self {
        let mut all = Self::default();
        entries.into_iter().for_each(|entry| all.push(entry));
        all
    }
}

/// What an entry says, without the names and numbers in it.
fn kind(words: &str) -> String {
    let mut kind = String::with_capacity(words.len());
    let mut quote = None;
    let mut before = ' ';
    let mut chars = words.chars().peekable();
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
