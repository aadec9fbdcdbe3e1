//! Maintenance of an archive: backup, rebuild, verification, statistics and replay of the journal.

pub(crate) mod backup;
mod erasure_audit;
pub(crate) mod rebuild;
pub(crate) mod replay;
pub(crate) mod stats;
mod store_comparison;
mod verification;
pub(crate) mod verify;
