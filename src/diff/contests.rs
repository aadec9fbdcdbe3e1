//! Contest beside contest: which belong together, and what changed in each.

use super::fields::{self, Fields};
use super::matching::{self, By, Matching};
use super::movement;
use super::name::Folded;
use super::{Alike, Change, Diff, Match, Office, Parted, Parting, What, person};
use crate::measure;
use crate::model::{Contest, Kind};

fn is_of(contest: &Contest, kind: Option<&Kind>) -> bool {
    kind.zip(contest.kind.as_ref()).is_none_or(|(kind, other)| kind.comparable(other))
}

/// Contests that belong together, and those of either side that have no other.
pub(super) struct Paired<'a> {
    pub(super) pairs: Vec<(&'a Contest, &'a Contest)>,
    pub(super) left: Vec<&'a Contest>,
    pub(super) right: Vec<&'a Contest>,
    /// Whether it takes a name to tell which contest is meant.
    pub(super) several: bool,
}

/// Puts contest beside contest: the same type and name, then the same type, each once.
pub(super) fn paired<'a>(
    before: &'a [Contest],
    after: &'a [Contest],
    kind: Option<&Kind>,
) -> Paired<'a> {
    let of = |contests: &'a [Contest]| -> Vec<&'a Contest> {
        contests.iter().filter(|contest| is_of(contest, kind)).collect()
    };
    let (mut left, mut right) = (of(before), of(after));
    let several = left.len().max(right.len()) > 1;
    let name = |contest: &'a Contest| contest.name.as_deref().map(Folded);
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
    Paired { pairs, left, right, several }
}

/// Compares contest with contest. Those of two elections `with` what is known of their parties; those of two
/// versions, in everything.
pub(super) fn contests(
    diff: &mut Diff,
    before: &[Contest],
    after: &[Contest],
    kind: Option<&Kind>,
    with: Option<&Matching<'_>>,
) {
    let Paired { pairs, left, right, several } = paired(before, after, kind);
    diff.contests = with.map(|_| pairs.len() as u64);
    for (one, other) in pairs {
        let mut of_pair = contest(one, other, with);
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
    diff.changes.extend(left.into_iter().map(|contest| lone(contest, What::Removed)));
    diff.changes.extend(right.into_iter().map(|contest| lone(contest, What::Added)));
}

pub(crate) fn contest_name(contest: &Contest) -> String {
    let name = contest.name.clone().or_else(|| Some(contest.kind.as_ref()?.to_string()));
    name.unwrap_or_else(|| "contest".to_owned())
}

fn contest(before: &Contest, after: &Contest, with: Option<&Matching<'_>>) -> Diff {
    let mut diff = Diff::default();
    let all = with.is_none();
    // One ballot on the one side is the first of two on the other.
    let rounds = |contest: &Contest| {
        let rounds = contest.rounds.iter().filter_map(|round| round.number);
        measure::rounds(contest).chain(rounds).max()
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
    let matched = matching::contenders(&before.contenders, &after.contenders, kind, &own);
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
            places.iter().map(|at| matching::name(&of[*at])).collect()
        });
        let name = match pairing.by {
            By::Merger | By::Split | By::Regrouping | By::Succession => {
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
        let result = fields::result(contender);
        let (before, after) = if what == What::Left { (result, None) } else { (None, result) };
        Change {
            contender: Some(matching::name(contender)),
            what,
            before,
            after,
            ..Change::of("contender")
        }
    };
    let left = matched.left.iter().map(|at| alone(&before.contenders[*at], What::Left));
    let entered = matched.entered.iter().map(|at| alone(&after.contenders[*at], What::Entered));
    diff.changes.extend(left.chain(entered));
    diff.partings.extend(matched.partings.into_iter().map(|part| Parting {
        contest: None,
        from: matching::name(&before.contenders[part.from]),
        to: matching::name(&after.contenders[part.to]),
        what: if part.is_new { Parted::BrokeAway } else { Parted::WentOver },
        why: part.why,
    }));
    let (left, entered) = (&matched.left, &matched.entered);
    let offered = person::offered(&before.contenders, &after.contenders, left, entered);
    diff.alike.extend(offered.into_iter().map(|(at, to)| Alike {
        contest: None,
        before: matching::name(&before.contenders[at]),
        after: matching::name(&after.contenders[to]),
    }));
    if !all {
        diff.offices.extend(Office::of(after, &own));
    }
    diff
}
