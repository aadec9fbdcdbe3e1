//! Rules for rows: which rows are left out, and what the others are used for.

use super::mapping::{Conditions, Mapping, RowUse};
use super::rows::{Row, Table};
use crate::ParseError;
use crate::model::format_count;

/// Returns the use of a row: that of the first rule whose conditions hold. `None` if no rule
/// applies.
pub(super) fn row_use(mapping: &Mapping, table: &Table, row: &Row) -> Option<RowUse> {
    let rule = mapping.rows.iter().find(|rule| holds(mapping, table, row, &rule.when));
    rule.map(|rule| rule.r#use)
}

fn holds(mapping: &Mapping, table: &Table, row: &Row, conditions: &Conditions) -> bool {
    conditions.iter().all(|(column, condition)| {
        // A row of the wrong length may lack the cell.
        let text = table.cell(row, column).unwrap_or_default();
        condition.holds(text, text.is_empty() || mapping.is_null(text))
    })
}

/// Removes the rows that a rule leaves out, with the errors of those of the wrong length, and adds a
/// note with their number.
pub(super) fn drop_rows(mapping: &Mapping, table: &mut Table, errors: &mut Vec<ParseError>) {
    if mapping.rows.iter().all(|rule| rule.r#use != RowUse::Drop) {
        return;
    }
    let is_dropped = |table: &Table, row: &Row| row_use(mapping, table, row) == Some(RowUse::Drop);
    let rows = std::mem::take(&mut table.rows).into_iter();
    let (mut dropped, kept): (Vec<Row>, Vec<Row>) = rows.partition(|row| is_dropped(table, row));
    table.rows = kept;
    let ragged_rows = std::mem::take(&mut table.ragged_rows).into_iter();
    let (ragged, kept): (Vec<Row>, Vec<Row>) = ragged_rows.partition(|row| is_dropped(table, row));
    table.ragged_rows = kept;
    errors.retain(|error| {
        error.source != table.source || ragged.iter().all(|row| row.line != error.line)
    });
    dropped.extend(ragged);
    dropped.sort_by_key(|row| row.range.start);
    if let Some(first) = dropped.first() {
        let is_one = dropped.len() == 1;
        let rows = format_count(dropped.len() as u64, "row");
        let (verb, place) = if is_one { ("is", "it is") } else { ("are", "the first is") };
        let line = first.line;
        table
            .notes
            .push(format!("{rows} {verb} left out by a rule of [[rows]]; {place} on line {line}"));
    }
}
