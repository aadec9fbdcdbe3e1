//! What a contest states of a whole: the votes of a round, and the seats.

use std::collections::HashSet;

use super::{Shares, Unit};
use crate::measure::alliances::{Alliances, Amounts, Share};
use crate::measure::points::Points;
use crate::model::{
    BallotOption, Contender, Contest, Decimal, OptionKind, Tally, is_independent, is_others,
};

impl Shares {
    /// Of the votes of a round: as stated, or of the valid votes, or, where these are not stated either, of
    /// all votes that are. None where nothing is stated, or a contender stands there twice.
    pub(in crate::measure) fn of_votes(contest: &Contest, round: u8) -> Option<Self> {
        let tallies: Vec<Option<&Tally>> =
            contest.contenders.iter().map(|contender| contender.tally(round)).collect();
        let voted = |tally: &Option<&Tally>| {
            tally.is_some_and(|tally| tally.votes.is_some() || tally.share.is_some())
        };
        if stands_twice(&contest.contenders, tallies.iter().map(voted)) || has_total(contest, round)
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
            beside: beside(contest, round, |tally| tally.votes),
        };
        // Where voters have several votes, they are more than the valid ballots.
        counts.shares(contest, valid).or_else(|| counts.shares(contest, None))
    }

    fn of_shares(
        contest: &Contest,
        round: u8,
        stated: &[Option<Decimal>],
        votes: &[Option<u64>],
        stood: &[bool],
    ) -> Option<Self> {
        let beside = beside(contest, round, |tally| tally.share);
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

    /// Of the seats: of those to be filled, or, where these are not stated, of all that are. None where nothing
    /// is stated, a contender stands there twice, or more seats are stated than there are.
    pub(in crate::measure) fn of_seats(contest: &Contest) -> Option<Self> {
        let counts: Vec<Option<u64>> =
            contest.contenders.iter().map(Contender::seats_won).collect();
        if stands_twice(&contest.contenders, counts.iter().map(Option::is_some)) {
            return None;
        }
        let stood = vec![true; counts.len()];
        let beside = beside(contest, 1, |tally| tally.seats);
        let counts = Counts { of: &counts, stood: &stood, beside };
        let Some(seats) = &contest.seats else { return counts.shares(contest, None) };
        // Where a part of a chamber is elected, the seats of parties may be those of the whole.
        let wholes = [seats.count, seats.of].into_iter().flatten();
        let mut wholes = wholes.filter_map(|whole| counts.shares(contest, Some(whole)));
        let none = seats.count.or(seats.of).is_none();
        wholes.next().or_else(|| counts.shares(contest, None).filter(|_| none))
    }
}

/// Numbers of votes or of seats.
struct Counts<'a> {
    of: &'a [Option<u64>],
    stood: &'a [bool],
    /// Those of others, and those for nobody.
    beside: [Vec<u64>; 2],
}

impl Counts<'_> {
    /// Their shares of a whole, or of all of them. None where they are more than the whole; and where that is not
    /// known and some are missing, since nobody can say how much that is.
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
        let missing = shares.contains(&Share::Missing);
        let counted =
            shares.iter().map(|share| if let Share::Stated(count) = share { *count } else { 0 });
        let all = u64::try_from(counted.fold(beside, i128::saturating_add)).ok()?;
        let whole = match whole {
            Some(whole) => (all <= whole).then_some(whole)?,
            None => (!missing).then_some(all)?,
        };
        let unit = Points::part(1, whole)?;
        let part =
            |count: i128| u64::try_from(count).ok().and_then(|count| Points::part(count, whole));
        let shares: Vec<Share<Points>> = shares
            .into_iter()
            .map(|share| share.map(|count| part(count).unwrap_or_default()))
            .collect();
        // Parts of a whole number are a hair off; and what is not stated may be half of one.
        let hair = Points::from_raw(2 * shares.len() as i128 + 4);
        let error = if missing { unit.half() + hair } else { hair };
        let [others, nobody] =
            [others, nobody].map(|count| Points::part(count, whole).unwrap_or_default());
        Shares { shares, units: units(contest), others, nobody, error, forced: false }.stated()
    }
}

/// What a round has for those who are no contenders: for others, and for nobody.
pub(in crate::measure) fn beside<T>(
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

/// Whether a row beside the contenders may be the total of them all: it has as many votes, or so large a share that with
/// theirs it is far more than the whole.
fn has_total(contest: &Contest, round: u8) -> bool {
    let tallies = || contest.contenders.iter().filter_map(|contender| contender.tally(round));
    let votes: u128 = tallies().filter_map(|tally| tally.votes).map(u128::from).sum();
    let shares: Points = tallies().filter_map(|tally| tally.share).map(Points::of).sum();
    let [others, _] = beside(contest, round, |tally| Some((tally.votes, tally.share)));
    let far_over = Points::WHOLE + Points::WHOLE.half();
    others.into_iter().any(|(count, share)| {
        share.is_some_and(|share| shares + Points::of(share) > far_over)
            || count.is_some_and(|count| count > 0 && u128::from(count) == votes)
    })
}

/// Who stood in a round: not those who have figures of other rounds only. Of whom the source does not say of which
/// round the figures are, or has none, nobody knows.
fn stood(contenders: &[Contender], round: u8) -> Vec<bool> {
    let stood = contenders.iter().map(|contender| {
        let mut others = contender.tallies.iter().filter(|other| other.label.is_none());
        contender.tally(round).is_some() || others.all(|other| other.round.is_none())
    });
    stood.collect()
}

fn units(contest: &Contest) -> Vec<Unit> {
    contest.contenders.iter().map(unit).collect()
}

fn unit(contender: &Contender) -> Unit {
    match &contender.party {
        Some(party) if contender.people.is_empty() => match party {
            party if is_others(&party.name) => Unit::Others,
            party if is_independent(party) => Unit::Independents,
            _ => Unit::One,
        },
        _ => Unit::One,
    }
}

/// Whether a contender stands twice among those who have figures: what it has is then not known.
fn stands_twice(contenders: &[Contender], counted: impl Iterator<Item = bool>) -> bool {
    let mut names = HashSet::new();
    let counted = contenders.iter().zip(counted).filter(|(_, counted)| *counted);
    counted.filter_map(|(contender, _)| contender.identity()).any(|name| !names.insert(name))
}
