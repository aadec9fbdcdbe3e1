//! What follows from the figures of a record though it does not say it, with the arithmetic.

use std::fmt;

use serde::Serialize;

use super::arithmetic::rounds;
use super::interval::{Interval, between, parts};
use super::person::{is, is_exactly, is_nobody, may_be};
use super::prose::{self, Told};
use super::whole::{bounds, closest};
use super::{part, sum};
use crate::archive::Record;
use crate::diff::contender_name;
use crate::model::{Contest, Decimal, Holder, Ref, Round, Section, Tally, fold, grouped};

/// What is derived. The names in JSON are those of the variants, in snake case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// How many valid votes there were: those of which every contender's votes are the stated share.
    ValidVotes,
    /// How many voted: the turnout of those registered.
    Voted,
    /// What went to others than the listed contenders, in points.
    OthersShare,
    /// The same in votes.
    OthersVotes,
    /// By how many votes the first was before the second, in the last round.
    MarginVotes,
    /// The same in points.
    MarginShare,
    /// Whether the office stayed with its party.
    Office,
    /// Whether who held the office returned to it.
    Incumbent,
}

impl Fact {
    /// What it is called before its value: "valid votes".
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ValidVotes => "valid votes",
            Self::Voted => "voted",
            Self::OthersShare | Self::OthersVotes => "went to others",
            Self::MarginVotes | Self::MarginShare => "margin",
            Self::Office => "office",
            Self::Incumbent => "incumbent",
        }
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One thing that follows from what a record says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Derived {
    /// What it is.
    pub fact: Fact,
    /// The election.
    pub address: String,
    /// The field that would say it.
    pub place: String,
    /// The value for people: "70,655 or 70,656", "hold by Independent politician".
    pub value: String,
    /// Its unit: `votes`, `people`, `points`, or nothing.
    pub unit: String,
    /// The least that it can be, of a number.
    pub least: Option<Decimal>,
    /// The most that it can be, of a number.
    pub most: Option<Decimal>,
    /// How it comes about.
    pub arithmetic: String,
    /// The sentence of the prose that a number of it is from, where one is.
    pub prose: Option<String>,
}

/// What follows from a record; `prose` is what stands around its box, of which only the number of registered voters is
/// read, where the record does not state it.
///
/// ```
/// use hustings::archive::{Archive, ImportOptions};
/// use hustings::check::{Fact, derived};
/// # let folder = std::env::temp_dir().join("hustings-example-derived");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let mut archive = Archive::create(&folder)?;
/// archive.import(&["fixtures/articles".into()], &ImportOptions::default())?;
/// let address = "nagorno-karabakh/2012".parse()?;
/// let facts = derived(&archive.get(&address)?, &archive.document(&address)?.sections);
/// assert_eq!((facts[0].fact, &*facts[0].value), (Fact::ValidVotes, "70,655 or 70,656"));
/// assert_eq!((facts[1].fact, &*facts[1].value), (Fact::Voted, "72,723 to 72,732"));
/// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
#[must_use]
pub fn derived(record: &Record, prose: &[Section]) -> Vec<Derived> {
    let told = prose::registered(prose);
    let mut all = Vec::new();
    for contest in &record.election.contests {
        let part = part(&record.election, contest);
        let add = |mut fact: Derived| {
            fact.address.clone_from(&record.address);
            if !part.is_empty() {
                fact.place = format!("{part}: {}", fact.place);
            }
            fact
        };
        // Prose does not say of which of several rounds a number is.
        let rounds = rounds(contest);
        let told =
            told.as_ref().filter(|_| rounds.len() == 1 && record.election.contests.len() == 1);
        let mut facts: Vec<Derived> =
            rounds.iter().flat_map(|round| of_round(contest, round, told)).collect();
        facts.extend(margins(contest));
        facts.extend(office(contest));
        facts.extend(incumbent(contest));
        all.extend(facts.into_iter().map(add));
    }
    all
}

/// Whether prose could say what a record leaves out: how many were registered, of whom a turnout is stated. Prose is
/// read from the journal, which takes longer than the record.
#[must_use]
pub fn wants_prose(record: &Record) -> bool {
    record.election.contests.iter().any(is_without_registered)
}

pub(super) fn is_without_registered(contest: &Contest) -> bool {
    contest.rounds.iter().any(|round| round.turnout.is_some() && round.registered.is_none())
}

impl Derived {
    fn new(fact: Fact, place: String, value: String, arithmetic: String) -> Self {
        let (address, unit, least, most, prose) = Default::default();
        Self { fact, address, place, value, unit, least, most, arithmetic, prose }
    }

    /// A number of things, that may be one of several.
    fn count(fact: Fact, place: String, range: (u128, u128), arithmetic: String) -> Self {
        let (least, most) = range;
        let value = match most.checked_sub(least) {
            Some(1) => between(least, most).replace(" to ", " or "),
            _ => between(least, most),
        };
        let exact = |number: u128| Decimal::new(i64::try_from(number).ok()?, 0);
        let unit = if fact == Fact::Voted { "people" } else { "votes" }.to_owned();
        let (least, most) = (exact(least), exact(most));
        Self { unit, least, most, ..Self::new(fact, place, value, arithmetic) }
    }

    fn points(
        fact: Fact,
        place: String,
        value: String,
        range: Interval,
        arithmetic: String,
    ) -> Self {
        let (least, most) = (range.least().parse().ok(), range.most().parse().ok());
        let unit = "points".to_owned();
        Self { unit, least, most, ..Self::new(fact, place, value, arithmetic) }
    }
}

fn of_round(contest: &Contest, round: &Round, told: Option<&Told>) -> Vec<Derived> {
    let mut facts = Vec::new();
    let place = |field: &str| format!("{field}, round {}", round.number);
    let tallies: Vec<&Tally> =
        contest.contenders.iter().filter_map(|one| one.tally(round.number)).collect();
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
    if shares.is_empty() || !rest.is_above(Interval::NOTHING) || shares.len() < tallies.len() {
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
    let bounds = bounds(contest, round.number);
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
    let (least, most) = parts(turnout, registered)?;
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

fn margins(contest: &Contest) -> Vec<Derived> {
    let tallies = contest.contenders.iter().flat_map(|contender| &contender.tallies);
    let stated = tallies.filter(|tally| tally.votes.is_some() || tally.share.is_some());
    let Some(round) = stated.map(|tally| tally.round).max() else { return Vec::new() };
    let place = |field: &str| format!("{field}, round {round}");
    let listed = contest
        .contenders
        .iter()
        .filter_map(|contender| Some((contender_name(contender), contender.tally(round)?)));
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

fn is_independent(party: &Ref) -> bool {
    fold(&party.name).starts_with("independent")
}

fn office(contest: &Contest) -> Option<Derived> {
    let (before, after) = contest.before.as_ref().zip(contest.after.as_ref())?;
    let (had, has) = before.party.as_ref().zip(after.party.as_ref())?;
    if is_nobody(had) || is_nobody(has) {
        return None;
    }
    let independents = is_independent(had) && is_independent(has);
    let people = before.person.as_ref().zip(after.person.as_ref());
    let other = people.is_some_and(|(one, other)| !is(one, other));
    // Two people without a party have none in common.
    if independents && other {
        return None;
    }
    let value = if independents || is_exactly(had, has) {
        format!("hold by {}", has.name)
    } else {
        format!("gain by {} from {}", has.name, had.name)
    };
    let arithmetic = format!("{} before, {} after", had.name, has.name);
    Some(Derived::new(Fact::Office, "party after".to_owned(), value, arithmetic))
}

fn incumbent(contest: &Contest) -> Option<Derived> {
    let person = |holder: &Option<Holder>| {
        holder.as_ref()?.person.clone().filter(|person| !is_nobody(person))
    };
    let (before, after) = (person(&contest.before)?, person(&contest.after)?);
    let stood = contest
        .contenders
        .iter()
        .flat_map(|contender| &contender.people)
        .any(|person| may_be(person, &before));
    let value = match (is(&before, &after), stood) {
        (true, _) => format!("{} returned", before.name),
        (false, true) => format!("{} stood and did not return", before.name),
        (false, false) => format!("{} did not return", before.name),
    };
    let arithmetic = format!("{} before, {} after", before.name, after.name);
    Some(Derived::new(Fact::Incumbent, "holder after".to_owned(), value, arithmetic))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Election, strategy};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn facts(contest: Value) -> Vec<(Fact, String)> {
        let contest: Contest = serde_json::from_value(contest).unwrap();
        let rounds = rounds(&contest);
        let mut facts: Vec<Derived> =
            rounds.iter().flat_map(|round| of_round(&contest, round, None)).collect();
        facts.extend(margins(&contest));
        facts.extend(office(&contest));
        facts.extend(incumbent(&contest));
        facts.into_iter().map(|fact| (fact.fact, fact.value)).collect()
    }

    #[test]
    fn what_is_stated_is_not_derived() {
        let tally = |votes: u64, share: &str| json!({"tallies": [{"round": 1, "votes": votes, "share": share}]});
        let rounds = json!([{"number": 1, "registered": 2_000, "turnout": "50.5", "cast": 1_010, "valid": 1_000}]);
        let contest =
            json!({"rounds": rounds, "contenders": [tally(600, "60.0"), tally(400, "40.0")]});
        assert_eq!(
            facts(contest),
            [(Fact::MarginVotes, "200".to_owned()), (Fact::MarginShare, "20".to_owned())]
        );
    }

    #[test]
    fn an_office_is_held_or_gained() {
        let of = |before: [&str; 2], after: [&str; 2]| {
            let holder = |[person, party]: [&str; 2]| json!({"person": {"name": person}, "party": {"name": party}});
            facts(json!({"before": holder(before), "after": holder(after)}))
        };
        assert_eq!(
            of(["Anna Alba", "Unity"], ["Boris Black", "Justice"]),
            [
                (Fact::Office, "gain by Justice from Unity".to_owned()),
                (Fact::Incumbent, "Anna Alba did not return".to_owned())
            ]
        );
        assert_eq!(of(["Anna Alba", "Unity"], ["Clara Cole", "Unity"])[0].1, "hold by Unity");
        // Two people without a party do not hold it for each other.
        let independents =
            of(["Anna Alba", "Independent"], ["Boris Black", "Independent politician"]);
        assert_eq!(independents.len(), 1);
        let same = of(["Anna Alba", "Independent"], ["Anna B. Alba", "Independent politician"]);
        assert_eq!(same[0].1, "hold by Independent politician");
        assert!(of(["None", "None"], ["Vacant", "None"]).is_empty());
    }

    #[test]
    fn what_contradicts_itself_says_nothing_of_the_whole() {
        let tally = |votes: u64, share: &str| json!({"tallies": [{"round": 1, "votes": votes, "share": share}]});
        let contest = json!({"contenders": [tally(47_095, "66.65"), tally(22_967, "33.51")]});
        let found = facts(contest);
        assert_eq!(
            found.iter().map(|(fact, _)| *fact).collect::<Vec<_>>(),
            [Fact::MarginVotes, Fact::MarginShare]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_election_is_checked(one in strategy::election()) {
            let of = |election: &Election| {
                for contest in &election.contests {
                    for round in rounds(contest) {
                        of_round(contest, &round, None);
                    }
                    margins(contest);
                    office(contest);
                    incumbent(contest);
                    super::super::arithmetic::of_contest(contest, false);
                    super::super::holder::check(contest, election);
                }
                super::super::year::check(election);
            };
            of(&one);
        }
    }
}
