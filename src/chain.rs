//! Links to chains: the elections before and after one, and how each step is known.
//!
//! A link is a claim, so a step is known from both sides, from one, or not from the records at
//! all. The walk never follows a claim twice, and says where it had to stop.

pub(crate) mod race;

use std::collections::HashSet;
use std::sync::Arc;

use serde::Serialize;

use crate::Result;
use crate::archive::{ElectionId, Elections, Listing, Record, VersionId};
use crate::model::{Kind, Link, Outline, PartialDate, fold};

/// How a chain is walked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// The contest type; without one, that of the election at which the walk starts.
    pub kind: Option<Kind>,
    /// Where no record names a neighbour, take the nearest election of the same territory and
    /// type whose title names the same place in it, and mark it so.
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
    /// The version that says so, of a record in the archive.
    #[serde(skip)]
    pub version: Option<VersionId>,
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
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub fn records(&self, archive: &impl Elections) -> Result<Vec<Record>> {
        let versions = self.steps.iter().filter_map(|step| step.version);
        versions.map(|version| archive.record(version)).collect()
    }

    /// The records of each two neighbours of the chain of which both are in the archive.
    ///
    /// # Errors
    /// An item is one when the archive cannot be read.
    pub fn pairs<'a>(
        &'a self,
        archive: &'a impl Elections,
    ) -> impl Iterator<Item = Result<[Record; 2]>> + 'a {
        let both = self.steps.windows(2).filter_map(|pair| match pair {
            [earlier, later] => Some((earlier.version?, later.version?)),
            _ => None,
        });
        // The later of two is mostly the earlier of the next two.
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

/// Walks from an election back, and on. Where another thread may import meanwhile, give a
/// [`Snapshot`](crate::archive::Snapshot), so that all steps are of one state.
///
/// # Errors
/// When the archive cannot be read.
pub fn chain(archive: &impl Elections, start: &Record, options: &Options) -> Result<Chain> {
    let start = Arc::new(start.listing());
    let kind = options.kind.clone().or_else(|| start.outline.kinds().next().cloned());
    let seen = HashSet::from([start.version.election]);
    let mut walk = Walk { archive, kind, infer: options.infer, seen };
    let mut steps = walk.go(&start, Side::Earlier)?;
    steps.reverse();
    steps.push(step(&start, Known::Start, Vec::new()));
    steps.extend(walk.go(&start, Side::Later)?);
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

    /// What an election says stands on this side, for a contest type. Its own link is that of its own type, and
    /// no other contest's takes its place; the contests of other types have links of their own.
    pub(crate) fn link<'a>(self, outline: &'a Outline, kind: Option<&Kind>) -> Option<&'a Link> {
        let of = |previous, next| match self {
            Self::Earlier => previous,
            Self::Later => next,
        };
        let own = of(outline.previous.as_ref(), outline.next.as_ref());
        let race = |fits: &dyn Fn(&Kind) -> bool| {
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
            // Of one contest alone, its own link says more; of several, theirs are not the election's.
            _ => match outline.races.as_slice() {
                [race] => of(race.previous.as_ref(), race.next.as_ref()),
                _ => None,
            },
        }
        .or(own)
    }
}

struct Walk<'a, A> {
    archive: &'a A,
    kind: Option<Kind>,
    infer: bool,
    seen: HashSet<ElectionId>,
}

impl<A: Elections> Walk<'_, A> {
    fn go(&mut self, start: &Arc<Listing>, side: Side) -> Result<Vec<Step>> {
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

    /// The election on one side of another: what that says, else who says so of it, else who is
    /// nearest. With it, where the walk goes on.
    fn neighbour(
        &mut self,
        from: &Arc<Listing>,
        side: Side,
    ) -> Result<Option<(Step, Option<Arc<Listing>>)>> {
        let said = side.link(&from.outline, self.kind.as_ref());
        let claims = self.claims(from, side)?;
        let named = said.and_then(|link| link.title.as_deref());
        let found = named.map(|title| self.titled(title, &claims)).transpose()?.flatten();
        if let Some(found) = found.filter(|found: &Arc<Listing>| !is_same(found, from)) {
            let others = claims.iter().filter(|claim| !is_same(claim, &found));
            let mut notes: Vec<String> = others.map(|other| fork(other, side, from)).collect();
            notes.extend(disagreement(&found, said, from, side));
            let known = self.known(from, &found, side, &mut notes);
            return Ok(Some(self.reach(found, known, notes)));
        }
        let unfound = said.filter(|link| link.title.is_some() || link.year.is_some());
        if let Some(link) = unfound.filter(|_| claims.is_empty()) {
            return Ok(Some((self.unfound(link)?, None)));
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
        Ok(inferred.map(|listing| self.reach(listing, Known::Inferred, Vec::new())))
    }

    /// Whether the found election names the one that it was found from too.
    fn known(&self, from: &Listing, found: &Listing, side: Side, notes: &mut Vec<String>) -> Known {
        let back = side.other().link(&found.outline, self.kind.as_ref());
        let Some(title) = back.and_then(|link| link.title.as_deref()) else {
            return match side {
                Side::Earlier => Known::LaterSide,
                Side::Later => Known::EarlierSide,
            };
        };
        if has_title(title, from) {
            return Known::BothSides;
        }
        notes.push(format!("its {} is '{title}'", side.other().word()));
        Known::Conflicting
    }

    /// The election with a title, which is mostly one of those that name the other.
    fn titled(&self, title: &str, claims: &[Arc<Listing>]) -> Result<Option<Arc<Listing>>> {
        match claims.iter().find(|claim| has_title(title, claim)) {
            Some(claim) => Ok(Some(Arc::clone(claim))),
            None => self.archive.titled(title),
        }
    }

    /// The elections that name another as what stands on their other side.
    fn claims(&self, from: &Listing, side: Side) -> Result<Vec<Arc<Listing>>> {
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
            version: None,
        })
    }

    fn reach(
        &mut self,
        to: Arc<Listing>,
        known: Known,
        notes: Vec<String>,
    ) -> (Step, Option<Arc<Listing>>) {
        let known = if !self.belongs(&to.outline) {
            Known::OtherType
        } else if !self.seen.insert(to.version.election) {
            Known::Cycle
        } else {
            return (step(&to, known, notes), Some(to));
        };
        (Step { version: None, ..step(&to, known, notes) }, None)
    }

    /// Whether an election holds a contest of the chain's type. One of which no contest is known
    /// may hold any that its own type allows.
    fn belongs(&self, outline: &Outline) -> bool {
        let Some(kind) = &self.kind else { return true };
        let mut kinds = outline.races.iter().filter_map(|race| race.kind.as_ref()).peekable();
        if kinds.peek().is_some() {
            return kinds.any(|other| other.comparable(kind));
        }
        outline.kind.as_ref().is_none_or(|other| other.comparable(kind) || *other == Kind::General)
    }

    /// The nearest election of the same territory, place in it and type, on one side in time.
    fn nearest(&self, from: &Listing, side: Side) -> Result<Option<Arc<Listing>>> {
        let (Some(country), Some(own)) = (&from.outline.country, from.outline.start()) else {
            return Ok(None);
        };
        let others = self.archive.of_territory(country)?.into_iter();
        let timed = others.filter_map(|listing| Some((listing.outline.start()?, listing)));
        // A year covers the days in it, so of these it is neither before nor after.
        let apart = |other: PartialDate| !own.covers(other) && !other.covers(own);
        let on_side = |date: PartialDate| match side {
            Side::Earlier => date < own && apart(date),
            Side::Later => date > own && apart(date),
        };
        let mut timed: Vec<_> = timed.filter(|(date, _)| on_side(*date)).collect();
        timed.sort_by_key(|(date, _)| *date);
        if side == Side::Earlier {
            timed.reverse();
        }
        let nearest = timed.into_iter().map(|(_, listing)| listing).find(|listing| {
            let other = &listing.outline;
            !is_same(listing, from) && self.belongs(other) && race::follows(&from.outline, other)
        });
        Ok(nearest)
    }
}

/// Whether a title is one of the election's: as its record has it, or another one, of which the folded forms are known.
fn has_title(title: &str, listing: &Listing) -> bool {
    title == listing.outline.title || listing.titles.contains(&fold(title))
}

fn is_same(one: &Listing, other: &Listing) -> bool {
    one.version.election == other.version.election
}

fn step(listing: &Listing, known: Known, notes: Vec<String>) -> Step {
    Step {
        title: listing.outline.title.clone(),
        address: Some(listing.address.clone()),
        date: listing.outline.start(),
        country: listing.outline.country.clone(),
        known,
        notes,
        version: Some(listing.version),
    }
}

fn fork(other: &Listing, side: Side, from: &Listing) -> String {
    format!("fork: {} has {} as its {} too", other.address, from.address, side.other().word())
}

/// A stated year that the neighbour's record does not have, and a neighbour on the wrong side in
/// time.
fn disagreement(found: &Listing, link: Option<&Link>, from: &Listing, side: Side) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some((stated, year)) = link.and_then(|link| link.year).zip(found.outline.year)
        && stated.year() != year
    {
        notes.push(format!("{} says that it was in {stated}", from.address));
    }
    if let Some((own, other)) = from.outline.start().zip(found.outline.start()) {
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
