//! The values of the store: elections, versions, imports and lineages.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::merged_election::{Merge, MergedElection, Split};
use super::sort_key::SortKey;
use super::source_state::SourceState;
use crate::Result;
use crate::journal::{Commit, LogPosition, OtherEntries};
use crate::model::{
    ElectionKey, ElectionSummary, Erasure, Lineage, REVERT_SOURCE, Revision, Source, fold,
    history_name, source_key,
};
use crate::store::{CommitMarker, decode, encode};

/// The position up to which the journal is applied to the store.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct AppliedPosition {
    /// End of the last completely applied import.
    pub(crate) log_position: LogPosition,
    /// Number of applied entries of the import after `log_position`.
    pub(crate) entries: u64,
    /// Number of applied journal lines, which is the position of the state.
    pub(crate) lines: u64,
    /// Position at the end of the last completely applied import.
    pub(crate) visible: u64,
    /// Number of elections, and number of elections with a current record.
    pub(crate) elections: u64,
    pub(crate) records: u64,
    /// Number of keys of sources.
    pub(crate) sources: u32,
    /// Number of the last import that erased a text; 0 if none did.
    pub(crate) last_erasure: u64,
}

impl AppliedPosition {
    /// Decodes the applied position in a commit marker.
    pub(crate) fn from_marker(marker: &CommitMarker) -> Result<Self> {
        if marker.writer_state.is_empty() {
            Ok(Self::default())
        } else {
            decode(&marker.writer_state)
        }
    }

    pub(super) fn to_marker(&self) -> Result<CommitMarker> {
        Ok(CommitMarker {
            position: self.lines,
            visible: self.visible,
            writer_state: encode(self)?,
        })
    }
}

/// The part of an election that lists and chains need.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct SummaryRow {
    pub(crate) sort_key: SortKey,
    /// The folded titles. Empty if the folded title of the record is the only one.
    titles: Vec<String>,
    /// Summary of the current record.
    pub(crate) summary: ElectionSummary,
    /// Number of versions of the election.
    pub(crate) version_count: u32,
    /// The number of the current version.
    pub(crate) current_version: u32,
}

impl SummaryRow {
    pub(crate) fn id(&self) -> u64 {
        self.sort_key.id
    }

    pub(crate) fn is_removed(&self) -> bool {
        self.sort_key.is_removed
    }

    /// Returns the key of the election.
    pub(crate) fn election_key(&self) -> ElectionKey {
        ElectionKey::from_summary(&self.summary)
    }

    /// Returns every folded title of the election.
    pub(crate) fn titles(&self) -> Vec<String> {
        if self.titles.is_empty() { vec![fold(&self.summary.title)] } else { self.titles.clone() }
    }
}

/// An election.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct ElectionRow {
    pub(crate) summary_row: SummaryRow,
    /// The current version. For a removed election, this is the removal.
    pub(crate) version: VersionRow,
    /// Latest source time of any version.
    pub(super) latest_source_time: Option<String>,
    /// What each source states about the election, in the order in which the sources first did.
    pub(crate) sources: Vec<SourceState>,
    /// Whether another election took the current title, and the summary has a replacement. At the
    /// end of an import, no election is displaced.
    pub(super) is_displaced: bool,
    /// First version number of each run that was merged through an alias. The versions of such a
    /// run may precede versions with lower numbers in the journal.
    pub(super) merge_starts: Vec<u32>,
    /// The elections that are merged into this one, and this one as it would be alone, which is the
    /// first. Empty if none is merged.
    pub(crate) parts: Vec<MergedElection>,
    /// The merges that are in effect, in the order of the journal.
    pub(crate) merges: Vec<Merge>,
    /// The merges of which the election was a side and that were undone, in the order of the journal.
    pub(crate) splits: Vec<Split>,
    /// Whether the texts of some versions were erased.
    pub(crate) has_erased: bool,
}

impl ElectionRow {
    pub(crate) fn id(&self) -> u64 {
        self.summary_row.id()
    }

    pub(crate) fn is_removed(&self) -> bool {
        self.summary_row.is_removed()
    }

    /// Returns the key of the row.
    pub(crate) fn election_key(&self) -> ElectionKey {
        self.summary_row.election_key()
    }

    /// Returns every folded title of the election.
    pub(crate) fn titles(&self) -> Vec<String> {
        self.summary_row.titles()
    }

    /// Returns what each source states, about each of the elections that were merged.
    pub(crate) fn source_states(&self) -> impl Iterator<Item = &SourceState> {
        let own = if self.parts.is_empty() { self.sources.as_slice() } else { &[] };
        own.iter().chain(self.parts.iter().flat_map(|part| &part.sources))
    }

    /// Returns whether a source identifies this election and another one by different texts.
    pub(crate) fn is_told_apart_from(&self, other: &Self) -> bool {
        self.source_states().any(|own| {
            let mut states = other.source_states();
            own.id.is_some()
                && states.any(|state| {
                    state.source == own.source && state.id.is_some() && state.id != own.id
                })
        })
    }

    /// Returns a title if it is one of the election, or else another title of it.
    pub(crate) fn own_title(&self, title: &str) -> String {
        let titles = self.titles();
        let is_own = |title: &str| titles.contains(&fold(title));
        let current = &self.version.title;
        let own = [title, current].into_iter().find(|title| is_own(title)).map(str::to_owned);
        own.or_else(|| titles.into_iter().next()).unwrap_or_default()
    }

    /// Returns whether a version with this source time would become the current one.
    pub(crate) fn is_superseded_by(&self, source_time: Option<&String>) -> bool {
        source_time.is_none() || source_time >= self.latest_source_time.as_ref()
    }

    /// Returns whether other elections were merged into the election.
    pub(crate) fn is_merged(&self) -> bool {
        !self.parts.is_empty()
    }

    /// Returns the ids of the elections that are merged into this one, and its own.
    pub(crate) fn part_ids(&self) -> impl Iterator<Item = u64> {
        let own = self.parts.is_empty().then(|| self.id());
        own.into_iter().chain(self.parts.iter().map(|part| part.id))
    }

    /// Returns the parts of the election: itself, if no election is merged into it.
    pub(super) fn all_parts(&self) -> Vec<MergedElection> {
        if !self.parts.is_empty() {
            return self.parts.clone();
        }
        let versions = self.summary_row.version_count;
        vec![MergedElection::new(self.id(), self.titles(), self.sources.clone(), versions)]
    }

    /// Adds the last version to a part, and returns the part's id. Without parts, this is the id of
    /// the election.
    pub(super) fn add_to_part(&mut self, part: usize, number: u32) -> u64 {
        let id = self.id();
        self.parts.get_mut(part).map_or(id, |part| {
            part.add_version(number);
            part.id
        })
    }

    /// Sets the states of the sources to those of the parts.
    pub(super) fn combine_sources(&mut self) {
        if !self.parts.is_empty() {
            self.sources = SourceState::combine(self.parts.iter().flat_map(|part| &part.sources));
        }
    }

    /// Returns the merge by which an import merged the election with a folded title to this one.
    pub(crate) fn merge(&self, title: &str, import: u64) -> Option<&Merge> {
        let mut named = self.parts.iter().filter(|part| part.titles.iter().any(|own| own == title));
        named.find_map(|part| {
            let mut merges = self.merges.iter().filter(|merge| merge.import == import);
            merges.find(|merge| merge.parts.contains(&part.id))
        })
    }

    /// Returns the version numbers as runs. Within a run, versions are in journal order.
    pub(super) fn runs(&self) -> impl Iterator<Item = Range<u32>> {
        let ends = self.merge_starts.iter().copied().chain([self.summary_row.version_count + 1]);
        let starts = [1].into_iter().chain(self.merge_starts.iter().copied());
        starts.zip(ends).map(|(start, end)| start..end)
    }

    /// Sets the summary, the titles, and whether the election is removed.
    pub(super) fn set_summary(
        &mut self,
        summary: ElectionSummary,
        titles: Vec<String>,
        is_removed: bool,
    ) {
        let row = &mut self.summary_row;
        let is_derived = matches!(&*titles, [title] if *title == fold(&summary.title));
        row.titles = if is_derived { Vec::new() } else { titles };
        row.sort_key = SortKey { is_removed, ..SortKey::new(row.id(), &summary) };
        row.summary = summary;
    }
}

/// A type that a value of [`StoreKey::Row`](super::keys::StoreKey::Row) decodes to: the whole
/// election, or only the summary at its beginning.
pub(crate) trait RowValue: DeserializeOwned {
    fn summary_row(&self) -> &SummaryRow;
}

impl RowValue for SummaryRow {
    fn summary_row(&self) -> &SummaryRow {
        self
    }
}

impl RowValue for ElectionRow {
    fn summary_row(&self) -> &SummaryRow {
        &self.summary_row
    }
}

/// What a source has of an election, for the elections of the source.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct SourceElectionRow {
    /// Name of the file of the source's latest version, without its folder.
    pub(crate) file: String,
    /// Whether the source no longer has the election.
    pub(crate) is_absent: bool,
}

/// The elections that an import changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct ChangedRow {
    /// The ids in ascending order, each as its difference from the one before.
    differences: Vec<u64>,
}

impl ChangedRow {
    /// Creates the row of these ids, which are ordered.
    pub(super) fn new(ids: &BTreeSet<u64>) -> Self {
        let mut before = 0;
        let differences = ids.iter().map(|id| id - std::mem::replace(&mut before, *id));
        Self { differences: differences.collect() }
    }

    /// Returns the ids in ascending order.
    pub(super) fn into_ids(self) -> Vec<u64> {
        let mut last: u64 = 0;
        let ids = self.differences.into_iter().map(|difference| {
            last = last.saturating_add(difference);
            last
        });
        ids.collect()
    }
}

/// The description of a source.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct SourceRow {
    pub(crate) description: Source,
    /// Keys of documents imported without a source that belong to this one.
    pub(crate) folders: Vec<String>,
}

/// A version, without its record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct VersionRow {
    /// Number of its line in the journal, counted from 0.
    pub(crate) line: u64,
    pub(crate) import: u64,
    pub(crate) title: String,
    /// Path of the file, or a name in its place.
    pub(crate) source: String,
    /// Name of the source, if it was imported with one.
    pub(crate) source_name: Option<String>,
    /// Identifier of the election in the source.
    pub(crate) source_id: Option<String>,
    pub(crate) format: String,
    pub(crate) source_time: Option<String>,
    pub(crate) revision: Option<Revision>,
    /// BLAKE3 of the source text.
    pub(crate) digest: [u8; 32],
    /// Whether the text differs from that of the previous current version, while the record is the
    /// same.
    pub(crate) same_record: bool,
    /// Election key of its record; `None` for a removal. For an erased version, the key of its
    /// title, country and year.
    pub(crate) election_key: Option<ElectionKey>,
    /// Number of the version that is current once this one is added.
    pub(crate) current_after: u32,
    /// For an undated version, the number of the previous undated version from the same source.
    pub(crate) previous_from_source: Option<u32>,
    /// What is left of an erased version, beside its title and source.
    pub(crate) erased: Option<ErasedRow>,
}

/// What is left of an erased version.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct ErasedRow {
    pub(crate) erasure: Erasure,
    pub(super) country: Option<String>,
    pub(super) year: Option<i32>,
}

impl VersionRow {
    /// Returns whether the version has no record: it is a removal, or its text was erased.
    pub(crate) fn lacks_record(&self) -> bool {
        self.election_key.is_none() || self.erased.is_some()
    }

    /// Returns what is left of the summary of an erased version.
    pub(crate) fn erased_summary(&self) -> Option<ElectionSummary> {
        let ErasedRow { country, year, .. } = self.erased.as_ref()?;
        let (title, country) = (self.title.clone(), country.clone());
        Some(ElectionSummary { title, country, year: *year, ..ElectionSummary::default() })
    }

    /// Returns whether the version has a record but no source time.
    pub(crate) fn is_undated(&self) -> bool {
        self.source_time.is_none() && !self.lacks_record()
    }

    /// Returns the key of its source.
    pub(crate) fn source_key(&self) -> String {
        source_key(self.source_name.as_deref(), &self.format, &self.source)
    }

    /// Returns the name under which the undated versions of a source are compared: that of the
    /// source, or that of the file.
    pub(crate) fn history_name(&self) -> String {
        history_name(
            self.source_name.as_deref().filter(|_| self.source != REVERT_SOURCE),
            &self.source,
        )
    }

    /// Returns whether the version becomes current in an election whose latest source time is
    /// `latest_source_time`.
    pub(super) fn supersedes(&self, latest_source_time: Option<&String>) -> bool {
        self.erased.is_none()
            && (self.source_time.is_none() || self.source_time.as_ref() >= latest_source_time)
    }
}

/// The id and key of the election that has a title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TitleRow {
    pub(crate) id: u64,
    /// Key of the election. The key's title is omitted if it equals the title under which this row
    /// is stored.
    election_key: ElectionKey,
    is_title_omitted: bool,
    /// Ids of elections that had the title before.
    pub(crate) previous_ids: Vec<u64>,
}

impl TitleRow {
    pub(super) fn new(
        id: u64,
        title: &str,
        mut election_key: ElectionKey,
        previous_ids: Vec<u64>,
    ) -> Self {
        let is_title_omitted = election_key.title == title;
        if is_title_omitted {
            election_key.title.clear();
        }
        Self { id, election_key, is_title_omitted, previous_ids }
    }

    pub(super) fn into_election_key(self, title: &str) -> ElectionKey {
        let Self { election_key, is_title_omitted, .. } = self;
        if is_title_omitted {
            ElectionKey { title: title.to_owned(), ..election_key }
        } else {
            election_key
        }
    }
}

/// A lineage, and the journal line that added it.
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
    /// The commit. For lost imports, it has the number of the last one and a note that lists them.
    pub(crate) commit: Commit,
    pub(crate) digest: String,
    /// Numbers of entries that the commit counts as aliases.
    pub(crate) others: OtherEntries,
    /// Number of the first line of the import in the journal.
    pub(crate) line: u64,
}
