//! What parties became: those that stand no more and what came of them are put together, and parts that only left are
//! told.

use std::collections::{BTreeMap, BTreeSet};

use super::genealogy::{Between, Genealogy, PartyId, Way};
use super::matching::{By, Open, Pairing, Sure};
use crate::model::{Contender, PartialDate};

/// A part of a party that left it for another, by the places of both.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) from: usize,
    pub(super) to: usize,
    /// The other is new; else it stood before, too.
    pub(super) is_new: bool,
    pub(super) why: Vec<String>,
}

/// Contenders of both sides that belong together: the earlier by their places, the later behind them.
struct Groups {
    parent: Vec<usize>,
    /// How many earlier ones there are.
    earlier: usize,
}

impl Groups {
    fn root(&mut self, mut of: usize) -> usize {
        while self.parent[of] != of {
            self.parent[of] = self.parent[self.parent[of]];
            of = self.parent[of];
        }
        of
    }

    fn join(&mut self, at: usize, to: usize) {
        let (one, other) = (self.root(at), self.root(self.earlier + to));
        self.parent[one.max(other)] = one.min(other);
    }
}

/// Puts together what parties became of those that stand no more, and gives back the parts that left for another:
/// their party is the one that goes on. A party that stands on both sides is never put together with another such
/// because a third went to both.
pub(super) fn regroup(
    open: &mut Open<'_>,
    genealogy: &Genealogy,
    [before, after]: [BTreeMap<PartyId, usize>; 2],
    dates: Option<[PartialDate; 2]>,
    contenders: [&[Contender]; 2],
) -> Vec<Part> {
    let [old, new] = [&before, &after].map(|side| side.keys().copied().collect::<BTreeSet<_>>());
    let between = Between { before: &old, after: &new, dates };
    // What became of each party that ended.
    let mut ended: BTreeMap<usize, Vec<(usize, Way)>> = BTreeMap::new();
    let mut parts = Vec::new();
    let matched: BTreeSet<usize> =
        open.pairings.iter().flat_map(|pairing| pairing.after.clone()).collect();
    for ((from, to), way) in genealogy.ways(&between) {
        let (Some(at), Some(to)) = (before.get(&from), after.get(&to)) else { continue };
        if way.in_part {
            parts.push(Part { from: *at, to: *to, is_new: true, why: way.why });
        } else {
            ended.entry(*at).or_default().push((*to, way));
        }
    }
    let joined = joined(ended, &matched, &mut parts);
    put_together(open, joined, contenders);
    // What is part of a group now is told there.
    let entered: BTreeSet<usize> = open.entered().into_iter().collect();
    parts.retain(|part| !part.is_new || entered.contains(&part.to));
    parts
}

/// Of each party that ended, which others it became: the new ones; where there is none, the one that it joined. Of
/// several that it joined, nobody can say which has its voters.
fn joined(
    ended: BTreeMap<usize, Vec<(usize, Way)>>,
    matched: &BTreeSet<usize>,
    parts: &mut Vec<Part>,
) -> Vec<(usize, usize, Way)> {
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
                parts.push(Part { from: at, to, is_new: false, why: way.why });
            }
        }
    }
    joined
}

fn put_together(
    open: &mut Open<'_>,
    joined: Vec<(usize, usize, Way)>,
    [before, after]: [&[Contender]; 2],
) {
    let size = before.len() + after.len();
    let mut groups = Groups { parent: (0..size).collect(), earlier: before.len() };
    for pairing in &open.pairings {
        for (at, to) in
            pairing.before.iter().flat_map(|at| pairing.after.iter().map(move |to| (*at, *to)))
        {
            groups.join(at, to);
        }
    }
    joined.iter().for_each(|(at, to, _)| groups.join(*at, *to));
    let mut made: BTreeMap<usize, Pairing> = BTreeMap::new();
    for (at, to, way) in joined {
        let sure = if way.in_time { Sure::Likely } else { Sure::Possible };
        let empty = Pairing {
            before: Vec::new(),
            after: Vec::new(),
            by: By::Succession,
            sure,
            why: Vec::new(),
        };
        let group = made.entry(groups.root(at)).or_insert(empty);
        group.before.push(at);
        group.after.push(to);
        group.sure = group.sure.max(sure);
        group.why.extend(way.why);
    }
    // A party that goes on and that others joined brings itself.
    let mut rest = Vec::new();
    for pairing in std::mem::take(&mut open.pairings) {
        let root = pairing.before.first().map(|at| groups.root(*at));
        match root.and_then(|root| made.get_mut(&root)) {
            Some(group) => {
                group.before.extend(pairing.before);
                group.after.extend(pairing.after);
                group.sure = group.sure.max(pairing.sure);
            }
            None => rest.push(pairing),
        }
    }
    open.pairings = rest;
    for mut group in made.into_values() {
        for side in [&mut group.before, &mut group.after] {
            side.sort_unstable();
            side.dedup();
        }
        group.by = match (group.before.len(), group.after.len()) {
            (1, 1) => By::Succession,
            (_, 1) => By::Merger,
            (1, _) => By::Split,
            _ => By::Regrouping,
        };
        if group.by == By::Succession && is_shrunk(&before[group.before[0]], &after[group.after[0]])
        {
            group.sure = Sure::Possible;
        }
        open.add(group);
    }
}

/// Whether what came of a party has less than half of what it had: then it may be a splinter, and the rest have gone
/// elsewhere.
fn is_shrunk(one: &Contender, other: &Contender) -> bool {
    let share =
        |contender: &Contender| contender.tally(1)?.share.map(crate::model::Decimal::to_f64);
    let seats = |contender: &Contender| contender.seats_won().map(|seats| seats as f64);
    let [had, has] = [one, other].map(share);
    let both = had.zip(has).or(seats(one).zip(seats(other)));
    both.is_some_and(|(had, has)| has < had / 2.0)
}
