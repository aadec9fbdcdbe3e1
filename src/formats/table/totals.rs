//! Rows with the total of the others: reported, left out, or turned into figures of the contest.

use std::collections::HashSet;

use super::contender_rows::{ContenderRow, ContenderRows};
use super::mapping::Totals;
use super::reader::Reader;
use super::report::RowNote;
use crate::formats::infobox::round_mut;
use crate::formats::non_contender_rows::RowKind;
use crate::model::{
    Ballot, Contest, Quantity, ResultRow, TotalCertainty, TotalRow, TotalScope, UnparsedField,
    UnparsedReason, find_totals, group_digits,
};

/// Finds rows with totals. Depending on the mapping, they are reported, left out, or turned into
/// figures of the contest.
pub(super) fn apply_totals<'a>(
    reader: &mut Reader<'a>,
    entries: &mut ContenderRows<'a>,
    contest: &mut Contest,
) {
    let mut rounds: Vec<Option<u8>> = entries.named.iter().map(|entry| entry.round).collect();
    rounds.sort_unstable();
    rounds.dedup();
    let mut removed: HashSet<usize> = HashSet::new();
    for round in rounds {
        // Valid votes count neither as a contender nor as ballots, so they are not part of a total.
        let is_row = |entry: &ContenderRow<'_>| {
            entry.round == round && RowKind::from_name(entry.name()) != Some(RowKind::Valid)
        };
        let indices: Vec<usize> = (0..entries.named.len())
            .filter(|at| entries.named.get(*at).is_some_and(is_row))
            .collect();
        let named = indices.iter().filter_map(|at| entries.named.get(*at));
        let nameless = entries.nameless.iter().filter(|entry| entry.round == round);
        let rows: Vec<ResultRow<'_>> = named.chain(nameless).map(result_row).collect();
        let totals = find_totals(&rows).into_iter();
        let totals: Vec<(usize, TotalRow)> =
            totals.filter_map(|total| Some((*indices.get(total.index)?, total))).collect();
        removed.extend(apply_round_totals(reader, entries, contest, &totals));
    }
    let mut at = 0;
    entries.named.retain(|_| {
        at += 1;
        !removed.contains(&(at - 1))
    });
}

/// Applies the `totals` setting to the rows of a round that have the name of a total. Returns the
/// indices of the rows to remove from the contenders.
fn apply_round_totals(
    reader: &mut Reader<'_>,
    entries: &ContenderRows<'_>,
    contest: &mut Contest,
    totals: &[(usize, TotalRow)],
) -> Vec<usize> {
    let setting = reader.election_rows.view.mapping.totals;
    let mut contest_totals: Vec<(&ContenderRow<'_>, TotalRow, TotalScope)> = Vec::new();
    let mut removed = Vec::new();
    for (at, total) in totals {
        let entry = &entries.named[*at];
        let name = entry.name();
        match (total.scope, setting) {
            (Some(_), Some(Totals::Drop)) => {
                reader.note(RowNote::TotalDropped, entry.row, format!("'{name}'"));
                removed.push(*at);
            }
            (Some(scope), Some(Totals::Contest)) => {
                reader.note(RowNote::TotalUsed, entry.row, format!("'{name}'"));
                contest_totals.push((entry, *total, scope));
                removed.push(*at);
            }
            (Some(_), None) => {
                let message = format!(
                    "'{name}' has the figures of all others together, and is kept as a contender \
                     (totals = \"drop\" or \"contest\" in the mapping says otherwise)"
                );
                reader.warn_at_contender(entry, message);
            }
            (None, _) if total.certainty == TotalCertainty::Yes => {
                let message = format!(
                    "'{name}' is called a total and has not the figures of all others together; it is kept as a \
                     contender"
                );
                reader.warn_at_contender(entry, message);
            }
            (None, _) => {}
        }
    }
    // A total of all rows includes the subtotals.
    if contest_totals.iter().any(|(_, total, _)| !total.is_subtotal) {
        contest_totals.retain(|(_, total, _)| !total.is_subtotal);
    } else if let Some((first, _, scope)) = contest_totals.first().copied() {
        let add = |figure: fn(&ContenderRow<'_>) -> Option<u64>| {
            let figures = contest_totals.iter().map(|(entry, ..)| figure(entry));
            figures.reduce(|sum, next| sum?.checked_add(next?)).flatten()
        };
        let (votes, seats) = (add(|entry| entry.votes), add(|entry| entry.seats));
        set_contest_figures(
            reader,
            &ContenderRow { votes, seats, ..first.clone() },
            scope,
            contest,
        );
        return removed;
    }
    for (entry, _, scope) in contest_totals {
        set_contest_figures(reader, entry, scope, contest);
    }
    removed
}

/// Converts a row for the detection of totals.
fn result_row<'a>(entry: &'a ContenderRow<'_>) -> ResultRow<'a> {
    ResultRow {
        name: entry.name(),
        votes: entry.votes,
        seats: entry.seats,
        share: entry.share,
        is_ballot_count: matches!(
            RowKind::from_name(entry.name()),
            Some(RowKind::Blank | RowKind::Invalid)
        ),
    }
}

/// Sets the contest's figures from a total. If the contest states another figure, the total is kept
/// as an unparsed field.
fn set_contest_figures(
    reader: &mut Reader<'_>,
    entry: &ContenderRow<'_>,
    scope: TotalScope,
    contest: &mut Contest,
) {
    if let Some(votes) = entry.votes {
        let ballot = Ballot { round: entry.round, label: None };
        let round = round_mut(&mut contest.rounds, ballot);
        let (figure_name, figure) = match scope {
            TotalScope::Contenders => ("valid", &mut round.valid),
            TotalScope::Ballots => ("cast", &mut round.cast),
        };
        let stated = *figure.get_or_insert(votes);
        if stated != votes {
            reader.keep_unparsed_total(entry, figure_name, votes, stated);
        }
    }
    if let Some(seats) = entry.seats {
        let text = seats.to_string();
        let stated = contest.seats.get_or_insert(Quantity { count: Some(seats), of: None, text });
        if let Some(stated) = stated.count.filter(|stated| *stated != seats) {
            reader.keep_unparsed_total(entry, "seats", seats, stated);
        }
    }
}

impl Reader<'_> {
    pub(super) fn keep_unparsed_total(
        &mut self,
        entry: &ContenderRow<'_>,
        figure_name: &str,
        total: u64,
        stated: u64,
    ) {
        let (name, [grouped_total, grouped_stated]) =
            (entry.name(), [total, stated].map(group_digits));
        let message = format!(
            "'{name}' has {grouped_total}, where the rows state {grouped_stated} for '{figure_name}'"
        );
        self.warn_at_contender(entry, message);
        self.unparsed.push(UnparsedField {
            label: name.to_owned(),
            text: total.to_string(),
            reason: UnparsedReason::Expected(format!(
                "the {grouped_stated} that '{figure_name}' states"
            )),
            line: Some(entry.row.line),
        });
    }
}
