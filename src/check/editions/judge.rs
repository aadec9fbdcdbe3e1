//! Substitutes each value of a figure into every edition, and repeats the checks.

use super::agreement::{ValueAgreement, VersionAgreement, VersionGroup};
use crate::analysis::diff::{MatchOptions, group_contenders};
use crate::check::arithmetic::check_contest;
use crate::check::contest::contest_label;
use crate::check::figure::{Figure, FigureValue, figures};
use crate::check::range;
use crate::check::whole::{bounds, tightest};
use crate::model::{Contender, Contest, Interval, format_range, grouped, part_bounds};

/// Maximum number of differing figures per contest that are judged. Each one requires checking the
/// whole contest again.
const MAX_FIGURES: usize = 100;

pub(super) fn compare(address: &str, editions: &[VersionGroup]) -> Vec<ValueAgreement> {
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
        let part = contest_label(&last.election, contest);
        let differing = figures(contest).into_iter().filter(|figure| differs(*figure, &aligned));
        for figure in differing.take(MAX_FIGURES) {
            for mut agreement in figure_agreements(figure, &aligned, told) {
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

/// Returns a contest with its contenders in the order of `like`. Missing contenders are inserted
/// without figures, and additional ones are appended.
fn align(contest: &Contest, like: &Contest) -> Contest {
    let mut places: Vec<Option<usize>> = vec![None; like.contenders.len()];
    let mut taken = vec![false; contest.contenders.len()];
    for group in group_contenders(contest, like, &MatchOptions::default()) {
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

fn figure_agreements(
    figure: Figure,
    editions: &[(&[u32], Contest)],
    told: Option<u64>,
) -> Vec<ValueAgreement> {
    let mut values: Vec<(FigureValue, Vec<u32>)> = Vec::new();
    for (versions, contest) in editions {
        let Some(value) = figure.of(contest) else { continue };
        match values.iter_mut().find(|(other, _)| *other == value) {
            Some((_, stated_by)) => *stated_by = [stated_by.as_slice(), versions].concat(),
            None => values.push((value, versions.to_vec())),
        }
    }
    let agreement = |(value, stated_by): (FigureValue, Vec<u32>)| {
        let beside = editions.iter().map(|(versions, contest)| {
            let with = figure.put(contest, Some(value));
            let (agrees, arithmetic) = judge(figure, &with, &figure.put(contest, None));
            VersionAgreement { versions: versions.to_vec(), agrees, arithmetic }
        });
        let beside: Vec<VersionAgreement> = beside.collect();
        let follows = match (figure, value) {
            (Figure::Turnout(round), FigureValue::Decimal(turnout)) => {
                let rounds = editions.iter().flat_map(|(_, contest)| &contest.rounds);
                let stated = rounds.filter(|other| other.ballot() == round.into());
                let registered = stated.filter_map(|round| round.registered).next_back().or(told);
                registered.and_then(|registered| {
                    let (least, most) = part_bounds(turnout, registered)
                        .filter(|(least, most)| least <= most && range::is_percentage(turnout))?;
                    let (all, voted) = (grouped(registered), format_range(least, most));
                    let interval = Interval::of(turnout).positive();
                    Some(format!("{interval} % of {all} registered would be {voted} who voted"))
                })
            }
            _ => None,
        };
        let (address, place) = (String::new(), String::new());
        ValueAgreement { address, place, value: value.to_string(), stated_by, beside, follows }
    };
    values.iter_mut().for_each(|(_, stated_by)| stated_by.sort_unstable());
    let place = editions.last().map(|(_, contest)| figure.place(contest)).unwrap_or_default();
    let found = values.into_iter().map(agreement);
    found.map(|agreement| ValueAgreement { place: place.clone(), ..agreement }).collect()
}

/// Returns whether a figure agrees with the others, that is, causes no finding that is absent
/// without it; `None` if no other figure bears on it.
fn judge(figure: Figure, with: &Contest, without: &Contest) -> (Option<bool>, Option<String>) {
    let known: Vec<(String, String)> = check_contest(without, true)
        .into_iter()
        .map(|wrong| (wrong.said, wrong.expected))
        .collect();
    let wrong = check_contest(with, true).into_iter();
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
    let range = tightest(&bounds).filter(|(one, other)| one.least <= other.most);
    let arithmetic = range.filter(|_| figure.is_of_contender()).map(|(one, other)| {
        let valid = format_range(one.least, other.most);
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
