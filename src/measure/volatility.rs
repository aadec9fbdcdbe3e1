//! What moved between two contests: volatility, and the swing between the two largest.

use std::collections::BTreeMap;

use super::alliances::Share;
use super::points::{Points, tidy};
use super::shares::{Shares, Unit};
use super::{Group, Value};

/// Contenders that belong together: the earlier by their places, the later behind them.
struct Together {
    parent: Vec<usize>,
}

impl Together {
    fn root(&mut self, mut of: usize) -> usize {
        while self.parent[of] != of {
            self.parent[of] = self.parent[self.parent[of]];
            of = self.parent[of];
        }
        of
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.parent[one.max(other)] = one.min(other);
    }
}

/// The groups, of which those are one that an alliance stands for on either side: where it alone has a share,
/// nobody can say which of its members has how much.
fn joined(before: &Shares, after: &Shares, groups: &[Group]) -> Vec<Group> {
    let earlier = before.len();
    let mut together = Together { parent: (0..earlier + after.len()).collect() };
    let places = |group: &Group| -> Vec<usize> {
        let before = group.before.iter().copied().filter(|at| *at < earlier);
        let after = group.after.iter().filter(|at| **at < after.len()).map(|at| earlier + at);
        before.chain(after).collect()
    };
    for group in groups {
        let linked = [leading(before, &group.before), leading(after, &group.after)];
        let linked = Group { before: linked[0].clone(), after: linked[1].clone() };
        places(&linked).windows(2).for_each(|pair| together.join(pair[0], pair[1]));
    }
    for (shares, first) in [(before, 0), (after, earlier)] {
        for at in (0..shares.len()).filter(|at| shares.unit(*at) == Unit::One) {
            if let Share::Within(row) = shares.share(at) {
                together.join(first + row, first + at);
            }
        }
    }
    let mut found: BTreeMap<usize, Group> = BTreeMap::new();
    for place in groups.iter().flat_map(places) {
        let group = found.entry(together.root(place)).or_default();
        match place.checked_sub(earlier) {
            None => group.before.push(place),
            Some(place) => group.after.push(place),
        }
    }
    found.into_values().collect()
}

/// Of contenders that one party became or came from, those that lead from one contest to the other: where some stood for
/// themselves, not those that an alliance stands for, or a few who joined it would make all of it one with their party.
fn leading(shares: &Shares, places: &[usize]) -> Vec<usize> {
    let within =
        |at: &usize| matches!(shares.share(*at), Share::Within(row) if !places.contains(&row));
    let all = places.iter().copied();
    match places.iter().all(within) {
        true => all.collect(),
        false => all.filter(|at| !within(at)).collect(),
    }
}

/// What a group has on one side.
struct Side {
    /// What is stated of it.
    known: Points,
    /// Whether somebody's share is missing.
    is_open: bool,
    /// Whether nobody of it is listed.
    is_absent: bool,
}

impl Side {
    /// Of these; with `single`, only of those who are somebody.
    fn of(shares: &Shares, places: &[usize], single: bool) -> Self {
        let own = places.iter().filter(|at| !single || shares.unit(**at) == Unit::One);
        let own: Vec<Share<Points>> = own.map(|at| shares.share(*at)).collect();
        let known = own.iter().map(|share| match share {
            Share::Stated(points) => *points,
            _ => Points::ZERO,
        });
        Self {
            known: known.sum(),
            is_open: own.contains(&Share::Missing),
            is_absent: own.iter().all(|share| *share == Share::Nothing),
        }
    }
}

/// Volatility: of the groups of which both shares are known; with what those of whom one is missing, those who are put
/// together, and those who are not listed may make of it.
pub(super) fn volatility(before: &Shares, after: &Shares, groups: &[Group]) -> Option<Value> {
    let groups = joined(before, after, groups);
    let sides = |single: bool| {
        groups.iter().map(move |group| {
            [Side::of(before, &group.before, single), Side::of(after, &group.after, single)]
        })
    };
    let known: Vec<Points> = sides(false)
        .filter(|[one, other]| !one.is_open && !other.is_open)
        .map(|[one, other]| (one.known - other.known).abs())
        .collect();
    if known.is_empty() {
        return None;
    }
    let value = known.into_iter().sum::<Points>();
    // How much there is on each side that may be anybody's.
    let [(gone, gone_slack), (come, come_slack)] = [before, after].map(|shares| {
        let (rest, lumped) = (shares.rest(), shares.lumped());
        let all = rest.high + lumped;
        // What is left when all others are taken away is as rounded as they are.
        let hidden = if all > Points::ZERO { shares.error() } else { Points::ZERO };
        (all, rest.high - rest.low + hidden)
    });
    let mut apart = Points::ZERO;
    // What a rest of the other side may make up for.
    let (mut of_gone, mut of_come) = (Points::ZERO, Points::ZERO);
    for [one, other] in sides(true) {
        let moved = other.known - one.known;
        apart = apart + moved.abs();
        if moved > Points::ZERO && (one.is_open || one.is_absent) {
            of_gone = of_gone + moved;
        }
        if moved < Points::ZERO && (other.is_open || other.is_absent) {
            of_come = of_come - moved;
        }
    }
    let (of_gone, of_come) = (of_gone.min(gone), of_come.min(come));
    let left = ((gone - of_gone) - (come - of_come)).abs() - gone_slack - come_slack;
    let low = apart - of_gone - of_come + left.positive();
    let high = (apart + gone + come).max(value);
    let [value, low, high] = [value, low.min(value), high].map(|points| points.half().to_f64());
    Some(match before.forced || after.forced {
        true => Value::ranged(value, [0.0, 100.0]),
        false => Value { value, low, high },
    })
}

/// The two largest groups of the later contest, the first first, where both stood in both contests, and nobody who
/// is not known can be larger.
pub(super) fn two_largest(before: &Shares, after: &Shares, groups: &[Group]) -> Option<[Group; 2]> {
    let of = |group: &Group| Side::of(after, &group.after, false);
    let joined = joined(before, after, groups).into_iter();
    let stood = joined.filter(|group| of(group).known > Points::ZERO);
    let mut stood: Vec<(Points, Group)> = stood.map(|group| (of(&group).known, group)).collect();
    stood.sort_by_key(|one| std::cmp::Reverse(one.0));
    let mut largest = stood.into_iter();
    let (one, (least, other)) = (largest.next()?.1, largest.next()?);
    let whole = |group: &Group| {
        let sides = [Side::of(before, &group.before, false), Side::of(after, &group.after, false)];
        let single = group.after.iter().all(|at| after.unit(*at) == Unit::One);
        single && sides.iter().all(|side| !side.is_open && !side.is_absent)
    };
    let is_open = (0..after.len()).any(|at| after.share(at) == Share::Missing);
    let hidden = is_open && after.rest().high >= least;
    (!hidden && whole(&one) && whole(&other)).then_some([one, other])
}

/// The shares of a party before and after.
type Shift = (f64, f64);

/// A swing to the first of the two largest from the second.
pub(super) fn swing(
    formula: fn(Shift, Shift) -> Option<f64>,
    before: &Shares,
    after: &Shares,
    groups: &[Group],
) -> Option<Value> {
    let two = two_largest(before, after, groups)?;
    let shares = |group: &Group| {
        let sides = [Side::of(before, &group.before, false), Side::of(after, &group.after, false)];
        let [then, now] = sides.map(|side| side.known.to_f64());
        (then, now)
    };
    let value = tidy(formula(shares(&two[0]), shares(&two[1]))?);
    Some(match before.forced || after.forced {
        true => Value::ranged(value, [-100.0, 100.0]),
        false => Value::exact(value),
    })
}
