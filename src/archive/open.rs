//! Opening an archive: the lock, the format, and a store that agrees with the journal.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Archive;
use super::guard::nothing_leads_outside;
use super::memory::Memory;
use crate::disk::{self, Disk, Lock, System, exists};
use crate::journal::{Journal, JournalFormat, Mark, first_file, free_name, now};
pub(super) use crate::journal::{format_of, write_format};
use crate::store::Store;
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
    wait: bool,
    pub(super) progress: Box<dyn FnMut(Progress)>,
    pub(super) disk: Arc<dyn Disk>,
}

impl Default for Open {
    fn default() -> Self {
        Self { create: false, wait: false, progress: Box::new(|_| ()), disk: Arc::new(System) }
    }
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Open").field("create", &self.create).field("wait", &self.wait).finish()
    }
}

impl Open {
    /// Makes an archive where there is none (the folder must be empty or missing).
    #[must_use]
    pub fn create(mut self, create: bool) -> Self {
        self.create = create;
        self
    }

    /// Waits while another process has the archive, instead of failing at once.
    #[must_use]
    pub fn wait(mut self, wait: bool) -> Self {
        self.wait = wait;
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
        let path = path.as_ref();
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
        let mut archive = self.recover(path, lock)?;
        archive.catch_up(&mut *self.progress)?;
        Ok(archive)
    }

    fn check_fresh(&self, path: &Path) -> Result<()> {
        // An archive that has lost its line is one all the same.
        if exists(&first_file(&path.join("journal")))? {
            return Err(Error::Format { path: path.to_owned(), found: String::new() });
        }
        match (self.create, holds_others(path)?) {
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
        match File::open(&file) {
            Ok(opened) => self.locked(path, opened).map(Some),
            Err(error) if disk::is_absent(&error) => Ok(None),
            Err(error) => Err(Error::io("open", &file)(error)),
        }
    }

    fn locked(&self, path: &Path, file: File) -> Result<Arc<Lock>> {
        let name = Lock::path(path);
        let failed = Error::io("lock", &name);
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if self.wait => wait_for(&file).map_err(failed)?,
            Err(TryLockError::WouldBlock) => return Err(Error::Busy(path.to_owned())),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let lock = Lock::new(file, path);
        // Who waited may have locked a file that was removed meanwhile.
        lock.check()?;
        Ok(Arc::new(lock))
    }

    /// Opens journal and store, and puts a store aside that cannot be read.
    fn recover(&self, path: &Path, lock: Arc<Lock>) -> Result<Archive> {
        let (folder, store) = (path.join("journal"), path.join("store"));
        let disk = || Arc::clone(&self.disk);
        let mut notices = Vec::new();
        let existed = exists(&store)?;
        let bad = path.join(DAMAGED);
        let is_bad = exists(&bad)?;
        let opened = if is_bad {
            Err(Error::Store("it was found damaged".to_owned()))
        } else {
            Store::open(&store).and_then(|store| Ok((store.applied()?.mark, store)))
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
            Err(error @ Error::Store(_)) => {
                let (journal, cut) = Journal::open(&folder, &Mark::default(), true, disk())?;
                let aside = put_aside(&store, &*self.disk)?;
                if is_bad {
                    fs::remove_file(&bad).map_err(Error::io("remove", &bad))?;
                }
                let aside = aside.display();
                notices.push(format!(
                    "the store is rebuilt, and the old one put aside as {aside}: {error}"
                ));
                (Store::open(&store)?, journal, cut)
            }
            Err(error) => return Err(error),
        };
        notices.extend(cut);
        let journal = journal.guarded_by(Arc::clone(&lock));
        let (path, disk) = (path.to_owned(), disk());
        let memory = Memory::default();
        Ok(Archive { path, journal, store, memory, notices, disk, lock })
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
        self.store.close()
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
        &self.notices
    }

    /// Brings the store to the end of the journal.
    pub(super) fn catch_up(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<()> {
        let mut done = 0;
        self.memory.clear();
        self.store.follow(&self.journal, &mut || {
            done += 1;
            progress(Progress { done });
        })
    }
}

/// Waits for a lock, through interrupting signals.
fn wait_for(file: &File) -> io::Result<()> {
    loop {
        match file.lock() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            locked => return locked,
        }
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
    let (journal, new) = (path.join("journal"), path.join("journal.new"));
    if exists(&journal)? {
        return Ok(());
    }
    if exists(&new)? {
        disk.rename(&new, &journal).map_err(Error::io("rename", &new))?;
        return disk.sync_folder(path).map_err(Error::io("write", path));
    }
    Err(Error::Journal { path: journal, offset: 0, problem: "the folder is missing".to_owned() })
}

/// A store that a rebuild replaces, until it has done so.
pub(super) const REPLACED: &str = "store.old";

/// Takes the store back that a stopped rebuild was to replace, or removes it where the new one is in its place. A
/// store can be rebuilt, so what cannot be done now is done later.
pub(super) fn finish_store_swap(path: &Path, disk: &dyn Disk) {
    let (store, old) = (path.join("store"), path.join(REPLACED));
    let _ = match (exists(&store), exists(&old)) {
        (Ok(true), Ok(true)) => disk.remove_folder(&old),
        (Ok(false), Ok(true)) => disk.rename(&old, &store),
        _ => Ok(()),
    };
}

/// Renames a folder, which may be missing, to a name that is free.
pub(super) fn put_aside(folder: &Path, disk: &dyn Disk) -> Result<PathBuf> {
    let free = free_name(&folder.with_extension("aside"))?;
    if exists(folder)? {
        disk.rename(folder, &free).map_err(Error::io("rename", folder))?;
    }
    Ok(free)
}
