//! Rebuilding: creates a new store from the journal, and a new journal from the readable parts of a
//! damaged one. Originals are kept until their replacements are complete. A damaged journal is kept
//! permanently.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fmt, fs};

use serde::Serialize;

use crate::archive::open::{
    DAMAGE_MARKER, NEW_JOURNAL, NEW_STORE, REPLACED_STORE, finish_journal_swap, finish_store_swap,
    move_aside, read_format, write_format,
};
use crate::archive::path_guard::ensure_no_links;
use crate::archive::{Archive, ArchiveInner, OpenOptions, Progress};
use crate::disk::{Disk, exists, is_absent, remove_if_exists};
use crate::index::{self, AppliedPosition, StateView, VersionCursor};
use crate::journal::{
    Journal, JournalEntry, JournalLine, JournalScan, LogPosition, LostRange, copy_segments,
};
use crate::model::Election;
use crate::store::{self, Store};
use crate::{Error, Result};

/// The results of a rebuild.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct RebuildReport {
    /// Number of the last import.
    pub imports: u64,
    /// Number of entries in all imports: versions, removals, aliases and lineages.
    pub entries: u64,
    /// Imports that this rebuild found to be lost.
    pub lost: Vec<LostImports>,
    /// Descriptions of the damage in the journal.
    pub damage: Vec<String>,
    /// Path at which the damaged journal is kept.
    pub kept: Option<PathBuf>,
    /// Path at which the old store is kept. It may contain records of lost imports.
    pub kept_store: Option<PathBuf>,
    /// Versions whose text is now parsed differently, if [`OpenOptions::reparse`] compared them.
    pub reread: Vec<ReparsedVersion>,
}

/// A version whose text is now parsed differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReparsedVersion {
    /// Title of the election in this version.
    pub title: String,
    /// Number of the version.
    pub version: u32,
}

/// A range of consecutive imports lost to damage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LostImports {
    /// Number of the first import.
    pub first: u64,
    /// Number of the last import.
    pub last: u64,
    /// BLAKE3 hash of the last import, in hexadecimal.
    pub digest: String,
}

impl From<&LostRange> for LostImports {
    fn from(lost: &LostRange) -> Self {
        Self { first: lost.first, last: lost.last, digest: lost.digest.clone() }
    }
}

impl fmt::Display for LostImports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, last, digest } = self.clone();
        let of = if first == last { "" } else { "of the last " };
        write!(f, "{} (digest {of}{digest})", LostRange { first, last, digest: digest.clone() })
    }
}

impl OpenOptions {
    /// Rebuilds an archive from its journal, even one that cannot be opened. Imports that cannot be
    /// read are recorded as lost, and the damaged journal is kept beside the new one.
    ///
    /// # Errors
    /// When there is no archive, when another process holds it, when these options are read-only,
    /// or on an I/O error. The archive is then unchanged.
    pub fn rebuild(self, path: impl AsRef<Path>) -> Result<RebuildReport> {
        self.remake(path.as_ref(), false)
    }

    /// Rebuilds like [`OpenOptions::rebuild`], and reports the versions whose text is now parsed
    /// differently, for example because a newer hustings recognises more of it. This adds no
    /// versions, because the texts are unchanged.
    ///
    /// # Errors
    /// See [`OpenOptions::rebuild`].
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
        ensure_no_links(path)?;
        let stated = match read_format(path) {
            Ok(format) => Some(format),
            Err(Error::Format { .. }) => None,
            Err(Error::Io { source, .. }) if is_absent(&source) => None,
            Err(error) => return Err(error),
        };
        let lock = self.lock(path)?;
        finish_journal_swap(path, &*self.disk)?;
        finish_store_swap(path, &*self.disk);
        // The store's position distinguishes lost imports from those never acknowledged.
        let old = if exists(&store)? {
            match Store::open(&store)
                .and_then(|store| Ok((AppliedPosition::of(&store.marker()?)?.mark, store)))
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
        let scan = JournalScan::of(&journal, &known.clone().unwrap_or_default())?;
        lock.check()?;
        let needed = scan.format_of_copy();
        // Raise the format before the journal contains a lost range: programs of format 1 do not
        // support lost ranges.
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
        let (journal, _) = Journal::open(&journal, &LogPosition::default(), known.is_none(), disk)?;
        let (fresh, entries) = build_store(path, &journal, &*self.disk, &mut *self.progress)?;
        if let (Some(old), true) = (&old, compare) {
            report.reread = reparsed_versions(&journal, &old.snapshot()?, &fresh.snapshot()?)?;
        }
        // sled locks its folder until it is dropped.
        drop((old, fresh));
        lock.check()?;
        if report.lost.is_empty() {
            replace_store(path, &*self.disk)?;
        } else {
            let aside = move_aside(&store, &*self.disk)?;
            place_store(path, &*self.disk)?;
            report.kept_store = exists(&aside)?.then_some(aside);
        }
        (report.imports, report.entries) = (journal.end().import, entries);
        Ok(report)
    }
}

impl Archive {
    /// Rebuilds the store from the journal. The new store is built beside the old one and then
    /// replaces it.
    ///
    /// # Errors
    /// When the journal is damaged, or on an I/O error. The archive then continues with the old
    /// store, or with a new one if the old store has already been moved aside.
    pub fn rebuild(&self, mut progress: impl FnMut(Progress)) -> Result<RebuildReport> {
        let ArchiveInner { path, disk, lock, .. } = &*self.shared;
        let writing = &mut *self.changing()?;
        let (fresh, entries) = build_store(path, &writing.journal, &**disk, &mut progress)?;
        // sled locks its folder until it is dropped.
        drop(fresh);
        lock.check()?;
        let placed = replace_store(path, &**disk);
        // sled addresses its folder by path, so the handle of the replaced store must not write any
        // more.
        let opened = Store::open(&path.join("store")).and_then(|store| {
            writing.writer = index::StoreWriter::new(Some(Arc::clone(&store)))?;
            writing.store = store;
            self.catch_up(writing, &mut |_| ())
        });
        placed.and(opened)?;
        let imports = writing.journal.end().import;
        Ok(RebuildReport { imports, entries, ..RebuildReport::default() })
    }
}

/// Replaces a damaged journal with a journal of its readable parts. Returns the path at which the
/// damaged one is kept.
fn replace_journal(path: &Path, scan: &JournalScan, disk: &dyn Disk) -> Result<PathBuf> {
    let (journal, new) = (path.join("journal"), path.join(NEW_JOURNAL));
    remove_if_exists(&new, disk)?;
    copy_segments(&scan.parts, &journal, &new, disk)?;
    disk.sync_folder(path).map_err(Error::io("write", path))?;
    let kept = crate::journal::unused_path(&path.join("journal.damaged"))?;
    disk.rename(&journal, &kept).map_err(Error::io("rename", &journal))?;
    disk.rename(&new, &journal).map_err(Error::io("rename", &new))?;
    disk.sync_folder(path).map_err(Error::io("write", path))?;
    Ok(kept)
}

/// Builds a store beside the old one. Returns it with the number of journal entries applied.
fn build_store(
    path: &Path,
    journal: &Journal,
    disk: &dyn Disk,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Arc<Store>, u64)> {
    let new = path.join(NEW_STORE);
    remove_if_exists(&new, disk)?;
    let mut done = 0;
    let store = Store::open(&new)?;
    let mut writer = index::StoreWriter::new(Some(Arc::clone(&store)))?;
    writer.follow(journal, &mut || {
        done += 1;
        progress(Progress { done });
    })?;
    store.sync()?;
    Ok((store, done))
}

/// Replaces the old store with the new one, and removes the old one.
fn replace_store(path: &Path, disk: &dyn Disk) -> Result<()> {
    let (store, old) = (path.join("store"), path.join(REPLACED_STORE));
    remove_if_exists(&old, disk)?;
    if exists(&store)? {
        disk.rename(&store, &old).map_err(Error::io("rename", &store))?;
    }
    let placed = place_store(path, disk);
    // Removes the old store, or restores it when the new one could not be moved into place.
    finish_store_swap(path, disk);
    placed
}

/// Moves the new store into place after the old one was moved aside.
fn place_store(path: &Path, disk: &dyn Disk) -> Result<()> {
    let (store, new) = (path.join("store"), path.join(NEW_STORE));
    disk.rename(&new, &store).map_err(Error::io("rename", &new))?;
    disk.sync_folder(path).map_err(Error::io("write", path))?;
    let bad = path.join(DAMAGE_MARKER);
    if exists(&bad)? {
        fs::remove_file(&bad).map_err(Error::io("remove", &bad))?;
    }
    Ok(())
}

/// Returns the versions whose records differ between the two stores.
fn reparsed_versions(
    journal: &Journal,
    old: &store::StoreSnapshot,
    fresh: &store::StoreSnapshot,
) -> Result<Vec<ReparsedVersion>> {
    let (mut reread, mut number) = (Vec::new(), 0);
    let [mut before, mut now] = [VersionCursor::default(), VersionCursor::default()];
    journal.replay(&LogPosition::default(), &mut |_, line, _| {
        let at = number;
        number += 1;
        let JournalLine::Entry(JournalEntry::Version(given)) = line else { return Ok(()) };
        let of =
            |view: StateView<'_>, cursor: &mut VersionCursor| -> Result<Option<(u32, Election)>> {
                cursor.seek(&view, &given.title)?;
                let version = cursor.version(&view, at)?;
                version.map(|(number, version)| Ok((number, view.record(&version)?))).transpose()
            };
        // A version that a damaged old store cannot return does not count as different.
        let before = match of(StateView::new(old.map()), &mut before) {
            Err(Error::Store(_)) => None,
            before => before?,
        };
        if let (Some(before), Some(now)) = (before, of(StateView::new(fresh.map()), &mut now)?)
            && before.1 != now.1
        {
            reread.push(ReparsedVersion { title: given.title.clone(), version: now.0 });
        }
        Ok(())
    })?;
    Ok(reread)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::ImportOptions;

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
        // Simulates a record stored by an earlier release.
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
        assert_eq!(report.reread, [ReparsedVersion { title, version: 1 }]);
        assert_eq!(Archive::open(path).unwrap().get(&address).unwrap(), read);
        assert_eq!(Archive::options().reparse(path).unwrap().reread, []);
    }
}
