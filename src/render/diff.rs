//! What changed, a row each.

use std::io;

use serde_json::json;

use super::report::or_empty;
use super::{Block, Report, Table};
use crate::diff::{Change, Delta, Diff, Outcome, What};
use crate::export::to_json;
use crate::model::grouped;

/// A difference, under a heading that names both sides.
///
/// # Errors
/// When a change has no JSON form.
pub fn diff(heading: &str, diff: &Diff) -> io::Result<Report> {
    let (gaps, changes): (Vec<_>, Vec<_>) =
        diff.changes.iter().partition(|change| change.is_one_sided());
    let note = match &diff.outcome {
        _ if changes.is_empty() => "no difference".to_owned(),
        Some(Outcome::Hold { party }) => format!("hold: {party}"),
        Some(Outcome::Gain { party, from }) => format!("gain: {party}, from {from}"),
        None => String::new(),
    };
    let block = Block {
        heading: heading.to_owned(),
        table: table(&changes),
        headed: !changes.is_empty(),
        note,
    };
    let stated = Block {
        heading: "stated on one side only".to_owned(),
        table: table(&gaps),
        headed: true,
        note: String::new(),
    };
    let blocks = if gaps.is_empty() { vec![block] } else { vec![block, stated] };
    let json = json!({ "title": heading, "diff": to_json(diff)? });
    Ok(Report { blocks, rows: Some(rows(heading, diff)), json })
}

/// The changes for a spreadsheet: every value as it is, with the same columns whatever changed.
fn rows(heading: &str, diff: &Diff) -> Table {
    let mut rows = Table::new(&[
        "elections",
        "contest",
        "contender",
        "field",
        "what",
        "before",
        "after",
        "difference",
    ]);
    for change in &diff.changes {
        let difference = change.delta.map(|delta| match delta {
            Delta::Count(by) => by.to_string(),
            Delta::Points(by) => by.to_string(),
        });
        let cell = |text: &Option<String>| text.clone().unwrap_or_default();
        rows.rows.push(vec![
            heading.to_owned(),
            cell(&change.contest),
            cell(&change.contender),
            change.field.clone(),
            change.what.to_string(),
            cell(&change.before),
            cell(&change.after),
            cell(&difference),
        ]);
    }
    rows
}

fn table(changes: &[&Change]) -> Table {
    let mut table = Table::new(&["contest", "contender", "field", ">before", ">after", ">change"]);
    for change in changes {
        table.rows.push(vec![
            change.contest.clone().unwrap_or_default(),
            change.contender.clone().unwrap_or_default(),
            if change.field == "contender" { String::new() } else { change.field.clone() },
            value(change, change.before.as_ref()),
            value(change, change.after.as_ref()),
            what(change),
        ]);
    }
    table
}

/// Counts are easier to read in groups of three digits; years are not counts.
fn value(change: &Change, text: Option<&String>) -> String {
    let count = text.filter(|_| !change.field.contains("year")).and_then(|text| text.parse().ok());
    count.map_or_else(|| or_empty(text), grouped)
}

fn what(change: &Change) -> String {
    match (change.what, change.delta) {
        (What::Changed, Some(Delta::Count(by))) => {
            format!("{}{}", if by < 0 { '-' } else { '+' }, grouped(by.unsigned_abs()))
        }
        (What::Changed, Some(Delta::Points(by))) => format!("{by:+} points"),
        (What::Changed, None) => String::new(),
        (other, _) => other.to_string(),
    }
}

/// How much changed, in one line a difference.
///
/// # Errors
/// When the counts have no JSON form.
pub fn stat(heading: &str, diff: &Diff) -> io::Result<Report> {
    let stat = diff.stat();
    let mut table =
        Table::new(&["difference", ">changed", ">precision", ">entered", ">left", ">one-sided"]);
    let counts = [stat.changed, stat.precision, stat.entered, stat.left, stat.one_sided];
    let row = std::iter::once(heading.to_owned()).chain(counts.iter().map(ToString::to_string));
    table.rows.push(row.collect());
    let json = json!({ "title": heading, "stat": to_json(&stat)? });
    let block = Block { table, headed: true, ..Block::default() };
    Ok(Report { blocks: vec![block], rows: None, json })
}

/// What changed, by name alone.
///
/// # Errors
/// When the names have no JSON form.
pub fn names(heading: &str, diff: &Diff) -> io::Result<Report> {
    let names = diff.names();
    let mut table = Table::new(&["changed"]);
    table.rows.extend(names.iter().map(|name| vec![or_empty(Some(name))]));
    let json = json!({ "title": heading, "names": names });
    Ok(Report { blocks: vec![Block { table, ..Block::default() }], rows: None, json })
}
