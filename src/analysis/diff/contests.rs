//! Comparison of contests: pairs them and finds the changes in each pair.

use super::answer::{Diff, Match, NameSuggestion, PartySplit, SplitKind, SuggestionReason};
use super::change::{Change, ChangeKind, ChangedValue};
use super::fields::Fields;
use super::{OfficeOutcome, movement};
use crate::analysis::matching::folded_name::FoldedName;
use crate::analysis::matching::{self, MatchMethod, MatchOptions, identifiers, name_matcher};
use crate::analysis::measure;
use crate::model::{Contest, ElectionType};

fn matches_type(contest: &Contest, kind: Option<&ElectionType>) -> bool {
    kind.zip(contest.kind.as_ref()).is_none_or(|(kind, other)| kind.is_comparable_to(other))
}

/// Paired contests, and contests that have no counterpart.
pub(super) struct PairedContests<'a> {
    pub(super) pairs: Vec<(&'a Contest, &'a Contest)>,
    pub(super) unpaired_before: Vec<&'a Contest>,
    pub(super) unpaired_after: Vec<&'a Contest>,
    /// Whether a name is needed to tell the contests apart.
    pub(super) needs_names: bool,
}

/// Pairs contests by type and name, then by type. Each contest is paired at most once.
pub(super) fn pair_by_type<'a>(
    before: &'a [Contest],
    after: &'a [Contest],
    kind: Option<&ElectionType>,
) -> PairedContests<'a> {
    let filtered = |contests: &'a [Contest]| -> Vec<&'a Contest> {
        contests.iter().filter(|contest| matches_type(contest, kind)).collect()
    };
    let (mut left, mut right) = (filtered(before), filtered(after));
    let several = left.len().max(right.len()) > 1;
    let name = |contest: &'a Contest| contest.name.as_deref().map(FoldedName);
    let mut pairs = Vec::new();
    for named in [true, false] {
        left.retain(|contest| {
            let same = |other: &&'a Contest| {
                let kinds = contest.kind.as_ref().zip(other.kind.as_ref());
                kinds.is_none_or(|(one, other)| one.is_comparable_to(other))
                    && (!named || name(contest) == name(other))
            };
            let found = right.iter().position(same);
            pairs.extend(found.map(|found| (*contest, right.remove(found))));
            found.is_none()
        });
    }
    let place = |one: &Contest| before.iter().position(|other| std::ptr::eq(one, other));
    pairs.sort_by_key(|(one, _)| place(one));
    PairedContests { pairs, unpaired_before: left, unpaired_after: right, needs_names: several }
}

/// Compares contests: the results of two elections, or every field of two versions of one election
/// ([`MatchOptions::same_election`]).
pub(super) fn compare_contests(
    diff: &mut Diff,
    before: &[Contest],
    after: &[Contest],
    kind: Option<&ElectionType>,
    match_options: &MatchOptions<'_>,
) {
    let PairedContests {
        pairs,
        unpaired_before: left,
        unpaired_after: right,
        needs_names: several,
    } = pair_by_type(before, after, kind);
    diff.compared_contests = (!match_options.same_election).then_some(pairs.len() as u64);
    for (one, other) in pairs {
        let mut pair_diff = compare_contest(one, other, match_options);
        if several {
            pair_diff.set_contest(&contest_name(other));
        }
        diff.append(pair_diff);
    }
    let unpaired = |contest: &Contest, change_kind| Change {
        contest: Some(contest_name(contest)),
        kind: change_kind,
        ..Change::new("contest")
    };
    diff.changes.extend(left.into_iter().map(|contest| unpaired(contest, ChangeKind::Removed)));
    diff.changes.extend(right.into_iter().map(|contest| unpaired(contest, ChangeKind::Added)));
}

/// Returns the name of a contest that a table of results describes.
pub(super) fn results_name(contest: Option<&str>) -> String {
    match contest {
        Some(name) => format!("table of results: {name}"),
        None => "table of results".to_owned(),
    }
}

pub(crate) fn contest_name(contest: &Contest) -> String {
    let name = contest.name.clone().or_else(|| Some(contest.kind.as_ref()?.to_string()));
    name.unwrap_or_else(|| "contest".to_owned())
}

/// Returns whether a contest has several rounds, so that names of its fields state the round.
pub(super) fn has_multiple_rounds(contest: &Contest) -> bool {
    let rounds = contest.rounds.iter().filter_map(|round| round.number);
    measure::rounds_with_votes(contest).chain(rounds).max().is_some_and(|last| last > 1)
}

fn compare_contest(before: &Contest, after: &Contest, match_options: &MatchOptions<'_>) -> Diff {
    let mut diff = Diff::default();
    let all_fields = match_options.same_election;
    // If either contest has several rounds, field names state the round on both sides, so that a
    // sole ballot on one side is compared with the first on the other.
    let multiple_rounds = has_multiple_rounds(before) || has_multiple_rounds(after);
    let [one, other] = [before, after].map(|contest| match all_fields {
        true => Fields::from_contest(contest, multiple_rounds),
        false => Fields::from_result(contest, multiple_rounds),
    });
    let changes = |one: &Fields<'_>, other: &Fields<'_>| match all_fields {
        true => one.changes(other).collect(),
        false => one.changes_between(other),
    };
    diff.changes.extend(changes(&one, &other));
    let kind = after.kind.as_ref().or(before.kind.as_ref());
    let matched =
        matching::match_contenders(&before.contenders, &after.contenders, kind, match_options);
    for mut pairing in matched.pairings {
        if !all_fields {
            let moved = movement::movement(&pairing, &before.contenders, &after.contenders);
            diff.movements.extend(moved);
        }
        let sides = [(&pairing.before, &before.contenders), (&pairing.after, &after.contenders)];
        let is_single = sides.iter().all(|(places, _)| places.len() == 1);
        let [one, other] = sides.map(|(places, of)| match places.as_slice() {
            [at] if is_single => Fields::from_contender(&of[*at], multiple_rounds, all_fields),
            places => Fields::combined(places.iter().map(|at| &of[*at]), multiple_rounds),
        });
        let [before, after] = sides.map(|(places, of)| -> Vec<String> {
            places.iter().map(|at| of[*at].name().into_owned()).collect()
        });
        let name = match pairing.method {
            MatchMethod::Merger
            | MatchMethod::Split
            | MatchMethod::Regrouping
            | MatchMethod::Succession => {
                format!("{} → {}", before.join(" + "), after.join(" + "))
            }
            _ => after.join(" + "),
        };
        for mut change in changes(&one, &other) {
            change.contender = Some(name.clone());
            change.match_method = Some(pairing.method);
            diff.changes.push(change);
        }
        let evidence = std::mem::take(&mut pairing.evidence);
        diff.matches.push(Match {
            contest: None,
            before,
            after,
            method: pairing.method,
            confidence: pairing.confidence,
            evidence,
        });
    }
    if !all_fields {
        diff.changes.iter_mut().for_each(Change::mark_one_sided);
    }
    let unmatched = |contender, change_kind| {
        let result = super::fields::result_summary(contender).map(ChangedValue::from_text);
        let (before, after) =
            if change_kind == ChangeKind::Left { (result, None) } else { (None, result) };
        Change {
            contender: Some(contender.name().into_owned()),
            kind: change_kind,
            before,
            after,
            ..Change::new("contender")
        }
    };
    let left = matched.left.iter().map(|at| unmatched(&before.contenders[*at], ChangeKind::Left));
    let entered =
        matched.entered.iter().map(|at| unmatched(&after.contenders[*at], ChangeKind::Entered));
    diff.changes.extend(left.chain(entered));
    diff.party_splits.extend(matched.party_splits.into_iter().map(|part| PartySplit {
        contest: None,
        from: before.contenders[part.from].name().into_owned(),
        to: after.contenders[part.to].name().into_owned(),
        kind: if part.is_new { SplitKind::Breakaway } else { SplitKind::Joined },
        evidence: part.evidence,
    }));
    let (left, entered) = (&matched.left, &matched.entered);
    let suggestions =
        name_matcher::similar_names(&before.contenders, &after.contenders, left, entered);
    let suggestion = |(at, to): (usize, usize), reason| NameSuggestion {
        contest: None,
        before: before.contenders[at].name().into_owned(),
        after: after.contenders[to].name().into_owned(),
        reason,
    };
    let similar = |pair: &(usize, usize)| suggestion(*pair, SuggestionReason::SimilarName);
    diff.name_suggestions.extend(suggestions.iter().map(similar));
    if all_fields {
        let equal =
            identifiers::equal_figures(&before.contenders, &after.contenders, left, entered);
        // Names that are similar too are suggested already.
        let equal = equal.into_iter().filter(|pair| !suggestions.contains(pair));
        let equal = equal.map(|pair| suggestion(pair, SuggestionReason::EqualFigures));
        diff.name_suggestions.extend(equal);
    }
    if !all_fields {
        diff.offices.extend(OfficeOutcome::from_contest(after, match_options));
    }
    diff
}
