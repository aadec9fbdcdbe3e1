//! Selects the panels of a comparison: shares rather than votes, of the first and the last round.

use crate::analysis::measure::ContenderGroup;
use crate::model::{Contender, Contest, Decimal, Tally};

/// A kind of figure that a panel compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PanelMetric {
    Share,
    Votes,
    ElectoralVotes,
    Seats,
}

impl PanelMetric {
    fn value(self, contender: &Contender, round: u8) -> Option<Decimal> {
        let tally = |count: fn(&Tally) -> Option<u64>| contender.tally(round).and_then(count);
        let count = match self {
            Self::Share => return contender.tally(round)?.share,
            Self::Votes => tally(|tally| tally.votes),
            Self::ElectoralVotes => tally(|tally| tally.electoral_votes),
            Self::Seats => contender.seats_won(),
        };
        Decimal::new(i64::try_from(count?).ok()?, 0)
    }

    fn is_stated(self, contest: &Contest, round: u8) -> bool {
        contest.contenders.iter().any(|contender| self.value(contender, round).is_some())
    }

    /// Returns the sum of the figures of these contenders, or `None` if any of them has none.
    pub(super) fn sum(self, contenders: &[&Contender], round: u8) -> Option<Decimal> {
        let mut values = contenders.iter().map(|contender| self.value(contender, round));
        let first = values.next()??;
        values.try_fold(first, |sum, value| sum.checked_add(value?))
    }

    pub(super) fn is_by_round(self) -> bool {
        matches!(self, Self::Share | Self::Votes)
    }
}

/// Returns the rounds in which any contender has a tally, in order.
pub(super) fn rounds(contests: [&Contest; 2]) -> Vec<u8> {
    let contenders = contests.into_iter().flat_map(|contest| &contest.contenders);
    let tallies = contenders.flat_map(|contender| &contender.tallies);
    let stated = tallies.filter(|tally| tally.label.is_none());
    let mut rounds: Vec<u8> = stated.filter_map(|tally| tally.round).collect();
    rounds.sort_unstable();
    rounds.dedup();
    rounds
}

/// Returns the metrics to compare, each with its round.
pub(super) fn panel_metrics(
    before: &Contest,
    after: &Contest,
    groups: &[ContenderGroup],
) -> Vec<(PanelMetric, u8)> {
    let rounds = rounds([before, after]);
    let both = |metric: PanelMetric, round: u8| {
        metric.is_stated(before, round) && metric.is_stated(after, round)
    };
    let either = |metric: PanelMetric, round: u8| {
        metric.is_stated(before, round) || metric.is_stated(after, round)
    };
    let rounds_of = |metric: PanelMetric| common_rounds(metric, before, after, &rounds);
    let mut metrics: Vec<(PanelMetric, u8)> = [PanelMetric::Share, PanelMetric::Votes]
        .map(rounds_of)
        .into_iter()
        .find(|some| !some.is_empty())
        .unwrap_or_else(|| {
            let metric = [PanelMetric::Share, PanelMetric::Votes]
                .into_iter()
                .find(|metric| rounds.iter().any(|round| either(*metric, *round)));
            let stated =
                metric.into_iter().flat_map(|of| rounds.iter().map(move |round| (of, *round)));
            first_and_last(stated.filter(|(metric, round)| either(*metric, *round)).collect())
        });
    // If all shares are equal but votes are not, compare the votes.
    let counts: Vec<(PanelMetric, u8)> =
        metrics.iter().map(|(_, round)| (PanelMetric::Votes, *round)).collect();
    if metrics.iter().all(|(metric, round)| {
        *metric == PanelMetric::Share && is_unchanged(before, after, groups, *metric, *round)
    }) && counts.iter().all(|(metric, round)| both(*metric, *round))
        && counts
            .iter()
            .any(|(metric, round)| !is_unchanged(before, after, groups, *metric, *round))
    {
        metrics = counts;
    }
    let first = rounds.first().copied().unwrap_or(1);
    for metric in [PanelMetric::ElectoralVotes, PanelMetric::Seats] {
        if both(metric, first) || (metrics.is_empty() && either(metric, first)) {
            metrics.push((metric, first));
        }
    }
    metrics
}

/// Returns the first and the last round for which the later contest states the metric. Returns
/// nothing if the earlier contest states it for none of these rounds.
fn common_rounds(
    metric: PanelMetric,
    before: &Contest,
    after: &Contest,
    rounds: &[u8],
) -> Vec<(PanelMetric, u8)> {
    let later: Vec<u8> =
        rounds.iter().copied().filter(|round| metric.is_stated(after, *round)).collect();
    if !later.iter().any(|round| metric.is_stated(before, *round)) {
        return Vec::new();
    }
    first_and_last(later.into_iter().map(|round| (metric, round)).collect())
}

/// Returns only the first and the last round.
fn first_and_last(rounds: Vec<(PanelMetric, u8)>) -> Vec<(PanelMetric, u8)> {
    rounds.first().into_iter().chain(rounds.iter().skip(1).next_back()).copied().collect()
}

/// Returns whether every group has the same value on both sides.
fn is_unchanged(
    before: &Contest,
    after: &Contest,
    groups: &[ContenderGroup],
    metric: PanelMetric,
    round: u8,
) -> bool {
    groups.iter().all(|group| {
        let [one, other] = sides(before, after, group).map(|side| metric.sum(&side, round));
        match (one, other) {
            (Some(one), Some(other)) => {
                one.checked_sub(other).is_some_and(|less| less.mantissa() == 0)
            }
            (None, None) => true,
            _ => false,
        }
    })
}

/// Returns the contenders of a group on each side.
pub(super) fn sides<'a>(
    before: &'a Contest,
    after: &'a Contest,
    group: &ContenderGroup,
) -> [Vec<&'a Contender>; 2] {
    let pick = |contest: &'a Contest, places: &[usize]| -> Vec<&'a Contender> {
        places.iter().filter_map(|at| contest.contenders.get(*at)).collect()
    };
    [pick(before, &group.before), pick(after, &group.after)]
}
