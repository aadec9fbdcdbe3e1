//! Rows of the tables of parties.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ParseError;
use crate::formats::document::parse_error_at;
use crate::formats::table::election_rows::write_block;
use crate::formats::table::errors::cell_error;
use crate::formats::table::layout::Layout;
use crate::formats::table::mapping::LineageTables;
use crate::formats::table::open::reject_duplicate_columns;
use crate::formats::table::rows::{Row, Table};
use crate::model::{PartialDate, PartyName};

/// Prefix of a lineage's source text.
pub(super) const LINEAGE_TEXT_PREFIX: &str = "#hustings-lineage ";

/// The tables that lineages are parsed from.
pub(super) struct OpenedLineageTables<'a> {
    pub(super) tables: &'a LineageTables,
    pub(super) parties: Option<Table>,
    pub(super) renames: Option<Table>,
    pub(super) changes: Option<Table>,
    /// Tables joined to the table of parties, by name.
    pub(super) joins: BTreeMap<String, Table>,
}

/// The rows of one country.
#[derive(Default)]
pub(super) struct LineageRows<'a> {
    pub(super) parties: Vec<&'a Row>,
    pub(super) renames: Vec<&'a Row>,
    pub(super) changes: Vec<&'a Row>,
    /// Rows of the joined tables that the parties refer to, by the table's name and their position.
    pub(super) joined: BTreeMap<String, BTreeMap<usize, &'a Row>>,
}

/// Prefix of the name of a block with rows of a joined table.
pub(super) const JOIN_PREFIX: &str = "join ";

impl<'a> OpenedLineageTables<'a> {
    pub(super) fn open(
        tables: &'a LineageTables,
        main_layout: Layout<'_>,
        source: &str,
        text: &str,
        load_sibling: &mut dyn FnMut(&str) -> Result<String, ParseError>,
        errors: &mut Vec<ParseError>,
    ) -> Result<Self, ParseError> {
        let mut table = |file: Option<&String>, columns: &[&str]| -> Result<Table, ParseError> {
            let table = match file {
                Some(file) => {
                    let layout = Layout { used_columns: columns, ..Layout::default() };
                    Table::read_or_empty(file, &load_sibling(file)?, layout, errors)?
                }
                None => {
                    let layout = Layout { used_columns: columns, ..main_layout };
                    Table::read_or_empty(source, text, layout, errors)?
                }
            };
            reject_duplicate_columns(&table, columns)?;
            match columns.iter().find(|column| table.column_index(column).is_none()) {
                None => Ok(table),
                Some(column) => {
                    let existing = table.columns.join(", ");
                    let expected =
                        format!("a column '{column}', as the mapping says; it has {existing}");
                    Err(parse_error_at(&table.source, "", 0, &expected))
                }
            }
        };
        let parties = tables.parties.as_ref().map(|parties| {
            let mut columns = vec![parties.id.as_str(), &parties.country];
            columns.extend(parties.names.iter().map(String::as_str));
            columns.extend(tables.columns_of(None));
            table(parties.file.as_ref(), &columns)
        });
        let renames = tables.renames.as_ref().map(|renames| {
            let mut columns = vec![renames.id.as_str()];
            columns.extend(renames.names.iter().chain(&renames.date).map(String::as_str));
            table(renames.file.as_ref(), &columns)
        });
        let changes = tables.changes.as_ref().map(|changes| {
            let mut columns = vec![changes.from.as_str(), &changes.to];
            let more = [&changes.country, &changes.date, &changes.note];
            columns.extend(more.into_iter().flatten().map(String::as_str));
            table(changes.file.as_ref(), &columns)
        });
        let joins = tables.join.iter().map(|(name, join)| {
            let mut columns = vec![join.key.as_str()];
            columns.extend(tables.columns_of(Some(name)));
            Ok((name.clone(), table(Some(&join.file), &columns)?))
        });
        let joins = joins.collect::<Result<_, ParseError>>()?;
        // Tables of renames and changes may be empty; a table of parties may not.
        let parties = parties.transpose()?;
        if let Some(empty) = parties.as_ref().filter(|parties| parties.rows.is_empty()) {
            errors.push(cell_error(
                empty,
                None,
                &empty.columns[0],
                "rows below the names of the columns",
            ));
        }
        let (renames, changes) = (renames.transpose()?, changes.transpose()?);
        Ok(Self { tables, parties, renames, changes, joins })
    }

    pub(super) fn undetected_delimiters(&self) -> BTreeMap<String, char> {
        let tables =
            [("parties", &self.parties), ("renames", &self.renames), ("changes", &self.changes)];
        let hidden = tables.into_iter().filter_map(|(name, table)| {
            Some((name.to_owned(), table.as_ref()?.undetected_delimiter()?))
        });
        let joined = self.joins.iter().filter_map(|(name, table)| {
            Some((format!("{JOIN_PREFIX}{name}"), table.undetected_delimiter()?))
        });
        hidden.chain(joined).collect()
    }

    pub(super) fn to_source_text(&self, head: &LineageHeader, rows: &LineageRows<'_>) -> String {
        let json = serde_json::to_string(head).unwrap_or_default();
        let mut text = format!("{LINEAGE_TEXT_PREFIX}{json}\n");
        let tables = [
            ("parties", self.parties.as_ref(), &rows.parties),
            ("renames", self.renames.as_ref(), &rows.renames),
            ("changes", self.changes.as_ref(), &rows.changes),
        ];
        for (name, table, rows) in tables {
            if let Some(table) = table.filter(|_| !rows.is_empty()) {
                write_block(&mut text, name, table, rows);
            }
        }
        for (name, rows) in rows.joined.iter().filter(|(_, rows)| !rows.is_empty()) {
            if let Some(table) = self.joins.get(name) {
                let rows: Vec<&Row> = rows.values().copied().collect();
                write_block(&mut text, &format!("{JOIN_PREFIX}{name}"), table, &rows);
            }
        }
        text
    }
}

pub(super) fn cell<'b>(table: &Table, row: &'b Row, column: &str) -> &'b str {
    table.cell(row, column).unwrap_or_default()
}

/// Parses the date in a column; only the year, if the text ends with the suffix for an unknown day.
pub(super) fn parse_date(
    tables: &LineageTables,
    table: &Table,
    row: &Row,
    column: Option<&str>,
) -> Result<Option<PartialDate>, ParseError> {
    let Some(column) = column else { return Ok(None) };
    let text = cell(table, row, column);
    if text.is_empty() {
        return Ok(None);
    }
    let unknown = tables.unknown_day.as_deref().and_then(|end| text.strip_suffix(end));
    let read = unknown.unwrap_or(text).parse();
    read.map(Some).map_err(|_| ParseError {
        found: text.to_owned(),
        ..cell_error(table, Some(row), column, "a date such as 1991, 1991-02 or 1991-02-03")
    })
}

/// First line of the source text, after the prefix. It contains everything that the rows do not
/// state.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LineageHeader {
    pub(super) source: String,
    pub(super) country: String,
    pub(super) tables: LineageTables,
    /// Delimiters of the blocks whose header rows do not imply them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) delimiters: BTreeMap<String, char>,
}

pub(super) fn party_names(
    table: &Table,
    row: &Row,
    columns: &[String],
    since: Option<PartialDate>,
) -> Vec<PartyName> {
    let mut names: Vec<PartyName> = Vec::new();
    for column in columns {
        let name = cell(table, row, column);
        if !name.is_empty() && names.iter().all(|known| known.name != name) {
            names.push(PartyName { name: name.to_owned(), since });
        }
    }
    names
}
