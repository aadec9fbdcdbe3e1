//! Into how many parties a whole is divided, and within which bounds where some of it is not listed.

use super::formula;
use super::shares::Shares;
use super::{Value, points::tidy};

/// A measure of how a whole is divided.
#[derive(Debug, Clone, Copy)]
pub(super) enum Division {
    LaaksoTaagepera,
    Golosov,
    Molinar,
    Fractionalisation,
}

impl Division {
    /// Of what is listed; with what the rest may make of it: what is missing, and those who are put together,
    /// may be one party, or very many.
    pub(super) fn of(self, shares: &Shares) -> Option<Value> {
        let value = self.formula(&shares.listed())?;
        let rest = (shares.rest().high + shares.lumped()).to_f64();
        if shares.forced {
            return Some(Value::ranged(value, self.limits()));
        }
        if rest <= 0.0 {
            return Some(Value::exact(tidy(value)));
        }
        let single = shares.single();
        let one = self.formula(&[single.as_slice(), &[rest]].concat())?;
        let many = match self {
            _ if formula::largest(&single) <= 0.0 => self.limits()[1],
            Self::LaaksoTaagepera | Self::Fractionalisation => self.formula(&single)?,
            // A share p that is next to nothing has the term p/p₁².
            Self::Golosov => {
                let first = formula::largest(&single);
                self.formula(&single)? + rest / 100.0 / (first * first)
            }
            Self::Molinar => {
                let [low, high] = molinar(&single, rest / 100.0);
                return Some(Value::ranged(value, [low.min(one), high]));
            }
        };
        Some(Value::ranged(value, [one, many]))
    }

    fn formula(self, shares: &[f64]) -> Option<f64> {
        match self {
            Self::LaaksoTaagepera => formula::laakso_taagepera(shares),
            Self::Golosov => formula::golosov(shares),
            Self::Molinar => formula::molinar(shares),
            Self::Fractionalisation => formula::fractionalisation(shares),
        }
    }

    /// The least and the most that it can be of any whole.
    fn limits(self) -> [f64; 2] {
        match self {
            Self::Fractionalisation => [0.0, 1.0],
            _ => [1.0, f64::INFINITY],
        }
    }
}

/// Bounds of 1 + (Q − p₁²)/Q², where a rest is divided in any way among others: Q is the sum of all squares.
fn molinar(single: &[f64], rest: f64) -> [f64; 2] {
    let squares: f64 = single.iter().map(|share| (share / 100.0).powi(2)).sum();
    let first = formula::largest(single);
    let mut ends = Vec::new();
    // As long as the first stays the first, Q grows by no more than the rest in parts of its size.
    let most = squares + rest * rest.min(first);
    let of = |sum: f64| 1.0 + (sum - first * first) / (sum * sum);
    ends.extend([squares, most, (2.0 * first * first).clamp(squares, most)].map(of));
    if rest > first {
        // Of another first with x² and all others with r it is 1 + r/(r + x²)², which falls as x grows, and
        // grows with r up to x². Of a rest that has x, the others have at most a quarter of its square.
        let most = squares + rest * rest / 4.0;
        let of = |others: f64, first: f64| 1.0 + others / (others + first * first).powi(2);
        ends.push(of((first * first).clamp(squares, most), first));
        ends.extend([of(squares, rest), of(most, rest)]);
    }
    let [low, high] = [f64::min, f64::max].map(|pick| ends.iter().copied().reduce(pick));
    [low.unwrap_or(1.0), high.unwrap_or(f64::INFINITY)]
}
