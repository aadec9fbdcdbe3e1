//! Follows the journal: buffers what its entries change, and writes that.

use std::sync::Arc;

use super::keys::Key;
use super::parsed::ParsedEntry;
use super::rows::{Applied, ElectionRow, ImportRow};
use super::view::View;
use crate::Result;
use crate::journal::{self, Commit, Journal, Line, Location, Lost, Mark, Written as LogWritten};
use crate::store::{Changes, Store, encode};

/// Maximum size of buffered changes before a flush, in bytes.
const BUFFER: usize = 128 * 1024 * 1024;

/// Number of bytes that the buffer takes for a change, beside its key and value.
const OVERHEAD: usize = 80;

/// The one that changes a store. Changes are buffered, and read through the buffer; [`Writer::flush`] writes them.
#[derive(Debug)]
pub(crate) struct Writer {
    /// None where nothing is to be kept.
    store: Option<Arc<Store>>,
    /// What is applied, buffered changes included.
    pub(super) applied: Applied,
    /// What is written.
    written: Applied,
    changes: Changes,
    weight: usize,
    open: Open,
}

/// The election that was asked for last. Versions of one election come in runs, and its row is encoded once for each.
#[derive(Debug, Default)]
enum Open {
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

impl Writer {
    /// A writer of a store, of which there must be one alone; without a store, of nothing.
    pub(crate) fn new(store: Option<Arc<Store>>) -> Result<Self> {
        let written = match &store {
            Some(store) => Applied::of(&store.marker()?)?,
            None => Applied::default(),
        };
        let (applied, changes) = (written.clone(), Changes::new());
        Ok(Self { store, applied, written, changes, weight: 0, open: Open::None })
    }

    /// The state with all buffered changes, but for the row of the election that [`Writer::election`] returned last.
    pub(crate) fn view(&self) -> View<'_> {
        View::new(Store::map(self.store.as_deref(), self.written.lines, &self.changes))
    }

    /// The election with this title.
    pub(crate) fn election(&mut self, title: &str) -> Result<Option<&ElectionRow>> {
        self.open(title)?;
        Ok(self.opened())
    }

    /// The election that [`Writer::election`] returned last.
    pub(crate) fn opened(&self) -> Option<&ElectionRow> {
        match &self.open {
            Open::Row { row, .. } => Some(row),
            _ => None,
        }
    }

    fn open(&mut self, title: &str) -> Result<()> {
        match &mut self.open {
            Open::Absent(absent) if absent == title => return Ok(()),
            Open::Row { title: known, .. } if known == title => return Ok(()),
            _ => {}
        }
        let found = self.view().titled(title)?;
        if let (Some((id, _)), Open::Row { title: known, row, .. }) = (&found, &mut self.open)
            && *id == row.id()
        {
            title.clone_into(known);
            return Ok(());
        }
        self.close()?;
        let title = title.to_owned();
        self.open = match found {
            None => Open::Absent(title),
            Some((_, place)) => {
                let row = Box::new(self.view().row(&place)?);
                Open::Row { title, row, is_changed: false }
            }
        };
        Ok(())
    }

    /// Buffers the row of the election that was asked for last.
    fn close(&mut self) -> Result<()> {
        if let Open::Row { row, is_changed: true, .. } = std::mem::take(&mut self.open) {
            self.put(&Key::Row(&row.place()), encode(&row)?);
        }
        Ok(())
    }

    /// The election with this title, to be changed and given to [`Writer::put_back`].
    pub(super) fn take(&mut self, title: &str) -> Result<Option<Box<ElectionRow>>> {
        self.open(title)?;
        Ok(match std::mem::take(&mut self.open) {
            Open::Row { row, .. } => Some(row),
            _ => None,
        })
    }

    pub(super) fn put_back(&mut self, title: &str, row: Box<ElectionRow>) {
        self.open = Open::Row { title: title.to_owned(), row, is_changed: true };
    }

    /// Applies what the journal has beyond the store, and writes it. `progress` hears of every entry.
    ///
    /// # Errors
    /// When the journal is damaged or the disk refuses. Then the store is as it was written last.
    pub(crate) fn follow(&mut self, journal: &Journal, progress: &mut dyn FnMut()) -> Result<()> {
        let followed = self.follow_on(journal, progress);
        self.settle(followed)
    }

    /// Discards buffered changes after a failure: what the journal has is applied again.
    fn settle<T>(&mut self, done: Result<T>) -> Result<T> {
        if done.is_err() {
            self.discard();
        }
        done
    }

    /// Discards buffered changes.
    pub(crate) fn discard(&mut self) {
        self.open = Open::None;
        self.changes.clear();
        self.weight = 0;
        self.applied = self.written.clone();
    }

    fn follow_on(&mut self, journal: &Journal, progress: &mut dyn FnMut()) -> Result<()> {
        let (mut skip, mut lineages) = (self.applied.entries, 0);
        let mark = self.applied.mark.clone();
        if mark != *journal.end() {
            journal.replay(&mark, &mut |at, line, mark| {
                lineages += u64::from(matches!(line, Line::Entry(journal::Entry::Lineage(_))));
                if skip > 0 && matches!(line, Line::Entry(_)) {
                    skip -= 1;
                    return Ok(());
                }
                if at.line == 0 {
                    self.put_frame(self.applied.lines, at.frame)?;
                }
                match line {
                    Line::Entry(entry) => {
                        self.apply(ParsedEntry::read(&entry)?)?;
                        progress();
                    }
                    Line::Commit(commit, digest) => {
                        let lineages = std::mem::take(&mut lineages);
                        self.end_import(commit, digest, lineages, mark)?;
                    }
                    Line::Lost(lost) => self.skip_lost(lost, mark)?,
                }
                if self.weight >= BUFFER { self.write() } else { Ok(()) }
            })?;
        }
        self.write()
    }

    /// Ends an import whose entries are applied, as the journal has it now.
    ///
    /// # Errors
    /// As [`Writer::flush`].
    pub(crate) fn commit(&mut self, log: &LogWritten, lineages: u64) -> Result<()> {
        let first = self.applied.lines - self.applied.entries;
        for (frame, entry) in log.frames() {
            self.put_frame(first + entry, frame)?;
        }
        self.end_import(log.commit.clone(), log.mark.digest.clone(), lineages, &log.mark)?;
        if self.weight >= BUFFER { self.flush() } else { Ok(()) }
    }

    /// Writes all buffered changes, after which readers see them.
    ///
    /// # Errors
    /// When the disk refuses. Then the store is as it was written last, and [`Writer::follow`] goes on from there.
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
        self.put(&Key::Frame(line), encode(&frame)?);
        Ok(())
    }

    fn end_import(
        &mut self,
        commit: Commit,
        digest: String,
        lineages: u64,
        mark: &Mark,
    ) -> Result<()> {
        let line = self.applied.lines - self.applied.entries;
        let row = ImportRow { commit, digest, lineages, line };
        self.put(&Key::Import(row.commit.import), encode(&row)?);
        self.advance(mark);
        Ok(())
    }

    /// Takes note of lost imports.
    fn skip_lost(&mut self, lost: Lost, mark: &Mark) -> Result<()> {
        if let Some(commit) = lost.commit() {
            let line = self.applied.lines;
            let row = ImportRow { commit, digest: lost.digest, lineages: 0, line };
            self.put(&Key::Import(lost.last), encode(&row)?);
        }
        self.advance(mark);
        Ok(())
    }

    /// Goes on to the import behind a mark.
    fn advance(&mut self, mark: &Mark) {
        let lines = self.applied.lines + 1;
        let (mark, entries, visible) = (mark.clone(), 0, lines);
        self.applied = Applied { mark, entries, lines, visible, ..self.applied.clone() };
    }

    pub(super) fn put(&mut self, key: &Key<'_>, value: Vec<u8>) {
        self.change(key, Some(value));
    }

    pub(super) fn delete(&mut self, key: &Key<'_>) {
        self.change(key, None);
    }

    fn change(&mut self, key: &Key<'_>, value: Option<Vec<u8>>) {
        let key = key.to_bytes();
        self.weight += OVERHEAD + key.len() + value.as_ref().map_or(0, Vec::len);
        self.changes.insert(key, value);
    }
}
