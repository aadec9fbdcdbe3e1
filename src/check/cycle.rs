//! Finds cycles of links. Each cycle is reported once.

use std::collections::{HashMap, HashSet, VecDeque};

use super::finding::{Finding, FindingDraft, Rule};
use super::known::LinkResolver;
use crate::Result;
use crate::analysis::chain::Direction;
use crate::archive::{ElectionId, Listing};
use crate::model::{ElectionSummary, Link};

/// Maximum number of elections that a finding names.
const MAX_NAMED: usize = 8;

/// The graph of elections and their order, built one election at a time.
#[derive(Default)]
pub(super) struct LinkGraph {
    elections: Vec<ElectionId>,
    /// Edges, each from the earlier to the later election.
    steps: Vec<[ElectionId; 2]>,
    /// Linked elections that are not themselves under check.
    named: Vec<ElectionId>,
}

impl LinkGraph {
    /// Adds an election and its links.
    pub(super) fn add(&mut self, known: &LinkResolver<'_>, listing: &Listing) -> Result<()> {
        let here = listing.version.election;
        self.elections.push(here);
        for (side, link) in sides(&listing.outline) {
            let Some(title) = &link.title else { continue };
            let Some(there) = known.election_titled(title)? else { continue };
            if there != here {
                self.steps.push(if side == Direction::Earlier {
                    [there, here]
                } else {
                    [here, there]
                });
                if !known.checks(there) {
                    self.named.push(there);
                }
            }
        }
        Ok(())
    }

    /// Returns the cycles that contain at least one election under check. They may lead through
    /// others.
    pub(super) fn findings(mut self, known: &LinkResolver<'_>) -> Result<Vec<Finding>> {
        let mut seen: HashSet<ElectionId> = HashSet::new();
        while let Some(id) = self.named.pop() {
            if seen.insert(id)
                && let Some(listing) = known.listing(id)?
            {
                self.add(known, &listing)?;
            }
        }
        let Self { elections, steps, .. } = self;
        let place = |(at, id): (usize, &ElectionId)| (*id, at as u32);
        let places: HashMap<ElectionId, u32> = elections.iter().enumerate().map(place).collect();
        let mut after: Vec<Vec<u32>> = vec![Vec::new(); elections.len()];
        for [earlier, later] in steps {
            if let (Some(from), Some(to)) = (places.get(&earlier), places.get(&later)) {
                after[*from as usize].push(*to);
            }
        }
        drop(places);
        let is_checked = |at: &u32| known.checks(elections[*at as usize]);
        let knots = knots(&after).into_iter().filter(|knot| knot.iter().any(is_checked));
        knots.map(|knot| cycle_finding(known, &knot, &after, &elections)).collect()
    }
}

/// Returns every link of an election and its contests, with its direction.
fn sides(outline: &ElectionSummary) -> impl Iterator<Item = (Direction, &Link)> {
    let own = [(Direction::Earlier, &outline.previous), (Direction::Later, &outline.next)];
    let races = outline.races.iter();
    let races = races
        .flat_map(|race| [(Direction::Earlier, &race.previous), (Direction::Later, &race.next)]);
    own.into_iter().chain(races).filter_map(|(side, link)| Some((side, link.as_ref()?)))
}

fn cycle_finding(
    known: &LinkResolver<'_>,
    knot: &[u32],
    after: &[Vec<u32>],
    elections: &[ElectionId],
) -> Result<Finding> {
    let address = |at: u32| known.address(elections[at as usize]);
    let first = knot.iter().min().copied().unwrap_or_default();
    let way = shortest_cycle(first, knot, after);
    let mut names: Vec<String> =
        way.iter().take(MAX_NAMED).map(|at| address(*at)).collect::<Result<_>>()?;
    if way.len() > MAX_NAMED {
        names.push("…".to_owned());
    }
    let own = address(first)?;
    names.push(own.clone());
    let said = names.join(" → ");
    let expected = format!("an order in which each of {} comes once", knot.len());
    Ok(FindingDraft::new(Rule::LinkCycle, "previous and next", said, expected).of(&own))
}

/// Returns the shortest cycle through `first`.
fn shortest_cycle(first: u32, knot: &[u32], after: &[Vec<u32>]) -> Vec<u32> {
    let mut from: HashMap<u32, u32> = HashMap::new();
    let within: HashSet<u32> = knot.iter().copied().collect();
    let mut waiting = VecDeque::from([first]);
    while let Some(here) = waiting.pop_front() {
        for next in after[here as usize].iter().filter(|next| within.contains(next)) {
            if *next == first {
                let mut way = vec![here];
                while let Some(back) = way.last().and_then(|last| from.get(last)) {
                    way.push(*back);
                }
                way.reverse();
                return way;
            }
            from.entry(*next).or_insert_with(|| {
                waiting.push_back(*next);
                here
            });
        }
    }
    vec![first]
}

/// Returns the strongly connected components of at least two nodes, by Tarjan's algorithm without
/// recursion.
fn knots(after: &[Vec<u32>]) -> Vec<Vec<u32>> {
    const NEW: u32 = u32::MAX;
    let (mut order, mut lowest) = (vec![NEW; after.len()], vec![NEW; after.len()]);
    let mut on_stack = vec![false; after.len()];
    let (mut stack, mut knots, mut next) = (Vec::new(), Vec::new(), 0);
    for start in 0..after.len() {
        if order[start] != NEW {
            continue;
        }
        let mut calls = vec![(start, 0)];
        while let Some((here, tried)) = calls.pop() {
            if tried == 0 {
                (order[here], lowest[here], on_stack[here]) = (next, next, true);
                next += 1;
                stack.push(here as u32);
            }
            if let Some(there) = after[here].get(tried).map(|there| *there as usize) {
                calls.push((here, tried + 1));
                if order[there] == NEW {
                    calls.push((there, 0));
                } else if on_stack[there] {
                    lowest[here] = lowest[here].min(order[there]);
                }
                continue;
            }
            if let Some((caller, _)) = calls.last() {
                lowest[*caller] = lowest[*caller].min(lowest[here]);
            }
            if lowest[here] == order[here] {
                let at =
                    stack.iter().rposition(|place| *place as usize == here).unwrap_or_default();
                let knot: Vec<u32> = stack.split_off(at);
                knot.iter().for_each(|place| on_stack[*place as usize] = false);
                if knot.len() > 1 {
                    knots.push(knot);
                }
            }
        }
    }
    knots
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(u32, u32)], size: usize) -> Vec<Vec<u32>> {
        let mut after = vec![Vec::new(); size];
        edges.iter().for_each(|(from, to)| after[*from as usize].push(*to));
        after
    }

    #[test]
    fn each_cycle_is_found_once_and_a_chain_is_none() {
        let chain: Vec<(u32, u32)> = (0..9).map(|at| (at, at + 1)).collect();
        assert!(knots(&graph(&chain, 10)).is_empty());
        let two = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 3), (4, 5), (5, 5)];
        let mut found = knots(&graph(&two, 6));
        found.iter_mut().for_each(|knot| knot.sort_unstable());
        found.sort();
        assert_eq!(found, [vec![0, 1, 2], vec![3, 4]]);
        assert_eq!(shortest_cycle(0, &[0, 1, 2], &graph(&two, 6)), [0, 1, 2]);
    }

    #[test]
    fn a_long_cycle_takes_no_long_time() {
        let size = 300_000;
        let edges: Vec<(u32, u32)> = (0..size).map(|at| (at, (at + 1) % size)).collect();
        let size = size as usize;
        let after = graph(&edges, size);
        let knots = knots(&after);
        assert_eq!(knots.iter().map(Vec::len).collect::<Vec<_>>(), [size]);
        assert_eq!(shortest_cycle(0, &knots[0], &after).len(), size);
    }
}
