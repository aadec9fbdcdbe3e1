//! Facts derived from the figures of a round, and the margin between the first two contenders.

use super::fact::{DerivedFact, FactKind};
use crate::analysis::measure;
use crate::check::arithmetic::counted_tallies;
use crate::check::contest::format_sum;
use crate::check::prose::StatedNumber;
use crate::check::whole::{bounds, tightest};
use crate::model::{
    Contest, Decimal, Interval, RoundFigures, Tally, format_range, grouped, part_bounds,
};

pub(super) fn round_facts(
    contest: &Contest,
    round: &RoundFigures,
    told: Option<&StatedNumber>,
) -> Vec<DerivedFact> {
    let mut facts = Vec::new();
    let place = |field: &str| format!("{field}, {}", round.ballot());
    let tallies: Vec<&Tally> = counted_tallies(contest, round).collect();
    let votes = tallies.iter().filter_map(|tally| tally.votes);
    let votes: u128 = votes.map(u128::from).sum();
    let whole = valid_votes_range(contest, round, votes);
    if let (None, Some((range, arithmetic))) = (round.valid, &whole) {
        facts.push(DerivedFact::count(
            FactKind::ValidVotes,
            place("valid"),
            *range,
            arithmetic.clone(),
        ));
    }
    facts.extend(voted_fact(round, told, votes, place("cast")));
    let shares: Vec<Decimal> = tallies.iter().filter_map(|tally| tally.share).collect();
    let add = |interval: fn(_) -> Interval| {
        shares.iter().fold(Interval::NOTHING, |sum, share| sum.plus(interval(*share)))
    };
    let rest = Interval::whole(100).minus(add(Interval::of));
    // The rest may belong to a contender listed without figures, or to an option.
    let untold = contest.contenders.iter().any(|one| one.tallies.is_empty())
        || shares.len() < tallies.len()
        || !contest.options.is_empty();
    if shares.is_empty() || !rest.is_above(Interval::NOTHING) || untold {
        return facts;
    }
    let plain = Interval::whole(100).minus(add(Interval::exactly));
    let listed =
        format_sum(shares.iter().map(ToString::to_string), &add(Interval::exactly).to_string());
    let arithmetic =
        format!("{listed}, which is {plain} short of 100; with what rounding hides, {rest}");
    let value = format!("about {plain}");
    facts.push(DerivedFact::points(
        FactKind::OthersShare,
        place("shares"),
        value,
        rest,
        arithmetic,
    ));
    let all = tallies.iter().all(|tally| tally.votes.is_some());
    let range = round.valid.map(|valid| (u128::from(valid), u128::from(valid)));
    let range = range.or(whole.map(|(range, _)| range)).filter(|(least, _)| all && *least > votes);
    if let Some((least, most)) = range {
        let listed = format_range(votes, votes);
        let whole = format_range(least, most);
        let arithmetic = format!("{whole} valid votes less the {listed} of those who are listed");
        let rest = (least - votes, most - votes);
        facts.push(DerivedFact::count(FactKind::OthersVotes, place("votes"), rest, arithmetic));
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
    let (least, most) = (highest.least.max(votes), lowest.most);
    let mut arithmetic = highest.arithmetic();
    if !std::ptr::eq(highest, lowest) {
        arithmetic += &format!("; {}", lowest.arithmetic());
    }
    (least <= most).then_some(((least, most), arithmetic))
}

fn voted_fact(
    round: &RoundFigures,
    told: Option<&StatedNumber>,
    votes: u128,
    place: String,
) -> Option<DerivedFact> {
    if round.cast.or(round.valid_and_invalid()).is_some() {
        return None;
    }
    let turnout = round.turnout?;
    let (registered, prose) = match round.registered {
        Some(registered) => (registered, None),
        None => told.map(|told| (told.number, Some(told.sentence.clone())))?,
    };
    let (least, most) = part_bounds(turnout, registered).filter(|(least, most)| least <= most)?;
    // Prose may count only some of the voters. A maximum below the counted votes reveals that.
    if prose.is_some() && most < votes {
        return None;
    }
    let said = if prose.is_some() { ", as the prose says" } else { "" };
    let arithmetic = format!(
        "{turnout} % is {} % of {} registered{said}",
        Interval::of(turnout).positive(),
        grouped(registered)
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
    let candidates = contest.contenders.iter().zip(candidates).filter(|(_, stands)| *stands);
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
        let arithmetic = format!("{} ({first}) − {} ({second})", grouped(*most), grouped(*next));
        let range = (margin, margin);
        facts.push(DerivedFact::count(FactKind::MarginVotes, place("votes"), range, arithmetic));
    }
    let mut shares: Vec<(&String, Decimal)> =
        listed.iter().filter_map(|(name, tally)| Some((name, tally.share?))).collect();
    shares.sort_by_key(|(_, share)| std::cmp::Reverse(*share));
    if let [(first, most), (second, next), ..] = shares.as_slice() {
        let plain = Interval::exactly(*most).minus(Interval::exactly(*next)).to_string();
        let range = Interval::of(*most).minus(Interval::of(*next)).positive();
        let arithmetic =
            format!("{most} ({first}) − {next} ({second}); with what rounding hides, {range}");
        facts.push(DerivedFact::points(
            FactKind::MarginShare,
            place("share"),
            plain,
            range,
            arithmetic,
        ));
    }
    facts
}
