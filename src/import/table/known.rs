//! Who stands in which rounds, found without looking at all others.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::contenders::Draft;
use super::entries::{Entry, Who};
use crate::model::fold;

/// A name, and the party that stands beside it.
type Label = (Who, Option<String>);

/// Contenders by their names.
pub(super) struct Known {
    /// How many rows of a round have a name.
    counts: HashMap<(Option<u8>, Who), u32>,
    /// Names that several rows of one round have.
    several: HashSet<Who>,
    /// Labels of which one round has more rows than another: which of them stood on is not certain.
    uneven: HashSet<Label>,
    first_round: Option<u8>,
    /// The contenders of a label, in their order, and how many of them a round has.
    labels: HashMap<Label, Vec<usize>>,
    placed: HashMap<(Label, Option<u8>), usize>,
    /// The contender of each person, and the rounds of each name.
    people: HashMap<Who, usize>,
    rounds: HashMap<Who, BTreeSet<Option<u8>>>,
    /// The rounds of those who are not people.
    rounds_of_lists: BTreeSet<Option<u8>>,
}

impl Known {
    /// Knows how often each name stands, and nobody yet.
    pub(super) fn of(entries: &[Entry<'_>]) -> Self {
        let mut counts: HashMap<(Option<u8>, Who), u32> = HashMap::new();
        for entry in entries {
            if let Some(who) = entry.who() {
                *counts.entry((entry.round, who)).or_default() += 1;
            }
        }
        let mut of_labels: HashMap<Label, HashMap<Option<u8>, u32>> = HashMap::new();
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

    /// The contender of whom a row is another round: of the same names, or the same person with another party.
    pub(super) fn place(&self, drafts: &[Draft<'_>], entry: &Entry<'_>) -> Option<usize> {
        let label = label(entry).filter(|label| !self.uneven.contains(label))?;
        let is_free =
            |at: &usize| drafts.get(*at).is_some_and(|draft| draft.is_without(entry.round));
        let who = label.0.clone();
        let next = self.placed.get(&(label.clone(), entry.round)).copied().unwrap_or(0);
        let same = self.labels.get(&label).and_then(|places| places.get(next)).copied();
        let is_one = matches!(who, Who::Person(_)) && !self.several.contains(&who);
        let person = || self.people.get(&who).copied().filter(|_| is_one);
        same.filter(is_free).or_else(|| person().filter(is_free))
    }

    /// Adds a row of the contender at a place.
    pub(super) fn add(&mut self, entry: &Entry<'_>, at: usize) {
        let Some(label) = label(entry) else { return };
        let who = label.0.clone();
        match who {
            Who::Person(_) => {
                self.people.entry(who.clone()).or_insert(at);
            }
            Who::Party(_) | Who::Key(_) => {
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

    /// Whether no other row of its round has the name of this one.
    pub(super) fn is_once(&self, entry: &Entry<'_>) -> bool {
        let count = entry.who().and_then(|who| self.counts.get(&(entry.round, who)));
        count.is_none_or(|count| *count == 1)
    }

    /// Whether the name stands in another round.
    pub(super) fn is_in_other_round(&self, entry: &Entry<'_>) -> bool {
        let rounds = entry.who().and_then(|who| self.rounds.get(&who));
        rounds.is_some_and(|rounds| rounds.iter().any(|round| *round != entry.round))
    }

    /// Whether a list stands in a later round than the first, and others stood in another.
    pub(super) fn is_new_in_later_round(&self, entry: &Entry<'_>) -> bool {
        let is_later = self.first_round.is_some() && entry.round > self.first_round;
        is_later && self.rounds_of_lists.iter().any(|round| *round != entry.round)
    }
}

fn label(entry: &Entry<'_>) -> Option<Label> {
    Some((entry.who()?, entry.party.as_deref().map(fold)))
}
