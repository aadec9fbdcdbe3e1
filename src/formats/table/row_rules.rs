//! Rules for rows: which rows are left out, and what the others are used for.

use super::mapping::{Conditions, Mapping, RowUse};
use super::rows::{Row, Table};
use crate::model::format_count;

/// Returns the use of a row: that of the first rule whose conditions hold. `None` if no rule
/// applies.
pub(super) fn row_use(mapping: &Mapping, table: &Table, row: &Row) -> Option<RowUse> {
    let rule = mapping.rows.iter().find(|rule| holds(mapping, table, row, &rule.when));
    rule.map(|rule| rule.r#use)
}

fn holds(mapping: &Mapping, table: &Table, row: &Row, conditions: &Conditions) -> bool {
    conditions.iter().all(|(column, condition)| {
        let text = table.cell(row, column);
        text.is_some_and(|text| condition.holds(text, text.is_empty() || mapping.is_null(text)))
    })
}

/// Removes the rows that a rule leaves out, and adds a note with their number.
pub(super) fn drop_rows(mapping: &Mapping, table: &mut Table) {
    if mapping.rows.iter().all(|rule| rule.r#use != RowUse::Drop) {
        return;
    }
    let (dropped, kept): (Vec<Row>, Vec<Row>) = std::mem::take(&mut table.rows)
        .into_iter()
        .partition(|row| row_use(mapping, table, row) == Some(RowUse::Drop));
    table.rows = kept;
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
