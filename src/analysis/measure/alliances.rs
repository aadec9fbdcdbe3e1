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
    /// No amount of its own: the amount is included in the amount of the alliance with this index.
    IncludedIn(usize),
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
    pub(super) fn map<U>(self, convert: impl FnOnce(T) -> U) -> AllianceShare<U> {
        match self {
            Self::Stated(amount) => AllianceShare::Stated(convert(amount)),
            Self::IncludedIn(row) => AllianceShare::IncludedIn(row),
            Self::Nothing => AllianceShare::Nothing,
            Self::Missing => AllianceShare::Missing,
        }
    }
}

/// The contenders of a contest that are alliances of other contenders.
pub(super) struct Alliances {
    /// Direct alliances of each contender, by index.
    alliances: Vec<Vec<usize>>,
    /// Direct and indirect members of each contender. Empty if it is not an alliance.
    members: Vec<Vec<usize>>,
}

/// Stated amounts of a total, by index of the contender.
pub(super) struct Amounts<'a> {
    /// Stated amount of each contender.
    pub(super) stated: &'a [Option<i128>],
    /// Maximum rounding error of each amount.
    pub(super) rounding_errors: &'a [i128],
    /// The total, if known.
    pub(super) total: Option<i128>,
    /// Votes of each contender, which distinguish an alliance's total from a separate figure.
    pub(super) votes: &'a [Option<u64>],
    /// Whether each contender stood.
    pub(super) stood: &'a [bool],
}

impl Alliances {
    /// Finds the rows of alliances: rows of parties that other contenders name as their alliance.
    pub(super) fn new(contenders: &[Contender]) -> Self {
        let mut found = Self { alliances: vec![Vec::new(); contenders.len()], members: Vec::new() };
        found.members = vec![Vec::new(); contenders.len()];
        if contenders.iter().all(|contender| contender.alliances.is_empty()) {
            return found;
        }
        let mut rows: HashMap<String, Option<usize>> = HashMap::new();
        for (at, contender) in contenders.iter().enumerate() {
            let party = contender.party.as_ref().filter(|_| contender.people.is_empty());
            for name in
                party.into_iter().flat_map(|party| [Some(&party.name), party.target.as_ref()])
            {
                // A name that two rows share is ambiguous and identifies neither.
                let Some(name) = name else { continue };
                let row = rows.entry(fold(name)).or_insert(Some(at));
                *row = row.filter(|row| *row == at);
            }
        }
        for (at, contender) in contenders.iter().enumerate() {
            for alliance in &contender.alliances {
                let names = [alliance.target.as_ref(), Some(&alliance.name)].into_iter().flatten();
                let row = names.filter_map(|name| rows.get(&fold(name)).copied().flatten()).next();
                let is_new = |row: &usize| *row != at && !found.alliances[at].contains(row);
                if let Some(row) =
                    row.filter(is_new).filter(|_| found.alliances[at].len() < MAX_ALLIANCES)
                {
                    found.alliances[at].push(row);
                }
            }
        }
        for at in 0..contenders.len() {
            for row in found.transitive_alliances(at) {
                found.members[row].push(at);
            }
        }
        found
    }

    /// Returns every alliance of a contender, direct or indirect, nearest first.
    fn transitive_alliances(&self, at: usize) -> Vec<usize> {
        let (mut seen, mut reached) = (HashSet::from([at]), Vec::new());
        let mut next = self.alliances[at].clone();
        while !next.is_empty() && reached.len() < MAX_ALLIANCES {
            next.retain(|row| seen.insert(*row));
            reached.extend(&next);
            next = next.iter().flat_map(|row| self.alliances[*row].clone()).collect();
        }
        reached
    }

    /// Determines the part of each contender. An alliance's figure includes the members without a
    /// figure. If members have figures, the alliance's figure counts in addition to the members'
    /// figures, unless it must include them.
    pub(super) fn resolve(&self, amounts: &Amounts<'_>) -> Vec<AllianceShare<i128>> {
        let mut shares: Vec<AllianceShare<i128>> =
            (0..self.alliances.len()).map(|at| self.initial_share(at, amounts)).collect();
        let sum_of = |of: &mut dyn Iterator<Item = usize>| -> i128 {
            of.filter_map(|at| amounts.stated[at]).fold(0, i128::saturating_add)
        };
        let total_error: i128 =
            amounts.rounding_errors.iter().fold(0, |sum, slack| sum.saturating_add(*slack));
        let all = sum_of(&mut (0..shares.len()));
        let is_over = amounts.total.is_some_and(|total| all > total.saturating_add(total_error));
        // If all figures add up to the total, none of them is a sum of others.
        let adds_up = amounts.total.is_some_and(|total| all >= total.saturating_sub(total_error));
        let mut rows: Vec<usize> =
            (0..shares.len()).filter(|at| !self.members[*at].is_empty()).collect();
        rows.sort_by_key(|row| self.members[*row].len());
        for row in rows {
            let AllianceShare::Stated(total) = shares[row] else { continue };
            let counted = |at: &usize| matches!(shares[*at], AllianceShare::Stated(_));
            let members: Vec<usize> = self.members[row].iter().copied().filter(counted).collect();
            if members.is_empty() {
                continue;
            }
            let parts = sum_of(&mut members.iter().copied());
            let error = members.iter().map(|at| amounts.rounding_errors[*at]).sum::<i128>()
                + amounts.rounding_errors[row];
            let fits = parts > 0 && parts <= total.saturating_add(error);
            let complete =
                self.members[row].iter().all(|at| shares[*at] != AllianceShare::IncludedIn(row));
            // Small numbers of votes or seats may be equal by chance.
            let same_votes = || -> Option<bool> {
                let votes = members.iter().map(|at| amounts.votes[*at].map(u128::from));
                let (votes, total) = (votes.sum::<Option<u128>>()?, amounts.votes[row]?);
                Some(votes == u128::from(total) && (total > MAX_COINCIDENCE || members.len() > 1))
            };
            let equal = total.saturating_sub(parts) <= error && members.len() > 1 && complete;
            if !fits || !(is_over || !adds_up && same_votes().unwrap_or(equal)) {
                continue;
            }
            if !complete {
                // Some members have no figure, so only the alliance's figure is complete.
                members.iter().for_each(|at| shares[*at] = AllianceShare::IncludedIn(row));
            } else if equal || total - parts <= error {
                shares[row] = AllianceShare::Nothing;
            } else {
                shares[row] = AllianceShare::Stated(total - parts);
            }
        }
        shares
    }

    fn initial_share(&self, at: usize, amounts: &Amounts<'_>) -> AllianceShare<i128> {
        let is_stated = |at: &usize| amounts.stated[*at].is_some();
        if let Some(stated) = amounts.stated[at] {
            return AllianceShare::Stated(stated);
        }
        if let Some(row) = self.transitive_alliances(at).into_iter().find(is_stated) {
            return AllianceShare::IncludedIn(row);
        }
        let members = &self.members[at];
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
    fn resolve(rows: &[(&str, &str, Option<i128>)], whole: i128) -> Vec<AllianceShare<i128>> {
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
            rounding_errors: &slack,
            total: Some(whole),
            votes: &votes,
            stood: &stood,
        };
        Alliances::new(&contenders).resolve(&amounts)
    }

    use AllianceShare::{IncludedIn, Missing, Nothing, Stated};

    #[test]
    fn an_alliance_includes_members_without_figures() {
        let rows = [("A", "", Some(43)), ("B", "A", None), ("C", "B", None), ("D", "", None)];
        assert_eq!(resolve(&rows, 100), [Stated(43), IncludedIn(0), IncludedIn(0), Missing]);
        // Figures of members count in addition to the alliance's.
        let rows =
            [("A", "", Some(36)), ("B", "A", Some(3)), ("C", "A", None), ("D", "", Some(48))];
        assert_eq!(resolve(&rows, 100), [Stated(36), Stated(3), IncludedIn(0), Stated(48)]);
    }

    #[test]
    fn an_alliance_without_figures_has_no_share_of_its_own() {
        let rows = [("A", "", None), ("B", "A", Some(20)), ("C", "A", Some(30))];
        assert_eq!(resolve(&rows, 100), [Nothing, Stated(20), Stated(30)]);
        let rows = [("A", "", None), ("B", "A", Some(20)), ("C", "A", None)];
        assert_eq!(resolve(&rows, 100), [Missing, Stated(20), Missing]);
    }

    #[test]
    fn a_total_is_not_counted_in_addition_to_its_parts() {
        let rows =
            [("A", "", Some(50)), ("B", "A", Some(20)), ("C", "A", Some(30)), ("D", "", Some(50))];
        assert_eq!(resolve(&rows, 100), [Nothing, Stated(20), Stated(30), Stated(50)]);
        let rows =
            [("A", "", Some(60)), ("B", "A", Some(20)), ("C", "A", Some(30)), ("D", "", Some(40))];
        assert_eq!(resolve(&rows, 100), [Stated(10), Stated(20), Stated(30), Stated(40)]);
        let rows =
            [("A", "", Some(60)), ("B", "A", Some(20)), ("C", "A", None), ("D", "", Some(40))];
        assert_eq!(resolve(&rows, 100), [Stated(60), IncludedIn(0), IncludedIn(0), Stated(40)]);
    }

    #[test]
    fn cyclic_alliances_are_ordinary_rows() {
        let rows = [("A", "A", Some(25)), ("B", "A", Some(10))];
        assert_eq!(resolve(&rows, 100), [Stated(25), Stated(10)]);
        let rows = [("A", "B", None), ("B", "A", Some(10)), ("C", "B", None)];
        assert_eq!(resolve(&rows, 100), [IncludedIn(1), Stated(10), IncludedIn(1)]);
    }
}
