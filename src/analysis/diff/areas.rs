//! Detects elections for different parts of one country, which are compared only on request.

use crate::analysis::chain::title_area::TitleArea;
use crate::model::{Area, Contest, Election, ElectionType, Link, find_territory, fold, slug};

/// Name of the place if an election is for the whole country.
const WHOLE_COUNTRY: &str = "the whole country";

/// Returns the parts of a country that two elections state, if these differ, or have different
/// boundaries. If neither states one, returns the parts that their titles name, if these differ and
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
    if let Some(agree) = do_stated_areas_agree(before, after) {
        let display_name = |election: &Election| {
            election.area.as_ref().map_or_else(|| WHOLE_COUNTRY.to_owned(), Area::to_string)
        };
        let names = [before, after].map(display_name);
        if !agree {
            return Some(names);
        }
        let boundaries = boundary_change(before, after)?;
        let [one, other] = names;
        let [before, after] = boundaries;
        return Some([
            format!("{one}, with the boundaries of {before}"),
            format!("{other}, with the boundaries of {after}"),
        ]);
    }
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

/// Returns the boundaries of the area of two elections, if both state them and they differ.
pub(crate) fn boundary_change(before: &Election, after: &Election) -> Option<[String; 2]> {
    before.area.as_ref()?.boundary_change(after.area.as_ref()?)
}

/// Returns whether two elections are of one area, whatever its boundaries. `None` if neither states
/// an area. If one of them does, the title of the other must name that area.
pub(crate) fn do_stated_areas_agree(before: &Election, after: &Election) -> Option<bool> {
    let is_named_by = |area: &Area, other: &Election| {
        let part = TitleArea::from_title(&other.title, other.country.as_deref());
        let mut words: Vec<String> =
            area.name().split_whitespace().map(slug).filter(|word| !word.is_empty()).collect();
        words.sort();
        part.is_some_and(|part| !part.words.is_empty() && part.words == words)
    };
    match (&before.area, &after.area) {
        (None, None) => None,
        (Some(one), Some(other)) => Some(one.is_same(other, true)),
        (Some(area), None) => Some(is_named_by(area, after)),
        (None, Some(area)) => Some(is_named_by(area, before)),
    }
}

/// Returns whether measures of two elections can be compared, if their boundaries allow it. Linked elections can be compared.
/// Others cannot if they are for different parts of a country, or if one is a by-election and
/// neither title names a part.
pub(crate) fn can_compare_measures(before: &Election, after: &Election) -> bool {
    if let Some(agree) = do_stated_areas_agree(before, after) {
        return agree;
    }
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
