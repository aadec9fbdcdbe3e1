//! Records of one election from several sources: how they are found, merged and split.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;

use common::archive_folder::ArchiveFolder;
use common::shared_path;
use hustings::Archive;
use hustings::analysis::chain::chain;
use hustings::analysis::matches::{ElectionMatch, MatchConfidence, find_matches};
use hustings::archive::{Filter, ImportOptions};
use hustings::check::{Rule, check};
use hustings::formats::Mapping;
use hustings::model::{Address, Source};

fn matches(archive: &Archive, country: Option<&str>) -> Vec<ElectionMatch> {
    let snapshot = archive.snapshot();
    find_matches(&snapshot, country).unwrap().collect::<Result<_, _>>().unwrap()
}

/// Merges the certain pairs. Returns the number of the import, and of the pairs.
fn apply(archive: &Archive) -> (u64, usize) {
    let mut pairs: Vec<(Address, Address)> = Vec::new();
    for found in matches(archive, None) {
        if found.confidence == MatchConfidence::Certain {
            pairs.push((Address::title(found.first.title), Address::title(found.second.title)));
        }
    }
    (archive.merge_all(&pairs, None).unwrap(), pairs.len())
}

impl ArchiveFolder {
    /// Imports an election of Ruritania as JSON lines from a source.
    fn import(&self, source: &str, title: &str, date: &str, kind: &str, parties: &[(&str, u64)]) {
        let contenders: Vec<_> = parties
            .iter()
            .map(|(party, votes)| {
                serde_json::json!({"party": {"name": party}, "tallies": [{"votes": votes}]})
            })
            .collect();
        let record = serde_json::json!({
            "title": title, "country": "Ruritania", "type": kind,
            "year": date[..4].parse::<i32>().unwrap(), "dates": [{"start": date}],
            "contests": [{"type": kind, "contenders": contenders}],
        });
        let options = ImportOptions::default().source(Source::new(source).unwrap()).partial(true);
        let report = self.archive.import_texts([("given.jsonl", record.to_string())], &options);
        assert_eq!(report.unwrap().added, 1);
    }

    /// Imports a table whose source identifies its elections.
    fn import_table(&self, rows: &str) {
        let mapping = self.write(
            "office.toml",
            "key = \"id\"\n[source]\nname = \"office\"\nid = \"id\"\n[election]\ntitle = \"title\"\n\
             country = { constant = \"Ruritania\" }\ndate = \"date\"\ntype = { constant = \"parliamentary\" }\n\
             [contender]\nparty = \"party\"\nvotes = \"votes\"\n",
        );
        let table = self.write("office.csv", &format!("id,title,date,party,votes\n{rows}"));
        let mapping = Mapping::load(mapping.to_str().unwrap()).unwrap();
        let options = ImportOptions::default().mapping(mapping);
        self.archive.import_with([table], &options).unwrap();
    }
}

const PARTIES: &[(&str, u64)] = &[("Whigs", 51_000), ("Tories", 49_000)];

#[test]
fn the_same_day_type_and_contenders_are_certain() {
    let fixture = ArchiveFolder::new();
    fixture.import("wiki", "1824 Ruritanian general election", "1824-05-03", "general", PARTIES);
    let again = [("Whigs", 51_000), ("The Tories", 48_000), ("Radicals", 10)];
    fixture.import("office", "Ruritania, 3 May 1824", "1824-05-03", "parliamentary", &again);
    let found = matches(&fixture.archive, None);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].confidence, MatchConfidence::Certain);
    assert_eq!(found[0].first.sources, ["wiki"]);
    assert_eq!(
        found[0].evidence,
        ["both on 1824-05-03", "2 of 2 contenders in common", "the same votes for 1"]
    );
    assert_eq!(matches(&fixture.archive, Some("ruritania")), found);
    assert!(find_matches(&fixture.archive.snapshot(), Some("graustark")).is_err());
    let rules = |archive: &Archive| {
        let found = check(archive).unwrap();
        found.iter().filter(|finding| finding.rule == Rule::PossibleDuplicate).count()
    };
    assert_eq!(rules(&fixture.archive), 1);
    assert_eq!(apply(&fixture.archive).1, 1);
    assert_eq!(rules(&fixture.archive), 0);
    assert_eq!(matches(&fixture.archive, None), []);
}

#[test]
fn weaker_evidence_is_probable_or_possible() {
    let pair = |date: &str, kind: &str, parties: &[(&str, u64)]| {
        let fixture = ArchiveFolder::new();
        fixture.import("wiki", "1824 Ruritanian vote", "1824-05-03", "general", PARTIES);
        fixture.import("office", "Ruritania votes", date, kind, parties);
        matches(&fixture.archive, None).first().map(|found| found.confidence)
    };
    let (probable, possible) = (MatchConfidence::Probable, MatchConfidence::Possible);
    let others = &[("Reds", 1), ("Blues", 2)];
    // One states no contenders.
    assert_eq!(pair("1824-05-03", "parliamentary", &[]), Some(probable));
    // Another day, or no day.
    assert_eq!(pair("1824-05-04", "parliamentary", PARTIES), Some(probable));
    assert_eq!(pair("1824-05", "parliamentary", PARTIES), Some(probable));
    assert_eq!(pair("1824", "parliamentary", &[]), Some(possible));
    // Other contenders.
    assert_eq!(pair("1824-05-03", "parliamentary", others), Some(possible));
    assert_eq!(pair("1824-05-04", "parliamentary", others), None);
    // Another type, and another time.
    assert_eq!(pair("1824-05-03", "presidential", PARTIES), None);
    assert_eq!(pair("1824-10-03", "parliamentary", PARTIES), None);
}

#[test]
fn two_elections_of_one_source_are_never_merged() {
    let fixture = ArchiveFolder::new();
    fixture.import("wiki", "1824 Ruritanian general election", "1824-05-03", "general", PARTIES);
    fixture.import("wiki", "1824 Ruritanian second vote", "1824-05-03", "general", PARTIES);
    assert_eq!(matches(&fixture.archive, None), []);
    // A record that fits two elections of a source fits neither for certain.
    fixture.import("office", "Ruritania votes", "1824-05-03", "general", PARTIES);
    let found = matches(&fixture.archive, None);
    let confidences: Vec<MatchConfidence> = found.iter().map(|found| found.confidence).collect();
    assert_eq!(confidences, [MatchConfidence::Probable; 2]);
    assert!(found[0].evidence.iter().any(|words| words.contains("fits as well")));
}

#[test]
fn a_split_gives_both_elections_their_versions_titles_and_identifiers_back() {
    let fixture = ArchiveFolder::new();
    let archive = &fixture.archive;
    fixture.import("wiki", "1824 Ruritanian general election", "1824-05-03", "general", PARTIES);
    fixture.import_table("7,Ruritania votes,1824-05-03,Whigs,51000\n");
    let (import, merged) = apply(archive);
    assert_eq!(merged, 1);
    assert_eq!(archive.versions("ruritania/1824").unwrap().len(), 2);
    // After the merge, each source continues with its own election.
    fixture.import_table("7,Votes of Ruritania,1824-05-04,Whigs,51001\n");
    fixture.import("wiki", "1824 Ruritanian general election", "1824-05-03", "general", &[]);
    let versions = archive.versions("ruritania/1824").unwrap();
    let sources: Vec<&str> = versions.iter().map(|version| version.source.as_str()).collect();
    assert_eq!(sources, ["wiki", "office", "office", "wiki"]);
    let sources = archive.source_versions("ruritania/1824").unwrap();
    assert_eq!(sources.iter().map(|one| one.version).collect::<Vec<_>>(), [4, 3]);

    let report = archive.split_import(import, None).unwrap();
    assert_eq!(report.elections[0].title, "Votes of Ruritania");
    let of = |title: &str| archive.versions(Address::title(title)).unwrap();
    let wiki = of("1824 Ruritanian general election");
    assert_eq!(
        wiki.iter().map(|version| (version.number, version.import)).collect::<Vec<_>>(),
        [(1, 1), (2, 5)]
    );
    let office = of("Votes of Ruritania");
    assert_eq!(of("Ruritania votes"), office);
    assert!(office.iter().all(|version| version.source_id.as_deref() == Some("7")));
    // The identifier leads to its own election again.
    fixture.import_table("7,Ruritania has voted,1824-05-04,Whigs,51002\n");
    assert_eq!(of("Ruritania has voted").len(), 3);
    assert_eq!(of("1824 Ruritanian general election").len(), 2);
    // What a person split is not merged again.
    let found = matches(archive, None);
    assert!(found.iter().all(|found| found.confidence == MatchConfidence::Possible), "{found:?}");
    assert!(archive.split_import(import, None).is_err());
}

#[test]
fn what_a_person_split_is_only_possible_whatever_was_merged_with_it_since() {
    let fixture = ArchiveFolder::new();
    let archive = &fixture.archive;
    for (source, title) in [("wiki", "First"), ("office", "Second"), ("press", "Third")] {
        fixture.import(source, &format!("{title} vote"), "1824-05-03", "general", PARTIES);
    }
    let import = archive.merge("title:First vote", "title:Second vote", None).unwrap();
    archive.split_import(import, None).unwrap();
    let confidences = || {
        let found = matches(archive, None);
        let pair = |found: &ElectionMatch| {
            let words = "they were merged before, and split".to_owned();
            assert_eq!(
                found.evidence.contains(&words),
                found.confidence == MatchConfidence::Possible
            );
            (found.first.title.clone(), found.second.title.clone(), found.confidence)
        };
        found.iter().map(pair).collect::<Vec<_>>()
    };
    let pair = |one: &str, other: &str, confidence| {
        (format!("{one} vote"), format!("{other} vote"), confidence)
    };
    let found = confidences();
    assert!(found.contains(&pair("First", "Second", MatchConfidence::Possible)), "{found:?}");
    assert!(found.contains(&pair("First", "Third", MatchConfidence::Certain)), "{found:?}");
    // The third election is merged with the first, and the pair stays possible.
    archive.merge("title:First vote", "title:Third vote", None).unwrap();
    let found = confidences();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].2, MatchConfidence::Possible);
    let findings = check(archive).unwrap();
    assert!(!findings.iter().any(|finding| finding.rule == Rule::PossibleDuplicate));
    // A person may merge the two again.
    archive.merge("title:First vote", "title:Second vote", None).unwrap();
    assert_eq!(matches(archive, None), []);
}

#[test]
fn at_most_256_records_are_one_election() {
    let fixture = ArchiveFolder::new();
    let archive = &fixture.archive;
    let title = |at: usize| format!("Vote {at}");
    let lines: Vec<String> = (0..258)
        .map(|at| serde_json::json!({"title": title(at), "year": 1824}).to_string())
        .collect();
    archive.import_texts([("given.jsonl", lines.join("\n"))], &Default::default()).unwrap();
    let pairs: Vec<(Address, Address)> =
        (1..257).map(|at| (Address::title(title(0)), Address::title(title(at)))).collect();
    let limit = "expected at most 256 records of one election, found 257";
    let error = archive.merge_all(&pairs, None).unwrap_err().to_string();
    assert!(error.contains(limit), "{error}");
    assert_eq!(archive.imports().unwrap().len(), 1, "nothing is merged");
    archive.merge_all(&pairs[..255], None).unwrap();
    assert_eq!(archive.versions(Address::title(title(0))).unwrap().len(), 256);
    // The limit counts what was merged before, on both sides, also by an alias.
    let [first, last, other] = [0, 256, 257].map(|at| Address::title(title(at)));
    for error in [
        archive.merge(last.clone(), first.clone(), None).unwrap_err(),
        archive.add_alias(first, &title(257), None).unwrap_err(),
    ] {
        assert!(error.to_string().contains(limit), "{error}");
    }
    archive.merge(last, other, None).unwrap();
}

#[test]
fn an_alias_that_merges_two_elections_can_be_split() {
    let fixture = ArchiveFolder::new();
    let archive = &fixture.archive;
    for (source, title) in [("wiki", "First"), ("office", "Second"), ("press", "Third")] {
        fixture.import(source, &format!("{title} vote"), "1824-05-03", "general", PARTIES);
    }
    archive.add_alias("title:First vote", "Second vote", None).unwrap();
    archive.merge("title:First vote", "title:Third vote", None).unwrap();
    assert_eq!(archive.list(&Filter::default()).unwrap().len(), 1);
    // The address must select one of the two merged elections.
    let error = archive.split("ruritania/1824", None).unwrap_err().to_string();
    assert!(error.contains("@2, @3"), "{error}");
    archive.split("ruritania/1824@2", None).unwrap();
    assert_eq!(archive.versions("title:First vote").unwrap().len(), 2);
    assert_eq!(archive.versions("title:Second vote").unwrap().len(), 1);
    archive.split("title:Third vote", None).unwrap();
    assert_eq!(archive.list(&Filter::default()).unwrap().len(), 3);
    let path = fixture.folder.path().join("archive");
    drop(fixture.archive);
    assert_eq!(Archive::options().verify_records(&path).unwrap().problems, []);
}

#[test]
fn parlgov_and_pages_are_one_archive_in_which_each_election_stands_once() {
    let Some(parlgov) = shared_path("data/parlgov") else { return };
    let fixture = ArchiveFolder::new();
    let archive = &fixture.archive;
    let options = ImportOptions::default().mapping(Mapping::load("parlgov").unwrap());
    archive.import_with([parlgov], &options).unwrap();
    assert_eq!(matches(archive, None), []);
    let only = archive.list(&Filter::default()).unwrap().len();
    archive.import(["fixtures/articles", "fixtures/wikitext", "fixtures/commission"]).unwrap();
    let before = archive.list(&Filter::default()).unwrap().len();
    let (import, merged) = apply(archive);
    // Italy 1946, Greece in May and June 2012, the United Kingdom in February and October 1974.
    assert_eq!((merged, matches(archive, None)), (5, vec![]));
    assert_eq!(archive.list(&Filter::default()).unwrap().len(), before - 5);
    for address in ["italy/1946", "greece/2012-05", "united-kingdom/1974-10"] {
        let sources = archive.source_versions(address).unwrap();
        let names: Vec<&str> = sources.iter().map(|one| one.source.as_str()).collect();
        assert_eq!(names, ["article:articles", "parlgov"]);
    }
    // The chain of ParlGov goes through the merged elections, each once.
    let snapshot = archive.snapshot();
    let start = archive.get("united-kingdom/1974-02").unwrap();
    let steps = chain(&snapshot, &start, &Default::default()).unwrap().steps;
    let elections: BTreeSet<_> = steps.iter().map(|step| step.version.unwrap().election).collect();
    assert_eq!((steps.len(), elections.len()), (28, 28), "{steps:#?}");
    archive.split_import(import, None).unwrap();
    assert_eq!(archive.list(&Filter::default()).unwrap().len(), before);
    assert!(before > only);
}
