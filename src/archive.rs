//! Coordinates the journal and the store.
//!
//! An archive is a folder with `FORMAT`, `journal/`, `store/` and `lock`. One process at a time
//! holds the archive. Any number of threads of that process share it: one imports while others
//! read.

mod change;
mod erase;
mod filter;
mod folder_size;
mod import;
mod import_log;
mod maintain;
mod merge;
mod open;
mod path_guard;
mod pending_erasures;
mod query;
pub(crate) mod replica;
mod source_info;

use std::fmt;
use std::num::ParseIntError;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use serde::{Deserialize, Serialize};

use crate::disk::Disk;
use crate::disk::Lock;
pub use crate::ingest::{
    AddedLineages, AddedVersion, DumpProgress, ImportCallback, ImportEvent, ImportOptions,
    ImportReport, ImportTotals, Input,
};
pub use crate::journal::TerritoryAlias;
use crate::journal::{Commit, Journal, OtherEntries};
use crate::model::{Election, ElectionSummary, Erasure, Lineage, Link, Revision, serialize_pruned};
use crate::store::Store;
use crate::{Error, Result, index};
pub use erase::{EraseOptions, ErasedVersion, ErasureReport, VersionAddress};
pub(crate) use filter::COUNTRY_LEVEL;
pub use filter::{AreaFilter, Filter};
pub use import::preview;
pub use maintain::backup::BackupReport;
pub use maintain::rebuild::{LostImports, RebuildReport, ReparsedVersion};
pub(crate) use maintain::replay::{ReplayedLine, ReplayedVersion};
pub use maintain::stats::Stats;
pub use maintain::verify::{Problem, Verification};
pub use merge::{RestoredElection, SplitReport};
pub use open::{OpenOptions, Progress};
pub(crate) use query::areas::is_same_event;
pub use query::areas::{AreaInfo, HiddenAreas};
pub(crate) use query::changes::{ChangedElection, StateRange, StatementChange};
pub use query::find::{FindOptions, FoundName, FoundNames};
pub use query::select::Selection;
pub use query::snapshot::Snapshot;
pub use replica::{Replica, ReplicaInfo};
pub use source_info::{SourceInfo, SourceVersion};

/// An open archive.
///
/// [`Archive::import`] and related methods add all content. Each import is added to the journal as
/// a whole or not at all.
///
/// Cloning an archive is cheap, and all clones refer to the same archive. Threads can read while
/// one of them imports; they see an import completely or not at all. Each query reads the state
/// after the last import. [`Archive::snapshot`] returns one state for several queries.
///
/// ```
/// use hustings::Archive;
/// # let folder = std::env::temp_dir().join("hustings-example-threads");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// archive.import(["fixtures/articles"])?;
/// let importing = archive.clone();
/// let import = std::thread::spawn(move || {
///     importing.import(["fixtures/commission"])
/// });
/// assert!(archive.get("nagorno-karabakh/2012").is_ok());
/// # drop(import.join());
/// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Archive {
    inner: Arc<ArchiveInner>,
}

/// State shared by all clones of an archive.
#[derive(Debug)]
struct ArchiveInner {
    path: PathBuf,
    notices: Vec<String>,
    disk: Arc<dyn Disk>,
    lock: Arc<Lock>,
    writer_state: Mutex<WriterState>,
    /// The state after the last import.
    snapshot: RwLock<Snapshot>,
    is_read_only: bool,
    /// The user's cache folder, which holds replicas.
    cache_folder: Option<PathBuf>,
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
    /// Locks the writer state. Waits until no other thread is changing the archive.
    fn lock_writer(&self) -> MutexGuard<'_, WriterState> {
        // A thread that panicked may leave buffered changes. The next change discards them.
        self.inner.writer_state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks the writer state for a change to the archive.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] when the archive was opened read-only.
    fn lock_for_change(&self) -> Result<MutexGuard<'_, WriterState>> {
        if self.inner.is_read_only {
            return Err(Error::ReadOnly(self.inner.path.clone()));
        }
        Ok(self.lock_writer())
    }
}

/// One import, as recorded in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ImportInfo {
    /// Number of the import, counted from 1.
    pub number: u64,
    /// Time of the import by the system clock: RFC 3339, UTC.
    pub recorded: String,
    /// Name and version of the program that imported.
    pub tool: String,
    /// The user's note on the import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Number of versions added.
    pub versions: u64,
    /// Number of elections removed.
    pub removals: u64,
    /// Number of aliases added, for titles and territories.
    pub aliases: u64,
    /// Number of countries for which a lineage was added.
    pub lineages: u64,
    /// Number of elections that were merged into another.
    #[serde(default)]
    pub merges: u64,
    /// Number of elections that are no longer merged into another.
    #[serde(default)]
    pub splits: u64,
    /// Number of versions that were erased.
    #[serde(default)]
    pub erasures: u64,
    /// BLAKE3 hash of the import, in hexadecimal.
    pub digest: String,
}

impl ImportInfo {
    /// Creates the info of an import. The commit counts other entries as aliases.
    fn new(commit: Commit, digest: String, others: OtherEntries) -> Self {
        let OtherEntries { lineages, source_entries, merges, splits, erasures } = others;
        Self {
            number: commit.import,
            recorded: commit.recorded,
            tool: commit.tool,
            note: commit.note,
            versions: commit.versions,
            removals: commit.removals,
            aliases: commit
                .aliases
                .saturating_sub(lineages + source_entries + merges + splits + erasures),
            lineages,
            merges,
            splits,
            erasures,
            digest,
        }
    }
}

/// The identifier of an election in one archive: the number of the journal line that added it.
///
/// It never changes while the journal is intact, even when the store is rebuilt. If a rebuild of a
/// damaged journal drops lost imports, later elections have other identifiers.
///
/// ```
/// use hustings::archive::ElectionId;
/// let id: ElectionId = "17".parse()?;
/// assert_eq!(id.to_string(), "17");
/// # Ok::<(), std::num::ParseIntError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ElectionId(pub(crate) u64);

impl fmt::Display for ElectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ElectionId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

/// The identifier of one version of one election in one archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VersionId {
    /// The election.
    pub election: ElectionId,
    /// Number of the version, counted from 1.
    pub number: u32,
}

/// An election with its titles and summary, as used by lists and chains.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Listing {
    /// The version that the summary describes: the current one, unless another was requested.
    pub version: VersionId,
    /// Shortest address that names only this election.
    pub address: String,
    /// All folded titles under which links and addresses find the election.
    pub titles: Vec<String>,
    /// Summary of the version.
    pub summary: ElectionSummary,
}

/// One election of a list.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ListedElection {
    /// The current version.
    pub version: VersionId,
    /// Shortest address that names only this election.
    pub address: String,
    /// Summary of the election.
    pub summary: ElectionSummary,
    /// Number of versions of the election.
    pub versions: u32,
}

/// One version of one election, with its record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
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
    #[serde(serialize_with = "serialize_pruned")]
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
            summary: self.election.summary(),
        }
    }
}

/// Metadata of one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct VersionInfo {
    /// Number of the version, counted from 1.
    pub number: u32,
    /// Number of the import that added the version.
    pub import: u64,
    /// Time of that import: RFC 3339, UTC.
    pub recorded: String,
    /// Name of the source. Documents imported without a source have one for each format and
    /// folder: `article:articles`.
    pub source: String,
    /// Identifier of the election in the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
    /// Name of the file without its folder, or `<stdin>`.
    pub file: String,
    /// Format that the source text was parsed as.
    pub format: String,
    /// Time at which the source had this text, if known: RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_time: Option<String>,
    /// Revision of the source's page, if the source has revisions.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "serialize_pruned")]
    pub revision: Option<Revision>,
    /// Title of the election in this version.
    pub title: String,
    /// Whether the version is a removal. A removal has no record.
    pub removed: bool,
    /// The erasure of the version's text, if it was erased. The version then has no record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<Erasure>,
    /// Whether the record equals that of the previously current version although the text differs,
    /// for example in white space or in the order of contenders.
    pub same_record: bool,
    /// The user's note on the import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

mod sealed {
    pub trait Sealed {}
}

/// The queries that chains and comparisons need. Only [`Snapshot`] implements this trait, so that
/// all queries of an analysis read the same state of the archive.
pub trait ElectionQueries: sealed::Sealed {
    /// Returns the election with this title or alias, with its current version. Returns `None` when
    /// there is none or it was removed.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn find_by_title(&self, title: &str) -> Result<Option<Arc<Listing>>>;

    /// Returns the election that a link in a version leads to: the one that the source of the version
    /// identifies, or else the one with the title. Returns `None` when there is none or it was
    /// removed.
    ///
    /// # Errors
    /// When the archive does not contain the version.
    fn find_linked(&self, version: VersionId, link: &Link) -> Result<Option<Arc<Listing>>>;

    /// Returns the election that a link of a source leads to, as
    /// [`find_linked`](Self::find_linked).
    ///
    /// # Errors
    /// When the store cannot be read.
    fn find_linked_by(&self, source: &str, link: &Link) -> Result<Option<Arc<Listing>>>;

    /// Returns whether the election that a link in a version leads to was removed.
    ///
    /// # Errors
    /// When the archive does not contain the version.
    fn was_removed(&self, version: VersionId, link: &Link) -> Result<bool>;

    /// Returns the elections whose current record links to this election, by its identifier in their
    /// source or by one of its titles. Both links of elections and links of contests count.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn backlinks(&self, listing: &Listing) -> Result<Arc<[Arc<Listing>]>>;

    /// Returns what the other sources of an election state about it: the name of each source, and
    /// the summary of its latest version. Empty if the election has one source.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn other_statements(&self, listing: &Listing) -> Result<Vec<(String, ElectionSummary)>>;

    /// Returns the elections of a territory under all of its names, ordered by year and date.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn territory_elections(&self, country: &str) -> Result<Vec<Arc<Listing>>>;

    /// Returns whether one source has both elections.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn have_common_source(&self, one: &Listing, other: &Listing) -> Result<bool>;

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
