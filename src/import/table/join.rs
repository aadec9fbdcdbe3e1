//! Tables beside a table, whose rows are found by a key.

use std::collections::{HashMap, HashSet};

use super::Document;
use super::bundle::wrong;
use super::mapping::{Join, Mapping};
use super::rows::{Row, Table};
use crate::Unread;

/// A joined table, by its key.
pub(super) struct Joined<'a> {
    pub(super) name: &'a str,
    pub(super) table: &'a Table,
    join: &'a Join,
    by_key: HashMap<&'a str, &'a Row>,
}

impl<'a> Joined<'a> {
    /// Finds the row of each key. A second row of a key that says something else is reported, and is not
    /// used.
    pub(super) fn new(
        name: &'a str,
        join: &'a Join,
        table: &'a Table,
        each: &mut dyn FnMut(Result<Document, Unread>),
    ) -> Self {
        let mut by_key: HashMap<&str, &Row> = HashMap::new();
        for row in &table.rows {
            let Some(key) = table.cell(row, &join.key) else { continue };
            let first = *by_key.entry(key).or_insert(row);
            if first.cells != row.cells {
                let expected = format!("a key in column '{}' that no row above has", join.key);
                let unread = wrong(table, Some(row), &join.key, &expected);
                each(Err(Unread { text: key.to_owned(), ..unread }));
            }
        }
        Self { name, table, join, by_key }
    }

    /// The rows whose keys rows of the first table have, each once. A row without a match is reported; it
    /// keeps its other values.
    pub(super) fn rows(
        &self,
        mapping: &Mapping,
        table: &Table,
        rows: &[&Row],
        each: &mut dyn FnMut(Result<Document, Unread>),
    ) -> JoinedRows<'a> {
        let (mut found, mut known) = (Vec::new(), HashSet::new());
        for row in rows {
            let key = table.cell(row, &self.join.on).unwrap_or_default();
            match self.by_key.get(key) {
                Some(joined) if known.insert(key) => found.push(*joined),
                Some(_) => {}
                // What is not known has no match.
                None if mapping.null.iter().any(|null| null == key) => {}
                None => {
                    let Join { file, on, key: column } = self.join;
                    let expected =
                        format!("a value in column '{on}' that column '{column}' of '{file}' has");
                    let unread = wrong(table, Some(row), on, &expected);
                    each(Err(Unread { text: key.to_owned(), ..unread }));
                }
            }
        }
        JoinedRows::new(self.name, self.table, self.join, found)
    }
}

/// The rows of a joined table whose keys the rows of one election have.
pub(super) struct JoinedRows<'a> {
    pub(super) name: &'a str,
    pub(super) table: &'a Table,
    pub(super) rows: Vec<&'a Row>,
    by_key: HashMap<&'a str, &'a Row>,
}

impl<'a> JoinedRows<'a> {
    pub(super) fn new(name: &'a str, table: &'a Table, join: &Join, rows: Vec<&'a Row>) -> Self {
        let keyed = rows.iter().filter_map(|row| Some((table.cell(row, &join.key)?, *row)));
        Self { by_key: keyed.collect(), name, table, rows }
    }

    /// Adds the rows that other elections have, each once.
    pub(super) fn add(&mut self, more: Self) {
        let known = |rows: &[&Row], row: &Row| rows.iter().any(|known| std::ptr::eq(*known, row));
        for row in more.rows {
            if !known(&self.rows, row) {
                self.rows.push(row);
            }
        }
        self.by_key.extend(more.by_key);
    }

    /// The row of a key.
    pub(super) fn get(&self, key: &str) -> Option<&'a Row> {
        self.by_key.get(key).copied()
    }
}
