//! Applies the journal to the store: buffers the changes of its entries, and writes them.

use std::sync::Arc;

use super::keys::StoreKey;
use super::parsed::ParsedEntry;
use super::rows::{AppliedPosition, ElectionRow, ImportRow};
use super::view::StateView;
use crate::Result;
use crate::journal::{
    self, Commit, Journal, JournalLine, Location, LogPosition, LostRange,
    WrittenImport as LogWritten,
};
use crate::store::{Changes, Store, encode};

/// Maximum size of buffered changes before a flush, in bytes.
const BUFFER: usize = 128 * 1024 * 1024;

/// Size that the buffer takes for a change beside its key and value, in bytes.
const OVERHEAD: usize = 80;

/// The writer of a store. Changes are buffered, and its reads see them. [`StoreWriter::flush`]
/// writes them.
#[derive(Debug)]
pub(crate) struct StoreWriter {
    /// `None` if changes are never written.
    store: Option<Arc<Store>>,
    /// Applied position, including buffered changes.
    pub(super) applied: AppliedPosition,
    /// Written position.
    written: AppliedPosition,
    changes: Changes,
    weight: usize,
    open: CachedRow,
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
    pub(crate) fn new(store: Option<Arc<Store>>) -> Result<Self> {
        let written = match &store {
            Some(store) => AppliedPosition::of(&store.marker()?)?,
            None => AppliedPosition::default(),
        };
        let (applied, changes) = (written.clone(), Changes::new());
        Ok(Self { store, applied, written, changes, weight: 0, open: CachedRow::None })
    }

    /// Returns the state with all buffered changes, except the row of the election that
    /// [`StoreWriter::election`] returned last.
    pub(crate) fn view(&self) -> StateView<'_> {
        StateView::new(Store::map(self.store.as_deref(), self.written.lines, &self.changes))
    }

    /// Returns the election with this title.
    pub(crate) fn election(&mut self, title: &str) -> Result<Option<&ElectionRow>> {
        self.open(title)?;
        Ok(self.opened())
    }

    /// Returns the election that [`StoreWriter::election`] returned last.
    pub(crate) fn opened(&self) -> Option<&ElectionRow> {
        match &self.open {
            CachedRow::Row { row, .. } => Some(row),
            _ => None,
        }
    }

    fn open(&mut self, title: &str) -> Result<()> {
        match &mut self.open {
            CachedRow::Absent(absent) if absent == title => return Ok(()),
            CachedRow::Row { title: known, .. } if known == title => return Ok(()),
            _ => {}
        }
        let found = self.view().titled(title)?;
        if let (Some((id, _)), CachedRow::Row { title: known, row, .. }) = (&found, &mut self.open)
            && *id == row.id()
        {
            title.clone_into(known);
            return Ok(());
        }
        self.close()?;
        let title = title.to_owned();
        self.open = match found {
            None => CachedRow::Absent(title),
            Some((_, place)) => {
                let row = Box::new(self.view().row(&place)?);
                CachedRow::Row { title, row, is_changed: false }
            }
        };
        Ok(())
    }

    /// Buffers the row of the election that was looked up last, if it has changed.
    fn close(&mut self) -> Result<()> {
        if let CachedRow::Row { row, is_changed: true, .. } = std::mem::take(&mut self.open) {
            self.put(&StoreKey::Row(&row.place()), encode(&row)?);
        }
        Ok(())
    }

    /// Removes the election with this title from the writer, to be changed and returned with
    /// [`StoreWriter::put_back`].
    pub(super) fn take(&mut self, title: &str) -> Result<Option<Box<ElectionRow>>> {
        self.open(title)?;
        Ok(match std::mem::take(&mut self.open) {
            CachedRow::Row { row, .. } => Some(row),
            _ => None,
        })
    }

    pub(super) fn put_back(&mut self, title: &str, row: Box<ElectionRow>) {
        self.open = CachedRow::Row { title: title.to_owned(), row, is_changed: true };
    }

    /// Applies the imports that the store lacks, and writes them. Calls `progress` for every entry.
    ///
    /// # Errors
    /// When the journal is damaged, or on an I/O error. The store is then as it was last written.
    pub(crate) fn follow(&mut self, journal: &Journal, progress: &mut dyn FnMut()) -> Result<()> {
        let followed = self.follow_on(journal, progress);
        self.settle(followed)
    }

    /// Discards buffered changes after a failure, or a replay would apply them twice.
    fn settle<T>(&mut self, done: Result<T>) -> Result<T> {
        if done.is_err() {
            self.discard();
        }
        done
    }

    /// Discards buffered changes.
    pub(crate) fn discard(&mut self) {
        self.open = CachedRow::None;
        self.changes.clear();
        self.weight = 0;
        self.applied = self.written.clone();
    }

    fn follow_on(&mut self, journal: &Journal, progress: &mut dyn FnMut()) -> Result<()> {
        let (mut skip, mut lineages) = (self.applied.entries, 0);
        let mark = self.applied.mark.clone();
        if mark != *journal.end() {
            journal.replay(&mark, &mut |at, line, mark| {
                lineages += u64::from(matches!(
                    line,
                    JournalLine::Entry(journal::JournalEntry::Lineage(_))
                ));
                if skip > 0 && matches!(line, JournalLine::Entry(_)) {
                    skip -= 1;
                    return Ok(());
                }
                if at.line == 0 {
                    self.put_frame(self.applied.lines, at.frame)?;
                }
                match line {
                    JournalLine::Entry(entry) => {
                        self.apply(ParsedEntry::read(&entry)?)?;
                        progress();
                    }
                    JournalLine::Commit(commit, digest) => {
                        let lineages = std::mem::take(&mut lineages);
                        self.end_import(commit, digest, lineages, mark)?;
                    }
                    JournalLine::Lost(lost) => self.skip_lost(lost, mark)?,
                }
                if self.weight >= BUFFER { self.write() } else { Ok(()) }
            })?;
        }
        self.write()
    }

    /// Ends an import whose entries are applied, with its commit as written to the journal.
    ///
    /// # Errors
    /// As [`StoreWriter::flush`].
    pub(crate) fn commit(&mut self, log: &LogWritten, lineages: u64) -> Result<()> {
        let first = self.applied.lines - self.applied.entries;
        for (frame, entry) in log.frames() {
            self.put_frame(first + entry, frame)?;
        }
        self.end_import(log.commit.clone(), log.mark.digest.clone(), lineages, &log.mark)?;
        if self.weight >= BUFFER { self.flush() } else { Ok(()) }
    }

    /// Writes all buffered changes, and makes them visible to readers.
    ///
    /// # Errors
    /// On an I/O error. The store is then as it was last written, and [`StoreWriter::follow`]
    /// continues from there.
    pub(crate) fn flush(&mut self) -> Result<()> {
        let written = self.write();
        self.settle(written)
    }

    fn write(&mut self) -> Result<()> {
        self.close()?;
        if let Some(store) = &self.store
            && self.applied != self.written
        {
            store.write(&self.changes, &self.applied.marker()?)?;
        }
        self.written = self.applied.clone();
        self.changes.clear();
        self.weight = 0;
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
        mark: &LogPosition,
    ) -> Result<()> {
        let line = self.applied.lines - self.applied.entries;
        let row = ImportRow { commit, digest, lineages, line };
        self.put(&StoreKey::Import(row.commit.import), encode(&row)?);
        self.advance(mark);
        Ok(())
    }

    /// Records lost imports.
    fn skip_lost(&mut self, lost: LostRange, mark: &LogPosition) -> Result<()> {
        if let Some(commit) = lost.commit() {
            let line = self.applied.lines;
            let row = ImportRow { commit, digest: lost.digest, lineages: 0, line };
            self.put(&StoreKey::Import(lost.last), encode(&row)?);
        }
        self.advance(mark);
        Ok(())
    }

    /// Advances to the import after `mark`.
    fn advance(&mut self, mark: &LogPosition) {
        let lines = self.applied.lines + 1;
        let (mark, entries, visible) = (mark.clone(), 0, lines);
        self.applied = AppliedPosition { mark, entries, lines, visible, ..self.applied.clone() };
    }

    pub(super) fn put(&mut self, key: &StoreKey<'_>, value: Vec<u8>) {
        self.change(key, Some(value));
    }

    pub(super) fn delete(&mut self, key: &StoreKey<'_>) {
        self.change(key, None);
    }

    fn change(&mut self, key: &StoreKey<'_>, value: Option<Vec<u8>>) {
        let key = key.to_bytes();
        self.weight += OVERHEAD + key.len() + value.as_ref().map_or(0, Vec::len);
        self.changes.insert(key, value);
    }
}
