//! Contenders whose parties the table of parties lacks.

use std::collections::HashSet;

use super::rows::{LineageTexts, cell};
use crate::Warning;
use crate::formats::table::layout::Layout;
use crate::formats::table::mapping::{Mapping, ValueSettings};
use crate::formats::table::report::column_warning;
use crate::formats::table::rows::Table;

/// Returns a warning for each party of a contender that the table of parties lacks, at its first
/// row.
pub(super) fn strangers(
    mapping: &Mapping,
    given: &LineageTexts<'_>,
    source: &str,
    text: &str,
) -> Vec<Warning> {
    let detail =
        given.tables.detail.as_ref().and_then(|detail| mapping.contender.details.get(detail));
    let value = detail.and_then(|value| value.column());
    let parties = given.parties.as_ref().zip(given.tables.parties.as_ref());
    let (Some((column, settings)), Some((parties, columns))) = (value, parties) else {
        return Vec::new();
    };
    let layout = Layout {
        wanted: &[column],
        delimiter: mapping.delimiter,
        header: mapping.header,
        ..Layout::default()
    };
    // Errors in the table itself are reported when its elections are parsed.
    let table = Table::read_or_empty(source, text, layout, &mut Vec::new());
    let Ok(table) = table else { return Vec::new() };
    let ids = parties.rows.iter().map(|row| cell(parties, row, &columns.id));
    let mut known: HashSet<&str> = ids.collect();
    let rows = table.rows.iter().filter_map(|row| {
        let id = table.cell(row, column).filter(|id| !mapping.is_null(id))?;
        let applies = |settings: &ValueSettings| {
            settings.when.iter().all(|(column, text)| table.cell(row, column) == Some(text))
        };
        let id = match settings {
            Some(settings) if !applies(settings) => return None,
            Some(settings) => settings.values.get(id).map_or(id, String::as_str),
            None => id,
        };
        known.insert(id).then(|| {
            let message = format!(
                "'{id}' is not in '{}' of '{}', so nothing is known of what the party was",
                columns.id, parties.source
            );
            column_warning(&table, row, column, message)
        })
    });
    rows.collect()
}
