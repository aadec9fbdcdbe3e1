//! A disk that records and refuses operations, and its possible contents after a crash.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::common::Rng;
use super::common::disks::{DiskHook, Op, OpFailure};

/// A hook that records operations and can let them fail.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    pub(crate) ops: Mutex<Vec<Op>>,
    plan: Mutex<FailurePlan>,
}

/// The operation that fails.
#[derive(Debug, Default)]
pub(crate) struct FailurePlan {
    /// Number of requested operations.
    count: usize,
    /// Number of the operation that fails, counted from 0, and whether all later ones fail too.
    which: Option<(usize, bool)>,
}

impl Recorder {
    pub(crate) fn failing(nth: usize, ever: bool) -> Self {
        let fails = FailurePlan { count: 0, which: Some((nth, ever)) };
        Self { plan: Mutex::new(fails), ..Self::default() }
    }

    /// Performs this many further operations, and refuses all later ones. `None` refuses nothing.
    pub(crate) fn stop_after(&self, operations: Option<usize>) {
        let which = operations.map(|operations| (operations, true));
        *self.plan.lock().unwrap() = FailurePlan { count: 0, which };
    }
}

impl DiskHook for Recorder {
    fn before_op(&self, op: Op) -> Result<(), OpFailure> {
        let mut fails = self.plan.lock().unwrap();
        let number = fails.count;
        fails.count += 1;
        let mut ops = self.ops.lock().unwrap();
        let failed = fails.which.is_some_and(|(nth, ever)| number == nth || (ever && number > nth));
        if !failed {
            ops.push(op);
            return Ok(());
        }
        // Half of a failing write is written.
        let written = if let Op::Write(_, bytes) = &op { bytes.len() / 2 } else { 0 };
        if let Op::Write(path, bytes) = op {
            ops.push(Op::Write(path, bytes[..written].to_owned()));
        }
        Err(OpFailure { written, kind: io::ErrorKind::StorageFull })
    }
}

/// The archive's own files on a disk: what is durable, and what may be lost.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    /// The folders, and whether their names are durable.
    pub(crate) folders: BTreeMap<PathBuf, bool>,
    pub(crate) files: BTreeMap<PathBuf, Content>,
    /// Renames that may not have reached the disk, in order, with the replaced files.
    renames: Vec<(PathBuf, PathBuf, BTreeMap<PathBuf, Content>)>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Content {
    pub(crate) synced: Vec<u8>,
    /// Bytes after the synced ones that are not synced.
    pub(crate) unsynced: Vec<u8>,
    /// Whether the name is durable.
    pub(crate) is_name_synced: bool,
}

impl Model {
    pub(crate) fn apply(&mut self, op: &Op) {
        match op {
            Op::CreateFolder(path) => {
                self.folders.entry(path.clone()).or_default();
            }
            Op::Create(path) => {
                self.files.insert(path.clone(), Content::default());
            }
            Op::Write(path, bytes) => {
                self.files.entry(path.clone()).or_default().unsynced.extend(bytes)
            }
            Op::Sync(path) => {
                let file = self.files.entry(path.clone()).or_default();
                let loose = std::mem::take(&mut file.unsynced);
                file.synced.extend(loose);
            }
            Op::Truncate(path, length) => {
                let file = self.files.entry(path.clone()).or_default();
                let loose = std::mem::take(&mut file.unsynced);
                file.synced.extend(loose);
                file.synced.truncate(*length as usize);
            }
            Op::Rename(from, to) => {
                let replaced: BTreeMap<PathBuf, Content> =
                    self.files.extract_if(.., |path, _| path.starts_with(to)).collect();
                rename(&mut self.files, from, to);
                // If a durable name passes to another file, a file with that name exists after a
                // crash: the old one or the new one.
                if let Some(file) = self.files.get_mut(to) {
                    file.is_name_synced |=
                        replaced.get(to).is_some_and(|replaced| replaced.is_name_synced);
                }
                self.renames.push((from.clone(), to.clone(), replaced));
            }
            Op::SyncFolder(folder) => {
                for (path, file) in &mut self.files {
                    file.is_name_synced |= path.parent() == Some(folder);
                }
                for (path, named) in &mut self.folders {
                    *named |= path.parent() == Some(folder);
                }
                self.renames.retain(|(_, to, _)| to.parent() != Some(folder));
            }
            Op::Remove(folder) => self.files.retain(|path, _| !path.starts_with(folder)),
            Op::Acknowledged(_) => {}
        }
    }

    /// Writes a possible content of the disk after a crash, with the paths moved from one folder to
    /// another.
    pub(crate) fn image(&self, from: &Path, to: &Path, numbers: &mut Rng) {
        for (path, named) in &self.folders {
            if *named || numbers.below(2) == 0 {
                fs::create_dir_all(to.join(path.strip_prefix(from).unwrap())).unwrap();
            }
        }
        let mut files = self.files.clone();
        let undone = numbers.below(self.renames.len() as u64 + 1) as usize;
        for (from, to, replaced) in self.renames.iter().rev().take(undone) {
            rename(&mut files, to, from);
            files.extend(replaced.clone());
        }
        for (path, file) in &files {
            // A name that is not durable may be missing.
            if !file.is_name_synced && numbers.below(3) == 0 {
                continue;
            }
            let mut bytes = file.synced.clone();
            let mut loose = file.unsynced.clone();
            match numbers.below(4) {
                0 => loose.clear(),
                1 => {}
                2 => loose.truncate(numbers.below(loose.len() as u64 + 1) as usize),
                // Some of the sectors; the others are zeros.
                _ => {
                    let begins = bytes.len();
                    for (at, byte) in loose.iter_mut().enumerate() {
                        let sector = ((begins + at) / 512) as u64;
                        if Rng(sector ^ numbers.0).below(2) == 0 {
                            *byte = 0;
                        }
                    }
                }
            }
            bytes.extend(loose);
            let target = to.join(path.strip_prefix(from).unwrap());
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::write(target, bytes).unwrap();
        }
    }
}

/// Renames a file, or all files in a folder.
pub(crate) fn rename(files: &mut BTreeMap<PathBuf, Content>, from: &Path, to: &Path) {
    let moved: Vec<_> = files.extract_if(.., |path, _| path.starts_with(from)).collect();
    files.extend(moved.into_iter().map(|(path, file)| {
        let inside = path.strip_prefix(from).unwrap();
        let target = if inside.as_os_str().is_empty() { to.to_owned() } else { to.join(inside) };
        (target, file)
    }));
}
