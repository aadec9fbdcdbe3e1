//! The [`ElectionQueries`] trait for snapshots and archives: the queries that chains and comparisons
//! need.

use std::sync::Arc;

use crate::Result;
use crate::archive::{Archive, ElectionQueries, Listing, Record, Snapshot, VersionId};
use crate::index::SummaryRow;
use crate::model::Lineage;

impl ElectionQueries for Snapshot {
    fn titled(&self, title: &str) -> Result<Option<Arc<Listing>>> {
        self.titled_listing(title)
    }

    fn was_removed(&self, title: &str) -> Result<bool> {
        Ok(self.titled_listing(title)?.is_none() && self.view().titled(title)?.is_some())
    }

    fn linking_to(&self, listing: &Listing) -> Result<Arc<[Arc<Listing>]>> {
        self.linking(listing)
    }

    fn of_territory(&self, country: &str) -> Result<Vec<Arc<Listing>>> {
        let all: Vec<SummaryRow> = self.in_territory(country)?;
        let addresses = self.short_addresses(country, &all)?;
        let listings = all.into_iter().zip(addresses);
        Ok(listings.map(|(summary, address)| Arc::new(Listing::new(summary, address))).collect())
    }

    fn record(&self, version: VersionId) -> Result<Record> {
        match self.listing(version.election.0)? {
            Some(listing) if listing.version == version => self.latest(&listing),
            _ => {
                let row = self.view().election(version.election.0)?;
                let found = self.view().version(&row, version.number)?;
                self.record_of(&row, (version.number, found))
            }
        }
    }

    fn lineages(&self, country: &str) -> Result<Vec<Lineage>> {
        let mut lineages = Vec::new();
        for name in self.territory_names(country)?.iter() {
            let rows = self.view().lineages(name.slug())?.into_iter();
            lineages.extend(rows.map(|row| row.lineage));
        }
        Ok(lineages)
    }
}

impl ElectionQueries for Archive {
    fn titled(&self, title: &str) -> Result<Option<Arc<Listing>>> {
        self.snapshot().titled(title)
    }

    fn was_removed(&self, title: &str) -> Result<bool> {
        self.snapshot().was_removed(title)
    }

    fn linking_to(&self, listing: &Listing) -> Result<Arc<[Arc<Listing>]>> {
        self.snapshot().linking_to(listing)
    }

    fn of_territory(&self, country: &str) -> Result<Vec<Arc<Listing>>> {
        self.snapshot().of_territory(country)
    }

    fn record(&self, version: VersionId) -> Result<Record> {
        self.snapshot().record(version)
    }

    fn lineages(&self, country: &str) -> Result<Vec<Lineage>> {
        self.snapshot().lineages(country)
    }
}
