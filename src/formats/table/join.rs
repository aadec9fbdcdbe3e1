//! Joined tables, whose rows are looked up by key.

use std::collections::HashMap;

use super::errors::cell_error;
use super::mapping::{Join, Mapping};
use super::rows::{Row, Table};
use crate::ParseError;

/// A joined table, or only the rows that one election refers to.
pub(super) struct JoinedTable<'a> {
    pub(super) name: &'a str,
    pub(super) join: &'a Join,
    pub(super) table: &'a Table,
    pub(super) rows: Vec<&'a Row>,
    by_key: HashMap<&'a str, &'a Row>,
}

impl<'a> JoinedTable<'a> {
    pub(super) fn new(name: &'a str, join: &'a Join, table: &'a Table, rows: Vec<&'a Row>) -> Self {
        let keyed = rows.iter().filter_map(|row| Some((table.cell(row, &join.key)?, *row)));
        Self { by_key: keyed.collect(), name, join, table, rows }
    }

    /// Returns the row with a key.
    pub(super) fn get(&self, key: &str) -> Option<&'a Row> {
        self.by_key.get(key).copied()
    }

    /// Returns an error for each row that repeats the key of an earlier row.
    pub(super) fn duplicate_key_errors(&self, mapping: &Mapping) -> Vec<ParseError> {
        let mut first: HashMap<&str, u32> = HashMap::new();
        let mut errors = Vec::new();
        for row in &self.rows {
            let key = self.table.cell(row, &self.join.key).unwrap_or_default();
            // A null cell is not a key.
            if mapping.is_null(key) {
                continue;
            }
            let line = *first.entry(key).or_insert(row.line);
            if line != row.line {
                let column = &self.join.key;
                let expected =
                    format!("each key once in column '{column}'; line {line} has this one too");
                let error = cell_error(self.table, Some(row), column, &expected);
                errors.push(ParseError { found: key.to_owned(), ..error });
            }
        }
        errors
    }
}
