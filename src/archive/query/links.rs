//! The elections that links lead to, and the elections that link to one.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cache::LinkIndex;
use crate::Result;
use crate::archive::{Listing, Snapshot, VersionId};
use crate::index::{ElectionRow, identifier_link_name, link_names};
use crate::model::{ElectionKey, Link};

impl Snapshot {
    /// Returns the name of the source whose identifiers the links in a version state.
    pub(super) fn link_source(&self, version: VersionId) -> Result<Option<String>> {
        let row = self.view().election(version.election.0)?;
        Ok(self.view().version(&row, version.number)?.source_name)
    }

    /// Returns the election that a link of a source leads to, unless it was removed.
    pub(super) fn linked_listing(
        &self,
        source: Option<&str>,
        link: &Link,
    ) -> Result<Option<Arc<Listing>>> {
        if source.is_none() || link.id.is_none() {
            let found = link.title.as_deref().map(|title| self.listing_by_title(title));
            return Ok(found.transpose()?.flatten());
        }
        let id = self.linked_election(source, link)?;
        Ok(id.map(|id| self.listing(id)).transpose()?.flatten())
    }

    /// Returns the id of the election that a link of a source leads to: the one that the source
    /// identifies, or else the one with the title, unless the source identifies that one otherwise.
    pub(super) fn linked_election(&self, source: Option<&str>, link: &Link) -> Result<Option<u64>> {
        let view = self.view();
        let number = source.map(|source| view.source_number(source)).transpose()?.flatten();
        let identifier = number.zip(link.id.as_deref());
        if let Some((number, id)) = identifier
            && let Some(election) = view.find_by_identity(number, id)?
        {
            return Ok(Some(election));
        }
        let Some(title) = &link.title else { return Ok(None) };
        let Some((election, election_key)) = view.find_by_title(title)? else { return Ok(None) };
        if let Some((number, _)) = identifier {
            let row: ElectionRow = view.row(&election_key)?;
            let mut states = row.source_states();
            if states.any(|state| state.source == number && state.id.is_some()) {
                return Ok(None);
            }
        }
        Ok(Some(election))
    }

    /// Returns the other elections whose current record links to this election.
    pub(super) fn cached_backlinks(&self, listing: &Listing) -> Result<Arc<[Arc<Listing>]>> {
        let id = listing.version.election.0;
        self.cache().backlinks.get_or_insert_with(&id, || {
            let mut linking = BTreeMap::new();
            let identifiers = self.identifier_link_names(id)?;
            for name in listing.titles.iter().chain(&identifiers) {
                match self.selects_versions()? {
                    true => linking.extend(self.elections_shown_with_link(name)?),
                    false => linking.extend(self.view().linking_elections(name)?),
                }
            }
            linking.remove(&id);
            let listings = linking.iter();
            let listings = listings.filter_map(|(id, election_key)| {
                self.listing_by_key(*id, election_key).transpose()
            });
            listings.collect()
        })
    }

    /// Returns the names under which links to the identifiers of an election are indexed.
    fn identifier_link_names(&self, election: u64) -> Result<Vec<String>> {
        let (row, table) = (self.view().election(election)?, self.source_table()?);
        let identifiers = row.source_states().filter_map(|state| {
            let source = table.name(state.source)?;
            Some(identifier_link_name(source, state.id.as_deref()?))
        });
        Ok(identifiers.collect())
    }

    /// Returns the elections that are shown with a link of this name. The index of links has the
    /// latest versions only, so the first call reads all elections.
    fn elections_shown_with_link(&self, name: &str) -> Result<Vec<(u64, ElectionKey)>> {
        let links = self.cache().shown_links.get_or_insert_with(&(), || {
            let mut links = LinkIndex::new();
            for row in self.view().rows::<ElectionRow>(None) {
                let row = row?;
                let (id, key) = (row.id(), row.election_key());
                if row.is_removed() {
                    continue;
                }
                let Some((number, summary)) = self.shown_summary(&row)? else { continue };
                let source = match summary.links().any(|link| link.id.is_some()) {
                    true => self.view().version(&row, number)?.source_name,
                    false => None,
                };
                for name in link_names(&summary, source.as_deref()) {
                    links.entry(name).or_default().push((id, key.clone()));
                }
            }
            Ok::<_, crate::Error>(Arc::new(links))
        })?;
        Ok(links.get(name).cloned().unwrap_or_default())
    }
}
