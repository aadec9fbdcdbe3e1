//! What follows from the figures of a round, and how far the first was before the second.

use super::{Derived, Fact};
use crate::check::arithmetic::counted;
use crate::check::prose::Told;
use crate::check::sum;
use crate::check::whole::{bounds, closest};
use crate::diff::contender_name;
use crate::measure;
use crate::model::{Contest, Decimal, Interval, Round, Tally, between, grouped, parts};

pub(super) fn of_round(contest: &Contest, round: &Round, told: Option<&Told>) -> Vec<Derived> {
    let mut facts = Vec::new();
    let place = |field: &str| format!("{field}, {}", round.ballot());
    let tallies: Vec<&Tally> = counted(contest, round).collect();
    let votes = tallies.iter().filter_map(|tally| tally.votes);
    let votes: u128 = votes.map(u128::from).sum();
    let whole = valid(contest, round, votes);
    if let (None, Some((range, arithmetic))) = (round.valid, &whole) {
        facts.push(Derived::count(Fact::ValidVotes, place("valid"), *range, arithmetic.clone()));
    }
    facts.extend(voted(round, told, votes, place("cast")));
    let shares: Vec<Decimal> = tallies.iter().filter_map(|tally| tally.share).collect();
    let add = |interval: fn(_) -> Interval| {
        shares.iter().fold(Interval::NOTHING, |sum, share| sum.plus(interval(*share)))
    };
    let rest = Interval::whole(100).minus(add(Interval::of));
    // What is left may be of somebody who is listed without figures, or beside the contenders.
    let untold = contest.contenders.iter().any(|one| one.tallies.is_empty())
        || shares.len() < tallies.len()
        || !contest.options.is_empty();
    if shares.is_empty() || !rest.is_above(Interval::NOTHING) || untold {
        return facts;
    }
    let plain = Interval::whole(100).minus(add(Interval::exactly));
    let listed = sum(shares.iter().map(ToString::to_string), &add(Interval::exactly).to_string());
    let arithmetic =
        format!("{listed}, which is {plain} short of 100; with what rounding hides, {rest}");
    let value = format!("about {plain}");
    facts.push(Derived::points(Fact::OthersShare, place("shares"), value, rest, arithmetic));
    let all = tallies.iter().all(|tally| tally.votes.is_some());
    let range = round.valid.map(|valid| (u128::from(valid), u128::from(valid)));
    let range = range.or(whole.map(|(range, _)| range)).filter(|(least, _)| all && *least > votes);
    if let Some((least, most)) = range {
        let listed = between(votes, votes);
        let whole = between(least, most);
        let arithmetic = format!("{whole} valid votes less the {listed} of those who are listed");
        let rest = (least - votes, most - votes);
        facts.push(Derived::count(Fact::OthersVotes, place("votes"), rest, arithmetic));
    }
    facts
}

/// The numbers of valid votes that every contender's votes and share allow.
fn valid(contest: &Contest, round: &Round, votes: u128) -> Option<((u128, u128), String)> {
    let bounds = bounds(contest, round.ballot());
    let (highest, lowest) = closest(&bounds)?;
    let (least, most) = (highest.least.max(votes), lowest.most);
    let mut arithmetic = highest.arithmetic();
    if !std::ptr::eq(highest, lowest) {
        arithmetic += &format!("; {}", lowest.arithmetic());
    }
    (least <= most).then_some(((least, most), arithmetic))
}

fn voted(round: &Round, told: Option<&Told>, votes: u128, place: String) -> Option<Derived> {
    if round.cast.or(round.valid_and_invalid()).is_some() {
        return None;
    }
    let turnout = round.turnout?;
    let (registered, prose) = match round.registered {
        Some(registered) => (registered, None),
        None => told.map(|told| (told.number, Some(told.sentence.clone())))?,
    };
    let (least, most) = parts(turnout, registered).filter(|(least, most)| least <= most)?;
    // Prose may speak of some voters only: more votes than that show it.
    if prose.is_some() && most < votes {
        return None;
    }
    let said = if prose.is_some() { ", as the prose says" } else { "" };
    let arithmetic = format!(
        "{turnout} % is {} % of {} registered{said}",
        Interval::of(turnout).positive(),
        grouped(registered)
    );
    let fact = Derived::count(Fact::Voted, place, (least, most), arithmetic);
    Some(Derived { prose, ..fact })
}

pub(super) fn margins(contest: &Contest) -> Vec<Derived> {
    let tallies = contest.contenders.iter().flat_map(|contender| &contender.tallies);
    let stated = tallies.filter(|tally| tally.votes.is_some() || tally.share.is_some());
    let Some(round) = stated.filter_map(|tally| tally.round).max() else { return Vec::new() };
    let place = |field: &str| format!("{field}, round {round}");
    let Some(candidates) = measure::candidates(contest, round) else { return Vec::new() };
    let candidates = contest.contenders.iter().zip(candidates).filter(|(_, stands)| *stands);
    let listed = candidates
        .filter_map(|(contender, _)| Some((contender_name(contender), contender.tally(round)?)));
    let listed: Vec<(String, &Tally)> = listed.collect();
    let mut facts = Vec::new();
    let mut votes: Vec<(&String, u64)> =
        listed.iter().filter_map(|(name, tally)| Some((name, tally.votes?))).collect();
    votes.sort_by_key(|(_, votes)| std::cmp::Reverse(*votes));
    if let [(first, most), (second, next), ..] = votes.as_slice() {
        let margin = u128::from(most - next);
        let arithmetic = format!("{} ({first}) − {} ({second})", grouped(*most), grouped(*next));
        let range = (margin, margin);
        facts.push(Derived::count(Fact::MarginVotes, place("votes"), range, arithmetic));
    }
    let mut shares: Vec<(&String, Decimal)> =
        listed.iter().filter_map(|(name, tally)| Some((name, tally.share?))).collect();
    shares.sort_by_key(|(_, share)| std::cmp::Reverse(*share));
    if let [(first, most), (second, next), ..] = shares.as_slice() {
        let plain = Interval::exactly(*most).minus(Interval::exactly(*next)).to_string();
        let range = Interval::of(*most).minus(Interval::of(*next)).positive();
        let arithmetic =
            format!("{most} ({first}) − {next} ({second}); with what rounding hides, {range}");
        facts.push(Derived::points(Fact::MarginShare, place("share"), plain, range, arithmetic));
    }
    facts
}
