//! Files and folders that an import skips: how many, and the first few of their paths.

use std::path::{Path, PathBuf};

use crate::model::group_digits;

/// Maximum number of paths listed in a message.
const MAX_LISTED_PATHS: usize = 3;

/// Skipped paths, by reason.
#[derive(Debug, Default)]
pub(super) struct SkippedFiles {
    pub(super) archives: SkippedPaths,
    pub(super) hidden: SkippedPaths,
    /// Files that the mapping does not read.
    pub(super) unmapped: SkippedPaths,
}

/// Paths skipped for one reason.
#[derive(Debug, Default)]
pub(super) struct SkippedPaths {
    count: u64,
    first: Vec<PathBuf>,
}

impl SkippedPaths {
    pub(super) fn add(&mut self, path: &Path) {
        self.count += 1;
        if self.first.len() < MAX_LISTED_PATHS {
            self.first.push(path.to_owned());
        }
    }

    /// Returns a sentence about these paths, or `None` if there are none.
    fn note(&self, one: &str, several: &str) -> Option<String> {
        let names: Vec<String> = self.first.iter().map(|path| path.display().to_string()).collect();
        let mut names = names.join(", ");
        if self.count > MAX_LISTED_PATHS as u64 {
            names.push_str(", …");
        }
        match self.count {
            0 => None,
            1 => Some(format!("1 {one} skipped: {names}")),
            count => Some(format!("{} {several} skipped: {names}", group_digits(count))),
        }
    }
}

impl SkippedFiles {
    /// Returns a sentence for each reason with skipped paths.
    pub(super) fn notes(&self) -> impl Iterator<Item = String> {
        let archives = self.archives.note("archive was", "archives were");
        let hidden = self.hidden.note("hidden file or folder was", "hidden files or folders were");
        let one = "file that the mapping does not read was";
        let unmapped = self.unmapped.note(one, "files that the mapping does not read were");
        [archives, hidden, unmapped].into_iter().flatten()
    }
}
