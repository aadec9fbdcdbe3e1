//! Checks whether an archive is intact after kills or a loss of power.

use std::path::Path;

use hustings::{Archive, Error};

use crate::session::{ARCHIVE, Acknowledged};

/// Opens an archive as the program does: an unreadable store is marked as damaged and rebuilt.
fn open(archive: &Path, create: bool) -> Result<Archive, String> {
    let opened = || {
        let opened = Archive::options().create(create).open(archive)?;
        opened.list(&Default::default())?;
        Ok(opened)
    };
    let opened = match opened() {
        Err(Error::Store(_)) => Archive::mark_store_damaged(archive).and_then(|()| opened()),
        other => other,
    };
    opened.map_err(|error| format!("open: {error}"))
}

/// Returns the digests of an archive's imports, or `None` if there is no archive yet.
pub(crate) fn import_digests(archive: &Path) -> Result<Option<Vec<String>>, String> {
    if !archive.join("FORMAT").exists() {
        return Ok(None);
    }
    let imports = open(archive, false)?.imports().map_err(|error| format!("log: {error}"))?;
    Ok(Some(imports.into_iter().map(|import| import.digest).collect()))
}

/// Returns the first problem that verifying finds. There may be no archive yet.
pub(crate) fn verify(archive: &Path, deep: bool) -> Result<(), String> {
    if !archive.join("FORMAT").exists() {
        return Ok(());
    }
    let verified = match deep {
        true => Archive::options().verify_records(archive),
        false => Archive::options().verify(archive),
    };
    match verified.map_err(|error| format!("verify: {error}"))?.problems.first() {
        None => Ok(()),
        Some(flaw) => Err(format!("verify finds {}", flaw.problem)),
    }
}

/// The content of a disk after a loss of power.
pub(crate) struct Image<'a> {
    pub(crate) folder: &'a Path,
    /// Digests of all imports that were made.
    pub(crate) made: &'a [String],
    pub(crate) acknowledged: Acknowledged,
}

impl Image<'_> {
    /// Checks that every acknowledged import is present and that the archive works. Returns the
    /// number of further imports.
    pub(crate) fn check(&self, another: &Path, imports_first: bool) -> Result<usize, Vec<String>> {
        // Opening the archive may repair it, so it is verified first.
        let verified = verify(&self.folder.join(ARCHIVE), false);
        let used = self.check_use(another, imports_first);
        match (verified, used) {
            (Ok(()), Ok(more)) => Ok(more),
            (verified, used) => Err(verified.err().into_iter().chain(used.err()).collect()),
        }
    }

    fn check_use(&self, another: &Path, imports_first: bool) -> Result<usize, String> {
        let archive = self.folder.join(ARCHIVE);
        let imported = if imports_first { import(&archive, another)? } else { 0 };
        let found = self.check_digests(import_digests(&archive)?, self.acknowledged.archive)?;
        let found = found - usize::from(imports_first);
        let imported = if imports_first { imported } else { import(&archive, another)? };
        if imported != found + 1 {
            return Err(format!("import {imported} after {found} imports"));
        }
        verify(&archive, true).map_err(|problem| format!("at the end, {problem}"))?;
        self.check_backups().map_err(|problem| format!("backup: {problem}"))?;
        Ok(found - self.acknowledged.archive)
    }

    fn check_backups(&self) -> Result<(), String> {
        let (folder, back) = (self.folder.join("backup"), self.folder.join("back"));
        if self.acknowledged.folder > 0 {
            verify(&folder, false)?;
            self.check_digests(import_digests(&folder)?, self.acknowledged.folder)?;
        }
        if self.acknowledged.file > 0 {
            let file = folder.with_extension("zst");
            Archive::options().restore(file, &back).map_err(|error| error.to_string())?;
            self.check_digests(import_digests(&back)?, self.acknowledged.file)?;
        }
        if self.acknowledged.restored > 0 {
            let restored = import_digests(&self.folder.join("restored"))?;
            self.check_digests(restored, self.acknowledged.restored)
                .map_err(|problem| format!("restored: {problem}"))?;
        }
        Ok(())
    }

    /// Returns the number of imports. The acknowledged ones must come first among them.
    fn check_digests(
        &self,
        found: Option<Vec<String>>,
        acknowledged: usize,
    ) -> Result<usize, String> {
        let found = found.unwrap_or_default();
        match self.made.get(..acknowledged) {
            Some(made) if found.starts_with(made) => Ok(found.len()),
            _ => Err(format!("{} of {acknowledged} acknowledged imports", found.len())),
        }
    }
}

/// Imports a file. Returns the number of imports in the archive.
fn import(archive: &Path, file: &Path) -> Result<usize, String> {
    let archive = Archive::create(archive).map_err(|error| format!("create: {error}"))?;
    let imported = archive.import(&[file.to_owned()]);
    imported.map_err(|error| format!("import: {error}"))?;
    Ok(archive.imports().map_err(|error| format!("log: {error}"))?.len())
}
