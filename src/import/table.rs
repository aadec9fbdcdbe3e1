//! Tables of results: CSV and TSV, read as a mapping says.
//!
//! A table becomes one document an election (or a version of one): its mapping, its rows, and
//! what they refer to, each word as it stood. So a record can be read again without its table.

mod bundle;
mod join;
mod lineage;
mod mapping;
mod rows;

use std::collections::{BTreeMap, HashMap, HashSet};

use self::bundle::{Bundle, MARK, key_of, named_keys, read_blocks};
use self::join::{Joined, JoinedRows};
pub(crate) use self::lineage::{LineageDocument, lineages, read as read_lineage};
pub use self::mapping::Mapping;
use self::mapping::Value;
use self::rows::{Row, Table};
use super::{Document, Importer, times, unread};
use crate::Unread;
use crate::model::fold;

pub(super) struct Rows;

impl Importer for Rows {
    /// Reads what [`documents`] made.
    fn read(&self, source: &str, text: &str, each: &mut dyn FnMut(Result<Document, Unread>)) {
        let read = read_again(source, text);
        each(read.map(|election| Document::new(election, text.to_owned())));
    }
}

/// Whether a file has the name of a table.
pub(crate) fn is_table(name: &str) -> bool {
    [".csv", ".tsv", ".tab"].iter().any(|ending| name.to_ascii_lowercase().ends_with(ending))
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
    if mapping.election.title.is_none() {
        return;
    }
    let mut bad = Vec::new();
    let mut read = || -> Result<(Table, Vec<(String, Table)>), Unread> {
        // A number as a name is that of a column without one.
        let named = |name: &&str| name.bytes().any(|byte| !byte.is_ascii_digit());
        let wanted: Vec<&str> = mapping.columns().into_iter().filter(named).collect();
        let table = Table::read(source, text, &wanted, &mut bad)?;
        let joins = mapping.join.iter().map(|(name, join)| {
            let text = beside(&join.file)?;
            Ok((name.clone(), Table::read(&join.file, &text, &[&join.key], &mut bad)?))
        });
        let joins = joins.collect::<Result<Vec<_>, Unread>>()?;
        for column in mapping.columns() {
            let joined = column.split_once('.').and_then(|(name, inner)| {
                Some((&joins.iter().find(|(join, _)| join == name)?.1, inner))
            });
            let (of, name) = joined.unwrap_or((&table, column));
            if of.column(name).is_none() {
                let there = of.columns.join(", ");
                let expected = format!("a column '{name}', as the mapping says; it has {there}");
                return Err(unread(&of.source, "", 0, &expected));
            }
        }
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
    // A row that is not whole leaves its election (or that version of it) out: without it, what
    // the election says would not be what the table says.
    let short: HashSet<(String, Option<String>)> = table
        .short
        .iter()
        .map(|row| (key_of(mapping, table, row), time(mapping, table, row).unwrap_or_default()))
        .collect();
    // Elections stand in the order of their first rows, and their versions in that of time.
    let mut order: Vec<String> = Vec::new();
    let mut groups: HashMap<String, BTreeMap<Option<String>, Vec<&Row>>> = HashMap::new();
    for row in &table.rows {
        let time = match time(mapping, table, row) {
            Ok(time) => time,
            Err(unread) => {
                each(Err(unread));
                continue;
            }
        };
        let key = key_of(mapping, table, row);
        let group = groups.entry(key.clone()).or_insert_with(|| {
            order.push(key);
            BTreeMap::new()
        });
        group.entry(time).or_default().push(row);
    }
    let joined: Vec<Joined<'_>> = joins
        .iter()
        .filter_map(|(name, table)| Some(Joined::new(name, mapping.join.get(name)?, table, each)))
        .collect();
    let first =
        |key: &String| -> Option<&Row> { groups.get(key)?.values().next()?.first().copied() };
    let mut titles: HashMap<String, &String> = HashMap::new();
    for key in &order {
        for (time, rows) in groups.get(key).into_iter().flatten() {
            if short.contains(&(key.clone(), time.clone())) {
                continue;
            }
            let found = joined.iter().map(|joined| joined.rows(mapping, table, rows, each));
            let joins = found.collect();
            let rows = rows.clone();
            let mut bundle = Bundle { mapping, table, rows, joins, named: Vec::new() };
            bundle.named = named_keys(&bundle).iter().filter_map(first).collect();
            // What a title is made of may stand in joined tables; what of them is missing is told with its own rows.
            for (of, joined) in bundle.joins.iter_mut().zip(&joined) {
                of.add(joined.rows(mapping, table, &bundle.named, &mut |_| ()));
            }
            let election = bundle.election().and_then(|election| {
                match *titles.entry(fold(&election.title)).or_insert(key) {
                    other if other == key => Ok(election),
                    other => Err(bundle.same_title(&election.title, other)),
                }
            });
            if election.is_ok() {
                bundle.lost().for_each(|unread| each(Err(unread)));
            }
            each(election.map(|election| Document {
                source_time: time.clone(),
                ..Document::new(election, bundle.text())
            }));
        }
    }
}

/// The time at which the source had a row so, where the mapping says which column has it.
fn time(mapping: &Mapping, table: &Table, row: &Row) -> Result<Option<String>, Unread> {
    let Some(value) = &mapping.version_by else { return Ok(None) };
    let column = bundle::name_of(Some(value));
    let text = table.cell(row, &column).unwrap_or_default();
    let form = match value {
        Value::Given(given) => given.format.as_deref(),
        Value::Column(_) => None,
    };
    let read = match form {
        None => times::read(text),
        Some(form) => bundle::description(form).and_then(|form| times::read_as(text, &form)),
    };
    let expected = form.map_or_else(
        || "a time such as 1954-06-05T20:00".to_owned(),
        |form| format!("a time of the form {form}"),
    );
    let wrong =
        || Unread { text: text.to_owned(), ..bundle::wrong(table, Some(row), &column, &expected) };
    read.map(Some).ok_or_else(wrong)
}

/// The election of a text that holds its mapping and all its rows.
fn read_again(source: &str, text: &str) -> Result<crate::model::Election, Unread> {
    let expected = "the rows of one election, as an import through a mapping keeps them";
    let (mapping, tables) = read_blocks(source, text, MARK, expected)?;
    let wrong = |at, expected: &str| unread(source, text, at, expected);
    let mapping: Mapping = serde_json::from_str(mapping)
        .map_err(|error| wrong(MARK.len(), &format!("a mapping ({error})")))?;
    let find = |wanted: &str| tables.iter().find(|(name, _)| *name == wanted);
    let Some((_, table)) = find("rows") else { return Err(wrong(text.len(), "a block of rows")) };
    let joins = tables.iter().filter_map(|(name, table)| {
        let name = name.strip_prefix("join ")?;
        Some(JoinedRows::new(name, table, mapping.join.get(name)?, table.rows.iter().collect()))
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
