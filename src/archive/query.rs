//! Queries on an archive: finding, listing and reading elections, versions and imports.

pub(crate) mod areas;
mod cache;
mod change_reader;
pub(crate) mod changes;
mod elections;
pub(crate) mod find;
mod links;
mod list;
mod read;
mod record_change;
mod resolve;
pub(crate) mod select;
mod shown;
pub(crate) mod snapshot;
mod source_table;
mod sources;
mod territory_name;
mod year_elections;
