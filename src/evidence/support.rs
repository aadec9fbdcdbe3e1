//! Calculations with other stated figures that give the value of a figure.

use crate::analysis::diff::{FieldPath, contest_name};
use crate::model::{Contest, Decimal, Election, RoundFigures, group_digits};

/// Returns the calculations that support a figure: each has the figure among its terms or as its
/// result, and its result equals what the record states, within the precision of that statement.
pub(super) fn supporting_arithmetic(election: &Election, path: &FieldPath) -> Vec<String> {
    let several = election.contests.len() > 1;
    let contest = election
        .contests
        .iter()
        .find(|contest| several.then(|| contest_name(contest)) == path.contest);
    let Some(contest) = contest else { return Vec::new() };
    let number = path.round.unwrap_or(1);
    let Some(round) = contest.round(number) else { return Vec::new() };
    let mut found: Vec<String> = match (&path.contender, path.field.as_str()) {
        (None, "turnout") => vec![turnout(round)],
        (None, "registered") => vec![turnout(round)],
        (None, "cast") => vec![turnout(round), ballots(round)],
        (None, "valid") => vec![ballots(round), votes(contest, round, number)],
        (None, "invalid") => vec![ballots(round)],
        (Some(_), "votes") => {
            vec![votes(contest, round, number), share(contest, round, path, number)]
        }
        (Some(_), "share") => vec![share(contest, round, path, number)],
        _ => Vec::new(),
    }
    .into_iter()
    .flatten()
    .collect();
    found.dedup();
    found
}

/// Number of fractional digits of a computed percentage.
const SCALE: u8 = 4;

/// Returns a percentage, rounded down to [`SCALE`] digits.
fn percentage(part: u64, whole: u64) -> Option<Decimal> {
    let scaled = (u128::from(part) * 1_000_000).checked_div(u128::from(whole))?;
    Decimal::new(i64::try_from(scaled).ok()?, SCALE)
}

fn turnout(round: &RoundFigures) -> Option<String> {
    let (cast, registered, stated) = (round.cast?, round.registered?, round.turnout?);
    let computed = percentage(cast, registered)?;
    let [cast, registered] = [cast, registered].map(group_digits);
    computed.agrees_with(stated).then(|| {
        format!("turnout: {cast} cast / {registered} registered = {computed} %, stated {stated} %")
    })
}

fn ballots(round: &RoundFigures) -> Option<String> {
    let (sum, cast) = (round.valid_and_invalid()?, round.cast?);
    let [valid, invalid] = [round.valid?, round.invalid?].map(group_digits);
    (sum == cast).then(|| {
        format!("ballots cast: {valid} valid + {invalid} invalid = {}", group_digits(cast))
    })
}

/// Returns the votes of all contenders and options, if these are the valid votes.
fn votes(contest: &Contest, round: &RoundFigures, number: u8) -> Option<String> {
    let valid = round.valid?;
    let contenders = contest.contenders.iter().filter_map(|one| one.tally(number)?.votes);
    let options = contest.options.iter();
    let options = options.filter_map(|option| {
        option.tallies.iter().find(|tally| tally.ballot() == number.into())?.votes
    });
    let all: Vec<u64> = contenders.chain(options).collect();
    let sum = all.iter().try_fold(0_u64, |sum, votes| sum.checked_add(*votes))?;
    (sum == valid && !all.is_empty()).then(|| {
        let valid = group_digits(valid);
        format!("valid votes: the votes of all {} listed add up to {valid}", all.len())
    })
}

fn share(contest: &Contest, round: &RoundFigures, path: &FieldPath, number: u8) -> Option<String> {
    let name = path.contender.as_deref()?;
    let contender = contest.contenders.iter().find(|contender| contender.name() == name)?;
    let tally = contender.tally(number)?;
    let (votes, valid, stated) = (tally.votes?, round.valid?, tally.share?);
    let computed = percentage(votes, valid)?;
    let [votes, valid] = [votes, valid].map(group_digits);
    computed
        .agrees_with(stated)
        .then(|| format!("share: {votes} votes / {valid} valid = {computed} %, stated {stated} %"))
}
