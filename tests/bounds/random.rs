//! Random complete contests, from which statements are then removed.

use hustings::analysis::measure::{ContenderGroup, Measure, MeasureOptions};
use hustings::model::{Contender, Contest, Decimal, Quantity, Reference, Tally};
use proptest::prelude::*;

use super::{MEASURES_OF_ALL_CONTENDERS, contains};

/// The figures of a party that a source states.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Statement {
    All,
    NoVotes,
    NoSeats,
    Nothing,
    /// The party is part of "Others".
    Others,
    /// The party is not listed.
    Unlisted,
}

/// The parties: the share of each in tenths of a percent, its seats, and what a source states about
/// it.
type TrueResults = Vec<(i64, u64, Statement)>;

fn true_results() -> impl Strategy<Value = TrueResults> {
    let told = prop_oneof![
        4 => Just(Statement::All),
        1 => Just(Statement::NoVotes),
        1 => Just(Statement::NoSeats),
        1 => Just(Statement::Nothing),
        1 => Just(Statement::Others),
        1 => Just(Statement::Unlisted),
    ];
    let party = (0_i64..100, 0_u64..30, told);
    prop::collection::vec(party, 2..8).prop_map(|mut parties| {
        // The shares add up to 1,000 tenths; the last party has the rest.
        let sum: i64 = parties.iter().map(|(votes, ..)| votes).sum::<i64>().max(1);
        parties.iter_mut().for_each(|(votes, ..)| *votes = *votes * 1_000 / sum);
        let rest = 1_000 - parties.iter().map(|(votes, ..)| votes).sum::<i64>();
        parties.last_mut().unwrap().0 += rest;
        parties
    })
}

fn contender(name: String, votes: Option<i64>, seats: Option<u64>) -> Contender {
    let share = votes.and_then(|votes| Decimal::new(votes * 100, 3));
    let tally = Tally { round: Some(1), share, ..Tally::default() };
    Contender {
        party: Some(Reference::new(name)),
        seats,
        tallies: vec![tally],
        ..Contender::default()
    }
}

fn contest(contenders: Vec<Contender>, truth: &TrueResults) -> Contest {
    let seats = truth.iter().map(|(_, seats, _)| seats).sum();
    let seats = Quantity { count: Some(seats), ..Quantity::default() };
    Contest { contenders, seats: Some(seats), ..Contest::default() }
}

fn complete_contest(truth: &TrueResults) -> Contest {
    let all = truth.iter().enumerate();
    let all =
        all.map(|(at, (votes, seats, _))| contender(format!("P{at}"), Some(*votes), Some(*seats)));
    contest(all.collect(), truth)
}

/// Returns the contest as the source states it, and the index of each party in it.
fn stated_contest(truth: &TrueResults) -> (Contest, Vec<Option<usize>>) {
    let (mut contenders, mut places) = (Vec::new(), Vec::new());
    let mut others = (0, 0);
    for (at, (votes, seats, told)) in truth.iter().enumerate() {
        let (known, won) = match told {
            Statement::All => (Some(*votes), Some(*seats)),
            Statement::NoVotes => (None, Some(*seats)),
            Statement::NoSeats => (Some(*votes), None),
            Statement::Nothing => (None, None),
            Statement::Others | Statement::Unlisted => {
                if *told == Statement::Others {
                    others = (others.0 + votes, others.1 + seats);
                }
                places.push(None);
                continue;
            }
        };
        places.push(Some(contenders.len()));
        contenders.push(contender(format!("P{at}"), known, won));
    }
    if others != (0, 0) {
        contenders.push(contender("Others".to_owned(), Some(others.0), Some(others.1)));
    }
    (contest(contenders, truth), places)
}

/// Returns whether the votes, and whether the seats, are incomplete.
fn has_gaps(truth: &TrueResults) -> [bool; 2] {
    let any = |is: &dyn Fn(&(i64, u64, Statement)) -> bool| truth.iter().any(is);
    [
        any(&|(votes, _, told)| match told {
            Statement::All | Statement::NoSeats => false,
            Statement::NoVotes | Statement::Nothing => true,
            Statement::Others | Statement::Unlisted => *votes > 0,
        }),
        any(&|(_, seats, told)| match told {
            Statement::All | Statement::NoVotes => false,
            Statement::NoSeats | Statement::Nothing => true,
            Statement::Others | Statement::Unlisted => *seats > 0,
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_true_value_lies_within_the_bounds_whatever_is_missing(before in true_results(), after in true_results()) {
        let (whole_before, whole_after) = (complete_contest(&before), complete_contest(&after));
        let ((one, _), (two, _)) = (stated_contest(&before), stated_contest(&after));
        let options = MeasureOptions::default();
        let [votes, seats] = has_gaps(&after);
        for measure in MEASURES_OF_ALL_CONTENDERS.into_iter().chain([Measure::LargestDeviation, Measure::Margin]) {
            let (Some(found), Some(truth)) = (measure.compute(&two, &options), measure.compute(&whole_after, &options)) else {
                continue;
            };
            prop_assert!(truth.is_exact(), "{measure} {truth:?}");
            prop_assert!(contains(found, truth.value), "{measure} {found:?}, truly {}", truth.value);
            let of_seats = measure.name().ends_with("seats");
            let is_missing = !of_seats && votes || !measure.name().ends_with("votes") && seats;
            if MEASURES_OF_ALL_CONTENDERS.contains(&measure) {
                prop_assert!(!(found.is_exact() && is_missing), "{measure} {found:?}");
            }
        }
        // Parties with the same number are the same party.
        let most = before.len().max(after.len());
        let pair = |at: usize, places: [Vec<Option<usize>>; 2]| {
            let [before, after] = places.map(|places| places.get(at).copied().flatten().into_iter().collect());
            ContenderGroup { before, after }
        };
        let all = |truth: &TrueResults| (0..truth.len()).map(Some).collect::<Vec<_>>();
        let true_groups: Vec<ContenderGroup> = (0..most).map(|at| pair(at, [all(&before), all(&after)])).collect();
        let mut groups: Vec<ContenderGroup> = (0..most).map(|at| pair(at, [stated_contest(&before).1, stated_contest(&after).1])).collect();
        let others = |contest: &Contest| contest.contenders.iter().position(|one| one.party == Some(Reference::new("Others")));
        groups.push(ContenderGroup { before: others(&one).into_iter().collect(), after: others(&two).into_iter().collect() });
        let truth = Measure::Volatility.compute_between(&whole_before, &whole_after, &true_groups, &options).unwrap();
        prop_assert!(truth.is_exact());
        if let Some(found) = Measure::Volatility.compute_between(&one, &two, &groups, &options) {
            prop_assert!(contains(found, truth.value), "{found:?}, truly {}", truth.value);
            prop_assert!(!(found.is_exact() && (has_gaps(&before)[0] || votes)), "{found:?}");
        }
    }
}
