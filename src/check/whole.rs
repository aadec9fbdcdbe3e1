//! How many votes there were in all: each contender's votes and share bound that number.

use super::finding::{Topic, Wrong};
use super::range;
use crate::diff::contender_name;
use crate::model::{
    Ballot, Contest, Decimal, Interval, Round, Tally, between, count, grouped, wholes,
};

/// Of how many votes a contender's are the stated share.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    name: String,
    votes: u64,
    share: Decimal,
    pub(super) least: u128,
    pub(super) most: u128,
}

impl Bound {
    fn of(name: String, tally: &Tally) -> Option<Self> {
        let (votes, share) = tally.votes.zip(tally.share)?;
        // A share that cannot be bounds nothing.
        let (least, most) = wholes(votes, share).filter(|_| range::is_part(share))?;
        Some(Self { name, votes, share, least, most })
    }

    fn holds(&self, whole: u64) -> bool {
        (self.least..=self.most).contains(&u128::from(whole))
    }

    fn range(&self) -> String {
        between(self.least, self.most)
    }

    fn said(&self) -> String {
        format!("{} % with {}", self.share, count(self.votes, "vote"))
    }

    /// "66.65 % is 66.645 to 66.655 %; 47,095 votes are that of 70,655 to 70,665".
    pub(super) fn arithmetic(&self) -> String {
        let share = Interval::of(self.share).positive();
        let votes = grouped(self.votes);
        format!("{} % is {share} %; {votes} votes are that of {}", self.share, self.range())
    }

    fn place(&self, ballot: Ballot<'_>) -> String {
        format!("{}: share, {ballot}", self.name)
    }
}

/// The bounds that the contenders of a ballot give.
pub(super) fn bounds(contest: &Contest, ballot: Ballot<'_>) -> Vec<Bound> {
    let tallies = contest.contenders.iter().filter_map(|contender| {
        contender.tally(ballot).and_then(|tally| Bound::of(contender_name(contender), tally))
    });
    tallies.collect()
}

/// Those of the bounds that leave the least room on each side.
pub(super) fn closest(bounds: &[Bound]) -> Option<(&Bound, &Bound)> {
    let highest = bounds.iter().max_by_key(|bound| bound.least);
    highest.zip(bounds.iter().min_by_key(|bound| bound.most))
}

/// The contenders whose votes and share are of no whole, or not of the one whole.
pub(super) fn check(contest: &Contest, round: &Round) -> Vec<Wrong> {
    let mut wrong = of_none(contest, round.ballot());
    wrong.extend(of_another(contest, round));
    wrong
}

/// Those with a share of more than nothing, and no votes.
fn of_none(contest: &Contest, ballot: Ballot<'_>) -> Vec<Wrong> {
    let found = contest.contenders.iter().filter_map(|contender| {
        let share = contender.tally(ballot).filter(|tally| tally.votes == Some(0))?.share?;
        let some = Interval::of(share).is_above(Interval::NOTHING) && range::is_part(share);
        some.then(|| {
            let place = format!("{}: share, {ballot}", contender_name(contender));
            let (said, expected) = (format!("{share} % with 0 votes"), "0 %".to_owned());
            Wrong::new(Topic::ShareVotes, &place, said, expected)
        })
    });
    found.collect()
}

fn of_another(contest: &Contest, round: &Round) -> Vec<Wrong> {
    let ballot = round.ballot();
    let (bounds, empty): (Vec<Bound>, Vec<Bound>) =
        bounds(contest, ballot).into_iter().partition(|bound| bound.least <= bound.most);
    let mut wrong: Vec<Wrong> = empty
        .iter()
        .map(|bound| {
            let expected = "a share that so many votes can be".to_owned();
            Wrong::new(Topic::ShareVotes, &bound.place(ballot), bound.said(), expected)
                .because(bound.arithmetic())
        })
        .collect();
    // Some sources take shares of all ballots, and not of the valid ones.
    let stated = [round.cast, round.valid].into_iter().flatten();
    let fits = |whole: &u64| bounds.iter().filter(|bound| bound.holds(*whole)).count();
    if let Some(best) = stated.max_by_key(fits) {
        let odd = bounds.iter().filter(|bound| !bound.holds(best));
        wrong.extend(odd.map(|bound| {
            let expected = format!("of {} votes; it would be of {}", grouped(best), bound.range());
            Wrong::new(Topic::ShareVotes, &bound.place(ballot), bound.said(), expected)
                .because(bound.arithmetic())
        }));
        return wrong;
    }
    let apart = closest(&bounds).filter(|(one, other)| one.least > other.most);
    wrong.extend(apart.map(|(one, other)| {
        let said = format!("{}, so of {}", one.said(), one.range());
        let expected = format!("of {}, as {} has", other.range(), other.name);
        let arithmetic =
            format!("{}: {}; {}: {}", one.name, one.arithmetic(), other.name, other.arithmetic());
        Wrong::new(Topic::ShareVotes, &one.place(ballot), said, expected).because(arithmetic)
    }));
    wrong
}
