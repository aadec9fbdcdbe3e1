//! Size limits of journal entries.

use std::fmt;

use crate::Error;
use crate::model::{MAX_SOURCE_TEXT_BYTES, group_digits};

/// A part of an entry that exceeds its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LimitError {
    pub(super) name: &'static str,
    pub(super) limit: usize,
    pub(super) unit: &'static str,
}

impl fmt::Display for LimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} has more than {} {}", self.name, group_digits(self.limit as u64), self.unit)
    }
}

impl From<LimitError> for String {
    fn from(error: LimitError) -> Self {
        error.to_string()
    }
}

impl From<LimitError> for Error {
    fn from(LimitError { name: what, limit, unit }: LimitError) -> Self {
        Self::TooLong { what, limit: limit as u64, unit }
    }
}

pub(super) fn check_chars(what: &'static str, limit: usize, text: &str) -> Result<(), LimitError> {
    match text.chars().nth(limit) {
        None => Ok(()),
        Some(_) => Err(LimitError { name: what, limit, unit: "characters" }),
    }
}

pub(super) fn check_text_size(text: &str) -> Result<(), LimitError> {
    match text.len() {
        0..=MAX_SOURCE_TEXT_BYTES => Ok(()),
        _ => Err(LimitError { name: "a text", limit: MAX_SOURCE_TEXT_BYTES, unit: "bytes" }),
    }
}

pub(super) fn check_count(
    what: &'static str,
    limit: usize,
    count: usize,
) -> Result<(), LimitError> {
    if count <= limit { Ok(()) } else { Err(LimitError { name: what, limit, unit: "items" }) }
}
