//! Columns that a mapping does not read, where contenders have fewer votes than are valid: each may be a party's.

use std::collections::HashSet;

use super::cells::Cells;
use super::number;
use super::report::{Done, Each, Notes, TableEvent, warning};
use super::rows::Row;
use crate::model::{Election, Round, grouped};

/// The rounds whose contenders have fewer votes than are valid.
#[derive(Default)]
pub(super) struct Wide {
    /// The line of each, and its votes and valid votes.
    lacking: Vec<(u32, u64, u64)>,
    elections: usize,
    contenders: usize,
}

impl Wide {
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
                if let (Round { valid: Some(valid), .. }, Some(sum), Some(row)) =
                    (round, sum, rows.first())
                    && !votes.is_empty()
                    && sum < *valid
                {
                    self.lacking.push((row.line, sum, *valid));
                }
            }
        }
    }

    /// Says which columns are not read. Where every row has the contender that the mapping states, the others
    /// stand in columns.
    pub(super) fn report(self, cells: &Cells<'_>, notes: &mut Notes, each: &mut Each<'_>) {
        let mut names = cells.mapping.names_of_contender().peekable();
        let is_stated = names.peek().is_some() && names.all(super::mapping::Value::is_constant);
        let is_stated = is_stated && self.contenders == self.elections;
        if !is_stated && self.lacking.is_empty() {
            return;
        }
        let unread = unread_counts(cells);
        if unread.is_empty() {
            return;
        }
        let listed = listed(&unread);
        if is_stated {
            let message = format!(
                "every row is of the contender that the mapping states; columns with counts that it does not \
                 read: {listed}"
            );
            let row = cells.table.rows.first();
            row.into_iter().for_each(|row| {
                each(TableEvent::Warning(warning(cells.table, row, unread[0], message.clone())));
            });
            return;
        }
        for (line, votes, valid) in self.lacking {
            let (votes, valid) = (grouped(votes), grouped(valid));
            let what = format!(
                "{votes} of {valid}; columns with counts that the mapping does not read: {listed}"
            );
            notes.add(Done::Lacking, line, what);
        }
    }
}

/// The columns that hold counts in every row in which they hold anything, and that the mapping does not name.
fn unread_counts<'a>(cells: &Cells<'a>) -> Vec<&'a str> {
    let named: HashSet<&str> = cells.mapping.columns().into_iter().collect();
    let table = cells.table;
    let columns = table.columns.iter().enumerate().filter(|(at, column)| {
        let texts = table.rows.iter().filter_map(|row| row.cells.get(*at));
        let mut known = texts.filter(|text| !cells.mapping.is_null(text)).peekable();
        !column.is_empty()
            && !named.contains(column.as_str())
            && known.peek().is_some()
            && known.all(|text| number::count(text, "").is_ok())
    });
    columns.map(|(_, column)| column.as_str()).collect()
}

/// Names, of which only the first stand in a message.
fn listed(names: &[&str]) -> String {
    const NAMED: usize = 8;
    let mut listed = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if names.len() > NAMED {
        listed.push_str(&format!(" and {} others", grouped((names.len() - NAMED) as u64)));
    }
    listed
}
