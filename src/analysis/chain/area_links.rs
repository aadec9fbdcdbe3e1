//! Links between elections of one area, and the elections of an area in order of time.

use std::sync::Arc;

use super::direction::Direction;
use crate::Result;
use crate::archive::{ElectionQueries, Listing, is_same_event};
use crate::model::{PartialDate, fold, slug};

/// The election that a link leads to.
pub(super) enum LinkTarget {
    /// An election of the same area.
    Found(Arc<Listing>),
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
    /// of the whole country, and then leads to the election of the same area.
    pub(super) fn resolve_link(
        &mut self,
        title: &str,
        from: &Listing,
        backlinks: &[Arc<Listing>],
    ) -> Result<LinkTarget> {
        if let Some(area) = &from.summary.area
            && let Some(found) = self.archive.find_by_title(&format!("{title}, {area}"))?
            && !is_same_election(&found, from)
            && self.is_in_same_area(from, &found)?
        {
            return Ok(LinkTarget::Found(found));
        }
        let found = self.find_by_title(title, backlinks)?;
        let Some(found) = found.filter(|found| !is_same_election(found, from)) else {
            return Ok(LinkTarget::Unknown);
        };
        if self.is_in_same_area(from, &found)? {
            return Ok(LinkTarget::Found(found));
        }
        if from.summary.area.is_some()
            && found.summary.area.is_none()
            && let Some(country) = &from.summary.country
        {
            for other in self.territory(country)?.iter() {
                if is_same_event(&found.summary, &other.summary)
                    && !is_same_election(other, from)
                    && self.is_in_same_area(from, other)?
                {
                    return Ok(LinkTarget::Found(Arc::clone(other)));
                }
            }
        }
        Ok(LinkTarget::OtherArea(found))
    }

    /// Returns whether a title in a link of a record of the same area names an election: by its own
    /// title, or by that of the election of the whole country.
    pub(super) fn is_named(&self, title: &str, listing: &Listing) -> Result<bool> {
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

    /// Finds an election by title. It is usually one of `backlinks`.
    pub(super) fn find_by_title(
        &self,
        title: &str,
        backlinks: &[Arc<Listing>],
    ) -> Result<Option<Arc<Listing>>> {
        match backlinks.iter().find(|listing| has_title(title, listing)) {
            Some(listing) => Ok(Some(Arc::clone(listing))),
            None => self.archive.find_by_title(title),
        }
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
