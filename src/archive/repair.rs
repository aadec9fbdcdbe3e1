//! Rebuilding: a store made anew from the journal, and a journal out of what can be read of a
//! damaged one. What is replaced stays until what replaces it is whole; a damaged journal stays for
//! good.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use super::open::{DAMAGED, FORMAT, finish_swap, put_aside, write_format};
use super::{Archive, Open, Progress};
use crate::disk::Disk;
use crate::journal::{Journal, Mark, Scan, copy_parts};
use crate::store::Store;
use crate::{Error, Result};

/// What a rebuild found in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct RebuildReport {
    /// The number of the last import.
    pub imports: u64,
    /// Entries of all imports: versions, removals and aliases.
    pub entries: u64,
    /// The imports that are lost, where this rebuild found the journal damaged.
    pub lost: Vec<LostImports>,
    /// What could not be read.
    pub damage: Vec<String>,
    /// Where the damaged journal is kept.
    pub kept: Option<PathBuf>,
}

/// Imports that damage took, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LostImports {
    /// The number of the first.
    pub first: u64,
    /// The number of the last.
    pub last: u64,
    /// BLAKE3 of the last, in hexadecimal.
    pub digest: String,
}

impl Open {
    /// Makes an archive anew from its journal, also one that does not open. Imports that cannot be
    /// read are noted as lost, and the damaged journal is kept beside the new one.
    ///
    /// # Errors
    /// When there is no archive, when another process has it, or when the disk refuses. Then the
    /// archive is as it was.
    pub fn rebuild(mut self, path: impl AsRef<Path>) -> Result<RebuildReport> {
        let path = path.as_ref();
        let (format, journal, store) =
            (path.join("FORMAT"), path.join("journal"), path.join("store"));
        if !format.exists() && !journal.exists() {
            return Err(Error::NoArchive(path.to_owned()));
        }
        let found = fs::read(&format).unwrap_or_default();
        let other = String::from_utf8_lossy(&found[..found.len().min(80)]).trim().to_owned();
        if other.starts_with("hustings archive, format ") && found != FORMAT.as_bytes() {
            return Err(Error::Format { path: path.to_owned(), found: other });
        }
        let lock = self.lock(path)?;
        finish_swap(path, &*self.disk)?;
        // What the store knows tells an import that is lost from one that was never acknowledged.
        let known = if store.exists() {
            Store::open(&store).and_then(|store| Ok(store.applied()?.mark)).ok()
        } else {
            None
        };
        let mut report = RebuildReport::default();
        let scan = Scan::of(&journal, &known.clone().unwrap_or_default(), &mut || ())?;
        if !scan.damage.is_empty() {
            report.kept = Some(replace_journal(path, &scan, &*self.disk)?);
            report.damage = scan.damage.iter().map(ToString::to_string).collect();
            report.lost = scan
                .new_gaps()
                .filter(|gap| gap.first <= gap.last)
                .map(|gap| LostImports {
                    first: gap.first,
                    last: gap.last,
                    digest: gap.digest.clone(),
                })
                .collect();
        }
        if found != FORMAT.as_bytes() {
            write_format(path, &*self.disk)?;
        }
        let disk = Arc::clone(&self.disk);
        let (journal, _) = Journal::open(&journal, &Mark::default(), known.is_none(), disk)?;
        let mut progress = self.progress.take();
        report.entries = build_store(path, &journal, &*self.disk, &mut |done| {
            if let Some(progress) = &mut progress {
                progress(Progress { done });
            }
        })?;
        let old = put_aside(&store, &*self.disk)?;
        place_store(path, &old, &*self.disk)?;
        report.imports = journal.end().import;
        drop(lock);
        Ok(report)
    }
}

impl Archive {
    /// Makes the store anew from the journal, beside the old one, which it then replaces.
    ///
    /// # Errors
    /// When the journal is damaged, or the disk refuses. The archive goes on with the old store, or
    /// with a new one where the old one is put aside already.
    pub fn rebuild(&mut self, mut progress: impl FnMut(Progress)) -> Result<RebuildReport> {
        let mut told = |done| progress(Progress { done });
        let entries = build_store(&self.path, &self.journal, &*self.disk, &mut told)?;
        let store = self.path.join("store");
        let old = put_aside(&store, &*self.disk)?;
        let placed = place_store(&self.path, &old, &*self.disk);
        // sled keeps to the name of its folder, so what was put aside is of no more use.
        let opened = Store::open(&store).map(|store| self.store = store);
        let opened = opened.and_then(|()| self.catch_up(&mut None));
        placed.and(opened)?;
        let imports = self.journal.end().import;
        Ok(RebuildReport { imports, entries, ..RebuildReport::default() })
    }
}

/// Puts a journal of what can be read in the place of a damaged one, and says where that is kept.
fn replace_journal(path: &Path, scan: &Scan, disk: &dyn Disk) -> Result<PathBuf> {
    let (journal, new) = (path.join("journal"), path.join("journal.new"));
    if new.exists() {
        disk.remove_folder(&new).map_err(Error::io("remove", &new))?;
    }
    copy_parts(&scan.parts, &journal, &new, disk)?;
    disk.sync_folder(path).map_err(Error::io("write", path))?;
    let kept = crate::journal::free_name(&path.join("journal.damaged"));
    disk.rename(&journal, &kept).map_err(Error::io("rename", &journal))?;
    disk.rename(&new, &journal).map_err(Error::io("rename", &new))?;
    disk.sync_folder(path).map_err(Error::io("write", path))?;
    Ok(kept)
}

/// Builds a store beside the old one, and says how many entries it applied.
fn build_store(
    path: &Path,
    journal: &Journal,
    disk: &dyn Disk,
    told: &mut dyn FnMut(u64),
) -> Result<u64> {
    let new = path.join("store.new");
    if new.exists() {
        disk.remove_folder(&new).map_err(Error::io("remove", &new))?;
    }
    let mut done = 0;
    Store::open(&new)?.follow(journal, &mut || {
        done += 1;
        told(done);
    })?;
    Ok(done)
}

/// Puts the store that was built in the place of the old one, which is put aside.
fn place_store(path: &Path, old: &Path, disk: &dyn Disk) -> Result<()> {
    let (store, new) = (path.join("store"), path.join("store.new"));
    disk.rename(&new, &store).map_err(Error::io("rename", &new))?;
    disk.sync_folder(path).map_err(Error::io("write", path))?;
    let bad = path.join(DAMAGED);
    if bad.exists() {
        fs::remove_file(&bad).map_err(Error::io("remove", &bad))?;
    }
    if old.exists() {
        disk.remove_folder(old).map_err(Error::io("remove", old))?;
    }
    Ok(())
}
