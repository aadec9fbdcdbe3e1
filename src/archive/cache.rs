//! What was read of one state of the archive, kept in memory.

use std::sync::Arc;

use quick_cache::sync::Cache;

use super::find::Name;
use super::{Listing, VersionId};
use crate::index::SortKey;
use crate::journal::Commit;
use crate::model::Election;

/// Maximum number of listings that are kept, and of links to them.
const LISTINGS: usize = 64 * 1024;

/// Maximum number of records that are kept: some 20 MB.
const RECORDS: usize = 4 * 1024;

/// Maximum number of territories and years whose elections are kept.
const YEARS: usize = 16 * 1024;

/// Maximum number of territories' names, and of imports.
const FEW: usize = 1024;

/// A territory (a slug) and a year.
pub(super) type Year = (String, Option<i32>);

#[derive(Debug)]
pub(super) struct QueryCache {
    pub(super) names: Cache<String, Arc<[Name]>>,
    pub(super) years: Cache<Year, Arc<[SortKey]>>,
    pub(super) titled: Cache<String, Option<Arc<Listing>>>,
    pub(super) listings: Cache<u64, Option<Arc<Listing>>>,
    pub(super) linking: Cache<u64, Arc<[Arc<Listing>]>>,
    pub(super) records: Cache<VersionId, Arc<Election>>,
    pub(super) imports: Cache<u64, Arc<Commit>>,
}

impl Default for QueryCache {
    fn default() -> Self {
        Self {
            names: Cache::new(FEW),
            years: Cache::new(YEARS),
            titled: Cache::new(LISTINGS),
            listings: Cache::new(LISTINGS),
            linking: Cache::new(LISTINGS),
            records: Cache::new(RECORDS),
            imports: Cache::new(FEW),
        }
    }
}
