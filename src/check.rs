//! Consistency checks of records, their links and the store, and facts derived from the stated
//! figures.

mod area_sums;
mod arithmetic;
mod contest;
pub(crate) mod derived;
mod doubt;
mod duplicates;
mod figure;
mod finding;
mod holder;
mod infobox_and_table;
mod link_cycles;
mod links;
mod prose;
mod range;
mod resolve;
mod rule;
mod seats;
mod share_bounds;
mod stated_changes;
pub(crate) mod versions;
mod year;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use crate::Result;
use crate::archive::{Archive, ElectionId, Filter, Record};
use crate::model::slug;
use contest::contest_label;
pub use derived::{DerivedFact, FactKind, derived_facts, needs_prose};
use finding::FindingDraft;
pub use finding::{Finding, Rule, RuleCount, Severity, count_by_rule};
use link_cycles::LinkGraph;
use links::LinkChecker;
use resolve::LinkResolver;
pub use versions::{ValueAgreement, VersionAgreement, value_agreements};

/// Checks the figures of each record, the records against each other, the infoboxes of a page
/// against its tables of results, and the store against the journal.
///
/// ```
/// use hustings::archive::Archive;
/// use hustings::check::check;
/// # let folder = std::env::temp_dir().join("hustings-example-check");
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
    let snapshot = archive.snapshot().for_scan();
    let records = snapshot.records(&Filter::default())?.map(|record| record.map(Cow::Owned));
    let mut findings = check_records(&LinkResolver::new(&snapshot, None), records)?;
    findings.extend(duplicates::check(&snapshot, None, |_| true)?);
    findings.extend(snapshot.differences_from_journal()?.into_iter().map(|(title, stated)| {
        let expected = "what the journal says".to_owned();
        let draft = FindingDraft::new(Rule::Store, "store", stated, expected);
        FindingDraft { severity: Severity::Error, ..draft }.into_finding(&title)
    }));
    findings.sort_by_key(|finding| finding.severity);
    Ok(findings)
}

/// Checks some records, also against the records that they link to. Does not compare the store with
/// the journal.
///
/// ```
/// use hustings::Archive;
/// use hustings::check::{Rule, count_by_rule, check_elections};
/// # let folder = std::env::temp_dir().join("hustings-example-check-of");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// archive.import(["fixtures/articles"])?;
/// let record = archive.get("kyrgyzstan/2017")?;
/// let findings = check_elections(&archive, &[record])?;
/// // The elections before and after are not in the archive.
/// assert_eq!(count_by_rule(&findings)[0].rule, Rule::LinkMissing);
/// assert_eq!(count_by_rule(&findings)[0].count, 2);
/// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
///
/// # Errors
/// When the archive cannot be read.
pub fn check_elections(archive: &Archive, records: &[Record]) -> Result<Vec<Finding>> {
    let snapshot = archive.snapshot();
    let resolver = LinkResolver::new(&snapshot, Some(records));
    let mut findings = check_records(&resolver, records.iter().map(Cow::Borrowed).map(Ok))?;
    let checked: HashSet<ElectionId> = records.iter().map(|record| record.id).collect();
    let countries: BTreeSet<String> =
        records.iter().filter_map(|record| record.election.country.as_deref()).map(slug).collect();
    let mut pairs = HashSet::new();
    for country in countries.iter().filter(|country| !country.is_empty()) {
        let found = duplicates::check(&snapshot, Some(country), |pair| {
            checked.contains(&pair.first.id) || checked.contains(&pair.second.id)
        })?;
        // Two names of one territory have the same pairs.
        findings.extend(found.into_iter().filter(|pair| pairs.insert(pair.stated.clone())));
    }
    findings.sort_by_key(|finding| finding.severity);
    Ok(findings)
}

fn check_records<'r>(
    resolver: &LinkResolver<'_>,
    records: impl Iterator<Item = Result<Cow<'r, Record>>>,
) -> Result<Vec<Finding>> {
    let (mut findings, mut cycles) = (Vec::new(), LinkGraph::default());
    let mut links = LinkChecker::new(resolver);
    for record in records {
        let record = record?;
        let listing = Arc::new(record.listing());
        resolver.cache(&record, &listing);
        links.check(&record)?;
        cycles.add(resolver, &listing)?;
        let mut drafts = arithmetic::check(&record);
        drafts.extend(infobox_and_table::check(&record));
        drafts.extend(area_sums::check(resolver, &record)?);
        drafts.extend(year::check(&record.election));
        drafts.extend(check_chain(resolver, &record)?);
        findings.extend(drafts.into_iter().map(|draft| draft.into_finding(&record.address)));
    }
    findings.extend(links.findings());
    findings.extend(cycles.findings(resolver)?);
    Ok(findings)
}

/// Checks a record against the previous election, and the holder of the office against the winner.
fn check_chain(resolver: &LinkResolver<'_>, record: &Record) -> Result<Vec<FindingDraft>> {
    let mut drafts = Vec::new();
    let election = &record.election;
    for contest in &election.contests {
        let part = contest_label(election, contest);
        let mut contest_drafts: Vec<FindingDraft> =
            holder::check(contest, election).into_iter().collect();
        if stated_changes::states_changes(contest) || contest.before.is_some() {
            let before = resolver.previous(record, contest)?;
            contest_drafts.extend(stated_changes::check(contest, election, before.as_deref()));
            let before = before.as_deref();
            contest_drafts.extend(
                before.and_then(|before| holder::check_succession(contest, election, before)),
            );
        }
        drafts.extend(contest_drafts.into_iter().map(|draft| draft.in_part(&part)));
    }
    Ok(drafts)
}
