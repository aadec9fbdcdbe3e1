//! Matches the contenders of two contests by person, by party and by party lineage.

pub(crate) mod folded_name;
pub(crate) mod identifiers;
pub(crate) mod lineage;
mod match_state;
pub(crate) mod name_matcher;
mod pairing;
mod successions;

use std::cell::LazyCell;
use std::collections::BTreeMap;

use crate::model::{Contender, ElectionType, PartialDate};
use identifiers::IdentifierScope;
use lineage::{LineageIndex, PartyId};
use match_state::{ContenderIdentity, MatchResult, MatchState, SoleMembers};
pub(crate) use pairing::Pairing;
pub use pairing::{Confidence, MatchMethod};

/// Options for matching the contenders of two contests.
#[derive(Debug, Clone, Copy, Default)]
pub struct MatchOptions<'a> {
    /// Index of party successions.
    pub lineage: Option<&'a LineageIndex>,
    /// Dates of the two contests, which determine the successions that lie between them.
    pub dates: Option<[PartialDate; 2]>,
    /// Whether to match two names as spellings of one name, if only one candidate fits.
    pub match_spellings: bool,
    /// Whether the contests are versions of one contest. Then identifiers match contenders, and no
    /// party became another between them.
    pub same_election: bool,
    /// Whether two versions are of one source, so that the source's own identifiers match contenders.
    pub same_source: bool,
}

/// Matches the contenders of two contests, each at most once. In a parliamentary contest a party
/// stays the same under a new leader. In any other contest, two people are two contenders, even of
/// the same party. The lineages supply the predecessors and successors of parties that ended or
/// began between the contests.
pub(super) fn match_contenders(
    before: &[Contender],
    after: &[Contender],
    kind: Option<&ElectionType>,
    options: &MatchOptions<'_>,
) -> MatchResult {
    let lineage = options.lineage.filter(|lineage| !lineage.is_empty());
    let [one, other] = [before, after].map(|side| -> Vec<ContenderIdentity<'_>> {
        side.iter().map(|contender| ContenderIdentity::new(contender, lineage)).collect()
    });
    let parliament = kind.is_some_and(|kind| kind.is_comparable_to(&ElectionType::Parliamentary));
    let mut state = MatchState::new(&one, &other);
    let identical = |at: usize, to: usize| (before[at] == after[to]).then_some(Confidence::Certain);
    state.pair(MatchMethod::Identical, ContenderIdentity::traits, identical);
    if options.same_election {
        let scope = IdentifierScope { is_parliament: parliament, same_source: options.same_source };
        identifiers::pair_by_identifier(&mut state, before, after, scope);
    }
    let person = |at: usize, to: usize| one[at].person_confidence(&other[to]);
    if !parliament {
        state.pair(MatchMethod::Person, |identity| identity.people_traits().collect(), person);
    }
    let unmatched = [state.left(), state.entered()];
    let sole_members = LazyCell::new(|| SoleMembers::new([&one, &other], &unmatched));
    state.pair(
        MatchMethod::Party,
        |identity| identity.party_traits().collect(),
        |at, to| {
            let bare = parliament || one[at].people.is_empty() || other[to].people.is_empty();
            one[at]
                .party_confidence(&other[to])
                .filter(|_| bare && sole_members.are_both_sole(at, to))
        },
    );
    if parliament {
        // If a lineage contains both parties, a leader who changed parties does not match them,
        // because the voters need not have followed.
        let led = |at: usize, to: usize| {
            person(at, to).filter(|_| one[at].shares_party_id(&other[to]).is_none())
        };
        state.pair(MatchMethod::Person, |identity| identity.people_traits().collect(), led);
    }
    let mut party_splits = Vec::new();
    state.mark_renamed(lineage, after, options.same_election);
    if let Some(lineage) = lineage.filter(|_| !options.same_election) {
        let party = |identity: &ContenderIdentity<'_>| parliament || identity.people.is_empty();
        let sides = [&one, &other].map(|side| sole_contenders_by_party(side, party));
        party_splits = successions::group_successions(
            &mut state,
            lineage,
            sides,
            options.dates,
            [before, after],
        );
    }
    if options.match_spellings {
        let suggestions =
            name_matcher::similar_names(before, after, &state.left(), &state.entered());
        for (at, to) in suggestions {
            state.add(Pairing::new(at, to, MatchMethod::Spelling, Confidence::Possible));
        }
    }
    state.pairings.sort_by_key(|pairing| pairing.after.first().copied());
    MatchResult {
        left: state.left(),
        entered: state.entered(),
        pairings: state.pairings,
        party_splits,
    }
}

/// Maps each party to its contender. Parties with more than one contender are omitted.
fn sole_contenders_by_party(
    side: &[ContenderIdentity<'_>],
    party: impl Fn(&ContenderIdentity<'_>) -> bool,
) -> BTreeMap<PartyId, usize> {
    let mut indices: BTreeMap<PartyId, Vec<usize>> = BTreeMap::new();
    for (at, identity) in side.iter().enumerate().filter(|(_, identity)| party(identity)) {
        identity.party_ids.iter().for_each(|id| indices.entry(*id).or_default().push(at));
    }
    let sole = |(id, at): (PartyId, Vec<usize>)| Some((id, *at.first().filter(|_| at.len() == 1)?));
    indices.into_iter().filter_map(sole).collect()
}
