//! Verification: reads everything in an archive and compares frames, digests, records and indices.
//! Verification changes nothing, and continues after each problem.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use serde::Serialize;

use crate::archive::open::read_format;
use crate::archive::path_guard::{ensure_no_links, temporary_folder};
use crate::archive::{LostImports, OpenOptions, Progress, Snapshot};
use crate::disk::{exists, is_absent};
use crate::index::{self, AppliedPosition, LineageRow, StateView, VersionCursor};
use crate::journal::{
    Journal, JournalEntry, JournalLine, JournalScan, JournalSegment, LineageEntry, LogPosition,
    TerritoryAlias, VersionEntry,
};
use crate::store::{self, Store};
use crate::{Error, Result};

/// A problem found in an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Place of the problem: a file and byte offset, or the store and a title.
    pub place: String,
    /// Description of the problem.
    pub problem: String,
}

/// The results of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Verification {
    /// Number of complete imports.
    pub imports: u64,
    /// Number of versions in these imports.
    pub versions: u64,
    /// Problems found.
    pub flaws: Vec<Problem>,
    /// Remarks that are not problems, such as recorded lost imports or an interrupted import.
    pub notes: Vec<String>,
}

impl Verification {
    fn flaw(&mut self, place: impl Into<String>, problem: impl Into<String>) {
        self.flaws.push(Problem { place: place.into(), problem: problem.into() });
    }

    /// Records damage to the journal or the store as a problem. Returns any other error.
    fn flaw_of(&mut self, place: impl Into<String>, error: Error) -> Result<()> {
        match error {
            Error::Journal { .. } => self.flaw(place, error.to_string()),
            Error::Store(problem) => self.flaw(place, problem),
            error => return Err(error),
        }
        Ok(())
    }

    /// Compares the store's list of imports with the journal.
    fn listed(
        &mut self,
        store: &StateView<'_>,
        known: &AppliedPosition,
        scan: &JournalScan,
    ) -> Result<()> {
        let commits = scan.parts.iter().filter_map(|part| match part {
            JournalSegment::Import(commit, _, mark) if commit.import <= known.mark.import => {
                Some((commit, mark))
            }
            _ => None,
        });
        for (commit, mark) in commits {
            match store.import(commit.import) {
                Ok(Some(found)) if found.commit == *commit && found.digest == mark.digest => {}
                Ok(_) => {
                    self.flaw("store", format!("another import {} than was made", commit.import))
                }
                Err(error) => self.flaw_of("store", error)?,
            }
        }
        let had = scan.parts.iter().any(|part| match part {
            JournalSegment::Import(.., mark) | JournalSegment::Lost(_, Some((_, mark))) => {
                *mark == known.mark
            }
            JournalSegment::Lost(_, None) => false,
        });
        if !had && known.mark != LogPosition::default() {
            let import = known.mark.import;
            self.flaw("store", format!("it has followed an import {import} that is not there"));
        }
        Ok(())
    }
}

impl OpenOptions {
    /// Verifies an archive, even one that cannot be opened. When another process holds the archive,
    /// only the journal is verified. With `deep`, every source text is parsed again and compared
    /// with its record.
    ///
    /// ```
    /// use hustings::archive::{Archive, ImportOptions};
    /// # let folder = std::env::temp_dir().join("hustings-example-verify");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// Archive::create(&folder)?.import(&["fixtures/commission".into()], &ImportOptions::default())?;
    /// let verification = Archive::options().verify(&folder, true)?;
    /// assert_eq!((verification.imports, verification.flaws), (1, vec![]));
    /// # std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When there is no archive, when it has a newer format, or when a file cannot be read.
    pub fn verify(mut self, path: impl AsRef<Path>, deep: bool) -> Result<Verification> {
        let path = path.as_ref();
        let (format, journal) = (path.join("FORMAT"), path.join("journal"));
        let has_journal = exists(&journal)?;
        if !has_journal && !exists(&format)? {
            return Err(Error::NoArchive(path.to_owned()));
        }
        ensure_no_links(path)?;
        // If another process holds the archive, only the journal is verified.
        let (_lock, holder) = match self.lock_to_read(path) {
            Err(Error::Busy { holder, .. }) => {
                let holder = holder.map(|holder| holder.to_string());
                (None, Some(holder.unwrap_or_else(|| "another process".to_owned())))
            }
            lock => (lock?, None),
        };
        let mut found = Verification::default();
        let stated = match read_format(path) {
            Ok(stated) => Some(stated),
            Err(Error::Io { source, .. }) if !is_absent(&source) => {
                return Err(Error::io("read", &format)(source));
            }
            Err(error @ Error::NewerFormat { .. }) => return Err(error),
            Err(_) => {
                found
                    .flaw(format.display().to_string(), "it does not say the format of an archive");
                None
            }
        };
        if !has_journal {
            found.flaw(journal.display().to_string(), "the journal is missing");
        }
        // sled writes to a store when opening it, so a copy is opened.
        let scratch = temporary_folder()?;
        let store = match &holder {
            None => open_copy(&path.join("store"), &scratch.path().join("store"))?,
            Some(_) => None,
        };
        let (store, known) = match store {
            Some(Ok((store, known))) => (Some(store), known),
            // The next command repairs such a store, so it is not a problem. A power failure can
            // leave one.
            Some(Err(Error::Store(problem))) => {
                found.notes.push(format!(
                    "the store cannot be read ({problem}); the next command rebuilds it, and nothing is lost"
                ));
                (None, AppliedPosition::default())
            }
            Some(Err(error)) => return Err(error),
            None if let Some(holder) = &holder => {
                found.notes.push(format!("the store, in use by {holder}, was not verified"));
                (None, AppliedPosition::default())
            }
            None => {
                found.notes.push("the store is missing; opening the archive makes it".to_owned());
                (None, AppliedPosition::default())
            }
        };
        let mut scan = JournalScan::of(&journal, &known.mark)?;
        if holder.is_some() && !scan.damage.is_empty() {
            // The other process may have truncated and rewritten the end of the journal during the
            // scan.
            scan = JournalScan::of(&journal, &known.mark)?;
        }
        // The other process may have raised the format in the meantime.
        let is_raised = || read_format(path).is_ok_and(|stated| stated >= scan.format);
        if stated.is_some_and(|stated| stated < scan.format) && !is_raised() {
            let problem = format!(
                "it does not say format {}, which lines of the journal have",
                scan.format.number()
            );
            found.flaw(format.display().to_string(), problem);
        }
        for damage in &scan.damage {
            let place = format!("{}, byte {}", damage.path.display(), damage.offset);
            found.flaw(place, damage.problem.clone());
        }
        if scan.tail > 0 {
            let tail = scan.tail;
            found.notes.push(match holder {
                None => format!("a stopped import left {tail} bytes behind the last"),
                Some(_) => format!("{tail} bytes behind the last import are of one that goes on"),
            });
        }
        let mut done = 0;
        for part in &scan.parts {
            let commit = match part {
                JournalSegment::Import(commit, ..) => commit,
                JournalSegment::Lost(lost, _) if lost.first > lost.last => continue,
                JournalSegment::Lost(lost, _) => {
                    found.notes.push(LostImports::from(lost).to_string());
                    continue;
                }
            };
            found.imports += 1;
            found.versions += commit.versions;
            let store = store.as_ref().filter(|_| commit.import <= known.mark.import);
            let mut comparison = match store
                .map(|store| StoreComparison::new(StateView::new(store.map()), commit.import, deep))
            {
                Some(Err(error)) => {
                    found.flaw_of("store", error)?;
                    None
                }
                comparison => comparison.transpose()?,
            };
            let compared = Journal::replay_part(&journal, part, &mut |_, line| {
                done += 1;
                (self.progress)(Progress { done });
                match (line, &mut comparison) {
                    (JournalLine::Entry(entry), Some(comparison)) => {
                        comparison.entry(&entry, &mut found)
                    }
                    _ => Ok(()),
                }
            });
            if let Err(error) = compared {
                found.flaw_of(format!("import {}", commit.import), error)?;
            }
        }
        if let Some(store) = &store {
            found.listed(&StateView::new(store.map()), &known, &scan)?;
            let audited =
                StateView::new(store.map()).audit(&mut |wrong| found.flaw("store", wrong));
            audited.or_else(|error| found.flaw_of("store", error))?;
        }
        Ok(found)
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
        let applied = AppliedPosition::of(&snapshot.marker)?;
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
            // Create the files anew: the copy must be writable even if the originals are not.
            let mut source = File::open(entry.path()).map_err(Error::io("read", entry.path()))?;
            let copied =
                File::create(&target).and_then(|mut copy| io::copy(&mut source, &mut copy));
            copied.map_err(Error::io("copy the store to", &target))?;
        }
    }
    Ok(())
}

/// Compares the journal entries of an import with the store.
struct StoreComparison<'s> {
    store: StateView<'s>,
    import: u64,
    /// Number of the next line of the journal.
    line: u64,
    /// Whether texts are parsed again.
    deep: bool,
    cursor: VersionCursor,
}

impl<'s> StoreComparison<'s> {
    fn new(store: StateView<'s>, import: u64, deep: bool) -> Result<Self> {
        let line = store.import(import)?.unwrap_or_default().line;
        Ok(Self { store, import, line, deep, cursor: VersionCursor::default() })
    }

    /// Compares the next entry.
    ///
    /// # Errors
    /// When a file cannot be read. Damage in the store is recorded as a problem instead.
    fn entry(&mut self, entry: &JournalEntry, found: &mut Verification) -> Result<()> {
        let of_title = |title: &str| format!("store, '{title}'");
        let (place, compared) = match entry {
            JournalEntry::Version(given) => (of_title(&given.title), self.version(given)),
            JournalEntry::Removal { title } => (of_title(title), self.removal(title)),
            JournalEntry::Alias { election, title } => {
                ("store".to_owned(), self.alias(election, title))
            }
            JournalEntry::Territory(alias) => ("store".to_owned(), self.territory(alias)),
            JournalEntry::Lineage(given) => {
                (format!("lineage of '{}'", given.country), self.lineage(given))
            }
        };
        self.line += 1;
        match compared {
            Ok(None) => Ok(()),
            Ok(Some(problem)) => {
                found.flaw(place, problem);
                Ok(())
            }
            Err(error) => found.flaw_of(place, error),
        }
    }

    fn version(&mut self, given: &VersionEntry) -> Result<Option<String>> {
        let (store, import, line, deep) = (self.store, self.import, self.line, self.deep);
        if self.cursor.seek(&store, &given.title)?.is_none() {
            return Ok(Some(format!("nothing of import {import}")));
        }
        let Some((number, version)) = self.cursor.version(&store, line)? else {
            return Ok(Some(format!("no version from import {import}")));
        };
        if version.digest != index::digest(&given.text) {
            return Ok(Some(format!("another text for import {import}")));
        }
        let said = (&version.title, &version.source, &version.format, &version.source_time);
        let beside = (&given.title, &given.source, &given.format, &given.source_time);
        if said != beside || version.revision != given.revision || version.import != import {
            return Ok(Some(format!("another origin for version {number}, from import {import}")));
        }
        let record = store.record(&version)?;
        if deep && record != index::read(given) {
            return Ok(Some(format!(
                "version {number} is read otherwise now; 'rebuild --reparse' applies that"
            )));
        }
        Ok(None)
    }

    fn removal(&mut self, title: &str) -> Result<Option<String>> {
        let (store, import, line) = (self.store, self.import, self.line);
        // Removing an election that never existed has no effect.
        if self.cursor.seek(&store, title)?.is_none() {
            return Ok(None);
        }
        let found = self.cursor.version(&store, line)?.is_some();
        Ok((!found).then(|| format!("no version from import {import}")))
    }

    fn alias(&self, election: &str, title: &str) -> Result<Option<String>> {
        let same = self.store.titled(election)? == self.store.titled(title)?;
        Ok((!same).then(|| format!("'{title}' is no title of '{election}' in it")))
    }

    fn territory(&self, alias: &TerritoryAlias) -> Result<Option<String>> {
        let known = self.store.territories()?.contains(alias);
        Ok((!known).then(|| format!("'{}' for '{}' is missing in it", alias.alias, alias.name)))
    }

    fn lineage(&self, given: &LineageEntry) -> Result<Option<String>> {
        let digest = index::digest(&given.text);
        // A later lineage under the same name replaces this one.
        let is_due = |row: &LineageRow| match row.line == self.line {
            true => row.digest == digest,
            false => row.import >= self.import,
        };
        let Some(row) = self.store.lineage(given)?.filter(is_due) else {
            return Ok(Some("missing in the store".to_owned()));
        };
        if !self.deep {
            return Ok(None);
        }
        Ok(match index::read_lineage(given) {
            Err(problem) => Some(problem),
            Ok(lineage) if row.line == self.line && row.lineage != lineage => {
                Some("it is read otherwise now; 'rebuild' applies that".to_owned())
            }
            Ok(_) => None,
        })
    }
}

impl Snapshot {
    /// Returns the places where the store differs from the journal, each with a description.
    pub(crate) fn unlike_journal(&self) -> Result<Vec<(String, String)>> {
        let mut wrong = Verification::default();
        let start = LogPosition::default();
        let mut comparison = None;
        self.journal().replay(&start, &mut |_, line, mark| {
            let JournalLine::Entry(entry) = line else {
                comparison = None;
                return Ok(());
            };
            let comparison = match &mut comparison {
                Some(comparison) => comparison,
                None => {
                    let new = StoreComparison::new(self.view(), mark.import + 1, false)?;
                    comparison.insert(new)
                }
            };
            comparison.entry(&entry, &mut wrong)
        })?;
        Ok(wrong.flaws.into_iter().map(|flaw| (flaw.place, flaw.problem)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::Archive;
    use crate::ingest::ImportOptions;

    /// Covers faults that checksums cannot detect: the store's contents differ from the journal.
    #[test]
    fn a_store_that_says_otherwise_than_the_journal_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let archive = Archive::create(path).unwrap();
        archive.import(&["fixtures/commission".into()], &ImportOptions::default()).unwrap();
        archive.import(&["fixtures/articles".into()], &ImportOptions::default()).unwrap();
        let alias = TerritoryAlias {
            name: "Artsakh".to_owned(),
            alias: "Republic of Artsakh".to_owned(),
            from: None,
            until: None,
        };
        archive.add_territory(alias, None).unwrap();
        archive.add_alias(&"artsakh/2017".parse().unwrap(), "Another title", None).unwrap();
        let items = archive.snapshot().view().items().unwrap();
        drop(archive);
        let faults: [(&str, &[u8]); 6] = [
            ("version 1 of election", b"v"),
            ("another import 1 than was made", b"i\0\0\0\0\0\0\0\x01"),
            ("'Republic of Artsakh' for 'Artsakh' is missing in it", b"y"),
            ("'Another title' is no title of", b"tanother title"),
            ("election 0 is missing", b"e\0\0\0\0\0\0\0\0"),
            ("is not where it says", b"rabkhazia"),
        ];
        for (said, start) in faults {
            let key = items.iter().map(|(key, _)| key).find(|key| key.starts_with(start)).unwrap();
            let store = Store::open(&path.join("store")).unwrap();
            store.forge(&[(key.clone(), None)].into()).unwrap();
            drop(store);
            let flaws = Archive::options().verify(path, false).unwrap().flaws;
            let found = flaws.iter().any(|flaw| flaw.problem.contains(said));
            assert!(found, "{said}: {flaws:?}");
            Archive::options().rebuild(path).unwrap();
            assert_eq!(Archive::options().verify(path, true).unwrap().flaws, []);
        }
    }
}
