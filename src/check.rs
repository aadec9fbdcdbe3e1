//! Consistency checks of records, their links and the store, and facts derived from the stated
//! figures.

mod arithmetic;
mod change;
mod contest;
mod cycle;
pub(crate) mod derived;
mod doubt;
pub(crate) mod editions;
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

use std::borrow::Cow;
use std::sync::Arc;

use crate::Result;
use crate::archive::{Archive, Filter, Record};
use contest::contest_label;
use cycle::LinkGraph;
pub use derived::{DerivedFact, FactKind, derived, needs_prose};
pub use editions::{ValueAgreement, VersionAgreement, editions};
use finding::FindingDraft;
pub use finding::{Finding, Rule, RuleCount, Severity, count_by_rule};
use known::LinkResolver;
use links::LinkChecker;

/// Checks the figures of each record, the records against each other, the infoboxes of a page
/// against its tables of results, and the store against the journal.
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
/// When the archive cannot be read. An inconsistency in the archive is a finding, never an error.
pub fn check(archive: &Archive) -> Result<Vec<Finding>> {
    let snapshot = archive.snapshot().passing();
    let records = snapshot.records(&Filter::default())?.map(|record| record.map(Cow::Owned));
    let mut findings = check_records(&LinkResolver::new(&snapshot, None), records)?;
    findings.extend(snapshot.unlike_journal()?.into_iter().map(|(title, said)| {
        let expected = "what the journal says; 'rebuild' makes it so".to_owned();
        let wrong = FindingDraft::new(Rule::Store, "store", said, expected);
        FindingDraft { severity: Severity::Error, ..wrong }.of(&title)
    }));
    findings.sort_by_key(|finding| finding.severity);
    Ok(findings)
}

/// Checks some records, also against the records that they link to. Does not compare the store with
/// the journal.
///
/// ```
/// use hustings::archive::{Archive, ImportOptions};
/// use hustings::check::{Rule, count_by_rule, check_of};
/// # let folder = std::env::temp_dir().join("hustings-example-check-of");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// archive.import(&["fixtures/articles".into()], &ImportOptions::default())?;
/// let record = archive.get(&"kyrgyzstan/2017".parse()?)?;
/// let findings = check_of(&archive, &[record])?;
/// // The elections before and after are not in the archive.
/// assert_eq!(count_by_rule(&findings)[0].kind, Rule::LinkMissing);
/// assert_eq!(count_by_rule(&findings)[0].count, 2);
/// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
///
/// # Errors
/// When the archive cannot be read.
pub fn check_of(archive: &Archive, records: &[Record]) -> Result<Vec<Finding>> {
    let snapshot = archive.snapshot();
    let known = LinkResolver::new(&snapshot, Some(records));
    let mut findings = check_records(&known, records.iter().map(Cow::Borrowed).map(Ok))?;
    findings.sort_by_key(|finding| finding.severity);
    Ok(findings)
}

fn check_records<'r>(
    known: &LinkResolver<'_>,
    records: impl Iterator<Item = Result<Cow<'r, Record>>>,
) -> Result<Vec<Finding>> {
    let (mut findings, mut cycles) = (Vec::new(), LinkGraph::default());
    let mut links = LinkChecker::new(known);
    for record in records {
        let record = record?;
        let listing = Arc::new(record.listing());
        known.keep(&record, &listing);
        links.check(&record)?;
        cycles.add(known, &listing)?;
        let mut wrong = arithmetic::check(&record);
        wrong.extend(results::check(&record));
        wrong.extend(year::check(&record.election));
        wrong.extend(check_chain(known, &record)?);
        findings.extend(wrong.into_iter().map(|wrong| wrong.of(&record.address)));
    }
    findings.extend(links.findings());
    findings.extend(cycles.findings(known)?);
    Ok(findings)
}

/// Checks a record against the previous election, and the holder of the office against the winner.
fn check_chain(known: &LinkResolver<'_>, record: &Record) -> Result<Vec<FindingDraft>> {
    let mut wrong = Vec::new();
    let election = &record.election;
    for contest in &election.contests {
        let part = contest_label(election, contest);
        let mut told: Vec<FindingDraft> = holder::check(contest, election).into_iter().collect();
        if change::states_changes(contest) || contest.before.is_some() {
            let before = known.before(record, contest)?;
            told.extend(change::check(contest, election, before.as_deref()));
            let before = before.as_deref();
            told.extend(
                before.and_then(|before| holder::check_succession(contest, election, before)),
            );
        }
        wrong.extend(told.into_iter().map(|wrong| wrong.within(&part)));
    }
    Ok(wrong)
}
