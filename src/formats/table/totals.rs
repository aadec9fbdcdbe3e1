//! Rows with the total of the others: reported, left out, or turned into figures of the contest.

use std::collections::HashSet;

use super::entries::{ContenderRow, ContenderRows};
use super::mapping::Totals;
use super::reader::Reader;
use super::report::Adjustment;
use crate::formats::infobox::round;
use crate::formats::other_rows::RowKind;
use crate::model::{
    Ballot, Contest, Quantity, ResultRow, TotalCertainty, TotalRow, TotalScope, UnparsedField,
    UnparsedReason, find_totals, grouped,
};

/// Finds rows with totals. Depending on the mapping, they are reported, left out, or turned into
/// figures of the contest.
pub(super) fn apply_totals<'a>(
    reader: &mut Reader<'a>,
    entries: &mut ContenderRows<'a>,
    contest: &mut Contest,
) {
    let mut rounds: Vec<Option<u8>> = entries.all.iter().map(|entry| entry.round).collect();
    rounds.sort_unstable();
    rounds.dedup();
    let mut out: HashSet<usize> = HashSet::new();
    for round in rounds {
        // Valid votes count neither as a contender nor as ballots, so they are no part of a total.
        let is_row = |entry: &ContenderRow<'_>| {
            entry.round == round && RowKind::named(entry.name()) != Some(RowKind::Valid)
        };
        let places: Vec<usize> =
            (0..entries.all.len()).filter(|at| entries.all.get(*at).is_some_and(is_row)).collect();
        let own = places.iter().filter_map(|at| entries.all.get(*at));
        let nameless = entries.nameless.iter().filter(|entry| entry.round == round);
        let rows: Vec<ResultRow<'_>> = own.chain(nameless).map(result_row).collect();
        let called = find_totals(&rows).into_iter();
        let called: Vec<(usize, TotalRow)> =
            called.filter_map(|called| Some((*places.get(called.at)?, called))).collect();
        out.extend(apply_round_totals(reader, entries, contest, &called));
    }
    let mut at = 0;
    entries.all.retain(|_| {
        at += 1;
        !out.contains(&(at - 1))
    });
}

/// Applies the `totals` setting to the rows of a round that are called totals. Returns the indices
/// of the rows that are not contenders.
fn apply_round_totals(
    reader: &mut Reader<'_>,
    entries: &ContenderRows<'_>,
    contest: &mut Contest,
    called: &[(usize, TotalRow)],
) -> Vec<usize> {
    let setting = reader.bundle.cells.mapping.totals;
    let mut taken: Vec<(&ContenderRow<'_>, TotalRow, TotalScope)> = Vec::new();
    let mut out = Vec::new();
    for (at, called) in called {
        let entry = &entries.all[*at];
        let name = entry.name();
        match (called.of, setting) {
            (Some(_), Some(Totals::Drop)) => {
                reader.note(Adjustment::TotalDropped, entry.row, format!("'{name}'"));
                out.push(*at);
            }
            (Some(of), Some(Totals::Contest)) => {
                reader.note(Adjustment::TotalTaken, entry.row, format!("'{name}'"));
                taken.push((entry, *called, of));
                out.push(*at);
            }
            (Some(_), None) => {
                let message = format!(
                    "'{name}' has the figures of all others together, and is kept as a contender \
                     (totals = \"drop\" or \"contest\" in the mapping says otherwise)"
                );
                reader.warn_named(entry, message);
            }
            (None, _) if called.named == TotalCertainty::Yes => {
                let message = format!(
                    "'{name}' is called a total and has not the figures of all others together; it is kept as a \
                     contender"
                );
                reader.warn_named(entry, message);
            }
            (None, _) => {}
        }
    }
    // A total of all rows includes the totals of the parts.
    if taken.iter().any(|(_, called, _)| !called.is_part) {
        taken.retain(|(_, called, _)| !called.is_part);
    } else if let Some((first, _, of)) = taken.first().copied() {
        let add = |figure: fn(&ContenderRow<'_>) -> Option<u64>| {
            let figures = taken.iter().map(|(entry, ..)| figure(entry));
            figures.reduce(|sum, next| sum?.checked_add(next?)).flatten()
        };
        let (votes, seats) = (add(|entry| entry.votes), add(|entry| entry.seats));
        set_contest_figures(reader, &ContenderRow { votes, seats, ..first.clone() }, of, contest);
        return out;
    }
    for (entry, _, of) in taken {
        set_contest_figures(reader, entry, of, contest);
    }
    out
}

/// Converts a row for the detection of totals.
fn result_row<'a>(entry: &'a ContenderRow<'_>) -> ResultRow<'a> {
    ResultRow {
        name: entry.name(),
        votes: entry.votes,
        seats: entry.seats,
        share: entry.share,
        is_of_ballots: matches!(
            RowKind::named(entry.name()),
            Some(RowKind::Blank | RowKind::Invalid)
        ),
    }
}

/// Sets the contest's figures from a total. If the contest states another figure, the total is kept
/// as an unparsed field.
fn set_contest_figures(
    reader: &mut Reader<'_>,
    entry: &ContenderRow<'_>,
    of: TotalScope,
    contest: &mut Contest,
) {
    if let Some(votes) = entry.votes {
        let ballot = Ballot { round: entry.round, label: None };
        let round = round(&mut contest.rounds, ballot);
        let (word, figure) = match of {
            TotalScope::Contenders => ("valid", &mut round.valid),
            TotalScope::Ballots => ("cast", &mut round.cast),
        };
        let stated = *figure.get_or_insert(votes);
        if stated != votes {
            reader.keep_total(entry, word, votes, stated);
        }
    }
    if let Some(seats) = entry.seats {
        let text = seats.to_string();
        let stated = contest.seats.get_or_insert(Quantity { count: Some(seats), of: None, text });
        if let Some(stated) = stated.count.filter(|stated| *stated != seats) {
            reader.keep_total(entry, "seats", seats, stated);
        }
    }
}

impl Reader<'_> {
    fn keep_total(&mut self, entry: &ContenderRow<'_>, word: &str, total: u64, stated: u64) {
        let (name, [grouped_total, grouped_stated]) = (entry.name(), [total, stated].map(grouped));
        let message = format!(
            "'{name}' has {grouped_total}, where the rows state {grouped_stated} for '{word}'"
        );
        self.warn_named(entry, message);
        self.kept.push(UnparsedField {
            label: name.to_owned(),
            text: total.to_string(),
            reason: UnparsedReason::Expected(format!("the {grouped_stated} that '{word}' states")),
            line: Some(entry.row.line),
        });
    }
}
