//! Axes with ticks at round numbers, and the positions of dates.

use crate::model::{PartialDate, group_digits};

/// Smallest absolute value that is written in scientific notation.
pub(super) const SCIENTIFIC_FROM: f64 = 1e15;

/// An axis: its range and its ticks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) ticks: Vec<f64>,
    /// Decimal places of the tick labels.
    digits: usize,
    is_time: bool,
}

impl Scale {
    /// Creates a scale that covers the finite values, and begins and ends at a tick. `tick_count`
    /// is the approximate number of ticks. `include_zero` makes the scale include 0.
    pub(super) fn of_values(
        values: impl IntoIterator<Item = f64>,
        tick_count: usize,
        include_zero: bool,
    ) -> Self {
        let (mut low, mut high) = finite_range(values).unwrap_or((0.0, 1.0));
        // A range that starts close to zero is extended to zero.
        if low >= 0.0 && (include_zero || low < 0.4 * high) {
            low = 0.0;
        }
        if include_zero {
            high = high.max(0.0);
        }
        let min_range = (low.abs().max(high.abs()) * 1e-6).max(1e-6);
        if high - low < min_range {
            let padding = (high.abs() * 0.05).max(min_range);
            (low, high) = (if low == 0.0 { 0.0 } else { low - padding }, high + padding);
        }
        let step = tick_step((high - low) / tick_count.max(2) as f64);
        let first = (low / step + 1e-9).floor();
        let last = (high / step - 1e-9).ceil().max(first + 1.0);
        let count = (last - first).min(1_000.0) as u32;
        Self {
            low: first * step,
            high: last * step,
            ticks: (0..=count).map(|at| (first + f64::from(at)) * step).collect(),
            digits: (-step.log10() + 0.999).floor().clamp(0.0, 9.0) as usize,
            is_time: false,
        }
    }

    /// Creates a scale for times in years, with ticks at the start of years and some space at both
    /// ends.
    pub(super) fn of_time(times: impl IntoIterator<Item = f64>, tick_count: usize) -> Self {
        let (low, high) = finite_range(times).unwrap_or((2000.0, 2001.0));
        let (low, high) =
            if high - low < 1.0 { (low.floor(), low.floor() + 2.0) } else { (low, high) };
        let padding = (high - low) * 0.02;
        let (low, high) = (low - padding, high + padding);
        let step = tick_step((high - low) / tick_count.max(2) as f64).max(1.0).ceil();
        let (first, last) = ((low / step).ceil(), (high / step).floor());
        let count = (last - first).clamp(0.0, 1_000.0) as u32;
        let ticks = (0..=count).map(|at| (first + f64::from(at)) * step);
        Self { low, high, ticks: ticks.collect(), digits: 0, is_time: true }
    }

    /// Creates a scale for stacked rows, without ticks.
    pub(super) fn of_rows(rows: usize) -> Self {
        Self { low: 0.0, high: rows.max(1) as f64, ticks: Vec::new(), digits: 0, is_time: false }
    }

    /// Returns the label of a tick.
    pub(super) fn label(&self, tick: f64) -> String {
        if self.is_time {
            return with_minus_sign(&format!("{tick:.0}"));
        }
        if tick.abs() >= SCIENTIFIC_FROM {
            return with_minus_sign(&format!("{tick:.2e}"));
        }
        if self.digits == 0 && tick.abs() >= 10_000.0 {
            let sign = if tick < 0.0 { "−" } else { "" };
            return format!("{sign}{}", group_digits(tick.abs().round() as u64));
        }
        with_minus_sign(&format!("{:.*}", self.digits, tick + 0.0))
    }
}

/// Replaces hyphens by minus signs, which are as wide as digits.
pub(super) fn with_minus_sign(number: &str) -> String {
    number.replace('-', "−")
}

fn finite_range(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = values.into_iter().filter(|value| value.is_finite());
    finite.fold(None, |ends, value| match ends {
        None => Some((value, value)),
        Some((low, high)) => Some((f64::min(low, value), f64::max(high, value))),
    })
}

/// Returns the smallest step, 1, 2 or 5 times a power of ten, that is at least `min_step`.
fn tick_step(min_step: f64) -> f64 {
    let power = 10_f64.powf(min_step.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|times| times * power >= min_step * 0.999_999);
    factor.unwrap_or(10.0) * power
}

/// Converts a date to years. A date without a day or month lies in the middle of its month or year.
pub(super) fn decimal_year(date: PartialDate) -> f64 {
    let day = match (date.month(), date.day()) {
        (Some(month), Some(day)) => f64::from(month - 1) * 30.44 + f64::from(day) - 0.5,
        (Some(month), None) => (f64::from(month) - 0.5) * 30.44,
        (None, _) => 182.6,
    };
    f64::from(date.year()) + (day / 365.25).min(0.999)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: &Scale) -> Vec<String> {
        scale.ticks.iter().map(|tick| scale.label(*tick)).collect()
    }

    #[test]
    fn ticks_are_round_and_cover_the_values() {
        assert_eq!(
            labels(&Scale::of_values([50.42, 83.61], 5, false)),
            ["50", "60", "70", "80", "90"]
        );
        assert_eq!(labels(&Scale::of_values([2.13, 5.32], 5, false)), ["2", "3", "4", "5", "6"]);
        assert_eq!(
            labels(&Scale::of_values([0.2, 0.45], 5, true)),
            ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5"]
        );
        assert_eq!(labels(&Scale::of_values([-5.0, 5.0], 4, false)), ["−5", "0", "5"]);
        assert_eq!(
            labels(&Scale::of_values([0.0, 24_128.0], 3, true)),
            ["0", "10,000", "20,000", "30,000"]
        );
        for values in [
            vec![],
            vec![0.0],
            vec![7.0, 7.0],
            vec![-3.0],
            vec![1e300, -1e300],
            vec![1e-300],
            vec![f64::NAN],
            vec![1e15, 1e15 + 1.0],
        ] {
            for zero in [true, false] {
                let scale = Scale::of_values(values.iter().copied(), 5, zero);
                assert!(scale.high > scale.low && scale.ticks.len() <= 9, "{values:?}: {scale:?}");
                assert!(scale.ticks.iter().all(|tick| tick.is_finite()), "{scale:?}");
                let slack = (scale.high - scale.low) * 1e-6;
                let within = |value: &f64| {
                    !value.is_finite() || (scale.low - slack..=scale.high + slack).contains(value)
                };
                assert!(values.iter().all(within), "{values:?}: {scale:?}");
            }
        }
    }

    #[test]
    fn time_ticks_are_whole_years() {
        let scale = Scale::of_time([1918.95, 2019.95], 12);
        assert_eq!(labels(&scale)[..3], ["1920", "1930", "1940"]);
        assert_eq!(labels(&Scale::of_time([1974.16, 1974.78], 12)), ["1974", "1975", "1976"]);
        assert_eq!(labels(&Scale::of_time([2012.5], 12)), ["2012", "2013", "2014"]);
        let date = |text: &str| decimal_year(text.parse().unwrap());
        assert!(date("1974-02-28") < date("1974-10-10") && date("1974-12-31") < date("1975-01-01"));
    }
}
