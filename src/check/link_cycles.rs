//! Finds cycles of links. Each cycle is reported once.

use std::collections::{HashMap, HashSet, VecDeque};

use super::finding::{Finding, FindingDraft, Rule};
use super::resolve::LinkResolver;
use crate::Result;
use crate::analysis::chain::Direction;
use crate::archive::{ElectionId, Listing};
use crate::model::{ElectionSummary, Link};

/// Maximum number of elections that a finding names.
const MAX_NAMED: usize = 8;

/// The graph of elections and their links, built one election at a time.
#[derive(Default)]
pub(super) struct LinkGraph {
    elections: Vec<ElectionId>,
    /// Edges, each from the earlier to the later election.
    edges: Vec<[ElectionId; 2]>,
    /// Linked elections that are not themselves under check.
    unvisited: Vec<ElectionId>,
}

impl LinkGraph {
    /// Adds an election and its links.
    pub(super) fn add(&mut self, resolver: &LinkResolver<'_>, listing: &Listing) -> Result<()> {
        let id = listing.version.election;
        self.elections.push(id);
        for (side, link) in directed_links(&listing.summary) {
            let Some(target) = resolver.linked_id(listing, link)? else { continue };
            if target != id {
                self.edges.push(if side == Direction::Earlier {
                    [target, id]
                } else {
                    [id, target]
                });
                if !resolver.is_checked(target) {
                    self.unvisited.push(target);
                }
            }
        }
        Ok(())
    }

    /// Returns a finding for each cycle that contains at least one election under check. The cycle
    /// may also contain elections that are not under check.
    pub(super) fn findings(mut self, resolver: &LinkResolver<'_>) -> Result<Vec<Finding>> {
        let mut seen: HashSet<ElectionId> = HashSet::new();
        while let Some(id) = self.unvisited.pop() {
            if seen.insert(id)
                && let Some(listing) = resolver.listing(id)?
            {
                self.add(resolver, &listing)?;
            }
        }
        let Self { elections, edges: steps, .. } = self;
        let place = |(at, id): (usize, &ElectionId)| (*id, at as u32);
        let indices: HashMap<ElectionId, u32> = elections.iter().enumerate().map(place).collect();
        let mut successors: Vec<Vec<u32>> = vec![Vec::new(); elections.len()];
        for [earlier, later] in steps {
            if let (Some(from), Some(to)) = (indices.get(&earlier), indices.get(&later)) {
                successors[*from as usize].push(*to);
            }
        }
        drop(indices);
        let is_checked = |at: &u32| resolver.is_checked(elections[*at as usize]);
        let components = strongly_connected_components(&successors)
            .into_iter()
            .filter(|component| component.iter().any(is_checked));
        components
            .map(|component| cycle_finding(resolver, &component, &successors, &elections))
            .collect()
    }
}

/// Returns every link of an election and its contests, with its direction.
fn directed_links(summary: &ElectionSummary) -> impl Iterator<Item = (Direction, &Link)> {
    let own = [(Direction::Earlier, &summary.previous), (Direction::Later, &summary.next)];
    let contests = summary.contests.iter();
    let contests = contests.flat_map(|contest| {
        [(Direction::Earlier, &contest.previous), (Direction::Later, &contest.next)]
    });
    own.into_iter().chain(contests).filter_map(|(side, link)| Some((side, link.as_ref()?)))
}

fn cycle_finding(
    resolver: &LinkResolver<'_>,
    component: &[u32],
    successors: &[Vec<u32>],
    elections: &[ElectionId],
) -> Result<Finding> {
    let address = |at: u32| resolver.address(elections[at as usize]);
    let first = component.iter().min().copied().unwrap_or_default();
    let cycle = shortest_cycle(first, component, successors);
    let mut names: Vec<String> =
        cycle.iter().take(MAX_NAMED).map(|at| address(*at)).collect::<Result<_>>()?;
    if cycle.len() > MAX_NAMED {
        names.push("…".to_owned());
    }
    let own = address(first)?;
    names.push(own.clone());
    let stated = names.join(" → ");
    let expected = format!("an order in which each of {} comes once", component.len());
    Ok(FindingDraft::new(Rule::LinkCycle, "previous and next", stated, expected).into_finding(&own))
}

/// Returns the shortest cycle through `first`.
fn shortest_cycle(first: u32, component: &[u32], successors: &[Vec<u32>]) -> Vec<u32> {
    let mut predecessors: HashMap<u32, u32> = HashMap::new();
    let members: HashSet<u32> = component.iter().copied().collect();
    let mut queue = VecDeque::from([first]);
    while let Some(node) = queue.pop_front() {
        for next in successors[node as usize].iter().filter(|next| members.contains(next)) {
            if *next == first {
                let mut path = vec![node];
                while let Some(predecessor) = path.last().and_then(|last| predecessors.get(last)) {
                    path.push(*predecessor);
                }
                path.reverse();
                return path;
            }
            predecessors.entry(*next).or_insert_with(|| {
                queue.push_back(*next);
                node
            });
        }
    }
    vec![first]
}

/// Returns the strongly connected components of at least two nodes, by Tarjan's algorithm without
/// recursion.
fn strongly_connected_components(successors: &[Vec<u32>]) -> Vec<Vec<u32>> {
    const UNVISITED: u32 = u32::MAX;
    let (mut order, mut low_link) =
        (vec![UNVISITED; successors.len()], vec![UNVISITED; successors.len()]);
    let mut on_stack = vec![false; successors.len()];
    let (mut stack, mut components, mut next) = (Vec::new(), Vec::new(), 0);
    for start in 0..successors.len() {
        if order[start] != UNVISITED {
            continue;
        }
        let mut call_stack = vec![(start, 0)];
        while let Some((node, edge_index)) = call_stack.pop() {
            if edge_index == 0 {
                (order[node], low_link[node], on_stack[node]) = (next, next, true);
                next += 1;
                stack.push(node as u32);
            }
            if let Some(successor) = successors[node].get(edge_index).map(|there| *there as usize) {
                call_stack.push((node, edge_index + 1));
                if order[successor] == UNVISITED {
                    call_stack.push((successor, 0));
                } else if on_stack[successor] {
                    low_link[node] = low_link[node].min(order[successor]);
                }
                continue;
            }
            if let Some((caller, _)) = call_stack.last() {
                low_link[*caller] = low_link[*caller].min(low_link[node]);
            }
            if low_link[node] == order[node] {
                let at =
                    stack.iter().rposition(|member| *member as usize == node).unwrap_or_default();
                let component: Vec<u32> = stack.split_off(at);
                component.iter().for_each(|member| on_stack[*member as usize] = false);
                if component.len() > 1 {
                    components.push(component);
                }
            }
        }
    }
    components
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(u32, u32)], size: usize) -> Vec<Vec<u32>> {
        let mut successors = vec![Vec::new(); size];
        edges.iter().for_each(|(from, to)| successors[*from as usize].push(*to));
        successors
    }

    #[test]
    fn each_cycle_is_found_once_and_a_chain_has_none() {
        let chain: Vec<(u32, u32)> = (0..9).map(|at| (at, at + 1)).collect();
        assert!(strongly_connected_components(&graph(&chain, 10)).is_empty());
        let two = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 3), (4, 5), (5, 5)];
        let mut found = strongly_connected_components(&graph(&two, 6));
        found.iter_mut().for_each(|component| component.sort_unstable());
        found.sort();
        assert_eq!(found, [vec![0, 1, 2], vec![3, 4]]);
        assert_eq!(shortest_cycle(0, &[0, 1, 2], &graph(&two, 6)), [0, 1, 2]);
    }

    #[test]
    fn a_cycle_of_300_000_elections_is_found_without_recursion() {
        let size = 300_000;
        let edges: Vec<(u32, u32)> = (0..size).map(|at| (at, (at + 1) % size)).collect();
        let size = size as usize;
        let successors = graph(&edges, size);
        let components = strongly_connected_components(&successors);
        assert_eq!(components.iter().map(Vec::len).collect::<Vec<_>>(), [size]);
        assert_eq!(shortest_cycle(0, &components[0], &successors).len(), size);
    }
}
