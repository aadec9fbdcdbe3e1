//! Identifiers of parties, some of them in tables joined to the table of parties.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::rows::cell;
use crate::formats::table::mapping::{JoinForm, LineageTables};
use crate::formats::table::rows::{Row, Table};

/// The tables joined to a table of parties, indexed by their keys.
pub(super) struct JoinedTables<'a> {
    tables: &'a LineageTables,
    joins: BTreeMap<&'a str, (&'a Table, HashMap<String, Vec<&'a Row>>)>,
}

impl<'a> JoinedTables<'a> {
    pub(super) fn new(
        tables: &'a LineageTables,
        joins: impl Iterator<Item = (&'a str, &'a Table)>,
    ) -> Self {
        let joins = joins.filter_map(|(name, table)| {
            let join = tables.join.get(name)?;
            let mut rows: HashMap<String, Vec<&Row>> = HashMap::new();
            for row in &table.rows {
                let key = normalise(cell(table, row, &join.key), join.form).into_owned();
                rows.entry(key).or_default().push(row);
            }
            Some((name, (table, rows)))
        });
        Self { tables, joins: joins.collect() }
    }

    /// Returns the rows of a joined table that match a row of the table of parties.
    pub(super) fn rows(&self, name: &str, parties: &Table, party: &Row) -> &[&'a Row] {
        let found = self.tables.join.get(name).and_then(|join| {
            let text = self.text(&join.on, parties, party)?;
            let (_, rows) = self.joins.get(name)?;
            rows.get(&*normalise(text, join.form))
        });
        found.map_or(&[], Vec::as_slice)
    }

    /// Returns the text of a column for a party. `None` if it is empty, or if no row or several
    /// different rows of a joined table match.
    fn text<'b>(&'b self, column: &str, parties: &Table, party: &'b Row) -> Option<&'b str> {
        let (joined, column) = self.tables.split_column(column);
        let text = match joined {
            None => cell(parties, party, column),
            Some(name) => {
                let (table, _) = self.joins.get(name)?;
                let mut texts = self.rows(name, parties, party).iter();
                let first = cell(table, texts.next()?, column);
                if texts.any(|row| cell(table, row, column) != first) {
                    return None;
                }
                first
            }
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// Returns the identifiers of each party, by the scheme. An identifier from a joined table is
    /// left out if another party has the same text in the column of the join: the two cannot be told
    /// apart there.
    pub(super) fn identifiers(
        &self,
        parties: &Table,
        columns: &BTreeMap<String, String>,
    ) -> Vec<BTreeMap<String, String>> {
        let mut all = vec![BTreeMap::new(); parties.rows.len()];
        for (scheme, column) in columns {
            let form = self.form_of(column);
            let root = self.root_of(column);
            let mut counts: HashMap<String, usize> = HashMap::new();
            let roots: Vec<Option<String>> = parties
                .rows
                .iter()
                .map(|party| {
                    let text = cell(parties, party, root);
                    (!text.is_empty()).then(|| normalise(text, form).into_owned())
                })
                .collect();
            for text in roots.iter().flatten() {
                *counts.entry(text.clone()).or_default() += 1;
            }
            for ((party, identifiers), text) in parties.rows.iter().zip(&mut all).zip(&roots) {
                let is_shared = text.as_ref().is_some_and(|text| counts.get(text) > Some(&1));
                let value = self.text(column, parties, party).filter(|_| !is_shared);
                if let Some(value) = value {
                    let form = form.filter(|_| self.tables.split_column(column).0.is_none());
                    identifiers.insert(scheme.clone(), normalise(value, form).into_owned());
                }
            }
        }
        all
    }

    /// Returns the column of the table of parties from which a column is reached.
    fn root_of<'b>(&'b self, column: &'b str) -> &'b str {
        let mut column = column;
        // A join that refers to itself ends after as many steps as there are joins.
        for _ in 0..=self.tables.join.len() {
            match self.tables.split_column(column) {
                (None, rest) => return rest,
                (Some(name), _) => match self.tables.join.get(name) {
                    Some(join) => column = &join.on,
                    None => break,
                },
            }
        }
        column
    }

    /// Returns how the texts of a column of the table of parties are compared: as in the join on it.
    fn form_of(&self, column: &str) -> Option<JoinForm> {
        let root = self.root_of(column);
        self.tables.join.values().find(|join| join.on == root)?.form
    }
}

/// Returns the form of a text in which it is compared.
fn normalise(text: &str, form: Option<JoinForm>) -> Cow<'_, str> {
    match form {
        None => Cow::Borrowed(text.trim()),
        Some(JoinForm::Url) => {
            let text = text.trim();
            let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
            let decoded = decode_percent(rest.unwrap_or(text));
            Cow::Owned(format!("https://{}", decoded.replace(' ', "_")))
        }
    }
}

/// Decodes percent-encoded characters. A text that is not UTF-8 then stays as it is.
fn decode_percent(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let code = (*first == b'%').then(|| after.get(..2)).flatten();
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_in_one_form() {
        let url = |text| normalise(text, Some(JoinForm::Url)).into_owned();
        let page = "https://en.wikipedia.org/wiki/Conservative_Party_(Norway)";
        assert_eq!(url("http://en.wikipedia.org/wiki/Conservative_Party_%28Norway%29"), page);
        assert_eq!(url(" https://en.wikipedia.org/wiki/Conservative Party (Norway)"), page);
        assert_eq!(url("https://x/100%_%zz_%ff"), "https://x/100%_%zz_%ff");
    }
}
