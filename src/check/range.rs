//! Checks for values outside the range of their kind, such as a share below 0 or above 100 %.

use super::finding::{FindingDraft, Rule};
use crate::model::{Contest, Decimal, Interval, StatedChange};

/// Returns a finding for every value of a contest that is outside its range.
pub(super) fn check(contest: &Contest) -> Vec<FindingDraft> {
    let mut drafts = Vec::new();
    for round in &contest.rounds {
        let place = |field: &str| format!("{field}, {}", round.ballot());
        drafts.extend(check_percentage(round.turnout, &place("turnout")));
        drafts.extend(check_percentage(round.counted, &place("counted")));
        drafts.extend(check_change(round.turnout_change, &place("turnout change")));
    }
    for contender in &contest.contenders {
        let name = contender.name().into_owned();
        for tally in &contender.tallies {
            let place = |field: &str| format!("{name}: {field}, {}", tally.ballot());
            drafts.extend(check_percentage(tally.share, &place("share")));
            drafts.extend(check_change(tally.swing, &place("swing")));
            let negative = tally.delegates.filter(|delegates| delegates.mantissa() < 0);
            drafts.extend(negative.map(|delegates| {
                out_of_range(&place("delegates"), delegates.to_string(), "at least 0")
            }));
        }
        let recalled = contender.last_election.and_then(|recalled| recalled.share);
        drafts.extend(check_percentage(recalled, &format!("{name}: share at the last election")));
    }
    drafts
}

/// Returns whether a percentage is between 0 and 100.
pub(super) fn is_percentage(percent: Decimal) -> bool {
    percent.mantissa() >= 0 && !Interval::from_exact(percent).is_above(Interval::from_integer(100))
}

fn check_percentage(percent: Option<Decimal>, place: &str) -> Option<FindingDraft> {
    let percent = percent.filter(|percent| !is_percentage(*percent))?;
    Some(out_of_range(place, format!("{percent} %"), "0 to 100 %"))
}

/// Checks that the change of a percentage is between -100 and +100 points.
fn check_change(change: Option<StatedChange<Decimal>>, place: &str) -> Option<FindingDraft> {
    let StatedChange::By(points) = change? else { return None };
    let size = if points.mantissa() < 0 { points.checked_neg() } else { Some(points) };
    if size.is_some_and(is_percentage) {
        return None;
    }
    let stated = format!("{} points", StatedChange::By(points));
    Some(out_of_range(place, stated, "-100 to +100 points"))
}

fn out_of_range(place: &str, stated: String, expected: &str) -> FindingDraft {
    FindingDraft::new(Rule::OutOfRange, place, stated, expected.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn findings(round: &Value, tally: &Value) -> Vec<String> {
        let contender = json!({"people": [{"name": "A"}], "tallies": [tally], "last_election": {"share": "100.01"}});
        let contest = json!({"rounds": [round], "contenders": [contender]});
        let drafts = check(&serde_json::from_value(contest).unwrap()).into_iter();
        let mut findings: Vec<String> = drafts
            .map(|draft| format!("{}: {}; {}", draft.place, draft.stated, draft.expected))
            .collect();
        assert_eq!(findings.pop().unwrap(), "A: share at the last election: 100.01 %; 0 to 100 %");
        findings
    }

    #[test]
    fn shares_are_0_to_100_and_changes_minus_100_to_plus_100() {
        let round = |turnout: &str, change: &str| json!({"number": 1, "turnout": turnout, "counted": turnout, "turnout_change": {"by": change}});
        let tally = |share: &str, swing: &str, delegates: &str| json!({"round": 1, "share": share, "swing": {"by": swing}, "delegates": delegates});
        for (share, swing) in [("0", "-100"), ("-0.0", "0"), ("100.00", "100.0")] {
            assert!(
                findings(&round(share, swing), &tally(share, swing, "0.5")).is_empty(),
                "{share}"
            );
        }
        assert_eq!(
            findings(&round("150.5", "-100.1"), &tally("-3", "200", "-0.5")),
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
        assert_eq!(findings(&round(least, least), &tally(least, least, least)).len(), 6);
    }
}
