//! Names and sums of a contest that several checks share.

use crate::analysis::diff::contest_name;
use crate::model::{Contest, Election, RoundFigures};

/// Returns the name of a contest if its election has several, otherwise an empty string.
pub(super) fn contest_label(election: &Election, contest: &Contest) -> String {
    if election.contests.len() < 2 {
        return String::new();
    }
    contest_name(contest)
}

/// Returns the contests of an election and its tables of results, each with its name.
pub(super) fn labelled_contests(election: &Election) -> Vec<(String, &Contest)> {
    let contests =
        election.contests.iter().map(|contest| (contest_label(election, contest), contest));
    let tables = election.results.iter().map(|table| {
        let name = table.name.as_ref().map(|name| format!(": {name}"));
        (format!("table of results{}", name.unwrap_or_default()), table)
    });
    contests.chain(tables).collect()
}

/// Formats a sum, such as "66.65 + 32.51 = 99.16". A long sum shows only the first terms, and the
/// number of terms.
pub(super) fn format_sum(parts: impl Iterator<Item = String>, total: &str) -> String {
    const MAX_TERMS: usize = 12;
    let parts: Vec<String> = parts.collect();
    let mut text = parts.iter().take(MAX_TERMS).cloned().collect::<Vec<_>>().join(" + ");
    if parts.len() > MAX_TERMS {
        text += &format!(" + … ({} in all)", parts.len());
    }
    if parts.len() == 1 { text } else { format!("{text} = {total}") }
}

/// Returns the numbered rounds of a contest. A round that only the tallies mention has no figures
/// of its own.
pub(super) fn rounds(contest: &Contest) -> Vec<RoundFigures> {
    let mut rounds = contest.rounds.clone();
    for tally in contest.contenders.iter().flat_map(|contender| &contender.tallies) {
        if !rounds.iter().any(|round| round.ballot() == tally.ballot()) {
            let (number, label) = (tally.round, tally.label.clone());
            rounds.push(RoundFigures { number, label, ..RoundFigures::default() });
        }
    }
    // Figures without a round may belong to several rounds.
    rounds.retain(|round| round.number.is_some());
    rounds
}
