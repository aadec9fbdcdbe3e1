//! The documents of `fixtures/`, and those of `../shared/seed` if it exists.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::shared_path;
use hustings::analysis::chain::{ChainOptions, LinkEvidence, chain};
use hustings::analysis::diff;
use hustings::archive::{ElectionQueries, Filter, TerritoryAlias};
use hustings::formats::infobox::parameters::find;
use hustings::formats::{Format, parse};
use hustings::model::{Address, Election};
use hustings::{Archive, Error};

fn fixture_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

fn parse_article(name: &str) -> Election {
    let text = fs::read_to_string(fixture_path("articles").join(name)).unwrap();
    parse(Format::Article, &text).unwrap()
}

fn import_fixtures(folders: &[&str]) -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    let paths: Vec<PathBuf> = folders.iter().map(|name| fixture_path(name)).collect();
    let report = archive.import(&paths).unwrap();
    assert!(report.errors.is_empty(), "{:?}", report.errors);
    (folder, archive)
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

#[test]
fn the_infobox_of_2012_is_parsed_completely() {
    let election = parse_article("2012-nagorno-karabakh-presidential-election.txt");
    assert_eq!((election.unparsed.as_slice(), election.inferred.as_slice()), (&[][..], &[][..]));
    assert_eq!(election.dates[0].to_string(), "2012-07-19");
    let contest = &election.contests[0];
    assert_eq!(contest.rounds[0].turnout.unwrap().to_string(), "73.53");
    assert_eq!(contest.contenders[0].tallies[0].votes, Some(47_095));
    assert_eq!(election.next.unwrap().title.unwrap(), "2017 Artsakhian presidential election");
}

#[test]
fn unusual_values_are_parsed_or_kept_with_a_reason() {
    let said = |name: &str| {
        let kept = parse_article(name).unparsed;
        kept.iter()
            .map(|field| format!("{}: {} ({})", field.label, field.text, field.reason))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        said("next-greek-parliamentary-election.txt"),
        ["Last Election5: – (states that there is nothing)"]
    );
    assert_eq!(
        said("next-palestinian-legislative-election.txt"),
        ["Election Date: TBA (not known yet)", "Leader8: – (states that there is nothing)"]
    );
    let east_german = parse_article("1949-east-german-constitutional-assembly-election.txt");
    assert_eq!(east_german.previous.unwrap().year.unwrap().to_string(), "1938");
    assert_eq!(east_german.contests[0].contenders[0].seats, Some(1_525));
    let ukraine = parse_article("2010-ukrainian-presidential-election.txt");
    let shares: Vec<String> = ukraine.contests[0].contenders[0]
        .tallies
        .iter()
        .map(|tally| tally.share.unwrap().to_string())
        .collect();
    assert_eq!(shares, ["35.32", "48.95"]);
    let italy = parse_article("1946-italian-general-election.txt");
    let seats = italy.contests[0].seats.clone().unwrap();
    assert_eq!((seats.count, seats.of), (Some(556), Some(573)));
    assert_eq!(italy.dates[0].to_string(), "1946-06-02 to 1946-06-03");
    assert_eq!(parse_article("2026-peruvian-general-election.txt").next.unwrap().title, None);
    let prose_alone = parse_article("2007-nagorno-karabakh-presidential-election.txt");
    assert_eq!((prose_alone.year, prose_alone.inferred.len()), (Some(2007), 3));
}

#[test]
fn the_chain_continues_across_a_renamed_country() {
    let (_folder, archive) = import_fixtures(&["articles", "commission"]);
    let steps = |archive: &Archive, infer| {
        let start = archive.get(address("nagorno-karabakh/2012")).unwrap();
        let chain =
            chain(&archive.snapshot(), &start, &ChainOptions::default().infer(infer).kind(None))
                .unwrap();
        chain
            .steps
            .into_iter()
            .map(|step| (step.date.unwrap().year(), step.evidence))
            .collect::<Vec<_>>()
    };
    let known = [
        (2007, LinkEvidence::LaterSide),
        (2012, LinkEvidence::Start),
        (2017, LinkEvidence::BothSides),
        (2020, LinkEvidence::EarlierSide),
    ];
    assert_eq!(steps(&archive, false), known);
    assert_eq!(steps(&archive, true)[0], (2002, LinkEvidence::Inferred));
    archive.remove(address("artsakh/2017"), None).unwrap();
    assert_eq!(
        steps(&archive, false)[1..],
        [(2012, LinkEvidence::Start), (2017, LinkEvidence::Removed)]
    );
    assert!(matches!(
        archive.get(address("artsakh/2017")),
        Err(Error::Removed { last_version: 1, .. })
    ));
    assert_eq!(archive.get(address("artsakh/2017@1")).unwrap().version.number, 1);
}

#[test]
fn two_editions_are_two_versions_with_five_differences() {
    let (_folder, archive) = import_fixtures(&["articles"]);
    archive.import(&[fixture_path("editions")]).unwrap();
    let old_title = "Nagorno-Karabakh presidential election, 2012";
    archive.add_alias(address("nagorno-karabakh/2012"), old_title, None).unwrap();
    let version =
        |number| archive.get(address(&format!("nagorno-karabakh/2012@{number}"))).unwrap().election;
    let diff = diff::compare_versions(&version(1), &version(2));
    assert_eq!(
        diff.changed_names(),
        ["title", "country", "turnout", "Bako Sahakyan: votes", "Vitaly Balasanyan: votes"]
    );
}

#[test]
fn two_elections_of_one_year_have_separate_addresses_in_order() {
    let (_folder, archive) = import_fixtures(&["articles"]);
    for (year, first, second) in [
        ("greece/2012", "greece/2012-05", "greece/2012-06"),
        ("gb/1974", "united-kingdom/1974-02", "united-kingdom/1974-10"),
    ] {
        let Err(Error::Ambiguous { matches: candidates, .. }) = archive.get(address(year)) else {
            panic!("{year} names two elections");
        };
        assert_eq!(
            candidates.iter().map(|(address, _)| address.as_str()).collect::<Vec<_>>(),
            [first, second]
        );
        let start = archive.get(address(second)).unwrap();
        let chain = chain(&archive.snapshot(), &start, &ChainOptions::default()).unwrap();
        let known: Vec<LinkEvidence> = chain.steps.iter().map(|step| step.evidence).collect();
        assert_eq!(
            known,
            [
                LinkEvidence::Missing,
                LinkEvidence::BothSides,
                LinkEvidence::Start,
                LinkEvidence::Missing
            ]
        );
    }
}

#[test]
fn a_territory_is_found_by_all_its_names() {
    let (_folder, archive) = import_fixtures(&["articles"]);
    let alias = TerritoryAlias {
        name: "Artsakh".into(),
        alias: "Nagorno-Karabakh".into(),
        from: None,
        until: Some(2016),
    };
    archive.add_territory_alias(alias, None).unwrap();
    let years: Vec<Option<i32>> = archive
        .snapshot()
        .territory_elections("artsakh")
        .unwrap()
        .iter()
        .map(|record| record.summary.year)
        .collect();
    assert_eq!(years, [2002, 2007, 2012, 2017, 2020].map(Some));
    let listed = archive.list(&Filter::default().country("GRC")).unwrap();
    assert_eq!(listed.len(), 3);
}

#[test]
fn the_seed_is_parsed_and_returned_byte_for_byte() {
    let seed = shared_path("seed/2012-nagorno-karabakh-presidential-election.txt");
    let Some(seed) = seed else { return };
    let text = fs::read_to_string(&seed).unwrap();
    let election = parse(Format::Article, &text).unwrap();
    assert_eq!(election.unparsed, []);
    assert_eq!(election.sections.len(), 5);
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path()).unwrap();
    archive.import(&[seed]).unwrap();
    let given = address("nagorno-karabakh/2012");
    assert_eq!(archive.source(&given).unwrap(), text);
    assert_eq!(archive.document(&given).unwrap(), election);
}

#[test]
fn every_parameter_of_the_reference_is_known() {
    let Some(path) = shared_path("reference/infobox-parameters.tsv") else { return };
    let table = fs::read_to_string(path).unwrap();
    for row in table.lines().skip(1) {
        let mut cells = row.split('\t');
        let (name, label) = (cells.next().unwrap(), cells.nth(1).unwrap());
        for spelling in [&name.replace('N', "7").replace('K', "3"), label] {
            assert_eq!(find(spelling).map(|found| found.parameter.name), Some(name), "{spelling}");
        }
    }
}
