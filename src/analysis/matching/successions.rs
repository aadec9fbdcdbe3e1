//! Party successions in a matching: groups parties that ended with their successors, and reports
//! parts that left a continuing party.

use std::collections::{BTreeMap, BTreeSet};

use super::lineage::{LineageIndex, LineageQuery, PartyId, Succession};
use super::match_state::MatchState;
use super::pairing::{Confidence, MatchMethod, Pairing, SplitPart};
use crate::analysis::disjoint_sets::DisjointSets;
use crate::model::{Contender, Decimal, PartialDate};

/// Groups parties that ended with their successors, and returns the parts that left for another
/// party. A party that stands in both contests continues. Two such parties are never grouped merely
/// because parts of a third party joined both.
pub(super) fn group_successions(
    state: &mut MatchState<'_>,
    lineage: &LineageIndex,
    [before, after]: [BTreeMap<PartyId, usize>; 2],
    dates: Option<[PartialDate; 2]>,
    contenders: [&[Contender]; 2],
) -> Vec<SplitPart> {
    let [old, new] = [&before, &after].map(|side| side.keys().copied().collect::<BTreeSet<_>>());
    let query = LineageQuery { before: &old, after: &new, dates };
    // Successors of each party that ended.
    let mut ended: BTreeMap<usize, Vec<(usize, Succession)>> = BTreeMap::new();
    let mut parts = Vec::new();
    let matched: BTreeSet<usize> =
        state.pairings.iter().flat_map(|pairing| pairing.after.clone()).collect();
    for ((from, to), way) in lineage.successions(&query) {
        let (Some(at), Some(to)) = (before.get(&from), after.get(&to)) else { continue };
        if way.is_partial {
            parts.push(SplitPart { from: *at, to: *to, is_new: true, evidence: way.evidence });
        } else {
            ended.entry(*at).or_default().push((*to, way));
        }
    }
    let joined = select_successors(ended, &matched, &mut parts);
    build_groups(state, joined, contenders);
    // A new party that now belongs to a group is reported with that group, not as a split.
    let entered: BTreeSet<usize> = state.entered().into_iter().collect();
    parts.retain(|part| !part.is_new || entered.contains(&part.to));
    parts
}

/// Selects the successors of each party that ended: its new parties, or, if there are none, the
/// only existing party that it joined. All other existing parties are reported as splits, since the
/// voters cannot be attributed to one of several parties.
fn select_successors(
    ended: BTreeMap<usize, Vec<(usize, Succession)>>,
    matched: &BTreeSet<usize>,
    parts: &mut Vec<SplitPart>,
) -> Vec<(usize, usize, Succession)> {
    let mut joined = Vec::new();
    for (at, ways) in ended {
        let (stood, new): (Vec<_>, Vec<_>) =
            ways.into_iter().partition(|(to, _)| matched.contains(to));
        let one = new.is_empty() && stood.len() == 1;
        joined.extend(new.into_iter().map(|(to, way)| (at, to, way)));
        for (to, way) in stood {
            if one {
                joined.push((at, to, way));
            } else {
                parts.push(SplitPart { from: at, to, is_new: false, evidence: way.evidence });
            }
        }
    }
    joined
}

fn build_groups(
    state: &mut MatchState<'_>,
    joined: Vec<(usize, usize, Succession)>,
    [before, after]: [&[Contender]; 2],
) {
    // In the sets, the indices of later contenders follow the indices of earlier contenders.
    let earlier = before.len();
    let mut groups = DisjointSets::new(earlier + after.len());
    for pairing in &state.pairings {
        for (at, to) in
            pairing.before.iter().flat_map(|at| pairing.after.iter().map(move |to| (*at, *to)))
        {
            groups.union(at, earlier + to);
        }
    }
    joined.iter().for_each(|(at, to, _)| groups.union(*at, earlier + *to));
    let mut groups_by_root: BTreeMap<usize, Pairing> = BTreeMap::new();
    for (at, to, way) in joined {
        let confidence =
            if way.is_between_elections { Confidence::Likely } else { Confidence::Possible };
        let empty = Pairing {
            before: Vec::new(),
            after: Vec::new(),
            method: MatchMethod::Succession,
            confidence,
            evidence: Vec::new(),
        };
        let group = groups_by_root.entry(groups.root(at)).or_insert(empty);
        group.before.push(at);
        group.after.push(to);
        group.confidence = group.confidence.max(confidence);
        group.evidence.extend(way.evidence);
    }
    // A continuing party that others joined adds its own pairing to the group.
    let mut rest = Vec::new();
    for pairing in std::mem::take(&mut state.pairings) {
        let root = pairing.before.first().map(|at| groups.root(*at));
        match root.and_then(|root| groups_by_root.get_mut(&root)) {
            Some(group) => {
                group.before.extend(pairing.before);
                group.after.extend(pairing.after);
                group.confidence = group.confidence.max(pairing.confidence);
            }
            None => rest.push(pairing),
        }
    }
    state.pairings = rest;
    for mut group in groups_by_root.into_values() {
        for side in [&mut group.before, &mut group.after] {
            side.sort_unstable();
            side.dedup();
        }
        group.method = match (group.before.len(), group.after.len()) {
            (1, 1) => MatchMethod::Succession,
            (_, 1) => MatchMethod::Merger,
            (1, _) => MatchMethod::Split,
            _ => MatchMethod::Regrouping,
        };
        if group.method == MatchMethod::Succession
            && is_shrunk(&before[group.before[0]], &after[group.after[0]])
        {
            group.confidence = Confidence::Possible;
        }
        state.add(group);
    }
}

/// Returns whether the successor has less than half of the share, or else of the seats, of the
/// earlier party. The successor may then be a splinter, and most voters may have gone elsewhere.
fn is_shrunk(one: &Contender, other: &Contender) -> bool {
    let share = |contender: &Contender| contender.tally(1)?.share.map(Decimal::to_f64);
    let seats = |contender: &Contender| contender.seats_won().map(|seats| seats as f64);
    let [had, has] = [one, other].map(share);
    let both = had.zip(has).or(seats(one).zip(seats(other)));
    both.is_some_and(|(had, has)| has < had / 2.0)
}
