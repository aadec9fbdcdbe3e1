//! Elections in the store: records, versions and indices, derived from the journal.
//!
//! A [`StateView`] reads a state of the store as elections. The [`StoreWriter`] applies the journal
//! and writes the next state. `docs/format.md` describes every key.

mod apply;
mod audit;
mod current_version;
mod cursor;
mod election_name;
mod erase;
mod interner;
mod keys;
mod links;
mod lookup;
mod merge;
mod merged_election;
mod name_view;
mod name_writer;
mod names;
mod parsed_entry;
mod rows;
mod segment_encoder;
mod sort_key;
mod source_state;
mod split;
mod titles;
mod view;
mod writer;

pub(crate) use cursor::VersionCursor;
pub(crate) use election_name::ElectionName;
pub(crate) use links::{identifier_link_name, link_names};
pub(crate) use lookup::TitleUse;
pub(crate) use merged_election::MergedElection;
pub(crate) use name_view::{NameNumbers, SegmentName};
pub(crate) use names::{NamePosting, last_postings};
pub(crate) use parsed_entry::{EncodedVersion, ParsedEntry};
pub(crate) use rows::{
    AppliedPosition, ElectionRow, ImportRow, LineageRow, RowValue, SummaryRow, VersionRow,
};
pub(crate) use sort_key::{SortKey, UNNAMED_AREA};
pub(crate) use source_state::SourceState;
pub(crate) use split::{SplitPlan, SplitProblem};
pub(crate) use view::StateView;
#[cfg(test)]
pub(crate) use view::overwrite_record;
pub(crate) use writer::StoreWriter;
