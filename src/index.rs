//! Elections in the store: records, versions and indices, derived from the journal.
//!
//! A [`StateView`] reads a state of the store as elections. The [`StoreWriter`] applies the journal
//! and writes the next state. `docs/format.md` describes every key.

mod apply;
mod audit;
mod cursor;
mod keys;
mod parsed;
mod rows;
mod view;
mod writer;

pub(crate) use cursor::VersionCursor;
pub(crate) use parsed::{EncodedVersion, ParsedEntry, digest, read, read_lineage};
pub(crate) use rows::{
    AppliedPosition, ElectionRow, ImportRow, LineageRow, REVERT, RowValue, SortKey, SummaryRow,
    VersionRow, source_name,
};
pub(crate) use view::StateView;
#[cfg(test)]
pub(crate) use view::forge;
pub(crate) use writer::StoreWriter;
