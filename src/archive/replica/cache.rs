//! The folder of replicas in the user's cache. Each archive has a subfolder, named after the digest
//! of its first import. The subfolder contains a few slots. Each slot holds one replica, which one
//! process uses at a time.

use std::fs;
use std::path::{Path, PathBuf};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::slot::{ReplicaSlot, slot_paths, try_lock};
use super::state::{ReplicaInfo, ReplicaState};
use crate::Result;
use crate::archive::folder_size::folder_size;
use crate::disk::{create_folder_with_mode, ensure_private};
use crate::journal::Journal;

/// Maximum number of archives with replicas.
const MAX_ARCHIVES: usize = 8;

/// The folder of all replicas, accessible only to this user.
#[derive(Debug)]
pub(super) struct ReplicaCache {
    folder: PathBuf,
}

impl ReplicaCache {
    /// Opens or creates the folder of replicas in a cache folder. Returns `None` when the folder
    /// cannot be written, is a link, or belongs to another user.
    pub(super) fn open(cache: &Path) -> Option<Self> {
        let own = cache.join("hustings");
        let folder = own.join("replicas");
        create_folder_with_mode(&own, 0o700).ok()?;
        own.symlink_metadata().ok().filter(fs::Metadata::is_dir)?;
        // A new file belongs to this user. Its owner is compared with the owners of the folders.
        let probe = tempfile::tempfile_in(&own).ok()?.metadata().ok()?;
        let is_made =
            ensure_private(&own, &probe) && create_folder_with_mode(&folder, 0o700).is_ok();
        (is_made && ensure_private(&folder, &probe)).then_some(Self { folder })
    }

    /// Returns the folder of the replicas of the archive with this key.
    pub(super) fn archive_folder(&self, key: &str) -> PathBuf {
        self.folder.join(key)
    }

    /// Removes the least recently used replicas of other archives, to make room for the archive
    /// with this key. Replicas in use are kept, as is anything that cannot be removed now.
    pub(super) fn evict(&self, key: &str) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let others = entries.filter(|entry| entry.file_name() != key).map(|entry| entry.path());
        let last_used = |folder: &PathBuf| {
            slot_paths(folder).filter_map(|slot| Some(ReplicaState::read(&slot)?.1)).max()
        };
        let mut others: Vec<_> = others.map(|folder| (last_used(&folder), folder)).collect();
        others.sort();
        let surplus = (others.len() + 1).saturating_sub(MAX_ARCHIVES);
        for (_, folder) in others.into_iter().take(surplus) {
            let Ok(Some(_building)) = try_lock(&folder) else { continue };
            let slots: Vec<_> = slot_paths(&folder).filter(|slot| slot.exists()).collect();
            let locks: Vec<_> =
                slots.iter().flat_map(|slot| try_lock(slot).ok().flatten()).collect();
            if locks.len() == slots.len() {
                // A slot without a state file is never used, even if the removal is incomplete.
                slots.iter().for_each(|slot| drop(ReplicaState::remove(slot)));
                let _ = fs::remove_dir_all(&folder);
            }
        }
    }
}

/// Returns the key of the folder with the stores of earlier moments of the archive with this key.
pub(super) fn past_key(key: &str) -> String {
    format!("{key}.past")
}

/// Clears the replicas of an archive, and its stores as of earlier moments, which contain what was
/// erased. Returns the number of those that other processes use. They are cleared when they are next
/// opened.
pub(in crate::archive) fn discard_replicas(archive: &Path, cache: Option<&Path>) -> Result<u64> {
    let key = Journal::first_digest(&archive.join("journal"))?;
    let cache = cache.map(|cache| cache.join("hustings").join("replicas"));
    let (Some(key), Some(archives)) = (key, cache) else { return Ok(0) };
    let slots = slot_paths(&archives.join(&key)).chain(slot_paths(&archives.join(past_key(&key))));
    let mut in_use = 0;
    for folder in slots.filter(|slot| slot.exists()) {
        let lock = try_lock(&folder).ok().flatten();
        let cleared = lock.map(|lock| ReplicaSlot::new(folder, lock, false, None).clear());
        in_use += u64::from(cleared.is_none_or(|cleared| cleared.is_err()));
    }
    Ok(in_use)
}

/// Lists the replicas of the archive whose first import has this digest, then the stores as of its
/// earlier imports.
pub(in crate::archive) fn list_replicas(cache: &Path, key: &str) -> Result<Vec<ReplicaInfo>> {
    let archives = cache.join("hustings").join("replicas");
    let mut replicas = Vec::new();
    let slots = slot_paths(&archives.join(key)).chain(slot_paths(&archives.join(past_key(key))));
    for folder in slots {
        let Some((state, used)) = ReplicaState::read(&folder) else { continue };
        let used = OffsetDateTime::from(used).replace_nanosecond(0).ok();
        let used = used.and_then(|used| used.format(&Rfc3339).ok()).unwrap_or_default();
        let (_, bytes) = folder_size(&folder, |_| true)?;
        let ReplicaState { archive, position, .. } = state;
        replicas.push(ReplicaInfo {
            folder,
            archive,
            bytes,
            import: position.import,
            last_used: used,
        });
    }
    Ok(replicas)
}
