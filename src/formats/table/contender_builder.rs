//! A contender under construction, while the rows of a table are read.

use super::contender_rows::ContenderRow;
use super::reader::Reader;
use super::report::RowNote;
use crate::model::{Contender, Detail, Reference, Tally, fold};
use crate::values::text::detail_text;

/// A contender, and the rows from which it is built.
pub(super) struct ContenderBuilder<'a> {
    pub(super) contender: Contender,
    /// The rows of the contender, one for each round.
    pub(super) rows: Vec<ContenderRow<'a>>,
}

impl<'a> ContenderBuilder<'a> {
    pub(super) fn new(entry: ContenderRow<'a>) -> Self {
        let reference = |name: &Option<String>| name.as_ref().map(Reference::new);
        let details = entry.details.iter().map(|(name, text)| detail_text(name, text.clone()));
        let contender = Contender {
            people: reference(&entry.person).into_iter().collect(),
            party: reference(&entry.party),
            alliances: reference(&entry.alliance).into_iter().collect(),
            unopposed: entry.unopposed.clone(),
            notes: entry.notes.clone(),
            details: details.collect(),
            ..Contender::default()
        };
        Self { contender, rows: vec![entry] }
    }

    /// Returns whether the contender has no row in a round.
    pub(super) fn lacks_round(&self, round: Option<u8>) -> bool {
        self.rows.iter().all(|row| row.round != round)
    }

    /// Adds a row of another round.
    pub(super) fn add_round(&mut self, reader: &mut Reader<'a>, entry: ContenderRow<'a>) {
        let contender = &mut self.contender;
        let round_name =
            entry.round.map_or("a round not stated".to_owned(), |round| format!("round {round}"));
        match (&contender.party, &entry.party) {
            (None, Some(party)) => contender.party = Some(Reference::new(party)),
            (Some(existing), Some(party)) if fold(&existing.name) != fold(party) => {
                contender.notes.push(format!("{party} in {round_name}"));
                let name = entry.name();
                let description = format!(
                    "'{name}' stands for '{party}' in {round_name}, and for '{}'",
                    existing.name
                );
                reader.note(RowNote::PartyChanged, entry.row, description);
            }
            _ => {}
        }
        if let Some(alliance) = &entry.alliance
            && contender.alliances.iter().all(|existing| existing.name != *alliance)
        {
            contender
                .alliances
                .push(Reference { note: Some(round_name.clone()), ..Reference::new(alliance) });
        }
        for (name, text) in &entry.details {
            let detail = detail_text(name, text.clone());
            let mut existing = contender.details.iter().filter(|known| known.parameter == *name);
            if existing.all(|known| known.value != detail.value) {
                contender
                    .details
                    .push(Detail { label: Some(format!("{name}, {round_name}")), ..detail });
            }
        }
        let new = entry.notes.iter().filter(|note| !contender.notes.contains(note)).cloned();
        let new: Vec<String> = new.collect();
        contender.notes.extend(new);
        if contender.unopposed.is_none() {
            contender.unopposed.clone_from(&entry.unopposed);
        }
        self.rows.push(entry);
    }

    pub(super) fn finish(self) -> Contender {
        let Self { mut contender, rows: rounds, .. } = self;
        let mut seats = rounds.iter().filter_map(|entry| entry.seats);
        let first = seats.next();
        let is_one = seats.all(|other| Some(other) == first);
        contender.seats = first.filter(|_| is_one);
        contender.tallies = rounds
            .iter()
            .map(|entry| Tally { seats: entry.seats.filter(|_| !is_one), ..entry.tally() })
            .filter(|tally| *tally != Tally { round: tally.round, ..Tally::default() })
            .collect();
        contender
    }
}
