//! An embedded archive of elections: every version of every record, linked into chains and
//! compared.
//!
//! An archive is a folder. Imported documents become typed records, and every version of a record
//! is kept:
//!
//! ```
//! use hustings::Archive;
//! use hustings::analysis::{chain, diff};
//!
//! # let folder = std::env::temp_dir().join("hustings-example-first");
//! # let _ = std::fs::remove_dir_all(&folder);
//! let archive = Archive::create(&folder)?;
//! let report = archive.import(["fixtures/articles", "fixtures/commission"])?;
//! assert!(report.errors.is_empty());
//!
//! // An address is a title, or a country and a year.
//! let earlier = archive.get("nagorno-karabakh/2007")?;
//! let later = archive.get("nagorno-karabakh/2012")?;
//!
//! // What changed between the two elections?
//! let diff = diff::compare_elections(&earlier.election, &later.election, &Default::default());
//! assert_eq!(diff.stat().left, 4);
//!
//! // Which elections came before and after, and which evidence links them?
//! let chain = chain::chain(&archive.snapshot(), &later, &chain::ChainOptions::default())?;
//! assert_eq!(chain.steps.len(), 4);
//! # drop(archive);
//! # std::fs::remove_dir_all(&folder).unwrap();
//! # Ok::<(), hustings::Error>(())
//! ```
//!
//! # Concepts
//!
//! - An *archive* is a folder: a journal of all imports, and a store that is derived from it.
//! - An *import* adds documents atomically. Each new document becomes a *version* of an *election*;
//!   a document that equals the last one from its source adds nothing.
//! - A *record* is the parsed form of a version ([`model::Election`]). The exact source text is kept
//!   beside it.
//! - An *address* names an election, and optionally a version: `italy/1992`,
//!   `united-kingdom/1974-02`, a title, `italy/1992@2` ([`model::Address`]).
//! - A [`Snapshot`](archive::Snapshot) is one state of the archive. Any number of threads can read
//!   while one imports, and other processes read a replica.
//!
//! # Tasks
//!
//! Each of these has an example.
//!
//! | task | item |
//! |---|---|
//! | import files, folders and streams | [`Archive::import`], [`ImportOptions`](archive::ImportOptions) |
//! | import texts or records from memory | [`Archive::import_texts`], [`Archive::import_elections`] |
//! | follow an import, and stop it | [`Archive::import_with_events`] |
//! | read an election | [`Archive::get`], [`Archive::versions`], [`Archive::source`] |
//! | list elections, without holding all in memory | [`Filter`](archive::Filter), [`Snapshot::listings`](archive::Snapshot::listings), [`Snapshot::records`](archive::Snapshot::records) |
//! | read while another process writes | [`Archive::open_read_only`] |
//! | walk a chain | [`analysis::chain::chain`] |
//! | report what changed between two imports, by source | [`analysis::changes::changes`] |
//! | compare elections or versions | [`analysis::diff::compare_elections`] |
//! | measure elections | [`analysis::series::measure_records`], [`Measure`](analysis::measure::Measure) |
//! | find contradictions | [`check`](mod@check) |
//! | trace a figure to its source, prove it, cite it | [`evidence`] |
//! | write JSON lines and CSV | [`export`] |
//! | write text, Markdown and charts | [`render`] |
//! | verify, rebuild, back up | [`OpenOptions::verify`](archive::OpenOptions::verify), [`Archive::rebuild`], [`OpenOptions::backup`](archive::OpenOptions::backup) |
//!
//! # Errors
//!
//! The functions of an archive return [`Error`]. [`Error::kind`] indicates how a caller can
//! respond; [`ErrorKind`] lists the kinds in a table. Parsers return [`ParseError`], and writers of
//! reports return [`std::io::Error`]. A document that cannot be parsed is not an error of an
//! import: the [report](archive::ImportReport) contains it as a [`ParseError`].
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `dump` | wiki dumps: MediaWiki's export XML, plain, gzip or bzip2 |
//! | `svg` | charts: `render::svg` |
//! | `schema` | the JSON Schemas of the answers: `render::schema` |
//! | `cli` (default) | the program, with clap and the terminal crates; enables `dump` and `svg` |
//!
//! A library without default features has none of these.

pub mod analysis;
pub mod archive;
pub mod check;
#[cfg_attr(
    not(feature = "test-support"),
    allow(unreachable_pub, reason = "only tests replace the disk")
)]
mod disk;
mod error;
pub mod evidence;
pub mod export;
pub mod formats;
mod index;
mod ingest;
mod journal;
pub mod model;
pub mod render;
mod store;
pub mod values;

/// Interfaces that replace the file system in tests of this crate. Semantic versioning does not
/// cover them.
#[cfg(feature = "test-support")]
pub mod test_support {
    pub use crate::disk::{AppendFile, Disk, SystemDisk};
}

pub use archive::Archive;
pub use error::{
    Diagnostic, DiagnosticGroup, Diagnostics, Error, ErrorKind, LockHolder, ParseError,
    ParseErrorGroup, ParseErrors, Result, StoreError, Warning, Warnings,
};

// Checks at compile time that threads can share archives and snapshots.
const _: () = {
    const fn assert_send_and_sync<T: Send + Sync>() {}
    assert_send_and_sync::<Archive>();
    assert_send_and_sync::<archive::Snapshot>();
};
