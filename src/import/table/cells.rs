//! What a value of a mapping is in a row: its text, from the row's cells and those of the rows joined to it.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::bundle::wrong;
use super::join::Joined;
use super::mapping::{Mapping, Value};
use super::rows::{Row, Table};
use crate::Unread;

/// A table with those that are joined to it.
pub(super) struct Cells<'a> {
    pub(super) mapping: &'a Mapping,
    pub(super) table: &'a Table,
    pub(super) joins: Vec<Joined<'a>>,
    /// The rows of the election; none while the whole of a table is looked at.
    pub(super) rows: Vec<&'a Row>,
    /// The first row of each text in the column by which rows name one another.
    pub(super) by_text: OnceCell<HashMap<String, usize>>,
}

/// A key that a joined table does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unmatched<'a> {
    /// The column with the key.
    pub(super) on: &'a str,
    pub(super) key: &'a str,
    pub(super) file: &'a str,
    /// The column of the joined table.
    pub(super) column: &'a str,
}

impl<'a> Cells<'a> {
    /// The text of a value in a row; none where a column of it is not known there.
    ///
    /// # Errors
    /// When the table does not have a column of it.
    pub(super) fn text(&self, value: &Value, row: &Row) -> Result<Option<String>, Unread> {
        let given = match value {
            Value::Column(column) => return Ok(self.cell(column, row)?.map(str::to_owned)),
            Value::Given(given) => given,
        };
        for (column, wanted) in &given.when {
            if self.cell(column, row)? != Some(wanted.as_str()) {
                return Ok(None);
            }
        }
        let said = |text: &str| given.values.get(text).cloned().unwrap_or_else(|| text.to_owned());
        if let Some(column) = &given.column {
            let cell = self.cell(column, row)?;
            return match (&given.row, cell) {
                (Some(key), Some(cell)) => self.whose(key, cell, column, row).map(Some),
                _ => Ok(cell.map(said)),
            };
        }
        let Some(template) = &given.template else { return Ok(given.constant.clone()) };
        let (mut text, mut rest) = (String::new(), template.as_str());
        while let Some((before, after)) = rest.split_once('{') {
            let Some((column, after)) = after.split_once('}') else { break };
            text.push_str(before);
            match self.cell(column, row)? {
                Some(cell) => text.push_str(&said(cell)),
                None => return Ok(None),
            }
            rest = after;
        }
        text.push_str(rest);
        Ok(Some(text))
    }

    /// The party, or else the person, of the row of this election that has this text in a column.
    fn whose(&self, key: &str, text: &str, column: &str, row: &Row) -> Result<String, Unread> {
        let columns = &self.mapping.contender;
        // Only alliances are named so, and by one column.
        let by_text = self.by_text.get_or_init(|| {
            let mut by_text = HashMap::new();
            for (at, row) in self.rows.iter().enumerate() {
                if let Some(text) = self.table.cell(row, key) {
                    by_text.entry(text.to_owned()).or_insert(at);
                }
            }
            by_text
        });
        if let Some(other) = by_text.get(text).and_then(|at| self.rows.get(*at)) {
            for name in [&columns.party, &columns.person] {
                if let Some(name) = self.text_of(name.as_ref(), other)? {
                    return Ok(name);
                }
            }
        }
        let expected = format!(
            "a value that column '{key}' has in a row of the same election, in column '{column}'"
        );
        Err(Unread { text: text.to_owned(), ..wrong(self.table, Some(row), column, &expected) })
    }

    /// The same of a value that a mapping may leave out.
    pub(super) fn text_of(
        &self,
        value: Option<&Value>,
        row: &Row,
    ) -> Result<Option<String>, Unread> {
        value.map_or(Ok(None), |value| self.text(value, row))
    }

    /// The cell of a column: `votes`, or `election.electorate` of a joined table. None where it is not known, or
    /// nothing is joined.
    pub(super) fn cell<'b>(
        &'b self,
        column: &str,
        row: &'b Row,
    ) -> Result<Option<&'b str>, Unread> {
        let text = match self.mapping.joined(column) {
            Some((name, inner)) => match self.joined_row(name, row)? {
                Some((table, joined)) => table.cell(joined, inner),
                None => return Ok(None),
            },
            None => self.table.cell(row, column),
        };
        let missing = || {
            let expected = format!("a column of this name in column '{column}'");
            wrong(self.table, Some(row), column, &expected)
        };
        text.map(|text| Some(text).filter(|text| !self.mapping.is_null(text))).ok_or_else(missing)
    }

    /// The row of a joined table that belongs to a row.
    pub(super) fn joined_row<'b>(
        &'b self,
        name: &str,
        row: &'b Row,
    ) -> Result<Option<(&'a Table, &'a Row)>, Unread> {
        let Some(joined) = self.joins.iter().find(|joined| joined.name == name) else {
            return Ok(None);
        };
        let key = self.cell(&joined.join.on, row)?;
        Ok(key.and_then(|key| Some((joined.table, joined.get(key)?))))
    }

    /// The key for which a joined table has no row, if there is one.
    pub(super) fn unmatched<'b>(&'b self, name: &str, row: &'b Row) -> Option<Unmatched<'b>> {
        let joined = self.joins.iter().find(|joined| joined.name == name)?;
        let key = self.cell(&joined.join.on, row).ok().flatten()?;
        let join = joined.join;
        joined.get(key).is_none().then_some(Unmatched {
            on: &join.on,
            key,
            file: &join.file,
            column: &join.key,
        })
    }

    /// The first key of a value for which a joined table has no row.
    pub(super) fn unmatched_in<'b>(&'b self, value: &Value, row: &'b Row) -> Option<Unmatched<'b>> {
        let names = value.columns().into_iter().filter_map(|column| self.mapping.joined(column));
        names.into_iter().find_map(|(name, _)| self.unmatched(name, row))
    }

    /// Hands on the texts that a column has in all of its table, whatever its rows lead to. Of a template, its text
    /// in each row.
    pub(super) fn each_text<'b>(
        &'b self,
        value: &Value,
        each: &mut dyn FnMut(&'b Table, &'b Row, &str),
    ) {
        let joined = value.column().map(|(column, given)| {
            let joined = self.mapping.joined(column);
            let find = |name: &str| self.joins.iter().find(|joined| joined.name == name);
            let joined = joined.and_then(|(name, inner)| Some((find(name)?.table, inner)));
            (joined.unwrap_or((self.table, column)), given)
        });
        let Some(((table, column), given)) = joined else {
            for row in &self.table.rows {
                if let Ok(Some(text)) = self.text(value, row) {
                    each(self.table, row, &text);
                }
            }
            return;
        };
        let Some(at) = table.column(column) else { return };
        for row in &table.rows {
            let text = row.cells.get(at).filter(|text| !self.mapping.is_null(text));
            let Some(text) = text else { continue };
            let said = given.and_then(|given| given.values.get(text)).unwrap_or(text);
            each(table, row, said);
        }
    }
}
