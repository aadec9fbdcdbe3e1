//! The import pipeline: reads documents, hashes and parses them, compares them with the archive,
//! and collects new versions into imports.

mod add;
pub(crate) mod batch;
mod compare;
mod coverage;
pub(crate) mod document;
mod document_ref;
mod entry;
mod hash_stage;
pub(crate) mod history;
mod input;
mod lineages;
mod options;
mod origin;
pub(crate) mod reader;
mod redirects;
mod report;
mod skipped;
mod source_groups;
mod table_file;
mod waiting;

pub(crate) use entry::{parse_entry, parse_lineage_entry, parse_version_entry};
pub use input::Input;
pub use options::ImportOptions;
pub use report::{
    AddedLineages, AddedVersion, DumpProgress, ImportCallback, ImportEvent, ImportReport,
    ImportTotals,
};
