//! Renders differences: changed fields, matched contenders and their movements.

use std::io;

use serde_json::json;

use super::answer::SCHEMA_MEMBER;
use super::one_line::one_line;
use super::report::or_empty;
use super::{Answer, Block, ChangedNames, ComparisonList, Report, Table, Titled};
use crate::analysis::diff::{
    Change, ChangeBase, ChangeByBase, ChangeKind, ChangeValue, ChangedValue, Delta, Diff,
    IncumbentOutcome, MatchMethod, NameSuggestion, OfficeChange, OfficeOutcome, SuggestionReason,
};
use crate::model::group_digits;

/// Renders a difference, with a heading that names both sides.
///
/// # Errors
/// When a change cannot be serialised as JSON.
pub fn diff(heading: &str, diff: &Diff) -> io::Result<Report> {
    let (one_sided, changes): (Vec<_>, Vec<_>) =
        diff.changes.iter().partition(|change| change.is_one_sided() && !is_not_compared(change));
    let mut notes: Vec<String> = Vec::new();
    match (changes.is_empty(), diff.compared_contests) {
        (true, Some(0)) if diff.areas.is_some() => {
            notes.extend(diff.areas.as_ref().map(not_compared_note))
        }
        (true, Some(0)) => {
            notes.push("nothing to compare: neither election has such a contest".to_owned())
        }
        (true, _) => notes.push("no difference".to_owned()),
        _ => {}
    }
    notes.extend(diff.offices.iter().filter_map(describe_office));
    notes.extend(diff.name_suggestions.iter().map(describe_suggestion));
    let changed = Block {
        heading: heading.to_owned(),
        table: change_table(&changes),
        show_header: !changes.is_empty(),
        note: notes.iter().map(|note| one_line(note)).collect::<Vec<_>>().join("\n"),
    };
    let section = |heading: &str, table: Table| Block {
        heading: heading.to_owned(),
        table,
        show_header: true,
        note: String::new(),
    };
    let blocks = vec![
        changed,
        section("matched by more than names", match_table(diff)),
        section("changes as the later record states them", movement_table(diff)),
        section("stated on one side only", change_table(&one_sided)),
        section("areas", area_table(diff)),
    ];
    let blocks = blocks.into_iter().enumerate();
    let blocks = blocks.filter(|(at, block)| *at == 0 || !block.table.rows.is_empty());
    let blocks = blocks.map(|(_, block)| block).collect();
    let answer = Titled { title: heading.to_owned(), comparison: diff.clone() };
    Ok(Report {
        rows: Some(spreadsheet_table(heading, diff)),
        ..Report::from_blocks(&answer, blocks)?
    })
}

/// Describes two contenders that may be one.
pub(super) fn describe_suggestion(suggestion: &NameSuggestion) -> String {
    let NameSuggestion { before, after, reason, .. } = suggestion;
    match reason {
        SuggestionReason::EqualFigures => {
            format!("possibly renamed: {before} / {after}, with the same figures")
        }
        _ => format!("possibly the same: {before} / {after}"),
    }
}

/// Returns whether both elections state the value, but one does not state its round.
fn is_not_compared(change: &Change) -> bool {
    change.kind == ChangeKind::NotCompared
}

/// Explains why nothing was compared: the elections are of different parts of a country.
pub(crate) fn not_compared_note([before, after]: &[String; 2]) -> String {
    format!("not compared: one is of {before} and the other of {after}")
}

/// Describes whether the office is held or gained, and whether the incumbent returned.
fn describe_office(office: &OfficeOutcome) -> Option<String> {
    let outcome = office.outcome.as_ref().map(|outcome| match outcome {
        OfficeChange::Hold { party } => format!("hold: {party}"),
        OfficeChange::Gain { party, from } => format!("gain: {party}, from {from}"),
    });
    let incumbent = office.incumbent.as_ref().map(|incumbent| match incumbent {
        IncumbentOutcome::Returned { person } => format!("{person} returned"),
        IncumbentOutcome::Replaced { person, successor, .. } => {
            format!("{successor} follows {person}")
        }
    });
    let parts: Vec<String> = [outcome, incumbent].into_iter().flatten().collect();
    let contest = office.contest.as_ref().map(|contest| format!("{contest}: ")).unwrap_or_default();
    (!parts.is_empty()).then(|| format!("{contest}{}", parts.join("; ")))
}

/// Renders the matches and party splits that names alone would not have produced.
fn match_table(diff: &Diff) -> Table {
    let mut table = Table::new(&["contest", "before", "after", "match", "confidence", "evidence"]);
    for (column, width) in [(1, 32), (2, 32), (5, 40)] {
        table.columns[column].max_width = Some(width);
    }
    let is_by_name = |method: MatchMethod| {
        matches!(method, MatchMethod::Identical | MatchMethod::Person | MatchMethod::Party)
    };
    for found in diff.matches.iter().filter(|found| !is_by_name(found.method)) {
        table.rows.push(vec![
            or_empty(found.contest.as_ref()),
            found.before.join(" + "),
            found.after.join(" + "),
            serialised_name(&found.method),
            serialised_name(&found.confidence),
            found.evidence.join("; "),
        ]);
    }
    for split in &diff.party_splits {
        table.rows.push(vec![
            or_empty(split.contest.as_ref()),
            split.from.clone(),
            split.to.clone(),
            serialised_name(&split.kind),
            String::new(),
            split.evidence.join("; "),
        ]);
    }
    table
}

/// Returns the serialised name of a value, with spaces for underscores.
fn serialised_name<T: serde::Serialize>(value: &T) -> String {
    let json = serde_json::to_value(value).unwrap_or_default();
    json.as_str().unwrap_or_default().replace('_', " ")
}

/// Renders the swing and the seat change of each contender on every base. Omits contenders for whom
/// the later record states neither a change nor earlier figures.
fn movement_table(diff: &Diff) -> Table {
    let mut table = Table::new(&[
        "contest",
        "contender",
        "±swing",
        "±stated",
        "consistent with",
        "±seats",
        "±recalled",
        "±just before",
        "±stated",
        "consistent with",
    ]);
    let points = |points: crate::model::Decimal| format!("{points:+}");
    let seats = |seats: i64| format!("{seats:+}");
    for movement in &diff.movements {
        let swing = movement.swing.as_ref().filter(|swing| swing.has_stated_or_recalled());
        let won = movement.seats.as_ref().filter(|seats| seats.has_stated_or_recalled());
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

/// Returns the names of the bases with which the stated change is consistent, or "nothing". Returns
/// `None` if no change is stated or no base is known.
fn fitting_bases<T>(change: &ChangeByBase<T>) -> Option<String> {
    change.stated.as_ref()?;
    let has_no_base = change.previous_election.is_none()
        && change.recalled.is_none()
        && change.just_before.is_none();
    if has_no_base {
        return None;
    }
    let name = |base: &ChangeBase| match base {
        ChangeBase::PreviousElection => "previous election",
        ChangeBase::Recalled => "as recalled",
        ChangeBase::JustBefore => "just before",
    };
    let fits: Vec<&str> = change.consistent_bases.iter().map(name).collect();
    Some(if fits.is_empty() { "nothing".to_owned() } else { fits.join(", ") })
}

/// Renders the changes of areas.
fn area_table(diff: &Diff) -> Table {
    let mut table = Table::new(&["change", "…area", "level", "…before", "boundaries"]);
    for change in &diff.area_changes {
        table.rows.push(vec![
            change.kind.to_string(),
            change.path.join(", "),
            or_empty(change.level.clone()),
            change.former_path.join(", "),
            or_empty(
                change.boundaries.as_ref().map(|[before, after]| format!("{before} → {after}")),
            ),
        ]);
    }
    table
}

/// Renders the changes for a spreadsheet: exact values, always in the same columns.
fn spreadsheet_table(heading: &str, diff: &Diff) -> Table {
    let mut rows = Table::new(&[
        "elections",
        "contest",
        "contender",
        "field",
        "change",
        "before",
        "after",
        "difference",
    ]);
    for change in &diff.changes {
        let cells = change_cells(change);
        rows.rows.push([heading.to_owned()].into_iter().chain(cells).collect());
    }
    rows
}

/// Returns the cells of a change for a spreadsheet: contest, contender, field, kind, the exact
/// values before and after, and their difference.
pub(super) fn change_cells(change: &Change) -> [String; 7] {
    let difference = change.delta.map(|delta| match delta {
        Delta::Count(difference) => difference.to_string(),
        Delta::Points(difference) => difference.to_string(),
    });
    [
        or_empty(change.contest.as_ref()),
        or_empty(change.contender.as_ref()),
        change.field.clone(),
        change.kind.to_string(),
        or_empty(change.before.as_ref()),
        or_empty(change.after.as_ref()),
        or_empty(difference),
    ]
}

fn change_table(changes: &[&Change]) -> Table {
    let mut table = Table::new(&["contest", "contender", "field", ">before", ">after", "±change"]);
    table.columns[1].max_width = Some(36);
    let mut last = (None, None);
    for change in changes {
        // Values that repeat those of the row above are left empty.
        let key = (change.contest.as_ref(), change.contender.as_ref());
        let contest = key.0.filter(|contest| last.0 != Some(*contest));
        let contender = key.1.filter(|_| last != key);
        last = key;
        table.rows.push(vec![
            or_empty(contest),
            or_empty(contender),
            if change.field == "contender" { String::new() } else { change.field.clone() },
            format_change_value(change, change.before.as_ref()),
            format_change_value(change, change.after.as_ref()),
            describe_change(change),
        ]);
    }
    table
}

/// Formats a value. Counts have thousands separators, but years do not.
pub(super) fn format_change_value(change: &Change, value: Option<&ChangedValue>) -> String {
    let text = value.map(|value| &value.text);
    let is_count = matches!(
        value.map(|value| &value.value),
        Some(ChangeValue::Count(_) | ChangeValue::Number(_))
    );
    let count = text.filter(|_| is_count && !change.field.contains("year"));
    let count = count.and_then(|text| text.parse().ok());
    count.map_or_else(|| or_empty(text), group_digits)
}

pub(super) fn describe_change(change: &Change) -> String {
    match (change.kind, change.delta) {
        (ChangeKind::Changed, Some(Delta::Count(by))) => {
            format!("{}{}", if by < 0 { '-' } else { '+' }, group_digits(by.unsigned_abs()))
        }
        (ChangeKind::Changed, Some(Delta::Points(by))) => format!("{by:+} points"),
        (ChangeKind::Changed, None) => String::new(),
        (other, _) => other.to_string(),
    }
}

/// Renders the number of changes of each kind, in one row.
///
/// # Errors
/// When the counts cannot be serialised as JSON.
pub fn stat(heading: &str, diff: &Diff) -> io::Result<Report> {
    let stat = diff.stat();
    let mut table =
        Table::new(&["…difference", ">changed", ">precision", ">entered", ">left", ">one-sided"]);
    let counts = [stat.changed, stat.precision, stat.entered, stat.left, stat.one_sided];
    let row = std::iter::once(heading.to_owned()).chain(counts.iter().map(ToString::to_string));
    table.rows.push(row.collect());
    Report::from_answer(&Titled { title: heading.to_owned(), comparison: stat }, table)
}

/// Renders only the names of what changed.
///
/// # Errors
/// When the names cannot be serialised as JSON.
pub fn changed_names(heading: &str, diff: &Diff) -> io::Result<Report> {
    let names = diff.changed_names();
    let mut table = Table::new(&["changed"]);
    table.rows.extend(names.iter().map(|name| vec![or_empty(Some(name))]));
    let answer = Titled { title: heading.to_owned(), comparison: ChangedNames { names } };
    Report::from_blocks(&answer, vec![Block { table, ..Block::default() }])
}

/// Joins the reports of several comparisons. The JSON document of the result lists the documents of
/// the reports, without their schema identifiers.
#[must_use]
pub fn diffs(reports: Vec<Report>) -> Report {
    let (mut joined, mut documents) = (Report::default(), Vec::new());
    for mut report in reports {
        let mut document = report.json.take();
        if let Some(members) = document.as_object_mut() {
            members.shift_remove(SCHEMA_MEMBER);
        }
        documents.push(document);
        joined.extend(report);
    }
    let schema = ComparisonList::schema_identifier();
    let json = json!({ SCHEMA_MEMBER: schema, "diffs": documents });
    Report { json, json_rows: ComparisonList::ROWS, ..joined }
}
