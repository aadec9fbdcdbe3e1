//! Columns that a mapping does not use, in a table whose contenders have fewer votes than are
//! valid: each may hold the votes of a party.

use std::collections::HashSet;

use super::cells::TableView;
use super::mapping::ValueSource;
use super::number;
use super::report::{Adjustment, EventSink, Notes, TableEvent, column_warning};
use super::rows::Row;
use crate::model::{Election, RoundFigures, grouped};

/// Rounds whose contenders have fewer votes than are valid.
#[derive(Default)]
pub(super) struct UnmappedColumns {
    /// Line, votes of the contenders, and valid votes of each round.
    lacking: Vec<(u32, u64, u64)>,
    elections: usize,
    contenders: usize,
}

impl UnmappedColumns {
    pub(super) fn add(&mut self, election: &Election, rows: &[&Row]) {
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
                    self.lacking.push((row.line, sum, *valid));
                }
            }
        }
    }

    /// Reports columns of counts that the mapping does not use. If every row has the constant
    /// contender of the mapping, the other contenders may have columns of their own.
    pub(super) fn report(self, cells: &TableView<'_>, notes: &mut Notes, each: &mut EventSink<'_>) {
        let mut names = cells.mapping.names_of_contender().peekable();
        let is_stated = names.peek().is_some() && names.all(ValueSource::is_constant);
        let is_stated = is_stated && self.contenders == self.elections;
        if !is_stated && self.lacking.is_empty() {
            return;
        }
        let unread = unmapped_counts(cells);
        if unread.is_empty() {
            return;
        }
        let listed = join_names(&unread);
        if is_stated {
            let message = format!(
                "every row is of the contender that the mapping states; columns with counts that it does not \
                 read: {listed}"
            );
            let row = cells.table.rows.first();
            row.into_iter().for_each(|row| {
                each(TableEvent::Warning(column_warning(
                    cells.table,
                    row,
                    unread[0],
                    message.clone(),
                )));
            });
            return;
        }
        for (line, votes, valid) in self.lacking {
            let (votes, valid) = (grouped(votes), grouped(valid));
            let what = format!(
                "{votes} of {valid}; columns with counts that the mapping does not read: {listed}"
            );
            notes.add(Adjustment::Lacking, line, what);
        }
    }
}

/// Returns the columns that the mapping does not use and whose cells, except nulls, are all counts.
fn unmapped_counts<'a>(cells: &TableView<'a>) -> Vec<&'a str> {
    let named: HashSet<&str> = cells.mapping.columns().into_iter().collect();
    let table = cells.table;
    let columns = table.columns.iter().enumerate().filter(|(at, column)| {
        let texts = table.rows.iter().filter_map(|row| row.cells.get(*at));
        let mut known = texts.filter(|text| !cells.mapping.is_null(text)).peekable();
        !column.is_empty()
            && !named.contains(column.as_str())
            && known.peek().is_some()
            && known.all(|text| number::parse_count(text, "").is_ok())
    });
    columns.map(|(_, column)| column.as_str()).collect()
}

/// Joins names for a message. Beyond a maximum, names are only counted.
fn join_names(names: &[&str]) -> String {
    const NAMED: usize = 8;
    let mut listed = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if names.len() > NAMED {
        listed.push_str(&format!(" and {} others", grouped((names.len() - NAMED) as u64)));
    }
    listed
}
