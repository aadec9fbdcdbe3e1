//! Checks for contenders that cannot be counted (two results on one ballot, or a total), and for
//! shares that are fractions.

use super::finding::{FindingDraft, Rule};
use super::range;
use crate::model::{
    Ballot, Contest, Decimal, Interval, Tally, TotalCertainty, format_count, total_bounds,
};

/// Returns findings for duplicate contenders, totals among contenders, and fractions.
pub(super) fn check(contest: &Contest) -> Vec<FindingDraft> {
    let mut drafts = check_duplicates(contest);
    drafts.extend(check_totals(contest));
    drafts.extend(check_fractions(contest));
    drafts
}

fn check_duplicates(contest: &Contest) -> Vec<FindingDraft> {
    let duplicates = contest.duplicate_contenders().into_iter().filter_map(|twice| {
        let contenders = twice.indices.iter().filter_map(|at| contest.contenders.get(*at));
        let stated = contenders.clone().filter_map(|contender| contender.tally(twice.ballot));
        let results: Vec<String> = stated.map(format_result).collect();
        let first = contenders.clone().next()?;
        let place = format!("{}: results, {}", first.name().into_owned(), twice.ballot);
        let expected = "results once, or rows that are added".to_owned();
        Some(FindingDraft::new(Rule::DuplicateContender, &place, results.join(" and "), expected))
    });
    duplicates.collect()
}

fn check_totals(contest: &Contest) -> Vec<FindingDraft> {
    let totals = contest.contender_totals().into_iter().filter_map(|total| {
        let contender = contest.contenders.get(total.row.index)?;
        let stated = contender.tally(total.ballot).map(format_result);
        let stated =
            stated.or_else(|| contender.seats_won().map(|seats| format_count(seats, "seat")))?;
        let place = format!("{}: results, {}", contender.name().into_owned(), total.ballot);
        let draft = |expected: &str| {
            FindingDraft::new(
                Rule::TotalAmongContenders,
                &place,
                stated.clone(),
                expected.to_owned(),
            )
        };
        match (total.row.scope, total.row.certainty) {
            (Some(_), _) => {
                Some(draft("the figures of a contender, and not of all others together"))
            }
            (None, TotalCertainty::Yes) => {
                Some(draft("the figures of a contender, or of all others together").into_note())
            }
            (None, _) => None,
        }
    });
    totals.collect()
}

/// Formats the votes of a tally, otherwise its share or electoral votes.
fn format_result(tally: &Tally) -> String {
    let votes = tally.votes.map(|votes| format_count(votes, "vote"));
    let share = || tally.share.map(|share| format!("{share} %"));
    let electors = || tally.electoral_votes.map(|votes| format_count(votes, "electoral vote"));
    votes.or_else(share).or_else(electors).unwrap_or_default()
}

/// Finds shares and turnouts that are fractions of 1 rather than percentages.
fn check_fractions(contest: &Contest) -> Vec<FindingDraft> {
    let rounds = super::contest::rounds(contest);
    let mut drafts: Vec<FindingDraft> = rounds
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
        Some(
            FindingDraft::new(Rule::Fraction, &place, format!("{turnout} %"), expected).into_note(),
        )
    });
    drafts.extend(turnouts);
    drafts
}

fn check_ballot_fractions(
    stated: &[&Tally],
    totals: [Option<u64>; 2],
    ballot: Ballot<'_>,
) -> Option<FindingDraft> {
    let shares: Vec<Decimal> = stated.iter().filter_map(|tally| tally.share).collect();
    let has_positive = shares.iter().any(|share| share.mantissa() > 0);
    if !has_positive || !shares.iter().all(|share| is_unit_fraction(*share)) {
        return None;
    }
    let sum =
        shares.iter().fold(Interval::ZERO, |sum, share| sum.plus(Interval::from_decimal(*share)));
    let votes: Vec<(u64, Decimal)> =
        stated.iter().filter_map(|tally| tally.votes.zip(tally.share)).collect();
    let listed = votes.iter().try_fold(0_u64, |sum, (votes, _)| sum.checked_add(*votes))?;
    // Returns whether each share, multiplied by 100, is the share of the contender's votes in
    // `total`.
    let fits = |total: u64| {
        votes.iter().all(|(votes, share)| {
            let bounds = times_hundred(*share).and_then(|share| total_bounds(*votes, share));
            bounds.is_some_and(|(least, most)| (least..=most).contains(&u128::from(total)))
        })
    };
    let sums_to_one = sum.overlaps(Interval::from_integer(1)) && shares.len() > 1;
    let sum_text = format!("{} together", stated_sum(&shares)?);
    let expected = "about 100 together; these are fractions of 1";
    let place = format!("shares, {ballot}");
    let draft = || FindingDraft::new(Rule::Fraction, &place, sum_text.clone(), expected.to_owned());
    if votes.is_empty() {
        return sums_to_one.then(|| draft().into_note());
    }
    let stated_total = totals.into_iter().flatten().find(|total| *total > 0 && fits(*total));
    let total =
        stated_total.or(Some(listed).filter(|total| sums_to_one && *total > 0 && fits(*total)))?;
    let arithmetic = votes.iter().take(2).filter_map(|(votes, share)| {
        let percent = times_hundred(*share)?;
        Some(format!(
            "{} of {} are {percent} %, stated as {share}",
            format_count(*votes, "vote"),
            format_count(total, "vote")
        ))
    });
    let arithmetic: Vec<String> = arithmetic.collect();
    Some(draft().with_arithmetic(arithmetic.join("; ")))
}

fn stated_sum(shares: &[Decimal]) -> Option<Decimal> {
    let (first, others) = shares.split_first()?;
    others.iter().try_fold(*first, |sum, share| sum.checked_add(*share))
}

fn is_unit_fraction(share: Decimal) -> bool {
    range::is_percentage(share) && !Interval::from_exact(share).is_above(Interval::from_integer(1))
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

    fn findings(contest: Value) -> Vec<String> {
        let contest: Contest = serde_json::from_value(contest).unwrap();
        let drafts = check(&contest).into_iter();
        drafts
            .map(|draft| {
                format!("{} {}: {}; {}", draft.severity, draft.place, draft.stated, draft.expected)
            })
            .collect()
    }

    fn party(name: &str, votes: Option<u64>, share: Option<&str>) -> Value {
        json!({"party": {"name": name}, "tallies": [{"round": 1, "votes": votes, "share": share}]})
    }

    #[test]
    fn a_contender_with_two_results_on_one_ballot_is_reported() {
        let person = |name: &str, party: &str, round: u8, votes: u64| {
            json!({"people": [{"name": name}], "party": {"name": party},
                "tallies": [{"round": round, "votes": votes}]})
        };
        assert_eq!(
            findings(
                json!({"contenders": [person("Anna", "A", 1, 43), person("Boris", "B", 1, 45), person("ANNA", "C", 1, 12)]})
            ),
            [
                "warning Anna: results, round 1: 43 votes and 12 votes; results once, or rows that are added"
            ]
        );
        let none: [String; 0] = [];
        assert_eq!(
            findings(
                json!({"contenders": [person("Anna", "A", 1, 43), person("Anna", "A", 2, 12)]})
            ),
            none
        );
        // Two lists may have the same leader, and two candidates the same party.
        let led = |party: &str| {
            json!({"people": [{"name": "None"}], "role": "leader", "party": {"name": party},
            "tallies": [{"round": 1, "votes": 5}]})
        };
        assert_eq!(
            findings(json!({"contenders": [led("A"), led("B"), person("C", "A", 1, 5)]})),
            none
        );
        assert_eq!(
            findings(
                json!({"contenders": [{"tallies": [{"round": 1, "votes": 1}]}, {"tallies": [{"round": 1, "votes": 1}]}]})
            ),
            none
        );
    }

    #[test]
    fn a_total_among_contenders_is_reported() {
        let all = |total: u64| {
            findings(
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
    fn shares_stated_as_fractions_of_1_are_reported() {
        let both = |one: &str, other: &str, votes: [Option<u64>; 2]| {
            findings(
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
            findings(contest),
            [
                "warning shares, round 1: 0.6 together; about 100 together; these are fractions of 1",
                "note turnout, round 1: 0.65 %; 65 %, if it is a fraction"
            ]
        );
    }
}
