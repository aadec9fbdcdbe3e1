//! An embedded archive of elections: every version of every record, linked into chains and
//! compared.

pub mod archive;
pub mod chain;
pub mod check;
pub mod diff;
mod error;
pub mod export;
pub mod import;
mod journal;
pub mod model;
pub mod render;
mod store;

pub use archive::Archive;
pub use error::{Error, Result, Unread};
