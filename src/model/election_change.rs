//! Kinds of changes of an election between two states of an archive, and their counts.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What changed in an election between two states of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ElectionChangeKind {
    /// The archive did not have the election.
    New,
    /// The archive had the election, and this source did not.
    NewSource,
    /// The source changed the title.
    Renamed,
    /// The source changed the country, the year or the date.
    Moved,
    /// The source changed another value.
    Corrected,
    /// The source no longer has the election.
    Missing,
    /// The source has the election again.
    Returned,
    /// A user removed the election.
    Removed,
    /// The election was removed, and has a record again.
    Restored,
    /// A user made an old version current.
    Reverted,
    /// A user erased the text of a version.
    Erased,
    /// Another election was merged into this one.
    #[serde(rename = "joined")]
    Merged,
    /// The election is no longer merged into another one.
    Split,
    /// Only links to other elections changed, because these elections were renamed.
    LinksRenamed,
    /// The text of the source changed, and the record did not.
    SameRecord,
}

impl ElectionChangeKind {
    /// Every kind, in the order in which counts list them.
    pub const ALL: [Self; 15] = [
        Self::New,
        Self::NewSource,
        Self::Corrected,
        Self::Renamed,
        Self::Moved,
        Self::Missing,
        Self::Returned,
        Self::Removed,
        Self::Restored,
        Self::Reverted,
        Self::Erased,
        Self::Merged,
        Self::Split,
        Self::LinksRenamed,
        Self::SameRecord,
    ];

    /// Returns whether the kind leaves every stated value as it was: only links follow a rename, or
    /// only the text differs.
    #[must_use]
    pub fn is_minor(self) -> bool {
        matches!(self, Self::LinksRenamed | Self::SameRecord)
    }
}

impl fmt::Display for ElectionChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::New => "new",
            Self::NewSource => "new source",
            Self::Renamed => "renamed",
            Self::Moved => "moved",
            Self::Corrected => "corrected",
            Self::Missing => "missing",
            Self::Returned => "returned",
            Self::Removed => "removed",
            Self::Restored => "restored",
            Self::Reverted => "reverted",
            Self::Erased => "erased",
            Self::Merged => "joined",
            Self::Split => "split",
            Self::LinksRenamed => "links renamed",
            Self::SameRecord => "same record",
        })
    }
}

/// Number of elections with each kind of change. An election with several kinds counts once for
/// each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ChangeCounts {
    /// Number of elections that changed. Those with minor changes only are not included:
    /// `links_renamed` and `same_record`.
    pub elections: u64,
    /// Number of new elections.
    pub new: u64,
    /// Number of elections that another source states as well.
    pub new_source: u64,
    /// Number of elections with a corrected value other than title, country, year and date.
    pub corrected: u64,
    /// Number of elections with another title.
    pub renamed: u64,
    /// Number of elections with another country, year or date.
    pub moved: u64,
    /// Number of elections that a source no longer has.
    pub missing: u64,
    /// Number of elections that a source has again.
    pub returned: u64,
    /// Number of elections that users removed.
    pub removed: u64,
    /// Number of removed elections that have a record again.
    pub restored: u64,
    /// Number of elections of which users made an old version current.
    pub reverted: u64,
    /// Number of elections of which users erased the text of a version.
    #[serde(default)]
    pub erased: u64,
    /// Number of elections into which others were merged.
    #[serde(rename = "joined")]
    pub merged: u64,
    /// Number of elections that are no longer merged: both sides of each split.
    #[serde(default)]
    pub split: u64,
    /// Number of elections in which only links to renamed elections changed.
    pub links_renamed: u64,
    /// Number of elections of which only the text changed.
    pub same_record: u64,
}

impl ChangeCounts {
    /// Returns the number of elections with a kind of change.
    #[must_use]
    pub fn of(&self, kind: ElectionChangeKind) -> u64 {
        let mut counts = *self;
        *counts.count_mut(kind)
    }

    /// Counts an election with these kinds of changes. Repeated kinds count once.
    pub(crate) fn add(&mut self, kinds: impl IntoIterator<Item = ElectionChangeKind>) {
        let mut kinds: Vec<ElectionChangeKind> = kinds.into_iter().collect();
        kinds.sort_unstable();
        kinds.dedup();
        let is_minor = kinds.iter().all(|kind| kind.is_minor());
        kinds.retain(|kind| is_minor || !kind.is_minor());
        for kind in kinds {
            *self.count_mut(kind) += 1;
        }
        self.elections += u64::from(!is_minor);
    }

    fn count_mut(&mut self, kind: ElectionChangeKind) -> &mut u64 {
        match kind {
            ElectionChangeKind::New => &mut self.new,
            ElectionChangeKind::NewSource => &mut self.new_source,
            ElectionChangeKind::Renamed => &mut self.renamed,
            ElectionChangeKind::Moved => &mut self.moved,
            ElectionChangeKind::Corrected => &mut self.corrected,
            ElectionChangeKind::Missing => &mut self.missing,
            ElectionChangeKind::Returned => &mut self.returned,
            ElectionChangeKind::Removed => &mut self.removed,
            ElectionChangeKind::Restored => &mut self.restored,
            ElectionChangeKind::Reverted => &mut self.reverted,
            ElectionChangeKind::Erased => &mut self.erased,
            ElectionChangeKind::Merged => &mut self.merged,
            ElectionChangeKind::Split => &mut self.split,
            ElectionChangeKind::LinksRenamed => &mut self.links_renamed,
            ElectionChangeKind::SameRecord => &mut self.same_record,
        }
    }
}
