//! No measure is exact where an input is missing, and whatever the missing shares truly are, the measure lies within
//! its bounds: over random contests, and over all elections of ParlGov where it stands beside the project.
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

/// Those of which every share is an input.
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

/// Whether a value's bounds hold the true one.
fn contains(found: Estimate, truth: f64) -> bool {
    let hair = 1e-9 * truth.abs().max(1.0);
    found.low - hair <= truth && truth <= found.high + hair
}
