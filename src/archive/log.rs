//! The imports of an archive, from its journal alone.

use std::path::Path;

use super::guard::nothing_leads_outside;
use super::open::format_of;
use super::{ImportInfo, Open};
use crate::disk::exists;
use crate::journal::{Entry, Followed, Journal, Line, Mark};
use crate::{Error, Result};

impl Open {
    /// Lists the imports of an archive, which may be open and in use: without its lock and its store. That reads the
    /// whole journal; [`Archive::imports`](super::Archive::imports) is faster.
    ///
    /// ```
    /// use hustings::archive::{Archive, ImportOptions};
    /// # let folder = std::env::temp_dir().join("hustings-example-log");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(&["fixtures/commission".into()], &ImportOptions::default())?;
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
        nothing_leads_outside(path)?;
        format_of(path)?;
        let start = Mark::default();
        // Nothing is before the first import, so it is there.
        let followed = Journal::follow(&path.join("journal"), &start, u64::MAX)?;
        let Some(Followed { journal, damage, .. }) = followed else { return Ok(Vec::new()) };
        if let Some(damage) = damage {
            return Err(damage);
        }
        let (mut imports, mut lineages) = (Vec::new(), 0);
        journal.replay(&start, &mut |_, line, _| {
            match line {
                Line::Entry(entry) => lineages += u64::from(matches!(entry, Entry::Lineage(_))),
                Line::Commit(commit, digest) => {
                    imports.push(ImportInfo::new(commit, digest, std::mem::take(&mut lineages)));
                }
                Line::Lost(lost) => {
                    let commit = lost.commit();
                    imports.extend(commit.map(|commit| ImportInfo::new(commit, lost.digest, 0)));
                }
            }
            Ok(())
        })?;
        Ok(imports)
    }
}
