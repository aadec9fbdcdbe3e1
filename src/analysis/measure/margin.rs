//! Margin of the first contender over the second.

use super::alliances::{AllianceShare, Alliances, Amounts};
use super::estimate::Estimate;
use super::points::Points;
use super::shares::read::options_in_round;
use super::shares::{ContenderKind, Shares};
use crate::model::Contest;

/// Returns the margin in vote shares, in points.
pub(super) fn share_margin(shares: &Shares) -> Option<Estimate> {
    let units: Vec<(ContenderKind, Points)> =
        shares.iter_stated().map(|(_, kind, points)| (kind, points)).collect();
    let margin = margin(&units, shares.remainder().high + shares.others(), Points::ZERO)?;
    let [value, low, high] = margin.map(Points::to_f64);
    Some(if shares.assumes_complete {
        Estimate::with_bounds(value, [0.0, 100.0])
    } else {
        Estimate { value, low, high }
    })
}

/// Returns the margin in votes of a round. `None` if a contender's votes are missing and the number
/// of unlisted votes cannot be derived.
pub(super) fn vote_margin(contest: &Contest, round: u8) -> Option<Estimate> {
    let shares = Shares::from_votes(contest, round)?;
    let votes: Vec<Option<u64>> =
        contest.contenders.iter().map(|contender| contender.tally(round)?.votes).collect();
    let valid = contest.round(round).and_then(|round| round.valid);
    let amounts = Amounts {
        stated: &votes.iter().map(|votes| votes.map(i128::from)).collect::<Vec<_>>(),
        rounding_errors: &vec![0; votes.len()],
        total: valid.map(i128::from),
        votes: &votes,
        stood: &(0..votes.len())
            .map(|at| shares.share(at) != AllianceShare::Nothing)
            .collect::<Vec<_>>(),
    };
    let counts = Alliances::new(&contest.contenders).resolve(&amounts);
    let units: Vec<(ContenderKind, i128)> = counts
        .iter()
        .enumerate()
        .filter_map(|(at, share)| match share {
            AllianceShare::Stated(votes) => Some((shares.kind(at), *votes)),
            _ => None,
        })
        .collect();
    let sum = units.iter().fold(0, |sum: i128, (_, votes)| sum.saturating_add(*votes));
    let [others, against_all] = options_in_round(contest, round, |tally| tally.votes)
        .map(|votes| votes.into_iter().map(i128::from).fold(0, i128::saturating_add));
    let remainder = match valid {
        Some(valid) => Some((i128::from(valid) - sum - against_all).max(others)),
        // Without a count of valid votes, the remainder is derived from its share of the total.
        None => unlisted_votes(&shares, sum).map(|rest| rest + others),
    };
    let remainder =
        remainder.or_else(|| (!counts.contains(&AllianceShare::Missing)).then_some(others))?;
    let [value, low, high] = margin(&units, remainder, 0)?.map(|votes| votes as f64);
    Some(Estimate { value, low, high })
}

/// Returns the maximum number of unlisted votes, derived from the maximum unlisted share and the
/// number of listed votes. Returns `None` if that share is 100 % or more.
fn unlisted_votes(shares: &Shares, listed: i128) -> Option<i128> {
    let remainder = shares.remainder().high.to_f64();
    (remainder < 100.0).then(|| (listed as f64 * remainder / (100.0 - remainder)).ceil() as i128)
}

/// Returns the margin with its lowest and highest possible value. The remainder, and votes of
/// combined rows, may belong to a contender who comes first or second.
fn margin<T: Copy + Ord + std::ops::Add<Output = T> + std::ops::Sub<Output = T>>(
    units: &[(ContenderKind, T)],
    remainder: T,
    zero: T,
) -> Option<[T; 3]> {
    let largest = |includes: fn(&ContenderKind) -> bool| -> Vec<T> {
        let mut found: Vec<T> =
            units.iter().filter(|(kind, _)| includes(kind)).map(|(_, of)| *of).collect();
        found.sort_by(|one, other| other.cmp(one));
        found
    };
    let ranked = largest(|kind| *kind != ContenderKind::Others);
    let value = *ranked.first()? - *ranked.get(1)?;
    let single = largest(|kind| *kind == ContenderKind::Single);
    let combined = units.iter().filter(|(kind, _)| *kind != ContenderKind::Single);
    let remainder = combined.fold(remainder, |sum, (_, of)| sum + *of);
    let [first, second] = [0, 1].map(|at| single.get(at).copied().unwrap_or(zero));
    let low = if remainder >= first { zero } else { first - remainder.max(second) };
    let high = (first - second).max(remainder - first);
    Some([value, low.min(value), high.max(value)])
}
