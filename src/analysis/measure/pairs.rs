//! Vote shares compared with seat shares: disproportionality, with bounds if one of the two shares
//! is unknown.

use std::collections::HashSet;

use super::alliances::AllianceShare;
use super::estimate::Estimate;
use super::formula;
use super::points::{Points, round_to_decimal};
use super::shares::{ContenderKind, Remainder, Shares};

/// Vote and seat shares of a contest, grouped by which of the two shares is known.
pub(super) struct SharePairs {
    /// Pairs of vote and seat share, of contenders that have both.
    listed: Vec<(f64, f64)>,
    /// The pairs in `listed` that belong to single contenders.
    single: Vec<(f64, f64)>,
    /// Pairs of combined rows (unnamed independents, "Others") and of options such as "Others".
    combined: Vec<(f64, f64)>,
    /// Vote shares of contenders without a seat share of their own.
    votes_only: Vec<f64>,
    /// Seat shares of contenders without a vote share of their own.
    seats_only: Vec<f64>,
    /// Pairs of alliances that include a member's votes or its seats, but not both.
    shared: Vec<(f64, f64)>,
    /// Vote share of each alliance that includes the votes of members, with the seat shares of
    /// these members and the alliance.
    joint: Vec<(f64, Vec<f64>)>,
    /// Number of contenders with neither share of their own. Their alliance has both.
    included_count: usize,
    remainders: [Remainder; 2],
    max_error: f64,
    assumes_complete: bool,
}

impl SharePairs {
    pub(super) fn new(votes: &Shares, seats: &Shares) -> Self {
        let mut pairs = Self {
            listed: Vec::new(),
            single: Vec::new(),
            combined: Vec::new(),
            votes_only: Vec::new(),
            seats_only: Vec::new(),
            shared: Vec::new(),
            joint: joint(votes, seats),
            included_count: 0,
            remainders: [votes.remainder(), seats.remainder()],
            max_error: (votes.max_error() + seats.max_error()).to_f64(),
            assumes_complete: votes.assumes_complete || seats.assumes_complete,
        };
        let shared = shared(votes, seats);
        let options = (votes.others().to_f64(), seats.others().to_f64());
        pairs.combined.extend((options != (0.0, 0.0)).then_some(options));
        for at in 0..votes.len() {
            match [votes.share(at), seats.share(at)] {
                [AllianceShare::Stated(won), AllianceShare::Stated(has)] => {
                    let pair = (won.to_f64(), has.to_f64());
                    pairs.listed.push(pair);
                    match votes.kind(at) {
                        ContenderKind::Single if shared.contains(&at) => pairs.shared.push(pair),
                        ContenderKind::Single => pairs.single.push(pair),
                        _ => pairs.combined.push(pair),
                    }
                }
                [AllianceShare::Stated(won), _] => pairs.votes_only.push(won.to_f64()),
                [_, AllianceShare::Stated(has)] => pairs.seats_only.push(has.to_f64()),
                [AllianceShare::Nothing, _] | [_, AllianceShare::Nothing] => {}
                _ => pairs.included_count += 1,
            }
        }
        pairs
    }

    fn is_complete(&self) -> bool {
        let alone = self.votes_only.iter().chain(&self.seats_only).all(|share| *share == 0.0);
        let combined = self.combined.iter().all(|pair| *pair == (0.0, 0.0));
        alone
            && combined
            && self.shared.is_empty()
            && self.remainders.iter().all(|rest| rest.is_zero())
            && !self.assumes_complete
    }

    /// Returns the total vote share and the total seat share that cannot be attributed to a
    /// contender with both shares.
    fn unattributed(&self) -> [f64; 2] {
        let pairs = self.combined.iter().chain(&self.shared);
        let pairs = pairs.fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
        let [votes, seats] = self.remainders.map(|rest| rest.high.to_f64());
        let [own_votes, own_seats] =
            [&self.votes_only, &self.seats_only].map(|of| of.iter().sum::<f64>());
        [pairs.0 + own_votes + votes, pairs.1 + own_seats + seats]
    }

    fn estimate(&self, value: f64, bounds: [f64; 2], limits: [f64; 2]) -> Estimate {
        match (self.is_complete(), self.assumes_complete) {
            (true, _) => Estimate::exact(round_to_decimal(value)),
            (_, true) => Estimate::with_bounds(value, limits),
            _ => Estimate::with_bounds(value, bounds),
        }
    }

    pub(super) fn gallagher(&self) -> Option<Estimate> {
        let value = formula::gallagher(&self.listed)?;
        let squares = |pairs: &[(f64, f64)]| -> f64 {
            pairs.iter().map(|(votes, seats)| (votes - seats).powi(2)).sum()
        };
        let least = squares(&self.single);
        // The index is largest if each missing vote share belongs to a party without seats, and
        // each missing seat share to a party without votes.
        let alone =
            self.votes_only.iter().chain(&self.seats_only).map(|share| share * share).sum::<f64>();
        let pairs = self.combined.iter().chain(&self.shared);
        let combined: f64 = pairs.map(|(votes, seats)| votes * votes + seats * seats).sum();
        let remainders: f64 = self.remainders.iter().map(|rest| rest.high.to_f64().powi(2)).sum();
        // If an alliance counts as one party, its members' seats add up and may deviate more from
        // its votes.
        let joint = self.joint.iter().map(|(votes, seats)| {
            let apart = votes * votes + seats.iter().map(|share| share * share).sum::<f64>();
            ((votes - seats.iter().sum::<f64>()).powi(2) - apart).max(0.0)
        });
        let most = least + alone + combined + remainders + joint.sum::<f64>();
        let bounds = [least, most].map(|squares| (squares / 2.0).sqrt());
        Some(self.estimate(value, bounds, [0.0, 100.0]))
    }

    pub(super) fn loosemore_hanby(&self) -> Option<Estimate> {
        let value = formula::loosemore_hanby(&self.listed)?;
        let remainders = self.remainders.map(|rest| rest.low.to_f64());
        let votes = self.votes_only.iter().sum::<f64>() + remainders[0];
        let seats = self.seats_only.iter().sum::<f64>() + remainders[1];
        let value = value + (votes - seats).abs() / 2.0;
        let single = formula::loosemore_hanby(&self.single).unwrap_or_default();
        let [votes, seats] = self.unattributed();
        let slack = self.max_error
            + self.remainders.iter().map(|rest| (rest.high - rest.low).to_f64()).sum::<f64>();
        let low = single + ((votes - seats).abs() - slack).max(0.0) / 2.0;
        let high = single + (votes + seats + self.max_error) / 2.0;
        Some(self.estimate(value, [low, high], [0.0, 100.0]))
    }

    pub(super) fn rae(&self) -> Option<Estimate> {
        let value = formula::rae(&self.listed)?;
        let single = formula::loosemore_hanby(&self.single).unwrap_or_default() * 2.0;
        let [votes, seats] = self.unattributed();
        let parties = formula::count_parties(&self.single) as f64 + 1.0;
        // An alliance may count as one party, or each of its members as one.
        if self.is_complete() && self.included_count > 0 {
            let party_count = formula::count_parties(&self.listed) as f64;
            let low = value * party_count / (party_count + self.included_count as f64);
            return Some(Estimate::with_bounds(value, [low, value]));
        }
        // Many tiny parties bring the mean close to 0.
        let high = ((single + votes + seats) / parties).max(single / (parties - 1.0).max(1.0));
        Some(self.estimate(value, [0.0, high], [0.0, 100.0]))
    }

    pub(super) fn sainte_lague(&self) -> Option<Estimate> {
        let value = formula::sainte_lague(&self.listed)?;
        let [votes, seats] = self.unattributed();
        let [rest, _] = self.remainders.map(|rest| rest.low.to_f64());
        let value = value + self.votes_only.iter().sum::<f64>() + rest;
        let single = formula::sainte_lague(&self.single).unwrap_or_default();
        if seats > 0.0 {
            // A party with seats and almost no votes makes the index arbitrarily large.
            let listed = formula::sainte_lague(&self.listed).unwrap_or_default();
            return Some(self.estimate(listed, [single, f64::INFINITY], [0.0, f64::INFINITY]));
        }
        // For parties without seats, the terms (0−v)²/v add up to their total v, regardless of the
        // number of parties.
        let bounds = [single + (votes - self.max_error).max(0.0), single + votes + self.max_error];
        Some(self.estimate(value, bounds, [0.0, f64::INFINITY]))
    }

    pub(super) fn largest_deviation(&self) -> Option<Estimate> {
        let value = formula::largest_deviation(&self.listed)?;
        let single = formula::largest_deviation(&self.single).unwrap_or_default();
        let [votes, seats] = self.unattributed();
        Some(self.estimate(value, [single, single.max(votes).max(seats)], [0.0, 100.0]))
    }
}

/// Returns the alliances that include a member's votes or its seats, but not both. The other figure
/// of the member is stated separately, missing, or included in a different alliance.
fn shared(votes: &Shares, seats: &Shares) -> HashSet<usize> {
    let mut rows = HashSet::new();
    for at in 0..votes.len() {
        match [votes.share(at), seats.share(at)] {
            [AllianceShare::IncludedIn(one), AllianceShare::IncludedIn(other)] if one == other => {}
            [AllianceShare::IncludedIn(one), AllianceShare::IncludedIn(other)] => {
                rows.extend([one, other])
            }
            [AllianceShare::IncludedIn(row), other] | [other, AllianceShare::IncludedIn(row)]
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
    let with_members = votes.iter_stated().filter_map(|(row, _, points)| {
        let within =
            (0..votes.len()).filter(|at| votes.share(*at) == AllianceShare::IncludedIn(row));
        let members: Vec<f64> = within.chain([row]).map(|at| has(at).to_f64()).collect();
        (members.len() > 1).then(|| (points.to_f64(), members))
    });
    with_members.collect()
}
