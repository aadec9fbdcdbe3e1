//! Facts derived from the figures of a round, and the margin between the first two contenders.

use super::fact::{DerivedFact, FactKind};
use crate::analysis::measure;
use crate::check::arithmetic::counted_tallies;
use crate::check::contest::format_sum;
use crate::check::prose::StatedNumber;
use crate::check::share_bounds::{bounds, tightest};
use crate::model::{
    Contest, Decimal, Interval, RoundFigures, Tally, format_range, group_digits, part_bounds,
};

pub(super) fn round_facts(
    contest: &Contest,
    round: &RoundFigures,
    prose_registered: Option<&StatedNumber>,
) -> Vec<DerivedFact> {
    let mut facts = Vec::new();
    let place = |field: &str| format!("{field}, {}", round.ballot());
    let tallies: Vec<&Tally> = counted_tallies(contest, round).collect();
    let votes = tallies.iter().filter_map(|tally| tally.votes);
    let votes: u128 = votes.map(u128::from).sum();
    let valid_range = valid_votes_range(contest, round, votes);
    if let (None, Some((range, arithmetic))) = (round.valid, &valid_range) {
        facts.push(DerivedFact::count(
            FactKind::ValidVotes,
            place("valid"),
            *range,
            arithmetic.clone(),
        ));
    }
    facts.extend(voted_fact(round, prose_registered, votes, place("cast")));
    let shares: Vec<Decimal> = tallies.iter().filter_map(|tally| tally.share).collect();
    let add = |interval: fn(_) -> Interval| {
        shares.iter().fold(Interval::ZERO, |sum, share| sum.plus(interval(*share)))
    };
    let remainder = Interval::from_integer(100).minus(add(Interval::from_decimal));
    // The remainder may belong to a contender listed without figures, or to an option.
    let has_unlisted_votes = contest.contenders.iter().any(|one| one.tallies.is_empty())
        || shares.len() < tallies.len()
        || !contest.options.is_empty();
    if shares.is_empty() || !remainder.is_above(Interval::ZERO) || has_unlisted_votes {
        return facts;
    }
    let exact = Interval::from_integer(100).minus(add(Interval::from_exact));
    let listed =
        format_sum(shares.iter().map(ToString::to_string), &add(Interval::from_exact).to_string());
    let arithmetic =
        format!("{listed}, which is {exact} short of 100; allowing for rounding, {remainder}");
    let value = format!("about {exact}");
    facts.push(DerivedFact::points(
        FactKind::OthersShare,
        place("shares"),
        value,
        remainder,
        arithmetic,
    ));
    let all_have_votes = tallies.iter().all(|tally| tally.votes.is_some());
    let range = round.valid.map(|valid| (u128::from(valid), u128::from(valid)));
    let range = range
        .or(valid_range.map(|(range, _)| range))
        .filter(|(least, _)| all_have_votes && *least > votes);
    if let Some((least, most)) = range {
        let listed = format_range(votes, votes);
        let total = format_range(least, most);
        let arithmetic = format!("{total} valid votes less the {listed} of those who are listed");
        let remainder = (least - votes, most - votes);
        facts.push(DerivedFact::count(
            FactKind::OthersVotes,
            place("votes"),
            remainder,
            arithmetic,
        ));
    }
    facts
}

/// Returns the range of valid votes that all contenders' votes and shares allow.
fn valid_votes_range(
    contest: &Contest,
    round: &RoundFigures,
    votes: u128,
) -> Option<((u128, u128), String)> {
    let bounds = bounds(contest, round.ballot());
    let (highest, lowest) = tightest(&bounds)?;
    let (least, most) = (highest.low.max(votes), lowest.high);
    let mut arithmetic = highest.arithmetic();
    if !std::ptr::eq(highest, lowest) {
        arithmetic += &format!("; {}", lowest.arithmetic());
    }
    (least <= most).then_some(((least, most), arithmetic))
}

fn voted_fact(
    round: &RoundFigures,
    prose_registered: Option<&StatedNumber>,
    votes: u128,
    place: String,
) -> Option<DerivedFact> {
    if round.cast.or(round.valid_and_invalid()).is_some() {
        return None;
    }
    let turnout = round.turnout?;
    let (registered, prose) = match round.registered {
        Some(registered) => (registered, None),
        None => prose_registered
            .map(|statement| (statement.number, Some(statement.sentence.clone())))?,
    };
    let (least, most) = part_bounds(turnout, registered).filter(|(least, most)| least <= most)?;
    // The number in the prose may count only some of the voters. It does if the maximum is below
    // the counted votes.
    if prose.is_some() && most < votes {
        return None;
    }
    let basis = if prose.is_some() { ", as the prose says" } else { "" };
    let arithmetic = format!(
        "{turnout} % is {} % of {} registered{basis}",
        Interval::from_decimal(turnout).clamp_non_negative(),
        group_digits(registered)
    );
    let fact = DerivedFact::count(FactKind::Voted, place, (least, most), arithmetic);
    Some(DerivedFact { prose, ..fact })
}

pub(super) fn margin_facts(contest: &Contest) -> Vec<DerivedFact> {
    let tallies = contest.contenders.iter().flat_map(|contender| &contender.tallies);
    let stated = tallies.filter(|tally| tally.votes.is_some() || tally.share.is_some());
    let Some(round) = stated.filter_map(|tally| tally.round).max() else { return Vec::new() };
    let place = |field: &str| format!("{field}, round {round}");
    let Some(candidates) = measure::can_come_first(contest, round) else { return Vec::new() };
    let candidates = contest.contenders.iter().zip(candidates).filter(|(_, can_win)| *can_win);
    let listed = candidates.filter_map(|(contender, _)| {
        Some((contender.name().into_owned(), contender.tally(round)?))
    });
    let listed: Vec<(String, &Tally)> = listed.collect();
    let mut facts = Vec::new();
    let mut votes: Vec<(&String, u64)> =
        listed.iter().filter_map(|(name, tally)| Some((name, tally.votes?))).collect();
    votes.sort_by_key(|(_, votes)| std::cmp::Reverse(*votes));
    if let [(first, most), (second, next), ..] = votes.as_slice() {
        let margin = u128::from(most - next);
        let arithmetic =
            format!("{} ({first}) − {} ({second})", group_digits(*most), group_digits(*next));
        let range = (margin, margin);
        facts.push(DerivedFact::count(FactKind::MarginVotes, place("votes"), range, arithmetic));
    }
    let mut shares: Vec<(&String, Decimal)> =
        listed.iter().filter_map(|(name, tally)| Some((name, tally.share?))).collect();
    shares.sort_by_key(|(_, share)| std::cmp::Reverse(*share));
    if let [(first, most), (second, next), ..] = shares.as_slice() {
        let exact = Interval::from_exact(*most).minus(Interval::from_exact(*next)).to_string();
        let range =
            Interval::from_decimal(*most).minus(Interval::from_decimal(*next)).clamp_non_negative();
        let arithmetic =
            format!("{most} ({first}) − {next} ({second}); allowing for rounding, {range}");
        facts.push(DerivedFact::points(
            FactKind::MarginShare,
            place("share"),
            exact,
            range,
            arithmetic,
        ));
    }
    facts
}
