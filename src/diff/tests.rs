//! Who is who, what changed, and what is offered.

use super::*;
use crate::model::strategy;
use proptest::prelude::*;
use serde_json::json;

fn election(kind: &str, contenders: &serde_json::Value) -> Election {
    let json = json!({"title": "t", "contests": [{"type": kind, "contenders": contenders}]});
    serde_json::from_value(json).unwrap()
}

fn contender(person: &str, party: &str, share: &str) -> serde_json::Value {
    let tally = json!({"round": 1, "share": share});
    json!({"people": [{"name": person}], "party": {"name": party}, "tallies": [tally]})
}

fn kinds(diff: &Diff) -> Vec<What> {
    diff.changes.iter().map(|change| change.what).collect()
}

#[test]
fn precision_is_told_apart_from_change() {
    let year = |share| election("presidential", &json!([contender("A", "P", share)]));
    assert_eq!(
        kinds(&between(&year("32.51"), &year("32.5"), &Options::default())),
        [What::Precision]
    );
    assert!(between(&year("66.65"), &year("66.65"), &Options::default()).is_empty());
    let diff = between(&year("85.12"), &year("66.65"), &Options::default());
    assert_eq!(diff.changes[0].delta, Some(Delta::Points("-18.47".parse().unwrap())));
}

#[test]
fn a_party_keeps_its_place_in_a_parliament_under_another_leader() {
    let year = |kind, leader, party| election(kind, &json!([contender(leader, party, "40.0")]));
    let parliament = |leader, party| year("parliamentary", leader, party);
    assert!(between(&parliament("A", "P"), &parliament("B", "P"), &Options::default()).is_empty());
    let apart = [What::Left, What::Entered];
    let presidents = [year("presidential", "A", "P"), year("presidential", "B", "P")];
    assert_eq!(kinds(&between(&presidents[0], &presidents[1], &Options::default())), apart);
    let independents =
        [parliament("A", "Independent politician"), parliament("B", "Independent politician")];
    assert_eq!(kinds(&between(&independents[0], &independents[1], &Options::default())), apart);
}

#[test]
fn only_contests_of_one_type_are_compared() {
    let years = ["presidential", "parliamentary"].map(|kind| election(kind, &json!([])));
    let diff = between(&years[0], &years[1], &Options::default());
    assert_eq!(kinds(&diff), [What::Removed, What::Added]);
}

#[test]
fn a_single_ballot_is_compared_with_the_first_of_two() {
    let year = |tallies: &serde_json::Value| {
        election("presidential", &json!([{"people": [{"name": "A"}], "tallies": tallies}]))
    };
    let one = year(&json!([{"round": 1, "votes": 100}]));
    let two = year(&json!([{"round": 1, "votes": 90}, {"round": 2, "votes": 120}]));
    let diff = between(&one, &two, &Options::default());
    let said: Vec<_> =
        diff.changes.iter().map(|change| (change.field.as_str(), change.what)).collect();
    assert_eq!(said, [("round 1 votes", What::Changed), ("round 2 votes", What::OnlyAfter)]);
}

#[test]
fn two_spellings_are_offered_and_taken_for_one_where_that_is_asked() {
    let year = |name: &str| election("presidential", &json!([contender(name, "P", "60.0")]));
    let (before, after) = (year("Lyndon Johnson"), year("Lyndon B. Johnson"));
    let diff = between(&before, &after, &Options::default());
    assert_eq!(kinds(&diff), [What::Left, What::Entered]);
    assert_eq!((diff.alike[0].before.as_str(), diff.alike.len()), ("Lyndon Johnson", 1));
    let diff = between(&before, &after, &Options { spelling: true, ..Options::default() });
    assert!(diff.is_empty() && diff.alike.is_empty());
    assert_eq!((diff.matches[0].by, diff.matches[0].sure), (By::Spelling, Sure::Possible));
    // Of three, nobody can say who is meant.
    let three =
        json!([contender("Lyndon B. Johnson", "P", "1"), contender("Lyndon C. Johnson", "Q", "2")]);
    let diff = between(&before, &election("presidential", &three), &Options::default());
    assert!(diff.alike.is_empty());
}

#[test]
fn an_office_is_held_or_gained_and_its_holder_returns_or_not() {
    let year = |before: serde_json::Value, after: serde_json::Value| -> Election {
        let contest = json!({"type": "presidential", "before": before, "after": after});
        serde_json::from_value(json!({"title": "t", "contests": [contest]})).unwrap()
    };
    let holder =
        |person: &str, party: &str| json!({"person": {"name": person}, "party": {"name": party}});
    let office =
        |election: &Election| between(election, election, &Options::default()).offices.pop();
    let same = office(&year(holder("A", "P"), holder("A", "P"))).unwrap();
    assert_eq!(same.outcome, Some(Outcome::Hold { party: "P".into() }));
    assert_eq!(same.incumbent, Some(Incumbent::Returned { person: "A".into() }));
    let other = office(&year(holder("A", "P"), holder("B", "Q"))).unwrap();
    assert_eq!(other.outcome, Some(Outcome::Gain { party: "Q".into(), from: "P".into() }));
    assert_eq!(
        other.incumbent,
        Some(Incumbent::Replaced { person: "A".into(), by: "B".into(), stood: false })
    );
    let nobody =
        office(&year(json!({"person": {"name": "None"}}), json!({"person": {"name": "B"}})));
    assert_eq!(nobody, None);
}

#[test]
fn among_many_the_same_are_matched_as_among_few() {
    let named = |name: &str| contender(name, "Independent", "10.0");
    let matches = |strangers: usize| {
        let side = |own: [&str; 3], side: &str| {
            let others = (0..strangers).map(|number| named(&format!("{side} {number}")));
            let all: Vec<_> = own.into_iter().map(named).chain(others).collect();
            election("presidential", &json!(all))
        };
        let (before, after) = (side(["A", "Bé", "A"], "x"), side(["BÉ", "a", "A"], "y"));
        between(&before, &after, &Options::default()).matches
    };
    assert_eq!(matches(0).len(), 3);
    assert_eq!(matches(0), matches(40));
}

#[test]
fn order_alone_is_no_change() {
    let (one, other) = (contender("A", "P", "60.1"), contender("B", "Q", "39.9"));
    let forward = election("presidential", &json!([one, other]));
    let backward = election("presidential", &json!([other, one]));
    assert!(versions(&forward, &backward).is_empty());
}

proptest! {
    #[test]
    fn an_election_differs_from_itself_in_nothing(election in strategy::election()) {
        prop_assert!(versions(&election, &election).is_empty());
    }
}
