//! The shares of a contest: of the votes of one round, and of the seats, as far as they are known.

use crate::model::{Contender, Contest, Decimal, Tally};

/// Whether shares are taken as they stand or made to add up to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// As they stand. What is not listed is missing, and a measure has a lowest and a highest value.
    #[default]
    Raw,
    /// Of the listed contenders together.
    Renormalised,
}

/// The shares of some whole that are known, in percent.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Shares {
    /// By the place of the contender in its contest.
    known: Vec<Option<f64>>,
    /// By how much they may be wrong together, as the source rounded them.
    error: f64,
}

impl Shares {
    /// Of the votes of a round: as stated, or of the valid votes, or, where these are not stated either, of
    /// all votes that are.
    pub(super) fn of_votes(contest: &Contest, round: u8) -> Self {
        let tallies: Vec<Option<&Tally>> =
            contest.contenders.iter().map(|contender| contender.tally(round)).collect();
        let stated: Vec<Option<Decimal>> = tallies.iter().map(|tally| (*tally)?.share).collect();
        if stated.iter().any(Option::is_some) {
            return Self {
                error: stated.iter().flatten().map(|share| share.rounding()).sum(),
                known: stated.iter().map(|share| share.map(Decimal::to_f64)).collect(),
            };
        }
        let counts: Vec<Option<u64>> = tallies.iter().map(|tally| (*tally)?.votes).collect();
        let valid = contest.round(round).and_then(|of| of.valid);
        Self::of_counts(&counts, valid)
    }

    /// Of the seats: of those to be filled, or, where these are not stated, of all that are.
    pub(super) fn of_seats(contest: &Contest) -> Self {
        let counts: Vec<Option<u64>> =
            contest.contenders.iter().map(Contender::seats_won).collect();
        let whole = contest.seats.as_ref().and_then(|seats| seats.count.or(seats.of));
        Self::of_counts(&counts, whole)
    }

    fn of_counts(counts: &[Option<u64>], whole: Option<u64>) -> Self {
        let whole = whole.unwrap_or_else(|| counts.iter().flatten().sum());
        if whole == 0 {
            return Self { known: vec![None; counts.len()], error: 0.0 };
        }
        let share = |count: &Option<u64>| count.map(|count| 100.0 * count as f64 / whole as f64);
        Self { known: counts.iter().map(share).collect(), error: 1e-9 }
    }

    fn renormalised(self) -> Self {
        let sum: f64 = self.known.iter().flatten().sum();
        if sum <= 0.0 {
            return self;
        }
        let known = self.known.iter().map(|share| share.map(|share| share * 100.0 / sum));
        Self { known: known.collect(), error: self.error * 100.0 / sum }
    }

    /// That of the contender at this place.
    pub(super) fn at(&self, place: usize) -> Option<f64> {
        self.known.get(place).copied().flatten()
    }

    pub(super) fn listed(&self) -> Vec<f64> {
        self.known.iter().flatten().copied().collect()
    }

    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    /// What is missing to the whole, where that is more than rounding.
    pub(super) fn rest(&self) -> f64 {
        self.lacking(self.known.iter().flatten().sum())
    }

    /// What a sum of these shares lacks to the whole, where that is more than rounding.
    pub(super) fn lacking(&self, sum: f64) -> f64 {
        let missing = 100.0 - sum;
        if missing > self.error { missing } else { 0.0 }
    }
}

impl Mode {
    pub(super) fn applied(self, shares: Shares) -> Shares {
        match self {
            Self::Raw => shares,
            Self::Renormalised => shares.renormalised(),
        }
    }
}
