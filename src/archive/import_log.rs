//! The list of imports, read from the journal without the store.

use std::path::Path;

use super::open::read_format;
use super::path_guard::ensure_no_links;
use super::{ImportInfo, OpenOptions};
use crate::disk::exists;
use crate::journal::{FollowedJournal, Journal, JournalLine, LogPosition, OtherEntries};
use crate::{Error, Result};

impl OpenOptions {
    /// Lists the imports of an archive, which may be open and in use. Needs neither the lock nor
    /// the store, but reads the whole journal; [`Archive::imports`](super::Archive::imports) is
    /// faster.
    ///
    /// ```
    /// use hustings::Archive;
    /// # let folder = std::env::temp_dir().join("hustings-example-log");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(["fixtures/commission"])?;
    /// assert_eq!(Archive::options().imports(&folder)?, archive.imports()?);
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When there is no archive, or when its journal is damaged or cannot be read.
    pub fn imports(self, path: impl AsRef<Path>) -> Result<Vec<ImportInfo>> {
        let path = path.as_ref();
        if !exists(&path.join("FORMAT"))? {
            return Err(Error::NoArchive(path.to_owned()));
        }
        ensure_no_links(path)?;
        read_format(path)?;
        let start = LogPosition::default();
        // A journal always contains its start, so `None` cannot occur.
        let followed = Journal::follow(&path.join("journal"), &start, u64::MAX)?;
        let Some(FollowedJournal { journal, damage, .. }) = followed else { return Ok(Vec::new()) };
        if let Some(damage) = damage {
            return Err(damage);
        }
        let (mut imports, mut others) = (Vec::new(), OtherEntries::default());
        journal.replay(&start, &mut |_, line, _| {
            match line {
                JournalLine::Entry(entry) => others.add(&entry),
                JournalLine::Commit(commit, digest) => {
                    imports.push(ImportInfo::new(commit, digest, std::mem::take(&mut others)));
                }
                JournalLine::Lost(lost) => {
                    let commit = lost.placeholder_commit();
                    imports.extend(commit.map(|commit| {
                        ImportInfo::new(commit, lost.digest, OtherEntries::default())
                    }));
                }
            }
            Ok(())
        })?;
        Ok(imports)
    }
}
