//! Checks for values outside the range of their kind, such as a share below 0 or above 100 %.

use super::finding::{FindingDraft, Rule};
use crate::model::{Contest, Decimal, Interval, StatedChange};

/// Returns a finding for every value of a contest that is outside its range.
pub(super) fn check(contest: &Contest) -> Vec<FindingDraft> {
    let mut wrong = Vec::new();
    for round in &contest.rounds {
        let place = |field: &str| format!("{field}, {}", round.ballot());
        wrong.extend(check_percentage(round.turnout, &place("turnout")));
        wrong.extend(check_percentage(round.counted, &place("counted")));
        wrong.extend(check_change(round.turnout_change, &place("turnout change")));
    }
    for contender in &contest.contenders {
        let name = contender.name().into_owned();
        for tally in &contender.tallies {
            let place = |field: &str| format!("{name}: {field}, {}", tally.ballot());
            wrong.extend(check_percentage(tally.share, &place("share")));
            wrong.extend(check_change(tally.swing, &place("swing")));
            let less = tally.delegates.filter(|delegates| delegates.mantissa() < 0);
            wrong.extend(less.map(|delegates| {
                out_of_range(&place("delegates"), delegates.to_string(), "at least 0")
            }));
        }
        let recalled = contender.last_election.and_then(|recalled| recalled.share);
        wrong.extend(check_percentage(recalled, &format!("{name}: share at the last election")));
    }
    wrong
}

/// Returns whether a percentage is between 0 and 100.
pub(super) fn is_percentage(percent: Decimal) -> bool {
    percent.mantissa() >= 0 && !Interval::exactly(percent).is_above(Interval::whole(100))
}

fn check_percentage(percent: Option<Decimal>, place: &str) -> Option<FindingDraft> {
    let percent = percent.filter(|percent| !is_percentage(*percent))?;
    Some(out_of_range(place, format!("{percent} %"), "0 to 100 %"))
}

/// Checks that the change of a percentage is between -100 and +100 points.
fn check_change(change: Option<StatedChange<Decimal>>, place: &str) -> Option<FindingDraft> {
    let StatedChange::By(points) = change? else { return None };
    let size = if points.mantissa() < 0 { points.negated() } else { Some(points) };
    if size.is_some_and(is_percentage) {
        return None;
    }
    let said = format!("{} points", StatedChange::By(points));
    Some(out_of_range(place, said, "-100 to +100 points"))
}

fn out_of_range(place: &str, said: String, expected: &str) -> FindingDraft {
    FindingDraft::new(Rule::OutOfRange, place, said, expected.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn told(round: &Value, tally: &Value) -> Vec<String> {
        let contender = json!({"people": [{"name": "A"}], "tallies": [tally], "last_election": {"share": "100.01"}});
        let contest = json!({"rounds": [round], "contenders": [contender]});
        let wrong = check(&serde_json::from_value(contest).unwrap()).into_iter();
        let mut told: Vec<String> = wrong
            .map(|wrong| format!("{}: {}; {}", wrong.place, wrong.said, wrong.expected))
            .collect();
        assert_eq!(told.pop().unwrap(), "A: share at the last election: 100.01 %; 0 to 100 %");
        told
    }

    #[test]
    fn a_part_is_of_its_whole_and_a_change_between_two_parts() {
        let round = |turnout: &str, change: &str| json!({"number": 1, "turnout": turnout, "counted": turnout, "turnout_change": {"by": change}});
        let tally = |share: &str, swing: &str, delegates: &str| json!({"round": 1, "share": share, "swing": {"by": swing}, "delegates": delegates});
        for (share, swing) in [("0", "-100"), ("-0.0", "0"), ("100.00", "100.0")] {
            assert!(told(&round(share, swing), &tally(share, swing, "0.5")).is_empty(), "{share}");
        }
        assert_eq!(
            told(&round("150.5", "-100.1"), &tally("-3", "200", "-0.5")),
            [
                "turnout, round 1: 150.5 %; 0 to 100 %",
                "counted, round 1: 150.5 %; 0 to 100 %",
                "turnout change, round 1: -100.1 points; -100 to +100 points",
                "A: share, round 1: -3 %; 0 to 100 %",
                "A: swing, round 1: +200 points; -100 to +100 points",
                "A: delegates, round 1: -0.5; at least 0",
            ]
        );
        let least = "-9223372036854775808";
        assert_eq!(told(&round(least, least), &tally(least, least, least)).len(), 6);
    }
}
