//! Contents of journal lines: entries, commits and lost ranges.

use std::{fmt, io};

use serde::{Deserialize, Serialize};

use super::frame::{self, Frame};
use super::limits::{LimitError, check_chars, check_count, check_text_size};
use super::position::{Location, LogPosition};
use super::{ErasedEntry, ErasureEntry, VersionEntry, digest};
use crate::model::{
    MAX_PATH_CHARS, MAX_SHORT_TEXT_CHARS, MAX_SOURCES, MAX_TITLE_CHARS, Source, YearRange,
    serialize_pruned,
};

/// A line of an import, other than its commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum JournalEntry {
    /// A version of an election.
    Version(VersionEntry),
    /// The removal of an election, which has no current record from this line on.
    Removal { title: String },
    /// Another title of an election.
    Alias { election: String, title: String },
    /// Two elections that are merged.
    Merge(MergeEntry),
    /// An election that is no longer merged into another.
    Split(SplitEntry),
    /// Another name of a territory.
    Territory(TerritoryAlias),
    /// The lineage of a country, which replaces the earlier one from the same source.
    Lineage(LineageEntry),
    /// The description of a source, which replaces the earlier one with the same name.
    Source(SourceEntry),
    /// The order of sources, which replaces the earlier one.
    SourceOrder { names: Vec<String> },
    /// A source that no longer has an election.
    Absence(AbsenceEntry),
    /// A version whose text must not be kept.
    Erasure(Box<ErasureEntry>),
    /// What is left of a version whose text was erased.
    Erased(Box<ErasedEntry>),
}

impl JournalEntry {
    /// Checks the entry against the size limits that readers enforce.
    pub(crate) fn check_limits(&self) -> Result<(), LimitError> {
        match self {
            Self::Version(version) => version.check_limits(),
            Self::Removal { title } => check_chars("a title", MAX_TITLE_CHARS, title),
            Self::Alias { election, title } => {
                check_chars("a title", MAX_TITLE_CHARS, election)?;
                check_chars("a title", MAX_TITLE_CHARS, title)
            }
            Self::Merge(MergeEntry { election, title }) => {
                check_chars("a title", MAX_TITLE_CHARS, election)?;
                check_chars("a title", MAX_TITLE_CHARS, title)
            }
            Self::Split(split) => check_chars("a title", MAX_TITLE_CHARS, &split.title),
            Self::Territory(alias) => {
                check_chars("a territory's name", MAX_TITLE_CHARS, &alias.name)?;
                check_chars("a territory's name", MAX_TITLE_CHARS, &alias.alias)
            }
            Self::Lineage(lineage) => {
                check_text_size(&lineage.text)?;
                check_chars("a territory's name", MAX_TITLE_CHARS, &lineage.country)?;
                check_chars("the name of a mapping", MAX_TITLE_CHARS, &lineage.name)?;
                check_chars("the name of a source", MAX_PATH_CHARS, &lineage.source)
            }
            Self::Source(source) => source.check_limits(),
            Self::SourceOrder { names } => {
                check_count("an order of sources", MAX_SOURCES, names.len())?;
                names
                    .iter()
                    .try_for_each(|name| check_chars("the name of a source", MAX_PATH_CHARS, name))
            }
            Self::Absence(absence) => absence.check_limits(),
            Self::Erasure(erasure) => erasure.check_limits(),
            Self::Erased(erased) => erased.check_limits(),
        }
    }
}

/// A merge of two elections. The versions of the second are numbered after those of the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeEntry {
    /// A title of the first election.
    pub(crate) election: String,
    /// A title of the second election.
    pub(crate) title: String,
}

/// The end of a merge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SplitEntry {
    /// A title of the election that is no longer merged.
    pub(crate) title: String,
    /// Number of the import that merged it.
    pub(crate) import: u64,
}

/// The source text of a lineage, and its origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LineageEntry {
    pub(crate) country: String,
    /// Name of the mapping that parses the text.
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) text: String,
}

/// The description of a source, and the folders whose documents belong to it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceEntry {
    #[serde(serialize_with = "serialize_pruned")]
    pub(crate) description: Source,
    /// Groups of documents that were imported without a source and belong to this one. Each is
    /// `format:folder`, see [`SourceKey`](crate::model::SourceKey).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) folders: Vec<String>,
}

impl SourceEntry {
    fn check_limits(&self) -> Result<(), LimitError> {
        let Source { kind, address, licence, attribution, .. } = &self.description;
        check_chars("the name of a source", MAX_SHORT_TEXT_CHARS, self.description.name())?;
        for text in [kind, address, licence, attribution].into_iter().flatten() {
            check_chars("the description of a source", MAX_TITLE_CHARS, text)?;
        }
        check_count("a source", MAX_SOURCES, self.folders.len())?;
        self.folders.iter().try_for_each(|key| check_chars("a folder", MAX_PATH_CHARS, key))
    }
}

/// A source that no longer has an election.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AbsenceEntry {
    /// A title of the election.
    pub(crate) title: String,
    /// The source: a name, or `format:folder`.
    pub(crate) source: String,
    /// Identifier of the election in the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
}

impl AbsenceEntry {
    fn check_limits(&self) -> Result<(), LimitError> {
        check_chars("a title", MAX_TITLE_CHARS, &self.title)?;
        check_chars("the name of a source", MAX_PATH_CHARS, &self.source)?;
        check_chars("an identifier", MAX_TITLE_CHARS, self.id.as_deref().unwrap_or_default())
    }
}

/// Another name of a territory, possibly for some years only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerritoryAlias {
    /// A name that the territory already has.
    pub name: String,
    /// The additional name.
    pub alias: String,
    /// First year in which the alias holds.
    #[serde(default)]
    pub from: Option<i32>,
    /// Last year in which the alias holds.
    #[serde(default)]
    pub until: Option<i32>,
}

impl TerritoryAlias {
    /// Returns whether the alias holds in a year. An unknown year counts as a match.
    #[must_use]
    pub fn holds_in(&self, year: Option<i32>) -> bool {
        year.is_none_or(|year| self.years().contains(year))
    }

    /// Returns the years in which the alias holds.
    pub(crate) fn years(&self) -> YearRange {
        YearRange { from: self.from, until: self.until }
    }
}

/// The commit of an import: its counts, and the import that it follows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Commit {
    /// Number of the import, counted from 1.
    pub(crate) import: u64,
    /// Time of the import by the machine's clock: RFC 3339, UTC.
    pub(crate) recorded: String,
    /// Name and version of the program.
    pub(crate) tool: String,
    pub(crate) note: Option<String>,
    pub(crate) versions: u64,
    pub(crate) removals: u64,
    pub(crate) aliases: u64,
    /// Digest of the previous import; empty for the first.
    pub(crate) parent: String,
}

/// Numbers of entries that a commit counts as aliases although they are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct OtherEntries {
    pub(crate) lineages: u64,
    /// Descriptions and orders of sources, and absences.
    pub(crate) source_entries: u64,
    pub(crate) merges: u64,
    pub(crate) splits: u64,
    pub(crate) erasures: u64,
}

impl OtherEntries {
    pub(crate) fn add(&mut self, entry: &JournalEntry) {
        match entry {
            JournalEntry::Lineage(_) => self.lineages += 1,
            JournalEntry::Merge(_) => self.merges += 1,
            JournalEntry::Split(_) => self.splits += 1,
            JournalEntry::Erasure(_) => self.erasures += 1,
            JournalEntry::Source(_)
            | JournalEntry::SourceOrder { .. }
            | JournalEntry::Absence(_) => self.source_entries += 1,
            _ => {}
        }
    }
}

/// A lost range: consecutive imports lost to damage. A rebuild records the range in their place.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LostRange {
    /// Number of the first lost import.
    pub(crate) first: u64,
    /// Number of the last lost import. If it is less than `first`, no import is lost, but the next
    /// import names a parent other than the import before it.
    pub(crate) last: u64,
    /// Parent digest that the import after the range names.
    pub(crate) digest: String,
}

impl fmt::Display for LostRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.last.saturating_sub(self.first) {
            0 => write!(f, "import {} is lost", self.last),
            _ => write!(f, "imports {} to {} are lost", self.first, self.last),
        }
    }
}

impl LostRange {
    /// Returns one commit that stands for all lost imports, or `None` if no import is lost. The
    /// cost of a single commit does not depend on the length of the stated range.
    pub(crate) fn placeholder_commit(&self) -> Option<Commit> {
        let commit =
            Commit { import: self.last, note: Some(self.to_string()), ..Commit::default() };
        Some(commit).filter(|_| self.first <= self.last)
    }

    /// Returns the frame with the line that records the range. The line has a digest unless
    /// `has_digest` is false, as in format 1.
    pub(super) fn to_frame(&self, has_digest: bool) -> io::Result<Vec<u8>> {
        #[derive(Serialize)]
        struct LostRecord<'a> {
            lost: &'a LostRange,
        }
        let mut line = serde_json::to_vec(&LostRecord { lost: self })?;
        if has_digest {
            digest::append_digest(&mut line, 0);
        }
        line.push(b'\n');
        frame::compress(&line)
    }

    /// Returns the end of the range, given the frame that records it.
    pub(super) fn end_position(&self, frame: &Frame) -> LogPosition {
        self.end_position_at(frame.location, frame.end)
    }

    /// Returns the end of the range, given the start and end of the frame that records it.
    pub(super) fn end_position_at(&self, frame: Location, end: u64) -> LogPosition {
        LogPosition {
            import: self.last,
            digest: self.digest.clone(),
            commit_frame: frame,
            end: Location { offset: end, ..frame },
        }
    }
}
