//! Another box of a page: its contests are added to the election's, and what it says of itself alone never takes
//! the place of what the first box says.

use crate::model::{Contest, Detail, Election, Value};

/// Adds the contests of another box. What it says of itself alone, its name, dates and links, belongs to the
/// first of them.
pub(super) fn absorb(election: &mut Election, other: Election) {
    let mut contests = other.contests.into_iter();
    let first = contests.next().unwrap_or_default();
    let country = other.country.filter(|country| election.country.as_ref() != Some(country));
    let country = country.map(|country| Detail {
        parameter: "country".to_owned(),
        label: None,
        value: Value::Text(country),
    });
    let first = Contest {
        name: first.name.or(other.name),
        kind: first.kind.or(other.kind),
        dates: if first.dates.is_empty() { other.dates } else { first.dates },
        previous: first.previous.or(other.previous),
        next: first.next.or(other.next),
        details: first.details.into_iter().chain(other.details).chain(country).collect(),
        kept: first.kept.into_iter().chain(other.kept).collect(),
        ..first
    };
    if first != Contest::default() {
        election.contests.push(first);
    }
    election.contests.extend(contests);
}
