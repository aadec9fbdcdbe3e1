//! The value of one round in a cell.

use crate::model::Decimal;

/// A value of a cell that belongs to one round: its figures, and the words beside them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct RoundValue {
    /// Number of the round, counted from 1, if the cell names it.
    pub(crate) round: Option<u8>,
    pub(crate) count: Option<u64>,
    /// Number without a percent sign, as a decimal. Set for counts too.
    pub(crate) number: Option<Decimal>,
    pub(crate) share: Option<Decimal>,
    pub(crate) change: Option<Decimal>,
    /// Whether the change is only the sign for "no change", and so has no precision.
    pub(crate) is_steady: bool,
    pub(crate) is_new: bool,
    /// Words without a field of their own.
    pub(crate) words: String,
    /// Whether the unit of the number is seats or votes.
    pub(crate) has_count_unit: bool,
    /// Whether the cell contains something that changes the meaning of its numbers.
    pub(crate) is_ambiguous: bool,
}

impl RoundValue {
    /// Returns the share, with or without a percent sign, if it is at most 100. A bare number with
    /// words or a unit is not a share: "12 of 48", "12 seats".
    pub(crate) fn as_share(&self) -> Option<Decimal> {
        let bare = self.number.filter(|_| self.words.is_empty() && !self.has_count_unit);
        self.share.or(bare).filter(is_share)
    }

    /// Returns the count. Beside a share, a year or a number with other words is not a count.
    pub(crate) fn count_beside_share(&self) -> Option<u64> {
        const YEARS: std::ops::RangeInclusive<u64> = 1_700..=2_100;
        let is_count =
            |count: &u64| self.has_count_unit || self.words.is_empty() && !YEARS.contains(count);
        self.count.filter(|count| self.share.is_none() || is_count(count))
    }

    pub(super) fn set_round(&mut self, round: u8) {
        self.is_ambiguous |= self.round.is_some_and(|other| other != round);
        self.round = Some(round);
    }

    /// Returns whether exactly one value is stated, without other words.
    pub(crate) fn is_single_value(&self) -> bool {
        let number = self.count.is_some() || self.number.is_some();
        let stated = [number, self.share.is_some(), self.change.is_some(), self.is_new];
        self.words.is_empty() && stated.into_iter().filter(|stated| *stated).count() == 1
    }

    pub(super) fn push_word(&mut self, word: &str) {
        if !self.words.is_empty() {
            self.words.push(' ');
        }
        self.words.push_str(word);
    }
}

pub(super) fn is_share(share: &Decimal) -> bool {
    let all = 10_i64.checked_pow(u32::from(share.scale())).and_then(|one| one.checked_mul(100));
    (0..=all.unwrap_or(i64::MAX)).contains(&share.mantissa())
}
