//! Applies the journal to the store: buffers the changes of its entries, and writes them.

use std::sync::Arc;

use super::keys::StoreKey;
use super::parsed_entry::EntryParser;
use super::rows::{AppliedPosition, ElectionRow, ImportRow};
use super::view::StateView;
use crate::Result;
use crate::journal::{
    self, Commit, Journal, JournalLine, Location, LogPosition, LostRange, WrittenImport,
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
    cached_row: CachedRow,
}

/// The election that was looked up last. Versions of one election come in runs, so its row is
/// encoded once per run.
#[derive(Debug, Default)]
enum CachedRow {
    #[default]
    None,
    /// No election has this title.
    Absent(String),
    Row {
        title: String,
        row: Box<ElectionRow>,
        is_changed: bool,
    },
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
        })
    }

    /// Returns the state with all buffered changes, except changes to the row of the election that
    /// [`StoreWriter::election`] returned last.
    pub(crate) fn view(&self) -> StateView<'_> {
        StateView::new(Store::map(self.store.as_deref(), self.written.lines, &self.changes))
    }

    /// Returns the election with this title.
    pub(crate) fn election(&mut self, title: &str) -> Result<Option<&ElectionRow>> {
        self.load_row(title)?;
        Ok(self.last_election())
    }

    /// Returns the election that [`StoreWriter::election`] returned last.
    pub(crate) fn last_election(&self) -> Option<&ElectionRow> {
        match &self.cached_row {
            CachedRow::Row { row, .. } => Some(row),
            _ => None,
        }
    }

    fn load_row(&mut self, title: &str) -> Result<()> {
        match &mut self.cached_row {
            CachedRow::Absent(absent) if absent == title => return Ok(()),
            CachedRow::Row { title: cached_title, .. } if cached_title == title => return Ok(()),
            _ => {}
        }
        let found = self.view().find_by_title(title)?;
        if let (Some((id, _)), CachedRow::Row { title: cached_title, row, .. }) =
            (&found, &mut self.cached_row)
            && *id == row.id()
        {
            title.clone_into(cached_title);
            return Ok(());
        }
        self.buffer_row()?;
        let title = title.to_owned();
        self.cached_row = match found {
            None => CachedRow::Absent(title),
            Some((_, election_key)) => {
                let row = Box::new(self.view().row(&election_key)?);
                CachedRow::Row { title, row, is_changed: false }
            }
        };
        Ok(())
    }

    /// Buffers the row of the election that was looked up last, if it has changed.
    fn buffer_row(&mut self) -> Result<()> {
        if let CachedRow::Row { row, is_changed: true, .. } = std::mem::take(&mut self.cached_row) {
            self.put(&StoreKey::Row(&row.election_key()), encode(&row)?);
        }
        Ok(())
    }

    /// Takes the row of the election with this title out of the writer. The caller changes the row
    /// and returns it with [`StoreWriter::put_row_back`].
    pub(super) fn take_row(&mut self, title: &str) -> Result<Option<Box<ElectionRow>>> {
        self.load_row(title)?;
        Ok(match std::mem::take(&mut self.cached_row) {
            CachedRow::Row { row, .. } => Some(row),
            _ => None,
        })
    }

    pub(super) fn put_row_back(&mut self, title: &str, row: Box<ElectionRow>) {
        self.cached_row = CachedRow::Row { title: title.to_owned(), row, is_changed: true };
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
        self.changes.clear();
        self.buffered_bytes = 0;
        self.applied = self.written.clone();
    }

    fn apply_missing_imports(
        &mut self,
        journal: &Journal,
        progress: &mut dyn FnMut(),
    ) -> Result<()> {
        let (mut skip, mut lineages) = (self.applied.entries, 0);
        let from = self.applied.log_position.clone();
        if from != *journal.end_position() {
            journal.replay(&from, &mut |index, line, log_position| {
                lineages += u64::from(matches!(
                    line,
                    JournalLine::Entry(journal::JournalEntry::Lineage(_))
                ));
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
                        let lineages = std::mem::take(&mut lineages);
                        self.end_import(commit, digest, lineages, log_position)?;
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
    pub(crate) fn commit(&mut self, import: &WrittenImport, lineages: u64) -> Result<()> {
        let first = self.applied.lines - self.applied.entries;
        for (frame, entry) in import.frames() {
            self.put_frame(first + entry, frame)?;
        }
        self.end_import(
            import.commit.clone(),
            import.position.digest.clone(),
            lineages,
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
        self.buffer_row()?;
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
        lineages: u64,
        log_position: &LogPosition,
    ) -> Result<()> {
        let line = self.applied.lines - self.applied.entries;
        let row = ImportRow { commit, digest, lineages, line };
        self.put(&StoreKey::Import(row.commit.import), encode(&row)?);
        self.advance(log_position);
        Ok(())
    }

    /// Records lost imports.
    fn apply_lost_range(&mut self, lost: LostRange, log_position: &LogPosition) -> Result<()> {
        if let Some(commit) = lost.placeholder_commit() {
            let line = self.applied.lines;
            let row = ImportRow { commit, digest: lost.digest, lineages: 0, line };
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
