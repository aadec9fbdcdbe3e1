//! Measures, differences, findings and inferred chains.
