//! Percentages as exact numbers. Sums and differences of decimals stay decimal, and are converted
//! to floats once.

use std::ops::{Add, Neg, Sub};

use crate::model::Decimal;

/// Number of units per percentage point: twice 10^15, because a decimal has at most 15 fractional
/// digits. Half of a last digit is then a whole number of units.
const UNITS_PER_POINT: i128 = 2 * 10_i128.pow(15);

/// Number of percentage points. Arithmetic saturates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Points(i128);

impl Points {
    pub(super) const ZERO: Self = Self(0);
    pub(super) const ONE_HUNDRED: Self = Self(100 * UNITS_PER_POINT);

    pub(super) fn from_decimal(number: Decimal) -> Self {
        let finest = 15 - u32::from(number.scale().min(15));
        Self(i128::from(number.mantissa()) * 2 * 10_i128.pow(finest))
    }

    /// Returns the maximum rounding error of a decimal, in either direction: half of its last
    /// digit.
    pub(super) fn rounding_error(number: Decimal) -> Self {
        Self(10_i128.pow(15 - u32::from(number.scale().min(15))))
    }

    /// Returns a count as a percentage of a total, rounded to the nearest unit. `None` if the total
    /// is 0.
    pub(super) fn percentage(count: u64, total: u64) -> Option<Self> {
        let total = i128::from(total);
        (total > 0).then(|| Self((i128::from(count) * 100 * UNITS_PER_POINT + total / 2) / total))
    }

    /// Rescales the number so that `total` becomes 100.
    pub(super) fn scaled(self, total: Self) -> Self {
        let exact =
            self.0.checked_mul(Self::ONE_HUNDRED.0).and_then(|number| number.checked_div(total.0));
        Self(exact.unwrap_or_else(|| {
            (self.0 as f64 / total.0 as f64 * Self::ONE_HUNDRED.0 as f64) as i128
        }))
    }

    pub(super) fn raw(self) -> i128 {
        self.0
    }

    pub(super) fn from_raw(raw: i128) -> Self {
        Self(raw)
    }

    pub(super) fn half(self) -> Self {
        Self(self.0 / 2)
    }

    pub(super) fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// Returns the number, or 0 if it is negative.
    pub(super) fn positive(self) -> Self {
        self.max(Self::ZERO)
    }

    /// Returns the nearest float: for 47.9, the float that prints as 47.9.
    pub(super) fn to_f64(self) -> f64 {
        let (mut mantissa, mut scale) = match self.0 % 2 {
            0 => (self.0 / 2, 15),
            _ => (self.0.saturating_mul(5), 16),
        };
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        if mantissa.unsigned_abs() < 1 << 53 {
            // Both operands are exact floats, so the quotient is rounded only once.
            return mantissa as f64 / 10_f64.powi(scale);
        }
        format!("{mantissa}e-{scale}").parse().unwrap_or(f64::NAN)
    }
}

impl Add for Points {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Points {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Points {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl std::iter::Sum for Points {
    fn sum<I: Iterator<Item = Self>>(points: I) -> Self {
        points.fold(Self::ZERO, Self::add)
    }
}

/// Rounds a float to twelve decimal places, to which the results of formulas are accurate.
pub(super) fn round_to_decimal(number: f64) -> f64 {
    const DIGITS: f64 = 1e12;
    let scaled = number * DIGITS;
    // Above this limit, floats are coarser than twelve decimal places.
    if scaled.abs() < 9e15 { scaled.round() / DIGITS } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(text: &str) -> Points {
        Points::from_decimal(text.parse().unwrap())
    }

    #[test]
    fn sums_and_differences_of_decimals_are_decimals() {
        let swing = points("66.65") - points("18.75");
        assert_eq!(swing.to_f64().to_string(), "47.9");
        let sum: Points = ["0.1", "0.2", "0.3"].map(points).into_iter().sum();
        assert_eq!((sum.to_f64(), sum.half().to_f64()), (0.6, 0.3));
        assert_eq!(points("-12.345").half().to_f64().to_string(), "-6.1725");
        assert_eq!(points("33.333333333333333").half().to_f64(), 16.666_666_666_666_668);
        assert_eq!(Points::percentage(1, 3).unwrap().to_f64(), 100.0 / 3.0);
        assert_eq!(
            (Points::percentage(0, 3), Points::percentage(3, 0)),
            (Some(Points::ZERO), None)
        );
        assert_eq!(round_to_decimal(1.0 - 0.52), 0.48);
    }

    #[test]
    fn hostile_numbers_do_not_overflow() {
        for text in ["-9223372036854775808", "9223372036854775807", "9223.372036854775807"] {
            let mut sum = points(text);
            (0..200).for_each(|_| sum = sum + sum - -sum);
            assert!(sum.to_f64().is_finite() && sum.abs() >= Points::ZERO);
        }
        assert!(Points::percentage(u64::MAX, 1).unwrap().to_f64() > 1e20);
        assert!(round_to_decimal(f64::INFINITY).is_infinite());
    }
}
