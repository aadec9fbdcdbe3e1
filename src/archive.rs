//! Coordinates the journal and the store.
//!
//! An archive is a folder with `FORMAT`, `journal/`, `store/` and `lock`. One process at a time
//! holds it. Any number of threads of that process share it: one imports while others read.

mod change;
mod folder_size;
mod import;
mod log;
mod maintain;
mod open;
mod path_guard;
mod query;
pub(crate) mod replica;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use serde::Serialize;

use crate::disk::Lock;
pub use crate::disk::{AppendFile, Disk, SystemDisk};
pub use crate::ingest::{
    AddedLineages, AddedVersion, DumpProgress, ImportEvent, ImportOptions, ImportReport,
    ImportTotals,
};
pub use crate::journal::TerritoryAlias;
use crate::journal::{Commit, Journal};
use crate::model::{Election, ElectionSummary, ElectionType, Lineage, Revision};
use crate::store::Store;
use crate::{Error, Result, index};
pub use import::preview;
pub use maintain::backup::BackupReport;
pub use maintain::rebuild::{LostImports, RebuildReport, ReparsedVersion};
pub(crate) use maintain::replay::{ReplayedLine, ReplayedVersion};
pub use maintain::stats::Stats;
pub use maintain::verify::{Problem, Verification};
pub use open::{OpenOptions, Progress};
pub use query::select::Selection;
pub use query::snapshot::Snapshot;
pub use replica::{Replica, ReplicaInfo};

/// An open archive.
///
/// [`Archive::import`] and related methods add all content. Each import is added to the journal as
/// a whole or not at all.
///
/// Cloning an archive is cheap, and all clones refer to the same archive. Threads can read while
/// one of them imports; they see an import completely or not at all. Each query reads the state
/// after the last import. [`Archive::snapshot`] serves several queries on one state.
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
    shared: Arc<ArchiveInner>,
}

/// State shared by all clones of an archive.
#[derive(Debug)]
struct ArchiveInner {
    path: PathBuf,
    notices: Vec<String>,
    disk: Arc<dyn Disk>,
    lock: Arc<Lock>,
    writing: Mutex<WriterState>,
    /// The state after the last import.
    state: RwLock<Snapshot>,
    is_read_only: bool,
    /// The user's cache folder, which holds replicas.
    cache: Option<PathBuf>,
    replica: Option<Replica>,
}

/// State for changing an archive, held by one thread at a time.
#[derive(Debug)]
struct WriterState {
    journal: Journal,
    store: Arc<Store>,
    writer: index::StoreWriter,
}

impl Archive {
    /// Waits until no other thread is changing the archive.
    fn writing(&self) -> MutexGuard<'_, WriterState> {
        // A thread that panicked may leave changes behind. The next change discards them.
        self.shared.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Like [`Archive::writing`], but for a change to the archive.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] when the archive was opened read-only.
    fn changing(&self) -> Result<MutexGuard<'_, WriterState>> {
        if self.shared.is_read_only {
            return Err(Error::ReadOnly(self.shared.path.clone()));
        }
        Ok(self.writing())
    }
}

/// Conditions on the elections to list. The default matches all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Territory of the election, under any of its names or codes.
    pub country: Option<String>,
    /// First year, inclusive.
    pub from: Option<i32>,
    /// Last year, inclusive.
    pub to: Option<i32>,
    /// Type of the election, or of one of its contests.
    pub kind: Option<ElectionType>,
}

/// One import, as recorded in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportInfo {
    /// Number of the import, counted from 1.
    pub sequence: u64,
    /// Time of the import by the system clock: RFC 3339, UTC.
    pub recorded: String,
    /// Name and version of the program that imported.
    pub tool: String,
    /// The user's note on the import.
    pub note: Option<String>,
    /// Number of versions added.
    pub versions: u64,
    /// Number of elections removed.
    pub removals: u64,
    /// Number of aliases added, for titles and territories.
    pub aliases: u64,
    /// Number of countries for which a lineage was added.
    pub lineages: u64,
    /// BLAKE3 hash of the import, in hexadecimal.
    pub digest: String,
}

impl ImportInfo {
    /// Creates the info of an import. The commit counts lineages as aliases, so `lineages` is
    /// subtracted.
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

/// The number of an election in one archive. A rebuild may change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElectionId(pub(crate) u64);

/// The identifier of one version of one election in one archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionId {
    /// The election.
    pub election: ElectionId,
    /// Number of the version, counted from 1.
    pub number: u32,
}

/// An election with its titles and summary, as used by lists and chains.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// The version that the summary describes: the current one, unless another was requested.
    pub version: VersionId,
    /// Shortest address that names only this election.
    pub address: String,
    /// All folded titles under which links and addresses find the election.
    pub titles: Vec<String>,
    /// Summary of the version.
    pub outline: ElectionSummary,
}

/// One election of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedElection {
    /// The current version.
    pub version: VersionId,
    /// Shortest address that names only this election.
    pub address: String,
    /// Summary of the election.
    pub outline: ElectionSummary,
    /// Number of versions of the election.
    pub versions: u32,
}

/// One version of one election, with its record.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The election.
    pub id: ElectionId,
    /// Shortest address that names only this election.
    pub address: String,
    /// All folded titles under which links and addresses find the election.
    pub titles: Vec<String>,
    /// The version.
    pub version: VersionInfo,
    /// Number of versions of the election.
    pub versions: u32,
    /// The record, without the prose.
    pub election: Arc<Election>,
}

impl Record {
    pub(crate) fn version_id(&self) -> VersionId {
        VersionId { election: self.id, number: self.version.number }
    }

    /// Returns the listing of the election, with this version.
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

/// Metadata of one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionInfo {
    /// Number of the version, counted from 1.
    pub number: u32,
    /// Number of the import that added the version.
    pub import: u64,
    /// Time of that import: RFC 3339, UTC.
    pub recorded: String,
    /// Path of the source file, or `<stdin>`.
    pub source: String,
    /// Format that the source text was parsed as.
    pub format: String,
    /// Time at which the source had this text, if known: RFC 3339.
    pub source_time: Option<String>,
    /// Revision of the source's page, if the source has revisions.
    pub revision: Option<Revision>,
    /// Title of the election in this version.
    pub title: String,
    /// Whether the version is a removal. A removal has no record.
    pub removed: bool,
    /// Whether the record equals that of the previously current version although the text differs,
    /// for example in white space or in the order of contenders.
    pub same_record: bool,
    /// The user's note on the import.
    pub note: Option<String>,
}

/// The queries that chains and comparisons need.
pub trait ElectionQueries {
    /// Returns the election with this title or alias, with its current version. Returns `None` when
    /// there is none or it was removed.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn titled(&self, title: &str) -> Result<Option<Arc<Listing>>>;

    /// Returns whether an election with this title existed and was removed.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn was_removed(&self, title: &str) -> Result<bool>;

    /// Returns the elections whose current record links to this election by one of its titles. Both
    /// links of elections and links of contests count.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn linking_to(&self, listing: &Listing) -> Result<Arc<[Arc<Listing>]>>;

    /// Returns the elections of a territory under all of its names, ordered by year and date.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn of_territory(&self, country: &str) -> Result<Vec<Arc<Listing>>>;

    /// Returns the record of a version.
    ///
    /// # Errors
    /// When the archive does not contain the version, or when the version is a removal.
    fn record(&self, version: VersionId) -> Result<Record>;

    /// Returns the lineages of the parties of a territory, under all of its names: the latest
    /// lineage of each source.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn lineages(&self, country: &str) -> Result<Vec<Lineage>>;
}
