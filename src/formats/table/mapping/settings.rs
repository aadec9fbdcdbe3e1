//! Treatment of irregular rows and cells, and decisions derived from a whole table.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::area::RecordArea;
use super::value::ValueSource;

/// Treatment of several rows of one contender in one round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Merge {
    /// The figures of the rows are added.
    Sum,
}

/// Treatment of a row that duplicates an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Duplicates {
    /// The row is left out.
    Drop,
}

/// Treatment of a row with the total of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Totals {
    /// The row is left out.
    Drop,
    /// The figures of the row become those of the contest.
    Contest,
}

/// Treatment of an election with a cell that cannot be parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OnError {
    /// The election is left out.
    Refuse,
    /// The cell is kept as an unparsed field.
    Keep,
}

impl Merge {
    pub(super) const ALL: [(&str, Self); 1] = [("sum", Self::Sum)];
}

impl Duplicates {
    pub(super) const ALL: [(&str, Self); 1] = [("drop", Self::Drop)];
}

impl Totals {
    pub(super) const ALL: [(&str, Self); 2] = [("drop", Self::Drop), ("contest", Self::Contest)];
}

impl OnError {
    pub(super) const ALL: [(&str, Self); 2] = [("refuse", Self::Refuse), ("keep", Self::Keep)];
}

/// Order of day and month in a date that ends with the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DateOrder {
    /// 6/5/2021 is 6 May.
    DayFirst,
    /// 6/5/2021 is 5 June.
    MonthFirst,
}

/// Decisions derived from a whole table on which the cells of one election depend.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Decisions {
    /// Order of day and month in the date column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dates: Option<DateOrder>,
    /// Decimal separators of count columns, by column.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) decimal_marks: BTreeMap<String, String>,
    /// Delimiters of the blocks whose header rows do not imply them, by block.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) delimiters: BTreeMap<String, char>,
    /// Whether the dates are serial numbers of a spreadsheet.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) serial_dates: bool,
    /// Key of the election, if it depends on columns that became rows: a row of the source text then
    /// holds data of other elections too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) key: Vec<String>,
    /// Area of the record, if the mapping states areas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) area: Option<RecordArea>,
    /// Name of the file, if the mapping takes values from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<String>,
    /// Lines above the header from which the mapping takes values, by number.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) lines: BTreeMap<u32, String>,
    /// Value that identifies the elections that the rows link to in their source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) link_id: Option<ValueSource>,
}

impl Decisions {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
