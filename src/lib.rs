//! An embedded archive of elections: every version of every record, linked into chains and
//! compared.

pub mod archive;
mod error;
pub mod import;
pub mod model;

pub use error::{Error, Result, Unread};
