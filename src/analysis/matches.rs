//! Proposes pairs of records from different sources that may be one election. Nothing is merged:
//! [`Archive::merge_all`](crate::archive::Archive::merge_all) merges the pairs that the caller
//! accepts.

mod answer;
mod dates;
mod evidence;
mod former_titles;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::diff::LineageIndex;
use super::disjoint_sets::DisjointSets;
use crate::Result;
use crate::archive::{ElectionId, ElectionQueries, Listing, Snapshot};
use crate::model::{Area, slug};
pub use answer::{ElectionMatch, MatchConfidence, MatchedElection};
use evidence::{Evidence, Side};
use former_titles::elections_under_former_titles;

/// Returns pairs of records that may be one election, ordered by territory and date: those of a
/// territory under any of its names, or those of all territories. Two records of one source are
/// never a pair. Records of two territories are a pair only if one has the former form of the
/// other's title. The records of one territory are in memory at once.
///
/// ```
/// use hustings::Archive;
/// use hustings::analysis::matches::{MatchConfidence, find_matches};
/// # let folder = std::env::temp_dir().join("hustings-example-matches");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// archive.import(["fixtures/articles", "fixtures/editions"])?;
/// # let alias = serde_json::from_str(r#"{"name": "Nagorno-Karabakh", "alias": "Republic of Artsakh"}"#).unwrap();
/// # archive.add_territory_alias(alias, None)?;
/// let snapshot = archive.snapshot();
/// let pairs: Vec<_> = find_matches(&snapshot, None)?.collect::<Result<_, _>>()?;
/// assert_eq!(pairs[0].confidence, MatchConfidence::Certain);
/// assert_eq!(pairs[0].second.title, "Nagorno-Karabakh presidential election, 2012");
/// # drop((archive, snapshot)); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
///
/// # Errors
/// When the store cannot be read, or when the territory is unknown.
pub fn find_matches<'s>(
    snapshot: &'s Snapshot,
    country: Option<&str>,
) -> Result<impl Iterator<Item = Result<ElectionMatch>> + use<'s>> {
    let countries = match country {
        Some(country) => {
            snapshot.ensure_territory(country)?;
            vec![slug(country)]
        }
        None if snapshot.has_several_sources()? => snapshot.country_slugs()?,
        None => Vec::new(),
    };
    let is_all = country.is_none();
    Ok(countries.into_iter().flat_map(move |country| {
        match territory_matches(snapshot, &country, is_all) {
            Ok(matches) => matches.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        }
    }))
}

/// A pair of elections of a territory, by index.
struct CandidatePair {
    first: usize,
    second: usize,
    evidence: Evidence,
}

/// Returns the pairs of a territory. If all territories are searched, a pair with two names of one
/// territory belongs to the first name.
fn territory_matches(
    snapshot: &Snapshot,
    country: &str,
    is_all: bool,
) -> Result<Vec<ElectionMatch>> {
    let mut listings = snapshot.territory_elections(country)?;
    let country_of =
        |listing: &Listing| slug(listing.summary.country.as_deref().unwrap_or_default());
    let mut sources = SourceNames { snapshot, names: HashMap::new() };
    let mut pairs = Vec::new();
    let mut lineage = None;
    let mut candidates = candidates(&listings);
    let is_own = |listing: &Listing| !is_all || country_of(listing) == country;
    let by_title = elections_under_former_titles(snapshot, &listings, is_all)?;
    let by_title = by_title.into_iter().filter(|(at, other)| {
        listings
            .get(*at)
            .is_some_and(|own| is_own(own) && evidence::may_match(&own.summary, &other.summary))
    });
    let by_title: Vec<(usize, Arc<Listing>)> = by_title.collect();
    // The territory of the record with the former title has the pair.
    let first_foreign = listings.len();
    for (at, listing) in by_title {
        candidates.push((at, listings.len()));
        listings.push(listing);
    }
    for (first, second) in candidates {
        let (Some(one), Some(other)) = (listings.get(first), listings.get(second)) else {
            continue;
        };
        let is_of_other_name =
            second < first_foreign && country_of(one).min(country_of(other)) != country;
        if is_all && is_of_other_name || sources.have_common(one, other)? {
            continue;
        }
        let [one_record, other_record] =
            [snapshot.record(one.version)?, snapshot.record(other.version)?];
        let lineage = match &lineage {
            Some(lineage) => lineage,
            None => lineage.insert(LineageIndex::new(&snapshot.lineages(country)?)),
        };
        let sides = [(one, &one_record), (other, &other_record)]
            .map(|(listing, record)| Side { election: &record.election, titles: &listing.titles });
        let Some(mut evidence) = evidence::compare(sides[0], sides[1], lineage) else { continue };
        if snapshot.were_split(one.version.election, other.version.election)? {
            evidence.confidence = MatchConfidence::Possible;
            evidence.words.push("they were merged before, and split".to_owned());
        }
        pairs.push(CandidatePair { first, second, evidence });
    }
    mark_ambiguous(&mut pairs, &listings, &mut sources)?;
    let matches = pairs.into_iter().filter_map(|pair| {
        let (one, other) = (listings.get(pair.first)?, listings.get(pair.second)?);
        let (one, other) =
            if one.version.election < other.version.election { (one, other) } else { (other, one) };
        Some((one, other, pair.evidence))
    });
    let mut found = Vec::new();
    for (one, other, evidence) in matches {
        let Evidence { confidence, words, .. } = evidence;
        let (first, second) = (sources.matched(one)?, sources.matched(other)?);
        found.push(ElectionMatch { confidence, first, second, evidence: words });
    }
    Ok(found)
}

/// Returns the pairs of listings, by index, whose dates and types do not exclude a match.
fn candidates(listings: &[Arc<Listing>]) -> Vec<(usize, usize)> {
    // Records of different areas are never a pair.
    let mut by_year: BTreeMap<(Vec<String>, i32), Vec<usize>> = BTreeMap::new();
    for (at, listing) in listings.iter().enumerate() {
        let dates = listing.summary.dates.iter().map(|date| date.year());
        let years: BTreeSet<i32> = dates.chain(listing.summary.year).collect();
        let area = listing.summary.area.as_ref().map(Area::slugs).unwrap_or_default();
        for year in years {
            by_year.entry((area.clone(), year)).or_default().push(at);
        }
    }
    let mut pairs = BTreeSet::new();
    for ((area, year), indices) in &by_year {
        // Two days around the new year are close.
        let next = by_year.get(&(area.clone(), year + 1)).into_iter().flatten();
        let near: Vec<usize> = indices.iter().chain(next).copied().collect();
        for (position, first) in near.iter().enumerate() {
            for second in near.iter().skip(position + 1).filter(|second| *second != first) {
                let pair = (*first.min(second), *first.max(second));
                if let (Some(one), Some(other)) = (listings.get(pair.0), listings.get(pair.1))
                    && evidence::may_match(&one.summary, &other.summary)
                {
                    pairs.insert(pair);
                }
            }
        }
    }
    pairs.into_iter().collect()
}

/// Lowers the confidence of pairs that cannot all be right, because they would merge two elections
/// of one source. Pairs in which one record identifies the other prevail.
fn mark_ambiguous(
    pairs: &mut [CandidatePair],
    listings: &[Arc<Listing>],
    sources: &mut SourceNames<'_>,
) -> Result<()> {
    for is_identified in [true, false] {
        let is_strong = |pair: &CandidatePair| {
            pair.evidence.confidence == MatchConfidence::Certain
                && (pair.evidence.is_identified || !is_identified)
        };
        let mut sets = DisjointSets::new(listings.len());
        pairs.iter().filter(|pair| is_strong(pair)).for_each(|pair| {
            sets.union(pair.first, pair.second);
        });
        let mut members: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for pair in pairs.iter().filter(|pair| is_strong(pair)) {
            members.entry(sets.root(pair.first)).or_default().extend([pair.first, pair.second]);
        }
        for set in members.values() {
            if !sources.have_any_common(set, listings)? {
                continue;
            }
            let ambiguous = pairs.iter_mut().filter(|pair| {
                pair.evidence.confidence == MatchConfidence::Certain
                    && set.contains(&pair.first)
                    && set.contains(&pair.second)
                    && (is_identified || !pair.evidence.is_identified)
            });
            for pair in ambiguous {
                pair.evidence.confidence = MatchConfidence::Probable;
                let words = "another record of one of the sources fits as well";
                pair.evidence.words.push(words.to_owned());
            }
        }
    }
    Ok(())
}

/// The names of the sources of each election.
struct SourceNames<'s> {
    snapshot: &'s Snapshot,
    names: HashMap<ElectionId, Arc<[String]>>,
}

impl SourceNames<'_> {
    fn of(&mut self, id: ElectionId) -> Result<Arc<[String]>> {
        if let Some(names) = self.names.get(&id) {
            return Ok(Arc::clone(names));
        }
        let names: Arc<[String]> = self.snapshot.election_sources(id)?.into();
        self.names.insert(id, Arc::clone(&names));
        Ok(names)
    }

    fn have_common(&mut self, one: &Listing, other: &Listing) -> Result<bool> {
        let (one, other) = (self.of(one.version.election)?, self.of(other.version.election)?);
        Ok(one.iter().any(|name| other.contains(name)))
    }

    fn have_any_common(
        &mut self,
        set: &BTreeSet<usize>,
        listings: &[Arc<Listing>],
    ) -> Result<bool> {
        let mut seen = BTreeSet::new();
        for listing in set.iter().filter_map(|at| listings.get(*at)) {
            for name in self.of(listing.version.election)?.iter() {
                if !seen.insert(name.clone()) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn matched(&mut self, listing: &Listing) -> Result<MatchedElection> {
        Ok(MatchedElection {
            id: listing.version.election,
            address: listing.address.clone(),
            title: listing.summary.title.clone(),
            date: listing.summary.start(),
            kind: listing.summary.kind.clone(),
            sources: self.of(listing.version.election)?.to_vec(),
        })
    }
}
