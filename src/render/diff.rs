//! What changed, a row each.

use std::io;

use serde_json::json;

use super::report::{grouped, or_empty};
use super::{Block, Report, Table};
use crate::diff::{Change, Delta, Diff, Outcome, What};
use crate::export::to_json;

/// A difference, under a heading that names both sides.
///
/// # Errors
/// When a change has no JSON form.
pub fn diff(heading: &str, diff: &Diff) -> io::Result<Report> {
    let mut table = Table::new(&["contest", "contender", "field", ">before", ">after", ">change"]);
    for change in &diff.changes {
        table.rows.push(vec![
            change.contest.clone().unwrap_or_default(),
            change.contender.clone().unwrap_or_default(),
            if change.field == "contender" { String::new() } else { change.field.clone() },
            value(change, change.before.as_ref()),
            value(change, change.after.as_ref()),
            what(change),
        ]);
    }
    let note = match &diff.outcome {
        _ if diff.changes.is_empty() => "no difference".to_owned(),
        Some(Outcome::Hold { party }) => format!("hold: {party}"),
        Some(Outcome::Gain { party, from }) => format!("gain: {party}, from {from}"),
        None => String::new(),
    };
    let block = Block {
        heading: heading.to_owned(),
        table: table.without_empty(),
        headed: !diff.is_empty(),
        note,
    };
    let json = json!({ "title": heading, "diff": to_json(diff)? });
    Ok(Report { blocks: vec![block], json })
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
        (What::Precision, _) => "precision only".to_owned(),
        (What::Added, _) => "added".to_owned(),
        (What::Removed, _) => "removed".to_owned(),
        (What::Entered, _) => "entered".to_owned(),
        (What::Left, _) => "left".to_owned(),
    }
}

/// How much changed, in one line a difference.
///
/// # Errors
/// When the counts have no JSON form.
pub fn stat(heading: &str, diff: &Diff) -> io::Result<Report> {
    let stat = diff.stat();
    let mut table = Table::new(&["difference", ">changed", ">precision", ">entered", ">left"]);
    let counts = [stat.changed, stat.precision, stat.entered, stat.left];
    let row = std::iter::once(heading.to_owned()).chain(counts.iter().map(ToString::to_string));
    table.rows.push(row.collect());
    let json = json!({ "title": heading, "stat": to_json(&stat)? });
    let block = Block { table, headed: true, ..Block::default() };
    Ok(Report { blocks: vec![block], json })
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
    Ok(Report { blocks: vec![Block { table, ..Block::default() }], json })
}
