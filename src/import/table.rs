//! Tables of results: CSV and TSV, read as a mapping says.
//!
//! A table becomes one document an election (or a version of one): its mapping, its rows, and
//! what they refer to, each word as it stood. So a record can be read again without its table.

mod bundle;
mod mapping;
mod rows;

use std::collections::{BTreeMap, HashMap};

use self::bundle::{Bundle, MARK, key_of, named_keys};
pub use self::mapping::Mapping;
use self::rows::{Row, Table};
use super::{Document, Importer, unread};
use crate::Unread;

pub(super) struct Rows;

impl Importer for Rows {
    /// Reads what [`documents`] made.
    fn read(&self, source: &str, text: &str, each: &mut dyn FnMut(Result<Document, Unread>)) {
        let read = read_again(source, text);
        each(read.map(|election| Document::new(election, text.to_owned())));
    }
}

/// Whether a text is one that [`documents`] made.
pub(super) fn is_bundle(text: &str) -> bool {
    text.starts_with(MARK)
}

/// Every election of a table, in the order of its rows; with `version_by`, every version of it, in
/// the order of time. `beside` gives the text of a joined table.
pub(crate) fn documents(
    mapping: &Mapping,
    source: &str,
    text: &str,
    beside: &mut dyn FnMut(&str) -> Result<String, Unread>,
    each: &mut dyn FnMut(Result<Document, Unread>),
) {
    let mut bad = Vec::new();
    let mut read = || -> Result<(Table, Vec<(String, Table)>), Unread> {
        let table = Table::read(source, text, &mapping.key(), &mut bad)?;
        if let Some(missing) = mapping.key().iter().find(|name| table.column(name).is_none()) {
            return Err(unread(source, text, 0, &format!("a column '{missing}'")));
        }
        let joins = mapping.join.iter().map(|(name, join)| {
            let text = beside(&join.file)?;
            Ok((name.clone(), Table::read(&join.file, &text, &[&join.key], &mut bad)?))
        });
        let joins = joins.collect::<Result<Vec<_>, Unread>>()?;
        Ok((table, joins))
    };
    match read() {
        Ok((table, joins)) => {
            bad.into_iter().for_each(|unread| each(Err(unread)));
            bundles(mapping, &table, &joins, each);
        }
        Err(unread) => each(Err(unread)),
    }
}

fn bundles(
    mapping: &Mapping,
    table: &Table,
    joins: &[(String, Table)],
    each: &mut dyn FnMut(Result<Document, Unread>),
) {
    let time = |row: &Row| -> Option<String> {
        Some(table.cell(row, mapping.version_by.as_deref()?)?.to_owned())
    };
    // Elections stand in the order of their first rows, and their versions in that of time.
    let mut order: Vec<String> = Vec::new();
    let mut groups: HashMap<String, BTreeMap<Option<String>, Vec<&Row>>> = HashMap::new();
    for row in &table.rows {
        let key = key_of(mapping, table, row);
        let group = groups.entry(key.clone()).or_insert_with(|| {
            order.push(key);
            BTreeMap::new()
        });
        group.entry(time(row)).or_default().push(row);
    }
    let joined: Vec<HashMap<&str, &Row>> = joins
        .iter()
        .map(|(name, table)| {
            let key = mapping.join.get(name).map(|join| join.key.as_str()).unwrap_or_default();
            table.rows.iter().filter_map(|row| Some((table.cell(row, key)?, row))).collect()
        })
        .collect();
    let first =
        |key: &String| -> Option<&Row> { groups.get(key)?.values().next()?.first().copied() };
    for key in &order {
        for (time, rows) in groups.get(key).into_iter().flatten() {
            let found = joins.iter().zip(&joined).filter_map(|((name, other), index)| {
                let on = &mapping.join.get(name)?.on;
                let row = index.get(table.cell(rows.first()?, on)?)?;
                Some((name.as_str(), other, *row))
            });
            let joins = found.collect();
            let rows = rows.clone();
            let mut bundle = Bundle { mapping, table, rows, joins, named: Vec::new() };
            bundle.named = named_keys(&bundle).iter().filter_map(first).collect();
            each(bundle.election().map(|election| Document {
                source_time: time.clone(),
                ..Document::new(election, bundle.text())
            }));
        }
    }
}

/// The election of a text that holds its mapping and all its rows.
fn read_again(source: &str, text: &str) -> Result<crate::model::Election, Unread> {
    let wrong = |at, expected: &str| unread(source, text, at, expected);
    let head = text.strip_prefix(MARK).and_then(|rest| rest.split_once('\n'));
    let (mapping, blocks) = head.ok_or_else(|| wrong(0, "the rows of an election"))?;
    let mapping: Mapping = serde_json::from_str(mapping)
        .map_err(|error| wrong(MARK.len(), &format!("a mapping ({error})")))?;
    let mut tables = Vec::new();
    let mut rest = blocks;
    while let Some((head, after)) = rest.strip_prefix('#').and_then(|rest| rest.split_once('\n')) {
        let block = head.split_once(' ').and_then(|(length, name)| {
            let (body, rest) = after.split_at_checked(length.parse().ok()?)?;
            Some((name, body, rest))
        });
        let at = text.len() - rest.len();
        let (name, body, after) =
            block.ok_or_else(|| wrong(at, "the length and the name of a block"))?;
        tables.push((name, Table::read_named(source, body)?));
        rest = after.trim_start_matches('\n');
    }
    let find = |wanted: &str| tables.iter().find(|(name, _)| *name == wanted);
    let Some((_, table)) = find("rows") else { return Err(wrong(text.len(), "a block of rows")) };
    let joins = tables.iter().filter_map(|(name, table)| {
        Some((name.strip_prefix("join ")?, table, table.rows.first()?))
    });
    let named = find("named").map_or(Vec::new(), |(_, table)| table.rows.iter().collect());
    let bundle = Bundle {
        mapping: &mapping,
        table,
        rows: table.rows.iter().collect(),
        joins: joins.collect(),
        named,
    };
    bundle.election()
}
