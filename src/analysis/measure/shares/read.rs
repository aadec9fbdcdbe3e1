//! Reads the shares of a contest: of the votes of a round, and of the seats.

use std::collections::HashSet;

use super::{ShareUnit, Shares};
use crate::analysis::measure::alliances::{AllianceShare, Alliances, Amounts};
use crate::analysis::measure::points::Points;
use crate::model::{
    BallotOption, Contender, Contest, Decimal, OptionKind, Tally, is_independent, is_others,
};

impl Shares {
    /// Reads the shares of the votes of a round: as stated; else votes divided by valid votes; else
    /// votes divided by the sum of all votes. `None` if nothing is stated, a contender stands
    /// twice, or an option may be the total.
    pub(in crate::analysis::measure) fn of_votes(contest: &Contest, round: u8) -> Option<Self> {
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
            return Self::of_shares(contest, round, &stated, &votes, &stood);
        }
        let valid = contest.round(round).and_then(|of| of.valid);
        let counts = Counts {
            of: &votes,
            stood: &stood,
            beside: options_in_round(contest, round, |tally| tally.votes),
        };
        // If voters have several votes, the votes outnumber the valid ballots.
        counts.shares(contest, valid).or_else(|| counts.shares(contest, None))
    }

    fn of_shares(
        contest: &Contest,
        round: u8,
        stated: &[Option<Decimal>],
        votes: &[Option<u64>],
        stood: &[bool],
    ) -> Option<Self> {
        let beside = options_in_round(contest, round, |tally| tally.share);
        let [others, nobody] =
            beside.each_ref().map(|shares| shares.iter().copied().map(Points::of).sum::<Points>());
        let slack: Vec<i128> = stated
            .iter()
            .map(|share| share.map_or(0, |share| Points::rounding(share).raw()))
            .collect();
        let beside = beside.iter().flatten().copied();
        let own: Points = slack.iter().map(|slack| Points::from_raw(*slack)).sum();
        let error = own + beside.map(Points::rounding).sum();
        let amounts: Vec<Option<i128>> =
            stated.iter().map(|share| share.map(|share| Points::of(share).raw())).collect();
        let amounts = Amounts {
            stated: &amounts,
            slack: &slack,
            whole: Some((Points::WHOLE - others - nobody).raw()),
            votes,
            stood,
        };
        let shares = Alliances::of(&contest.contenders).resolve(&amounts);
        let shares = shares.into_iter().map(|share| share.map(Points::from_raw)).collect();
        Self { shares, units: units(contest), others, nobody, error, forced: false }.stated()
    }

    /// Reads the shares of the seats: of the seats to fill, or of all stated seats if that number
    /// is not stated. `None` if nothing is stated, a contender stands twice, or more seats are
    /// stated than exist.
    pub(in crate::analysis::measure) fn of_seats(contest: &Contest) -> Option<Self> {
        let counts: Vec<Option<u64>> =
            contest.contenders.iter().map(Contender::seats_won).collect();
        if has_duplicate(&contest.contenders, counts.iter().map(Option::is_some)) {
            return None;
        }
        let stood = vec![true; counts.len()];
        let beside = options_in_round(contest, 1, |tally| tally.seats);
        let counts = Counts { of: &counts, stood: &stood, beside };
        let Some(seats) = &contest.seats else { return counts.shares(contest, None) };
        // If only a part of a chamber is elected, the stated seats may be those of the whole
        // chamber.
        let wholes = [seats.count, seats.of].into_iter().flatten();
        let mut wholes = wholes.filter_map(|whole| counts.shares(contest, Some(whole)));
        let none = seats.count.or(seats.of).is_none();
        wholes.next().or_else(|| counts.shares(contest, None).filter(|_| none))
    }
}

/// Numbers of votes or seats.
struct Counts<'a> {
    of: &'a [Option<u64>],
    stood: &'a [bool],
    /// Counts of all other options, and of "Against all".
    beside: [Vec<u64>; 2],
}

impl Counts<'_> {
    /// Returns the shares of a total, or of the sum of the counts if no total is given. `None` if
    /// the counts exceed the total, or if some are missing and no total is given.
    fn shares(&self, contest: &Contest, whole: Option<u64>) -> Option<Shares> {
        let sum =
            |counts: &[u64]| counts.iter().fold(0_u64, |sum, count| sum.saturating_add(*count));
        let [others, nobody] = self.beside.each_ref().map(|counts| sum(counts));
        let beside = i128::from(others) + i128::from(nobody);
        let none = vec![0; self.of.len()];
        let stated: Vec<Option<i128>> = self.of.iter().map(|count| count.map(i128::from)).collect();
        let amounts = Amounts {
            stated: &stated,
            slack: &none,
            whole: whole.map(|whole| i128::from(whole) - beside),
            votes: self.of,
            stood: self.stood,
        };
        let shares = Alliances::of(&contest.contenders).resolve(&amounts);
        let missing = shares.contains(&AllianceShare::Missing);
        let counted = shares
            .iter()
            .map(|share| if let AllianceShare::Stated(count) = share { *count } else { 0 });
        let all = u64::try_from(counted.fold(beside, i128::saturating_add)).ok()?;
        let whole = match whole {
            Some(whole) => (all <= whole).then_some(whole)?,
            None => (!missing).then_some(all)?,
        };
        let unit = Points::part(1, whole)?;
        let part =
            |count: i128| u64::try_from(count).ok().and_then(|count| Points::part(count, whole));
        let shares: Vec<AllianceShare<Points>> = shares
            .into_iter()
            .map(|share| share.map(|count| part(count).unwrap_or_default()))
            .collect();
        // Division makes each share slightly inexact. If a count is missing, a shortfall below half
        // of one vote or seat counts as rounding.
        let hair = Points::from_raw(2 * shares.len() as i128 + 4);
        let error = if missing { unit.half() + hair } else { hair };
        let [others, nobody] =
            [others, nobody].map(|count| Points::part(count, whole).unwrap_or_default());
        Shares { shares, units: units(contest), others, nobody, error, forced: false }.stated()
    }
}

/// Returns the figures of the options in a round: of all others, then of "Against all".
pub(in crate::analysis::measure) fn options_in_round<T>(
    contest: &Contest,
    round: u8,
    of: impl Fn(&Tally) -> Option<T>,
) -> [Vec<T>; 2] {
    let is = |wanted: bool| {
        move |option: &&BallotOption| (option.kind == OptionKind::AgainstAll) == wanted
    };
    [false, true].map(|nobody| {
        let options = contest.options.iter().filter(is(nobody));
        let tallies = options.flat_map(|option| &option.tallies);
        tallies.filter(|tally| tally.ballot() == round.into()).filter_map(&of).collect()
    })
}

/// Returns whether an option may be the total of all contenders. It has as many votes as they have
/// together, or its share and theirs exceed 150 % together.
fn may_have_total(contest: &Contest, round: u8) -> bool {
    let tallies = || contest.contenders.iter().filter_map(|contender| contender.tally(round));
    let votes: u128 = tallies().filter_map(|tally| tally.votes).map(u128::from).sum();
    let shares: Points = tallies().filter_map(|tally| tally.share).map(Points::of).sum();
    let [others, _] = options_in_round(contest, round, |tally| Some((tally.votes, tally.share)));
    let far_over = Points::WHOLE + Points::WHOLE.half();
    others.into_iter().any(|(count, share)| {
        share.is_some_and(|share| shares + Points::of(share) > far_over)
            || count.is_some_and(|count| count > 0 && u128::from(count) == votes)
    })
}

/// Returns for each contender whether it stood in a round. One with figures only for other rounds
/// did not. One without figures, or whose figures have no round, may have stood.
fn stood(contenders: &[Contender], round: u8) -> Vec<bool> {
    let stood = contenders.iter().map(|contender| {
        let mut others = contender.tallies.iter().filter(|other| other.label.is_none());
        contender.tally(round).is_some() || others.all(|other| other.round.is_none())
    });
    stood.collect()
}

fn units(contest: &Contest) -> Vec<ShareUnit> {
    contest.contenders.iter().map(unit).collect()
}

fn unit(contender: &Contender) -> ShareUnit {
    match &contender.party {
        Some(party) if contender.people.is_empty() => match party {
            party if is_others(&party.name) => ShareUnit::Others,
            party if is_independent(party) => ShareUnit::Independents,
            _ => ShareUnit::One,
        },
        _ => ShareUnit::One,
    }
}

/// Returns whether a contender appears twice among those with figures. Its result is then unknown.
fn has_duplicate(contenders: &[Contender], counted: impl Iterator<Item = bool>) -> bool {
    let mut names = HashSet::new();
    let counted = contenders.iter().zip(counted).filter(|(_, counted)| *counted);
    counted.filter_map(|(contender, _)| contender.identity()).any(|name| !names.insert(name))
}
