//! Reports records of different sources that may be one election.

use super::finding::{Finding, FindingDraft, Rule};
use crate::Result;
use crate::analysis::matches::{ElectionMatch, MatchConfidence, find_matches};
use crate::archive::Snapshot;

/// Returns a finding for each certain or probable pair of records: of one territory, or of all.
/// `is_checked` selects the pairs.
pub(super) fn check(
    snapshot: &Snapshot,
    country: Option<&str>,
    is_checked: impl Fn(&ElectionMatch) -> bool,
) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for found in find_matches(snapshot, country)? {
        let found = found?;
        if found.confidence == MatchConfidence::Possible || !is_checked(&found) {
            continue;
        }
        let ElectionMatch { confidence, first, second, evidence } = found;
        let stated = format!(
            "{} ({}) and {} ({})",
            first.address,
            first.sources.join(", "),
            second.address,
            second.sources.join(", ")
        );
        let expected = format!("one election ({confidence})");
        let draft = FindingDraft::new(Rule::PossibleDuplicate, "election", stated, expected);
        let draft = draft.with_arithmetic(evidence.join("; ")).into_note();
        findings.push(draft.into_finding(&first.address));
    }
    Ok(findings)
}
