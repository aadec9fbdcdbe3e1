//! An index of contenders by name, party and round. It avoids a scan of all contenders for each
//! row.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::draft::ContenderBuilder;
use super::entries::{ContenderName, ContenderRow};
use crate::model::fold;

/// A contender's identity and, if stated, the party.
type NameAndParty = (ContenderName, Option<String>);

/// Index of the contenders added so far.
pub(super) struct ContenderIndex {
    /// Number of rows of each name in each round.
    counts: HashMap<(Option<u8>, ContenderName), u32>,
    /// Names with several rows in one round.
    several: HashSet<ContenderName>,
    /// Labels with more rows in one round than in another. Their rows cannot be matched across
    /// rounds.
    uneven: HashSet<NameAndParty>,
    first_round: Option<u8>,
    /// Indices of the contenders of each label, in order. `placed` holds the number of rows already
    /// matched in each round.
    labels: HashMap<NameAndParty, Vec<usize>>,
    placed: HashMap<(NameAndParty, Option<u8>), usize>,
    /// Index of each person's contender. `rounds` holds the rounds of each name.
    people: HashMap<ContenderName, usize>,
    rounds: HashMap<ContenderName, BTreeSet<Option<u8>>>,
    /// Rounds with contenders that are not persons.
    rounds_of_lists: BTreeSet<Option<u8>>,
}

impl ContenderIndex {
    /// Counts the rows of each name. The index holds no contenders yet.
    pub(super) fn of(entries: &[ContenderRow<'_>]) -> Self {
        let mut counts: HashMap<(Option<u8>, ContenderName), u32> = HashMap::new();
        for entry in entries {
            if let Some(who) = entry.who() {
                *counts.entry((entry.round, who)).or_default() += 1;
            }
        }
        let mut of_labels: HashMap<NameAndParty, HashMap<Option<u8>, u32>> = HashMap::new();
        for entry in entries {
            if let Some(label) = label(entry) {
                *of_labels.entry(label).or_default().entry(entry.round).or_default() += 1;
            }
        }
        let is_uneven = |rounds: &HashMap<Option<u8>, u32>| {
            let most = rounds.values().max();
            most.is_some_and(|most| *most > 1 && rounds.values().any(|count| count != most))
        };
        let uneven = of_labels.into_iter().filter(|(_, rounds)| is_uneven(rounds));
        let uneven = uneven.map(|(label, _)| label).collect();
        let several = counts.iter().filter(|(_, count)| **count > 1);
        let several = several.map(|((_, who), _)| who.clone()).collect();
        Self {
            several,
            uneven,
            counts,
            first_round: entries.iter().filter_map(|entry| entry.round).min(),
            labels: HashMap::new(),
            placed: HashMap::new(),
            people: HashMap::new(),
            rounds: HashMap::new(),
            rounds_of_lists: BTreeSet::new(),
        }
    }

    /// Returns the contender to whom a row adds another round: one with the same label, or the same
    /// person with another party.
    pub(super) fn place(
        &self,
        drafts: &[ContenderBuilder<'_>],
        entry: &ContenderRow<'_>,
    ) -> Option<usize> {
        let label = label(entry).filter(|label| !self.uneven.contains(label))?;
        let is_free =
            |at: &usize| drafts.get(*at).is_some_and(|draft| draft.is_without(entry.round));
        let who = label.0.clone();
        let next = self.placed.get(&(label.clone(), entry.round)).copied().unwrap_or(0);
        let same = self.labels.get(&label).and_then(|places| places.get(next)).copied();
        let is_one = matches!(who, ContenderName::Person(_)) && !self.several.contains(&who);
        let person = || self.people.get(&who).copied().filter(|_| is_one);
        same.filter(is_free).or_else(|| person().filter(is_free))
    }

    /// Records a row of the contender at index `at`.
    pub(super) fn add(&mut self, entry: &ContenderRow<'_>, at: usize) {
        let Some(label) = label(entry) else { return };
        let who = label.0.clone();
        match who {
            ContenderName::Person(_) => {
                self.people.entry(who.clone()).or_insert(at);
            }
            ContenderName::Party(_) | ContenderName::Key(_) => {
                self.rounds_of_lists.insert(entry.round);
            }
        }
        self.rounds.entry(who).or_default().insert(entry.round);
        let places = self.labels.entry(label.clone()).or_default();
        if places.last() != Some(&at) && places.last().is_none_or(|last| *last < at) {
            places.push(at);
        }
        *self.placed.entry((label, entry.round)).or_default() += 1;
    }

    /// Returns whether no other row of the round has this name.
    pub(super) fn is_once(&self, entry: &ContenderRow<'_>) -> bool {
        let count = entry.who().and_then(|who| self.counts.get(&(entry.round, who)));
        count.is_none_or(|count| *count == 1)
    }

    /// Returns whether the name occurs in another round.
    pub(super) fn is_in_other_round(&self, entry: &ContenderRow<'_>) -> bool {
        let rounds = entry.who().and_then(|who| self.rounds.get(&who));
        rounds.is_some_and(|rounds| rounds.iter().any(|round| *round != entry.round))
    }

    /// Returns whether a row is of a later round than the first, and parties stood in another
    /// round.
    pub(super) fn is_new_in_later_round(&self, entry: &ContenderRow<'_>) -> bool {
        let is_later = self.first_round.is_some() && entry.round > self.first_round;
        is_later && self.rounds_of_lists.iter().any(|round| *round != entry.round)
    }
}

fn label(entry: &ContenderRow<'_>) -> Option<NameAndParty> {
    Some((entry.who()?, entry.party.as_deref().map(fold)))
}
