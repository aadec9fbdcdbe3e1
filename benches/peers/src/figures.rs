//! The measurements: for each work, size and peer, one figure per run. The report states the
//! median.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::works::{WORKS, Work};

#[derive(Debug, Clone, Default)]
pub(crate) struct Figures(BTreeMap<(u64, Work, String), Vec<f64>>);

impl Figures {
    pub(crate) fn push(&mut self, versions: u64, work: Work, peer: &str, figure: f64) {
        self.0.entry((versions, work, peer.to_owned())).or_default().push(figure);
    }

    pub(crate) fn median(&self, versions: u64, work: Work, peer: &str) -> Option<f64> {
        self.0.get(&(versions, work, peer.to_owned())).and_then(|runs| median(runs))
    }

    /// The sizes at which the stores were measured, from the smallest.
    pub(crate) fn sizes(&self) -> Vec<u64> {
        let of_stores = self.0.keys().filter(|(_, work, _)| *work == Work::Size);
        let mut sizes: Vec<u64> = of_stores.map(|(versions, ..)| *versions).collect();
        sizes.dedup();
        sizes
    }

    /// The sizes at which a work was measured, from the smallest.
    pub(crate) fn sizes_of(&self, work: Work) -> Vec<u64> {
        let of_work = self.0.keys().filter(|(_, other, _)| *other == work);
        let mut sizes: Vec<u64> = of_work.map(|(versions, ..)| *versions).collect();
        sizes.dedup();
        sizes
    }

    /// Returns whether the store of a peer was measured.
    pub(crate) fn has(&self, peer: &str) -> bool {
        self.0
            .keys()
            .any(|(_, work, of)| of == peer && *work != Work::Parse && *work != Work::Reading)
    }

    /// Parses the output of [`Figures::to_json`].
    pub(crate) fn from_json(figures: &Value) -> Option<Self> {
        let figure = |figure: &Value| {
            let work = WORKS.into_iter().find(|work| figure["work"] == work.name())?;
            let runs = figure["runs"].as_array()?.iter().map(Value::as_f64);
            let key = (figure["versions"].as_u64()?, work, figure["peer"].as_str()?.to_owned());
            Some((key, runs.collect::<Option<_>>()?))
        };
        Some(Self(figures.as_array()?.iter().map(figure).collect::<Option<_>>()?))
    }

    pub(crate) fn to_json(&self) -> Value {
        let figures = self.0.iter().map(|((versions, work, peer), runs)| {
            json!({
                "versions": versions,
                "work": work.name(),
                "unit": work.unit(),
                "peer": peer,
                "median": median(runs),
                "runs": runs,
            })
        });
        figures.collect()
    }
}

pub(crate) fn median(runs: &[f64]) -> Option<f64> {
    let mut runs = runs.to_vec();
    runs.sort_by(f64::total_cmp);
    let middle = runs.len().checked_sub(1)? / 2;
    match runs.len() % 2 {
        1 => runs.get(middle).copied(),
        _ => Some((runs.get(middle)? + runs.get(middle + 1)?) / 2.0),
    }
}

/// Formats a figure with three digits, or with more before the decimal point.
pub(crate) fn shown(figure: f64) -> String {
    match figure.abs() {
        size if size >= 100.0 => format!("{figure:.0}"),
        size if size >= 10.0 => format!("{figure:.1}"),
        _ => format!("{figure:.2}"),
    }
}
