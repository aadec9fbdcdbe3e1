//! Numbers as intervals: a share of 66.65 is what it was before it was rounded, 66.645 to 66.655.

use std::fmt;

use super::{Decimal, grouped};

/// So many units are 1: twice the finest precision of a decimal, so that half of a last digit is whole.
const ONE: i128 = 2 * 10_i128.pow(15);

/// So many units are a last digit, by how many stand after the point: a table, for to divide by 128 bits takes time.
const UNITS: [i128; 16] = {
    let mut units = [ONE; 16];
    let mut scale = 1;
    while scale < units.len() {
        units[scale] = units[scale - 1] / 10;
        scale += 1;
    }
    units
};

/// All that a number may have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interval {
    low: i128,
    high: i128,
}

impl Interval {
    pub(crate) const NOTHING: Self = Self { low: 0, high: 0 };

    /// What was rounded to this decimal.
    pub(crate) fn of(number: Decimal) -> Self {
        Self::rounded(number, number.scale())
    }

    /// What was rounded to this decimal, or perhaps once more to fewer digits.
    pub(crate) fn rounded(number: Decimal, digits: u8) -> Self {
        // |mantissa| < 2^63 and 2·10^15 < 2^51: below 2^114, so that a few of them can be added.
        let unit = |scale: u8| UNITS[usize::from(scale).min(15)];
        let middle = i128::from(number.mantissa()) * unit(number.scale());
        let half = unit(digits.min(number.scale())) / 2;
        Self { low: middle - half, high: middle + half }
    }

    /// That number and nothing beside it.
    pub(crate) fn exactly(number: Decimal) -> Self {
        let middle = Self::of(number);
        let middle = middle.low + (middle.high - middle.low) / 2;
        Self { low: middle, high: middle }
    }

    /// A number of whole things.
    pub(crate) fn whole(number: u64) -> Self {
        let number = i128::from(number) * ONE;
        Self { low: number, high: number }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        let (low, high) =
            (self.low.saturating_add(other.low), self.high.saturating_add(other.high));
        Self { low, high }
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        self.plus(Self { low: other.high.saturating_neg(), high: other.low.saturating_neg() })
    }

    /// Without what would be less than nothing.
    pub(crate) fn positive(self) -> Self {
        Self { low: self.low.max(0), high: self.high.max(0) }
    }

    pub(crate) fn meets(self, other: Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }

    pub(crate) fn is_above(self, other: Self) -> bool {
        self.low > other.high
    }

    pub(crate) fn least(self) -> String {
        written(self.low)
    }

    pub(crate) fn most(self) -> String {
        written(self.high)
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (least, most) = (self.least(), self.most());
        if least == most { f.pad(&least) } else { f.pad(&format!("{least} to {most}")) }
    }
}

fn written(number: i128) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let (one, number) = (ONE.unsigned_abs(), number.unsigned_abs());
    let text = format!("{sign}{}.{:016}", number / one, number % one * 5);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Twice a percentage, in units of its last digit, less and more by the one half that rounding hides; and twice
/// such units in 100.
fn doubled(percentage: Decimal) -> Option<(u128, u128, u128)> {
    let mantissa = u128::try_from(percentage.mantissa()).ok()?;
    let hundred = 200 * 10_u128.pow(u32::from(percentage.scale()));
    Some(((2 * mantissa).saturating_sub(1), 2 * mantissa + 1, hundred))
}

/// The least and the greatest part of a whole that round to a percentage.
pub(crate) fn parts(percentage: Decimal, whole: u64) -> Option<(u128, u128)> {
    let (least, most, hundred) = doubled(percentage)?;
    let whole = u128::from(whole);
    Some(((least * whole).div_ceil(hundred), most * whole / hundred))
}

/// The least and the greatest whole of which a part is a rounded percentage. None where the percentage may be
/// nothing, which bounds no whole.
pub(crate) fn wholes(part: u64, percentage: Decimal) -> Option<(u128, u128)> {
    let (least, most, hundred) = doubled(percentage)?;
    if least == 0 || part == 0 {
        return None;
    }
    let part = u128::from(part) * hundred;
    Some((part.div_ceil(most), part / least))
}

/// From the least to the greatest number of whole things; in words where there is none.
pub(crate) fn between(least: u128, most: u128) -> String {
    let [least, most] = [least, most].map(|number| u64::try_from(number).unwrap_or(u64::MAX));
    match most.checked_sub(least) {
        None => "no whole number".to_owned(),
        Some(0) => grouped(least),
        Some(_) => format!("{} to {}", grouped(least), grouped(most)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_rounded_number_is_an_interval() {
        assert_eq!(Interval::of(decimal("66.65")).to_string(), "66.645 to 66.655");
        assert_eq!(Interval::rounded(decimal("66.65"), 1).to_string(), "66.6 to 66.7");
        assert_eq!(Interval::exactly(decimal("-0.5")).to_string(), "-0.5");
        let sum = Interval::of(decimal("66.65")).plus(Interval::of(decimal("32.51")));
        assert_eq!(Interval::whole(100).minus(sum).to_string(), "0.83 to 0.85");
        assert!(!Interval::whole(100).meets(Interval::of(decimal("99.5"))));
        assert!(Interval::whole(100).meets(Interval::of(decimal("100"))));
    }

    /// The seed's figures: 66.65 % and 32.51 % of 47,095 and 22,967 votes, of 70,655 or 70,656.
    #[test]
    fn a_percentage_bounds_its_whole_and_its_part() {
        assert_eq!(wholes(47_095, decimal("66.65")), Some((70_655, 70_665)));
        assert_eq!(wholes(22_967, decimal("32.51")), Some((70_636, 70_656)));
        assert_eq!(parts(decimal("73.53"), 98_909), Some((72_723, 72_732)));
        assert_eq!(wholes(3, decimal("0")), None);
        // One vote is two thirds of no whole number of votes.
        let none = wholes(1, decimal("66.65")).unwrap();
        assert_eq!(between(none.0, none.1), "no whole number");
    }

    #[test]
    fn hostile_numbers_do_not_overflow() {
        for text in ["-9223372036854775808", "9223372036854775807", "9223.372036854775807", "0"] {
            let number = decimal(text);
            let mut sum = Interval::of(number);
            for _ in 0..200 {
                sum = sum.plus(sum).minus(Interval::NOTHING);
            }
            assert!(!sum.to_string().is_empty());
            let _ = (parts(number, u64::MAX), wholes(u64::MAX, number), sum.positive().minus(sum));
        }
        assert_eq!(between(0, u128::MAX), "0 to 18,446,744,073,709,551,615");
    }
}
