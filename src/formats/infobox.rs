//! Infoboxes: the table of parameters, and the conversion of values to the fields of an election.

mod ballots;
mod contenders;
mod detail;
mod entry;
mod extra;
pub(crate) mod fields;
mod figure;
mod figures;
mod once;
pub(crate) mod other_box;
pub mod parameters;

pub(crate) use entry::InfoboxEntry;
pub(super) use figure::{round, seat_change, tally};
