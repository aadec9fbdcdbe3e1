//! Doubts about the contenders of a contest: a contender listed twice on a ballot, or a total
//! listed as a contender.

use std::collections::BTreeMap;

use super::total::{ResultRow, TotalCertainty, TotalRow, find_totals};
use super::{Ballot, Contender, Contest, Role, Tally, fold, is_independent, is_others};

/// A contender with several entries on one ballot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DuplicateContender<'a> {
    pub(crate) ballot: Ballot<'a>,
    /// Indices in the list of contenders.
    pub(crate) indices: Vec<usize>,
}

/// A contender with the name of a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ContenderTotal<'a> {
    pub(crate) ballot: Ballot<'a>,
    /// The total. Its `index` refers to the list of contenders.
    pub(crate) row: TotalRow,
}

impl Contest {
    /// Returns the contenders that have results in several entries of one ballot.
    pub(crate) fn duplicate_contenders(&self) -> Vec<DuplicateContender<'_>> {
        let mut indices: BTreeMap<(Ballot<'_>, String), Vec<usize>> = BTreeMap::new();
        for (at, contender) in self.contenders.iter().enumerate() {
            let Some(identity) = contender.identity() else { continue };
            for tally in contender.tallies.iter().filter(|tally| tally.has_votes()) {
                indices.entry((tally.ballot(), identity.clone())).or_default().push(at);
            }
        }
        let repeated = indices.into_iter().filter(|(_, places)| places.len() > 1);
        let mut duplicates: Vec<DuplicateContender<'_>> = repeated
            .map(|((ballot, _), places)| DuplicateContender { ballot, indices: places })
            .collect();
        duplicates.sort_by_key(|duplicate| (duplicate.ballot, duplicate.indices.first().copied()));
        duplicates
    }

    /// Returns the contenders that have the name of a total.
    pub(crate) fn contender_totals(&self) -> Vec<ContenderTotal<'_>> {
        // Fast path: few contests have a contender with the name of a total.
        let may_be_total = |contender: &Contender| {
            TotalCertainty::from_name(contender.first_name()) > TotalCertainty::No
        };
        if !self.contenders.iter().any(may_be_total) {
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
            let mut indices = Vec::new();
            let mut rows: Vec<ResultRow<'_>> = Vec::new();
            for (at, contender) in self.contenders.iter().enumerate() {
                let tally = contender.tally(ballot);
                if tally.is_none() && contender.seats_won().is_none() {
                    continue;
                }
                indices.push(at);
                rows.push(ResultRow {
                    name: contender.first_name(),
                    votes: tally.and_then(|tally| tally.votes),
                    share: tally.and_then(|tally| tally.share),
                    seats: contender.seats_won(),
                    is_ballot_count: false,
                });
            }
            rows.extend(self.non_contender_rows(ballot));
            let totals = find_totals(&rows).into_iter().filter_map(|row| {
                let index = *indices.get(row.index)?;
                Some(ContenderTotal { ballot, row: TotalRow { index, ..row } })
            });
            found.extend(totals);
        }
        found
    }

    /// Returns the rows of a ballot without a contender: options, blank and invalid ballots.
    fn non_contender_rows(&self, ballot: Ballot<'_>) -> Vec<ResultRow<'_>> {
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
            is_ballot_count: true,
            ..ResultRow::default()
        });
        options.chain(ballots).collect()
    }

    /// Returns whether the contenders' figures cannot be added up: a contender has several entries
    /// on a ballot, or an entry is the total of the others.
    pub(crate) fn has_duplicates_or_totals(&self) -> bool {
        !self.duplicate_contenders().is_empty()
            || self.contender_totals().iter().any(|total| total.row.scope.is_some())
    }
}

impl Contender {
    /// Returns the folded name that identifies the contender: the name of the party if the
    /// contender has no people or its people lead the list, else the names of the people. Returns
    /// `None` if there is no such name.
    pub(crate) fn identity(&self) -> Option<String> {
        let is_list = self.people.is_empty() || self.role == Some(Role::Leader);
        if let Some(party) = self.party.as_ref().filter(|_| is_list) {
            // Entries for "Independent" or "Others" are never duplicates of each other.
            let is_placeholder = is_independent(party) || is_others(&party.name);
            return Some(fold(&party.name)).filter(|party| !party.is_empty() && !is_placeholder);
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
