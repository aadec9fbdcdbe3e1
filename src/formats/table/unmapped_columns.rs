//! Columns that a mapping does not use, in a table whose contenders have fewer votes than there are
//! valid votes. Each of these columns may contain the votes of a party.

use std::collections::HashSet;

use super::mapping::ValueSource;
use super::number;
use super::report::{EventSink, Notes, RowNote, TableEvent, column_warning};
use super::rows::Row;
use super::table_view::TableView;
use crate::model::{Election, RoundFigures, group_digits};

/// Rounds whose contenders have fewer votes than there are valid votes.
#[derive(Default)]
pub(super) struct UnmappedColumns {
    /// Line, votes of the contenders, and valid votes of each round.
    incomplete_rounds: Vec<(u32, u64, u64)>,
    elections: usize,
    contenders: usize,
}

impl UnmappedColumns {
    pub(super) fn add_election(&mut self, election: &Election, rows: &[&Row]) {
        self.elections += 1;
        for contest in &election.contests {
            self.contenders += contest.contenders.len();
            for round in &contest.rounds {
                let tallies = contest.contenders.iter().flat_map(|contender| &contender.tallies);
                let options = contest.options.iter().flat_map(|option| &option.tallies);
                let of_round =
                    tallies.chain(options).filter(|tally| tally.ballot() == round.ballot());
                let votes: Vec<u64> = of_round.filter_map(|tally| tally.votes).collect();
                let sum: Option<u64> =
                    votes.iter().try_fold(0_u64, |sum, votes| sum.checked_add(*votes));
                if let (RoundFigures { valid: Some(valid), .. }, Some(sum), Some(row)) =
                    (round, sum, rows.first())
                    && !votes.is_empty()
                    && sum < *valid
                {
                    self.incomplete_rounds.push((row.line, sum, *valid));
                }
            }
        }
    }

    /// Reports columns of counts that the mapping does not use. If every row has the constant
    /// contender of the mapping, the other contenders may have columns of their own.
    pub(super) fn report(self, view: &TableView<'_>, notes: &mut Notes, sink: &mut EventSink<'_>) {
        let mut names = view.mapping.contender_names().peekable();
        let is_constant = names.peek().is_some() && names.all(ValueSource::is_constant);
        let is_constant = is_constant && self.contenders == self.elections;
        if !is_constant && self.incomplete_rounds.is_empty() {
            return;
        }
        let unmapped = unmapped_counts(view);
        if unmapped.is_empty() {
            return;
        }
        let listed = join_names(&unmapped);
        if is_constant {
            let message = format!(
                "every row is of the contender that the mapping states; columns with counts that it does not \
                 read: {listed}"
            );
            let row = view.table.rows.first();
            row.into_iter().for_each(|row| {
                sink(TableEvent::Warning(column_warning(
                    view.table,
                    row,
                    unmapped[0],
                    message.clone(),
                )));
            });
            return;
        }
        for (line, votes, valid) in self.incomplete_rounds {
            let (votes, valid) = (group_digits(votes), group_digits(valid));
            let description = format!(
                "{votes} of {valid}; columns with counts that the mapping does not read: {listed}"
            );
            notes.add(RowNote::VotesIncomplete, line, description);
        }
    }
}

/// Returns the columns that the mapping does not use and whose cells, except nulls, are all counts.
fn unmapped_counts<'a>(view: &TableView<'a>) -> Vec<&'a str> {
    let mapped: HashSet<&str> = view.mapping.columns().into_iter().collect();
    let table = view.table;
    let columns = table.columns.iter().enumerate().filter(|(at, column)| {
        let texts = table.rows.iter().filter_map(|row| row.cell(*at));
        let mut non_null = texts.filter(|text| !view.mapping.is_null(text)).peekable();
        !column.is_empty()
            && !mapped.contains(column.as_str())
            && non_null.peek().is_some()
            && non_null.all(|text| number::parse_count(text, "").is_ok())
    });
    columns.map(|(_, column)| column.as_str()).collect()
}

/// Joins names for a message. Beyond a maximum, names are only counted.
fn join_names(names: &[&str]) -> String {
    const MAX_NAMES: usize = 8;
    let mut listed = names.iter().take(MAX_NAMES).copied().collect::<Vec<_>>().join(", ");
    if names.len() > MAX_NAMES {
        listed.push_str(&format!(" and {} others", group_digits((names.len() - MAX_NAMES) as u64)));
    }
    listed
}
