//! Reads the shares of the votes of a round, and of the seats of a contest.

use std::collections::HashSet;

use super::{ContenderKind, Shares};
use crate::analysis::measure::alliances::{AllianceShare, Alliances, Amounts};
use crate::analysis::measure::points::Points;
use crate::model::{
    BallotOption, Contender, Contest, Decimal, OptionKind, Tally, is_independent, is_others,
};

impl Shares {
    /// Reads the shares of the votes of a round: as stated; else votes divided by valid votes; else
    /// votes divided by the sum of all votes. `None` if nothing is stated, a contender stands
    /// twice, or an option may be the total.
    pub(in crate::analysis::measure) fn from_votes(contest: &Contest, round: u8) -> Option<Self> {
        let tallies: Vec<Option<&Tally>> =
            contest.contenders.iter().map(|contender| contender.tally(round)).collect();
        let voted = |tally: &Option<&Tally>| {
            tally.is_some_and(|tally| tally.votes.is_some() || tally.share.is_some())
        };
        if has_duplicate(&contest.contenders, tallies.iter().map(voted))
            || may_have_total(contest, round)
        {
            return None;
        }
        let votes: Vec<Option<u64>> = tallies.iter().map(|tally| (*tally)?.votes).collect();
        let stated: Vec<Option<Decimal>> = tallies.iter().map(|tally| (*tally)?.share).collect();
        let stood = stood(&contest.contenders, round);
        if stated.iter().any(Option::is_some) {
            return Self::from_stated_shares(contest, round, &stated, &votes, &stood);
        }
        let valid = contest.round(round).and_then(|of| of.valid);
        let counts = Counts {
            stated: &votes,
            stood: &stood,
            options: options_in_round(contest, round, |tally| tally.votes),
        };
        // If voters have several votes, the votes outnumber the valid ballots.
        counts.shares(contest, valid).or_else(|| counts.shares(contest, None))
    }

    /// Creates the shares of a contest from the shares of its contenders and options. `None` if no
    /// share is stated.
    fn of_contest(
        contest: &Contest,
        shares: Vec<AllianceShare<Points>>,
        [others, against_all]: [Points; 2],
        max_error: Points,
    ) -> Option<Self> {
        let kinds = contender_kinds(contest);
        Self { shares, kinds, others, against_all, max_error, assumes_complete: false }
            .if_any_stated()
    }

    fn from_stated_shares(
        contest: &Contest,
        round: u8,
        stated: &[Option<Decimal>],
        votes: &[Option<u64>],
        stood: &[bool],
    ) -> Option<Self> {
        let options = options_in_round(contest, round, |tally| tally.share);
        let [others, against_all] = options
            .each_ref()
            .map(|shares| shares.iter().copied().map(Points::from_decimal).sum::<Points>());
        let rounding_errors: Vec<i128> = stated
            .iter()
            .map(|share| share.map_or(0, |share| Points::rounding_error(share).raw()))
            .collect();
        let options = options.iter().flatten().copied();
        let own: Points = rounding_errors.iter().map(|slack| Points::from_raw(*slack)).sum();
        let error = own + options.map(Points::rounding_error).sum();
        let amounts: Vec<Option<i128>> = stated
            .iter()
            .map(|share| share.map(|share| Points::from_decimal(share).raw()))
            .collect();
        let amounts = Amounts {
            stated: &amounts,
            rounding_errors: &rounding_errors,
            total: Some((Points::ONE_HUNDRED - others - against_all).raw()),
            votes,
            stood,
        };
        let shares = Alliances::new(&contest.contenders).resolve(&amounts);
        let shares = shares.into_iter().map(|share| share.map(Points::from_raw)).collect();
        Self::of_contest(contest, shares, [others, against_all], error)
    }

    /// Reads the seat shares: of the seats to fill, or of the whole chamber if more seats are
    /// stated than are to be filled, or of all stated seats if neither number is stated. `None` if
    /// nothing is stated, a contender stands twice, or more seats are stated than exist.
    pub(in crate::analysis::measure) fn from_seats(contest: &Contest) -> Option<Self> {
        let counts: Vec<Option<u64>> =
            contest.contenders.iter().map(Contender::seats_won).collect();
        if has_duplicate(&contest.contenders, counts.iter().map(Option::is_some)) {
            return None;
        }
        let stood = vec![true; counts.len()];
        let options = options_in_round(contest, 1, |tally| tally.seats);
        let counts = Counts { stated: &counts, stood: &stood, options };
        let Some(seats) = &contest.seats else { return counts.shares(contest, None) };
        // If only a part of a chamber is elected, the stated seats may be the seats in the whole
        // chamber.
        let totals = [seats.count, seats.of].into_iter().flatten();
        let mut totals = totals.filter_map(|total| counts.shares(contest, Some(total)));
        let is_unstated = seats.count.or(seats.of).is_none();
        totals.next().or_else(|| counts.shares(contest, None).filter(|_| is_unstated))
    }
}

/// Numbers of votes or seats.
struct Counts<'a> {
    stated: &'a [Option<u64>],
    stood: &'a [bool],
    /// Counts of the options except "Against all", then of "Against all".
    options: [Vec<u64>; 2],
}

impl Counts<'_> {
    /// Returns the shares of a total, or of the sum of the counts if no total is given. `None` if
    /// the counts exceed the total, or if some are missing and no total is given.
    fn shares(&self, contest: &Contest, total: Option<u64>) -> Option<Shares> {
        let sum =
            |counts: &[u64]| counts.iter().fold(0_u64, |sum, count| sum.saturating_add(*count));
        let [others, against_all] = self.options.each_ref().map(|counts| sum(counts));
        let option_sum = i128::from(others) + i128::from(against_all);
        let no_errors = vec![0; self.stated.len()];
        let stated: Vec<Option<i128>> =
            self.stated.iter().map(|count| count.map(i128::from)).collect();
        let amounts = Amounts {
            stated: &stated,
            rounding_errors: &no_errors,
            total: total.map(|total| i128::from(total) - option_sum),
            votes: self.stated,
            stood: self.stood,
        };
        let shares = Alliances::new(&contest.contenders).resolve(&amounts);
        let missing = shares.contains(&AllianceShare::Missing);
        let counted = shares
            .iter()
            .map(|share| if let AllianceShare::Stated(count) = share { *count } else { 0 });
        let all = u64::try_from(counted.fold(option_sum, i128::saturating_add)).ok()?;
        let total = match total {
            Some(whole) => (all <= whole).then_some(whole)?,
            None => (!missing).then_some(all)?,
        };
        let unit = Points::percentage(1, total)?;
        let part = |count: i128| {
            u64::try_from(count).ok().and_then(|count| Points::percentage(count, total))
        };
        let shares: Vec<AllianceShare<Points>> = shares
            .into_iter()
            .map(|share| share.map(|count| part(count).unwrap_or_default()))
            .collect();
        // Division makes each share slightly inexact. If a count is missing, a shortfall below half
        // of one vote or seat counts as rounding.
        let division_error = Points::from_raw(2 * shares.len() as i128 + 4);
        let error = if missing { unit.half() + division_error } else { division_error };
        let [others, against_all] =
            [others, against_all].map(|count| Points::percentage(count, total).unwrap_or_default());
        Shares::of_contest(contest, shares, [others, against_all], error)
    }
}

/// Returns the figures of the options in a round: first of all options except "Against all", then
/// of "Against all".
pub(in crate::analysis::measure) fn options_in_round<T>(
    contest: &Contest,
    round: u8,
    figure: impl Fn(&Tally) -> Option<T>,
) -> [Vec<T>; 2] {
    let is_in_group = |wanted: bool| {
        move |option: &&BallotOption| (option.kind == OptionKind::AgainstAll) == wanted
    };
    [false, true].map(|nobody| {
        let options = contest.options.iter().filter(is_in_group(nobody));
        let tallies = options.flat_map(|option| &option.tallies);
        tallies.filter(|tally| tally.ballot() == round.into()).filter_map(&figure).collect()
    })
}

/// Returns whether an option may be the total of all contenders. Such an option has as many votes
/// as all contenders together, or its share and the contenders' shares exceed 150 % together.
fn may_have_total(contest: &Contest, round: u8) -> bool {
    let tallies = || contest.contenders.iter().filter_map(|contender| contender.tally(round));
    let votes: u128 = tallies().filter_map(|tally| tally.votes).map(u128::from).sum();
    let shares: Points = tallies().filter_map(|tally| tally.share).map(Points::from_decimal).sum();
    let [others, _] = options_in_round(contest, round, |tally| Some((tally.votes, tally.share)));
    let limit = Points::ONE_HUNDRED + Points::ONE_HUNDRED.half();
    others.into_iter().any(|(count, share)| {
        share.is_some_and(|share| shares + Points::from_decimal(share) > limit)
            || count.is_some_and(|count| count > 0 && u128::from(count) == votes)
    })
}

/// Returns for each contender whether it stood in a round. A contender with figures only for other
/// rounds did not stand. A contender without figures, or whose figures have no round, may have
/// stood, so the result is `true`.
fn stood(contenders: &[Contender], round: u8) -> Vec<bool> {
    let stood = contenders.iter().map(|contender| {
        let mut others = contender.tallies.iter().filter(|other| other.label.is_none());
        contender.tally(round).is_some() || others.all(|other| other.round.is_none())
    });
    stood.collect()
}

fn contender_kinds(contest: &Contest) -> Vec<ContenderKind> {
    contest.contenders.iter().map(contender_kind).collect()
}

fn contender_kind(contender: &Contender) -> ContenderKind {
    match &contender.party {
        Some(party) if contender.people.is_empty() => match party {
            party if is_others(&party.name) => ContenderKind::Others,
            party if is_independent(party) => ContenderKind::Independents,
            _ => ContenderKind::Single,
        },
        _ => ContenderKind::Single,
    }
}

/// Returns whether a contender appears twice among those with figures. The contender's result is
/// then unknown.
fn has_duplicate(contenders: &[Contender], counted: impl Iterator<Item = bool>) -> bool {
    let mut names = HashSet::new();
    let counted = contenders.iter().zip(counted).filter(|(_, counted)| *counted);
    counted.filter_map(|(contender, _)| contender.identity()).any(|name| !names.insert(name))
}
