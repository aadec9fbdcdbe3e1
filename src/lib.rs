//! An embedded archive of elections: every version of every record, linked into chains and
//! compared.
//!
//! An archive is a folder. Imported documents become typed records, and every version of a record
//! is kept:
//!
//! ```
//! use hustings::archive::ImportOptions;
//! use hustings::Archive;
//! use hustings::analysis::{chain, diff};
//!
//! # let folder = std::env::temp_dir().join("hustings-example-first");
//! # let _ = std::fs::remove_dir_all(&folder);
//! let archive = Archive::create(&folder)?;
//! let given = ["fixtures/articles".into(), "fixtures/commission".into()];
//! let report = archive.import(&given, &ImportOptions::default())?;
//! assert!(report.unread.is_empty());
//!
//! // An address is a title, or a country and a year.
//! let earlier = archive.get(&"nagorno-karabakh/2007".parse()?)?;
//! let later = archive.get(&"nagorno-karabakh/2012".parse()?)?;
//!
//! // What changed between the two elections?
//! let diff = diff::compare_elections(&earlier.election, &later.election, &Default::default());
//! assert_eq!(diff.stat().left, 4);
//!
//! // Which elections came before and after, and which evidence links them?
//! let chain = chain::chain(&archive, &later, &chain::ChainOptions::default())?;
//! assert_eq!(chain.steps.len(), 4);
//! # drop(archive);
//! # std::fs::remove_dir_all(&folder).unwrap();
//! # Ok::<(), hustings::Error>(())
//! ```
//!
//! The records are plain data in [`model`]. [`formats`] parses source texts into records, and
//! [`archive`] stores them. [`chain`](analysis::chain), [`diff`](analysis::diff) and
//! [`check`](mod@check) analyse records. [`export`] and [`render`] write the results.
//!
//! The default feature `cli` builds the program. Without it, neither clap nor the terminal crates
//! are dependencies. It enables the feature `svg`, which builds the charts of `render::svg`.

pub mod analysis;
pub mod archive;
pub mod check;
mod disk;
mod error;
pub mod export;
pub mod formats;
mod index;
mod ingest;
mod journal;
pub mod model;
pub mod render;
mod store;
pub mod values;

pub use archive::Archive;
pub use error::{
    Diagnostic, DiagnosticGroup, Diagnostics, Error, LockHolder, ParseError, ParseErrorGroup,
    ParseErrors, Result, Warning, Warnings,
};
