//! Matches contenders of two versions of one contest by the identifiers that their source states.

use std::collections::HashMap;

use super::folded_name::name_confidence;
use super::match_state::MatchState;
use super::pairing::{Confidence, MatchMethod, Pairing};
use crate::model::{Contender, Detail, Reference, fold, is_independent};

/// An identifier of a contender: the name of the detail that states it, and its value.
type Identifier = (String, String);

/// Which identifiers match contenders.
#[derive(Debug, Clone, Copy)]
pub(super) struct IdentifierScope {
    /// Whether an identifier of a party also matches two people.
    pub(super) is_parliament: bool,
    /// Whether both sides are of one source, so that its own identifiers mean the same.
    pub(super) same_source: bool,
}

/// Schemes of identifiers that mean the same in every source.
const COMMON_SCHEMES: [&str; 4] = ["wikidata", "wikipedia", "partyfacts", "parlgov"];

/// Returns the identifiers that a contender states in its details: `party_id`, `wikidata`.
fn identifiers(contender: &Contender, same_source: bool) -> Vec<Identifier> {
    let identifier = |detail: &Detail| {
        let name = fold(detail.label.as_deref().unwrap_or(&detail.parameter));
        let value = detail.value.to_string();
        let is_common = COMMON_SCHEMES.iter().any(|scheme| name.starts_with(scheme));
        let is_usable = same_source || is_common;
        (is_identifier(&name) && is_usable && !value.is_empty()).then_some((name, value))
    };
    contender.details.iter().filter_map(identifier).collect()
}

/// Returns whether a folded name is that of an identifier. Underscores are folded to spaces.
fn is_identifier(name: &str) -> bool {
    name.split([' ', '-', '.']).next_back() == Some("id") || COMMON_SCHEMES.contains(&name)
}

/// Returns whether a folded name is that of an identifier of a party, which identifies no person.
fn is_of_party(name: &str) -> bool {
    name.contains("party") || ["partyfacts", "parlgov"].contains(&name)
}

/// Matches the contenders with an identifier that only one contender of each side has. An
/// identifier of a party comes first. It does not match two people, except in a parliament. Another
/// identifier, such as that of a row, does not match two parties whose identifiers differ.
pub(super) fn pair_by_identifier(
    state: &mut MatchState<'_>,
    before: &[Contender],
    after: &[Contender],
    scope: IdentifierScope,
) {
    let sides = [before, after].map(|side| -> Vec<Vec<Identifier>> {
        side.iter().map(|contender| identifiers(contender, scope.same_source)).collect()
    });
    let [own, others] = &sides;
    if own.iter().all(Vec::is_empty) || others.iter().all(Vec::is_empty) {
        return;
    }
    let unique = [own, others].map(|side| sole_holders(side));
    for of_party in [true, false] {
        for at in state.left() {
            let usable = own[at].iter().filter(|(name, _)| is_of_party(name) == of_party);
            let found = usable.filter_map(|identifier| {
                let to = unique[1].get(identifier).copied().flatten()?;
                unique[0].get(identifier).copied().flatten()?;
                let has_people = |contender: &Contender| !contender.people.is_empty();
                let is_of_people = has_people(&before[at]) && has_people(&after[to]);
                let may_match = match of_party {
                    true => scope.is_parliament || !is_of_people,
                    false => !have_different_parties(&own[at], &others[to]),
                };
                (may_match && !state.matched[1][to]).then_some((to, identifier))
            });
            let Some((to, (name, value))) = found.into_iter().next() else { continue };
            let evidence = format!("the source states {name} {value} for both");
            state.add(Pairing {
                evidence: vec![evidence],
                ..Pairing::new(at, to, method(&before[at], &after[to]), Confidence::Certain)
            });
        }
    }
}

/// Maps each identifier to the contender that has it, or to `None` if several have it.
fn sole_holders(side: &[Vec<Identifier>]) -> HashMap<&Identifier, Option<usize>> {
    let mut holders: HashMap<&Identifier, Option<usize>> = HashMap::new();
    for (at, identifiers) in side.iter().enumerate() {
        for identifier in identifiers {
            let holder = holders.entry(identifier).or_insert(Some(at));
            if *holder != Some(at) {
                *holder = None;
            }
        }
    }
    holders
}

/// Returns whether two contenders state an identifier of the same kind for different parties.
fn have_different_parties(one: &[Identifier], other: &[Identifier]) -> bool {
    one.iter().any(|(name, value)| {
        is_of_party(name) && other.iter().any(|(same, other)| same == name && other != value)
    })
}

/// Returns the method that describes a match by identifier: it is the same person or the same party
/// if a name is the same, and otherwise renamed.
fn method(before: &Contender, after: &Contender) -> MatchMethod {
    let is_same_person = before
        .people
        .iter()
        .any(|one| after.people.iter().any(|other| name_confidence(one, other).is_some()));
    match (&before.party, &after.party) {
        _ if is_same_person => MatchMethod::Person,
        (Some(one), Some(other)) if is_same_name(one, other) => MatchMethod::Party,
        (None, None) => MatchMethod::Person,
        _ => MatchMethod::Renamed,
    }
}

/// Returns whether two references have the same name, whatever their pages are.
fn is_same_name(one: &Reference, other: &Reference) -> bool {
    fold(&one.name) == fold(&other.name)
}

/// Returns the pairs of unmatched parties, by index, of which every figure is equal, and no other
/// party has the same figures: one may be the other under a new name.
pub(crate) fn equal_figures(
    before: &[Contender],
    after: &[Contender],
    left: &[usize],
    entered: &[usize],
) -> Vec<(usize, usize)> {
    let is_party = |contender: &Contender| {
        contender.people.is_empty()
            && contender.party.as_ref().is_some_and(|party| !is_independent(party))
            && has_figures(contender)
    };
    let [left, entered] = [(before, left), (after, entered)].map(|(side, places)| {
        let parties = places.iter().filter(|at| is_party(&side[**at]));
        let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
        for at in parties {
            groups.entry(figures(&side[*at])).or_default().push(*at);
        }
        groups
    });
    let mut pairs: Vec<(usize, usize)> = left
        .iter()
        .filter_map(|(figures, own)| match (own.as_slice(), entered.get(figures)?.as_slice()) {
            ([at], [to]) => Some((*at, *to)),
            _ => None,
        })
        .collect();
    pairs.sort_unstable();
    pairs
}

/// Returns whether a contender has votes or seats, which identify it among others.
fn has_figures(contender: &Contender) -> bool {
    let has_votes =
        contender.tallies.iter().any(|tally| tally.votes.is_some_and(|votes| votes > 0));
    has_votes || contender.seats.is_some_and(|seats| seats > 0)
}

/// Returns all figures of a contender in one text.
fn figures(contender: &Contender) -> String {
    let Contender { tallies, seats, seats_before, seats_after, seat_change, .. } = contender;
    format!("{tallies:?} {seats:?} {seats_before:?} {seats_after:?} {seat_change:?}")
}
