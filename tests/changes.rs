//! `changes` reports exactly what differs between two states of an archive, by source.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use common::shared_path;
use hustings::analysis::changes::{ArchiveState, ChangeOptions, ElectionChange, changes};
use hustings::analysis::diff::{ChangeKind, Delta, SuggestionReason};
use hustings::archive::{ImportOptions, ImportReport};
use hustings::formats::Mapping;
use hustings::model::{ChangeCounts, ElectionChangeKind as Kind, Source};
use hustings::{Archive, Result};

/// An archive, and the files that it imports, in a temporary folder.
struct Trial {
    archive: Archive,
    folder: tempfile::TempDir,
}

/// A mapping of a table with one row for each contender. The source identifies elections.
const MAPPING: &str = r#"
key = "id"
[source]
name = "commission"
id = "id"
[election]
title = "title"
country = "country"
date = "date"
previous = "previous"
[contender]
party = "party"
votes = "votes"
"#;

impl Trial {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { archive: Archive::create(folder.path().join("archive")).unwrap(), folder }
    }

    /// Imports JSON lines of a source.
    fn import(&self, source: &str, lines: &[String]) -> ImportReport {
        let options = ImportOptions::default().source(Source::new(source).unwrap());
        let path = self.write(&format!("{source}.jsonl"), &(lines.join("\n") + "\n"));
        self.archive.import_with([path], &options).unwrap()
    }

    /// Imports the rows of a table: id, title, country, date, previous election, party, votes.
    fn import_table(&self, rows: &[&str]) -> ImportReport {
        let mapping = self.write("mapping.toml", MAPPING);
        let header = "id,title,country,date,previous,party,votes";
        let path = self.write("results.csv", &format!("{header}\n{}\n", rows.join("\n")));
        let mapping = Mapping::load(mapping.to_str().unwrap()).unwrap();
        let options = ImportOptions::default().mapping(mapping);
        self.archive.import_with([path], &options).unwrap()
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn between(&self, from: u64, to: u64) -> (ChangeCounts, Vec<ElectionChange>) {
        let options = ChangeOptions::default()
            .from(ArchiveState::Import(from))
            .to(ArchiveState::Import(to))
            .with_minor(true);
        self.find(&options)
    }

    fn find(&self, options: &ChangeOptions) -> (ChangeCounts, Vec<ElectionChange>) {
        let snapshot = self.archive.snapshot();
        let changes = changes(&snapshot, options).unwrap();
        let elections = changes.iter().collect::<Result<Vec<_>>>().unwrap();
        (changes.counts().unwrap(), elections)
    }

    /// Returns the changes of the last import, which the report of the import must count equally.
    fn last(&self, report: &ImportReport) -> Vec<ElectionChange> {
        let last = *report.imports.last().unwrap();
        let (counts, elections) = self.between(last - 1, last);
        assert_eq!(counts, report.changes);
        elections
    }
}

/// Returns a line of JSON lines: an election with one contender.
fn line(year: u32, more: &str, votes: u64) -> String {
    format!(
        r#"{{"title":"{year} Ruritanian election","country":"Ruritania","year":{year}{more},"contests":[{{"contenders":[{{"party":{{"name":"Unity"}},"tallies":[{{"round":1,"votes":{votes}}}]}}]}}]}}"#
    )
}

fn kinds(elections: &[ElectionChange]) -> BTreeMap<&str, Vec<Kind>> {
    elections.iter().map(|election| (election.address.as_str(), election.kinds())).collect()
}

#[test]
fn each_source_is_compared_with_itself() {
    let trial = Trial::new();
    let report = trial.import("commission", &[line(1901, "", 700), line(1905, "", 800)]);
    assert_eq!(trial.last(&report).len(), 2);
    assert_eq!((report.changes.new, report.changes.elections), (2, 2));

    // Another source disagrees: it states the election too, and corrects nothing.
    let report = trial.import("newspaper", &[line(1901, "", 690)]);
    let elections = trial.last(&report);
    assert_eq!(kinds(&elections), BTreeMap::from([("ruritania/1901", vec![Kind::NewSource])]));
    assert_eq!(elections[0].changes[0].source.as_deref(), Some("newspaper"));

    // The first source corrects itself.
    let report = trial.import("commission", &[line(1901, "", 710), line(1905, "", 799)]);
    let elections = trial.last(&report);
    let corrections: Vec<_> =
        elections.iter().flat_map(|election| &election.changes[0].corrections).collect();
    let deltas: Vec<_> = corrections.iter().map(|one| (one.change.delta, one.fell)).collect();
    let expected = [(Some(Delta::Count(10)), false), (Some(Delta::Count(-1)), true)];
    assert_eq!(deltas, expected);
    assert_eq!(elections[0].changes[0].before_version, Some(1));
    assert!(elections[1].has_fall() && !elections[0].has_fall());

    // Over both imports, by source.
    let options =
        ChangeOptions::default().from(ArchiveState::Import(1)).source("newspaper".to_owned());
    assert_eq!(trial.find(&options).0.new_source, 1);
    assert_eq!(trial.find(&options).0.elections, 1);
    let options = options.source("commission".to_owned());
    assert_eq!((trial.find(&options).0.corrected, trial.find(&options).0.elections), (2, 2));
}

#[test]
fn a_change_that_was_undone_is_no_change() {
    let trial = Trial::new();
    let both = [line(1901, "", 700), line(1905, "", 800)];
    trial.import("commission", &both);
    let report = trial.import("commission", &[line(1901, "", 650), line(1909, "", 5)]);
    let changed = trial.last(&report);
    let expected = BTreeMap::from([
        ("ruritania/1901", vec![Kind::Corrected]),
        ("ruritania/1905", vec![Kind::Missing]),
        ("ruritania/1909", vec![Kind::New]),
    ]);
    assert_eq!(kinds(&changed), expected);
    let report = trial.import("commission", &both);
    let expected = BTreeMap::from([
        ("ruritania/1901", vec![Kind::Corrected]),
        ("ruritania/1905", vec![Kind::Returned]),
        ("ruritania/1909", vec![Kind::Missing]),
    ]);
    assert_eq!(kinds(&trial.last(&report)), expected);
    assert_eq!(trial.between(1, 3), (ChangeCounts::default(), Vec::new()));
    // The states before remain as they were.
    assert_eq!(trial.between(1, 2).1.len(), 3);
}

#[test]
fn texts_and_links_to_renamed_elections_are_minor() {
    let trial = Trial::new();
    let second = "b,1905 Ruritanian election,Ruritania,1905-03-01,a,Unity,800";
    let first = "a,1901 Ruritanian election,Ruritania,1901-03-01,,Unity,700";
    trial.import_table(&[first, second]);
    let renamed = "a,First Ruritanian election,Ruritania,1901-03-01,,Unity,700";
    let report = trial.import_table(&[renamed, second]);
    let changed = trial.last(&report);
    let expected = BTreeMap::from([
        ("ruritania/1901", vec![Kind::Renamed]),
        ("ruritania/1905", vec![Kind::LinksRenamed]),
    ]);
    assert_eq!(kinds(&changed), expected);
    let title = changed[0].changes[0].title.as_ref().unwrap();
    assert_eq!(title.before, "1901 Ruritanian election");
    assert_eq!(title.after, "First Ruritanian election");
    assert_eq!((report.changes.elections, report.changes.links_renamed), (1, 1));
    let options = ChangeOptions::default();
    assert_eq!(trial.find(&options).1.len(), 1, "minor changes are listed on request");
}

#[test]
fn a_text_with_the_same_record_is_a_minor_change() {
    let trial = Trial::new();
    trial.import("commission", &[line(1901, "", 700)]);
    let report = trial.import("commission", &[line(1901, " ", 700)]);
    assert_eq!(kinds(&trial.last(&report))["ruritania/1901"], [Kind::SameRecord]);
    assert_eq!((report.changes.elections, report.changes.same_record), (0, 1));
    assert!(trial.find(&ChangeOptions::default()).1.is_empty());
}

#[test]
fn changes_by_users_are_reported_as_such() {
    let trial = Trial::new();
    trial.import("commission", &[line(1901, "", 700), line(1905, "", 800), line(1909, "", 9)]);
    trial.import("commission", &[line(1901, "", 710), line(1905, "", 800), line(1909, "", 9)]);
    let archive = &trial.archive;
    archive.remove("ruritania/1905", None).unwrap();
    let (_, changed) = trial.between(2, 3);
    assert_eq!(changed[0].kinds(), [Kind::Removed]);
    assert_eq!(changed[0].changes[0].source, None);
    archive.revert("1905 Ruritanian election@1", None).unwrap();
    assert_eq!(trial.between(3, 4).1[0].kinds(), [Kind::Restored]);
    assert_eq!(trial.between(2, 4).0.elections, 0);
    archive.revert("ruritania/1901@1", None).unwrap();
    let (_, changed) = trial.between(4, 5);
    assert_eq!(changed[0].kinds(), [Kind::Reverted]);
    assert_eq!(changed[0].changes[0].corrections[0].change.delta, Some(Delta::Count(-10)));
    archive.add_alias("ruritania/1905", "1909 Ruritanian election", None).unwrap();
    let (counts, changed) = trial.between(5, 6);
    assert_eq!((counts.merged, counts.elections), (1, 1));
    assert_eq!(changed[0].changes[0].merged, ["1909 Ruritanian election"]);
    // Before they were merged, nothing was.
    assert_eq!(trial.between(2, 5).0.merged, 0);
    archive.rebuild(|_| ()).unwrap();
    assert_eq!(trial.between(5, 6), (counts, changed));
}

#[test]
fn a_party_with_the_same_figures_under_another_name_is_suggested() {
    let trial = Trial::new();
    trial.import_table(&["7,1901 vote,Ruritania,1901-05-03,,Whigs,700"]);
    trial.import_table(&["7,1901 vote,Ruritania,1901-05-03,,Liberals,700"]);
    let (_, changed) = trial.between(1, 2);
    let change = &changed[0].changes[0];
    let kinds: Vec<_> = change.corrections.iter().map(|one| one.change.kind).collect();
    assert_eq!(kinds, [ChangeKind::Left, ChangeKind::Entered]);
    let suggestion = &change.name_suggestions[0];
    assert_eq!((&*suggestion.before, &*suggestion.after), ("Whigs", "Liberals"));
    assert_eq!(suggestion.reason, SuggestionReason::EqualFigures);
}

#[test]
fn a_split_is_a_change_of_both_elections() {
    let trial = Trial::new();
    trial.import("commission", &[line(1901, "", 700), line(1905, "", 800)]);
    let archive = &trial.archive;
    let first = "title:1901 Ruritanian election";
    let second = "title:1905 Ruritanian election";
    archive.merge(first, second, None).unwrap();
    archive.split("ruritania/1901@2", None).unwrap();
    let (counts, changed) = trial.between(2, 3);
    assert_eq!((counts.split, counts.elections), (2, 2));
    let split = |change: &ElectionChange| {
        assert_eq!((change.kinds(), &change.changes[0].source), (vec![Kind::Split], &None));
        (change.title.clone(), change.changes[0].split.clone())
    };
    let titles = ["1901 Ruritanian election", "1905 Ruritanian election"].map(str::to_owned);
    let [one, other] = titles;
    assert_eq!(
        changed.iter().map(split).collect::<Vec<_>>(),
        [(one.clone(), vec![other.clone()]), (other, vec![one])]
    );
    // Merged and split in one range is no change, and neither is split and merged again.
    assert_eq!(trial.between(1, 3).0.elections, 0);
    archive.merge(first, second, None).unwrap();
    assert_eq!(trial.between(2, 4).0.elections, 0);
    assert_eq!(trial.between(1, 4).0.merged, 1);
    assert_eq!(trial.between(3, 4).0.merged, 1);
    assert_eq!(trial.between(2, 3).0.split, 1);
    archive.split("ruritania/1901@2", None).unwrap();
    assert_eq!(trial.between(4, 5).0.split, 2);
    assert_eq!(trial.between(2, 5).0.split, 2);
    archive.rebuild(|_| ()).unwrap();
    assert_eq!(trial.between(2, 3), (counts, changed));
}

#[test]
fn an_election_that_moved_is_found_in_both_territories() {
    let trial = Trial::new();
    trial.import_table(&["a,1901 election,Ruritania,1901-03-01,,Unity,700"]);
    let report = trial.import_table(&["a,1901 election,Northmarch,1902-03-01,,Unity,700"]);
    assert_eq!(report.changes.moved, 1);
    for country in ["ruritania", "northmarch"] {
        let (_, changed) = trial.find(&ChangeOptions::default().country(country.to_owned()));
        assert_eq!(kinds(&changed), BTreeMap::from([("northmarch/1902", vec![Kind::Moved])]));
    }
    let snapshot = trial.archive.snapshot();
    assert!(changes(&snapshot, &ChangeOptions::default().country("norway".to_owned())).is_ok());
    assert!(changes(&snapshot, &ChangeOptions::default().country("nowhere".to_owned())).is_err());
    assert!(changes(&snapshot, &ChangeOptions::default().from(ArchiveState::Import(3))).is_err());
    let reversed = ChangeOptions::default();
    let reversed = reversed.from(ArchiveState::Import(2)).to(ArchiveState::Import(1));
    assert!(changes(&snapshot, &reversed).is_err());
}

/// A dry run counts as the import does.
#[test]
fn a_dry_run_reports_the_same_counts() {
    let trial = Trial::new();
    trial.import("commission", &[line(1901, "", 700), line(1905, "", 800)]);
    let options = ImportOptions::default().source(Source::new("commission").unwrap());
    let text = [line(1901, "", 650), line(1909, "", 5)].join("\n");
    let path = trial.write("commission.jsonl", &text);
    let import = |options: &ImportOptions| trial.archive.import_with([&path], options).unwrap();
    let dry = import(&options.clone().dry_run(true)).changes;
    assert_eq!(dry, import(&options).changes);
    assert_eq!((dry.new, dry.corrected, dry.missing), (1, 1, 1));
}

/// Copies the tables of ParlGov. `edit` returns the lines that replace a line of a table, whose
/// other bytes stay as they are.
fn edit_parlgov(release: &Path, target: &Path, edit: impl Fn(&str, &str) -> Vec<String>) {
    fs::create_dir_all(target).unwrap();
    for entry in fs::read_dir(release).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let lines: String = text.split_inclusive('\n').flat_map(|line| edit(name, line)).collect();
        fs::write(target.join(name), lines).unwrap();
    }
}

/// Returns the edited form of a line: dates, figures and a party are changed, an election is
/// dropped, and one is added.
fn edit_line(table: &str, line: &str) -> Vec<String> {
    let cells: Vec<&str> = line.split(',').collect();
    let replaced = |from: &str, to: &str| {
        assert!(line.contains(from), "{line}");
        vec![line.replacen(from, to, 1)]
    };
    match (table, cells[0]) {
        ("election.csv", "605") => replaced(",1992-04-05,", ",1992-04-06,"),
        ("election.csv", "1118") => replaced(",2023-03-05,", ",2022-12-31,"),
        ("election.csv", "39") => replaced(",6583988,", ",6583900,"),
        ("election.csv", "1119") => Vec::new(),
        ("election.csv", "1123") => {
            let added = "99001,13,37,2023-11-22,,1,,160,3400000,2100000,2090000,,,,1083,,,,\n";
            vec![line.to_owned(), added.to_owned()]
        }
        ("election_result.csv", "2443") => {
            let added = "99001,99001,280,,37,23.5,491150,,,\n".to_owned();
            [replaced(",674650,", ",674651,"), vec![added]].concat()
        }
        ("election_result.csv", _) if cells.get(1) == Some(&"1119") => Vec::new(),
        ("view_party.csv", _) if cells.iter().rev().nth(1) == Some(&"1580") => {
            vec![line.replace(",Democratic Left,", ",Democratic Left of Ireland,")]
        }
        _ => vec![line.to_owned()],
    }
}

#[test]
fn the_changes_of_two_parlgov_releases_are_the_edits() {
    let Some(release) = shared_path("data/parlgov") else { return };
    let trial = Trial::new();
    let edited = tempfile::tempdir().unwrap();
    edit_parlgov(&release, edited.path(), edit_line);
    let mapping = Mapping::load("parlgov").unwrap();
    let options = ImportOptions::default().mapping(mapping);
    let import = |folder: &Path| trial.archive.import_with([folder], &options).unwrap();
    import(&release);
    let report = import(edited.path());
    let changed = trial.last(&report);
    let is_listed =
        |election: &&ElectionChange| election.kinds().iter().any(|kind| !kind.is_minor());
    let listed: Vec<ElectionChange> = changed.iter().filter(is_listed).cloned().collect();
    let party = vec![Kind::Corrected];
    let expected = BTreeMap::from([
        ("czech-republic/1992", vec![Kind::Corrected]),
        ("estonia/2022", vec![Kind::Renamed, Kind::Moved]),
        ("finland/2023", vec![Kind::Missing]),
        ("ireland/1992", vec![Kind::Corrected]),
        ("ireland/1994", party.clone()),
        ("ireland/1997", party.clone()),
        ("ireland/2023", vec![Kind::New]),
        ("italy/1992", vec![Kind::Renamed, Kind::Moved]),
    ]);
    assert_eq!(kinds(&listed), expected);
    // The link of the next election follows, and is not a correction.
    assert_eq!(report.changes.links_renamed, 1);
    let values: Vec<String> = listed.iter().flat_map(describe).collect();
    let expected = [
        "czech-republic/1992 cast: 6583988 → 6583900 fell",
        "estonia/2022 title: Estonia parliamentary election, 2023-03-05 → Estonia parliamentary election, 2022-12-31",
        "estonia/2022 year: 2023 → 2022",
        "estonia/2022 date: 2023-03-05 → 2022-12-31",
        "ireland/1992 votes: 674650 → 674651",
        "italy/1992 title: Italy parliamentary election, 1992-04-05 → Italy parliamentary election, 1992-04-06",
        "italy/1992 date: 1992-04-05 → 1992-04-06",
    ];
    let is_of_party =
        |value: &&String| value.contains("Democratic Left") || value.contains(" contender:");
    let (of_party, values): (Vec<_>, Vec<_>) = values.iter().partition(is_of_party);
    assert_eq!(values, expected.iter().collect::<Vec<_>>());
    assert!(!of_party.is_empty());

    // The first release again: the reverse.
    let report = import(&release);
    let reversed: Vec<ElectionChange> =
        trial.last(&report).iter().filter(is_listed).cloned().collect();
    let expected = BTreeMap::from([
        ("czech-republic/1992", vec![Kind::Corrected]),
        ("estonia/2023", vec![Kind::Renamed, Kind::Moved]),
        ("finland/2023", vec![Kind::Returned]),
        ("ireland/1992", vec![Kind::Corrected]),
        ("ireland/1994", party.clone()),
        ("ireland/1997", party),
        ("ireland/2023", vec![Kind::Missing]),
        ("italy/1992", vec![Kind::Renamed, Kind::Moved]),
    ]);
    assert_eq!(kinds(&reversed), expected);
    let values: Vec<String> = reversed.iter().flat_map(describe).collect();
    assert!(values.contains(&"czech-republic/1992 cast: 6583900 → 6583988".to_owned()));
    assert!(values.contains(&"italy/1992 date: 1992-04-06 → 1992-04-05".to_owned()));
    let (counts, elections) = trial.between(1, 3);
    assert_eq!((counts, elections), Default::default());
}

/// Returns each changed value of an election as a line.
fn describe(election: &ElectionChange) -> Vec<String> {
    let address = &election.address;
    let mut lines = Vec::new();
    for change in &election.changes {
        if let Some(title) = &change.title {
            lines.push(format!("{address} title: {} → {}", title.before, title.after));
        }
        for correction in &change.corrections {
            let value = |side: &Option<hustings::analysis::diff::ChangedValue>| {
                side.as_ref().map(|value| value.text.clone()).unwrap_or_default()
            };
            let (before, after) =
                (value(&correction.change.before), value(&correction.change.after));
            let fell = if correction.fell { " fell" } else { "" };
            lines.push(format!("{address} {}: {before} → {after}{fell}", correction.change.field));
        }
    }
    lines
}

/// Number of votes counted in a district at a tick of the live count: it grows in steps, and
/// sometimes falls and recovers.
fn counted(district: u64, tick: u64) -> u64 {
    let grown = 1_000 * district + 50 * ((district + tick) / 4);
    let is_recount = (district + 3 * tick).is_multiple_of(37);
    if is_recount { grown - 120 } else { grown }
}

#[test]
fn a_live_count_reports_what_moved_and_what_fell() {
    const DISTRICTS: u64 = 200;
    const TICKS: u64 = 60;
    let trial = Trial::new();
    let tick_rows = |tick: u64| -> Vec<String> {
        let row = |district| {
            let votes = counted(district, tick);
            format!("{district},District {district},Ruritania,1901-03-01,,Unity,{votes}")
        };
        (1..=DISTRICTS).map(row).collect()
    };
    let (mut falls, mut recoveries) = (0, 0);
    for tick in 1..=TICKS {
        let rows = tick_rows(tick);
        let report = trial.import_table(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        let changed = trial.last(&report);
        if tick == 1 {
            assert_eq!(report.changes.new, DISTRICTS);
            continue;
        }
        let movement = |district| {
            let by = counted(district, tick) as i64 - counted(district, tick - 1) as i64;
            (by != 0).then(|| (format!("District {district}"), by))
        };
        let expected: BTreeMap<String, i64> = (1..=DISTRICTS).filter_map(movement).collect();
        let moved = changed.iter().map(|election| {
            let [correction] = &election.changes[0].corrections[..] else { panic!("one figure") };
            let Some(Delta::Count(by)) = correction.change.delta else { panic!("a count") };
            assert_eq!(correction.fell, by < 0, "{}", election.title);
            (election.title.clone(), by)
        });
        assert_eq!(moved.collect::<BTreeMap<_, _>>(), expected, "tick {tick}");
        falls += expected.values().filter(|by| **by < 0).count();
        recoveries += expected.values().filter(|by| **by > 100).count();
    }
    assert!(falls > 100 && recoveries > 100, "{falls} fell and {recoveries} recovered");
    // Over the whole night, each district is compared once.
    let (counts, changed) = trial.between(1, TICKS);
    assert_eq!((counts.corrected, changed.len()), (DISTRICTS, DISTRICTS as usize));
    assert!(changed.iter().all(|election| election.changes[0].after_version > Some(2)));
}
