//! Exact numbers: a share is a decimal with the precision of the source, never a float.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Maximum number of fractional digits. Published shares have at most six.
const MAX_SCALE: u8 = 15;

/// An exact decimal number: `mantissa` × 10^−`scale`.
///
/// The scale is the precision of the source, so `32.50` and `32.5` are different values
/// (`==` distinguishes them) that [agree](Decimal::agrees_with).
///
/// ```
/// use hustings::model::Decimal;
/// let share: Decimal = "66.65".parse()?;
/// let before: Decimal = "85.12".parse()?;
/// assert_eq!(share.checked_sub(before).unwrap().to_string(), "-18.47");
/// # Ok::<(), hustings::model::DecimalError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    mantissa: i64,
    scale: u8,
}

impl Decimal {
    /// Creates `mantissa` × 10^−`scale`. Returns `None` if `scale` is above 15.
    #[must_use]
    pub fn new(mantissa: i64, scale: u8) -> Option<Self> {
        (scale <= MAX_SCALE).then_some(Self { mantissa, scale })
    }

    /// Returns the digits as an integer, without the decimal point.
    #[must_use]
    pub fn mantissa(self) -> i64 {
        self.mantissa
    }

    /// Returns the number of fractional digits (0 to 15): the precision of the source.
    #[must_use]
    pub fn scale(self) -> u8 {
        self.scale
    }

    /// Returns `self` − `other`, exact, with the finer of the two scales. Returns `None` on
    /// overflow.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let difference = self.mantissa_at_scale(scale) - other.mantissa_at_scale(scale);
        Self::new(i64::try_from(difference).ok()?, scale)
    }

    /// Returns `self` + `other`, exact, with the finer of the two scales. Returns `None` on
    /// overflow.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let sum = self.mantissa_at_scale(scale) + other.mantissa_at_scale(scale);
        Self::new(i64::try_from(sum).ok()?, scale)
    }

    /// Returns the number with the opposite sign. Returns `None` on overflow.
    #[must_use]
    pub fn checked_neg(self) -> Option<Self> {
        Self::new(self.mantissa.checked_neg()?, self.scale)
    }

    /// Returns whether the coarser of the two numbers may be the finer one, rounded: 32.51 agrees
    /// with 32.5.
    #[must_use]
    pub fn agrees_with(self, other: Self) -> bool {
        let finest = self.scale.max(other.scale);
        let coarsest = self.scale.min(other.scale);
        let difference = (self.mantissa_at_scale(finest) - other.mantissa_at_scale(finest)).abs();
        // Tolerance: half of the coarser last digit. Both sides are doubled to remain integers.
        let last_digit = 10_i128.pow(u32::from(finest - coarsest));
        if finest == coarsest { difference == 0 } else { difference * 2 <= last_digit }
    }

    /// Returns the maximum rounding error of the source: half of the last digit.
    #[must_use]
    pub fn max_rounding_error(self) -> f64 {
        0.5 * 10_f64.powi(-i32::from(self.scale))
    }

    /// Returns the nearest float, for use in formulas. It is never stored.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.mantissa as f64 / 10_f64.powi(i32::from(self.scale))
    }

    // |mantissa| ≤ 2^63 and 10^15 < 2^50, so the result is below 2^113 and cannot overflow.
    fn mantissa_at_scale(self, scale: u8) -> i128 {
        i128::from(self.mantissa) * 10_i128.pow(u32::from(scale - self.scale))
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    /// Compares by value, and then by scale, so that the order is consistent with `==`.
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        self.mantissa_at_scale(scale)
            .cmp(&other.mantissa_at_scale(scale))
            .then(self.scale.cmp(&other.scale))
    }
}

impl Decimal {
    /// Appends the number to a text, without the overhead of a formatter.
    pub(crate) fn push_to(self, text: &mut String) {
        text.push_str(if self.mantissa < 0 { "-" } else { "" });
        text.push_str(format_digits(
            self.mantissa.unsigned_abs(),
            self.scale,
            &mut [0; MAX_DIGITS],
        ));
    }

    /// Formats the number as a new string.
    pub(crate) fn text(self) -> String {
        let mut text = String::with_capacity(MAX_DIGITS);
        self.push_to(&mut text);
        text
    }
}

/// Maximum length of a formatted number without its sign: 20 digits, or 19 digits and a decimal
/// point.
const MAX_DIGITS: usize = 20;

/// Formats an integer as a decimal with `scale` fractional digits.
fn format_digits(mut number: u64, scale: u8, text: &mut [u8; MAX_DIGITS]) -> &str {
    // Writes from the last digit to the first.
    let mut at = text.len();
    let point = at - usize::from(scale);
    loop {
        if at == point && at < text.len() {
            at -= 1;
            text[at] = b'.';
        }
        at -= 1;
        text[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 && at < point {
            break;
        }
    }
    str::from_utf8(&text[at..]).unwrap_or_default()
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = [0; MAX_DIGITS];
        let digits = format_digits(self.mantissa.unsigned_abs(), self.scale, &mut buffer);
        f.pad_integral(self.mantissa >= 0, "", digits)
    }
}

/// The error for a text that is not a decimal number in the form `-123.45`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecimalError {
    text: String,
}

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is not a decimal number such as 66.65", self.text)
    }
}

impl std::error::Error for DecimalError {}

impl FromStr for Decimal {
    type Err = DecimalError;

    /// Parses `66.65`, `-3`, `+0.5`: ASCII digits with at most one decimal point and a sign.
    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let error = || DecimalError { text: text.chars().take(40).collect() };
        let (negative, digits) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let (integer, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let scale = u8::try_from(fraction.len()).map_err(|_| error())?;
        if integer.is_empty() {
            return Err(error());
        }
        // Negative numbers accumulate downwards: `i64::MIN` has no positive counterpart.
        let mantissa = integer.bytes().chain(fraction.bytes()).try_fold(0_i64, |mantissa, byte| {
            let digit = i64::from(byte.is_ascii_digit().then(|| byte - b'0')?);
            mantissa.checked_mul(10)?.checked_add(if negative { -digit } else { digit })
        });
        mantissa.and_then(|mantissa| Self::new(mantissa, scale)).ok_or_else(error)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            (self.mantissa, self.scale).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(DecimalVisitor)
        } else {
            let (mantissa, scale) = Deserialize::deserialize(deserializer)?;
            Self::new(mantissa, scale)
                .ok_or_else(|| D::Error::custom(format!("a scale of {scale} is above 15")))
        }
    }
}

struct DecimalVisitor;

impl Visitor<'_> for DecimalVisitor {
    type Value = Decimal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal number, best as text: \"66.65\"")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Decimal, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Decimal, E> {
        Ok(Decimal { mantissa: number, scale: 0 })
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Decimal, E> {
        number.to_string().parse().map_err(E::custom)
    }

    /// Parses a bare JSON number. The float's shortest form is the original text without trailing
    /// zeros, if that has at most 15 significant digits.
    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Decimal, E> {
        number.to_string().parse().map_err(E::custom)
    }
}

/// A stated change since the previous election: an amount, or the word "New".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "StatedChange_{T}"))]
#[serde(rename_all = "snake_case")]
pub enum StatedChange<T> {
    /// An increase (positive) or a decrease (negative).
    By(T),
    /// The contender is new, so there is no earlier value.
    New,
}

impl<T: fmt::Display> fmt::Display for StatedChange<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::By(amount) => write!(f, "{amount:+}"),
            Self::New => f.write_str("New"),
        }
    }
}

/// Formats a number with commas as thousands separators.
///
/// ```
/// assert_eq!(hustings::model::group_digits(47_095), "47,095");
/// ```
#[must_use]
pub fn group_digits(count: u64) -> String {
    let mut text = String::new();
    push_grouped(&mut text, count);
    text
}

fn push_grouped(text: &mut String, count: u64) {
    let mut buffer = [0; MAX_DIGITS];
    let digits = format_digits(count, 0, &mut buffer);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
}

/// Formats a number with a noun, in the plural unless the number is 1.
///
/// ```
/// use hustings::model::format_count;
/// assert_eq!((format_count(1, "import"), format_count(1_207, "import")), ("1 import".into(), "1,207 imports".into()));
/// ```
#[must_use]
pub fn format_count(number: u64, noun: &str) -> String {
    let mut text = String::with_capacity(26 + noun.len());
    push_count(&mut text, number, noun);
    text
}

/// Appends the text of [`format_count`].
pub(crate) fn push_count(text: &mut String, number: u64, noun: &str) {
    push_grouped(text, number);
    for part in [" ", noun, if number == 1 { "" } else { "s" }] {
        text.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn decimals_round_trip_with_their_precision() {
        for text in ["66.65", "32.50", "0.005", "-0.5", "0", "100", "-9223372036854775808"] {
            assert_eq!(
                (decimal(text).to_string(), decimal(text).text()),
                (text.into(), text.into())
            );
        }
        assert_ne!(decimal("32.5"), decimal("32.50"));
    }

    #[test]
    fn text_that_is_not_a_decimal_is_rejected() {
        for text in ["", "-", ".5", "1.2.3", "66,65", "66.65%", "1e3", "9".repeat(30).as_str()] {
            assert!(text.parse::<Decimal>().is_err(), "{text}");
        }
        assert!("1.0000000000000000".parse::<Decimal>().is_err());
    }

    #[test]
    fn decimals_agree_if_they_differ_only_by_rounding() {
        assert!(decimal("32.51").agrees_with(decimal("32.5")));
        assert!(decimal("32.55").agrees_with(decimal("32.6")));
        assert!(!decimal("32.56").agrees_with(decimal("32.5")));
        assert!(!decimal("73.64").agrees_with(decimal("73.53")));
    }

    #[test]
    fn changes_are_displayed_with_their_sign() {
        assert_eq!(StatedChange::By(decimal("1.5")).to_string(), "+1.5");
        assert_eq!(StatedChange::By(-4).to_string(), "-4");
        assert_eq!(StatedChange::<i64>::New.to_string(), "New");
    }

    #[test]
    fn a_decimal_is_read_from_a_json_string_or_number() {
        assert_eq!(serde_json::to_string(&decimal("66.650")).unwrap(), "\"66.650\"");
        for json in ["\"66.65\"", "66.65"] {
            assert_eq!(serde_json::from_str::<Decimal>(json).unwrap(), decimal("66.65"));
        }
        assert!(serde_json::from_str::<Decimal>("1e300").is_err());
    }
}
