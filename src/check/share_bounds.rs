//! Bounds of the total number of votes that a contender's votes and share imply.

use super::finding::{FindingDraft, Rule};
use super::range;
use crate::model::{
    Ballot, Contest, Decimal, Interval, RoundFigures, Tally, format_count, format_range,
    group_digits, total_bounds,
};

/// The range of vote totals for which a contender's votes round to the stated share.
#[derive(Debug, Clone)]
pub(super) struct TotalBounds {
    name: String,
    votes: u64,
    share: Decimal,
    pub(super) low: u128,
    pub(super) high: u128,
}

impl TotalBounds {
    fn from_tally(name: String, tally: &Tally) -> Option<Self> {
        let (votes, share) = tally.votes.zip(tally.share)?;
        // A share outside 0 to 100 % implies no bounds.
        let (low, high) = total_bounds(votes, share).filter(|_| range::is_percentage(share))?;
        Some(Self { name, votes, share, low, high })
    }

    fn contains(&self, total: u64) -> bool {
        (self.low..=self.high).contains(&u128::from(total))
    }

    fn format_bounds(&self) -> String {
        format_range(self.low, self.high)
    }

    fn format_stated(&self) -> String {
        format!("{} % with {}", self.share, format_count(self.votes, "vote"))
    }

    /// Explains the bounds, such as "66.65 % is 66.645 to 66.655 %; 47,095 votes imply a total of
    /// 70,655 to 70,665".
    pub(super) fn arithmetic(&self) -> String {
        let share = Interval::from_decimal(self.share).clamp_non_negative();
        let votes = group_digits(self.votes);
        format!(
            "{} % is {share} %; {votes} votes imply a total of {}",
            self.share,
            self.format_bounds()
        )
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
            .and_then(|tally| TotalBounds::from_tally(contender.name().into_owned(), tally))
    });
    tallies.collect()
}

/// Returns the bound with the highest minimum and the bound with the lowest maximum.
pub(super) fn tightest(bounds: &[TotalBounds]) -> Option<(&TotalBounds, &TotalBounds)> {
    let highest = bounds.iter().max_by_key(|bound| bound.low);
    highest.zip(bounds.iter().min_by_key(|bound| bound.high))
}

/// Finds contenders whose votes and share imply no total, or a total other than the common one.
pub(super) fn check(contest: &Contest, round: &RoundFigures) -> Vec<FindingDraft> {
    let mut drafts = check_shares_without_votes(contest, round.ballot());
    drafts.extend(check_totals(contest, round));
    drafts
}

/// Finds contenders with a share above 0 % and no votes.
fn check_shares_without_votes(contest: &Contest, ballot: Ballot<'_>) -> Vec<FindingDraft> {
    let found = contest.contenders.iter().filter_map(|contender| {
        let share = contender.tally(ballot).filter(|tally| tally.votes == Some(0))?.share?;
        let is_positive =
            Interval::from_decimal(share).is_above(Interval::ZERO) && range::is_percentage(share);
        is_positive.then(|| {
            let place = format!("{}: share, {ballot}", contender.name().into_owned());
            let (stated, expected) = (format!("{share} % with 0 votes"), "0 %".to_owned());
            FindingDraft::new(Rule::ShareVotes, &place, stated, expected)
        })
    });
    found.collect()
}

fn check_totals(contest: &Contest, round: &RoundFigures) -> Vec<FindingDraft> {
    let ballot = round.ballot();
    let (bounds, impossible): (Vec<TotalBounds>, Vec<TotalBounds>) =
        bounds(contest, ballot).into_iter().partition(|bound| bound.low <= bound.high);
    let draft = |bound: &TotalBounds, expected: String| {
        let (place, stated) = (bound.place(ballot), bound.format_stated());
        FindingDraft::new(Rule::ShareVotes, &place, stated, expected)
            .with_arithmetic(bound.arithmetic())
    };
    let mut drafts: Vec<FindingDraft> = impossible
        .iter()
        .map(|bound| draft(bound, "a share that is possible with this number of votes".to_owned()))
        .collect();
    // Some sources compute shares of all ballots cast rather than of the valid votes.
    let stated = [round.cast, round.valid].into_iter().flatten();
    let fits = |total: &u64| bounds.iter().filter(|bound| bound.contains(*total)).count();
    if let Some(best) = stated.max_by_key(fits) {
        let outliers = bounds.iter().filter(|bound| !bound.contains(best));
        drafts.extend(outliers.map(|bound| {
            let (total, bounds) = (group_digits(best), bound.format_bounds());
            draft(bound, format!("of {total} votes; it would be of {bounds}"))
        }));
        return drafts;
    }
    let disjoint = tightest(&bounds).filter(|(one, other)| one.low > other.high);
    drafts.extend(disjoint.map(|(one, other)| {
        let stated = format!("{}, so of {}", one.format_stated(), one.format_bounds());
        let expected = format!("of {}, as {} has", other.format_bounds(), other.name);
        let arithmetic =
            format!("{}: {}; {}: {}", one.name, one.arithmetic(), other.name, other.arithmetic());
        FindingDraft::new(Rule::ShareVotes, &one.place(ballot), stated, expected)
            .with_arithmetic(arithmetic)
    }));
    drafts
}
