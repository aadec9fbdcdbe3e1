//! Tables in the layouts of real publishers: `fixtures/tables/publishers` has each with its mapping
//! and the records that it gives. `docs/tables.md` explains each mapping.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use hustings::archive::{ImportOptions, ImportReport};
use hustings::model::{Election, RoundFigures, Tally};

use super::*;

/// Describes a record, one line a contest and a contender.
fn describe(election: &Election) -> String {
    let mut text = election.title.clone();
    for date in &election.dates {
        let _ = write!(text, ", {date}");
    }
    text.push('\n');
    for contest in &election.contests {
        for round in &contest.rounds {
            let _ = writeln!(text, "  {}", describe_figures(round));
        }
        for contender in &contest.contenders {
            let _ = write!(text, "  {}", contender_name(contender));
            let party = contender.party.iter().filter(|_| !contender.people.is_empty());
            party.for_each(|party| text.push_str(&format!(" ({})", party.name)));
            contender.tallies.iter().for_each(|tally| text.push_str(&describe_tally(tally)));
            let seats = contender.seats.map(|seats| format!(", {seats} seats"));
            text.push_str(&seats.unwrap_or_default());
            let details = contender.details.iter();
            details.for_each(|one| text.push_str(&format!(", {}: {}", one.parameter, one.value)));
            contender.notes.iter().for_each(|note| text.push_str(&format!(", note: {note}")));
            let unopposed = contender.unopposed.iter();
            unopposed.for_each(|unopposed| text.push_str(&format!(", unopposed: {unopposed}")));
            text.push('\n');
        }
        for option in &contest.options {
            let _ = write!(text, "  option {}", option.name);
            option.tallies.iter().for_each(|tally| text.push_str(&describe_tally(tally)));
            text.push('\n');
        }
        assert!(contest.unparsed.is_empty(), "{:?}", contest.unparsed);
    }
    text
}

fn describe_figures(round: &RoundFigures) -> String {
    let counts = [
        ("registered", round.registered),
        ("cast", round.cast),
        ("valid", round.valid),
        ("invalid", round.invalid),
        ("blank", round.blank),
    ];
    let counts = counts.into_iter().filter_map(|(name, count)| Some(format!("{name} {}", count?)));
    let shares = [("turnout", round.turnout), ("counted", round.counted)];
    let shares =
        shares.into_iter().filter_map(|(name, share)| Some(format!("{name} {} %", share?)));
    let figures: Vec<String> = counts.chain(shares).collect();
    format!("round {}: {}", round.number.unwrap_or(0), figures.join(", "))
}

fn describe_tally(tally: &Tally) -> String {
    let votes = tally.votes.map(|votes| format!(" {votes}")).unwrap_or_default();
    let share = tally.share.map(|share| format!(" {share} %")).unwrap_or_default();
    let round = tally.round.filter(|round| *round > 1);
    let round = round.map(|round| format!(" in round {round}")).unwrap_or_default();
    format!(":{votes}{share}{round}")
}

fn describe_report(report: &ImportReport) -> String {
    let errors = report.errors.lines().map(|line| format!("error: {}\n", without_folder(&line)));
    let warnings =
        report.warnings.lines().map(|line| format!("warning: {}\n", without_folder(&line)));
    let notes = report.notes.iter().map(|line| format!("note: {}\n", without_folder(line)));
    errors.chain(warnings).chain(notes).collect()
}

#[test]
fn tables_of_publishers_are_read_completely() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tables/publishers");
    let mut files: Vec<PathBuf> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let documentation = fs::read_to_string("docs/tables.md").unwrap();
    let tables = files
        .iter()
        .filter(|file| file.extension().is_some_and(|ending| ending == "csv" || ending == "tsv"));
    let mut wrong = Vec::new();
    for table in tables {
        let mapping_file = table.with_extension("toml");
        let mapping = Mapping::load(&mapping_file.to_string_lossy()).unwrap();
        let temporary = tempfile::tempdir().unwrap();
        let archive = hustings::Archive::create(temporary.path().join("archive")).unwrap();
        let options = ImportOptions::default().mapping(Some(mapping));
        let report = archive.import_with(std::slice::from_ref(table), &options).unwrap();
        let mut found = describe_report(&report);
        for record in archive.list(&Default::default()).unwrap() {
            found.push_str(&describe(&record.election));
            let source = archive.source(&record.address).unwrap();
            let read = parse(Format::detect("", &source), &source).unwrap();
            assert_eq!(read, *record.election, "{source}");
        }
        let expected_file = table.with_extension("expect");
        if std::env::var_os("HUSTINGS_BLESS").is_some() {
            fs::write(&expected_file, &found).unwrap();
        }
        let expected = fs::read_to_string(&expected_file).unwrap_or_default();
        if expected != found {
            wrong.push(format!("{}:\n{found}", table.display()));
        }
        let text = fs::read_to_string(&mapping_file).unwrap();
        assert!(documentation.contains(&text), "docs/tables.md lacks {}", mapping_file.display());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
