//! What the archive, and the import that goes on, have of an election: which documents of a file are new.
//!
//! A document is compared with what its file said last. One of a file that is not known for the election is
//! compared with the current version. A file with several documents of one election says them in their order.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::Result;
use crate::model::fold;
use crate::store::{Entry, Said, Store, current, file_key, predecessor};

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
    }

    /// Whether the archive has a text as its source had it at a time.
    pub(super) fn has_at(&self, digest: Digest, time: &str) -> bool {
        self.timed.contains(&(digest, time.to_owned()))
    }

    /// The version that a new one of this file follows.
    pub(super) fn predecessor(&self, source: &str) -> Option<&Said> {
        predecessor(self.statements.iter(), source)
    }

    /// Whether a file that has one document of the election says what it said last; one that is not known, what is
    /// current.
    pub(super) fn is_unchanged(&self, source: &str, digest: Digest) -> bool {
        let last = self.said_by(source).next_back().or_else(|| self.current());
        last.is_some_and(|last| last.digest == digest)
    }

    /// What a file said, of which the source states no time, in order.
    fn said_by(&self, source: &str) -> impl DoubleEndedIterator<Item = &Said> {
        let file = file_key(source);
        let untimed = self.statements.iter().filter(|said| said.source_time.is_none());
        untimed.filter(move |said| file_key(&said.source) == file)
    }

    fn current(&self) -> Option<&Said> {
        current(self.statements.iter()).and_then(|at| self.statements.get(at))
    }
}

/// The histories of the elections of one import.
#[derive(Debug, Default)]
pub(super) struct Histories {
    /// That of the document before, for revisions come in runs, with the title under which it was asked for.
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

/// What a file said of one election, and how far its documents now are the same.
#[derive(Debug, Default)]
struct FileHistory {
    said: Vec<Digest>,
    /// The file said it, and it is not what is current.
    is_known: bool,
    /// How much of it was met again.
    met: usize,
    /// A document was not met again, so all that follow are new.
    has_diverged: bool,
    last: Option<Digest>,
}

impl FileHistory {
    fn of(history: &ElectionHistory, source: &str) -> Self {
        let said: Vec<Digest> = history.said_by(source).map(|said| said.digest).collect();
        let is_known = !said.is_empty();
        let current = history.current().filter(|_| !is_known).map(|current| current.digest);
        Self { said: said.into_iter().chain(current).collect(), is_known, ..Self::default() }
    }
}

/// What is to be done with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is what the archive has.
    Unchanged,
    /// As [`Verdict::Unchanged`], unless the file ends with it: then it is said again. It is to be held until
    /// the next document of the election.
    UnchangedIfMoreFollows,
    /// It is a new version, and so is the one before that is held.
    New,
}

/// A file that is being read: what it said before of the elections in it. `T` is what is held of a document.
#[derive(Debug)]
pub(super) struct OpenFile<T> {
    histories: HashMap<String, FileHistory>,
    held: BTreeMap<String, T>,
}

impl<T> Default for OpenFile<T> {
    fn default() -> Self {
        Self { histories: HashMap::new(), held: BTreeMap::new() }
    }
}

impl<T> OpenFile<T> {
    /// What is to be done with the next document of a file, which states no time.
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
        let met = file.said.get(file.met..).unwrap_or_default().iter();
        let met = met.take_while(|_| !file.has_diverged).position(|said| *said == digest);
        let Some(met) = met else { return Verdict::New };
        file.met += met + 1;
        file.last = Some(digest);
        // A file that is not known must say the rest as well, or it says something else.
        if file.is_known && file.said.last() == Some(&digest) {
            self.held.remove(&history.election);
            return Verdict::Unchanged;
        }
        Verdict::UnchangedIfMoreFollows
    }

    /// Holds the document of an election that may be said again.
    pub(super) fn hold(&mut self, election: &str, document: T) {
        self.held.insert(election.to_owned(), document);
    }

    /// Notes that a document is a new version. Returns the one that is held and comes before it.
    pub(super) fn diverge(&mut self, election: &str, digest: Digest) -> Option<T> {
        let file = self.histories.entry(election.to_owned()).or_default();
        (file.has_diverged, file.last) = (true, Some(digest));
        // What a known file said again is a version already.
        self.held.remove(election).filter(|_| !file.is_known)
    }

    /// Ends the file. Returns the documents that it said last, and had not said last before.
    pub(super) fn end(&mut self) -> Vec<T> {
        let histories = std::mem::take(&mut self.histories);
        let held = std::mem::take(&mut self.held).into_iter();
        let said_again = held.filter(|(election, _)| {
            histories.get(election).is_some_and(|file| file.is_known && !file.has_diverged)
        });
        said_again.map(|(_, document)| document).collect()
    }
}
