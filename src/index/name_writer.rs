//! Writes the index of names: the names that each change of an election adds or removes.

use super::keys::StoreKey;
use super::names::NamePosting;
use super::rows::ElectionRow;
use super::segment_encoder::SegmentEncoder;
use super::writer::StoreWriter;
use crate::Result;
use crate::model::{Election, NameKind};

/// The names of an election before a change.
pub(super) struct NamesBefore {
    versions: Vec<u32>,
    year: Option<i32>,
}

impl NamesBefore {
    pub(super) fn new(row: &ElectionRow) -> Self {
        Self { versions: named_versions(row), year: row.summary_row.summary.year }
    }
}

/// Returns the numbers of the versions whose names are names of the election: the current version
/// and the last of each source. A removed election has none.
fn named_versions(row: &ElectionRow) -> Vec<u32> {
    if row.is_removed() {
        return Vec::new();
    }
    let stated = row.sources.iter().map(|state| state.version);
    let mut numbers: Vec<u32> = stated.chain([row.summary_row.current_version]).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Returns the names in records, sorted and without duplicates.
fn names_of<'a>(records: impl Iterator<Item = &'a Election>) -> Vec<(NameKind, &'a str)> {
    let mut names = Vec::new();
    records.for_each(|record| record.for_each_name(&mut |kind, name| names.push((kind, name))));
    names.sort_unstable();
    names.dedup();
    names
}

impl StoreWriter {
    /// Records the names of a new election.
    pub(super) fn add_names(&mut self, id: u64, record: &Election) {
        let posting = NamePosting::Added(record.year);
        record.for_each_name(&mut |kind, name| self.names.add(kind, name, id, posting));
    }

    /// Records how the names of an election have changed. `known` are records of versions that need
    /// not be read.
    pub(super) fn update_names(
        &mut self,
        row: &ElectionRow,
        before: &NamesBefore,
        known: &[(u32, &Election)],
    ) -> Result<()> {
        let (after, year) = (named_versions(row), row.summary_row.summary.year);
        if after == before.versions && (year == before.year || after.is_empty()) {
            return Ok(());
        }
        let is_kept = |number: &u32| year == before.year && before.versions.contains(number);
        let (kept, new): (Vec<u32>, Vec<u32>) = after.iter().partition(|number| is_kept(number));
        let old: Vec<u32> =
            before.versions.iter().copied().filter(|number| !after.contains(number)).collect();
        let (new, old) =
            (self.named_records(row, &new, known)?, self.named_records(row, &old, known)?);
        let (new_names, old_names) =
            (names_of(new.iter().map(AsRef::as_ref)), names_of(old.iter().map(AsRef::as_ref)));
        let id = row.id();
        for name in &new_names {
            if year != before.year || old_names.binary_search(name).is_err() {
                self.names.add(name.0, name.1, id, NamePosting::Added(year));
            }
        }
        let mut removed = old_names;
        removed.retain(|name| new_names.binary_search(name).is_err());
        if removed.is_empty() {
            return Ok(());
        }
        let kept = self.named_records(row, &kept, known)?;
        let kept_names = names_of(kept.iter().map(AsRef::as_ref));
        for (kind, name) in removed {
            if kept_names.binary_search(&(kind, name)).is_err() {
                self.names.add(kind, name, id, NamePosting::Removed);
            }
        }
        Ok(())
    }

    /// Records the names of an election that was rebuilt from its versions.
    pub(super) fn add_all_names(&mut self, row: &ElectionRow) -> Result<()> {
        let none = NamesBefore { versions: Vec::new(), year: row.summary_row.summary.year };
        self.update_names(row, &none, &[])
    }

    /// Records that an election has no names any more.
    pub(super) fn remove_all_names(&mut self, row: &ElectionRow) -> Result<()> {
        let records = self.named_records(row, &named_versions(row), &[])?;
        for (kind, name) in names_of(records.iter().map(AsRef::as_ref)) {
            self.names.add(kind, name, row.id(), NamePosting::Removed);
        }
        Ok(())
    }

    /// Returns the records of versions.
    fn named_records<'r>(
        &self,
        row: &ElectionRow,
        numbers: &[u32],
        known: &[(u32, &'r Election)],
    ) -> Result<Vec<RecordRef<'r>>> {
        let mut records = Vec::new();
        for number in numbers {
            if let Some((_, record)) = known.iter().find(|(known, _)| known == number) {
                records.push(RecordRef::Known(record));
                continue;
            }
            let version = self.view().version(row, *number)?;
            if !version.lacks_record() {
                records.push(RecordRef::Read(Box::new(self.view().record(&version)?)));
            }
        }
        Ok(records)
    }

    /// Buffers the segment of the current import. An import that was partly written has a segment,
    /// which the new one replaces.
    pub(super) fn put_names(&mut self) -> Result<()> {
        if self.names.is_empty() {
            return Ok(());
        }
        let import = self.applied.log_position.import + 1;
        let mut names = std::mem::take(&mut self.names);
        let written = self.view().segment(import)?;
        if !written.is_empty() {
            let later = std::mem::take(&mut names);
            for (kind, name, postings) in written {
                postings.into_iter().for_each(|(id, posting)| names.add(kind, &name, id, posting));
            }
            names.append(&later);
        }
        let mut segment = SegmentEncoder::default();
        names.for_each_name(&mut |kind, name, postings| segment.add(kind, name, postings))?;
        drop(names);
        segment.finish(&mut |block, bytes| self.put(&StoreKey::Names(import, block), bytes))?;
        segment.encode_words(&mut |start, bytes| {
            self.put(&StoreKey::NameWords(start, import), bytes);
        })
    }
}

/// A record that is known, or was read from the store.
enum RecordRef<'r> {
    Known(&'r Election),
    Read(Box<Election>),
}

impl AsRef<Election> for RecordRef<'_> {
    fn as_ref(&self) -> &Election {
        match self {
            Self::Known(record) => record,
            Self::Read(record) => record,
        }
    }
}
