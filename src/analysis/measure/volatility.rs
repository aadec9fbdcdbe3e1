//! Changes between two contests: volatility, and the swing between the two largest groups.

use std::collections::BTreeMap;

use super::alliances::AllianceShare;
use super::estimate::{ContenderGroup, Estimate};
use super::points::{Points, round_to_decimal};
use super::shares::{ContenderKind, Shares};
use crate::analysis::disjoint_sets::DisjointSets;

/// Merges groups that share an alliance on either side. If only the alliance has a share, its
/// members' parts are unknown.
fn merge_alliances(
    before: &Shares,
    after: &Shares,
    groups: &[ContenderGroup],
) -> Vec<ContenderGroup> {
    let earlier = before.len();
    // In the sets, the indices of later contenders follow the indices of earlier contenders.
    let mut sets = DisjointSets::new(earlier + after.len());
    let indices = |group: &ContenderGroup| -> Vec<usize> {
        let before = group.before.iter().copied().filter(|at| *at < earlier);
        let after = group.after.iter().filter(|at| **at < after.len()).map(|at| earlier + at);
        before.chain(after).collect()
    };
    for group in groups {
        let linked =
            [linking_contenders(before, &group.before), linking_contenders(after, &group.after)];
        let linked = ContenderGroup { before: linked[0].clone(), after: linked[1].clone() };
        indices(&linked).windows(2).for_each(|pair| sets.union(pair[0], pair[1]));
    }
    for (shares, first) in [(before, 0), (after, earlier)] {
        for at in (0..shares.len()).filter(|at| shares.kind(*at) == ContenderKind::Single) {
            if let AllianceShare::IncludedIn(row) = shares.share(at) {
                sets.union(first + row, first + at);
            }
        }
    }
    let mut found: BTreeMap<usize, ContenderGroup> = BTreeMap::new();
    for place in groups.iter().flat_map(indices) {
        let group = found.entry(sets.root(place)).or_default();
        match place.checked_sub(earlier) {
            None => group.before.push(place),
            Some(place) => group.after.push(place),
        }
    }
    found.into_values().collect()
}

/// Returns the contenders of a group that link the two contests. If some stood on their own,
/// members included in an alliance outside the group are left out. This prevents a few members who
/// joined an alliance from merging the whole alliance with their party.
fn linking_contenders(shares: &Shares, indices: &[usize]) -> Vec<usize> {
    let within = |at: &usize| matches!(shares.share(*at), AllianceShare::IncludedIn(row) if !indices.contains(&row));
    let all = indices.iter().copied();
    match indices.iter().all(within) {
        true => all.collect(),
        false => all.filter(|at| !within(at)).collect(),
    }
}

/// Share of a group on one side.
struct SideShare {
    /// Sum of the stated shares.
    stated: Points,
    /// Whether a contender's share is missing.
    is_incomplete: bool,
    /// Whether no contender of the group stood.
    is_absent: bool,
}

impl SideShare {
    /// Adds up the shares of these contenders; with `single`, only of single contenders.
    fn sum(shares: &Shares, indices: &[usize], single: bool) -> Self {
        let own = indices.iter().filter(|at| !single || shares.kind(**at) == ContenderKind::Single);
        let own: Vec<AllianceShare<Points>> = own.map(|at| shares.share(*at)).collect();
        let stated = own.iter().map(|share| match share {
            AllianceShare::Stated(points) => *points,
            _ => Points::ZERO,
        });
        Self {
            stated: stated.sum(),
            is_incomplete: own.contains(&AllianceShare::Missing),
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
                SideShare::sum(before, &group.before, single),
                SideShare::sum(after, &group.after, single),
            ]
        })
    };
    let changes: Vec<Points> = sides(false)
        .filter(|[one, other]| !one.is_incomplete && !other.is_incomplete)
        .map(|[one, other]| (one.stated - other.stated).abs())
        .collect();
    if changes.is_empty() {
        return None;
    }
    let value = changes.into_iter().sum::<Points>();
    // Share of each side that may belong to any group, and its uncertainty.
    let [(floating_before, slack_before), (floating_after, slack_after)] =
        [before, after].map(|shares| {
            let (rest, combined) = (shares.remainder(), shares.combined());
            let all = rest.high + combined;
            // A remainder obtained by subtraction has the rounding error of all shares.
            let hidden = if all > Points::ZERO { shares.max_error() } else { Points::ZERO };
            (all, rest.high - rest.low + hidden)
        });
    let mut total_change = Points::ZERO;
    // Movements that the unattributed share of the earlier or the later side may offset.
    let (mut offset_by_before, mut offset_by_after) = (Points::ZERO, Points::ZERO);
    for [one, other] in sides(true) {
        let moved = other.stated - one.stated;
        total_change = total_change + moved.abs();
        if moved > Points::ZERO && (one.is_incomplete || one.is_absent) {
            offset_by_before = offset_by_before + moved;
        }
        if moved < Points::ZERO && (other.is_incomplete || other.is_absent) {
            offset_by_after = offset_by_after - moved;
        }
    }
    let (offset_by_before, offset_by_after) =
        (offset_by_before.min(floating_before), offset_by_after.min(floating_after));
    let left = ((floating_before - offset_by_before) - (floating_after - offset_by_after)).abs()
        - slack_before
        - slack_after;
    let low = total_change - offset_by_before - offset_by_after + left.positive();
    let high = (total_change + floating_before + floating_after).max(value);
    let [value, low, high] = [value, low.min(value), high].map(|points| points.half().to_f64());
    Some(match before.assumes_complete || after.assumes_complete {
        true => Estimate::with_bounds(value, [0.0, 100.0]),
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
    let side_share = |group: &ContenderGroup| SideShare::sum(after, &group.after, false);
    let joined = merge_alliances(before, after, groups).into_iter();
    let stood = joined.filter(|group| side_share(group).stated > Points::ZERO);
    let mut stood: Vec<(Points, ContenderGroup)> =
        stood.map(|group| (side_share(&group).stated, group)).collect();
    stood.sort_by_key(|one| std::cmp::Reverse(one.0));
    let mut largest = stood.into_iter();
    let (one, (least, other)) = (largest.next()?.1, largest.next()?);
    let is_complete = |group: &ContenderGroup| {
        let sides = [
            SideShare::sum(before, &group.before, false),
            SideShare::sum(after, &group.after, false),
        ];
        let single = group.after.iter().all(|at| after.kind(*at) == ContenderKind::Single);
        single && sides.iter().all(|side| !side.is_incomplete && !side.is_absent)
    };
    let is_incomplete = (0..after.len()).any(|at| after.share(at) == AllianceShare::Missing);
    let hidden = is_incomplete && after.remainder().high >= least;
    (!hidden && is_complete(&one) && is_complete(&other)).then_some([one, other])
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
            SideShare::sum(before, &group.before, false),
            SideShare::sum(after, &group.after, false),
        ];
        let [then, now] = sides.map(|side| side.stated.to_f64());
        (then, now)
    };
    let value = round_to_decimal(formula(shares(&two[0]), shares(&two[1]))?);
    Some(match before.assumes_complete || after.assumes_complete {
        true => Estimate::with_bounds(value, [-100.0, 100.0]),
        false => Estimate::exact(value),
    })
}
