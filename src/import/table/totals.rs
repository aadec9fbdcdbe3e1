//! Rows with the total of the others: reported, left out, or made figures of the contest.

use std::collections::HashSet;

use super::entries::{Entries, Entry};
use super::mapping::Totals;
use super::reader::Reader;
use super::report::Done;
use crate::import::fill::round;
use crate::import::other_rows::OtherRow;
use crate::model::{
    Ballot, CalledTotal, Contest, Field, Quantity, Reason, ResultRow, TotalName, TotalOf,
    called_totals, grouped,
};

/// Reports rows with totals; leaves them out, or makes them figures of the contest, as the mapping says.
pub(super) fn take<'a>(reader: &mut Reader<'a>, entries: &mut Entries<'a>, contest: &mut Contest) {
    let mut rounds: Vec<Option<u8>> = entries.all.iter().map(|entry| entry.round).collect();
    rounds.sort_unstable();
    rounds.dedup();
    let mut out: HashSet<usize> = HashSet::new();
    for round in rounds {
        // A row of valid votes is neither a contender nor a part of the ballots.
        let is_row = |entry: &Entry<'_>| {
            entry.round == round && OtherRow::named(entry.name()) != Some(OtherRow::Valid)
        };
        let places: Vec<usize> =
            (0..entries.all.len()).filter(|at| entries.all.get(*at).is_some_and(is_row)).collect();
        let own = places.iter().filter_map(|at| entries.all.get(*at));
        let nameless = entries.nameless.iter().filter(|entry| entry.round == round);
        let rows: Vec<ResultRow<'_>> = own.chain(nameless).map(row).collect();
        let called = called_totals(&rows).into_iter();
        let called: Vec<(usize, CalledTotal)> =
            called.filter_map(|called| Some((*places.get(called.at)?, called))).collect();
        out.extend(of_round(reader, entries, contest, &called));
    }
    let mut at = 0;
    entries.all.retain(|_| {
        at += 1;
        !out.contains(&(at - 1))
    });
}

/// Does with the rows of a round that are called totals what the mapping says; returns those that are no contenders.
fn of_round(
    reader: &mut Reader<'_>,
    entries: &Entries<'_>,
    contest: &mut Contest,
    called: &[(usize, CalledTotal)],
) -> Vec<usize> {
    let setting = reader.bundle.cells.mapping.totals;
    let mut taken: Vec<(&Entry<'_>, CalledTotal, TotalOf)> = Vec::new();
    let mut out = Vec::new();
    for (at, called) in called {
        let entry = &entries.all[*at];
        let name = entry.name();
        match (called.of, setting) {
            (Some(_), Some(Totals::Drop)) => {
                reader.note(Done::TotalDropped, entry.row, format!("'{name}'"));
                out.push(*at);
            }
            (Some(of), Some(Totals::Contest)) => {
                reader.note(Done::TotalTaken, entry.row, format!("'{name}'"));
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
            (None, _) if called.named == TotalName::Yes => {
                let message = format!(
                    "'{name}' is called a total and has not the figures of all others together; it is kept as a \
                     contender"
                );
                reader.warn_named(entry, message);
            }
            (None, _) => {}
        }
    }
    // The total of all says what those of the parts say together.
    if taken.iter().any(|(_, called, _)| !called.is_part) {
        taken.retain(|(_, called, _)| !called.is_part);
    } else if let Some((first, _, of)) = taken.first().copied() {
        let add = |figure: fn(&Entry<'_>) -> Option<u64>| {
            let figures = taken.iter().map(|(entry, ..)| figure(entry));
            figures.reduce(|sum, next| sum?.checked_add(next?)).flatten()
        };
        let (votes, seats) = (add(|entry| entry.votes), add(|entry| entry.seats));
        put(reader, &Entry { votes, seats, ..first.clone() }, of, contest);
        return out;
    }
    for (entry, _, of) in taken {
        put(reader, entry, of, contest);
    }
    out
}

/// A row, as far as it may be a total.
fn row<'a>(entry: &'a Entry<'_>) -> ResultRow<'a> {
    ResultRow {
        name: entry.name(),
        votes: entry.votes,
        seats: entry.seats,
        share: entry.share,
        is_of_ballots: matches!(
            OtherRow::named(entry.name()),
            Some(OtherRow::Blank | OtherRow::Invalid)
        ),
    }
}

/// Makes a total the contest's figures. Where the contest states others, it is kept as not understood.
fn put(reader: &mut Reader<'_>, entry: &Entry<'_>, of: TotalOf, contest: &mut Contest) {
    if let Some(votes) = entry.votes {
        let ballot = Ballot { round: entry.round, label: None };
        let round = round(&mut contest.rounds, ballot);
        let (word, figure) = match of {
            TotalOf::Contenders => ("valid", &mut round.valid),
            TotalOf::Ballots => ("cast", &mut round.cast),
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
    fn keep_total(&mut self, entry: &Entry<'_>, word: &str, total: u64, stated: u64) {
        let (name, [grouped_total, grouped_stated]) = (entry.name(), [total, stated].map(grouped));
        let message = format!(
            "'{name}' has {grouped_total}, where the rows state {grouped_stated} for '{word}'"
        );
        self.warn_named(entry, message);
        self.kept.push(Field {
            label: name.to_owned(),
            text: total.to_string(),
            reason: Reason::Expected(format!("the {grouped_stated} that '{word}' states")),
            line: Some(entry.row.line),
        });
    }
}
