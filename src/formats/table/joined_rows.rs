//! The rows of joined tables that the rows of an election refer to.

use std::cell::RefCell;
use std::collections::HashSet;

use super::election_rows::ElectionRows;
use super::join::JoinedTable;
use super::mapping::{RecordArea, ValueSource};
use super::rows::Row;
use super::table_view::TableView;

/// Returns, for each joined table, the rows that `rows` refer to. Rows that only the linked
/// elections in `linked_rows` refer to are included if the title or the identifier uses
/// the join.
pub(super) fn needed_joins<'a>(
    view: &TableView<'a>,
    rows: &[&'a Row],
    linked_rows: &[&'a Row],
) -> Vec<JoinedTable<'a>> {
    let values = [view.mapping.election.title.as_ref(), view.mapping.source_id()];
    let link_needs = |name: &str| {
        let mut columns = values.into_iter().flatten().flat_map(ValueSource::columns);
        columns.any(|column| view.mapping.needs_join(column, name))
    };
    let joins = view.joins.iter().map(|joined| {
        let linked_rows = if link_needs(joined.name) { linked_rows } else { &[] };
        let mut seen = HashSet::new();
        let found = rows.iter().chain(linked_rows).filter_map(|row| {
            let (_, found) = view.joined_row(joined.name, row).ok().flatten()?;
            seen.insert(found.range.start).then_some(found)
        });
        JoinedTable::new(joined.name, joined.join, joined.table, found.collect())
    });
    joins.collect()
}

impl<'a> ElectionRows<'a> {
    /// Returns some of these rows as those of another record.
    pub(super) fn with_rows(&self, rows: &[&'a Row], area: Option<RecordArea>) -> Self {
        let view = TableView {
            mapping: self.view.mapping,
            table: self.view.table,
            joins: needed_joins(&self.view, rows, &[]),
            rows: rows.to_vec(),
            row_index: RefCell::default(),
        };
        let (ragged_rows, linked_rows) = Default::default();
        Self { view, ragged_rows, linked_rows, area, decided: self.decided.clone() }
    }
}
