//! What an election is: plain data, with no input or output.
//!
//! Everything here derives `serde` in a shape that both a compact binary encoding and JSON can
//! carry: exact decimals and partial dates are text where a person reads, and a few bytes where
//! only the store does.

mod date;
mod election;
mod key;
mod number;
#[cfg(test)]
pub(crate) mod strategy;
mod territory;
mod text;

pub use date::{Bound, DateError, Outcome, PartialDate, PollingDate};
pub use election::{
    Contender, Contest, Detail, Election, Field, Holder, Inferred, Kind, Link, Ongoing, Quantity,
    Reason, Ref, Role, Round, Section, Standing, Tally, Value,
};
pub use key::{Address, AddressError, At, Place};
pub use number::{Change, Decimal, NumberError};
pub use territory::{Territory, territory};
pub use text::{fold, slug};
