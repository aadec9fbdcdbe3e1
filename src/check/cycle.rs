//! Elections that come before themselves: each cycle of the links is told once.

use std::collections::{HashMap, VecDeque};

use super::finding::{Finding, Topic, Wrong};
use super::known::{Known, at, links};
use crate::Result;
use crate::archive::Record;
use crate::chain::Side;

/// So many elections of a cycle are named.
const NAMED: usize = 8;

/// The cycles in which one of the records stands.
pub(super) fn check(known: &Known<'_>, records: &[Record]) -> Result<Vec<Finding>> {
    let (mut places, mut addresses) = (HashMap::new(), Vec::new());
    let mut waiting: VecDeque<std::borrow::Cow<'_, Record>> = VecDeque::new();
    for record in records {
        at(&mut places, &mut addresses, record);
        waiting.push_back(std::borrow::Cow::Borrowed(record));
    }
    let mut edges: Vec<(usize, usize)> = Vec::new();
    while let Some(record) = waiting.pop_front() {
        let here = at(&mut places, &mut addresses, &record);
        for side in [Side::Earlier, Side::Later] {
            for (.., link) in links(&record.election, side) {
                let title = link.title.as_ref();
                let other = title.map(|title| known.titled(title)).transpose()?.flatten();
                let Some(other) = other.filter(|other| other.id != record.id) else { continue };
                let before = addresses.len();
                let there = at(&mut places, &mut addresses, &other);
                edges.push(if side == Side::Earlier { (there, here) } else { (here, there) });
                if addresses.len() > before {
                    waiting.push_back(other);
                }
            }
        }
    }
    let mut after = vec![Vec::new(); addresses.len()];
    for (earlier, later) in edges {
        after[earlier].push(later);
    }
    let cycles = knots(&after).into_iter();
    let found = cycles.filter(|knot| knot.iter().any(|place| *place < records.len()));
    Ok(found.map(|knot| told(&knot, &after, &addresses)).collect())
}

fn told(knot: &[usize], after: &[Vec<usize>], addresses: &[String]) -> Finding {
    let first = knot.iter().min().copied().unwrap_or_default();
    let way = around(first, knot, after);
    let mut names: Vec<&str> = way.iter().take(NAMED).map(|at| addresses[*at].as_str()).collect();
    if way.len() > NAMED {
        names.push("…");
    }
    names.push(&addresses[first]);
    let said = names.join(" → ");
    let expected = format!("an order in which each of {} comes once", knot.len());
    Wrong::new(Topic::LinkCycle, "previous and next", said, expected).of(&addresses[first])
}

/// The shortest way from an election back to itself.
fn around(first: usize, knot: &[usize], after: &[Vec<usize>]) -> Vec<usize> {
    let mut from: HashMap<usize, usize> = HashMap::new();
    let within: std::collections::HashSet<usize> = knot.iter().copied().collect();
    let mut waiting = VecDeque::from([first]);
    while let Some(here) = waiting.pop_front() {
        for next in after[here].iter().filter(|next| within.contains(next)) {
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

/// The sets of places of which each leads to each other, after Tarjan, without recursion.
fn knots(after: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
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
                stack.push(here);
            }
            if let Some(there) = after[here].get(tried).copied() {
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
                let at = stack.iter().rposition(|place| *place == here).unwrap_or_default();
                let knot: Vec<usize> = stack.split_off(at);
                knot.iter().for_each(|place| on_stack[*place] = false);
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

    fn graph(edges: &[(usize, usize)], size: usize) -> Vec<Vec<usize>> {
        let mut after = vec![Vec::new(); size];
        edges.iter().for_each(|(from, to)| after[*from].push(*to));
        after
    }

    #[test]
    fn each_cycle_is_found_once_and_a_chain_is_none() {
        let chain: Vec<(usize, usize)> = (0..9).map(|at| (at, at + 1)).collect();
        assert!(knots(&graph(&chain, 10)).is_empty());
        let two = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 3), (4, 5), (5, 5)];
        let mut found = knots(&graph(&two, 6));
        found.iter_mut().for_each(|knot| knot.sort_unstable());
        found.sort();
        assert_eq!(found, [vec![0, 1, 2], vec![3, 4]]);
        assert_eq!(around(0, &[0, 1, 2], &graph(&two, 6)), [0, 1, 2]);
    }

    #[test]
    fn a_long_cycle_takes_no_long_time() {
        let size = 300_000;
        let edges: Vec<(usize, usize)> = (0..size).map(|at| (at, (at + 1) % size)).collect();
        let after = graph(&edges, size);
        let knots = knots(&after);
        assert_eq!(knots.iter().map(Vec::len).collect::<Vec<_>>(), [size]);
        assert_eq!(around(0, &knots[0], &after).len(), size);
    }
}
