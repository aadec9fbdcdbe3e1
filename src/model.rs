//! What an election is: plain data, with no input or output.
//!
//! Everything here derives `serde` in a shape that both a compact binary encoding and JSON can
//! carry: exact decimals and partial dates are text where a person reads, and a few bytes where
//! only the store does.

mod contest;
mod date;
mod doubt;
mod election;
mod field;
mod interval;
mod key;
mod kind;
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
    Ballot, BallotOption, Contender, Contest, Holder, Ongoing, OptionKind, Quantity, ResultLine,
    Role, Round, Standing, Tally,
};
pub use date::{Bound, DateError, Outcome, PartialDate, PollingDate};
pub use election::{Election, Inferred, Section};
pub use field::{Detail, Field, Reason, Value};
pub(crate) use interval::{Interval, between, parts, wholes};
pub(crate) use key::push_ended;
pub use key::{Address, AddressError, At, Place};
pub use kind::Kind;
pub use lineage::{Descent, Lineage, Party, PartyName};
pub use link::{Link, Ref, Revision};
pub(crate) use no_party::{is_independent, is_others};
pub(crate) use number::push_count;
pub use number::{Change, Decimal, NumberError, count, grouped};
pub use outline::{Outline, Race};
pub use territory::{Territory, territory};
pub(crate) use territory::{known as known_territory, territory_names};
pub(crate) use text::is_blank;
pub use text::{fold, slug};
pub(crate) use total::{CalledTotal, ResultRow, TotalName, TotalOf, called_totals};
pub(crate) use years::YearRange;
