//! Measures of how a total is divided among parties, with bounds if a part is not listed.

use super::estimate::Estimate;
use super::formula;
use super::points::round_to_decimal;
use super::shares::Shares;

/// Measure of how a total is divided among parties.
#[derive(Debug, Clone, Copy)]
pub(super) enum Division {
    LaaksoTaagepera,
    Golosov,
    Molinar,
    Fractionalisation,
}

impl Division {
    /// Computes the measure from the listed shares. The bounds allow for missing shares and
    /// combined rows, which may belong to one party or to many parties.
    pub(super) fn compute(self, shares: &Shares) -> Option<Estimate> {
        let value = self.formula(&shares.listed())?;
        let remainder = (shares.remainder().high + shares.combined()).to_f64();
        if shares.assumes_complete {
            return Some(Estimate::with_bounds(value, self.limits()));
        }
        if remainder <= 0.0 {
            return Some(Estimate::exact(round_to_decimal(value)));
        }
        let single = shares.single();
        let one = self.formula(&[single.as_slice(), &[remainder]].concat())?;
        let many = match self {
            _ if formula::largest(&single) <= 0.0 => self.limits()[1],
            Self::LaaksoTaagepera | Self::Fractionalisation => self.formula(&single)?,
            // The term of a share p that approaches 0 is p/p₁².
            Self::Golosov => {
                let first = formula::largest(&single);
                self.formula(&single)? + remainder / 100.0 / (first * first)
            }
            Self::Molinar => {
                let [low, high] = molinar_bounds(&single, remainder / 100.0);
                return Some(Estimate::with_bounds(value, [low.min(one), high]));
            }
        };
        Some(Estimate::with_bounds(value, [one, many]))
    }

    fn formula(self, shares: &[f64]) -> Option<f64> {
        match self {
            Self::LaaksoTaagepera => formula::laakso_taagepera(shares),
            Self::Golosov => formula::golosov(shares),
            Self::Molinar => formula::molinar(shares),
            Self::Fractionalisation => formula::fractionalisation(shares),
        }
    }

    /// Returns the lowest and highest possible value for any shares.
    fn limits(self) -> [f64; 2] {
        match self {
            Self::Fractionalisation => [0.0, 1.0],
            _ => [1.0, f64::INFINITY],
        }
    }
}

/// Returns the bounds of 1 + (Q − p₁²)/Q² over every division of a remainder among other parties,
/// where Q is the sum of the squares of all shares.
fn molinar_bounds(single: &[f64], remainder: f64) -> [f64; 2] {
    let squares: f64 = single.iter().map(|share| (share / 100.0).powi(2)).sum();
    let first = formula::largest(single);
    let mut ends = Vec::new();
    // While the first party stays first, Q grows most if the remainder forms parties of its size.
    let most = squares + remainder * remainder.min(first);
    let value = |sum: f64| 1.0 + (sum - first * first) / (sum * sum);
    ends.extend([squares, most, (2.0 * first * first).clamp(squares, most)].map(value));
    if remainder > first {
        // If a new first party has share x and the squares of all other shares sum to r, the value
        // is 1 + r/(r + x²)². It falls as x grows, and rises with r up to x². The part of the
        // remainder that does not belong to the new first party adds at most a quarter of the
        // square of the remainder to r.
        let most = squares + remainder * remainder / 4.0;
        let value = |others: f64, first: f64| 1.0 + others / (others + first * first).powi(2);
        ends.push(value((first * first).clamp(squares, most), first));
        ends.extend([value(squares, remainder), value(most, remainder)]);
    }
    let [low, high] = [f64::min, f64::max].map(|pick| ends.iter().copied().reduce(pick));
    [low.unwrap_or(1.0), high.unwrap_or(f64::INFINITY)]
}
