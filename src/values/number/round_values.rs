//! Values of a cell, one per round. Most cells have one, which is stored without allocation.

use std::ops::Deref;

use super::round_value::RoundValue;

/// The values of a cell, one per round.
#[derive(Debug)]
pub(crate) enum RoundValues {
    One(RoundValue),
    /// No values, or several.
    Many(Vec<RoundValue>),
}

impl From<Vec<RoundValue>> for RoundValues {
    fn from(parts: Vec<RoundValue>) -> Self {
        match <[RoundValue; 1]>::try_from(parts) {
            Ok([part]) => Self::One(part),
            Err(parts) => Self::Many(parts),
        }
    }
}

impl Deref for RoundValues {
    type Target = [RoundValue];

    fn deref(&self) -> &[RoundValue] {
        match self {
            Self::One(part) => std::slice::from_ref(part),
            Self::Many(parts) => parts,
        }
    }
}
