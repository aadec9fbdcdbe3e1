//! Analysis of elections: chains, comparisons, measures and series.

pub mod chain;
pub mod changes;
pub mod diff;
mod disjoint_sets;
pub(crate) mod matching;
pub mod measure;
pub mod party_changes;
pub mod series;
pub mod source_comparison;
