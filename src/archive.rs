//! Coordinates the journal and the store.
//!
//! An archive is a folder: `FORMAT`, `journal/`, `store/` and `lock`. One process has it at a time, and any number of
//! threads in it: one imports while others read.

mod ahead;
mod backup;
mod cache;
mod change;
mod elections;
mod feed;
mod find;
mod gathering;
mod guard;
mod history;
mod import;
mod list;
mod log;
mod open;
mod read;
mod ready;
mod redirects;
mod repair;
mod replay;
mod replica;
mod select;
mod skipped;
mod snapshot;
mod stats;
mod verify;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use serde::Serialize;

use crate::disk::Lock;
pub use crate::disk::{Appending, Disk, System};
use crate::index;
pub use crate::journal::TerritoryAlias;
use crate::journal::{Commit, Journal};
use crate::model::{Election, Kind, Lineage, Outline, Revision};
use crate::store::Store;
use crate::{Error, Result};

pub use backup::BackupReport;
pub use import::{Added, Event, ImportOptions, ImportReport, Lineages, Reading, Totals, preview};
pub use open::{Open, Progress};
pub use repair::{LostImports, RebuildReport, Reread};
pub(crate) use replay::{Given, Numbered};
pub use replica::{Replica, ReplicaInfo};
pub use select::Selected;
pub use snapshot::Snapshot;
pub use stats::Stats;
pub use verify::{Flaw, Verification};

/// An open archive.
///
/// Everything that it holds came through [`Archive::import`] and its kin, which add one whole
/// import to the journal or nothing.
///
/// An archive is shared by cloning it, which is cheap: all clones are one archive. Threads read while one of them
/// imports, and see an import completely or not at all. Each question is about the state after the last import;
/// [`Archive::snapshot`] is for several questions about one state.
///
/// ```
/// use hustings::Archive;
/// use hustings::archive::ImportOptions;
/// # let folder = std::env::temp_dir().join("hustings-example-threads");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// archive.import(&["fixtures/articles".into()], &ImportOptions::default())?;
/// let importing = archive.clone();
/// let import = std::thread::spawn(move || {
///     importing.import(&["fixtures/commission".into()], &ImportOptions::default())
/// });
/// assert!(archive.get(&"nagorno-karabakh/2012".parse()?).is_ok());
/// # drop(import.join());
/// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Archive {
    shared: Arc<Shared>,
}

/// What all clones of an archive share.
#[derive(Debug)]
struct Shared {
    path: PathBuf,
    notices: Vec<String>,
    disk: Arc<dyn Disk>,
    lock: Arc<Lock>,
    writing: Mutex<Writing>,
    /// The state after the last import.
    state: RwLock<Snapshot>,
    is_read_only: bool,
    /// The user's cache folder, where replicas are.
    cache: Option<PathBuf>,
    replica: Option<Replica>,
}

/// What changes an archive: one thread at a time has it.
#[derive(Debug)]
struct Writing {
    journal: Journal,
    store: Arc<Store>,
    writer: index::Writer,
}

impl Archive {
    /// Waits until no other thread changes the archive.
    fn writing(&self) -> MutexGuard<'_, Writing> {
        // A thread that panicked left changes that are discarded before others are made.
        self.shared.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As [`Archive::writing`], to make a change.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] where the archive was opened to be read.
    fn changing(&self) -> Result<MutexGuard<'_, Writing>> {
        if self.shared.is_read_only {
            return Err(Error::ReadOnly(self.shared.path.clone()));
        }
        Ok(self.writing())
    }
}

/// Which elections are listed. The default is all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Of this territory, under any of its names or codes.
    pub country: Option<String>,
    /// Of this year or later.
    pub from: Option<i32>,
    /// Of this year or earlier.
    pub to: Option<i32>,
    /// Of this type, or holding a contest of it.
    pub kind: Option<Kind>,
}

/// One import, as the journal has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportInfo {
    /// Its number, counted from 1.
    pub sequence: u64,
    /// When, by the clock of the machine: RFC 3339, UTC.
    pub recorded: String,
    /// The program and its version.
    pub tool: String,
    /// What the person said of it.
    pub note: Option<String>,
    /// How many versions it brought.
    pub versions: u64,
    /// How many elections it removed.
    pub removals: u64,
    /// How many aliases it added, of titles and of territories.
    pub aliases: u64,
    /// Of how many countries it brought the lineage of the parties.
    pub lineages: u64,
    /// BLAKE3 of the import, in hexadecimal.
    pub digest: String,
}

impl ImportInfo {
    /// An import whose commit counts this many lineages among the aliases.
    fn new(commit: Commit, digest: String, lineages: u64) -> Self {
        Self {
            sequence: commit.import,
            recorded: commit.recorded,
            tool: commit.tool,
            note: commit.note,
            versions: commit.versions,
            removals: commit.removals,
            aliases: commit.aliases.saturating_sub(lineages),
            lineages,
            digest,
        }
    }
}

/// A number that names one election within one archive. It may change in a rebuild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElectionId(pub(crate) u64);

/// One version of one election, within one archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionId {
    /// The election.
    pub election: ElectionId,
    /// Which version, counted from 1.
    pub number: u32,
}

/// An election as lists and chains know it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// The version that it is listed with: the latest, unless another was asked for.
    pub version: VersionId,
    /// The shortest address that names this election and no other.
    pub address: String,
    /// Every folded title by which links and addresses find it.
    pub titles: Vec<String>,
    /// What the version says of its place among others.
    pub outline: Outline,
}

/// An election as lists show it.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedElection {
    /// The current version.
    pub version: VersionId,
    /// The shortest address that names this election and no other.
    pub address: String,
    /// What it is.
    pub outline: Outline,
    /// Number of its versions.
    pub versions: u32,
}

/// One version of one election, as the archive holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The election.
    pub id: ElectionId,
    /// The shortest address that names this election and no other.
    pub address: String,
    /// Every folded title by which links and addresses find it.
    pub titles: Vec<String>,
    /// Which version this is.
    pub version: VersionInfo,
    /// How many versions there are.
    pub versions: u32,
    /// What it says, without the prose.
    pub election: Arc<Election>,
}

impl Record {
    pub(crate) fn version_id(&self) -> VersionId {
        VersionId { election: self.id, number: self.version.number }
    }

    /// The election as lists and chains know it, with this version.
    #[must_use]
    pub fn listing(&self) -> Listing {
        Listing {
            version: self.version_id(),
            address: self.address.clone(),
            titles: self.titles.clone(),
            outline: self.election.outline(),
        }
    }
}

/// What the archive knows of one version, besides its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionInfo {
    /// Counted from 1.
    pub number: u32,
    /// The import that brought it.
    pub import: u64,
    /// When that import was recorded: RFC 3339, UTC.
    pub recorded: String,
    /// The file, or `<stdin>`.
    pub source: String,
    /// The format that it was read as.
    pub format: String,
    /// When the source had it so, where that is known: RFC 3339.
    pub source_time: Option<String>,
    /// The revision of the source's page, where it keeps revisions.
    pub revision: Option<Revision>,
    /// The title in this version.
    pub title: String,
    /// Whether this version is a removal, which has no record.
    pub removed: bool,
    /// Whether it has another text than the version that was current before it, and the same record: contenders in
    /// another order, or other white space.
    pub same_record: bool,
    /// The note of the import.
    pub note: Option<String>,
}

/// What chains and comparisons need of an archive.
pub trait Elections {
    /// The election with this title, through aliases, with its latest version. `None` when there is
    /// none or it was removed.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn titled(&self, title: &str) -> Result<Option<Arc<Listing>>>;

    /// Whether an election with this title was in the archive and was removed.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn was_removed(&self, title: &str) -> Result<bool>;

    /// The elections whose latest records have links (of the election or of a contest) that name this
    /// election by any of its titles.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn linking_to(&self, listing: &Listing) -> Result<Arc<[Arc<Listing>]>>;

    /// The elections of a territory, under every name that it has, in order of year and date.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn of_territory(&self, country: &str) -> Result<Vec<Arc<Listing>>>;

    /// What a version says.
    ///
    /// # Errors
    /// When the archive does not have the version, or it is a removal.
    fn record(&self, version: VersionId) -> Result<Record>;

    /// What is known of how the parties of a territory descend from each other, under every name
    /// that it has: the last word of each source.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn lineages(&self, country: &str) -> Result<Vec<Lineage>>;
}
