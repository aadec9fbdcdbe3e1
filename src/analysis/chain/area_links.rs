//! Links between elections of one area, and the elections of an area in order of time.

use std::sync::Arc;

use super::direction::Direction;
use crate::Result;
use crate::archive::{ElectionQueries, Listing, VersionId, is_same_event};
use crate::model::{Link, PartialDate, fold, slug};

/// What states a link.
#[derive(Clone, Copy)]
pub(super) enum LinkOrigin<'a> {
    /// A version of an election.
    Version(VersionId),
    /// The source with this name.
    Source(&'a str),
}

/// The election that a link leads to.
pub(super) enum LinkTarget {
    /// An election of the same area.
    Found {
        election: Arc<Listing>,
        /// The election of another area that the link identifies, if it leads to the same area's
        /// record of that event.
        other_area: Option<Arc<Listing>>,
    },
    /// An election of another area, or of the whole country.
    OtherArea(Arc<Listing>),
    /// The link names no election in the archive.
    Unknown,
}

/// Finds the elections that links lead to.
pub(super) struct AreaLinks<'a, A> {
    archive: &'a A,
    /// The elections of the territory that was read last, with its slug.
    territory: Option<(String, Arc<[Arc<Listing>]>)>,
}

impl<'a, A: ElectionQueries> AreaLinks<'a, A> {
    pub(super) fn new(archive: &'a A) -> Self {
        Self { archive, territory: None }
    }

    /// Finds the election that a link of `from` leads to. The link of an area may name the election
    /// of the whole country, or identify an event by any of its records, and then leads to the
    /// record of the same area.
    pub(super) fn resolve_link(
        &mut self,
        (link, origin): (&Link, LinkOrigin<'_>),
        from: &Listing,
        backlinks: &[Arc<Listing>],
    ) -> Result<LinkTarget> {
        if link.id.is_none()
            && let Some(election) = self.find_with_area_title((link, origin), from)?
        {
            return Ok(LinkTarget::Found { election, other_area: None });
        }
        let named = match self.find_linked((link, origin), backlinks)? {
            None if link.id.is_some() => self.find_with_area_title((link, origin), from)?,
            found => found,
        };
        let Some(named) = named.filter(|named| !is_same_election(named, from)) else {
            return Ok(LinkTarget::Unknown);
        };
        if self.is_in_same_area(from, &named)? {
            return Ok(LinkTarget::Found { election: named, other_area: None });
        }
        if (named.summary.area.is_none() || link.id.is_some())
            && let Some(election) = self.find_in_event(&named, from)?
        {
            let other_area = Some(named).filter(|named| named.summary.area.is_some());
            return Ok(LinkTarget::Found { election, other_area });
        }
        Ok(LinkTarget::OtherArea(named))
    }

    /// Returns whether a link of a record of the same area leads to an election: by its identifier
    /// or else by its title, or by those of the election of the whole country.
    pub(super) fn leads_to(
        &self,
        (link, origin): (&Link, LinkOrigin<'_>),
        listing: &Listing,
    ) -> Result<bool> {
        if link.id.is_none() {
            return Ok(match &link.title {
                Some(title) => self.is_named(title, listing)?,
                None => false,
            });
        }
        if let Some(named) = self.find_linked((link, origin), &[])? {
            let is_of_event = listing.summary.area.as_ref().is_some_and(|area| {
                named.summary.area.as_ref().is_none_or(|other| !other.is_same(area, false))
                    && is_same_event(&named.summary, &listing.summary)
            });
            return Ok(is_same_election(&named, listing) || is_of_event);
        }
        let found = self.find_titled_with_area((link, origin), listing)?;
        Ok(found.is_some_and(|found| is_same_election(&found, listing)))
    }

    /// Returns whether a title in a link of a record of the same area names an election: by its own
    /// title, or by that of the election of the whole country.
    fn is_named(&self, title: &str, listing: &Listing) -> Result<bool> {
        if has_title(title, listing) {
            return Ok(true);
        }
        let Some(area) = &listing.summary.area else { return Ok(false) };
        if has_title(&format!("{title}, {area}"), listing) {
            return Ok(true);
        }
        let event = self.archive.find_by_title(title)?;
        Ok(event.is_some_and(|event| {
            event.summary.area.is_none() && is_same_event(&event.summary, &listing.summary)
        }))
    }

    /// Returns whether two elections are of the same area: both of the whole country, or of areas
    /// with the same names, or with the same code in one source.
    pub(super) fn is_in_same_area(&self, one: &Listing, other: &Listing) -> Result<bool> {
        match (&one.summary.area, &other.summary.area) {
            (None, None) => Ok(true),
            (Some(area), Some(other_area)) => Ok(area.is_same(other_area, false)
                || area.is_same(other_area, true)
                    && self.archive.have_common_source(one, other)?),
            _ => Ok(false),
        }
    }

    /// Returns the elections of a territory. They are read once for a walk.
    pub(super) fn territory(&mut self, country: &str) -> Result<Arc<[Arc<Listing>]>> {
        let country = slug(country);
        if let Some((known, elections)) = &self.territory
            && *known == country
        {
            return Ok(Arc::clone(elections));
        }
        let elections: Arc<[Arc<Listing>]> = self.archive.territory_elections(&country)?.into();
        self.territory = Some((country, Arc::clone(&elections)));
        Ok(elections)
    }

    /// Finds the election that a link identifies or names, of whatever area. An election that is
    /// named by its title is usually one of `backlinks`.
    fn find_linked(
        &self,
        (link, origin): (&Link, LinkOrigin<'_>),
        backlinks: &[Arc<Listing>],
    ) -> Result<Option<Arc<Listing>>> {
        if link.id.is_none()
            && let Some(title) = &link.title
            && let Some(listing) = backlinks.iter().find(|listing| has_title(title, listing))
        {
            return Ok(Some(Arc::clone(listing)));
        }
        match origin {
            LinkOrigin::Version(version) => self.archive.find_linked(version, link),
            LinkOrigin::Source(source) => self.archive.find_linked_by(source, link),
        }
    }

    /// Finds the election whose title is that of a link with the area of `listing`.
    fn find_titled_with_area(
        &self,
        (link, origin): (&Link, LinkOrigin<'_>),
        listing: &Listing,
    ) -> Result<Option<Arc<Listing>>> {
        let area = listing.summary.area.as_ref();
        let Some((title, area)) = link.title.as_deref().zip(area) else { return Ok(None) };
        let with_area = Link { title: Some(format!("{title}, {area}")), ..link.clone() };
        self.find_linked((&with_area, origin), &[])
    }

    /// Finds another election of the area of `from`, whose title is that of a link with the area.
    fn find_with_area_title(
        &self,
        link: (&Link, LinkOrigin<'_>),
        from: &Listing,
    ) -> Result<Option<Arc<Listing>>> {
        match self.find_titled_with_area(link, from)? {
            Some(found) if !is_same_election(&found, from) => {
                Ok(self.is_in_same_area(from, &found)?.then_some(found))
            }
            _ => Ok(None),
        }
    }

    /// Finds the record of the area of `from` in the event of another election.
    fn find_in_event(&mut self, event: &Listing, from: &Listing) -> Result<Option<Arc<Listing>>> {
        let (Some(_), Some(country)) = (&from.summary.area, &from.summary.country) else {
            return Ok(None);
        };
        for other in self.territory(country)?.iter() {
            if is_same_event(&event.summary, &other.summary)
                && !is_same_election(other, from)
                && self.is_in_same_area(from, other)?
            {
                return Ok(Some(Arc::clone(other)));
            }
        }
        Ok(None)
    }

    /// Returns the elections of the same area on one side in time, the nearest first.
    pub(super) fn elections_of_area(
        &mut self,
        from: &Listing,
        side: Direction,
    ) -> Result<Vec<Arc<Listing>>> {
        let mut of_area = Vec::new();
        for listing in self.elections_on_side(from, side)? {
            if self.is_in_same_area(from, &listing)? {
                of_area.push(listing);
            }
        }
        Ok(of_area)
    }

    /// Returns the elections of the territory on one side in time, the nearest first.
    pub(super) fn elections_on_side(
        &mut self,
        from: &Listing,
        side: Direction,
    ) -> Result<Vec<Arc<Listing>>> {
        let (Some(country), Some(own)) = (&from.summary.country, from.summary.start()) else {
            return Ok(Vec::new());
        };
        let others = self.territory(country)?;
        let dated = others.iter().filter_map(|listing| Some((listing.summary.start()?, listing)));
        // A year covers its days, so a year is neither before nor after a day in it.
        let is_disjoint = |other: PartialDate| !own.covers(other) && !other.covers(own);
        let on_side = |date: PartialDate| match side {
            Direction::Earlier => date < own && is_disjoint(date),
            Direction::Later => date > own && is_disjoint(date),
        };
        let mut timed: Vec<_> = dated.filter(|(date, _)| on_side(*date)).collect();
        timed.sort_by_key(|(date, _)| *date);
        if side == Direction::Earlier {
            timed.reverse();
        }
        Ok(timed.into_iter().map(|(_, listing)| Arc::clone(listing)).collect())
    }
}

/// Returns whether a title names the election. Compares the title of the record, then the folded
/// forms of all known titles.
pub(super) fn has_title(title: &str, listing: &Listing) -> bool {
    title == listing.summary.title || listing.titles.contains(&fold(title))
}

pub(super) fn is_same_election(one: &Listing, other: &Listing) -> bool {
    one.version.election == other.version.election
}
