//! Who is who on two sides: by person, then by party.

use serde::Serialize;

use super::same;
use crate::model::{Contender, Kind, fold};

/// How a contender was found on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// They are alike in everything.
    Whole,
    /// They share a person.
    Person,
    /// They have the same party, and no person tells them apart.
    Party,
}

pub(super) struct Matched<'a> {
    pub(super) pairs: Vec<(&'a Contender, &'a Contender, By)>,
    pub(super) left: Vec<&'a Contender>,
    pub(super) entered: Vec<&'a Contender>,
}

/// Matches each contender once. Those without a common person match by party, when that party has
/// one of them on each side; but two people who stand for an office are two contenders, whatever
/// their party, while a party keeps its place in a parliament under another leader.
pub(super) fn contenders<'a>(
    before: &'a [Contender],
    after: &'a [Contender],
    kind: Option<&Kind>,
) -> Matched<'a> {
    let mut left: Vec<&Contender> = before.iter().collect();
    let mut entered: Vec<&Contender> = after.iter().collect();
    let mut pairs = Vec::new();
    let parliament = kind.is_some_and(|kind| kind.comparable(&Kind::Parliamentary));
    for by in [By::Whole, By::Person, By::Party] {
        let parties = (by == By::Party).then(|| (left.clone(), entered.clone()));
        left.retain(|one| {
            let found = entered.iter().position(|other| match &parties {
                None if by == By::Whole => one == other,
                None => {
                    one.people.iter().any(|one| other.people.iter().any(|other| same(one, other)))
                }
                Some((left, entered)) => {
                    same_party(one, other)
                        && alone(one, left)
                        && alone(one, entered)
                        && (parliament || one.people.is_empty() || other.people.is_empty())
                }
            });
            if let Some(found) = found {
                pairs.push((*one, entered.remove(found), by));
            }
            found.is_none()
        });
    }
    Matched { pairs, left, entered }
}

fn same_party(one: &Contender, other: &Contender) -> bool {
    let parties = one.party.as_ref().zip(other.party.as_ref());
    // "Independent" is no party that two people could share.
    parties
        .is_some_and(|(one, other)| same(one, other) && !fold(&one.name).starts_with("independent"))
}

fn alone(one: &Contender, among: &[&Contender]) -> bool {
    among.iter().filter(|other| same_party(one, other)).count() == 1
}

/// What a contender is called: the people, else the party.
pub(crate) fn name(contender: &Contender) -> String {
    if contender.people.is_empty() {
        let party = contender.party.as_ref().map(|party| party.name.clone());
        return party.unwrap_or_else(|| "unnamed".to_owned());
    }
    let names: Vec<&str> = contender.people.iter().map(|person| person.name.as_str()).collect();
    names.join(" / ")
}
