//! Turnout of a contest.

use super::estimate::Estimate;
use super::points::Points;
use crate::model::{Contest, RoundFigures};

/// Turnout, with bounds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turnout {
    value: Points,
    low: Points,
    high: Points,
}

impl Turnout {
    /// Returns the turnout of a round.
    pub(super) fn from_contest(contest: &Contest, round: u8) -> Option<Self> {
        Self::from_round(contest.round(round)?)
    }

    /// Returns the stated turnout, else the ballots cast divided by the registered voters. If only
    /// valid ballots are stated, the turnout is between their percentage of the registered voters
    /// and 100 %.
    fn from_round(round: &RoundFigures) -> Option<Self> {
        let exactly = |value| Self { value, low: value, high: value };
        if let Some(stated) = round.turnout {
            return Some(exactly(Points::from_decimal(stated)));
        }
        let of_registered = |ballots: u64| Points::percentage(ballots, round.registered?);
        if let Some(cast) = round.cast.or_else(|| round.valid_and_invalid()) {
            return of_registered(cast).map(exactly);
        }
        let least = of_registered(round.valid?)?;
        Some(Self { value: least, low: least, high: Points::ONE_HUNDRED.max(least) })
    }

    pub(super) fn change_since(self, before: Self) -> Self {
        let value = self.value - before.value;
        Self { value, low: self.low - before.high, high: self.high - before.low }
    }

    pub(super) fn to_estimate(self) -> Estimate {
        Estimate { value: self.value.to_f64(), low: self.low.to_f64(), high: self.high.to_f64() }
    }
}
