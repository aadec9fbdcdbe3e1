//! The reference model of an archive: lists of versions in memory.

use std::collections::BTreeMap;

use super::steps::Document;

/// Line number, within an import, from which versions repeat the last document of a file.
/// `FIRST_PAGE_LINE` is the same for versions from pages. Both follow the lines of the file.
const REPEATED_AT_END: usize = 1_000;
const FIRST_PAGE_LINE: usize = 2_000;

/// The expected content of an archive.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    /// The list of versions of each election. Elections merged by an alias share one list.
    pub(super) lists: BTreeMap<u8, u8>,
    /// The election to which the documents of each title would belong if none were merged.
    pub(super) parts: BTreeMap<u8, u8>,
    pub(super) versions: BTreeMap<u8, Vec<Version>>,
    pub(super) imports: u64,
}

/// A version of an election. A removal has no text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Version {
    pub(super) import: u64,
    /// Position among the versions of the import.
    pub(super) line: usize,
    pub(super) text: Option<String>,
    pub(super) time: Option<u8>,
    /// The election to which it would belong if none were merged.
    pub(super) part: u8,
    /// Whether the version is from a file, and not from a removal or a revert.
    pub(super) is_from_file: bool,
}

impl Model {
    pub(super) fn list(&self, election: u8) -> Option<u8> {
        self.lists.get(&election).copied()
    }

    /// Returns the current version: the last one imported, unless its source time is before that of
    /// an earlier one.
    pub(super) fn current(&self, election: u8) -> Option<&Version> {
        self.as_of(election, self.imports)
    }

    /// Returns the current version as of an import.
    pub(super) fn as_of(&self, election: u8, imports: u64) -> Option<&Version> {
        let came = self.versions_in_order(self.list(election)?).into_iter();
        let came: Vec<&Version> = came.filter(|version| version.import <= imports).collect();
        latest(&came)
    }

    /// Returns the versions of a list in the order of their imports.
    fn versions_in_order(&self, list: u8) -> Vec<&Version> {
        let mut came: Vec<&Version> = self.versions.get(&list).into_iter().flatten().collect();
        came.sort_by_key(|version| (version.import, version.line));
        came
    }

    pub(super) fn import(&mut self, documents: &[Document]) -> usize {
        let import = self.imports + 1;
        let mut added = 0;
        let (pages, lines): (Vec<&Document>, Vec<&Document>) =
            documents.iter().partition(|given| given.time.is_some());
        // The texts of each part in the file of JSON lines, with their line numbers.
        let mut said: BTreeMap<u8, Vec<(usize, String)>> = BTreeMap::new();
        for (line, given) in lines.into_iter().enumerate() {
            self.lists.entry(given.election).or_insert(given.election);
            let part = *self.parts.entry(given.election).or_insert(given.election);
            said.entry(part).or_default().push((line, given.text()));
        }
        for (part, mut texts) in said {
            texts.dedup_by(|one, other| one.1 == other.1);
            let list = self.list(part).unwrap_or(part);
            let new = self.new_texts(part, texts);
            added += new.len();
            let versions = new.into_iter().map(|(line, text)| Version {
                import,
                line,
                text: Some(text),
                time: None,
                part,
                is_from_file: true,
            });
            self.versions.entry(list).or_default().extend(versions);
        }
        for (line, given) in pages.into_iter().enumerate() {
            let list = *self.lists.entry(given.election).or_insert(given.election);
            let part = *self.parts.entry(given.election).or_insert(given.election);
            let versions = self.versions.entry(list).or_default();
            let (text, time) = (Some(given.text()), given.time);
            if !versions.iter().any(|known| (&known.text, known.time) == (&text, time)) {
                let line = FIRST_PAGE_LINE + line;
                versions.push(Version { import, line, text, time, part, is_from_file: true });
                added += 1;
            }
        }
        self.imports += u64::from(added > 0);
        added
    }

    /// Returns the texts of a part in the file of JSON lines that become new versions.
    fn new_texts(&self, part: u8, texts: Vec<(usize, String)>) -> Vec<(usize, String)> {
        let records: Vec<&Version> = self
            .versions_in_order(self.list(part).unwrap_or(part))
            .into_iter()
            .filter(|version| version.text.is_some() && version.part == part)
            .collect();
        let is_own = |version: &&Version| version.is_from_file && version.time.is_none();
        let first = records.iter().position(is_own).unwrap_or(records.len());
        let text = |version: &Version| version.text.clone().unwrap();
        // The text that was current before the file's first document, and the file's texts in each
        // import.
        let mut runs: Vec<Vec<String>> =
            latest(&records[..first]).map(|version| vec![text(version)]).into_iter().collect();
        let own: Vec<&Version> = records.into_iter().filter(is_own).collect();
        for run in own.chunk_by(|one, other| one.import == other.import) {
            runs.push(run.iter().map(|version| text(version)).collect());
        }
        let said: Vec<String> = texts.iter().map(|(_, text)| text.clone()).collect();
        if may_be_last(&said, &runs) {
            return Vec::new();
        }
        let same = (0..=said.len())
            .rev()
            .find(|length| may_be_contiguous(&said[..*length], &runs))
            .unwrap();
        if same < texts.len() {
            return texts[same..].to_vec();
        }
        let (_, last) = texts.into_iter().next_back().unwrap();
        vec![(REPEATED_AT_END + usize::from(part), last)]
    }

    pub(super) fn push(&mut self, election: u8, text: Option<String>) {
        self.imports += 1;
        let list = self.list(election).unwrap();
        let part = self.parts.get(&election).copied().unwrap_or(election);
        let version =
            Version { import: self.imports, line: 0, text, time: None, part, is_from_file: false };
        self.versions.entry(list).or_default().push(version);
    }

    pub(super) fn remove(&mut self, election: u8) -> bool {
        let there = self.current(election).is_some_and(|current| current.text.is_some());
        if there {
            self.push(election, None);
        }
        there
    }

    pub(super) fn revert(&mut self, election: u8, version: u32) -> bool {
        let versions = self.list(election).and_then(|list| self.versions.get(&list));
        let old = versions.and_then(|versions| versions.get(version as usize - 1));
        let Some(text) = old.and_then(|old| old.text.clone()) else { return false };
        if self.current(election).is_some_and(|current| current.text.as_ref() == Some(&text)) {
            return false;
        }
        self.push(election, Some(text));
        true
    }

    pub(super) fn alias(&mut self, one: u8, other: u8) -> bool {
        let Some(list) = self.list(one) else { return false };
        if self.list(other) == Some(list) {
            return false;
        }
        self.imports += 1;
        match self.list(other) {
            Some(merged) => {
                let moved = self.versions.remove(&merged).unwrap_or_default();
                self.versions.entry(list).or_default().extend(moved);
                self.lists
                    .values_mut()
                    .filter(|other| **other == merged)
                    .for_each(|other| *other = list);
            }
            None => {
                self.lists.insert(other, list);
                let part = self.parts.get(&one).copied().unwrap_or(one);
                self.parts.insert(other, part);
            }
        }
        true
    }
}

/// Returns the last of these versions, leaving out those whose source time is before that of an
/// earlier one.
fn latest<'a>(came: &[&'a Version]) -> Option<&'a Version> {
    let past = |at: usize| {
        came[at].time.is_some() && came[..at].iter().any(|earlier| earlier.time > came[at].time)
    };
    (0..came.len()).rev().find(|at| !past(*at)).map(|at| came[at])
}

/// Returns whether these texts may be the last known contents of a file that had these runs:
/// complete, or without their beginning.
fn may_be_last(texts: &[String], runs: &[Vec<String>]) -> bool {
    let Some((last, before)) = runs.split_last() else { return false };
    let again = last.len() == 1 && texts.last() == last.first() && may_be_contiguous(texts, before);
    again
        || last.ends_with(texts)
        || texts.strip_suffix(last.as_slice()).is_some_and(|texts| may_be_contiguous(texts, before))
}

/// Returns whether these texts may have been consecutive in the file.
fn may_be_contiguous(texts: &[String], runs: &[Vec<String>]) -> bool {
    if texts.is_empty() {
        return true;
    }
    let Some((last, before)) = runs.split_last() else { return false };
    let within = last.windows(texts.len()).any(|part| part == texts);
    let across = (1..texts.len())
        .any(|at| last.starts_with(&texts[at..]) && may_be_contiguous(&texts[..at], before));
    within || across || may_be_contiguous(texts, before)
}
