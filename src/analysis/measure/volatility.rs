//! Changes between two contests: volatility, and the swing between the two largest groups.

use std::collections::BTreeMap;

use super::alliances::AllianceShare;
use super::estimate::{ContenderGroup, Estimate};
use super::points::{Points, round_to_decimal};
use super::shares::{ShareUnit, Shares};
use crate::analysis::disjoint_sets::DisjointSets;

/// Merges groups that share an alliance on either side. If only the alliance has a share, its
/// members' parts are unknown.
fn merge_alliances(
    before: &Shares,
    after: &Shares,
    groups: &[ContenderGroup],
) -> Vec<ContenderGroup> {
    let earlier = before.len();
    // The indices of later contenders follow those of earlier ones.
    let mut together = DisjointSets::new(earlier + after.len());
    let places = |group: &ContenderGroup| -> Vec<usize> {
        let before = group.before.iter().copied().filter(|at| *at < earlier);
        let after = group.after.iter().filter(|at| **at < after.len()).map(|at| earlier + at);
        before.chain(after).collect()
    };
    for group in groups {
        let linked =
            [linking_contenders(before, &group.before), linking_contenders(after, &group.after)];
        let linked = ContenderGroup { before: linked[0].clone(), after: linked[1].clone() };
        places(&linked).windows(2).for_each(|pair| together.join(pair[0], pair[1]));
    }
    for (shares, first) in [(before, 0), (after, earlier)] {
        for at in (0..shares.len()).filter(|at| shares.unit(*at) == ShareUnit::One) {
            if let AllianceShare::Within(row) = shares.share(at) {
                together.join(first + row, first + at);
            }
        }
    }
    let mut found: BTreeMap<usize, ContenderGroup> = BTreeMap::new();
    for place in groups.iter().flat_map(places) {
        let group = found.entry(together.root(place)).or_default();
        match place.checked_sub(earlier) {
            None => group.before.push(place),
            Some(place) => group.after.push(place),
        }
    }
    found.into_values().collect()
}

/// Returns the contenders of a group that link the two contests. If some stood on their own,
/// members included in an alliance outside the group are left out. Otherwise a few members who
/// joined an alliance would merge the whole alliance with their party.
fn linking_contenders(shares: &Shares, places: &[usize]) -> Vec<usize> {
    let within = |at: &usize| matches!(shares.share(*at), AllianceShare::Within(row) if !places.contains(&row));
    let all = places.iter().copied();
    match places.iter().all(within) {
        true => all.collect(),
        false => all.filter(|at| !within(at)).collect(),
    }
}

/// Share of a group on one side.
struct SideShare {
    /// Sum of the stated shares.
    known: Points,
    /// Whether a contender's share is missing.
    is_open: bool,
    /// Whether no contender of the group stood.
    is_absent: bool,
}

impl SideShare {
    /// Adds up the shares of these contenders; with `single`, only of single contenders.
    fn of(shares: &Shares, places: &[usize], single: bool) -> Self {
        let own = places.iter().filter(|at| !single || shares.unit(**at) == ShareUnit::One);
        let own: Vec<AllianceShare<Points>> = own.map(|at| shares.share(*at)).collect();
        let known = own.iter().map(|share| match share {
            AllianceShare::Stated(points) => *points,
            _ => Points::ZERO,
        });
        Self {
            known: known.sum(),
            is_open: own.contains(&AllianceShare::Missing),
            is_absent: own.iter().all(|share| *share == AllianceShare::Nothing),
        }
    }
}

/// Computes volatility over the groups with known shares on both sides. The bounds allow for
/// missing shares, combined rows and unlisted votes.
pub(super) fn volatility(
    before: &Shares,
    after: &Shares,
    groups: &[ContenderGroup],
) -> Option<Estimate> {
    let groups = merge_alliances(before, after, groups);
    let sides = |single: bool| {
        groups.iter().map(move |group| {
            [
                SideShare::of(before, &group.before, single),
                SideShare::of(after, &group.after, single),
            ]
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
    // Share of each side that may belong to anyone, and its uncertainty.
    let [(gone, gone_slack), (come, come_slack)] = [before, after].map(|shares| {
        let (rest, lumped) = (shares.rest(), shares.lumped());
        let all = rest.high + lumped;
        // A remainder obtained by subtraction has the rounding error of all shares.
        let hidden = if all > Points::ZERO { shares.error() } else { Points::ZERO };
        (all, rest.high - rest.low + hidden)
    });
    let mut apart = Points::ZERO;
    // Movements that the unattributed share of the other side may offset.
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
        true => Estimate::ranged(value, [0.0, 100.0]),
        false => Estimate { value, low, high },
    })
}

/// Returns the two largest groups of the later contest, the largest first. `None` unless both stood
/// in both contests and no contender with a missing share can be larger.
pub(super) fn two_largest(
    before: &Shares,
    after: &Shares,
    groups: &[ContenderGroup],
) -> Option<[ContenderGroup; 2]> {
    let of = |group: &ContenderGroup| SideShare::of(after, &group.after, false);
    let joined = merge_alliances(before, after, groups).into_iter();
    let stood = joined.filter(|group| of(group).known > Points::ZERO);
    let mut stood: Vec<(Points, ContenderGroup)> =
        stood.map(|group| (of(&group).known, group)).collect();
    stood.sort_by_key(|one| std::cmp::Reverse(one.0));
    let mut largest = stood.into_iter();
    let (one, (least, other)) = (largest.next()?.1, largest.next()?);
    let whole = |group: &ContenderGroup| {
        let sides = [
            SideShare::of(before, &group.before, false),
            SideShare::of(after, &group.after, false),
        ];
        let single = group.after.iter().all(|at| after.unit(*at) == ShareUnit::One);
        single && sides.iter().all(|side| !side.is_open && !side.is_absent)
    };
    let is_open = (0..after.len()).any(|at| after.share(at) == AllianceShare::Missing);
    let hidden = is_open && after.rest().high >= least;
    (!hidden && whole(&one) && whole(&other)).then_some([one, other])
}

/// Share of a party before and after.
type Shift = (f64, f64);

/// Computes the swing from the second to the first of the two largest groups.
pub(super) fn swing(
    formula: fn(Shift, Shift) -> Option<f64>,
    before: &Shares,
    after: &Shares,
    groups: &[ContenderGroup],
) -> Option<Estimate> {
    let two = two_largest(before, after, groups)?;
    let shares = |group: &ContenderGroup| {
        let sides = [
            SideShare::of(before, &group.before, false),
            SideShare::of(after, &group.after, false),
        ];
        let [then, now] = sides.map(|side| side.known.to_f64());
        (then, now)
    };
    let value = round_to_decimal(formula(shares(&two[0]), shares(&two[1]))?);
    Some(match before.forced || after.forced {
        true => Estimate::ranged(value, [-100.0, 100.0]),
        false => Estimate::exact(value),
    })
}
