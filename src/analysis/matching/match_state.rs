//! State of a matching: the contenders of both contests, and the pairings found so far.

use std::collections::{HashMap, VecDeque};

use super::folded_name::{FoldedName, name_confidence};
use super::lineage::{LineageIndex, PartyId};
use super::pairing::SplitPart;
use super::pairing::{Confidence, MatchMethod, Pairing};
use crate::model::{Contender, Reference, fold, is_independent};

#[derive(Debug, Default)]
pub(in crate::analysis) struct MatchResult {
    /// Pairings, in the order of the later contest.
    pub(crate) pairings: Vec<Pairing>,
    pub(crate) left: Vec<usize>,
    pub(crate) entered: Vec<usize>,
    /// Parts of parties that left for another party.
    pub(crate) party_splits: Vec<SplitPart>,
}

/// People, party and lineage ids that identify a contender.
pub(super) struct ContenderIdentity<'a> {
    pub(super) people: &'a [Reference],
    pub(super) party: Option<&'a Reference>,
    pub(super) party_ids: Vec<PartyId>,
}

/// Trait that two contenders may share. Contenders without a common trait cannot match.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum SharedTrait<'a> {
    Party(PartyId),
    Page(FoldedName<'a>),
    Name(FoldedName<'a>),
}

impl<'a> SharedTrait<'a> {
    pub(super) fn for_reference(name: &'a Reference) -> impl Iterator<Item = Self> {
        let page = name.target.as_deref().map(|page| Self::Page(FoldedName(page)));
        page.into_iter().chain([Self::Name(FoldedName(&name.name))])
    }
}

impl<'a> ContenderIdentity<'a> {
    pub(super) fn new(contender: &'a Contender, lineage: Option<&LineageIndex>) -> Self {
        // "Independent" is not a party that two people can share, even if a source gives it an id.
        let party = contender.party.as_ref().filter(|party| !is_independent(party));
        let ids = lineage.filter(|_| party.is_some() || contender.party.is_none());
        Self {
            people: &contender.people,
            party,
            party_ids: ids.map_or_else(Vec::new, |lineage| lineage.parties(contender)),
        }
    }

    pub(super) fn person_confidence(&self, other: &Self) -> Option<Confidence> {
        self.people
            .iter()
            .flat_map(|one| other.people.iter().filter_map(|two| name_confidence(one, two)))
            .min()
    }

    /// Returns whether the lineages place both in the same party. `None` if no lineage contains
    /// both.
    pub(super) fn shares_party_id(&self, other: &Self) -> Option<bool> {
        let in_same_lineage = |id: &PartyId| other.party_ids.iter().find(|two| two.0 == id.0);
        let mut both =
            self.party_ids.iter().filter_map(|id| Some((id, in_same_lineage(id)?))).peekable();
        both.peek()?;
        Some(both.any(|(one, two)| one == two))
    }

    pub(super) fn party_confidence(&self, other: &Self) -> Option<Confidence> {
        match self.shares_party_id(other) {
            Some(same) => same.then_some(Confidence::Certain),
            None => name_confidence(self.party?, other.party?),
        }
    }

    /// Returns all traits. Contenders without any name share the empty name.
    pub(super) fn traits(&self) -> Vec<SharedTrait<'a>> {
        let traits: Vec<_> = self.people_traits().chain(self.party_traits()).collect();
        if traits.is_empty() { vec![SharedTrait::Name(FoldedName(""))] } else { traits }
    }

    pub(super) fn people_traits(&self) -> impl Iterator<Item = SharedTrait<'a>> + use<'a> {
        self.people.iter().flat_map(SharedTrait::for_reference)
    }

    pub(super) fn party_traits(&self) -> impl Iterator<Item = SharedTrait<'a>> {
        let ids = self.party_ids.iter().map(|id| SharedTrait::Party(*id));
        ids.chain(self.party.into_iter().flat_map(SharedTrait::for_reference))
    }
}

/// Maximum number of contenders with the same trait that are compared with each contender. Sides of
/// at most this size are searched linearly instead of through a map.
pub(super) const MAX_CANDIDATES: usize = 16;

pub(super) fn unmatched_indices(matched: &[bool]) -> impl Iterator<Item = usize> {
    matched.iter().enumerate().filter(|(_, taken)| !**taken).map(|(at, _)| at)
}

/// Whether each unmatched contender is the only one of its party, for the earlier and the later
/// side.
pub(super) struct SoleMembers([Vec<bool>; 2]);

impl SoleMembers {
    pub(super) fn new(sides: [&[ContenderIdentity<'_>]; 2], open: &[Vec<usize>; 2]) -> Self {
        let side = |identities: &[ContenderIdentity<'_>], places: &[usize]| {
            let traits = || places.iter().flat_map(|at| identities[*at].party_traits());
            let few = places.len() <= MAX_CANDIDATES;
            let mut occurrences: HashMap<SharedTrait<'_>, usize> = HashMap::new();
            traits().filter(|_| !few).for_each(|key| *occurrences.entry(key).or_default() += 1);
            let is_lone = |wanted: SharedTrait<'_>| match few {
                true => traits().filter(|key| *key == wanted).count() == 1,
                false => occurrences.get(&wanted) == Some(&1),
            };
            let mut sole = vec![false; identities.len()];
            for at in places {
                // Only the first trait counts: lineage ids precede names, and parties with equal
                // names may have different ids.
                sole[*at] = identities[*at].party_traits().next().is_some_and(is_lone);
            }
            sole
        };
        Self([side(sides[0], &open[0]), side(sides[1], &open[1])])
    }

    pub(super) fn are_both_sole(&self, at: usize, to: usize) -> bool {
        self.0[0][at] && self.0[1][to]
    }
}

/// Matching in progress: the contenders of both sides, and the pairings found so far.
pub(super) struct MatchState<'a> {
    pub(super) before: &'a [ContenderIdentity<'a>],
    pub(super) after: &'a [ContenderIdentity<'a>],
    /// Whether each contender is matched, for the earlier and the later side.
    pub(super) matched: [Vec<bool>; 2],
    pub(super) pairings: Vec<Pairing>,
}

impl<'a> MatchState<'a> {
    pub(super) fn new(
        before: &'a [ContenderIdentity<'a>],
        after: &'a [ContenderIdentity<'a>],
    ) -> Self {
        let matched = [vec![false; before.len()], vec![false; after.len()]];
        Self { before, after, matched, pairings: Vec::new() }
    }

    pub(super) fn left(&self) -> Vec<usize> {
        unmatched_indices(&self.matched[0]).collect()
    }

    pub(super) fn entered(&self) -> Vec<usize> {
        unmatched_indices(&self.matched[1]).collect()
    }

    pub(super) fn add(&mut self, pairing: Pairing) {
        pairing.before.iter().for_each(|at| self.matched[0][*at] = true);
        pairing.after.iter().for_each(|to| self.matched[1][*to] = true);
        self.pairings.push(pairing);
    }

    /// Matches each earlier contender with the first unmatched later contender that `same` accepts.
    /// Matching contenders share a trait, so large sides are searched through a map of traits.
    pub(super) fn pair(
        &mut self,
        method: MatchMethod,
        traits: impl Fn(&'a ContenderIdentity<'a>) -> Vec<SharedTrait<'a>>,
        same: impl Fn(usize, usize) -> Option<Confidence>,
    ) {
        if self.after.len() > MAX_CANDIDATES {
            return self.pair_by_trait(method, traits, same);
        }
        for at in 0..self.before.len() {
            let found = match self.matched[0][at] {
                true => None,
                false => {
                    unmatched_indices(&self.matched[1]).find_map(|to| Some((to, same(at, to)?)))
                }
            };
            if let Some((to, confidence)) = found {
                self.add(Pairing::new(at, to, method, confidence));
            }
        }
    }

    pub(super) fn pair_by_trait(
        &mut self,
        method: MatchMethod,
        traits: impl Fn(&'a ContenderIdentity<'a>) -> Vec<SharedTrait<'a>>,
        same: impl Fn(usize, usize) -> Option<Confidence>,
    ) {
        let mut candidates: HashMap<SharedTrait<'a>, VecDeque<usize>> = HashMap::new();
        for to in self.entered() {
            traits(&self.after[to])
                .into_iter()
                .for_each(|key| candidates.entry(key).or_default().push_back(to));
        }
        for at in self.left() {
            let mut found: Option<(usize, Confidence)> = None;
            for key in traits(&self.before[at]) {
                let Some(candidates) = candidates.get_mut(&key) else { continue };
                while candidates.front().is_some_and(|to| self.matched[1][*to]) {
                    candidates.pop_front();
                }
                let unmatched = candidates
                    .iter()
                    .copied()
                    .filter(|to| !self.matched[1][*to])
                    .take(MAX_CANDIDATES);
                let first = unmatched.filter_map(|to| Some((to, same(at, to)?))).next();
                found = [found, first].into_iter().flatten().min_by_key(|(to, _)| *to);
            }
            if let Some((to, confidence)) = found {
                self.add(Pairing::new(at, to, method, confidence));
            }
        }
    }

    /// Marks pairings of parties that were renamed: a lineage has both names, or, with `by_page`,
    /// both names link to the same page.
    pub(super) fn mark_renamed(
        &mut self,
        lineage: Option<&LineageIndex>,
        after: &[Contender],
        by_page: bool,
    ) {
        for pairing in
            self.pairings.iter_mut().filter(|pairing| pairing.method == MatchMethod::Party)
        {
            let (Some(at), Some(to)) = (pairing.before.first(), pairing.after.first()) else {
                continue;
            };
            let names = self.before[*at].party.as_ref().zip(self.after[*to].party.as_ref());
            let Some((one, other)) = names else { continue };
            let page =
                other.target.as_ref().filter(|_| by_page && fold(&one.name) != fold(&other.name));
            match (name_confidence(one, other), page) {
                (None, _) => {
                    pairing.method = MatchMethod::Renamed;
                    let name = after[*to].party.as_ref().map_or("", |party| &party.name);
                    let ids = self.after[*to].party_ids.iter();
                    let explained = |lineage: &LineageIndex| -> Vec<String> {
                        ids.filter_map(|id| lineage.explain_name(*id, name)).collect()
                    };
                    pairing.evidence = lineage.map(explained).unwrap_or_default();
                }
                (Some(Confidence::Certain), Some(page)) => {
                    pairing.method = MatchMethod::Renamed;
                    pairing.evidence = vec![format!("both link to '{page}'")];
                }
                (Some(_), _) => {}
            }
        }
    }
}
