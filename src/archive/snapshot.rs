//! A state of the archive, as of the end of an import.

use std::collections::BTreeMap;
use std::mem;
use std::sync::{Arc, PoisonError};

use super::cache::QueryCache;
use super::{Archive, ElectionId, Listing, Record, VersionId};
use crate::Result;
use crate::index::{Applied, Summary, View};
use crate::journal::{Commit, Journal};
use crate::model::{Place, fold};
use crate::store;

/// The archive as it is after one import, whatever is imported meanwhile.
///
/// It answers every question that an [`Archive`] answers. While there is one, the store keeps what it shows.
///
/// ```
/// use hustings::Archive;
/// use hustings::archive::{Filter, ImportOptions};
/// # let folder = std::env::temp_dir().join("hustings-example-snapshot");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// let empty = archive.snapshot();
/// archive.import(&["fixtures/commission".into()], &ImportOptions::default())?;
/// assert_eq!(archive.list(&Filter::default())?.len(), 3);
/// assert_eq!(empty.list(&Filter::default())?.len(), 0);
/// # drop((archive, empty)); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Snapshot {
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    store: store::Snapshot,
    applied: Applied,
    /// The journal up to this state.
    journal: Journal,
    cache: QueryCache,
}

impl Archive {
    /// The state after the last import.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.shared.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets readers see what is written now.
    pub(super) fn show(&self, writing: &super::Writing) -> Result<()> {
        let snapshot = Snapshot::new(writing)?;
        let mut state = self.shared.state.write().unwrap_or_else(PoisonError::into_inner);
        let before = mem::replace(&mut *state, snapshot);
        // Readers do not wait until its cache is freed.
        drop(state);
        drop(before);
        Ok(())
    }
}

impl VersionId {
    /// The current version of an election.
    pub(super) fn current(summary: &Summary) -> Self {
        Self { election: ElectionId(summary.id()), number: summary.current }
    }
}

impl Listing {
    /// An election with its current version.
    pub(super) fn new(summary: Summary, address: String) -> Self {
        let version = VersionId::current(&summary);
        Self { version, address, titles: summary.titles(), outline: summary.outline }
    }
}

impl Snapshot {
    pub(super) fn new(writing: &super::Writing) -> Result<Self> {
        let store = writing.store.snapshot()?;
        let applied = Applied::of(&store.marker)?;
        let (journal, cache) = (writing.journal.up_to(&applied.mark), QueryCache::default());
        Ok(Self { state: Arc::new(State { store, applied, journal, cache }) })
    }

    /// The same state, with a small cache of its own: for one who reads everything, and would drive out of the other
    /// what is asked for often.
    pub(crate) fn passing(&self) -> Self {
        let State { store, applied, journal, .. } = &*self.state;
        let (store, cache) = (store.again(), QueryCache::passing());
        let (applied, journal) = (applied.clone(), journal.clone());
        Self { state: Arc::new(State { store, applied, journal, cache }) }
    }

    pub(super) fn view(&self) -> View<'_> {
        View::new(self.state.store.map())
    }

    pub(super) fn store(&self) -> &store::Snapshot {
        &self.state.store
    }

    pub(super) fn applied(&self) -> &Applied {
        &self.state.applied
    }

    pub(super) fn journal(&self) -> &Journal {
        &self.state.journal
    }

    pub(super) fn cache(&self) -> &QueryCache {
        &self.state.cache
    }

    /// The election that has this title, unless it is removed.
    pub(super) fn titled_listing(&self, title: &str) -> Result<Option<Arc<Listing>>> {
        let title = fold(title);
        self.cache().titled.get_or_insert_with(&title, || match self.view().titled(&title)? {
            Some((id, place)) => self.listing_at(id, &place),
            None => Ok(None),
        })
    }

    /// Puts a current record into the cache.
    pub(crate) fn keep(&self, record: &Record, listing: &Arc<Listing>) {
        let cache = self.cache();
        for title in &listing.titles {
            cache.titled.insert(title.clone(), Some(Arc::clone(listing)));
        }
        cache.listings.insert(record.id.0, Some(Arc::clone(listing)));
        cache.records.insert(listing.version, record.clone());
    }

    /// The listing of an election, unless it is removed.
    pub(crate) fn listing(&self, id: u64) -> Result<Option<Arc<Listing>>> {
        match self.cache().listings.get(&id) {
            Some(known) => Ok(known),
            None => self.listing_at(id, &self.view().place(id)?),
        }
    }

    /// The election at a place, as it stands in lists.
    fn listing_at(&self, id: u64, place: &Place) -> Result<Option<Arc<Listing>>> {
        self.cache().listings.get_or_insert_with(&id, || {
            let summary: Summary = self.view().row(place)?;
            if summary.is_removed() {
                return Ok(None);
            }
            let address = self.short_address(summary.id(), &summary.outline)?;
            Ok(Some(Arc::new(Listing::new(summary, address))))
        })
    }

    /// The other elections whose current records have a link with one of the titles of this one.
    pub(super) fn linking(&self, listing: &Listing) -> Result<Arc<[Arc<Listing>]>> {
        let id = listing.version.election.0;
        self.cache().linking.get_or_insert_with(&id, || {
            let mut linking = BTreeMap::new();
            for title in &listing.titles {
                linking.extend(self.view().linking(title)?);
            }
            linking.remove(&id);
            let listings = linking.iter();
            let listings =
                listings.filter_map(|(id, place)| self.listing_at(*id, place).transpose());
            listings.collect()
        })
    }

    pub(super) fn import_of(&self, number: u64) -> Result<Arc<Commit>> {
        self.cache().imports.get_or_insert_with(&number, || {
            Ok(Arc::new(self.view().import(number)?.unwrap_or_default().commit))
        })
    }
}
