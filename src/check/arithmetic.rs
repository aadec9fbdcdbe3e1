//! Whether the numbers of one contest add up. A share is what it was before it was rounded: 66.65 means
//! 66.645 to 66.655. What rounding explains is no finding.

use super::{Finding, Severity};
use crate::archive::Record;
use crate::diff::contender_name;
use crate::model::{Contender, Contest, Decimal, Round, Tally, grouped};

/// Every number of a record that another contradicts.
pub(super) fn check(record: &Record) -> Vec<Finding> {
    let contests = record.election.contests.iter().chain(&record.election.results);
    let wrong = contests.flat_map(|contest| {
        let rounds = rounds(contest);
        rounds
            .into_iter()
            .flat_map(|round| of_round(contest, &round))
            .chain(seats(contest))
            .collect::<Vec<_>>()
    });
    let finding = |wrong: Wrong| Finding {
        severity: Severity::Warning,
        address: record.address.clone(),
        place: wrong.place,
        said: wrong.said,
        expected: wrong.expected,
    };
    wrong.map(finding).collect()
}

struct Wrong {
    place: String,
    said: String,
    expected: String,
}

/// Those of which anything is said; of one that only the contenders know, nothing but the number.
fn rounds(contest: &Contest) -> Vec<Round> {
    let mut rounds = contest.rounds.clone();
    for tally in contest.contenders.iter().flat_map(|contender| &contender.tallies) {
        if !rounds.iter().any(|round| round.number == tally.round) {
            rounds.push(Round { number: tally.round, ..Round::default() });
        }
    }
    rounds
}

fn of_round(contest: &Contest, round: &Round) -> Vec<Wrong> {
    let number = round.number;
    let mut wrong = Vec::new();
    let mut find = |what: &str, said: String, expected: String| {
        let place = format!("{what}, round {number}");
        wrong.push(Wrong { place, said, expected });
    };
    let both = round.valid_and_invalid();
    if let Some((cast, both)) = round.cast.zip(both).filter(|(cast, both)| cast != both) {
        let expected = format!("{} valid and invalid ones", grouped(both));
        find("cast", grouped(cast), expected);
    }
    for (what, part, whole_name, whole) in [
        ("valid", round.valid, "cast", round.cast),
        ("cast", round.cast, "registered", round.registered),
        ("valid", round.valid, "registered", round.registered),
    ] {
        if let Some((part, whole)) = part.zip(whole).filter(|(part, whole)| part > whole) {
            find(what, grouped(part), format!("at most the {} {whole_name}", grouped(whole)));
        }
    }
    if let Some((turnout, registered)) = round.turnout.zip(round.registered)
        && let Some(cast) = round.cast.or(both)
        && let Some((least, most)) = parts(turnout, registered)
        && !(least..=most).contains(&u128::from(cast))
    {
        let said = format!("{turnout} % of {} registered", grouped(registered));
        find(
            "turnout",
            said,
            format!("{} cast; these would be {}", grouped(cast), between(least, most)),
        );
    }
    let tallies: Vec<_> = contest
        .contenders
        .iter()
        .filter_map(|contender| Some((contender_name(contender), contender.tally(number)?)))
        .collect();
    let shares = tallies.iter().filter_map(|(_, tally)| tally.share);
    if let Some(least) = least_sum(shares.clone()) {
        let sum: f64 = shares.map(Decimal::to_f64).sum();
        find(
            "shares",
            format!("{sum:.2} % together"),
            format!("at most 100; rounding leaves {least:.2}"),
        );
    }
    let votes: Option<u64> =
        tallies.iter().filter_map(|(_, tally)| tally.votes).try_fold(0_u64, u64::checked_add);
    if let Some((votes, valid)) = votes.zip(round.valid).filter(|(votes, valid)| votes > valid) {
        find(
            "votes",
            format!("{} together", grouped(votes)),
            format!("at most the {} valid", grouped(valid)),
        );
    }
    wrong.extend(wholes(number, &tallies, round));
    wrong
}

/// Of how many votes a contender's are the stated share.
struct Bound<'a> {
    name: &'a str,
    votes: u64,
    share: Decimal,
    least: u128,
    most: u128,
}

impl<'a> Bound<'a> {
    fn of(name: &'a str, tally: &Tally) -> Option<Self> {
        let (votes, share) = tally.votes.zip(tally.share)?;
        let (least, most) = whole(votes, share)?;
        Some(Self { name, votes, share, least, most })
    }

    fn holds(&self, whole: u64) -> bool {
        (self.least..=self.most).contains(&u128::from(whole))
    }

    fn range(&self) -> String {
        between(self.least, self.most)
    }

    fn said(&self) -> String {
        format!("{} % with {} votes", self.share, grouped(self.votes))
    }

    fn place(&self, round: u8) -> String {
        format!("{}: share, round {round}", self.name)
    }
}

/// The number of votes that the shares are of: each contender's votes and share bound it.
fn wholes(number: u8, tallies: &[(String, &Tally)], round: &Round) -> Vec<Wrong> {
    let bounds = tallies.iter().filter_map(|(name, tally)| Bound::of(name, tally));
    let bounds: Vec<Bound<'_>> = bounds.collect();
    // Some sources take shares of all ballots, and not of the valid ones.
    let stated = [round.cast, round.valid].into_iter().flatten();
    let fits = |whole: &u64| bounds.iter().filter(|bound| bound.holds(*whole)).count();
    if let Some(best) = stated.max_by_key(fits) {
        let odd = bounds.iter().filter(|bound| !bound.holds(best));
        let wrong = odd.map(|bound| Wrong {
            place: bound.place(number),
            said: bound.said(),
            expected: format!("of {} votes; it would be of {}", grouped(best), bound.range()),
        });
        return wrong.collect();
    }
    let highest = bounds.iter().max_by_key(|bound| bound.least);
    let lowest = bounds.iter().min_by_key(|bound| bound.most);
    let apart = highest.zip(lowest).filter(|(one, other)| one.least > other.most);
    let wrong = apart.map(|(one, other)| Wrong {
        place: one.place(number),
        said: format!("{}, so of {}", one.said(), one.range()),
        expected: format!("of {}, as {} has", other.range(), other.name),
    });
    wrong.into_iter().collect()
}

fn seats(contest: &Contest) -> Option<Wrong> {
    let whole = contest.seats.as_ref()?.count?;
    let won = contest.contenders.iter().filter_map(Contender::seats);
    let won = won.into_iter().try_fold(0_u64, u64::checked_add)?;
    (won > whole).then(|| Wrong {
        place: "seats".to_owned(),
        said: format!("{} together", grouped(won)),
        expected: format!("at most the {} to be filled", grouped(whole)),
    })
}

/// Twice a percentage, in units of its last digit, less and more by the one half that rounding hides; and twice
/// such units in 100.
fn doubled(percentage: Decimal) -> Option<(u128, u128, u128)> {
    let mantissa = u128::try_from(percentage.mantissa()).ok()?;
    let hundred = 200 * 10_u128.pow(u32::from(percentage.scale()));
    Some(((2 * mantissa).saturating_sub(1), 2 * mantissa + 1, hundred))
}

/// The least and the greatest part of a whole that round to a percentage.
fn parts(percentage: Decimal, whole: u64) -> Option<(u128, u128)> {
    let (least, most, hundred) = doubled(percentage)?;
    let whole = u128::from(whole);
    Some(((least * whole).div_ceil(hundred), most * whole / hundred))
}

/// The least and the greatest whole of which a part is a rounded percentage. None where the percentage may be
/// nothing, which bounds no whole.
fn whole(part: u64, percentage: Decimal) -> Option<(u128, u128)> {
    let (least, most, hundred) = doubled(percentage)?;
    if least == 0 || part == 0 {
        return None;
    }
    let part = u128::from(part) * hundred;
    Some((part.div_ceil(most), part / least))
}

/// The least that rounded shares can add up to, where that is more than 100.
fn least_sum(shares: impl Iterator<Item = Decimal>) -> Option<f64> {
    let least: f64 =
        shares.map(|share| share.to_f64() - share.rounding()).map(|least| least.max(0.0)).sum();
    (least > 100.0 + 1e-9).then_some(least)
}

fn between(least: u128, most: u128) -> String {
    let [least, most] = [least, most].map(|number| u64::try_from(number).unwrap_or(u64::MAX));
    match most.checked_sub(least) {
        Some(0) => grouped(least),
        _ => format!("{} to {}", grouped(least), grouped(most)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn wrong(contest: serde_json::Value) -> Vec<String> {
        let contest: Contest = serde_json::from_value(contest).unwrap();
        let rounds = rounds(&contest);
        let found =
            rounds.iter().flat_map(|round| of_round(&contest, round)).chain(seats(&contest));
        found.map(|wrong| format!("{}: {}; {}", wrong.place, wrong.said, wrong.expected)).collect()
    }

    fn contenders(results: &[(u64, &str)]) -> serde_json::Value {
        let names = ["A", "B", "C"];
        let contender = |((votes, share), name): (&(u64, &str), &str)| json!({"people": [{"name": name}], "tallies": [{"round": 1, "votes": votes, "share": share}]});
        results.iter().zip(names).map(contender).collect()
    }

    /// The seed's figures: 66.65 % and 32.51 % of 47,095 and 22,967 votes, of 70,655 or 70,656.
    #[test]
    fn what_rounding_explains_is_no_finding() {
        let results = [(47_095, "66.65"), (22_967, "32.51")];
        assert_eq!(whole(47_095, "66.65".parse().unwrap()), Some((70_655, 70_665)));
        assert_eq!(whole(22_967, "32.51".parse().unwrap()), Some((70_636, 70_656)));
        assert_eq!(parts("73.53".parse().unwrap(), 98_909), Some((72_723, 72_732)));
        let none: [String; 0] = [];
        let rounds = json!([{"number": 1, "registered": 98_909, "turnout": "73.53", "cast": 72_730, "valid": 70_656}]);
        assert_eq!(wrong(json!({"contenders": contenders(&results), "rounds": rounds})), none);
        assert_eq!(wrong(json!({"contenders": contenders(&results)})), none);
        // Of all ballots, as some sources have it.
        let rounds = json!([{"number": 1, "cast": 70_656, "valid": 69_000}]);
        assert_eq!(wrong(json!({"contenders": contenders(&results[..1]), "rounds": rounds})), none);
    }

    #[test]
    fn what_it_does_not_explain_is_told_with_the_arithmetic() {
        let results = [(47_095, "66.65"), (22_967, "33.51")];
        assert_eq!(
            wrong(json!({"contenders": contenders(&results)})),
            [
                "shares, round 1: 100.16 % together; at most 100; rounding leaves 100.15",
                "A: share, round 1: 66.65 % with 47,095 votes, so of 70,655 to 70,665; of 68,528 to 68,547, as B has",
            ]
        );
        let rounds = json!([{"number": 1, "registered": 98_909, "turnout": "73.53", "cast": 72_740, "valid": 70_000, "invalid": 10}]);
        assert_eq!(
            wrong(json!({"contenders": contenders(&results[..1]), "rounds": rounds})),
            [
                "cast, round 1: 72,740; 70,010 valid and invalid ones",
                "turnout, round 1: 73.53 % of 98,909 registered; 72,740 cast; these would be 72,723 to 72,732",
                "A: share, round 1: 66.65 % with 47,095 votes; of 70,000 votes; it would be of 70,655 to 70,665",
            ]
        );
        let seats = json!([{"tallies": [{"round": 1, "seats": 60}]}, {"tallies": [{"round": 1, "seats": 41}]}]);
        let contest = json!({"seats": {"count": 100, "text": "100"}, "contenders": seats});
        assert_eq!(wrong(contest), ["seats: 101 together; at most the 100 to be filled"]);
        let rounds = json!([{"number": 1, "registered": 10, "cast": 12, "valid": 13}]);
        assert_eq!(
            wrong(json!({"contenders": contenders(&[(14, "100")]), "rounds": rounds}))[..3],
            [
                "valid, round 1: 13; at most the 12 cast",
                "cast, round 1: 12; at most the 10 registered",
                "valid, round 1: 13; at most the 10 registered",
            ]
        );
    }
}
