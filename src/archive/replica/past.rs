//! The archive as of an earlier moment: a store to which the journal is applied up to an import, or
//! the version of each election that the sources had on a date.

use std::path::Path;
use std::sync::{Arc, Mutex, RwLock};
use std::time::SystemTime;

use super::Replica;
use super::cache::{ReplicaCache, past_key};
use super::slot::{ReplicaSlot, slot_paths, try_lock};
use super::state::ReplicaState;
use crate::archive::path_guard::temporary_folder;
use crate::archive::{Archive, ArchiveInner, Progress, Snapshot, WriterState};
use crate::disk::create_folder_with_mode;
use crate::error::format_timestamp;
use crate::index::{AppliedPosition, StoreWriter};
use crate::ingest::parse_entry;
use crate::journal::{Journal, LogPosition};
use crate::model::VersionSelector;
use crate::store::Store;
use crate::{Error, Result};

impl Archive {
    /// Returns the archive as of an earlier moment. It is read-only, later imports do not change it,
    /// and [`Archive::notices`] states the moment.
    ///
    /// `Import` and `Date` return what the archive contained after an import, or at the end of a
    /// day, month or year: its elections, versions, titles, aliases, lineages, sources and their
    /// order. For this, the journal is applied up to that import, to a store in the user's cache
    /// folder. The first time costs as much as a rebuild up to that import. The cache keeps the
    /// stores of four moments. Without a cache folder, the store is temporary.
    ///
    /// `Source` returns the present archive with the version of each election that its sources had
    /// on a date, whenever it was imported. Titles, aliases, lineages and the order of sources are
    /// those of the present.
    ///
    /// `Latest` returns the present state.
    ///
    /// ```
    /// use hustings::Archive;
    /// use hustings::archive::Filter;
    /// use hustings::model::VersionSelector;
    /// # let folder = std::env::temp_dir().join("hustings-example-as-of");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(["fixtures/commission"])?;
    /// archive.import(["fixtures/articles"])?;
    /// archive.add_alias("nagorno-karabakh/2007", "Karabakh 2007", None)?;
    /// let earlier = archive.as_of(VersionSelector::Import(1))?;
    /// assert_eq!(earlier.list(&Filter::default())?.len(), 3);
    /// assert!(archive.get("Karabakh 2007").is_ok() && earlier.get("Karabakh 2007").is_err());
    /// # drop((archive, earlier)); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When there is no such import, when the moment is the number of a version, when the journal is
    /// damaged, or on an I/O error.
    pub fn as_of(&self, moment: VersionSelector) -> Result<Self> {
        self.as_of_with_progress(moment, |_| ())
    }

    /// Returns the archive like [`Archive::as_of`], and reports the progress of applying the journal.
    ///
    /// # Errors
    /// See [`Archive::as_of`].
    pub fn as_of_with_progress(
        &self,
        moment: VersionSelector,
        mut progress: impl FnMut(Progress),
    ) -> Result<Self> {
        let snapshot = self.snapshot();
        match moment {
            VersionSelector::Import(import) => self.as_of_import(&snapshot, import, &mut progress),
            VersionSelector::Date(date) => {
                self.as_of_import(&snapshot, snapshot.import_at(date)?, &mut progress)
            }
            VersionSelector::Source(date) => {
                let notice = format!("this is what the sources stated on {date}");
                self.with_snapshot(snapshot.with_source_date(date), notice)
            }
            VersionSelector::Latest => self.with_snapshot(snapshot, String::new()),
            VersionSelector::Version(number) => {
                let problem = format!(
                    "expected an import (#{number}) or a date (2017-08-01), found '{number}', \
                     which is the number of a version"
                );
                Err(Error::InvalidArgument { argument: "as_of", problem })
            }
        }
    }

    fn as_of_import(
        &self,
        snapshot: &Snapshot,
        import: u64,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self> {
        let end = snapshot.position_after(import)?;
        let notice = as_of_notice(snapshot, import)?;
        if end == *snapshot.journal().end_position() {
            return self.with_snapshot(snapshot.clone(), notice);
        }
        // The journal that is read has no text that was erased since.
        let erasure = snapshot.applied().last_erasure;
        let key = Journal::first_digest(&self.inner.path.join("journal"))?;
        let cache = self.inner.cache_folder.as_deref().and_then(ReplicaCache::open);
        if let (Some(cache), Some(key)) = (cache, key)
            && let Ok(Some(slot)) =
                acquire_past_slot(&cache, &key, &self.inner.path, (import, erasure))
        {
            match self.open_past(snapshot.journal().up_to(&end), slot, None, &notice, progress) {
                // A damaged store or a full disk: a store in the temporary folder may succeed.
                Err(Error::Store(_) | Error::Io { .. }) => {}
                opened => return opened,
            }
        }
        let scratch = temporary_folder()?;
        let slot = ReplicaSlot::temporary(scratch.path(), None)?;
        self.open_past(snapshot.journal().up_to(&end), slot, Some(scratch), &notice, progress)
    }

    /// Applies a journal, which ends with the last import to show, to the store in a slot.
    fn open_past(
        &self,
        journal: Journal,
        slot: ReplicaSlot,
        scratch: Option<tempfile::TempDir>,
        notice: &str,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self> {
        let end = journal.end_position().clone();
        let folder = slot.folder.join("store");
        if !slot.is_usable {
            slot.clear()?;
        }
        let store = Store::open(&folder)?;
        let applied = AppliedPosition::from_marker(&store.marker()?)?.log_position;
        let journal = journal.with_lock(Arc::clone(&slot.lock));
        let mut writer = StoreWriter::new(Some(Arc::clone(&store)), parse_entry)?;
        if applied != end {
            // A slot without a state file is never used, even if the process is killed now.
            let _ = ReplicaState::remove(&slot.folder);
            let mut done = 0;
            writer.follow(&journal, &mut || {
                done += 1;
                progress(Progress { done });
            })?;
        }
        let writer_state = WriterState { journal, store, writer };
        let past = Snapshot::new(&writer_state)?;
        let erasure = self.snapshot().applied().last_erasure;
        slot.write_state(&end, erasure, &self.inner.path, Some(SystemTime::now()));
        let ReplicaSlot { folder, lock, .. } = slot;
        let (import, damage, lag) = (end.import, None, 0);
        let replica = Replica { folder, import, damage, lag, _scratch: scratch };
        Ok(self.read_only_with(writer_state, past, lock, notice.to_owned(), Some(replica)))
    }

    /// Returns a read-only archive that shows a snapshot of this archive's store.
    fn with_snapshot(&self, snapshot: Snapshot, notice: String) -> Result<Self> {
        let writer_state = WriterState {
            journal: snapshot.journal().clone(),
            store: Arc::clone(snapshot.store().store()),
            writer: StoreWriter::new(None, parse_entry)?,
        };
        let lock = Arc::clone(&self.inner.lock);
        Ok(self.read_only_with(writer_state, snapshot, lock, notice, None))
    }

    fn read_only_with(
        &self,
        writer_state: WriterState,
        snapshot: Snapshot,
        lock: Arc<crate::disk::Lock>,
        notice: String,
        replica: Option<Replica>,
    ) -> Self {
        let notices = Some(notice).filter(|notice| !notice.is_empty()).into_iter().collect();
        let inner = ArchiveInner {
            path: self.inner.path.clone(),
            notices,
            disk: Arc::clone(&self.inner.disk),
            lock,
            writer_state: Mutex::new(writer_state),
            snapshot: RwLock::new(snapshot),
            is_read_only: true,
            cache_folder: self.inner.cache_folder.clone(),
            replica,
        };
        Self { inner: Arc::new(inner) }
    }
}

impl Snapshot {
    /// Returns the position in the journal at the end of an import.
    fn position_after(&self, import: u64) -> Result<LogPosition> {
        let last = self.journal().end_position();
        if import == 0 {
            return Ok(LogPosition::default());
        }
        if import == last.import {
            return Ok(last.clone());
        }
        if import > last.import {
            return Err(Error::NoImport { import, last: last.import });
        }
        let lost = || Error::InvalidArgument {
            argument: "as_of",
            problem: format!("expected an import of the journal, but import {import} is lost"),
        };
        if self.view().import(import)?.is_none() {
            return Err(lost());
        }
        // The commit is the line before the first line of the next import.
        for next in self.view().imports() {
            let next = next?;
            if next.commit.import > import {
                let commit = self.view().entry_index(next.line.saturating_sub(1))?;
                let position = self.journal().position_after(commit.frame)?;
                return if position.import == import { Ok(position) } else { Err(lost()) };
            }
        }
        Err(lost())
    }
}

/// Describes the moment that the archive shows.
fn as_of_notice(snapshot: &Snapshot, import: u64) -> Result<String> {
    if import == 0 {
        return Ok("this is the archive before its first import".to_owned());
    }
    let recorded = format_timestamp(&snapshot.import_commit(import)?.recorded);
    let recorded = if recorded.is_empty() { recorded } else { format!(" ({recorded})") };
    Ok(format!("this is the archive as of import {import}{recorded}"))
}

/// Acquires a slot for the archive as of an import. Prefers the store with the fewest imports to
/// apply, then an empty slot, then the least recently used one. Clears the stores that were built
/// before the last erasure. Returns `None` if other processes use all slots.
fn acquire_past_slot(
    cache: &ReplicaCache,
    key: &str,
    archive: &Path,
    (import, erasure): (u64, u64),
) -> Result<Option<ReplicaSlot>> {
    let (key, journal) = (past_key(key), archive.join("journal"));
    let folder = cache.archive_folder(&key);
    cache.evict(&key);
    create_folder_with_mode(&folder, 0o700).map_err(Error::io("create", &folder))?;
    let mut slots = Vec::new();
    for path in slot_paths(&folder) {
        let Some(lock) = try_lock(&path)? else { continue };
        let state = ReplicaState::read_usable(&path, &journal)?;
        let is_stale = |state: &(ReplicaState, SystemTime)| state.0.erasure != erasure;
        let (state, lock) = if state.as_ref().is_some_and(is_stale) {
            let slot = ReplicaSlot::new(path.clone(), lock, false, None);
            slot.clear()?;
            let Some(lock) = Arc::into_inner(slot.lock) else { continue };
            (None, lock)
        } else {
            (state, lock)
        };
        let applied = state.as_ref().map(|(state, _)| state.import());
        let usable = applied.filter(|applied| *applied <= import);
        // The maximum is the best slot.
        let is_empty = state.is_none();
        let age = state.and_then(|(_, used)| used.elapsed().ok());
        slots.push(((usable, is_empty, age), path, lock));
    }
    let best = slots.into_iter().max_by(|(one, ..), (other, ..)| one.cmp(other));
    Ok(best.map(|((usable, ..), path, lock)| ReplicaSlot::new(path, lock, usable.is_some(), None)))
}
