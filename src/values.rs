//! Parsers for single values as sources write them: dates, numbers, names, timestamps, titles.

pub mod date;
pub(crate) mod number;
pub(crate) mod text;
pub(crate) mod timestamp;
pub(crate) mod title;
pub(crate) mod unopposed;
pub(crate) mod words;
