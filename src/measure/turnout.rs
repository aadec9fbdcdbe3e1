//! How many of those who may vote did.

use super::Value;
use super::points::Points;
use crate::model::{Contest, Round};

/// A turnout, and between what it must be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turnout {
    value: Points,
    low: Points,
    high: Points,
}

impl Turnout {
    /// Of a round.
    pub(super) fn of(contest: &Contest, round: u8) -> Option<Self> {
        Self::of_round(contest.round(round)?)
    }

    /// As stated; else the ballots cast of those registered. Where only the valid ones are stated, no fewer were
    /// cast, and the turnout is at least theirs.
    fn of_round(round: &Round) -> Option<Self> {
        let exactly = |value| Self { value, low: value, high: value };
        if let Some(stated) = round.turnout {
            return Some(exactly(Points::of(stated)));
        }
        let of_registered = |ballots: u64| Points::part(ballots, round.registered?);
        if let Some(cast) = round.cast.or_else(|| round.valid_and_invalid()) {
            return of_registered(cast).map(exactly);
        }
        let least = of_registered(round.valid?)?;
        Some(Self { value: least, low: least, high: Points::WHOLE.max(least) })
    }

    pub(super) fn since(self, before: Self) -> Self {
        let value = self.value - before.value;
        Self { value, low: self.low - before.high, high: self.high - before.low }
    }

    pub(super) fn measured(self) -> Value {
        Value { value: self.value.to_f64(), low: self.low.to_f64(), high: self.high.to_f64() }
    }
}
