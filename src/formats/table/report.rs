//! Reports about a table, beside its elections: errors, warnings, and notes on what the settings of
//! its mapping did.

use std::collections::BTreeMap;

use super::rows::{Row, Table};
use crate::formats::document::Document;
use crate::model::group_digits;
use crate::{ParseError, Warning};

/// An event during the import of a table.
pub(crate) enum TableEvent {
    /// An election.
    Document(Box<Document>),
    /// An error: the table, or a part of it, is not imported.
    Error(ParseError),
    /// A warning about data that is imported.
    Warning(Warning),
    /// A note on the import, as a sentence. It reports no error.
    Note(String),
}

pub(crate) type EventSink<'a> = dyn FnMut(TableEvent) + 'a;

/// Returns a warning about a column of a row.
pub(super) fn column_warning(table: &Table, row: &Row, column: &str, message: String) -> Warning {
    let (source, line) = (table.source.clone(), row.line);
    Warning { source, line, column: table.column_number(Some(row), column), message }
}

/// An adjustment of rows or cells, or an irregularity in them. A note reports the number of
/// occurrences.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RowNote {
    /// Shares in this column were rounded to the precision of a float.
    ShareRounded(String),
    /// Duplicates of earlier rows were left out.
    DuplicateDropped,
    /// Rows with totals were left out.
    TotalDropped,
    /// Rows with totals became figures of the contest.
    TotalUsed,
    /// Rows were added to other rows of their contenders.
    RowsMerged,
    /// Shares of added rows were left out.
    ShareDropped,
    /// Details of this name were left out, because added rows differ in them.
    DetailDropped(String),
    /// Contenders have another party in a later round.
    PartyChanged,
    /// Rows belong to no contender.
    NotContender,
    /// Contenders have fewer votes than the valid votes of the round.
    VotesIncomplete,
    /// Parts of a contest do not state this figure, which is therefore unknown for the contest.
    PartUnknown(String),
    /// Rows became figures or options of their contest, as a rule of the mapping states.
    RowUsed,
    /// Marks of footnotes after numbers in this column were removed.
    FootnoteRemoved(String),
    /// Rows state figures of a larger area, beside the areas within it.
    AreaTotal,
    /// This figure was left out of sums over areas, because an area does not state it.
    SumLeftOut(String),
    /// Sums over areas have a round in which some of the areas have no figures.
    SumRoundPartial,
    /// Contenders were added across areas by this identity, which the mapping does not state.
    SumByDefault(&'static str),
    /// Areas have the name of an area in another larger area.
    AreaNameTwice,
}

impl RowNote {
    fn message(&self, count: u64) -> String {
        let (number, is_one) = (group_digits(count), count == 1);
        let counted =
            |one: &str, several: &str| format!("{number} {}", if is_one { one } else { several });
        let verb =
            |one: &str, several: &str| if is_one { one.to_owned() } else { several.to_owned() };
        match self {
            Self::ShareRounded(column) => format!(
                "{} in '{column}' {} more digits than a 64-bit float holds, and {} rounded to 15 of them",
                counted("share", "shares"),
                verb("has", "have"),
                verb("is", "are")
            ),
            Self::DuplicateDropped => format!(
                "{} the same as one above, and {} left out",
                counted("row says", "rows say"),
                verb("is", "are")
            ),
            Self::TotalDropped => {
                format!("{} left out", counted("row with a total is", "rows with totals are"))
            }
            Self::TotalUsed => format!(
                "{} the figures of the contest",
                counted("row with a total gives", "rows with totals give")
            ),
            Self::RowsMerged => counted(
                "row is added to another of the same contender",
                "rows are added to others of the same contenders",
            ),
            Self::ShareDropped => format!(
                "{} not kept: the shares of the rows are not of one whole",
                counted("share of added rows is", "shares of added rows are")
            ),
            Self::DetailDropped(name) => format!(
                "{} different '{name}' in rows that were added, which is not kept",
                counted("contender has", "contenders have")
            ),
            Self::PartyChanged => {
                format!(
                    "{} another party in a later round",
                    counted("contender has", "contenders have")
                )
            }
            Self::NotContender => format!("{} of no contender", counted("row is", "rows are")),
            Self::PartUnknown(setting) => format!(
                "'{setting}' is unknown in {}, because a part does not state it",
                counted("contest", "contests")
            ),
            Self::RowUsed => format!(
                "{} of the contest, by a rule of [[rows]]",
                counted("row gives a figure or an option", "rows give figures or options")
            ),
            Self::FootnoteRemoved(column) => format!(
                "{} removed in '{column}'",
                counted("mark of a footnote is", "marks of footnotes are")
            ),
            Self::AreaTotal => format!(
                "{} figures of a larger area, beside those of the areas within",
                counted("record states", "records state")
            ),
            Self::SumLeftOut(figure) => format!(
                "{} left out of sums over areas, because an area does not state '{figure}'",
                counted("figure is", "figures are")
            ),
            Self::SumRoundPartial => format!(
                "{} figures of some areas only",
                counted("round of a sum over areas has", "rounds of sums over areas have")
            ),
            Self::SumByDefault(by) => format!(
                "in {} contenders are added by {by}; by = \"party\", \"person\" or a detail in [area] states it",
                counted("sum over areas", "sums over areas")
            ),
            Self::AreaNameTwice => format!(
                "{} the name of an area elsewhere, and is another area",
                counted("area has", "areas have")
            ),
            Self::VotesIncomplete => format!(
                "in {} the contenders have fewer votes than are valid",
                counted("round", "rounds")
            ),
        }
    }
}

/// Number of occurrences of each adjustment, with the line and the description of the first.
#[derive(Debug, Default)]
pub(super) struct Notes {
    occurrences: BTreeMap<RowNote, (u64, u32, String)>,
}

impl Notes {
    pub(super) fn add(&mut self, row_note: RowNote, line: u32, description: String) {
        let counted =
            self.occurrences.entry(row_note).or_insert_with(|| (0, line, description.clone()));
        counted.0 += 1;
        if line < counted.1 {
            (counted.1, counted.2) = (line, description);
        }
    }

    pub(super) fn extend(&mut self, notes: impl IntoIterator<Item = (RowNote, u32, String)>) {
        notes
            .into_iter()
            .for_each(|(row_note, line, description)| self.add(row_note, line, description));
    }

    /// Returns a sentence for each adjustment.
    pub(super) fn messages(&self, source: &str) -> impl Iterator<Item = String> {
        self.occurrences.iter().map(move |(done, (count, line, what))| {
            let first = if *count == 1 { "it is" } else { "the first is" };
            let what = if what.is_empty() { String::new() } else { format!(": {what}") };
            format!("{source}: {}; {first} on line {line}{what}", done.message(*count))
        })
    }
}
