//! Elections of a data set, of pages, of wikitext and of a commission in one archive: after their
//! records are merged, each election occurs once.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;

use common::shared_path;
use hustings::Archive;
use hustings::analysis::chain::{Chain, chain};
use hustings::analysis::matches::{ElectionMatch, MatchConfidence, find_matches};
use hustings::analysis::source_comparison::{
    FigureStatus, SourceComparisonOptions, compare_sources,
};
use hustings::archive::{Filter, ImportOptions};
use hustings::check::{Rule, check};
use hustings::formats::Mapping;
use hustings::model::{Address, Source};

const OLD_TITLE: &str = "Nagorno-Karabakh presidential election, 2012";

/// An archive with ParlGov, pages and an older edition of one, wikitext, and a commission's figures.
fn archive_of_four_sources() -> Option<(tempfile::TempDir, Archive)> {
    let parlgov = shared_path("data/parlgov")?;
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    let table = ImportOptions::default().mapping(Mapping::load("parlgov").unwrap());
    assert!(archive.import_with([parlgov], &table).unwrap().errors.is_empty());
    for (source, path) in [
        ("oldwiki", "editions"),
        ("enwiki", "articles"),
        ("dewiki", "wikitext"),
        ("commission", "commission"),
    ] {
        let options = ImportOptions::default().source(Source::new(source).unwrap());
        let report = archive.import_with([format!("fixtures/{path}")], &options).unwrap();
        assert!(report.errors.is_empty(), "{report:?}");
    }
    Some((folder, archive))
}

fn matches(archive: &Archive, country: Option<&str>) -> Vec<ElectionMatch> {
    find_matches(&archive.snapshot(), country).unwrap().collect::<Result<_, _>>().unwrap()
}

/// Merges the certain pairs, as `match --apply` does.
fn merge_certain_pairs(archive: &Archive) -> Vec<ElectionMatch> {
    let mut certain = matches(archive, None);
    certain.retain(|pair| pair.confidence == MatchConfidence::Certain);
    let titles = |pair: &ElectionMatch| {
        (Address::title(pair.first.title.as_str()), Address::title(pair.second.title.as_str()))
    };
    let pairs: Vec<(Address, Address)> = certain.iter().map(titles).collect();
    archive.merge_all(&pairs, None).unwrap();
    certain
}

fn chain_of(archive: &Archive, address: &str) -> Chain {
    let start = archive.get(address).unwrap();
    chain(&archive.snapshot(), &start, &Default::default()).unwrap()
}

#[test]
fn after_a_match_each_election_occurs_once() {
    let Some((_folder, archive)) = archive_of_four_sources() else { return };
    let before = archive.list(&Filter::default()).unwrap();
    let merged = merge_certain_pairs(&archive);
    // Italy 1946, Greece twice in 2012, the United Kingdom twice in 1974, and the older edition.
    assert_eq!(merged.len(), 6, "{merged:#?}");
    assert_eq!(matches(&archive, None), []);
    let after = archive.list(&Filter::default()).unwrap();
    assert_eq!(after.len(), before.len() - 6);
    // No two records have a territory, a date and a type in common, except those of ParlGov alone,
    // which has no two records of one election.
    let mut seen = BTreeSet::new();
    for record in &after {
        let election = &record.election;
        let key = format!("{:?} {:?} {:?}", election.country, election.dates, election.kind);
        let is_dated = election.dates.iter().any(|date| date.start.day().is_some());
        assert!(!is_dated || seen.insert(key), "{}", election.title);
    }
    let duplicates = check(&archive).unwrap();
    let duplicates = duplicates.iter().filter(|found| found.rule == Rule::PossibleDuplicate);
    assert_eq!(duplicates.count(), 0);
}

#[test]
fn no_two_elections_of_parlgov_are_merged() {
    let Some((_folder, archive)) = archive_of_four_sources() else { return };
    merge_certain_pairs(&archive);
    let mut elections = 0;
    for record in archive.list(&Filter::default()).unwrap() {
        let title = &record.election.title;
        let versions = archive.versions(Address::title(title.as_str())).unwrap();
        let of_parlgov = versions.into_iter().filter(|version| version.source == "parlgov");
        let identifiers: BTreeSet<Option<String>> =
            of_parlgov.map(|version| version.source_id).collect();
        assert!(identifiers.len() <= 1, "{title}: {identifiers:?}");
        elections += identifiers.len();
    }
    assert_eq!(elections, 1027);
}

#[test]
fn the_sources_of_the_election_of_2012_differ_in_turnout_and_two_vote_counts() {
    let Some((_folder, archive)) = archive_of_four_sources() else { return };
    let merged = merge_certain_pairs(&archive);
    let edition = merged.iter().find(|pair| pair.first.title == OLD_TITLE).unwrap();
    assert_eq!(edition.second.title, "2012 Nagorno-Karabakh presidential election");
    assert!(edition.evidence.contains(&"one has the former title of the other".to_owned()));
    archive.set_source_order(&["enwiki", "dewiki", "oldwiki"], None).unwrap();
    let compared = compare_sources(
        &archive.snapshot(),
        "nagorno-karabakh/2012",
        &SourceComparisonOptions::default(),
    )
    .unwrap();
    let differing = compared.figures.iter().filter(|one| one.status == FigureStatus::Differ);
    let differing: Vec<(String, Vec<&str>)> = differing
        .map(|figure| {
            let name = figure.contender.iter().cloned().chain([figure.name()]);
            let values = figure.values.iter().map(|stated| stated.text.as_str());
            (name.collect::<Vec<_>>().join(": "), values.collect())
        })
        .collect();
    assert_eq!(
        differing,
        [
            ("turnout".to_owned(), vec!["73.53", "73.53", "73.64"]),
            ("Bako Sahakyan: votes".to_owned(), vec!["47095", "47095", "47085"]),
            ("Vitaly Balasanyan: votes".to_owned(), vec!["22967", "22967", "22966"]),
        ]
    );
}

#[test]
fn chains_are_complete_and_contain_each_election_once() {
    let Some((_folder, archive)) = archive_of_four_sources() else { return };
    let lengths = |archive: &Archive| {
        [
            "italy/1948",
            "greece/2009-10",
            "United Kingdom parliamentary election, 1974-02-28",
            "nagorno-karabakh/2007",
        ]
        .map(|start| {
            let steps = chain_of(archive, start).steps;
            let elections: BTreeSet<_> =
                steps.iter().filter_map(|step| Some(step.version?.election)).collect();
            assert_eq!(steps.len(), elections.len(), "{start}: {steps:#?}");
            steps.len()
        })
    };
    let apart = lengths(&archive);
    merge_certain_pairs(&archive);
    let merged = lengths(&archive);
    assert_eq!((apart, merged), ([20, 20, 28, 4], [20, 20, 28, 4]));
}

#[test]
fn a_former_title_is_found_from_either_territory() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    for (source, path) in [("oldwiki", "editions"), ("enwiki", "articles")] {
        let options = ImportOptions::default().source(Source::new(source).unwrap());
        archive.import_with([format!("fixtures/{path}")], &options).unwrap();
    }
    let all = matches(&archive, None);
    assert_eq!(all.len(), 1);
    for country in ["nagorno-karabakh", "republic-of-artsakh"] {
        assert_eq!(matches(&archive, Some(country)), all);
    }
}
