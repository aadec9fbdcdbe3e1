//! What was asked before, kept in memory until the archive changes.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::find::Name;
use super::{Archive, ElectionId, Listing, VersionId};
use crate::Result;
use crate::journal::Commit;
use crate::model::Election;
use crate::store::{Recent, Standing};

/// So many elections' listings are kept, and of links to them.
const LISTINGS: usize = 64 * 1024;

/// So many records are kept: some 20 MB of them.
const RECORDS: usize = 4 * 1024;

/// So many elections are kept by their year: some 10 MB of them.
const YEARS: usize = 64 * 1024;

/// So many names, and so many imports.
const FEW: usize = 1024;

/// A territory (a slug) and a year.
pub(super) type Year = (String, Option<i32>);

#[derive(Debug)]
pub(super) struct Memory {
    pub(super) names: Recent<String, Arc<[Name]>>,
    pub(super) years: Recent<Year, Arc<[Standing]>>,
    pub(super) titled: Recent<String, Option<Arc<Listing>>>,
    pub(super) listings: Recent<u64, Option<Arc<Listing>>>,
    pub(super) linking: Recent<u64, Arc<[Arc<Listing>]>>,
    pub(super) records: Recent<VersionId, Arc<Election>>,
    pub(super) imports: Recent<u64, Arc<Commit>>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            names: Recent::new(FEW),
            years: Recent::new(YEARS),
            titled: Recent::new(LISTINGS),
            listings: Recent::new(LISTINGS),
            linking: Recent::new(LISTINGS),
            records: Recent::new(RECORDS),
            imports: Recent::new(FEW),
        }
    }
}

impl Memory {
    /// Forgets everything: the archive has changed.
    pub(super) fn clear(&self) {
        self.names.clear();
        self.years.clear();
        self.titled.clear();
        self.listings.clear();
        self.linking.clear();
        self.records.clear();
        self.imports.clear();
    }
}

impl Archive {
    /// The election that has this title, unless it is removed.
    pub(super) fn titled_listing(&self, title: &str) -> Result<Option<Arc<Listing>>> {
        self.memory.titled.get_or(title, || {
            let id = self.store.titled(title)?;
            Ok((id.map(|id| self.listing(id)).transpose()?.flatten(), 1))
        })
    }

    /// An election as it stands in lists, unless it is removed.
    pub(super) fn listing(&self, id: u64) -> Result<Option<Arc<Listing>>> {
        self.memory.listings.get_or(&id, || {
            let entry = self.store.entry(id)?;
            let Some(listed) = self.store.listed(&entry)? else { return Ok((None, 1)) };
            let number = entry.current(u64::MAX).unwrap_or(1);
            let listing = Listing {
                version: VersionId { election: ElectionId(id), number },
                address: self.short_address(id, &listed.outline)?,
                titles: listed.titles(),
                outline: listed.outline,
            };
            Ok((Some(Arc::new(listing)), 1))
        })
    }

    /// The other elections whose current records have a link with one of the titles of this one.
    pub(super) fn linking(&self, listing: &Listing) -> Result<Arc<[Arc<Listing>]>> {
        let id = listing.version.election.0;
        self.memory.linking.get_or(&id, || {
            let mut ids = BTreeSet::new();
            for title in &listing.titles {
                ids.extend(self.store.linking(title)?);
            }
            ids.remove(&id);
            let listings = ids.into_iter().filter_map(|id| self.listing(id).transpose());
            Ok((listings.collect::<Result<_>>()?, 1))
        })
    }

    pub(super) fn import_of(&self, number: u64) -> Result<Arc<Commit>> {
        self.memory.imports.get_or(&number, || {
            Ok((Arc::new(self.store.import(number)?.unwrap_or_default().commit), 1))
        })
    }
}
