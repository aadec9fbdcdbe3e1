//! Measures of a contest, and of two one after the other: pure functions of what a record states.
//!
//! A contender whose share or seats are not stated is left out, for a blank is no zero. Shares are taken as
//! they stand unless [`Mode::Renormalised`] is asked for. Where somebody's is not stated, or those that are listed
//! fall short of the whole by more than their rounding, a measure is a range: the rest may be one party, or very
//! many. An alliance that has a row of its own has the votes of those members that have none.

mod alliances;
pub mod formula;
mod margin;
mod names;
mod pairs;
mod parties;
mod points;
mod shares;
mod turnout;
mod volatility;

use serde::Serialize;

use crate::model::{Ballot, Contest};
use alliances::Share;
pub use names::Measure;
use pairs::Pairs;
use parties::Division;
use points::{Points, tidy};
pub use shares::Mode;
use shares::{Shares, Unit};
use turnout::Turnout;

/// A measure's value, and between what it must be when something is not listed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Value {
    /// Of what is listed.
    pub value: f64,
    /// The lowest that it may be.
    pub low: f64,
    /// The highest that it may be.
    pub high: f64,
}

impl Value {
    fn exact(value: f64) -> Self {
        let value = tidy(value);
        Self { value, low: value, high: value }
    }

    /// With what the rest may make of it.
    fn ranged(value: f64, ends: [f64; 2]) -> Self {
        let [low, high] = [f64::min, f64::max].map(|pick| ends.into_iter().fold(value, pick));
        Self { value: tidy(value), low: tidy(low), high: tidy(high) }
    }

    /// Whether it is one number.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.low == self.high
    }
}

/// How to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// What to do about shares that do not add up to 100.
    pub mode: Mode,
    /// The round whose votes are meant, counted from 1. Without one, the first, when all who stand are
    /// still there; but the last for margins.
    pub round: Option<u8>,
}

/// Contenders of two contests that are one: by their places in the earlier and in the later. Several on
/// a side when a party was divided or joined others; none where it did not stand.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Group {
    /// In the earlier contest.
    pub before: Vec<usize>,
    /// In the later contest.
    pub after: Vec<usize>,
}

impl Measure {
    /// Its value in one contest. None where what it takes is not stated, and for measures of two contests.
    ///
    /// ```
    /// use hustings::measure::{Measure, Options};
    /// use hustings::model::Contest;
    /// let contest: Contest = serde_json::from_str(r#"{"contenders": [
    ///     {"tallies": [{"round": 1, "share": "66.65", "votes": 47095}]},
    ///     {"tallies": [{"round": 1, "share": "32.51", "votes": 22967}]}]}"#).unwrap();
    /// let of = |measure: Measure| measure.of(&contest, &Options::default());
    /// assert_eq!(of(Measure::MarginVotes).unwrap().value, 24_128.0);
    /// assert_eq!(of(Measure::Margin).unwrap().value, 34.14);
    /// assert_eq!(of(Measure::Turnout), None);
    /// ```
    #[must_use]
    pub fn of(self, contest: &Contest, options: &Options) -> Option<Value> {
        // Who stands twice on a ballot, or is the total of the others, would be counted twice.
        if self != Self::Turnout && contest.is_doubtful() {
            return None;
        }
        let votes = |division: Division| division.of(&votes(contest, options, FIRST)?);
        let seats = || Some(options.mode.applied(Shares::of_seats(contest)?));
        let pairs = || {
            let votes = self::votes(contest, options, FIRST)?;
            Some(Pairs::of(&votes, &seats()?))
        };
        match self {
            Self::Turnout => {
                Turnout::of(contest, options.round.unwrap_or(FIRST)).map(Turnout::measured)
            }
            Self::Margin => margin::of_shares(&self::votes(contest, options, last_round(contest))?),
            Self::MarginVotes => {
                margin::of_votes(contest, options.round.unwrap_or(last_round(contest)))
            }
            Self::EnpVotes => votes(Division::LaaksoTaagepera),
            Self::EnpSeats => Division::LaaksoTaagepera.of(&seats()?),
            Self::GolosovVotes => votes(Division::Golosov),
            Self::GolosovSeats => Division::Golosov.of(&seats()?),
            Self::MolinarVotes => votes(Division::Molinar),
            Self::MolinarSeats => Division::Molinar.of(&seats()?),
            Self::FractionalisationVotes => votes(Division::Fractionalisation),
            Self::FractionalisationSeats => Division::Fractionalisation.of(&seats()?),
            Self::Gallagher => pairs()?.gallagher(),
            Self::LoosemoreHanby => pairs()?.loosemore_hanby(),
            Self::Rae => pairs()?.rae(),
            Self::SainteLague => pairs()?.sainte_lague(),
            Self::LargestDeviation => pairs()?.largest_deviation(),
            Self::TurnoutChange | Self::Volatility | Self::SwingButler | Self::SwingSteed => None,
        }
    }

    /// Its value between two contests, whose contenders are matched in `groups`. None where what it takes
    /// is not stated, and for measures of one contest.
    ///
    /// ```
    /// use hustings::measure::{Group, Measure, Options};
    /// use hustings::model::Contest;
    /// let contest = |shares: [u8; 3]| -> Contest {
    ///     let contenders = shares.map(|share| serde_json::json!({"tallies": [{"round": 1, "share": share}]}));
    ///     serde_json::from_value(serde_json::json!({ "contenders": contenders })).unwrap()
    /// };
    /// let groups: Vec<Group> = (0..3).map(|at| Group { before: vec![at], after: vec![at] }).collect();
    /// let (before, after) = (contest([65, 25, 10]), contest([65, 15, 20]));
    /// let volatility = Measure::Volatility.between(&before, &after, &groups, &Options::default());
    /// assert_eq!(volatility.unwrap().value, 10.0);
    /// ```
    #[must_use]
    pub fn between(
        self,
        before: &Contest,
        after: &Contest,
        groups: &[Group],
        options: &Options,
    ) -> Option<Value> {
        let shares = |contest| votes(contest, options, FIRST);
        if self != Self::TurnoutChange && (before.is_doubtful() || after.is_doubtful()) {
            return None;
        }
        let swing = |formula| volatility::swing(formula, &shares(before)?, &shares(after)?, groups);
        match self {
            Self::TurnoutChange => {
                let now = Turnout::of(after, options.round.unwrap_or(FIRST))?;
                Some(now.since(Turnout::of(before, options.round.unwrap_or(FIRST))?).measured())
            }
            Self::Volatility => volatility::volatility(&shares(before)?, &shares(after)?, groups),
            Self::SwingButler => swing(|one, other| Some(formula::butler(one, other))),
            Self::SwingSteed => swing(formula::steed),
            _ => None,
        }
    }
}

/// The round in which all who stand are still there. Figures of another, or of a round that is not stated, are not taken
/// for its.
const FIRST: u8 = 1;

fn last_round(contest: &Contest) -> u8 {
    rounds(contest).max().unwrap_or(1)
}

/// Those in which anybody has votes that are not of one kind of several.
pub(crate) fn rounds(contest: &Contest) -> impl Iterator<Item = u8> {
    let tallies = contest.contenders.iter().flat_map(|contender| &contender.tallies);
    let voted = tallies.filter(|tally| tally.votes.is_some() || tally.share.is_some());
    voted.filter(|tally| tally.label.is_none()).filter_map(|tally| tally.round)
}

fn votes(contest: &Contest, options: &Options, round: u8) -> Option<Shares> {
    let shares = Shares::of_votes(contest, options.round.unwrap_or(round))?;
    Some(options.mode.applied(shares))
}

/// Which contenders have figures of a round that are not also in another contender's: not an alliance whose members have
/// all of it, nor a member whose figures are in its alliance's. All, where that cannot be told.
pub(crate) fn counted(contest: &Contest, ballot: Ballot<'_>) -> Vec<bool> {
    let round = ballot.round.filter(|_| ballot.label.is_none());
    let shares = round.and_then(|round| Shares::of_votes(contest, round));
    let own = |at: usize| contest.contenders[at].tally(ballot)?.share.map(Points::of);
    let is_own = |shares: &Shares, at: usize| match shares.share(at) {
        Share::Stated(points) => own(at).is_none_or(|own| own == points),
        Share::Missing => true,
        Share::Within(_) | Share::Nothing => false,
    };
    let all = 0..contest.contenders.len();
    all.map(|at| shares.as_ref().is_none_or(|shares| is_own(shares, at))).collect()
}

/// Which contenders may be the first of a round: somebody, counted once. None where somebody stands there twice.
pub(crate) fn candidates(contest: &Contest, round: u8) -> Option<Vec<bool>> {
    let shares = Shares::of_votes(contest, round)?;
    let counted = counted(contest, round.into()).into_iter().enumerate();
    Some(counted.map(|(at, counted)| counted && shares.unit(at) != Unit::Others).collect())
}

/// The two largest groups of the later contest, the first first, where both stood in both contests, and nobody whose
/// share is not stated can be larger. A swing is from the second to the first. Of the later contest, those of a
/// group are given who have a share of their own.
#[must_use]
pub fn two_largest(
    before: &Contest,
    after: &Contest,
    groups: &[Group],
    options: &Options,
) -> Option<[Group; 2]> {
    if before.is_doubtful() || after.is_doubtful() {
        return None;
    }
    let shares = |contest| votes(contest, options, FIRST);
    let after = shares(after)?;
    let mut two = volatility::two_largest(&shares(before)?, &after, groups)?;
    let has = |at: &usize| matches!(after.share(*at), Share::Stated(_));
    two.iter_mut().for_each(|group| group.after.retain(has));
    Some(two)
}

#[cfg(test)]
mod tests;
