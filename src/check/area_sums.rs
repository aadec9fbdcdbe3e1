//! Compares sums over areas with the stated figures beside them, and with the records of the areas.

use super::finding::{FindingDraft, Rule};
use super::resolve::LinkResolver;
use crate::Result;
use crate::archive::Record;
use crate::model::{AreaSum, Contender, Contest, Election, group_digits, slug};

/// Returns a finding for every figure of a sum that differs from the total of the records of its
/// areas. Sums are compared only if the archive has as many records of the level within the area as
/// the sum has areas.
pub(super) fn check(resolver: &LinkResolver<'_>, record: &Record) -> Result<Vec<FindingDraft>> {
    let mut drafts = Vec::new();
    for contest in record.election.contests.iter().chain(&record.election.results) {
        let Some(sum) = &contest.sum else { continue };
        let parts = parts_of(resolver, record, sum)?;
        if parts.is_empty() || parts.len() != sum.areas as usize {
            continue;
        }
        let contests: Option<Vec<&Contest>> =
            parts.iter().map(|part| matching_contest(part, contest)).collect();
        let Some(contests) = contests else { continue };
        for (place, stated, total) in figures(contest, &contests) {
            if stated == total {
                continue;
            }
            let expected = format!(
                "{}, the total of the records of its {} areas",
                group_digits(total),
                group_digits(u64::from(sum.areas))
            );
            let stated = format!("{} as the sum", group_digits(stated));
            drafts.push(FindingDraft::new(Rule::AreaSum, &place, stated, expected));
        }
    }
    Ok(drafts)
}

/// Returns the records of the areas of a sum: those of its level, or those within no other area.
fn parts_of(
    resolver: &LinkResolver<'_>,
    record: &Record,
    sum: &AreaSum,
) -> Result<Vec<std::sync::Arc<Election>>> {
    let mut parts = Vec::new();
    let listings = resolver.parts(record)?;
    let depth = record.election.area.as_ref().map_or(0, |area| area.path.len());
    for listing in listings {
        let Some(area) = &listing.summary.area else { continue };
        let is_part = match (&sum.level, area.level()) {
            (Some(level), Some(own)) => slug(level) == slug(own),
            _ => area.path.len() == depth + 1,
        };
        if is_part {
            parts.push(resolver.record(listing.version)?.into_owned().election);
        }
    }
    Ok(parts)
}

/// Returns the contest of a part with the type of a sum: the only one, or the one with its name.
fn matching_contest<'a>(part: &'a Election, contest: &Contest) -> Option<&'a Contest> {
    match part.contests.as_slice() {
        [only] => Some(only),
        several => {
            let mut named = several
                .iter()
                .filter(|other| other.kind == contest.kind && other.name == contest.name);
            named.next().filter(|_| named.next().is_none())
        }
    }
}

/// Returns the figures of a sum that every part states, with their totals: the place, the sum and
/// the total.
fn figures(sum: &Contest, parts: &[&Contest]) -> Vec<(String, u64, u64)> {
    let mut figures = Vec::new();
    for contender in &sum.contenders {
        for tally in &contender.tallies {
            let ballot = tally.ballot();
            let votes = |part: &&Contest| {
                let mut total = 0_u64;
                for own in part.contenders.iter().filter(|own| is_same_contender(contender, own)) {
                    // A contender may be elected without a vote.
                    let Some(tally) = own.tally(ballot) else { continue };
                    total = total.checked_add(tally.votes?)?;
                }
                Some(total)
            };
            if let Some(stated) = tally.votes
                && let Some(total) = total(parts, votes)
            {
                figures.push((format!("{}: votes, {ballot}", contender.name()), stated, total));
            }
        }
    }
    for round in &sum.rounds {
        let ballot = round.ballot();
        for (at, (name, stated)) in round.counts().into_iter().enumerate() {
            let figure = |part: &&Contest| part.round(ballot)?.counts().get(at)?.1;
            if let Some(stated) = stated
                && let Some(total) = total(parts, figure)
            {
                figures.push((format!("{name}, {ballot}"), stated, total));
            }
        }
    }
    figures
}

/// Adds up a figure. `None` if a part does not state it.
fn total(parts: &[&Contest], figure: impl Fn(&&Contest) -> Option<u64>) -> Option<u64> {
    parts.iter().try_fold(0_u64, |total, part| total.checked_add(figure(part)?))
}

/// Returns whether a contender of an area counts towards a contender of the sum: a party counts by
/// its name, or else a person does.
fn is_same_contender(of_sum: &Contender, of_part: &Contender) -> bool {
    match &of_sum.party {
        Some(party) if of_sum.people.is_empty() => {
            of_part.party.as_ref().is_some_and(|own| slug(&own.name) == slug(&party.name))
        }
        _ => slug(&of_sum.name()) == slug(&of_part.name()),
    }
}
