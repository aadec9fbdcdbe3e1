//! Chains of elections: the elections before and after a start election, connected by links.
//!
//! A link is a claim by one source. A step may therefore be confirmed by both elections, by one, or
//! by none. The walk visits each election once and reports why it stopped.

mod area_links;
mod direction;
mod step;
pub(crate) mod title_area;
mod walk;

pub(crate) use direction::Direction;
pub use step::{Chain, ChainOptions, ChainStep, LinkEvidence};
pub use walk::chain;
