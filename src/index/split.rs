//! Undoes the merge of two elections: each has its own versions, titles and sources again.

use std::collections::BTreeMap;

use super::current_version::CurrentVersion;
use super::election_name::ElectionName;
use super::keys::StoreKey;
use super::merge::NumberedVersions;
use super::merged_election::{Merge, MergedElection, Split};
use super::rows::{ElectionRow, TitleRow, VersionRow};
use super::source_state::SourceState;
use super::view::StateView;
use super::writer::StoreWriter;
use crate::Result;
use crate::journal::SplitEntry;
use crate::model::fold;
use crate::store::encode;

/// The two elections of a split.
pub(crate) struct SplitPlan {
    staying: SplitElection,
    leaving: SplitElection,
    merge: Merge,
}

/// One of the elections of a split. Its row has no summary yet.
struct SplitElection {
    row: ElectionRow,
    /// The versions in journal order, with their new numbers.
    versions: NumberedVersions,
    titles: Vec<String>,
}

/// A reason why a split is not possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SplitProblem {
    /// No merge of this import is in effect.
    NotMerged,
    /// One of the elections would lack its own title, because another election has it.
    TitleInUse(String),
}

impl SplitPlan {
    /// Plans the split of the election with a title from the election in `row`, to which `import`
    /// merged it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) fn new(
        view: &StateView<'_>,
        row: &ElectionRow,
        title: &str,
        import: u64,
    ) -> Result<std::result::Result<Self, SplitProblem>> {
        let Some(merge) = row.merge(title, import).cloned() else {
            return Ok(Err(SplitProblem::NotMerged));
        };
        let versions: NumberedVersions = view.versions(row).collect::<Result<_>>()?;
        let is_leaving = |id: u64| merge.parts.contains(&id);
        let mut leaving =
            SplitElection::new(row, &versions, merge.parts.first().copied(), is_leaving);
        let mut staying = SplitElection::new(row, &versions, Some(row.id()), |id| !is_leaving(id));
        staying.row.merges.retain(|other| *other != merge);
        leaving.row.merges.retain(|other| *other != merge);
        // A title of both belongs to the election whose record has it, or had it last.
        let shared = |title: &String, other: &[String]| other.contains(title);
        let titles: Vec<String> =
            staying.titles.iter().filter(|title| shared(title, &leaving.titles)).cloned().collect();
        for title in titles {
            let loser = match staying.claim(&title) >= leaving.claim(&title) {
                true => &mut leaving,
                false => &mut staying,
            };
            loser.titles.retain(|own| *own != title);
        }
        for side in [&staying, &leaving] {
            if let Some(title) = side.missing_title() {
                return Ok(Err(SplitProblem::TitleInUse(title)));
            }
        }
        Ok(Ok(Self { staying, leaving, merge }))
    }
}

impl SplitElection {
    /// Creates the election that has some parts of another.
    fn new(
        row: &ElectionRow,
        versions: &[(u32, VersionRow)],
        id: Option<u64>,
        has_part: impl Fn(u64) -> bool,
    ) -> Self {
        let mut parts: Vec<MergedElection> =
            row.parts.iter().filter(|part| has_part(part.id)).cloned().collect();
        let mut numbers: Vec<u32> = parts.iter().flat_map(MergedElection::numbers).collect();
        numbers.sort_unstable();
        let new_numbers: BTreeMap<u32, u32> = numbers.iter().copied().zip(1..).collect();
        let new_number = |number: u32| new_numbers.get(&number).copied().unwrap_or_default();
        parts.iter_mut().for_each(|part| part.renumber(new_number));
        let own = versions.iter().filter(|(number, _)| new_numbers.contains_key(number));
        let mut versions: NumberedVersions =
            own.map(|(number, version)| (new_number(*number), version.clone())).collect();
        versions.sort_by_key(|(_, version)| version.line);
        let mut titles: Vec<String> = Vec::new();
        for title in parts.iter().flat_map(|part| &part.titles) {
            if !titles.contains(title) {
                titles.push(title.clone());
            }
        }
        let starts = row
            .merge_starts
            .iter()
            .map(|start| 1 + numbers.iter().take_while(|number| *number < start).count() as u32);
        let count = numbers.len() as u32;
        let mut merge_starts: Vec<u32> =
            starts.filter(|start| (2..=count).contains(start)).collect();
        merge_starts.dedup();
        let merges = row.merges.iter().filter(|merge| has_part(merge.into)).cloned();
        let merges = merges.map(|merge| Merge {
            parts: merge.parts.iter().copied().filter(|id| has_part(*id)).collect(),
            ..merge
        });
        let mut split = ElectionRow {
            sources: SourceState::combine(parts.iter().flat_map(|part| &part.sources)),
            merge_starts,
            merges: merges.filter(|merge| !merge.parts.is_empty()).collect(),
            splits: row
                .splits
                .iter()
                .filter(|split| split.elections.iter().any(|id| has_part(*id)))
                .cloned()
                .collect(),
            parts: if parts.len() > 1 { parts } else { Vec::new() },
            ..ElectionRow::default()
        };
        split.has_erased = versions.iter().any(|(_, version)| version.erased.is_some());
        split.summary_row.version_count = count;
        split.summary_row.sort_key.id = id.unwrap_or_default();
        Self { row: split, versions, titles }
    }

    /// Returns the current version, and the last record. They differ if the election is removed.
    fn current_versions(&self) -> [Option<&VersionRow>; 2] {
        let mut latest = CurrentVersion::default();
        for (index, (_, version)) in self.versions.iter().enumerate() {
            latest.add(index, version);
        }
        [latest.current, latest.last_record]
            .map(|index| self.versions.get(index?).map(|(_, version)| version))
    }

    /// Returns how well the election can claim a folded title: whether its record has the title,
    /// and the line of the last version that has it.
    fn claim(&self, title: &str) -> (bool, Option<u64>) {
        let mut current = self.current_versions().into_iter().flatten();
        let with_title = self.versions.iter().rev().find(|(_, one)| fold(&one.title) == title);
        (current.any(|one| fold(&one.title) == title), with_title.map(|(_, one)| one.line))
    }

    /// Returns the title of the record if the election does not have the title.
    fn missing_title(&self) -> Option<String> {
        let mut current = self.current_versions().into_iter().flatten();
        let missing = current.find(|one| !self.titles.contains(&fold(&one.title)));
        missing.map(|one| one.title.clone())
    }
}

impl StoreWriter {
    /// Undoes a merge. Has no effect if the merge is not in effect or the split is not possible.
    pub(super) fn split(&mut self, split: &SplitEntry) -> Result<()> {
        let name = ElectionName::title(&split.title);
        let Some(row) = self.take_row(&name)? else { return Ok(()) };
        // The row is not returned to the writer, because the title may belong to another election.
        self.put(&StoreKey::Row(&row.election_key()), encode(&row)?);
        let plan = SplitPlan::new(&self.view(), &row, &fold(&split.title), split.import)?;
        let Ok(SplitPlan { mut staying, mut leaving, merge }) = plan else { return Ok(()) };
        let undone = Split {
            import: self.applied.log_position.import + 1,
            merged_by: merge.import,
            elections: [merge.into, leaving.row.id()],
        };
        staying.row.splits.push(undone.clone());
        leaving.row.splits.push(undone);
        let versions: NumberedVersions = self.view().versions(&row).collect::<Result<_>>()?;
        self.delete_items(&row, &versions)?;
        self.delete(&StoreKey::MergedElection(leaving.row.id()));
        self.applied.elections += 1;
        let election_key = row.election_key();
        for (side, other) in [(&staying, &leaving), (&leaving, &staying)] {
            // The other election had the titles until now.
            for title in &side.titles {
                let mut previous_ids = self.view().previous_ids(title)?;
                if !previous_ids.contains(&other.row.id()) {
                    previous_ids.push(other.row.id());
                    let value =
                        TitleRow::new(side.row.id(), title, election_key.clone(), previous_ids);
                    self.put(&StoreKey::Title(title), encode(&value)?);
                }
            }
        }
        for side in [&mut staying, &mut leaving] {
            self.compare_records(&mut side.versions, merge.line)?;
            let (versions, titles) = (std::mem::take(&mut side.versions), side.titles.clone());
            self.rebuild_election(&mut side.row, versions, titles)?;
            self.put(&StoreKey::Row(&side.row.election_key()), encode(&side.row)?);
            self.mark_changed(side.row.id());
        }
        Ok(())
    }

    /// Sets which versions after a journal line have the record of the current version before them.
    fn compare_records(&self, versions: &mut NumberedVersions, line: u64) -> Result<()> {
        let mut latest = CurrentVersion::default();
        for at in 0..versions.len() {
            let Some((_, version)) = versions.get(at) else { break };
            if version.line > line {
                let before = latest.current.and_then(|current| versions.get(current));
                let before = before.map(|(_, before)| before).filter(|before| {
                    !before.lacks_record()
                        && !version.lacks_record()
                        && before.digest != version.digest
                });
                let same_record = match before {
                    None => false,
                    Some(before) => {
                        let record = self.view().record(version)?;
                        self.view().record(before)?.is_same_record(&record)
                    }
                };
                if let Some((_, version)) = versions.get_mut(at) {
                    version.same_record = same_record;
                }
            }
            if let Some((_, version)) = versions.get(at) {
                latest.add(at, version);
            }
        }
        Ok(())
    }
}
