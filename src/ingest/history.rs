//! Determines which documents of a file are new.
//!
//! A document is compared with the last document that its file contained about the same election.
//! If the archive has no version from that file, the document is compared with the current version.
//! A file may contain several documents about one election; their order matters.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, absolute};

use crate::Result;
use crate::index::{ElectionRow, MergedElection, StateView, VersionRow};
use crate::model::source_name;

/// BLAKE3 hash of a text.
pub(super) type Digest = [u8; 32];

/// Returns the names under which the archive may list a source: its own name, or the path of its
/// file, both absolute and relative to the current folder.
pub(super) fn source_names(history: &str) -> Vec<String> {
    let path = Path::new(history);
    if history.starts_with('\u{1}') {
        return vec![history.to_owned()];
    }
    let alternative = if path.is_absolute() {
        let current_folder = absolute(".").ok();
        current_folder.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned))
    } else {
        absolute(path).ok()
    };
    let other = alternative.map(|other| source_name(&other.to_string_lossy()));
    [history.to_owned()].into_iter().chain(other).collect()
}

/// Returns the last version without a source time from a source, and `true`. Of merged elections,
/// only the versions of `part` count. For a source without such a version, returns the current
/// version, or for a removed election the last version before the removal, and `false`.
pub(super) fn last_from_source(
    view: &StateView<'_>,
    row: &ElectionRow,
    part: Option<&MergedElection>,
    source: &str,
) -> Result<(VersionRow, bool)> {
    // Fast path: most documents come from the source of the current version.
    if part.is_none() && row.version.is_undated() && row.version.history_name() == source {
        return Ok((row.version.clone(), true));
    }
    let mut last: Option<VersionRow> = None;
    for name in source_names(source) {
        let number = view.last_undated_version(row, &[name])?;
        if let Some(version) = last_of_part(view, row, part, number)?
            && last.as_ref().is_none_or(|last| last.line < version.line)
        {
            last = Some(version);
        }
    }
    match last {
        Some(last) => Ok((last, true)),
        None => {
            let last = current_document(view, row, u64::MAX)?;
            Ok((last.unwrap_or_else(|| row.version.clone()), false))
        }
    }
}

/// Returns an undated version if it is one of a part, or else the last one before it from the same
/// source that is.
fn last_of_part(
    view: &StateView<'_>,
    row: &ElectionRow,
    part: Option<&MergedElection>,
    mut number: Option<u32>,
) -> Result<Option<VersionRow>> {
    while let Some(candidate) = number {
        let version = view.version(row, candidate)?;
        if part.is_none_or(|part| part.has_version(candidate)) {
            return Ok(Some(version));
        }
        number = version.previous_from_source;
    }
    Ok(None)
}

/// Returns the version that was current before a line of the journal. Removals are skipped: for a
/// removed election, the last version before the removal is returned.
fn current_document(
    view: &StateView<'_>,
    row: &ElectionRow,
    mut line: u64,
) -> Result<Option<VersionRow>> {
    loop {
        let Some(number) = view.current_before(row, line)? else { return Ok(None) };
        let version = view.version(row, number)?;
        if !version.lacks_record() {
            return Ok(Some(version));
        }
        line = version.line;
    }
}

/// The versions of one election from earlier imports of a file, and the possible positions among
/// them of the last document read in this import.
///
/// Versions are grouped into runs, one for each earlier import of the file. Documents that precede
/// a run in the file belong to earlier runs, except that the start of the file may have been cut
/// off. Reading the file again therefore follows a path through the runs: each document is the next
/// version of the same run, or the first of a later run. The first document may match any version.
#[derive(Debug, Default)]
struct FileHistory {
    /// Digests of the versions of each run. The first run contains the version that was current
    /// before the file's first import.
    runs: Vec<Vec<Digest>>,
    /// Possible positions of the last document: a run, and an index in that run. `None` before the
    /// first document.
    candidates: Option<Vec<(usize, usize)>>,
    last_digest: Option<Digest>,
}

impl FileHistory {
    fn read(
        view: &StateView<'_>,
        row: &ElectionRow,
        part: Option<&MergedElection>,
        source: &str,
    ) -> Result<Self> {
        let (last, is_from_source) = last_from_source(view, row, part, source)?;
        let mut versions = Vec::new();
        let mut version = Some(last).filter(|_| is_from_source);
        while let Some(undated) = version {
            versions.push((undated.import, undated.digest, undated.line));
            version = last_of_part(view, row, part, undated.previous_from_source)?;
        }
        versions.reverse();
        let first = versions.first().map_or(u64::MAX, |(.., line)| *line);
        let before = current_document(view, row, first)?;
        let mut runs: Vec<Vec<Digest>> =
            before.map(|document| vec![document.digest]).into_iter().collect();
        for run in versions.chunk_by(|one, other| one.0 == other.0) {
            runs.push(run.iter().map(|(_, digest, _)| *digest).collect());
        }
        Ok(Self { runs, ..Self::default() })
    }

    /// Compares the next document with the history.
    fn compare(&mut self, digest: Digest) -> DocumentStatus {
        if self.last_digest == Some(digest) {
            return DocumentStatus::Unchanged;
        }
        let next = self.next_candidates(digest);
        if next.is_empty() {
            return DocumentStatus::New;
        }
        (self.candidates, self.last_digest) = (Some(next), Some(digest));
        if self.is_at_end() {
            DocumentStatus::Unchanged
        } else {
            DocumentStatus::UnchangedUnlessLast
        }
    }

    /// Returns the positions that a document may have after the current candidates.
    fn next_candidates(&self, digest: Digest) -> Vec<(usize, usize)> {
        let matches_at = |run: usize, at: usize| self.runs[run].get(at) == Some(&digest);
        let run_starts = |from: usize| {
            (from..self.runs.len()).filter(|run| matches_at(*run, 0)).map(|run| (run, 0))
        };
        let mut next = match &self.candidates {
            None => {
                let all = (0..self.runs.len())
                    .flat_map(|run| (0..self.runs[run].len()).map(move |at| (run, at)));
                all.filter(|(run, at)| matches_at(*run, *at)).collect()
            }
            Some(candidates) => {
                let continued = candidates.iter().map(|(run, at)| (*run, at + 1));
                let on = continued.filter(|(run, at)| matches_at(*run, *at));
                let first = candidates.iter().map(|(run, _)| run + 1).min().unwrap_or(0);
                on.chain(run_starts(first)).collect::<Vec<_>>()
            }
        };
        next.sort_unstable();
        next.dedup();
        next
    }

    /// Returns whether the last document read is also the last version from earlier imports of the
    /// file. This holds at the end of the last run, or when the last run consists of that document
    /// alone.
    fn is_at_end(&self) -> bool {
        let Some(last) = self.runs.len().checked_sub(1) else { return false };
        let (run, candidates) = (&self.runs[last], self.candidates.as_deref().unwrap_or_default());
        let is_repeat_of_last_run = run.as_slice() == self.last_digest.as_slice();
        candidates.iter().any(|(run_index, index)| {
            (*run_index == last && index + 1 == run.len())
                || (*run_index < last && is_repeat_of_last_run)
        })
    }
}

/// The result of comparing a document with the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DocumentStatus {
    /// The archive already has the document.
    Unchanged,
    /// The archive already has the document. If the file ends with it, the document becomes a new
    /// version. The caller defers it until the next document about the election.
    UnchangedUnlessLast,
    /// The document is a new version.
    New,
}

/// The documents about one election that were read from a file.
#[derive(Debug)]
enum DocumentsRead {
    /// One document, by its digest.
    One(Digest),
    Several(Box<FileHistory>),
}

/// A file being read, with its documents by election. Each of the elections that are merged to one
/// counts on its own. `T` is the type of a deferred document.
#[derive(Debug)]
struct OpenFile<T> {
    documents: HashMap<u64, DocumentsRead>,
    deferred: BTreeMap<u64, T>,
}

impl<T> Default for OpenFile<T> {
    fn default() -> Self {
        Self { documents: HashMap::new(), deferred: BTreeMap::new() }
    }
}

/// The files being read that may contain several documents about one election, by source. At most
/// one file is open at a time, but texts in memory stay open until the end, because several may
/// have the same name.
#[derive(Debug)]
pub(crate) struct OpenFiles<T> {
    files: BTreeMap<String, OpenFile<T>>,
    /// Files in which some document could not be read, so that their last documents are uncertain.
    incomplete: HashSet<String>,
    /// Number of the first import that reads these files. Versions from this import on came from
    /// these files.
    first_import: u64,
}

impl<T> OpenFiles<T> {
    /// Creates an empty set of files. `first_import` is the number of the next import.
    pub(crate) fn new(first_import: u64) -> Self {
        Self { files: BTreeMap::new(), incomplete: HashSet::new(), first_import }
    }

    /// Records that part of a file could not be read.
    pub(super) fn mark_incomplete(&mut self, source: &str) {
        self.incomplete.insert(source.to_owned());
    }

    /// Ends a file. Returns the deferred documents: the file now ends with them, although it did not at
    /// its last import. Returns none if part of the file could not be read.
    pub(super) fn end_file(&mut self, source: &str) -> Vec<T> {
        let is_incomplete = self.incomplete.remove(source);
        let deferred =
            self.files.remove(source).map(|file| file.deferred).filter(|_| !is_incomplete);
        deferred.unwrap_or_default().into_values().collect()
    }

    /// Ends all files, like [`OpenFiles::end_file`].
    pub(super) fn end_all_files(&mut self) -> Vec<T> {
        let sources: Vec<String> = self.files.keys().cloned().collect();
        sources.iter().flat_map(|source| self.end_file(source)).collect()
    }

    /// Compares the next document about an election in a file. The document has no source time. Of
    /// merged elections, the document is about `part`.
    pub(super) fn compare(
        &mut self,
        view: &StateView<'_>,
        row: &ElectionRow,
        part: Option<&MergedElection>,
        source: &str,
        digest: Digest,
    ) -> Result<DocumentStatus> {
        let id = part.map_or(row.id(), |part| part.id);
        let (last, is_from_source) = last_from_source(view, row, part, source)?;
        // An earlier document of this file was new, so the file no longer follows its history. Any
        // document that differs from the previous one is new.
        if is_from_source && last.import >= self.first_import {
            let is_repeat = last.digest == digest;
            return Ok(if is_repeat { DocumentStatus::Unchanged } else { DocumentStatus::New });
        }
        let file = match self.files.get_mut(source) {
            Some(file) => file,
            None => self.files.entry(source.to_owned()).or_default(),
        };
        let mut history = match file.documents.remove(&id) {
            None if last.digest == digest && !last.lacks_record() => {
                file.documents.insert(id, DocumentsRead::One(digest));
                return Ok(DocumentStatus::Unchanged);
            }
            None => Box::new(FileHistory::read(view, row, part, source)?),
            Some(DocumentsRead::One(first)) => {
                let mut history = FileHistory::read(view, row, part, source)?;
                history.compare(first);
                Box::new(history)
            }
            Some(DocumentsRead::Several(history)) => history,
        };
        let is_repeated = history.last_digest == Some(digest);
        let status = history.compare(digest);
        if status != DocumentStatus::New {
            if !is_repeated {
                file.deferred.remove(&id);
            }
            file.documents.insert(id, DocumentsRead::Several(history));
        }
        Ok(status)
    }

    /// Defers a document about an election, in case the file ends with it.
    pub(super) fn defer(&mut self, source: &str, election: u64, document: T) {
        self.files.entry(source.to_owned()).or_default().deferred.insert(election, document);
    }

    /// Drops the deferred document about an election, because the file no longer follows its history.
    pub(super) fn discard_deferred(&mut self, source: &str, election: u64) {
        if let Some(file) = self.files.get_mut(source) {
            file.deferred.remove(&election);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_path_are_the_same_source() {
        let absolute_path = absolute("a/b.txt").unwrap();
        let absolute_path = absolute_path.to_str().unwrap();
        let is_same =
            |one: &str, other: &str| source_names(&source_name(one)).contains(&source_name(other));
        for (one, other) in [
            ("a/b.txt", "./a//b.txt"),
            ("a/b.txt", "a/./b.txt"),
            (absolute_path, "a/b.txt"),
            ("/dev/stdin", "<stdin>"),
        ] {
            assert!(is_same(one, other) && is_same(other, one), "{one} {other}");
        }
        assert!(!is_same("a.txt", "b/a.txt") && !is_same("<stdin>", "stdin"));
    }
}
