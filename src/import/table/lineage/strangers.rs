//! Contenders whose parties are in no table of parties.

use std::collections::HashSet;

use super::{Given, cell};
use crate::Warning;
use crate::import::table::layout::Layout;
use crate::import::table::mapping::Mapping;
use crate::import::table::report::warning;
use crate::import::table::rows::Table;

/// The parties of contenders that the table of parties does not have, each once.
pub(super) fn strangers(
    mapping: &Mapping,
    given: &Given<'_>,
    source: &str,
    text: &str,
) -> Vec<Warning> {
    let detail =
        given.tables.detail.as_ref().and_then(|detail| mapping.contender.details.get(detail));
    let column = detail.and_then(|value| value.column()).map(|(column, _)| column);
    let parties = given.parties.as_ref().zip(given.tables.parties.as_ref());
    let (Some(column), Some((parties, columns))) = (column, parties) else { return Vec::new() };
    let layout = Layout {
        wanted: &[column],
        delimiter: mapping.delimiter,
        header: mapping.header,
        ..Layout::default()
    };
    // What is wrong with the table itself was said when its elections were read.
    let table = Table::read_or_empty(source, text, layout, &mut Vec::new());
    let Ok(table) = table else { return Vec::new() };
    let ids = parties.rows.iter().map(|row| cell(parties, row, &columns.id));
    let mut known: HashSet<&str> = ids.collect();
    let rows = table.rows.iter().filter_map(|row| {
        let id = table.cell(row, column).filter(|id| !mapping.is_null(id))?;
        known.insert(id).then(|| {
            let message = format!(
                "'{id}' is not in '{}' of '{}', so nothing is known of what the party was",
                columns.id, parties.source
            );
            warning(&table, row, column, message)
        })
    });
    rows.collect()
}
