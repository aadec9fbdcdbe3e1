//! Rebuilding: creates a new store from the journal, and a new journal from the readable parts of a
//! damaged one. Originals are kept until their replacements are complete. A damaged journal is kept
//! permanently.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fmt, fs};

use serde::{Deserialize, Serialize};

use crate::archive::open::{
    DAMAGE_MARKER, NEW_JOURNAL, finish_journal_swap, finish_store_swap, move_aside, read_format,
    write_format,
};
use crate::archive::path_guard::ensure_no_links;
use crate::archive::pending_erasures::{NEW_STORE, REPLACED_STORE, finish_erasures};
use crate::archive::{Archive, ArchiveInner, OpenOptions, Progress};
use crate::disk::{Disk, exists, is_not_found, remove_if_exists};
use crate::index::{self, AppliedPosition, StateView, VersionCursor};
use crate::ingest::parse_entry;
use crate::journal::{
    Journal, JournalEntry, JournalLine, JournalScan, LogPosition, LostRange, copy_segments,
};
use crate::model::Election;
use crate::store::{self, Store};
use crate::{Error, Result};

/// The results of a rebuild.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_journal: Option<PathBuf>,
    /// Path at which the old store is kept. It may contain records of lost imports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_store: Option<PathBuf>,
    /// Versions whose text is now parsed differently, if [`OpenOptions::reparse`] compared them.
    pub reparsed: Vec<ReparsedVersion>,
}

/// A version whose text is now parsed differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ReparsedVersion {
    /// Title of the election in this version.
    pub title: String,
    /// Number of the version.
    pub version: u32,
}

/// A range of consecutive imports lost to damage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
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
        self.rebuild_archive(path.as_ref(), false)
    }

    /// Rebuilds like [`OpenOptions::rebuild`], and reports the versions whose text is now parsed
    /// differently, for example because a newer hustings recognises more of the text. This adds no
    /// versions, because the texts are unchanged.
    ///
    /// # Errors
    /// See [`OpenOptions::rebuild`].
    pub fn reparse(self, path: impl AsRef<Path>) -> Result<RebuildReport> {
        self.rebuild_archive(path.as_ref(), true)
    }

    fn rebuild_archive(mut self, path: &Path, compare: bool) -> Result<RebuildReport> {
        let (format, journal, store) =
            (path.join("FORMAT"), path.join("journal"), path.join("store"));
        if self.is_read_only {
            return Err(Error::ReadOnly(path.to_owned()));
        }
        if !exists(&format)? && !exists(&journal)? {
            return Err(Error::NoArchive(path.to_owned()));
        }
        ensure_no_links(path)?;
        let stated_format = match read_format(path) {
            Ok(format) => Some(format),
            Err(Error::DamagedFormat { .. }) => None,
            Err(Error::Io { source, .. }) if is_not_found(&source) => None,
            Err(error) => return Err(error),
        };
        let lock = self.lock(path)?;
        finish_journal_swap(path, &*self.disk)?;
        finish_store_swap(path, &*self.disk);
        // The store's position distinguishes lost imports from imports that were never completed.
        let old = if exists(&store)? {
            match Store::open(&store).and_then(|store| {
                Ok((AppliedPosition::from_marker(&store.marker()?)?.log_position, store))
            }) {
                Ok(opened) => Some(opened),
                Err(Error::Store(_)) => None,
                Err(error) => return Err(error),
            }
        } else {
            None
        };
        let (store_position, old) = old.unzip();
        let mut report = RebuildReport::default();
        let scan = JournalScan::read(&journal, &store_position.clone().unwrap_or_default())?;
        lock.check()?;
        let needed = scan.copy_format();
        // Raise the format before the journal contains a lost range: programs that know only format
        // 1 do not support lost ranges.
        if stated_format.is_some_and(|stated| stated < needed) {
            write_format(path, needed, &*self.disk)?;
        }
        if !scan.damage.is_empty() {
            report.kept_journal = Some(replace_journal(path, &scan, &*self.disk)?);
            report.damage = scan.damage.iter().map(ToString::to_string).collect();
            report.lost = scan
                .unrecorded_lost_ranges()
                .filter(|gap| gap.first <= gap.last)
                .map(LostImports::from)
                .collect();
        }
        if stated_format.is_none() {
            write_format(path, needed, &*self.disk)?;
        }
        // The store that is built must not contain what an interrupted erasure left.
        let old = match finish_erasures(path, &self.disk)? {
            true => None,
            false => old,
        };
        let disk = Arc::clone(&self.disk);
        let (journal, _) =
            Journal::open(&journal, &LogPosition::default(), store_position.is_none(), disk)?;
        let (new_store, entries) = build_store(path, &journal, &*self.disk, &mut *self.progress)?;
        if let (Some(old), true) = (&old, compare) {
            report.reparsed =
                reparsed_versions(&journal, &old.snapshot()?, &new_store.snapshot()?)?;
        }
        // sled locks its folder until it is dropped.
        drop((old, new_store));
        lock.check()?;
        if report.lost.is_empty() {
            replace_store(path, &*self.disk)?;
        } else {
            let aside = move_aside(&store, &*self.disk)?;
            install_store(path, &*self.disk)?;
            report.kept_store = exists(&aside)?.then_some(aside);
        }
        (report.imports, report.entries) = (journal.end_position().import, entries);
        Ok(report)
    }
}

impl Archive {
    /// Rebuilds the store from the journal. The new store is built beside the old one and then
    /// replaces it.
    ///
    /// ```
    /// use hustings::Archive;
    /// # let folder = std::env::temp_dir().join("hustings-example-rebuild");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(["fixtures/commission"])?;
    /// let report = archive.rebuild(|_| ())?;
    /// assert_eq!(report.imports, 1);
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the journal is damaged, or on an I/O error. The archive then continues with the old
    /// store, or with a new one if the old store has already been moved aside.
    pub fn rebuild(&self, mut progress: impl FnMut(Progress)) -> Result<RebuildReport> {
        let ArchiveInner { path, disk, lock, .. } = &*self.inner;
        let writer_state = &mut *self.lock_for_change()?;
        let (new_store, entries) =
            build_store(path, &writer_state.journal, &**disk, &mut progress)?;
        // sled locks its folder until it is dropped.
        drop(new_store);
        lock.check()?;
        let placed = replace_store(path, &**disk);
        // The handle of the replaced store must not write again: sled addresses its folder by path,
        // and the new store now has that path.
        let opened = Store::open(&path.join("store")).and_then(|store| {
            writer_state.writer = index::StoreWriter::new(Some(Arc::clone(&store)), parse_entry)?;
            writer_state.store = store;
            self.catch_up(writer_state, &mut |_| ())
        });
        placed.and(opened)?;
        let imports = writer_state.journal.end_position().import;
        Ok(RebuildReport { imports, entries, ..RebuildReport::default() })
    }
}

/// Replaces a damaged journal with a journal of its readable parts. Returns the path at which the
/// damaged one is kept.
fn replace_journal(path: &Path, scan: &JournalScan, disk: &dyn Disk) -> Result<PathBuf> {
    let (journal, new) = (path.join("journal"), path.join(NEW_JOURNAL));
    remove_if_exists(&new, disk)?;
    copy_segments(&scan.segments, &journal, &new, disk)?;
    disk.sync_folder(path).map_err(Error::io("write", path))?;
    let damaged = crate::journal::unused_path(&path.join("journal.damaged"))?;
    disk.rename(&journal, &damaged).map_err(Error::io("rename", &journal))?;
    disk.rename(&new, &journal).map_err(Error::io("rename", &new))?;
    disk.sync_folder(path).map_err(Error::io("write", path))?;
    Ok(damaged)
}

/// Builds a store beside the old one. Returns it with the number of journal entries applied.
pub(in crate::archive) fn build_store(
    path: &Path,
    journal: &Journal,
    disk: &dyn Disk,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Arc<Store>, u64)> {
    let new = path.join(NEW_STORE);
    remove_if_exists(&new, disk)?;
    let mut done = 0;
    let store = Store::open(&new)?;
    let mut writer = index::StoreWriter::new(Some(Arc::clone(&store)), parse_entry)?;
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
    let placed = install_store(path, disk);
    // Removes the old store, or restores it when the new one could not be moved into place.
    finish_store_swap(path, disk);
    placed
}

/// Moves the new store into place after the old one was moved aside.
pub(in crate::archive) fn install_store(path: &Path, disk: &dyn Disk) -> Result<()> {
    let (store, new) = (path.join("store"), path.join(NEW_STORE));
    disk.rename(&new, &store).map_err(Error::io("rename", &new))?;
    disk.sync_folder(path).map_err(Error::io("write", path))?;
    let marker = path.join(DAMAGE_MARKER);
    if exists(&marker)? {
        fs::remove_file(&marker).map_err(Error::io("remove", &marker))?;
    }
    Ok(())
}

/// Returns the versions whose records differ between the two stores.
fn reparsed_versions(
    journal: &Journal,
    old: &store::StoreSnapshot,
    new: &store::StoreSnapshot,
) -> Result<Vec<ReparsedVersion>> {
    let (mut reparsed, mut number) = (Vec::new(), 0);
    let [mut before, mut now] = [VersionCursor::default(), VersionCursor::default()];
    journal.replay(&LogPosition::default(), &mut |_, line, _| {
        let at = number;
        number += 1;
        let JournalLine::Entry(JournalEntry::Version(entry)) = line else { return Ok(()) };
        let read_version =
            |view: StateView<'_>, cursor: &mut VersionCursor| -> Result<Option<(u32, Election)>> {
                let version = cursor.find(&view, &entry.title, at)?;
                version.map(|(_, number, version)| Ok((number, view.record(&version)?))).transpose()
            };
        // A version that a damaged old store cannot return does not count as different.
        let before = match read_version(StateView::new(old.map()), &mut before) {
            Err(Error::Store(_)) => None,
            before => before?,
        };
        if let (Some(before), Some(now)) =
            (before, read_version(StateView::new(new.map()), &mut now)?)
            && before.1 != now.1
        {
            reparsed.push(ReparsedVersion { title: entry.title.clone(), version: now.0 });
        }
        Ok(())
    })?;
    Ok(reparsed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Address;

    #[test]
    fn a_rebuilt_store_has_the_same_bytes_under_every_key() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::create(folder.path()).unwrap();
        for name in ["articles", "dumps", "wikitext", "commission", "editions"] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
            archive.import([path]).unwrap();
        }
        let title = "Nagorno-Karabakh presidential election, 2012";
        archive.add_alias("nagorno-karabakh/2012@1", title, None).unwrap();
        archive.remove("artsakh/2017", None).unwrap();
        archive.revert("artsakh/2017@1", None).unwrap();
        let original = archive.snapshot().view().items().unwrap();
        assert!(original.len() > 90, "{} keys", original.len());
        archive.rebuild(|_| ()).unwrap();
        assert_eq!(archive.snapshot().view().items().unwrap(), original);
        drop(archive);
        fs::remove_dir_all(folder.path().join("store")).unwrap();
        assert_eq!(
            Archive::open(folder.path()).unwrap().snapshot().view().items().unwrap(),
            original
        );
    }

    #[test]
    fn a_version_that_is_parsed_differently_is_reported_and_not_added() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let archive = Archive::create(path).unwrap();
        archive.import(["fixtures/commission"]).unwrap();
        let address: Address = "nagorno-karabakh/2007".parse().unwrap();
        let read = archive.get(&address).unwrap();
        // Simulates a record stored by an earlier release.
        index::overwrite_record(&archive.lock_writer().store, read.id.0, |record| {
            record.contests.clear()
        })
        .unwrap();
        drop(archive);
        let archive = Archive::open(path).unwrap();
        assert!(archive.get(&address).unwrap().election.contests.is_empty());
        drop(archive);
        let problems = Archive::options().verify_records(path).unwrap().problems;
        assert!(
            problems.len() == 1 && problems[0].problem.contains("parsed differently"),
            "{problems:?}"
        );
        let title = read.election.title.clone();
        let report = Archive::options().reparse(path).unwrap();
        assert_eq!(report.reparsed, [ReparsedVersion { title, version: 1 }]);
        assert_eq!(Archive::open(path).unwrap().get(&address).unwrap(), read);
        assert_eq!(Archive::options().reparse(path).unwrap().reparsed, []);
    }
}
