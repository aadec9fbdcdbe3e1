//! Failures in many rounds. A test reports all kinds of failures and not only the first one.

use std::collections::BTreeMap;

/// Number of failures of each kind, with the first examples.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    kinds: BTreeMap<String, (u64, Vec<String>)>,
}

/// Maximum number of examples to keep of each kind.
const EXAMPLES: usize = 3;

impl Failures {
    /// Records a failure. Two problems that differ only in numbers and paths are of the same kind.
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

    /// Prints the failures.
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
