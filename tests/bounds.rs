//! A measure is not exact if an input is missing, and its bounds contain the value for whatever the
//! missing shares are. The tests use random contests, and all elections of ParlGov if
//! `../shared/data/parlgov` exists.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it skips"
)]

mod common;

#[path = "bounds/completed.rs"]
mod completed;
#[path = "bounds/parlgov.rs"]
mod parlgov;
#[path = "bounds/random.rs"]
mod random;

use hustings::analysis::measure::{Estimate, Measure};

/// Measures that depend on the share of every contender.
const MEASURES_OF_ALL_CONTENDERS: [Measure; 12] = [
    Measure::EnpVotes,
    Measure::EnpSeats,
    Measure::GolosovVotes,
    Measure::GolosovSeats,
    Measure::MolinarVotes,
    Measure::MolinarSeats,
    Measure::FractionalisationVotes,
    Measure::FractionalisationSeats,
    Measure::Gallagher,
    Measure::LoosemoreHanby,
    Measure::Rae,
    Measure::SainteLague,
];

/// Returns whether the bounds of an estimate contain the true value, up to a rounding error.
fn contains(found: Estimate, truth: f64) -> bool {
    let hair = 1e-9 * truth.abs().max(1.0);
    found.low - hair <= truth && truth <= found.high + hair
}
