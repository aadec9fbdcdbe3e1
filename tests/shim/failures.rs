//! Failures of one of many rounds, so that a test tells all kinds of them and not only the first.

use std::collections::BTreeMap;

/// How often each kind of failure came, with its first examples.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    kinds: BTreeMap<String, (u64, Vec<String>)>,
}

/// Examples of each kind that are kept.
const EXAMPLES: usize = 3;

impl Failures {
    /// Notes a failure. Two problems are of one kind when they differ only in numbers and paths.
    pub(crate) fn push(&mut self, problem: &str, example: String) {
        let words = problem.split(' ').map(|word| match word.split_once('/') {
            Some(_) => "PATH".to_owned(),
            None => word.replace(|c: char| c.is_ascii_digit(), "#"),
        });
        let kind = words.collect::<Vec<_>>().join(" ");
        let (count, examples) = self.kinds.entry(kind).or_default();
        *count += 1;
        if examples.len() < EXAMPLES {
            examples.push(format!("{example}: {problem}"));
        }
    }

    /// Prints them.
    ///
    /// # Panics
    /// When there are any.
    pub(crate) fn assert_none(&self) {
        let failed: u64 = self.kinds.values().map(|(count, _)| count).sum();
        for (kind, (count, examples)) in &self.kinds {
            println!("  {count} times: {kind}");
            examples.iter().for_each(|example| println!("    {example}"));
        }
        assert!(self.kinds.is_empty(), "{failed} failures of {} kinds", self.kinds.len());
    }
}
