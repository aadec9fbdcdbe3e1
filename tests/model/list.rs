//! What there should be: a plain list in memory.

use std::collections::BTreeMap;

use super::steps::Given;

/// What there should be.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    /// Which list of versions an election has; aliased ones share one.
    pub(super) lists: BTreeMap<u8, u8>,
    pub(super) versions: BTreeMap<u8, Vec<Version>>,
    pub(super) imports: u64,
}

/// A removal has no text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Version {
    pub(super) import: u64,
    pub(super) text: Option<String>,
    pub(super) time: Option<u8>,
    /// Whether a file says it, and not the person who reverted to it.
    pub(super) is_said: bool,
}

impl Model {
    pub(super) fn list(&self, election: u8) -> Option<u8> {
        self.lists.get(&election).copied()
    }

    /// The last that came, but for those that their sources had before what came earlier.
    pub(super) fn current(&self, election: u8) -> Option<&Version> {
        let came = self.came(self.list(election)?);
        latest(&came)
    }

    /// The versions of a list in the order of their imports.
    fn came(&self, list: u8) -> Vec<&Version> {
        let mut came: Vec<&Version> = self.versions.get(&list).into_iter().flatten().collect();
        came.sort_by_key(|version| version.import);
        came
    }

    pub(super) fn import(&mut self, documents: &[Given]) -> usize {
        let import = self.imports + 1;
        let mut added = 0;
        let (pages, lines): (Vec<&Given>, Vec<&Given>) =
            documents.iter().partition(|given| given.time.is_some());
        // What the file of lines says of each list.
        let mut said: BTreeMap<u8, Vec<String>> = BTreeMap::new();
        for given in lines {
            let list = *self.lists.entry(given.election).or_insert(given.election);
            said.entry(list).or_default().push(given.text());
        }
        for (list, mut texts) in said {
            texts.dedup();
            let new = self.new_of(list, texts);
            added += new.len();
            let versions = new.into_iter().map(|text| Version {
                import,
                text: Some(text),
                time: None,
                is_said: true,
            });
            self.versions.entry(list).or_default().extend(versions);
        }
        for given in pages {
            let list = *self.lists.entry(given.election).or_insert(given.election);
            let versions = self.versions.entry(list).or_default();
            let (text, time) = (Some(given.text()), given.time);
            if !versions.iter().any(|known| (&known.text, known.time) == (&text, time)) {
                versions.push(Version { import, text, time, is_said: true });
                added += 1;
            }
        }
        self.imports += u64::from(added > 0);
        added
    }

    /// What is new of the texts that the file of lines has of a list.
    fn new_of(&self, list: u8, texts: Vec<String>) -> Vec<String> {
        let records: Vec<&Version> =
            self.came(list).into_iter().filter(|version| version.text.is_some()).collect();
        let of_file = records.iter().filter(|version| version.is_said && version.time.is_none());
        let before: Vec<&String> = of_file.filter_map(|version| version.text.as_ref()).collect();
        let Some(last) = before.last() else {
            let current = latest(&records).and_then(|current| current.text.clone());
            return if texts.len() == 1 && texts.first() == current.as_ref() {
                Vec::new()
            } else {
                texts
            };
        };
        // As much of the beginning as the file said before in this order.
        let again = |length: usize| {
            let mut before = before.iter();
            texts[..length].iter().all(|text| before.any(|said| *said == text))
        };
        let same = (0..=texts.len()).rev().find(|length| again(*length)).unwrap_or(0);
        if same < texts.len() {
            return texts[same..].to_vec();
        }
        texts.last().filter(|text| text != last).cloned().into_iter().collect()
    }

    pub(super) fn push(&mut self, election: u8, text: Option<String>) {
        self.imports += 1;
        let list = self.list(election).unwrap();
        let version = Version { import: self.imports, text, time: None, is_said: false };
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
            Some(joined) => {
                let moved = self.versions.remove(&joined).unwrap_or_default();
                self.versions.entry(list).or_default().extend(moved);
                self.lists
                    .values_mut()
                    .filter(|other| **other == joined)
                    .for_each(|other| *other = list);
            }
            None => {
                self.lists.insert(other, list);
            }
        }
        true
    }
}

/// The last of these that came, but for those that their sources had before what came earlier.
fn latest<'a>(came: &[&'a Version]) -> Option<&'a Version> {
    let past = |at: usize| {
        came[at].time.is_some() && came[..at].iter().any(|earlier| earlier.time > came[at].time)
    };
    (0..came.len()).rev().find(|at| !past(*at)).map(|at| came[at])
}
