//! What of two contests is worth a panel: shares of the votes before votes, and of the rounds the first and the last.

use crate::measure::Group;
use crate::model::{Contender, Contest, Decimal, Tally};

/// What may be compared, of a contender in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Share,
    Votes,
    Electors,
    Seats,
}

impl Of {
    fn value(self, contender: &Contender, round: u8) -> Option<Decimal> {
        let tally = |count: fn(&Tally) -> Option<u64>| contender.tally(round).and_then(count);
        let count = match self {
            Self::Share => return contender.tally(round)?.share,
            Self::Votes => tally(|tally| tally.votes),
            Self::Electors => tally(|tally| tally.electoral_votes),
            Self::Seats => contender.seats_won(),
        };
        Decimal::new(i64::try_from(count?).ok()?, 0)
    }

    fn stated(self, contest: &Contest, round: u8) -> bool {
        contest.contenders.iter().any(|contender| self.value(contender, round).is_some())
    }

    /// Of all, when all of it is stated.
    pub(super) fn sum(self, contenders: &[&Contender], round: u8) -> Option<Decimal> {
        let mut values = contenders.iter().map(|contender| self.value(contender, round));
        let first = values.next()??;
        values.try_fold(first, |sum, value| sum.plus(value?))
    }

    pub(super) fn is_by_round(self) -> bool {
        matches!(self, Self::Share | Self::Votes)
    }
}

/// The rounds in which anybody has a tally, in order.
pub(super) fn rounds(contests: [&Contest; 2]) -> Vec<u8> {
    let contenders = contests.into_iter().flat_map(|contest| &contest.contenders);
    let tallies = contenders.flat_map(|contender| &contender.tallies);
    let stated = tallies.filter(|tally| tally.label.is_none());
    let mut rounds: Vec<u8> = stated.filter_map(|tally| tally.round).collect();
    rounds.sort_unstable();
    rounds.dedup();
    rounds
}

/// What is compared, and of which round.
pub(super) fn shown(before: &Contest, after: &Contest, groups: &[Group]) -> Vec<(Of, u8)> {
    let rounds = rounds([before, after]);
    let both = |of: Of, round: u8| of.stated(before, round) && of.stated(after, round);
    let either = |of: Of, round: u8| of.stated(before, round) || of.stated(after, round);
    let votes = |of: Of| by_votes(of, before, after, &rounds);
    let mut shown: Vec<(Of, u8)> = [Of::Share, Of::Votes]
        .map(votes)
        .into_iter()
        .find(|some| !some.is_empty())
        .unwrap_or_else(|| {
            let of = [Of::Share, Of::Votes]
                .into_iter()
                .find(|of| rounds.iter().any(|round| either(*of, *round)));
            let stated = of.into_iter().flat_map(|of| rounds.iter().map(move |round| (of, *round)));
            ends(stated.filter(|(of, round)| either(*of, *round)).collect())
        });
    // Where every share stayed, and votes did not, the votes are what there is to see.
    let counts: Vec<(Of, u8)> = shown.iter().map(|(_, round)| (Of::Votes, *round)).collect();
    if shown.iter().all(|(of, round)| *of == Of::Share && stays(before, after, groups, *of, *round))
        && counts.iter().all(|(of, round)| both(*of, *round))
        && counts.iter().any(|(of, round)| !stays(before, after, groups, *of, *round))
    {
        shown = counts;
    }
    let first = rounds.first().copied().unwrap_or(1);
    for of in [Of::Electors, Of::Seats] {
        if both(of, first) || (shown.is_empty() && either(of, first)) {
            shown.push((of, first));
        }
    }
    shown
}

/// The first and the last round that both state, or the later alone; none where they have none in common.
fn by_votes(of: Of, before: &Contest, after: &Contest, rounds: &[u8]) -> Vec<(Of, u8)> {
    let later: Vec<u8> = rounds.iter().copied().filter(|round| of.stated(after, *round)).collect();
    if !later.iter().any(|round| of.stated(before, *round)) {
        return Vec::new();
    }
    ends(later.into_iter().map(|round| (of, round)).collect())
}

/// The first and the last are what readers know.
fn ends(rounds: Vec<(Of, u8)>) -> Vec<(Of, u8)> {
    rounds.first().into_iter().chain(rounds.iter().skip(1).next_back()).copied().collect()
}

/// Whether everybody has the same on both sides, and somebody has it at all.
fn stays(before: &Contest, after: &Contest, groups: &[Group], of: Of, round: u8) -> bool {
    groups.iter().all(|group| {
        let [one, other] = sides(before, after, group).map(|side| of.sum(&side, round));
        match (one, other) {
            (Some(one), Some(other)) => one.minus(other).is_some_and(|less| less.mantissa() == 0),
            (None, None) => true,
            _ => false,
        }
    })
}

/// The contenders of a group on each side.
pub(super) fn sides<'a>(
    before: &'a Contest,
    after: &'a Contest,
    group: &Group,
) -> [Vec<&'a Contender>; 2] {
    let pick = |contest: &'a Contest, places: &[usize]| -> Vec<&'a Contender> {
        places.iter().filter_map(|at| contest.contenders.get(*at)).collect()
    };
    [pick(before, &group.before), pick(after, &group.after)]
}
