//! A new archive, and a folder for the files that are imported.

use std::fs;
use std::path::PathBuf;

use hustings::Archive;

/// A new archive, and a folder for the files that are imported.
pub(crate) struct ArchiveFolder {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) archive: Archive,
}

impl ArchiveFolder {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::create(folder.path().join("archive")).unwrap();
        Self { folder, archive }
    }

    /// Writes a file, and the folders in its name. Returns its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }
}
