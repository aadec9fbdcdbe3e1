//! Measures, differences, findings and inferred chains.

use hustings::analysis::chain::{self, ChainOptions};
use hustings::analysis::diff::{self, ChangeKind};
use hustings::analysis::measure::{Estimate, Measure};
use hustings::analysis::series;
use hustings::check::{Rule, check};
use hustings::model::{Contest, Election};
use serde_json::json;

use super::import::{Case, case_folder};

/// The titles of a chain with inferred steps.
fn inferred_chain(case: &Case, start: &str) -> Vec<String> {
    let record = case.archive.get(start).unwrap();
    let options = ChainOptions::default().infer(true);
    let chain = chain::chain(&case.archive.snapshot(), &record, &options).unwrap();
    let there = chain.steps.into_iter().filter(|step| step.address.is_some());
    there.map(|step| step.title).collect()
}

fn compare(case: &Case, [before, after]: [&str; 2], across: bool) -> diff::Diff {
    let options = diff::DiffOptions::default().across_areas(across);
    diff::compare_elections(&case.get(before), &case.get(after), &options)
}

#[test]
fn by_elections_in_different_places_are_not_one_chain() {
    let case = Case::import(&case_folder("tables/by-elections").unwrap());
    let north = ["Northmarch by-election, 1901-05-03", "Northmarch by-election, 1904-02-11"];
    for start in north {
        assert_eq!(inferred_chain(&case, start), north);
    }
    for alone in [
        "Southmarch by-election, 1901-06-21",
        "Ward 3 by-election, 1902-01-17",
        "Ward 4 by-election, 1902-03-07",
    ] {
        assert_eq!(inferred_chain(&case, alone), [alone]);
    }
    let apart = compare(&case, [north[0], "Southmarch by-election, 1901-06-21"], false);
    assert_eq!(apart.areas, Some(["Northmarch".to_owned(), "Southmarch".to_owned()]));
    assert!(apart.compared_contests == Some(0) && apart.changes.is_empty());
    assert!(
        !compare(&case, [north[0], "Southmarch by-election, 1901-06-21"], true).changes.is_empty()
    );
    assert!(compare(&case, north, false).areas.is_none());
    if let Some(folder) = case_folder("shared/tables/infer-other-constituency") {
        let case = Case::import(&folder);
        let start = "Southmarch by-election, 1901-06-21";
        assert_eq!(inferred_chain(&case, start), [start]);
    }
}

#[test]
fn elections_in_different_parts_of_a_country_are_not_one_chain() {
    let case = Case::import(&case_folder("wiki/parts-of-a-country").unwrap());
    let west = [
        "Westland Legislative Assembly election, 1911",
        "Westland Legislative Assembly election, 1916",
    ];
    let east = "Eastland Legislative Assembly election, 1912";
    assert_eq!(inferred_chain(&case, west[0]), west);
    assert_eq!(inferred_chain(&case, east), [east]);
    assert_eq!(
        compare(&case, [west[0], east], false).areas,
        Some(["Westland".into(), "Eastland".into()])
    );
    // In a series of the whole country, each election is compared with the last one of its own
    // part.
    let records = case.archive.list(&Default::default()).unwrap();
    let series = series::measure_records(&records, &[Measure::Volatility], &Default::default());
    let values: Vec<Option<f64>> =
        series.values(Measure::Volatility).map(|value| value.map(|value| value.value)).collect();
    assert_eq!(values, [None, None, Some(2.6)]);
    if let Some(folder) = case_folder("shared/wiki/infer-joins-states-of-a-country") {
        let case = Case::import(&folder);
        assert_eq!(
            inferred_chain(&case, "india/2011"),
            ["Assam Legislative Assembly election, 2011"]
        );
        assert_eq!(case.get("india/2012").kind.clone().unwrap().as_str(), "legislative");
    }
}

#[test]
fn votes_in_a_part_of_a_country_are_not_checked_against_the_holder() {
    for path in ["wiki/votes-in-a-part", "shared/wiki/check-holder-in-a-state"] {
        let Some(folder) = case_folder(path) else { continue };
        let case = Case::import(&folder);
        let findings = check(&case.archive).unwrap();
        assert!(findings.iter().all(|finding| finding.rule != Rule::Holder), "{findings:?}");
    }
}

#[test]
fn a_figure_without_a_round_is_not_compared() {
    let case = Case::import(&case_folder("wiki/run-off-and-first-round").unwrap());
    let diff = compare(&case, ["ruritania/1910", "ruritania/1914"], false);
    let told = |field: &str| {
        let of = |change: &&diff::Change| {
            change.contender.as_deref() == Some("Boris Black") && change.field == field
        };
        let change = diff.changes.iter().find(of).unwrap();
        (
            change.kind,
            change.before.clone().unwrap().text,
            change.after.clone().unwrap().text,
            change.delta,
        )
    };
    assert_eq!(told("votes"), (ChangeKind::NotCompared, "66000".into(), "50000".into(), None));
    assert_eq!(told("share"), (ChangeKind::NotCompared, "48.2".into(), "38.5".into(), None));
    assert!(diff.movements.is_empty(), "{:?}", diff.movements);
    let records = case.archive.list(&Default::default()).unwrap();
    let measures = [Measure::Margin, Measure::MarginVotes, Measure::EnpVotes, Measure::Volatility];
    let series = series::measure_records(&records, &measures, &Default::default());
    assert!(series.points[0].values.is_empty());
    assert_eq!(series.points[1].values.get(&Measure::Volatility), None);
    if let Some(folder) = case_folder("shared/wiki/round-of-single-figures-diff") {
        let case = Case::import(&folder);
        let diff = compare(&case, ["ukraine/2010", "ukraine/2014"], false);
        assert!(diff.changes.iter().all(|change| change.delta.is_none()), "{:?}", diff.changes);
    }
}

#[test]
fn an_alliance_is_compared_by_the_figures_of_itself_and_its_members() {
    let case = Case::import(&case_folder("tables/alliances").unwrap());
    let records = case.archive.list(&Default::default()).unwrap();
    let measures = [Measure::Volatility, Measure::EnpVotes, Measure::EnpSeats, Measure::Gallagher];
    let series = series::measure_records(&records, &measures, &Default::default());
    let exactly = Estimate::exact;
    // 40 + 15 against 58, and 45 against 42; then 58 against 46 + 9.
    assert_eq!(
        [1, 2].map(|at| series.points[at].values[&Measure::Volatility]),
        [exactly(3.0), exactly(3.0)]
    );
    let rounded = |at: usize, measure: usize| {
        series.points[at].values.get(&measures[measure]).map(|value| (value.value * 100.0).round())
    };
    assert_eq!([0, 1, 2].map(|at| rounded(at, 1)), [Some(260.0), Some(195.0), Some(237.0)]);
    assert_eq!(rounded(1, 2), Some(264.0));
    assert!(
        series.points[1].values[&Measure::EnpVotes].is_exact()
            && series.points[1].values[&Measure::EnpSeats].is_exact()
    );
    // The division of the alliance's votes among its members is unknown.
    assert!(!series.points[1].values[&Measure::Gallagher].is_exact());
    assert!(series.points[2].values[&Measure::Gallagher].is_exact());
}

fn measure(contest: serde_json::Value) -> [Option<Estimate>; 3] {
    let contest: Contest = serde_json::from_value(contest).unwrap();
    [Measure::Margin, Measure::EnpVotes, Measure::EnpSeats]
        .map(|measure| measure.compute(&contest, &Default::default()))
}

#[test]
fn measures_are_undefined_if_a_contender_is_listed_twice() {
    let row = |party: &str, share: &str| json!({"party": {"name": party}, "seats": 5, "tallies": [{"round": 1, "share": share}]});
    let once = json!({"contenders": [row("Unity", "60"), row("Justice", "40")]});
    assert!(measure(once).iter().all(Option::is_some));
    let twice =
        json!({"contenders": [row("Unity", "60"), row("Justice", "20"), row("Justice", "20")]});
    assert_eq!(measure(twice), [None; 3]);
    let person = |share: &str, party: &str| json!({"people": [{"name": "Anna Alba"}], "party": {"name": party}, "tallies": [{"round": 1, "share": share}]});
    let two_lines =
        json!({"contenders": [person("30", "Unity"), person("30", "Justice"), row("Court", "40")]});
    assert_eq!(measure(two_lines)[..2], [None; 2]);
    // Several independents are different contenders.
    let nobody = json!({"contenders": [row("Independent", "30"), row("Independent", "30"), row("Unity", "40")]});
    assert!(measure(nobody)[1].is_some());
}

#[test]
fn a_possible_total_is_not_counted_in_addition_to_its_parts() {
    let party = |name: &str, votes: u64| json!({"party": {"name": name}, "tallies": [{"round": 1, "votes": votes}]});
    let option =
        |kind: &str, votes: u64| json!({"kind": kind, "tallies": [{"round": 1, "votes": votes}]});
    let of = |options: serde_json::Value| {
        measure(
            json!({"contenders": [party("Unity", 70), party("Justice", 30)], "options": options}),
        )
    };
    assert!(of(json!([]))[1].unwrap().is_exact());
    assert_eq!(of(json!([option("unclear", 100)]))[..2], [None; 2]);
    // "Others" may be several contenders. Votes against all belong to no contender, but count in
    // the total.
    let others = of(json!([option("others", 25)]))[1].unwrap();
    assert!(!others.is_exact() && others.low <= others.value && others.value <= others.high);
    let against = of(json!([option("against_all", 25)]));
    assert_eq!((against[0].unwrap().value, against[1].unwrap().is_exact()), (32.0, true));
}

#[test]
fn a_holder_without_a_party_neither_holds_nor_gains_an_office() {
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
