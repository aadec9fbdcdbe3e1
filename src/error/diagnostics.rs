//! Errors and warnings of an import. All are counted, and the first few of each kind are kept.

use std::collections::HashMap;
use std::{fmt, iter};

use super::{ParseError, Warning};
use crate::model::group_digits;

/// Maximum number of entries kept per kind.
const MAX_ENTRIES_PER_KIND: usize = 5;

/// Maximum number of kinds. Entries of further kinds count as the last kind.
const MAX_KINDS: usize = 100;

/// Maximum length of the text of an entry, in bytes.
const MAX_ENTRY_BYTES: usize = 1_000;

/// The errors or warnings of an import. They cancel a strict import. Any other import continues.
///
/// Entries whose texts differ only in quoted names and numbers are of one kind. All entries are
/// counted, but only the first five of each kind are kept, so memory use is bounded.
///
/// ```
/// use hustings::ParseErrors;
/// use hustings::formats::{Format, parse};
/// let bad = (0..1_000).map(|_| parse(Format::Jsonl, "{}").unwrap_err());
/// let errors: ParseErrors = bad.collect();
/// assert_eq!((errors.len(), errors.iter().count()), (1_000, 5));
/// let groups: Vec<_> = errors.groups().collect();
/// assert_eq!((groups.len(), groups[0].count), (1, 1_000));
/// ```
#[derive(Debug, Clone)]
pub struct Diagnostics<E> {
    /// Number of entries per kind.
    counts: Vec<usize>,
    kinds: HashMap<String, usize>,
    /// Kept entries in order, each with its kind.
    kept: Vec<(usize, E)>,
}

/// Errors of documents, or parts of documents, that could not be parsed.
pub type ParseErrors = Diagnostics<ParseError>;

/// Errors of one kind.
pub type ParseErrorGroup<'a> = DiagnosticGroup<'a, ParseError>;

/// Warnings about doubtful statements, which were kept as stated.
pub type Warnings = Diagnostics<Warning>;

/// Entries of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiagnosticGroup<'a, E> {
    /// The first entries: at least one, at most five.
    pub examples: Vec<&'a E>,
    /// Number of entries of this kind.
    pub count: usize,
}

/// An entry that can be grouped by kind.
pub trait Diagnostic: fmt::Display + sealed::Sealed {
    /// Returns the position: file, line and column.
    #[doc(hidden)]
    fn location(&self) -> String;
    /// Returns the text that determines the kind.
    #[doc(hidden)]
    fn message_mut(&mut self) -> &mut String;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::ParseError {}
    impl Sealed for super::Warning {}
}

impl Diagnostic for ParseError {
    fn location(&self) -> String {
        format_location(&self.source, self.line, self.column)
    }

    fn message_mut(&mut self) -> &mut String {
        &mut self.expected
    }
}

impl Diagnostic for Warning {
    fn location(&self) -> String {
        format_location(&self.source, self.line, self.column)
    }

    fn message_mut(&mut self) -> &mut String {
        &mut self.message
    }
}

/// Compares counts and kept entries. The map `kinds` is derived from the entries.
impl<E: PartialEq> PartialEq for Diagnostics<E> {
    fn eq(&self, other: &Self) -> bool {
        (&self.counts, &self.kept) == (&other.counts, &other.kept)
    }
}

impl<E: Eq> Eq for Diagnostics<E> {}

impl<E> Default for Diagnostics<E> {
    fn default() -> Self {
        Self { counts: Vec::new(), kinds: HashMap::new(), kept: Vec::new() }
    }
}

impl<E: Diagnostic> Diagnostics<E> {
    /// Returns the number of entries, including those that are not kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.counts.iter().sum()
    }

    /// Returns whether there are no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Returns the kept entries, in order.
    pub fn iter(&self) -> impl Iterator<Item = &E> {
        self.kept.iter().map(|(_, error)| error)
    }

    /// Returns the first entry.
    #[must_use]
    pub fn first(&self) -> Option<&E> {
        self.iter().next()
    }

    /// Returns the entries by kind, in the order of first occurrence.
    pub fn groups(&self) -> impl Iterator<Item = DiagnosticGroup<'_, E>> {
        let mut first = vec![Vec::new(); self.counts.len()];
        for (kind, error) in &self.kept {
            first[*kind].push(error);
        }
        iter::zip(first, &self.counts)
            .map(|(first, count)| DiagnosticGroup { examples: first, count: *count })
    }

    /// Returns the lines to print: one per entry for a kind with few entries, else one per kind.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.groups().flat_map(|group| group.lines())
    }

    /// Returns the number of entries of each kind, and the kept entries, each with its kind.
    pub(super) fn into_parts(self) -> (Vec<usize>, Vec<(usize, E)>) {
        (self.counts, self.kept)
    }

    /// Restores diagnostics from their parts. Returns `None` if an entry is of a kind without a
    /// count.
    pub(super) fn from_parts(counts: Vec<usize>, mut kept: Vec<(usize, E)>) -> Option<Self> {
        if kept.iter().any(|(kind, _)| *kind >= counts.len()) {
            return None;
        }
        let mut kinds = HashMap::new();
        for (kind, entry) in &mut kept {
            kinds.entry(kind_key(entry.message_mut())).or_insert(*kind);
        }
        Some(Self { counts, kinds, kept })
    }

    pub(crate) fn push(&mut self, mut entry: E) {
        let mut kind = kind_key(entry.message_mut());
        truncate(&mut kind);
        let last = self.counts.len();
        let at = match self.kinds.get(&kind) {
            Some(at) => *at,
            None if last < MAX_KINDS => {
                self.kinds.insert(kind, last);
                self.counts.push(0);
                last
            }
            None => MAX_KINDS - 1,
        };
        self.counts[at] += 1;
        if self.counts[at] <= MAX_ENTRIES_PER_KIND {
            truncate(entry.message_mut());
            self.kept.push((at, entry));
        }
    }
}

impl<E: Diagnostic> DiagnosticGroup<'_, E> {
    fn lines(&self) -> Vec<String> {
        let Some((first, others)) = self.examples.split_first() else { return Vec::new() };
        if self.count == self.examples.len() {
            return self.examples.iter().map(ToString::to_string).collect();
        }
        let locations: Vec<String> = others.iter().map(|entry| entry.location()).collect();
        let more = group_digits((self.count - 1) as u64);
        vec![format!("{first}; and {more} like it: {}, …", locations.join(", "))]
    }
}

impl<E: Diagnostic> fmt::Display for DiagnosticGroup<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))
    }
}

impl<E: Diagnostic> FromIterator<E> for Diagnostics<E> {
    fn from_iter<I: IntoIterator<Item = E>>(entries: I) -> Self {
        let mut all = Self::default();
        entries.into_iter().for_each(|entry| all.push(entry));
        all
    }
}

fn format_location(source: &str, line: u32, column: u32) -> String {
    format!("{source}:{line}:{column}")
}

/// Returns the kind of an entry: its text without quoted names and with each number replaced by 0.
fn kind_key(words: &str) -> String {
    let mut kind = String::with_capacity(words.len());
    let mut quote = None;
    let mut before = ' ';
    let mut chars = words.chars().peekable();
    while let Some(c) = chars.next() {
        // An apostrophe within a word is not a quotation mark.
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

/// Truncates a text to [`MAX_ENTRY_BYTES`] bytes, and appends an ellipsis to a truncated text.
fn truncate(text: &mut String) {
    if text.len() > MAX_ENTRY_BYTES {
        text.truncate(text.floor_char_boundary(MAX_ENTRY_BYTES));
        text.push('…');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(line: u32, expected: &str) -> ParseError {
        let (source, text) = ("f".to_owned(), String::new());
        ParseError { source, line, column: 1, found: text, expected: expected.to_owned() }
    }

    #[test]
    fn errors_that_differ_only_in_names_or_numbers_are_one_kind() {
        let same = [
            ("2 cells, not 13", "14 cells, not 1"),
            ("a time, not 'x'", "a time, not 'it's a page's'"),
            ("JSON (unknown field `a`, …)", "JSON (unknown field `b' 7`, …)"),
            ("JSON (string \"a\")", "JSON (string \"\")"),
        ];
        for (one, other) in same {
            assert_eq!(kind_key(one), kind_key(other));
        }
        assert_ne!(kind_key("the page's title"), kind_key("the page's text"));
    }

    #[test]
    fn all_errors_are_counted_and_only_some_are_kept() {
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
        assert_eq!((kinds.len(), kinds.groups().count()), (10_000, MAX_KINDS));
        let long: ParseErrors = [error(1, &"é".repeat(1 << 20))].into_iter().collect();
        assert!(long.iter().all(|error| error.expected.len() <= MAX_ENTRY_BYTES + 3));
    }
}
