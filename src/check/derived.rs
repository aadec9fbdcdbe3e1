//! What follows from the figures of a record though it does not say it, with the arithmetic.

mod figures;
mod holders;

use std::fmt;

use serde::Serialize;

use self::figures::{margins, of_round};
use self::holders::office;
use super::arithmetic::rounds;
use super::{part, prose, range};
use crate::archive::Record;
use crate::model::{Contest, Decimal, Interval, Section, between};

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
    /// The value for people: "70,655 or 70,656", "hold by Unity".
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
/// let archive = Archive::create(&folder)?;
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
        let mut facts: Vec<Derived> = Vec::new();
        // From what cannot be, or may be counted twice, nothing follows.
        if range::check(contest).is_empty() && !contest.is_doubtful() {
            facts.extend(rounds.iter().flat_map(|round| of_round(contest, round, told)));
            facts.extend(margins(contest));
        }
        facts.extend(office(contest));
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
        assert_eq!((same.len(), same[0].0), (1, Fact::Incumbent), "no party holds it");
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
                    super::super::arithmetic::of_contest(contest, false);
                    super::super::holder::check(contest, election);
                }
                super::super::year::check(election);
            };
            of(&one);
        }
    }
}
