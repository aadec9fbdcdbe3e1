//! Compares each entry of the journal with what the store has of it.

use super::verification::Verification;
use crate::Result;
use crate::index::{LineageRow, StateView, VersionCursor};
use crate::ingest::{parse_lineage_entry, parse_version_entry};
use crate::journal::{
    AbsenceEntry, ErasedEntry, JournalEntry, LineageEntry, SplitEntry, TerritoryAlias, VersionEntry,
};
use crate::model::{fold, text_digest};

/// Compares the journal entries of an import with the store.
pub(super) struct StoreComparison<'s> {
    store: StateView<'s>,
    import: u64,
    /// Number of the next line of the journal.
    line: u64,
    /// Whether texts are parsed again.
    deep: bool,
    cursor: VersionCursor,
}

impl<'s> StoreComparison<'s> {
    pub(super) fn new(store: StateView<'s>, import: u64, deep: bool) -> Result<Self> {
        let line = store.import(import)?.unwrap_or_default().line;
        Ok(Self { store, import, line, deep, cursor: VersionCursor::default() })
    }

    /// Compares the next entry.
    ///
    /// # Errors
    /// When a file cannot be read. Damage in the store is recorded as a problem instead.
    pub(super) fn compare_entry(
        &mut self,
        entry: &JournalEntry,
        verification: &mut Verification,
    ) -> Result<()> {
        let of_title = |title: &str| format!("store, '{title}'");
        let (place, compared) = match entry {
            JournalEntry::Version(version) => {
                (of_title(&version.title), self.compare_version(version))
            }
            JournalEntry::Removal { title } => (of_title(title), self.compare_removal(title)),
            JournalEntry::Alias { election, title } => {
                ("store".to_owned(), self.compare_alias(election, title))
            }
            JournalEntry::Merge(merge) => {
                (of_title(&merge.title), self.compare_alias(&merge.election, &merge.title))
            }
            JournalEntry::Split(split) => (of_title(&split.title), self.compare_split(split)),
            JournalEntry::Territory(alias) => ("store".to_owned(), self.compare_territory(alias)),
            JournalEntry::Source(source) => {
                ("store".to_owned(), self.compare_source(source.description.name()))
            }
            JournalEntry::SourceOrder { .. } => ("store".to_owned(), Ok(None)),
            JournalEntry::Absence(absence) => {
                (of_title(&absence.title), self.compare_absence(absence))
            }
            // The verification compares erasures with the erased lines.
            JournalEntry::Erasure(erasure) => (of_title(&erasure.title), Ok(None)),
            JournalEntry::Erased(erased) => (of_title(&erased.title), self.compare_erased(erased)),
            JournalEntry::Lineage(lineage) => {
                (format!("lineage of '{}'", lineage.country), self.compare_lineage(lineage))
            }
        };
        self.line += 1;
        match compared {
            Ok(None) => Ok(()),
            Ok(Some(problem)) => {
                verification.add_problem(place, problem);
                Ok(())
            }
            Err(error) => verification.add_error(place, error),
        }
    }

    fn compare_version(&mut self, entry: &VersionEntry) -> Result<Option<String>> {
        let (store, import, line, deep) = (self.store, self.import, self.line, self.deep);
        if store.find_by_title(&entry.title)?.is_none() {
            return Ok(Some(format!("the election of import {import} is missing from the store")));
        }
        let Some((_, number, version)) = self.cursor.find(&store, &entry.title, line)? else {
            return Ok(Some(format!("the version of import {import} is missing from the store")));
        };
        if version.digest != text_digest(&entry.text) {
            return Ok(Some(format!("the text of import {import} differs from the journal")));
        }
        let stored = (
            (&version.title, &version.source, &version.format, &version.source_time),
            (version.source_name.as_deref(), version.source_id.as_deref()),
        );
        let expected = (
            (&entry.title, &entry.source, &entry.format, &entry.source_time),
            (entry.source_name(), entry.source_id()),
        );
        if stored != expected || version.revision != entry.revision || version.import != import {
            return Ok(Some(format!(
                "the origin of version {number}, of import {import}, differs from the journal"
            )));
        }
        let record = store.record(&version)?;
        if deep && record != parse_version_entry(entry) {
            return Ok(Some(format!(
                "version {number} is parsed differently now; 'rebuild --reparse' updates it"
            )));
        }
        Ok(None)
    }

    fn compare_erased(&mut self, entry: &ErasedEntry) -> Result<Option<String>> {
        let (store, import, line) = (self.store, self.import, self.line);
        let found = self.cursor.find(&store, &entry.title, line)?;
        let is_expected = found.is_some_and(|(_, _, version)| {
            version.digest == entry.text_hash()
                && version.erased.is_some_and(|erased| {
                    (erased.erasure.import, &erased.erasure.reason)
                        == (entry.erasure, &entry.reason)
                })
        });
        Ok((!is_expected)
            .then(|| format!("the erased version of import {import} is not erased in the store")))
    }

    fn compare_removal(&mut self, title: &str) -> Result<Option<String>> {
        let (store, import, line) = (self.store, self.import, self.line);
        // Removing an election that never existed has no effect.
        if store.find_by_title(title)?.is_none() {
            return Ok(None);
        }
        let found = self.cursor.find(&store, title, line)?.is_some();
        Ok((!found).then(|| format!("the removal of import {import} is missing from the store")))
    }

    fn compare_alias(&self, election: &str, title: &str) -> Result<Option<String>> {
        // The election may have lost either title, or may no longer be merged.
        let owners = |title: &str| -> Result<Vec<u64>> {
            let mut owners = self.store.previous_owners(title)?;
            owners.extend(self.store.find_by_title(title)?.map(|(id, _)| id));
            Ok(owners)
        };
        let (with_title, elections) = (owners(title)?, owners(election)?);
        let is_or_was = with_title.iter().any(|id| elections.contains(id));
        Ok((!is_or_was).then(|| format!("'{title}' is not an alias of '{election}' in the store")))
    }

    /// Compares a split. The election may have been merged again.
    fn compare_split(&self, split: &SplitEntry) -> Result<Option<String>> {
        let Some(row) = self.store.row_by_title(&split.title)? else {
            return Ok(Some(format!("the split of import {} is missing", self.import)));
        };
        let is_merged = row.merge(&fold(&split.title), split.import).is_some();
        Ok(is_merged.then(|| format!("the store still has the merge of import {}", split.import)))
    }

    fn compare_territory(&self, alias: &TerritoryAlias) -> Result<Option<String>> {
        let is_known = self.store.territories()?.contains(alias);
        Ok((!is_known)
            .then(|| format!("'{}' is not an alias of '{}' in the store", alias.alias, alias.name)))
    }

    fn compare_source(&self, name: &str) -> Result<Option<String>> {
        let is_known = self.store.source(name)?.is_some();
        Ok((!is_known).then(|| format!("the source '{name}' is missing from the store")))
    }

    fn compare_absence(&self, absence: &AbsenceEntry) -> Result<Option<String>> {
        let source = &absence.source;
        let problem = || format!("the absence from '{source}' is missing from the store");
        let Some(number) = self.store.source_number(source)? else { return Ok(Some(problem())) };
        // The title may belong to another election now.
        let Some(row) = self.store.row_by_title(&absence.title)? else { return Ok(None) };
        // Of merged elections, the state of the one with the latest version holds.
        if row.is_merged() {
            return Ok(None);
        }
        let state = row.sources.iter().find(|state| state.source == number);
        let Some(state) = state.filter(|state| state.id == absence.id) else { return Ok(None) };
        // A later version from the source ends the absence.
        let is_over = self.store.version(&row, state.version)?.line > self.line;
        Ok((!state.is_absent() && !is_over).then(problem))
    }

    fn compare_lineage(&self, entry: &LineageEntry) -> Result<Option<String>> {
        let digest = text_digest(&entry.text);
        // A later lineage under the same name replaces this one.
        let is_expected = |row: &LineageRow| match row.line == self.line {
            true => row.digest == digest,
            false => row.import >= self.import,
        };
        let Some(row) = self.store.lineage(entry)?.filter(is_expected) else {
            return Ok(Some("the lineage is missing from the store".to_owned()));
        };
        if !self.deep {
            return Ok(None);
        }
        Ok(match parse_lineage_entry(entry) {
            Err(problem) => Some(problem),
            Ok(lineage) if row.line == self.line && row.lineage != lineage => {
                Some("the lineage is parsed differently now; 'rebuild' updates it".to_owned())
            }
            Ok(_) => None,
        })
    }
}
