//! What a check says: one finding, and how much it matters.

use std::fmt;

use serde::Serialize;

pub use super::topic::Topic;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The archive itself is not as it should be.
    Error,
    /// Two statements cannot both be right.
    Warning,
    /// Something is not there, or only one side says it, or what is said is odd and can be explained.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// One thing that a check noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// What it is about.
    pub kind: Topic,
    /// The election.
    pub address: String,
    /// The field, or the part of the archive.
    pub place: String,
    /// What stands there.
    pub said: String,
    /// What would be consistent.
    pub expected: String,
    /// How that comes about, where it is more than reading it.
    pub arithmetic: Option<String>,
}

/// How many findings there are of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Count {
    /// What they are about.
    pub kind: Topic,
    /// How much they matter.
    pub severity: Severity,
    /// How many there are.
    pub count: u64,
}

/// Counts findings by kind and severity, in the order of the severities and kinds.
#[must_use]
pub fn by_kind(findings: &[Finding]) -> Vec<Count> {
    let mut counts: std::collections::BTreeMap<_, u64> = std::collections::BTreeMap::new();
    for finding in findings {
        *counts.entry((finding.severity, finding.kind)).or_default() += 1;
    }
    let count = |((severity, kind), count)| Count { kind, severity, count };
    counts.into_iter().map(count).collect()
}

/// A finding before it is known of which election.
#[derive(Debug, Clone)]
pub(super) struct Wrong {
    pub(super) severity: Severity,
    pub(super) kind: Topic,
    pub(super) place: String,
    pub(super) said: String,
    pub(super) expected: String,
    pub(super) arithmetic: Option<String>,
}

impl Wrong {
    pub(super) fn new(kind: Topic, place: &str, said: String, expected: String) -> Self {
        let place = place.to_owned();
        Self { severity: Severity::Warning, kind, place, said, expected, arithmetic: None }
    }

    pub(super) fn note(self) -> Self {
        Self { severity: Severity::Note, ..self }
    }

    pub(super) fn because(self, arithmetic: String) -> Self {
        Self { arithmetic: Some(arithmetic), ..self }
    }

    /// The same in a part of the record.
    pub(super) fn within(self, part: &str) -> Self {
        if part.is_empty() {
            return self;
        }
        Self { place: format!("{part}: {}", self.place), ..self }
    }

    pub(super) fn of(self, address: &str) -> Finding {
        Finding {
            severity: self.severity,
            kind: self.kind,
            address: address.to_owned(),
            place: self.place,
            said: self.said,
            expected: self.expected,
            arithmetic: self.arithmetic,
        }
    }
}
