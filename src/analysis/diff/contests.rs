//! Comparison of contests: pairs them and finds the changes in each pair.

use super::change::{Change, ChangeKind, Diff, Match, NameSuggestion, PartySplit, SplitKind};
use super::fields::Fields;
use super::{OfficeOutcome, movement};
use crate::analysis::matching::name::FoldedName;
use crate::analysis::matching::{self, MatchMethod, MatchOptions, person};
use crate::analysis::measure;
use crate::model::{Contest, ElectionType};

fn has_type(contest: &Contest, kind: Option<&ElectionType>) -> bool {
    kind.zip(contest.kind.as_ref()).is_none_or(|(kind, other)| kind.comparable(other))
}

/// Paired contests, and contests that have no counterpart.
pub(super) struct PairedContests<'a> {
    pub(super) pairs: Vec<(&'a Contest, &'a Contest)>,
    pub(super) left: Vec<&'a Contest>,
    pub(super) right: Vec<&'a Contest>,
    /// Whether a name is needed to tell the contests apart.
    pub(super) several: bool,
}

/// Pairs contests by type and name, then by type. Each contest is paired at most once.
pub(super) fn pair_contests<'a>(
    before: &'a [Contest],
    after: &'a [Contest],
    kind: Option<&ElectionType>,
) -> PairedContests<'a> {
    let of = |contests: &'a [Contest]| -> Vec<&'a Contest> {
        contests.iter().filter(|contest| has_type(contest, kind)).collect()
    };
    let (mut left, mut right) = (of(before), of(after));
    let several = left.len().max(right.len()) > 1;
    let name = |contest: &'a Contest| contest.name.as_deref().map(FoldedName);
    let mut pairs = Vec::new();
    for named in [true, false] {
        left.retain(|contest| {
            let same = |other: &&'a Contest| {
                let kinds = contest.kind.as_ref().zip(other.kind.as_ref());
                kinds.is_none_or(|(one, other)| one.comparable(other))
                    && (!named || name(contest) == name(other))
            };
            let found = right.iter().position(same);
            pairs.extend(found.map(|found| (*contest, right.remove(found))));
            found.is_none()
        });
    }
    let place = |one: &Contest| before.iter().position(|other| std::ptr::eq(one, other));
    pairs.sort_by_key(|(one, _)| place(one));
    PairedContests { pairs, left, right, several }
}

/// Compares contests. With match options, compares the results of two elections; without them,
/// compares every field of two versions.
pub(super) fn contests(
    diff: &mut Diff,
    before: &[Contest],
    after: &[Contest],
    kind: Option<&ElectionType>,
    with: Option<&MatchOptions<'_>>,
) {
    let PairedContests { pairs, left, right, several } = pair_contests(before, after, kind);
    diff.contests = with.map(|_| pairs.len() as u64);
    for (one, other) in pairs {
        let mut of_pair = compare_contest(one, other, with);
        if several {
            of_pair.name(&contest_name(other));
        }
        diff.add(of_pair);
    }
    let lone = |contest: &Contest, what| Change {
        contest: Some(contest_name(contest)),
        what,
        ..Change::of("contest")
    };
    diff.changes.extend(left.into_iter().map(|contest| lone(contest, ChangeKind::Removed)));
    diff.changes.extend(right.into_iter().map(|contest| lone(contest, ChangeKind::Added)));
}

pub(crate) fn contest_name(contest: &Contest) -> String {
    let name = contest.name.clone().or_else(|| Some(contest.kind.as_ref()?.to_string()));
    name.unwrap_or_else(|| "contest".to_owned())
}

fn compare_contest(before: &Contest, after: &Contest, with: Option<&MatchOptions<'_>>) -> Diff {
    let mut diff = Diff::default();
    let all = with.is_none();
    // A sole ballot on one side corresponds to the first of several on the other.
    let rounds = |contest: &Contest| {
        let rounds = contest.rounds.iter().filter_map(|round| round.number);
        measure::rounds_with_votes(contest).chain(rounds).max()
    };
    let several = rounds(before).max(rounds(after)).is_some_and(|last| last > 1);
    let [one, other] = [before, after].map(|contest| match all {
        true => Fields::of_contest(contest, several),
        false => Fields::of_result(contest, several),
    });
    let changes = |one: &Fields<'_>, other: &Fields<'_>| match all {
        true => one.changes(other).collect(),
        false => one.changes_between(other),
    };
    diff.changes.extend(changes(&one, &other));
    let own = with.copied().unwrap_or_default();
    let kind = after.kind.as_ref().or(before.kind.as_ref());
    let matched = matching::match_contenders(&before.contenders, &after.contenders, kind, &own);
    for mut pairing in matched.pairings {
        if !all {
            let moved = movement::movement(&pairing, &before.contenders, &after.contenders);
            diff.movements.extend(moved);
        }
        let sides = [(&pairing.before, &before.contenders), (&pairing.after, &after.contenders)];
        let alone = sides.iter().all(|(places, _)| places.len() == 1);
        let [one, other] = sides.map(|(places, of)| match places.as_slice() {
            [at] if alone => Fields::of_contender(&of[*at], several, all),
            places => Fields::of_together(places.iter().map(|at| &of[*at]), several),
        });
        let [before, after] = sides.map(|(places, of)| -> Vec<String> {
            places.iter().map(|at| of[*at].name().into_owned()).collect()
        });
        let name = match pairing.by {
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
            change.matched = Some(pairing.by);
            diff.changes.push(change);
        }
        let why = std::mem::take(&mut pairing.why);
        diff.matches.push(Match {
            contest: None,
            before,
            after,
            by: pairing.by,
            sure: pairing.sure,
            why,
        });
    }
    if !all {
        diff.changes.iter_mut().for_each(Change::stated_by_one);
    }
    let alone = |contender, what| {
        let result = super::fields::result_summary(contender);
        let (before, after) =
            if what == ChangeKind::Left { (result, None) } else { (None, result) };
        Change {
            contender: Some(contender.name().into_owned()),
            what,
            before,
            after,
            ..Change::of("contender")
        }
    };
    let left = matched.left.iter().map(|at| alone(&before.contenders[*at], ChangeKind::Left));
    let entered =
        matched.entered.iter().map(|at| alone(&after.contenders[*at], ChangeKind::Entered));
    diff.changes.extend(left.chain(entered));
    diff.partings.extend(matched.partings.into_iter().map(|part| PartySplit {
        contest: None,
        from: before.contenders[part.from].name().into_owned(),
        to: after.contenders[part.to].name().into_owned(),
        what: if part.is_new { SplitKind::BrokeAway } else { SplitKind::WentOver },
        why: part.why,
    }));
    let (left, entered) = (&matched.left, &matched.entered);
    let offered = person::similar_names(&before.contenders, &after.contenders, left, entered);
    diff.alike.extend(offered.into_iter().map(|(at, to)| NameSuggestion {
        contest: None,
        before: before.contenders[at].name().into_owned(),
        after: after.contenders[to].name().into_owned(),
    }));
    if !all {
        diff.offices.extend(OfficeOutcome::of(after, &own));
    }
    diff
}
