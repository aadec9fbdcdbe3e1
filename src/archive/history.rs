//! What the archive, and the import that goes on, have of an election: which documents of a file are new.
//!
//! A document is compared with what its file said last. One of a file that is not known for the election is
//! compared with the current version. A file with several documents of one election says them in their order.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Component, Path};

use crate::Result;
use crate::import::source::STDIN_NAME;
use crate::model::fold;
use crate::store::{Entry, Said, Store, current};

/// BLAKE3 of a text.
pub(super) type Digest = [u8; 32];

/// The statements about one election.
#[derive(Debug, Default)]
pub(super) struct ElectionHistory {
    /// Its first title, folded; aliases name one election under several.
    pub(super) election: String,
    /// In the order in which they came.
    statements: Vec<Said>,
    /// Texts with the times at which a source had them so.
    timed: HashSet<(Digest, String)>,
    /// Versions and removals.
    pub(super) versions: u32,
    /// The election has no current record.
    pub(super) is_removed: bool,
    /// This import adds a version.
    is_touched: bool,
}

impl ElectionHistory {
    fn of(entry: Entry, folded: String) -> Self {
        let mut history = Self {
            statements: Vec::with_capacity(entry.versions.len()),
            versions: entry.versions.len() as u32,
            is_removed: entry.place.is_none() && !entry.versions.is_empty(),
            ..Self::default()
        };
        entry.statements().into_iter().for_each(|said| history.push(said));
        history.election = entry.titles.into_iter().next().unwrap_or(folded);
        history
    }

    fn push(&mut self, said: Said) {
        if let Some(time) = &said.source_time {
            self.timed.insert((said.digest, time.clone()));
        }
        self.statements.push(said);
    }

    /// Adds a version.
    pub(super) fn add(&mut self, said: Said) {
        self.push(said);
        self.versions += 1;
        self.is_touched = true;
        self.is_removed = false;
    }

    /// Whether the archive has a text as its source had it at a time.
    pub(super) fn has_at(&self, digest: Digest, time: &str) -> bool {
        self.timed.contains(&(digest, time.to_owned()))
    }

    /// The current version, unless it is a removal.
    pub(super) fn standing(&self) -> Option<&Said> {
        self.current().filter(|_| !self.is_removed)
    }

    /// Whether a file that has one document of the election says what it said last; one that is not known, what is
    /// current.
    pub(super) fn is_unchanged(&self, source: &str, digest: Digest) -> bool {
        let last = self.said_by(source).next_back().or_else(|| self.current());
        last.is_some_and(|last| last.digest == digest)
    }

    /// What a file said, of which the source states no time, in order.
    fn said_by(&self, source: &str) -> impl DoubleEndedIterator<Item = &Said> {
        let untimed = self.statements.iter().filter(|said| said.source_time.is_none());
        untimed.filter(move |said| is_same_file(source, &said.source))
    }

    fn current(&self) -> Option<&Said> {
        current(self.statements.iter()).and_then(|at| self.statements.get(at))
    }
}

/// The histories of the elections of one import.
#[derive(Debug, Default)]
pub(super) struct Histories {
    /// The history for the previous document, with its title: revisions come in runs.
    last: Option<(String, ElectionHistory)>,
    /// Those to which the import adds, by their elections.
    touched: HashMap<String, ElectionHistory>,
}

impl Histories {
    /// The history of the election with this title, which may be a new one.
    pub(super) fn of(
        &mut self,
        title: &str,
        store: Option<&Store>,
    ) -> Result<&mut ElectionHistory> {
        if self.last.as_ref().is_none_or(|(last, _)| last != title) {
            self.put_back();
            let folded = fold(title);
            let id = store.map(|store| store.titled(&folded)).transpose()?.flatten();
            let entry = match (store, id) {
                (Some(store), Some(id)) => store.entry(id)?,
                _ => Entry::default(),
            };
            let election = entry.titles.first().unwrap_or(&folded);
            let history = match self.touched.remove(election) {
                Some(history) => history,
                None => ElectionHistory::of(entry, folded),
            };
            self.last = Some((title.to_owned(), history));
        }
        Ok(&mut self.last.get_or_insert_default().1)
    }

    /// Whether the import adds to the election with this first title, folded.
    pub(super) fn touches(&mut self, election: &str) -> bool {
        self.put_back();
        self.touched.contains_key(election)
    }

    fn put_back(&mut self) {
        if let Some((_, history)) = self.last.take_if(|(_, history)| history.is_touched) {
            self.touched.insert(history.election.clone(), history);
        }
    }
}

/// Whether two sources are one file: by one path, or by two spellings of it.
fn is_same_file(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let [one, other] = [one, other].map(|source| match source {
        "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0" => Path::new(STDIN_NAME),
        source => Path::new(source),
    });
    if one.is_absolute() == other.is_absolute() {
        return one.file_name() == other.file_name() && parts(one).eq(parts(other));
    }
    let [one, other] = [one, other].map(|path| std::path::absolute(path).ok());
    one.is_some() && one == other
}

/// The parts of a path that name something.
fn parts(path: &Path) -> impl Iterator<Item = Component<'_>> {
    path.components().filter(|part| *part != Component::CurDir)
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
    /// A document was on no way through the runs, so all that follow are new.
    has_diverged: bool,
    last: Option<Digest>,
}

impl FileHistory {
    fn of(history: &ElectionHistory, source: &str) -> Self {
        let statements = &history.statements;
        let is_own = |said: &Said| said.source_time.is_none() && is_same_file(source, &said.source);
        let first = statements.iter().position(is_own).unwrap_or(statements.len());
        let before = current(statements[..first].iter()).and_then(|at| statements.get(at));
        let mut runs: Vec<Vec<Digest>> = before.map(|said| vec![said.digest]).into_iter().collect();
        let own: Vec<&Said> = statements.iter().filter(|said| is_own(said)).collect();
        for run in own.chunk_by(|one, other| one.import == other.import) {
            runs.push(run.iter().map(|said| said.digest).collect());
        }
        Self { runs, ..Self::default() }
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

/// A file that is being read: what it said before of the elections in it. `T` is what is held of a document.
#[derive(Debug)]
pub(super) struct OpenFile<T> {
    histories: HashMap<String, FileHistory>,
    held: BTreeMap<String, T>,
    /// Something in the file was not read, so what it says last is not known.
    is_partial: bool,
}

impl<T> Default for OpenFile<T> {
    fn default() -> Self {
        Self { histories: HashMap::new(), held: BTreeMap::new(), is_partial: false }
    }
}

/// The files that are being read and may have several documents of one election, by their sources: one file at a time,
/// but all texts of one name in memory.
#[derive(Debug)]
pub(super) struct OpenFiles<T>(BTreeMap<String, OpenFile<T>>);

impl<T> Default for OpenFiles<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> OpenFiles<T> {
    /// Opens a file, unless it is open.
    pub(super) fn open(&mut self, source: &str) -> &mut OpenFile<T> {
        self.0.entry(source.to_owned()).or_default()
    }

    /// Notes that something in a file was not read.
    pub(super) fn is_not_whole(&mut self, source: &str) {
        if let Some(file) = self.0.get_mut(source) {
            file.is_partial = true;
        }
    }

    /// Ends a file. Returns the documents that it said last, and had not said last before.
    pub(super) fn end(&mut self, source: &str) -> Vec<T> {
        self.0.remove(source).map(OpenFile::end).unwrap_or_default()
    }

    /// Ends every file, as [`OpenFiles::end`] does.
    pub(super) fn end_all(&mut self) -> Vec<T> {
        std::mem::take(&mut self.0).into_values().flat_map(OpenFile::end).collect()
    }
}

impl<T> OpenFile<T> {
    /// Judges the next document of a file, which states no time.
    pub(super) fn judge(
        &mut self,
        history: &ElectionHistory,
        source: &str,
        digest: Digest,
    ) -> Verdict {
        let file = match self.histories.get_mut(&history.election) {
            Some(file) => file,
            None => {
                let file = FileHistory::of(history, source);
                self.histories.entry(history.election.clone()).or_insert(file)
            }
        };
        if file.last == Some(digest) {
            return Verdict::Unchanged;
        }
        let next = if file.has_diverged { Vec::new() } else { file.next(digest) };
        if next.is_empty() {
            return Verdict::New;
        }
        (file.places, file.last) = (Some(next), Some(digest));
        self.held.remove(&history.election);
        if file.is_said_last() { Verdict::Unchanged } else { Verdict::UnchangedUnlessLast }
    }

    /// Holds the document of an election that may be said again.
    pub(super) fn hold(&mut self, election: &str, document: T) {
        self.held.insert(election.to_owned(), document);
    }

    /// Notes that a document is a new version.
    pub(super) fn diverge(&mut self, election: &str, digest: Digest) {
        let file = self.histories.entry(election.to_owned()).or_default();
        (file.has_diverged, file.last) = (true, Some(digest));
        self.held.remove(election);
    }

    fn end(self) -> Vec<T> {
        if self.is_partial { Vec::new() } else { self.held.into_values().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_spellings_of_a_path_are_one_file() {
        let here = std::path::absolute("a/b.txt").unwrap();
        let here = here.to_str().unwrap();
        for (one, other) in [
            ("a/b.txt", "./a//b.txt"),
            ("a/b.txt", "a/./b.txt"),
            (here, "a/b.txt"),
            ("/dev/stdin", "<stdin>"),
        ] {
            assert!(is_same_file(one, other) && is_same_file(other, one), "{one} {other}");
        }
        assert!(!is_same_file("a.txt", "b/a.txt") && !is_same_file("<stdin>", "stdin"));
    }
}
