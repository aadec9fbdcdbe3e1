//! What a check found: findings, how many there are of each kind, what follows from the figures, and which editions
//! agree.

use std::io;

use serde_json::json;

use super::report::or_empty;
use super::{Block, Report, Table};
use crate::check::{Agreement, Count, Derived, Finding, Severity};
use crate::export::to_json;
use crate::model::count;

/// All that a check has to say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Audit {
    /// The findings.
    pub findings: Vec<Finding>,
    /// What follows from the figures.
    pub derived: Vec<Derived>,
    /// Which figures of several versions agree with which.
    pub agreements: Vec<Agreement>,
}

/// How wide the columns are in which sentences stand.
const FIELD: usize = 28;
const SENTENCE: usize = 66;

/// Findings, a row each, under their elections. With `verbose`, also what follows from the figures, and which editions
/// agree; JSON is then an object of three lists, and CSV says in its first column what a row is. With `summed`, people are told how many findings there are.
///
/// # Errors
/// When a finding has no JSON form.
pub fn audit(audit: &Audit, verbose: bool, summed: bool) -> io::Result<Report> {
    let mut blocks = findings(&audit.findings);
    if summed {
        let note = summary(&audit.findings);
        blocks.push(Block { note, ..Block::default() });
    }
    let mut json = to_json(&audit.findings)?;
    if verbose {
        blocks.extend(derived(&audit.derived));
        blocks.extend(agreements(&audit.agreements));
        json = json!({
            "findings": json,
            "derived": to_json(&audit.derived)?,
            "agreements": to_json(&audit.agreements)?,
        });
    }
    Ok(Report { blocks, rows: Some(rows(audit, verbose)?), json })
}

/// For spreadsheets: findings, and with `verbose` in the same columns all else. A derived value, and one of several
/// versions, is what is said.
fn rows(audit: &Audit, verbose: bool) -> io::Result<Table> {
    let columns =
        ["what", "severity", "kind", "address", "place", "said", "expected", "arithmetic"];
    let mut rows = Table::new(&columns[usize::from(!verbose)..]);
    let mut push = |what: &str, cells: [String; 7]| {
        let what = verbose.then(|| what.to_owned());
        rows.rows.push(what.into_iter().chain(cells).collect());
    };
    for finding in &audit.findings {
        push(
            "finding",
            [
                finding.severity.to_string(),
                finding.kind.to_string(),
                finding.address.clone(),
                finding.place.clone(),
                finding.said.clone(),
                finding.expected.clone(),
                or_empty(finding.arithmetic.as_ref()),
            ],
        );
    }
    let none = String::new;
    for fact in audit.derived.iter().filter(|_| verbose) {
        let kind = or_empty(to_json(&fact.fact)?.as_str());
        let (address, place) = (fact.address.clone(), fact.place.clone());
        push("derived", [none(), kind, address, place, with_unit(fact), none(), reason(fact)]);
    }
    for one in audit.agreements.iter().filter(|_| verbose) {
        let (address, place, value) = (one.address.clone(), one.place.clone(), one.value.clone());
        push("agreement", [none(), none(), address, place, value, none(), one.to_string()]);
    }
    Ok(rows)
}

fn with_unit(fact: &Derived) -> String {
    match fact.unit.as_str() {
        "" | "people" => fact.value.clone(),
        unit => format!("{} {unit}", fact.value),
    }
}

/// The arithmetic, and the sentence that it rests on.
fn reason(fact: &Derived) -> String {
    let prose = fact.prose.as_ref().map(|sentence| format!(": “{sentence}”"));
    format!("{}{}", fact.arithmetic, or_empty(prose))
}

/// How many findings of each kind there are, a row each.
///
/// # Errors
/// When a count has no JSON form.
pub fn counts(counts: &[Count]) -> io::Result<Report> {
    let mut table = Table::new(&["severity", "kind", ">count"]);
    for counted in counts {
        let (severity, kind) = (counted.severity.to_string(), counted.kind.to_string());
        table.rows.push(vec![severity, kind, counted.count.to_string()]);
    }
    Report::of(counts, table)
}

/// A block for each election, in the order in which they come first.
fn grouped_by<T>(all: &[T], address: fn(&T) -> &str) -> Vec<(&str, Vec<&T>)> {
    let mut places = std::collections::HashMap::new();
    let mut groups: Vec<(&str, Vec<&T>)> = Vec::new();
    for one in all {
        let place = *places.entry(address(one)).or_insert_with(|| {
            groups.push((address(one), Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(one);
    }
    groups
}

fn block(heading: &str, table: Table) -> Block {
    Block { heading: heading.to_owned(), table, ..Block::default() }
}

fn findings(all: &[Finding]) -> Vec<Block> {
    let groups = grouped_by(all, |finding| &finding.address);
    let block = |(address, findings): (&str, Vec<&Finding>)| {
        let mut table = Table::new(&["severity", "kind", "place", "what"]);
        table.columns[2].wrap = Some(FIELD);
        table.columns[3].wrap = Some(SENTENCE);
        for finding in findings {
            let because = finding.arithmetic.as_ref().map(|text| format!(" ({text})"));
            table.rows.push(vec![
                finding.severity.to_string(),
                finding.kind.to_string(),
                finding.place.clone(),
                format!("{}; consistent: {}{}", finding.said, finding.expected, or_empty(because)),
            ]);
        }
        block(address, table)
    };
    groups.into_iter().map(block).collect()
}

fn summary(findings: &[Finding]) -> String {
    let of = |severity: Severity, noun: &str| {
        let number = findings.iter().filter(|finding| finding.severity == severity).count();
        (number > 0).then(|| count(number as u64, noun))
    };
    let counts = [
        of(Severity::Error, "error"),
        of(Severity::Warning, "warning"),
        of(Severity::Note, "note"),
    ];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") }
}

fn derived(all: &[Derived]) -> Vec<Block> {
    let groups = grouped_by(all, |fact| &fact.address);
    let block = |(address, facts): (&str, Vec<&Derived>)| {
        let mut table = Table::new(&["fact", "value", "arithmetic"]);
        table.columns[0].wrap = Some(FIELD);
        table.columns[2].wrap = Some(SENTENCE);
        for fact in facts {
            let rounds = fact.place.rsplit_once(", round ").filter(|(_, round)| *round != "1");
            let round = rounds.map(|(_, round)| format!(", round {round}"));
            let part = fact.place.rsplit_once(": ").map(|(part, _)| format!("{part}: "));
            let name = format!("{}{}{}", or_empty(part), fact.fact, or_empty(round));
            table.rows.push(vec![name, with_unit(fact), reason(fact)]);
        }
        block(&format!("{address}: what follows"), table)
    };
    groups.into_iter().map(block).collect()
}

fn agreements(all: &[Agreement]) -> Vec<Block> {
    let groups = grouped_by(all, |agreement| &agreement.address);
    let block = |(address, agreements): (&str, Vec<&Agreement>)| {
        let mut table = Table::new(&["place", "agrees"]);
        table.columns[0].wrap = Some(FIELD + 6);
        table.columns[1].wrap = Some(SENTENCE);
        let mut last = "";
        for agreement in agreements {
            let place = if last == agreement.place { "" } else { agreement.place.as_str() };
            last = &agreement.place;
            table.rows.push(vec![place.to_owned(), agreement.to_string()]);
        }
        block(&format!("{address}: its versions"), table)
    };
    groups.into_iter().map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_counts_by_severity() {
        assert_eq!(summary(&[]), "no findings");
    }
}
