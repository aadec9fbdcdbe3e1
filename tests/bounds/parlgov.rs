//! All elections of ParlGov.

use std::collections::BTreeMap;

use hustings::analysis::diff::{MatchOptions, group_contenders};
use hustings::analysis::measure::{Estimate, Measure, MeasureOptions};
use hustings::archive::{Archive, Filter, ImportOptions};
use hustings::formats::Mapping;
use hustings::model::{Contender, Contest, Decimal};

use super::common::shared_path;
use super::completed::{
    Rng, alliance_row, complete, is_alliance_of_listed_members, is_group_row, random_matching,
};
use super::{MEASURES_OF_ALL_CONTENDERS, contains};

/// Whether votes and seats of a contest are incomplete.
struct Gaps {
    votes: bool,
    seats: bool,
}

impl Gaps {
    fn of(contest: &Contest) -> Self {
        let contenders = &contest.contenders;
        let share = |one: &Contender| one.tally(1)?.share;
        let shares: Vec<Decimal> = contenders.iter().filter_map(share).collect();
        let rounding: f64 = shares.iter().map(|share| share.max_rounding_error()).sum();
        let sum: f64 = shares.iter().map(|share| share.to_f64()).sum();
        let won: u64 = contenders.iter().filter_map(Contender::seats_won).sum();
        let all = contest.seats.as_ref().and_then(|seats| seats.count).unwrap_or(won);
        // A member needs no figure if its alliance has one, and an alliance needs none if all its
        // members have one.
        let missing = |has: &dyn Fn(&Contender) -> bool| {
            (0..contenders.len()).any(|at| {
                let of_alliance = alliance_row(contest, at, has);
                !has(&contenders[at])
                    && of_alliance.is_none()
                    && !is_alliance_of_listed_members(contest, at, has)
            })
        };
        let lumps = contenders.iter().any(|contender| {
            is_group_row(contender) && share(contender).is_some_and(|share| share.mantissa() > 0)
        });
        Self {
            votes: lumps || missing(&|one| share(one).is_some()) || 100.0 - sum > rounding + 1e-9,
            seats: missing(&|one| one.seats_won().is_some()) || won < all,
        }
    }
}

#[test]
fn no_measure_of_an_election_is_exact_where_an_input_is_missing() {
    let Some(path) = shared_path("data/parlgov") else { return };
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path()).unwrap();
    let mapping = Some(Mapping::load("parlgov").unwrap());
    archive.import_with(&[path], &ImportOptions::default().mapping(mapping)).unwrap();
    let records = archive.list(&Filter::default()).unwrap();
    assert_eq!(records.len(), 1_027);
    let mut numbers = Rng(1);
    let (mut gaps, mut compared, mut exact) = (0, 0, 0);
    let mut last: BTreeMap<(String, String), &Contest> = BTreeMap::new();
    for record in &records {
        let contest = &record.election.contests[0];
        let own = Gaps::of(contest);
        gaps += usize::from(own.votes || own.seats);
        for measure in MEASURES_OF_ALL_CONTENDERS
            .into_iter()
            .chain([Measure::LargestDeviation, Measure::Margin])
        {
            let Some(found) = measure.compute(contest, &MeasureOptions::default()) else {
                continue;
            };
            assert!(found.low <= found.value && found.value <= found.high, "{found:?}");
            let of_seats = measure.name().ends_with("seats");
            let of_votes = measure.name().ends_with("votes") || measure == Measure::Margin;
            let missing = !of_seats && own.votes || !of_votes && own.seats;
            let place = format!("{}, {measure}: {found:?}", record.address);
            if MEASURES_OF_ALL_CONTENDERS.contains(&measure) {
                assert!(!(missing && found.is_exact()), "{place} although something is missing");
            }
            exact += usize::from(found.is_exact());
            for divided in [of_seats, !of_votes, of_seats] {
                let full = complete(contest, divided, &mut numbers).contest;
                let truth =
                    measure.compute(&full, &MeasureOptions::default()).filter(Estimate::is_exact);
                if let Some(truth) = truth.filter(|_| has_completable_shares(&full)) {
                    assert!(contains(found, truth.value), "{place}, truly {}", truth.value);
                    compared += 1;
                }
            }
        }
        let election = &record.election;
        let chain = (election.country.clone().unwrap(), election.kind.clone().unwrap().to_string());
        let Some(before) = last.insert(chain, contest) else { continue };
        let groups = group_contenders(before, contest, &MatchOptions::default());
        let found = Measure::Volatility.compute_between(
            before,
            contest,
            &groups,
            &MeasureOptions::default(),
        );
        let Some(found) = found else { continue };
        assert!(
            !(found.is_exact() && (own.votes || Gaps::of(before).votes)),
            "{} {found:?}",
            record.address
        );
        assert!(found.low <= found.value && found.value <= found.high, "{found:?}");
        // The division of an alliance's votes among its members is unknown, so elections with
        // alliances are not completed.
        let allied = |contest: &Contest| {
            contest.contenders.iter().any(|contender| !contender.alliances.is_empty())
        };
        if allied(before) || allied(contest) {
            continue;
        }
        for _ in 0..4 {
            let one = complete(before, false, &mut numbers);
            let two = complete(contest, false, &mut numbers);
            if !has_completable_shares(&one.contest) || !has_completable_shares(&two.contest) {
                continue;
            }
            let groups = random_matching(&groups, &one, &two, &mut numbers);
            let truth = Measure::Volatility.compute_between(
                &one.contest,
                &two.contest,
                &groups,
                &MeasureOptions::default(),
            );
            let truth = truth.unwrap().value;
            assert!(
                contains(found, truth),
                "{}, volatility {found:?}, truly {truth}",
                record.address
            );
            compared += 1;
        }
    }
    println!(
        "{gaps} of 1,027 elections have gaps; {exact} values are exact, {compared} completions lie within"
    );
    assert!(gaps > 900 && compared > 20_000, "{gaps} {compared}");
}

/// Returns whether the shares add up to at most 100 %. Larger sums cannot be completed.
fn has_completable_shares(contest: &Contest) -> bool {
    let shares = contest.contenders.iter().filter_map(|contender| contender.tally(1)?.share);
    shares.map(Decimal::to_f64).sum::<f64>() < 100.000_001
}
