//! The possible contents of a disk after a loss of power, derived from the recorded calls. Synced
//! data is present; all other data may be in any of its states.
//!
//! Files and folders are inodes. A sync of a file makes its bytes durable, and a sync of a folder
//! the names in it. `sync_file_range` makes nothing durable, as its manual states. Data that a
//! failed sync did not write may never be written: processes still read that data, and a later sync
//! does not report the loss.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::calls::Call;
use crate::common::Rng;

/// Size of a sector in bytes. A disk writes a sector completely or not at all.
const SECTOR: usize = 512;

/// The result of a call before which the process was killed.
const ECANCELED: i64 = 125;

type Inode = usize;

/// The names in each folder.
type Names = BTreeMap<Inode, BTreeMap<String, Inode>>;

/// A change of a file's bytes.
#[derive(Debug, Clone)]
enum Change {
    Write(u64, Vec<u8>),
    Truncate(u64),
}

impl Change {
    /// Returns whether a later change replaces this one. A write is replaced by a later write that
    /// overlaps it, or by a truncation to at most its offset. A truncation is replaced by any later
    /// change.
    fn is_undone_by(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Write(offset, data), Self::Write(again, new)) => {
                *again < offset + data.len() as u64 && *offset < again + new.len() as u64
            }
            (Self::Write(offset, _), Self::Truncate(length)) => offset >= length,
            (Self::Truncate(_), _) => true,
        }
    }

    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write(offset, data) => {
                let (start, end) = (*offset as usize, *offset as usize + data.len());
                bytes.resize(bytes.len().max(end), 0);
                bytes[start..end].copy_from_slice(data);
            }
            Self::Truncate(length) => bytes.resize(*length as usize, 0),
        }
    }
}

/// A change of names.
#[derive(Debug, Clone)]
enum Naming {
    Link(Inode, String, Inode),
    Unlink(Inode, String),
    Rename(Inode, String, Inode, String, Inode),
}

impl Naming {
    fn is_in(&self, folder: Inode) -> bool {
        match self {
            Self::Link(of, ..) | Self::Unlink(of, _) => *of == folder,
            Self::Rename(from, _, to, ..) => *from == folder || *to == folder,
        }
    }

    fn apply(&self, names: &mut Names) {
        match self {
            Self::Link(folder, name, inode) => {
                names.entry(*folder).or_default().insert(name.clone(), *inode);
            }
            Self::Unlink(folder, name) => {
                names.entry(*folder).or_default().remove(name);
            }
            Self::Rename(from, name, to, new, inode) => {
                names.entry(*from).or_default().retain(|old, named| old != name || named != inode);
                names.entry(*to).or_default().insert(new.clone(), *inode);
            }
        }
    }
}

#[derive(Debug, Clone, Default)]
struct File {
    safe: Vec<u8>,
    pending: Vec<Change>,
    /// Number of pending changes that a failed sync did not write. They come first.
    failed: usize,
}

/// A disk with one folder and its content.
#[derive(Debug, Clone)]
pub(crate) struct Disk {
    root: PathBuf,
    files: BTreeMap<Inode, File>,
    /// The names as processes see them; `safe` has the durable ones.
    names: Names,
    safe: Names,
    pending: Vec<Naming>,
    next: Inode,
}

impl Disk {
    /// Returns a disk with an empty folder, whose name is durable.
    pub(crate) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            files: BTreeMap::new(),
            names: BTreeMap::from([(0, BTreeMap::new())]),
            safe: BTreeMap::new(),
            pending: Vec::new(),
            next: 1,
        }
    }

    /// Applies a call. Returns `false` if the call changed nothing.
    pub(crate) fn apply(&mut self, call: &Call) -> bool {
        let inode = self.inode(&call.path);
        if call.result < 0 {
            let is_failed_sync = call.kind == "sync" && call.result != -ECANCELED;
            let Some(file) = self.file(inode).filter(|_| is_failed_sync) else { return false };
            file.failed = file.pending.len();
            return true;
        }
        match call.kind.as_str() {
            "create" | "mkdir" => {
                let inode = self.next;
                self.next += 1;
                if call.kind == "create" {
                    self.files.insert(inode, File::default());
                } else {
                    self.names.insert(inode, BTreeMap::new());
                }
                let Some((folder, name)) = self.place(&call.path) else { return false };
                self.name(Naming::Link(folder, name, inode));
            }
            "write" => {
                let Some(file) = self.file(inode) else { return false };
                file.pending.push(Change::Write(call.offset, call.data.clone()));
            }
            "truncate" => {
                let Some(file) = self.file(inode) else { return false };
                file.pending.push(Change::Truncate(call.offset));
            }
            "sync" => self.sync(inode),
            "rename" => {
                let (Some(from), Some(to)) = (self.place(&call.path), self.place(&call.to)) else {
                    return false;
                };
                let Some(inode) = inode else { return false };
                self.name(Naming::Rename(from.0, from.1, to.0, to.1, inode));
            }
            "unlink" | "rmdir" => {
                let Some((folder, name)) = self.place(&call.path) else { return false };
                self.name(Naming::Unlink(folder, name));
            }
            _ => return false,
        }
        true
    }

    fn name(&mut self, naming: Naming) {
        naming.apply(&mut self.names);
        self.pending.push(naming);
    }

    fn sync(&mut self, inode: Option<Inode>) {
        if let Some(file) = self.file(inode) {
            file.sync();
        } else if let Some(folder) = inode {
            let (now, later) = std::mem::take(&mut self.pending)
                .into_iter()
                .partition::<Vec<_>, _>(|naming| naming.is_in(folder));
            now.iter().for_each(|naming| naming.apply(&mut self.safe));
            self.pending = later;
        }
    }

    fn file(&mut self, inode: Option<Inode>) -> Option<&mut File> {
        self.files.get_mut(&inode?)
    }

    /// Returns the inode at a path, as processes see it.
    fn inode(&self, path: &Path) -> Option<Inode> {
        let inside = path.strip_prefix(&self.root).ok()?;
        inside.iter().try_fold(0, |folder, name| {
            self.names.get(&folder)?.get(name.to_str().unwrap()).copied()
        })
    }

    /// Returns the folder of a path, and the name in that folder.
    fn place(&self, path: &Path) -> Option<(Inode, String)> {
        let name = path.file_name()?.to_str()?.to_owned();
        Some((self.inode(path.parent()?)?, name))
    }

    /// Writes a possible content of the disk to an empty folder.
    pub(crate) fn image(&self, to: &Path, numbers: &mut Rng) {
        let mut names = self.safe.clone();
        // A file system with a journal writes changes of names in order. Others may lose single
        // added or removed names.
        let kept = match numbers.below(4) {
            0 => 0,
            1 => self.pending.len(),
            _ => numbers.below(self.pending.len() as u64 + 1) as usize,
        };
        let is_ordered = numbers.below(2) == 0;
        for naming in &self.pending[..kept] {
            let may_be_lost = !matches!(naming, Naming::Rename(..));
            if is_ordered || !may_be_lost || numbers.below(3) > 0 {
                naming.apply(&mut names);
            }
        }
        self.write_folder(0, &names, to, numbers);
    }

    fn write_folder(&self, folder: Inode, names: &Names, to: &Path, numbers: &mut Rng) {
        fs::create_dir_all(to).unwrap();
        for (name, inode) in names.get(&folder).into_iter().flatten() {
            match self.files.get(inode) {
                Some(file) => fs::write(to.join(name), file.image(numbers)).unwrap(),
                None => self.write_folder(*inode, names, &to.join(name), numbers),
            }
        }
    }
}

impl File {
    fn sync(&mut self) {
        let written = self.pending.split_off(self.failed);
        for change in &written {
            change.apply(&mut self.safe);
            self.pending.retain(|failed| !failed.is_undone_by(change));
        }
        self.failed = self.pending.len();
    }

    /// Returns possible bytes of the file on the disk.
    fn image(&self, numbers: &mut Rng) -> Vec<u8> {
        let mut bytes = self.safe.clone();
        match numbers.below(4) {
            0 => {}
            1 => self.pending.iter().for_each(|change| change.apply(&mut bytes)),
            2 => {
                let kept = numbers.below(self.pending.len() as u64 + 1) as usize;
                self.pending[..kept].iter().for_each(|change| change.apply(&mut bytes));
                if let Some(Change::Write(offset, data)) = self.pending.get(kept) {
                    let written = numbers.below(data.len() as u64 + 1) as usize;
                    Change::Write(*offset, data[..written].to_vec()).apply(&mut bytes);
                }
            }
            _ => {
                let mut new = bytes.clone();
                self.pending.iter().for_each(|change| change.apply(&mut new));
                bytes.resize(new.len(), 0);
                for (old, new) in bytes.chunks_mut(SECTOR).zip(new.chunks(SECTOR)) {
                    if old != new && numbers.below(2) == 0 {
                        old.copy_from_slice(new);
                    }
                }
            }
        }
        bytes
    }
}
