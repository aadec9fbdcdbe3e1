//! Simulated disks. A disk calls a hook of the test before each operation. The hook can record or
//! refuse the operation.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use hustings::test_support::{AppendFile, Disk, SystemDisk};

/// An operation on the disk.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    CreateFolder(PathBuf),
    Create(PathBuf),
    Write(PathBuf, Vec<u8>),
    Sync(PathBuf),
    Truncate(PathBuf, u64),
    Rename(PathBuf, PathBuf),
    SyncFolder(PathBuf),
    Remove(PathBuf),
    /// The number of acknowledged imports, recorded by the test and not by an archive.
    Acknowledged(u64),
}

/// The failure of an operation.
#[derive(Debug)]
pub(crate) struct OpFailure {
    /// Number of bytes that are written before a write fails.
    pub(crate) written: usize,
    pub(crate) kind: io::ErrorKind,
}

/// The hook of a test.
pub(crate) trait DiskHook: std::fmt::Debug + Send + Sync {
    fn before_op(&self, op: Op) -> Result<(), OpFailure>;
}

/// The disk that a test passes to archives. The test keeps the hook.
#[derive(Debug)]
pub(crate) struct HookedDisk<R>(pub(crate) Arc<R>);

impl<R> Clone for HookedDisk<R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<R: DiskHook> HookedDisk<R> {
    fn before_op(&self, op: Op) -> io::Result<()> {
        self.0.before_op(op).map_err(|refusal| io::Error::from(refusal.kind))
    }
}

impl<R: DiskHook + 'static> Disk for HookedDisk<R> {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.before_op(Op::CreateFolder(path.to_owned()))?;
        SystemDisk.create_folder(path)
    }

    fn open_for_append(&self, path: &Path) -> io::Result<Box<dyn AppendFile>> {
        if !path.exists() {
            self.before_op(Op::Create(path.to_owned()))?;
        }
        let file = SystemDisk.open_for_append(path)?;
        Ok(Box::new(File { file, path: path.to_owned(), disk: self.clone() }))
    }

    fn truncate(&self, path: &Path, length: u64) -> io::Result<()> {
        self.before_op(Op::Truncate(path.to_owned(), length))?;
        SystemDisk.truncate(path, length)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.before_op(Op::Rename(from.to_owned(), to.to_owned()))?;
        SystemDisk.rename(from, to)
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        self.before_op(Op::Sync(path.to_owned()))?;
        SystemDisk.sync_file(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.before_op(Op::SyncFolder(path.to_owned()))?;
        SystemDisk.sync_folder(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.before_op(Op::Remove(path.to_owned()))?;
        SystemDisk.remove_folder(path)
    }
}

#[derive(Debug)]
struct File<R> {
    file: Box<dyn AppendFile>,
    path: PathBuf,
    disk: HookedDisk<R>,
}

impl<R: DiskHook> AppendFile for File<R> {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.disk.0.before_op(Op::Write(self.path.clone(), bytes.to_owned())) {
            Ok(()) => self.file.append(bytes),
            Err(OpFailure { written, kind }) => {
                self.file.append(&bytes[..written])?;
                Err(io::Error::from(kind))
            }
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        self.disk.before_op(Op::Sync(self.path.clone()))?;
        self.file.sync()
    }
}

/// A hook that refuses several operations in a row. If the first of them is a write, half of it is
/// written.
#[derive(Debug, Default)]
pub(crate) struct FailingRange(Mutex<(usize, Range<usize>)>);

impl FailingRange {
    /// Refuses the operations with these numbers, counted from 0 from now on.
    pub(crate) fn fail(&self, which: Range<usize>) {
        *self.0.lock().unwrap() = (0, which);
    }
}

impl DiskHook for FailingRange {
    fn before_op(&self, op: Op) -> Result<(), OpFailure> {
        let mut asked = self.0.lock().unwrap();
        let number = asked.0;
        asked.0 += 1;
        if !asked.1.contains(&number) {
            return Ok(());
        }
        let written = match op {
            Op::Write(_, bytes) if number == asked.1.start => bytes.len() / 2,
            _ => 0,
        };
        Err(OpFailure { written, kind: io::ErrorKind::Other })
    }
}
