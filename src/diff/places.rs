//! Whether two elections are of different parts of one country, and so not to be compared unless that is asked for.

use crate::chain::race::Part;
use crate::model::{Contest, Election, Kind, Link, fold, known_territory, slug};

/// What a place is called that is no part of its country.
const WHOLE: &str = "the whole country";

/// The parts of one country that the titles of two elections name, where these are not the same, and neither election
/// names the other as the one before or after.
///
/// ```
/// use hustings::diff::places;
/// use hustings::model::Election;
/// let of = |title: &str| Election { title: title.into(), country: Some("Ruritania".into()), ..Election::default() };
/// let (north, south) = (of("1901 Northmarch by-election"), of("1902 Southmarch by-election"));
/// assert_eq!(places(&north, &south), Some(["Northmarch".to_owned(), "Southmarch".to_owned()]));
/// assert_eq!(places(&north, &of("Northmarch by-election, 1905")), None);
/// ```
#[must_use]
pub fn places(before: &Election, after: &Election) -> Option<[String; 2]> {
    let (one, other) = before.country.as_deref().zip(after.country.as_deref())?;
    let known = || known_territory(one).is_some_and(|known| known_territory(other) == Some(known));
    if slug(one) != slug(other) && !known() || names(before, after) || names(after, before) {
        return None;
    }
    let (one, other) =
        Part::of(&before.title, Some(one)).zip(Part::of(&after.title, Some(other)))?;
    let shown = |part: Part| if part.name.is_empty() { WHOLE.to_owned() } else { part.name };
    (one.words != other.words).then(|| [one, other].map(shown))
}

/// Whether what is measured of one election can be held against another, which is the latest before it: not where they are
/// of different parts of a country, nor of by-elections that do not say of which part they are.
pub(crate) fn comparable(before: &Election, after: &Election) -> bool {
    let parts =
        [before, after].map(|election| Part::of(&election.title, election.country.as_deref()));
    let by_election = [before, after].iter().any(|election| election.holds(&Kind::ByElection));
    let unknown = parts.iter().all(|part| part.as_ref().is_none_or(|part| part.words.is_empty()));
    let linked = names(before, after) || names(after, before);
    linked || places(before, after).is_none() && !(by_election && unknown)
}

/// Whether an election names another as the one before or after it.
fn names(one: &Election, other: &Election) -> bool {
    let of = |contest: &'_ Contest| [contest.previous.clone(), contest.next.clone()];
    let own = [one.previous.clone(), one.next.clone()];
    let links = own.into_iter().chain(one.contests.iter().flat_map(of)).flatten();
    let title = fold(&other.title);
    let is_it = |link: Link| link.title.is_some_and(|named| fold(&named) == title);
    links.into_iter().any(is_it)
}
