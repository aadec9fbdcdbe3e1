//! Checks links against each other, and against years and dates.

use std::collections::{HashMap, HashSet};

use super::finding::{Finding, FindingDraft, Rule};
use super::resolve::{LinkResolver, are_of_same_area, have_comparable_types, links};
use crate::Result;
use crate::analysis::chain::Direction;
use crate::archive::{ElectionId, Record, VersionInfo};
use crate::model::{DateBound, Election, ElectionType, Link, PollOutcome, format_count, slug};

/// Key made of several words: the first 8 bytes of their BLAKE3 hash. The key is short, since there
/// are as many keys as elections. Among a million keys, the probability of a collision is about 1
/// in 30 million.
type HashKey = [u8; 8];

fn hash_key(words: &[&str]) -> HashKey {
    let mut hasher = blake3::Hasher::new();
    for word in words {
        hasher.update(&(word.len() as u64).to_le_bytes()).update(word.as_bytes());
    }
    hasher.finalize().as_bytes().first_chunk().copied().unwrap_or_default()
}

/// Returns the key of a record's source (a file, read in one format) and a side.
fn source_side_key(record: &Record, side: &str) -> HashKey {
    let VersionInfo { format, source, file, .. } = &record.version;
    hash_key(&[format, source, file, side])
}

/// Checks the links of the records, one record at a time, and collects the findings.
pub(super) struct LinkChecker<'a> {
    resolver: &'a LinkResolver<'a>,
    findings: Vec<Finding>,
    /// Links that are not returned, by the source and side that lack the link back.
    unreturned: HashMap<HashKey, Vec<UnreturnedLink>>,
    /// The sources and sides that have at least one link.
    sides_with_links: HashSet<HashKey>,
    /// The first election with an unreturned link to each linked election. The key is the linked
    /// election, and a digest of the side that lacks the link back and of the linking election's
    /// territory and type.
    claims: HashMap<(ElectionId, HashKey), ElectionId>,
}

struct UnreturnedLink {
    finding: Finding,
    /// Address of the election that does not return the link. `source` and `format` are also about
    /// this election.
    address: String,
    source: String,
    format: String,
    side: &'static str,
}

impl<'a> LinkChecker<'a> {
    pub(super) fn new(resolver: &'a LinkResolver<'a>) -> Self {
        let (findings, unreturned, sides_with_links, claims) = Default::default();
        Self { resolver, findings, unreturned, sides_with_links, claims }
    }

    pub(super) fn check(&mut self, record: &Record) -> Result<()> {
        for side in [Direction::Earlier, Direction::Later] {
            let links = links(&record.election, side);
            if !links.is_empty() {
                self.sides_with_links.insert(source_side_key(record, side.link_name()));
            }
            for (place, kind, link) in links {
                let draft = self.check_link(record, side, &place, kind, link)?;
                self.findings
                    .extend(draft.into_iter().map(|draft| draft.into_finding(&record.address)));
            }
        }
        Ok(())
    }

    fn check_link(
        &mut self,
        record: &Record,
        side: Direction,
        place: &str,
        kind: Option<&ElectionType>,
        link: &Link,
    ) -> Result<Option<FindingDraft>> {
        let Some(title) = &link.title else { return Ok(None) };
        let stated = format!("'{title}'");
        let Some(other) = self.resolver.linked_record(record, link)? else {
            let removed = self.resolver.was_removed(record, link)?;
            let location = if removed { "that was not removed" } else { "in the archive" };
            let expected = format!("an election {location}");
            return Ok(Some(
                FindingDraft::new(Rule::LinkMissing, place, stated, expected).into_note(),
            ));
        };
        if other.id == record.id {
            let expected = "another election than itself".to_owned();
            return Ok(Some(FindingDraft::new(Rule::LinkCycle, place, stated, expected)));
        }
        if !are_of_same_area(&record.election, &other.election) {
            // The link of an area may name the election of the whole country, which links to no area.
            return Ok(check_year(&other, link, place));
        }
        let back = side.opposite();
        let back: Vec<_> = match kind {
            Some(kind) => {
                back.link(&other.election.summary(), Some(kind)).cloned().into_iter().collect()
            }
            None => {
                links(&other.election, back).into_iter().map(|(.., link)| link.clone()).collect()
            }
        };
        let mut returned = false;
        for back in &back {
            returned |= self.resolver.leads_to((other.version_id(), back), record)?;
        }
        if let Some(draft) = check_year(&other, link, place) {
            self.findings.push(draft.into_finding(&record.address));
        }
        // If both sides claim the wrong order, only the election that claims to be the later one
        // reports it.
        let is_reported_by_other =
            side == Direction::Later && returned && self.resolver.is_checked(other.id);
        if let Some(draft) =
            check_order(record, &other, side, place).filter(|_| !is_reported_by_other)
        {
            self.findings.push(draft.into_finding(&record.address));
        }
        if returned {
            return Ok(None);
        }
        let word = side.opposite().link_name();
        for (back, title) in back.iter().filter_map(|back| Some((back, back.title.as_ref()?))) {
            let instead = self.resolver.linked_record(&other, back)?;
            // Elections of another type form chains of their own, so their links do not conflict.
            let is_comparable = have_comparable_types(&record.election, &other.election)
                && instead.is_none_or(|instead| {
                    have_comparable_types(&record.election, &instead.election)
                });
            if is_comparable {
                let expected = format!("{}, whose {word} is '{title}'", other.address);
                return Ok(Some(FindingDraft::new(Rule::LinkConflicting, place, stated, expected)));
            }
        }
        if let Some(rival) = self.rival(record, &other, word, kind)? {
            let expected =
                format!("one election; {rival} names it as its {} too", side.link_name());
            let draft = FindingDraft::new(Rule::LinkConflicting, place, stated.clone(), expected)
                .into_note();
            self.findings.push(draft.into_finding(&record.address));
        }
        let expected = format!("{} to name it as its {word}", other.address);
        let finding = FindingDraft::new(Rule::LinkOneSided, place, stated, expected).into_note();
        let unreturned = UnreturnedLink {
            finding: finding.into_finding(&record.address),
            address: other.address.clone(),
            source: other.version.file.clone(),
            format: other.version.format.clone(),
            side: word,
        };
        if !links(&other.election, side.opposite()).is_empty() {
            self.sides_with_links.insert(source_side_key(&other, word));
        }
        self.unreturned.entry(source_side_key(&other, word)).or_default().push(unreturned);
        Ok(None)
    }

    /// Returns the address of another election of the same territory and type that links to `other`
    /// from the same side. Only presidential and parliamentary elections have rivals: several
    /// by-elections, for example, may follow the same election.
    fn rival(
        &mut self,
        record: &Record,
        other: &Record,
        word: &'static str,
        kind: Option<&ElectionType>,
    ) -> Result<Option<String>> {
        let kind = match kind.or(record.election.kind.as_ref()) {
            Some(ElectionType::Presidential) => "president",
            Some(
                ElectionType::Parliamentary | ElectionType::Legislative | ElectionType::General,
            ) => "parliament",
            _ => return Ok(None),
        };
        let Some(country) = record.election.country.as_deref().map(slug) else { return Ok(None) };
        let key = (other.id, hash_key(&[word, &country, kind]));
        let first = *self.claims.entry(key).or_insert(record.id);
        if first == record.id {
            return Ok(None);
        }
        self.resolver.address(first).map(Some)
    }

    /// Returns all findings. If no election of a source has a link to one side, all the links
    /// missing on that side become one finding.
    pub(super) fn findings(self) -> Vec<Finding> {
        let mut findings = self.findings;
        let mut groups: Vec<(HashKey, Vec<UnreturnedLink>)> = self.unreturned.into_iter().collect();
        groups.sort_by_cached_key(|(_, unreturned)| {
            unreturned.first().map(|one| (one.format.clone(), one.source.clone(), one.side))
        });
        for (key, mut unreturned) in groups {
            if unreturned.len() < 2 || self.sides_with_links.contains(&key) {
                findings.extend(unreturned.into_iter().map(|link| link.finding));
                continue;
            }
            let links = unreturned.len();
            let UnreturnedLink { address, source, format, side: word, .. } =
                unreturned.swap_remove(0);
            let other = if word == "next" { "previous" } else { "next" };
            let stated = format!("that no election of {source} ({format}) names its {word}");
            let named = format_count(links as u64, "link");
            let expected = format!("{named} to these, as the {other} of others, to be returned");
            findings.push(
                FindingDraft::new(Rule::LinkOneSided, word, stated, expected)
                    .into_note()
                    .into_finding(&address),
            );
        }
        findings
    }
}

fn check_year(other: &Record, link: &Link, place: &str) -> Option<FindingDraft> {
    let (stated, year) = link.year.zip(other.election.year)?;
    // A vote held across the turn of a year may be named after either year.
    let years = super::year::years(&other.election);
    if stated.year() == year || years.contains(&stated.year()) {
        return None;
    }
    let expected = format!("in {year}, as {} says", other.address);
    Some(FindingDraft::new(Rule::LinkYear, place, format!("in {stated}"), expected))
}

/// Returns whether the date of an election determines an order. Date bounds do not, nor do the
/// dates of votes that were not held.
fn has_ordering_date(election: &Election) -> bool {
    election.dates.first().is_none_or(|date| {
        date.bound == DateBound::On
            && matches!(date.outcome, None | Some(PollOutcome::Annulled | PollOutcome::Rerun))
    })
}

fn check_order(
    record: &Record,
    other: &Record,
    side: Direction,
    place: &str,
) -> Option<FindingDraft> {
    let (own_date, other_date) = record.election.start().zip(other.election.start())?;
    let (earlier, later) =
        if side == Direction::Earlier { (other_date, own_date) } else { (own_date, other_date) };
    let dated = has_ordering_date(&record.election) && has_ordering_date(&other.election);
    if later >= earlier || later.covers(earlier) || !dated {
        return None;
    }
    let word = if side == Direction::Earlier { "before" } else { "after" };
    let stated = format!("{}, on {other_date}", other.address);
    Some(FindingDraft::new(Rule::DateOrder, place, stated, format!("{word} {own_date}")))
}
