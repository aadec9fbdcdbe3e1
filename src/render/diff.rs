//! Renders differences: changed fields, matched contenders and their movements.

use std::io;

use serde_json::json;

use super::report::or_empty;
use super::text::one_line;
use super::{Block, Report, Table};
use crate::analysis::diff::{
    Change, ChangeBase, ChangeByBase, ChangeKind, Delta, Diff, IncumbentOutcome, OfficeChange,
    OfficeOutcome,
};
pub(crate) use crate::analysis::matching::MatchMethod;
use crate::export::to_json;
use crate::model::grouped;

/// Renders a difference, with a heading that names both sides.
///
/// # Errors
/// When a change cannot be serialised as JSON.
pub fn diff(heading: &str, diff: &Diff) -> io::Result<Report> {
    let (gaps, changes): (Vec<_>, Vec<_>) =
        diff.changes.iter().partition(|change| change.is_one_sided() && !is_not_compared(change));
    let mut notes: Vec<String> = Vec::new();
    match (changes.is_empty(), diff.contests) {
        (true, Some(0)) if diff.places.is_some() => {
            notes.extend(diff.places.as_ref().map(not_compared_note))
        }
        (true, Some(0)) => notes.push("nothing to compare: neither has such a contest".to_owned()),
        (true, _) => notes.push("no difference".to_owned()),
        _ => {}
    }
    notes.extend(diff.offices.iter().filter_map(describe_office));
    notes.extend(diff.alike.iter().map(|alike| {
        format!(
            "perhaps one and the same: {} / {} (--spelling takes them for one)",
            alike.before, alike.after
        )
    }));
    let changed = Block {
        heading: heading.to_owned(),
        table: table(&changes),
        headed: !changes.is_empty(),
        note: notes.iter().map(|note| one_line(note)).collect::<Vec<_>>().join("\n"),
    };
    let more = |heading: &str, table: Table| Block {
        heading: heading.to_owned(),
        table,
        headed: true,
        note: String::new(),
    };
    let blocks = vec![
        changed,
        more("not matched by name alone", matches(diff)),
        more("as the later record counts it", movements(diff)),
        more("stated on one side only", table(&gaps)),
    ];
    let blocks = blocks.into_iter().enumerate();
    let blocks = blocks.filter(|(at, block)| *at == 0 || !block.table.rows.is_empty());
    let json = json!({ "title": heading, "diff": to_json(diff)? });
    Ok(Report {
        blocks: blocks.map(|(_, block)| block).collect(),
        rows: Some(rows(heading, diff)),
        json,
    })
}

/// Returns whether both elections state a value that was not compared.
fn is_not_compared(change: &Change) -> bool {
    change.what == ChangeKind::NotCompared
}

/// Explains why nothing was compared: the elections are of different parts of a country.
pub(crate) fn not_compared_note([before, after]: &[String; 2]) -> String {
    format!(
        "not compared: by their titles, one is of {before} and the other of {after}; --across compares them"
    )
}

/// Describes whether the office is held or gained, and whether the incumbent returned.
fn describe_office(office: &OfficeOutcome) -> Option<String> {
    let outcome = office.outcome.as_ref().map(|outcome| match outcome {
        OfficeChange::Hold { party } => format!("hold: {party}"),
        OfficeChange::Gain { party, from } => format!("gain: {party}, from {from}"),
    });
    let incumbent = office.incumbent.as_ref().map(|incumbent| match incumbent {
        IncumbentOutcome::Returned { person } => format!("{person} returned"),
        IncumbentOutcome::Replaced { person, by, .. } => format!("{by} follows {person}"),
    });
    let said: Vec<String> = [outcome, incumbent].into_iter().flatten().collect();
    let contest = office.contest.as_ref().map(|contest| format!("{contest}: ")).unwrap_or_default();
    (!said.is_empty()).then(|| format!("{contest}{}", said.join("; ")))
}

/// Renders the matches and party splits that names alone would not have produced.
fn matches(diff: &Diff) -> Table {
    let mut table = Table::new(&["contest", "before", "after", "match", "sure", "why"]);
    for (column, width) in [(1, 32), (2, 32), (5, 40)] {
        table.columns[column].wrap = Some(width);
    }
    let plain = |by: MatchMethod| {
        matches!(by, MatchMethod::Whole | MatchMethod::Person | MatchMethod::Party)
    };
    for found in diff.matches.iter().filter(|found| !plain(found.by)) {
        table.rows.push(vec![
            or_empty(found.contest.as_ref()),
            found.before.join(" + "),
            found.after.join(" + "),
            serialised_name(&found.by),
            serialised_name(&found.sure),
            found.why.join("; "),
        ]);
    }
    for part in &diff.partings {
        table.rows.push(vec![
            or_empty(part.contest.as_ref()),
            part.from.clone(),
            part.to.clone(),
            serialised_name(&part.what),
            String::new(),
            part.why.join("; "),
        ]);
    }
    table
}

/// Returns the serialised name of a value, with spaces for underscores.
fn serialised_name<T: serde::Serialize>(value: &T) -> String {
    let json = serde_json::to_value(value).unwrap_or_default();
    json.as_str().unwrap_or_default().replace('_', " ")
}

/// Renders swings and seat changes on every base, if the later record states more than its results.
fn movements(diff: &Diff) -> Table {
    let mut table = Table::new(&[
        "contest",
        "contender",
        "±swing",
        "±stated",
        "fits",
        "±seats",
        "±recalled",
        "±just before",
        "±stated",
        "fits",
    ]);
    let points = |points: crate::model::Decimal| format!("{points:+}");
    let seats = |seats: i64| format!("{seats:+}");
    for movement in &diff.movements {
        let swing = movement.swing.as_ref().filter(|swing| swing.says_more());
        let won = movement.seats.as_ref().filter(|seats| seats.says_more());
        if swing.is_none() && won.is_none() {
            continue;
        }
        table.rows.push(vec![
            or_empty(movement.contest.as_ref()),
            movement.contender.clone(),
            or_empty(
                swing.and_then(|swing| swing.previous_election.or(swing.recalled)).map(points),
            ),
            or_empty(swing.and_then(|swing| swing.stated)),
            or_empty(swing.and_then(fitting_bases)),
            or_empty(won.and_then(|won| won.previous_election).map(seats)),
            or_empty(won.and_then(|won| won.recalled).map(seats)),
            or_empty(won.and_then(|won| won.just_before).map(seats)),
            or_empty(won.and_then(|won| won.stated)),
            or_empty(won.and_then(fitting_bases)),
        ]);
    }
    table
}

/// Returns the bases for which the stated change is right.
fn fitting_bases<T>(moved: &ChangeByBase<T>) -> Option<String> {
    moved.stated.as_ref()?;
    let none = moved.previous_election.is_none()
        && moved.recalled.is_none()
        && moved.just_before.is_none();
    if none {
        return None;
    }
    let name = |base: &ChangeBase| match base {
        ChangeBase::PreviousElection => "previous election",
        ChangeBase::Recalled => "as recalled",
        ChangeBase::JustBefore => "just before",
    };
    let fits: Vec<&str> = moved.fits.iter().map(name).collect();
    Some(if fits.is_empty() { "nothing".to_owned() } else { fits.join(", ") })
}
/// Renders the changes for a spreadsheet: exact values, always in the same columns.
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
    let mut table = Table::new(&["contest", "contender", "field", ">before", ">after", "±change"]);
    table.columns[1].wrap = Some(36);
    let mut last = (None, None);
    for change in changes {
        // Values that repeat those of the row above are left empty.
        let of = (change.contest.as_ref(), change.contender.as_ref());
        let contest = of.0.filter(|contest| last.0 != Some(*contest));
        let contender = of.1.filter(|_| last != of);
        last = of;
        table.rows.push(vec![
            or_empty(contest),
            or_empty(contender),
            if change.field == "contender" { String::new() } else { change.field.clone() },
            value(change, change.before.as_ref()),
            value(change, change.after.as_ref()),
            what(change),
        ]);
    }
    table
}

/// Formats a value. Counts have thousands separators, but years do not.
fn value(change: &Change, text: Option<&String>) -> String {
    let count = text.filter(|_| !change.field.contains("year")).and_then(|text| text.parse().ok());
    count.map_or_else(|| or_empty(text), grouped)
}

fn what(change: &Change) -> String {
    match (change.what, change.delta) {
        (ChangeKind::Changed, Some(Delta::Count(by))) => {
            format!("{}{}", if by < 0 { '-' } else { '+' }, grouped(by.unsigned_abs()))
        }
        (ChangeKind::Changed, Some(Delta::Points(by))) => format!("{by:+} points"),
        (ChangeKind::Changed, None) => String::new(),
        (other, _) => other.to_string(),
    }
}

/// Renders the number of changes, one row per difference.
///
/// # Errors
/// When the counts cannot be serialised as JSON.
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

/// Renders only the names of what changed.
///
/// # Errors
/// When the names cannot be serialised as JSON.
pub fn names(heading: &str, diff: &Diff) -> io::Result<Report> {
    let names = diff.names();
    let mut table = Table::new(&["changed"]);
    table.rows.extend(names.iter().map(|name| vec![or_empty(Some(name))]));
    let json = json!({ "title": heading, "names": names });
    Ok(Report { blocks: vec![Block { table, ..Block::default() }], rows: None, json })
}
