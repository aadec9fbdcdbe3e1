//! Which documents of a file are new.
//!
//! A document is compared with what its file said last. One of a file that is not known for the election is
//! compared with the current version. A file with several documents of one election says them in their order.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, absolute};

use crate::Result;
use crate::index::{ElectionRow, Version, View, source_name};

/// BLAKE3 of a text.
pub(super) type Digest = [u8; 32];

/// The names by which the archive may know a source: its path, relative to the current folder or absolute.
pub(super) fn names(source: &str) -> Vec<String> {
    let name = source_name(source);
    let path = Path::new(&name);
    let other = if path.is_absolute() {
        let here = absolute(".").ok();
        here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned))
    } else {
        absolute(path).ok()
    };
    let other = other.map(|other| source_name(&other.to_string_lossy()));
    [name].into_iter().chain(other).collect()
}

/// What a source said last of an election, without a word about when; of one that is not known, the current version.
/// The second value says whether it is known.
pub(super) fn said_last(
    view: &View<'_>,
    row: &ElectionRow,
    source: &str,
) -> Result<(Version, bool)> {
    // Most documents come from where the current version is from.
    if row.version.is_undated() && row.version.source == source {
        return Ok((row.version.clone(), true));
    }
    match view.said_last(row, &names(source))? {
        Some(number) => Ok((view.version(row, number)?, true)),
        None => {
            let last = current_statement(view, row, u64::MAX)?;
            Ok((last.unwrap_or_else(|| row.version.clone()), false))
        }
    }
}

/// The version that is current before a line of the journal; of a removed election, the one that was removed.
fn current_statement(view: &View<'_>, row: &ElectionRow, mut line: u64) -> Result<Option<Version>> {
    loop {
        let Some(number) = view.current_before(row, line)? else { return Ok(None) };
        let version = view.version(row, number)?;
        if !version.is_removal() {
            return Ok(Some(version));
        }
        line = version.line;
    }
}

/// What a file said of one election, and where its documents are in it now.
///
/// What it said is known in runs: the versions that each import of the file added. What stood in the file before a
/// run, from its beginning or behind a part that was cut off, was in runs before. So a file that is read again follows a
/// way through the runs: on within one, or to the beginning of a later one.
#[derive(Debug, Default)]
struct FileHistory {
    /// The first is what was current before the file said anything.
    runs: Vec<Vec<Digest>>,
    /// Where the last document may be: a run, and a place in it. None yet before the first document.
    places: Option<Vec<(usize, usize)>>,
    last: Option<Digest>,
}

impl FileHistory {
    fn of(view: &View<'_>, row: &ElectionRow, source: &str) -> Result<Self> {
        let (last, is_known) = said_last(view, row, source)?;
        let mut own = Vec::new();
        let mut version = Some(last).filter(|_| is_known);
        while let Some(said) = version {
            let before = said.same_source;
            own.push((said.import, said.digest, said.line));
            version = before.map(|number| view.version(row, number)).transpose()?;
        }
        own.reverse();
        let first = own.first().map_or(u64::MAX, |(.., line)| *line);
        let before = current_statement(view, row, first)?;
        let mut runs: Vec<Vec<Digest>> = before.map(|said| vec![said.digest]).into_iter().collect();
        for run in own.chunk_by(|one, other| one.0 == other.0) {
            runs.push(run.iter().map(|(_, digest, _)| *digest).collect());
        }
        Ok(Self { runs, ..Self::default() })
    }

    /// Judges the next document.
    fn judge(&mut self, digest: Digest) -> Verdict {
        if self.last == Some(digest) {
            return Verdict::Unchanged;
        }
        let next = self.next(digest);
        if next.is_empty() {
            return Verdict::New;
        }
        (self.places, self.last) = (Some(next), Some(digest));
        if self.is_said_last() { Verdict::Unchanged } else { Verdict::UnchangedUnlessLast }
    }

    /// The places that lead on to a document.
    fn next(&self, digest: Digest) -> Vec<(usize, usize)> {
        let is = |run: usize, at: usize| self.runs[run].get(at) == Some(&digest);
        let begins =
            |from: usize| (from..self.runs.len()).filter(|run| is(*run, 0)).map(|run| (run, 0));
        let mut next = match &self.places {
            None => {
                let all = (0..self.runs.len())
                    .flat_map(|run| (0..self.runs[run].len()).map(move |at| (run, at)));
                all.filter(|(run, at)| is(*run, *at)).collect()
            }
            Some(places) => {
                let on = places.iter().map(|(run, at)| (*run, at + 1));
                let on = on.filter(|(run, at)| is(*run, *at));
                let first = places.iter().map(|(run, _)| run + 1).min().unwrap_or(0);
                on.chain(begins(first)).collect::<Vec<_>>()
            }
        };
        next.sort_unstable();
        next.dedup();
        next
    }

    /// Whether the file said last what it has come to now: all of the last run is behind it, or that run is one
    /// document that was said again.
    fn is_said_last(&self) -> bool {
        let Some(last) = self.runs.len().checked_sub(1) else { return false };
        let (run, places) = (&self.runs[last], self.places.as_deref().unwrap_or_default());
        let again = run.as_slice() == self.last.as_slice();
        places
            .iter()
            .any(|(at, place)| (*at == last && place + 1 == run.len()) || (*at < last && again))
    }
}

/// The verdict on a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is what the archive has.
    Unchanged,
    /// As [`Verdict::Unchanged`], unless the file ends with it: then it is said again. It is to be held until
    /// the next document of the election.
    UnchangedUnlessLast,
    /// It is a new version.
    New,
}

/// What was read of a file about one election.
#[derive(Debug)]
enum Read {
    /// One document, with this digest.
    One(Digest),
    Several(Box<FileHistory>),
}

/// A file that is being read: what it said before of the elections in it. `T` is what is held of a document.
#[derive(Debug)]
struct OpenFile<T> {
    read: HashMap<u64, Read>,
    held: BTreeMap<u64, T>,
}

impl<T> Default for OpenFile<T> {
    fn default() -> Self {
        Self { read: HashMap::new(), held: BTreeMap::new() }
    }
}

/// The files that are being read and may have several documents of one election, by their sources: one file at a time,
/// but all texts of one name in memory.
#[derive(Debug)]
pub(super) struct OpenFiles<T> {
    files: BTreeMap<String, OpenFile<T>>,
    /// Files in which something was not read, so what they say last is not known.
    partial: HashSet<String>,
    /// The number of the first import that these files may make.
    first_import: u64,
}

impl<T> OpenFiles<T> {
    /// No file yet, of which the next import has this number.
    pub(super) fn new(first_import: u64) -> Self {
        Self { files: BTreeMap::new(), partial: HashSet::new(), first_import }
    }

    /// Notes that something in a file was not read.
    pub(super) fn is_not_whole(&mut self, source: &str) {
        self.partial.insert(source.to_owned());
    }

    /// Ends a file. Returns the documents that it said last, and had not said last before.
    pub(super) fn end(&mut self, source: &str) -> Vec<T> {
        let is_partial = self.partial.remove(source);
        let held = self.files.remove(source).map(|file| file.held).filter(|_| !is_partial);
        held.unwrap_or_default().into_values().collect()
    }

    /// Ends every file, as [`OpenFiles::end`] does.
    pub(super) fn end_all(&mut self) -> Vec<T> {
        let sources: Vec<String> = self.files.keys().cloned().collect();
        sources.iter().flat_map(|source| self.end(source)).collect()
    }

    /// Judges the next document of a file about an election, which states no time.
    pub(super) fn judge(
        &mut self,
        view: &View<'_>,
        row: &ElectionRow,
        source: &str,
        digest: Digest,
    ) -> Result<Verdict> {
        let id = row.id();
        let (last, is_known) = said_last(view, row, source)?;
        // A document was on no way through what the file said, so all that follow are new.
        if is_known && last.import >= self.first_import {
            let is_again = last.digest == digest;
            return Ok(if is_again { Verdict::Unchanged } else { Verdict::New });
        }
        let file = match self.files.get_mut(source) {
            Some(file) => file,
            None => self.files.entry(source.to_owned()).or_default(),
        };
        let mut history = match file.read.remove(&id) {
            None if last.digest == digest && !last.is_removal() => {
                file.read.insert(id, Read::One(digest));
                return Ok(Verdict::Unchanged);
            }
            None => Box::new(FileHistory::of(view, row, source)?),
            Some(Read::One(first)) => {
                let mut history = FileHistory::of(view, row, source)?;
                history.judge(first);
                Box::new(history)
            }
            Some(Read::Several(history)) => history,
        };
        let is_repeated = history.last == Some(digest);
        let verdict = history.judge(digest);
        if verdict != Verdict::New {
            if !is_repeated {
                file.held.remove(&id);
            }
            file.read.insert(id, Read::Several(history));
        }
        Ok(verdict)
    }

    /// Holds a document about an election that may be said again.
    pub(super) fn hold(&mut self, source: &str, election: u64, document: T) {
        self.files.entry(source.to_owned()).or_default().held.insert(election, document);
    }

    /// Forgets what is held of a file about an election: what it says now is new.
    pub(super) fn diverge(&mut self, source: &str, election: u64) {
        if let Some(file) = self.files.get_mut(source) {
            file.held.remove(&election);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_spellings_of_a_path_are_one_file() {
        let here = absolute("a/b.txt").unwrap();
        let here = here.to_str().unwrap();
        let is_same = |one: &str, other: &str| names(one).contains(&source_name(other));
        for (one, other) in [
            ("a/b.txt", "./a//b.txt"),
            ("a/b.txt", "a/./b.txt"),
            (here, "a/b.txt"),
            ("/dev/stdin", "<stdin>"),
        ] {
            assert!(is_same(one, other) && is_same(other, one), "{one} {other}");
        }
        assert!(!is_same("a.txt", "b/a.txt") && !is_same("<stdin>", "stdin"));
    }
}
