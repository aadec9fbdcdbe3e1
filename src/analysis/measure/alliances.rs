//! Alliances that have their own row in addition to the rows of their members. Decides which row
//! each figure belongs to, so that no vote is counted twice and no vote of an alliance counts as
//! missing.

use std::collections::{HashMap, HashSet};

use crate::model::{Contender, fold};

/// A contender's part of a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AllianceShare<T> {
    /// Amount that belongs to the contender alone.
    Stated(T),
    /// No amount of its own: it is included in that of the alliance with this index.
    Within(usize),
    /// No amount: the contender did not stand in this round, or it is an alliance whose members
    /// have all of its votes.
    Nothing,
    /// The amount is not stated.
    Missing,
}

/// Maximum number of alliances followed from a contender, a bound against malformed input.
const MAX_ALLIANCES: usize = 32;

/// Maximum number of votes at which two equal figures may be a coincidence.
const MAX_COINCIDENCE: u64 = 1_000;

impl<T> AllianceShare<T> {
    pub(super) fn map<U>(self, of: impl FnOnce(T) -> U) -> AllianceShare<U> {
        match self {
            Self::Stated(amount) => AllianceShare::Stated(of(amount)),
            Self::Within(row) => AllianceShare::Within(row),
            Self::Nothing => AllianceShare::Nothing,
            Self::Missing => AllianceShare::Missing,
        }
    }
}

/// The contenders of a contest that are alliances of others.
pub(super) struct Alliances {
    /// Direct alliances of each contender, by index.
    above: Vec<Vec<usize>>,
    /// Direct and indirect members of each contender. Empty if it is not an alliance.
    below: Vec<Vec<usize>>,
}

/// Stated amounts of a total, by index of the contender.
pub(super) struct Amounts<'a> {
    /// Stated amount of each contender.
    pub(super) stated: &'a [Option<i128>],
    /// Maximum rounding error of each amount.
    pub(super) slack: &'a [i128],
    /// The total, if known.
    pub(super) whole: Option<i128>,
    /// Votes of each contender, which tell an alliance's total from a separate figure.
    pub(super) votes: &'a [Option<u64>],
    /// Whether each contender stood.
    pub(super) stood: &'a [bool],
}

impl Alliances {
    /// Finds the rows of alliances: rows of parties that other contenders name as their alliance.
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
                // A name of two rows is ambiguous and names neither.
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
                if let Some(row) =
                    row.filter(is_new).filter(|_| found.above[at].len() < MAX_ALLIANCES)
                {
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

    /// Returns every alliance of a contender, direct or indirect, nearest first.
    fn reached(&self, at: usize) -> Vec<usize> {
        let (mut seen, mut reached) = (HashSet::from([at]), Vec::new());
        let mut next = self.above[at].clone();
        while !next.is_empty() && reached.len() < MAX_ALLIANCES {
            next.retain(|row| seen.insert(*row));
            reached.extend(&next);
            next = next.iter().flat_map(|row| self.above[*row].clone()).collect();
        }
        reached
    }

    /// Determines the part of each contender. An alliance's figure covers the members that have
    /// none. If members have figures, the alliance's figure counts in addition to theirs, unless it
    /// must be their sum.
    pub(super) fn resolve(&self, amounts: &Amounts<'_>) -> Vec<AllianceShare<i128>> {
        let mut shares: Vec<AllianceShare<i128>> =
            (0..self.above.len()).map(|at| self.plain(at, amounts)).collect();
        let sum = |of: &mut dyn Iterator<Item = usize>| -> i128 {
            of.filter_map(|at| amounts.stated[at]).fold(0, i128::saturating_add)
        };
        let slack: i128 = amounts.slack.iter().fold(0, |sum, slack| sum.saturating_add(*slack));
        let all = sum(&mut (0..shares.len()));
        let is_over = amounts.whole.is_some_and(|whole| all > whole.saturating_add(slack));
        // If all figures add up to the total, none of them is a sum of others.
        let adds_up = amounts.whole.is_some_and(|whole| all >= whole.saturating_sub(slack));
        let mut rows: Vec<usize> =
            (0..shares.len()).filter(|at| !self.below[*at].is_empty()).collect();
        rows.sort_by_key(|row| self.below[*row].len());
        for row in rows {
            let AllianceShare::Stated(total) = shares[row] else { continue };
            let counted = |at: &usize| matches!(shares[*at], AllianceShare::Stated(_));
            let members: Vec<usize> = self.below[row].iter().copied().filter(counted).collect();
            if members.is_empty() {
                continue;
            }
            let parts = sum(&mut members.iter().copied());
            let slack =
                members.iter().map(|at| amounts.slack[*at]).sum::<i128>() + amounts.slack[row];
            let fits = parts > 0 && parts <= total.saturating_add(slack);
            let complete =
                self.below[row].iter().all(|at| shares[*at] != AllianceShare::Within(row));
            // Small numbers of votes or seats may be equal by chance.
            let same_votes = || -> Option<bool> {
                let votes = members.iter().map(|at| amounts.votes[*at].map(u128::from));
                let (votes, total) = (votes.sum::<Option<u128>>()?, amounts.votes[row]?);
                Some(votes == u128::from(total) && (total > MAX_COINCIDENCE || members.len() > 1))
            };
            let equal = total.saturating_sub(parts) <= slack && members.len() > 1 && complete;
            if !fits || !(is_over || !adds_up && same_votes().unwrap_or(equal)) {
                continue;
            }
            if !complete {
                // Some members have no figure, so only the alliance's figure is complete.
                members.iter().for_each(|at| shares[*at] = AllianceShare::Within(row));
            } else if equal || total - parts <= slack {
                shares[row] = AllianceShare::Nothing;
            } else {
                shares[row] = AllianceShare::Stated(total - parts);
            }
        }
        shares
    }

    fn plain(&self, at: usize, amounts: &Amounts<'_>) -> AllianceShare<i128> {
        let is_stated = |at: &usize| amounts.stated[*at].is_some();
        if let Some(stated) = amounts.stated[at] {
            return AllianceShare::Stated(stated);
        }
        if let Some(row) = self.reached(at).into_iter().find(is_stated) {
            return AllianceShare::Within(row);
        }
        let members = &self.below[at];
        match !amounts.stood[at] || !members.is_empty() && members.iter().all(is_stated) {
            true => AllianceShare::Nothing,
            false => AllianceShare::Missing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Resolves rows of name, alliance and amount.
    fn resolved(rows: &[(&str, &str, Option<i128>)], whole: i128) -> Vec<AllianceShare<i128>> {
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

    use AllianceShare::{Missing, Nothing, Stated, Within};

    #[test]
    fn an_alliance_stands_for_members_without_figures() {
        let rows = [("A", "", Some(43)), ("B", "A", None), ("C", "B", None), ("D", "", None)];
        assert_eq!(resolved(&rows, 100), [Stated(43), Within(0), Within(0), Missing]);
        // Figures of members count in addition to the alliance's.
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
