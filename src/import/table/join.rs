//! Tables beside a table, whose rows are found by a key.

use std::collections::HashMap;

use super::bundle::wrong;
use super::mapping::{Join, Mapping};
use super::rows::{Row, Table};
use crate::Unread;

/// A joined table, or those of its rows that one election needs.
pub(super) struct Joined<'a> {
    pub(super) name: &'a str,
    pub(super) join: &'a Join,
    pub(super) table: &'a Table,
    pub(super) rows: Vec<&'a Row>,
    by_key: HashMap<&'a str, &'a Row>,
}

impl<'a> Joined<'a> {
    pub(super) fn new(name: &'a str, join: &'a Join, table: &'a Table, rows: Vec<&'a Row>) -> Self {
        let keyed = rows.iter().filter_map(|row| Some((table.cell(row, &join.key)?, *row)));
        Self { by_key: keyed.collect(), name, join, table, rows }
    }

    /// The row of a key.
    pub(super) fn get(&self, key: &str) -> Option<&'a Row> {
        self.by_key.get(key).copied()
    }

    /// The keys that stand more than once, each at every row but the first.
    pub(super) fn repeated(&self, mapping: &Mapping) -> Vec<Unread> {
        let mut first: HashMap<&str, u32> = HashMap::new();
        let mut repeated = Vec::new();
        for row in &self.rows {
            let key = self.table.cell(row, &self.join.key).unwrap_or_default();
            // What is not known is the key of nothing.
            if mapping.is_null(key) {
                continue;
            }
            let line = *first.entry(key).or_insert(row.line);
            if line != row.line {
                let column = &self.join.key;
                let expected =
                    format!("each key once in column '{column}'; line {line} has this one too");
                let unread = wrong(self.table, Some(row), column, &expected);
                repeated.push(Unread { text: key.to_owned(), ..unread });
            }
        }
        repeated
    }
}
