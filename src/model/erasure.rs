//! The erasure of a source text: what is left of a version.

use serde::{Deserialize, Serialize};

/// What is known about a version whose text was erased.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Erasure {
    /// Number of the import that erased the text.
    pub import: u64,
    /// Time of the erasure: RFC 3339, UTC.
    pub time: String,
    /// Why the text was erased.
    pub reason: String,
    /// BLAKE3 of the erased text, in hexadecimal.
    pub digest: String,
}

impl Erasure {
    pub(crate) fn new(import: u64, time: String, reason: String, digest: String) -> Self {
        Self { import, time, reason, digest }
    }
}
