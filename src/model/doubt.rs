//! Doubts about the contenders of a contest: one listed twice on a ballot, or a total among them.

use std::collections::BTreeMap;

use super::total::{ResultRow, TotalCertainty, TotalRow, find_totals};
use super::{Ballot, Contender, Contest, Role, Tally, fold, is_independent, is_others};

/// A contender with several entries on one ballot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DuplicateContender<'a> {
    pub(crate) ballot: Ballot<'a>,
    /// Indices in the list of contenders.
    pub(crate) places: Vec<usize>,
}

/// A contender with the name of a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ContenderTotal<'a> {
    pub(crate) ballot: Ballot<'a>,
    /// Index in the list of contenders, and what the entry is the total of.
    pub(crate) called: TotalRow,
}

impl Contest {
    /// Returns the contenders that have results in several entries of one ballot.
    pub(crate) fn standing_twice(&self) -> Vec<DuplicateContender<'_>> {
        let mut places: BTreeMap<(Ballot<'_>, String), Vec<usize>> = BTreeMap::new();
        for (at, contender) in self.contenders.iter().enumerate() {
            let Some(who) = contender.identity() else { continue };
            for tally in contender.tallies.iter().filter(|tally| tally.has_votes()) {
                places.entry((tally.ballot(), who.clone())).or_default().push(at);
            }
        }
        let twice = places.into_iter().filter(|(_, places)| places.len() > 1);
        let mut twice: Vec<DuplicateContender<'_>> =
            twice.map(|((ballot, _), places)| DuplicateContender { ballot, places }).collect();
        twice.sort_by_key(|twice| (twice.ballot, twice.places.first().copied()));
        twice
    }

    /// Returns the contenders that have the name of a total.
    pub(crate) fn find_totals(&self) -> Vec<ContenderTotal<'_>> {
        // Fast path: few contests have such a name.
        let is_called =
            |contender: &Contender| TotalCertainty::of(contender.first_name()) > TotalCertainty::No;
        if !self.contenders.iter().any(is_called) {
            return Vec::new();
        }
        let tallies = self.contenders.iter().flat_map(|contender| &contender.tallies);
        let mut ballots: Vec<Ballot<'_>> = tallies.map(Tally::ballot).collect();
        ballots.sort_unstable();
        ballots.dedup();
        if ballots.is_empty() && self.contenders.iter().any(|contender| contender.seats.is_some()) {
            ballots.push(1.into());
        }
        let mut found = Vec::new();
        for ballot in ballots {
            // Index of each row in the list of contenders.
            let mut places = Vec::new();
            let mut rows: Vec<ResultRow<'_>> = Vec::new();
            for (at, contender) in self.contenders.iter().enumerate() {
                let tally = contender.tally(ballot);
                if tally.is_none() && contender.seats_won().is_none() {
                    continue;
                }
                places.push(at);
                rows.push(ResultRow {
                    name: contender.first_name(),
                    votes: tally.and_then(|tally| tally.votes),
                    share: tally.and_then(|tally| tally.share),
                    seats: contender.seats_won(),
                    is_of_ballots: false,
                });
            }
            rows.extend(self.rows_beside(ballot));
            let called = find_totals(&rows).into_iter().filter_map(|called| {
                let at = *places.get(called.at)?;
                Some(ContenderTotal { ballot, called: TotalRow { at, ..called } })
            });
            found.extend(called);
        }
        found
    }

    /// Returns the rows of a ballot without a contender: options, blank and invalid ballots.
    fn rows_beside(&self, ballot: Ballot<'_>) -> Vec<ResultRow<'_>> {
        let options = self.options.iter().flat_map(|option| &option.tallies);
        let options = options.filter(|tally| tally.ballot() == ballot).map(|tally| ResultRow {
            votes: tally.votes,
            share: tally.share,
            seats: tally.seats,
            ..ResultRow::default()
        });
        let ballots =
            self.round(ballot).into_iter().flat_map(|round| [round.blank, round.invalid]).flatten();
        let ballots = ballots.map(|count| ResultRow {
            votes: Some(count),
            is_of_ballots: true,
            ..ResultRow::default()
        });
        options.chain(ballots).collect()
    }

    /// Returns whether the list of contenders cannot be summed up: a contender has several entries
    /// on a ballot, or an entry is the total of the others.
    pub(crate) fn is_doubtful(&self) -> bool {
        !self.standing_twice().is_empty()
            || self.find_totals().iter().any(|total| total.called.of.is_some())
    }
}

impl Contender {
    /// Returns the folded name that identifies the contender: of the party if it stands without
    /// people or with the leader of its list, else of the people. Returns `None` if there is none.
    pub(crate) fn identity(&self) -> Option<String> {
        let is_list = self.people.is_empty() || self.role == Some(Role::Leader);
        if let Some(party) = self.party.as_ref().filter(|_| is_list) {
            // Several entries without a party, or for others, are different contenders.
            let is_nobody = is_independent(party) || is_others(&party.name);
            return Some(fold(&party.name)).filter(|party| !party.is_empty() && !is_nobody);
        }
        let people: Vec<String> = self.people.iter().map(|person| fold(&person.name)).collect();
        Some(people.join("\n")).filter(|people| !people.is_empty())
    }

    /// Returns the name of the first person, or of the party.
    fn first_name(&self) -> &str {
        self.people.iter().chain(&self.party).next().map_or("", |name| &name.name)
    }
}

impl Tally {
    fn has_votes(&self) -> bool {
        self.votes.is_some() || self.share.is_some() || self.electoral_votes.is_some()
    }
}
