//! Rebuilding: a store made anew from the journal, and a journal out of what can be read of a
//! damaged one. What is replaced stays until what replaces it is whole; a damaged journal stays for
//! good.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use super::guard::nothing_leads_outside;
use super::open::{
    DAMAGED, NEW_JOURNAL, NEW_STORE, REPLACED, finish_store_swap, finish_swap, format_of,
    put_aside, write_format,
};
use super::{Archive, Open, Progress, Shared};
use crate::disk::{Disk, exists, is_absent, remove_if_there};
use crate::index::{self, Applied, Cursor, View};
use crate::journal::{Entry, Journal, Line, Lost, Mark, Scan, copy_parts};
use crate::model::Election;
use crate::store::{self, Store};
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
    /// Where the old store is kept, which may have records of imports that are lost.
    pub kept_store: Option<PathBuf>,
    /// The versions that are read otherwise than before, where [`Open::reparse`] compared them.
    pub reread: Vec<Reread>,
}

/// A version whose text is now read otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reread {
    /// The title in this version.
    pub title: String,
    /// The number of the version.
    pub version: u32,
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

impl From<&Lost> for LostImports {
    fn from(lost: &Lost) -> Self {
        Self { first: lost.first, last: lost.last, digest: lost.digest.clone() }
    }
}

impl fmt::Display for LostImports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, last, digest } = self.clone();
        let of = if first == last { "" } else { "of the last " };
        write!(f, "{} (digest {of}{digest})", Lost { first, last, digest: digest.clone() })
    }
}

impl Open {
    /// Makes an archive anew from its journal, also one that does not open. Imports that cannot be
    /// read are noted as lost, and the damaged journal is kept beside the new one.
    ///
    /// # Errors
    /// When there is no archive, when another process has it, or when the disk refuses. Then the
    /// archive is as it was.
    pub fn rebuild(self, path: impl AsRef<Path>) -> Result<RebuildReport> {
        self.remake(path.as_ref(), false)
    }

    /// As [`Open::rebuild`], and says which versions are read otherwise than before, as they are
    /// when hustings reads more of a text than it did. That makes no version: the text is the same.
    ///
    /// # Errors
    /// As [`Open::rebuild`].
    pub fn reparse(self, path: impl AsRef<Path>) -> Result<RebuildReport> {
        self.remake(path.as_ref(), true)
    }

    fn remake(mut self, path: &Path, compare: bool) -> Result<RebuildReport> {
        let (format, journal, store) =
            (path.join("FORMAT"), path.join("journal"), path.join("store"));
        if self.is_read_only {
            return Err(Error::ReadOnly(path.to_owned()));
        }
        if !exists(&format)? && !exists(&journal)? {
            return Err(Error::NoArchive(path.to_owned()));
        }
        nothing_leads_outside(path)?;
        let stated = match format_of(path) {
            Ok(format) => Some(format),
            Err(Error::Format { .. }) => None,
            Err(Error::Io { source, .. }) if is_absent(&source) => None,
            Err(error) => return Err(error),
        };
        let lock = self.lock(path)?;
        finish_swap(path, &*self.disk)?;
        finish_store_swap(path, &*self.disk);
        // What the store knows tells an import that is lost from one that was never acknowledged.
        let old = if exists(&store)? {
            match Store::open(&store)
                .and_then(|store| Ok((Applied::of(&store.marker()?)?.mark, store)))
            {
                Ok(opened) => Some(opened),
                Err(Error::Store(_)) => None,
                Err(error) => return Err(error),
            }
        } else {
            None
        };
        let (known, old) = old.unzip();
        let mut report = RebuildReport::default();
        let scan = Scan::of(&journal, &known.clone().unwrap_or_default())?;
        lock.check()?;
        let needed = scan.format_of_copy();
        // Before the journal has a line that tells of a loss, which programs of format 1 do not know.
        if stated.is_some_and(|stated| stated < needed) {
            write_format(path, needed, &*self.disk)?;
        }
        if !scan.damage.is_empty() {
            report.kept = Some(replace_journal(path, &scan, &*self.disk)?);
            report.damage = scan.damage.iter().map(ToString::to_string).collect();
            report.lost = scan
                .new_gaps()
                .filter(|gap| gap.first <= gap.last)
                .map(LostImports::from)
                .collect();
        }
        if stated.is_none() {
            write_format(path, needed, &*self.disk)?;
        }
        let disk = Arc::clone(&self.disk);
        let (journal, _) = Journal::open(&journal, &Mark::default(), known.is_none(), disk)?;
        let (fresh, entries) = fresh_store(path, &journal, &*self.disk, &mut *self.progress)?;
        if let (Some(old), true) = (&old, compare) {
            report.reread = reread(&journal, &old.snapshot()?, &fresh.snapshot()?)?;
        }
        // sled holds its folder until it is dropped.
        drop((old, fresh));
        lock.check()?;
        if report.lost.is_empty() {
            replace_store(path, &*self.disk)?;
        } else {
            let aside = put_aside(&store, &*self.disk)?;
            place_store(path, &*self.disk)?;
            report.kept_store = exists(&aside)?.then_some(aside);
        }
        (report.imports, report.entries) = (journal.end().import, entries);
        Ok(report)
    }
}

impl Archive {
    /// Makes the store anew from the journal, beside the old one, which it then replaces.
    ///
    /// # Errors
    /// When the journal is damaged, or the disk refuses. The archive goes on with the old store, or
    /// with a new one where the old one is put aside already.
    pub fn rebuild(&self, mut progress: impl FnMut(Progress)) -> Result<RebuildReport> {
        let Shared { path, disk, lock, .. } = &*self.shared;
        let writing = &mut *self.changing()?;
        let (fresh, entries) = fresh_store(path, &writing.journal, &**disk, &mut progress)?;
        // sled holds its folder until it is dropped.
        drop(fresh);
        lock.check()?;
        let placed = replace_store(path, &**disk);
        // sled keeps the name of its folder, so nothing may be written to the replaced store.
        let opened = Store::open(&path.join("store")).and_then(|store| {
            writing.writer = index::Writer::new(Some(Arc::clone(&store)))?;
            writing.store = store;
            self.catch_up(writing, &mut |_| ())
        });
        placed.and(opened)?;
        let imports = writing.journal.end().import;
        Ok(RebuildReport { imports, entries, ..RebuildReport::default() })
    }
}

/// Puts a journal of what can be read in the place of a damaged one, and says where that is kept.
fn replace_journal(path: &Path, scan: &Scan, disk: &dyn Disk) -> Result<PathBuf> {
    let (journal, new) = (path.join("journal"), path.join(NEW_JOURNAL));
    remove_if_there(&new, disk)?;
    copy_parts(&scan.parts, &journal, &new, disk)?;
    disk.sync_folder(path).map_err(Error::io("write", path))?;
    let kept = crate::journal::free_name(&path.join("journal.damaged"))?;
    disk.rename(&journal, &kept).map_err(Error::io("rename", &journal))?;
    disk.rename(&new, &journal).map_err(Error::io("rename", &new))?;
    disk.sync_folder(path).map_err(Error::io("write", path))?;
    Ok(kept)
}

/// Builds a store beside the old one, of so many entries of the journal.
fn fresh_store(
    path: &Path,
    journal: &Journal,
    disk: &dyn Disk,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Arc<Store>, u64)> {
    let new = path.join(NEW_STORE);
    remove_if_there(&new, disk)?;
    let mut done = 0;
    let store = Store::open(&new)?;
    let mut writer = index::Writer::new(Some(Arc::clone(&store)))?;
    writer.follow(journal, &mut || {
        done += 1;
        progress(Progress { done });
    })?;
    store.sync()?;
    Ok((store, done))
}

/// Puts the store that was built in the place of the old one, and removes that.
fn replace_store(path: &Path, disk: &dyn Disk) -> Result<()> {
    let (store, old) = (path.join("store"), path.join(REPLACED));
    remove_if_there(&old, disk)?;
    if exists(&store)? {
        disk.rename(&store, &old).map_err(Error::io("rename", &store))?;
    }
    let placed = place_store(path, disk);
    // Removes the old store, or takes it back where the new one could not be placed.
    finish_store_swap(path, disk);
    placed
}

/// Puts the store that was built in the place of the old one, which is put aside.
fn place_store(path: &Path, disk: &dyn Disk) -> Result<()> {
    let (store, new) = (path.join("store"), path.join(NEW_STORE));
    disk.rename(&new, &store).map_err(Error::io("rename", &new))?;
    disk.sync_folder(path).map_err(Error::io("write", path))?;
    let bad = path.join(DAMAGED);
    if exists(&bad)? {
        fs::remove_file(&bad).map_err(Error::io("remove", &bad))?;
    }
    Ok(())
}

/// The versions that one store has otherwise than the other.
fn reread(
    journal: &Journal,
    old: &store::Snapshot,
    fresh: &store::Snapshot,
) -> Result<Vec<Reread>> {
    let (mut reread, mut number) = (Vec::new(), 0);
    let [mut before, mut now] = [Cursor::default(), Cursor::default()];
    journal.replay(&Mark::default(), &mut |_, line, _| {
        let at = number;
        number += 1;
        let Line::Entry(Entry::Version(given)) = line else { return Ok(()) };
        let of = |view: View<'_>, cursor: &mut Cursor| -> Result<Option<(u32, Election)>> {
            cursor.seek(&view, &given.title)?;
            let version = cursor.version(&view, at)?;
            version.map(|(number, version)| Ok((number, view.record(&version)?))).transpose()
        };
        // What a damaged old store cannot give was not read otherwise.
        let before = match of(View::new(old.map()), &mut before) {
            Err(Error::Store(_)) => None,
            before => before?,
        };
        if let (Some(before), Some(now)) = (before, of(View::new(fresh.map()), &mut now)?)
            && before.1 != now.1
        {
            reread.push(Reread { title: given.title.clone(), version: now.0 });
        }
        Ok(())
    })?;
    Ok(reread)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::ImportOptions;

    #[test]
    fn a_store_made_anew_has_the_same_bytes_under_every_key() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::create(folder.path()).unwrap();
        for given in ["articles", "dumps", "wikitext", "commission", "editions"] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(given);
            archive.import(&[path], &ImportOptions::default()).unwrap();
        }
        let title = "Nagorno-Karabakh presidential election, 2012";
        archive.add_alias(&"nagorno-karabakh/2012@1".parse().unwrap(), title, None).unwrap();
        archive.remove(&"artsakh/2017".parse().unwrap(), None).unwrap();
        archive.revert(&"artsakh/2017@1".parse().unwrap(), None).unwrap();
        let grown = archive.snapshot().view().items().unwrap();
        assert!(grown.len() > 90, "{} keys", grown.len());
        archive.rebuild(|_| ()).unwrap();
        assert_eq!(archive.snapshot().view().items().unwrap(), grown);
        drop(archive);
        fs::remove_dir_all(folder.path().join("store")).unwrap();
        assert_eq!(Archive::open(folder.path()).unwrap().snapshot().view().items().unwrap(), grown);
    }

    #[test]
    fn a_version_that_is_read_otherwise_is_named_and_is_no_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let archive = Archive::create(path).unwrap();
        archive.import(&["fixtures/commission".into()], &ImportOptions::default()).unwrap();
        let address = "nagorno-karabakh/2007".parse().unwrap();
        let read = archive.get(&address).unwrap();
        // As an earlier hustings may have read it.
        index::forge(&archive.writing().store, read.id.0, |record| record.contests.clear())
            .unwrap();
        drop(archive);
        let archive = Archive::open(path).unwrap();
        assert!(archive.get(&address).unwrap().election.contests.is_empty());
        drop(archive);
        let flaws = Archive::options().verify(path, true).unwrap().flaws;
        assert!(flaws.len() == 1 && flaws[0].problem.contains("read otherwise"), "{flaws:?}");
        let title = read.election.title.clone();
        let report = Archive::options().reparse(path).unwrap();
        assert_eq!(report.reread, [Reread { title, version: 1 }]);
        assert_eq!(Archive::open(path).unwrap().get(&address).unwrap(), read);
        assert_eq!(Archive::options().reparse(path).unwrap().reread, []);
    }
}
