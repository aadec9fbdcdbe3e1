//! Opening an archive: the lock, the format, and a store that agrees with the journal.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use super::guard::nothing_leads_outside;
use super::{Archive, Shared, Snapshot, Writing};
use crate::disk::{self, Disk, Lock, System, exists, remove_if_there};
use crate::index::{self, Applied};
use crate::journal::{Journal, JournalFormat, Mark, first_file, free_name, now};
pub(super) use crate::journal::{format_of, write_format};
use crate::store::{OTHER_FORMAT, Store};
use crate::{Error, Result};

/// A file that stands here while the store is known to be damaged.
pub(super) const DAMAGED: &str = "store.damaged";

/// How far a rebuild, a verification, or the catching up of the store, has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Entries of the journal that are applied, or compared.
    pub done: u64,
}

/// How to open an archive.
pub struct Open {
    create: bool,
    pub(super) is_read_only: bool,
    pub(super) cache: Option<PathBuf>,
    pub(super) wait: Duration,
    pub(super) progress: Box<dyn FnMut(Progress)>,
    pub(super) disk: Arc<dyn Disk>,
}

impl Default for Open {
    fn default() -> Self {
        let (wait, progress) = (Duration::ZERO, Box::new(|_| ()));
        let (is_read_only, cache, disk) = (false, None, Arc::new(System));
        Self { create: false, is_read_only, cache, wait, progress, disk }
    }
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Open");
        debug.field("create", &self.create).field("read_only", &self.is_read_only);
        debug.field("cache", &self.cache).field("wait", &self.wait).finish_non_exhaustive()
    }
}

impl Open {
    /// Makes an archive where there is none (the folder must be empty or missing).
    #[must_use]
    pub fn create(mut self, create: bool) -> Self {
        self.create = create;
        self
    }

    /// Opens the archive to be read alone: what changes it is an [`Error::ReadOnly`]. Where another process still has it
    /// after the wait, or it cannot be written, it is read from a replica, which says so in [`Archive::notices`] and
    /// shows the archive as of the last import that was there; during a large import, perhaps without what came in the last
    /// ten seconds ([`Replica::left_out`](super::Replica::left_out)).
    ///
    /// ```
    /// use hustings::Archive;
    /// use hustings::archive::{Filter, ImportOptions};
    /// # let folder = std::env::temp_dir().join("hustings-example-replica");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(&["fixtures/commission".into()], &ImportOptions::default())?;
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

    /// Keeps replicas in this folder, in `hustings/replicas`: the cache folder of the user. Without one, or where that
    /// cannot be used, a replica is temporary.
    #[must_use]
    pub fn cache(mut self, folder: impl Into<PathBuf>) -> Self {
        self.cache = Some(folder.into());
        self
    }

    /// Waits at most this long while another process has the archive, instead of failing at once.
    /// [`Duration::MAX`] is without a limit.
    #[must_use]
    pub fn wait(mut self, limit: Duration) -> Self {
        self.wait = limit;
        self
    }

    /// Hears how far the store has come, when it has to catch up with the journal; or a rebuild, or a
    /// verification.
    #[must_use]
    pub fn progress(mut self, progress: impl FnMut(Progress) + 'static) -> Self {
        self.progress = Box::new(progress);
        self
    }

    /// Writes the archive's own files through this, and not as the system gives them.
    #[must_use]
    pub fn disk(mut self, disk: Arc<dyn Disk>) -> Self {
        self.disk = disk;
        self
    }

    /// Opens the archive in this folder.
    ///
    /// # Errors
    /// When there is none, when another process has it, or when the journal is damaged. A store
    /// that is missing, damaged or behind is mended from the journal.
    pub fn open(mut self, path: impl AsRef<Path>) -> Result<Archive> {
        match self.is_read_only {
            true => self.open_to_read(path.as_ref()),
            false => self.open_own(path.as_ref()),
        }
    }

    /// Opens the archive with its own store.
    pub(super) fn open_own(&mut self, path: &Path) -> Result<Archive> {
        let fresh = !exists(&path.join("FORMAT"))?;
        if fresh {
            self.check_fresh(path)?;
        }
        nothing_leads_outside(path)?;
        if fresh {
            make_folders(path, &*self.disk)?;
        } else {
            format_of(path)?;
        }
        let lock = self.lock(path)?;
        if fresh {
            write_format(path, JournalFormat::CURRENT, &*self.disk)?;
        } else {
            // Another process may have raised it while this one waited for the lock.
            format_of(path)?;
        }
        finish_swap(path, &*self.disk)?;
        finish_store_swap(path, &*self.disk);
        let archive = self.recover(path, lock)?;
        archive.catch_up(&mut archive.writing(), &mut *self.progress)?;
        Ok(archive)
    }

    fn check_fresh(&self, path: &Path) -> Result<()> {
        // An archive that has lost its line is one all the same.
        if exists(&first_file(&path.join("journal")))? {
            return Err(Error::Format { path: path.to_owned(), found: String::new() });
        }
        match (self.create && !self.is_read_only, holds_others(path)?) {
            (false, _) => Err(Error::NoArchive(path.to_owned())),
            (true, true) => Err(Error::NotAnArchive(path.to_owned())),
            // An archive that could take nothing in is not made.
            (true, false) => now().map(drop),
        }
    }

    /// Locks an archive to change it.
    pub(super) fn lock(&self, path: &Path) -> Result<Arc<Lock>> {
        let file = Lock::path(path);
        let opened = disk::options().create(true).truncate(false).write(true).open(&file);
        self.locked(path, opened.map_err(Error::io("open", &file))?)
    }

    /// Locks an archive to read it, also on a disk that cannot be written. None where nobody has opened it yet.
    pub(super) fn lock_to_read(&self, path: &Path) -> Result<Option<Arc<Lock>>> {
        let file = Lock::path(path);
        // Who may write the file says in it who reads.
        let opened = disk::options().write(true).open(&file).or_else(|_| File::open(&file));
        match opened {
            Ok(opened) => self.locked(path, opened).map(Some),
            Err(error) if disk::is_absent(&error) => Ok(None),
            Err(error) => Err(Error::io("open", &file)(error)),
        }
    }

    fn locked(&self, path: &Path, file: File) -> Result<Arc<Lock>> {
        let mut lock = Lock::acquire(path, file, self.wait)?;
        if let Ok(since) = now() {
            lock.sign(&since);
        }
        Ok(Arc::new(lock))
    }

    /// Opens journal and store, and puts a store aside that cannot be read.
    fn recover(&self, path: &Path, lock: Arc<Lock>) -> Result<Archive> {
        let (folder, store) = (path.join("journal"), path.join("store"));
        let disk = || Arc::clone(&self.disk);
        let mut notices = Vec::new();
        let existed = exists(&store)?;
        if !existed {
            // `FORMAT` comes first on the disk: a folder that has a store and no `FORMAT` is no archive.
            disk::sync_names(path, &*self.disk)?;
        }
        let bad = path.join(DAMAGED);
        let is_bad = exists(&bad)?;
        let opened = if is_bad {
            Err(Error::Store("it was found damaged".to_owned()))
        } else {
            Store::open(&store).and_then(|store| Ok((Applied::of(&store.marker()?)?.mark, store)))
        };
        let (store, journal, cut) = match opened {
            Ok((mark, store)) => {
                let (journal, cut) = Journal::open(&folder, &mark, !existed, disk())?;
                if !existed && journal.end().import > 0 {
                    notices.push("the store was missing and is rebuilt".to_owned());
                }
                (store, journal, cut)
            }
            // Only damage makes a store worthless: a file that the system cannot read now may be read later.
            Err(Error::Store(problem)) => {
                let (journal, cut) = Journal::open(&folder, &Mark::default(), true, disk())?;
                notices.push(if problem == OTHER_FORMAT {
                    // The journal has all that was in it.
                    fs::remove_dir_all(&store).map_err(Error::io("remove", &store))?;
                    format!("the store is made anew: {problem}")
                } else {
                    let aside = put_aside(&store, &*self.disk)?;
                    if is_bad {
                        fs::remove_file(&bad).map_err(Error::io("remove", &bad))?;
                    }
                    let (aside, error) = (aside.display(), Error::Store(problem));
                    format!("the store is rebuilt, and the old one put aside as {aside}: {error}")
                });
                (Store::open(&store)?, journal, cut)
            }
            Err(error) => return Err(error),
        };
        notices.extend(cut);
        let journal = journal.guarded_by(Arc::clone(&lock));
        let writer = index::Writer::new(Some(Arc::clone(&store)))?;
        let writing = Writing { journal, store, writer };
        let state = RwLock::new(Snapshot::new(&writing)?);
        let shared = Shared {
            path: path.to_owned(),
            notices,
            disk: disk(),
            lock,
            writing: Mutex::new(writing),
            state,
            is_read_only: self.is_read_only,
            cache: self.cache.clone(),
            replica: None,
        };
        Ok(Archive { shared: Arc::new(shared) })
    }
}

impl Archive {
    /// How to open an archive.
    #[must_use]
    pub fn options() -> Open {
        Open::default()
    }

    /// Opens the archive in this folder, which must exist.
    ///
    /// # Errors
    /// As [`Open::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::options().open(path)
    }

    /// Opens the archive in this folder, and makes one where there is none.
    ///
    /// # Errors
    /// As [`Open::open`].
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        Self::options().create(true).open(path)
    }

    /// Closes the archive, as dropping it does, and reports what goes wrong. Every import that was acknowledged is
    /// in the journal, whatever that is.
    ///
    /// # Errors
    /// When the system refuses to write what the store still has to write.
    pub fn close(self) -> Result<()> {
        self.writing().store.sync()
    }

    /// Notes that the store of the archive in this folder was found damaged, as an
    /// [`Error::Store`] says. Opening the archive again makes the store anew.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn distrust_store(path: impl AsRef<Path>) -> Result<()> {
        let bad = path.as_ref().join(DAMAGED);
        let made = disk::options().create(true).truncate(false).write(true).open(&bad);
        made.map(drop).map_err(Error::io("write", &bad))
    }

    /// What opening had to mend, in sentences.
    #[must_use]
    pub fn notices(&self) -> &[String] {
        &self.shared.notices
    }

    /// Brings the store to the end of the journal, and lets readers see that.
    pub(super) fn catch_up(
        &self,
        writing: &mut Writing,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<()> {
        let mut done = 0;
        writing.writer.discard();
        writing.writer.follow(&writing.journal, &mut || {
            done += 1;
            progress(Progress { done });
        })?;
        self.show(writing)
    }
}

/// Whether a folder holds something else than what an archive begins with, which was stopped there.
pub(super) fn holds_others(path: &Path) -> Result<bool> {
    let ours = |name: &OsStr| name == "lock" || name == "FORMAT.new" || name == "journal";
    let failed = || Error::io("read", path);
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if disk::is_absent(&error) => return Ok(false),
        Err(error) => return Err(failed()(error)),
    };
    for entry in entries {
        if !ours(&entry.map_err(failed())?.file_name()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes the folders of a new archive. `FORMAT`, which says that it is one, comes last, and not before the folders
/// are durable.
pub(super) fn make_folders(path: &Path, disk: &dyn Disk) -> Result<()> {
    let journal = path.join("journal");
    let mut made = vec![path, folder_of(path)];
    while let Some(folder) = made.last().copied()
        && !exists(folder)?
    {
        made.push(folder_of(folder));
    }
    disk.create_folder(&journal).map_err(Error::io("create", &journal))?;
    for folder in made {
        disk.sync_folder(folder).map_err(Error::io("write", folder))?;
    }
    Ok(())
}

/// The folder that a path stands in.
pub(super) fn folder_of(path: &Path) -> &Path {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

/// A repair that was stopped between its two renames has written the new journal already.
pub(super) fn finish_swap(path: &Path, disk: &dyn Disk) -> Result<()> {
    let (journal, new) = (path.join("journal"), path.join(NEW_JOURNAL));
    if exists(&journal)? {
        // A repair that was stopped before its renames begins again.
        let _ = remove_if_there(&new, disk);
        return Ok(());
    }
    if exists(&new)? {
        disk.rename(&new, &journal).map_err(Error::io("rename", &new))?;
        return disk.sync_folder(path).map_err(Error::io("write", path));
    }
    Err(Error::Journal { path: journal, offset: 0, problem: "the folder is missing".to_owned() })
}

/// The journal and the store that a rebuild writes, until they replace the old ones.
pub(super) const NEW_JOURNAL: &str = "journal.new";
pub(super) const NEW_STORE: &str = "store.new";

/// A store that a rebuild replaces, until it has done so.
pub(super) const REPLACED: &str = "store.old";

/// Takes the store back that a stopped rebuild was to replace, or removes it where the new one is in its place; and removes
/// the new one where it is not. A store can be rebuilt, so what cannot be done now is done later.
pub(super) fn finish_store_swap(path: &Path, disk: &dyn Disk) {
    let (store, old) = (path.join("store"), path.join(REPLACED));
    let _ = match (exists(&store), exists(&old)) {
        (Ok(true), Ok(true)) => disk.remove_folder(&old),
        (Ok(false), Ok(true)) => disk.rename(&old, &store),
        _ => Ok(()),
    };
    let _ = remove_if_there(&path.join(NEW_STORE), disk);
}

/// Renames a folder, which may be missing, to a name that is free.
pub(super) fn put_aside(folder: &Path, disk: &dyn Disk) -> Result<PathBuf> {
    let free = free_name(&folder.with_extension("aside"))?;
    if exists(folder)? {
        disk.rename(folder, &free).map_err(Error::io("rename", folder))?;
    }
    Ok(free)
}
