//! Tables: content that cannot be read with certainty is refused or reported.

use std::fs;

use hustings::analysis::measure::{Measure, MeasureOptions};
use hustings::check::{Finding, check};
use hustings::formats::{Format, Mapping, parse};
use hustings::model::{Contender, Contest, OptionKind, UnparsedReason};

use super::import::{Case, case_folder};

/// Returns a mapping with a key and a title. `above` comes before the `[election]` section, and
/// `below` after it.
fn mapping(above: &str, below: &str) -> String {
    format!(
        "key = \"year\"\n{above}\n[election]\ntitle = {{ template = \"{{year}} Ruritanian election\" }}\n\
         country = {{ constant = \"Ruritania\" }}\ntype = {{ constant = \"parliamentary\" }}\n{below}"
    )
}

const PERSON: &str = "[contender]\nperson = \"who\"\nvotes = \"votes\"\n";
const PARTY: &str = "[contender]\nparty = \"party\"\nvotes = \"votes\"\n";

/// Imports `count.csv` with files beside it.
fn import(mapping: &str, files: &[(&str, &str)]) -> Case {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mapping.toml"), mapping).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    reparse(Case::import(folder.path()))
}

fn table(mapping: &str, text: &str) -> Case {
    import(mapping, &[("count.csv", text)])
}

/// Imports a case from `../shared/cases/tables`, if it is present.
fn shared(name: &str) -> Option<Case> {
    Some(reparse(Case::import(&case_folder(&format!("shared/tables/{name}"))?)))
}

/// Asserts that the stored text of each record parses to the same record, and returns the case.
fn reparse(case: Case) -> Case {
    for record in case.archive.list(&Default::default()).unwrap() {
        let source = case.archive.source(&record.address).unwrap();
        let read = parse(Format::detect("", &source), &source).unwrap();
        assert_eq!(read, *record.election, "{source}");
    }
    case
}

/// The errors and warnings of the imports, with file names in place of paths.
fn messages(case: &Case) -> Vec<String> {
    let reports = case.reports.iter();
    let told = reports.flat_map(|report| report.errors.lines().chain(report.warnings.lines()));
    told.map(|line| without_folder(&line)).collect()
}

fn notes(case: &Case) -> Vec<String> {
    case.reports.iter().flat_map(|report| &report.notes).map(|note| without_folder(note)).collect()
}

/// Removes the folder from the path at the beginning of a message.
fn without_folder(line: &str) -> String {
    let (place, rest) = line.split_once(": ").unwrap_or((line, ""));
    format!("{}: {rest}", place.rsplit('/').next().unwrap())
}

fn added_count(case: &Case) -> u64 {
    case.reports.iter().map(|report| report.added).sum()
}

fn contest(case: &Case) -> Contest {
    let records = case.archive.list(&Default::default()).unwrap();
    records[0].election.contests[0].clone()
}

fn contender_name(contender: &Contender) -> String {
    let mut names = contender.people.iter().chain(&contender.party);
    names.next().map(|name| name.name.clone()).unwrap_or_default()
}

/// The contenders and their votes.
fn votes(case: &Case) -> Vec<(String, Option<u64>)> {
    let votes = |contender: &Contender| contender.tallies.first().and_then(|tally| tally.votes);
    contest(case).contenders.iter().map(|one| (contender_name(one), votes(one))).collect()
}

fn expected_votes(votes: &[(&str, u64)]) -> Vec<(String, Option<u64>)> {
    votes.iter().map(|(name, votes)| ((*name).to_owned(), Some(*votes))).collect()
}

fn shares(case: &Case) -> Vec<String> {
    let tallies = contest(case).contenders.into_iter().flat_map(|contender| contender.tallies);
    tallies.map(|tally| tally.share.map(|share| share.to_string()).unwrap_or_default()).collect()
}

fn measure(case: &Case, measure: Measure) -> Option<String> {
    let value = measure.compute(&contest(case), &MeasureOptions::default())?;
    Some(format!("{:.2}", value.value))
}

fn finding_rules(case: &Case) -> Vec<String> {
    let found = check(&case.archive).unwrap();
    found.iter().map(|finding: &Finding| finding.rule.to_string()).collect()
}

#[path = "tables/dates.rs"]
mod dates;
#[path = "tables/joins.rs"]
mod joins;
#[path = "tables/layout.rs"]
mod layout;
#[path = "tables/mistakes.rs"]
mod mistakes;
#[path = "tables/numbers.rs"]
mod numbers;
#[path = "tables/publishers.rs"]
mod publishers;
#[path = "tables/rounds.rs"]
mod rounds;
#[path = "tables/rows.rs"]
mod rows;
#[path = "tables/shapes.rs"]
mod shapes;
#[path = "tables/texts.rs"]
mod texts;
#[path = "tables/unread.rs"]
mod unread;
