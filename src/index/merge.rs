//! Merges two elections, and rebuilds elections from their versions.

use std::collections::BTreeMap;

use super::current_version::CurrentVersion;
use super::keys::StoreKey;
use super::links::link_names;
use super::merged_election::{Merge, Split};
use super::rows::{ElectionRow, SourceElectionRow, VersionRow};
use super::writer::StoreWriter;
use crate::Result;
use crate::model::{ElectionKey, file_name};
use crate::store::encode;

/// Versions of one election with their numbers.
pub(super) type NumberedVersions = Vec<(u32, VersionRow)>;

impl StoreWriter {
    /// Merges `other` into the election in `row`. The versions of `row` keep their numbers, which
    /// users may have noted, and the versions of `other` are numbered after them. The relations
    /// between the versions are recomputed in journal order.
    pub(super) fn merge_into(&mut self, row: &mut ElectionRow, other: ElectionRow) -> Result<()> {
        let mut versions: NumberedVersions = self.view().versions(row).collect::<Result<_>>()?;
        let merged: NumberedVersions = self.view().versions(&other).collect::<Result<_>>()?;
        self.delete_items(row, &versions)?;
        self.delete_items(&other, &merged)?;
        self.delete(&StoreKey::Election(other.id()));
        let import = self.applied.log_position.import + 1;
        self.put(&StoreKey::MergedElection(other.id()), encode(&(row.id(), import))?);
        self.mark_changed(other.id());
        self.applied.elections -= 1;
        let base = row.summary_row.version_count;
        let mut titles = row.titles();
        titles.extend(other.titles());
        let (mut parts, mut other_parts) = (row.all_parts(), other.all_parts());
        other_parts.iter_mut().for_each(|part| part.renumber(|number| number + base));
        row.merges.extend(other.merges.iter().cloned());
        // Both sides of a split that are merged again have it.
        let new_splits = other.splits.iter().filter(|split| !row.splits.contains(split));
        let new_splits: Vec<Split> = new_splits.cloned().collect();
        row.splits.extend(new_splits);
        row.merges.push(Merge {
            import: self.applied.log_position.import + 1,
            line: self.applied.lines,
            into: row.id(),
            parts: other_parts.iter().map(|part| part.id).collect(),
        });
        parts.append(&mut other_parts);
        row.parts = parts;
        row.combine_sources();
        row.merge_starts.push(base + 1);
        row.merge_starts.extend(other.merge_starts.iter().map(|number| number + base));
        row.has_erased |= other.has_erased;
        row.summary_row.version_count += other.summary_row.version_count;
        versions.extend(merged.into_iter().map(|(number, version)| (number + base, version)));
        versions.sort_by_key(|(_, version)| version.line);
        self.rebuild_election(row, versions, titles)
    }

    /// Deletes the row, the links and all index entries of an election, except its titles and its
    /// id.
    pub(super) fn delete_items(
        &mut self,
        row: &ElectionRow,
        versions: &[(u32, VersionRow)],
    ) -> Result<()> {
        self.remove_all_names(row)?;
        let id = row.id();
        for (number, version) in versions {
            self.delete(&StoreKey::Version(id, *number));
            self.delete(&StoreKey::LastUndated(id, &version.history_name()));
            if let Some(time) = &version.source_time {
                self.delete(&StoreKey::DatedText(id, time, version.digest));
            }
            if let Some(election_key) = &version.election_key {
                self.delete(&StoreKey::PastKey(election_key, id));
            }
        }
        for state in &row.sources {
            self.delete(&StoreKey::SourceElection(state.source, id));
        }
        if !row.is_removed() {
            self.delete_links(row, &[]);
            self.applied.records -= 1;
        }
        self.delete(&StoreKey::Row(&row.election_key()));
        Ok(())
    }

    /// Rebuilds the row and the index entries of an election from all of its versions, in journal
    /// order. The states of its sources are already in the row.
    pub(super) fn rebuild_election(
        &mut self,
        row: &mut ElectionRow,
        mut versions: NumberedVersions,
        titles: Vec<String>,
    ) -> Result<()> {
        let id = row.id();
        let mut last_undated: BTreeMap<String, u32> = BTreeMap::new();
        let mut latest = CurrentVersion::default();
        for (at, (number, version)) in versions.iter_mut().enumerate() {
            let name = version.history_name();
            version.previous_from_source =
                if version.is_undated() { last_undated.insert(name, *number) } else { None };
            latest.add(at, version);
            if latest.current == Some(at) {
                row.summary_row.current_version = *number;
            }
            version.current_after = row.summary_row.current_version;
        }
        let current = latest.current.unwrap_or_default();
        row.latest_source_time = latest.latest_source_time;
        for (name, number) in
            last_undated.iter().filter(|(_, number)| **number != row.summary_row.current_version)
        {
            self.put(&StoreKey::LastUndated(id, name), encode(number)?);
        }
        for (_, version) in &versions {
            if let Some(election_key) = &version.election_key {
                self.put(&StoreKey::PastKey(election_key, id), encode(&true)?);
            }
            if let Some(time) = version.source_time.as_ref().filter(|_| !version.lacks_record()) {
                self.put(&StoreKey::DatedText(id, time, version.digest), encode(&true)?);
            }
        }
        self.list_under_sources(row, &versions)?;
        let last_record = latest.last_record.and_then(|at| versions.get(at));
        let summary = match last_record {
            Some((_, version)) => self.view().record(version)?.summary(),
            None => {
                let mut erased =
                    versions.iter().filter_map(|(_, version)| version.erased_summary());
                erased.next().unwrap_or_default()
            }
        };
        let election_key = ElectionKey::from_summary(&summary);
        self.delete(&StoreKey::PastKey(&election_key, id));
        self.put_election_key(id, &titles, &election_key)?;
        row.set_summary(summary, titles, versions[current].1.lacks_record());
        if !row.is_removed() {
            self.applied.records += 1;
            let source = versions[current].1.source_name.as_deref();
            self.put_links(id, &link_names(&row.summary_row.summary, source), &election_key)?;
        }
        row.version = versions.swap_remove(current).1;
        for (number, version) in versions {
            self.put(&StoreKey::Version(id, number), encode(&version)?);
        }
        self.add_all_names(row)
    }

    /// Lists an election under each of its sources.
    fn list_under_sources(
        &mut self,
        row: &ElectionRow,
        versions: &[(u32, VersionRow)],
    ) -> Result<()> {
        for state in &row.sources {
            let stated = versions.iter().find(|(number, _)| *number == state.version);
            let file = stated.map(|(_, version)| file_name(&version.source)).unwrap_or_default();
            let value = encode(&SourceElectionRow { file, is_absent: state.is_absent() })?;
            self.put(&StoreKey::SourceElection(state.source, row.id()), value);
        }
        Ok(())
    }
}
