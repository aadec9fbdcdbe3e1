//! Snapshots: the state of the archive after an import.

use std::mem;
use std::sync::{Arc, PoisonError};

use super::cache::QueryCache;
use crate::archive::{Archive, ElectionId, Listing, Record, VersionId};
use crate::index::{AppliedPosition, ElectionRow, StateView, SummaryRow};
use crate::journal::{Commit, Journal};
use crate::model::{ElectionKey, PartialDate, fold};
use crate::{Result, store};

/// The state of the archive after one import, unaffected by later imports.
///
/// Supports all queries of [`Archive`]. The store keeps the data of a snapshot as long as the
/// snapshot exists.
///
/// ```
/// use hustings::Archive;
/// use hustings::archive::Filter;
/// # let folder = std::env::temp_dir().join("hustings-example-snapshot");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// let empty = archive.snapshot();
/// archive.import(["fixtures/commission"])?;
/// assert_eq!(archive.list(&Filter::default())?.len(), 3);
/// assert_eq!(empty.list(&Filter::default())?.len(), 0);
/// # drop((archive, empty)); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Snapshot {
    state: Arc<SnapshotState>,
}

#[derive(Debug)]
struct SnapshotState {
    store: store::StoreSnapshot,
    applied: AppliedPosition,
    /// The journal, up to this state.
    journal: Journal,
    cache: QueryCache,
    /// Date on which the sources had the versions that are shown, if not the preferred ones are.
    source_date: Option<PartialDate>,
}

impl Archive {
    /// Returns the state after the last import.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.inner.snapshot.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Publishes the current state to readers.
    pub(in crate::archive) fn publish(
        &self,
        writer_state: &crate::archive::WriterState,
    ) -> Result<()> {
        let snapshot = Snapshot::new(writer_state)?;
        let mut state = self.inner.snapshot.write().unwrap_or_else(PoisonError::into_inner);
        let before = mem::replace(&mut *state, snapshot);
        // Release the lock before freeing the old state's cache, so that readers do not wait
        // meanwhile.
        drop(state);
        drop(before);
        Ok(())
    }
}

impl VersionId {
    /// Returns the identifier of the current version of an election.
    pub(super) fn current(row: &SummaryRow) -> Self {
        Self { election: ElectionId(row.id()), number: row.current_version }
    }
}

impl Listing {
    /// Creates the listing of an election with its current version.
    pub(super) fn new(row: SummaryRow, address: String) -> Self {
        let version = VersionId::current(&row);
        Self { version, address, titles: row.titles(), summary: row.summary }
    }
}

impl Snapshot {
    pub(in crate::archive) fn new(writer_state: &crate::archive::WriterState) -> Result<Self> {
        let store = writer_state.store.snapshot()?;
        let applied = AppliedPosition::from_marker(&store.marker)?;
        let (journal, cache) =
            (writer_state.journal.up_to(&applied.log_position), QueryCache::default());
        let source_date = None;
        Ok(Self { state: Arc::new(SnapshotState { store, applied, journal, cache, source_date }) })
    }

    /// Returns the same state with a small cache of its own. Use it for a full scan, which would
    /// evict frequently used items from the shared cache.
    pub(crate) fn for_scan(&self) -> Self {
        self.copy(QueryCache::for_scan(), self.state.source_date)
    }

    /// Returns the same state, in which each election has the version that its sources had on a
    /// date.
    pub(in crate::archive) fn with_source_date(&self, date: PartialDate) -> Self {
        self.copy(QueryCache::default(), Some(date))
    }

    fn copy(&self, cache: QueryCache, source_date: Option<PartialDate>) -> Self {
        let SnapshotState { store, applied, journal, .. } = &*self.state;
        let (store, applied, journal) = (store.duplicate(), applied.clone(), journal.clone());
        Self { state: Arc::new(SnapshotState { store, applied, journal, cache, source_date }) }
    }

    pub(super) fn source_date(&self) -> Option<PartialDate> {
        self.state.source_date
    }

    pub(crate) fn view(&self) -> StateView<'_> {
        StateView::new(self.state.store.map())
    }

    pub(crate) fn store(&self) -> &store::StoreSnapshot {
        &self.state.store
    }

    pub(crate) fn applied(&self) -> &AppliedPosition {
        &self.state.applied
    }

    pub(crate) fn journal(&self) -> &Journal {
        &self.state.journal
    }

    pub(super) fn cache(&self) -> &QueryCache {
        &self.state.cache
    }

    /// Returns the election with this title, unless it was removed.
    pub(super) fn listing_by_title(&self, title: &str) -> Result<Option<Arc<Listing>>> {
        let title = fold(title);
        self.cache().by_title.get_or_insert_with(&title, || {
            match self.view().find_by_title(&title)? {
                Some((id, election_key)) => self.listing_by_key(id, &election_key),
                None => Ok(None),
            }
        })
    }

    /// Caches a current record and its listing.
    pub(crate) fn cache_record(&self, record: &Record, listing: &Arc<Listing>) {
        let cache = self.cache();
        for title in &listing.titles {
            cache.by_title.insert(title.clone(), Some(Arc::clone(listing)));
        }
        cache.listings.insert(record.id.0, Some(Arc::clone(listing)));
        cache.records.insert(record.version_id(), record.clone());
    }

    /// Returns the listing of an election, unless it was removed.
    pub(crate) fn listing(&self, id: u64) -> Result<Option<Arc<Listing>>> {
        match self.cache().listings.get(&id) {
            Some(cached) => Ok(cached),
            None => self.listing_by_key(id, &self.view().election_key(id)?),
        }
    }

    /// Returns the listing of the election with this key, unless the election was removed.
    pub(super) fn listing_by_key(
        &self,
        id: u64,
        key: &ElectionKey,
    ) -> Result<Option<Arc<Listing>>> {
        self.cache().listings.get_or_insert_with(&id, || {
            if self.selects_versions()? {
                let row: ElectionRow = self.view().row(key)?;
                return if row.is_removed() { Ok(None) } else { self.preferred_listing(row) };
            }
            let row: SummaryRow = self.view().row(key)?;
            if row.is_removed() {
                return Ok(None);
            }
            let address = self.short_address(row.id(), &row.summary)?;
            Ok(Some(Arc::new(Listing::new(row, address))))
        })
    }

    /// Returns the listing of an election with its preferred version, if it has one.
    pub(super) fn preferred_listing(&self, row: ElectionRow) -> Result<Option<Arc<Listing>>> {
        let Some((number, summary)) = self.shown_summary(&row)? else { return Ok(None) };
        let address = self.short_address(row.id(), &summary)?;
        if number == row.summary_row.current_version {
            return Ok(Some(Arc::new(Listing::new(row.summary_row, address))));
        }
        let version = VersionId { election: ElectionId(row.id()), number };
        Ok(Some(Arc::new(Listing { version, address, titles: row.titles(), summary })))
    }

    pub(crate) fn import_commit(&self, number: u64) -> Result<Arc<Commit>> {
        self.cache().imports.get_or_insert_with(&number, || {
            Ok(Arc::new(self.view().import(number)?.unwrap_or_default().commit))
        })
    }
}
