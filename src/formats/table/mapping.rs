//! Mappings: what the columns of a table mean. They are parsed from TOML, or built in.

mod area;
mod built_in;
mod columns;
mod condition;
mod consistency;
mod containers;
mod format_description;
mod lineage;
mod pattern;
mod read;
mod read_area;
mod read_condition;
mod read_container;
mod read_shape;
mod read_value;
#[cfg(feature = "schema")]
mod schema;
mod section;
mod settings;
mod shape;
mod value;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::formats::container::settings::SheetChoice;
use crate::model::Source;
pub(super) use area::{AreaColumns, RecordArea, SumSeats};
pub use built_in::BuiltInMapping;
pub(super) use columns::Join;
use columns::{ContenderColumns, ContestColumns, ElectionColumns, KeyColumns, TableSource};
pub(super) use condition::Conditions;
pub(crate) use containers::is_table_file;
pub(super) use format_description::parse_description;
pub(super) use lineage::{JoinForm, LineageTables};
#[cfg(feature = "schema")]
pub(crate) use schema::mapping_schema;
pub(super) use settings::{DateOrder, Decisions, Duplicates, Merge, OnError, Totals};
pub(super) use shape::{
    ColumnName, ColumnSelection, Header, RowRule, RowUse, Unpivot, VALUE_GROUP,
};
pub(super) use value::{ShareUnit, ValueSettings, ValueSource};

/// A mapping of a table's columns to the values of a record. `docs/tables.md` describes every
/// setting.
///
/// ```
/// use hustings::formats::Mapping;
/// let mapping: Mapping = r#"
///     key = "year"
///     [election]
///     title = { template = "{year} Ruritanian election" }
///     country = { constant = "Ruritania" }
///     [contender]
///     party = "party"
///     votes = "votes"
/// "#.parse()?;
/// assert_eq!(mapping.key(), ["year"]);
/// # Ok::<(), hustings::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Name in messages and lineages.
    #[serde(default)]
    pub(super) name: Option<String>,
    /// Name of the files to read in a folder; any table file if `None`.
    #[serde(default)]
    pub(super) file: Option<String>,
    /// Columns whose values identify an election. Without any, all rows are one election.
    #[serde(default)]
    pub(super) key: KeyColumns,
    /// Column with the time at which the source stated a row. Each time is a version.
    #[serde(default)]
    pub(super) version_by: Option<ValueSource>,
    /// Cell texts that stand for an unknown value.
    #[serde(default = "default_nulls")]
    pub(super) null: Vec<String>,
    /// Character encoding; detected if `None`. In a source text, the encoding of the table that was
    /// read, unless it is UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) encoding: Option<String>,
    /// Sheet of a workbook; the only one with cells if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sheet: Option<SheetChoice>,
    /// Path of the rows in JSON, which is written `records` in a mapping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) records_path: Option<String>,
    /// File in a zip archive; the only table if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) entry: Option<String>,
    /// Delimiter; detected if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) delimiter: Option<char>,
    /// Lines of the header; detected if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) header: Option<Header>,
    /// Names of the columns, by position, in place of those of a header.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) columns: Vec<String>,
    /// Conditions of the first row after the table.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) until: Conditions,
    /// Columns that become rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) unpivot: Option<Unpivot>,
    /// Rules for rows, the first of which that holds applies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) rows: Vec<RowRule>,
    /// Treatment of several rows of one contender in one round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) merge: Option<Merge>,
    /// Treatment of a row that duplicates an earlier one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) duplicates: Option<Duplicates>,
    /// Treatment of a row with the total of the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) totals: Option<Totals>,
    /// Treatment of an election with a cell that cannot be parsed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) on_error: Option<OnError>,
    /// Joined tables, by the prefix of their columns.
    #[serde(default)]
    pub(super) join: BTreeMap<String, Join>,
    #[serde(default)]
    pub(super) election: ElectionColumns,
    /// Where the rows state their area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) area: Option<AreaColumns>,
    #[serde(default)]
    pub(super) contest: ContestColumns,
    #[serde(default)]
    pub(super) contender: ContenderColumns,
    /// The source of the tables. Not serialised: the journal has it beside each text.
    #[serde(default, skip_serializing)]
    pub(super) source: Option<TableSource>,
    /// Tables of parties and their successions. Not serialised: the source text of an election does
    /// not need them.
    #[serde(default, skip_serializing)]
    pub(super) lineage: Option<LineageTables>,
    /// Decisions derived from the whole table. They are not a setting: only source texts contain
    /// them.
    #[serde(default, skip_serializing_if = "Decisions::is_empty")]
    pub(super) decided: Decisions,
}

fn default_nulls() -> Vec<String> {
    vec![String::new()]
}

impl Mapping {
    /// Returns the columns whose values identify an election.
    #[must_use]
    pub fn key(&self) -> Vec<&str> {
        match &self.key {
            KeyColumns::One(column) => vec![column],
            KeyColumns::Several(columns) => columns.iter().map(String::as_str).collect(),
        }
    }

    /// Returns the source of the tables, if the mapping names one.
    #[must_use]
    pub fn source(&self) -> Option<&Source> {
        self.source.as_ref().map(|source| &source.description)
    }

    /// Returns the value that identifies an election in the source.
    pub(super) fn source_id(&self) -> Option<&ValueSource> {
        self.source.as_ref()?.id.as_ref()
    }

    /// Returns the name for messages and lineages; `table` by default.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("table")
    }

    /// Returns the names of the files with tables of parties, which are beside the table.
    pub(crate) fn lineage_files(&self) -> impl Iterator<Item = &str> {
        self.lineage.iter().flat_map(LineageTables::files)
    }

    /// Returns whether a file is a joined table or a table of parties of this mapping.
    pub(crate) fn references_file(&self, path: &Path) -> bool {
        let mut joined = self.join.values().map(|join| join.file.as_str());
        let name = path.file_name();
        joined.any(|file| name == Some(file.as_ref()))
            || self.lineage_files().any(|file| name == Some(file.as_ref()))
    }

    /// Returns whether a file found in a folder is a table of this mapping, by its name.
    #[must_use]
    pub fn matches_file_name(&self, name: &str) -> bool {
        match &self.file {
            Some(file) => Path::new(name).file_name().is_some_and(|name| name == file.as_str()),
            None => self.is_container_name(name),
        }
    }
}

impl Mapping {
    fn values(&self) -> impl Iterator<Item = &ValueSource> {
        let election = &self.election;
        let contest = &self.contest;
        let contender = &self.contender;
        let optional = [
            &self.version_by,
            &election.country,
            &election.r#type,
            &election.date,
            &election.year,
            &election.previous,
            &contest.previous,
            &contest.office,
            &contest.seats,
            &contest.registered,
            &contest.cast,
            &contest.valid,
            &contest.invalid,
            &contest.blank,
            &contest.turnout,
            &contest.counted,
            &contender.person,
            &contender.party,
            &contender.alliance,
            &contender.round,
            &contender.votes,
            &contender.share,
            &contender.seats,
            &contender.electoral_votes,
        ];
        let details = election.details.values().chain(contender.details.values());
        optional
            .into_iter()
            .chain([&election.title])
            .flatten()
            .chain(details)
            .chain(self.area.iter().flat_map(AreaColumns::values))
            .chain(self.source_id())
    }

    /// Returns every column that the mapping uses. Columns of a joined table have its name as a
    /// prefix.
    pub(super) fn columns(&self) -> BTreeSet<&str> {
        let joins = self.join.values().map(|join| join.on.as_str());
        let rules = self.rows.iter().flat_map(|rule| rule.when.keys()).map(String::as_str);
        let used = self.values().flat_map(ValueSource::columns);
        used.chain(self.key()).chain(joins).chain(rules).collect()
    }

    /// Returns the values that name the contender of a row.
    pub(super) fn contender_names(&self) -> impl Iterator<Item = &ValueSource> {
        [&self.contender.person, &self.contender.party].into_iter().flatten()
    }

    /// Returns the values with a contender's results, each with the name of its setting.
    pub(super) fn contender_results(&self) -> impl Iterator<Item = (&'static str, &ValueSource)> {
        let columns = &self.contender;
        let results = [
            ("votes", &columns.votes),
            ("share", &columns.share),
            ("seats", &columns.seats),
            ("electoral_votes", &columns.electoral_votes),
        ];
        results.into_iter().filter_map(|(word, value)| Some((word, value.as_ref()?)))
    }

    /// Returns the values that hold counts.
    pub(super) fn counts(&self) -> impl Iterator<Item = &ValueSource> {
        let (contest, contender) = (&self.contest, &self.contender);
        let counts = [
            &contest.seats,
            &contest.registered,
            &contest.cast,
            &contest.valid,
            &contest.invalid,
            &contest.blank,
            &contender.votes,
            &contender.seats,
            &contender.electoral_votes,
        ];
        counts.into_iter().flatten()
    }

    /// Returns the values that hold shares.
    pub(super) fn shares(&self) -> impl Iterator<Item = &ValueSource> {
        [&self.contender.share, &self.contest.turnout, &self.contest.counted].into_iter().flatten()
    }

    /// Returns whether a cell text stands for an unknown value.
    pub(super) fn is_null(&self, text: &str) -> bool {
        self.null.iter().any(|null| null == text)
    }

    /// Returns whether a cell that cannot be parsed is kept as an unparsed field.
    pub(super) fn keeps_unparsed_cells(&self) -> bool {
        self.on_error == Some(OnError::Keep)
    }

    /// Splits a column of a joined table into the table's name and the column's name there; returns
    /// `None` for other columns.
    pub(super) fn split_joined_column<'b>(&self, column: &'b str) -> Option<(&'b str, &'b str)> {
        column.split_once('.').filter(|(name, _)| self.join.contains_key(*name))
    }

    /// Returns whether one of these columns is one that `[unpivot]` makes.
    pub(super) fn is_unpivoted(&self, columns: &[&str]) -> bool {
        let new = self.unpivot.as_ref().map(Unpivot::new_columns).unwrap_or_default();
        columns.iter().any(|column| new.contains(column))
    }

    /// Returns the lines above the header that values are taken from.
    pub(super) fn used_lines(&self) -> BTreeSet<u32> {
        self.values().filter_map(ValueSource::line).collect()
    }

    /// Returns whether a value is taken from the name of the file.
    pub(super) fn uses_file_name(&self) -> bool {
        self.values().any(ValueSource::is_from_file_name)
    }

    /// Returns whether a used column has the form of a column in a joined table, but no such table
    /// is joined.
    pub(super) fn refers_to_unknown_join(&self, column: &str) -> bool {
        self.columns().contains(column)
            && column.contains('.')
            && self.split_joined_column(column).is_none()
    }

    /// Returns whether a column belongs to this joined table, or to a table that is joined through
    /// it.
    pub(super) fn needs_join(&self, column: &str, name: &str) -> bool {
        let mut at = column;
        for _ in 0..=self.join.len() {
            let Some((join, _)) = self.split_joined_column(at) else { return false };
            if join == name {
                return true;
            }
            at = self.join.get(join).map_or("", |join| &join.on);
        }
        false
    }
}
