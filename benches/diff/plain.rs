//! A plain comparison: contests by position, contenders by name, field by field, without other
//! rules.

use hustings::model::{Contender, Election};

/// A change: the contender, the field, and the value before and after.
pub(crate) type Plain<'a> = (&'a str, &'static str, Option<String>, Option<String>);

pub(crate) fn changes<'a>(before: &'a Election, after: &'a Election) -> Vec<Plain<'a>> {
    let mut changes = Vec::new();
    for (before, after) in before.contests.iter().zip(&after.contests) {
        for (one, other) in before.rounds.iter().zip(&after.rounds) {
            add(&mut changes, "", "turnout", one.turnout, other.turnout);
            add(&mut changes, "", "registered", one.registered, other.registered);
            add(&mut changes, "", "cast", one.cast, other.cast);
            add(&mut changes, "", "valid", one.valid, other.valid);
            add(&mut changes, "", "invalid", one.invalid, other.invalid);
        }
        for (side, one, other) in [
            ("holder before", &before.before, &after.before),
            ("holder after", &before.after, &after.after),
        ] {
            let [one, other] = [one, other].map(|holder| holder.as_ref()?.person.as_ref());
            add(&mut changes, "", side, one, other);
        }
        let among = |all: &'a [Contender], name: &str| all.iter().find(|one| named(one) == name);
        for one in &before.contenders {
            let Some(other) = among(&after.contenders, named(one)) else {
                add(&mut changes, named(one), "contender", Some("stood"), None);
                continue;
            };
            add(&mut changes, named(one), "party", one.party.as_ref(), other.party.as_ref());
            for (tally, now) in one.tallies.iter().zip(&other.tallies) {
                add(&mut changes, named(one), "votes", tally.votes, now.votes);
                add(&mut changes, named(one), "share", tally.share, now.share);
                add(&mut changes, named(one), "seats", tally.seats, now.seats);
            }
        }
        for other in &after.contenders {
            if among(&before.contenders, named(other)).is_none() {
                add(&mut changes, named(other), "contender", None, Some("stands"));
            }
        }
    }
    changes
}

fn named(contender: &Contender) -> &str {
    contender.people.first().or(contender.party.as_ref()).map_or("", |name| &name.name)
}

fn add<'a, T: PartialEq + ToString>(
    changes: &mut Vec<Plain<'a>>,
    whose: &'a str,
    field: &'static str,
    before: Option<T>,
    after: Option<T>,
) {
    if before != after {
        let text = |value: Option<T>| value.map(|value| value.to_string());
        changes.push((whose, field, text(before), text(after)));
    }
}
