//! Tests of bounds, missing values and rounds. Worked examples are beside the formulas and in
//! `tests/measures.rs`.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn contest(json: serde_json::Value) -> Contest {
    serde_json::from_value(json).unwrap()
}

fn parliament(parties: &[(Option<&str>, Option<u64>)], seats: u64) -> Contest {
    let tally = |(share, seats): &(Option<&str>, Option<u64>)| json!({"tallies": [{"round": 1, "share": share, "seats": seats}]});
    let contenders: Vec<_> = parties.iter().map(tally).collect();
    contest(json!({"seats": {"count": seats, "text": ""}, "contenders": contenders}))
}

fn of(measure: Measure, contest: &Contest) -> Estimate {
    measure.compute(contest, &MeasureOptions::default()).unwrap()
}

#[test]
fn missing_shares_give_bounds_and_rounding_does_not() {
    let rounded =
        parliament(&[(Some("33.3"), None), (Some("33.3"), None), (Some("33.3"), None)], 3);
    assert!(of(Measure::EnpVotes, &rounded).is_exact());
    let short = parliament(&[(Some("50.0"), None), (Some("30.0"), None)], 2);
    let found = of(Measure::EnpVotes, &short);
    // The remainder is one party of 20 %, or many tiny parties.
    assert!(
        (found.low - 1.0 / 0.38).abs() < 1e-9 && (found.high - 1.0 / 0.34).abs() < 1e-9,
        "{found:?}"
    );
    let renormalised =
        MeasureOptions { mode: ShareMode::Renormalised, ..MeasureOptions::default() };
    let found = Measure::EnpVotes.compute(&short, &renormalised).unwrap();
    assert!(found.is_exact() && (found.value - 64.0 / 34.0).abs() < 1e-9, "{found:?}");
    for measure in Measure::ALL {
        if let Some(found) = measure.compute(&short, &MeasureOptions::default()) {
            assert!(found.low <= found.high, "{measure}: {found:?}");
        }
    }
}

#[test]
fn a_missing_share_is_not_zero_and_widens_the_bounds() {
    let whole = [(Some("60.0"), Some(6)), (Some("40.0"), Some(4))];
    let blank = [whole[0], whole[1], (None, Some(0)), (Some("0.0"), None)];
    for measure in [Measure::EnpVotes, Measure::EnpSeats, Measure::Gallagher] {
        let (known, found) =
            (of(measure, &parliament(&whole, 10)), of(measure, &parliament(&blank, 10)));
        assert_eq!(known.value, found.value);
        // A missing share may be above 0, by up to the rounding error of the listed shares.
        assert!(known.is_exact() && !found.is_exact(), "{measure}: {found:?}");
    }
    let nothing = parliament(&[(None, None)], 10);
    assert!(
        Measure::ALL
            .iter()
            .all(|measure| measure.compute(&nothing, &MeasureOptions::default()).is_none())
    );
}

#[test]
fn margins_are_of_the_last_round_and_numbers_of_parties_of_the_first() {
    let two_rounds = contest(json!({"contenders": [
        {"tallies": [{"round": 1, "votes": 40, "share": "40"}, {"round": 2, "votes": 45, "share": "45"}]},
        {"tallies": [{"round": 1, "votes": 35, "share": "35"}, {"round": 2, "votes": 55, "share": "55"}]},
        {"tallies": [{"round": 1, "votes": 25, "share": "25"}]},
    ]}));
    assert_eq!(of(Measure::MarginVotes, &two_rounds).value, 10.0);
    assert_eq!(of(Measure::Margin, &two_rounds).value, 10.0);
    assert!(of(Measure::EnpVotes, &two_rounds).value > 2.5);
    let first = MeasureOptions { round: Some(1), ..MeasureOptions::default() };
    assert_eq!(Measure::MarginVotes.compute(&two_rounds, &first).unwrap().value, 5.0);
}

#[test]
fn merged_parties_count_as_one() {
    let before = parliament(&[(Some("40"), None), (Some("20"), None), (Some("40"), None)], 1);
    let after = parliament(&[(Some("55"), None), (Some("45"), None)], 1);
    let group = |before: &[usize], after: &[usize]| ContenderGroup {
        before: before.to_vec(),
        after: after.to_vec(),
    };
    let volatility = |groups: &[ContenderGroup]| {
        Measure::Volatility
            .compute_between(&before, &after, groups, &MeasureOptions::default())
            .unwrap()
            .value
    };
    assert_eq!(volatility(&[group(&[0, 1], &[0]), group(&[2], &[1])]), 5.0);
    let apart = [group(&[0], &[]), group(&[1], &[]), group(&[], &[0]), group(&[2], &[1])];
    assert_eq!(volatility(&apart), 60.0);
}

#[test]
fn turnout_without_ballots_cast_is_at_least_the_valid_votes() {
    let of_round =
        |round: serde_json::Value| of(Measure::Turnout, &contest(json!({"rounds": [round]})));
    let least = of_round(json!({"number": 1, "registered": 200, "valid": 100}));
    assert_eq!((least.value, least.low, least.high), (50.0, 50.0, 100.0));
    let cast = of_round(json!({"number": 1, "registered": 200, "valid": 100, "invalid": 20}));
    assert_eq!((cast.value, cast.is_exact()), (60.0, true));
    let stated = of_round(json!({"number": 1, "registered": 200, "cast": 100, "turnout": "51.3"}));
    assert_eq!(stated.value, 51.3);
}

#[test]
fn a_margin_allows_for_unlisted_contenders() {
    let listed = |shares: &[&str]| {
        let parties: Vec<_> = shares.iter().map(|share| (Some(*share), None)).collect();
        of(Measure::Margin, &parliament(&parties, 1))
    };
    let ends = |value: Estimate| (value.low, value.value, value.high);
    assert!(listed(&["66.65", "32.51"]).is_exact());
    assert_eq!(ends(listed(&["50", "30"])), (20.0, 20.0, 20.0));
    assert_eq!(ends(listed(&["45", "20"])), (10.0, 25.0, 25.0));
    assert_eq!(ends(listed(&["40", "10"])), (0.0, 30.0, 30.0));
    assert_eq!(ends(listed(&["20", "10"])), (0.0, 10.0, 50.0));
}

#[test]
fn a_swing_is_undefined_if_one_of_the_two_largest_is_new() {
    let before = parliament(&[(Some("45"), None), (Some("40"), None)], 1);
    let after = parliament(&[(Some("30"), None), (Some("20"), None), (Some("50"), None)], 1);
    let stood = |at: usize| ContenderGroup { before: vec![at], after: vec![at] };
    let groups = [stood(0), stood(1), ContenderGroup { before: Vec::new(), after: vec![2] }];
    let swing = |groups: &[ContenderGroup]| {
        Measure::SwingButler.compute_between(&before, &after, groups, &MeasureOptions::default())
    };
    assert_eq!(swing(&groups), None, "the largest is new");
    assert!(swing(&groups[..2]).is_some());
}

proptest! {
    #[test]
    fn a_value_lies_within_its_bounds(
        before in prop::collection::vec((0_u32..400, prop::option::of(0_u64..50)), 0..6),
        after in prop::collection::vec((0_u32..400, prop::option::of(0_u64..50)), 0..6),
        (registered, valid) in (1_u64..1000, 0_u64..1000),
    ) {
        let of = |parties: &[(u32, Option<u64>)]| {
            let contenders = parties.iter().map(|(share, seats)| {
                json!({"tallies": [{"round": 1, "share": format!("{}.{}", share / 10, share % 10), "seats": seats}]})
            });
            let contenders: Vec<_> = contenders.collect();
            contest(json!({"seats": {"count": 300, "text": ""}, "contenders": contenders,
                "rounds": [{"number": 1, "registered": registered + valid, "valid": valid}]}))
        };
        let (one, other) = (of(&before), of(&after));
        let both = before.len().min(after.len());
        let mut groups: Vec<ContenderGroup> = (0..both).map(|at| ContenderGroup { before: vec![at], after: vec![at] }).collect();
        groups.extend((both..before.len()).map(|at| ContenderGroup { before: vec![at], after: Vec::new() }));
        groups.extend((both..after.len()).map(|at| ContenderGroup { before: Vec::new(), after: vec![at] }));
        for measure in Measure::ALL {
            let options = MeasureOptions::default();
            let found = [measure.compute(&other, &options), measure.compute_between(&one, &other, &groups, &options)];
            for value in found.into_iter().flatten() {
                prop_assert!(value.low <= value.value && value.value <= value.high, "{measure}: {value:?}");
            }
        }
    }
}
