//! What follows from who held the office before and after.

use super::{Derived, Fact};
use crate::check::person::{is, is_exactly, is_nobody, may_be};
use crate::model::{Contest, Holder, Ref, fold};

fn is_independent(party: &Ref) -> bool {
    fold(&party.name).starts_with("independent")
}

pub(super) fn office(contest: &Contest) -> Option<Derived> {
    let (before, after) = contest.before.as_ref().zip(contest.after.as_ref())?;
    let (had, has) = before.party.as_ref().zip(after.party.as_ref())?;
    if is_nobody(had) || is_nobody(has) {
        return None;
    }
    let independents = is_independent(had) && is_independent(has);
    let people = before.person.as_ref().zip(after.person.as_ref());
    let other = people.is_some_and(|(one, other)| !is(one, other));
    // Two people without a party have none in common.
    if independents && other {
        return None;
    }
    let value = if independents || is_exactly(had, has) {
        format!("hold by {}", has.name)
    } else {
        format!("gain by {} from {}", has.name, had.name)
    };
    let arithmetic = format!("{} before, {} after", had.name, has.name);
    Some(Derived::new(Fact::Office, "party after".to_owned(), value, arithmetic))
}

pub(super) fn incumbent(contest: &Contest) -> Option<Derived> {
    let person = |holder: &Option<Holder>| {
        holder.as_ref()?.person.clone().filter(|person| !is_nobody(person))
    };
    let (before, after) = (person(&contest.before)?, person(&contest.after)?);
    let stood = contest
        .contenders
        .iter()
        .flat_map(|contender| &contender.people)
        .any(|person| may_be(person, &before));
    let value = match (is(&before, &after), stood) {
        (true, _) => format!("{} returned", before.name),
        (false, true) => format!("{} stood and did not return", before.name),
        (false, false) => format!("{} did not return", before.name),
    };
    let arithmetic = format!("{} before, {} after", before.name, after.name);
    Some(Derived::new(Fact::Incumbent, "holder after".to_owned(), value, arithmetic))
}
