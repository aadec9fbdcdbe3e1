//! Elections in the store: records, versions, and what finds them, derived from the journal.
//!
//! A [`View`] reads a state of the store as elections; the [`Writer`] follows the journal and makes the next.
//! `docs/format.md` describes every key.

mod apply;
mod audit;
mod cursor;
mod keys;
mod parsed;
mod rows;
mod view;
mod writer;

pub(crate) use cursor::Cursor;
pub(crate) use parsed::{EncodedVersion, ParsedEntry, digest, read, read_lineage};
pub(crate) use rows::{
    Applied, ElectionRow, ImportRow, LineageRow, REVERT, Row, SortKey, Summary, Version,
    source_name,
};
pub(crate) use view::View;
#[cfg(test)]
pub(crate) use view::forge;
pub(crate) use writer::Writer;
