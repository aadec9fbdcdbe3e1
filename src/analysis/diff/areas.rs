//! Detects elections for different parts of one country, which are compared only on request.

use crate::analysis::chain::title_area::TitleArea;
use crate::model::{Contest, Election, ElectionType, Link, find_territory, fold, slug};

/// Name of the place if an election is for the whole country.
const WHOLE_COUNTRY: &str = "the whole country";

/// Returns the parts of a country named in the titles of two elections, if the parts differ and
/// neither election links to the other. `None` if the elections can be compared.
///
/// ```
/// use hustings::analysis::diff::differing_areas;
/// use hustings::model::Election;
/// let of = |title: &str| Election { title: title.into(), country: Some("Ruritania".into()), ..Election::default() };
/// let (north, south) = (of("1901 Northmarch by-election"), of("1902 Southmarch by-election"));
/// assert_eq!(differing_areas(&north, &south), Some(["Northmarch".to_owned(), "Southmarch".to_owned()]));
/// assert_eq!(differing_areas(&north, &of("Northmarch by-election, 1905")), None);
/// ```
#[must_use]
pub fn differing_areas(before: &Election, after: &Election) -> Option<[String; 2]> {
    let (one, other) = before.country.as_deref().zip(after.country.as_deref())?;
    let known = || find_territory(one).is_some_and(|known| find_territory(other) == Some(known));
    if slug(one) != slug(other) && !known() || links_to(before, after) || links_to(after, before) {
        return None;
    }
    let (one, other) = TitleArea::from_title(&before.title, Some(one))
        .zip(TitleArea::from_title(&after.title, Some(other)))?;
    let display_name = |part: TitleArea| {
        if part.name.is_empty() { WHOLE_COUNTRY.to_owned() } else { part.name }
    };
    (one.words != other.words).then(|| [one, other].map(display_name))
}

/// Returns whether measures of two elections can be compared. Linked elections can be compared.
/// Others cannot if they are for different parts of a country, or if one is a by-election and
/// neither title names a part.
pub(crate) fn can_compare_measures(before: &Election, after: &Election) -> bool {
    let parts = [before, after]
        .map(|election| TitleArea::from_title(&election.title, election.country.as_deref()));
    let by_election =
        [before, after].iter().any(|election| election.has_type(&ElectionType::ByElection));
    let unknown = parts.iter().all(|part| part.as_ref().is_none_or(|part| part.words.is_empty()));
    let linked = links_to(before, after) || links_to(after, before);
    linked || differing_areas(before, after).is_none() && !(by_election && unknown)
}

/// Returns whether an election links to another as its previous or next election.
fn links_to(one: &Election, other: &Election) -> bool {
    let of = |contest: &'_ Contest| [contest.previous.clone(), contest.next.clone()];
    let own = [one.previous.clone(), one.next.clone()];
    let links = own.into_iter().chain(one.contests.iter().flat_map(of)).flatten();
    let title = fold(&other.title);
    let is_it = |link: Link| link.title.is_some_and(|named| fold(&named) == title);
    links.into_iter().any(is_it)
}
