//! Shares in the cells of tables: percentages, or fractions of 1.

use super::mapping::ShareUnit;
use super::number::{Expectation, exponent_problem};
use crate::model::Decimal;

/// Number of significant decimal digits that a 64-bit float preserves. Further digits are noise.
const FLOAT_DIGITS: usize = 15;

/// A share in percent, and whether digits beyond the precision of a float were rounded off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) value: Decimal,
    pub(super) is_rounded: bool,
}

/// Parses a share, stated in percent or as a fraction, and returns it in percent.
///
/// # Errors
/// When the text is not a number from 0 to 100 %.
pub(super) fn parse_share(text: &str, unit: ShareUnit) -> Result<Share, Expectation> {
    let expected = match unit {
        ShareUnit::Percent => "a share such as 66.65",
        ShareUnit::Fraction => "a fraction such as 0.6665",
    };
    let number = match (text.strip_suffix('%'), unit) {
        (Some(number), ShareUnit::Percent) => number.trim_end(),
        (Some(_), ShareUnit::Fraction) => {
            return Err(format!("{expected}, as the mapping says, and no percent"));
        }
        (None, _) => text,
    };
    if let Some(problem) = exponent_problem(number, expected) {
        return Err(problem);
    }
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, ""));
    let is_plain = whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    if !is_plain || whole.len() + fraction.len() == 0 {
        return Err(expected.to_owned());
    }
    let (digits, scale, is_rounded) = round_to_float_precision(whole, fraction)
        .ok_or_else(|| format!("{expected}, of fewer digits"))?;
    let maximum = match unit {
        ShareUnit::Percent => 100_u128,
        ShareUnit::Fraction => 1,
    };
    if digits > maximum * 10_u128.pow(scale) {
        return Err(format!("{expected}, of at most {maximum}"));
    }
    let (digits, scale) = match (unit, scale) {
        (ShareUnit::Percent, scale) => (digits, scale),
        (ShareUnit::Fraction, 0) => (digits * 100, 0),
        (ShareUnit::Fraction, 1) => (digits * 10, 0),
        (ShareUnit::Fraction, scale) => (digits, scale - 2),
    };
    let value = i64::try_from(digits)
        .ok()
        .and_then(|digits| Decimal::new(digits, u8::try_from(scale).ok()?));
    let value = value.ok_or_else(|| format!("{expected}, of fewer digits"))?;
    Ok(Share { value, is_rounded })
}

/// Returns the digits of a number, the number of decimals among them, and whether some digits were
/// rounded off. Returns `None` if there are too many digits.
fn round_to_float_precision(whole: &str, fraction: &str) -> Option<(u128, u32, bool)> {
    /// Maximum number of digits. No meaningful share has more.
    const MAX_DIGITS: usize = 36;
    let whole = whole.trim_start_matches('0');
    let digits = [whole, fraction].concat();
    if digits.len() > MAX_DIGITS {
        return None;
    }
    let number: u128 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    let scale = u32::try_from(fraction.len()).ok()?;
    let significant = digits.trim_start_matches('0').len();
    let noise =
        significant.saturating_sub(FLOAT_DIGITS).max(fraction.len().saturating_sub(FLOAT_DIGITS));
    let noise = u32::try_from(noise.min(fraction.len())).ok()?;
    if noise == 0 {
        return Some((number, scale, false));
    }
    let unit = 10_u128.pow(noise);
    let (mut number, mut scale) = ((number + unit / 2) / unit, scale - noise);
    // Trailing zeros of the rounded number are not significant.
    while scale > 0 && number.is_multiple_of(10) {
        (number, scale) = (number / 10, scale - 1);
    }
    Some((number, scale, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_at_most_100_percent_and_keeps_its_digits() {
        let parsed = |text: &str, unit| {
            parse_share(text, unit).map(|share| (share.value.to_string(), share.is_rounded))
        };
        for (text, expected) in [
            ("66.65", "66.65"),
            ("66,65 %", "66.65"),
            ("60.0%", "60.0"),
            (".9", "0.9"),
            (",9", "0.9"),
            ("60.", "60"),
            ("0,012", "0.012"),
            ("12,345", "12.345"),
            ("100", "100"),
            ("0", "0"),
            ("00.50", "0.50"),
        ] {
            assert_eq!(
                parsed(text, ShareUnit::Percent),
                Ok((expected.to_owned(), false)),
                "{text}"
            );
        }
        for (text, expected) in [
            ("40.00000000000001", "40"),
            ("0.30000000000000004", "0.3"),
            ("33.333333333333336", "33.3333333333333"),
            ("99.99999999999999", "100"),
            ("0.00000000000000001", "0"),
        ] {
            assert_eq!(parsed(text, ShareUnit::Percent), Ok((expected.to_owned(), true)), "{text}");
        }
        for (text, expected, is_rounded) in [
            ("0.6", "60", false),
            ("0.60", "60", false),
            ("0.6665", "66.65", false),
            ("1", "100", false),
            ("1.0", "100", false),
            ("0", "0", false),
            (".4", "40", false),
            ("0.4000000000000001", "40", true),
        ] {
            assert_eq!(
                parsed(text, ShareUnit::Fraction),
                Ok((expected.to_owned(), is_rounded)),
                "{text}"
            );
        }
        for (text, unit) in [
            ("1e-5", ShareUnit::Percent),
            ("100.5", ShareUnit::Percent),
            ("15300.52", ShareUnit::Percent),
            ("(5)", ShareUnit::Percent),
            ("-5", ShareUnit::Percent),
            ("1.234,5", ShareUnit::Percent),
            ("", ShareUnit::Percent),
            (".", ShareUnit::Percent),
            ("n/a", ShareUnit::Percent),
            ("60", ShareUnit::Fraction),
            ("0.6 %", ShareUnit::Fraction),
            ("1.0001", ShareUnit::Fraction),
        ] {
            assert!(parse_share(text, unit).is_err(), "{text}");
        }
        assert!(parse_share("1e-5", ShareUnit::Percent).unwrap_err().contains("exponent"));
    }
}
