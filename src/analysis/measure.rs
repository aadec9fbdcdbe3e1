//! Measures of one contest, or of two consecutive contests: pure functions of the figures in a
//! record.
//!
//! A contender whose share or seats are not stated is left out, because a missing value is not a
//! zero. Shares are used as stated unless [`ShareMode::Renormalised`] is set.
//!
//! A measure is a range if a share is missing, or if the listed shares fall short of 100 by more
//! than their rounding: the remainder may belong to one party or to many parties. An alliance with
//! its own row has the votes of those members for which no votes are stated.

mod alliances;
mod definitions;
mod division;
mod estimate;
pub mod formula;
mod margin;
mod pairs;
mod points;
mod shares;
mod turnout;
mod volatility;

use crate::model::{Ballot, Contest};
use alliances::AllianceShare;
pub use definitions::Measure;
use division::Division;
pub use estimate::{ContenderGroup, Estimate};
use pairs::SharePairs;
use points::Points;
pub use shares::ShareMode;
use shares::{ContenderKind, Shares};
use turnout::Turnout;

/// Options for measuring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct MeasureOptions {
    /// Treatment of shares that do not add up to 100.
    pub mode: ShareMode,
    /// Round to measure, counted from 1. Defaults to the last round for margins and, for other
    /// measures, to the first round, in which all contenders stand.
    pub round: Option<u8>,
}

impl MeasureOptions {
    /// Sets the treatment of shares that do not add up to 100.
    #[must_use]
    pub fn mode(mut self, mode: ShareMode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets the round to measure, counted from 1.
    #[must_use]
    pub fn round(mut self, round: impl Into<Option<u8>>) -> Self {
        self.round = round.into();
        self
    }
}

impl Measure {
    /// Returns the value for one contest. `None` if the record lacks the figures for it, and for
    /// measures of two contests.
    ///
    /// ```
    /// use hustings::analysis::measure::{Measure, MeasureOptions};
    /// use hustings::model::Contest;
    /// let contest: Contest = serde_json::from_str(r#"{"contenders": [
    ///     {"tallies": [{"round": 1, "share": "66.65", "votes": 47095}]},
    ///     {"tallies": [{"round": 1, "share": "32.51", "votes": 22967}]}]}"#).unwrap();
    /// let of = |measure: Measure| measure.compute(&contest, &MeasureOptions::default());
    /// assert_eq!(of(Measure::MarginVotes).unwrap().value, 24_128.0);
    /// assert_eq!(of(Measure::Margin).unwrap().value, 34.14);
    /// assert_eq!(of(Measure::Turnout), None);
    /// ```
    #[must_use]
    pub fn compute(self, contest: &Contest, options: &MeasureOptions) -> Option<Estimate> {
        // A contender that stands twice on a ballot, or a row that is the total of other rows,
        // would be counted twice.
        if self != Self::Turnout && contest.has_duplicates_or_totals() {
            return None;
        }
        let votes =
            |division: Division| division.compute(&vote_shares(contest, options, FIRST_ROUND)?);
        let seats = || Some(options.mode.apply(Shares::from_seats(contest)?));
        let pairs = || {
            let votes = vote_shares(contest, options, FIRST_ROUND)?;
            Some(SharePairs::new(&votes, &seats()?))
        };
        match self {
            Self::Turnout => Turnout::from_contest(contest, options.round.unwrap_or(FIRST_ROUND))
                .map(Turnout::to_estimate),
            Self::Margin => {
                margin::share_margin(&vote_shares(contest, options, last_round(contest))?)
            }
            Self::MarginVotes => {
                margin::vote_margin(contest, options.round.unwrap_or(last_round(contest)))
            }
            Self::EnpVotes => votes(Division::LaaksoTaagepera),
            Self::EnpSeats => Division::LaaksoTaagepera.compute(&seats()?),
            Self::GolosovVotes => votes(Division::Golosov),
            Self::GolosovSeats => Division::Golosov.compute(&seats()?),
            Self::MolinarVotes => votes(Division::Molinar),
            Self::MolinarSeats => Division::Molinar.compute(&seats()?),
            Self::FractionalisationVotes => votes(Division::Fractionalisation),
            Self::FractionalisationSeats => Division::Fractionalisation.compute(&seats()?),
            Self::Gallagher => pairs()?.gallagher(),
            Self::LoosemoreHanby => pairs()?.loosemore_hanby(),
            Self::Rae => pairs()?.rae(),
            Self::SainteLague => pairs()?.sainte_lague(),
            Self::LargestDeviation => pairs()?.largest_deviation(),
            Self::TurnoutChange | Self::Volatility | Self::SwingButler | Self::SwingSteed => None,
        }
    }

    /// Returns the value between two contests whose contenders are matched in `groups`. `None` if
    /// the records lack the figures for it, and for measures of one contest.
    ///
    /// ```
    /// use hustings::analysis::measure::{ContenderGroup, Measure, MeasureOptions};
    /// use hustings::model::Contest;
    /// let contest = |shares: [u8; 3]| -> Contest {
    ///     let contenders = shares.map(|share| serde_json::json!({"tallies": [{"round": 1, "share": share}]}));
    ///     serde_json::from_value(serde_json::json!({ "contenders": contenders })).unwrap()
    /// };
    /// let groups: Vec<ContenderGroup> = (0..3).map(|at| ContenderGroup { before: vec![at], after: vec![at] }).collect();
    /// let (before, after) = (contest([65, 25, 10]), contest([65, 15, 20]));
    /// let volatility = Measure::Volatility.compute_between(&before, &after, &groups, &MeasureOptions::default());
    /// assert_eq!(volatility.unwrap().value, 10.0);
    /// ```
    #[must_use]
    pub fn compute_between(
        self,
        before: &Contest,
        after: &Contest,
        groups: &[ContenderGroup],
        options: &MeasureOptions,
    ) -> Option<Estimate> {
        let shares = |contest| vote_shares(contest, options, FIRST_ROUND);
        if self != Self::TurnoutChange
            && (before.has_duplicates_or_totals() || after.has_duplicates_or_totals())
        {
            return None;
        }
        let swing = |formula| volatility::swing(formula, &shares(before)?, &shares(after)?, groups);
        match self {
            Self::TurnoutChange => {
                let now = Turnout::from_contest(after, options.round.unwrap_or(FIRST_ROUND))?;
                Some(
                    now.change_since(Turnout::from_contest(
                        before,
                        options.round.unwrap_or(FIRST_ROUND),
                    )?)
                    .to_estimate(),
                )
            }
            Self::Volatility => volatility::volatility(&shares(before)?, &shares(after)?, groups),
            Self::SwingButler => swing(|one, other| Some(formula::butler(one, other))),
            Self::SwingSteed => swing(formula::steed),
            _ => None,
        }
    }
}

/// The first round, in which all contenders stand. Figures of other rounds, or without a stated
/// round, are never used instead.
const FIRST_ROUND: u8 = 1;

fn last_round(contest: &Contest) -> u8 {
    rounds_with_votes(contest).max().unwrap_or(1)
}

/// Returns the rounds in which a contender has votes or a share without a label.
pub(crate) fn rounds_with_votes(contest: &Contest) -> impl Iterator<Item = u8> {
    let tallies = contest.contenders.iter().flat_map(|contender| &contender.tallies);
    let voted = tallies.filter(|tally| tally.votes.is_some() || tally.share.is_some());
    voted.filter(|tally| tally.label.is_none()).filter_map(|tally| tally.round)
}

fn vote_shares(contest: &Contest, options: &MeasureOptions, round: u8) -> Option<Shares> {
    let shares = Shares::from_votes(contest, options.round.unwrap_or(round))?;
    Some(options.mode.apply(shares))
}

/// Returns for each contender whether its figures in a ballot count separately. They do not for an
/// alliance whose figures include those of members, nor for a member included in its alliance. All
/// `true` if this cannot be determined.
pub(crate) fn counts_separately(contest: &Contest, ballot: Ballot<'_>) -> Vec<bool> {
    let round = ballot.round.filter(|_| ballot.label.is_none());
    let shares = round.and_then(|round| Shares::from_votes(contest, round));
    let own = |at: usize| contest.contenders[at].tally(ballot)?.share.map(Points::from_decimal);
    let is_own = |shares: &Shares, at: usize| match shares.share(at) {
        AllianceShare::Stated(points) => own(at).is_none_or(|own| own == points),
        AllianceShare::Missing => true,
        AllianceShare::IncludedIn(_) | AllianceShare::Nothing => false,
    };
    let all = 0..contest.contenders.len();
    all.map(|at| shares.as_ref().is_none_or(|shares| is_own(shares, at))).collect()
}

/// Returns for each contender whether it can come first in a round: it is not a combined row such
/// as "Others", and it is counted once. `None` if the shares of the round cannot be determined.
pub(crate) fn can_come_first(contest: &Contest, round: u8) -> Option<Vec<bool>> {
    let shares = Shares::from_votes(contest, round)?;
    let counted = counts_separately(contest, round.into()).into_iter().enumerate();
    Some(counted.map(|(at, counted)| counted && shares.kind(at) != ContenderKind::Others).collect())
}

/// Returns the two largest groups of the later contest, the largest first. `None` unless both stood
/// in both contests and no contender with a missing share can be larger. A positive swing is from
/// the second to the first. The later side of each group contains only contenders with a share of
/// their own.
#[must_use]
pub fn two_largest(
    before: &Contest,
    after: &Contest,
    groups: &[ContenderGroup],
    options: &MeasureOptions,
) -> Option<[ContenderGroup; 2]> {
    if before.has_duplicates_or_totals() || after.has_duplicates_or_totals() {
        return None;
    }
    let shares = |contest| vote_shares(contest, options, FIRST_ROUND);
    let after = shares(after)?;
    let mut two = volatility::two_largest(&shares(before)?, &after, groups)?;
    let has = |at: &usize| matches!(after.share(*at), AllianceShare::Stated(_));
    two.iter_mut().for_each(|group| group.after.retain(has));
    Some(two)
}

#[cfg(test)]
mod tests;
