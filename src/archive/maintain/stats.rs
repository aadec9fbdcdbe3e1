//! Statistics on the size of an archive.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::archive::folder_size::folder_size;
use crate::archive::replica::{ReplicaInfo, list_replicas};
use crate::archive::{Archive, ArchiveInner};
use crate::journal::Journal;

/// The size of an archive: counts of its contents, and bytes on disk.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Stats {
    /// Number of imports, excluding lost ones.
    pub imports: u64,
    /// Time of the first import: RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_import_time: Option<String>,
    /// Time of the last import: RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_import_time: Option<String>,
    /// Number of elections that have a current record.
    pub elections: u64,
    /// Number of elections that were removed.
    pub removed_elections: u64,
    /// Number of versions of all elections, excluding removals.
    pub versions: u64,
    /// Number of removals.
    pub removals: u64,
    /// Number of aliases of titles and territories.
    pub aliases: u64,
    /// Number of imported lineages. A lineage that was imported again counts again.
    pub lineages: u64,
    /// Number of journal files.
    pub journal_files: u64,
    /// Size of the journal files, in bytes.
    pub journal_bytes: u64,
    /// Size of the store's files, in bytes; of the replica's store if a replica is in use.
    pub store_bytes: u64,
    /// Compressed size of the records and indices in the store, in bytes.
    pub live_bytes: u64,
    /// Ratio of `store_bytes` to `live_bytes`, rounded to one decimal. `None` for an empty store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub space_amplification: Option<f64>,
    /// Replicas of the archive in the user's cache folder. They can be deleted without loss.
    pub replicas: Vec<ReplicaInfo>,
}

impl Archive {
    /// Counts the contents of the archive, and measures its size on disk.
    ///
    /// ```
    /// use hustings::Archive;
    /// # let folder = std::env::temp_dir().join("hustings-example-stats");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(["fixtures/commission"])?;
    /// let stats = archive.stats()?;
    /// assert_eq!((stats.imports, stats.versions), (1, 3));
    /// assert!(stats.live_bytes < stats.store_bytes);
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the store or a folder cannot be read.
    pub fn stats(&self) -> Result<Stats> {
        let ArchiveInner { path, cache_folder, replica, .. } = &*self.inner;
        let snapshot = self.snapshot();
        let imports = snapshot.imports()?;
        let intact = imports.iter().filter(|import| !import.recorded.is_empty());
        let live_bytes = snapshot.store().size()?;
        let (journal_files, journal_bytes) = folder_size(&path.join("journal"), is_journal_file)?;
        let store = replica.as_ref().map_or(path, |replica| &replica.folder).join("store");
        let (_, store_bytes) = folder_size(&store, |_| true)?;
        let applied = snapshot.applied();
        let mut stats = Stats {
            imports: intact.clone().count() as u64,
            first_import_time: intact.clone().next().map(|import| import.recorded.clone()),
            last_import_time: intact.clone().next_back().map(|import| import.recorded.clone()),
            elections: applied.records,
            removed_elections: applied.elections - applied.records,
            journal_files,
            journal_bytes,
            store_bytes,
            live_bytes,
            space_amplification: space_amplification(store_bytes, live_bytes),
            ..Stats::default()
        };
        if let Some(cache) = cache_folder
            && let Some(key) = Journal::first_digest(&path.join("journal"))?
        {
            stats.replicas = list_replicas(cache, &key)?;
        }
        for import in intact {
            stats.versions += import.versions;
            stats.removals += import.removals;
            stats.aliases += import.aliases;
            stats.lineages += import.lineages;
        }
        Ok(stats)
    }
}

fn space_amplification(store: u64, live: u64) -> Option<f64> {
    (live > 0).then(|| (store as f64 / live as f64 * 10.0).round() / 10.0)
}

fn is_journal_file(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending == "zst")
}
