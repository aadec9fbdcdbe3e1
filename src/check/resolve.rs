//! Resolves links to elections, one lookup per link.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::Result;
use crate::analysis::chain::Direction;
use crate::analysis::diff::do_stated_areas_agree;
use crate::archive::{ElectionId, ElectionQueries, Listing, Record, Snapshot, VersionId};
use crate::model::{Area, Contest, Election, ElectionType, Link, fold};

/// Resolves links within the archive, with the checked records taking precedence.
pub(super) struct LinkResolver<'a> {
    snapshot: &'a Snapshot,
    /// The records under check; `None` when the whole archive is checked.
    checked: Option<HashMap<ElectionId, &'a Record>>,
}

impl<'a> LinkResolver<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, checked: Option<&'a [Record]>) -> Self {
        let by_id =
            |records: &'a [Record]| records.iter().map(|record| (record.id, record)).collect();
        Self { snapshot, checked: checked.map(by_id) }
    }

    fn checked_record(&self, id: ElectionId) -> Option<&'a Record> {
        self.checked.as_ref()?.get(&id).copied()
    }

    /// Caches a record for the checks of its neighbours, if the whole archive is checked.
    pub(super) fn cache(&self, record: &Record, listing: &Arc<Listing>) {
        if self.checked.is_none() {
            self.snapshot.cache_record(record, listing);
        }
    }

    /// Returns the record of the election that a link in a record leads to.
    pub(super) fn linked_record(
        &self,
        record: &Record,
        link: &Link,
    ) -> Result<Option<Cow<'a, Record>>> {
        let area = record.election.area.as_ref();
        let listing = self.linked_listing((record.version_id(), link), area)?;
        listing.map(|listing| self.record(listing.version)).transpose()
    }

    /// Returns the id of the election that a link in a record leads to.
    pub(super) fn linked_id(&self, from: &Listing, link: &Link) -> Result<Option<ElectionId>> {
        let found = self.linked_listing((from.version, link), from.summary.area.as_ref())?;
        Ok(found.map(|found| found.version.election))
    }

    /// Returns the election that a link in a version leads to. The link of an area may name the
    /// election of the whole country, and then leads to the record of the same area, which has the
    /// area in its title. It may also identify an event by any of its records.
    fn linked_listing(
        &self,
        (version, link): (VersionId, &Link),
        area: Option<&Area>,
    ) -> Result<Option<Arc<Listing>>> {
        let Some(area) = area else { return self.snapshot.find_linked(version, link) };
        if link.id.is_none()
            && let Some(found) = self.snapshot.find_linked(version, &with_area(link, area))?
        {
            return Ok(Some(found));
        }
        let found = self.snapshot.find_linked(version, link)?;
        if link.id.is_none() {
            return Ok(found);
        }
        let Some(found) = found else {
            return self.snapshot.find_linked(version, &with_area(link, area));
        };
        if found.summary.area.as_ref().is_none_or(|other| !other.is_same(area, false))
            && let Some(part) = self.snapshot.record_of_area(&found.summary, area)?
        {
            return Ok(Some(part));
        }
        Ok(Some(found))
    }

    /// Returns whether a link in a version leads to an election. The link of an area may lead to it
    /// by the election of the whole country.
    pub(super) fn leads_to(
        &self,
        (version, link): (VersionId, &Link),
        target: &Record,
    ) -> Result<bool> {
        let area = target.election.area.as_ref();
        let is_titled = |title: &str| target.titles.contains(&fold(title));
        let is_titled_with_area =
            |title: &str| area.is_some_and(|area| is_titled(&format!("{title}, {area}")));
        if link.id.is_none() {
            let title = link.title.as_deref();
            return Ok(title.is_some_and(|title| is_titled(title) || is_titled_with_area(title)));
        }
        let found = self.linked_listing((version, link), area)?;
        Ok(found.is_some_and(|found| found.version.election == target.id))
    }

    /// Returns the records of the areas within an election.
    pub(super) fn parts(&self, record: &Record) -> Result<Vec<Arc<Listing>>> {
        self.snapshot.parts(&record.election.summary())
    }

    pub(super) fn record(&self, version: VersionId) -> Result<Cow<'a, Record>> {
        match self.checked_record(version.election) {
            Some(record) => Ok(Cow::Borrowed(record)),
            None => self.snapshot.record(version).map(Cow::Owned),
        }
    }

    /// Returns the listing of an election, or `None` if it is removed.
    pub(super) fn listing(&self, id: ElectionId) -> Result<Option<Arc<Listing>>> {
        match self.checked_record(id) {
            Some(record) => Ok(Some(Arc::new(record.listing()))),
            None => self.snapshot.listing(id.0),
        }
    }

    /// Returns the address of an election, or an empty string if it is removed.
    pub(super) fn address(&self, id: ElectionId) -> Result<String> {
        Ok(self.listing(id)?.map(|listing| listing.address.clone()).unwrap_or_default())
    }

    pub(super) fn was_removed(&self, record: &Record, link: &Link) -> Result<bool> {
        self.snapshot.was_removed(record.version_id(), link)
    }

    /// Returns whether an election is among those under check.
    pub(super) fn is_checked(&self, id: ElectionId) -> bool {
        self.checked.as_ref().is_none_or(|checked| checked.contains_key(&id))
    }

    /// Returns the previous election in the chain of a contest: the linked one, otherwise the only
    /// election that links to this one as its next.
    pub(super) fn previous(
        &self,
        record: &Record,
        contest: &Contest,
    ) -> Result<Option<Cow<'a, Record>>> {
        let kind = contest.kind.as_ref().or(record.election.kind.as_ref());
        let own = contest.previous.clone();
        let listing = record.listing();
        let link = own.or_else(|| Direction::Earlier.link(&listing.summary, kind).cloned());
        if let Some(link) = link.filter(|link| link.title.is_some() || link.id.is_some()) {
            let found = self.linked_record(record, &link)?;
            return Ok(found.filter(|found| {
                found.id != record.id && are_of_same_area(&record.election, &found.election)
            }));
        }
        let mut linking: Vec<Cow<'a, Record>> = Vec::new();
        for claim in self.snapshot.backlinks(&listing)?.iter() {
            if let Some(next) = Direction::Later.link(&claim.summary, kind)
                && self.leads_to((claim.version, next), record)?
            {
                let claim = self.record(claim.version)?;
                if are_of_same_area(&record.election, &claim.election) {
                    linking.push(claim);
                }
            }
        }
        Ok(linking.pop().filter(|_| linking.is_empty()))
    }
}

/// Returns the link with an area added to its title.
fn with_area(link: &Link, area: &Area) -> Link {
    let title = link.title.as_deref().map(|title| format!("{title}, {area}"));
    Link { title, ..link.clone() }
}

/// Returns the contest of an earlier election that corresponds to `contest`: the only contest of
/// the type if each election has one, otherwise the only contest of the type with the same name.
pub(super) fn matching_contest<'a>(
    contest: &Contest,
    election: &Election,
    before: &'a Election,
) -> Option<&'a Contest> {
    fn contests_of_type<'a>(
        election: &'a Election,
        kind: Option<&ElectionType>,
    ) -> Vec<&'a Contest> {
        let contests = election.contests.iter();
        let is_of_type = |other: &&Contest| {
            let other = other.kind.as_ref().or(election.kind.as_ref());
            kind.zip(other).is_some_and(|(kind, other)| kind.is_comparable_to(other))
        };
        contests.filter(is_of_type).collect()
    }
    let kind = contest.kind.as_ref().or(election.kind.as_ref());
    let candidates = contests_of_type(before, kind);
    if contests_of_type(election, kind).len() == 1 && candidates.len() == 1 {
        return candidates.first().copied();
    }
    let name = fold(contest.name.as_ref()?);
    let mut named = candidates
        .into_iter()
        .filter(|other| other.name.as_deref().map(fold).as_ref() == Some(&name));
    let only = named.next()?;
    named.next().is_none().then_some(only)
}

/// Returns whether two elections are of the same area, if one of them states an area.
pub(super) fn are_of_same_area(one: &Election, other: &Election) -> bool {
    do_stated_areas_agree(one, other) != Some(false)
}

/// Returns whether two elections are of comparable types. An election without a type matches any.
pub(super) fn have_comparable_types(one: &Election, other: &Election) -> bool {
    let kinds = |election: &Election| -> Vec<ElectionType> {
        let contests = election.contests.iter().filter_map(|contest| contest.kind.clone());
        contests.chain(election.kind.clone()).collect()
    };
    let (one, other) = (kinds(one), kinds(other));
    one.is_empty()
        || other.is_empty()
        || one.iter().any(|one| other.iter().any(|other| one.is_comparable_to(other)))
}

/// Returns the links of an election to one side: its own link, then the links of its contests that
/// differ from it.
pub(super) fn links(
    election: &Election,
    side: Direction,
) -> Vec<(String, Option<&ElectionType>, &Link)> {
    let of = |previous, next| if side == Direction::Earlier { previous } else { next };
    let own: Option<&Link> = of(election.previous.as_ref(), election.next.as_ref());
    let mut links: Vec<(String, Option<&ElectionType>, &Link)> =
        own.into_iter().map(|link| (side.link_name().to_owned(), None, link)).collect();
    for contest in &election.contests {
        let kind = contest.kind.as_ref().or(election.kind.as_ref());
        let link: Option<&Link> = of(contest.previous.as_ref(), contest.next.as_ref());
        if let Some(link) = link.filter(|link| Some(*link) != own) {
            let part = super::contest::contest_label(election, contest);
            let place = format!("contest {}", side.link_name());
            let place =
                if part.is_empty() { place } else { format!("{part}: {}", side.link_name()) };
            links.push((place, kind, link));
        }
    }
    links
}
