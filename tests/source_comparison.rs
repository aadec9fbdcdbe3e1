//! Sources side by side: which figures agree, which differ, and by how much.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;

use common::shared_path;
use hustings::Archive;
use hustings::analysis::diff::Delta;
use hustings::analysis::source_comparison::{
    ComparedFigure, FigureStatus, SourceAgreementCounter, SourceAgreementList,
    SourceComparisonOptions, compare_sources, compare_territory, other_sources,
};
use hustings::archive::{Filter, ImportOptions};
use hustings::formats::Mapping;
use hustings::model::Source;

const OLD_TITLE: &str = "Nagorno-Karabakh presidential election, 2012";

fn new_archive() -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    (folder, archive)
}

fn options(source: &str) -> ImportOptions {
    ImportOptions::default().source(Source::new(source).unwrap())
}

fn import_fixture(archive: &Archive, source: &str, fixture: &str) {
    let report = archive.import_with([format!("fixtures/{fixture}")], &options(source)).unwrap();
    assert!(report.errors.is_empty(), "{report:?}");
}

/// An election in JSON lines, with the tallies of its contenders.
fn line(contenders: &[(&str, &str)]) -> String {
    let contenders = contenders.iter().map(|(name, tallies)| {
        format!(r#"{{"people":[{{"name":"{name}"}}],"tallies":[{tallies}]}}"#)
    });
    let contenders = contenders.collect::<Vec<_>>().join(",");
    format!(
        r#"{{"title":"1901 Ruritanian vote","country":"Ruritania","contests":[{{"type":"presidential","contenders":[{contenders}]}}]}}"#
    )
}

fn import_line(archive: &Archive, source: &str, line: &str) {
    let texts = [("results.jsonl", format!("{line}\n"))];
    let report = archive.import_texts(texts, &options(source)).unwrap();
    assert!(report.errors.is_empty() && report.added == 1, "{report:?}");
}

fn figures(archive: &Archive, address: &str) -> Vec<ComparedFigure> {
    compare_sources(&archive.snapshot(), address, &SourceComparisonOptions::default())
        .unwrap()
        .figures
}

/// Name, status and values of each figure.
fn summary(figures: &[ComparedFigure]) -> Vec<(String, FigureStatus, Vec<&str>)> {
    let summary = figures.iter().map(|figure| {
        let parts = figure.contender.iter().cloned().chain([figure.name()]);
        let values = figure.values.iter().map(|stated| stated.text.as_str());
        (parts.collect::<Vec<_>>().join(": "), figure.status, values.collect())
    });
    summary.collect()
}

fn agreement(archive: &Archive, filter: &Filter) -> SourceAgreementList {
    let (snapshot, mut counter) = (archive.snapshot(), SourceAgreementCounter::default());
    for compared in
        compare_territory(&snapshot, filter, SourceComparisonOptions::default()).unwrap()
    {
        counter.add(&compared.unwrap());
    }
    counter.finish()
}

#[test]
fn two_editions_of_the_seed_differ_in_turnout_and_two_vote_counts() {
    use FigureStatus::{Agree, Differ};
    let (_folder, archive) = new_archive();
    import_fixture(&archive, "enwiki", "articles");
    import_fixture(&archive, "oldwiki", "editions");
    archive.add_alias("nagorno-karabakh/2012", OLD_TITLE, None).unwrap();
    archive.set_source_order(&["enwiki", "oldwiki"], None).unwrap();
    let figures = figures(&archive, OLD_TITLE);
    let row =
        |name: &str, status, values: [&'static str; 2]| (name.to_owned(), status, values.to_vec());
    assert_eq!(
        summary(&figures),
        [
            row("date", Agree, ["2012-07-19", "2012-07-19"]),
            row("turnout", Differ, ["73.53", "73.64"]),
            row("Bako Sahakyan: votes", Differ, ["47095", "47085"]),
            row("Bako Sahakyan: share", Agree, ["66.65", "66.65"]),
            row("Vitaly Balasanyan: votes", Differ, ["22967", "22966"]),
            row("Vitaly Balasanyan: share", Agree, ["32.51", "32.51"]),
        ]
    );
    let differences: Vec<Option<Delta>> = figures.iter().map(|figure| figure.difference).collect();
    let points = Delta::Points("0.11".parse().unwrap());
    assert_eq!(
        differences,
        [None, Some(points), Some(Delta::Count(10)), None, Some(Delta::Count(1)), None]
    );
    let record = archive.get(OLD_TITLE).unwrap();
    assert_eq!(record.version.source, "enwiki");
    let others = other_sources(&archive.snapshot(), &record).unwrap();
    assert_eq!((others[0].source.as_str(), others[0].compared), ("oldwiki", 6));
    assert_eq!(others[0].differing[0].values[1].text, "73.64");
    assert_eq!(others[0].differing.len(), 3);
}

#[test]
fn values_that_differ_in_precision_are_rounded_and_those_of_one_source_are_marked() {
    let (_folder, archive) = new_archive();
    let exact = r#"{"round":1,"votes":47,"share":"64.71"},{"round":2,"share":"51"}"#;
    import_line(&archive, "commission", &line(&[("Rudolf", exact)]));
    let rounded = r#"{"round":1,"share":"64.7"},{"round":2,"share":"52"}"#;
    let black = r#"{"round":1,"share":"35.3"}"#;
    import_line(&archive, "enwiki", &line(&[("Michael", black), ("Rudolf", rounded)]));
    archive.set_source_order(&["commission"], None).unwrap();
    let figures = figures(&archive, "1901 Ruritanian vote");
    assert_eq!(
        summary(&figures),
        [
            ("Rudolf: votes".to_owned(), FigureStatus::OneSource, vec!["47"]),
            ("Rudolf: share".to_owned(), FigureStatus::Rounded, vec!["64.71", "64.7"]),
            ("Rudolf: share, round 2".to_owned(), FigureStatus::Differ, vec!["51", "52"]),
            ("Michael: share".to_owned(), FigureStatus::OneSource, vec!["35.3"]),
        ]
    );
    assert_eq!(figures[0].values[0].source, "commission");
}

#[test]
fn a_source_that_corrects_itself_does_not_differ_from_itself() {
    let (_folder, archive) = new_archive();
    let votes = |votes: u32| line(&[("Rudolf", &format!(r#"{{"round":1,"votes":{votes}}}"#))]);
    import_line(&archive, "commission", &votes(10));
    import_line(&archive, "commission", &votes(11));
    import_line(&archive, "enwiki", &votes(11));
    let compared = figures(&archive, "1901 Ruritanian vote");
    assert_eq!(compared.len(), 1, "{compared:?}");
    assert_eq!((compared[0].status, compared[0].values.len()), (FigureStatus::Agree, 2));
    // As of the first import, there is one source, and as of the third, both agree.
    let before = archive.as_of("#1".parse().unwrap()).unwrap();
    assert_eq!(figures(&before, "1901 Ruritanian vote")[0].status, FigureStatus::OneSource);
}

#[test]
fn three_sources_differ_in_pairs_and_the_odd_one_out_comes_first() {
    let (_folder, archive) = new_archive();
    for (source, votes) in [("a", 10), ("b", 12), ("c", 10)] {
        let tally = format!(r#"{{"round":1,"votes":{votes}}}"#);
        import_line(&archive, source, &line(&[("Rudolf", &tally)]));
    }
    let list = agreement(&archive, &Filter::default());
    let totals: Vec<(&str, u64, u64)> =
        list.sources.iter().map(|one| (one.source.as_str(), one.compared, one.differ)).collect();
    assert_eq!(totals, [("b", 2, 2), ("a", 2, 1), ("c", 2, 1)]);
    let pairs: Vec<(String, u64)> =
        list.pairs.iter().map(|pair| (pair.sources.join(" "), pair.differ)).collect();
    assert_eq!(pairs, [("a b".to_owned(), 1), ("b c".to_owned(), 1), ("a c".to_owned(), 0)]);
    assert_eq!(list.pairs[0].largest.as_ref().unwrap().difference, Delta::Count(2));
}

/// In the copy of ParlGov, the votes and the seats of one party were edited, and its share rounded.
#[test]
fn an_edited_copy_of_a_data_set_differs_in_the_edited_figures_alone() {
    let Some(parlgov) = shared_path("data/parlgov") else { return };
    let (folder, archive) = new_archive();
    let mapping = || Some(Mapping::load("parlgov").unwrap());
    archive.import_with([&parlgov], &ImportOptions::default().mapping(mapping())).unwrap();
    let copy = folder.path().join("copy");
    fs::create_dir(&copy).unwrap();
    for entry in fs::read_dir(&parlgov).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, copy.join(path.file_name().unwrap())).unwrap();
    }
    let file = copy.join("election_result.csv");
    let rows = fs::read_to_string(&file).unwrap();
    let edited = rows.replacen("\n1,34,1393,,4,24.27,276095,", "\n1,34,1393,,5,24.3,276105,", 1);
    assert_ne!(rows, edited);
    fs::write(&file, edited).unwrap();
    let options = options("copy").mapping(mapping());
    archive.import_with([&copy], &options).unwrap();
    let list = agreement(&archive, &Filter::default());
    let differing: Vec<(&str, u64)> = list
        .pairs
        .iter()
        .filter(|pair| pair.differ > 0)
        .map(|pair| (pair.field.as_str(), pair.differ))
        .collect();
    assert_eq!(list.elections, 1_027);
    assert_eq!(differing, [("seats", 1), ("votes", 1)]);
    assert_eq!(list.pairs.iter().map(|pair| pair.rounded).sum::<u64>(), 1);
    let largest = list.pairs[0].largest.as_ref().unwrap();
    assert_eq!((largest.difference, &largest.values[1][..]), (Delta::Count(1), "4"));
}
