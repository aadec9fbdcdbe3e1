//! Opens a table and those joined to it, and finds the columns that a mapping names.

use super::layout::Layout;
use super::mapping::Mapping;
use super::rows::Table;
use super::unread;
use crate::Unread;

/// A table, and those joined to it with their names.
pub(super) type Opened = (Table, Vec<(String, Table)>);

/// Opens a table. Rows of another length than its header go to `bad`.
///
/// # Errors
/// When the table, or one that is joined to it, does not have a column that the mapping names, or has several of
/// that name.
pub(super) fn table(
    mapping: &Mapping,
    source: &str,
    text: &str,
    beside: &mut dyn FnMut(&str) -> Result<String, Unread>,
    bad: &mut Vec<Unread>,
) -> Result<Opened, Unread> {
    let columns = mapping.columns();
    let of = |name: Option<&str>| -> Vec<&str> {
        let columns = columns.iter().copied().map(|column| (mapping.joined(column), column));
        let inner = columns.filter_map(|(joined, column)| match (joined, name) {
            (None, None) => Some(column),
            (Some((of, inner)), Some(name)) => (of == name).then_some(inner),
            _ => None,
        });
        let key = name.and_then(|name| mapping.join.get(name)).map(|join| join.key.as_str());
        inner.chain(key).collect()
    };
    let wanted = of(None);
    let layout = Layout {
        wanted: &wanted,
        delimiter: mapping.delimiter,
        header: mapping.header,
        ..Layout::default()
    };
    let table = Table::read(source, text, layout, bad)?;
    find(mapping, &table, &wanted)?;
    let joins = mapping.join.iter().map(|(name, join)| {
        let text = beside(&join.file)?;
        let wanted = of(Some(name));
        let layout = Layout {
            wanted: &wanted,
            delimiter: join.delimiter,
            header: join.header,
            ..Layout::default()
        };
        let table = Table::read(&join.file, &text, layout, bad)?;
        find(mapping, &table, &wanted)?;
        Ok((name.clone(), table))
    });
    let joins = joins.collect::<Result<Vec<_>, Unread>>()?;
    Ok((table, joins))
}

/// Finds the columns that are wanted, each once.
fn find(mapping: &Mapping, table: &Table, wanted: &[&str]) -> Result<(), Unread> {
    for name in wanted {
        if table.column(name).is_none() {
            return Err(without(mapping, table, name, wanted));
        }
    }
    once(table, wanted)
}

/// Refuses columns of one name, if it is a wanted one: nothing says which is meant.
pub(super) fn once(table: &Table, wanted: &[&str]) -> Result<(), Unread> {
    let several = wanted.iter().find_map(|name| Some((name, table.several(name)?)));
    let Some((name, places)) = several else { return Ok(()) };
    let listed: Vec<String> = places.iter().map(ToString::to_string).collect();
    let listed = listed.join(" and ");
    let expected =
        format!("one column '{name}', as the mapping names it; columns {listed} are called so");
    let column = places.get(1).and_then(|place| u32::try_from(*place).ok()).unwrap_or(1);
    let mut wrong = unread(&table.source, "", 0, &expected);
    (wrong.line, wrong.column) = (table.header_line, column);
    Err(wrong)
}

/// A column that a table does not have.
fn without(mapping: &Mapping, table: &Table, name: &str, wanted: &[&str]) -> Unread {
    let line = table.header_line;
    let there = table.columns.join(", ");
    let joined = match name.split_once('.') {
        Some((join, _)) if mapping.column_names_join(name) => {
            let joins: Vec<&str> = mapping.join.keys().map(String::as_str).collect();
            let joins = if joins.is_empty() { "none".to_owned() } else { joins.join(", ") };
            format!("; there is no [join.{join}] (joined: {joins})")
        }
        _ => String::new(),
    };
    if table.is_named {
        let expected = format!(
            "a column '{name}', as the mapping says; it has {there}{joined}; line {line} was taken for the names \
             of the columns, and 'header = N' in the mapping states another"
        );
        return Unread { line, ..unread(&table.source, "", 0, &expected) };
    }
    let hint = match table.line_with(wanted) {
        Some(with) => {
            format!("line {with} has them all, and 'header = {with}' in the mapping states it")
        }
        None => "'header = N' in the mapping states the line with their names".to_owned(),
    };
    let expected = format!(
        "a column '{name}', as the mapping says; it has {there}{joined}; line {line} has none of the names in \
         the mapping and was taken for a row: {hint}"
    );
    Unread { line, ..unread(&table.source, table.line(line), 0, &expected) }
}
