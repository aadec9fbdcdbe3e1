//! Checks stated changes against the previous election. A source may compute a change of seats from
//! the previous result or from the seats just before the vote, and may round values before it
//! subtracts them. A change is a finding only if none of these methods explains it.

use super::finding::{FindingDraft, Rule};
use super::resolve::matching_contest;
use crate::analysis::diff::{MatchOptions, group_contenders};
use crate::analysis::matching::name_matcher::is_same_name;
use crate::archive::Record;
use crate::model::{
    Contender, Contest, Decimal, Election, Interval, RoundFigures, StatedChange, Tally, fold,
    group_digits, is_others,
};

/// Returns whether a contest states anything that the previous election could contradict.
pub(super) fn states_changes(contest: &Contest) -> bool {
    contest.rounds.iter().any(|round| round.turnout_change.is_some())
        || contest.contenders.iter().any(|contender| {
            let mut tallies = contender.tallies.iter();
            contender.last_election.is_some()
                || contender.seat_change.is_some()
                || tallies.any(|tally| tally.swing.is_some() || tally.seat_change.is_some())
        })
}

/// Checks what a contest states about the previous election against that election's record.
pub(super) fn check(
    contest: &Contest,
    election: &Election,
    before: Option<&Record>,
) -> Vec<FindingDraft> {
    let previous = before.and_then(|before| {
        let previous = matching_contest(contest, election, &before.election)?;
        Some((before, previous))
    });
    let mut drafts = Vec::new();
    if let Some((record, _)) = previous {
        drafts
            .extend(contest.rounds.iter().filter_map(|round| check_turnout_change(round, record)));
    }
    for (contender, past) in contest.contenders.iter().zip(past_results(contest, previous)) {
        drafts.extend(past.check_recalled(contender));
        drafts.extend(past.check_seat_change(contender));
        drafts.extend(
            contender.tallies.iter().filter_map(|tally| past.check_swing(contender, tally)),
        );
    }
    drafts
}

/// The results of a contender at the previous election, according to that election's record.
#[derive(Default)]
struct PastResults {
    address: String,
    seats: Vec<u64>,
    shares: Vec<Decimal>,
}

/// Returns the past results of each contender, in order; empty for contenders without a match in
/// the previous record.
fn past_results(contest: &Contest, previous: Option<(&Record, &Contest)>) -> Vec<PastResults> {
    let mut results: Vec<PastResults> =
        contest.contenders.iter().map(|_| PastResults::default()).collect();
    let Some((record, previous)) = previous else { return results };
    // A table lists contenders that an infobox omits, and may state other numbers.
    for previous_contest in std::iter::once(previous).chain(&record.election.results) {
        for group in group_contenders(previous_contest, contest, &MatchOptions::default()) {
            let Some((one, at)) = group.before.first().zip(group.after.first()) else { continue };
            let both = previous_contest.contenders.get(*one).zip(contest.contenders.get(*at));
            let same =
                both.filter(|(one, now)| is_single_contender(now) && has_same_party(one, now));
            if let Some(((one, _), past)) = same.zip(results.get_mut(*at)) {
                past.address.clone_from(&record.address);
                let seats = one.tallies.iter().filter_map(|tally| tally.seats);
                past.seats.extend(one.seats.into_iter().chain(seats).chain(one.seats_after));
                past.shares.extend(one.tallies.iter().filter_map(|tally| tally.share));
            }
        }
    }
    results
}

impl PastResults {
    /// Checks the result that is recalled from the last election.
    fn check_recalled(&self, contender: &Contender) -> Vec<FindingDraft> {
        let Some(recalled) = contender.last_election else { return Vec::new() };
        let place =
            |what: &str| format!("{}: {what} at the last election", contender.name().into_owned());
        let mut drafts = Vec::new();
        if let Some(seats) =
            recalled.seats.filter(|seats| matches_none(&self.seats, |one| one == seats))
        {
            let alternatives =
                join_alternatives(self.seats.iter().map(|seats| group_digits(*seats)));
            let expected = format!("{alternatives}, as {} has", self.address);
            drafts.push(FindingDraft::new(
                Rule::LastElection,
                &place("seats"),
                group_digits(seats),
                expected,
            ));
        }
        let is_same_share = |one: &Decimal, share: Decimal| {
            Interval::from_decimal(*one).overlaps(Interval::from_decimal(share))
        };
        if let Some(share) = recalled
            .share
            .filter(|share| matches_none(&self.shares, |one| is_same_share(one, *share)))
        {
            let alternatives = join_alternatives(self.shares.iter().map(ToString::to_string));
            let expected = format!("{alternatives} %, as {} has", self.address);
            let stated = format!("{share} %");
            drafts.push(FindingDraft::new(Rule::LastElection, &place("share"), stated, expected));
        }
        if recalled.new && !self.seats.is_empty() {
            let alternatives =
                join_alternatives(self.seats.iter().map(|seats| group_digits(*seats)));
            let expected = format!("{alternatives} seats, as {} has", self.address);
            let stated = "that it did not stand".to_owned();
            drafts.push(
                FindingDraft::new(Rule::LastElection, &place("seats"), stated, expected)
                    .into_note(),
            );
        }
        drafts
    }

    fn check_seat_change(&self, contender: &Contender) -> Option<FindingDraft> {
        let place = format!("{}: seat change", contender.name().into_owned());
        let recalled = contender.last_election.and_then(|recalled| recalled.seats);
        let bases: Vec<u64> = self.seats.iter().copied().chain(recalled).collect();
        let change = match contender.seats_won_change()? {
            StatedChange::By(change) => change,
            StatedChange::New => {
                let had = self.seats.iter().max().filter(|had| **had > 0)?;
                let expected =
                    format!("{} seats before, as {} has", group_digits(*had), self.address);
                return Some(
                    FindingDraft::new(Rule::StatedChange, &place, "New".to_owned(), expected)
                        .into_note(),
                );
            }
        };
        let now = [contender.seats_won(), contender.seats_after];
        let now: Vec<u64> = now.into_iter().flatten().collect();
        let difference = |one: u64, other: u64| i128::from(one) - i128::from(other);
        let fits = |base: &u64| now.iter().any(|now| difference(*now, *base) == i128::from(change));
        let (first, base) = (*now.first()?, *bases.first()?);
        if bases.iter().chain(&contender.seats_before).any(fits) {
            return None;
        }
        let base_source =
            if self.seats.is_empty() { "as is said here" } else { self.address.as_str() };
        let mut arithmetic = format!(
            "{} − {} ({base_source}) = {:+}",
            group_digits(first),
            group_digits(base),
            difference(first, base)
        );
        if let Some(before) = contender.seats_before {
            let less = difference(first, before);
            arithmetic += &format!("; just before the vote {}: {less:+}", group_digits(before));
        }
        let expected = format!("{:+}", difference(first, base));
        let draft = FindingDraft::new(Rule::StatedChange, &place, format!("{change:+}"), expected);
        let draft = draft.with_arithmetic(arithmetic);
        // If the seats just before the vote are not stated, the change may be relative to them.
        Some(if contender.seats_before.is_some() { draft } else { draft.into_note() })
    }

    fn check_swing(&self, contender: &Contender, tally: &Tally) -> Option<FindingDraft> {
        let StatedChange::By(swing) = tally.swing? else { return None };
        let share = tally.share?;
        let recalled = contender.last_election.and_then(|recalled| recalled.share);
        let bases: Vec<Decimal> = self.shares.iter().copied().chain(recalled).collect();
        let place = format!("{}: swing, {}", contender.name().into_owned(), tally.ballot());
        let base_source =
            if self.shares.is_empty() { "as is said here" } else { self.address.as_str() };
        check_points(Rule::StatedChange, &place, swing, share, &bases, base_source)
    }
}

/// Checks a change in points against several base values, one of which must fit.
fn check_points(
    rule: Rule,
    place: &str,
    change: Decimal,
    now: Decimal,
    bases: &[Decimal],
    base_source: &str,
) -> Option<FindingDraft> {
    let digits = change.scale();
    let rounded_difference = |base: &Decimal| {
        Interval::from_rounded(now, digits).minus(Interval::from_rounded(*base, digits))
    };
    let base = bases.first()?;
    if bases.iter().any(|base| rounded_difference(base).overlaps(Interval::from_decimal(change))) {
        return None;
    }
    let exact_difference = Interval::from_exact(now).minus(Interval::from_exact(*base));
    let (stated, expected) =
        (StatedChange::By(change).to_string(), format!("{exact_difference} points"));
    let arithmetic = format!(
        "{now} − {base} ({base_source}) = {exact_difference}; allowing for rounding, {}",
        rounded_difference(base)
    );
    Some(FindingDraft::new(rule, place, stated + " points", expected).with_arithmetic(arithmetic))
}

fn check_turnout_change(round: &RoundFigures, before: &Record) -> Option<FindingDraft> {
    let StatedChange::By(change) = round.turnout_change? else { return None };
    let contests = before.election.contests.iter().chain(&before.election.results);
    let bases: Vec<Decimal> =
        contests.flat_map(|contest| &contest.rounds).filter_map(|round| round.turnout).collect();
    let place = format!("turnout change, {}", round.ballot());
    check_points(Rule::StatedChange, &place, change, round.turnout?, &bases, &before.address)
}

fn matches_none<T>(values: &[T], same: impl Fn(&T) -> bool) -> bool {
    !values.is_empty() && !values.iter().any(same)
}

fn join_alternatives(values: impl Iterator<Item = String>) -> String {
    let mut values: Vec<String> = values.collect();
    values.dedup();
    values.join(" or ")
}

/// Returns whether a contender is a single contender, rather than a group such as "Others".
fn is_single_contender(contender: &Contender) -> bool {
    let party = contender.party.as_ref().map(|party| fold(&party.name)).unwrap_or_default();
    if is_others(&party) {
        return false;
    }
    !["other", "independents", "none", "minor", "various"]
        .iter()
        .any(|rest| party.starts_with(rest))
}

/// Returns whether a contender has the same party at both elections. A stated change is about the
/// party, not about the person.
fn has_same_party(before: &Contender, after: &Contender) -> bool {
    match (&before.party, &after.party) {
        (Some(before), Some(after)) => is_same_name(before, after),
        (None, None) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{ElectionId, VersionInfo};
    use serde_json::{Value, json};
    use std::sync::Arc;

    fn record(election: Value) -> Record {
        let version = VersionInfo {
            number: 1,
            import: 1,
            recorded: String::new(),
            source: String::new(),
            source_id: None,
            file: String::new(),
            format: String::new(),
            source_time: None,
            revision: None,
            title: String::new(),
            removed: false,
            erased: None,
            same_record: false,
            note: None,
        };
        Record {
            id: ElectionId(1),
            address: "ruritania/1901".into(),
            titles: Vec::new(),
            version,
            versions: 1,
            election: Arc::new(serde_json::from_value(election).unwrap()),
        }
    }

    fn election(turnout: &Value, contenders: &Value) -> Value {
        json!({"title": "t", "type": "parliamentary",
            "contests": [{"rounds": [turnout], "contenders": contenders}]})
    }

    /// Checks a party that previously had 20 seats and 30.4 %, at a turnout of 60.5 %.
    fn findings(change: &Value) -> Vec<String> {
        let before = json!([{"party": {"name": "Unity"}, "tallies": [{"round": 1, "seats": 20, "share": "30.4"}]}]);
        let before = record(election(&json!({"number": 1, "turnout": "60.5"}), &before));
        let mut contender = json!({"party": {"name": "Unity"}});
        for (name, value) in change.as_object().unwrap().iter().filter(|(name, _)| *name != "round")
        {
            contender[name] = value.clone();
        }
        let round = change.get("round").cloned().unwrap_or(json!({"number": 1}));
        let now = record(election(&round, &json!([contender]))).election;
        check(&now.contests[0], &now, Some(&before))
            .into_iter()
            .map(|draft| format!("{} {}; {}", draft.severity, draft.stated, draft.expected))
            .collect()
    }

    #[test]
    fn a_seat_change_is_relative_to_the_last_election_or_to_the_standing_just_before() {
        let of = |change: Value, before: Value| {
            findings(
                &json!({"seats_before": before, "tallies": [{"round": 1, "seats": 25, "seat_change": change}]}),
            )
        };
        assert!(of(json!({"by": 5}), json!(null)).is_empty());
        assert!(of(json!({"by": 7}), json!(18)).is_empty());
        assert_eq!(of(json!({"by": 7}), json!(null)), ["note +7; +5"]);
        assert_eq!(of(json!({"by": -5}), json!(18)), ["warning -5; +5"]);
        assert_eq!(
            of(json!("new"), json!(null)),
            ["note New; 20 seats before, as ruritania/1901 has"]
        );
        assert!(findings(&json!({"party": {"name": "Others"}, "tallies": [{"round": 1, "seats": 25, "seat_change": {"by": 1}}]})).is_empty());
    }

    #[test]
    fn points_may_be_rounded_before_they_are_subtracted() {
        let of = |share: &str, swing: &str| {
            findings(&json!({"tallies": [{"round": 1, "share": share, "swing": {"by": swing}}]}))
        };
        for (share, swing) in [("33.41", "3.0"), ("33.41", "3.01"), ("33.41", "3.06"), ("33", "3")]
        {
            assert!(of(share, swing).is_empty(), "{share} {swing}");
        }
        assert_eq!(of("33.41", "3.41"), ["warning +3.41 points; 3.01 points"]);
        assert_eq!(of("33.41", "-3.01"), ["warning -3.01 points; 3.01 points"]);
        let turnout = |change: &str| {
            findings(
                &json!({"round": {"number": 1, "turnout": "62.0", "turnout_change": {"by": change}}}),
            )
        };
        assert!(turnout("1.5").is_empty());
        assert_eq!(turnout("2.5"), ["warning +2.5 points; 1.5 points"]);
    }

    #[test]
    fn a_recalled_result_must_match_the_previous_record() {
        let of = |recalled: Value| findings(&json!({"last_election": recalled}));
        assert!(of(json!({"seats": 20, "share": "30.42"})).is_empty());
        assert_eq!(of(json!({"seats": 21})), ["warning 21; 20, as ruritania/1901 has"]);
        assert_eq!(of(json!({"share": "30.6"})), ["warning 30.6 %; 30.4 %, as ruritania/1901 has"]);
        assert_eq!(of(json!({"new": true})).len(), 1);
    }

    #[test]
    fn hostile_numbers_do_not_overflow() {
        let tally = json!({"round": 1, "seats": u64::MAX, "seat_change": {"by": i64::MIN}, "share": "-9223372036854775808", "swing": {"by": "9223372036854775807"}});
        findings(&json!({"tallies": [tally], "seats_before": u64::MAX}));
    }
}
