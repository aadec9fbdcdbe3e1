//! Opens a table and the tables joined to it, and checks the columns that a mapping uses.

use super::layout::Layout;
use super::mapping::Mapping;
use super::row_rules;
use super::rows::Table;
use crate::ParseError;
use crate::formats::document::parse_error_at;

/// A table, and the tables joined to it with their names.
pub(super) type OpenedTables = (Table, Vec<(String, Table)>);

/// Opens a table and the tables joined to it. Errors of rows with the wrong number of cells are
/// added to `errors`.
///
/// # Errors
/// When one of the tables lacks a column that the mapping uses, or has several of that name.
pub(super) fn open_tables(
    mapping: &Mapping,
    source: &str,
    text: &str,
    load_sibling: &mut dyn FnMut(&str) -> Result<String, ParseError>,
    errors: &mut Vec<ParseError>,
) -> Result<OpenedTables, ParseError> {
    let columns = mapping.columns();
    let columns_of = |name: Option<&str>| -> Vec<&str> {
        let columns =
            columns.iter().copied().map(|column| (mapping.split_joined_column(column), column));
        let inner = columns.filter_map(|(joined, column)| match (joined, name) {
            (None, None) => Some(column),
            (Some((of, inner)), Some(name)) => (of == name).then_some(inner),
            _ => None,
        });
        let key = name.and_then(|name| mapping.join.get(name)).map(|join| join.key.as_str());
        inner.chain(key).collect()
    };
    let wanted = columns_of(None);
    let layout = Layout { used_columns: &wanted, ..Layout::of_mapping(mapping) };
    let mut table = Table::read(source, text, layout, errors)?;
    let ends: Vec<&str> = mapping.until.keys().map(String::as_str).collect();
    check_columns(mapping, &table, &ends)?;
    table.take_lines(&mapping.used_lines())?;
    table.unpivot(mapping, errors)?;
    check_columns(mapping, &table, &wanted)?;
    row_rules::drop_rows(mapping, &mut table, errors);
    if table.rows.is_empty() && table.ragged_rows.is_empty() {
        let expected = "rows that no rule of [[rows]] leaves out";
        return Err(parse_error_at(source, text, text.len(), expected));
    }
    let joins = mapping.join.iter().map(|(name, join)| {
        let text = load_sibling(&join.file)?;
        let wanted = columns_of(Some(name));
        let layout = Layout {
            used_columns: &wanted,
            delimiter: join.delimiter,
            header: join.header.as_ref(),
            ..Layout::default()
        };
        let table = Table::read(&join.file, &text, layout, errors)?;
        check_columns(mapping, &table, &wanted)?;
        Ok((name.clone(), table))
    });
    let joins = joins.collect::<Result<Vec<_>, ParseError>>()?;
    Ok((table, joins))
}

/// Checks that the table has each wanted column exactly once.
fn check_columns(mapping: &Mapping, table: &Table, wanted: &[&str]) -> Result<(), ParseError> {
    for name in wanted {
        if table.column_index(name).is_none() {
            return Err(missing_column_error(mapping, table, name));
        }
    }
    reject_duplicate_columns(table, wanted)
}

/// Rejects a table in which several columns have the same wanted name, since a reference to that
/// name is ambiguous.
pub(super) fn reject_duplicate_columns(table: &Table, wanted: &[&str]) -> Result<(), ParseError> {
    let duplicate = wanted.iter().find_map(|name| Some((name, table.duplicate_columns(name)?)));
    let Some((name, numbers)) = duplicate else { return Ok(()) };
    let listed: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    let listed = listed.join(" and ");
    let expected =
        format!("one column '{name}', as the mapping names it; columns {listed} are called so");
    let column = numbers.get(1).and_then(|place| u32::try_from(*place).ok()).unwrap_or(1);
    let mut error = parse_error_at(&table.source, "", 0, &expected);
    (error.line, error.column) = (table.header_line, column);
    Err(error)
}

/// Returns the error for a missing column, with a hint about the header row.
fn missing_column_error(mapping: &Mapping, table: &Table, name: &str) -> ParseError {
    let line = table.header_line;
    let existing = table.columns.join(", ");
    let joined = match name.split_once('.') {
        Some((join, _)) if mapping.refers_to_unknown_join(name) => {
            let joins: Vec<&str> = mapping.join.keys().map(String::as_str).collect();
            let joins = if joins.is_empty() { "none".to_owned() } else { joins.join(", ") };
            format!("; there is no [join.{join}] (joined: {joins})")
        }
        _ => String::new(),
    };
    let unpivoted = if table.is_unpivoted(name) {
        format!("; [unpivot] makes rows of '{name}', so that it is no column any more")
    } else {
        String::new()
    };
    if table.has_header {
        let expected = format!(
            "a column '{name}', as the mapping says; it has {existing}{joined}{unpivoted}; line {line} was taken for the names \
             of the columns, and 'header = N' in the mapping states another"
        );
        return ParseError { line, ..parse_error_at(&table.source, "", 0, &expected) };
    }
    let hint = "'header = N' in the mapping states the line with their names";
    let expected = format!(
        "a column '{name}', as the mapping says; it has {existing}{joined}; line {line} has none of the names in \
         the mapping and was taken for a row: {hint}"
    );
    ParseError { line, ..parse_error_at(&table.source, table.line(line), 0, &expected) }
}
