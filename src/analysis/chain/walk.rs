//! The walk along a chain.

use std::collections::HashSet;
use std::sync::Arc;

use super::area_links::{AreaLinks, LinkOrigin, LinkTarget, is_same_election};
use super::direction::Direction;
use super::step::{Chain, ChainOptions, ChainStep, LinkEvidence};
use super::title_area;
use crate::Result;
use crate::archive::{ElectionId, ElectionQueries, Listing, Record};
use crate::model::{ElectionSummary, ElectionType, Link};

/// Walks backwards and forwards from an election, in one state of the archive.
///
/// ```
/// use hustings::Archive;
/// use hustings::analysis::chain::{ChainOptions, LinkEvidence, chain};
/// # let folder = std::env::temp_dir().join("hustings-example-chain");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// archive.import(["fixtures/articles", "fixtures/commission"])?;
/// let snapshot = archive.snapshot();
/// let start = snapshot.get("nagorno-karabakh/2012")?;
/// let chain = chain(&snapshot, &start, &ChainOptions::default())?;
/// assert_eq!(chain.steps[2].evidence, LinkEvidence::BothSides);
/// # drop((snapshot, archive)); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
///
/// # Errors
/// When the archive cannot be read.
pub fn chain(
    archive: &impl ElectionQueries,
    start: &Record,
    options: &ChainOptions,
) -> Result<Chain> {
    let start = Arc::new(start.listing());
    let kind = options.kind.clone().or_else(|| start.summary.kinds().next().cloned());
    let seen = HashSet::from([start.version.election]);
    let links = AreaLinks::new(archive);
    let mut walk = ChainWalk { archive, kind, infer: options.infer, seen, links };
    let mut steps = walk.collect_steps(&start, Direction::Earlier)?;
    steps.reverse();
    steps.push(step_for(&start, LinkEvidence::Start, Vec::new()));
    steps.extend(walk.collect_steps(&start, Direction::Later)?);
    Ok(Chain { kind: walk.kind, steps })
}

/// Maximum number of elections on one side that are searched for a link of another source.
const MAX_NEARBY: usize = 8;

struct ChainWalk<'a, A> {
    archive: &'a A,
    kind: Option<ElectionType>,
    infer: bool,
    seen: HashSet<ElectionId>,
    links: AreaLinks<'a, A>,
}

impl<A: ElectionQueries> ChainWalk<'_, A> {
    fn collect_steps(&mut self, start: &Arc<Listing>, side: Direction) -> Result<Vec<ChainStep>> {
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

    /// Finds the neighbour of `from` on one side: the election that the link names, else an
    /// election that links back, else a placeholder for the link, else, if missing links are
    /// inferred, the nearest election in time. The second value is the election from which the walk
    /// continues.
    fn neighbour(
        &mut self,
        from: &Arc<Listing>,
        side: Direction,
    ) -> Result<Option<(ChainStep, Option<Arc<Listing>>)>> {
        let stated_link = side.link(&from.summary, self.kind.as_ref());
        let backlinks = self.backlinks(from, side)?;
        let linked_title = stated_link.and_then(|link| link.title.as_deref());
        let target = match stated_link {
            Some(link) => {
                let origin = LinkOrigin::Version(from.version);
                self.links.resolve_link((link, origin), from, &backlinks)?
            }
            None => LinkTarget::Unknown,
        };
        if let LinkTarget::Found { election: found, other_area } = target {
            let others = backlinks.iter().filter(|listing| !is_same_election(listing, &found));
            let mut notes: Vec<String> = others.map(|other| fork_note(other, side, from)).collect();
            notes.extend(contradiction_notes(&found, stated_link, from, side));
            let evidence = self.link_evidence(from, &found, side, &mut notes)?;
            if let Some(other) = other_area {
                notes.push(format!("{} names {}", from.address, other.address));
            }
            return Ok(Some(self.visit((from, side), found, evidence, notes)));
        }
        if let LinkTarget::OtherArea(found) = target
            && backlinks.is_empty()
        {
            let step = step_for(&found, LinkEvidence::OtherArea, Vec::new());
            return Ok(Some((ChainStep { version: None, ..step }, None)));
        }
        if backlinks.is_empty()
            && let Some((found, evidence, source)) = self.linked_by_another_source(from, side)?
        {
            let mut notes = vec![format!("as {source} states")];
            notes.extend(contradiction_notes(&found, None, from, side));
            return Ok(Some(self.visit((from, side), found, evidence, notes)));
        }
        let unresolved_link =
            stated_link.filter(|link| link.title.is_some() || link.year.is_some());
        if let Some(link) = unresolved_link.filter(|_| backlinks.is_empty()) {
            return Ok(Some((self.placeholder_step(from, link)?, None)));
        }
        let mut backlinks = backlinks.into_iter();
        if let Some(listing) = backlinks.next() {
            let mut notes: Vec<String> =
                backlinks.map(|other| fork_note(&other, side, from)).collect();
            // If the record has a link, the linked election is not in the archive.
            let evidence = match (linked_title, side) {
                (Some(named), _) => {
                    notes.push(format!("{} says '{named}'", from.address));
                    LinkEvidence::Conflicting
                }
                (None, Direction::Earlier) => LinkEvidence::EarlierSide,
                (None, Direction::Later) => LinkEvidence::LaterSide,
            };
            return Ok(Some(self.visit((from, side), listing, evidence, notes)));
        }
        let inferred = if self.infer { self.nearest(from, side)? } else { None };
        let evidence = LinkEvidence::Inferred;
        Ok(inferred.map(|listing| self.visit((from, side), listing, evidence, Vec::new())))
    }

    /// Finds a neighbour that only another source of one of the two elections states. Returns the
    /// evidence and the name of the source too.
    fn linked_by_another_source(
        &mut self,
        from: &Arc<Listing>,
        side: Direction,
    ) -> Result<Option<(Arc<Listing>, LinkEvidence, String)>> {
        let [own_side, other_side] = match side {
            Direction::Earlier => [LinkEvidence::LaterSide, LinkEvidence::EarlierSide],
            Direction::Later => [LinkEvidence::EarlierSide, LinkEvidence::LaterSide],
        };
        for (source, summary) in self.archive.other_statements(from)? {
            let Some(link) = side.link(&summary, self.kind.as_ref()) else { continue };
            let origin = LinkOrigin::Source(&source);
            if let LinkTarget::Found { election: found, .. } =
                self.links.resolve_link((link, origin), from, &[])?
            {
                return Ok(Some((found, own_side, source)));
            }
        }
        for found in self.links.elections_of_area(from, side)?.into_iter().take(MAX_NEARBY) {
            for (source, summary) in self.archive.other_statements(&found)? {
                let Some(back) = side.opposite().link(&summary, self.kind.as_ref()) else {
                    continue;
                };
                let origin = LinkOrigin::Source(&source);
                if self.matches_type(&summary)
                    && !is_same_election(&found, from)
                    && self.links.leads_to((back, origin), from)?
                {
                    return Ok(Some((found, other_side, source)));
                }
            }
        }
        Ok(None)
    }

    /// Returns the evidence for a step, which depends on whether the found election links back to
    /// `from`. Adds a note if it links to a different election.
    fn link_evidence(
        &self,
        from: &Listing,
        found: &Listing,
        side: Direction,
        notes: &mut Vec<String>,
    ) -> Result<LinkEvidence> {
        let back = side.opposite().link(&found.summary, self.kind.as_ref());
        let Some((back, title)) = back.and_then(|link| Some((link, link.title.as_deref()?))) else {
            return Ok(match side {
                Direction::Earlier => LinkEvidence::LaterSide,
                Direction::Later => LinkEvidence::EarlierSide,
            });
        };
        if self.links.leads_to((back, LinkOrigin::Version(found.version)), from)? {
            return Ok(LinkEvidence::BothSides);
        }
        notes.push(format!("its {} is '{title}'", side.opposite().link_name()));
        Ok(LinkEvidence::Conflicting)
    }

    /// Returns the elections on the given side that link back to `from`.
    fn backlinks(&mut self, from: &Listing, side: Direction) -> Result<Vec<Arc<Listing>>> {
        let mut backlinks: Vec<Arc<Listing>> = Vec::new();
        let mut linking = self.archive.backlinks(from)?.to_vec();
        if from.summary.area.is_some() {
            // Records of areas may link to elections of the whole country.
            linking.extend(self.links.elections_of_area(from, side)?);
        }
        for listing in linking {
            let back = side.opposite().link(&listing.summary, self.kind.as_ref());
            let Some(back) = back else { continue };
            if !backlinks.iter().any(|other| is_same_election(other, &listing))
                && self.matches_type(&listing.summary)
                && self.links.is_in_same_area(from, &listing)?
                && self.links.leads_to((back, LinkOrigin::Version(listing.version)), from)?
            {
                backlinks.push(listing);
            }
        }
        if backlinks.len() > 1 {
            backlinks.sort_by_key(|listing| (listing.summary.start(), listing.version));
        }
        Ok(backlinks)
    }

    fn placeholder_step(&self, from: &Listing, link: &Link) -> Result<ChainStep> {
        let title = link.title.clone().unwrap_or_else(|| "an election without a title".to_owned());
        let removed = self.archive.was_removed(from.version, link)?;
        let evidence = if removed { LinkEvidence::Removed } else { LinkEvidence::Missing };
        let notes = Vec::new();
        Ok(ChainStep {
            title,
            address: None,
            date: link.year,
            country: None,
            area: None,
            boundary_change: None,
            evidence,
            notes,
            version: None,
        })
    }

    fn visit(
        &mut self,
        (from, side): (&Listing, Direction),
        to: Arc<Listing>,
        evidence: LinkEvidence,
        mut notes: Vec<String>,
    ) -> (ChainStep, Option<Arc<Listing>>) {
        let (earlier, later) = match side {
            Direction::Earlier => (&to.summary, &from.summary),
            Direction::Later => (&from.summary, &to.summary),
        };
        let areas = earlier.area.as_ref().zip(later.area.as_ref());
        let boundary_change = areas.and_then(|(earlier, later)| earlier.boundary_change(later));
        if let Some([before, after]) = &boundary_change {
            notes.push(format!("boundaries changed: {before} → {after}"));
        }
        if let Some((earlier, later)) =
            areas.filter(|(earlier, later)| !earlier.is_same(later, false))
        {
            notes.push(format!("renamed: {earlier} → {later}"));
        }

        let evidence = if !self.matches_type(&to.summary) {
            LinkEvidence::OtherType
        } else if !self.seen.insert(to.version.election) {
            LinkEvidence::Cycle
        } else {
            let step = ChainStep { boundary_change, ..step_for(&to, evidence, notes) };
            return (step, Some(to));
        };
        (ChainStep { version: None, ..step_for(&to, evidence, notes) }, None)
    }

    /// Returns whether an election holds a contest of the chain's type. If no contest has a known
    /// type, the type of the election decides; a general election, or an election without a type,
    /// may hold a contest of any type.
    fn matches_type(&self, summary: &ElectionSummary) -> bool {
        let Some(kind) = &self.kind else { return true };
        let mut kinds =
            summary.contests.iter().filter_map(|contest| contest.kind.as_ref()).peekable();
        if kinds.peek().is_some() {
            return kinds.any(|other| other.is_comparable_to(kind));
        }
        summary
            .kind
            .as_ref()
            .is_none_or(|other| other.is_comparable_to(kind) || *other == ElectionType::General)
    }

    /// Finds the nearest election in one direction that has the same territory, area and type.
    fn nearest(&mut self, from: &Listing, side: Direction) -> Result<Option<Arc<Listing>>> {
        let nearest = self.links.elections_of_area(from, side)?.into_iter().find(|listing| {
            let other = &listing.summary;
            !is_same_election(listing, from)
                && self.matches_type(other)
                && title_area::can_follow(&from.summary, other)
        });
        Ok(nearest)
    }
}

fn step_for(listing: &Listing, evidence: LinkEvidence, notes: Vec<String>) -> ChainStep {
    ChainStep {
        title: listing.summary.title.clone(),
        address: Some(listing.address.clone()),
        date: listing.summary.start(),
        country: listing.summary.country.clone(),
        area: listing.summary.area.clone(),
        boundary_change: None,
        evidence,
        notes,
        version: Some(listing.version),
    }
}

fn fork_note(other: &Listing, side: Direction, from: &Listing) -> String {
    format!(
        "fork: {} has {} as its {} too",
        other.address,
        from.address,
        side.opposite().link_name()
    )
}

/// Returns notes about a stated year that differs from the neighbour's record, and about a
/// neighbour on the wrong side in time.
fn contradiction_notes(
    found: &Listing,
    link: Option<&Link>,
    from: &Listing,
    side: Direction,
) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some((stated, year)) = link.and_then(|link| link.year).zip(found.summary.year)
        && stated.year() != year
    {
        notes.push(format!("{} says that it was in {stated}", from.address));
    }
    if let Some((own, other)) = from.summary.start().zip(found.summary.start()) {
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
