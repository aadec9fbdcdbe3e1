//! The winner of an area with one seat.

use crate::model::{Contender, Contest};

/// Returns the index of the contender with the most votes in the last round, or of the one elected
/// without a vote.
///
/// # Errors
/// Returns what was expected if no contender or several have the most votes, if votes are unknown,
/// or if an option has as many.
pub(super) fn winner(contest: &Contest, area: &str) -> Result<usize, String> {
    let seat = format!("in '{area}', for its seat (seats = \"winners\")");
    let contenders = &contest.contenders;
    let unopposed: Vec<usize> = (0..contenders.len())
        .filter(|at| contenders.get(*at).is_some_and(|one| one.unopposed.is_some()))
        .collect();
    match unopposed.as_slice() {
        [] => {}
        [one] if contenders.len() == 1 => return Ok(*one),
        _ => return Err(format!("one contender {seat}; some are elected without a vote")),
    }
    let rounds = contenders.iter().flat_map(|one| &one.tallies).map(|tally| tally.round);
    let Some(last) = rounds.max() else {
        return Err(format!("votes {seat}; it has none"));
    };
    let in_last_round = |one: &Contender| one.tallies.iter().any(|tally| tally.round == last);
    let mut votes: Vec<(u64, usize)> = Vec::new();
    for (at, one) in contenders.iter().enumerate() {
        // A contender without any tally may have stood in the last round.
        if !in_last_round(one) && !one.tallies.is_empty() {
            continue;
        }
        let tally = one.tallies.iter().find(|tally| tally.round == last);
        let Some(count) = tally.and_then(|tally| tally.votes) else {
            return Err(format!("the votes of '{}' {seat}", one.name()));
        };
        votes.push((count, at));
    }
    votes.sort_unstable_by(|one, other| other.cmp(one));
    let name =
        |at: usize| contenders.get(at).map(|one| one.name().into_owned()).unwrap_or_default();
    let (most, at) = match votes.as_slice() {
        [] => return Err(format!("votes {seat}; it has none")),
        [(most, one), (second, other), ..] if most == second => {
            return Err(format!(
                "one contender with the most votes {seat}; '{}' and '{}' both have {most}",
                name(*other),
                name(*one)
            ));
        }
        [first, ..] => *first,
    };
    let option = contest.options.iter().find(|option| {
        let tally = option.tallies.iter().find(|tally| tally.round == last);
        tally.and_then(|tally| tally.votes).is_some_and(|votes| votes >= most)
    });
    match option {
        Some(option) => Err(format!(
            "a contender with the most votes {seat}; '{option}' has as many as '{}', or more",
            name(at)
        )),
        None if most == 0 => Err(format!("votes {seat}; all contenders have 0")),
        None => Ok(at),
    }
}
