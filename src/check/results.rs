//! What a page's boxes say against what its tables of results say.

use super::finding::{Topic, Wrong};
use crate::archive::Record;
use crate::diff::{self, contender_name};
use crate::model::{Contest, grouped};

/// Every number that a box and a table state differently.
pub(super) fn check(record: &Record) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    for table in &record.election.results {
        // A table is of the contest whose contenders it lists.
        let contests = record.election.contests.iter();
        let contest = contests.max_by_key(|contest| diff::in_both(contest, table).len());
        let Some(contest) = contest else { continue };
        for (place, said, expected) in compare(contest, table) {
            let said = format!("{} in the box", grouped(said));
            let expected = format!("{}, as the table of results has", grouped(expected));
            wrong.push(Wrong::new(Topic::BoxAndTable, &place, said, expected));
        }
    }
    wrong
}

/// The places at which both state a number, and not the same.
fn compare(contest: &Contest, table: &Contest) -> Vec<(String, u64, u64)> {
    let mut places = Vec::new();
    let pairs = diff::in_both(contest, table);
    if pairs.is_empty() {
        return Vec::new();
    }
    for (one, other) in pairs {
        let name = contender_name(other);
        for one in &one.tallies {
            let ballot = one.ballot();
            let Some(other) = other.tally(ballot) else { continue };
            places.push((format!("{name}: votes, {ballot}"), one.votes, other.votes));
        }
        places.push((format!("{name}: seats"), one.seats_won(), other.seats_won()));
    }
    for one in &contest.rounds {
        let Some(other) = table.round(one.ballot()) else { continue };
        let place = |field: &str| format!("{field}, {}", one.ballot());
        places.push((place("registered"), one.registered, other.registered));
        places.push((place("cast"), one.cast, other.cast));
        places.push((place("valid"), one.valid, other.valid));
        places.push((place("invalid"), one.invalid, other.invalid));
    }
    let both = places.into_iter().filter_map(|(place, one, other)| Some((place, one?, other?)));
    both.filter(|(_, one, other)| one != other).collect()
}
