//! The data model of an election: plain data, without input or output.
//!
//! Every type here derives or implements `serde` for both JSON and a compact binary encoding.
//! Exact decimals and partial dates are text in human-readable formats, and a few bytes in the
//! binary encoding of the store.

mod contest;
mod date;
mod doubt;
mod election;
pub mod escape;
mod field;
mod interval;
mod key;
mod kind;
mod limits;
mod lineage;
mod link;
mod no_party;
mod number;
mod outline;
mod same;
#[cfg(test)]
pub(crate) mod strategy;
mod territory;
mod text;
mod total;
mod years;

pub use contest::{
    Ballot, BallotOption, Contender, Contest, CountStatus, OfficeHolder, OptionKind,
    PreviousResult, Quantity, ResultLine, Role, RoundFigures, Tally,
};
pub use date::{DateBound, DateError, PartialDate, PollOutcome, PollingDate};
pub use election::{Election, InferredField, Section};
pub use field::{Detail, DetailValue, UnparsedField, UnparsedReason};
pub(crate) use interval::{Interval, format_range, part_bounds, total_bounds};
pub(crate) use key::push_terminated;
pub use key::{Address, AddressError, ElectionKey, VersionSelector};
pub use kind::ElectionType;
pub(crate) use limits::{LARGEST_TEXT, LONGEST_NOTE, LONGEST_PATH, LONGEST_TITLE, WORD};
pub use lineage::{Descent, Lineage, Party, PartyName};
pub use link::{Link, Reference, Revision};
pub(crate) use no_party::{is_independent, is_others};
pub(crate) use number::push_count;
pub use number::{Decimal, DecimalError, StatedChange, count, grouped};
pub use outline::{ContestSummary, ElectionSummary};
pub use territory::{Territory, territory};
pub(crate) use territory::{known as known_territory, territory_names};
pub(crate) use text::is_blank;
pub use text::{fold, slug};
pub(crate) use total::{ResultRow, TotalCertainty, TotalRow, TotalScope, find_totals};
pub(crate) use years::YearRange;
