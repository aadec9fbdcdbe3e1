//! What becomes of rows and cells that are not plain, and what was decided from a whole table.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What becomes of several rows of one contender in one round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Merge {
    /// Their figures are added.
    Sum,
}

/// What becomes of a row that says the same as one above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Duplicates {
    /// It is left out.
    Drop,
}

/// What becomes of a row with the total of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Totals {
    /// It is left out.
    Drop,
    /// Its figures are those of the contest.
    Contest,
}

/// What becomes of an election with a cell that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OnError {
    /// The election is left out.
    Refuse,
    /// The cell is kept as not understood.
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

/// Which of day and month a date has first, where the year is last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DateOrder {
    /// 6/5/2021 is 6 May.
    DayFirst,
    /// 6/5/2021 is 5 June.
    MonthFirst,
}

/// What the whole of a table decided of the cells of one election.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Decided {
    /// The order of the column with dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dates: Option<DateOrder>,
    /// The decimal marks of columns with counts.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) decimal_marks: BTreeMap<String, String>,
    /// The delimiters of blocks whose names of columns do not tell them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) delimiters: BTreeMap<String, char>,
}

impl Decided {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
