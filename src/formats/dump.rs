//! Wiki dumps: pages of MediaWiki's export XML, with their revisions.
//!
//! Without the feature `dump`, dumps are detected but cannot be read.

#[cfg(feature = "dump")]
mod decompress;
#[cfg_attr(
    not(feature = "dump"),
    allow(dead_code, reason = "only the reader of dumps creates items")
)]
mod item;
#[cfg(feature = "dump")]
mod line_counter;
#[cfg(feature = "dump")]
mod site_info;
#[cfg(feature = "dump")]
mod xml;

use std::io;

use super::source::SourceFile;
pub(crate) use item::{
    Compression, DumpItem, DumpItems, DumpPosition, PageRevision, detect_compression,
};

/// Reads a dump on separate threads, and decompresses it on up to `jobs` threads. 0 means one
/// thread per core.
///
/// # Errors
/// When a thread cannot be started.
#[cfg(feature = "dump")]
pub(crate) fn read_items(
    source: &str,
    file: SourceFile,
    compression: Compression,
    jobs: usize,
) -> io::Result<DumpItems> {
    xml::read_items(source, decompress::decompress(file, compression, jobs)?)
}

/// Reports that this build cannot read dumps.
///
/// # Errors
/// Always.
#[cfg(not(feature = "dump"))]
pub(crate) fn read_items(
    _: &str,
    _: SourceFile,
    _: Compression,
    _: usize,
) -> io::Result<DumpItems> {
    Err(io::ErrorKind::Unsupported.into())
}
