//! The evidence that two records are one election.

use std::collections::BTreeSet;

use super::answer::MatchConfidence;
use super::dates::{DateAgreement, compare_dates};
use super::former_titles::present_title;
use crate::analysis::diff::{
    ContestPair, DiffOptions, LineageIndex, differing_areas, do_stated_areas_agree, pair_contests,
};
use crate::analysis::matching::name_matcher::may_be_same;
use crate::analysis::measure::ContenderGroup;
use crate::model::{
    Contender, Contest, Detail, Election, ElectionSummary, ElectionType, Reference, fold,
    is_independent,
};

/// Minimum number of votes of a contender that two records have in common by chance only rarely.
const MIN_EQUAL_VOTES: u64 = 1000;

/// The result of comparing two records.
#[derive(Debug, Clone)]
pub(super) struct Evidence {
    pub(super) confidence: MatchConfidence,
    /// Whether one record identifies the other.
    pub(super) is_identified: bool,
    pub(super) words: Vec<String>,
}

/// Returns whether two records can be one election, by their dates and types.
pub(super) fn may_match(one: &ElectionSummary, other: &ElectionSummary) -> bool {
    have_same_area(one, other)
        && compare_dates(one, other).is_some()
        && have_comparable_types(one, other) != Some(false)
}

/// Returns whether two records are of the same area, or both of a whole country. Codes of areas are
/// not compared, since they are those of different sources.
fn have_same_area(one: &ElectionSummary, other: &ElectionSummary) -> bool {
    match (&one.area, &other.area) {
        (Some(one), Some(other)) => one.is_same(other, false),
        (None, None) => true,
        _ => false,
    }
}

/// Returns whether two records have a type in common. `None` if one of them states none.
fn have_comparable_types(one: &ElectionSummary, other: &ElectionSummary) -> Option<bool> {
    let kinds = |of: &ElectionSummary| of.kinds().cloned().collect::<Vec<ElectionType>>();
    let (one, other) = (kinds(one), kinds(other));
    if one.is_empty() || other.is_empty() {
        return None;
    }
    Some(one.iter().any(|one| other.iter().any(|other| one.is_comparable_to(other))))
}

/// One of the two records, with the folded titles under which the archive knows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) election: &'a Election,
    pub(super) titles: &'a [String],
}

impl Side<'_> {
    /// Returns whether one of the titles is the former form of a title of the other record.
    fn is_former_title_of(&self, other: &Self) -> bool {
        let present = self.titles.iter().filter_map(|title| present_title(title));
        present.into_iter().any(|title| other.titles.contains(&title))
    }
}

/// Compares two records. `None` if they are not one election.
pub(super) fn compare(one: Side<'_>, other: Side<'_>, lineage: &LineageIndex) -> Option<Evidence> {
    let (first, second) = (one.election.summary(), other.election.summary());
    // Two sources may name the boundaries of one area in different words.
    let differ = match do_stated_areas_agree(one.election, other.election) {
        Some(agree) => !agree || !have_same_area(&first, &second),
        None => differing_areas(one.election, other.election).is_some(),
    };
    if differ {
        return None;
    }
    let dates = compare_dates(&first, &second)?;
    let has_type = have_comparable_types(&first, &second).unwrap_or(false);
    let mut words = vec![match dates {
        DateAgreement::SameDay(day) => format!("both on {day}"),
        DateAgreement::Close(1) => "1 day apart".to_owned(),
        DateAgreement::Close(days) => format!("{days} days apart"),
        DateAgreement::SamePeriod(period) => format!("both in {period}, one without a day"),
    }];
    if !has_type {
        words.push("one states no type".to_owned());
    }
    let page = shared_identity(one, other);
    words.extend(page.iter().cloned());
    if [(one, other), (other, one)]
        .iter()
        .any(|(former, present)| former.is_former_title_of(present))
    {
        words.push("one has the former title of the other".to_owned());
    }
    let results = ResultAgreement::new(one.election, other.election, lineage);
    words.extend(results.in_words());
    let is_same_day = matches!(dates, DateAgreement::SameDay(_));
    let confidence = match (page.is_some(), is_same_day, results.agree()) {
        (true, _, _) if has_type => MatchConfidence::Certain,
        (false, true, Some(true)) if has_type => MatchConfidence::Certain,
        (true, _, _) | (false, true, None) => MatchConfidence::Probable,
        (false, _, Some(true)) => MatchConfidence::Probable,
        (false, true, Some(false)) => MatchConfidence::Possible,
        (false, false, None) => MatchConfidence::Possible,
        (false, false, Some(false)) => return None,
    };
    let is_by_election = [&first, &second].iter().any(|of| of.has_type(&ElectionType::ByElection));
    let confidence = match is_by_election && page.is_none() {
        // A by-election is in a part of a country, which the titles need not name.
        true => MatchConfidence::Possible,
        false => confidence,
    };
    Some(Evidence { confidence, is_identified: page.is_some(), words })
}

/// Details that name the Wikipedia page or the Wikidata item of an election.
const IDENTITY_DETAILS: [&str; 2] = ["wikipedia", "wikidata"];

/// Returns the identity that two records share, in words: a detail of one names the page of the
/// other, or both name the same page or item.
fn shared_identity(one: Side<'_>, other: Side<'_>) -> Option<String> {
    for (naming, named) in [(one, other), (other, one)] {
        let pages = named_pages(naming.election);
        let mut found = pages.iter().filter(|page| {
            let title = fold(&page.title);
            let moved = present_title(&title);
            named.titles.contains(&title)
                || moved.is_some_and(|moved| named.titles.contains(&moved))
        });
        if let Some(NamedPage { kind, title }) = found.next() {
            return Some(format!("one names the {kind} page '{title}', which is the other"));
        }
    }
    let others = named_pages(other.election);
    let is_shared = |page: &NamedPage| {
        let title = fold(&page.title);
        others.iter().any(|other| other.kind == page.kind && fold(&other.title) == title)
    };
    let NamedPage { kind, title } = named_pages(one.election).into_iter().find(is_shared)?;
    Some(format!("both name the {kind} page '{title}'"))
}

/// A page or an item that a record names.
struct NamedPage {
    /// Name of the site, such as "wikipedia".
    kind: &'static str,
    title: String,
}

/// Returns the pages and items that a record names in its details.
fn named_pages(election: &Election) -> Vec<NamedPage> {
    let page = |detail: &'_ Detail| {
        let value = detail.value.to_string();
        let title = value.rsplit_once("/wiki/").map_or(&*value, |(_, title)| title);
        let title = title.split(['#', '?']).next().unwrap_or_default();
        percent_decoded(title).replace('_', " ")
    };
    let details = election.details.iter();
    let named = details.filter_map(|detail| {
        let name = detail.label.as_deref().unwrap_or(&detail.parameter);
        let known = IDENTITY_DETAILS.iter().find(|known| fold(name) == **known)?;
        Some(NamedPage { kind: known, title: page(detail) })
    });
    named.filter(|page| !page.title.is_empty()).collect()
}

/// Returns a text with `%XX` decoded. A text that is not UTF-8 afterwards is returned as it is.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        match after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(b'%');
                rest = after;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// How far the results of two records agree.
#[derive(Debug)]
struct ResultAgreement {
    /// Number of contenders in common.
    common: usize,
    /// Number of contenders of the record that states fewer.
    fewer: usize,
    /// Number of vote counts that both state for a contender.
    equal_votes: usize,
    /// Whether both state the same seats for their largest three contenders.
    has_equal_seats: bool,
}

impl ResultAgreement {
    fn new(one: &Election, other: &Election, lineage: &LineageIndex) -> Self {
        let options = DiffOptions::default().lineage(lineage).match_spellings(true);
        let mut agreement = Self { common: 0, fewer: 0, equal_votes: 0, has_equal_seats: false };
        for pair in pair_contests(one, other, &options) {
            let is_in_both =
                |group: &&ContenderGroup| !group.before.is_empty() && !group.after.is_empty();
            agreement.common += pair.groups.iter().filter(is_in_both).count();
            agreement.common += similar_contenders(&pair);
            agreement.fewer += pair.before.contenders.len().min(pair.after.contenders.len());
            agreement.equal_votes += votes(pair.before).intersection(&votes(pair.after)).count();
            let seats = largest_seats(pair.before);
            agreement.has_equal_seats |= seats.is_some() && seats == largest_seats(pair.after);
        }
        agreement
    }

    /// Returns whether the records have half of the contenders in common, or the same figures.
    /// `None` if one of them states no contenders.
    fn agree(&self) -> Option<bool> {
        if self.fewer == 0 {
            return None;
        }
        let same_contenders = self.common * 2 >= self.fewer;
        Some(same_contenders || self.equal_votes * 2 >= self.fewer || self.has_equal_seats)
    }

    fn in_words(&self) -> Vec<String> {
        if self.fewer == 0 {
            return vec!["one states no contenders".to_owned()];
        }
        let mut words = vec![format!("{} of {} contenders in common", self.common, self.fewer)];
        if self.equal_votes > 0 {
            words.push(format!("the same votes for {}", self.equal_votes));
        }
        if self.has_equal_seats {
            words.push("the same seats for the largest three".to_owned());
        }
        words
    }
}

/// Returns the number of contenders whose names match only in other spellings or languages, of those
/// that are in only one of the contests.
fn similar_contenders(pair: &ContestPair<'_>) -> usize {
    let alone = |side: fn(&ContenderGroup) -> (&[usize], &[usize])| {
        let groups = pair.groups.iter().map(side);
        groups.filter(|(own, other)| other.is_empty() && !own.is_empty()).flat_map(|(own, _)| own)
    };
    let before = alone(|group| (&group.before, &group.after))
        .filter_map(|at| pair.before.contenders.get(*at));
    let mut after: Vec<&Contender> = alone(|group| (&group.after, &group.before))
        .filter_map(|at| pair.after.contenders.get(*at))
        .collect();
    let mut similar = 0;
    for contender in before.take(MAX_COMPARED) {
        let names = names_of(contender);
        let found = after.iter().take(MAX_COMPARED).position(|other| {
            let others = names_of(other);
            names.iter().any(|name| others.iter().any(|other| may_be_same(name, other)))
        });
        if let Some(found) = found {
            after.swap_remove(found);
            similar += 1;
        }
    }
    similar
}

/// Maximum number of contenders of a contest that are compared by similar names.
const MAX_COMPARED: usize = 64;

/// Returns the names of a contender: its people, or else its party, also in other languages.
fn names_of(contender: &Contender) -> Vec<Reference> {
    let translated = contender.details.iter().filter(|detail| {
        detail.parameter.starts_with("party_")
            || detail.label.as_deref().is_some_and(|label| label.starts_with("party_"))
    });
    let translated = translated
        .map(|detail| Reference { name: detail.value.to_string(), ..Reference::default() });
    let party = contender.party.iter().filter(|party| !is_independent(party)).cloned();
    let parties = party.chain(translated);
    contender.people.iter().cloned().chain(parties).filter(|name| name.name.len() > 3).collect()
}

/// Returns the vote counts of a contest that are large enough to identify it.
fn votes(contest: &Contest) -> BTreeSet<u64> {
    let tallies = contest.contenders.iter().flat_map(|contender| &contender.tallies);
    tallies.filter_map(|tally| tally.votes).filter(|votes| *votes >= MIN_EQUAL_VOTES).collect()
}

/// Returns the seats of the three contenders with the most seats, if as many have seats.
fn largest_seats(contest: &Contest) -> Option<[u64; 3]> {
    let mut seats: Vec<u64> =
        contest.contenders.iter().filter_map(|contender| contender.seats).collect();
    seats.sort_unstable_by(|one, other| other.cmp(one));
    seats.first_chunk().copied().filter(|largest| largest.iter().all(|seats| *seats > 1))
}
