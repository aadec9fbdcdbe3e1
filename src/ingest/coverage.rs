//! Which elections the sources of an import had, and which of them are missing now.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use crate::Result;
use crate::index::StateView;
use crate::model::{file_name, format_count};

/// What an import read of each source that has a name.
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
    /// Ids of those elections that the source had before.
    known_elections: HashSet<u64>,
    /// Names of the files that were read, without their folders.
    files: HashSet<String>,
}

/// The elections of a file that a source had before.
#[derive(Debug, Default)]
struct EarlierElections {
    present: usize,
    missing: Vec<u64>,
}

/// The elections that sources no longer have.
#[derive(Debug, Default)]
pub(super) struct MissingElections {
    /// The name of the source and the id of the election.
    pub(super) elections: Vec<(String, u64)>,
    /// Messages about files that are taken for others.
    pub(super) notes: Vec<String>,
}

impl Coverage {
    /// Records a file of a source.
    pub(super) fn add_file(&mut self, source: &str, path: &Path) {
        let coverage = self.sources.entry(source.to_owned()).or_default();
        coverage.files.insert(file_name(&path.to_string_lossy()));
    }

    /// Records a document about an election.
    pub(super) fn add_election(&mut self, source: &str, id: u64) {
        if let Some(coverage) = self.sources.get_mut(source) {
            coverage.elections.insert(id);
        }
    }

    /// Records a document about an election that the source had before.
    pub(super) fn add_known_election(&mut self, source: &str, id: u64) {
        if let Some(coverage) = self.sources.get_mut(source) {
            coverage.known_elections.insert(id);
        }
    }

    /// Records that a part of a file could not be read.
    pub(super) fn mark_incomplete(&mut self, file: &str) {
        self.incomplete_files.insert(file_name(file));
    }

    /// Returns the elections that a source had in the files that were read, and that these files
    /// lack now. A file that lacks most of them is another file of the same name, which a note
    /// reports.
    pub(super) fn missing_elections(&self, view: &StateView<'_>) -> Result<MissingElections> {
        let mut missing = MissingElections::default();
        for (source, coverage) in &self.sources {
            let Some(number) = view.source_number(source)? else { continue };
            let mut files: BTreeMap<String, EarlierElections> = BTreeMap::new();
            for election in view.source_elections(number) {
                let (id, row) = election?;
                if row.is_absent
                    || !coverage.files.contains(&row.file)
                    || self.incomplete_files.contains(&row.file)
                {
                    continue;
                }
                let earlier = files.entry(row.file).or_default();
                if !coverage.elections.contains(&id) {
                    earlier.missing.push(id);
                } else if coverage.known_elections.contains(&id) {
                    earlier.present += 1;
                }
            }
            for (file, EarlierElections { present, missing: ids }) in files {
                if ids.len() > present {
                    let count = format_count(ids.len() as u64, "election");
                    missing.notes.push(format!(
                        "'{file}' lacks {count} that {source} had in a file of this name; it is \
                         taken for another file, and none is recorded as missing"
                    ));
                } else {
                    missing.elections.extend(ids.into_iter().map(|id| (source.clone(), id)));
                }
            }
        }
        Ok(missing)
    }
}
