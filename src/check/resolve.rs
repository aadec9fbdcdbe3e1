//! Resolves links to elections, one lookup per link.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::Result;
use crate::analysis::chain::Direction;
use crate::analysis::diff::do_stated_areas_agree;
use crate::archive::{ElectionId, ElectionQueries, Listing, Record, Snapshot, VersionId};
use crate::model::{Contest, Election, ElectionType, Link, fold};

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

    /// Returns the record of the election with a title.
    pub(super) fn record_by_title(&self, title: &str) -> Result<Option<Cow<'a, Record>>> {
        let listing = self.snapshot.find_by_title(title)?;
        listing.map(|listing| self.record(listing.version)).transpose()
    }

    /// Returns the record of the election that a link of a record leads to. The link of an area may
    /// name the election of the whole country, and then leads to that of the same area, which has the
    /// area in its title.
    pub(super) fn linked_record(
        &self,
        record: &Election,
        title: &str,
    ) -> Result<Option<Cow<'a, Record>>> {
        if let Some(area) = &record.area
            && let Some(found) = self.record_by_title(&format!("{title}, {area}"))?
        {
            return Ok(Some(found));
        }
        self.record_by_title(title)
    }

    /// Returns the records of the areas within an election.
    pub(super) fn parts(&self, record: &Record) -> Result<Vec<Arc<Listing>>> {
        self.snapshot.parts(&record.election.summary())
    }

    /// Returns the id of the election with a title.
    pub(super) fn id_by_title(&self, title: &str) -> Result<Option<ElectionId>> {
        Ok(self.snapshot.find_by_title(title)?.map(|listing| listing.version.election))
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

    pub(super) fn was_removed(&self, title: &str) -> Result<bool> {
        self.snapshot.was_removed(title)
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
        if let Some(title) = link.and_then(|link| link.title) {
            let found = self.linked_record(&record.election, &title)?;
            return Ok(found.filter(|found| {
                found.id != record.id && are_of_same_area(&record.election, &found.election)
            }));
        }
        let linking = self.snapshot.backlinks(&listing)?;
        let mut linking = linking.iter().filter(|claim| {
            let next = Direction::Later.link(&claim.summary, kind);
            let next = next.and_then(|link| link.title.as_deref());
            next.is_some_and(|title| record.titles.contains(&fold(title)))
        });
        let only = linking.next().filter(|_| linking.next().is_none());
        only.map(|only| self.record(only.version)).transpose()
    }
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
