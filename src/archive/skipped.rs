//! What an import skips of a folder: how many files, and the first few of them.

use std::path::{Path, PathBuf};

use crate::model::grouped;

/// Number of paths that a note names.
const NAMED: usize = 3;

/// What was skipped, by reason.
#[derive(Debug, Default)]
pub(super) struct Skipped {
    pub(super) archives: Paths,
    pub(super) hidden: Paths,
    /// Files that a mapping does not read.
    pub(super) unmapped: Paths,
}

/// Paths that were skipped for one reason.
#[derive(Debug, Default)]
pub(super) struct Paths {
    count: u64,
    first: Vec<PathBuf>,
}

impl Paths {
    pub(super) fn add(&mut self, path: &Path) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push(path.to_owned());
        }
    }

    /// A sentence about them; none when there are none.
    fn note(&self, one: &str, several: &str) -> Option<String> {
        let names: Vec<String> = self.first.iter().map(|path| path.display().to_string()).collect();
        let mut names = names.join(", ");
        if self.count > NAMED as u64 {
            names.push_str(", …");
        }
        match self.count {
            0 => None,
            1 => Some(format!("1 {one} skipped: {names}")),
            count => Some(format!("{} {several} skipped: {names}", grouped(count))),
        }
    }
}

impl Skipped {
    /// A sentence for each reason.
    pub(super) fn notes(&self) -> impl Iterator<Item = String> {
        let archives = self.archives.note("archive was", "archives were");
        let hidden = self.hidden.note("hidden file or folder was", "hidden files or folders were");
        let one = "file that the mapping does not read was";
        let unmapped = self.unmapped.note(one, "files that the mapping does not read were");
        [archives, hidden, unmapped].into_iter().flatten()
    }
}
