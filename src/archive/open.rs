//! Opening an archive: the lock, the format, and a store that agrees with the journal.

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::{Archive, RebuildReport};
use crate::journal::{Journal, Mark, sync_folder};
use crate::store::Store;
use crate::{Error, Result};

/// What the file `FORMAT` says.
const FORMAT: &str = "hustings archive, format 1\n";

/// How far a rebuild, or the catching up of the store, has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Entries of the journal that are applied.
    pub done: u64,
}

/// How to open an archive.
#[derive(Default)]
pub struct Open {
    create: bool,
    wait: bool,
    progress: Option<Box<dyn FnMut(Progress)>>,
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

    /// Hears how far the store has come, when it has to catch up with the journal.
    #[must_use]
    pub fn progress(mut self, progress: impl FnMut(Progress) + 'static) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    /// Opens the archive in this folder.
    ///
    /// # Errors
    /// When there is none, when another process has it, or when the journal is damaged. A store
    /// that is missing, damaged or behind is mended from the journal.
    pub fn open(mut self, path: impl AsRef<Path>) -> Result<Archive> {
        let path = path.as_ref();
        let format = path.join("FORMAT");
        let fresh = match fs::read(&format) {
            Ok(found) if found == FORMAT.as_bytes() => false,
            Ok(found) => {
                let found = String::from_utf8_lossy(&found[..found.len().min(80)]);
                let found = found.trim().escape_debug().to_string();
                return Err(Error::Format { path: path.to_owned(), found });
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                self.check_fresh(path)?;
                true
            }
            Err(error) => return Err(Error::io("read", &format)(error)),
        };
        if fresh {
            fs::create_dir_all(path).map_err(Error::io("create", path))?;
        }
        let lock = self.lock(path)?;
        if fresh {
            write_format(path, &format)?;
        }
        let mut archive = self.recover(path, lock)?;
        archive.catch_up(&mut self.progress)?;
        Ok(archive)
    }

    fn check_fresh(&self, path: &Path) -> Result<()> {
        let ours =
            |name: &std::ffi::OsStr| name == "lock" || name == "FORMAT.new" || name == "journal";
        let others = match fs::read_dir(path) {
            Ok(entries) => {
                entries.filter_map(std::result::Result::ok).any(|entry| !ours(&entry.file_name()))
            }
            Err(_) => false,
        };
        match (self.create, others) {
            (false, _) => Err(Error::NoArchive(path.to_owned())),
            (true, true) => Err(Error::NotAnArchive(path.to_owned())),
            (true, false) => Ok(()),
        }
    }

    fn lock(&self, path: &Path) -> Result<File> {
        let file = path.join("lock");
        let lock = File::options().create(true).truncate(false).write(true).open(&file);
        let lock = lock.map_err(Error::io("open", &file))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if self.wait => {
                lock.lock().map_err(Error::io("lock", &file))?;
            }
            Err(TryLockError::WouldBlock) => return Err(Error::Busy(path.to_owned())),
            Err(TryLockError::Error(error)) => return Err(Error::io("lock", &file)(error)),
        }
        Ok(lock)
    }

    /// Opens journal and store, and puts a store aside that cannot be read or that knows of
    /// imports which the journal does not have.
    fn recover(&self, path: &Path, lock: File) -> Result<Archive> {
        let (journal, store) = (path.join("journal"), path.join("store"));
        let mut notices = Vec::new();
        let existed = store.exists();
        let opened = Store::open(&store).and_then(|store| Ok((store.applied()?.mark, store)));
        let problem = match opened {
            Ok((mark, store)) if Journal::holds(&journal, &mark) => {
                let (journal, cut) = Journal::open(&journal, mark)?;
                notices.extend(cut);
                if !existed && journal.end().import > 0 {
                    notices.push("the store was missing and is rebuilt".to_owned());
                }
                return Ok(Archive { path: path.to_owned(), journal, store, notices, _lock: lock });
            }
            Ok((mark, _)) => format!("it has import {}, which the journal has not", mark.import),
            Err(error @ Error::Io { .. }) => return Err(error),
            Err(error) => error.to_string(),
        };
        let aside = put_aside(&store)?;
        let aside = aside.display();
        notices
            .push(format!("the store is rebuilt, and the old one put aside as {aside}: {problem}"));
        let (journal, cut) = Journal::open(&journal, Mark::default())?;
        notices.extend(cut);
        let store = Store::open(&store)?;
        Ok(Archive { path: path.to_owned(), journal, store, notices, _lock: lock })
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

    /// What opening had to mend, in sentences.
    #[must_use]
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// Makes the store anew from the journal, beside the old one, which it then replaces.
    ///
    /// # Errors
    /// When the journal is damaged, or the disk refuses. The old store then stays.
    pub fn rebuild(&mut self, mut progress: impl FnMut(Progress)) -> Result<RebuildReport> {
        let (store, new) = (self.path.join("store"), self.path.join("store.new"));
        if new.exists() {
            fs::remove_dir_all(&new).map_err(Error::io("remove", &new))?;
        }
        let mut done = 0;
        let mut fresh = Store::open(&new)?;
        fresh.follow(&self.journal, &mut || {
            done += 1;
            progress(Progress { done });
        })?;
        // sled holds its folder until it is dropped, so the new store is opened where it stays.
        drop(fresh);
        let old = put_aside(&store)?;
        fs::rename(&new, &store).map_err(Error::io("rename", &new))?;
        sync_folder(&self.path)?;
        self.store = Store::open(&store)?;
        fs::remove_dir_all(&old).map_err(Error::io("remove", &old))?;
        Ok(RebuildReport { imports: self.journal.end().import, entries: done })
    }

    /// Brings the store to the end of the journal.
    pub(super) fn catch_up(
        &mut self,
        progress: &mut Option<Box<dyn FnMut(Progress)>>,
    ) -> Result<()> {
        let mut done = 0;
        self.store.follow(&self.journal, &mut || {
            done += 1;
            if let Some(progress) = progress {
                progress(Progress { done });
            }
        })
    }
}

fn write_format(path: &Path, format: &Path) -> Result<()> {
    let new = path.join("FORMAT.new");
    fs::write(&new, FORMAT).map_err(Error::io("write", &new))?;
    let synced = File::open(&new).and_then(|file| file.sync_all());
    synced.map_err(Error::io("write", &new))?;
    fs::rename(&new, format).map_err(Error::io("rename", &new))?;
    sync_folder(path)
}

/// Renames a folder to a name that is free.
fn put_aside(folder: &Path) -> Result<PathBuf> {
    let mut names = (1..).map(|number: u32| folder.with_extension(format!("aside-{number}")));
    let free = names.find(|name| !name.exists()).unwrap_or_else(|| folder.with_extension("aside"));
    if folder.exists() {
        fs::rename(folder, &free).map_err(Error::io("rename", folder))?;
    }
    Ok(free)
}
