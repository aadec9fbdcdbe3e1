//! Facts that follow from the figures of a record but are not stated, with the arithmetic.

mod fact;
mod figures;
mod holders;

use super::contest::{contest_label, rounds};
use super::{prose, range};
use crate::archive::Record;
use crate::model::{Contest, Section};
pub use fact::{DerivedFact, FactKind};
use figures::{margin_facts, round_facts};
use holders::office_facts;

/// Derives facts from a record. `prose` is the text around its infobox. It supplies only the number
/// of registered voters, if the record does not state that number.
///
/// ```
/// use hustings::Archive;
/// use hustings::check::{FactKind, derived_facts};
/// # let folder = std::env::temp_dir().join("hustings-example-derived");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// archive.import(["fixtures/articles"])?;
/// let address = "nagorno-karabakh/2012";
/// let facts = derived_facts(&archive.get(address)?, &archive.document(address)?.sections);
/// assert_eq!((facts[0].kind, &*facts[0].value), (FactKind::ValidVotes, "70,655 or 70,656"));
/// assert_eq!((facts[1].kind, &*facts[1].value), (FactKind::Voted, "72,723 to 72,732"));
/// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
#[must_use]
pub fn derived_facts(record: &Record, prose: &[Section]) -> Vec<DerivedFact> {
    let prose_registered = prose::registered_voters(prose);
    let mut all = Vec::new();
    for contest in &record.election.contests {
        let part = contest_label(&record.election, contest);
        let add = |mut fact: DerivedFact| {
            fact.address.clone_from(&record.address);
            if !part.is_empty() {
                fact.place = format!("{part}: {}", fact.place);
            }
            fact
        };
        // Prose does not state which of several rounds a number belongs to.
        let rounds = rounds(contest);
        let prose_registered = prose_registered
            .as_ref()
            .filter(|_| rounds.len() == 1 && record.election.contests.len() == 1);
        let mut facts: Vec<DerivedFact> = Vec::new();
        // Derive nothing from impossible figures, or from contenders that may be counted twice.
        if range::check(contest).is_empty() && !contest.has_duplicates_or_totals() {
            facts.extend(
                rounds.iter().flat_map(|round| round_facts(contest, round, prose_registered)),
            );
            facts.extend(margin_facts(contest));
        }
        facts.extend(office_facts(contest));
        all.extend(facts.into_iter().map(add));
    }
    all
}

/// Returns whether prose could supply a missing number: a turnout is stated, but not the registered
/// voters. Prose is read from the journal, which takes longer than reading the record.
#[must_use]
pub fn needs_prose(record: &Record) -> bool {
    record.election.contests.iter().any(lacks_registered)
}

pub(super) fn lacks_registered(contest: &Contest) -> bool {
    contest.rounds.iter().any(|round| round.turnout.is_some() && round.registered.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Election, strategy};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn facts(contest: Value) -> Vec<(FactKind, String)> {
        let contest: Contest = serde_json::from_value(contest).unwrap();
        let rounds = rounds(&contest);
        let mut facts: Vec<DerivedFact> =
            rounds.iter().flat_map(|round| round_facts(&contest, round, None)).collect();
        facts.extend(margin_facts(&contest));
        facts.extend(office_facts(&contest));
        facts.into_iter().map(|fact| (fact.kind, fact.value)).collect()
    }

    #[test]
    fn a_stated_value_is_not_derived() {
        let tally = |votes: u64, share: &str| json!({"tallies": [{"round": 1, "votes": votes, "share": share}]});
        let rounds = json!([{"number": 1, "registered": 2_000, "turnout": "50.5", "cast": 1_010, "valid": 1_000}]);
        let contest =
            json!({"rounds": rounds, "contenders": [tally(600, "60.0"), tally(400, "40.0")]});
        assert_eq!(
            facts(contest),
            [(FactKind::MarginVotes, "200".to_owned()), (FactKind::MarginShare, "20".to_owned())]
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
                (FactKind::Office, "gain by Justice from Unity".to_owned()),
                (FactKind::Incumbent, "Anna Alba did not return".to_owned())
            ]
        );
        assert_eq!(of(["Anna Alba", "Unity"], ["Clara Cole", "Unity"])[0].1, "hold by Unity");
        // Two people without a party do not hold an office for the same party.
        let independents =
            of(["Anna Alba", "Independent"], ["Boris Black", "Independent politician"]);
        assert_eq!(independents.len(), 1);
        let same = of(["Anna Alba", "Independent"], ["Anna B. Alba", "Independent politician"]);
        assert_eq!((same.len(), same[0].0), (1, FactKind::Incumbent), "no party holds it");
        assert!(of(["None", "None"], ["Vacant", "None"]).is_empty());
    }

    #[test]
    fn contradictory_shares_imply_no_total() {
        let tally = |votes: u64, share: &str| json!({"tallies": [{"round": 1, "votes": votes, "share": share}]});
        let contest = json!({"contenders": [tally(47_095, "66.65"), tally(22_967, "33.51")]});
        let found = facts(contest);
        assert_eq!(
            found.iter().map(|(fact, _)| *fact).collect::<Vec<_>>(),
            [FactKind::MarginVotes, FactKind::MarginShare]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn checks_accept_any_election(one in strategy::election()) {
            let of = |election: &Election| {
                for contest in &election.contests {
                    for round in rounds(contest) {
                        round_facts(contest, &round, None);
                    }
                    margin_facts(contest);
                    office_facts(contest);
                    super::super::arithmetic::check_contest(contest, false);
                    super::super::holder::check(contest, election);
                }
                super::super::year::check(election);
            };
            of(&one);
        }
    }
}
