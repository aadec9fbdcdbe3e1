//! Chains of elections: the elections before and after one, connected by their links.
//!
//! A link is a claim by one source. A step may therefore be confirmed by both elections, by one, or
//! by none. The walk visits each election once and reports why it stopped.

pub(crate) mod race;

use std::collections::HashSet;
use std::sync::Arc;

use serde::Serialize;

use crate::Result;
use crate::archive::{ElectionId, ElectionQueries, Listing, Record, VersionId};
use crate::model::{ElectionSummary, ElectionType, Link, PartialDate, fold};

/// Options for walking a chain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChainOptions {
    /// Contest type to follow. Defaults to that of the start election.
    pub kind: Option<ElectionType>,
    /// Whether to infer missing links. If no record links to a neighbour, the walk takes the
    /// nearest election of the same territory, part of the territory and type, and marks the step
    /// [`LinkEvidence::Inferred`].
    pub infer: bool,
}

/// Evidence for a step of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkEvidence {
    /// Start of the walk.
    Start,
    /// Both elections link to each other.
    BothSides,
    /// Only the earlier election links to the later one.
    EarlierSide,
    /// Only the later election links to the earlier one.
    LaterSide,
    /// One election links to the other, which links to a different one.
    Conflicting,
    /// No record links the two; this election is the nearest in time.
    Inferred,
    /// A record links to an election that is not in the archive.
    Missing,
    /// A record links to an election that was removed from the archive.
    Removed,
    /// A record links to an election of another type.
    OtherType,
    /// The walk returned to an election that it had already visited.
    Cycle,
}

impl LinkEvidence {
    /// Returns a readable description.
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

/// One election of a chain, or a placeholder for a linked election that cannot be shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChainStep {
    /// Title: the record's own, or the one in the link.
    pub title: String,
    /// Address, if the election is in the archive.
    pub address: Option<String>,
    /// First date of the record, or the year stated in the link.
    pub date: Option<PartialDate>,
    /// Country of the election.
    pub country: Option<String>,
    /// Evidence for the step from the neighbour on the side of the start.
    pub known: LinkEvidence,
    /// Competing links and contradictory statements.
    pub notes: Vec<String>,
    /// Version of the record. `None` if the election is missing, of another type, or already in the
    /// chain.
    #[serde(skip)]
    pub version: Option<VersionId>,
}

/// Consecutive elections, connected by links.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chain {
    /// Contest type that the chain follows.
    #[serde(rename = "type")]
    pub kind: Option<ElectionType>,
    /// Steps in chronological order.
    pub steps: Vec<ChainStep>,
}

impl Chain {
    /// Reads the records of the chain, in order.
    ///
    /// # Errors
    /// Returns an error if the archive cannot be read.
    pub fn records(&self, archive: &impl ElectionQueries) -> Result<Vec<Record>> {
        let versions = self.steps.iter().filter_map(|step| step.version);
        versions.map(|version| archive.record(version)).collect()
    }

    /// Returns the records of each pair of neighbours that are both in the archive.
    ///
    /// # Errors
    /// An item is an error if the archive cannot be read.
    pub fn pairs<'a>(
        &'a self,
        archive: &'a impl ElectionQueries,
    ) -> impl Iterator<Item = Result<[Record; 2]>> + 'a {
        let both = self.steps.windows(2).filter_map(|pair| match pair {
            [earlier, later] => Some((earlier.version?, later.version?)),
            _ => None,
        });
        // The later record of a pair is usually the earlier record of the next pair.
        let mut last: Option<(VersionId, Record)> = None;
        both.map(move |(earlier, later)| {
            let known = last.take().filter(|(version, _)| *version == earlier);
            let earlier = known.map_or_else(|| archive.record(earlier), |(_, record)| Ok(record));
            let (earlier, record) = (earlier?, archive.record(later)?);
            last = Some((later, record.clone()));
            Ok([earlier, record])
        })
    }
}

/// Walks backwards and forwards from an election. If another thread may import at the same time,
/// pass a [`Snapshot`](crate::archive::Snapshot), so that all steps come from the same state.
///
/// # Errors
/// Returns an error if the archive cannot be read.
pub fn chain(
    archive: &impl ElectionQueries,
    start: &Record,
    options: &ChainOptions,
) -> Result<Chain> {
    let start = Arc::new(start.listing());
    let kind = options.kind.clone().or_else(|| start.outline.kinds().next().cloned());
    let seen = HashSet::from([start.version.election]);
    let mut walk = ChainWalk { archive, kind, infer: options.infer, seen };
    let mut steps = walk.go(&start, Direction::Earlier)?;
    steps.reverse();
    steps.push(step_for(&start, LinkEvidence::Start, Vec::new()));
    steps.extend(walk.go(&start, Direction::Later)?);
    Ok(Chain { kind: walk.kind, steps })
}

/// Direction of a link or a walk, in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Direction {
    Earlier,
    Later,
}

impl Direction {
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Earlier => Self::Later,
            Self::Later => Self::Earlier,
        }
    }

    /// Returns the word for a link in this direction.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Earlier => "previous",
            Self::Later => "next",
        }
    }

    /// Returns the link in this direction for a contest type. The election's own link belongs to
    /// its own type; links of other contests do not replace it. Contests of other types have their
    /// own links. If none applies, returns the election's own link.
    pub(crate) fn link<'a>(
        self,
        outline: &'a ElectionSummary,
        kind: Option<&ElectionType>,
    ) -> Option<&'a Link> {
        let of = |previous, next| match self {
            Self::Earlier => previous,
            Self::Later => next,
        };
        let own = of(outline.previous.as_ref(), outline.next.as_ref());
        let race = |fits: &dyn Fn(&ElectionType) -> bool| {
            let mut races =
                outline.races.iter().filter(|race| race.kind.as_ref().is_some_and(fits));
            races.find_map(|race| of(race.previous.as_ref(), race.next.as_ref()))
        };
        match (kind, outline.kind.as_ref()) {
            (Some(kind), Some(main)) if kind != main => {
                let own = own.filter(|_| kind.comparable(main));
                let exact = race(&|other| other == kind);
                exact.or(own).or_else(|| race(&|other| kind.comparable(other)))
            }
            // The link of a sole contest is more specific than the election's own. With several
            // contests, their links do not describe the election.
            _ => match outline.races.as_slice() {
                [race] => of(race.previous.as_ref(), race.next.as_ref()),
                _ => None,
            },
        }
        .or(own)
    }
}

struct ChainWalk<'a, A> {
    archive: &'a A,
    kind: Option<ElectionType>,
    infer: bool,
    seen: HashSet<ElectionId>,
}

impl<A: ElectionQueries> ChainWalk<'_, A> {
    fn go(&mut self, start: &Arc<Listing>, side: Direction) -> Result<Vec<ChainStep>> {
        let mut steps = Vec::new();
        let mut at = Some(Arc::clone(start));
        while let Some(from) = at {
            at = match self.neighbour(&from, side)? {
                Some((step, next)) => {
                    steps.push(step);
                    next
                }
                None => None,
            };
        }
        Ok(steps)
    }

    /// Finds the neighbour on one side: the election that the link names, else one that links back
    /// to this election, else the nearest in time. The second value is where the walk continues.
    fn neighbour(
        &mut self,
        from: &Arc<Listing>,
        side: Direction,
    ) -> Result<Option<(ChainStep, Option<Arc<Listing>>)>> {
        let said = side.link(&from.outline, self.kind.as_ref());
        let claims = self.claims(from, side)?;
        let named = said.and_then(|link| link.title.as_deref());
        let found = named.map(|title| self.titled(title, &claims)).transpose()?.flatten();
        if let Some(found) = found.filter(|found: &Arc<Listing>| !is_same_election(found, from)) {
            let others = claims.iter().filter(|claim| !is_same_election(claim, &found));
            let mut notes: Vec<String> = others.map(|other| fork_note(other, side, from)).collect();
            notes.extend(contradiction_notes(&found, said, from, side));
            let known = self.known(from, &found, side, &mut notes);
            return Ok(Some(self.reach(found, known, notes)));
        }
        let unfound = said.filter(|link| link.title.is_some() || link.year.is_some());
        if let Some(link) = unfound.filter(|_| claims.is_empty()) {
            return Ok(Some((self.unfound(link)?, None)));
        }
        let mut claims = claims.into_iter();
        if let Some(claim) = claims.next() {
            let mut notes: Vec<String> =
                claims.map(|other| fork_note(&other, side, from)).collect();
            // The record links to another election, which is not in the archive.
            let known = match (named, side) {
                (Some(named), _) => {
                    notes.push(format!("{} says '{named}'", from.address));
                    LinkEvidence::Conflicting
                }
                (None, Direction::Earlier) => LinkEvidence::EarlierSide,
                (None, Direction::Later) => LinkEvidence::LaterSide,
            };
            return Ok(Some(self.reach(claim, known, notes)));
        }
        let inferred = if self.infer { self.nearest(from, side)? } else { None };
        Ok(inferred.map(|listing| self.reach(listing, LinkEvidence::Inferred, Vec::new())))
    }

    /// Returns the evidence for a step: whether the found election links back to the one that the
    /// walk came from.
    fn known(
        &self,
        from: &Listing,
        found: &Listing,
        side: Direction,
        notes: &mut Vec<String>,
    ) -> LinkEvidence {
        let back = side.other().link(&found.outline, self.kind.as_ref());
        let Some(title) = back.and_then(|link| link.title.as_deref()) else {
            return match side {
                Direction::Earlier => LinkEvidence::LaterSide,
                Direction::Later => LinkEvidence::EarlierSide,
            };
        };
        if has_title(title, from) {
            return LinkEvidence::BothSides;
        }
        notes.push(format!("its {} is '{title}'", side.other().word()));
        LinkEvidence::Conflicting
    }

    /// Finds an election by title. It is usually one of those that link back.
    fn titled(&self, title: &str, claims: &[Arc<Listing>]) -> Result<Option<Arc<Listing>>> {
        match claims.iter().find(|claim| has_title(title, claim)) {
            Some(claim) => Ok(Some(Arc::clone(claim))),
            None => self.archive.titled(title),
        }
    }

    /// Returns the elections that link back to this one from the given side.
    fn claims(&self, from: &Listing, side: Direction) -> Result<Vec<Arc<Listing>>> {
        let mut claims = Vec::new();
        for claim in self.archive.linking_to(from)?.iter() {
            let back = side.other().link(&claim.outline, self.kind.as_ref());
            let Some(title) = back.and_then(|link| link.title.as_deref()) else { continue };
            if has_title(title, from) && self.belongs(&claim.outline) {
                claims.push(Arc::clone(claim));
            }
        }
        if claims.len() > 1 {
            claims.sort_by_key(|claim| (claim.outline.start(), claim.version));
        }
        Ok(claims)
    }

    fn unfound(&self, link: &Link) -> Result<ChainStep> {
        let title = link.title.clone().unwrap_or_else(|| "an election without a title".to_owned());
        let removed = self.archive.was_removed(&title)?;
        let known = if removed { LinkEvidence::Removed } else { LinkEvidence::Missing };
        let notes = Vec::new();
        Ok(ChainStep {
            title,
            address: None,
            date: link.year,
            country: None,
            known,
            notes,
            version: None,
        })
    }

    fn reach(
        &mut self,
        to: Arc<Listing>,
        known: LinkEvidence,
        notes: Vec<String>,
    ) -> (ChainStep, Option<Arc<Listing>>) {
        let known = if !self.belongs(&to.outline) {
            LinkEvidence::OtherType
        } else if !self.seen.insert(to.version.election) {
            LinkEvidence::Cycle
        } else {
            return (step_for(&to, known, notes), Some(to));
        };
        (ChainStep { version: None, ..step_for(&to, known, notes) }, None)
    }

    /// Returns whether an election holds a contest of the chain's type. An election without
    /// contests of known type may hold any contest that its own type allows.
    fn belongs(&self, outline: &ElectionSummary) -> bool {
        let Some(kind) = &self.kind else { return true };
        let mut kinds = outline.races.iter().filter_map(|race| race.kind.as_ref()).peekable();
        if kinds.peek().is_some() {
            return kinds.any(|other| other.comparable(kind));
        }
        outline
            .kind
            .as_ref()
            .is_none_or(|other| other.comparable(kind) || *other == ElectionType::General)
    }

    /// Finds the nearest election in one direction of the same territory, part of the territory and
    /// type.
    fn nearest(&self, from: &Listing, side: Direction) -> Result<Option<Arc<Listing>>> {
        let (Some(country), Some(own)) = (&from.outline.country, from.outline.start()) else {
            return Ok(None);
        };
        let others = self.archive.of_territory(country)?.into_iter();
        let timed = others.filter_map(|listing| Some((listing.outline.start()?, listing)));
        // A year covers its days, so a year is neither before nor after a day in it.
        let apart = |other: PartialDate| !own.covers(other) && !other.covers(own);
        let on_side = |date: PartialDate| match side {
            Direction::Earlier => date < own && apart(date),
            Direction::Later => date > own && apart(date),
        };
        let mut timed: Vec<_> = timed.filter(|(date, _)| on_side(*date)).collect();
        timed.sort_by_key(|(date, _)| *date);
        if side == Direction::Earlier {
            timed.reverse();
        }
        let nearest = timed.into_iter().map(|(_, listing)| listing).find(|listing| {
            let other = &listing.outline;
            !is_same_election(listing, from)
                && self.belongs(other)
                && race::can_follow(&from.outline, other)
        });
        Ok(nearest)
    }
}

/// Returns whether a title names the election. Compares the title of the record, then the folded
/// forms of all known titles.
fn has_title(title: &str, listing: &Listing) -> bool {
    title == listing.outline.title || listing.titles.contains(&fold(title))
}

fn is_same_election(one: &Listing, other: &Listing) -> bool {
    one.version.election == other.version.election
}

fn step_for(listing: &Listing, known: LinkEvidence, notes: Vec<String>) -> ChainStep {
    ChainStep {
        title: listing.outline.title.clone(),
        address: Some(listing.address.clone()),
        date: listing.outline.start(),
        country: listing.outline.country.clone(),
        known,
        notes,
        version: Some(listing.version),
    }
}

fn fork_note(other: &Listing, side: Direction, from: &Listing) -> String {
    format!("fork: {} has {} as its {} too", other.address, from.address, side.other().word())
}

/// Reports a stated year that differs from the neighbour's record, and a neighbour on the wrong
/// side in time.
fn contradiction_notes(
    found: &Listing,
    link: Option<&Link>,
    from: &Listing,
    side: Direction,
) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some((stated, year)) = link.and_then(|link| link.year).zip(found.outline.year)
        && stated.year() != year
    {
        notes.push(format!("{} says that it was in {stated}", from.address));
    }
    if let Some((own, other)) = from.outline.start().zip(found.outline.start()) {
        let wrong = match side {
            Direction::Earlier => other > own && !own.covers(other),
            Direction::Later => other < own && !other.covers(own),
        };
        if wrong {
            notes.push(format!("against the order of time: {} is of {own}", from.address));
        }
    }
    notes
}
