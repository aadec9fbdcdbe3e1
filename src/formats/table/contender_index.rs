//! An index of contenders by name, party and round. It avoids a scan of all contenders for each
//! row.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::contender_builder::ContenderBuilder;
use super::contender_rows::{ContenderName, ContenderRow};
use crate::model::fold;

/// A contender's identity and, if stated, the party.
type NameAndParty = (ContenderName, Option<String>);

/// Index of the contenders added so far.
pub(super) struct ContenderIndex {
    /// Number of rows of each name in each round.
    row_counts: HashMap<(Option<u8>, ContenderName), u32>,
    /// Names with several rows in one round.
    repeated_names: HashSet<ContenderName>,
    /// Names and parties with more rows in one round than in another. Their rows cannot be matched
    /// across rounds.
    uneven_labels: HashSet<NameAndParty>,
    first_round: Option<u8>,
    /// Indices of the contenders of each name and party, in order.
    by_name_and_party: HashMap<NameAndParty, Vec<usize>>,
    /// Number of rows of each name and party that were added so far in each round.
    matched_counts: HashMap<(NameAndParty, Option<u8>), usize>,
    /// Index of each person's first contender.
    by_person: HashMap<ContenderName, usize>,
    /// Rounds of each name.
    rounds_by_name: HashMap<ContenderName, BTreeSet<Option<u8>>>,
    /// Rounds with contenders that are not persons.
    rounds_with_parties: BTreeSet<Option<u8>>,
}

impl ContenderIndex {
    /// Creates an index that counts the rows of each name, and contains no contenders yet.
    pub(super) fn new(entries: &[ContenderRow<'_>]) -> Self {
        let mut row_counts: HashMap<(Option<u8>, ContenderName), u32> = HashMap::new();
        for entry in entries {
            if let Some(who) = entry.contender_name() {
                *row_counts.entry((entry.round, who)).or_default() += 1;
            }
        }
        let mut label_counts: HashMap<NameAndParty, HashMap<Option<u8>, u32>> = HashMap::new();
        for entry in entries {
            if let Some(label) = name_and_party(entry) {
                *label_counts.entry(label).or_default().entry(entry.round).or_default() += 1;
            }
        }
        let is_uneven = |rounds: &HashMap<Option<u8>, u32>| {
            let most = rounds.values().max();
            most.is_some_and(|most| *most > 1 && rounds.values().any(|count| count != most))
        };
        let uneven_labels = label_counts.into_iter().filter(|(_, rounds)| is_uneven(rounds));
        let uneven_labels = uneven_labels.map(|(label, _)| label).collect();
        let repeated_names = row_counts.iter().filter(|(_, count)| **count > 1);
        let repeated_names = repeated_names.map(|((_, who), _)| who.clone()).collect();
        Self {
            repeated_names,
            uneven_labels,
            row_counts,
            first_round: entries.iter().filter_map(|entry| entry.round).min(),
            by_name_and_party: HashMap::new(),
            matched_counts: HashMap::new(),
            by_person: HashMap::new(),
            rounds_by_name: HashMap::new(),
            rounds_with_parties: BTreeSet::new(),
        }
    }

    /// Returns the index of the contender to whom a row adds another round: one with the same name
    /// and party, or the same person with another party.
    pub(super) fn find_match(
        &self,
        builders: &[ContenderBuilder<'_>],
        entry: &ContenderRow<'_>,
    ) -> Option<usize> {
        let label = name_and_party(entry).filter(|label| !self.uneven_labels.contains(label))?;
        let is_free =
            |at: &usize| builders.get(*at).is_some_and(|draft| draft.lacks_round(entry.round));
        let name = label.0.clone();
        let next = self.matched_counts.get(&(label.clone(), entry.round)).copied().unwrap_or(0);
        let same = self.by_name_and_party.get(&label).and_then(|places| places.get(next)).copied();
        let is_unique_person =
            matches!(name, ContenderName::Person(_)) && !self.repeated_names.contains(&name);
        let person = || self.by_person.get(&name).copied().filter(|_| is_unique_person);
        same.filter(is_free).or_else(|| person().filter(is_free))
    }

    /// Records a row of the contender at index `at`.
    pub(super) fn insert(&mut self, entry: &ContenderRow<'_>, at: usize) {
        let Some(label) = name_and_party(entry) else { return };
        let name = label.0.clone();
        match name {
            ContenderName::Person(_) => {
                self.by_person.entry(name.clone()).or_insert(at);
            }
            ContenderName::Party(_) | ContenderName::Key(_) => {
                self.rounds_with_parties.insert(entry.round);
            }
        }
        self.rounds_by_name.entry(name).or_default().insert(entry.round);
        let indices = self.by_name_and_party.entry(label.clone()).or_default();
        if indices.last() != Some(&at) && indices.last().is_none_or(|last| *last < at) {
            indices.push(at);
        }
        *self.matched_counts.entry((label, entry.round)).or_default() += 1;
    }

    /// Returns whether no other row of the round has this name.
    pub(super) fn is_unique_in_round(&self, entry: &ContenderRow<'_>) -> bool {
        let count = entry.contender_name().and_then(|who| self.row_counts.get(&(entry.round, who)));
        count.is_none_or(|count| *count == 1)
    }

    /// Returns whether the name occurs in another round.
    pub(super) fn is_in_other_round(&self, entry: &ContenderRow<'_>) -> bool {
        let rounds = entry.contender_name().and_then(|who| self.rounds_by_name.get(&who));
        rounds.is_some_and(|rounds| rounds.iter().any(|round| *round != entry.round))
    }

    /// Returns whether a row belongs to a later round than the first, and parties stood in a round
    /// other than that of the row.
    pub(super) fn is_new_in_later_round(&self, entry: &ContenderRow<'_>) -> bool {
        let is_later = self.first_round.is_some() && entry.round > self.first_round;
        is_later && self.rounds_with_parties.iter().any(|round| *round != entry.round)
    }
}

fn name_and_party(entry: &ContenderRow<'_>) -> Option<NameAndParty> {
    Some((entry.contender_name()?, entry.party.as_deref().map(fold)))
}
