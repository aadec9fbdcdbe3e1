//! Matches the contenders of two contests by person, by party and by party lineage.

pub(crate) mod lineage;
pub(crate) mod name;
mod pairing;
mod party_events;
pub(crate) mod person;
mod unmatched;

use std::cell::LazyCell;
use std::collections::BTreeMap;

use crate::model::{Contender, ElectionType, PartialDate};
use lineage::{LineageIndex, PartyId};
pub(crate) use pairing::Pairing;
pub use pairing::{Confidence, MatchMethod};
use unmatched::{ContenderIdentity, MatchResult, MatchState, SoleMembers};

/// Options for matching the contenders of two contests, besides their names.
#[derive(Debug, Clone, Copy, Default)]
pub struct MatchOptions<'a> {
    /// Index of party successions.
    pub lineage: Option<&'a LineageIndex>,
    /// Dates of the two contests. They determine which successions lie between them.
    pub dates: Option<[PartialDate; 2]>,
    /// Whether to match two names as spellings of one, if only one candidate fits.
    pub spelling: bool,
}

/// Matches the contenders of two contests, each at most once. In a parliamentary contest a party
/// stays the same under a new leader. In a contest for an office two people are two contenders,
/// even of the same party. For parties that ended or began between the contests, the lineages
/// supply predecessors and successors.
pub(super) fn match_contenders(
    before: &[Contender],
    after: &[Contender],
    kind: Option<&ElectionType>,
    with: &MatchOptions<'_>,
) -> MatchResult {
    let genealogy = with.lineage.filter(|genealogy| !genealogy.is_empty());
    let [one, other] = [before, after].map(|side| -> Vec<ContenderIdentity<'_>> {
        side.iter().map(|contender| ContenderIdentity::of(contender, genealogy)).collect()
    });
    let parliament = kind.is_some_and(|kind| kind.comparable(&ElectionType::Parliamentary));
    let mut open = MatchState::new(&one, &other);
    let whole = |at: usize, to: usize| (before[at] == after[to]).then_some(Confidence::Certain);
    open.pair(MatchMethod::Whole, ContenderIdentity::traits, whole);
    let person = |at: usize, to: usize| one[at].shares_person(&other[to]);
    if !parliament {
        open.pair(MatchMethod::Person, |known| known.people_traits().collect(), person);
    }
    let places = [open.left(), open.entered()];
    let lone = LazyCell::new(|| SoleMembers::among([&one, &other], &places));
    open.pair(
        MatchMethod::Party,
        |known| known.party_traits().collect(),
        |at, to| {
            let bare = parliament || one[at].people.is_empty() || other[to].people.is_empty();
            one[at].same_party(&other[to]).filter(|_| bare && lone.is(at, to))
        },
    );
    if parliament {
        // If lineages contain both parties, a leader who changed parties does not match them: the
        // voters did not follow.
        let led = |at: usize, to: usize| {
            person(at, to).filter(|_| one[at].one_party(&other[to]).is_none())
        };
        open.pair(MatchMethod::Person, |known| known.people_traits().collect(), led);
    }
    let mut partings = Vec::new();
    if let Some(genealogy) = genealogy {
        open.renamed(genealogy, after);
        let party = |known: &ContenderIdentity<'_>| parliament || known.people.is_empty();
        let sides = [&one, &other].map(|side| sole_contenders_by_party(side, party));
        partings = party_events::group_successions(
            &mut open,
            genealogy,
            sides,
            with.dates,
            [before, after],
        );
    }
    if with.spelling {
        let alike = person::similar_names(before, after, &open.left(), &open.entered());
        for (at, to) in alike {
            open.add(Pairing::of(at, to, MatchMethod::Spelling, Confidence::Possible));
        }
    }
    open.pairings.sort_by_key(|pairing| pairing.after.first().copied());
    MatchResult { left: open.left(), entered: open.entered(), pairings: open.pairings, partings }
}

/// Maps each party to its contender. Parties with more than one contender are omitted.
fn sole_contenders_by_party(
    side: &[ContenderIdentity<'_>],
    party: impl Fn(&ContenderIdentity<'_>) -> bool,
) -> BTreeMap<PartyId, usize> {
    let mut places: BTreeMap<PartyId, Vec<usize>> = BTreeMap::new();
    for (at, known) in side.iter().enumerate().filter(|(_, known)| party(known)) {
        known.ids.iter().for_each(|id| places.entry(*id).or_default().push(at));
    }
    let lone = |(id, at): (PartyId, Vec<usize>)| Some((id, *at.first().filter(|_| at.len() == 1)?));
    places.into_iter().filter_map(lone).collect()
}
