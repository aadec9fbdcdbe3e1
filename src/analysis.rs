//! Analysis of elections: chains, comparisons, measures and series.

pub mod chain;
pub mod diff;
pub(crate) mod matching;
pub mod measure;
pub mod series;
