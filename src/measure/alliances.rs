//! Alliances that stand in a contest with a row of their own, beside rows of their members: whose figures are
//! whose, so that no vote is counted twice and none that an alliance has is taken for missing.

use std::collections::{HashMap, HashSet};

use crate::model::{Contender, fold};

/// What a contender has of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Share<T> {
    /// So much, for itself alone.
    Stated(T),
    /// Nothing of its own: its part is in the figure of the contender at this place, its alliance.
    Within(usize),
    /// Nothing: it did not stand in this round, or is an alliance whose members have it all.
    Nothing,
    /// It is not stated.
    Missing,
}

/// Maximum number of alliances that a contender is followed through. Nobody is in so many.
const REACH: usize = 32;

/// Numbers up to this may be equal by chance.
const BY_CHANCE: u64 = 1_000;

impl<T> Share<T> {
    pub(super) fn map<U>(self, of: impl FnOnce(T) -> U) -> Share<U> {
        match self {
            Self::Stated(amount) => Share::Stated(of(amount)),
            Self::Within(row) => Share::Within(row),
            Self::Nothing => Share::Nothing,
            Self::Missing => Share::Missing,
        }
    }
}

/// Which contenders of a contest are rows of alliances that others are in.
pub(super) struct Alliances {
    /// The alliances of each contender, by their places.
    above: Vec<Vec<usize>>,
    /// All who are in an alliance, also through another one; of rows that are none, nobody.
    below: Vec<Vec<usize>>,
}

/// What is stated of a whole, by the places of contenders.
pub(super) struct Amounts<'a> {
    /// What each has.
    pub(super) stated: &'a [Option<i128>],
    /// By how much rounding may have changed each.
    pub(super) slack: &'a [i128],
    /// How much there is, where that is known.
    pub(super) whole: Option<i128>,
    /// The votes of each, by which a total can be told from a figure of its own.
    pub(super) votes: &'a [Option<u64>],
    /// Whether each stood.
    pub(super) stood: &'a [bool],
}

impl Alliances {
    /// Finds the rows of alliances: parties that other contenders name as theirs.
    pub(super) fn of(contenders: &[Contender]) -> Self {
        let mut found = Self { above: vec![Vec::new(); contenders.len()], below: Vec::new() };
        found.below = vec![Vec::new(); contenders.len()];
        if contenders.iter().all(|contender| contender.alliances.is_empty()) {
            return found;
        }
        let mut rows: HashMap<String, Option<usize>> = HashMap::new();
        for (at, contender) in contenders.iter().enumerate() {
            let party = contender.party.as_ref().filter(|_| contender.people.is_empty());
            for name in
                party.into_iter().flat_map(|party| [Some(&party.name), party.target.as_ref()])
            {
                // A name that two rows have names neither.
                let Some(name) = name else { continue };
                let row = rows.entry(fold(name)).or_insert(Some(at));
                *row = row.filter(|row| *row == at);
            }
        }
        for (at, contender) in contenders.iter().enumerate() {
            for alliance in &contender.alliances {
                let names = [alliance.target.as_ref(), Some(&alliance.name)].into_iter().flatten();
                let row = names.filter_map(|name| rows.get(&fold(name)).copied().flatten()).next();
                let is_new = |row: &usize| *row != at && !found.above[at].contains(row);
                if let Some(row) = row.filter(is_new).filter(|_| found.above[at].len() < REACH) {
                    found.above[at].push(row);
                }
            }
        }
        for at in 0..contenders.len() {
            for row in found.reached(at) {
                found.below[row].push(at);
            }
        }
        found
    }

    /// Every alliance that a contender is in, the nearest first.
    fn reached(&self, at: usize) -> Vec<usize> {
        let (mut seen, mut reached) = (HashSet::from([at]), Vec::new());
        let mut next = self.above[at].clone();
        while !next.is_empty() && reached.len() < REACH {
            next.retain(|row| seen.insert(*row));
            reached.extend(&next);
            next = next.iter().flat_map(|row| self.above[*row].clone()).collect();
        }
        reached
    }

    /// What each has. An alliance's figure stands for the members that have none. Where members have figures,
    /// that of the alliance is its own and counts beside theirs, unless it must be their total.
    pub(super) fn resolve(&self, amounts: &Amounts<'_>) -> Vec<Share<i128>> {
        let mut shares: Vec<Share<i128>> =
            (0..self.above.len()).map(|at| self.plain(at, amounts)).collect();
        let sum = |of: &mut dyn Iterator<Item = usize>| -> i128 {
            of.filter_map(|at| amounts.stated[at]).fold(0, i128::saturating_add)
        };
        let slack: i128 = amounts.slack.iter().fold(0, |sum, slack| sum.saturating_add(*slack));
        let all = sum(&mut (0..shares.len()));
        let is_over = amounts.whole.is_some_and(|whole| all > whole.saturating_add(slack));
        // Where all figures together are the whole, none is the total of others.
        let adds_up = amounts.whole.is_some_and(|whole| all >= whole.saturating_sub(slack));
        let mut rows: Vec<usize> =
            (0..shares.len()).filter(|at| !self.below[*at].is_empty()).collect();
        rows.sort_by_key(|row| self.below[*row].len());
        for row in rows {
            let Share::Stated(total) = shares[row] else { continue };
            let counted = |at: &usize| matches!(shares[*at], Share::Stated(_));
            let members: Vec<usize> = self.below[row].iter().copied().filter(counted).collect();
            if members.is_empty() {
                continue;
            }
            let parts = sum(&mut members.iter().copied());
            let slack =
                members.iter().map(|at| amounts.slack[*at]).sum::<i128>() + amounts.slack[row];
            let fits = parts > 0 && parts <= total.saturating_add(slack);
            let complete = self.below[row].iter().all(|at| shares[*at] != Share::Within(row));
            // A few votes, or seats, may be as many by chance.
            let same_votes = || -> Option<bool> {
                let votes = members.iter().map(|at| amounts.votes[*at].map(u128::from));
                let (votes, total) = (votes.sum::<Option<u128>>()?, amounts.votes[row]?);
                Some(votes == u128::from(total) && (total > BY_CHANCE || members.len() > 1))
            };
            let equal = total.saturating_sub(parts) <= slack && members.len() > 1 && complete;
            if !fits || !(is_over || !adds_up && same_votes().unwrap_or(equal)) {
                continue;
            }
            if !complete {
                // The alliance alone has a figure that is whole.
                members.iter().for_each(|at| shares[*at] = Share::Within(row));
            } else if equal || total - parts <= slack {
                shares[row] = Share::Nothing;
            } else {
                shares[row] = Share::Stated(total - parts);
            }
        }
        shares
    }

    fn plain(&self, at: usize, amounts: &Amounts<'_>) -> Share<i128> {
        let is_stated = |at: &usize| amounts.stated[*at].is_some();
        if let Some(stated) = amounts.stated[at] {
            return Share::Stated(stated);
        }
        if let Some(row) = self.reached(at).into_iter().find(is_stated) {
            return Share::Within(row);
        }
        let members = &self.below[at];
        match !amounts.stood[at] || !members.is_empty() && members.iter().all(is_stated) {
            true => Share::Nothing,
            false => Share::Missing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A contest of rows: the name, the alliance that it is in, and what it has.
    fn resolved(rows: &[(&str, &str, Option<i128>)], whole: i128) -> Vec<Share<i128>> {
        let contender = |(name, alliance, _): &(&str, &str, Option<i128>)| -> Contender {
            let alliances: Vec<_> =
                [alliance].into_iter().filter(|name| !name.is_empty()).collect();
            let alliances: Vec<_> = alliances.iter().map(|name| json!({"name": name})).collect();
            serde_json::from_value(json!({"party": {"name": name}, "alliances": alliances}))
                .unwrap()
        };
        let contenders: Vec<Contender> = rows.iter().map(contender).collect();
        let stated: Vec<Option<i128>> = rows.iter().map(|row| row.2).collect();
        let (slack, votes) = (vec![0; rows.len()], vec![None; rows.len()]);
        let stood = vec![true; rows.len()];
        let amounts = Amounts {
            stated: &stated,
            slack: &slack,
            whole: Some(whole),
            votes: &votes,
            stood: &stood,
        };
        Alliances::of(&contenders).resolve(&amounts)
    }

    use Share::{Missing, Nothing, Stated, Within};

    #[test]
    fn an_alliance_stands_for_members_without_figures() {
        let rows = [("A", "", Some(43)), ("B", "A", None), ("C", "B", None), ("D", "", None)];
        assert_eq!(resolved(&rows, 100), [Stated(43), Within(0), Within(0), Missing]);
        // Figures of members count beside it.
        let rows =
            [("A", "", Some(36)), ("B", "A", Some(3)), ("C", "A", None), ("D", "", Some(48))];
        assert_eq!(resolved(&rows, 100), [Stated(36), Stated(3), Within(0), Stated(48)]);
    }

    #[test]
    fn a_label_has_nothing_of_its_own() {
        let rows = [("A", "", None), ("B", "A", Some(20)), ("C", "A", Some(30))];
        assert_eq!(resolved(&rows, 100), [Nothing, Stated(20), Stated(30)]);
        let rows = [("A", "", None), ("B", "A", Some(20)), ("C", "A", None)];
        assert_eq!(resolved(&rows, 100), [Missing, Stated(20), Missing]);
    }

    #[test]
    fn a_total_is_not_counted_beside_its_parts() {
        let rows =
            [("A", "", Some(50)), ("B", "A", Some(20)), ("C", "A", Some(30)), ("D", "", Some(50))];
        assert_eq!(resolved(&rows, 100), [Nothing, Stated(20), Stated(30), Stated(50)]);
        let rows =
            [("A", "", Some(60)), ("B", "A", Some(20)), ("C", "A", Some(30)), ("D", "", Some(40))];
        assert_eq!(resolved(&rows, 100), [Stated(10), Stated(20), Stated(30), Stated(40)]);
        let rows =
            [("A", "", Some(60)), ("B", "A", Some(20)), ("C", "A", None), ("D", "", Some(40))];
        assert_eq!(resolved(&rows, 100), [Stated(60), Within(0), Within(0), Stated(40)]);
    }

    #[test]
    fn alliances_of_themselves_and_in_circles_are_rows_like_others() {
        let rows = [("A", "A", Some(25)), ("B", "A", Some(10))];
        assert_eq!(resolved(&rows, 100), [Stated(25), Stated(10)]);
        let rows = [("A", "B", None), ("B", "A", Some(10)), ("C", "B", None)];
        assert_eq!(resolved(&rows, 100), [Within(1), Stated(10), Within(1)]);
    }
}
