//! Substitutes each value of a figure into every version, and repeats the checks.

use super::agreement::{ValueAgreement, VersionAgreement, VersionGroup};
use crate::analysis::diff::{MatchOptions, group_contenders};
use crate::check::arithmetic::check_contest;
use crate::check::contest::contest_label;
use crate::check::figure::{Figure, FigureValue, figures};
use crate::check::range;
use crate::check::share_bounds::{bounds, tightest};
use crate::model::{Contender, Contest, Interval, format_range, group_digits, part_bounds};

/// Maximum number of differing figures compared per contest. Each one requires checking the whole
/// contest again.
const MAX_FIGURES: usize = 100;

pub(super) fn compare(address: &str, groups: &[VersionGroup]) -> Vec<ValueAgreement> {
    let Some(last) = groups.last().filter(|_| groups.len() > 1) else { return Vec::new() };
    let mut agreements = Vec::new();
    for (at, contest) in last.election.contests.iter().enumerate() {
        let aligned = groups.iter().filter_map(|group| {
            let other = group.election.contests.get(at)?;
            let kinds = other.kind.as_ref().zip(contest.kind.as_ref());
            kinds
                .is_none_or(|(one, other)| one.is_comparable_to(other))
                .then(|| (group.versions.as_slice(), align(other, contest)))
        });
        let aligned: Vec<(&[u32], Contest)> = aligned.collect();
        let prose_registered = groups.iter().find_map(|group| group.registered);
        let part = contest_label(&last.election, contest);
        let differing = figures(contest).into_iter().filter(|figure| differs(*figure, &aligned));
        for figure in differing.take(MAX_FIGURES) {
            for mut agreement in figure_agreements(figure, &aligned, prose_registered) {
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

/// Returns a contest with its contenders in the order of `reference`. Missing contenders are inserted
/// without figures, and additional ones are appended.
fn align(contest: &Contest, reference: &Contest) -> Contest {
    let mut places: Vec<Option<usize>> = vec![None; reference.contenders.len()];
    let mut is_matched = vec![false; contest.contenders.len()];
    for group in group_contenders(contest, reference, &MatchOptions::default()) {
        let Some((one, other)) = group.before.first().zip(group.after.first()) else { continue };
        if let (Some(place), Some(is_matched)) = (places.get_mut(*other), is_matched.get_mut(*one))
        {
            *place = Some(*one);
            *is_matched = true;
        }
    }
    let without_figures = |other: &Contender| Contender {
        people: other.people.clone(),
        party: other.party.clone(),
        ..Contender::default()
    };
    let matched = places.iter().zip(&reference.contenders).map(|(place, other)| {
        place
            .and_then(|place| contest.contenders.get(place).cloned())
            .unwrap_or_else(|| without_figures(other))
    });
    let rest = contest.contenders.iter().zip(&is_matched).filter(|(_, taken)| !**taken);
    let contenders = matched.chain(rest.map(|(one, _)| one.clone())).collect();
    Contest { contenders, ..contest.clone() }
}

fn differs(figure: Figure, groups: &[(&[u32], Contest)]) -> bool {
    let mut values = groups.iter().filter_map(|(_, contest)| figure.value_in(contest));
    values.next().is_some_and(|first| values.any(|other| other != first))
}

fn figure_agreements(
    figure: Figure,
    groups: &[(&[u32], Contest)],
    prose_registered: Option<u64>,
) -> Vec<ValueAgreement> {
    let mut values: Vec<(FigureValue, Vec<u32>)> = Vec::new();
    for (versions, contest) in groups {
        let Some(value) = figure.value_in(contest) else { continue };
        match values.iter_mut().find(|(other, _)| *other == value) {
            Some((_, stated_by)) => *stated_by = [stated_by.as_slice(), versions].concat(),
            None => values.push((value, versions.to_vec())),
        }
    }
    let agreement = |(value, stated_by): (FigureValue, Vec<u32>)| {
        let by_version = groups.iter().map(|(versions, contest)| {
            let with = figure.with_value(contest, Some(value));
            let (agrees, arithmetic) =
                check_agreement(figure, &with, &figure.with_value(contest, None));
            VersionAgreement { versions: versions.to_vec(), agrees, arithmetic }
        });
        let by_version: Vec<VersionAgreement> = by_version.collect();
        let conclusion = match (figure, value) {
            (Figure::Turnout(round), FigureValue::Decimal(turnout)) => {
                let rounds = groups.iter().flat_map(|(_, contest)| &contest.rounds);
                let stated = rounds.filter(|other| other.ballot() == round.into());
                let registered =
                    stated.filter_map(|round| round.registered).next_back().or(prose_registered);
                registered.and_then(|registered| {
                    let (least, most) = part_bounds(turnout, registered)
                        .filter(|(least, most)| least <= most && range::is_percentage(turnout))?;
                    let (all, voted) = (group_digits(registered), format_range(least, most));
                    let interval = Interval::from_decimal(turnout).clamp_non_negative();
                    Some(format!("{interval} % of {all} registered would be {voted} who voted"))
                })
            }
            _ => None,
        };
        let (address, place) = (String::new(), String::new());
        ValueAgreement {
            address,
            place,
            value: value.to_string(),
            stated_by,
            by_version,
            conclusion,
        }
    };
    values.iter_mut().for_each(|(_, stated_by)| stated_by.sort_unstable());
    let place = groups.last().map(|(_, contest)| figure.place(contest)).unwrap_or_default();
    let found = values.into_iter().map(agreement);
    found.map(|agreement| ValueAgreement { place: place.clone(), ..agreement }).collect()
}

/// Returns whether a figure agrees with the other figures, that is, whether `with` has no finding
/// that `without` lacks; `None` if no other figure constrains it. The second value is the
/// arithmetic.
fn check_agreement(
    figure: Figure,
    with: &Contest,
    without: &Contest,
) -> (Option<bool>, Option<String>) {
    let existing: Vec<(String, String)> = check_contest(without, true)
        .into_iter()
        .map(|draft| (draft.stated, draft.expected))
        .collect();
    let drafts = check_contest(with, true).into_iter();
    let mut drafts =
        drafts.filter(|draft| !existing.contains(&(draft.stated.clone(), draft.expected.clone())));
    if let Some(draft) = drafts.next() {
        let (stated, expected) = (&draft.stated, &draft.expected);
        let arithmetic = draft.arithmetic.unwrap_or_else(|| format!("{stated}; {expected}"));
        return (Some(false), Some(arithmetic));
    }
    if !figure.is_constrained(with) {
        return (None, None);
    }
    let bounds = figure.round().map(|round| bounds(with, round.into())).unwrap_or_default();
    let range = tightest(&bounds).filter(|(one, other)| one.low <= other.high);
    let arithmetic = range.filter(|_| figure.is_votes_or_share()).map(|(one, other)| {
        let valid = format_range(one.low, other.high);
        let valid = if other.high - one.low == 1 { valid.replace(" to ", " or ") } else { valid };
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
    fn contenders_are_aligned_with_the_reference_contest() {
        const MANY: u32 = 1_000;
        let reference = contest(0..MANY);
        let aligned = align(&contest((1..=MANY).rev()), &reference);
        assert_eq!(aligned.contenders[..], contest(0..=MANY).contenders[..]);
    }
}
