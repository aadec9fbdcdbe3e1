//! Verification: reads everything in an archive and compares frames, digests, records and indices.
//! Verification changes nothing, and continues after each problem.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::erasure_audit::ErasureAudit;
use super::store_comparison::StoreComparison;
pub use super::verification::{Problem, Verification};
use crate::archive::open::read_format;
use crate::archive::path_guard::{ensure_no_links, temporary_folder};
use crate::archive::{LostImports, OpenOptions, Progress, Snapshot};
use crate::disk::{exists, is_not_found};
use crate::index::{AppliedPosition, StateView};
use crate::journal::{Journal, JournalLine, JournalScan, JournalSegment, LogPosition};
use crate::store::{self, Store};
use crate::{Error, Result};

impl Verification {
    /// Compares the store's list of imports with the journal.
    fn compare_imports(
        &mut self,
        store: &StateView<'_>,
        applied: &AppliedPosition,
        scan: &JournalScan,
    ) -> Result<()> {
        let commits = scan.segments.iter().filter_map(|part| match part {
            JournalSegment::Import(commit, _, position)
                if commit.import <= applied.log_position.import =>
            {
                Some((commit, position))
            }
            _ => None,
        });
        for (commit, position) in commits {
            match store.import(commit.import) {
                Ok(Some(found)) if found.commit == *commit && found.digest == position.digest => {}
                Ok(_) => self.add_problem(
                    "store",
                    format!("import {} differs from the journal", commit.import),
                ),
                Err(error) => self.add_error("store", error)?,
            }
        }
        let has_position = scan.segments.iter().any(|part| match part {
            JournalSegment::Import(.., position) | JournalSegment::Lost(_, Some((_, position))) => {
                *position == applied.log_position
            }
            JournalSegment::Lost(_, None) => false,
        });
        if !has_position && applied.log_position != LogPosition::default() {
            let import = applied.log_position.import;
            self.add_problem(
                "store",
                format!("applied import {import} is missing from the journal"),
            );
        }
        Ok(())
    }
}

impl OpenOptions {
    /// Verifies the checksums of an archive, even of one that cannot be opened. When another process
    /// holds the archive, only the journal is verified.
    ///
    /// ```
    /// use hustings::Archive;
    /// # let folder = std::env::temp_dir().join("hustings-example-verify");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// Archive::create(&folder)?.import(["fixtures/commission"])?;
    /// let verification = Archive::options().verify(&folder)?;
    /// assert_eq!((verification.imports, verification.problems), (1, vec![]));
    /// # std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When there is no archive, when it has a newer format, or when a file cannot be read.
    pub fn verify(self, path: impl AsRef<Path>) -> Result<Verification> {
        self.verify_archive(path.as_ref(), false)
    }

    /// Like [`OpenOptions::verify`], but also parses every source text again and compares it with
    /// its record.
    ///
    /// # Errors
    /// As [`OpenOptions::verify`].
    pub fn verify_records(self, path: impl AsRef<Path>) -> Result<Verification> {
        self.verify_archive(path.as_ref(), true)
    }

    fn verify_archive(mut self, path: &Path, deep: bool) -> Result<Verification> {
        let (format, journal) = (path.join("FORMAT"), path.join("journal"));
        let has_journal = exists(&journal)?;
        if !has_journal && !exists(&format)? {
            return Err(Error::NoArchive(path.to_owned()));
        }
        ensure_no_links(path)?;
        // If another process holds the archive, only the journal is verified.
        let (_lock, holder) = match self.lock_for_reading(path) {
            Err(Error::Busy { holder, .. }) => {
                let holder = holder.map(|holder| holder.to_string());
                (None, Some(holder.unwrap_or_else(|| "another process".to_owned())))
            }
            lock => (lock?, None),
        };
        let mut verification = Verification::default();
        let stated_format = match read_format(path) {
            Ok(stated) => Some(stated),
            Err(Error::Io { source, .. }) if !is_not_found(&source) => {
                return Err(Error::io("read", &format)(source));
            }
            Err(error @ Error::NewerFormat { .. }) => return Err(error),
            Err(error) => {
                let problem = match error {
                    Error::DamagedFormat { found, .. } => {
                        format!("expected the format of an archive, found '{found}'")
                    }
                    _ => "the file is missing".to_owned(),
                };
                verification.add_problem(format.display().to_string(), problem);
                None
            }
        };
        if !has_journal {
            verification.add_problem(journal.display().to_string(), "the journal is missing");
        }
        // sled writes to a store when opening it, so a copy is opened.
        let scratch = temporary_folder()?;
        let store = match &holder {
            None => open_copy(&path.join("store"), &scratch.path().join("store"))?,
            Some(_) => None,
        };
        let (store, applied) = match store {
            Some(Ok((store, applied))) => (Some(store), applied),
            // The next command rebuilds an unreadable store, so it is not reported as a problem. A
            // power failure can leave such a store.
            Some(Err(Error::Store(problem))) => {
                verification.notes.push(format!(
                    "the store cannot be read ({problem}); the next command rebuilds it, and nothing is lost"
                ));
                (None, AppliedPosition::default())
            }
            Some(Err(error)) => return Err(error),
            None if let Some(holder) = &holder => {
                verification.notes.push(format!("the store, in use by {holder}, was not verified"));
                (None, AppliedPosition::default())
            }
            None => {
                verification
                    .notes
                    .push("the store is missing; opening the archive rebuilds it".to_owned());
                (None, AppliedPosition::default())
            }
        };
        let mut scan = JournalScan::read(&journal, &applied.log_position)?;
        if holder.is_some() && !scan.damage.is_empty() {
            // The other process may have truncated and rewritten the end of the journal during the
            // scan.
            scan = JournalScan::read(&journal, &applied.log_position)?;
        }
        // The other process may have raised the format in the meantime.
        let is_raised = || read_format(path).is_ok_and(|stated| stated >= scan.format);
        if let Some(stated) = stated_format
            && stated < scan.format
            && !is_raised()
        {
            let problem = format!(
                "expected format {}, as in the journal, found format {}",
                scan.format.number(),
                stated.number()
            );
            verification.add_problem(format.display().to_string(), problem);
        }
        for damage in &scan.damage {
            let place = format!("{}, byte {}", damage.path.display(), damage.offset);
            verification.add_problem(place, damage.problem.clone());
        }
        if scan.tail_bytes > 0 {
            let tail = scan.tail_bytes;
            let import = match holder {
                None => "an interrupted import",
                Some(_) => "an import in progress",
            };
            verification
                .notes
                .push(format!("{tail} bytes after the last import belong to {import}"));
        }
        let (mut done, mut erasures) = (0, ErasureAudit::default());
        for part in &scan.segments {
            let commit = match part {
                JournalSegment::Import(commit, ..) => commit,
                JournalSegment::Lost(lost, _) if lost.first > lost.last => continue,
                JournalSegment::Lost(lost, _) => {
                    verification.notes.push(LostImports::from(lost).to_string());
                    continue;
                }
            };
            verification.imports += 1;
            verification.versions += commit.versions;
            let store = store.as_ref().filter(|_| commit.import <= applied.log_position.import);
            let mut comparison = match store
                .map(|store| StoreComparison::new(StateView::new(store.map()), commit.import, deep))
            {
                Some(Err(error)) => {
                    verification.add_error("store", error)?;
                    None
                }
                comparison => comparison.transpose()?,
            };
            let compared = Journal::replay_segment(&journal, part, &mut |_, line| {
                done += 1;
                (self.progress)(Progress { done });
                if let JournalLine::Entry(entry) = &line {
                    erasures.add(commit.import, entry);
                }
                match (line, &mut comparison) {
                    (JournalLine::Entry(entry), Some(comparison)) => {
                        comparison.compare_entry(&entry, &mut verification)
                    }
                    _ => Ok(()),
                }
            });
            if let Err(error) = compared {
                verification.add_error(format!("import {}", commit.import), error)?;
            }
        }
        erasures.finish(&mut verification);
        if let Some(store) = &store {
            verification.compare_imports(&StateView::new(store.map()), &applied, &scan)?;
            let audited = StateView::new(store.map())
                .audit(&mut |problem| verification.add_problem("store", problem));
            audited.or_else(|error| verification.add_error("store", error))?;
        }
        Ok(verification)
    }
}

/// The copied store and its position in the journal. `None` when there is no store.
type StoreCopy = Option<Result<(store::StoreSnapshot, AppliedPosition)>>;

fn open_copy(from: &Path, to: &Path) -> Result<StoreCopy> {
    if !exists(from)? {
        return Ok(None);
    }
    copy_store(from, to)?;
    Ok(Some(Store::open(to).and_then(|store| {
        let snapshot = store.snapshot()?;
        let applied = AppliedPosition::from_marker(&snapshot.marker)?;
        Ok((snapshot, applied))
    })))
}

/// Copies a store that no process has open.
pub(crate) fn copy_store(from: &Path, to: &Path) -> Result<()> {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.map_err(|error| Error::io("read", from)(error.into()))?;
        let inside = entry.path().strip_prefix(from).unwrap_or(entry.path());
        let target = to.join(inside);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target).map_err(Error::io("create", &target))?;
        } else if entry.file_type().is_file() {
            // Copy the contents but not the permissions: the copy must be writable even if the
            // originals are not.
            let mut source = File::open(entry.path()).map_err(Error::io("read", entry.path()))?;
            let copied =
                File::create(&target).and_then(|mut copy| io::copy(&mut source, &mut copy));
            copied.map_err(Error::io("copy the store to", &target))?;
        }
    }
    Ok(())
}

impl Snapshot {
    /// Returns the places where the store differs from the journal, each with a description.
    pub(crate) fn differences_from_journal(&self) -> Result<Vec<(String, String)>> {
        let mut verification = Verification::default();
        let start = LogPosition::default();
        let mut comparison = None;
        self.journal().replay(&start, &mut |_, line, position| {
            let JournalLine::Entry(entry) = line else {
                comparison = None;
                return Ok(());
            };
            let comparison = match &mut comparison {
                Some(comparison) => comparison,
                None => {
                    let new = StoreComparison::new(self.view(), position.import + 1, false)?;
                    comparison.insert(new)
                }
            };
            comparison.compare_entry(&entry, &mut verification)
        })?;
        Ok(verification
            .problems
            .into_iter()
            .map(|problem| (problem.place, problem.problem))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::Archive;
    use crate::journal::TerritoryAlias;

    /// Covers faults that checksums cannot detect: the store's contents differ from the journal.
    #[test]
    fn a_store_that_differs_from_the_journal_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let archive = Archive::create(path).unwrap();
        archive.import(["fixtures/commission"]).unwrap();
        archive.import(["fixtures/articles"]).unwrap();
        let alias = TerritoryAlias {
            name: "Artsakh".to_owned(),
            alias: "Republic of Artsakh".to_owned(),
            from: None,
            until: None,
        };
        archive.add_territory_alias(alias, None).unwrap();
        archive.add_alias("artsakh/2017", "Another title", None).unwrap();
        let items = archive.snapshot().view().items().unwrap();
        drop(archive);
        let faults: [(&str, &[u8]); 7] = [
            ("version 1 of election", b"v"),
            ("import 1 differs from the journal", b"i\0\0\0\0\0\0\0\x01"),
            ("'Republic of Artsakh' is not an alias of 'Artsakh' in the store", b"y"),
            ("'Another title' is not an alias of", b"tanother title"),
            ("election 0 is missing", b"e\0\0\0\0\0\0\0\0"),
            ("the row of", b"rabkhazia"),
            ("the index lacks some of their words", b"u"),
        ];
        for (expected, start) in faults {
            let key = items.iter().map(|(key, _)| key).find(|key| key.starts_with(start)).unwrap();
            let store = Store::open(&path.join("store")).unwrap();
            store.write_in_place(&[(key.clone(), None)].into()).unwrap();
            drop(store);
            let problems = Archive::options().verify(path).unwrap().problems;
            let found = problems.iter().any(|problem| problem.problem.contains(expected));
            assert!(found, "{expected}: {problems:?}");
            Archive::options().rebuild(path).unwrap();
            assert_eq!(Archive::options().verify_records(path).unwrap().problems, []);
        }
    }
}
