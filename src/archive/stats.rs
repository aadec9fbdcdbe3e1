//! How large an archive is.

use std::path::Path;

use serde::Serialize;

use super::guard::is_gone;
use super::replica::{ReplicaInfo, replicas};
use super::{Archive, Shared};
use crate::journal::Journal;
use crate::{Error, Result};

/// The size of an archive: what it holds, and the bytes on disk.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Stats {
    /// Imports, lost ones not counted.
    pub imports: u64,
    /// When the first of them was recorded: RFC 3339, UTC.
    pub first: Option<String>,
    /// When the last was.
    pub last: Option<String>,
    /// Elections that have a record.
    pub elections: u64,
    /// Elections that were removed.
    pub removed: u64,
    /// Versions of all elections, removals not counted.
    pub versions: u64,
    /// Removals.
    pub removals: u64,
    /// Aliases of titles and of territories.
    pub aliases: u64,
    /// Lineages of the parties of a country, each as often as it was imported.
    pub lineages: u64,
    /// Files of the journal.
    pub journal_files: u64,
    /// Bytes that they take.
    pub journal_bytes: u64,
    /// Bytes that the files of the store take: of the replica, where one answers.
    pub store_bytes: u64,
    /// Bytes of the records and indices in it, compressed.
    pub held_bytes: u64,
    /// The store's bytes as a multiple of those it holds, if it holds any.
    pub multiple: Option<f64>,
    /// The replicas of the archive in the cache folder that it was opened with. Deleting one loses nothing.
    pub replicas: Vec<ReplicaInfo>,
}

impl Archive {
    /// Counts what the archive holds, and the bytes that it takes.
    ///
    /// ```
    /// use hustings::archive::{Archive, ImportOptions};
    /// # let folder = std::env::temp_dir().join("hustings-example-stats");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(&["fixtures/commission".into()], &ImportOptions::default())?;
    /// let stats = archive.stats()?;
    /// assert_eq!((stats.imports, stats.versions), (1, 3));
    /// assert!(stats.held_bytes < stats.store_bytes);
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the store or a folder cannot be read.
    pub fn stats(&self) -> Result<Stats> {
        let Shared { path, cache, replica, .. } = &*self.shared;
        let snapshot = self.snapshot();
        let imports = snapshot.imports()?;
        let whole = imports.iter().filter(|import| !import.recorded.is_empty());
        let held_bytes = snapshot.store().size()?;
        let (journal_files, journal_bytes) = size(&path.join("journal"), is_journal)?;
        let store = replica.as_ref().map_or(path, |replica| &replica.folder).join("store");
        let (_, store_bytes) = size(&store, |_| true)?;
        let applied = snapshot.applied();
        let mut stats = Stats {
            imports: whole.clone().count() as u64,
            first: whole.clone().next().map(|import| import.recorded.clone()),
            last: whole.clone().next_back().map(|import| import.recorded.clone()),
            elections: applied.records,
            removed: applied.elections - applied.records,
            journal_files,
            journal_bytes,
            store_bytes,
            held_bytes,
            multiple: multiple(store_bytes, held_bytes),
            ..Stats::default()
        };
        if let Some(cache) = cache
            && let Some(key) = Journal::first_digest(&path.join("journal"))?
        {
            stats.replicas = replicas(cache, &key)?;
        }
        for import in whole {
            stats.versions += import.versions;
            stats.removals += import.removals;
            stats.aliases += import.aliases;
            stats.lineages += import.lineages;
        }
        Ok(stats)
    }
}

fn multiple(store: u64, held: u64) -> Option<f64> {
    (held > 0).then(|| (store as f64 / held as f64 * 10.0).round() / 10.0)
}

fn is_journal(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending == "zst")
}

/// How many such files there are below a folder, and their bytes.
pub(super) fn size(folder: &Path, such: fn(&Path) -> bool) -> Result<(u64, u64)> {
    let (mut files, mut bytes) = (0, 0);
    for entry in walkdir::WalkDir::new(folder) {
        if entry.as_ref().is_ok_and(|entry| !such(entry.path())) {
            continue;
        }
        match entry.and_then(|entry| entry.metadata()) {
            Ok(metadata) if metadata.is_file() => {
                (files, bytes) = (files + 1, bytes + metadata.len());
            }
            Ok(_) => {}
            // sled has just removed it.
            Err(error) if is_gone(&error) => {}
            Err(error) => return Err(Error::io("read", folder)(error.into())),
        }
    }
    Ok((files, bytes))
}
