//! What the links of the records say against each other, and against years and dates.

use std::collections::{HashMap, HashSet};

use super::finding::{Finding, Topic, Wrong};
use super::known::{Known, links, of_one_type};
use crate::Result;
use crate::archive::{ElectionId, Record};
use crate::chain::Side;
use crate::model::{Bound, Election, Kind, Link, Outcome, count, fold, slug};

/// Several words as one key: the first bytes of their BLAKE3, since there are as many keys as elections. Of a million keys, two
/// are the same with a chance of 1 in 30 million.
type Digest = [u8; 8];

fn digest(words: &[&str]) -> Digest {
    let mut hasher = blake3::Hasher::new();
    for word in words {
        hasher.update(&(word.len() as u64).to_le_bytes()).update(word.as_bytes());
    }
    hasher.finalize().as_bytes().first_chunk().copied().unwrap_or_default()
}

/// Where a record is from (a file, read in one format), and a side of it.
fn source_side(record: &Record, side: &str) -> Digest {
    digest(&[&record.version.format, &record.version.source, side])
}

/// Gathers what the links say, record by record.
pub(super) struct Links<'a> {
    known: &'a Known<'a>,
    findings: Vec<Finding>,
    /// The links that are not returned, by the source that is silent, and the side of which it is.
    silent: HashMap<Digest, Vec<Silent>>,
    /// The sides of which the elections of a source have links.
    spoken: HashSet<Digest>,
    /// Who first names an election that names nobody back, by that, the side on which it is silent, and the territory
    /// and type of those that name it.
    claims: HashMap<(ElectionId, Digest), ElectionId>,
}

struct Silent {
    finding: Finding,
    /// The election that does not return the link, and where that is from.
    address: String,
    source: String,
    format: String,
    side: &'static str,
}

impl<'a> Links<'a> {
    pub(super) fn new(known: &'a Known<'a>) -> Self {
        let (findings, silent, spoken, claims) = Default::default();
        Self { known, findings, silent, spoken, claims }
    }

    pub(super) fn check(&mut self, record: &Record) -> Result<()> {
        for side in [Side::Earlier, Side::Later] {
            let links = links(&record.election, side);
            if !links.is_empty() {
                self.spoken.insert(source_side(record, side.word()));
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
        side: Side,
        place: &str,
        kind: Option<&Kind>,
        link: &Link,
    ) -> Result<Option<Wrong>> {
        let Some(title) = &link.title else { return Ok(None) };
        let said = format!("'{title}'");
        let Some(other) = self.known.titled(title)? else {
            let removed = self.known.was_removed(title)?;
            let there = if removed { "that was not removed" } else { "in the archive" };
            let expected = format!("an election {there}");
            return Ok(Some(Wrong::new(Topic::LinkMissing, place, said, expected).note()));
        };
        if other.id == record.id {
            let expected = "another election than itself".to_owned();
            return Ok(Some(Wrong::new(Topic::LinkCycle, place, said, expected)));
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
        // Said by both sides, it is told at the later.
        let told_there = side == Side::Later && returned && self.known.checks(other.id);
        if let Some(wrong) = order(record, &other, side, place).filter(|_| !told_there) {
            self.findings.push(wrong.of(&record.address));
        }
        if returned {
            return Ok(None);
        }
        let word = side.other().word();
        for title in &titles {
            let instead = self.known.titled(title)?;
            // An election of another type may well follow another one.
            let alike = of_one_type(&record.election, &other.election)
                && instead.is_none_or(|instead| of_one_type(&record.election, &instead.election));
            if alike {
                let expected = format!("{}, whose {word} is '{title}'", other.address);
                return Ok(Some(Wrong::new(Topic::LinkConflicting, place, said, expected)));
            }
        }
        if let Some(rival) = self.rival(record, &other, word, kind)? {
            let expected = format!("one election; {rival} names it as its {} too", side.word());
            let wrong = Wrong::new(Topic::LinkConflicting, place, said.clone(), expected).note();
            self.findings.push(wrong.of(&record.address));
        }
        let expected = format!("{} to name it as its {word}", other.address);
        let finding = Wrong::new(Topic::LinkOneSided, place, said, expected).note();
        let silent = Silent {
            finding: finding.of(&record.address),
            address: other.address.clone(),
            source: other.version.source.clone(),
            format: other.version.format.clone(),
            side: word,
        };
        if !links(&other.election, side.other()).is_empty() {
            self.spoken.insert(source_side(&other, word));
        }
        self.silent.entry(source_side(&other, word)).or_default().push(silent);
        Ok(None)
    }

    /// The address of another election of the same territory and type that names the same one. By-elections and
    /// the like may all follow one.
    fn rival(
        &mut self,
        record: &Record,
        other: &Record,
        word: &'static str,
        kind: Option<&Kind>,
    ) -> Result<Option<String>> {
        let kind = match kind.or(record.election.kind.as_ref()) {
            Some(Kind::Presidential) => "president",
            Some(Kind::Parliamentary | Kind::Legislative | Kind::General) => "parliament",
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

    /// All of it. A source that has no links to one side at all says nothing by their absence, and is told once.
    pub(super) fn findings(self) -> Vec<Finding> {
        let mut findings = self.findings;
        let mut all: Vec<(Digest, Vec<Silent>)> = self.silent.into_iter().collect();
        all.sort_by_cached_key(|(_, silent)| {
            silent.first().map(|one| (one.format.clone(), one.source.clone(), one.side))
        });
        for (key, mut silent) in all {
            if silent.len() < 2 || self.spoken.contains(&key) {
                findings.extend(silent.into_iter().map(|silent| silent.finding));
                continue;
            }
            let links = silent.len();
            let Silent { address, source, format, side: word, .. } = silent.swap_remove(0);
            let other = if word == "next" { "previous" } else { "next" };
            let said = format!("that no election of {source} ({format}) names its {word}");
            let named = count(links as u64, "link");
            let expected = format!("{named} to these, as the {other} of others, to be returned");
            findings
                .push(Wrong::new(Topic::LinkOneSided, word, said, expected).note().of(&address));
        }
        findings
    }
}

fn year(other: &Record, link: &Link, place: &str) -> Option<Wrong> {
    let (stated, year) = link.year.zip(other.election.year)?;
    // A vote over the turn of a year may be named by either.
    let years = super::year::years(&other.election);
    if stated.year() == year || years.contains(&stated.year()) {
        return None;
    }
    let expected = format!("in {year}, as {} says", other.address);
    Some(Wrong::new(Topic::LinkYear, place, format!("in {stated}"), expected))
}

/// Dates that are bounds, or of votes that were not held, order nothing.
fn is_dated(election: &Election) -> bool {
    election.dates.first().is_none_or(|date| {
        date.bound == Bound::On
            && matches!(date.outcome, None | Some(Outcome::Annulled | Outcome::Rerun))
    })
}

fn order(record: &Record, other: &Record, side: Side, place: &str) -> Option<Wrong> {
    let (here, there) = record.election.start().zip(other.election.start())?;
    let (earlier, later) = if side == Side::Earlier { (there, here) } else { (here, there) };
    let dated = is_dated(&record.election) && is_dated(&other.election);
    if later >= earlier || later.covers(earlier) || !dated {
        return None;
    }
    let word = if side == Side::Earlier { "before" } else { "after" };
    let said = format!("{}, on {there}", other.address);
    Some(Wrong::new(Topic::OrderOfTime, place, said, format!("{word} {here}")))
}
