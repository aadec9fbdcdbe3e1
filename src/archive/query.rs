//! Queries on an archive: finding, listing and reading elections, versions and imports.

mod cache;
mod elections;
mod list;
mod read;
mod resolve;
pub(crate) mod select;
pub(crate) mod snapshot;
mod source_table;
mod sources;
mod territory_name;
