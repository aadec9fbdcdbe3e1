//! Measures, differences, findings and inferred chains.

use hustings::analysis::chain::{self, ChainOptions};
use hustings::analysis::diff::{self, ChangeKind};
use hustings::analysis::measure::{Estimate, Measure};
use hustings::analysis::series;
use hustings::check::{Rule, check};
use hustings::model::{Contest, Election};
use serde_json::json;

use super::import::{Case, folder};

/// The titles of a chain in which neighbours are inferred.
fn inferred(case: &Case, start: &str) -> Vec<String> {
    let record = case.archive.get(&start.parse().unwrap()).unwrap();
    let options = ChainOptions { infer: true, ..ChainOptions::default() };
    let chain = chain::chain(&case.archive, &record, &options).unwrap();
    let there = chain.steps.into_iter().filter(|step| step.address.is_some());
    there.map(|step| step.title).collect()
}

fn compared(case: &Case, [before, after]: [&str; 2], across: bool) -> diff::Diff {
    let options = diff::DiffOptions { across, ..diff::DiffOptions::default() };
    diff::compare_elections(&case.get(before), &case.get(after), &options)
}

#[test]
fn by_elections_of_two_places_do_not_follow_one_another() {
    let case = Case::import(&folder("tables/by-elections").unwrap());
    let north = ["Northmarch by-election, 1901-05-03", "Northmarch by-election, 1904-02-11"];
    for start in north {
        assert_eq!(inferred(&case, start), north);
    }
    for alone in [
        "Southmarch by-election, 1901-06-21",
        "Ward 3 by-election, 1902-01-17",
        "Ward 4 by-election, 1902-03-07",
    ] {
        assert_eq!(inferred(&case, alone), [alone]);
    }
    let apart = compared(&case, [north[0], "Southmarch by-election, 1901-06-21"], false);
    assert_eq!(apart.places, Some(["Northmarch".to_owned(), "Southmarch".to_owned()]));
    assert!(apart.contests == Some(0) && apart.changes.is_empty());
    assert!(
        !compared(&case, [north[0], "Southmarch by-election, 1901-06-21"], true).changes.is_empty()
    );
    assert!(compared(&case, north, false).places.is_none());
    if let Some(folder) = folder("shared/tables/infer-other-constituency") {
        let case = Case::import(&folder);
        let start = "Southmarch by-election, 1901-06-21";
        assert_eq!(inferred(&case, start), [start]);
    }
}

#[test]
fn elections_of_two_parts_of_a_country_do_not_follow_one_another() {
    let case = Case::import(&folder("wiki/parts-of-a-country").unwrap());
    let west = [
        "Westland Legislative Assembly election, 1911",
        "Westland Legislative Assembly election, 1916",
    ];
    let east = "Eastland Legislative Assembly election, 1912";
    assert_eq!(inferred(&case, west[0]), west);
    assert_eq!(inferred(&case, east), [east]);
    assert_eq!(
        compared(&case, [west[0], east], false).places,
        Some(["Westland".into(), "Eastland".into()])
    );
    // Of a series over the country, each is measured against the last of its own part.
    let records = case.archive.list(&Default::default()).unwrap();
    let series = series::measure_records(&records, &[Measure::Volatility], &Default::default());
    let values: Vec<Option<f64>> =
        series.of(Measure::Volatility).map(|value| value.map(|value| value.value)).collect();
    assert_eq!(values, [None, None, Some(2.6)]);
    if let Some(folder) = folder("shared/wiki/infer-joins-states-of-a-country") {
        let case = Case::import(&folder);
        assert_eq!(inferred(&case, "india/2011"), ["Assam Legislative Assembly election, 2011"]);
        assert_eq!(case.get("india/2012").kind.clone().unwrap().as_str(), "legislative");
    }
}

#[test]
fn votes_in_a_part_of_a_country_say_nothing_of_who_holds_its_office() {
    for path in ["wiki/votes-in-a-part", "shared/wiki/check-holder-in-a-state"] {
        let Some(folder) = folder(path) else { continue };
        let case = Case::import(&folder);
        let findings = check(&case.archive).unwrap();
        assert!(findings.iter().all(|finding| finding.kind != Rule::Holder), "{findings:?}");
    }
}

#[test]
fn a_figure_of_a_round_that_is_not_stated_is_not_compared() {
    let case = Case::import(&folder("wiki/run-off-and-first-round").unwrap());
    let diff = compared(&case, ["ruritania/1910", "ruritania/1914"], false);
    let told = |field: &str| {
        let of = |change: &&diff::Change| {
            change.contender.as_deref() == Some("Boris Black") && change.field == field
        };
        let change = diff.changes.iter().find(of).unwrap();
        (change.what, change.before.clone().unwrap(), change.after.clone().unwrap(), change.delta)
    };
    assert_eq!(told("votes"), (ChangeKind::NotCompared, "66000".into(), "50000".into(), None));
    assert_eq!(told("share"), (ChangeKind::NotCompared, "48.2".into(), "38.5".into(), None));
    assert!(diff.movements.is_empty(), "{:?}", diff.movements);
    let records = case.archive.list(&Default::default()).unwrap();
    let measures = [Measure::Margin, Measure::MarginVotes, Measure::EnpVotes, Measure::Volatility];
    let series = series::measure_records(&records, &measures, &Default::default());
    assert_eq!(series.points[0].values, [None; 4]);
    assert_eq!(series.points[1].values[3], None);
    if let Some(folder) = folder("shared/wiki/round-of-single-figures-diff") {
        let case = Case::import(&folder);
        let diff = compared(&case, ["ukraine/2010", "ukraine/2014"], false);
        assert!(diff.changes.iter().all(|change| change.delta.is_none()), "{:?}", diff.changes);
    }
}

#[test]
fn an_alliance_is_compared_as_what_it_and_its_members_state() {
    let case = Case::import(&folder("tables/alliances").unwrap());
    let records = case.archive.list(&Default::default()).unwrap();
    let measures = [Measure::Volatility, Measure::EnpVotes, Measure::EnpSeats, Measure::Gallagher];
    let series = series::measure_records(&records, &measures, &Default::default());
    let exactly = |value: f64| Some(Estimate { value, low: value, high: value });
    // 40 + 15 against 58, and 45 against 42; then 58 against 46 + 9.
    assert_eq!([1, 2].map(|at| series.points[at].values[0]), [exactly(3.0), exactly(3.0)]);
    let rounded = |at: usize, measure: usize| {
        series.points[at].values[measure].map(|value| (value.value * 100.0).round())
    };
    assert_eq!([0, 1, 2].map(|at| rounded(at, 1)), [Some(260.0), Some(195.0), Some(237.0)]);
    assert_eq!(rounded(1, 2), Some(264.0));
    assert!(
        series.points[1].values[1].unwrap().is_exact()
            && series.points[1].values[2].unwrap().is_exact()
    );
    // Whose votes the alliance's are is not known.
    assert!(!series.points[1].values[3].unwrap().is_exact());
    assert!(series.points[2].values[3].unwrap().is_exact());
}

fn measured(contest: serde_json::Value) -> [Option<Estimate>; 3] {
    let contest: Contest = serde_json::from_value(contest).unwrap();
    [Measure::Margin, Measure::EnpVotes, Measure::EnpSeats]
        .map(|measure| measure.of(&contest, &Default::default()))
}

#[test]
fn nobody_is_measured_who_stands_twice() {
    let row = |party: &str, share: &str| json!({"party": {"name": party}, "seats": 5, "tallies": [{"round": 1, "share": share}]});
    let once = json!({"contenders": [row("Unity", "60"), row("Justice", "40")]});
    assert!(measured(once).iter().all(Option::is_some));
    let twice =
        json!({"contenders": [row("Unity", "60"), row("Justice", "20"), row("Justice", "20")]});
    assert_eq!(measured(twice), [None; 3]);
    let person = |share: &str, party: &str| json!({"people": [{"name": "Anna Alba"}], "party": {"name": party}, "tallies": [{"round": 1, "share": share}]});
    let two_lines =
        json!({"contenders": [person("30", "Unity"), person("30", "Justice"), row("Court", "40")]});
    assert_eq!(measured(two_lines)[..2], [None; 2]);
    // Several who have no party are several.
    let nobody = json!({"contenders": [row("Independent", "30"), row("Independent", "30"), row("Unity", "40")]});
    assert!(measured(nobody)[1].is_some());
}

#[test]
fn what_may_be_a_total_is_not_counted_beside_its_parts() {
    let party = |name: &str, votes: u64| json!({"party": {"name": name}, "tallies": [{"round": 1, "votes": votes}]});
    let option =
        |kind: &str, votes: u64| json!({"kind": kind, "tallies": [{"round": 1, "votes": votes}]});
    let of = |options: serde_json::Value| {
        measured(
            json!({"contenders": [party("Unity", 70), party("Justice", 30)], "options": options}),
        )
    };
    assert!(of(json!([]))[1].unwrap().is_exact());
    assert_eq!(of(json!([option("unclear", 100)]))[..2], [None; 2]);
    // Others are several; votes against all are nobody's, and count in the whole.
    let others = of(json!([option("others", 25)]))[1].unwrap();
    assert!(!others.is_exact() && others.low <= others.value && others.value <= others.high);
    let against = of(json!([option("against_all", 25)]));
    assert_eq!((against[0].unwrap().value, against[1].unwrap().is_exact()), (32.0, true));
}

#[test]
fn who_has_no_party_holds_and_gains_no_office() {
    let office = |before: &str, after: &str| {
        let holder = |party: &str| json!({"person": {"name": format!("{party} holder")}, "party": {"name": party}});
        let contest =
            json!({"type": "presidential", "before": holder(before), "after": holder(after)});
        let json = json!({"title": "1901 Ruritanian presidential election", "contests": [contest]});
        let election: Election = serde_json::from_value(json).unwrap();
        let offices = diff::compare_elections(&election, &election, &Default::default()).offices;
        offices.into_iter().find_map(|office| office.outcome)
    };
    for nobody in [
        "Independent",
        "Nonpartisan",
        "no party affiliation",
        "Sans étiquette",
        "parteilos",
        "Самовыдвижение",
    ] {
        assert_eq!(office("Unity", nobody), None, "{nobody}");
        assert_eq!(office(nobody, nobody), None, "{nobody}");
    }
    assert!(
        office("Unity", "Unity").is_some() && office("Unity", "Independent Labour Party").is_some()
    );
}
