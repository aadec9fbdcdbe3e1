//! Values of a mapping in a row: text from the row's own cells and from the rows joined to it.

use std::cell::RefCell;
use std::collections::HashMap;

use super::errors::cell_error;
use super::join::JoinedTable;
use super::mapping::{Mapping, RowUse, ValueSettings, ValueSource};
use super::row_rules;
use super::rows::{Row, Table};
use crate::ParseError;

/// The index of the first row with each text in one column.
type FirstRows = HashMap<String, usize>;

/// A table and the tables joined to it.
pub(super) struct TableView<'a> {
    pub(super) mapping: &'a Mapping,
    pub(super) table: &'a Table,
    pub(super) joins: Vec<JoinedTable<'a>>,
    /// Rows of one election; empty while the whole table is processed.
    pub(super) rows: Vec<&'a Row>,
    /// First row with each text, for each column to which a `row` setting refers. Filled on demand.
    pub(super) row_index: RefCell<HashMap<String, FirstRows>>,
}

/// A key that a joined table lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct UnmatchedKey<'a> {
    /// Column that holds the key.
    pub(super) on: &'a str,
    pub(super) key: &'a str,
    pub(super) file: &'a str,
    /// Key column of the joined table.
    pub(super) column: &'a str,
}

impl<'a> TableView<'a> {
    /// Returns the text of a value in a row; `None` where one of its columns is null, or a
    /// condition of `when` is not met.
    ///
    /// # Errors
    /// When the table lacks a column of the value, or no row of the election has the text that a
    /// value with `row` refers to.
    pub(super) fn text(
        &self,
        value: &ValueSource,
        row: &Row,
    ) -> Result<Option<String>, ParseError> {
        let settings = match value {
            ValueSource::Column(column) => return Ok(self.cell(column, row)?.map(str::to_owned)),
            ValueSource::Settings(settings) => settings,
        };
        if !self.meets_conditions(settings, row)? {
            return Ok(None);
        }
        let replacement =
            |text: &str| settings.values.get(text).cloned().unwrap_or_else(|| text.to_owned());
        if let Some(column) = &settings.column {
            let cell = self.cell(column, row)?;
            return match (&settings.row, &settings.pattern, cell) {
                (Some(key), _, Some(cell)) => {
                    self.referenced_name(key, cell, column, row).map(Some)
                }
                (_, Some(pattern), Some(cell)) => {
                    let part = pattern.extract(cell).map(str::trim);
                    let part =
                        part.ok_or_else(|| self.unmatched_cell_error(settings, cell, row))?;
                    Ok(Some(replacement(part)).filter(|part| !part.is_empty()))
                }
                _ => Ok(cell.map(replacement)),
            };
        }
        if let Some(text) = self.text_outside_rows(settings)? {
            let text = match &settings.template {
                Some(_) => self.fill(&text, settings, row)?,
                None => Some(replacement(&text)),
            };
            return Ok(text.filter(|text| !self.mapping.is_null(text)));
        }
        // The counts of a sum are read by `Reader::value_text`.
        if !settings.sum.is_empty() {
            return Ok(None);
        }
        let Some(template) = &settings.template else { return Ok(settings.constant.clone()) };
        self.fill(template, settings, row)
    }

    /// Returns a template with the cells of the columns in braces; `None` if one is null.
    fn fill(
        &self,
        template: &str,
        settings: &ValueSettings,
        row: &Row,
    ) -> Result<Option<String>, ParseError> {
        let (mut text, mut rest) = (String::new(), template);
        while let Some((before, after)) = rest.split_once('{') {
            let Some((column, after)) = after.split_once('}') else { break };
            text.push_str(before);
            match self.cell(column, row)? {
                Some(cell) => text.push_str(settings.values.get(cell).map_or(cell, String::as_str)),
                None => return Ok(None),
            }
            rest = after;
        }
        text.push_str(rest);
        Ok(Some(text))
    }

    /// Returns the text that a value takes from the name of the file or from a line above the
    /// header; `None` for other values.
    fn text_outside_rows(&self, settings: &ValueSettings) -> Result<Option<String>, ParseError> {
        let (text, pattern, place) = match (&settings.file, settings.line) {
            (Some(pattern), _) => {
                (self.table.file_name.as_str(), Some(pattern), "in the name of the file".to_owned())
            }
            (None, Some(line)) => {
                let text = self.table.lines.get(&line).map_or("", String::as_str);
                (text, settings.pattern.as_ref(), format!("on line {line}"))
            }
            (None, None) => return Ok(None),
        };
        let Some(pattern) = pattern else { return Ok(Some(text.to_owned())) };
        let found = match &settings.template {
            Some(template) => pattern.expand(text, template),
            None => pattern.extract(text).map(|part| part.trim().to_owned()),
        };
        let error = || {
            let expected = format!("a text that matches '{}' {place}", pattern.as_str());
            let line = settings.line.unwrap_or(1);
            ParseError {
                found: text.to_owned(),
                line,
                ..cell_error(self.table, None, "", &expected)
            }
        };
        found.map(Some).ok_or_else(error)
    }

    /// Returns the error for a cell that does not match the pattern of its value.
    fn unmatched_cell_error(&self, settings: &ValueSettings, cell: &str, row: &Row) -> ParseError {
        let column = settings.column.as_deref().unwrap_or_default();
        let pattern = settings.pattern.as_ref().map_or("", |pattern| pattern.as_str());
        let expected = format!("a text that matches '{pattern}' in column '{column}'");
        let error = cell_error(self.table, Some(row), column, &expected);
        ParseError { found: cell.to_owned(), ..error }
    }

    /// Returns whether a row meets the conditions of `when`.
    pub(super) fn meets_conditions(
        &self,
        settings: &ValueSettings,
        row: &Row,
    ) -> Result<bool, ParseError> {
        for (column, condition) in &settings.when {
            let text = self.raw_cell(column, row)?.unwrap_or_default();
            if !condition.holds(text, text.is_empty() || self.mapping.is_null(text)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Returns the use that a rule of the mapping states for a row.
    pub(super) fn row_use(&self, row: &Row) -> Option<RowUse> {
        row_rules::row_use(self.mapping, self.table, row)
    }

    /// Returns the party, or else the person, of the election's first row with `text` in column
    /// `key`.
    fn referenced_name(
        &self,
        key: &str,
        text: &str,
        column: &str,
        row: &Row,
    ) -> Result<String, ParseError> {
        let columns = &self.mapping.contender;
        let at = {
            let mut row_index = self.row_index.borrow_mut();
            let first = row_index.entry(key.to_owned()).or_insert_with(|| self.first_rows(key));
            first.get(text).copied()
        };
        if let Some(other) = at.and_then(|at| self.rows.get(at)) {
            for name in [&columns.party, &columns.person] {
                if let Some(name) = self.optional_text(name.as_ref(), other)? {
                    return Ok(name);
                }
            }
        }
        let expected = format!(
            "a value that column '{key}' has in a row of the same election, in column '{column}'"
        );
        Err(ParseError {
            found: text.to_owned(),
            ..cell_error(self.table, Some(row), column, &expected)
        })
    }

    /// Returns the first row of the election with each text in a column.
    fn first_rows(&self, column: &str) -> FirstRows {
        let mut first = FirstRows::new();
        for (at, row) in self.rows.iter().enumerate() {
            if let Some(text) = self.table.cell(row, column) {
                first.entry(text.to_owned()).or_insert(at);
            }
        }
        first
    }

    /// Returns the text of an optional value; `None` without a value.
    pub(super) fn optional_text(
        &self,
        value: Option<&ValueSource>,
        row: &Row,
    ) -> Result<Option<String>, ParseError> {
        value.map_or(Ok(None), |value| self.text(value, row))
    }

    /// Returns the cell of a column: `votes`, or `election.electorate` of a joined table. `None`
    /// where the cell is null, or no row is joined.
    ///
    /// # Errors
    /// When the table has no such column.
    pub(super) fn cell<'b>(
        &'b self,
        column: &str,
        row: &'b Row,
    ) -> Result<Option<&'b str>, ParseError> {
        Ok(self.raw_cell(column, row)?.filter(|text| !self.mapping.is_null(text)))
    }

    /// Returns the text of the cell of a column, even if it stands for an unknown value; `None` if
    /// no row is joined.
    fn raw_cell<'b>(&'b self, column: &str, row: &'b Row) -> Result<Option<&'b str>, ParseError> {
        let text = match self.mapping.split_joined_column(column) {
            Some((name, inner)) => match self.joined_row(name, row)? {
                Some((table, joined)) => table.cell(joined, inner),
                None => return Ok(None),
            },
            None => self.table.cell(row, column),
        };
        let missing = || {
            let expected = format!("a column of this name in column '{column}'");
            cell_error(self.table, Some(row), column, &expected)
        };
        text.map(Some).ok_or_else(missing)
    }

    /// Returns the row of a joined table that has the key of `row`.
    pub(super) fn joined_row<'b>(
        &'b self,
        name: &str,
        row: &'b Row,
    ) -> Result<Option<(&'a Table, &'a Row)>, ParseError> {
        let Some(joined) = self.joins.iter().find(|joined| joined.name == name) else {
            return Ok(None);
        };
        let key = self.cell(&joined.join.on, row)?;
        Ok(key.and_then(|key| Some((joined.table, joined.get(key)?))))
    }

    /// Returns the key of a row if the joined table has no row with this key.
    pub(super) fn unmatched_key<'b>(
        &'b self,
        name: &str,
        row: &'b Row,
    ) -> Option<UnmatchedKey<'b>> {
        let joined = self.joins.iter().find(|joined| joined.name == name)?;
        let key = self.cell(&joined.join.on, row).ok().flatten()?;
        let join = joined.join;
        joined.get(key).is_none().then_some(UnmatchedKey {
            on: &join.on,
            key,
            file: &join.file,
            column: &join.key,
        })
    }

    /// Returns the first key that a joined table lacks, among the joins that a value uses.
    pub(super) fn unmatched_key_in<'b>(
        &'b self,
        value: &ValueSource,
        row: &'b Row,
    ) -> Option<UnmatchedKey<'b>> {
        let names = value
            .columns()
            .into_iter()
            .filter_map(|column| self.mapping.split_joined_column(column));
        names.into_iter().find_map(|(name, _)| self.unmatched_key(name, row))
    }

    /// Calls `each` with every text of a value. A column is read in all rows of the table that it
    /// belongs to, including rows of a joined table that no row refers to; a template is evaluated
    /// in each row of the main table.
    pub(super) fn for_each_text<'b>(
        &'b self,
        value: &ValueSource,
        each: &mut dyn FnMut(&'b Table, &'b Row, &str),
    ) {
        let has_pattern = value.settings().is_some_and(|settings| settings.pattern.is_some());
        let joined = value.column().filter(|_| !has_pattern).map(|(column, settings)| {
            let joined = self.mapping.split_joined_column(column);
            let find = |name: &str| self.joins.iter().find(|joined| joined.name == name);
            let joined = joined.and_then(|(name, inner)| Some((find(name)?.table, inner)));
            (joined.unwrap_or((self.table, column)), settings)
        });
        let Some(((table, column), settings)) = joined else {
            for row in &self.table.rows {
                if let Ok(Some(text)) = self.text(value, row) {
                    each(self.table, row, &text);
                }
            }
            return;
        };
        let Some(at) = table.column_index(column) else { return };
        // Conditions of `when` apply to rows of the main table only.
        let is_own = std::ptr::eq(table, self.table);
        for row in &table.rows {
            let text = row.cell(at).filter(|text| !self.mapping.is_null(text));
            let Some(text) = text else { continue };
            if is_own
                && settings
                    .is_some_and(|settings| !self.meets_conditions(settings, row).unwrap_or(false))
            {
                continue;
            }
            let replaced = settings.and_then(|settings| settings.values.get(text)).unwrap_or(text);
            each(table, row, replaced);
        }
    }
}
