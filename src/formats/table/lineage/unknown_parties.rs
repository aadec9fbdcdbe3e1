//! Contenders whose parties are missing from the table of parties.

use std::cell::RefCell;
use std::collections::HashSet;

use super::rows::{OpenedLineageTables, cell};
use crate::Warning;
use crate::formats::table::layout::Layout;
use crate::formats::table::mapping::Mapping;
use crate::formats::table::report::column_warning;
use crate::formats::table::rows::Table;
use crate::formats::table::table_view::TableView;

/// Returns a warning for each party that has contenders but is missing from the table of parties.
/// The warning is at the party's first row.
pub(super) fn unknown_party_warnings(
    mapping: &Mapping,
    opened: &OpenedLineageTables<'_>,
    source: &str,
    text: &str,
) -> Vec<Warning> {
    let detail =
        opened.tables.detail.as_ref().and_then(|detail| mapping.contender.details.get(detail));
    let value = detail.and_then(|value| Some((value, value.column()?.0)));
    let parties = opened.parties.as_ref().zip(opened.tables.parties.as_ref());
    let (Some((value, column)), Some((parties, columns))) = (value, parties) else {
        return Vec::new();
    };
    let layout = Layout { used_columns: &[column], ..Layout::of_mapping(mapping) };
    // Errors in the table itself are reported when its elections are parsed.
    let table = Table::read_or_empty(source, text, layout, &mut Vec::new());
    let Ok(mut table) = table else { return Vec::new() };
    if table.unpivot(mapping, &mut Vec::new()).is_err() {
        return Vec::new();
    }
    let ids = parties.rows.iter().map(|row| cell(parties, row, &columns.id));
    let mut known: HashSet<String> = ids.map(str::to_owned).collect();
    let view = TableView {
        mapping,
        table: &table,
        joins: Vec::new(),
        rows: Vec::new(),
        row_index: RefCell::default(),
    };
    let rows = table.rows.iter().filter_map(|row| {
        let id = view.text(value, row).ok().flatten()?;
        known.insert(id.clone()).then(|| {
            let message = format!(
                "'{id}' is not in '{}' of '{}', so nothing is known of what the party was",
                columns.id, parties.source
            );
            column_warning(&table, row, column, message)
        })
    });
    rows.collect()
}
