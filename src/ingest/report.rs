//! The events and the report of an import.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use crate::model::ChangeCounts;
use crate::{ParseErrors, Warnings};

/// The results of an import.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ImportReport {
    /// Numbers of the imports created: none in a dry run or when nothing was new, several when the
    /// import was split.
    pub imports: Vec<u64>,
    /// Number of versions added.
    pub added: u64,
    /// Number of added versions whose record equals that of the previously current version although
    /// the text differs, for example in white space or in the order of rows.
    pub same_record: u64,
    /// Number of documents identical to the last one of the same file, or, if the archive has no
    /// version from that file, to the current version.
    pub unchanged: u64,
    /// Number of titles added to elections because of redirects in a wiki.
    pub aliases: u64,
    /// Number of dump pages read.
    pub pages: u64,
    /// Titles of unchanged documents whose election was removed and remains removed.
    pub still_removed: Vec<String>,
    /// Titles of elections that their source had in the files that were read, and no longer has.
    pub missing: Vec<String>,
    /// Number of elections with each kind of change, compared with the state before the import.
    pub changes: ChangeCounts,
    /// Number of added versions from pages with result tables or other infoboxes that are not read.
    pub partially_parsed: u64,
    /// Totals over the added versions.
    pub totals: ImportTotals,
    /// Totals over the added lineages.
    pub lineages: AddedLineages,
    /// Other messages, as sentences.
    pub notes: Vec<String>,
    /// Documents and files that could not be read.
    pub errors: ParseErrors,
    /// Doubtful statements that were kept as stated: for example, a contender listed twice, or a
    /// total listed as a contender.
    pub warnings: Warnings,
}

/// Totals over the versions that an import added.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ImportTotals {
    /// Countries, as the records spell them.
    pub countries: BTreeSet<String>,
    /// Number of contenders in all contests.
    pub contenders: u64,
    /// Number of elections from tables that link to the preceding election.
    pub links: u64,
    /// Number of these links whose target is not in the archive.
    pub broken_links: u64,
}

/// Totals over the lineages that an import added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AddedLineages {
    /// Number of countries with a new lineage.
    pub countries: u64,
    /// Number of parties in these lineages.
    pub parties: u64,
    /// Number of successions in these lineages.
    pub successions: u64,
}

/// A version added by an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AddedVersion<'a> {
    /// Title of the election in this version.
    pub title: &'a str,
    /// Number of the version.
    pub version: u32,
    /// Path of the source file, or `<stdin>`.
    pub source: &'a str,
    /// Number of unparsed fields.
    pub unparsed_fields: usize,
    /// Descriptions of other results on the page that are not read: "2 tables of results".
    pub unread_results: &'a [String],
    /// Whether the record equals that of the previously current version.
    pub same_record: bool,
}

/// Progress in reading a dump.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DumpProgress {
    /// Path of the source file, or `<stdin>`.
    pub source: String,
    /// Number of compressed bytes read.
    pub bytes: u64,
    /// Size of the compressed file in bytes, if known.
    pub size: Option<u64>,
    /// Number of pages read.
    pub pages: u64,
    /// Number of revisions with an election.
    pub revisions: u64,
}

/// A callback that receives the events of an import. [`ControlFlow::Break`] stops the import.
pub type ImportCallback<'a> = dyn FnMut(ImportEvent<'_>) -> ControlFlow<()> + 'a;

/// An event during an import.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum ImportEvent<'a> {
    /// A version was added.
    Added(&'a AddedVersion<'a>),
    /// More of a dump was read.
    Progress(&'a DumpProgress),
}
