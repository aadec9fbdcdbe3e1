//! The queries of a snapshot that chains and comparisons need.

use std::sync::Arc;

use crate::Result;
use crate::archive::{ElectionQueries, Listing, Record, Snapshot, VersionId, sealed};
use crate::index::{ElectionRow, SummaryRow};
use crate::model::{ElectionSummary, Lineage, Link};

impl sealed::Sealed for Snapshot {}

impl ElectionQueries for Snapshot {
    fn find_by_title(&self, title: &str) -> Result<Option<Arc<Listing>>> {
        self.listing_by_title(title)
    }

    fn find_linked(&self, version: VersionId, link: &Link) -> Result<Option<Arc<Listing>>> {
        match &link.id {
            Some(_) => self.linked_listing(self.link_source(version)?.as_deref(), link),
            None => self.linked_listing(None, link),
        }
    }

    fn find_linked_by(&self, source: &str, link: &Link) -> Result<Option<Arc<Listing>>> {
        self.linked_listing(Some(source), link)
    }

    fn was_removed(&self, version: VersionId, link: &Link) -> Result<bool> {
        match self.linked_election(self.link_source(version)?.as_deref(), link)? {
            Some(id) => {
                let row: SummaryRow = self.view().row(&self.view().election_key(id)?)?;
                Ok(row.is_removed())
            }
            None => Ok(false),
        }
    }

    fn backlinks(&self, listing: &Listing) -> Result<Arc<[Arc<Listing>]>> {
        self.cached_backlinks(listing)
    }

    fn other_statements(&self, listing: &Listing) -> Result<Vec<(String, ElectionSummary)>> {
        let row = self.view().election(listing.version.election.0)?;
        if row.sources.len() < 2 {
            return Ok(Vec::new());
        }
        let stated = self.versions_by_source(&row)?.into_iter();
        let others =
            stated.filter(|stated| !stated.absent && stated.version != listing.version.number);
        let summaries = others.map(|stated| {
            let version = self.view().version(&row, stated.version)?;
            Ok((stated.source, self.view().record(&version)?.summary()))
        });
        summaries.collect()
    }

    fn territory_elections(&self, country: &str) -> Result<Vec<Arc<Listing>>> {
        if self.selects_versions()? {
            let all: Vec<ElectionRow> = self.rows_in_territory(country)?;
            let listings = all.into_iter().map(|row| self.preferred_listing(row));
            return listings.filter_map(Result::transpose).collect();
        }
        let all: Vec<SummaryRow> = self.rows_in_territory(country)?;
        let addresses = self.short_addresses(country, &all)?;
        let listings = all.into_iter().zip(addresses);
        Ok(listings.map(|(row, address)| Arc::new(Listing::new(row, address))).collect())
    }

    fn have_common_source(&self, one: &Listing, other: &Listing) -> Result<bool> {
        let of_one = self.election_sources(one.version.election)?;
        let of_other = self.election_sources(other.version.election)?;
        Ok(of_one.iter().any(|name| of_other.contains(name)))
    }

    fn record(&self, version: VersionId) -> Result<Record> {
        match self.listing(version.election.0)? {
            Some(listing) if listing.version == version => self.current_record(&listing),
            _ => {
                let row = self.view().election(version.election.0)?;
                let found = self.view().version(&row, version.number)?;
                self.version_record(&row, (version.number, found))
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
