//! Findings and their severities.

use std::fmt;

use serde::{Deserialize, Serialize};

pub use super::rule::Rule;

/// Severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Severity {
    /// The archive itself is damaged.
    Error,
    /// Two statements contradict each other.
    Warning,
    /// Something is missing, stated by one side only, or odd but explicable.
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

/// One inconsistency that a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Finding {
    /// Severity of the finding.
    pub severity: Severity,
    /// The rule that is violated.
    pub rule: Rule,
    /// Address of the election.
    pub address: String,
    /// The field of the record, or the part of the archive, that the finding is about.
    pub place: String,
    /// The stated value.
    pub stated: String,
    /// The value that would be consistent.
    pub expected: String,
    /// Calculation that leads to the expected value, if it is not obvious.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arithmetic: Option<String>,
}

/// Number of findings of one rule and severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RuleCount {
    /// The rule that is violated.
    pub rule: Rule,
    /// Severity of the findings.
    pub severity: Severity,
    /// Number of findings.
    pub count: u64,
}

/// Counts findings by rule and severity, ordered by severity, then by rule.
#[must_use]
pub fn count_by_rule(findings: &[Finding]) -> Vec<RuleCount> {
    let mut counts: std::collections::BTreeMap<_, u64> = std::collections::BTreeMap::new();
    for finding in findings {
        *counts.entry((finding.severity, finding.rule)).or_default() += 1;
    }
    let count = |((severity, rule), count)| RuleCount { rule, severity, count };
    counts.into_iter().map(count).collect()
}

/// A finding without the address of its election.
#[derive(Debug, Clone)]
pub(super) struct FindingDraft {
    pub(super) severity: Severity,
    pub(super) rule: Rule,
    pub(super) place: String,
    pub(super) stated: String,
    pub(super) expected: String,
    pub(super) arithmetic: Option<String>,
}

impl FindingDraft {
    pub(super) fn new(rule: Rule, place: &str, stated: String, expected: String) -> Self {
        let place = place.to_owned();
        Self { severity: Severity::Warning, rule, place, stated, expected, arithmetic: None }
    }

    pub(super) fn into_note(self) -> Self {
        Self { severity: Severity::Note, ..self }
    }

    pub(super) fn with_arithmetic(self, arithmetic: String) -> Self {
        Self { arithmetic: Some(arithmetic), ..self }
    }

    /// Prefixes the place with a part of the record, unless the part is empty.
    pub(super) fn in_part(self, part: &str) -> Self {
        if part.is_empty() {
            return self;
        }
        Self { place: format!("{part}: {}", self.place), ..self }
    }

    pub(super) fn into_finding(self, address: &str) -> Finding {
        Finding {
            severity: self.severity,
            rule: self.rule,
            address: address.to_owned(),
            place: self.place,
            stated: self.stated,
            expected: self.expected,
            arithmetic: self.arithmetic,
        }
    }
}
