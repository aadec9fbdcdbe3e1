//! Which elections the sources of an import had, and which of them are missing now.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use crate::Result;
use crate::index::StateView;
use crate::model::{file_name, source_key};

/// What an import read of each source, by the source's key.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    sources: BTreeMap<String, SourceCoverage>,
    /// Names of the files of which a part could not be read.
    incomplete_files: HashSet<String>,
}

/// What an import read of a source.
#[derive(Debug, Default)]
struct SourceCoverage {
    /// Ids of the elections.
    elections: HashSet<u64>,
    /// Names of the files that were read, without their folders.
    files: HashSet<String>,
    /// Whether all files of the source's folder were read. Only for a source without a name, which
    /// is a folder.
    is_complete_folder: bool,
}

impl Coverage {
    /// Records a file. `is_in_folder`: all files of its folder are read.
    pub(super) fn add_file(
        &mut self,
        source: Option<&str>,
        format: &str,
        path: &Path,
        is_in_folder: bool,
    ) {
        let path = path.to_string_lossy();
        let coverage = self.sources.entry(source_key(source, format, &path)).or_default();
        coverage.files.insert(file_name(&path));
        coverage.is_complete_folder |= source.is_none() && is_in_folder;
    }

    /// Records a document about an election.
    pub(super) fn add_election(&mut self, source_key: &str, id: u64) {
        if let Some(coverage) = self.sources.get_mut(source_key) {
            coverage.elections.insert(id);
        }
    }

    /// Records that a part of a file could not be read.
    pub(super) fn mark_incomplete(&mut self, file: &str) {
        self.incomplete_files.insert(file_name(file));
    }

    /// Returns the elections that a source had in the files that were read, and that these files
    /// lack now: the key of the source and the id of the election.
    pub(super) fn missing_elections(&self, view: &StateView<'_>) -> Result<Vec<(String, u64)>> {
        let mut missing = Vec::new();
        for (key, coverage) in &self.sources {
            let Some(number) = view.source_number(key)? else { continue };
            for election in view.source_elections(number) {
                let (id, row) = election?;
                let is_covered = (coverage.files.contains(&row.file)
                    || coverage.is_complete_folder)
                    && !self.incomplete_files.contains(&row.file);
                if is_covered && !row.is_absent && !coverage.elections.contains(&id) {
                    missing.push((key.clone(), id));
                }
            }
        }
        Ok(missing)
    }
}
