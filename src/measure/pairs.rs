//! Vote shares beside seat shares: how far apart they are, and within which bounds where one of the two is not
//! known of somebody.

use std::collections::HashSet;

use super::alliances::Share;
use super::formula;
use super::points::Points;
use super::shares::{Rest, Shares, Unit};
use super::{Value, points::tidy};

/// What is known of both wholes.
pub(super) struct Pairs {
    /// Of everybody who has both.
    listed: Vec<(f64, f64)>,
    /// Of those of them who are somebody.
    single: Vec<(f64, f64)>,
    /// Of those who are put together.
    lumped: Vec<(f64, f64)>,
    /// Of those who have votes, and seats that are not stated or an alliance's.
    votes: Vec<f64>,
    /// Of those who have seats alone.
    seats: Vec<f64>,
    /// Of alliances that have both, and one of them for members who have the other themselves.
    shared: Vec<(f64, f64)>,
    /// Of each alliance that has the votes of members: its votes, and their seats together.
    joint: Vec<(f64, Vec<f64>)>,
    /// How many have neither of their own: their alliance has both.
    hidden: usize,
    rests: [Rest; 2],
    error: f64,
    is_forced: bool,
}

impl Pairs {
    pub(super) fn of(votes: &Shares, seats: &Shares) -> Self {
        let mut pairs = Self {
            listed: Vec::new(),
            single: Vec::new(),
            lumped: Vec::new(),
            votes: Vec::new(),
            seats: Vec::new(),
            shared: Vec::new(),
            joint: joint(votes, seats),
            hidden: 0,
            rests: [votes.rest(), seats.rest()],
            error: (votes.error() + seats.error()).to_f64(),
            is_forced: votes.forced || seats.forced,
        };
        let shared = shared(votes, seats);
        let beside = (votes.others().to_f64(), seats.others().to_f64());
        pairs.lumped.extend((beside != (0.0, 0.0)).then_some(beside));
        for at in 0..votes.len() {
            match [votes.share(at), seats.share(at)] {
                [Share::Stated(won), Share::Stated(has)] => {
                    let pair = (won.to_f64(), has.to_f64());
                    pairs.listed.push(pair);
                    match votes.unit(at) {
                        Unit::One if shared.contains(&at) => pairs.shared.push(pair),
                        Unit::One => pairs.single.push(pair),
                        _ => pairs.lumped.push(pair),
                    }
                }
                [Share::Stated(won), _] => pairs.votes.push(won.to_f64()),
                [_, Share::Stated(has)] => pairs.seats.push(has.to_f64()),
                [Share::Nothing, _] | [_, Share::Nothing] => {}
                _ => pairs.hidden += 1,
            }
        }
        pairs
    }

    fn is_whole(&self) -> bool {
        let alone = self.votes.iter().chain(&self.seats).all(|share| *share == 0.0);
        let lumped = self.lumped.iter().all(|pair| *pair == (0.0, 0.0));
        alone
            && lumped
            && self.shared.is_empty()
            && self.rests.iter().all(|rest| rest.is_none())
            && !self.is_forced
    }

    /// The votes and the seats that are not known to be of somebody who has both.
    fn apart(&self) -> [f64; 2] {
        let pairs = self.lumped.iter().chain(&self.shared);
        let pairs = pairs.fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
        let [votes, seats] = self.rests.map(|rest| rest.high.to_f64());
        let [own_votes, own_seats] = [&self.votes, &self.seats].map(|of| of.iter().sum::<f64>());
        [pairs.0 + own_votes + votes, pairs.1 + own_seats + seats]
    }

    fn value(&self, value: f64, ends: [f64; 2], limits: [f64; 2]) -> Value {
        match (self.is_whole(), self.is_forced) {
            (true, _) => Value::exact(tidy(value)),
            (_, true) => Value::ranged(value, limits),
            _ => Value::ranged(value, ends),
        }
    }

    pub(super) fn gallagher(&self) -> Option<Value> {
        let value = formula::gallagher(&self.listed)?;
        let squares = |pairs: &[(f64, f64)]| -> f64 {
            pairs.iter().map(|(votes, seats)| (votes - seats).powi(2)).sum()
        };
        let least = squares(&self.single);
        // Of all ways to divide what is missing, none is farther off than one in which all of it is of some who
        // have nothing of the other whole.
        let alone = self.votes.iter().chain(&self.seats).map(|share| share * share).sum::<f64>();
        let pairs = self.lumped.iter().chain(&self.shared);
        let lumped: f64 = pairs.map(|(votes, seats)| votes * votes + seats * seats).sum();
        let rests: f64 = self.rests.iter().map(|rest| rest.high.to_f64().powi(2)).sum();
        // Or an alliance is one party, whose members' seats are far from its votes.
        let joint = self.joint.iter().map(|(votes, seats)| {
            let apart = votes * votes + seats.iter().map(|share| share * share).sum::<f64>();
            ((votes - seats.iter().sum::<f64>()).powi(2) - apart).max(0.0)
        });
        let most = least + alone + lumped + rests + joint.sum::<f64>();
        let ends = [least, most].map(|squares| (squares / 2.0).sqrt());
        Some(self.value(value, ends, [0.0, 100.0]))
    }

    pub(super) fn loosemore_hanby(&self) -> Option<Value> {
        let value = formula::loosemore_hanby(&self.listed)?;
        let rests = self.rests.map(|rest| rest.low.to_f64());
        let votes = self.votes.iter().sum::<f64>() + rests[0];
        let seats = self.seats.iter().sum::<f64>() + rests[1];
        let value = value + (votes - seats).abs() / 2.0;
        let single = formula::loosemore_hanby(&self.single).unwrap_or_default();
        let [votes, seats] = self.apart();
        let slack =
            self.error + self.rests.iter().map(|rest| (rest.high - rest.low).to_f64()).sum::<f64>();
        let low = single + ((votes - seats).abs() - slack).max(0.0) / 2.0;
        let high = single + (votes + seats + self.error) / 2.0;
        Some(self.value(value, [low, high], [0.0, 100.0]))
    }

    pub(super) fn rae(&self) -> Option<Value> {
        let value = formula::rae(&self.listed)?;
        let single = formula::loosemore_hanby(&self.single).unwrap_or_default() * 2.0;
        let [votes, seats] = self.apart();
        let parties = formula::parties(&self.single) as f64 + 1.0;
        // An alliance is one party, or as many as are in it.
        if self.is_whole() && self.hidden > 0 {
            let known = formula::parties(&self.listed) as f64;
            let low = value * known / (known + self.hidden as f64);
            return Some(Value::ranged(value, [low, value]));
        }
        // Parties without end, of next to nothing each, take the mean to nothing.
        let high = ((single + votes + seats) / parties).max(single / (parties - 1.0).max(1.0));
        Some(self.value(value, [0.0, high], [0.0, 100.0]))
    }

    pub(super) fn sainte_lague(&self) -> Option<Value> {
        let value = formula::sainte_lague(&self.listed)?;
        let [votes, seats] = self.apart();
        let [rest, _] = self.rests.map(|rest| rest.low.to_f64());
        let value = value + self.votes.iter().sum::<f64>() + rest;
        let single = formula::sainte_lague(&self.single).unwrap_or_default();
        if seats > 0.0 {
            // Seats of parties with next to no votes are worth any amount.
            let known = formula::sainte_lague(&self.listed).unwrap_or_default();
            return Some(self.value(known, [single, f64::INFINITY], [0.0, f64::INFINITY]));
        }
        // (0−v)²/v is v, however many share it.
        let ends = [single + (votes - self.error).max(0.0), single + votes + self.error];
        Some(self.value(value, ends, [0.0, f64::INFINITY]))
    }

    pub(super) fn largest_deviation(&self) -> Option<Value> {
        let value = formula::largest_deviation(&self.listed)?;
        let single = formula::largest_deviation(&self.single).unwrap_or_default();
        let [votes, seats] = self.apart();
        Some(self.value(value, [single, single.max(votes).max(seats)], [0.0, 100.0]))
    }
}

/// The alliances whose votes or seats are also those of members, of whom the other is stated or missing.
fn shared(votes: &Shares, seats: &Shares) -> HashSet<usize> {
    let mut rows = HashSet::new();
    for at in 0..votes.len() {
        match [votes.share(at), seats.share(at)] {
            [Share::Within(one), Share::Within(other)] if one == other => {}
            [Share::Within(one), Share::Within(other)] => rows.extend([one, other]),
            [Share::Within(row), other] | [other, Share::Within(row)]
                if other != Share::Nothing =>
            {
                rows.insert(row);
            }
            _ => {}
        }
    }
    rows
}

fn joint(votes: &Shares, seats: &Shares) -> Vec<(f64, Vec<f64>)> {
    let has = |at: usize| match seats.share(at) {
        Share::Stated(points) => points,
        _ => Points::ZERO,
    };
    let with_members = votes.stated_by().filter_map(|(row, _, points)| {
        let within = (0..votes.len()).filter(|at| votes.share(*at) == Share::Within(row));
        let members: Vec<f64> = within.chain([row]).map(|at| has(at).to_f64()).collect();
        (members.len() > 1).then(|| (points.to_f64(), members))
    });
    with_members.collect()
}
