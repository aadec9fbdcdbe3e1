//! Findings: which numbers do not add up, what the records say against each other, and what the journal says
//! against the store; and what follows from the numbers though nobody says it.

mod arithmetic;
mod change;
mod cycle;
mod derived;
mod doubt;
mod editions;
mod figure;
mod finding;
mod holder;
mod known;
mod links;
mod prose;
mod range;
mod results;
mod seats;
mod topic;
mod whole;
mod year;

pub use derived::{Derived, Fact, derived, wants_prose};
pub use editions::{Agreement, Beside, editions};
pub use finding::{Count, Finding, Severity, Topic, by_kind};

use std::borrow::Cow;
use std::sync::Arc;

use cycle::Cycles;
use finding::Wrong;
use known::Known;
use links::Links;

use crate::Result;
use crate::archive::{Archive, Filter, Record};
use crate::diff::contest_name;
use crate::model::{Contest, Election};

/// Checks the numbers of each record, what the records say of each other, the boxes of a page against its tables
/// of results, and the store against the journal.
///
/// ```
/// use hustings::archive::Archive;
/// use hustings::check::check;
/// let folder = std::env::temp_dir().join("hustings-example-check");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// assert!(check(&archive)?.is_empty());
/// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
///
/// # Errors
/// When the archive cannot be read. What it says wrongly is a finding, never an error.
pub fn check(archive: &Archive) -> Result<Vec<Finding>> {
    let snapshot = archive.snapshot().passing();
    let records = snapshot.records(&Filter::default())?.map(|record| record.map(Cow::Owned));
    let mut findings = of_records(&Known::new(&snapshot, None), records)?;
    findings.extend(snapshot.unlike_journal()?.into_iter().map(|(title, said)| {
        let expected = "what the journal says; 'rebuild' makes it so".to_owned();
        let wrong = Wrong::new(Topic::Store, "store", said, expected);
        Wrong { severity: Severity::Error, ..wrong }.of(&title)
    }));
    findings.sort_by_key(|finding| finding.severity);
    Ok(findings)
}

/// Checks some records, also against those that they name; not the store against the journal.
///
/// ```
/// use hustings::archive::{Archive, ImportOptions};
/// use hustings::check::{Topic, by_kind, check_of};
/// # let folder = std::env::temp_dir().join("hustings-example-check-of");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// archive.import(&["fixtures/articles".into()], &ImportOptions::default())?;
/// let record = archive.get(&"kyrgyzstan/2017".parse()?)?;
/// let findings = check_of(&archive, &[record])?;
/// // The elections before and after are not in the archive.
/// assert_eq!(by_kind(&findings)[0].kind, Topic::LinkMissing);
/// assert_eq!(by_kind(&findings)[0].count, 2);
/// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
///
/// # Errors
/// When the archive cannot be read.
pub fn check_of(archive: &Archive, records: &[Record]) -> Result<Vec<Finding>> {
    let snapshot = archive.snapshot();
    let known = Known::new(&snapshot, Some(records));
    let mut findings = of_records(&known, records.iter().map(Cow::Borrowed).map(Ok))?;
    findings.sort_by_key(|finding| finding.severity);
    Ok(findings)
}

fn of_records<'r>(
    known: &Known<'_>,
    records: impl Iterator<Item = Result<Cow<'r, Record>>>,
) -> Result<Vec<Finding>> {
    let (mut findings, mut cycles) = (Vec::new(), Cycles::default());
    let mut links = Links::new(known);
    for record in records {
        let record = record?;
        let listing = Arc::new(record.listing());
        known.keep(&record, &listing);
        links.check(&record)?;
        cycles.add(known, &listing)?;
        let mut wrong = arithmetic::check(&record);
        wrong.extend(results::check(&record));
        wrong.extend(year::check(&record.election));
        wrong.extend(along_the_chain(known, &record)?);
        findings.extend(wrong.into_iter().map(|wrong| wrong.of(&record.address)));
    }
    findings.extend(links.findings());
    findings.extend(cycles.findings(known)?);
    Ok(findings)
}

/// What is said of the election before, and of who had the office.
fn along_the_chain(known: &Known<'_>, record: &Record) -> Result<Vec<Wrong>> {
    let mut wrong = Vec::new();
    let election = &record.election;
    for contest in &election.contests {
        let part = part(election, contest);
        let mut told: Vec<Wrong> = holder::check(contest, election).into_iter().collect();
        if change::is_stated(contest) || contest.before.is_some() {
            let before = known.before(record, contest)?;
            told.extend(change::check(contest, election, before.as_deref()));
            let before = before.as_deref();
            told.extend(before.and_then(|before| holder::succession(contest, election, before)));
        }
        wrong.extend(told.into_iter().map(|wrong| wrong.within(&part)));
    }
    Ok(wrong)
}

/// What a contest is called, where its election has several.
fn part(election: &Election, contest: &Contest) -> String {
    if election.contests.len() < 2 {
        return String::new();
    }
    contest_name(contest)
}

/// The contests of an election and its tables of results, with what each is called.
fn parts_of(election: &Election) -> Vec<(String, &Contest)> {
    let contests = election.contests.iter().map(|contest| (part(election, contest), contest));
    let tables = election.results.iter().map(|table| {
        let name = table.name.as_ref().map(|name| format!(": {name}"));
        (format!("table of results{}", name.unwrap_or_default()), table)
    });
    contests.chain(tables).collect()
}

/// "66.65 + 32.51 = 99.16"; of many, the first and how many.
fn sum(parts: impl Iterator<Item = String>, whole: &str) -> String {
    const SHOWN: usize = 12;
    let parts: Vec<String> = parts.collect();
    let mut text = parts.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(" + ");
    if parts.len() > SHOWN {
        text += &format!(" + … ({} in all)", parts.len());
    }
    if parts.len() == 1 { text } else { format!("{text} = {whole}") }
}
