//! What was read of one state of the archive, kept in memory.

use std::sync::Arc;

use quick_cache::sync::Cache;

use super::find::Name;
use super::{Listing, Record, VersionId};
use crate::index::SortKey;
use crate::journal::Commit;

/// Maximum number of listings that are kept, and of links to them: some 10 MB.
const LISTINGS: usize = 16 * 1024;

/// Maximum number of records that are kept: some 20 MB.
const RECORDS: usize = 4 * 1024;

/// Maximum number of territories and years whose elections are kept: some 12 MB.
const YEARS: usize = 8 * 1024;

/// Maximum number of territories' names, and of imports.
const FEW: usize = 1024;

/// By how much the cache of one who reads everything is smaller.
const PASSING: usize = 8;

/// A territory (a slug) and a year.
pub(super) type Year = (String, Option<i32>);

#[derive(Debug)]
pub(super) struct QueryCache {
    pub(super) names: Cache<String, Arc<[Name]>>,
    pub(super) years: Cache<Year, Arc<[SortKey]>>,
    pub(super) titled: Cache<String, Option<Arc<Listing>>>,
    pub(super) listings: Cache<u64, Option<Arc<Listing>>>,
    pub(super) linking: Cache<u64, Arc<[Arc<Listing>]>>,
    pub(super) records: Cache<VersionId, Record>,
    pub(super) imports: Cache<u64, Arc<Commit>>,
}

impl Default for QueryCache {
    fn default() -> Self {
        Self::divided(1)
    }
}

impl QueryCache {
    /// The cache of one who reads everything once, and each election with its neighbours.
    pub(super) fn passing() -> Self {
        Self::divided(PASSING)
    }

    fn divided(by: usize) -> Self {
        Self {
            names: Cache::new(FEW),
            years: Cache::new(YEARS / by),
            titled: Cache::new(LISTINGS / by),
            listings: Cache::new(LISTINGS / by),
            linking: Cache::new(LISTINGS / by),
            records: Cache::new(RECORDS / by),
            imports: Cache::new(FEW),
        }
    }
}
