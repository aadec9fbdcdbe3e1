//! Checks the seats of a contest: seats won, seats to be filled, and the majority.

use super::finding::{FindingDraft, Rule};
use crate::model::{Contender, Contest, Quantity, group_digits};

pub(super) fn check(contest: &Contest) -> Vec<FindingDraft> {
    let Some(seats) = &contest.seats else { return Vec::new() };
    let majority = contest.majority_seats.as_ref().and_then(|majority| majority.count);
    [check_seats_won(contest, seats, majority), check_majority(seats, majority)]
        .into_iter()
        .flatten()
        .collect()
}

fn check_seats_won(
    contest: &Contest,
    seats: &Quantity,
    majority: Option<u64>,
) -> Option<FindingDraft> {
    // If only part of a chamber is elected, the seats stated for a party may be its seats in the
    // whole chamber.
    let total = seats.count?.max(seats.of.unwrap_or(0));
    if majority.is_some_and(|majority| majority > total) {
        return None;
    }
    let won: Vec<u64> = contest.contenders.iter().filter_map(Contender::seats_won).collect();
    let sum = won.iter().try_fold(0_u64, |sum, seats| sum.checked_add(*seats))?;
    (sum > total).then(|| {
        let stated = format!("{} together", group_digits(sum));
        let expected = format!("at most the {} to be filled", group_digits(total));
        let arithmetic = super::contest::format_sum(
            won.iter().map(|seats| group_digits(*seats)),
            &group_digits(sum),
        );
        FindingDraft::new(Rule::SeatsSum, "seats", stated, expected).with_arithmetic(arithmetic)
    })
}

/// Checks that a majority is more than half of the seats. A majority larger than the number of
/// seats is the majority of a whole chamber, only part of which is elected.
fn check_majority(seats: &Quantity, majority: Option<u64>) -> Option<FindingDraft> {
    let (total, majority) = seats.count.zip(majority)?;
    let half = total / 2;
    (majority <= half && majority > 0).then(|| {
        let (stated, expected) =
            (group_digits(majority), format!("at least {}", group_digits(half + 1)));
        let arithmetic = format!("half of the {} seats is {}", seats.text, format_half(total));
        FindingDraft::new(Rule::Majority, "majority seats", stated, expected)
            .with_arithmetic(arithmetic)
    })
}

fn format_half(total: u64) -> String {
    let rest = if total.is_multiple_of(2) { "" } else { ".5" };
    group_digits(total / 2) + rest
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
                let arithmetic = draft.arithmetic.unwrap_or_default();
                format!("{} {}; {}; {arithmetic}", draft.rule, draft.stated, draft.expected)
            })
            .collect()
    }

    fn contenders_with_seats(seats: &[u64]) -> Value {
        seats.iter().map(|seats| json!({"tallies": [{"round": 1, "seats": seats}]})).collect()
    }

    #[test]
    fn more_seats_won_than_to_be_filled_are_reported() {
        let contest = json!({"seats": {"count": 100, "text": "100"}, "contenders": contenders_with_seats(&[60, 41])});
        assert_eq!(
            findings(contest),
            ["seats_sum 101 together; at most the 100 to be filled; 60 + 41 = 101"]
        );
    }

    #[test]
    fn seats_of_the_whole_chamber_are_accepted_if_only_a_part_is_elected() {
        let none: [String; 0] = [];
        let seats = json!({"count": 33, "of": 100, "text": "Class 1 (33 of the 100) seats"});
        let majority = json!({"count": 51, "text": "51"});
        let contest = json!({"seats": seats, "majority_seats": majority, "contenders": contenders_with_seats(&[53, 47])});
        assert_eq!(findings(contest), none);
        let seats = json!({"count": 33, "text": "33"});
        let contest = json!({"seats": seats, "majority_seats": majority, "contenders": contenders_with_seats(&[53, 47])});
        assert_eq!(findings(contest), none);
    }

    #[test]
    fn a_majority_is_more_than_half() {
        let of = |seats: u64, majority: u64| {
            findings(json!({"seats": {"count": seats, "text": seats.to_string()},
                "majority_seats": {"count": majority, "text": "-"}}))
        };
        assert_eq!(of(33, 16), ["majority 16; at least 17; half of the 33 seats is 16.5"]);
        assert_eq!(of(100, 50), ["majority 50; at least 51; half of the 100 seats is 50"]);
        for (seats, majority) in [(33, 17), (100, 51), (33, 51), (u64::MAX, u64::MAX), (0, 0)] {
            assert!(of(seats, majority).is_empty(), "{majority} of {seats}");
        }
    }
}
