//! Rounded numbers as intervals: a stated share of 66.65 may be any value from 66.645 to 66.655.

use std::fmt;

use super::{Decimal, group_digits};

/// Number of units in 1: twice 10^15, because a decimal has at most 15 fractional digits. Half of a
/// last digit is then a whole number of units.
const UNITS_PER_ONE: i128 = 2 * 10_i128.pow(15);

/// Units per last digit, by number of fractional digits. A table avoids slow 128-bit division.
const UNITS_PER_LAST_DIGIT: [i128; 16] = {
    let mut units = [UNITS_PER_ONE; 16];
    let mut scale = 1;
    while scale < units.len() {
        units[scale] = units[scale - 1] / 10;
        scale += 1;
    }
    units
};

/// The range of possible values of a number, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interval {
    low: i128,
    high: i128,
}

impl Interval {
    pub(crate) const ZERO: Self = Self { low: 0, high: 0 };

    /// Returns the values that round to a decimal.
    pub(crate) fn from_decimal(number: Decimal) -> Self {
        Self::from_rounded(number, number.scale())
    }

    /// Returns the possible values of a decimal that may have been rounded to only `digits`
    /// fractional digits.
    pub(crate) fn from_rounded(number: Decimal, digits: u8) -> Self {
        // |mantissa| ≤ 2^63 and 2·10^15 < 2^51, so the product is below 2^114, and adding a few
        // such numbers cannot overflow.
        let unit = |scale: u8| UNITS_PER_LAST_DIGIT[usize::from(scale).min(15)];
        let middle = i128::from(number.mantissa()) * unit(number.scale());
        let half = unit(digits.min(number.scale())) / 2;
        Self { low: middle - half, high: middle + half }
    }

    /// Returns the interval that contains only this number.
    pub(crate) fn from_exact(number: Decimal) -> Self {
        let middle = Self::from_decimal(number);
        let middle = middle.low + (middle.high - middle.low) / 2;
        Self { low: middle, high: middle }
    }

    /// Returns the interval that contains only this integer.
    pub(crate) fn from_integer(number: u64) -> Self {
        let number = i128::from(number) * UNITS_PER_ONE;
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

    /// Raises negative bounds to zero.
    pub(crate) fn clamp_non_negative(self) -> Self {
        Self { low: self.low.max(0), high: self.high.max(0) }
    }

    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }

    pub(crate) fn is_above(self, other: Self) -> bool {
        self.low > other.high
    }

    pub(crate) fn format_low(self) -> String {
        format_units(self.low)
    }

    pub(crate) fn format_high(self) -> String {
        format_units(self.high)
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (least, most) = (self.format_low(), self.format_high());
        if least == most { f.pad(&least) } else { f.pad(&format!("{least} to {most}")) }
    }
}

fn format_units(number: i128) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let (one, number) = (UNITS_PER_ONE.unsigned_abs(), number.unsigned_abs());
    let text = format!("{sign}{}.{:016}", number / one, number % one * 5);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Returns the lower bound and the upper bound of a rounded percentage, and 100 %, in half units of
/// the percentage's last digit. Returns `None` for a negative percentage.
fn half_unit_bounds(percentage: Decimal) -> Option<(u128, u128, u128)> {
    let mantissa = u128::try_from(percentage.mantissa()).ok()?;
    let hundred = 200 * 10_u128.pow(u32::from(percentage.scale()));
    Some(((2 * mantissa).saturating_sub(1), 2 * mantissa + 1, hundred))
}

/// Returns the smallest and the largest part of a total that round to a percentage.
pub(crate) fn part_bounds(percentage: Decimal, total: u64) -> Option<(u128, u128)> {
    let (least, most, hundred) = half_unit_bounds(percentage)?;
    let total = u128::from(total);
    Some(((least * total).div_ceil(hundred), most * total / hundred))
}

/// Returns the smallest and the largest total of which a part makes up a rounded percentage.
/// Returns `None` if the part or the percentage is 0, since they imply no bounds, or if the
/// percentage is negative.
pub(crate) fn total_bounds(part: u64, percentage: Decimal) -> Option<(u128, u128)> {
    let (least, most, hundred) = half_unit_bounds(percentage)?;
    if least == 0 || part == 0 {
        return None;
    }
    let part = u128::from(part) * hundred;
    Some((part.div_ceil(most), part / least))
}

/// Formats a range of integers. An empty range is formatted as "no whole number".
pub(crate) fn format_range(least: u128, most: u128) -> String {
    let [least, most] = [least, most].map(|number| u64::try_from(number).unwrap_or(u64::MAX));
    match most.checked_sub(least) {
        None => "no whole number".to_owned(),
        Some(0) => group_digits(least),
        Some(_) => format!("{} to {}", group_digits(least), group_digits(most)),
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
        assert_eq!(Interval::from_decimal(decimal("66.65")).to_string(), "66.645 to 66.655");
        assert_eq!(Interval::from_rounded(decimal("66.65"), 1).to_string(), "66.6 to 66.7");
        assert_eq!(Interval::from_exact(decimal("-0.5")).to_string(), "-0.5");
        let sum =
            Interval::from_decimal(decimal("66.65")).plus(Interval::from_decimal(decimal("32.51")));
        assert_eq!(Interval::from_integer(100).minus(sum).to_string(), "0.83 to 0.85");
        assert!(!Interval::from_integer(100).overlaps(Interval::from_decimal(decimal("99.5"))));
        assert!(Interval::from_integer(100).overlaps(Interval::from_decimal(decimal("100"))));
    }

    /// Figures of the 2012 Nagorno-Karabakh presidential election: 47,095 votes are 66.65 %, and
    /// 22,967 are 32.51 %, of 70,655 or 70,656.
    #[test]
    fn a_percentage_bounds_its_total_and_its_part() {
        assert_eq!(total_bounds(47_095, decimal("66.65")), Some((70_655, 70_665)));
        assert_eq!(total_bounds(22_967, decimal("32.51")), Some((70_636, 70_656)));
        assert_eq!(part_bounds(decimal("73.53"), 98_909), Some((72_723, 72_732)));
        assert_eq!(total_bounds(3, decimal("0")), None);
        // There is no integer of which one vote is 66.65 %.
        let none = total_bounds(1, decimal("66.65")).unwrap();
        assert_eq!(format_range(none.0, none.1), "no whole number");
    }

    #[test]
    fn hostile_numbers_do_not_overflow() {
        for text in ["-9223372036854775808", "9223372036854775807", "9223.372036854775807", "0"] {
            let number = decimal(text);
            let mut sum = Interval::from_decimal(number);
            for _ in 0..200 {
                sum = sum.plus(sum).minus(Interval::ZERO);
            }
            assert!(!sum.to_string().is_empty());
            let _ = (
                part_bounds(number, u64::MAX),
                total_bounds(u64::MAX, number),
                sum.clamp_non_negative().minus(sum),
            );
        }
        assert_eq!(format_range(0, u128::MAX), "0 to 18,446,744,073,709,551,615");
    }
}
