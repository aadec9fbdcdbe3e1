//! The last document of a file is its current statement. The tests check which documents of a
//! changing source are new versions.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::PathBuf;

use common::shared_path;
use hustings::Archive;
use hustings::archive::{ImportOptions, ImportReport};
use hustings::formats::Mapping;
use hustings::model::{Address, VersionSelector};
use proptest::prelude::*;

/// An archive, and a folder with the files that are imported.
struct ImportFixture {
    folder: tempfile::TempDir,
    archive: Archive,
}

impl ImportFixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::create(folder.path().join("archive")).unwrap();
        Self { folder, archive }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Imports one file with this text.
    fn import(&mut self, name: &str, text: &str) -> ImportReport {
        let path = self.write(name, text);
        self.archive.import([path]).unwrap()
    }

    /// Imports one file. Returns the numbers of added and of unchanged documents.
    fn import_counts(&mut self, name: &str, text: &str) -> (u64, u64) {
        let report = self.import(name, text);
        assert!(report.errors.is_empty(), "{:?}", report.errors);
        (report.added, report.unchanged)
    }

    fn version_count(&self) -> usize {
        self.archive.versions(Address::title(TITLE)).unwrap().len()
    }

    fn current_text(&self) -> String {
        self.archive.source(Address::title(TITLE)).unwrap()
    }
}

const TITLE: &str = "1901 Ruritanian election";

fn article_text(votes: u32) -> String {
    format!(
        "= {TITLE} =\n\nInfobox\n- Country: Ruritania\n- Nominee: Anna\n- Popular vote: {votes}\n"
    )
}

fn json_line(votes: u32) -> String {
    format!(
        r#"{{"title":"{TITLE}","contests":[{{"contenders":[{{"people":[{{"name":"Anna"}}],"tallies":[{{"round":1,"votes":{votes}}}]}}]}}]}}"#
    )
}

/// JSON lines about one election, one for each number of votes.
fn json_lines(votes: &[u32]) -> String {
    votes.iter().map(|votes| json_line(*votes) + "\n").collect()
}

fn wiki_page(votes: u32) -> String {
    format!(
        "{{{{Infobox election\n| country = Ruritania\n| nominee1 = Anna\n| popular_vote1 = {votes}\n}}}}"
    )
}

/// A dump of one page with a revision for each number of votes. The revisions state no times.
fn dump_text(votes: &[u32]) -> String {
    let revision = |votes: &u32| format!("<revision><text>{}</text></revision>", wiki_page(*votes));
    let revisions: String = votes.iter().map(revision).collect();
    format!("<mediawiki><page><title>{TITLE}</title><ns>0</ns>{revisions}</page></mediawiki>\n")
}

#[test]
fn an_edit_and_its_reversal_add_two_versions() {
    let wiki = format!("{TITLE}.wiki");
    let text = |name: &str, votes: u32| match name {
        "a.txt" => article_text(votes),
        "a.jsonl" => json_lines(&[votes]),
        "a.xml" => dump_text(&[votes]),
        _ => wiki_page(votes),
    };
    for name in ["a.txt", wiki.as_str(), "a.jsonl", "a.xml"] {
        let mut trial = ImportFixture::new();
        for (votes, expected) in
            [(60, (1, 0)), (55, (1, 0)), (60, (1, 0)), (60, (0, 1)), (55, (1, 0))]
        {
            assert_eq!(trial.import_counts(name, &text(name, votes)), expected, "{name} {votes}");
        }
        assert_eq!(trial.version_count(), 4, "{name}");
        assert!(trial.current_text().contains("55"), "{name}");
    }
}

#[test]
fn reimporting_two_editions_adds_nothing() {
    let mut trial = ImportFixture::new();
    let folder = trial.folder.path().join("editions");
    trial.write("editions/first.txt", &article_text(60));
    trial.write("editions/second.txt", &article_text(55));
    let options = ImportOptions::default();
    let import = |trial: &mut ImportFixture, path: PathBuf| {
        let report = trial.archive.import_with(&[path], &options).unwrap();
        (report.added, report.unchanged)
    };
    assert_eq!(import(&mut trial, folder.clone()), (2, 0));
    assert_eq!(import(&mut trial, folder.clone()), (0, 2));
    // Another spelling of the path is the same folder.
    let other = trial.folder.path().join("./editions//.");
    assert_eq!(import(&mut trial, other), (0, 2));
    trial.write("editions/first.txt", &article_text(61));
    assert_eq!(import(&mut trial, folder.clone()), (1, 1));
    trial.write("editions/first.txt", &article_text(60));
    assert_eq!(import(&mut trial, folder), (1, 1));
    assert_eq!(trial.version_count(), 4);
}

#[test]
fn an_unknown_file_is_compared_with_the_current_version() {
    let mut trial = ImportFixture::new();
    assert_eq!(trial.import_counts("a.txt", &article_text(60)), (1, 0));
    assert_eq!(trial.import_counts("moved.txt", &article_text(60)), (0, 1));
    assert_eq!(trial.import_counts("a.txt", &article_text(55)), (1, 0));
    // The old copy differs from the current version, so it is a new version.
    assert_eq!(trial.import_counts("copy.txt", &article_text(60)), (1, 0));
    assert_eq!(trial.import_counts("a.txt", &article_text(55)), (0, 1));
    assert!(trial.current_text().contains("60"));
}

#[test]
fn only_new_states_of_a_live_count_are_added() {
    let mut trial = ImportFixture::new();
    let mut ticks: Vec<u32> = (0..60).map(|tick| 100 + tick * 7 % 50).collect();
    assert_eq!(trial.import_counts("count.jsonl", &json_lines(&ticks)), (60, 0));
    assert_eq!(trial.import_counts("count.jsonl", &json_lines(&ticks)), (0, 60));
    ticks.push(500);
    assert_eq!(trial.import_counts("count.jsonl", &json_lines(&ticks)), (1, 60));
    // The last tick is withdrawn, and then stated again.
    ticks.pop();
    assert_eq!(trial.import_counts("count.jsonl", &json_lines(&ticks)), (1, 59));
    assert_eq!(trial.import_counts("count.jsonl", &json_lines(&ticks)), (0, 60));
    assert!(trial.current_text().contains(&format!("\"votes\":{}", ticks[59])));
    ticks.push(500);
    assert_eq!(trial.import_counts("count.jsonl", &json_lines(&ticks)), (1, 60));
    // The same tick twice in a row is one version.
    ticks.push(500);
    assert_eq!(trial.import_counts("count.jsonl", &json_lines(&ticks)), (0, 62));
}

#[test]
fn a_sliding_window_of_a_count_adds_only_its_new_states() {
    let mut trial = ImportFixture::new();
    let ticks: Vec<u32> = (100..200).collect();
    assert_eq!(trial.import_counts("count.jsonl", &json_lines(&ticks[..60])), (60, 0));
    for start in 1..20 {
        assert_eq!(
            trial.import_counts("count.jsonl", &json_lines(&ticks[start..start + 60])),
            (1, 59)
        );
        assert_eq!(
            trial.import_counts("count.jsonl", &json_lines(&ticks[start..start + 60])),
            (0, 60)
        );
    }
}

#[test]
fn an_edit_of_an_earlier_edition_and_its_reversal_are_versions() {
    let mut trial = ImportFixture::new();
    assert_eq!(trial.import_counts("editions.jsonl", &json_lines(&[60, 70])), (2, 0));
    assert_eq!(trial.import_counts("editions.jsonl", &json_lines(&[61, 70])), (2, 0));
    assert_eq!(trial.import_counts("editions.jsonl", &json_lines(&[60, 70])).0, 1);
    assert_eq!(trial.import_counts("editions.jsonl", &json_lines(&[60, 70])).0, 0);
    assert!(trial.current_text().contains("70"));
}

#[test]
fn reimporting_two_elections_merged_by_an_alias_adds_nothing() {
    let mut trial = ImportFixture::new();
    let other = json_line(70).replace("1901", "1902");
    let text = format!("{other}\n{}\n", json_line(60));
    assert_eq!(trial.import_counts("a.jsonl", &text), (2, 0));
    trial.archive.add_alias(Address::title(TITLE), &TITLE.replace("1901", "1902"), None).unwrap();
    assert_eq!(trial.import_counts("a.jsonl", &text), (0, 2));
}

/// The last statement of a count is unknown while its last line is being written.
#[test]
fn a_partly_read_file_reverts_nothing() {
    let mut trial = ImportFixture::new();
    let ticks: Vec<u32> = (100..160).collect();
    assert_eq!(trial.import_counts("count.jsonl", &json_lines(&ticks)), (60, 0));
    let text = json_lines(&ticks);
    let report = trial.import("count.jsonl", &text[..text.len() - 20]);
    assert_eq!((report.added, report.errors.len()), (0, 1));
    assert_eq!(trial.import_counts("count.jsonl", &text), (0, 60));
}

#[test]
fn a_revert_holds_while_the_file_is_unchanged() {
    let mut trial = ImportFixture::new();
    trial.import("a.txt", &article_text(60));
    trial.import("a.txt", &article_text(55));
    trial
        .archive
        .revert(Address::title(TITLE).with_version(VersionSelector::Version(1)), None)
        .unwrap();
    assert_eq!(trial.import_counts("a.txt", &article_text(55)), (0, 1));
    assert!(trial.current_text().contains("60"));
    assert_eq!(trial.import_counts("a.txt", &article_text(60)), (1, 0));
    trial.import("a.txt", &article_text(61));
    trial
        .archive
        .revert(Address::title(TITLE).with_version(VersionSelector::Version(1)), None)
        .unwrap();
    let versions = trial.archive.versions(Address::title(TITLE)).unwrap();
    assert!(versions.iter().all(|version| !version.same_record), "the record changed each time");
}

#[test]
fn a_removal_holds_while_the_file_is_unchanged() {
    let mut trial = ImportFixture::new();
    trial.import("a.txt", &article_text(60));
    trial.archive.remove(Address::title(TITLE), None).unwrap();
    let report = trial.import("a.txt", &article_text(60));
    assert_eq!((report.added, report.still_removed.as_slice()), (0, &[TITLE.to_owned()][..]));
    assert_eq!(trial.import_counts("copy.txt", &article_text(60)), (0, 1));
    assert_eq!(trial.import_counts("a.txt", &article_text(55)), (1, 0));
    assert!(trial.current_text().contains("55"));
}

#[test]
fn row_order_and_whitespace_do_not_change_the_record() {
    let mapping = "key = \"year\"\n[election]\ntitle = { template = \"{year} Ruritanian election\" }\n\
                   [contender]\nperson = \"who\"\nvotes = \"votes\"\n";
    let trial = ImportFixture::new();
    let mapping = trial.write("mapping.toml", mapping);
    let mapping = Some(Mapping::load(mapping.to_str().unwrap()).unwrap());
    let options = ImportOptions::default().mapping(mapping);
    let rows = ["1901,Anna,60\n", "1901,Boris,40\n", "1901,Clara,30\n"];
    for (order, added, same) in
        [([0, 1, 2], 1, 0), ([2, 0, 1], 1, 1), ([2, 0, 1], 0, 0), ([0, 1, 2], 1, 1)]
    {
        let rows: String = order.iter().map(|at| rows[*at]).collect();
        let table = trial.write("table.csv", &format!("year,who,votes\n{rows}"));
        let report = trial.archive.import_with(&[table], &options).unwrap();
        assert_eq!((report.added, report.same_record), (added, same), "{order:?}");
    }
    let same = |trial: &ImportFixture| -> Vec<bool> {
        let versions = trial.archive.versions(Address::title(TITLE)).unwrap();
        versions.iter().map(|version| version.same_record).collect()
    };
    assert_eq!(same(&trial), [false, true, true]);
    trial.archive.rebuild(|_| ()).unwrap();
    assert_eq!(same(&trial), [false, true, true]);
    let mut trial = ImportFixture::new();
    let spaced = article_text(60).replace(": ", ":  ").replace("Infobox", "\nInfobox");
    assert_eq!(trial.import("a.txt", &article_text(60)).same_record, 0);
    assert_eq!(trial.import("a.txt", &spaced).same_record, 1);
    assert_eq!(trial.import("a.txt", &article_text(61)).same_record, 0);
}

#[test]
fn a_withdrawn_data_release_is_a_version() {
    let cases = shared_path("cases/tables/back-to-before");
    let Some(cases) = cases else { return };
    let mapping = Mapping::load(cases.join("back-to-before.toml").to_str().unwrap()).unwrap();
    let options = ImportOptions::default().mapping(mapping);
    // The releases are one file that changes, or three files.
    for as_one in [true, false] {
        let trial = ImportFixture::new();
        for number in 1..=3 {
            let text = fs::read_to_string(cases.join(format!("back-to-before-{number}.csv")));
            let name = if as_one { "count.csv".to_owned() } else { format!("{number}.csv") };
            let path = trial.write(&name, &text.unwrap());
            assert_eq!(trial.archive.import_with(&[path], &options).unwrap().added, 1);
        }
        let record = trial.archive.get("ruritania/1901").unwrap();
        assert_eq!(record.version.number, 3);
        assert_eq!(record.election.contests[0].contenders[0].tallies[0].votes, Some(60));
    }
}

#[test]
fn a_withdrawn_release_of_parlgov_adds_only_the_changed_elections() {
    let Some(data) = shared_path("data/parlgov") else { return };
    let trial = ImportFixture::new();
    let copy = trial.folder.path().join("parlgov");
    common::copy_folder(&data, &copy);
    let mapping = Some(Mapping::load("parlgov").unwrap());
    let options = ImportOptions::default().mapping(mapping);
    let import = || trial.archive.import_with(std::slice::from_ref(&copy), &options).unwrap();
    assert_eq!(import().added, 1_027);
    let results = copy.join("election_result.csv");
    let release = fs::read_to_string(&results).unwrap();
    // The result of a party in Norway in 2009.
    let row = "\n327,285,351,,41,22.9,";
    assert!(release.contains(row));
    let changed = release.replacen(row, "\n327,285,351,,42,22.9,", 1);
    for (text, added) in [(&changed, 1), (&release, 1), (&release, 0), (&changed, 1)] {
        fs::write(&results, text).unwrap();
        assert_eq!(import().added, added);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// For any statements of a file in any order: the last one is current, each of them is a
    /// version, and importing the same file again adds nothing.
    #[test]
    fn the_last_statement_of_a_file_is_current_and_reimporting_it_adds_nothing(
        releases in prop::collection::vec(prop::collection::vec(1_u32..5, 1..6), 1..6),
    ) {
        for name in ["count.jsonl", "count.xml"] {
            let mut trial = ImportFixture::new();
            let text: fn(&[u32]) -> String = if name == "count.xml" { dump_text } else { json_lines };
            for release in &releases {
                trial.import(name, &text(release));
                let last = release.last().unwrap().to_string();
                prop_assert!(trial.current_text().contains(&last), "{name} {releases:?}");
                let before = trial.version_count();
                prop_assert_eq!(trial.import(name, &text(release)).added, 0, "{} {:?}", name, releases);
                let addresses = (1..=before as u32).map(|number| Address::title(TITLE).with_version(VersionSelector::Version(number)));
                let texts: Vec<String> = addresses.map(|at| trial.archive.source(&at).unwrap()).collect();
                for votes in release {
                    let needle = if name == "count.xml" { wiki_page(*votes) } else { json_line(*votes) };
                    prop_assert!(texts.contains(&needle), "{name} {releases:?}");
                }
            }
        }
    }
}
