//! The state of a replica: how far it has followed the journal, and which archive used it last.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use serde::{Deserialize, Serialize, Serializer};

use crate::Result;
use crate::archive::open::DAMAGE_MARKER;
use crate::disk::exists;
use crate::journal::{Journal, LogPosition};

/// Name of the state file in a slot. A slot without it has no usable replica.
pub(super) const STATE_FILE: &str = "replica.json";

/// The contents of the state file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ReplicaState {
    /// Version of hustings that parsed the texts.
    pub(super) version: String,
    /// Path of the archive that used the replica last.
    pub(super) archive: String,
    pub(super) position: LogPosition,
    /// Number of the last import that had erased a text when the replica was built; 0 if none had.
    #[serde(default)]
    pub(super) erasure: u64,
    /// Time at which the replica was last complete, in seconds since 1970. `None` when later
    /// imports are damaged.
    pub(super) last_complete: Option<u64>,
}

/// A replica in the user's cache folder. It can be deleted: it is rebuilt when needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ReplicaInfo {
    /// Folder of the replica.
    #[serde(serialize_with = "serialize_path_lossy")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub folder: PathBuf,
    /// Path of the archive that used the replica last. It is this archive, or another with the same
    /// first import, such as a copy.
    pub archive: String,
    /// Size of the replica's files, in bytes.
    pub bytes: u64,
    /// Number of the last import in the replica.
    pub import: u64,
    /// Time of the last use: RFC 3339, UTC.
    pub last_used: String,
}

pub(super) fn serialize_path_lossy<S: Serializer>(
    path: &Path,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

impl ReplicaState {
    /// Reads the state of the replica in a slot, and the time of its last use.
    pub(super) fn read(slot: &Path) -> Option<(Self, SystemTime)> {
        let file = slot.join(STATE_FILE);
        let used = fs::metadata(&file).and_then(|metadata| metadata.modified()).ok()?;
        let state: Self = serde_json::from_slice(&fs::read(&file).ok()?).ok()?;
        Some((state, used))
    }

    /// Writes the state of the replica in a slot.
    pub(super) fn write(
        slot: &Path,
        position: &LogPosition,
        erasure: u64,
        archive: &Path,
        last_complete: Option<SystemTime>,
    ) -> io::Result<()> {
        let new = slot.join("replica.json.new");
        let since = last_complete.and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
        let (version, archive) = (CRATE_VERSION.to_owned(), archive_name(archive));
        let followed = since.map(|since| since.as_secs());
        let state =
            Self { version, archive, erasure, position: position.clone(), last_complete: followed };
        fs::write(&new, serde_json::to_vec(&state)?)?;
        fs::rename(&new, slot.join(STATE_FILE))
    }

    /// Copies the state file of a replica to a copy of that replica.
    pub(super) fn copy(replica: &Path, copy: &Path) -> io::Result<()> {
        fs::copy(replica.join(STATE_FILE), copy.join(STATE_FILE)).map(drop)
    }

    /// Returns the number of the last import in the replica.
    pub(super) fn import(&self) -> u64 {
        self.position.import
    }

    /// Returns when the replica was last complete, if that was recent and the store has not changed
    /// since.
    pub(super) fn recently_complete(
        &self,
        position: &LogPosition,
        now: SystemTime,
    ) -> Option<SystemTime> {
        let since = Duration::from_secs(self.last_complete.filter(|_| self.position == *position)?);
        let followed = SystemTime::UNIX_EPOCH.checked_add(since)?;
        let age = now.duration_since(followed).ok()?;
        (age < MAX_STALENESS).then_some(followed)
    }

    /// Returns the state of the replica in a slot and the time of its last use, if the replica can
    /// follow this journal.
    pub(super) fn read_usable(slot: &Path, journal: &Path) -> Result<Option<(Self, SystemTime)>> {
        let Some((state, used)) = Self::read(slot) else { return Ok(None) };
        let is_sound = state.version == CRATE_VERSION && !exists(&slot.join(DAMAGE_MARKER))?;
        Ok((is_sound && Journal::folder_contains(journal, &state.position)?)
            .then_some((state, used)))
    }

    pub(super) fn remove(slot: &Path) -> io::Result<()> {
        fs::remove_file(slot.join(STATE_FILE))
    }
}

pub(super) const CRATE_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Returns the path under which replicas record an archive.
pub(super) fn archive_name(archive: &Path) -> String {
    let path = archive.canonicalize().unwrap_or_else(|_| archive.to_owned());
    path.to_string_lossy().into_owned()
}

/// Maximum time since a replica was last complete during which it may skip a long update.
pub(super) const MAX_STALENESS: Duration = Duration::from_secs(10);
