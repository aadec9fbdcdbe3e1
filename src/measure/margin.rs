//! How far the first is before the second.

use super::Value;
use super::alliances::{Alliances, Amounts, Share};
use super::points::Points;
use super::shares::read::beside;
use super::shares::{Shares, Unit};
use crate::model::Contest;

/// Of the shares of a round.
pub(super) fn of_shares(shares: &Shares) -> Option<Value> {
    let units: Vec<(Unit, Points)> =
        shares.stated_by().map(|(_, unit, points)| (unit, points)).collect();
    let margin = margin(&units, shares.rest().high + shares.others(), Points::ZERO)?;
    let [value, low, high] = margin.map(Points::to_f64);
    Some(if shares.forced {
        Value::ranged(value, [0.0, 100.0])
    } else {
        Value { value, low, high }
    })
}

/// Of the votes of a round. None where votes are not stated of somebody, and how many there were is not known.
pub(super) fn of_votes(contest: &Contest, round: u8) -> Option<Value> {
    let shares = Shares::of_votes(contest, round)?;
    let votes: Vec<Option<u64>> =
        contest.contenders.iter().map(|contender| contender.tally(round)?.votes).collect();
    let valid = contest.round(round).and_then(|round| round.valid);
    let amounts = Amounts {
        stated: &votes.iter().map(|votes| votes.map(i128::from)).collect::<Vec<_>>(),
        slack: &vec![0; votes.len()],
        whole: valid.map(i128::from),
        votes: &votes,
        stood: &(0..votes.len()).map(|at| shares.share(at) != Share::Nothing).collect::<Vec<_>>(),
    };
    let counts = Alliances::of(&contest.contenders).resolve(&amounts);
    let units: Vec<(Unit, i128)> = counts
        .iter()
        .enumerate()
        .filter_map(|(at, share)| match share {
            Share::Stated(votes) => Some((shares.unit(at), *votes)),
            _ => None,
        })
        .collect();
    let sum = units.iter().fold(0, |sum: i128, (_, votes)| sum.saturating_add(*votes));
    let [others, nobody] = beside(contest, round, |tally| tally.votes)
        .map(|votes| votes.into_iter().map(i128::from).fold(0, i128::saturating_add));
    let rest = match valid {
        Some(valid) => Some((i128::from(valid) - sum - nobody).max(others)),
        // Of all votes the rest has the share that the shares leave.
        None => rest_of(&shares, sum).map(|rest| rest + others),
    };
    let rest = rest.or_else(|| (!counts.contains(&Share::Missing)).then_some(others))?;
    let [value, low, high] = margin(&units, rest, 0)?.map(|votes| votes as f64);
    Some(Value { value, low, high })
}

/// How many votes a rest has, of which the share is known, beside the votes that are listed.
fn rest_of(shares: &Shares, listed: i128) -> Option<i128> {
    let rest = shares.rest().high.to_f64();
    (rest < 100.0).then(|| (listed as f64 * rest / (100.0 - rest)).ceil() as i128)
}

/// The margin, and between what it must be. What is missing may be of one who comes before either of them, and so
/// may what is of several who are put together.
fn margin<T: Copy + Ord + std::ops::Add<Output = T> + std::ops::Sub<Output = T>>(
    units: &[(Unit, T)],
    rest: T,
    zero: T,
) -> Option<[T; 3]> {
    let largest = |is: fn(&Unit) -> bool| -> Vec<T> {
        let mut found: Vec<T> =
            units.iter().filter(|(unit, _)| is(unit)).map(|(_, of)| *of).collect();
        found.sort_by(|one, other| other.cmp(one));
        found
    };
    let stood = largest(|unit| *unit != Unit::Others);
    let value = *stood.first()? - *stood.get(1)?;
    let single = largest(|unit| *unit == Unit::One);
    let lumped = units.iter().filter(|(unit, _)| *unit != Unit::One);
    let rest = lumped.fold(rest, |sum, (_, of)| sum + *of);
    let [first, second] = [0, 1].map(|at| single.get(at).copied().unwrap_or(zero));
    let low = if rest >= first { zero } else { first - rest.max(second) };
    let high = (first - second).max(rest - first);
    Some([value, low.min(value), high.max(value)])
}
