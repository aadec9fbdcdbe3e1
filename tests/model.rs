//! The archive against a model: random imports, removals, reverts, aliases, reopenings and
//! rebuilds leave it with the same versions as a plain list in memory.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use hustings::Archive;
use hustings::archive::ImportOptions;
use hustings::model::{Address, At};
use proptest::prelude::*;

/// Something that a person does. Numbers name one of a few elections and texts.
#[derive(Debug, Clone)]
enum Step {
    Import(Vec<(u8, u8)>),
    Remove(u8),
    Revert(u8, u32),
    Alias(u8, u8),
    Reopen,
    LoseStore,
    Rebuild,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let election = 0_u8..5;
    let step = prop_oneof![
        6 => prop::collection::vec((election.clone(), 0_u8..4), 1..4).prop_map(Step::Import),
        2 => election.clone().prop_map(Step::Remove),
        2 => (election.clone(), 1_u32..6).prop_map(|(election, version)| Step::Revert(election, version)),
        1 => (election.clone(), election).prop_map(|(one, other)| Step::Alias(one, other)),
        1 => Just(Step::Reopen),
        1 => Just(Step::LoseStore),
        1 => Just(Step::Rebuild),
    ];
    prop::collection::vec(step, 1..16)
}

fn title(election: u8) -> String {
    format!("190{election} Ruritanian general election")
}

fn text(election: u8, variant: u8) -> String {
    let (title, country) = (title(election), ["Ruritania", "Graustark"][usize::from(variant % 2)]);
    format!(
        r#"{{"title":"{title}","country":"{country}","year":190{election},"name":"{variant}"}}"#
    )
}

/// What there should be: for each election the versions with their imports, a removal as none.
#[derive(Default)]
struct Model {
    /// Which list of versions an election has; aliased ones share one.
    lists: BTreeMap<u8, u8>,
    versions: BTreeMap<u8, Vec<(u64, Option<String>)>>,
    imports: u64,
}

impl Model {
    fn list(&self, election: u8) -> Option<u8> {
        self.lists.get(&election).copied()
    }

    fn current(&self, election: u8) -> Option<&Option<String>> {
        let versions = self.versions.get(&self.list(election)?)?;
        versions
            .iter()
            .enumerate()
            .max_by_key(|(number, (import, _))| (*import, *number))
            .map(|(_, (_, text))| text)
    }

    fn import(&mut self, documents: &[(u8, u8)]) -> usize {
        let mut added = 0;
        for (election, variant) in documents {
            let list = *self.lists.entry(*election).or_insert(*election);
            let versions = self.versions.entry(list).or_default();
            let text = Some(text(*election, *variant));
            if !versions.iter().any(|(_, known)| *known == text) {
                versions.push((self.imports + 1, text));
                added += 1;
            }
        }
        self.imports += u64::from(added > 0);
        added
    }

    fn remove(&mut self, election: u8) -> bool {
        if !matches!(self.current(election), Some(Some(_))) {
            return false;
        }
        self.imports += 1;
        let list = self.list(election).unwrap();
        self.versions.entry(list).or_default().push((self.imports, None));
        true
    }

    fn revert(&mut self, election: u8, version: u32) -> bool {
        let versions = self.list(election).and_then(|list| self.versions.get(&list));
        let old = versions.and_then(|versions| versions.get(version as usize - 1)).cloned();
        let Some((_, Some(text))) = old else { return false };
        if self.current(election) == Some(&Some(text.clone())) {
            return false;
        }
        self.imports += 1;
        let list = self.list(election).unwrap();
        self.versions.entry(list).or_default().push((self.imports, Some(text)));
        true
    }

    fn alias(&mut self, one: u8, other: u8) -> bool {
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

fn check(archive: &Archive, model: &Model) {
    assert_eq!(archive.imports().unwrap().len() as u64, model.imports);
    assert!(hustings::check::check(archive).unwrap().is_empty());
    for election in 0..5 {
        let address = Address::title(title(election));
        let Some(list) = model.list(election) else {
            assert!(archive.get(&address).is_err());
            continue;
        };
        let expected = &model.versions[&list];
        let found = archive.versions(&address).unwrap();
        assert_eq!(found.len(), expected.len());
        for ((number, (import, text)), found) in (1..).zip(expected).zip(found) {
            assert_eq!((found.import, found.removed), (*import, text.is_none()));
            let version = address.clone().with(At::Version(number));
            match text {
                Some(text) => assert_eq!(&archive.source(&version).unwrap(), text),
                None => assert!(archive.get(&version).is_err()),
            }
        }
        let current = model.current(election).unwrap();
        assert_eq!(archive.source(&address).ok().as_ref(), current.as_ref());
    }
    let listed = archive.list(&Default::default()).unwrap().len();
    let lists: std::collections::BTreeSet<u8> = model.lists.values().copied().collect();
    assert_eq!(
        listed,
        lists.into_iter().filter(|list| matches!(model.current(*list), Some(Some(_)))).count()
    );
}

fn run(folder: &Path, steps: Vec<Step>) {
    let path = folder.join("archive");
    let mut archive = Archive::create(&path).unwrap();
    let mut model = Model::default();
    for step in steps {
        match step {
            Step::Import(documents) => {
                let file = folder.join("given.jsonl");
                let lines: Vec<String> = documents.iter().map(|(e, v)| text(*e, *v)).collect();
                fs::write(&file, lines.join("\n")).unwrap();
                let report = archive.import(&[file], &ImportOptions::default()).unwrap();
                assert_eq!(report.added as usize, model.import(&documents));
                assert!(report.unread.is_empty());
            }
            Step::Remove(election) => {
                let removed = archive.remove(&Address::title(title(election)), None);
                assert_eq!(removed.is_ok(), model.remove(election));
            }
            Step::Revert(election, version) => {
                let address = Address::title(title(election)).with(At::Version(version));
                assert_eq!(archive.revert(&address, None).is_ok(), model.revert(election, version));
            }
            Step::Alias(one, other) => {
                let added = archive.add_alias(&Address::title(title(one)), &title(other), None);
                assert_eq!(added.is_ok(), model.alias(one, other), "{added:?}");
            }
            Step::Reopen => {
                drop(archive);
                archive = Archive::open(&path).unwrap();
                assert_eq!(archive.notices(), &[] as &[String]);
            }
            Step::LoseStore => {
                drop(archive);
                fs::remove_dir_all(path.join("store")).unwrap();
                archive = Archive::open(&path).unwrap();
            }
            Step::Rebuild => assert_eq!(archive.rebuild(|_| ()).unwrap().imports, model.imports),
        }
        check(&archive, &model);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_archive_agrees_with_a_list(steps in steps()) {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), steps);
    }
}
