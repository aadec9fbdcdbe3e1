//! Reports about a table, beside its elections: errors, warnings, and notes on what the settings of
//! its mapping did.

use std::collections::BTreeMap;

use super::problem::column_number;
use super::rows::{Row, Table};
use crate::formats::document::Document;
use crate::model::grouped;
use crate::{ParseError, Warning};

/// An event during the import of a table.
pub(crate) enum TableEvent {
    /// An election.
    Document(Box<Document>),
    /// An error: the table, or a part of it, is not imported.
    Unread(ParseError),
    /// A warning about data that is imported.
    Warning(Warning),
    /// A note on the import, as a sentence. It reports no error.
    Note(String),
}

pub(crate) type EventSink<'a> = dyn FnMut(TableEvent) + 'a;

/// Returns a warning about a column of a row.
pub(super) fn column_warning(table: &Table, row: &Row, column: &str, message: String) -> Warning {
    let (source, line) = (table.source.clone(), row.line);
    Warning { source, line, column: column_number(table, column), message }
}

/// An operation on rows and cells. A note reports how often it occurred.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Adjustment {
    /// Shares in this column were rounded to the precision of a float.
    Rounded(String),
    /// Duplicates of earlier rows were left out.
    Dropped,
    /// Rows with totals were left out.
    TotalDropped,
    /// Rows with totals became figures of the contest.
    TotalTaken,
    /// Rows were added to other rows of their contenders.
    Added,
    /// Shares of added rows were left out.
    SharesLeft,
    /// Details of this name were left out, because added rows differ in them.
    DetailLeft(String),
    /// Contenders have another party in a later round.
    Relabelled,
    /// Rows belong to no contender.
    Other,
    /// Contenders have fewer votes than the valid votes of the round.
    Lacking,
}

impl Adjustment {
    fn sentence(&self, count: u64) -> String {
        let (number, is_one) = (grouped(count), count == 1);
        let of =
            |one: &str, several: &str| format!("{number} {}", if is_one { one } else { several });
        let done =
            |one: &str, several: &str| if is_one { one.to_owned() } else { several.to_owned() };
        match self {
            Self::Rounded(column) => format!(
                "{} in '{column}' {} more digits than a 64-bit float holds, and {} rounded to 15 of them",
                of("share", "shares"),
                done("has", "have"),
                done("is", "are")
            ),
            Self::Dropped => format!(
                "{} the same as one above, and {} left out",
                of("row says", "rows say"),
                done("is", "are")
            ),
            Self::TotalDropped => {
                format!("{} left out", of("row with a total is", "rows with totals are"))
            }
            Self::TotalTaken => format!(
                "{} the figures of the contest",
                of("row with a total gives", "rows with totals give")
            ),
            Self::Added => of(
                "row is added to another of the same contender",
                "rows are added to others of the same contenders",
            ),
            Self::SharesLeft => format!(
                "{} not kept: the shares of the rows are not of one whole",
                of("share of added rows is", "shares of added rows are")
            ),
            Self::DetailLeft(name) => format!(
                "{} different '{name}' in rows that were added, which is not kept",
                of("contender has", "contenders have")
            ),
            Self::Relabelled => {
                format!("{} another party in a later round", of("contender has", "contenders have"))
            }
            Self::Other => format!("{} of no contender", of("row is", "rows are")),
            Self::Lacking => format!(
                "in {} the contenders have fewer votes than are valid",
                of("round", "rounds")
            ),
        }
    }
}

/// Number of occurrences of each operation, with the line and the description of the first.
#[derive(Debug, Default)]
pub(super) struct Notes {
    done: BTreeMap<Adjustment, (u64, u32, String)>,
}

impl Notes {
    pub(super) fn add(&mut self, done: Adjustment, line: u32, what: String) {
        let counted = self.done.entry(done).or_insert_with(|| (0, line, what.clone()));
        counted.0 += 1;
        if line < counted.1 {
            (counted.1, counted.2) = (line, what);
        }
    }

    pub(super) fn extend(&mut self, others: impl IntoIterator<Item = (Adjustment, u32, String)>) {
        others.into_iter().for_each(|(done, line, what)| self.add(done, line, what));
    }

    /// Returns a sentence for each operation.
    pub(super) fn sentences(&self, source: &str) -> impl Iterator<Item = String> {
        self.done.iter().map(move |(done, (count, line, what))| {
            let first = if *count == 1 { "it is" } else { "the first is" };
            let what = if what.is_empty() { String::new() } else { format!(": {what}") };
            format!("{source}: {}; {first} on line {line}{what}", done.sentence(*count))
        })
    }
}
