//! Opening an archive: acquires the lock, checks the format, and brings the store up to date with
//! the journal.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use super::path_guard::ensure_no_links;
use super::pending_erasures::{
    NEW_STORE, REPLACED_STORE, remove_retired_store, replace_outdated_store,
};
use super::{Archive, ArchiveInner, Snapshot, WriterState};
use crate::disk::{self, Disk, Lock, SystemDisk, exists, remove_if_exists};
use crate::index::{self, AppliedPosition};
use crate::ingest::parse_entry;
use crate::journal::{Journal, JournalFormat, LogPosition, first_file, now, unused_path};
pub(super) use crate::journal::{read_format, write_format};
use crate::store::Store;
use crate::{Error, Result, StoreError};

/// Marker file in the archive's folder that exists while the store is known to be damaged.
pub(super) const DAMAGE_MARKER: &str = "store.damaged";

/// Progress of a rebuild, a verification, or a store that is catching up with the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Number of journal entries applied or compared so far.
    pub done: u64,
}

/// Options for opening an archive.
pub struct OpenOptions {
    create: bool,
    pub(super) is_read_only: bool,
    pub(super) cache_folder: Option<PathBuf>,
    pub(super) wait: Duration,
    pub(super) progress: Box<dyn FnMut(Progress)>,
    pub(super) disk: Arc<dyn Disk>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        let (wait, progress) = (Duration::ZERO, Box::new(|_| ()));
        let (is_read_only, cache_folder, disk) = (false, None, Arc::new(SystemDisk));
        Self { create: false, is_read_only, cache_folder, wait, progress, disk }
    }
}

impl fmt::Debug for OpenOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("OpenOptions");
        debug.field("create", &self.create).field("read_only", &self.is_read_only);
        debug
            .field("cache_folder", &self.cache_folder)
            .field("wait", &self.wait)
            .finish_non_exhaustive()
    }
}

impl OpenOptions {
    /// Creates an archive if there is none. The folder must be empty or missing.
    #[must_use]
    pub fn create(mut self, create: bool) -> Self {
        self.create = create;
        self
    }

    /// Opens the archive read-only: changes return [`Error::ReadOnly`]. A replica is used when
    /// another process still holds the archive after the time set by [`OpenOptions::wait_for`], or
    /// when the archive cannot be written. [`Archive::notices`] then reports the replica. A replica
    /// shows the archive as of its last import at the time of opening. During a large import it may
    /// lack imports of the last ten seconds ([`Replica::lag`](super::Replica::lag)).
    ///
    /// ```
    /// use hustings::Archive;
    /// use hustings::archive::Filter;
    /// # let folder = std::env::temp_dir().join("hustings-example-replica");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(["fixtures/commission"])?;
    /// // As another process does, while this one has the archive.
    /// let reader = Archive::options().read_only().open(&folder)?;
    /// assert_eq!(reader.list(&Filter::default())?, archive.list(&Filter::default())?);
    /// assert!(reader.notices()[0].ends_with(" UTC)"), "{:?}", reader.notices());
    /// # drop((archive, reader)); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.is_read_only = true;
        self
    }

    /// Sets the user's cache folder. Replicas are kept in its subfolder `hustings/replicas`.
    /// Without a usable cache folder, replicas are temporary.
    #[must_use]
    pub fn cache_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.cache_folder = Some(folder.into());
        self
    }

    /// Sets the maximum time to wait while another process holds the archive. By default, opening
    /// fails at once. [`Duration::MAX`] waits without a limit.
    #[must_use]
    pub fn wait_for(mut self, limit: Duration) -> Self {
        self.wait = limit;
        self
    }

    /// Sets a callback for the progress of a rebuild, of a verification, or of a store that is
    /// catching up with the journal.
    #[must_use]
    pub fn progress(mut self, progress: impl FnMut(Progress) + 'static) -> Self {
        self.progress = Box::new(progress);
        self
    }

    /// Writes the archive's own files through `disk` instead of the file system.
    #[cfg(feature = "test-support")]
    #[must_use]
    pub fn disk(mut self, disk: Arc<dyn Disk>) -> Self {
        self.disk = disk;
        self
    }

    /// Opens the archive in this folder.
    ///
    /// # Errors
    /// When there is no archive, when another process holds it, or when the journal is damaged. A
    /// store that is missing, damaged or out of date is repaired from the journal.
    pub fn open(mut self, path: impl AsRef<Path>) -> Result<Archive> {
        match self.is_read_only {
            true => self.open_for_reading(path.as_ref()),
            false => self.open_own_store(path.as_ref()),
        }
    }

    /// Opens the archive with its own store instead of a replica.
    pub(super) fn open_own_store(&mut self, path: &Path) -> Result<Archive> {
        let is_new = !exists(&path.join("FORMAT"))?;
        if is_new {
            self.check_can_create(path)?;
        }
        ensure_no_links(path)?;
        if is_new {
            create_folders(path, &*self.disk)?;
        } else {
            read_format(path)?;
        }
        let lock = self.lock(path)?;
        if is_new {
            write_format(path, JournalFormat::CURRENT, &*self.disk)?;
        } else {
            // Another process may have raised the format while this one waited for the lock.
            read_format(path)?;
        }
        finish_journal_swap(path, &*self.disk)?;
        finish_store_swap(path, &*self.disk);
        let archive = self.recover(path, lock)?;
        archive.catch_up(&mut archive.lock_writer(), &mut *self.progress)?;
        Ok(archive)
    }

    fn check_can_create(&self, path: &Path) -> Result<()> {
        // A folder with a journal but without `FORMAT` is a damaged archive.
        if exists(&first_file(&path.join("journal")))? {
            return Err(Error::DamagedFormat { path: path.to_owned(), found: String::new() });
        }
        match (self.create && !self.is_read_only, has_foreign_entries(path)?) {
            (false, _) => Err(Error::NoArchive(path.to_owned())),
            (true, true) => Err(Error::NotAnArchive(path.to_owned())),
            // Do not create an archive while the clock is invalid: every import would fail.
            (true, false) => now().map(drop),
        }
    }

    /// Locks an archive for writing.
    pub(super) fn lock(&self, path: &Path) -> Result<Arc<Lock>> {
        let file = Lock::path(path);
        let opened = disk::new_file_options().create(true).truncate(false).write(true).open(&file);
        self.acquire_lock(path, opened.map_err(Error::io("open", &file))?)
    }

    /// Locks an archive for reading, even on a read-only disk. Returns `None` when the lock file
    /// does not exist, because no process has opened the archive yet.
    pub(super) fn lock_for_reading(&self, path: &Path) -> Result<Option<Arc<Lock>>> {
        let file = Lock::path(path);
        // Open for writing if permitted, so that the file can name the process that holds the lock.
        let opened =
            disk::new_file_options().write(true).open(&file).or_else(|_| File::open(&file));
        match opened {
            Ok(opened) => self.acquire_lock(path, opened).map(Some),
            Err(error) if disk::is_not_found(&error) => Ok(None),
            Err(error) => Err(Error::io("open", &file)(error)),
        }
    }

    fn acquire_lock(&self, path: &Path, file: File) -> Result<Arc<Lock>> {
        let mut lock = Lock::acquire(path, file, self.wait)?;
        if let Ok(since) = now() {
            lock.write_holder(&since);
        }
        Ok(Arc::new(lock))
    }

    /// Opens the journal and the store. Replaces an unusable store with an empty one, which is then
    /// rebuilt from the journal. Moves a damaged store aside, and deletes one that another version
    /// wrote.
    fn recover(&self, path: &Path, lock: Arc<Lock>) -> Result<Archive> {
        let (folder, store) = (path.join("journal"), path.join("store"));
        let (disk, mut notices) = (|| Arc::clone(&self.disk), Vec::new());
        let existed = exists(&store)?;
        if !existed {
            // Make `FORMAT` durable before the store exists: a folder with a store but no `FORMAT`
            // cannot be opened.
            disk::sync_folder_if_permitted(path, &*self.disk)?;
        }
        let marker = path.join(DAMAGE_MARKER);
        let is_damaged = exists(&marker)?;
        let opened = if is_damaged {
            Err(StoreError::corrupt("it was found damaged"))
        } else {
            Store::open(&store).and_then(|store| {
                Ok((AppliedPosition::from_marker(&store.marker()?)?.log_position, store))
            })
        };
        let (store, journal, tail_notice) = match opened {
            Ok((position, store)) => {
                let (journal, tail_notice) = Journal::open(&folder, &position, !existed, disk())?;
                if !existed && journal.end_position().import > 0 {
                    notices.push("the store was missing and is rebuilt".to_owned());
                }
                (store, journal, tail_notice)
            }
            // Rebuild only a damaged store. After an I/O error, the store may be readable later.
            Err(Error::Store(problem)) => {
                let (journal, tail_notice) =
                    Journal::open(&folder, &LogPosition::default(), true, disk())?;
                notices.push(if problem == StoreError::OtherVersion {
                    // The old store can be deleted: the journal contains everything in it.
                    fs::remove_dir_all(&store).map_err(Error::io("remove", &store))?;
                    format!("the store is rebuilt: {problem}")
                } else {
                    let aside = move_aside(&store, &*self.disk)?;
                    if is_damaged {
                        fs::remove_file(&marker).map_err(Error::io("remove", &marker))?;
                    }
                    let (aside, error) = (aside.display(), Error::Store(problem));
                    format!("the store is rebuilt, and the old one put aside as {aside}: {error}")
                });
                (Store::open(&store)?, journal, tail_notice)
            }
            Err(error) => return Err(error),
        };
        notices.extend(tail_notice);
        let (store, journal) =
            replace_outdated_store(path, (store, journal), &lock, &self.disk, &mut notices)?;
        let journal = journal.with_lock(Arc::clone(&lock));
        let writer = index::StoreWriter::new(Some(Arc::clone(&store)), parse_entry)?;
        let writer_state = WriterState { journal, store, writer };
        let snapshot = RwLock::new(Snapshot::new(&writer_state)?);
        let shared = ArchiveInner {
            path: path.to_owned(),
            notices,
            disk: disk(),
            lock,
            writer_state: Mutex::new(writer_state),
            snapshot,
            is_read_only: self.is_read_only,
            cache_folder: self.cache_folder.clone(),
            replica: None,
        };
        Ok(Archive { inner: Arc::new(shared) })
    }
}

impl Archive {
    /// Returns options for opening an archive.
    #[must_use]
    pub fn options() -> OpenOptions {
        OpenOptions::default()
    }

    /// Opens the archive in this folder, which must exist.
    ///
    /// # Errors
    /// See [`OpenOptions::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::options().open(path)
    }

    /// Opens the archive in this folder read-only, even while another process holds it.
    ///
    /// ```
    /// use hustings::Archive;
    /// # let folder = std::env::temp_dir().join("hustings-example-read-only");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(["fixtures/commission"])?;
    /// // As another process does, while this one has the archive.
    /// let reader = Archive::open_read_only(&folder)?;
    /// assert_eq!(reader.imports()?.len(), 1);
    /// # drop(reader);
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// See [`OpenOptions::open`] and [`OpenOptions::read_only`].
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Self> {
        Self::options().read_only().open(path)
    }

    /// Opens the archive in this folder, and creates it if there is none.
    ///
    /// # Errors
    /// See [`OpenOptions::open`].
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        Self::options().create(true).open(path)
    }

    /// Closes the archive and reports errors, which dropping it would ignore. Every completed
    /// import is in the journal, even when closing fails.
    ///
    /// # Errors
    /// When the remaining changes to the store cannot be written.
    pub fn close(self) -> Result<()> {
        self.lock_writer().store.sync()
    }

    /// Marks the store of the archive in this folder as damaged, for use after an [`Error::Store`].
    /// The store is rebuilt when the archive is next opened.
    ///
    /// # Errors
    /// When the marker file cannot be written.
    pub fn mark_store_damaged(path: impl AsRef<Path>) -> Result<()> {
        let marker = path.as_ref().join(DAMAGE_MARKER);
        let made = disk::new_file_options().create(true).truncate(false).write(true).open(&marker);
        made.map(drop).map_err(Error::io("write", &marker))
    }

    /// Returns sentences about repairs made while opening, or about the replica in use.
    #[must_use]
    pub fn notices(&self) -> &[String] {
        &self.inner.notices
    }

    /// Applies the rest of the journal to the store, and publishes the new state to readers.
    pub(super) fn catch_up(
        &self,
        writer_state: &mut WriterState,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<()> {
        let mut done = 0;
        writer_state.writer.discard();
        writer_state.writer.follow(&writer_state.journal, &mut || {
            done += 1;
            progress(Progress { done });
        })?;
        self.publish(writer_state)
    }
}

/// Returns whether a folder contains anything other than the remains of an interrupted creation of
/// an archive.
pub(super) fn has_foreign_entries(path: &Path) -> Result<bool> {
    let is_leftover = |name: &OsStr| name == "lock" || name == "FORMAT.new" || name == "journal";
    let failed = || Error::io("read", path);
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if disk::is_not_found(&error) => return Ok(false),
        Err(error) => return Err(failed()(error)),
    };
    for entry in entries {
        if !is_leftover(&entry.map_err(failed())?.file_name()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Creates the folders of a new archive and makes them durable. `FORMAT`, which marks the folder as
/// an archive, is written only afterwards.
pub(super) fn create_folders(path: &Path, disk: &dyn Disk) -> Result<()> {
    let journal = path.join("journal");
    let mut made = vec![path, parent_folder(path)];
    while let Some(folder) = made.last().copied()
        && !exists(folder)?
    {
        made.push(parent_folder(folder));
    }
    disk.create_folder(&journal).map_err(Error::io("create", &journal))?;
    for folder in made {
        disk.sync_folder(folder).map_err(Error::io("write", folder))?;
    }
    Ok(())
}

/// Returns the folder that contains a path.
pub(super) fn parent_folder(path: &Path) -> &Path {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

/// Completes a replacement of the journal that was interrupted between its two renames. At that
/// point, the new journal is complete.
pub(super) fn finish_journal_swap(path: &Path, disk: &dyn Disk) -> Result<()> {
    let (journal, new) = (path.join("journal"), path.join(NEW_JOURNAL));
    if exists(&journal)? {
        // Remove a new journal from a replacement that stopped before its renames. The next rebuild
        // starts over.
        let _ = remove_if_exists(&new, disk);
        return Ok(());
    }
    if exists(&new)? {
        disk.rename(&new, &journal).map_err(Error::io("rename", &new))?;
        return disk.sync_folder(path).map_err(Error::io("write", path));
    }
    Err(Error::Journal { path: journal, offset: 0, problem: "the folder is missing".to_owned() })
}

/// Name of the journal that a rebuild writes, before it replaces the old one.
pub(super) const NEW_JOURNAL: &str = "journal.new";

/// Completes or reverts an interrupted replacement of the store. When the new store is in place,
/// removes the old one; otherwise restores the old one. Also removes a new store that is not in
/// place. Errors are ignored: the next opening tries again, and a store can always be rebuilt.
pub(super) fn finish_store_swap(path: &Path, disk: &dyn Disk) {
    let (store, old) = (path.join("store"), path.join(REPLACED_STORE));
    let _ = match (exists(&store), exists(&old)) {
        (Ok(true), Ok(true)) => disk.remove_folder(&old),
        (Ok(false), Ok(true)) => disk.rename(&old, &store),
        _ => Ok(()),
    };
    let _ = remove_if_exists(&path.join(NEW_STORE), disk);
    let _ = remove_retired_store(path, disk);
}

/// Renames a folder, if it exists, to a free name, and returns that name.
pub(super) fn move_aside(folder: &Path, disk: &dyn Disk) -> Result<PathBuf> {
    let free = unused_path(&folder.with_extension("aside"))?;
    if exists(folder)? {
        disk.rename(folder, &free).map_err(Error::io("rename", folder))?;
    }
    Ok(free)
}
