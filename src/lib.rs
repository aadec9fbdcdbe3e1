//! An embedded archive of elections: every version of every record, linked into chains and
//! compared.
//!
//! An archive is a folder. Documents are imported into it, and come back as typed records, with
//! every version that they ever had:
//!
//! ```
//! use hustings::archive::ImportOptions;
//! use hustings::{Archive, chain, diff};
//!
//! # let folder = std::env::temp_dir().join("hustings-example-first");
//! # let _ = std::fs::remove_dir_all(&folder);
//! let archive = Archive::create(&folder)?;
//! let given = ["fixtures/articles".into(), "fixtures/commission".into()];
//! let report = archive.import(&given, &ImportOptions::default())?;
//! assert!(report.unread.is_empty());
//!
//! // Elections are named by title, or by country and year.
//! let earlier = archive.get(&"nagorno-karabakh/2007".parse()?)?;
//! let later = archive.get(&"nagorno-karabakh/2012".parse()?)?;
//!
//! // What changed from the one to the other?
//! let diff = diff::between(&earlier.election, &later.election, &Default::default());
//! assert_eq!(diff.stat().left, 4);
//!
//! // Which elections came before and after, and how is that known?
//! let chain = chain::chain(&archive, &later, &chain::Options::default())?;
//! assert_eq!(chain.steps.len(), 4);
//! # drop(archive);
//! # std::fs::remove_dir_all(&folder).unwrap();
//! # Ok::<(), hustings::Error>(())
//! ```
//!
//! The records are plain data in [`model`]; [`import`] reads texts into them; [`archive`] keeps
//! them; [`chain`], [`diff`] and [`check`](mod@check) answer questions; [`export`] and [`render`]
//! write answers.
//!
//! The program is the default feature `cli`. Without it, neither clap nor terminal crates are
//! built. The feature `svg`, which it brings, is `render::svg`: pictures.

pub mod archive;
pub mod chain;
pub mod check;
pub mod diff;
mod disk;
mod error;
pub mod escape;
pub mod export;
pub mod import;
mod index;
mod journal;
pub mod measure;
pub mod model;
pub mod render;
pub mod series;
mod store;

pub use archive::Archive;
pub use error::{
    Entry, Error, Group, Grouped, Holder, ParseErrorGroup, ParseErrors, Result, Unread, Warning,
    Warnings,
};
