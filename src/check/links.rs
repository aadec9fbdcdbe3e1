//! Checks links against each other, and against years and dates.

use std::collections::{HashMap, HashSet};

use super::finding::{Finding, FindingDraft, Rule};
use super::known::{LinkResolver, have_comparable_types, links};
use crate::Result;
use crate::analysis::chain::Direction;
use crate::archive::{ElectionId, Record};
use crate::model::{DateBound, Election, ElectionType, Link, PollOutcome, count, fold, slug};

/// Key made of several words: the first 8 bytes of their BLAKE3 hash. Short, since there are as
/// many keys as elections. Among a million keys, the probability of a collision is about 1 in 30
/// million.
type Digest = [u8; 8];

fn digest(words: &[&str]) -> Digest {
    let mut hasher = blake3::Hasher::new();
    for word in words {
        hasher.update(&(word.len() as u64).to_le_bytes()).update(word.as_bytes());
    }
    hasher.finalize().as_bytes().first_chunk().copied().unwrap_or_default()
}

/// Returns the key of a record's source (a file, read in one format) and a side.
fn source_side_key(record: &Record, side: &str) -> Digest {
    digest(&[&record.version.format, &record.version.source, side])
}

/// Collects the links of the records, one record at a time.
pub(super) struct LinkChecker<'a> {
    known: &'a LinkResolver<'a>,
    findings: Vec<Finding>,
    /// Links that are not returned, by the source and side that lack the link back.
    silent: HashMap<Digest, Vec<UnreturnedLink>>,
    /// The sources and sides that have at least one link.
    spoken: HashSet<Digest>,
    /// The first election with an unreturned link to another one. The key is the linked election,
    /// and a digest of the missing side and of the linking election's territory and type.
    claims: HashMap<(ElectionId, Digest), ElectionId>,
}

struct UnreturnedLink {
    finding: Finding,
    /// The election that does not return the link, with its source and format.
    address: String,
    source: String,
    format: String,
    side: &'static str,
}

impl<'a> LinkChecker<'a> {
    pub(super) fn new(known: &'a LinkResolver<'a>) -> Self {
        let (findings, silent, spoken, claims) = Default::default();
        Self { known, findings, silent, spoken, claims }
    }

    pub(super) fn check(&mut self, record: &Record) -> Result<()> {
        for side in [Direction::Earlier, Direction::Later] {
            let links = links(&record.election, side);
            if !links.is_empty() {
                self.spoken.insert(source_side_key(record, side.word()));
            }
            for (place, kind, link) in links {
                let told = self.link(record, side, &place, kind, link)?;
                self.findings.extend(told.into_iter().map(|wrong| wrong.of(&record.address)));
            }
        }
        Ok(())
    }

    fn link(
        &mut self,
        record: &Record,
        side: Direction,
        place: &str,
        kind: Option<&ElectionType>,
        link: &Link,
    ) -> Result<Option<FindingDraft>> {
        let Some(title) = &link.title else { return Ok(None) };
        let said = format!("'{title}'");
        let Some(other) = self.known.titled(title)? else {
            let removed = self.known.was_removed(title)?;
            let there = if removed { "that was not removed" } else { "in the archive" };
            let expected = format!("an election {there}");
            return Ok(Some(FindingDraft::new(Rule::LinkMissing, place, said, expected).note()));
        };
        if other.id == record.id {
            let expected = "another election than itself".to_owned();
            return Ok(Some(FindingDraft::new(Rule::LinkCycle, place, said, expected)));
        }
        let back = side.other();
        let back: Vec<_> = match kind {
            Some(kind) => {
                back.link(&other.election.outline(), Some(kind)).cloned().into_iter().collect()
            }
            None => {
                links(&other.election, back).into_iter().map(|(.., link)| link.clone()).collect()
            }
        };
        let titles: Vec<&String> = back.iter().filter_map(|link| link.title.as_ref()).collect();
        let returned = titles.iter().any(|title| record.titles.contains(&fold(title)));
        if let Some(wrong) = year(&other, link, place) {
            self.findings.push(wrong.of(&record.address));
        }
        // If both sides claim the wrong order, only the later election reports it.
        let told_there = side == Direction::Later && returned && self.known.checks(other.id);
        if let Some(wrong) = order(record, &other, side, place).filter(|_| !told_there) {
            self.findings.push(wrong.of(&record.address));
        }
        if returned {
            return Ok(None);
        }
        let word = side.other().word();
        for title in &titles {
            let instead = self.known.titled(title)?;
            // An election of another type may well follow a different election.
            let alike = have_comparable_types(&record.election, &other.election)
                && instead.is_none_or(|instead| {
                    have_comparable_types(&record.election, &instead.election)
                });
            if alike {
                let expected = format!("{}, whose {word} is '{title}'", other.address);
                return Ok(Some(FindingDraft::new(Rule::LinkConflicting, place, said, expected)));
            }
        }
        if let Some(rival) = self.rival(record, &other, word, kind)? {
            let expected = format!("one election; {rival} names it as its {} too", side.word());
            let wrong =
                FindingDraft::new(Rule::LinkConflicting, place, said.clone(), expected).note();
            self.findings.push(wrong.of(&record.address));
        }
        let expected = format!("{} to name it as its {word}", other.address);
        let finding = FindingDraft::new(Rule::LinkOneSided, place, said, expected).note();
        let silent = UnreturnedLink {
            finding: finding.of(&record.address),
            address: other.address.clone(),
            source: other.version.source.clone(),
            format: other.version.format.clone(),
            side: word,
        };
        if !links(&other.election, side.other()).is_empty() {
            self.spoken.insert(source_side_key(&other, word));
        }
        self.silent.entry(source_side_key(&other, word)).or_default().push(silent);
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
        let key = (other.id, digest(&[word, &country, kind]));
        let first = *self.claims.entry(key).or_insert(record.id);
        if first == record.id {
            return Ok(None);
        }
        self.known.address(first).map(Some)
    }

    /// Returns all findings. If no election of a source has a link to one side, all the links
    /// missing on that side become one finding.
    pub(super) fn findings(self) -> Vec<Finding> {
        let mut findings = self.findings;
        let mut all: Vec<(Digest, Vec<UnreturnedLink>)> = self.silent.into_iter().collect();
        all.sort_by_cached_key(|(_, silent)| {
            silent.first().map(|one| (one.format.clone(), one.source.clone(), one.side))
        });
        for (key, mut silent) in all {
            if silent.len() < 2 || self.spoken.contains(&key) {
                findings.extend(silent.into_iter().map(|silent| silent.finding));
                continue;
            }
            let links = silent.len();
            let UnreturnedLink { address, source, format, side: word, .. } = silent.swap_remove(0);
            let other = if word == "next" { "previous" } else { "next" };
            let said = format!("that no election of {source} ({format}) names its {word}");
            let named = count(links as u64, "link");
            let expected = format!("{named} to these, as the {other} of others, to be returned");
            findings.push(
                FindingDraft::new(Rule::LinkOneSided, word, said, expected).note().of(&address),
            );
        }
        findings
    }
}

fn year(other: &Record, link: &Link, place: &str) -> Option<FindingDraft> {
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

fn order(record: &Record, other: &Record, side: Direction, place: &str) -> Option<FindingDraft> {
    let (here, there) = record.election.start().zip(other.election.start())?;
    let (earlier, later) = if side == Direction::Earlier { (there, here) } else { (here, there) };
    let dated = has_ordering_date(&record.election) && has_ordering_date(&other.election);
    if later >= earlier || later.covers(earlier) || !dated {
        return None;
    }
    let word = if side == Direction::Earlier { "before" } else { "after" };
    let said = format!("{}, on {there}", other.address);
    Some(FindingDraft::new(Rule::OrderOfTime, place, said, format!("{word} {here}")))
}
