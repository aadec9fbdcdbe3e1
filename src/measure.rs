//! Measures of a contest, and of two one after the other: pure functions of what a record states.
//!
//! A contender whose share or seats are not stated is left out, for a blank is no zero. Shares are taken as
//! they stand unless [`Mode::Renormalised`] is asked for. Where those that are listed fall short of the
//! whole by more than their rounding, a measure is a range: the rest may be one party, or very many.

pub mod formula;
mod names;
mod shares;

use serde::Serialize;

use crate::model::{Contest, Round};
pub use names::Measure;
pub use shares::Mode;
use shares::Shares;

/// A measure's value, and between what it must be when something is not listed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Value {
    /// Of what is listed, with the least that what is missing adds to it.
    pub value: f64,
    /// The lowest that it may be.
    pub low: f64,
    /// The highest that it may be.
    pub high: f64,
}

impl Value {
    fn exact(value: f64) -> Self {
        Self { value, low: value, high: value }
    }

    /// With what the rest may make of it.
    fn ranged(value: f64, ends: [f64; 2]) -> Self {
        let [low, high] = [f64::min, f64::max].map(|pick| ends.into_iter().fold(value, pick));
        Self { value, low, high }
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
    /// assert_eq!(format!("{:.2}", of(Measure::Margin).unwrap().value), "34.14");
    /// assert_eq!(of(Measure::Turnout), None);
    /// ```
    #[must_use]
    pub fn of(self, contest: &Contest, options: &Options) -> Option<Value> {
        let votes = || votes(contest, options, first_round(contest));
        let seats = || options.mode.applied(Shares::of_seats(contest));
        let pairs = || Pairs::of(&votes(), &seats());
        match self {
            Self::Turnout => turnout(contest, options),
            Self::Margin => {
                let shares = self::votes(contest, options, last_round(contest));
                margin(shares.listed(), shares.rest())
            }
            Self::MarginVotes => {
                let round = options.round.unwrap_or(last_round(contest));
                let tallies = contest.contenders.iter().flat_map(|contender| &contender.tallies);
                let of_round = tallies.filter(|tally| tally.ballot() == round.into());
                let counts: Vec<f64> =
                    of_round.filter_map(|tally| Some(tally.votes? as f64)).collect();
                let sum: f64 = counts.iter().sum();
                // Of all votes the rest has the share that the shares leave, or what is left of the valid ones.
                let stated = contest.round(round);
                let rest = match stated.and_then(|round| round.valid) {
                    Some(valid) => (valid as f64 - sum).max(0.0),
                    None => {
                        let rest = Shares::of_votes(contest, round).rest();
                        if rest < 100.0 { sum * rest / (100.0 - rest) } else { 0.0 }
                    }
                };
                margin(counts, rest)
            }
            Self::EnpVotes => divided(&votes(), formula::laakso_taagepera, no_more),
            Self::EnpSeats => divided(&seats(), formula::laakso_taagepera, no_more),
            Self::GolosovVotes => divided(&votes(), formula::golosov, golosov_rest),
            Self::GolosovSeats => divided(&seats(), formula::golosov, golosov_rest),
            Self::MolinarVotes => divided(&votes(), formula::molinar, no_more),
            Self::MolinarSeats => divided(&seats(), formula::molinar, no_more),
            Self::FractionalisationVotes => divided(&votes(), formula::fractionalisation, no_more),
            Self::FractionalisationSeats => divided(&seats(), formula::fractionalisation, no_more),
            Self::Gallagher => pairs().gallagher(),
            Self::LoosemoreHanby => pairs().loosemore_hanby(),
            Self::Rae => pairs().rae(),
            Self::SainteLague => pairs().sainte_lague(),
            Self::LargestDeviation => pairs().largest_deviation(),
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
        let shares = |contest| votes(contest, options, first_round(contest));
        match self {
            Self::TurnoutChange => {
                let (before, after) = (turnout(before, options)?, turnout(after, options)?);
                let ends = [after.low - before.high, after.high - before.low];
                Some(Value::ranged(after.value - before.value, ends))
            }
            Self::Volatility => volatility(&shares(before), &shares(after), groups),
            Self::SwingButler => {
                let (one, other) = two_parties(before, after, groups, options)?;
                Some(Value::exact(formula::butler(one, other)))
            }
            Self::SwingSteed => {
                let (one, other) = two_parties(before, after, groups, options)?;
                formula::steed(one, other).map(Value::exact)
            }
            _ => None,
        }
    }
}

fn first_round(contest: &Contest) -> u8 {
    rounds(contest).min().unwrap_or(1)
}

fn last_round(contest: &Contest) -> u8 {
    rounds(contest).max().unwrap_or(1)
}

/// Those in which anybody has votes.
pub(crate) fn rounds(contest: &Contest) -> impl Iterator<Item = u8> {
    let tallies = contest.contenders.iter().flat_map(|contender| &contender.tallies);
    let voted = tallies.filter(|tally| tally.votes.is_some() || tally.share.is_some());
    voted.filter(|tally| tally.label.is_none()).filter_map(|tally| tally.round)
}

fn votes(contest: &Contest, options: &Options, round: u8) -> Shares {
    options.mode.applied(Shares::of_votes(contest, options.round.unwrap_or(round)))
}

fn turnout(contest: &Contest, options: &Options) -> Option<Value> {
    let of = |round: &&Round| match options.round {
        Some(wanted) => round.ballot() == wanted.into(),
        None => round.number.is_some() && round.label.is_none(),
    };
    contest.rounds.iter().filter(of).find_map(turnout_of)
}

/// As stated; else the ballots cast of those registered. Where only the valid ones are stated, no fewer were
/// cast, and the turnout is at least theirs.
fn turnout_of(round: &Round) -> Option<Value> {
    if let Some(stated) = round.turnout {
        return Some(Value::exact(stated.to_f64()));
    }
    let registered = round.registered.filter(|registered| *registered > 0)?;
    let of_registered = |ballots: u64| 100.0 * ballots as f64 / registered as f64;
    let cast = round.cast.or_else(|| round.valid_and_invalid());
    if let Some(cast) = cast {
        return Some(Value::exact(of_registered(cast)));
    }
    let least = of_registered(round.valid?);
    Some(Value::ranged(least, [least, 100.0]))
}

/// The first less the second, of what is listed. What is missing may be of one who comes before either of them.
fn margin(mut listed: Vec<f64>, rest: f64) -> Option<Value> {
    listed.sort_by(|one, other| other.total_cmp(one));
    let (first, second) = (*listed.first()?, *listed.get(1)?);
    let value = first - second;
    let nearest = if rest >= first { 0.0 } else { first - rest.max(second) };
    Some(Value::ranged(value, [nearest, value.max(rest - first)]))
}

/// A measure of how a whole is divided. `many` is what a rest in very many parts adds to it.
fn divided(
    shares: &Shares,
    formula: fn(&[f64]) -> Option<f64>,
    many: fn(&[f64], f64) -> f64,
) -> Option<Value> {
    let (listed, rest) = (shares.listed(), shares.rest());
    let value = formula(&listed)?;
    if rest == 0.0 {
        return Some(Value::exact(value));
    }
    let with_one = formula(&[listed.as_slice(), &[rest]].concat())?;
    Some(Value::ranged(value, [with_one, value + many(&listed, rest)]))
}

/// Shares that are next to nothing have squares that are nothing.
fn no_more(_: &[f64], _: f64) -> f64 {
    0.0
}

/// Golosov's term of a share p that is next to nothing is p/p₁².
fn golosov_rest(listed: &[f64], rest: f64) -> f64 {
    rest / 100.0 / formula::largest(listed).powi(2)
}

/// Vote shares beside seat shares, of those who have both, and what is missing of each.
struct Pairs {
    both: Vec<(f64, f64)>,
    votes: f64,
    seats: f64,
}

impl Pairs {
    fn of(votes: &Shares, seats: &Shares) -> Self {
        let both: Vec<(f64, f64)> =
            (0..votes.len()).filter_map(|at| votes.at(at).zip(seats.at(at))).collect();
        let rest_of_votes = votes.lacking(both.iter().map(|pair| pair.0).sum());
        let rest_of_seats = seats.lacking(both.iter().map(|pair| pair.1).sum());
        Self { both, votes: rest_of_votes, seats: rest_of_seats }
    }

    fn is_whole(&self) -> bool {
        self.votes == 0.0 && self.seats == 0.0
    }

    fn gallagher(&self) -> Option<Value> {
        let value = formula::gallagher(&self.both)?;
        // Of very many parts, each is as far off as it likes to be; at most all votes are of some, and all
        // seats of others.
        let apart = [self.both.as_slice(), &[(self.votes, 0.0), (0.0, self.seats)]].concat();
        Some(Value::ranged(value, [value, formula::gallagher(&apart)?]))
    }

    fn loosemore_hanby(&self) -> Option<Value> {
        let value = formula::loosemore_hanby(&self.both)?;
        let least = value + (self.votes - self.seats).abs() / 2.0;
        Some(Value::ranged(least, [least, value + (self.votes + self.seats) / 2.0]))
    }

    fn rae(&self) -> Option<Value> {
        let value = formula::rae(&self.both)?;
        if self.is_whole() {
            return Some(Value::exact(value));
        }
        let sum = value * self.both.len() as f64;
        let parties = self.both.len() as f64 + 1.0;
        // Parties without end, of next to nothing each, take the mean to nothing.
        Some(Value::ranged(value, [0.0, (sum + self.votes + self.seats) / parties]))
    }

    fn sainte_lague(&self) -> Option<Value> {
        let value = formula::sainte_lague(&self.both)?;
        if self.seats > 0.0 {
            // Seats of parties with next to no votes are worth any amount.
            return Some(Value::ranged(value, [value, f64::INFINITY]));
        }
        // (0−v)²/v is v, however many share it.
        Some(Value::exact(value + self.votes))
    }

    fn largest_deviation(&self) -> Option<Value> {
        let value = formula::largest_deviation(&self.both)?;
        Some(Value::ranged(value, [value, self.votes.max(self.seats).max(value)]))
    }
}

/// The shares of each group before and after; who did not stand had none. A group in which a share is
/// not stated is left out.
fn paired(before: &Shares, after: &Shares, groups: &[Group]) -> Vec<(f64, f64)> {
    let sum = |shares: &Shares, places: &[usize]| -> Option<f64> {
        places.iter().map(|at| shares.at(*at)).sum()
    };
    let both = |group: &Group| Some((sum(before, &group.before)?, sum(after, &group.after)?));
    groups.iter().filter_map(both).collect()
}

fn volatility(before: &Shares, after: &Shares, groups: &[Group]) -> Option<Value> {
    if before.listed().is_empty() || after.listed().is_empty() {
        return None;
    }
    let pairs = paired(before, after, groups);
    let value = formula::pedersen(&pairs)?;
    // What is missing may be of the same parties, or of others altogether.
    let gone = before.lacking(pairs.iter().map(|pair| pair.0).sum());
    let come = after.lacking(pairs.iter().map(|pair| pair.1).sum());
    let least = value + (come - gone).abs() / 2.0;
    Some(Value::ranged(least, [least, value + (come + gone) / 2.0]))
}

/// The two largest groups of the later contest, the first first, where both stood in both contests. A swing is from
/// the second to the first.
#[must_use]
pub fn two_largest<'a>(
    before: &Contest,
    after: &Contest,
    groups: &'a [Group],
    options: &Options,
) -> Option<[&'a Group; 2]> {
    let shares = |contest| votes(contest, options, first_round(contest));
    let (then, now) = (shares(before), shares(after));
    let share = |group: &&'a Group| -> Option<f64> {
        if group.after.is_empty() { None } else { group.after.iter().map(|at| now.at(*at)).sum() }
    };
    let stood = groups.iter().filter_map(|group| Some((share(&group)?, group)));
    let mut stood: Vec<(f64, &Group)> = stood.collect();
    stood.sort_by(|one, other| other.0.total_cmp(&one.0));
    let two = [stood.first()?.1, stood.get(1)?.1];
    let before = |group: &Group| {
        !group.before.is_empty() && group.before.iter().all(|at| then.at(*at).is_some())
    };
    two.iter().all(|group| before(group)).then_some(two)
}

/// Of the two largest: their shares before and after.
fn two_parties(
    before: &Contest,
    after: &Contest,
    groups: &[Group],
    options: &Options,
) -> Option<((f64, f64), (f64, f64))> {
    let two = two_largest(before, after, groups, options)?.map(Group::clone);
    let shares = |contest| votes(contest, options, first_round(contest));
    let pairs = paired(&shares(before), &shares(after), &two);
    Some((*pairs.first()?, *pairs.get(1)?))
}

#[cfg(test)]
mod tests;
