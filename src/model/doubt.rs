//! What in a contest nobody can count on: a contender who stands twice on a ballot, and totals among the contenders.

use std::collections::BTreeMap;

use super::total::{CalledTotal, ResultRow, TotalName, called_totals};
use super::{Ballot, Contender, Contest, Role, Tally, fold, is_independent, is_others};

/// A contender who stands several times on a ballot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StandsTwice<'a> {
    pub(crate) ballot: Ballot<'a>,
    /// The places in the list of contenders.
    pub(crate) places: Vec<usize>,
}

/// A contender who is called a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TotalAmong<'a> {
    pub(crate) ballot: Ballot<'a>,
    /// The place in the list of contenders, and what it is the total of.
    pub(crate) called: CalledTotal,
}

impl Contest {
    /// Contenders of whom several places of the list have results on one ballot.
    pub(crate) fn standing_twice(&self) -> Vec<StandsTwice<'_>> {
        let mut places: BTreeMap<(Ballot<'_>, String), Vec<usize>> = BTreeMap::new();
        for (at, contender) in self.contenders.iter().enumerate() {
            let Some(who) = contender.identity() else { continue };
            for tally in contender.tallies.iter().filter(|tally| tally.has_votes()) {
                places.entry((tally.ballot(), who.clone())).or_default().push(at);
            }
        }
        let twice = places.into_iter().filter(|(_, places)| places.len() > 1);
        let mut twice: Vec<StandsTwice<'_>> =
            twice.map(|((ballot, _), places)| StandsTwice { ballot, places }).collect();
        twice.sort_by_key(|twice| (twice.ballot, twice.places.first().copied()));
        twice
    }

    /// Contenders whose names are those of totals.
    pub(crate) fn called_totals(&self) -> Vec<TotalAmong<'_>> {
        // As nearly all are.
        let is_called =
            |contender: &Contender| TotalName::of(contender.first_name()) > TotalName::No;
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
            // The places of the rows among the contenders.
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
            let called = called_totals(&rows).into_iter().filter_map(|called| {
                let at = *places.get(called.at)?;
                Some(TotalAmong { ballot, called: CalledTotal { at, ..called } })
            });
            found.extend(called);
        }
        found
    }

    /// Rows of results that are no contender's.
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

    /// Whether its contenders cannot be counted as they stand: one stands twice on a ballot, or is the total of
    /// the others.
    pub(crate) fn is_doubtful(&self) -> bool {
        !self.standing_twice().is_empty()
            || self.called_totals().iter().any(|total| total.called.of.is_some())
    }
}

impl Contender {
    /// Who stands: the people, or the party where there are none or they lead its list.
    pub(crate) fn identity(&self) -> Option<String> {
        let is_list = self.people.is_empty() || self.role == Some(Role::Leader);
        if let Some(party) = self.party.as_ref().filter(|_| is_list) {
            // Several who have no party, or are put together, are several.
            let is_nobody = is_independent(party) || is_others(&party.name);
            return Some(fold(&party.name)).filter(|party| !party.is_empty() && !is_nobody);
        }
        let people: Vec<String> = self.people.iter().map(|person| fold(&person.name)).collect();
        Some(people.join("\n")).filter(|people| !people.is_empty())
    }

    /// The name of the first person, or of the party.
    fn first_name(&self) -> &str {
        self.people.iter().chain(&self.party).next().map_or("", |name| &name.name)
    }
}

impl Tally {
    fn has_votes(&self) -> bool {
        self.votes.is_some() || self.share.is_some() || self.electoral_votes.is_some()
    }
}
