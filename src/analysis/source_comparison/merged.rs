//! The contests of several sources, paired, with their contenders matched.

use crate::analysis::diff::{DiffOptions, contest_name, pair_contests};
use crate::model::{Contender, Contest, Election};

/// One contest, as the sources state it.
#[derive(Debug, Default)]
pub(super) struct MergedContest<'a> {
    /// The contest of the first source that has it, with the contenders of all sources. Contests of
    /// other sources are paired with it.
    reference: Contest,
    /// Each source's contest, with the index of the source.
    pub(super) stated: Vec<(usize, &'a Contest)>,
    /// For each contender of `reference`, each source's contender.
    pub(super) contenders: Vec<Vec<(usize, &'a Contender)>>,
}

impl<'a> MergedContest<'a> {
    pub(super) fn name(&self) -> String {
        contest_name(&self.reference)
    }

    fn push_contender(&mut self, source: usize, contender: &'a Contender) {
        self.reference.contenders.push(contender.clone());
        self.contenders.push(vec![(source, contender)]);
    }
}

/// Pairs the contests of the sources, and matches their contenders. A contender that corresponds to
/// several of another source is not matched.
pub(super) fn merge_contests<'a>(
    elections: &[&'a Election],
    options: &DiffOptions<'_>,
) -> Vec<MergedContest<'a>> {
    let mut merged: Vec<MergedContest<'a>> = Vec::new();
    let Some(first) = elections.first() else { return merged };
    for (source, election) in elections.iter().enumerate() {
        let contests = merged.iter().map(|contest| contest.reference.clone()).collect();
        // The dates decide which successions of parties apply. Within one election, none do.
        let reference = Election { contests, dates: election.dates.clone(), ..(*first).clone() };
        let mut is_paired = vec![false; election.contests.len()];
        for pair in pair_contests(&reference, election, options) {
            let position = |contests: &[Contest], contest: &Contest| {
                contests.iter().position(|other| std::ptr::eq(other, contest))
            };
            let (Some(at), Some(own)) = (
                position(&reference.contests, pair.before),
                position(&election.contests, pair.after),
            ) else {
                continue;
            };
            let (Some(contest), Some(stated), Some(is_paired)) =
                (merged.get_mut(at), election.contests.get(own), is_paired.get_mut(own))
            else {
                continue;
            };
            *is_paired = true;
            contest.stated.push((source, stated));
            for group in &pair.groups {
                let contenders = group.after.iter().filter_map(|at| stated.contenders.get(*at));
                match (group.before.as_slice(), group.after.as_slice()) {
                    ([known], [_]) => {
                        let known = contest.contenders.get_mut(*known);
                        known.into_iter().zip(contenders).for_each(|(known, contender)| {
                            known.push((source, contender));
                        });
                    }
                    _ => contenders.for_each(|one| contest.push_contender(source, one)),
                }
            }
        }
        for (contest, _) in election.contests.iter().zip(is_paired).filter(|(_, paired)| !*paired) {
            let reference = Contest { contenders: Vec::new(), ..contest.clone() };
            let stated = vec![(source, contest)];
            let mut new = MergedContest { reference, stated, contenders: Vec::new() };
            contest.contenders.iter().for_each(|one| new.push_contender(source, one));
            merged.push(new);
        }
    }
    merged
}
