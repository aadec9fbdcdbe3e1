//! Checks for contenders that cannot be counted (two results on one ballot, or a total), and for
//! shares that are fractions.

use super::finding::{FindingDraft, Rule};
use super::range;
use crate::model::{
    Ballot, Contest, Decimal, Interval, Tally, TotalCertainty, count, total_bounds,
};

/// Returns findings for duplicate contenders, totals among contenders, and fractions.
pub(super) fn check(contest: &Contest) -> Vec<FindingDraft> {
    let mut wrong = check_duplicates(contest);
    wrong.extend(check_totals(contest));
    wrong.extend(check_fractions(contest));
    wrong
}

fn check_duplicates(contest: &Contest) -> Vec<FindingDraft> {
    let twice = contest.standing_twice().into_iter().filter_map(|twice| {
        let contenders = twice.places.iter().filter_map(|at| contest.contenders.get(*at));
        let stated = contenders.clone().filter_map(|contender| contender.tally(twice.ballot));
        let said: Vec<String> = stated.map(format_result).collect();
        let first = contenders.clone().next()?;
        let place = format!("{}: results, {}", first.name().into_owned(), twice.ballot);
        let expected = "results once, or rows that are added".to_owned();
        Some(FindingDraft::new(Rule::ContenderTwice, &place, said.join(" and "), expected))
    });
    twice.collect()
}

fn check_totals(contest: &Contest) -> Vec<FindingDraft> {
    let totals = contest.find_totals().into_iter().filter_map(|total| {
        let contender = contest.contenders.get(total.called.at)?;
        let said = contender.tally(total.ballot).map(format_result);
        let said = said.or_else(|| contender.seats_won().map(|seats| count(seats, "seat")))?;
        let place = format!("{}: results, {}", contender.name().into_owned(), total.ballot);
        let wrong = |expected: &str| {
            FindingDraft::new(Rule::TotalAmongContenders, &place, said.clone(), expected.to_owned())
        };
        match (total.called.of, total.called.named) {
            (Some(_), _) => {
                Some(wrong("the figures of a contender, and not of all others together"))
            }
            (None, TotalCertainty::Yes) => {
                Some(wrong("the figures of a contender, or of all others together").note())
            }
            (None, _) => None,
        }
    });
    totals.collect()
}

/// Formats the votes of a tally, otherwise its share or electoral votes.
fn format_result(tally: &Tally) -> String {
    let votes = tally.votes.map(|votes| count(votes, "vote"));
    let share = || tally.share.map(|share| format!("{share} %"));
    let electors = || tally.electoral_votes.map(|votes| count(votes, "electoral vote"));
    votes.or_else(share).or_else(electors).unwrap_or_default()
}

/// Finds shares and turnouts that are fractions of 1 rather than percentages.
fn check_fractions(contest: &Contest) -> Vec<FindingDraft> {
    let rounds = super::contest::rounds(contest);
    let mut wrong: Vec<FindingDraft> = rounds
        .iter()
        .filter_map(|round| {
            let tallies = contest.contenders.iter().filter_map(|one| one.tally(round.ballot()));
            let stated: Vec<&Tally> = tallies.filter(|tally| tally.share.is_some()).collect();
            check_ballot_fractions(&stated, [round.valid, round.cast], round.ballot())
        })
        .collect();
    let turnouts = rounds.iter().filter_map(|round| {
        let turnout = round.turnout.filter(|turnout| is_fraction(*turnout))?;
        let place = format!("turnout, {}", round.ballot());
        let expected = format!("{} %, if it is a fraction", times_hundred(turnout)?);
        Some(FindingDraft::new(Rule::Fraction, &place, format!("{turnout} %"), expected).note())
    });
    wrong.extend(turnouts);
    wrong
}

fn check_ballot_fractions(
    stated: &[&Tally],
    whole: [Option<u64>; 2],
    ballot: Ballot<'_>,
) -> Option<FindingDraft> {
    let shares: Vec<Decimal> = stated.iter().filter_map(|tally| tally.share).collect();
    let is_some = shares.iter().any(|share| share.mantissa() > 0);
    if !is_some || !shares.iter().all(|share| is_unit_fraction(*share)) {
        return None;
    }
    let sum = shares.iter().fold(Interval::NOTHING, |sum, share| sum.plus(Interval::of(*share)));
    let votes: Vec<(u64, Decimal)> =
        stated.iter().filter_map(|tally| tally.votes.zip(tally.share)).collect();
    let listed = votes.iter().try_fold(0_u64, |sum, (votes, _)| sum.checked_add(*votes))?;
    // Returns whether each share, multiplied by 100, is the share of the contender's votes in
    // `whole`.
    let fits = |whole: u64| {
        votes.iter().all(|(votes, share)| {
            let bounds = times_hundred(*share).and_then(|share| total_bounds(*votes, share));
            bounds.is_some_and(|(least, most)| (least..=most).contains(&u128::from(whole)))
        })
    };
    let is_whole = sum.meets(Interval::whole(1)) && shares.len() > 1;
    let said = format!("{} together", stated_sum(&shares)?);
    let expected = "about 100 together; these are fractions of 1";
    let place = format!("shares, {ballot}");
    let wrong = || FindingDraft::new(Rule::Fraction, &place, said.clone(), expected.to_owned());
    if votes.is_empty() {
        return is_whole.then(|| wrong().note());
    }
    let known = whole.into_iter().flatten().find(|whole| *whole > 0 && fits(*whole));
    let whole = known.or(Some(listed).filter(|whole| is_whole && *whole > 0 && fits(*whole)))?;
    let arithmetic = votes.iter().take(2).filter_map(|(votes, share)| {
        let percent = times_hundred(*share)?;
        Some(format!(
            "{} of {} are {percent} %, stated as {share}",
            count(*votes, "vote"),
            count(whole, "vote")
        ))
    });
    let arithmetic: Vec<String> = arithmetic.collect();
    Some(wrong().because(arithmetic.join("; ")))
}

fn stated_sum(shares: &[Decimal]) -> Option<Decimal> {
    let (first, others) = shares.split_first()?;
    others.iter().try_fold(*first, |sum, share| sum.plus(*share))
}

fn is_unit_fraction(share: Decimal) -> bool {
    range::is_percentage(share) && !Interval::exactly(share).is_above(Interval::whole(1))
}

/// Returns whether a turnout looks like a fraction: above 0 and at most 1 %, with a decimal part.
fn is_fraction(turnout: Decimal) -> bool {
    turnout.mantissa() > 0 && turnout.scale() > 0 && is_unit_fraction(turnout)
}

fn times_hundred(number: Decimal) -> Option<Decimal> {
    match number.scale() {
        scale @ 2.. => Decimal::new(number.mantissa(), scale - 2),
        1 => Decimal::new(number.mantissa().checked_mul(10)?, 0),
        _ => Decimal::new(number.mantissa().checked_mul(100)?, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn told(contest: Value) -> Vec<String> {
        let contest: Contest = serde_json::from_value(contest).unwrap();
        let told = check(&contest).into_iter();
        told.map(|wrong| {
            format!("{} {}: {}; {}", wrong.severity, wrong.place, wrong.said, wrong.expected)
        })
        .collect()
    }

    fn party(name: &str, votes: Option<u64>, share: Option<&str>) -> Value {
        json!({"party": {"name": name}, "tallies": [{"round": 1, "votes": votes, "share": share}]})
    }

    #[test]
    fn who_stands_twice_on_a_ballot_is_told() {
        let person = |name: &str, party: &str, round: u8, votes: u64| {
            json!({"people": [{"name": name}], "party": {"name": party},
                "tallies": [{"round": round, "votes": votes}]})
        };
        assert_eq!(
            told(
                json!({"contenders": [person("Anna", "A", 1, 43), person("Boris", "B", 1, 45), person("ANNA", "C", 1, 12)]})
            ),
            [
                "warning Anna: results, round 1: 43 votes and 12 votes; results once, or rows that are added"
            ]
        );
        let none: [String; 0] = [];
        assert_eq!(
            told(json!({"contenders": [person("Anna", "A", 1, 43), person("Anna", "A", 2, 12)]})),
            none
        );
        // Two lists may have the same leader, and two candidates the same party.
        let led = |party: &str| {
            json!({"people": [{"name": "None"}], "role": "leader", "party": {"name": party},
            "tallies": [{"round": 1, "votes": 5}]})
        };
        assert_eq!(told(json!({"contenders": [led("A"), led("B"), person("C", "A", 1, 5)]})), none);
        assert_eq!(
            told(
                json!({"contenders": [{"tallies": [{"round": 1, "votes": 1}]}, {"tallies": [{"round": 1, "votes": 1}]}]})
            ),
            none
        );
    }

    #[test]
    fn a_total_among_contenders_is_told() {
        let all = |total: u64| {
            told(
                json!({"contenders": [party("A", Some(70), None), party("B", Some(30), None), party("TOTAL", Some(total), None)]}),
            )
        };
        assert_eq!(
            all(100),
            [
                "warning TOTAL: results, round 1: 100 votes; the figures of a contender, and not of all others together"
            ]
        );
        assert_eq!(
            all(90),
            [
                "note TOTAL: results, round 1: 90 votes; the figures of a contender, or of all others together"
            ]
        );
    }

    #[test]
    fn shares_of_one_are_told() {
        let both = |one: &str, other: &str, votes: [Option<u64>; 2]| {
            told(
                json!({"contenders": [party("A", votes[0], Some(one)), party("B", votes[1], Some(other))]}),
            )
        };
        let counted = [Some(6_000), Some(4_000)];
        let found = "shares, round 1: 1.0 together; about 100 together; these are fractions of 1";
        assert_eq!(both("0.6", "0.4", counted), [format!("warning {found}")]);
        assert_eq!(both("0.6", "0.4", [None, None]), [format!("note {found}")]);
        let none: [String; 0] = [];
        for (one, other, votes) in [
            ("60", "40", counted),
            ("0.6", "0.3", counted),
            ("0.6", "0.4", [Some(6_000), Some(9_000)]),
            ("0.6", "40", counted),
            ("0", "0", counted),
        ] {
            assert_eq!(both(one, other, votes), none, "{one} {other}");
        }
        let contest = json!({"rounds": [{"number": 1, "valid": 10_000, "turnout": "0.65"}],
            "contenders": [party("A", Some(6_000), Some("0.6"))]});
        assert_eq!(
            told(contest),
            [
                "warning shares, round 1: 0.6 together; about 100 together; these are fractions of 1",
                "note turnout, round 1: 0.65 %; 65 %, if it is a fraction"
            ]
        );
    }
}
