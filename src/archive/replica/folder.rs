//! The folder of replicas in the user's cache: one folder for each archive, by the digest of its first import, and in
//! it a few slots, each a replica that one process uses at a time.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::slot::{SLOTS, try_lock};
use crate::Result;
use crate::archive::open::DAMAGED;
use crate::archive::stats::size;
use crate::disk::{exists, make_folder};
use crate::journal::{Journal, Mark};

/// Maximum number of archives that have replicas.
const ARCHIVES: usize = 8;

/// For how long a replica that had all of the journal may answer without what takes long to follow.
const MAXIMUM_LAG: Duration = Duration::from_secs(10);

/// The file in a slot that says what its replica has. A slot without it has no usable replica.
const STATE: &str = "replica.json";

/// What a replica has.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct State {
    /// The version of hustings that read the texts.
    version: String,
    /// The archive for which it was used last.
    pub(super) archive: String,
    mark: Mark,
    /// When it had all of the journal, in seconds since 1970. None where later imports are damaged.
    followed: Option<u64>,
}

/// A replica in the user's cache folder. It can be deleted: it is built again when it is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReplicaInfo {
    /// Its folder.
    #[serde(serialize_with = "lossy")]
    pub folder: PathBuf,
    /// The archive that used it last: this one, or another with the same first import, as a copy has.
    pub archive: String,
    /// Bytes that its files take.
    pub bytes: u64,
    /// The last import that it has.
    pub import: u64,
    /// When it was used last: RFC 3339, UTC.
    pub used: String,
}

fn lossy<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

impl State {
    /// Reads what the replica in a slot has, and when it was used last.
    pub(super) fn read(slot: &Path) -> Option<(Self, SystemTime)> {
        let file = slot.join(STATE);
        let used = fs::metadata(&file).and_then(|metadata| metadata.modified()).ok()?;
        let state: Self = serde_json::from_slice(&fs::read(&file).ok()?).ok()?;
        Some((state, used))
    }

    /// Writes what the replica in a slot has, and when it had all of the journal.
    pub(super) fn write(
        slot: &Path,
        mark: &Mark,
        archive: &Path,
        followed: Option<SystemTime>,
    ) -> io::Result<()> {
        let new = slot.join("replica.json.new");
        let since = followed.and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
        let (version, archive) = (VERSION.to_owned(), name(archive));
        let followed = since.map(|since| since.as_secs());
        let state = Self { version, archive, mark: mark.clone(), followed };
        fs::write(&new, serde_json::to_vec(&state)?)?;
        fs::rename(&new, slot.join(STATE))
    }

    /// Copies what is said of a replica to a copy of it.
    pub(super) fn copy(replica: &Path, copy: &Path) -> io::Result<()> {
        fs::copy(replica.join(STATE), copy.join(STATE)).map(drop)
    }

    /// The last import that the replica has.
    pub(super) fn import(&self) -> u64 {
        self.mark.import
    }

    /// When the replica had all of the journal, if its store is as it was then and that was a moment ago.
    pub(super) fn followed_lately(&self, known: &Mark, now: SystemTime) -> Option<SystemTime> {
        let since = Duration::from_secs(self.followed.filter(|_| self.mark == *known)?);
        let followed = SystemTime::UNIX_EPOCH.checked_add(since)?;
        let age = now.duration_since(followed).ok()?;
        (age < MAXIMUM_LAG).then_some(followed)
    }

    /// What the replica in a slot has, and when it was used last, if it can follow this journal.
    pub(super) fn usable(slot: &Path, journal: &Path) -> Result<Option<(Self, SystemTime)>> {
        let Some((state, used)) = Self::read(slot) else { return Ok(None) };
        let is_sound = state.version == VERSION && !exists(&slot.join(DAMAGED))?;
        Ok((is_sound && Journal::has(journal, &state.mark)?).then_some((state, used)))
    }

    pub(super) fn remove(slot: &Path) -> io::Result<()> {
        fs::remove_file(slot.join(STATE))
    }
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The name by which a replica remembers an archive.
pub(super) fn name(archive: &Path) -> String {
    let path = archive.canonicalize().unwrap_or_else(|_| archive.to_owned());
    path.to_string_lossy().into_owned()
}

/// The folder of all replicas, which is this user's alone.
#[derive(Debug)]
pub(super) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// Opens the folder of replicas in a cache folder, or creates it. None where it cannot be written, is a link, or
    /// belongs to another user.
    pub(super) fn open(cache: &Path) -> Option<Self> {
        let own = cache.join("hustings");
        let folder = own.join("replicas");
        make_folder(&own, 0o700).ok()?;
        own.symlink_metadata().ok().filter(fs::Metadata::is_dir)?;
        // A new file belongs to this user.
        let probe = tempfile::tempfile_in(&own).ok()?.metadata().ok()?;
        let is_private = |folder: &Path| is_private(folder, &probe);
        let is_made = is_private(&own) && make_folder(&folder, 0o700).is_ok();
        (is_made && is_private(&folder)).then_some(Self { folder })
    }

    /// The folder of an archive's replicas.
    pub(super) fn archive(&self, key: &str) -> PathBuf {
        self.folder.join(key)
    }

    /// Removes the replicas that were used least recently, so that there is room for those of another archive. Those in
    /// use stay, and so does what cannot be removed now.
    pub(super) fn evict(&self, key: &str) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let others = entries.filter(|entry| entry.file_name() != key).map(|entry| entry.path());
        let last_used =
            |folder: &PathBuf| slots(folder).filter_map(|slot| Some(State::read(&slot)?.1)).max();
        let mut others: Vec<_> = others.map(|folder| (last_used(&folder), folder)).collect();
        others.sort();
        let surplus = (others.len() + 1).saturating_sub(ARCHIVES);
        for (_, folder) in others.into_iter().take(surplus) {
            let Ok(Some(_building)) = try_lock(&folder) else { continue };
            let slots: Vec<_> = slots(&folder).filter(|slot| slot.exists()).collect();
            let locks: Vec<_> =
                slots.iter().flat_map(|slot| try_lock(slot).ok().flatten()).collect();
            if locks.len() == slots.len() {
                // A slot without a state is not used, whatever is left in it.
                slots.iter().for_each(|slot| drop(State::remove(slot)));
                let _ = fs::remove_dir_all(&folder);
            }
        }
    }
}

/// The slots of an archive's folder, whether they are there or not.
pub(super) fn slots(archive: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let archive = archive.to_owned();
    (1..=SLOTS).map(move |number| archive.join(number.to_string()))
}

/// Lists the replicas of the archive whose first import has this digest.
pub(in crate::archive) fn replicas(cache: &Path, key: &str) -> Result<Vec<ReplicaInfo>> {
    let archive = cache.join("hustings").join("replicas").join(key);
    let mut replicas = Vec::new();
    for folder in slots(&archive) {
        let Some((state, used)) = State::read(&folder) else { continue };
        let used = OffsetDateTime::from(used).replace_nanosecond(0).ok();
        let used = used.and_then(|used| used.format(&Rfc3339).ok()).unwrap_or_default();
        let (_, bytes) = size(&folder, |_| true)?;
        let State { archive, mark, .. } = state;
        replicas.push(ReplicaInfo { folder, archive, bytes, import: mark.import, used });
    }
    Ok(replicas)
}

/// Whether a folder, and no link to one, belongs to the user who owns a file, and to nobody else.
#[cfg(unix)]
fn is_private(folder: &Path, own: &fs::Metadata) -> bool {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let Ok(found) = folder.symlink_metadata() else { return false };
    let is_own = found.is_dir() && found.uid() == own.uid();
    // A folder that was there already may be open to others.
    let is_closed = || found.mode() & 0o077 == 0;
    let close = || fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).is_ok();
    is_own && (is_closed() || close())
}

/// Other systems keep a user's cache folder to the user.
#[cfg(not(unix))]
fn is_private(folder: &Path, _: &fs::Metadata) -> bool {
    folder.symlink_metadata().is_ok_and(|found| found.is_dir())
}
