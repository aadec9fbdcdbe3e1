//! Series over several territories, and over the whole archive.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

#[cfg(feature = "cli")]
use common::run;
use hustings::analysis::measure::Measure;
use hustings::analysis::series::{self, SeriesOptions, SeriesPoint};
use hustings::archive::{Archive, Filter, TerritoryAlias};

const MEASURES: [Measure; 3] = [Measure::Turnout, Measure::EnpVotes, Measure::Volatility];

fn import_articles() -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path()).unwrap();
    archive.import(["fixtures/articles"]).unwrap();
    (folder, archive)
}

fn measure_territories(archive: &Archive, territories: &[&str]) -> Vec<SeriesPoint> {
    let territories: Vec<String> = territories.iter().map(|name| (*name).to_owned()).collect();
    let (snapshot, options) = (archive.snapshot(), SeriesOptions::default());
    let points =
        series::measure_territories(&snapshot, &territories, &MEASURES, &options, true).unwrap();
    points.map(Result::unwrap).collect()
}

fn addresses(points: &[SeriesPoint]) -> Vec<&str> {
    points.iter().map(|point| point.address.as_str()).collect()
}

#[test]
fn the_series_of_the_archive_is_that_of_each_territory_in_turn() {
    let (_folder, archive) = import_articles();
    let all = measure_territories(&archive, &[]);
    let records = archive.list(&Filter::default()).unwrap();
    let with_contests = records.iter().filter(|record| !record.election.contests.is_empty());
    let expected: Vec<&str> = with_contests.map(|record| record.address.as_str()).collect();
    assert_eq!(addresses(&all), expected);
    for country in ["greece", "italy", "peru"] {
        let of = |point: &&SeriesPoint| point.address.starts_with(&format!("{country}/"));
        let own: Vec<SeriesPoint> = all.iter().filter(of).cloned().collect();
        assert_eq!(measure_territories(&archive, &[country]), own);
    }
    let two = measure_territories(&archive, &["peru", "greece"]);
    assert_eq!(
        two,
        [measure_territories(&archive, &["peru"]), measure_territories(&archive, &["greece"])]
            .concat()
    );
}

#[test]
fn an_election_of_a_territory_with_two_names_is_measured_once() {
    let (_folder, archive) = import_articles();
    let before = measure_territories(&archive, &[]);
    let alias = TerritoryAlias {
        name: "Greece".to_owned(),
        alias: "Italy".to_owned(),
        from: None,
        until: None,
    };
    archive.add_territory_alias(alias, None).unwrap();
    let after = measure_territories(&archive, &[]);
    let mut names = addresses(&after);
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), before.len());
}

#[cfg(feature = "cli")]
#[test]
fn several_territories_are_listed_in_the_order_of_the_arguments() {
    let (folder, archive) = import_articles();
    drop(archive);
    let ask = |words: &[&str]| run(folder.path(), words);
    let (code, out, _) = ask(&["series", "peru", "greece", "--format", "csv"]);
    let first: Vec<&str> = out.lines().filter_map(|line| line.split(',').nth(1)).collect();
    assert_eq!((code, first.first(), first.get(1)), (0, Some(&"address"), Some(&"peru/2026")));
    assert!(first.iter().skip(2).all(|address| address.starts_with("greece/")), "{first:?}");
    let (code, out, _) = ask(&["series", "--from", "2026", "--format", "jsonl"]);
    assert_eq!((code, out.lines().count()), (0, 2), "{out}");
    let (code, out, err) = ask(&["series", "--from", "2100"]);
    assert_eq!((code, out.as_str()), (0, ""));
    assert!(err.contains("no elections since 2100"), "{err}");
    let (code, _, err) = ask(&["series", "peru", "grece"]);
    assert!(code != 0 && err.contains("Greece"), "{err}");
    let (code, _, err) = ask(&["series", "--svg", "-"]);
    assert!(code != 0 && err.contains("name one territory"), "{err}");
}
