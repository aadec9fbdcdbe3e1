//! What is said of a table beside its elections: what is lost, what is doubtful, and what was done as its mapping
//! says.

use std::collections::BTreeMap;

use super::bundle::place;
use super::rows::{Row, Table};
use crate::import::Document;
use crate::model::grouped;
use crate::{Unread, Warning};

/// What comes of a table.
pub(crate) enum TableEvent {
    /// An election.
    Document(Box<Document>),
    /// What was not read.
    Unread(Unread),
    /// What was kept and is doubtful.
    Warning(Warning),
    /// A sentence about what was read, of which nothing is lost.
    Note(String),
}

pub(crate) type Each<'a> = dyn FnMut(TableEvent) + 'a;

/// What is doubtful at a column of a row.
pub(super) fn warning(table: &Table, row: &Row, column: &str, message: String) -> Warning {
    let (source, line) = (table.source.clone(), row.line);
    Warning { source, line, column: place(table, column), message }
}

/// What was done with rows and cells, of which a note says how often.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Done {
    /// Shares of this column had digits of noise.
    Rounded(String),
    /// Rows that say the same as one above were left out.
    Dropped,
    /// Rows with totals were left out.
    TotalDropped,
    /// Rows with totals became figures of the contest.
    TotalTaken,
    /// Rows were added to others of their contenders.
    Added,
    /// Shares of added rows were left out.
    SharesLeft,
    /// Details of this name differ between rows that were added.
    DetailLeft(String),
    /// Contenders have another party in a later round.
    Relabelled,
    /// Rows that are no contender's.
    Other,
    /// Contenders have fewer votes than are valid.
    Lacking,
}

impl Done {
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

/// How often each was done, and the first time.
#[derive(Debug, Default)]
pub(super) struct Notes {
    done: BTreeMap<Done, (u64, u32, String)>,
}

impl Notes {
    pub(super) fn add(&mut self, done: Done, line: u32, what: String) {
        let counted = self.done.entry(done).or_insert_with(|| (0, line, what.clone()));
        counted.0 += 1;
        if line < counted.1 {
            (counted.1, counted.2) = (line, what);
        }
    }

    pub(super) fn extend(&mut self, others: impl IntoIterator<Item = (Done, u32, String)>) {
        others.into_iter().for_each(|(done, line, what)| self.add(done, line, what));
    }

    /// A sentence for each.
    pub(super) fn sentences(&self, source: &str) -> impl Iterator<Item = String> {
        self.done.iter().map(move |(done, (count, line, what))| {
            let first = if *count == 1 { "it is" } else { "the first is" };
            let what = if what.is_empty() { String::new() } else { format!(": {what}") };
            format!("{source}: {}; {first} on line {line}{what}", done.sentence(*count))
        })
    }
}
