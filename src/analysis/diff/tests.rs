//! Tests of matching, changes and name suggestions.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::model::strategy;

fn election(kind: &str, contenders: &serde_json::Value) -> Election {
    let json = json!({"title": "t", "contests": [{"type": kind, "contenders": contenders}]});
    serde_json::from_value(json).unwrap()
}

fn contender(person: &str, party: &str, share: &str) -> serde_json::Value {
    let tally = json!({"round": 1, "share": share});
    json!({"people": [{"name": person}], "party": {"name": party}, "tallies": [tally]})
}

fn kinds(diff: &Diff) -> Vec<ChangeKind> {
    diff.changes.iter().map(|change| change.kind).collect()
}

#[test]
fn a_change_of_precision_is_not_a_change_of_value() {
    let year = |share| election("presidential", &json!([contender("A", "P", share)]));
    assert_eq!(
        kinds(&compare_elections(&year("32.51"), &year("32.5"), &DiffOptions::default())),
        [ChangeKind::Precision]
    );
    assert!(compare_elections(&year("66.65"), &year("66.65"), &DiffOptions::default()).is_empty());
    let diff = compare_elections(&year("85.12"), &year("66.65"), &DiffOptions::default());
    assert_eq!(diff.changes[0].delta, Some(Delta::Points("-18.47".parse().unwrap())));
}

#[test]
fn in_a_parliament_a_party_under_a_new_leader_is_the_same_contender() {
    let year = |kind, leader, party| election(kind, &json!([contender(leader, party, "40.0")]));
    let parliament = |leader, party| year("parliamentary", leader, party);
    assert!(
        compare_elections(&parliament("A", "P"), &parliament("B", "P"), &DiffOptions::default())
            .is_empty()
    );
    let apart = [ChangeKind::Left, ChangeKind::Entered];
    let presidents = [year("presidential", "A", "P"), year("presidential", "B", "P")];
    assert_eq!(
        kinds(&compare_elections(&presidents[0], &presidents[1], &DiffOptions::default())),
        apart
    );
    let independents =
        [parliament("A", "Independent politician"), parliament("B", "Independent politician")];
    assert_eq!(
        kinds(&compare_elections(&independents[0], &independents[1], &DiffOptions::default())),
        apart
    );
}

#[test]
fn only_contests_of_one_type_are_compared() {
    let years = ["presidential", "parliamentary"].map(|kind| election(kind, &json!([])));
    let diff = compare_elections(&years[0], &years[1], &DiffOptions::default());
    assert_eq!(kinds(&diff), [ChangeKind::Removed, ChangeKind::Added]);
}

#[test]
fn a_single_ballot_is_compared_with_the_first_of_two() {
    let year = |tallies: &serde_json::Value| {
        election("presidential", &json!([{"people": [{"name": "A"}], "tallies": tallies}]))
    };
    let one = year(&json!([{"round": 1, "votes": 100}]));
    let two = year(&json!([{"round": 1, "votes": 90}, {"round": 2, "votes": 120}]));
    let diff = compare_elections(&one, &two, &DiffOptions::default());
    let changes: Vec<_> =
        diff.changes.iter().map(|change| (change.field.as_str(), change.kind)).collect();
    assert_eq!(
        changes,
        [("round 1 votes", ChangeKind::Changed), ("round 2 votes", ChangeKind::OnlyAfter)]
    );
}

#[test]
fn spellings_are_suggested_and_matched_on_request() {
    let year = |name: &str| election("presidential", &json!([contender(name, "P", "60.0")]));
    let (before, after) = (year("Lyndon Johnson"), year("Lyndon B. Johnson"));
    let diff = compare_elections(&before, &after, &DiffOptions::default());
    assert_eq!(kinds(&diff), [ChangeKind::Left, ChangeKind::Entered]);
    assert_eq!(
        (diff.name_suggestions[0].before.as_str(), diff.name_suggestions.len()),
        ("Lyndon Johnson", 1)
    );
    let diff = compare_elections(
        &before,
        &after,
        &DiffOptions { match_spellings: true, ..DiffOptions::default() },
    );
    assert!(diff.is_empty() && diff.name_suggestions.is_empty());
    assert_eq!(
        (diff.matches[0].method, diff.matches[0].confidence),
        (MatchMethod::Spelling, Confidence::Possible)
    );
    // With two similar names, the match is ambiguous.
    let three =
        json!([contender("Lyndon B. Johnson", "P", "1"), contender("Lyndon C. Johnson", "Q", "2")]);
    let diff =
        compare_elections(&before, &election("presidential", &three), &DiffOptions::default());
    assert!(diff.name_suggestions.is_empty());
}

#[test]
fn an_office_is_held_or_gained_and_its_holder_returns_or_not() {
    let year = |before: serde_json::Value, after: serde_json::Value| -> Election {
        let contest = json!({"type": "presidential", "before": before, "after": after});
        serde_json::from_value(json!({"title": "t", "contests": [contest]})).unwrap()
    };
    let holder =
        |person: &str, party: &str| json!({"person": {"name": person}, "party": {"name": party}});
    let office = |election: &Election| {
        compare_elections(election, election, &DiffOptions::default()).offices.pop()
    };
    let same = office(&year(holder("A", "P"), holder("A", "P"))).unwrap();
    assert_eq!(same.outcome, Some(OfficeChange::Hold { party: "P".into() }));
    assert_eq!(same.incumbent, Some(IncumbentOutcome::Returned { person: "A".into() }));
    let other = office(&year(holder("A", "P"), holder("B", "Q"))).unwrap();
    assert_eq!(other.outcome, Some(OfficeChange::Gain { party: "Q".into(), from: "P".into() }));
    assert_eq!(
        other.incumbent,
        Some(IncumbentOutcome::Replaced {
            person: "A".into(),
            successor: "B".into(),
            was_contender: false
        })
    );
    let nobody =
        office(&year(json!({"person": {"name": "None"}}), json!({"person": {"name": "B"}})));
    assert_eq!(nobody, None);
}

#[test]
fn large_contests_are_matched_like_small_ones() {
    let named = |name: &str| contender(name, "Independent", "10.0");
    let matches = |unrelated: usize| {
        let side = |own: [&str; 3], side: &str| {
            let others = (0..unrelated).map(|number| named(&format!("{side} {number}")));
            let all: Vec<_> = own.into_iter().map(named).chain(others).collect();
            election("presidential", &json!(all))
        };
        let (before, after) = (side(["A", "Bé", "A"], "x"), side(["BÉ", "a", "A"], "y"));
        compare_elections(&before, &after, &DiffOptions::default()).matches
    };
    assert_eq!(matches(0).len(), 3);
    assert_eq!(matches(0), matches(40));
}

#[test]
fn a_different_order_of_contenders_is_not_a_change() {
    let (one, other) = (contender("A", "P", "60.1"), contender("B", "Q", "39.9"));
    let forward = election("presidential", &json!([one, other]));
    let backward = election("presidential", &json!([other, one]));
    assert!(compare_versions(&forward, &backward).is_empty());
}

/// Two versions of a parliamentary contest with one party each beside an unchanged one.
fn versions(before: &serde_json::Value, after: &serde_json::Value) -> Diff {
    let other = json!({"party": {"name": "Other"}, "tallies": [{"votes": 10}], "seats": 1});
    let year = |party: &serde_json::Value| election("parliamentary", &json!([party, other]));
    let options = VersionDiffOptions::default().same_source(true);
    compare_versions_with(&year(before), &year(after), &options)
}

fn party(name: &str, page: Option<&str>, id: Option<(&str, &str)>) -> serde_json::Value {
    let mut party = json!({"name": name});
    if let Some(page) = page {
        party["target"] = page.into();
    }
    let details = id.map(|(name, value)| json!({"parameter": name, "value": {"text": value}}));
    let details: Vec<_> = details.into_iter().collect();
    json!({"party": party, "tallies": [{"votes": 700}], "seats": 7, "details": details})
}

#[test]
fn a_renamed_party_is_matched_by_its_identifier_or_its_page() {
    let by_id = |name| party(name, None, Some(("party_id", "12")));
    let by_page = |name| party(name, Some("Conservative Party (Norway)"), None);
    for (before, after, evidence) in [
        (by_id("Høyre"), by_id("Right"), "the source states party id 12 for both"),
        (by_page("Høyre"), by_page("Right"), "both link to 'Conservative Party (Norway)'"),
    ] {
        let diff = versions(&before, &after);
        assert_eq!(diff.changed_names(), ["Right: party"]);
        let renamed = diff.matches.iter().find(|found| found.method == MatchMethod::Renamed);
        let renamed = renamed.unwrap();
        assert_eq!(
            (&*renamed.before, &*renamed.after),
            (&["Høyre".to_owned()][..], &["Right".to_owned()][..])
        );
        assert_eq!(
            (renamed.evidence.as_slice(), renamed.confidence),
            (&[evidence.to_owned()][..], Confidence::Certain)
        );
        assert!(diff.name_suggestions.is_empty());
    }
}

#[test]
fn an_identifier_of_a_row_does_not_match_two_parties() {
    let row = |name, party_id| {
        let mut contender = party(name, None, Some(("party_id", party_id)));
        let row_id = json!({"parameter": "result_id", "value": {"text": "900"}});
        contender["details"].as_array_mut().unwrap().push(row_id);
        contender
    };
    let diff = versions(&row("Høyre", "12"), &row("Venstre", "13"));
    assert_eq!((diff.stat().left, diff.stat().entered), (1, 1));
    // Another source may use the same number for another party.
    let sides = [party("Høyre", None, Some(("id", "1"))), party("Right", None, Some(("id", "1")))];
    let [before, after] = sides.map(|party| election("parliamentary", &json!([party])));
    assert_eq!(compare_versions(&before, &after).stat().left, 1);
    let diff = versions(&row("Høyre", "12"), &row("Venstre", "12"));
    assert_eq!((diff.stat().left, diff.stat().entered), (0, 0));
}

#[test]
fn a_party_with_the_same_figures_is_suggested_and_not_matched() {
    let diff = versions(&party("Høyre", None, None), &party("Right", None, None));
    assert_eq!((diff.stat().left, diff.stat().entered), (1, 1));
    let suggestion = &diff.name_suggestions[0];
    assert_eq!((&*suggestion.before, &*suggestion.after), ("Høyre", "Right"));
    assert_eq!(suggestion.reason, SuggestionReason::EqualFigures);
    let mut other = party("Right", None, None);
    other["seats"] = 8.into();
    assert!(versions(&party("Høyre", None, None), &other).name_suggestions.is_empty());
}

#[test]
fn an_identifier_of_a_party_does_not_match_two_people() {
    let candidate = |person: &str| {
        let mut candidate = party("Court Party", None, Some(("party_id", "12")));
        candidate["people"] = json!([{"name": person}]);
        election("presidential", &json!([candidate]))
    };
    let options = VersionDiffOptions::default().same_source(true);
    let diff = compare_versions_with(&candidate("Rudolf"), &candidate("Michael"), &options);
    assert_eq!((diff.stat().left, diff.stat().entered), (1, 1));
}

proptest! {
    #[test]
    fn an_election_does_not_differ_from_itself(election in strategy::election()) {
        prop_assert!(compare_versions(&election, &election).is_empty());
    }
}
