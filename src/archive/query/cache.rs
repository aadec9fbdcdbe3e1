//! The in-memory cache of query results for one state of the archive.

use std::collections::HashMap;
use std::sync::Arc;

use quick_cache::sync::Cache;

use super::source_table::SourceTable;
use super::territory_name::TerritoryName;
use super::year_elections::YearElections;
use crate::archive::{Listing, Record, VersionId};
use crate::journal::Commit;
use crate::model::ElectionKey;

/// Maximum number of cached listings, and of cached lists of links to an election: about 10 MB.
const MAX_LISTINGS: usize = 16 * 1024;

/// Maximum number of cached records: about 20 MB.
const MAX_RECORDS: usize = 4 * 1024;

/// Maximum number of cached pairs of a territory and a year, each with its elections: about 12 MB.
const MAX_YEARS: usize = 8 * 1024;

/// Maximum number of cached lists of territory names, and of cached imports.
const MAX_NAMES_AND_IMPORTS: usize = 1024;

/// Factor by which the cache for a full scan is smaller than the shared cache.
const SCAN_DIVISOR: usize = 8;

/// A territory (a slug) and a year.
pub(super) type TerritoryYear = (String, Option<i32>);

/// Ids and keys of elections, by the folded titles that they link to.
pub(super) type LinkIndex = HashMap<String, Vec<(u64, ElectionKey)>>;

#[derive(Debug)]
pub(super) struct QueryCache {
    pub(super) names: Cache<String, Arc<[TerritoryName]>>,
    pub(super) years: Cache<TerritoryYear, Arc<YearElections>>,
    pub(super) by_title: Cache<String, Option<Arc<Listing>>>,
    pub(super) listings: Cache<u64, Option<Arc<Listing>>>,
    pub(super) backlinks: Cache<u64, Arc<[Arc<Listing>]>>,
    pub(super) records: Cache<VersionId, Record>,
    pub(super) imports: Cache<u64, Arc<Commit>>,
    pub(super) sources: Cache<(), Arc<SourceTable>>,
    /// Elections by the folded titles that the versions link to which they are shown with.
    pub(super) shown_links: Cache<(), Arc<LinkIndex>>,
}

impl Default for QueryCache {
    fn default() -> Self {
        Self::with_divisor(1)
    }
}

impl QueryCache {
    /// Creates a smaller cache for a full scan, which reads each election once, with its
    /// neighbours.
    pub(super) fn for_scan() -> Self {
        Self::with_divisor(SCAN_DIVISOR)
    }

    fn with_divisor(divisor: usize) -> Self {
        Self {
            names: Cache::new(MAX_NAMES_AND_IMPORTS),
            years: Cache::new(MAX_YEARS / divisor),
            by_title: Cache::new(MAX_LISTINGS / divisor),
            listings: Cache::new(MAX_LISTINGS / divisor),
            backlinks: Cache::new(MAX_LISTINGS / divisor),
            records: Cache::new(MAX_RECORDS / divisor),
            imports: Cache::new(MAX_NAMES_AND_IMPORTS),
            sources: Cache::new(1),
            shown_links: Cache::new(1),
        }
    }
}
