//! The values of the store: elections, versions, imports and lineages.

use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::import::source::STDIN_NAME;
use crate::journal::{Commit, Mark};
use crate::model::{Lineage, Outline, PartialDate, Place, Revision, fold, slug};
use crate::store::{Marker, decode, encode};

/// How far the store has followed the journal.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Applied {
    /// The end of the last import that is wholly applied.
    pub(crate) mark: Mark,
    /// Number of entries of the next import that are applied.
    pub(crate) entries: u64,
    /// Number of lines of the journal that are applied: the position of the state.
    pub(crate) lines: u64,
    /// The position at the end of the last import that is wholly applied.
    pub(crate) visible: u64,
    /// Elections that there are, and those of them that have a current record.
    pub(crate) elections: u64,
    pub(crate) records: u64,
}

impl Applied {
    /// What a marker of the store says.
    pub(crate) fn of(marker: &Marker) -> Result<Self> {
        if marker.note.is_empty() { Ok(Self::default()) } else { decode(&marker.note) }
    }

    pub(super) fn marker(&self) -> Result<Marker> {
        Ok(Marker { position: self.lines, visible: self.visible, note: encode(self)? })
    }
}

/// What tells an election from others of its territory.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct SortKey {
    pub(crate) id: u64,
    /// It has no current record; what follows is of the last one that it had.
    pub(crate) is_removed: bool,
    pub(crate) year: Option<i32>,
    pub(crate) dates: Vec<PartialDate>,
    /// Its types and those of its contests, as slugs.
    pub(crate) kinds: Vec<String>,
}

impl SortKey {
    pub(crate) fn new(id: u64, outline: &Outline) -> Self {
        let mut kinds: Vec<String> = outline.kinds().map(|kind| slug(kind.as_str())).collect();
        kinds.sort();
        kinds.dedup();
        Self { id, is_removed: false, year: outline.year, dates: outline.dates.clone(), kinds }
    }

    /// Whether the election is of this date and type.
    pub(crate) fn is_at(&self, date: Option<PartialDate>, kind: Option<&str>) -> bool {
        let dated = match date {
            None => self.year.is_none(),
            Some(date) if date.month().is_none() => self.year == Some(date.year()),
            Some(date) => self.dates.iter().any(|polling| date.covers(*polling)),
        };
        dated && kind.is_none_or(|kind| self.kinds.iter().any(|own| own == kind))
    }
}

/// What lists and chains need of an election.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Summary {
    pub(crate) sort_key: SortKey,
    /// Its titles, folded; empty when it has the folded title of the record alone.
    titles: Vec<String>,
    /// Of the current record.
    pub(crate) outline: Outline,
    /// Number of its versions.
    pub(crate) versions: u32,
    /// The number of the current version.
    pub(crate) current: u32,
}

impl Summary {
    pub(crate) fn id(&self) -> u64 {
        self.sort_key.id
    }

    pub(crate) fn is_removed(&self) -> bool {
        self.sort_key.is_removed
    }

    /// Where the election stands.
    pub(crate) fn place(&self) -> Place {
        Place::of(&self.outline)
    }

    /// Every folded title by which the election is found.
    pub(crate) fn titles(&self) -> Vec<String> {
        if self.titles.is_empty() { vec![fold(&self.outline.title)] } else { self.titles.clone() }
    }
}

/// An election.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct ElectionRow {
    pub(crate) summary: Summary,
    /// The current version: of a removed election, the removal.
    pub(crate) version: Version,
    /// The latest time at which a source had a version so.
    pub(super) newest_time: Option<String>,
    /// The numbers of versions that came before the one ahead of them: those that joined through an alias.
    pub(super) joins: Vec<u32>,
}

impl ElectionRow {
    pub(crate) fn id(&self) -> u64 {
        self.summary.id()
    }

    pub(crate) fn is_removed(&self) -> bool {
        self.summary.is_removed()
    }

    /// Where the row stands.
    pub(crate) fn place(&self) -> Place {
        self.summary.place()
    }

    /// Every folded title by which the election is found.
    pub(crate) fn titles(&self) -> Vec<String> {
        self.summary.titles()
    }

    /// The numbers of its versions, in runs that came in their order.
    pub(super) fn runs(&self) -> impl Iterator<Item = Range<u32>> {
        let ends = self.joins.iter().copied().chain([self.summary.versions + 1]);
        let starts = [1].into_iter().chain(self.joins.iter().copied());
        starts.zip(ends).map(|(start, end)| start..end)
    }

    /// Sets the summary of the last record, and the titles.
    pub(super) fn set(&mut self, outline: Outline, titles: Vec<String>, is_removed: bool) {
        let summary = &mut self.summary;
        let is_own = matches!(&*titles, [title] if *title == fold(&outline.title));
        summary.titles = if is_own { Vec::new() } else { titles };
        summary.sort_key = SortKey { is_removed, ..SortKey::new(summary.id(), &outline) };
        summary.outline = outline;
    }
}

/// What a value of [`Key::Row`](super::keys::Key::Row) may be read as: a summary, which it begins with, or all of it.
pub(crate) trait Row: DeserializeOwned {
    fn summary(&self) -> &Summary;
}

impl Row for Summary {
    fn summary(&self) -> &Summary {
        self
    }
}

impl Row for ElectionRow {
    fn summary(&self) -> &Summary {
        &self.summary
    }
}

/// A version, without its record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Version {
    /// The number of its line in the journal, counted from 0.
    pub(crate) line: u64,
    pub(crate) import: u64,
    pub(crate) title: String,
    pub(crate) source: String,
    pub(crate) format: String,
    pub(crate) source_time: Option<String>,
    pub(crate) revision: Option<Revision>,
    /// BLAKE3 of the source text.
    pub(crate) digest: [u8; 32],
    /// Another text than the version that was current before it, and the same record.
    pub(crate) same_record: bool,
    /// The place that its record states; none for a removal.
    pub(crate) place: Option<Place>,
    /// The number of the version that is current after it came.
    pub(crate) current: u32,
    /// Of a version without a time, the number of the one before that its source brought.
    pub(crate) same_source: Option<u32>,
}

impl Version {
    pub(crate) fn is_removal(&self) -> bool {
        self.place.is_none()
    }

    /// Whether it is what its source says, without a word about when.
    pub(crate) fn is_undated(&self) -> bool {
        self.source_time.is_none() && !self.is_removal()
    }

    /// Whether it becomes the current version of an election whose latest source time is this.
    pub(super) fn supersedes(&self, newest_time: Option<&String>) -> bool {
        self.source_time.is_none() || self.source_time.as_ref() >= newest_time
    }
}

/// A title: which election has it, and where that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TitleRow {
    pub(crate) id: u64,
    /// Without its title where that is the key's.
    place: Place,
    is_own: bool,
}

impl TitleRow {
    pub(super) fn new(id: u64, title: &str, mut place: Place) -> Self {
        let is_own = place.title == title;
        if is_own {
            place.title.clear();
        }
        Self { id, place, is_own }
    }

    pub(super) fn place(self, title: &str) -> Place {
        let Self { place, is_own, .. } = self;
        if is_own { Place { title: title.to_owned(), ..place } } else { place }
    }
}

/// A lineage, and which line of the journal brought it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LineageRow {
    /// BLAKE3 of its text.
    pub(crate) digest: [u8; 32],
    pub(crate) import: u64,
    pub(crate) line: u64,
    pub(crate) lineage: Lineage,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct ImportRow {
    /// Of lost imports, the number of the last, and what is lost as the note.
    pub(crate) commit: Commit,
    pub(crate) digest: String,
    /// How many of the aliases that the commit counts are lineages.
    pub(crate) lineages: u64,
    /// The number of its first line in the journal.
    pub(crate) line: u64,
}

/// The source of a version that a revert made.
pub(crate) const REVERT: &str = "<revert>";

/// The name by which a source is found, which is that of other spellings of its path as well.
pub(crate) fn source_name(source: &str) -> String {
    match source {
        "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0" => STDIN_NAME.to_owned(),
        source => {
            let parts = Path::new(source).components().filter(|part| *part != Component::CurDir);
            parts.collect::<PathBuf>().to_string_lossy().into_owned()
        }
    }
}
