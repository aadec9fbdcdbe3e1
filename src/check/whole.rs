//! Bounds of the total number of votes that a contender's votes and share imply.

use super::finding::{FindingDraft, Rule};
use super::range;
use crate::model::{
    Ballot, Contest, Decimal, Interval, RoundFigures, Tally, count, format_range, grouped,
    total_bounds,
};

/// The range of vote totals for which a contender's votes round to the stated share.
#[derive(Debug, Clone)]
pub(super) struct TotalBounds {
    name: String,
    votes: u64,
    share: Decimal,
    pub(super) least: u128,
    pub(super) most: u128,
}

impl TotalBounds {
    fn of(name: String, tally: &Tally) -> Option<Self> {
        let (votes, share) = tally.votes.zip(tally.share)?;
        // A share outside 0 to 100 % implies no bounds.
        let (least, most) = total_bounds(votes, share).filter(|_| range::is_percentage(share))?;
        Some(Self { name, votes, share, least, most })
    }

    fn holds(&self, whole: u64) -> bool {
        (self.least..=self.most).contains(&u128::from(whole))
    }

    fn range(&self) -> String {
        format_range(self.least, self.most)
    }

    fn said(&self) -> String {
        format!("{} % with {}", self.share, count(self.votes, "vote"))
    }

    /// Explains the bounds, such as "66.65 % is 66.645 to 66.655 %; 47,095 votes are that of 70,655
    /// to 70,665".
    pub(super) fn arithmetic(&self) -> String {
        let share = Interval::of(self.share).positive();
        let votes = grouped(self.votes);
        format!("{} % is {share} %; {votes} votes are that of {}", self.share, self.range())
    }

    fn place(&self, ballot: Ballot<'_>) -> String {
        format!("{}: share, {ballot}", self.name)
    }
}

/// Returns the bounds that the contenders of a ballot imply.
pub(super) fn bounds(contest: &Contest, ballot: Ballot<'_>) -> Vec<TotalBounds> {
    let tallies = contest.contenders.iter().filter_map(|contender| {
        contender
            .tally(ballot)
            .and_then(|tally| TotalBounds::of(contender.name().into_owned(), tally))
    });
    tallies.collect()
}

/// Returns the bound with the highest minimum and the bound with the lowest maximum.
pub(super) fn tightest(bounds: &[TotalBounds]) -> Option<(&TotalBounds, &TotalBounds)> {
    let highest = bounds.iter().max_by_key(|bound| bound.least);
    highest.zip(bounds.iter().min_by_key(|bound| bound.most))
}

/// Finds contenders whose votes and share imply no total, or a total other than the common one.
pub(super) fn check(contest: &Contest, round: &RoundFigures) -> Vec<FindingDraft> {
    let mut wrong = check_shares_without_votes(contest, round.ballot());
    wrong.extend(check_totals(contest, round));
    wrong
}

/// Finds contenders with a share above 0 % and no votes.
fn check_shares_without_votes(contest: &Contest, ballot: Ballot<'_>) -> Vec<FindingDraft> {
    let found = contest.contenders.iter().filter_map(|contender| {
        let share = contender.tally(ballot).filter(|tally| tally.votes == Some(0))?.share?;
        let some = Interval::of(share).is_above(Interval::NOTHING) && range::is_percentage(share);
        some.then(|| {
            let place = format!("{}: share, {ballot}", contender.name().into_owned());
            let (said, expected) = (format!("{share} % with 0 votes"), "0 %".to_owned());
            FindingDraft::new(Rule::ShareVotes, &place, said, expected)
        })
    });
    found.collect()
}

fn check_totals(contest: &Contest, round: &RoundFigures) -> Vec<FindingDraft> {
    let ballot = round.ballot();
    let (bounds, empty): (Vec<TotalBounds>, Vec<TotalBounds>) =
        bounds(contest, ballot).into_iter().partition(|bound| bound.least <= bound.most);
    let mut wrong: Vec<FindingDraft> = empty
        .iter()
        .map(|bound| {
            let expected = "a share that so many votes can be".to_owned();
            FindingDraft::new(Rule::ShareVotes, &bound.place(ballot), bound.said(), expected)
                .because(bound.arithmetic())
        })
        .collect();
    // Some sources compute shares of all ballots cast rather than of the valid votes.
    let stated = [round.cast, round.valid].into_iter().flatten();
    let fits = |whole: &u64| bounds.iter().filter(|bound| bound.holds(*whole)).count();
    if let Some(best) = stated.max_by_key(fits) {
        let odd = bounds.iter().filter(|bound| !bound.holds(best));
        wrong.extend(odd.map(|bound| {
            let expected = format!("of {} votes; it would be of {}", grouped(best), bound.range());
            FindingDraft::new(Rule::ShareVotes, &bound.place(ballot), bound.said(), expected)
                .because(bound.arithmetic())
        }));
        return wrong;
    }
    let apart = tightest(&bounds).filter(|(one, other)| one.least > other.most);
    wrong.extend(apart.map(|(one, other)| {
        let said = format!("{}, so of {}", one.said(), one.range());
        let expected = format!("of {}, as {} has", other.range(), other.name);
        let arithmetic =
            format!("{}: {}; {}: {}", one.name, one.arithmetic(), other.name, other.arithmetic());
        FindingDraft::new(Rule::ShareVotes, &one.place(ballot), said, expected).because(arithmetic)
    }));
    wrong
}
