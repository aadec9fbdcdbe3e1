//! Elections in the store: records, versions and indices, derived from the journal.
//!
//! A [`StateView`] reads a state of the store as elections. The [`StoreWriter`] applies the journal
//! and writes the next state. `docs/format.md` describes every key.

mod apply;
mod audit;
mod cursor;
mod keys;
mod parsed_entry;
mod rows;
mod view;
mod writer;

pub(crate) use cursor::VersionCursor;
pub(crate) use parsed_entry::{EncodedVersion, ParsedEntry};
pub(crate) use rows::{
    AppliedPosition, ElectionRow, ImportRow, LineageRow, RowValue, SortKey, SourceState,
    SummaryRow, VersionRow,
};
pub(crate) use view::StateView;
#[cfg(test)]
pub(crate) use view::overwrite_record;
pub(crate) use writer::{ElectionName, StoreWriter};
