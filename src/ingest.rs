//! The import pipeline: reads documents, hashes and parses them, compares them with the archive,
//! and collects new versions into imports.

pub(crate) mod batch;
mod hash_stage;
pub(crate) mod history;
mod options;
pub(crate) mod parsed;
pub(crate) mod reader;
mod redirects;
mod report;
mod skipped;

pub use options::ImportOptions;
pub use report::{
    AddedLineages, AddedVersion, DumpProgress, ImportEvent, ImportReport, ImportTotals,
};
