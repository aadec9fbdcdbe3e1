//! Merges records of one election, and undoes merges.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Archive, ElectionId, Snapshot};
use crate::index::{ElectionRow, MergedElection, SplitPlan, SplitProblem};
use crate::journal::{JournalEntry, MergeEntry, SplitEntry};
use crate::model::{Address, ToAddress, VersionSelector, fold};
use crate::{Error, Result};

/// Maximum number of elections that are merged into one. Each merge numbers all of their versions
/// again.
const MAX_MERGED: usize = 256;

/// The elections that a split restored.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SplitReport {
    /// Number of the import that contains the split.
    pub import: u64,
    /// The elections that are no longer merged into another.
    pub elections: Vec<RestoredElection>,
}

/// An election that is no longer merged into another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RestoredElection {
    /// A title of the election.
    pub title: String,
    /// Its shortest address.
    pub address: String,
    /// Shortest address of the election that it was merged into.
    #[serde(rename = "joined_to")]
    pub merged_into: String,
}

impl Archive {
    /// Merges two records of one election. The versions of the first keep their numbers, and the
    /// versions of the second are numbered after them. The titles, identifiers and links of both
    /// belong to the one election. [`Archive::split`] undoes this. Returns the number of the
    /// import.
    ///
    /// ```
    /// use hustings::Archive;
    /// # let folder = std::env::temp_dir().join("hustings-example-merge");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(["fixtures/articles", "fixtures/editions"])?;
    /// let older = "title:Nagorno-Karabakh presidential election, 2012";
    /// archive.merge("nagorno-karabakh/2012", older, None)?;
    /// assert_eq!(archive.versions("nagorno-karabakh/2012")?.len(), 2);
    /// archive.split("nagorno-karabakh/2012@2", None)?;
    /// assert_eq!(archive.versions(older)?.len(), 1);
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When an address names a version, or does not name exactly one election, or when both name
    /// the same election.
    pub fn merge(
        &self,
        first: impl ToAddress,
        second: impl ToAddress,
        note: Option<&str>,
    ) -> Result<u64> {
        let (first, second) = (&*first.to_address()?, &*second.to_address()?);
        self.merge_all(&[(first.clone(), second.clone())], note)
    }

    /// Merges pairs of records in one import, as [`Archive::merge`] merges each. Returns the number of
    /// the import.
    ///
    /// # Errors
    /// As [`Archive::merge`], and when more than 256 records would be one election. Nothing is merged
    /// then.
    pub fn merge_all(&self, pairs: &[(Address, Address)], note: Option<&str>) -> Result<u64> {
        let mut state = self.lock_for_change()?;
        let snapshot = self.snapshot();
        let (mut entries, mut groups) = (Vec::new(), MergedGroups::default());
        for (first, second) in pairs {
            for address in [first, second] {
                if address.version() != VersionSelector::Latest {
                    let problem =
                        format!("expected an election, found '{address}', which names a version");
                    return Err(invalid_address(problem));
                }
            }
            let (one, other) = (snapshot.row(first)?, snapshot.row(second)?);
            if one.id() == other.id() {
                let problem = format!(
                    "expected two elections, found one: '{first}' and '{second}' name the same"
                );
                return Err(invalid_address(problem));
            }
            groups.merge(&one, &other)?;
            let [election, title] = [one, other].map(|row| row.titles().into_iter().next());
            let (election, title) = (election.unwrap_or_default(), title.unwrap_or_default());
            entries.push(JournalEntry::Merge(MergeEntry { election, title }));
        }
        if entries.is_empty() {
            return Err(Error::InvalidArgument {
                argument: "pairs",
                problem: "expected two elections, found none".to_owned(),
            });
        }
        self.commit_entries(&mut state, entries, note)
    }

    /// Undoes a merge: the merged election has its own versions, titles, identifiers and links again.
    /// `address` names the merged election: by one of its versions (`italy/1992@3`), by one of its
    /// titles, or by any address if only one election is merged. Both elections have the version
    /// numbers that they had before the merge. A version that was added after the merge belongs to
    /// the election that its source identifies, or else to the election that has its title, and is
    /// numbered after the others.
    ///
    /// # Errors
    /// When no election is merged, when several are and the address does not select one, or when
    /// one of the elections would lack its own title because another election has it.
    pub fn split(&self, address: impl ToAddress, note: Option<&str>) -> Result<SplitReport> {
        let address = &*address.to_address()?;
        let mut state = self.lock_for_change()?;
        let snapshot = self.snapshot();
        let row = snapshot.row(address)?;
        let entry = split_entry(&row, merged_part(address, &row)?, None)
            .ok_or_else(|| invalid_address(format!("no election is merged into '{address}'")))?;
        let entries = vec![snapshot.checked_split(&row, entry)?];
        self.commit_splits(&mut state, &snapshot, entries, note)
    }

    /// Undoes every merge of an import that is in effect, in one import.
    ///
    /// # Errors
    /// When no merge of the import is in effect, and as [`Archive::split`].
    pub fn split_import(&self, import: u64, note: Option<&str>) -> Result<SplitReport> {
        let mut state = self.lock_for_change()?;
        let snapshot = self.snapshot();
        let last = snapshot.journal().end_position().import;
        if !(1..=last).contains(&import) {
            return Err(Error::NoImport { import, last });
        }
        let mut entries = Vec::new();
        for id in snapshot.view().changed_elections(import)? {
            let row = snapshot.view().election(id)?;
            // The last merge of an election is undone first.
            for merge in row.merges.iter().rev().filter(|merge| merge.import == import) {
                let part = merge.parts.first().copied();
                if let Some(entry) = split_entry(&row, part, Some(import)) {
                    entries.push(snapshot.checked_split(&row, entry)?);
                }
            }
        }
        if entries.is_empty() {
            let problem = format!("no merge of import {import} is in effect");
            return Err(Error::InvalidArgument { argument: "import", problem });
        }
        self.commit_splits(&mut state, &snapshot, entries, note)
    }

    fn commit_splits(
        &self,
        state: &mut super::WriterState,
        before: &Snapshot,
        entries: Vec<SplitEntry>,
        note: Option<&str>,
    ) -> Result<SplitReport> {
        let titles: Vec<String> = entries.iter().map(|entry| entry.title.clone()).collect();
        let entries = entries.into_iter().map(JournalEntry::Split).collect();
        let mut report = SplitReport {
            import: self.commit_entries(state, entries, note)?,
            ..Default::default()
        };
        let after = self.snapshot();
        for title in titles {
            let merged_into = before.view().row_by_title(&title)?;
            let restored = after.view().row_by_title(&title)?;
            let Some((merged_into, restored)) = merged_into.zip(restored) else { continue };
            // A split that an earlier one of the same import made impossible has no effect.
            if restored.id() == merged_into.id() {
                continue;
            }
            let address = |row: ElectionRow| -> Result<String> {
                after.short_address(row.id(), &row.summary_row.summary)
            };
            report.elections.push(RestoredElection {
                title: restored.summary_row.summary.title.clone(),
                address: address(restored)?,
                merged_into: address(after.view().election(merged_into.id())?)?,
            });
        }
        Ok(report)
    }
}

impl Snapshot {
    /// Returns whether two elections, or elections that are merged into them, were merged and split.
    pub(crate) fn were_split(&self, one: ElectionId, other: ElectionId) -> Result<bool> {
        let view = self.view();
        let [one, other] = [view.election(one.0)?, view.election(other.0)?];
        let has_part = |row: &ElectionRow, id: u64| row.part_ids().any(|part| part == id);
        let is_between = |[first, second]: [u64; 2]| {
            (has_part(&one, first) && has_part(&other, second))
                || (has_part(&one, second) && has_part(&other, first))
        };
        Ok(one.splits.iter().any(|split| is_between(split.elections)))
    }

    /// Checks that a split is possible.
    fn checked_split(&self, row: &ElectionRow, entry: SplitEntry) -> Result<SplitEntry> {
        let SplitEntry { title, import } = &entry;
        match SplitPlan::new(&self.view(), row, title, *import)? {
            Ok(_) => Ok(entry),
            Err(SplitProblem::NotMerged) => {
                let problem = format!("no merge of import {import} with '{title}' is in effect");
                Err(invalid_address(problem))
            }
            Err(SplitProblem::TitleInUse(own)) => Err(Error::AlreadyExists {
                subject: own,
                state: format!("is the title of another election, so '{title}' cannot be split"),
            }),
        }
    }
}

/// Checks that two elections are few enough to be merged.
pub(super) fn ensure_can_merge(one: &ElectionRow, other: &ElectionRow) -> Result<()> {
    MergedGroups::default().merge(one, other)
}

/// The elections that the pairs of one import merge.
#[derive(Default)]
struct MergedGroups {
    /// The id of the election that an election is merged into.
    merged_into: HashMap<u64, u64>,
    /// Number of elections that are merged into one, itself included, by its id.
    sizes: HashMap<u64, usize>,
}

impl MergedGroups {
    /// Adds a pair.
    ///
    /// # Errors
    /// When more than [`MAX_MERGED`] elections would be one.
    fn merge(&mut self, one: &ElectionRow, other: &ElectionRow) -> Result<()> {
        let [(one, one_size), (other, other_size)] = [one, other].map(|row| {
            let id = self.group(row.id());
            (id, self.sizes.get(&id).copied().unwrap_or_else(|| row.part_ids().count()))
        });
        if one == other {
            return Ok(());
        }
        let size = one_size + other_size;
        if size > MAX_MERGED {
            let problem =
                format!("expected at most {MAX_MERGED} records of one election, found {size}");
            return Err(Error::InvalidArgument { argument: "pairs", problem });
        }
        self.merged_into.insert(other, one);
        self.sizes.insert(one, size);
        Ok(())
    }

    fn group(&self, mut id: u64) -> u64 {
        while let Some(merged) = self.merged_into.get(&id) {
            id = *merged;
        }
        id
    }
}

/// Returns the id of the part that an address selects: that of the version, that with the title, or
/// else the only merged one. `None` if no election is merged.
fn merged_part(address: &Address, row: &ElectionRow) -> Result<Option<u64>> {
    if row.merges.is_empty() {
        return Ok(None);
    }
    let part = match (address.version(), address) {
        (VersionSelector::Version(number), _) => {
            let has_number = |part: &&MergedElection| part.numbers().any(|own| own == number);
            match row.parts.iter().find(has_number) {
                Some(part) if part.id != row.id() => Some(part.id),
                Some(_) => {
                    let problem = format!(
                        "expected a version of a merged election, found '{address}', which the \
                         election itself had first"
                    );
                    return Err(invalid_address(problem));
                }
                None => None,
            }
        }
        (VersionSelector::Latest, Address::Title { title, .. }) => {
            let folded = fold(title);
            let mut named = row.parts.iter().filter(|part| part.titles.contains(&folded));
            named.find(|part| part.id != row.id()).map(|part| part.id)
        }
        _ => None,
    };
    match (part, row.merges.as_slice()) {
        (Some(part), _) => Ok(Some(part)),
        (None, [merge]) => Ok(merge.parts.first().copied()),
        (None, _) => {
            let merged = row.parts.iter().filter(|part| part.id != row.id());
            let versions: Vec<String> =
                merged.filter_map(|part| Some(format!("@{}", part.numbers().next()?))).collect();
            let problem = format!(
                "{} elections are merged into '{address}'; name one by a version: {}",
                versions.len(),
                versions.join(", ")
            );
            Err(invalid_address(problem))
        }
    }
}

/// Returns the entry that undoes the merge of a part: the merge of an import, or else the innermost.
fn split_entry(row: &ElectionRow, part: Option<u64>, import: Option<u64>) -> Option<SplitEntry> {
    let part = part?;
    let merges = row.merges.iter().filter(|merge| {
        merge.parts.contains(&part) && import.is_none_or(|import| import == merge.import)
    });
    let merge = merges.min_by_key(|merge| merge.parts.len())?;
    let leaving = row.parts.iter().filter(|part| merge.parts.contains(&part.id));
    let mut titles = leaving.flat_map(|part| &part.titles);
    let title = titles.find(|title| row.merge(title, merge.import) == Some(merge))?;
    Some(SplitEntry { title: title.clone(), import: merge.import })
}

fn invalid_address(problem: String) -> Error {
    Error::InvalidArgument { argument: "address", problem }
}

#[cfg(test)]
mod tests;
