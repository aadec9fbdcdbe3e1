//! Checks whether the numbers of one contest add up. A rounded share stands for the interval of
//! values that round to it; a deviation that rounding explains is not a finding.

use super::contest::{format_sum, labelled_contests, rounds};
use super::finding::{FindingDraft, Rule};
use super::holder::winner_takes_office;
use super::{doubt, range, seats, share_bounds};
use crate::analysis::measure;
use crate::archive::Record;
use crate::model::{
    Contest, Interval, RoundFigures, Tally, format_range, group_digits, part_bounds,
};

/// Returns a finding for every number of a record that another number contradicts.
pub(super) fn check(record: &Record) -> Vec<FindingDraft> {
    let check_part = |(part, contest): (String, &Contest)| {
        let drafts =
            check_contest(contest, winner_takes_office(contest, &record.election)).into_iter();
        drafts.map(|draft| draft.in_part(&part)).collect::<Vec<_>>()
    };
    labelled_contests(&record.election).into_iter().flat_map(check_part).collect()
}

/// Returns a finding for every number of a contest that another number contradicts. `one_vote`
/// means that each voter has one vote, as in a contest for one office.
pub(super) fn check_contest(contest: &Contest, one_vote: bool) -> Vec<FindingDraft> {
    let mut drafts = range::check(contest);
    drafts.extend(doubt::check(contest));
    let rounds = rounds(contest).into_iter();
    drafts.extend(rounds.flat_map(|round| check_round(contest, &round, one_vote)));
    drafts.extend(seats::check(contest));
    drafts
}

fn check_round(contest: &Contest, round: &RoundFigures, one_vote: bool) -> Vec<FindingDraft> {
    let mut drafts = check_ballots(round, one_vote);
    drafts.extend(check_turnout(round));
    drafts.extend(check_shares_sum(contest, round));
    drafts.extend(check_votes_sum(contest, round, one_vote));
    drafts.extend(share_bounds::check(contest, round));
    drafts
}

fn place_in_round(field: &str, round: &RoundFigures) -> String {
    format!("{field}, {}", round.ballot())
}

fn check_ballots(round: &RoundFigures, one_vote: bool) -> Vec<FindingDraft> {
    let mut drafts = Vec::new();
    drafts.extend(check_ballots_sum(round));
    for (part_name, part, whole_name, whole) in [
        ("valid", round.valid, "cast", round.cast),
        ("cast", round.cast, "registered", round.registered),
        ("valid", round.valid, "registered", round.registered),
    ] {
        if let Some((part, whole)) = part.zip(whole).filter(|(part, whole)| part > whole) {
            let expected = format!("at most the {} {whole_name}", group_digits(whole));
            let place = place_in_round(part_name, round);
            let found = FindingDraft::new(Rule::PartOfWhole, &place, group_digits(part), expected);
            let votes = part_name == "valid" && !one_vote;
            drafts.push(if votes { allow_multiple_votes(found, part, whole) } else { found });
        }
    }
    drafts
}

/// Checks that valid and invalid ballots add up to the ballots cast. Blank ballots may be included
/// in either number or counted separately.
fn check_ballots_sum(round: &RoundFigures) -> Option<FindingDraft> {
    let (cast, valid, invalid) = (round.cast?, round.valid?, round.invalid?);
    let valid_and_invalid = valid.checked_add(invalid)?;
    let with_blank = valid_and_invalid.checked_add(round.blank.unwrap_or(0))?;
    if cast == valid_and_invalid || cast == with_blank {
        return None;
    }
    let (stated, what) = match round.blank {
        None => (vec![valid, invalid], "valid and invalid ones"),
        Some(blank) => (vec![valid, invalid, blank], "valid, invalid and blank ones"),
    };
    let expected = format!("{} {what}", group_digits(with_blank));
    let found = FindingDraft::new(
        Rule::BallotsSum,
        &place_in_round("cast", round),
        group_digits(cast),
        expected,
    );
    let stated = stated.into_iter().map(group_digits);
    Some(found.with_arithmetic(format_sum(stated, &group_digits(with_blank))))
}

/// Downgrades a finding to a note, unless there are no voters. More votes than voters can be
/// correct if each voter has several votes, which no record states.
fn allow_multiple_votes(draft: FindingDraft, votes: u64, voters: u64) -> FindingDraft {
    if voters == 0 {
        return draft;
    }
    let each = votes as f64 / voters as f64;
    let arithmetic = format!("{each:.2} for each; right only where a voter has several votes");
    let before = draft.arithmetic.as_ref().map(|before| format!("{before}; ")).unwrap_or_default();
    draft.with_arithmetic(before + &arithmetic).into_note()
}

fn check_turnout(round: &RoundFigures) -> Option<FindingDraft> {
    // An impossible turnout implies nothing. `Rule::OutOfRange` reports it.
    let turnout = round.turnout.filter(|turnout| range::is_percentage(*turnout))?;
    let registered = round.registered?;
    let valid_and_invalid = round.valid_and_invalid();
    let cast = round.cast.or(valid_and_invalid)?;
    let (least, most) = part_bounds(turnout, registered)?;
    // Some sources compute the turnout from the valid votes alone.
    let ballots = [round.cast, valid_and_invalid, round.valid].into_iter().flatten();
    if ballots.map(u128::from).any(|ballots| (least..=most).contains(&ballots)) {
        return None;
    }
    let stated = format!("{turnout} % of {} registered", group_digits(registered));
    let expected =
        format!("{} cast; these would be {}", group_digits(cast), format_range(least, most));
    let arithmetic = format!(
        "{turnout} % is {} %; that of {} is {}",
        Interval::from_decimal(turnout).clamp_non_negative(),
        group_digits(registered),
        format_range(least, most)
    );
    let found =
        FindingDraft::new(Rule::Turnout, &place_in_round("turnout", round), stated, expected);
    Some(found.with_arithmetic(arithmetic))
}

/// Returns the tallies of a round, except tallies that the figures of an alliance or of its members
/// already include.
pub(super) fn counted_tallies<'a>(
    contest: &'a Contest,
    round: &RoundFigures,
) -> impl Iterator<Item = &'a Tally> {
    let counted = measure::counts_separately(contest, round.ballot());
    let both = contest.contenders.iter().zip(counted).filter(|(_, counted)| *counted);
    both.filter_map(|(contender, _)| contender.tally(round.ballot()))
}

fn check_shares_sum(contest: &Contest, round: &RoundFigures) -> Option<FindingDraft> {
    let shares: Vec<_> = counted_tallies(contest, round).filter_map(|tally| tally.share).collect();
    if !shares.iter().copied().all(range::is_percentage) {
        return None;
    }
    let add = |interval: fn(_) -> Interval| {
        shares.iter().fold(Interval::ZERO, |sum, share| sum.plus(interval(*share)))
    };
    let least = add(|share| Interval::from_decimal(share).clamp_non_negative());
    if !least.is_above(Interval::from_integer(100)) {
        return None;
    }
    let stated = add(Interval::from_exact);
    let arithmetic = format!(
        "{}; allowing for rounding, {least}",
        format_sum(shares.iter().map(ToString::to_string), &stated.to_string())
    );
    let found = FindingDraft::new(
        Rule::SharesSum,
        &place_in_round("shares", round),
        format!("{stated} % together"),
        format!("at most 100; rounding leaves {}", least.format_low()),
    );
    Some(found.with_arithmetic(arithmetic))
}

fn check_votes_sum(
    contest: &Contest,
    round: &RoundFigures,
    one_vote: bool,
) -> Option<FindingDraft> {
    let votes: Vec<u64> = counted_tallies(contest, round).filter_map(|tally| tally.votes).collect();
    let sum = votes.iter().try_fold(0_u64, |sum, votes| sum.checked_add(*votes))?;
    let valid = round.valid.filter(|valid| sum > *valid)?;
    let found = FindingDraft::new(
        Rule::VotesSum,
        &place_in_round("votes", round),
        format!("{} together", group_digits(sum)),
        format!("at most the {} valid", group_digits(valid)),
    );
    let found = found.with_arithmetic(format_sum(
        votes.iter().map(|votes| group_digits(*votes)),
        &group_digits(sum),
    ));
    Some(if one_vote { found } else { allow_multiple_votes(found, sum, valid) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn findings(contest: serde_json::Value) -> Vec<String> {
        let contest: Contest = serde_json::from_value(contest).unwrap();
        let found = check_contest(&contest, true).into_iter();
        found
            .map(|draft| format!("{}: {}; {}", draft.place, draft.stated, draft.expected))
            .collect()
    }

    fn contenders(results: &[(u64, &str)]) -> serde_json::Value {
        let names = ["A", "B", "C"];
        let contender = |((votes, share), name): (&(u64, &str), &str)| json!({"people": [{"name": name}], "tallies": [{"round": 1, "votes": votes, "share": share}]});
        results.iter().zip(names).map(contender).collect()
    }

    #[test]
    fn a_deviation_within_rounding_is_not_a_finding() {
        let results = [(47_095, "66.65"), (22_967, "32.51")];
        let none: [String; 0] = [];
        let rounds = json!([{"number": 1, "registered": 98_909, "turnout": "73.53", "cast": 72_730, "valid": 70_656}]);
        assert_eq!(findings(json!({"contenders": contenders(&results), "rounds": rounds})), none);
        assert_eq!(findings(json!({"contenders": contenders(&results)})), none);
        // Some sources compute shares of all ballots cast.
        let rounds = json!([{"number": 1, "cast": 70_656, "valid": 69_000}]);
        assert_eq!(
            findings(json!({"contenders": contenders(&results[..1]), "rounds": rounds})),
            none
        );
        // Some sources compute the turnout from the valid votes.
        let rounds = json!([{"number": 1, "registered": 1_000, "turnout": "50.0", "cast": 510, "valid": 500}]);
        assert_eq!(findings(json!({"rounds": rounds})), none);
    }

    #[test]
    fn a_deviation_beyond_rounding_is_reported_with_its_arithmetic() {
        let results = [(47_095, "66.65"), (22_967, "33.51")];
        assert_eq!(
            findings(json!({"contenders": contenders(&results)})),
            [
                "shares, round 1: 100.16 % together; at most 100; rounding leaves 100.15",
                "A: share, round 1: 66.65 % with 47,095 votes, so of 70,655 to 70,665; of 68,528 to 68,547, as B has",
            ]
        );
        let rounds = json!([{"number": 1, "registered": 98_909, "turnout": "73.53", "cast": 72_740, "valid": 70_000, "invalid": 10}]);
        assert_eq!(
            findings(json!({"contenders": contenders(&results[..1]), "rounds": rounds})),
            [
                "cast, round 1: 72,740; 70,010 valid and invalid ones",
                "turnout, round 1: 73.53 % of 98,909 registered; 72,740 cast; these would be 72,723 to 72,732",
                "A: share, round 1: 66.65 % with 47,095 votes; of 70,000 votes; it would be of 70,655 to 70,665",
            ]
        );
        let rounds = json!([{"number": 1, "registered": 10, "cast": 12, "valid": 13}]);
        assert_eq!(
            findings(json!({"contenders": contenders(&[(14, "100")]), "rounds": rounds}))[..3],
            [
                "valid, round 1: 13; at most the 12 cast",
                "cast, round 1: 12; at most the 10 registered",
                "valid, round 1: 13; at most the 10 registered",
            ]
        );
    }

    #[test]
    fn more_votes_than_ballots_are_a_note_if_voters_may_have_several_votes() {
        let rounds = json!([{"number": 1, "registered": 900, "cast": 800, "valid": 1_000}]);
        let contest = json!({"rounds": rounds, "contenders": contenders(&[(1_500, "60")])});
        let contest: Contest = serde_json::from_value(contest).unwrap();
        let severities = |one_vote| -> Vec<String> {
            let found = check_contest(&contest, one_vote).into_iter();
            let counts = found.filter(|draft| draft.rule != Rule::ShareVotes);
            counts.map(|draft| draft.severity.to_string()).collect()
        };
        assert_eq!(severities(true), ["warning"; 3]);
        assert_eq!(severities(false), ["note"; 3]);
        let arithmetic = check_contest(&contest, false)[0].arithmetic.clone();
        assert_eq!(
            arithmetic.unwrap(),
            "1.25 for each; right only where a voter has several votes"
        );
    }

    #[test]
    fn findings_state_their_arithmetic() {
        let results = [(47_095, "66.65"), (22_967, "33.51")];
        let contest: Contest =
            serde_json::from_value(json!({"contenders": contenders(&results)})).unwrap();
        let arithmetic: Vec<_> = check_contest(&contest, true)
            .into_iter()
            .filter_map(|draft| draft.arithmetic)
            .collect();
        assert_eq!(
            arithmetic,
            [
                "66.65 + 33.51 = 100.16; allowing for rounding, 100.15 to 100.17",
                "A: 66.65 % is 66.645 to 66.655 %; 47,095 votes imply a total of 70,655 to 70,665; \
                 B: 33.51 % is 33.505 to 33.515 %; 22,967 votes imply a total of 68,528 to 68,547",
            ]
        );
    }

    /// Returns a part of a total in percent, rounded half up to `digits` decimal places.
    fn percent(part: u64, total: u64, digits: u8) -> String {
        let unit = 10_u128.pow(u32::from(digits));
        let rounded = (200 * unit * u128::from(part) + u128::from(total)) / (2 * u128::from(total));
        let number = crate::model::Decimal::new(i64::try_from(rounded).unwrap(), digits);
        number.unwrap().to_string()
    }

    proptest! {
        #[test]
        fn consistent_figures_have_no_findings(
            votes in proptest::collection::vec(0_u64..3_000_000, 1..12),
            (invalid, abstentions) in (0_u64..500_000, 0_u64..9_000_000),
            digits in proptest::collection::vec(0_u8..7, 12),
            listed in 1_usize..12,
        ) {
            let valid: u64 = votes.iter().sum();
            let (cast, registered) = (valid + invalid, valid + invalid + abstentions);
            prop_assume!(valid > 0);
            let contender = |(votes, digits): (&u64, &u8)| json!({"tallies": [{"round": 1, "votes": votes, "share": percent(*votes, valid, *digits)}]});
            let contenders: serde_json::Value =
                votes.iter().zip(&digits).take(listed).map(contender).collect();
            let turnout = percent(cast, registered, digits[11]);
            let with_counts = json!({"number": 1, "registered": registered, "turnout": turnout, "cast": cast, "valid": valid, "invalid": invalid});
            let without_counts = json!({"number": 1, "registered": registered, "turnout": turnout});
            for round in [with_counts, without_counts] {
                let found = findings(json!({"contenders": contenders, "rounds": [round]}));
                prop_assert!(found.is_empty(), "{found:?}");
            }
        }

        #[test]
        fn extreme_numbers_do_not_overflow(mantissa: i64, scale in 0_u8..=15, count: u64) {
            let number = crate::model::Decimal::new(mantissa, scale).unwrap().to_string();
            let tally = json!({"round": 1, "votes": count, "share": number, "seats": u64::MAX});
            let contenders = json!([{"tallies": [tally]}, {"tallies": [tally]}]);
            let round = json!({"number": 1, "registered": u64::MAX, "turnout": number, "cast": count, "valid": u64::MAX, "invalid": count});
            findings(json!({"contenders": contenders, "rounds": [round], "seats": {"count": count, "text": ""}, "majority_seats": {"count": u64::MAX, "text": ""}}));
        }
    }
}
