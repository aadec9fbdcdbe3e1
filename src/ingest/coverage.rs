//! Which elections the sources of an import had, and which of them are missing now.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use crate::Result;
use crate::index::StateView;
use crate::model::{file_name, format_count};

/// Maximum number of titles that a note lists.
const MAX_TITLES: usize = 3;

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
    /// Number of elections that were read, whether the source had them before or not.
    read: usize,
    /// Number of elections that were read and that the source had before.
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

    /// Returns the elections that sources had and that the files of the import lack. An election is
    /// missing if it is certain that no file of the source has it: all files were read completely,
    /// or with `is_complete`, they are all that the source has. Notes report what is not certain. A
    /// file that lacks most of its elections is another file of the same name.
    pub(super) fn missing_elections(
        &self,
        view: &StateView<'_>,
        is_complete: bool,
    ) -> Result<MissingElections> {
        let mut missing = MissingElections::default();
        for (source, coverage) in &self.sources {
            let Some(number) = view.source_number(source)? else { continue };
            let mut files: BTreeMap<String, EarlierElections> = BTreeMap::new();
            for election in view.source_elections(number) {
                let (id, row) = election?;
                if row.is_absent {
                    continue;
                }
                let earlier = files.entry(row.file).or_default();
                if !coverage.elections.contains(&id) {
                    earlier.missing.push(id);
                    continue;
                }
                earlier.read += 1;
                earlier.present += usize::from(coverage.known_elections.contains(&id));
            }
            // A file whose elections were all read in other files has no other ones.
            files.retain(|_, earlier| !earlier.missing.is_empty());
            let is_read = |file: &String| coverage.files.contains(file);
            let is_broken = coverage.files.iter().any(|file| self.incomplete_files.contains(file));
            let has_unread = files.keys().any(|file| !is_read(file));
            for (file, EarlierElections { read, present, missing: ids }) in &files {
                let count = format_count(ids.len() as u64, "election");
                let titles = || quoted_titles(view, ids);
                if is_broken {
                    // The part that could not be read is reported, and may have the elections.
                } else if is_complete {
                    missing.elections.extend(ids.iter().map(|id| (source.clone(), *id)));
                } else if !is_read(file) {
                    // Another file may be this one, renamed, or an excerpt of it.
                    if read > &ids.len() {
                        let all = read + ids.len();
                        missing.notes.push(format!(
                            "the files that were read have {read} of the {all} elections that \
                             {source} had in '{file}'; whether the others are missing ({}) is not \
                             known",
                            titles()?
                        ));
                    }
                } else if ids.len() > *present {
                    missing.notes.push(format!(
                        "'{file}' lacks {count} that {source} had in a file of this name; it is \
                         taken for another file, and none is recorded as missing"
                    ));
                } else if has_unread {
                    let it = if ids.len() == 1 { "it is" } else { "they are" };
                    let pronoun = if ids.len() == 1 { "it" } else { "them" };
                    missing.notes.push(format!(
                        "'{file}' lacks {count} that {source} had in it ({}); whether the files of \
                         {source} that were not read have {pronoun} is not known, and {it} not \
                         recorded as missing",
                        titles()?
                    ));
                } else {
                    missing.elections.extend(ids.iter().map(|id| (source.clone(), *id)));
                }
            }
        }
        Ok(missing)
    }
}

/// Returns the titles of the first elections, for a note.
fn quoted_titles(view: &StateView<'_>, ids: &[u64]) -> Result<String> {
    let first = ids.iter().take(MAX_TITLES);
    let titles = first.map(|id| Ok(format!("'{}'", view.election(*id)?.version.title)));
    let titles = titles.collect::<Result<Vec<_>>>()?.join(", ");
    Ok(if ids.len() > MAX_TITLES { format!("{titles} …") } else { titles })
}
