//! What a cell says, by rounds. Most cells have one, for which nothing is allocated.

use std::ops::Deref;

use super::Part;

/// The rounds of a cell.
#[derive(Debug)]
pub(in crate::import) enum Parts {
    One(Part),
    /// None, or several.
    Others(Vec<Part>),
}

impl From<Vec<Part>> for Parts {
    fn from(parts: Vec<Part>) -> Self {
        match <[Part; 1]>::try_from(parts) {
            Ok([part]) => Self::One(part),
            Err(parts) => Self::Others(parts),
        }
    }
}

impl Deref for Parts {
    type Target = [Part];

    fn deref(&self) -> &[Part] {
        match self {
            Self::One(part) => std::slice::from_ref(part),
            Self::Others(parts) => parts,
        }
    }
}
