//! Links to chains: the elections before and after one, and how each step is known.
//!
//! A link is a claim, so a step is known from both sides, from one, or not from the records at
//! all. The walk never follows a claim twice, and says where it had to stop.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::Result;
use crate::archive::{ElectionId, Elections, Record};
use crate::model::{Election, Kind, Link, PartialDate, fold};

/// How a chain is walked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// The contest type; without one, that of the election at which the walk starts.
    pub kind: Option<Kind>,
    /// Where no record names a neighbour, take the nearest election of the same territory and
    /// type, and mark it so.
    pub infer: bool,
}

/// How a step is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// The walk started here.
    Start,
    /// Each of the two elections names the other.
    BothSides,
    /// Only the earlier of the two names the later.
    EarlierSide,
    /// Only the later of the two names the earlier.
    LaterSide,
    /// The one names the other, which names a different election instead.
    Conflicting,
    /// No record says so: the nearest in time.
    Inferred,
    /// A record names it, and it is not in the archive.
    Missing,
    /// A record names it, and it was removed from the archive.
    Removed,
    /// A record names it, and it is of another type.
    OtherType,
    /// The walk came back to an election where it had been.
    Cycle,
}

impl Known {
    /// In words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::BothSides => "both sides",
            Self::EarlierSide => "one side (the earlier)",
            Self::LaterSide => "one side (the later)",
            Self::Conflicting => "conflicting",
            Self::Inferred => "inferred",
            Self::Missing => "missing: not in the archive",
            Self::Removed => "missing: removed",
            Self::OtherType => "of another type",
            Self::Cycle => "cycle: stands above",
        }
    }
}

/// One election of a chain, or what is said of one that cannot be shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// The title: the record's own, or the one that the link names.
    pub title: String,
    /// The address, of a record in the archive.
    pub address: Option<String>,
    /// The first date of the record, or the year that is known of it.
    pub date: Option<PartialDate>,
    /// The country.
    pub country: Option<String>,
    /// How the step from its neighbour (on the side of the start) is known.
    pub known: Known,
    /// What else is said: other claims for the same place, and statements that do not agree.
    pub notes: Vec<String>,
    /// The record.
    #[serde(skip)]
    pub record: Option<Record>,
}

/// Elections that follow one another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chain {
    /// The contest type that is followed.
    #[serde(rename = "type")]
    pub kind: Option<Kind>,
    /// In order, from the earliest.
    pub steps: Vec<Step>,
}

impl Chain {
    /// The records of the chain, in order.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.steps.iter().filter_map(|step| step.record.as_ref())
    }

    /// Each two neighbours of the chain of which both are in the archive.
    pub fn pairs(&self) -> impl Iterator<Item = (&Record, &Record)> {
        self.steps.windows(2).filter_map(|pair| match pair {
            [earlier, later] => Some((earlier.record.as_ref()?, later.record.as_ref()?)),
            _ => None,
        })
    }
}

/// Walks from an election back, and on.
///
/// # Errors
/// When the archive cannot be read.
pub fn chain(archive: &impl Elections, start: &Record, options: &Options) -> Result<Chain> {
    let election = &start.election;
    let kinds = election.contests.iter().filter_map(|contest| contest.kind.as_ref());
    let kind = options.kind.clone().or_else(|| kinds.chain(&election.kind).next().cloned());
    let mut walk = Walk { archive, kind, infer: options.infer, seen: BTreeSet::from([start.id]) };
    let mut steps = walk.go(start, Side::Earlier)?;
    steps.reverse();
    steps.push(step(start.clone(), Known::Start, Vec::new()));
    steps.extend(walk.go(start, Side::Later)?);
    Ok(Chain { kind: walk.kind, steps })
}

/// Before an election, or after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Side {
    Earlier,
    Later,
}

impl Side {
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Earlier => Self::Later,
            Self::Later => Self::Earlier,
        }
    }

    /// What a link to this side is called.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Earlier => "previous",
            Self::Later => "next",
        }
    }

    /// What an election says stands on this side, for a contest type: its contest's own link,
    /// else its own.
    pub(crate) fn link(self, election: &Election, kind: Option<&Kind>) -> Option<Link> {
        let of = |previous: &Option<Link>, next: &Option<Link>| match self {
            Self::Earlier => previous.clone(),
            Self::Later => next.clone(),
        };
        let fits = |other: &Option<Kind>| {
            kind.zip(other.as_ref()).is_none_or(|(kind, other)| kind.comparable(other))
        };
        let mut contests = election.contests.iter().filter(|contest| fits(&contest.kind));
        contests
            .find_map(|contest| of(&contest.previous, &contest.next))
            .or_else(|| of(&election.previous, &election.next))
    }
}

struct Walk<'a, A> {
    archive: &'a A,
    kind: Option<Kind>,
    infer: bool,
    seen: BTreeSet<ElectionId>,
}

impl<A: Elections> Walk<'_, A> {
    fn go(&mut self, start: &Record, side: Side) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        let mut at = start.clone();
        while let Some(step) = self.neighbour(&at, side)? {
            let next = step.record.clone();
            steps.push(step);
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
        Ok(steps)
    }

    /// The election on one side of a record: what the record says, else who says so of it, else
    /// who is nearest.
    fn neighbour(&mut self, from: &Record, side: Side) -> Result<Option<Step>> {
        let said = side.link(&from.election, self.kind.as_ref());
        let claims = self.claims(from, side)?;
        let named = said.as_ref().and_then(|link| link.title.clone());
        let found = named.as_ref().map(|title| self.archive.titled(title)).transpose()?.flatten();
        if let Some(found) = found.filter(|found| found.id != from.id) {
            let others = claims.iter().filter(|claim| claim.id != found.id);
            let mut notes: Vec<String> = others.map(|other| fork(other, side, from)).collect();
            notes.extend(disagreement(&found, said.as_ref(), from, side));
            let known = self.known(from, &found, side, &mut notes)?;
            return Ok(Some(self.reach(found, known, notes)));
        }
        let unfound = said.filter(|link| link.title.is_some() || link.year.is_some());
        if let Some(link) = unfound.filter(|_| claims.is_empty()) {
            return self.unfound(&link).map(Some);
        }
        let mut claims = claims.into_iter();
        if let Some(claim) = claims.next() {
            let mut notes: Vec<String> = claims.map(|other| fork(&other, side, from)).collect();
            // The record itself names another election, which the archive does not have.
            let known = match (named, side) {
                (Some(named), _) => {
                    notes.push(format!("{} says '{named}'", from.address));
                    Known::Conflicting
                }
                (None, Side::Earlier) => Known::EarlierSide,
                (None, Side::Later) => Known::LaterSide,
            };
            return Ok(Some(self.reach(claim, known, notes)));
        }
        let inferred = if self.infer { self.nearest(from, side)? } else { None };
        Ok(inferred.map(|record| self.reach(record, Known::Inferred, Vec::new())))
    }

    /// Whether the found election names the record too.
    fn known(
        &self,
        from: &Record,
        found: &Record,
        side: Side,
        notes: &mut Vec<String>,
    ) -> Result<Known> {
        let back = side.other().link(&found.election, self.kind.as_ref());
        let Some(title) = back.and_then(|link| link.title) else {
            return Ok(match side {
                Side::Earlier => Known::LaterSide,
                Side::Later => Known::EarlierSide,
            });
        };
        if from.titles.contains(&fold(&title)) {
            return Ok(Known::BothSides);
        }
        notes.push(format!("its {} is '{title}'", side.other().word()));
        Ok(Known::Conflicting)
    }

    /// The elections that name a record as what stands on their other side.
    fn claims(&self, from: &Record, side: Side) -> Result<Vec<Record>> {
        let mut claims = self.archive.linking_to(from)?;
        claims.retain(|record| {
            let back = side.other().link(&record.election, self.kind.as_ref());
            let names = back
                .and_then(|link| link.title)
                .is_some_and(|title| from.titles.contains(&fold(&title)));
            names && self.belongs(&record.election)
        });
        claims.sort_by_key(|record| (record.election.start(), record.id));
        Ok(claims)
    }

    fn unfound(&self, link: &Link) -> Result<Step> {
        let title = link.title.clone().unwrap_or_else(|| "an election without a title".to_owned());
        let removed = self.archive.was_removed(&title)?;
        let known = if removed { Known::Removed } else { Known::Missing };
        let notes = Vec::new();
        Ok(Step {
            title,
            address: None,
            date: link.year,
            country: None,
            known,
            notes,
            record: None,
        })
    }

    fn reach(&mut self, record: Record, known: Known, notes: Vec<String>) -> Step {
        let known = if !self.belongs(&record.election) {
            Known::OtherType
        } else if !self.seen.insert(record.id) {
            Known::Cycle
        } else {
            return step(record, known, notes);
        };
        Step { record: None, ..step(record, known, notes) }
    }

    /// Whether an election holds a contest of the chain's type. One of which no contest is known
    /// may hold any that its own type allows.
    fn belongs(&self, election: &Election) -> bool {
        let Some(kind) = &self.kind else { return true };
        let mut kinds =
            election.contests.iter().filter_map(|contest| contest.kind.as_ref()).peekable();
        if kinds.peek().is_some() {
            return kinds.any(|other| other.comparable(kind));
        }
        election.kind.as_ref().is_none_or(|other| other.comparable(kind) || *other == Kind::General)
    }

    /// The nearest election of the same territory and type, on one side in time.
    fn nearest(&self, from: &Record, side: Side) -> Result<Option<Record>> {
        let (Some(country), Some(own)) = (&from.election.country, from.election.start()) else {
            return Ok(None);
        };
        let mut others = self.archive.of_territory(country)?;
        others.retain(|record| record.id != from.id && self.belongs(&record.election));
        let timed =
            others.into_iter().filter_map(|record| Some((record.election.start()?, record)));
        // A year covers the days in it, so of these it is neither before nor after.
        let apart = |other: PartialDate| !own.covers(other) && !other.covers(own);
        Ok(match side {
            Side::Earlier => {
                timed.filter(|(date, _)| *date < own && apart(*date)).max_by_key(|(date, _)| *date)
            }
            Side::Later => {
                timed.filter(|(date, _)| *date > own && apart(*date)).min_by_key(|(date, _)| *date)
            }
        }
        .map(|(_, record)| record))
    }
}

fn step(record: Record, known: Known, notes: Vec<String>) -> Step {
    Step {
        title: record.election.title.clone(),
        address: Some(record.address.clone()),
        date: record.election.start(),
        country: record.election.country.clone(),
        known,
        notes,
        record: Some(record),
    }
}

fn fork(other: &Record, side: Side, from: &Record) -> String {
    format!("fork: {} has {} as its {} too", other.address, from.address, side.other().word())
}

/// A stated year that the neighbour's record does not have, and a neighbour on the wrong side in
/// time.
fn disagreement(found: &Record, link: Option<&Link>, from: &Record, side: Side) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some((stated, year)) = link.and_then(|link| link.year).zip(found.election.year)
        && stated.year() != year
    {
        notes.push(format!("{} says that it was in {stated}", from.address));
    }
    if let Some((own, other)) = from.election.start().zip(found.election.start()) {
        let wrong = match side {
            Side::Earlier => other > own && !own.covers(other),
            Side::Later => other < own && !other.covers(own),
        };
        if wrong {
            notes.push(format!("against the order of time: {} is of {own}", from.address));
        }
    }
    notes
}
