//! Further infoboxes of a page. Their contests are added to the election. Their other values never
//! replace those of the first infobox.

use crate::model::{Contest, Detail, DetailValue, Election};

/// Adds the contests of another infobox. The name, type, dates and links of that infobox become
/// those of its first contest, unless the contest states them.
pub(crate) fn merge_infobox(election: &mut Election, other: Election) {
    let mut contests = other.contests.into_iter();
    let first = contests.next().unwrap_or_default();
    let country = other.country.filter(|country| election.country.as_ref() != Some(country));
    let country = country.map(|country| Detail {
        parameter: "country".to_owned(),
        label: None,
        value: DetailValue::Text(country),
    });
    let first = Contest {
        name: first.name.or(other.name),
        kind: first.kind.or(other.kind),
        dates: if first.dates.is_empty() { other.dates } else { first.dates },
        previous: first.previous.or(other.previous),
        next: first.next.or(other.next),
        details: first.details.into_iter().chain(other.details).chain(country).collect(),
        unparsed: first.unparsed.into_iter().chain(other.unparsed).collect(),
        ..first
    };
    if first != Contest::default() {
        election.contests.push(first);
    }
    election.contests.extend(contests);
}
