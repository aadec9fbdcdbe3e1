//! Compares the infoboxes of a page with its tables of results.

use super::finding::{FindingDraft, Rule};
use crate::analysis::diff;
use crate::archive::Record;
use crate::model::{Contest, group_digits};

/// Returns a finding for every number that an infobox and a table state differently.
pub(super) fn check(record: &Record) -> Vec<FindingDraft> {
    let mut drafts = Vec::new();
    for table in &record.election.results {
        // A table belongs to the contest with which it shares the most contenders.
        let contests = record.election.contests.iter();
        let contest = contests.max_by_key(|contest| diff::contenders_in_both(contest, table).len());
        let Some(contest) = contest else { continue };
        for (place, stated, expected) in differing_numbers(contest, table) {
            let (stated, expected) = (group_digits(stated), group_digits(expected));
            drafts.push(match &table.sum {
                Some(sum) => {
                    let areas = group_digits(u64::from(sum.areas));
                    let expected = format!("{expected}, the sum over {areas} areas");
                    FindingDraft::new(Rule::AreaSum, &place, stated, expected)
                }
                None => {
                    let stated = format!("{stated} in the box");
                    let expected = format!("{expected}, as the table of results has");
                    FindingDraft::new(Rule::InfoboxAndTable, &place, stated, expected)
                }
            });
        }
    }
    drafts
}

/// Returns the places where the infobox and the table state different numbers.
fn differing_numbers(contest: &Contest, table: &Contest) -> Vec<(String, u64, u64)> {
    let mut places = Vec::new();
    let pairs = diff::contenders_in_both(contest, table);
    if pairs.is_empty() {
        return Vec::new();
    }
    for (one, other) in pairs {
        let name = other.name().into_owned();
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
        places.push((place("blank"), one.blank, other.blank));
    }
    let both = places.into_iter().filter_map(|(place, one, other)| Some((place, one?, other?)));
    both.filter(|(_, one, other)| one != other).collect()
}
