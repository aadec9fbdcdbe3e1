//! What a file said last is what it says: which documents of a source that changes its mind are new versions.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::PathBuf;

use common::shared;
use hustings::Archive;
use hustings::archive::{ImportOptions, ImportReport};
use hustings::formats::Mapping;
use hustings::model::{Address, VersionSelector};
use proptest::prelude::*;

/// An archive, and a folder with the files that are imported.
struct Trial {
    folder: tempfile::TempDir,
    archive: Archive,
}

impl Trial {
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
        self.archive.import(&[path], &ImportOptions::default()).unwrap()
    }

    /// What was added and what was unchanged.
    fn counts(&mut self, name: &str, text: &str) -> (u64, u64) {
        let report = self.import(name, text);
        assert!(report.unread.is_empty(), "{:?}", report.unread);
        (report.added, report.unchanged)
    }

    fn versions(&self) -> usize {
        self.archive.versions(&Address::title(TITLE)).unwrap().len()
    }

    fn current(&self) -> String {
        self.archive.source(&Address::title(TITLE)).unwrap()
    }
}

const TITLE: &str = "1901 Ruritanian election";

fn article(votes: u32) -> String {
    format!(
        "= {TITLE} =\n\nInfobox\n- Country: Ruritania\n- Nominee: Anna\n- Popular vote: {votes}\n"
    )
}

fn line(votes: u32) -> String {
    format!(
        r#"{{"title":"{TITLE}","contests":[{{"contenders":[{{"people":[{{"name":"Anna"}}],"tallies":[{{"round":1,"votes":{votes}}}]}}]}}]}}"#
    )
}

/// JSON lines of one election.
fn lines(votes: &[u32]) -> String {
    votes.iter().map(|votes| line(*votes) + "\n").collect()
}

fn page(votes: u32) -> String {
    format!(
        "{{{{Infobox election\n| country = Ruritania\n| nominee1 = Anna\n| popular_vote1 = {votes}\n}}}}"
    )
}

/// A dump in which the page has these revisions, which carry no times.
fn dump(votes: &[u32]) -> String {
    let revision = |votes: &u32| format!("<revision><text>{}</text></revision>", page(*votes));
    let revisions: String = votes.iter().map(revision).collect();
    format!("<mediawiki><page><title>{TITLE}</title><ns>0</ns>{revisions}</page></mediawiki>\n")
}

#[test]
fn a_file_that_is_edited_and_edited_back_adds_two_versions() {
    let wiki = format!("{TITLE}.wiki");
    let text = |name: &str, votes: u32| match name {
        "a.txt" => article(votes),
        "a.jsonl" => lines(&[votes]),
        "a.xml" => dump(&[votes]),
        _ => page(votes),
    };
    for name in ["a.txt", wiki.as_str(), "a.jsonl", "a.xml"] {
        let mut trial = Trial::new();
        for (votes, expected) in
            [(60, (1, 0)), (55, (1, 0)), (60, (1, 0)), (60, (0, 1)), (55, (1, 0))]
        {
            assert_eq!(trial.counts(name, &text(name, votes)), expected, "{name} {votes}");
        }
        assert_eq!(trial.versions(), 4, "{name}");
        assert!(trial.current().contains("55"), "{name}");
    }
}

#[test]
fn two_editions_in_a_folder_add_nothing_when_they_are_imported_again() {
    let mut trial = Trial::new();
    let folder = trial.folder.path().join("editions");
    trial.write("editions/first.txt", &article(60));
    trial.write("editions/second.txt", &article(55));
    let options = ImportOptions::default();
    let import = |trial: &mut Trial, path: PathBuf| {
        let report = trial.archive.import(&[path], &options).unwrap();
        (report.added, report.unchanged)
    };
    assert_eq!(import(&mut trial, folder.clone()), (2, 0));
    assert_eq!(import(&mut trial, folder.clone()), (0, 2));
    // Another spelling of the path is the same folder.
    let other = trial.folder.path().join("./editions//.");
    assert_eq!(import(&mut trial, other), (0, 2));
    trial.write("editions/first.txt", &article(61));
    assert_eq!(import(&mut trial, folder.clone()), (1, 1));
    trial.write("editions/first.txt", &article(60));
    assert_eq!(import(&mut trial, folder), (1, 1));
    assert_eq!(trial.versions(), 4);
}

#[test]
fn a_file_that_is_not_known_is_compared_with_what_is_current() {
    let mut trial = Trial::new();
    assert_eq!(trial.counts("a.txt", &article(60)), (1, 0));
    assert_eq!(trial.counts("moved.txt", &article(60)), (0, 1));
    assert_eq!(trial.counts("a.txt", &article(55)), (1, 0));
    // An old copy says something else than the archive does.
    assert_eq!(trial.counts("copy.txt", &article(60)), (1, 0));
    assert_eq!(trial.counts("a.txt", &article(55)), (0, 1));
    assert!(trial.current().contains("60"));
}

#[test]
fn sixty_ticks_of_a_count_add_what_is_new_of_them() {
    let mut trial = Trial::new();
    let mut ticks: Vec<u32> = (0..60).map(|tick| 100 + tick * 7 % 50).collect();
    assert_eq!(trial.counts("count.jsonl", &lines(&ticks)), (60, 0));
    assert_eq!(trial.counts("count.jsonl", &lines(&ticks)), (0, 60));
    ticks.push(500);
    assert_eq!(trial.counts("count.jsonl", &lines(&ticks)), (1, 60));
    // The last tick is taken back, and given again.
    ticks.pop();
    assert_eq!(trial.counts("count.jsonl", &lines(&ticks)), (1, 59));
    assert_eq!(trial.counts("count.jsonl", &lines(&ticks)), (0, 60));
    assert!(trial.current().contains(&format!("\"votes\":{}", ticks[59])));
    ticks.push(500);
    assert_eq!(trial.counts("count.jsonl", &lines(&ticks)), (1, 60));
    // A tick twice in a row is one.
    ticks.push(500);
    assert_eq!(trial.counts("count.jsonl", &lines(&ticks)), (0, 62));
}

#[test]
fn a_window_of_a_count_that_moves_on_adds_what_comes_in() {
    let mut trial = Trial::new();
    let ticks: Vec<u32> = (100..200).collect();
    assert_eq!(trial.counts("count.jsonl", &lines(&ticks[..60])), (60, 0));
    for start in 1..20 {
        assert_eq!(trial.counts("count.jsonl", &lines(&ticks[start..start + 60])), (1, 59));
        assert_eq!(trial.counts("count.jsonl", &lines(&ticks[start..start + 60])), (0, 60));
    }
}

#[test]
fn an_earlier_edition_that_is_edited_and_edited_back_is_a_version() {
    let mut trial = Trial::new();
    assert_eq!(trial.counts("editions.jsonl", &lines(&[60, 70])), (2, 0));
    assert_eq!(trial.counts("editions.jsonl", &lines(&[61, 70])), (2, 0));
    assert_eq!(trial.counts("editions.jsonl", &lines(&[60, 70])).0, 1);
    assert_eq!(trial.counts("editions.jsonl", &lines(&[60, 70])).0, 0);
    assert!(trial.current().contains("70"));
}

#[test]
fn a_file_of_two_elections_that_become_one_adds_nothing_when_it_is_imported_again() {
    let mut trial = Trial::new();
    let other = line(70).replace("1901", "1902");
    let text = format!("{other}\n{}\n", line(60));
    assert_eq!(trial.counts("a.jsonl", &text), (2, 0));
    trial.archive.add_alias(&Address::title(TITLE), &TITLE.replace("1901", "1902"), None).unwrap();
    assert_eq!(trial.counts("a.jsonl", &text), (0, 2));
}

/// What a count says last is not known while its last line is being written.
#[test]
fn a_file_that_is_read_in_part_takes_nothing_back() {
    let mut trial = Trial::new();
    let ticks: Vec<u32> = (100..160).collect();
    assert_eq!(trial.counts("count.jsonl", &lines(&ticks)), (60, 0));
    let text = lines(&ticks);
    let report = trial.import("count.jsonl", &text[..text.len() - 20]);
    assert_eq!((report.added, report.unread.len()), (0, 1));
    assert_eq!(trial.counts("count.jsonl", &text), (0, 60));
}

#[test]
fn a_revert_stands_while_the_file_says_what_it_said() {
    let mut trial = Trial::new();
    trial.import("a.txt", &article(60));
    trial.import("a.txt", &article(55));
    trial.archive.revert(&Address::title(TITLE).with(VersionSelector::Version(1)), None).unwrap();
    assert_eq!(trial.counts("a.txt", &article(55)), (0, 1));
    assert!(trial.current().contains("60"));
    assert_eq!(trial.counts("a.txt", &article(60)), (1, 0));
    trial.import("a.txt", &article(61));
    trial.archive.revert(&Address::title(TITLE).with(VersionSelector::Version(1)), None).unwrap();
    let versions = trial.archive.versions(&Address::title(TITLE)).unwrap();
    assert!(versions.iter().all(|version| !version.same_record), "the record changed each time");
}

#[test]
fn a_removed_election_stays_removed_while_the_file_says_what_it_said() {
    let mut trial = Trial::new();
    trial.import("a.txt", &article(60));
    trial.archive.remove(&Address::title(TITLE), None).unwrap();
    let report = trial.import("a.txt", &article(60));
    assert_eq!((report.added, report.removed.as_slice()), (0, &[TITLE.to_owned()][..]));
    assert_eq!(trial.counts("copy.txt", &article(60)), (0, 1));
    assert_eq!(trial.counts("a.txt", &article(55)), (1, 0));
    assert!(trial.current().contains("55"));
}

#[test]
fn rows_in_another_order_and_other_white_space_are_the_same_record() {
    let mapping = "key = \"year\"\n[election]\ntitle = { template = \"{year} Ruritanian election\" }\n\
                   [contender]\nperson = \"who\"\nvotes = \"votes\"\n";
    let trial = Trial::new();
    let mapping = trial.write("mapping.toml", mapping);
    let mapping = Some(Mapping::find(mapping.to_str().unwrap()).unwrap());
    let options = ImportOptions { mapping, ..ImportOptions::default() };
    let rows = ["1901,Anna,60\n", "1901,Boris,40\n", "1901,Clara,30\n"];
    for (order, added, same) in
        [([0, 1, 2], 1, 0), ([2, 0, 1], 1, 1), ([2, 0, 1], 0, 0), ([0, 1, 2], 1, 1)]
    {
        let rows: String = order.iter().map(|at| rows[*at]).collect();
        let table = trial.write("table.csv", &format!("year,who,votes\n{rows}"));
        let report = trial.archive.import(&[table], &options).unwrap();
        assert_eq!((report.added, report.same_record), (added, same), "{order:?}");
    }
    let same = |trial: &Trial| -> Vec<bool> {
        let versions = trial.archive.versions(&Address::title(TITLE)).unwrap();
        versions.iter().map(|version| version.same_record).collect()
    };
    assert_eq!(same(&trial), [false, true, true]);
    trial.archive.rebuild(|_| ()).unwrap();
    assert_eq!(same(&trial), [false, true, true]);
    let mut trial = Trial::new();
    let spaced = article(60).replace(": ", ":  ").replace("Infobox", "\nInfobox");
    assert_eq!(trial.import("a.txt", &article(60)).same_record, 0);
    assert_eq!(trial.import("a.txt", &spaced).same_record, 1);
    assert_eq!(trial.import("a.txt", &article(61)).same_record, 0);
}

#[test]
fn a_data_release_that_is_taken_back_is_a_version() {
    let cases = shared("cases/tables/back-to-before");
    let Some(cases) = cases else { return };
    let mapping = Mapping::find(cases.join("back-to-before.toml").to_str().unwrap()).unwrap();
    let options = ImportOptions { mapping: Some(mapping), ..ImportOptions::default() };
    // As one file that changes, and as three files.
    for as_one in [true, false] {
        let trial = Trial::new();
        for number in 1..=3 {
            let text = fs::read_to_string(cases.join(format!("back-to-before-{number}.csv")));
            let name = if as_one { "count.csv".to_owned() } else { format!("{number}.csv") };
            let path = trial.write(&name, &text.unwrap());
            assert_eq!(trial.archive.import(&[path], &options).unwrap().added, 1);
        }
        let record = trial.archive.get(&"ruritania/1901".parse().unwrap()).unwrap();
        assert_eq!(record.version.number, 3);
        assert_eq!(record.election.contests[0].contenders[0].tallies[0].votes, Some(60));
    }
}

#[test]
fn a_release_of_parlgov_that_is_taken_back_adds_the_elections_that_changed() {
    let Some(data) = shared("data/parlgov") else { return };
    let trial = Trial::new();
    let copy = trial.folder.path().join("parlgov");
    common::copy_folder(&data, &copy);
    let mapping = Some(Mapping::find("parlgov").unwrap());
    let options = ImportOptions { mapping, ..ImportOptions::default() };
    let import = || trial.archive.import(std::slice::from_ref(&copy), &options).unwrap();
    assert_eq!(import().added, 1_027);
    let results = copy.join("election_result.csv");
    let release = fs::read_to_string(&results).unwrap();
    // A party of Norway in 2009.
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

    /// Whatever a file says in which order: it is current, it is a version, and saying it again adds nothing.
    #[test]
    fn what_a_file_says_last_is_current_and_said_again_adds_nothing(
        releases in prop::collection::vec(prop::collection::vec(1_u32..5, 1..6), 1..6),
    ) {
        for name in ["count.jsonl", "count.xml"] {
            let mut trial = Trial::new();
            let text: fn(&[u32]) -> String = if name == "count.xml" { dump } else { lines };
            for release in &releases {
                trial.import(name, &text(release));
                let last = release.last().unwrap().to_string();
                prop_assert!(trial.current().contains(&last), "{name} {releases:?}");
                let before = trial.versions();
                prop_assert_eq!(trial.import(name, &text(release)).added, 0, "{} {:?}", name, releases);
                let addresses = (1..=before as u32).map(|number| Address::title(TITLE).with(VersionSelector::Version(number)));
                let texts: Vec<String> = addresses.map(|at| trial.archive.source(&at).unwrap()).collect();
                for votes in release {
                    let needle = if name == "count.xml" { page(*votes) } else { line(*votes) };
                    prop_assert!(texts.contains(&needle), "{name} {releases:?}");
                }
            }
        }
    }
}
