//! Vote shares compared with seat shares: disproportionality, with bounds if one of the two shares
//! is unknown.

use std::collections::HashSet;

use super::alliances::AllianceShare;
use super::estimate::Estimate;
use super::formula;
use super::points::{Points, round_to_decimal};
use super::shares::{Remainder, ShareUnit, Shares};

/// Vote and seat shares of a contest, sorted by what is stated.
pub(super) struct SharePairs {
    /// Pairs of vote and seat share, of contenders that have both.
    listed: Vec<(f64, f64)>,
    /// The pairs in `listed` that belong to single contenders.
    single: Vec<(f64, f64)>,
    /// Pairs of combined rows (unnamed independents, "Others") and of options such as "Others".
    lumped: Vec<(f64, f64)>,
    /// Vote shares of contenders without a seat share of their own.
    votes: Vec<f64>,
    /// Seat shares of contenders without a vote share of their own.
    seats: Vec<f64>,
    /// Pairs of alliances whose votes or seats include those of members that have the other figure.
    shared: Vec<(f64, f64)>,
    /// For each alliance whose votes include those of members: its vote share, and the seat shares
    /// of the members and the alliance.
    joint: Vec<(f64, Vec<f64>)>,
    /// Number of contenders with neither share of their own. Their alliance has both.
    hidden: usize,
    rests: [Remainder; 2],
    error: f64,
    is_forced: bool,
}

impl SharePairs {
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
                [AllianceShare::Stated(won), AllianceShare::Stated(has)] => {
                    let pair = (won.to_f64(), has.to_f64());
                    pairs.listed.push(pair);
                    match votes.unit(at) {
                        ShareUnit::One if shared.contains(&at) => pairs.shared.push(pair),
                        ShareUnit::One => pairs.single.push(pair),
                        _ => pairs.lumped.push(pair),
                    }
                }
                [AllianceShare::Stated(won), _] => pairs.votes.push(won.to_f64()),
                [_, AllianceShare::Stated(has)] => pairs.seats.push(has.to_f64()),
                [AllianceShare::Nothing, _] | [_, AllianceShare::Nothing] => {}
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

    /// Returns the total votes and total seats that cannot be attributed to a contender with both.
    fn apart(&self) -> [f64; 2] {
        let pairs = self.lumped.iter().chain(&self.shared);
        let pairs = pairs.fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
        let [votes, seats] = self.rests.map(|rest| rest.high.to_f64());
        let [own_votes, own_seats] = [&self.votes, &self.seats].map(|of| of.iter().sum::<f64>());
        [pairs.0 + own_votes + votes, pairs.1 + own_seats + seats]
    }

    fn value(&self, value: f64, ends: [f64; 2], limits: [f64; 2]) -> Estimate {
        match (self.is_whole(), self.is_forced) {
            (true, _) => Estimate::exact(round_to_decimal(value)),
            (_, true) => Estimate::ranged(value, limits),
            _ => Estimate::ranged(value, ends),
        }
    }

    pub(super) fn gallagher(&self) -> Option<Estimate> {
        let value = formula::gallagher(&self.listed)?;
        let squares = |pairs: &[(f64, f64)]| -> f64 {
            pairs.iter().map(|(votes, seats)| (votes - seats).powi(2)).sum()
        };
        let least = squares(&self.single);
        // However the missing shares are divided, the index is largest if each belongs to a party
        // without votes, or without seats.
        let alone = self.votes.iter().chain(&self.seats).map(|share| share * share).sum::<f64>();
        let pairs = self.lumped.iter().chain(&self.shared);
        let lumped: f64 = pairs.map(|(votes, seats)| votes * votes + seats * seats).sum();
        let rests: f64 = self.rests.iter().map(|rest| rest.high.to_f64().powi(2)).sum();
        // If an alliance counts as one party, its members' seats add up and may deviate more from
        // its votes.
        let joint = self.joint.iter().map(|(votes, seats)| {
            let apart = votes * votes + seats.iter().map(|share| share * share).sum::<f64>();
            ((votes - seats.iter().sum::<f64>()).powi(2) - apart).max(0.0)
        });
        let most = least + alone + lumped + rests + joint.sum::<f64>();
        let ends = [least, most].map(|squares| (squares / 2.0).sqrt());
        Some(self.value(value, ends, [0.0, 100.0]))
    }

    pub(super) fn loosemore_hanby(&self) -> Option<Estimate> {
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

    pub(super) fn rae(&self) -> Option<Estimate> {
        let value = formula::rae(&self.listed)?;
        let single = formula::loosemore_hanby(&self.single).unwrap_or_default() * 2.0;
        let [votes, seats] = self.apart();
        let parties = formula::parties(&self.single) as f64 + 1.0;
        // An alliance counts as one party, or as one for each member.
        if self.is_whole() && self.hidden > 0 {
            let known = formula::parties(&self.listed) as f64;
            let low = value * known / (known + self.hidden as f64);
            return Some(Estimate::ranged(value, [low, value]));
        }
        // Very many tiny parties bring the mean close to 0.
        let high = ((single + votes + seats) / parties).max(single / (parties - 1.0).max(1.0));
        Some(self.value(value, [0.0, high], [0.0, 100.0]))
    }

    pub(super) fn sainte_lague(&self) -> Option<Estimate> {
        let value = formula::sainte_lague(&self.listed)?;
        let [votes, seats] = self.apart();
        let [rest, _] = self.rests.map(|rest| rest.low.to_f64());
        let value = value + self.votes.iter().sum::<f64>() + rest;
        let single = formula::sainte_lague(&self.single).unwrap_or_default();
        if seats > 0.0 {
            // A party with seats and almost no votes makes the index arbitrarily large.
            let known = formula::sainte_lague(&self.listed).unwrap_or_default();
            return Some(self.value(known, [single, f64::INFINITY], [0.0, f64::INFINITY]));
        }
        // Without seats, (0−v)²/v is v, however many parties share it.
        let ends = [single + (votes - self.error).max(0.0), single + votes + self.error];
        Some(self.value(value, ends, [0.0, f64::INFINITY]))
    }

    pub(super) fn largest_deviation(&self) -> Option<Estimate> {
        let value = formula::largest_deviation(&self.listed)?;
        let single = formula::largest_deviation(&self.single).unwrap_or_default();
        let [votes, seats] = self.apart();
        Some(self.value(value, [single, single.max(votes).max(seats)], [0.0, 100.0]))
    }
}

/// Returns the alliances whose votes or seats include those of members, if the other figure of the
/// member is stated separately or missing.
fn shared(votes: &Shares, seats: &Shares) -> HashSet<usize> {
    let mut rows = HashSet::new();
    for at in 0..votes.len() {
        match [votes.share(at), seats.share(at)] {
            [AllianceShare::Within(one), AllianceShare::Within(other)] if one == other => {}
            [AllianceShare::Within(one), AllianceShare::Within(other)] => rows.extend([one, other]),
            [AllianceShare::Within(row), other] | [other, AllianceShare::Within(row)]
                if other != AllianceShare::Nothing =>
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
        AllianceShare::Stated(points) => points,
        _ => Points::ZERO,
    };
    let with_members = votes.stated_by().filter_map(|(row, _, points)| {
        let within = (0..votes.len()).filter(|at| votes.share(*at) == AllianceShare::Within(row));
        let members: Vec<f64> = within.chain([row]).map(|at| has(at).to_f64()).collect();
        (members.len() > 1).then(|| (points.to_f64(), members))
    });
    with_members.collect()
}
