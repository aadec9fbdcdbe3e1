//! Contenders and options of a sum over areas.

use std::collections::BTreeMap;

use super::sum_parts::{PartialSum, SumBy};
use crate::model::{
    BallotOption, Contender, DetailValue, OptionKind, Reference, Tally, fold, is_independent,
};

/// Identity of a contender across areas.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum ContenderKey {
    Person(String),
    Party(String),
    Detail(String),
    /// One of the independents, who are not one party.
    Independent,
}

impl ContenderKey {
    /// Returns the identity of a contender; `None` for one without a name.
    pub(super) fn new(contender: &Contender, by: &SumBy) -> Option<Self> {
        let person = || {
            let names: Vec<String> =
                contender.people.iter().map(|person| fold(&person.name)).collect();
            (!names.is_empty()).then(|| Self::Person(names.join(" / ")))
        };
        let party = || {
            let party = contender.party.as_ref()?;
            let is_own = !is_independent(party);
            Some(if is_own { Self::Party(fold(&party.name)) } else { Self::Independent })
        };
        let without_party = || (!contender.people.is_empty()).then_some(Self::Independent);
        match by {
            SumBy::Person => person().or_else(party),
            SumBy::Party => party().or_else(without_party),
            SumBy::Detail(name) => {
                let stated = contender.details.iter().find(|detail| detail.parameter == *name);
                let text = stated.and_then(|detail| match &detail.value {
                    DetailValue::Text(text) => Some(text.clone()),
                    _ => None,
                });
                text.map(Self::Detail).or_else(party).or_else(without_party)
            }
        }
    }
}

/// The figures of one round.
#[derive(Debug, Default)]
struct Figures {
    votes: PartialSum,
    electoral_votes: PartialSum,
}

/// The tallies of a contender or an option, by round.
#[derive(Debug, Default)]
struct SummedTallies {
    rounds: BTreeMap<(bool, Option<u8>), Figures>,
    /// First area in which no tally is stated, although there is a vote.
    unknown_in: Option<String>,
}

impl SummedTallies {
    fn add(&mut self, tallies: &[Tally], is_unopposed: bool, area: &str) -> Result<(), String> {
        if tallies.is_empty() && !is_unopposed {
            self.unknown_in.get_or_insert_with(|| area.to_owned());
        }
        for tally in tallies {
            let figures = self.rounds.entry((tally.round.is_none(), tally.round)).or_default();
            if tally.votes.is_some() || !is_unopposed {
                figures.votes.add(tally.votes, area)?;
            }
            figures.electoral_votes.add(tally.electoral_votes, area)?;
        }
        Ok(())
    }

    fn finish(self, name: &str, leave_out: &mut impl FnMut(&str, String)) -> Vec<Tally> {
        let mut tallies = Vec::new();
        for ((_, round), figures) in self.rounds {
            let unknown_in = figures.votes.left_out().or(self.unknown_in.as_deref());
            let mut votes = figures.votes.total();
            if let (Some(area), true) = (unknown_in, figures.votes.is_stated()) {
                leave_out("votes", format!("those of '{name}', which '{area}' does not state"));
                votes = None;
            }
            if let Some(area) = figures.electoral_votes.left_out() {
                let place = format!("those of '{name}', which '{area}' does not state");
                leave_out("electoral_votes", place);
            }
            let electoral_votes = figures.electoral_votes.total();
            let tally = Tally { round, votes, electoral_votes, ..Tally::default() };
            if tally != (Tally { round, ..Tally::default() }) {
                tallies.push(tally);
            }
        }
        tallies
    }
}

/// A contender of a sum under construction.
#[derive(Debug)]
pub(super) struct SummedContender {
    people: Vec<Reference>,
    party: Option<Reference>,
    alliances: Vec<Reference>,
    /// Other parties of the contender, each with the first area that states it.
    other_parties: BTreeMap<String, String>,
    tallies: SummedTallies,
    seats: PartialSum,
}

impl SummedContender {
    pub(super) fn new(contender: &Contender, by: &SumBy) -> Self {
        let people = match by {
            SumBy::Person => contender.people.clone(),
            SumBy::Party | SumBy::Detail(_) => Vec::new(),
        };
        Self {
            people,
            party: contender.party.clone(),
            alliances: contender.alliances.clone(),
            other_parties: BTreeMap::new(),
            tallies: SummedTallies::default(),
            seats: PartialSum::default(),
        }
    }

    /// Adds the figures of the contender in an area.
    ///
    /// # Errors
    /// Returns what was expected if a sum does not fit 64 bits.
    pub(super) fn add(
        &mut self,
        contender: &Contender,
        seats: Option<u64>,
        area: &str,
    ) -> Result<(), String> {
        match (&self.party, &contender.party) {
            (None, Some(party)) => self.party = Some(party.clone()),
            (Some(first), Some(other)) if fold(&first.name) != fold(&other.name) => {
                self.other_parties.entry(other.name.clone()).or_insert_with(|| area.to_owned());
            }
            _ => {}
        }
        // Alliances that differ between areas are not those of the contender.
        if self.alliances != contender.alliances {
            self.alliances.clear();
        }
        self.tallies.add(&contender.tallies, contender.unopposed.is_some(), area)?;
        self.seats.add(seats, area)
    }

    pub(super) fn finish(self, leave_out: &mut impl FnMut(&str, String)) -> Contender {
        let notes = self.other_parties.iter().map(|(party, area)| format!("{party} in {area}"));
        let contender = Contender {
            notes: notes.collect(),
            people: self.people,
            party: self.party,
            alliances: self.alliances,
            seats: self.seats.total(),
            ..Contender::default()
        };
        let name = contender.name().into_owned();
        if let Some(area) = self.seats.left_out() {
            leave_out("seats", format!("those of '{name}', which '{area}' does not state"));
        }
        Contender { tallies: self.tallies.finish(&name, leave_out), ..contender }
    }
}

/// An option of a sum under construction.
#[derive(Debug)]
pub(super) struct SummedOption {
    name: String,
    pub(super) kind: OptionKind,
    tallies: SummedTallies,
    seats: PartialSum,
}

impl SummedOption {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: OptionKind::Others,
            tallies: SummedTallies::default(),
            seats: PartialSum::default(),
        }
    }

    /// Adds the figures of an option, or of a contender who is counted under it, in an area.
    ///
    /// # Errors
    /// Returns what was expected if a sum does not fit 64 bits.
    pub(super) fn add(
        &mut self,
        tallies: &[Tally],
        is_unopposed: bool,
        seats: Option<u64>,
        area: &str,
    ) -> Result<(), String> {
        self.tallies.add(tallies, is_unopposed, area)?;
        self.seats.add(seats, area)
    }

    pub(super) fn finish(self, leave_out: &mut impl FnMut(&str, String)) -> BallotOption {
        if let Some(area) = self.seats.left_out() {
            let place = format!("those of '{}', which '{area}' does not state", self.name);
            leave_out("seats", place);
        }
        let mut tallies = self.tallies.finish(&self.name, leave_out);
        // An option has no seats beside those of its tallies: the last round fills them.
        if let Some(seats) = self.seats.total() {
            match tallies.last_mut() {
                Some(last) => last.seats = Some(seats),
                None => tallies.push(Tally { seats: Some(seats), ..Tally::default() }),
            }
        }
        BallotOption { kind: self.kind, name: self.name, tallies }
    }
}
