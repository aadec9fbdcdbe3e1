//! The data model of an election: plain data, without input or output.
//!
//! Every type here derives or implements `serde` for both JSON and a compact binary encoding.
//! Exact decimals and partial dates are text in human-readable formats, and a few bytes in the
//! binary encoding of the store.

mod address;
mod area;
mod contest;
mod date;
mod digest;
mod doubt;
mod election;
mod election_change;
mod election_type;
mod equivalence;
mod erasure;
pub mod escape;
mod field;
mod format;
mod interval;
mod json;
mod key;
mod limits;
mod lineage;
mod link;
mod names;
mod no_party;
mod number;
#[cfg(feature = "schema")]
mod schema;
mod search_words;
mod source;
mod source_key;
mod source_name;
#[cfg(test)]
pub(crate) mod strategy;
mod summary;
mod territory;
mod text;
mod to_address;
mod total;
mod years;

pub use address::{Address, AddressError, VersionSelector};
pub use area::{Area, AreaSum};
pub use contest::{
    Ballot, BallotOption, Contender, Contest, CountStatus, OfficeHolder, OptionKind,
    PreviousResult, Quantity, ResultLine, Role, RoundFigures, Tally,
};
pub use date::{DateBound, DateError, PartialDate, PollOutcome, PollingDate};
pub(crate) use digest::text_digest;
pub use election::{Election, InferredField, Section};
pub use election_change::{ChangeCounts, ElectionChangeKind};
pub use election_type::ElectionType;
pub use erasure::Erasure;
pub use field::{Detail, DetailValue, UnparsedField, UnparsedReason};
pub use format::{Format, UnknownFormat};
pub(crate) use interval::{Interval, format_range, part_bounds, total_bounds};
pub(crate) use json::serialize_pruned;
pub use json::to_json;
pub use key::ElectionKey;
pub(crate) use key::push_terminated;
pub(crate) use limits::{
    MAX_NOTE_CHARS, MAX_PATH_CHARS, MAX_SHORT_TEXT_CHARS, MAX_SOURCE_TEXT_BYTES, MAX_SOURCES,
    MAX_TITLE_CHARS,
};
pub use lineage::{Lineage, Party, PartyName, PartySuccession};
pub use link::{Link, Reference, Revision};
pub use names::NameKind;
pub(crate) use no_party::{is_independent, is_others};
pub(crate) use number::push_count;
pub use number::{Decimal, DecimalError, StatedChange, format_count, group_digits};
pub(crate) use search_words::{NameQuery, QueryTerm, for_each_index_word, index_words};
pub use source::{Source, SourceNameError};
pub(crate) use source_key::{file_name, history_name, source_key, source_key_name};
pub(crate) use source_name::{REVERT_SOURCE, STDIN_NAME, source_name};
pub use summary::{ContestSummary, ElectionSummary};
pub use territory::{Territory, territory};
pub(crate) use territory::{find_territory, territory_names};
pub(crate) use text::is_blank;
pub use text::{fold, slug};
pub use to_address::ToAddress;
pub(crate) use total::{ResultRow, TotalCertainty, TotalRow, TotalScope, find_totals};
pub(crate) use years::YearRange;
