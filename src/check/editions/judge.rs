//! Puts each value of a figure in the place of the same figure of each edition, and does the sums again.

use super::{Agreement, Beside, Edition};
use crate::check::arithmetic::of_contest;
use crate::check::figure::{Figure, Number, figures};
use crate::check::whole::{bounds, closest};
use crate::check::{part, range};
use crate::diff::{Matching, groups};
use crate::model::{Contender, Contest, Interval, between, grouped, parts};

/// So many figures that differ are judged, each of which takes the sums of the whole contest anew.
const JUDGED: usize = 100;

pub(super) fn compare(address: &str, editions: &[Edition]) -> Vec<Agreement> {
    let Some(last) = editions.last().filter(|_| editions.len() > 1) else { return Vec::new() };
    let mut agreements = Vec::new();
    for (at, contest) in last.election.contests.iter().enumerate() {
        let aligned = editions.iter().filter_map(|edition| {
            let other = edition.election.contests.get(at)?;
            let kinds = other.kind.as_ref().zip(contest.kind.as_ref());
            kinds
                .is_none_or(|(one, other)| one.comparable(other))
                .then(|| (edition.versions.as_slice(), align(other, contest)))
        });
        let aligned: Vec<(&[u32], Contest)> = aligned.collect();
        let told = editions.iter().find_map(|edition| edition.registered);
        let part = part(&last.election, contest);
        let differing = figures(contest).into_iter().filter(|figure| differs(*figure, &aligned));
        for figure in differing.take(JUDGED) {
            for mut agreement in of_figure(figure, &aligned, told) {
                agreement.address = address.to_owned();
                if !part.is_empty() {
                    agreement.place = format!("{part}: {}", agreement.place);
                }
                agreements.push(agreement);
            }
        }
    }
    agreements
}

/// A contest with its contenders in the order of another's: those that this one does not have are empty, and those that
/// the other does not have stand behind.
fn align(contest: &Contest, like: &Contest) -> Contest {
    let mut places: Vec<Option<usize>> = vec![None; like.contenders.len()];
    let mut taken = vec![false; contest.contenders.len()];
    for group in groups(contest, like, &Matching::default()) {
        let Some((one, other)) = group.before.first().zip(group.after.first()) else { continue };
        if let (Some(place), Some(taken)) = (places.get_mut(*other), taken.get_mut(*one)) {
            *place = Some(*one);
            *taken = true;
        }
    }
    let named = |other: &Contender| Contender {
        people: other.people.clone(),
        party: other.party.clone(),
        ..Contender::default()
    };
    let matched = places.iter().zip(&like.contenders).map(|(place, other)| {
        place
            .and_then(|place| contest.contenders.get(place).cloned())
            .unwrap_or_else(|| named(other))
    });
    let rest = contest.contenders.iter().zip(&taken).filter(|(_, taken)| !**taken);
    let contenders = matched.chain(rest.map(|(one, _)| one.clone())).collect();
    Contest { contenders, ..contest.clone() }
}

fn differs(figure: Figure, editions: &[(&[u32], Contest)]) -> bool {
    let mut values = editions.iter().filter_map(|(_, contest)| figure.of(contest));
    values.next().is_some_and(|first| values.any(|other| other != first))
}

fn of_figure(figure: Figure, editions: &[(&[u32], Contest)], told: Option<u64>) -> Vec<Agreement> {
    let mut values: Vec<(Number, Vec<u32>)> = Vec::new();
    for (versions, contest) in editions {
        let Some(value) = figure.of(contest) else { continue };
        match values.iter_mut().find(|(other, _)| *other == value) {
            Some((_, stated_by)) => *stated_by = [stated_by.as_slice(), versions].concat(),
            None => values.push((value, versions.to_vec())),
        }
    }
    let agreement = |(value, stated_by): (Number, Vec<u32>)| {
        let beside = editions.iter().map(|(versions, contest)| {
            let with = figure.put(contest, Some(value));
            let (agrees, arithmetic) = judge(figure, &with, &figure.put(contest, None));
            Beside { versions: versions.to_vec(), agrees, arithmetic }
        });
        let beside: Vec<Beside> = beside.collect();
        let follows = match (figure, value) {
            (Figure::Turnout(round), Number::Decimal(turnout)) => {
                let rounds = editions.iter().flat_map(|(_, contest)| &contest.rounds);
                let stated = rounds.filter(|other| other.ballot() == round.into());
                let registered = stated.filter_map(|round| round.registered).next_back().or(told);
                registered.and_then(|registered| {
                    let (least, most) = parts(turnout, registered)
                        .filter(|(least, most)| least <= most && range::is_part(turnout))?;
                    let (all, voted) = (grouped(registered), between(least, most));
                    let interval = Interval::of(turnout).positive();
                    Some(format!("{interval} % of {all} registered would be {voted} who voted"))
                })
            }
            _ => None,
        };
        let (address, place) = (String::new(), String::new());
        Agreement { address, place, value: value.to_string(), stated_by, beside, follows }
    };
    values.iter_mut().for_each(|(_, stated_by)| stated_by.sort_unstable());
    let place = editions.last().map(|(_, contest)| figure.place(contest)).unwrap_or_default();
    let found = values.into_iter().map(agreement);
    found.map(|agreement| Agreement { place: place.clone(), ..agreement }).collect()
}

/// Whether a figure agrees with the others: whether it brings a finding that is not there without it.
fn judge(figure: Figure, with: &Contest, without: &Contest) -> (Option<bool>, Option<String>) {
    let known: Vec<(String, String)> =
        of_contest(without, true).into_iter().map(|wrong| (wrong.said, wrong.expected)).collect();
    let wrong = of_contest(with, true).into_iter();
    let mut wrong =
        wrong.filter(|wrong| !known.contains(&(wrong.said.clone(), wrong.expected.clone())));
    if let Some(wrong) = wrong.next() {
        let (said, expected) = (&wrong.said, &wrong.expected);
        let arithmetic = wrong.arithmetic.unwrap_or_else(|| format!("{said}; {expected}"));
        return (Some(false), Some(arithmetic));
    }
    if !figure.is_borne_on(with) {
        return (None, None);
    }
    let bounds = figure.round().map(|round| bounds(with, round.into())).unwrap_or_default();
    let range = closest(&bounds).filter(|(one, other)| one.least <= other.most);
    let arithmetic = range.filter(|_| figure.is_of_contender()).map(|(one, other)| {
        let valid = between(one.least, other.most);
        let valid = if other.most - one.least == 1 { valid.replace(" to ", " or ") } else { valid };
        format!("{valid} valid votes fit")
    });
    (Some(true), arithmetic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn contest(names: impl Iterator<Item = u32>) -> Contest {
        let contenders: Vec<_> =
            names.map(|name| json!({"people": [{"name": format!("Person {name:05}")}]})).collect();
        serde_json::from_value(json!({ "contenders": contenders })).unwrap()
    }

    #[test]
    fn contenders_are_put_in_the_order_of_the_others() {
        const MANY: u32 = 1_000;
        let like = contest(0..MANY);
        let aligned = align(&contest((1..=MANY).rev()), &like);
        assert_eq!(aligned.contenders[..], contest(0..=MANY).contenders[..]);
    }
}
