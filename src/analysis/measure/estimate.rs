//! Values of measures, and groups of matched contenders.

use serde::{Deserialize, Serialize};

use super::points::round_to_decimal;

/// Value of a measure, with bounds that allow for figures not listed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Estimate {
    /// Value computed from the listed figures.
    pub value: f64,
    /// Lowest possible value.
    pub low: f64,
    /// Highest possible value. Infinite if there is no bound; JSON then omits it.
    #[serde(default = "no_bound", skip_serializing_if = "is_infinite")]
    pub high: f64,
}

fn no_bound() -> f64 {
    f64::INFINITY
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_infinite(bound: &f64) -> bool {
    bound.is_infinite()
}

impl Estimate {
    /// Creates a value that is exactly known, rounded to the precision of measures.
    #[must_use]
    pub fn exact(value: f64) -> Self {
        let value = round_to_decimal(value);
        Self { value, low: value, high: value }
    }

    /// Creates a value with bounds. Widens the bounds to include the value.
    #[must_use]
    pub fn with_bounds(value: f64, bounds: [f64; 2]) -> Self {
        let [low, high] = [f64::min, f64::max].map(|pick| bounds.into_iter().fold(value, pick));
        Self {
            value: round_to_decimal(value),
            low: round_to_decimal(low),
            high: round_to_decimal(high),
        }
    }

    /// Returns whether the bounds are equal.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.low == self.high
    }
}

/// Contenders of two contests that belong together, by index. A side has several contenders if a
/// party was divided or joined others, and none if the party did not stand.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ContenderGroup {
    /// Indices in the earlier contest.
    pub before: Vec<usize>,
    /// Indices in the later contest.
    pub after: Vec<usize>,
}
