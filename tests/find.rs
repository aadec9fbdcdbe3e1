//! Names of people, parties and elections, found by their words.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::archive_folder::ArchiveFolder;
use common::shared_path;
use hustings::Archive;
use hustings::archive::{FindOptions, FoundName, ImportOptions};
use hustings::formats::Mapping;
use hustings::model::{Address, NameKind, Source};
use serde_json::json;

impl ArchiveFolder {
    /// Imports an election of Ruritania from a source.
    fn import(&self, source: &str, title: &str, year: i32, people: &[&str], parties: &[&str]) {
        let people = people.iter().map(|name| json!({"people": [{"name": name}]}));
        let parties = parties.iter().map(|name| json!({"party": {"name": name}}));
        let contenders: Vec<_> = people.chain(parties).collect();
        let record = json!({
            "title": title, "country": "Ruritania", "year": year,
            "contests": [{"contenders": contenders}],
        });
        let options = ImportOptions::default().source(Source::new(source).unwrap()).partial(true);
        self.archive.import_texts([("given.jsonl", record.to_string())], &options).unwrap();
    }

    /// The names that are found, each with its kind, its number of elections and their years.
    fn find(&self, words: &str) -> Vec<String> {
        let found = all(&self.archive, words, &FindOptions::default());
        let describe = |found: FoundName| {
            let years = [found.first_year, found.last_year].map(|year| year.unwrap_or(0));
            assert_eq!(found.addresses.len() as u64, found.elections);
            format!("{} {}: {} {years:?}", found.kind, found.name, found.elections)
        };
        found.into_iter().map(describe).collect()
    }

    fn has(&self, words: &str) -> bool {
        self.archive.snapshot().find(words, &FindOptions::default()).unwrap().total() > 0
    }

    /// Checks that the store is that of a rebuild, and that its items agree.
    fn verify(self) {
        let Self { folder, archive } = self;
        drop(archive);
        let verified = Archive::options().verify_records(folder.path().join("archive")).unwrap();
        assert_eq!(verified.problems, []);
    }
}

fn all(archive: &Archive, words: &str, options: &FindOptions) -> Vec<FoundName> {
    let snapshot = archive.snapshot();
    snapshot.find(words, options).unwrap().iter().collect::<Result<_, _>>().unwrap()
}

#[test]
fn case_accents_apostrophes_and_hyphens_are_ignored() {
    let given = ArchiveFolder::new();
    let people = [
        "Jörg Müller",
        "Seán O’Brien",
        "Jean-Marie Dupont",
        "Łukasz Żak",
        "安倍 晋三",
        "菅直人",
        "문재인",
    ];
    let parties = ["Høyre", "P.S.O.E.", "Côte d'Ivoire d'abord", "Straßenpartei", "自由民主党"];
    given.import("a", "1901 Ruritanian election", 1901, &people, &parties);
    for (words, name) in [
        ("muller", "Jörg Müller"),
        ("MÜLLER jorg", "Jörg Müller"),
        ("o'brien", "Seán O’Brien"),
        ("obrien", "Seán O’Brien"),
        ("brien SEAN", "Seán O’Brien"),
        ("jeanmarie", "Jean-Marie Dupont"),
        ("jean marie", "Jean-Marie Dupont"),
        ("lukasz zak", "Łukasz Żak"),
        ("hoyre", "Høyre"),
        ("psoe", "P.S.O.E."),
        ("p.s.o.e", "P.S.O.E."),
        ("ivoire", "Côte d'Ivoire d'abord"),
        ("STRASSENPARTEI", "Straßenpartei"),
        ("晋三", "安倍 晋三"),
        ("民主", "自由民主党"),
        ("재인", "문재인"),
        ("mull*", "Jörg Müller"),
    ] {
        let found = all(&given.archive, words, &FindOptions::default());
        assert_eq!(found.iter().map(|found| &*found.name).collect::<Vec<_>>(), [name], "{words}");
    }
    for words in ["mull", "muller lukasz", "主民", "üll", "ruritania müller"] {
        assert!(!given.has(words), "{words}");
    }
    given.verify();
}

#[test]
fn each_name_is_listed_once_with_its_elections() {
    let given = ArchiveFolder::new();
    given.import("a", "1901 Ruritanian election", 1901, &["Ada Alba"], &["Greens", "The Greens"]);
    given.import("a", "1905 Ruritanian election", 1905, &["Ada Alba", "Alba Bruno"], &["Greens"]);
    assert_eq!(
        given.find("greens"),
        ["party Greens: 2 [1901, 1905]", "party The Greens: 1 [1901, 1901]"]
    );
    assert_eq!(
        given.find("alba"),
        ["person Ada Alba: 2 [1901, 1905]", "person Alba Bruno: 1 [1905, 1905]"]
    );
    assert_eq!(given.find("election 1901"), ["title 1901 Ruritanian election: 1 [1901, 1901]"]);
    assert_eq!(given.find("ruritania"), ["territory Ruritania: 2 [1901, 1905]"]);
    let snapshot = given.archive.snapshot();
    let options = FindOptions::default().limit(1).max_addresses(1);
    let found = snapshot.find("alba", &options).unwrap();
    let names: Vec<FoundName> = found.iter().collect::<Result<_, _>>().unwrap();
    assert_eq!(
        (found.total(), names.len(), &*names[0].addresses),
        (2, 1, &["ruritania/1905".to_owned()][..])
    );
    let parties = FindOptions::default().kind(NameKind::Party).country("Ruritania");
    assert_eq!(all(&given.archive, "the greens", &parties).len(), 1);
    assert_eq!(all(&given.archive, "alba", &parties).len(), 0);
    assert!(snapshot.find("alba", &FindOptions::default().country("Atlantis")).is_err());
    assert!(snapshot.find(" ★ ", &FindOptions::default()).is_err());
    drop(snapshot);
    given.verify();
}

#[test]
fn only_current_versions_are_found() {
    let given = ArchiveFolder::new();
    let title = "1901 Ruritanian election";
    given.import("a", title, 1901, &["Ada Alba"], &["Greens"]);
    let before = given.archive.snapshot();
    given.import("a", title, 1902, &["Bruno Alba"], &["Greens"]);
    assert_eq!(given.find("alba"), ["person Bruno Alba: 1 [1902, 1902]"]);
    assert_eq!(given.find("greens"), ["party Greens: 1 [1902, 1902]"]);
    // An earlier snapshot still has the earlier names.
    assert_eq!(before.find("ada", &FindOptions::default()).unwrap().total(), 1);
    drop(before);
    given.import("a", title, 1901, &["Ada Alba"], &["Greens"]);
    assert_eq!(given.find("alba"), ["person Ada Alba: 1 [1901, 1901]"]);
    given.archive.remove(Address::title(title), None).unwrap();
    assert!(!given.has("alba") && !given.has("greens") && !given.has("1901"));
    given.archive.revert(format!("{title}@2").parse::<Address>().unwrap(), None).unwrap();
    // The source still states the other name.
    let both = ["person Ada Alba: 1 [1902, 1902]", "person Bruno Alba: 1 [1902, 1902]"];
    assert_eq!(given.find("alba"), both);
    given.verify();
}

#[test]
fn the_latest_version_of_each_source_is_found() {
    let given = ArchiveFolder::new();
    let title = "1901 Ruritanian election";
    given.import("a", title, 1901, &["Ada Alba", "Emil Ek"], &[]);
    given.import("b", title, 1901, &["Adda Alba", "Emil Ek"], &[]);
    assert_eq!(given.find("alba").len(), 2);
    given.import("b", title, 1901, &["Ida Ivo"], &[]);
    assert_eq!(given.find("alba"), ["person Ada Alba: 1 [1901, 1901]"]);
    assert_eq!(given.find("emil"), ["person Emil Ek: 1 [1901, 1901]"]);
    given.import("a", title, 1901, &["Ada Alba"], &[]);
    assert!(!given.has("emil"));
    given.verify();
}

#[test]
fn merged_elections_are_found_once_and_split_ones_twice() {
    let given = ArchiveFolder::new();
    let titles = ["1901 Ruritanian election", "Ruritanian election, 1901"];
    given.import("a", titles[0], 1901, &["Ada Alba"], &["Greens"]);
    given.import("b", titles[1], 1901, &["Adda Alba"], &["Greens"]);
    assert_eq!(given.find("greens"), ["party Greens: 2 [1901, 1901]"]);
    given.archive.merge(Address::title(titles[0]), Address::title(titles[1]), None).unwrap();
    assert_eq!(given.find("greens"), ["party Greens: 1 [1901, 1901]"]);
    assert_eq!(given.find("alba").len(), 2);
    given.archive.split(Address::title(titles[1]), None).unwrap();
    assert_eq!(given.find("greens"), ["party Greens: 2 [1901, 1901]"]);
    given.verify();
}

#[test]
fn similar_names_are_suggested() {
    let given = ArchiveFolder::new();
    given.import("a", "1901 Ruritanian election", 1901, &["Ada Alba"], &["Sverigedemokraterna"]);
    let snapshot = given.archive.snapshot();
    let similar = |words: &str| snapshot.similar_names(words, &FindOptions::default()).unwrap();
    assert_eq!(similar("sverigedem"), ["Sverigedemokraterna"]);
    assert_eq!(similar("albo"), ["Ada Alba"]);
    assert_eq!(similar("ada sverigedemokraterna"), ["Sverigedemokraterna", "Ada Alba"]);
    assert_eq!(similar("ada nowhere"), ["Ada Alba"]);
    assert_eq!(similar("nowhere"), [""; 0]);
}

#[test]
fn every_party_of_parlgov_is_found_by_its_name() {
    let Some(parlgov) = shared_path("data/parlgov") else { return };
    let given = ArchiveFolder::new();
    let options = ImportOptions::default().mapping(Mapping::load("parlgov").unwrap());
    given.archive.import_with([parlgov], &options).unwrap();
    let snapshot = given.archive.snapshot();
    let mut parties = std::collections::BTreeMap::new();
    for record in snapshot.records(&Default::default()).unwrap() {
        let record = record.unwrap();
        let contenders = record.election.contests.iter().flat_map(|contest| &contest.contenders);
        let mut names: Vec<String> = contenders
            .filter_map(|contender| Some(contender.party.as_ref()?.name.clone()))
            .collect();
        names.sort();
        names.dedup();
        for name in names {
            *parties.entry(name).or_insert(0_u64) += 1;
        }
    }
    assert!(parties.len() > 1_000);
    for (party, elections) in parties.iter().step_by(7) {
        let options = FindOptions::default().kind(NameKind::Party).max_addresses(0);
        let found = snapshot.find(party, &options).unwrap();
        let found = found.iter().map(Result::unwrap).find(|found| found.name == *party);
        assert_eq!(found.map(|found| found.elections), Some(*elections), "{party}");
    }
    drop(snapshot);
    given.verify();
}
