//! Applies the journal to the store: buffers the changes of its entries, and writes them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::election_name::{CachedRow, ElectionName};
use super::keys::StoreKey;
use super::names::NameChanges;
use super::parsed_entry::EntryParser;
use super::rows::{AppliedPosition, ChangedRow, ElectionRow, ImportRow};
use super::view::StateView;
use crate::Result;
use crate::journal::{
    Commit, Journal, JournalLine, Location, LogPosition, LostRange, OtherEntries, WrittenImport,
};
use crate::store::{Changes, Store, encode};

/// Maximum size of buffered changes before a flush, in bytes.
const MAX_BUFFERED_BYTES: usize = 128 * 1024 * 1024;

/// Overhead of a buffered change beside its key and value, in bytes.
const CHANGE_OVERHEAD: usize = 80;

/// The writer of a store. It buffers changes, and its own reads include them.
/// [`StoreWriter::flush`] writes them.
#[derive(Debug)]
pub(crate) struct StoreWriter {
    /// `None` if changes are never written.
    store: Option<Arc<Store>>,
    parse: EntryParser,
    /// Applied position, including buffered changes.
    pub(super) applied: AppliedPosition,
    /// Written position.
    written: AppliedPosition,
    changes: Changes,
    buffered_bytes: usize,
    pub(super) cached_row: CachedRow,
    /// Ids of the elections that the current import has changed since the last write.
    changed: BTreeSet<u64>,
    /// Names that the current import has added or removed since the last write.
    pub(super) names: NameChanges,
    /// Numbers of the sources of the current import, by key.
    source_numbers: HashMap<String, u32>,
}

impl StoreWriter {
    /// Creates a writer of a store, which must have no other writer. Without a store, it writes
    /// nothing.
    pub(crate) fn new(store: Option<Arc<Store>>, parse: EntryParser) -> Result<Self> {
        let written = match &store {
            Some(store) => AppliedPosition::from_marker(&store.marker()?)?,
            None => AppliedPosition::default(),
        };
        let (applied, changes) = (written.clone(), Changes::new());
        Ok(Self {
            store,
            parse,
            applied,
            written,
            changes,
            buffered_bytes: 0,
            cached_row: CachedRow::None,
            changed: BTreeSet::new(),
            names: NameChanges::default(),
            source_numbers: HashMap::new(),
        })
    }

    /// Returns the state with all buffered changes, except changes to the row of the election that
    /// [`StoreWriter::election`] returned last.
    pub(crate) fn view(&self) -> StateView<'_> {
        StateView::new(Store::map(self.store.as_deref(), self.written.lines, &self.changes))
    }

    /// Takes the row of the election with this name out of the writer. The caller changes the row
    /// and returns it with [`StoreWriter::put_row_back`].
    pub(super) fn take_row(&mut self, name: &ElectionName) -> Result<Option<Box<ElectionRow>>> {
        self.load_row(name)?;
        Ok(match std::mem::take(&mut self.cached_row) {
            CachedRow::Row { row, .. } => Some(row),
            _ => None,
        })
    }

    /// Returns a row to the writer. `changed` is the id of the election, or of the part of it, that
    /// the current import changed.
    pub(super) fn put_row_back(&mut self, name: ElectionName, row: Box<ElectionRow>, changed: u64) {
        self.changed.insert(changed);
        self.cached_row = CachedRow::Row { name, row, is_changed: true };
    }

    /// Records that the current import changed an election.
    pub(super) fn mark_changed(&mut self, id: u64) {
        self.changed.insert(id);
    }

    /// Returns the number of a source. A new key gets a new number.
    pub(super) fn source_number(&mut self, key: &str) -> Result<u32> {
        if let Some(number) = self.source_numbers.get(key) {
            return Ok(*number);
        }
        let number = match self.view().source_number(key)? {
            Some(number) => number,
            None => {
                let number = self.applied.sources;
                self.applied.sources += 1;
                self.put(&StoreKey::SourceNumber(key), encode(&number)?);
                self.put(&StoreKey::SourceKey(number), encode(&key)?);
                number
            }
        };
        self.source_numbers.insert(key.to_owned(), number);
        Ok(number)
    }

    /// Returns the number of the import that is applied next, and of its first line.
    pub(crate) fn next_import(&self) -> (u64, u64) {
        let line = self.applied.lines - self.applied.entries;
        (self.applied.log_position.import + 1, line)
    }

    /// Buffers the row of the election that was looked up last, and which elections the current
    /// import has changed, so that [`StoreWriter::view`] includes them.
    pub(crate) fn buffer_changes(&mut self) -> Result<()> {
        self.buffer_row()?;
        self.put_changed()
    }

    /// Buffers the ids of the elections that the current import has changed.
    fn put_changed(&mut self) -> Result<()> {
        if self.changed.is_empty() {
            return Ok(());
        }
        let import = self.applied.log_position.import + 1;
        let mut changed = std::mem::take(&mut self.changed);
        changed.extend(self.view().changed_ids(import)?);
        self.put(&StoreKey::ChangedElections(import), encode(&ChangedRow::new(&changed))?);
        Ok(())
    }

    /// Applies the imports that the store lacks, and writes them. Calls `progress` for every entry.
    ///
    /// # Errors
    /// When the journal is damaged, or on an I/O error. The store then remains as last written.
    pub(crate) fn follow(&mut self, journal: &Journal, progress: &mut dyn FnMut()) -> Result<()> {
        let followed = self.apply_missing_imports(journal, progress);
        self.discard_on_error(followed)
    }

    /// Discards buffered changes if `result` is an error. Otherwise, a later replay would apply
    /// them twice.
    fn discard_on_error<T>(&mut self, result: Result<T>) -> Result<T> {
        if result.is_err() {
            self.discard();
        }
        result
    }

    /// Discards buffered changes.
    pub(crate) fn discard(&mut self) {
        self.cached_row = CachedRow::None;
        self.changed.clear();
        self.names.clear();
        self.source_numbers.clear();
        self.changes.clear();
        self.buffered_bytes = 0;
        self.applied = self.written.clone();
    }

    fn apply_missing_imports(
        &mut self,
        journal: &Journal,
        progress: &mut dyn FnMut(),
    ) -> Result<()> {
        let (mut skip, mut others) = (self.applied.entries, OtherEntries::default());
        let from = self.applied.log_position.clone();
        if from != *journal.end_position() {
            journal.replay(&from, &mut |index, line, log_position| {
                if let JournalLine::Entry(entry) = &line {
                    others.add(entry);
                }
                if skip > 0 && matches!(line, JournalLine::Entry(_)) {
                    skip -= 1;
                    return Ok(());
                }
                if index.line == 0 {
                    self.put_frame(self.applied.lines, index.frame)?;
                }
                match line {
                    JournalLine::Entry(entry) => {
                        self.apply((self.parse)(&entry)?)?;
                        progress();
                    }
                    JournalLine::Commit(commit, digest) => {
                        let others = std::mem::take(&mut others);
                        self.end_import(commit, digest, others, log_position)?;
                    }
                    JournalLine::Lost(lost) => self.apply_lost_range(lost, log_position)?,
                }
                if self.buffered_bytes >= MAX_BUFFERED_BYTES { self.write() } else { Ok(()) }
            })?;
        }
        self.write()
    }

    /// Ends an import whose entries are applied, with its commit as written to the journal.
    ///
    /// # Errors
    /// As [`StoreWriter::flush`].
    pub(crate) fn commit(&mut self, import: &WrittenImport, others: OtherEntries) -> Result<()> {
        let first = self.applied.lines - self.applied.entries;
        for (frame, entry) in import.frames() {
            self.put_frame(first + entry, frame)?;
        }
        self.end_import(
            import.commit.clone(),
            import.position.digest.clone(),
            others,
            &import.position,
        )?;
        if self.buffered_bytes >= MAX_BUFFERED_BYTES { self.flush() } else { Ok(()) }
    }

    /// Writes all buffered changes, and makes them visible to readers.
    ///
    /// # Errors
    /// On an I/O error. The store then remains as last written, and [`StoreWriter::follow`]
    /// continues from there.
    pub(crate) fn flush(&mut self) -> Result<()> {
        let written = self.write();
        self.discard_on_error(written)
    }

    fn write(&mut self) -> Result<()> {
        self.buffer_changes()?;
        self.put_names()?;
        if let Some(store) = &self.store
            && self.applied != self.written
        {
            store.write(&self.changes, &self.applied.to_marker()?)?;
        }
        self.written = self.applied.clone();
        self.changes.clear();
        self.buffered_bytes = 0;
        Ok(())
    }

    fn put_frame(&mut self, line: u64, frame: Location) -> Result<()> {
        self.put(&StoreKey::Frame(line), encode(&frame)?);
        Ok(())
    }

    fn end_import(
        &mut self,
        commit: Commit,
        digest: String,
        others: OtherEntries,
        log_position: &LogPosition,
    ) -> Result<()> {
        self.put_changed()?;
        self.put_names()?;
        self.source_numbers.clear();
        let line = self.applied.lines - self.applied.entries;
        let row = ImportRow { commit, digest, others, line };
        self.put(&StoreKey::Import(row.commit.import), encode(&row)?);
        self.advance(log_position);
        Ok(())
    }

    /// Records lost imports.
    fn apply_lost_range(&mut self, lost: LostRange, log_position: &LogPosition) -> Result<()> {
        if let Some(commit) = lost.placeholder_commit() {
            let line = self.applied.lines;
            let row =
                ImportRow { commit, digest: lost.digest, others: OtherEntries::default(), line };
            self.put(&StoreKey::Import(lost.last), encode(&row)?);
        }
        self.advance(log_position);
        Ok(())
    }

    /// Advances past the import or lost range that ends at `log_position`.
    fn advance(&mut self, log_position: &LogPosition) {
        let lines = self.applied.lines + 1;
        let (log_position, entries, visible) = (log_position.clone(), 0, lines);
        self.applied =
            AppliedPosition { log_position, entries, lines, visible, ..self.applied.clone() };
    }

    pub(super) fn put(&mut self, key: &StoreKey<'_>, value: Vec<u8>) {
        self.change(key, Some(value));
    }

    pub(super) fn delete(&mut self, key: &StoreKey<'_>) {
        self.change(key, None);
    }

    fn change(&mut self, key: &StoreKey<'_>, value: Option<Vec<u8>>) {
        let key = key.to_bytes();
        self.buffered_bytes += CHANGE_OVERHEAD + key.len() + value.as_ref().map_or(0, Vec::len);
        self.changes.insert(key, value);
    }
}
