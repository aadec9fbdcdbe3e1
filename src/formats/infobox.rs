//! Infoboxes: the table of parameters, and the conversion of values to the fields of an election.

pub(crate) mod additional_infobox;
mod ballots;
mod contenders;
mod detail;
mod entry;
mod extra_rows;
pub(crate) mod fields;
mod figure_value;
mod figures;
pub mod parameters;
mod repeated_labels;

pub(crate) use entry::InfoboxEntry;
pub(super) use figure_value::{round_mut, seat_change, tally_mut};
